"""Where every applicant of a batch stands, what has to be done, and what remains: counted from the state and the reports."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.lint import QUOTABLE, Remark
from redact.pipeline.batch.places import clean_folder
from redact.pipeline.batch.summary.notes import Note, ReportNotes
from redact.pipeline.batch.summary.remaining import Remaining, remaining
from redact.pipeline.batch.summary.state import OPEN, BatchState
from redact.pipeline.batch.summary.wording import JUNK, NO_UPLOAD, NOT_IN_ROSTER, ROW_NOT_USED, STATE, Cause, Light, Who, cause_of_set_aside
from redact.pipeline.batch.uploads import Aside as UploadReason
from redact.pipeline.batch.uploads import Hints
from redact.pipeline.report.vocabulary import Words

SAMPLED: Final = 0.05
_LETTER: Final = Words(
    "您上传的材料有以下问题，请按要求重新提交，其余材料不用重新提交。",
    "these of your materials have to be brought anew; the others need not.",
)
_RED: Final = frozenset({State.BLOCKED, State.FAILED, State.QUARANTINED})


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload that is somebody's: its row, what keeps it back, its report, and whether it is in the sample for spot checks."""

    row: Row
    notes: tuple[Note, ...]
    report: str | None
    sampled: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """An upload that was not processed: its number in set-aside.csv, which alone says its path, why, and whom its path hints at.

    `lines`: theirs in the roster; `hinted`: their titles.
    """

    number: int
    code: str
    cause: Cause
    lines: tuple[int, ...]
    hinted: tuple[Words, ...]

    @property
    def junk(self) -> bool:
        return self.code in JUNK


@dataclass(frozen=True, slots=True)
class Applicant:
    """One applicant by number alone. `line`: the roster's, None where the roster has none; `remarks`: about that line.

    `title`: the number, or the line of the roster where the number may not be quoted; `notes`: all that has to be done.
    """

    title: Words
    folder: str
    line: int | None
    used: bool
    uploads: tuple[Upload, ...]
    aside: tuple[Aside, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[Note, ...]

    @property
    def light(self) -> Light:
        """The worst of all: what has to be done first is seen first."""
        states = {upload.row.state for upload in self.uploads}
        if not self.used or states & _RED or any(not aside.junk for aside in self.aside):
            return Light.RED
        if State.REVIEW in states:
            return Light.YELLOW
        return Light.GREY if states & OPEN or not states else Light.GREEN

    def to_do(self, who: Who) -> tuple[Note, ...]:
        """Return what this person has to do."""
        return tuple(note for note in self.notes if note.cause.who is who)

    @property
    def letter(self) -> Words | None:
        """What to send back to the applicant, ready to be copied; None where nothing has to be brought anew."""
        notes = self.to_do(Who.APPLICANT)
        if not notes:
            return None
        zh = [f"{number}. {note.says.zh}" for number, note in enumerate(notes, start=1)]
        en = [f"{number}. {note.says.en}" for number, note in enumerate(notes, start=1)]
        return Words("\n".join((f"申报编号 {self.title.zh}：{_LETTER.zh}", *zh)), "\n".join((f"Number {self.title.en}: {_LETTER.en}", *en)))

    def count(self, *states: State) -> int:
        """Return how many uploads are in one of the states."""
        return sum(upload.row.state in states for upload in self.uploads)


@dataclass(frozen=True, slots=True)
class Why:
    """One reason that keeps uploads back, and how many it does."""

    cause: Cause
    code: str
    uploads: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The whole batch, ready to be set in tables or on a page."""

    state: BatchState
    applicants: tuple[Applicant, ...]
    aside: tuple[Aside, ...]
    remarks: tuple[Remark, ...]
    why: tuple[Why, ...]
    remaining: Remaining

    @property
    def uploads(self) -> tuple[Upload, ...]:
        return tuple(upload for applicant in self.applicants for upload in applicant.uploads)

    @property
    def sample(self) -> tuple[Upload, ...]:
        return tuple(upload for upload in self.uploads if upload.sampled)

    def lit(self, *lights: Light) -> tuple[Applicant, ...]:
        """Return the applicants with one of these lights, in the order of the lights."""
        return tuple(applicant for light in lights for applicant in self.applicants if applicant.light is light)

    def counts(self) -> dict[State, tuple[int, int]]:
        """Return uploads and pages by state, results first."""
        rows = self.state.rows
        return {state: (sum(row.state is state for row in rows), sum(row.pages for row in rows if row.state is state)) for state in STATE}


def overview_of(state: BatchState, notes: ReportNotes) -> Overview:
    """Return where the batch stands. Every upload, roster line and set-aside upload of the state is in it, whoever it belongs to."""
    lines = _lines(state)
    aside = _aside(state, lines)
    chosen = sampled(state.rows)
    uploads: defaultdict[str, list[Upload]] = defaultdict(list)
    for row in state.rows:
        uploads[row.place.folder.casefold()].append(Upload(row, notes.of(row), notes.link(row), row.key in chosen))
    applicants = tuple(_applicants(state, lines, uploads, aside))
    mine = {line.line for line in lines}
    remarks = tuple(remark for remark in state.roster.remarks if remark.row in mine)
    return Overview(state, applicants, aside, remarks, _why(applicants, aside), remaining(state))


def sampled(rows: Iterable[Row]) -> frozenset[str]:
    """Return the keys of the releases that a person should look through: one in twenty, rounded up, the same for the same batch.

    A key holds the content's, the policy's and the roster row's digests, the last made with the batch's secret key: who does not
    have that cannot tell beforehand which files will be looked at.
    """
    released = [row.key for row in rows if row.state is State.RELEASED]
    by_lot = sorted(released, key=lambda key: hashlib.sha256(f"spot-check\0{key}".encode()).digest())
    return frozenset(by_lot[: ceil(len(by_lot) * SAMPLED)])


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the roster, with what tells its uploads in a path."""

    line: int
    title: Words
    folder: str
    used: bool
    numbers: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Hint:
    number: str
    files: tuple[str, ...]


def _lines(state: BatchState) -> tuple[_Line, ...]:
    """Return this shard's lines of the roster, in their order."""
    quoted = {remark.row: remark.number for remark in state.roster.remarks}
    used = [
        _Line(row.row, _title(_shown(row.number), row.row), clean_folder(row.number), True, (row.number,), row.files)
        for row in state.roster.rows
    ]
    unused = [
        _Line(line.row, _title(quoted.get(line.row, ""), line.row), _folder(line.numbers), False, line.numbers, line.files)
        for line in state.roster.set_aside
    ]
    mine = [line for line in (*used, *unused) if state.shard.holds(line.numbers[0] if line.numbers else str(line.line))]
    return tuple(sorted(mine, key=lambda line: line.line))


def _folder(numbers: tuple[str, ...]) -> str:
    """Return where outputs of an earlier run, when the line was in use, may still stand."""
    return clean_folder(numbers[0]) if len(numbers) == 1 and numbers[0].strip() else ""


def _shown(number: str) -> str:
    """Return a number that the lint has passed, in Latin letters and digits alone: those of other scripts could spell somebody's name."""
    return number if QUOTABLE.fullmatch(number) else clean_folder(number)


def _title(number: str, line: int) -> Words:
    return Words(number, number) if number else Words(f"名单第 {line} 行", f"Row {line} of the roster")


def _aside(state: BatchState, lines: Sequence[_Line]) -> tuple[Aside, ...]:
    told = [(line, number) for line in lines for number in line.numbers or ("",)]
    hints = Hints.of([_Hint(number, line.files) for line, number in told])
    found = []
    for number, one in enumerate(state.set_aside, start=1):
        hinted = {line.line: line.title for line, _ in (told[position] for position in hints.rows(one.parts))}
        code = str(one.reason)
        # Its path does lead to somebody, whose line of the roster is not used.
        cause = ROW_NOT_USED if code == UploadReason.NO_ROW and hinted else cause_of_set_aside(code)
        found.append(Aside(number, code, cause, tuple(hinted), tuple(dict.fromkeys(hinted.values()))))
    return tuple(found)


def _applicants(
    state: BatchState, lines: Iterable[_Line], uploads: Mapping[str, list[Upload]], aside: Iterable[Aside]
) -> Iterator[Applicant]:
    """Give the roster's applicants, in its order, and then those whom only the ledger knows."""
    remarks: defaultdict[int, list[Remark]] = defaultdict(list)
    for remark in state.roster.remarks:
        remarks[remark.row].append(remark)
    whose: defaultdict[int, list[Aside]] = defaultdict(list)
    for one in aside:
        for number in one.lines:
            whose[number].append(one)
    left = dict(uploads)
    for line in lines:
        theirs = tuple(left.pop(line.folder.casefold(), ()))
        asides = tuple(whose[line.line])
        missing = (Note(NO_UPLOAD, "upload.none"),) if state.finished and line.used and not (theirs or asides) else ()
        notes = (*missing, *_notes(theirs, asides))
        yield Applicant(line.title, line.folder, line.line, line.used, theirs, asides, tuple(remarks[line.line]), notes)
    for folder in left.values():
        yield _unlisted(tuple(folder))


def _unlisted(uploads: tuple[Upload, ...]) -> Applicant:
    folder = uploads[0].row.place.folder
    notes = (Note(NOT_IN_ROSTER, "roster.no-such-number"), *_notes(uploads, ()))
    return Applicant(Words(folder, folder), folder, None, True, uploads, (), (), notes)


def _notes(uploads: Iterable[Upload], aside: Iterable[Aside]) -> tuple[Note, ...]:
    of_uploads = [note for upload in uploads for note in upload.notes]
    return (*of_uploads, *(Note(one.cause, one.code, aside=one.number) for one in aside if not one.junk))


def _why(applicants: Iterable[Applicant], aside: Iterable[Aside]) -> tuple[Why, ...]:
    """Return the reasons, the most frequent first; an upload with several counts for each once."""
    counted = Counter((note.cause, note.code) for applicant in applicants for upload in applicant.uploads for note in upload.notes)
    counted.update((one.cause, one.code) for one in aside if not one.junk)
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0][1], one[0][0]))
    return tuple(Why(cause, code, uploads) for (cause, code), uploads in ordered)
