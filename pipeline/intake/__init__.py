"""First stop: an untrusted upload becomes upright pages. Only a child process parses it.

    upload = open_upload(source, policy.limits)                      kind and digest; nothing is parsed
    with opened(upload, policy.limits, policy.raster) as document:   a child starts
        document.page_count, document.doubts
        for page in document: ...                                    one `IntakePage` at a time

`sandbox` asks a child and bounds its time; `forked` has it forked by a `fork_server`; `child` is what runs in it; `wire` is what
passes between the two. Everything below `rasterise` runs in the child alone.
"""

from redact.pipeline.intake.document import Document, opened
from redact.pipeline.intake.upload import Upload, open_upload

__all__ = ["Document", "Upload", "open_upload", "opened"]
