"""What keeps an upload back, as sentences that somebody can act on: which file, which pages, what is so, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.publish import REPORTS
from redact.pipeline.batch.summary.wording import (
    INCOMPLETE,
    NO_REPORT,
    WHO,
    Cause,
    Who,
    cause_of_check,
    cause_of_failure,
)
from redact.pipeline.report import vocabulary, words
from redact.pipeline.report.record import CheckEntry, ErrorEntry, PageEntry, ReportDocument
from redact.pipeline.report.vocabulary import Words

# What a remark says better than a check does, for it tells the applicant what went wrong with the camera or the scanner.
_OF_THE_SCAN: Final = frozenset({"too-dark", "too-blurred", "low-contrast", "low-resolution", "uneven-light", "cut-off", "glare"})
_OF_THE_TURN: Final = frozenset({"sideways", "upside-down"})
_ORDER: Final = tuple(WHO)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that keeps an upload back. `stem`: its clean name; `pages`: ascending, none for the whole file.

    `aside`: instead of a clean name, the number of an upload that was set aside.
    """

    cause: Cause
    code: str
    stem: str = ""
    pages: tuple[int, ...] = ()
    aside: int | None = None

    @property
    def says(self) -> Words:
        """One line: where, what, and what to do."""
        cause, where = self.cause, self.where
        zh = (f"{where.zh}：" if where.zh else "") + f"{cause.what.zh}。{cause.advice.zh}"
        return Words(zh, (f"{where.en}: " if where.en else "") + f"{cause.what.en}. {cause.advice.en}")

    @property
    def where(self) -> Words:
        """The file by its clean name, and the pages: "2025001-003 第 2–4、9 页"."""
        if self.aside is not None:
            return Words(f"搁置 #{self.aside}", f"Set aside #{self.aside}")
        if not self.pages:
            return Words(self.stem, self.stem)
        zh, en = spans(self.pages, "、"), spans(self.pages, ", ")
        return Words(f"{self.stem} 第 {zh} 页", f"{self.stem}, page{'s' if len(self.pages) > 1 else ''} {en}")


def spans(pages: Iterable[int], comma: str) -> str:
    """Return page numbers, ascending, as people write them: 2–4, 9."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages), lambda one: one[1] - one[0])]
    return comma.join(f"{run[0]}–{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


class ReportNotes:
    """The notes on uploads of one output folder. Reports are read once: kept over many summaries, a later one reads the new alone."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._known: dict[tuple[str, str | None], tuple[Note, ...]] = {}

    def of(self, row: Row) -> tuple[Note, ...]:
        """Return what keeps an upload back; nothing for one that is released or not done yet."""
        match row.state:
            case State.REVIEW | State.BLOCKED:
                key = row.key, row.ended
                if key not in self._known:
                    self._known[key] = self._reported(row)
                return self._known[key]
            case State.FAILED | State.QUARANTINED:
                return (Note(cause_of_failure(row.reason), row.reason, row.place.stem),)
            case _:
                return ()

    def link(self, row: Row) -> str | None:
        """Return where an upload's report stands, relative to the output folder: the one for people, else the one for programs."""
        stem = f"{REPORTS}/{row.place.folder}/{row.place.stem}"
        return next((f"{stem}{suffix}" for suffix in (".html", ".json") if (self._out / f"{stem}{suffix}").is_file()), None)

    def _reported(self, row: Row) -> tuple[Note, ...]:
        stem = row.place.stem
        document = _document(self._out / REPORTS / row.place.folder / f"{stem}.json")
        if document is None:
            return (Note(NO_REPORT, "report.unreadable", stem),)
        return notes_of(document, stem) or (Note(INCOMPLETE, "incomplete", stem),)


def _document(path: Path) -> ReportDocument | None:
    try:
        return ReportDocument.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def notes_of(document: ReportDocument, stem: str) -> tuple[Note, ...]:
    """Return what a report says against releasing its material: for the applicant, the clerk, the administrator, in this order."""
    found: dict[tuple[Cause, str], set[int | None]] = {}
    for cause, code, number in _causes(document):
        found.setdefault((cause, code), set()).add(number)
    # What is the matter with the whole file is not narrowed to the pages where it was seen as well.
    notes = [Note(cause, code, stem, () if None in pages else tuple(sorted(filter(None, pages)))) for (cause, code), pages in found.items()]
    return tuple(sorted(notes, key=lambda note: (_ORDER.index(note.cause.who), note.pages)))


def _causes(document: ReportDocument) -> Iterator[tuple[Cause, str, int | None]]:
    pages = {page.number: page for page in document.pages}
    of_page: dict[int | None, list[CheckEntry]] = {}
    for check in [*document.checks, *(check for page in document.pages for check in page.checks)]:
        if check.result != "passed":
            of_page.setdefault(check.page, []).append(check)
    for number, checks in of_page.items():
        page = pages.get(number) if number is not None else None
        yield from ((cause, code, number) for cause, code in _of_page(checks, page))
    yield from ((_of_error(error), error.code, error.page) for error in document.errors)


def _of_error(error: ErrorEntry) -> Cause:
    known = cause_of_failure(error.code)
    # A code without words here has both sentences in the report.
    return known._replace(what=Words(error.zh.rstrip("。"), error.en.rstrip("."))) if known.what.zh == error.code else known


def _of_page(checks: Iterable[CheckEntry], page: PageEntry | None) -> Iterator[tuple[Cause, str]]:
    """Give what is the matter with one page, each thing once, a scan's faults in the words of the remarks."""
    remarks = frozenset(page.remarks) if page is not None else frozenset[str]()
    told = {(cause_of_check(check.why or "", check.name), check.why or check.name) for check in checks}
    rescan = {one for one in told if one[0].advice == vocabulary.RESCAN}
    better = sorted(remarks & _OF_THE_SCAN)
    kept = told - rescan if better else told
    yield from sorted(kept, key=lambda one: one[1])
    if rescan:
        yield from ((_of_remark(code), code) for code in (*better, *sorted(remarks & _OF_THE_TURN)))


def _of_remark(code: str) -> Cause:
    what, advice = words.remark_words(code)
    return Cause(Who.APPLICANT, what, advice or vocabulary.RESCAN)
