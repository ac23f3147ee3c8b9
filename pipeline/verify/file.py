"""What is proved about a whole file: its bytes, and what another renderer draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from redact.check import Check, Failed, NotRun, Passed
from redact.errors import RedactError
from redact.pipeline.draft import Desk
from redact.pipeline.intake import Upload, open_upload, opened
from redact.pipeline.medium import Kind
from redact.pipeline.verify.inspection import examine
from redact.pipeline.verify.pixels import same_to_another
from redact.policy import Limits
from redact.redaction import PlanPage

# Enough to see a mask and a page's picture; the exact pixels are held by the first renderer.
SECOND_RENDERER_DPI = 100


def own_upload(content: bytes, limits: Limits) -> Upload:
    """Return what we wrote as an upload: it may be larger than an upload may be."""
    return open_upload(content, replace(limits, bytes=max(limits.bytes, len(content))))


def file_checks(content: bytes, desk: Desk, plan: Sequence[PlanPage]) -> tuple[Check, ...]:
    """Return the checks on a file that we wrote: nothing but what we write, no writing in its bytes, another renderer's view."""
    rows = examine(content, desk.kind, _sought(desk), desk.policy.limits)
    return (*rows, *_second_renderer(content, desk, plan)) if desk.kind is Kind.PDF else rows


def foreign_file_checks(upload: Upload, desk: Desk) -> tuple[Check, ...]:
    """Return the checks on a file that anybody wrote."""
    return examine(upload.content, upload.kind, _sought(desk), desk.policy.limits, ours=False)


def _sought(desk: Desk) -> tuple[str, ...]:
    hidden = desk.policy.rules
    return tuple(form.text for form in desk.wanted.writings if hidden.of(form.category) == "mask")


def _second_renderer(content: bytes, desk: Desk, plan: Sequence[PlanPage]) -> tuple[Check, ...]:
    limits, raster = desk.policy.limits, replace(desk.policy.raster, dpi=SECOND_RENDERER_DPI)
    written = own_upload(content, limits)
    rows: list[Check] = []
    try:
        with opened(written, limits, desk.policy.raster) as first, opened(written, limits, raster, renderer="pdfium") as second:
            if second.page_count != len(plan):
                return (Failed("renderer.second", "other-page-count"),)
            for page, other in zip(first, second, strict=True):
                rows.append(same_to_another(page.page, other.page, plan[page.page.number - 1].redactions))
    except RedactError as error:
        return (NotRun("renderer.second", error.code),)
    # One line for the file where all is well, one per page where it is not.
    return tuple(row for row in rows if not isinstance(row, Passed)) or (Passed("renderer.second"),)
