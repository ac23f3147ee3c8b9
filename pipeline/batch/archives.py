"""ZIP archives that people send: looked through without trust, and unpacked under names of ours into a private folder.

Nothing is written under a member's own name, so none can lead out of the folder; a name that tries to is refused all the same.
Every member that is not handed out is told with a reason. An archive as a whole is refused by a typed error.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

from redact.errors import DamagedError, LimitError
from redact.pipeline.batch.names import decoded, is_junk
from redact.pipeline.intake.upload import CHUNK, open_regular
from redact.pipeline.write import destination_error
from redact.policy import Limits

MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
# A ZIP that holds one of these is a document of another kind (Word, WPS, OFD, OpenDocument), not a folder of files.
DOCUMENT_MARKS = frozenset({"[Content_Types].xml", "OFD.xml", "mimetype"})
UTF8_NAME = 1 << 11
# Traditional encryption, strong encryption, a masked directory.
ENCRYPTED = 1 << 0 | 1 << 6 | 1 << 13
# What all archivers write unless told otherwise; LZMA's header may ask for 4 GB of memory.
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
# Header, name and extra fields of one member in the directory; honest ones are a third of it.
DIRECTORY_BYTES = 1024
_LEADS_ELSEWHERE = re.compile(r"^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|[\0-\x1f\x7f]")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Reason(StrEnum):
    """Why a member is not handed out."""

    JUNK = "member.junk"
    UNREADABLE_NAME = "member.unreadable-name"
    UNSAFE_NAME = "member.unsafe-name"
    SAME_NAME = "member.same-name"
    NOT_A_FILE = "member.not-a-file"
    ENCRYPTED = "member.encrypted"
    METHOD = "member.unsupported-compression"
    TOO_LARGE = "member.too-large"
    NESTED = "member.nested-archive"
    DAMAGED = "member.damaged"


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds on one archive: members; bytes of one and of all, unpacked; and how many times larger all are than the archive.

    The ratio counts only beyond the bytes of one permitted file: below, none does harm, and a white scan packs 1000 to 1.
    """

    members: int = 2_000
    member_bytes: int = 200_000_000
    total_bytes: int = 4_000_000_000
    ratio: int = 200

    @classmethod
    def of(cls, limits: Limits) -> ArchiveLimits:
        """Return the bounds that go with a policy's bound on one upload."""
        return cls(member_bytes=limits.bytes, total_bytes=20 * limits.bytes)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name with slashes, which may spell a person's, and its size in bytes, unpacked."""

    name: str = field(repr=False)
    size: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not handed out, and why. A name that cannot be read is "member " and its number in the archive."""

    name: str = field(repr=False)
    reason: Reason


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive's directory says: the members that may be unpacked, and those that may not, both by name."""

    members: tuple[Member, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Members and the files that hold their bytes, as long as the folder stands; and those that could not be handed out."""

    files: tuple[tuple[Member, Path], ...]
    refused: tuple[Refused, ...]


def is_archive(path: Path) -> bool:
    """True for a ZIP of files, by content; false for a document that is stored as one. A damaged ZIP is an archive.

    Raises MissingError, NotAFileError, UnreadableError.
    """
    with _file(path) as file:
        if not file.read(4).startswith(MAGIC):
            return False
        try:
            with _opened(file, ArchiveLimits()) as archive:
                return DOCUMENT_MARKS.isdisjoint(archive.namelist())
        except (DamagedError, LimitError):
            return True


def survey(path: Path, limits: ArchiveLimits) -> Contents:
    """Return what an archive holds, by its directory; nothing is unpacked.

    Raises LimitError for too many or too large members, DamagedError, and what `is_archive` raises.
    """
    with _file(path) as file, _opened(file, limits) as archive:
        admitted, refused = _sorted_out(archive, limits)
    return Contents(tuple(Member(name, info.file_size) for name, info in admitted), refused)


@contextmanager
def unpacked(path: Path, limits: ArchiveLimits, names: Collection[str] | None = None, within: Path | None = None) -> Iterator[Unpacked]:
    """Unpack the members of these names, all by default, into a folder that only we may enter and that is gone afterwards.

    `within`: where that folder is made; the system's temporary folder by default. A killed process leaves the folder behind, so give
    a batch one of its own, which it empties when it starts.
    Raises what `survey` raises, and DestinationError where the disk is full or cannot be written.
    """
    with _file(path) as file, _opened(file, limits) as archive, _private(within) as folder:
        admitted, refused = _sorted_out(archive, limits)
        files, broken = [], []
        for number, (name, info) in enumerate(admitted):
            if names is not None and name not in names:
                continue
            target = folder / f"{number:06d}"
            reason = _unpack(archive, info, target)
            if reason is None:
                files.append((Member(name, info.file_size), target))
            else:
                broken.append(Refused(name, reason))
        yield Unpacked(tuple(files), (*refused, *broken))


class _Bounded(io.BufferedReader):
    """A file of which no more is read in one call than it is good for: a directory's size is the archive's own claim."""

    most = sys.maxsize

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > self.most:
            raise LimitError(what="archive.directory", value=size, limit=self.most)
        return super().read(size)


@contextmanager
def _file(path: Path) -> Iterator[_Bounded]:
    with _Bounded(io.FileIO(open_regular(path))) as file:
        yield file


@contextmanager
def _opened(file: _Bounded, limits: ArchiveLimits) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is no bomb. Raises DamagedError, LimitError."""
    file.most = limits.members * DIRECTORY_BYTES
    try:
        archive = zipfile.ZipFile(file)
    except _UNREADABLE:
        raise DamagedError(what="archive") from None
    finally:
        file.most = sys.maxsize
    with archive:
        _require_bounds(archive, os.fstat(file.fileno()).st_size, limits)
        yield archive


def _require_bounds(archive: zipfile.ZipFile, size: int, limits: ArchiveLimits) -> None:
    infos = archive.infolist()
    if len(infos) > limits.members:
        raise LimitError(what="archive.members", value=len(infos), limit=limits.members)
    if sum(info.compress_size for info in infos) > size:
        # Members that share their bytes: a few kilobytes that unpack to petabytes.
        raise DamagedError(what="archive.overlapping")
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        raise LimitError(what="archive.bytes", value=total, limit=limits.total_bytes)
    if total > limits.member_bytes and total > limits.ratio * size:
        raise LimitError(what="archive.ratio", value=total // size, limit=limits.ratio)


def _sorted_out(archive: zipfile.ZipFile, limits: ArchiveLimits) -> tuple[list[tuple[str, zipfile.ZipInfo]], tuple[Refused, ...]]:
    """Return the members that may be unpacked, and the others with the reason; folders are neither."""
    named = [(_name(info), f"member {number}", info) for number, info in enumerate(archive.infolist(), start=1)]
    often = Counter(name.casefold() for name, _, _ in named if name is not None)
    admitted, refused = [], []
    for name, substitute, info in named:
        if name is not None and name.endswith("/") and _safe(name) and not info.file_size:
            continue
        reason = _reason(name, info, limits)
        if reason is None and name is not None and often[name.casefold()] > 1:
            # Two files of one name: which one is meant, nobody can tell.
            reason = Reason.SAME_NAME
        if reason is None and name is not None:
            admitted.append((name, info))
        else:
            refused.append(Refused(name or substitute, reason or Reason.UNREADABLE_NAME))
    return sorted(admitted, key=lambda pair: pair[0]), tuple(sorted(refused, key=lambda one: one.name))


def _reason(name: str | None, info: zipfile.ZipInfo, limits: ArchiveLimits) -> Reason | None:
    """Return why a member may not be unpacked, None where it may."""
    mode = info.external_attr >> 16
    refusals = (
        (name is None, Reason.UNREADABLE_NAME),
        (name is not None and not _safe(name), Reason.UNSAFE_NAME),
        (stat.S_IFMT(mode) not in (0, stat.S_IFREG) or (name or "").endswith("/"), Reason.NOT_A_FILE),
        (name is not None and is_junk(name.split("/")), Reason.JUNK),
        (bool(info.flag_bits & ENCRYPTED), Reason.ENCRYPTED),
        (info.compress_type not in METHODS, Reason.METHOD),
        (info.file_size > limits.member_bytes, Reason.TOO_LARGE),
    )
    return next((reason for applies, reason in refusals if applies), None)


def _name(info: zipfile.ZipInfo) -> str | None:
    """Return a member's name with slashes, None where it cannot be read."""
    if info.flag_bits & UTF8_NAME:
        name = info.orig_filename
    else:
        try:
            # What zipfile decoded as code page 437, which every byte is part of, and so loses none.
            name = decoded(info.orig_filename.encode("cp437"))
        except UnicodeDecodeError:
            return None
    # Archivers of Windows wrote its own separator. Only now: in GBK a backslash is half of many characters.
    name = re.sub(r"/(?:\.?/)+", "/", name.replace("\\", "/"))
    return name.removeprefix("./") or None


def _safe(name: str) -> bool:
    return not _LEADS_ELSEWHERE.search(name)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> Reason | None:
    """Write a member's bytes to a new file; where they cannot be had or are an archive, leave none and say why."""
    try:
        with _member(archive, info) as source, _new(target) as file:
            _copy(source, file)
        if not is_archive(target):
            return None
        reason = Reason.NESTED
    except _MemberError:
        reason = Reason.DAMAGED
    except OSError as error:
        raise destination_error(error) from None
    with suppress(OSError):
        target.unlink(missing_ok=True)
    return reason


class _MemberError(Exception):
    """A member whose bytes cannot be had."""


@contextmanager
def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    try:
        source = archive.open(info)
    except _UNREADABLE:
        raise _MemberError from None
    with source:
        yield source


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    """Copy to the end. zipfile hands out no more bytes than the directory says, whose sums are bounded, and checks their CRC."""
    while True:
        try:
            chunk = source.read(CHUNK)
        except _UNREADABLE:
            raise _MemberError from None
        if not chunk:
            return
        target.write(chunk)


def _new(target: Path) -> IO[bytes]:
    return os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600), "wb")


@contextmanager
def _private(within: Path | None) -> Iterator[Path]:
    try:
        folder = tempfile.TemporaryDirectory(prefix="redact-", dir=within)
    except OSError as error:
        raise destination_error(error) from None
    with folder as name:
        yield Path(name)
