"""What a batch has to do: the uploads of a folder, each with the roster's line it belongs to, and those that are set aside."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from redact.errors import RedactError
from redact.pipeline.batch.archives import ArchiveLimits
from redact.pipeline.batch.roster import Roster, RosterRow
from redact.pipeline.batch.shards import Shard
from redact.pipeline.batch.uploads import Aside, SetAside, Source, assign, at_hand, find
from redact.search import fold
from redact.search.folding import is_han

_HAN = re.compile(r"[\u3400-\u9fff]+")
SHORTEST_NAME, LONGEST_NAME = 2, 16


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload with its applicant's line and the SHA-256 of its bytes, hex."""

    source: Source
    row: RosterRow
    sha256: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What is to be done, in a fixed order, and what is not, and why."""

    uploads: tuple[Upload, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the roster as the matcher takes it; `row` None where it may not be used."""

    number: str
    files: tuple[str, ...] = field(repr=False)
    row: RosterRow | None


class Checksums:
    """The SHA-256 of uploads, read once for as long as a file keeps its size and its time.

    `settled`: seconds for which a file must have kept its time before it is read at all: it may still be copied. `scratch`: where
    archives' members are unpacked for the moment.
    """

    def __init__(self, limits: ArchiveLimits, scratch: Path, settled: float = 0.0) -> None:
        self._limits, self._scratch, self._settled = limits, scratch, settled
        self._known: dict[tuple[str, int, int], bytes] = {}

    def is_settled(self, source: Source) -> bool:
        """True for a file that nobody has written to for long enough; for one that is gone, too."""
        try:
            return self._settled <= 0 or time.time() - source.file.stat().st_mtime >= self._settled
        except OSError:
            return True

    def of(self, source: Source) -> bytes | str:
        """Return an upload's SHA-256, or the code of the error that reading it raises."""
        try:
            status = source.file.stat()
            key = source.identity, status.st_size, status.st_mtime_ns
            if key not in self._known:
                with at_hand(source, self._limits, self._scratch) as file, file.open("rb") as opened:
                    self._known[key] = hashlib.file_digest(opened, "sha256").digest()
            return self._known[key]
        except RedactError as error:
            return error.code
        except OSError:
            return Aside.UNREADABLE


def take_in(folder: Path, roster: Roster, limits: ArchiveLimits, shard: Shard, without: Collection[Path], checksums: Checksums) -> Intake:
    """Return the uploads of this shard under a folder; such as are still being written to are left for the next time.

    `without`: files and folders of ours that lie in it.
    Raises MissingError and UsageError for the folder; what is wrong with one upload sets that one aside.
    """
    found = find(folder, limits, without)
    shares = assign(found.sources, _lines(roster))
    aside = [*found.set_aside, *shares.set_aside]
    people = _People(roster.rows)
    uploads: list[Upload] = []
    for source, line in shares.matched:
        if not shard.holds(line.number) or not checksums.is_settled(source):
            continue
        reason = Aside.LINE_SET_ASIDE if line.row is None else Aside.OTHER_PERSON if people.misled(source.parts, line.row) else ""
        done = reason or checksums.of(source)
        if line.row is not None and isinstance(done, bytes):
            uploads.append(Upload(source, line.row, done.hex()))
        else:
            aside.append(SetAside(source.parts, str(done)))
    return Intake(tuple(uploads), tuple(sorted(aside, key=lambda one: (one.parts, one.reason))))


def _lines(roster: Roster) -> Iterator[_Line]:
    yield from (_Line(row.number, row.files, row) for row in roster.rows)
    known = {row.number for row in roster.rows}
    for aside in roster.set_aside:
        # A number that another line has as well is that line's, which is set aside too or in the right.
        # Where there is none, its files are named all the same.
        yield from (_Line(number, aside.files, None) for number in aside.numbers or ("",) if number not in known)


class _People:
    """The Chinese names of a roster, to tell a path that bears somebody else's."""

    def __init__(self, rows: Iterable[RosterRow]) -> None:
        self._names: dict[str, set[str]] = {}
        for row in rows:
            for name in chinese_names(row):
                self._names.setdefault(name, set()).add(row.number)

    def misled(self, parts: Sequence[str], row: RosterRow) -> bool:
        """True where the path holds a name of another line and none of this one."""
        own, found = chinese_names(row), set(_runs(parts)) & self._names.keys()
        return bool(found) and not found & own and all(row.number not in self._names[name] for name in found)


def chinese_names(row: RosterRow) -> set[str]:
    """Return the line's names that Chinese characters alone write, folded."""
    folded = (fold(name).text for name in row.applicant.names)
    return {name for name in folded if SHORTEST_NAME <= len(name) <= LONGEST_NAME and all(map(is_han, name))}


def _runs(parts: Sequence[str]) -> Iterator[str]:
    """Yield the runs of Chinese characters of a path, whole: a piece of a longer one may be any word."""
    for part in parts:
        yield from _HAN.findall(fold(part).text)
