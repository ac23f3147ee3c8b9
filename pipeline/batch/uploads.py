"""Finds the uploads under a folder, and whose each one is.

    found = find(uploads, limits)                files, and the members of ZIP archives; sorted
    shares = assign(found.sources, roster)       (source, row) pairs, and what belongs to no row or to several

Whose an upload is, is told by its path alone, the archive's and the member's together: by an applicant's number that stands in it
as a whole token, or by a name that the roster gives for the row. Every hint counts: two that lead to two rows set the upload aside,
since the wrong name would be sought in it. Nothing is left out in silence.
"""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Generic, Protocol, TypeVar

from redact.errors import DamagedError, MissingError, RedactError, UnreadableError, UnsupportedError, UsageError
from redact.pipeline.batch.archives import ArchiveLimits, Reason, is_archive, survey, unpacked
from redact.pipeline.batch.names import decoded, folded, is_junk


class RosterLine(Protocol):
    """What of a roster row tells its uploads: the applicant's number, and names of files or folders that the roster gives."""

    @property
    def number(self) -> str: ...
    @property
    def files(self) -> tuple[str, ...]: ...


AnyRow = TypeVar("AnyRow", bound=RosterLine)


class Aside(StrEnum):
    """Why a file is set aside; members of archives have reasons of their own (`archives.Reason`), and whole archives error codes."""

    NO_ROW = "upload.no-row"
    TWO_ROWS = "upload.two-rows"
    LINK = "upload.link"
    NOT_A_FILE = "upload.not-a-file"
    JUNK = "upload.junk"
    EMPTY_ARCHIVE = "upload.empty-archive"
    UNREADABLE_NAME = "upload.unreadable-name"
    UNREADABLE_FOLDER = "upload.unreadable-folder"
    UNREADABLE = "upload.unreadable"
    # Its line of the roster is set aside itself.
    LINE_SET_ASIDE = "upload.line-set-aside"
    # Its path bears another person's name of the roster, and not its own applicant's.
    OTHER_PERSON = "upload.other-person"
    # The same bytes of the same applicant stand in another place too.
    DUPLICATE = "upload.duplicate"


@dataclass(frozen=True, slots=True)
class Source:
    """An upload: a file, or a member of an archive. Its path and names may spell a person's, and stay out of logs and ledgers.

    `relative`: the file's path from the uploads' folder, as the file system has it; `parts`: that and the member's, readable.
    """

    file: Path = field(repr=False)
    relative: str = field(repr=False)
    parts: tuple[str, ...] = field(repr=False)
    member: str | None = field(default=None, repr=False)

    @property
    def identity(self) -> str:
        """What tells this upload from every other one in the folder; `Ledger.trace` takes it."""
        # No path holds a null.
        return self.relative if self.member is None else f"{self.relative}\0{self.member}"


@dataclass(frozen=True, slots=True)
class SetAside:
    """What is not processed, and why: a fixed code. Its readable path is for the person who put it there, and for no log."""

    parts: tuple[str, ...] = field(repr=False)
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """What lies under the folder, sorted by its readable path."""

    sources: tuple[Source, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class Shares(Generic[AnyRow]):
    """Whose each upload is; the order is the sources'."""

    matched: tuple[tuple[Source, AnyRow], ...]
    set_aside: tuple[SetAside, ...]


def find(uploads: Path, limits: ArchiveLimits, without: Collection[Path] = ()) -> Found:
    """Return the uploads under a folder. `without`: files and folders of ours that lie in it, such as the output and the roster.

    Raises MissingError for no such folder, UsageError for what is none.
    """
    _require_folder(uploads)
    ours = {_place(os.stat(path)) for path in without if path.exists()}
    sources: list[Source] = []
    aside: list[SetAside] = []
    for one in _walk(uploads, ours):
        for each in _members(one, limits) if isinstance(one, Source) else (one,):
            if isinstance(each, Source):
                sources.append(each)
            else:
                aside.append(each)
    return Found(
        tuple(sorted(sources, key=lambda source: (source.parts, source.identity))), tuple(sorted(aside, key=lambda a: (a.parts, a.reason)))
    )


def assign(sources: Iterable[Source], rows: Iterable[AnyRow]) -> Shares[AnyRow]:
    """Return whose each upload is, by `Hints`; an upload of no row or of several is set aside."""
    roster = tuple(rows)
    hints = Hints.of(roster)
    matched: list[tuple[Source, AnyRow]] = []
    aside: list[SetAside] = []
    for source in sources:
        found = hints.rows(source.parts)
        if len(found) == 1:
            matched.append((source, roster[found[0]]))
        else:
            aside.append(SetAside(source.parts, Aside.TWO_ROWS if found else Aside.NO_ROW))
    return Shares(tuple(matched), tuple(aside))


@contextmanager
def at_hand(source: Source, limits: ArchiveLimits, within: Path | None = None) -> Iterator[Path]:
    """Give the file that holds an upload's bytes; a member's is unpacked for as long, into a private folder made `within`.

    Raises DamagedError where a member cannot be unpacked, UnsupportedError where it is an archive, and what `unpacked` raises.
    """
    if source.member is None:
        yield source.file
        return
    with unpacked(source.file, limits, {source.member}, within) as contents:
        if not contents.files:
            reason = next((one.reason for one in contents.refused if one.name == source.member), Reason.DAMAGED)
            raise UnsupportedError if reason is Reason.NESTED else DamagedError(what=reason)
        yield contents.files[0][1]


@dataclass(frozen=True, slots=True)
class Hints:
    """What in a path tells a roster row: numbers as whole tokens, and names that the roster gives, all folded.

    Rows are told by their positions in the roster.
    """

    numbers: dict[str, tuple[int, ...]] = field(repr=False)
    names: dict[tuple[str, ...], tuple[int, ...]] = field(repr=False)
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, rows: Sequence[RosterLine]) -> Hints:
        """Return the hints of a roster. An empty number and an empty name are no hint."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        names: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            numbers[folded(row.number)].append(position)
            for name in {_steps(file) for file in row.files}:
                names[name].append(position)
        numbers.pop("", None)
        names.pop((), None)
        return cls(
            {number: tuple(found) for number, found in numbers.items()},
            {name: tuple(found) for name, found in names.items()},
            tuple(sorted({len(number) for number in numbers})),
        )

    def rows(self, parts: Sequence[str]) -> tuple[int, ...]:
        """Return the positions of the rows that a path, part by part, hints at, ascending.

        A number counts where no letter or digit continues it, and where it is not part of a longer number of the roster. A given
        name counts where it is whole parts of the path, the last with its suffix or without.
        """
        steps = tuple(map(folded, parts))
        found = {row for step in steps for number in self._numbers(step) for row in self.numbers[number]}
        return tuple(sorted(found | set(self._named(steps))))

    def _numbers(self, step: str) -> set[str]:
        spans = [
            (start, start + length)
            for length in self.lengths
            for start in range(len(step) - length + 1)
            if step[start : start + length] in self.numbers and _parted(step, start) and _parted(step, start + length)
        ]
        return {step[start:end] for start, end in spans if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)}

    def _named(self, steps: tuple[str, ...]) -> Iterator[int]:
        for start in range(len(steps)):
            for end in range(start + 1, len(steps) + 1):
                whole = steps[start:end]
                yield from self.names.get(whole, ())
                # A folder's name has no suffix to leave out.
                if whole not in self.names and (end == len(steps) or whole[-1].endswith(".zip")):
                    yield from self.names.get((*whole[:-1], PurePosixPath(whole[-1]).stem), ())


def _parted(step: str, at: int) -> bool:
    """True where a token may begin or end before this character: not within a run of digits and letters.

    Chinese and Arabic letters, which have no case, part a number from what they say of it: "2025001毕业证".
    """
    return at in (0, len(step)) or not (_joins(step[at - 1]) and _joins(step[at]))


def _joins(character: str) -> bool:
    return character.isdecimal() or character.lower() != character.upper()


def _steps(path: str) -> tuple[str, ...]:
    return tuple(step for step in map(folded, re.split(r"[/\\]", path)) if step not in ("", "."))


def _require_folder(folder: Path) -> None:
    try:
        mode = folder.stat().st_mode
    except FileNotFoundError:
        raise MissingError from None
    except OSError:
        raise UnreadableError from None
    if not stat.S_ISDIR(mode):
        raise UsageError(what="uploads-not-a-folder")


def _walk(uploads: Path, ours: Collection[tuple[int, int]]) -> Iterator[Source | SetAside]:
    """Give every file below a folder, and every thing in it that is no file; what is ours is left out."""
    # A list and no recursion: folders may be nested deeper than Python's stack.
    folders: list[tuple[Path, str, tuple[str, ...]]] = [(uploads, "", ())]
    while folders:
        folder, relative, parts = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            yield SetAside(parts, Aside.UNREADABLE_FOLDER)
            continue
        for entry in entries:
            one = _entry(entry, f"{relative}{entry.name}", parts, ours)
            if isinstance(one, _Folder):
                folders.append((Path(entry.path), f"{relative}{entry.name}/", one.parts))
            elif one is not None:
                yield one


@dataclass(frozen=True, slots=True)
class _Folder:
    parts: tuple[str, ...] = field(repr=False)


def _entry(
    entry: os.DirEntry[str], relative: str, above: tuple[str, ...], ours: Collection[tuple[int, int]]
) -> Source | SetAside | _Folder | None:
    """Return what an entry of a folder is; None for what is ours, and for what went away meanwhile."""
    try:
        parts = (*above, decoded(os.fsencode(entry.name)))
        status = entry.stat(follow_symlinks=False)
    except UnicodeDecodeError:
        return SetAside((*above, "?"), Aside.UNREADABLE_NAME)
    except FileNotFoundError:
        return None
    except OSError:
        return SetAside(parts, Aside.UNREADABLE)
    if _place(status) in ours:
        return None
    if stat.S_ISDIR(status.st_mode):
        return _Folder(parts)
    if is_junk(parts):
        return SetAside(parts, Aside.JUNK)
    if stat.S_ISREG(status.st_mode):
        return Source(Path(entry.path), relative, parts)
    return SetAside(parts, Aside.LINK if stat.S_ISLNK(status.st_mode) else Aside.NOT_A_FILE)


def _place(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _members(source: Source, limits: ArchiveLimits) -> Iterator[Source | SetAside]:
    """Give an archive's members, or the file itself where it is none."""
    try:
        contents = survey(source.file, limits) if is_archive(source.file) else None
    except RedactError as error:
        yield SetAside(source.parts, error.code)
        return
    if contents is None:
        yield source
        return
    for refused in contents.refused:
        yield SetAside((*source.parts, *refused.name.split("/")), refused.reason)
    for member in contents.members:
        yield Source(source.file, source.relative, (*source.parts, *member.name.split("/")), member.name)
    if not contents.members and not contents.refused:
        yield SetAside(source.parts, Aside.EMPTY_ARCHIVE)
