"""Puts bytes where they were asked for: whole, or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from redact.errors import DestinationError

_WHY = {
    errno.ENOENT: "no-such-folder",
    errno.ENOTDIR: "no-such-folder",
    errno.EACCES: "not-allowed",
    errno.EPERM: "not-allowed",
    errno.EROFS: "read-only",
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EFBIG: "disk-full",
    errno.EEXIST: "exists",
    errno.EISDIR: "is-a-folder",
    errno.ENAMETOOLONG: "name-too-long",
}
# Where a file system knows no hard links, a name is taken by creating it.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS})


def write_file(path: Path, content: bytes, force: bool = False) -> None:
    """Write `content` to `path`, readable by its owner alone; an existing file is replaced only with `force`.

    Raises DestinationError, and then nothing new stands there: no part of a file, no temporary one.
    """
    try:
        if path.is_dir():
            raise DestinationError(what="is-a-folder")
        if not force and os.path.lexists(path):
            raise DestinationError(what="exists")
        _write(path, content, force)
    except OSError as error:
        raise DestinationError(what=_WHY.get(error.errno or 0, "cannot-write")) from None


def _write(path: Path, content: bytes, force: bool) -> None:
    handle, name = tempfile.mkstemp(prefix=".redact-", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if force:
            part.replace(path)
        else:
            _take(part, path)
        _sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def _take(part: Path, path: Path) -> None:
    """Give the finished file its name, unless somebody took the name meanwhile."""
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        part.replace(path)


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot sync a folder; the file itself is safe by now.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(handle)
