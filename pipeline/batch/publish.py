"""Puts what became of an upload where the centre looks for it: released/, review/, quarantine/, its report in reports/.

    OUT/released/2025001/2025001-003.pdf      OUT/reports/2025001/2025001-003.json

A file appears whole or not at all (write, fsync, rename, fsync of the folder), its report before it. What an earlier run left at
the same place goes first: at no moment do an old release and a new verdict stand side by side.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from redact.errors import DestinationError
from redact.pipeline.batch.places import Place
from redact.pipeline.write import destination_error, make_folder, remove_parts, require_folder, sync_folder, write_files

REPORTS = "reports"
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class Shelf(StrEnum):
    """Where an output goes by its verdict."""

    RELEASED = "released"
    REVIEW = "review"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class Output:
    """A file for a shelf: its bytes, and its suffix with the dot. Raises ValueError for a suffix that is none."""

    shelf: Shelf
    suffix: str
    content: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _require_suffix(self.suffix)


@dataclass(frozen=True, slots=True)
class Published:
    """Where an output stands, relative to the output folder and with slashes, and the SHA-256 of its bytes, hex."""

    output: str
    sha256: str


def prepare(out: Path) -> None:
    """Make the output folder and its parts; quarantine is closed to others even where it stood open.

    Raises DestinationError where one cannot be made, or something else stands there.
    """
    for name in (*Shelf, REPORTS):
        make_folder(out / name)
    try:
        (out / Shelf.QUARANTINE).chmod(0o700)
    except OSError as error:
        raise destination_error(error) from None


def publish(out: Path, place: Place, output: Output | None, reports: Mapping[str, bytes]) -> Published | None:
    """Write an upload's output, None for no output, and its reports (by suffix: ".json", ".html"), in the place of any earlier ones.

    Returns where the output stands. Raises DestinationError: then none of the new files stands, nor the earlier ones.
    Raises ValueError for a suffix that is none.
    """
    files = [(_path(out, REPORTS, place, suffix), content) for suffix, content in reports.items()]
    if output is not None:
        # Last, so that whoever finds it finds its report.
        files.append((_path(out, output.shelf, place, output.suffix), output.content))
    withdraw(out, place)
    for folder in {path.parent for path, _ in files}:
        make_folder(folder)
    write_files(files, force=True)
    if output is None:
        return None
    return Published(files[-1][0].relative_to(out).as_posix(), hashlib.sha256(output.content).hexdigest())


def withdraw(out: Path, place: Place, reports: bool = True) -> None:
    """Remove whatever stands at a place, outputs first. Without `reports`, leave the reports and what is in quarantine.

    Raises DestinationError where something stays.
    """
    for name in (*Shelf, REPORTS) if reports else (Shelf.RELEASED, Shelf.REVIEW):
        folder = out / name / place.folder
        require_folder(folder)
        try:
            stale = [path for path in _files(folder) if path.name.startswith(f"{place.stem}.")]
            for path in stale:
                path.unlink(missing_ok=True)
        except OSError:
            raise DestinationError(what="earlier-output-cannot-be-removed") from None
        if stale:
            sync_folder(folder)


def sweep(out: Path, folders: Iterable[str]) -> int:
    """Remove the temporary files that a killed batch left in these applicants' folders, and return how many.

    Other applicants' folders are left alone: another shard may be writing there.
    """
    return sum(remove_parts(out / name / folder) for folder in folders for name in (*Shelf, REPORTS))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _path(out: Path, name: str, place: Place, suffix: str) -> Path:
    _require_suffix(suffix)
    return out / name / place.folder / f"{place.stem}{suffix}"


def _require_suffix(suffix: str) -> None:
    if not _SUFFIX.fullmatch(suffix):
        raise ValueError("a suffix is a dot and up to eight small letters and digits")
