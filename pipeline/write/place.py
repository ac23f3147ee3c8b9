"""Puts bytes where they were asked for: whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
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

_PREFIX, _SUFFIX = ".redact-", ".part"


def write_file(path: Path, content: bytes, force: bool = False) -> None:
    """Write `content` to `path`, readable by its owner alone; an existing file is replaced only with `force`.

    Raises DestinationError, and then nothing new stands there: no part of a file, no temporary one.
    """
    write_files([(path, content)], force)


def write_files(files: Sequence[tuple[Path, bytes]], force: bool = False) -> None:
    """Write every file or none, as `write_file` does. They take their names in the order given, when all lie on the disk.

    Raises DestinationError: then none of the files is new, except that what `force` has already replaced stays replaced.
    """
    parts: list[Path] = []
    taken: list[Path] = []
    try:
        for path, content in files:
            require_free(path, force)
            parts.append(_part(path, content))
        for part, (path, _) in zip(parts, files, strict=True):
            _take(part, path, force, taken)
    except BaseException as error:
        _remove(taken)
        if isinstance(error, OSError):
            raise destination_error(error) from None
        raise
    finally:
        _remove(parts)
    for folder in {path.parent for path, _ in files}:
        sync_folder(folder)


def require_free(path: Path, force: bool = False) -> None:
    """Raise DestinationError where a file cannot be put: it stands already, is no file, or its folder is missing."""
    try:
        if path.is_dir():
            raise DestinationError(what="is-a-folder")
        if os.path.lexists(path) and not force:
            raise DestinationError(what="exists")
        # A rename would put a file in the place of a terminal, a pipe or /dev/null.
        if path.exists() and not path.is_file():
            raise DestinationError(what="not-a-file")
        if not path.parent.is_dir():
            raise DestinationError(what="no-such-folder")
    except OSError as error:
        raise destination_error(error) from None


def require_folder(folder: Path | None) -> None:
    """Raise DestinationError where something that is no folder stands; nothing there is well, and so is None."""
    try:
        wrong = folder is not None and os.path.lexists(folder) and not folder.is_dir()
    except OSError:
        wrong = True
    if wrong:
        raise DestinationError(what="not-a-folder")


def make_folder(folder: Path) -> list[Path]:
    """Make a folder and what is missing above it, for the owner alone; return the new ones, the outermost first.

    Raises DestinationError, and then no new one stands.
    """
    require_folder(folder)
    made: list[Path] = []
    try:
        for part in [part for part in (folder, *folder.parents) if not part.exists()][::-1]:
            # What lies in it shows a person's papers.
            part.mkdir(mode=0o700, exist_ok=True)
            made.append(part)
            sync_folder(part.parent)
    except OSError:
        for part in reversed(made):
            with contextlib.suppress(OSError):
                part.rmdir()
        raise DestinationError(what="folder-cannot-be-made") from None
    return made


def remove_parts(folder: Path) -> int:
    """Remove the temporary files that a killed process left in a folder, and return how many. Nobody may be writing there."""
    parts = list(folder.glob(f"{_PREFIX}*{_SUFFIX}"))
    _remove(parts)
    return len(parts)


def destination_error(error: OSError) -> DestinationError:
    """Return what an error of the operating system means to whoever waits for an output."""
    return DestinationError(what=_WHY.get(error.errno or 0, "cannot-write"))


def sync_folder(folder: Path) -> None:
    """Ask for the folder to be on the disk too. The files are whole by now, so a folder that cannot be synced is no fault."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _part(path: Path, content: bytes) -> Path:
    """Return a temporary file beside `path` that holds the content, on the disk."""
    handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _remove([Path(name)])
        raise
    return Path(name)


def _take(part: Path, path: Path, force: bool, taken: list[Path]) -> None:
    """Give the finished file its name, unless somebody took the name meanwhile, and note a name that was free."""
    if force and os.path.lexists(path):
        part.replace(path)
        return
    try:
        os.link(part, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        taken.append(path)
        part.replace(path)
        return
    taken.append(path)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
