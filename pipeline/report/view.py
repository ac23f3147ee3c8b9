"""What HTML and PDF show, in order, drawn from the report's JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from redact.check import Status
from redact.finding import Category, Shape
from redact.pipeline.report import words
from redact.pipeline.report.marks import Mark, Place, spread
from redact.pipeline.report.record import LEAVES_VISIBLE, CheckEntry, PageEntry, RedactionEntry, ReportDocument
from redact.pipeline.report.vocabulary import EYES, LEGAL, Words

WORST: Final = ("failed", "not_run", "passed")
RESULT: Final = {
    "passed": Words("通过", "Passed"),
    "failed": Words("未通过", "Failed"),
    "not_run": Words("需复核", "Review"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One hidden place: its number on the picture, and the words for it."""

    mark: Mark
    category: Words
    reason: Words
    origin: Words
    by_hand: bool
    found_by: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check. `says` is what it shows, or why it does not; `label` the letter of its places on the picture."""

    result: str
    result_words: Words
    title: Words
    says: Words
    advice: Words | None
    label: str
    places: int
    code: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `state` is its worst check's result; `picture` a JPEG, or None where none may be shown."""

    number: int
    width: int
    height: int
    dpi: float
    state: str
    state_words: Words
    rows: tuple[Row, ...]
    places: tuple[Mark, ...]
    checks: tuple[CheckRow, ...]
    remarks: tuple[tuple[Words, Words | None], ...]
    picture: bytes | None

    @property
    def drawable(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.picture or self.rows or self.places)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that keeps the file from being released, and on which pages (none: the whole file)."""

    result: str
    title: Words
    says: Words
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The whole report, ready to be set."""

    status: Status
    verdict: Words
    next: Words
    reasons: tuple[Reason, ...]
    counts: tuple[tuple[Words, int], ...]
    passed: int
    made: int
    sheets: tuple[Sheet, ...]
    checks: tuple[CheckRow, ...]
    notes: tuple[Words, ...]
    facts: tuple[tuple[Words, str], ...]


def view_of(document: ReportDocument, pictures: dict[int, bytes]) -> View:
    """Return the view of a report. `pictures`: by page number, what may be shown."""
    every = [*document.checks, *(check for page in document.pages for check in page.checks)]
    return View(
        status=document.status,
        verdict=words.status_words(document.status),
        next=words.next_words(document.status, only_checked=_only_checked(document)),
        reasons=tuple(_reasons(document, every)),
        counts=_counts(document.pages),
        passed=sum(check.result == "passed" for check in every),
        made=len(every),
        sheets=tuple(_sheet(page, document, pictures.get(page.number)) for page in document.pages),
        checks=_check_rows(_file_checks(document)),
        notes=tuple(_notes(document)),
        facts=tuple(_facts(document)),
    )


def _file_checks(document: ReportDocument) -> list[CheckEntry]:
    """Return the file's checks, without those that speak of a page and stand with it."""
    numbers = {page.number for page in document.pages}
    return [check for check in document.checks if check.page not in numbers]


def _only_checked(document: ReportDocument) -> bool:
    return document.output is not None and document.output.sha256 == document.input.sha256


def _counts(pages: Sequence[PageEntry]) -> tuple[tuple[Words, int], ...]:
    counted = Counter(redaction.category for page in pages for redaction in page.redactions)
    return tuple((words.category_words(category), counted[category]) for category in Category if counted[category])


def _reasons(document: ReportDocument, checks: Sequence[CheckEntry]) -> Iterable[Reason]:
    """Yield what keeps the file back, the failed first; checks that failed alike on several pages are one reason."""
    grouped: dict[tuple[str, str, str], set[int]] = {}
    for check in sorted(checks, key=lambda check: WORST.index(check.result)):
        if check.result != "passed":
            pages = grouped.setdefault((check.result, check.name, check.why or ""), set())
            pages.update([check.page] if check.page is not None else [])
    for error in document.errors:
        says = Words(error.zh, error.en)
        yield Reason("failed", Words("处理出错", "An error"), says, (error.page,) if error.page is not None else ())
    for (result, name, why), numbers in grouped.items():
        yield Reason(result, words.check_words(name), words.why_words(why, name), tuple(sorted(numbers)))
    if not grouped and not document.errors and document.status is not Status.RELEASED:
        yield Reason("not_run", Words("校验不完整", "Incomplete"), _incomplete(document), ())


def _incomplete(document: ReportDocument) -> Words:
    if document.output is None:
        return Words("没有写出文件。", "No file was written.")
    if len(document.pages) != document.input.pages:
        return Words("不是每一页都处理过。", "Not every page was dealt with.")
    return Words("文件或某一页没有经过检查。", "The file, or one of its pages, was not checked.")


def _sheet(page: PageEntry, document: ReportDocument, picture: bytes | None) -> Sheet:
    marks = _numbered(page)
    # Checks of the whole file may speak of one page: whoever mends that page needs them there.
    entries = [*page.checks, *(check for check in document.checks if check.page == page.number)]
    checks = _check_rows(entries)
    state = min((check.result for check in entries), key=WORST.index) if page.checks else "not_run"
    return Sheet(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=page.dpi,
        state=state,
        state_words=RESULT[state],
        rows=tuple(_row(redaction, mark) for redaction, mark in zip(page.redactions, marks, strict=True)),
        places=_places(page, entries, checks, marks),
        checks=checks,
        remarks=tuple(words.remark_words(remark) for remark in page.remarks),
        picture=picture,
    )


def _row(redaction: RedactionEntry, mark: Mark) -> Row:
    return Row(
        mark=mark,
        category=words.category_words(redaction.category.value),
        reason=words.reason_words(redaction.reason),
        origin=words.origin_words(redaction.origin),
        found_by=", ".join(redaction.found_by),
        by_hand=redaction.origin != "auto",
    )


def _numbered(page: PageEntry) -> tuple[Mark, ...]:
    places = [
        Place.of(str(number), redaction.quad, ellipse=redaction.shape is Shape.ELLIPSE)
        for number, redaction in enumerate(page.redactions, start=1)
    ]
    return spread(places, page.width, page.height)


def _places(page: PageEntry, entries: Sequence[CheckEntry], rows: Sequence[CheckRow], taken: Sequence[Mark]) -> tuple[Mark, ...]:
    checks = zip(_ordered(entries), rows, strict=True)
    places = [Place.of(row.label, place) for check, row in checks if row.label for place in check.where]
    return spread(places, page.width, page.height, taken)


def _ordered(checks: Sequence[CheckEntry]) -> list[CheckEntry]:
    return sorted(checks, key=lambda check: WORST.index(check.result))


def _check_rows(checks: Sequence[CheckEntry]) -> tuple[CheckRow, ...]:
    rows, letters = [], 0
    for check in _ordered(checks):
        placed = check.result != "passed" and bool(check.where)
        rows.append(_check_row(check, _letter(letters) if placed else ""))
        letters += placed
    return tuple(rows)


def _check_row(check: CheckEntry, label: str) -> CheckRow:
    passed = check.result == "passed"
    return CheckRow(
        result=check.result,
        result_words=RESULT[check.result],
        title=words.check_words(check.name),
        says=words.proof_words(check.name) if passed else words.why_words(check.why or "", check.name),
        advice=None if passed else words.advice_words(check.why or "", check.name),
        label=label,
        places=len(check.where),
        code=check.name if passed else f"{check.name}: {check.why}",
    )


def _letter(index: int) -> str:
    """A … Z, then A2 … Z2, and so on."""
    turn, place = divmod(index, 26)
    return chr(ord("A") + place) + (str(turn + 1) if turn else "")


def _notes(document: ReportDocument) -> Iterable[Words]:
    yield from (words.file_remark_words(remark) for remark in document.remarks if not remark.startswith(LEAVES_VISIBLE))
    if document.policy.leaves_visible:
        yield words.left_visible_words(document.policy.leaves_visible)
    if any(redaction.category is Category.EYES for page in document.pages for redaction in page.redactions):
        yield EYES
    yield LEGAL


def _facts(document: ReportDocument) -> Iterable[tuple[Words, str]]:
    yield Words("输入 SHA-256", "Input SHA-256"), document.input.sha256
    yield Words("输出 SHA-256", "Output SHA-256"), document.output.sha256 if document.output else "—"
    yield Words("文件类型、页数", "Kind, pages"), f"{document.input.kind.upper()}, {document.input.pages}"
    yield Words("策略", "Policy"), f"{document.policy.name}, v{document.policy.version}"
    yield Words("策略 SHA-256", "Policy SHA-256"), document.policy.sha256
    yield Words("申报人标识（HMAC）", "Applicant (HMAC)"), document.applicant
    yield Words("引擎", "Engines"), ", ".join(f"{engine.name} {engine.version}".strip() for engine in document.engines) or "—"
