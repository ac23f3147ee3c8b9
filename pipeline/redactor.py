"""The whole way, from upload to report, as a table of contents."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from redact.applicant import Applicant
from redact.check import Check, NotRun, Status
from redact.errors import OtherPersonError, PlanError
from redact.pipeline.draft import Desk, Draft, draft, draft_by_plan
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.intake import Document, Upload, open_upload, opened
from redact.pipeline.isolation import Isolation
from redact.pipeline.medium import IntakePage, Kind
from redact.pipeline.progress import Progress, Silent
from redact.pipeline.report import IllustratedReport
from redact.pipeline.span import MOST_PAGES, Long, Span, joined, lean, require_time, spans_of
from redact.pipeline.timings import timed, total
from redact.pipeline.verify.proof import ProvedPage, prove_file, prove_foreign, prove_pages
from redact.pipeline.write import output_kind
from redact.policy import DEFAULT, Policy, load
from redact.redaction import Plan
from redact.report import Material, PageReport, PolicyRecord, Report

Source = Path | str | bytes | BinaryIO


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one upload. `output` is there only where the status is released; else the bytes stand in `withheld`."""

    output: bytes | None = field(repr=False)
    withheld: bytes | None = field(repr=False)
    kind: Kind
    plan: Plan
    report: IllustratedReport

    @property
    def status(self) -> Status:
        """Released, needs review, or blocked: the report's."""
        return self.report.status


class Redactor:
    """Masks uploads for one policy.

    Engines are loaded on first use, once per process. One Redactor may be shared between threads: it keeps no state of
    a run, and engines take their questions in turn. `key` is the HMAC key that stands for the applicant in reports;
    without one a random key is made, so that reports of different processes cannot be linked. `others`: names of other people of
    the same review: material that names one of them where the applicant's name should stand, and the applicant nowhere, is refused
    with OtherPersonError. The applicant's own may be among them.
    Raises PolicyError for a policy that is unknown or not valid.
    """

    def __init__(
        self,
        policy: str | Path | Policy = DEFAULT,
        *,
        engines: Engines | None = None,
        progress: Progress | None = None,
        key: bytes | None = None,
        others: Collection[str] = (),
    ) -> None:
        self.policy = load(policy)
        self._engines = engines or default_engines(self.policy.eyes)
        self._progress = progress or Silent()
        self._key = key or secrets.token_bytes(32)
        self._others = others

    def redact(self, source: Source, applicant: Applicant) -> Result:
        """Find, mask, write, verify. Raises UnreadableError, LimitError, WeightsError; an engine's fault is in the report."""
        run = self._begin(source, applicant)
        spans = [self._span(run)]
        for numbers in spans_of(spans[0].page_count)[1:]:
            spans.append(self._span(run, numbers))
            require_time(spans, self.policy.limits)
        return self._join(run, spans)

    def begin(self, source: Source, applicant: Applicant) -> Result | Long:
        """Do as `redact` does where the document is one span; of a longer one only tell how many pages it has."""
        run = self._begin(source, applicant)
        with self._opened(run) as document:
            if document.page_count > MOST_PAGES:
                return Long(document.page_count)
            drafted = self._drafted(run, document, document.numbers)
        return self._join(run, [self._proved_span(run, drafted)])

    def span(self, source: Source, applicant: Applicant, numbers: Sequence[int]) -> Span:
        """Draft and prove these pages, one of `spans_of` the document. Raises as `redact` does."""
        return self._span(self._begin(source, applicant), numbers)

    def join(self, source: Source, applicant: Applicant, spans: Sequence[Span]) -> Result:
        """Return what `redact` would: write the file of all spans' pages, and prove it. Raises EngineError where pages are missing."""
        return self._join(self._begin(source, applicant), spans)

    def plan(self, source: Source, applicant: Applicant) -> Plan:
        """Propose only: what would be masked, and nothing is written. Raises as `redact` does."""
        run = self._begin(source, applicant)
        with self._opened(run) as document:
            return Plan(tuple(page.plan for page in self._drafts(document, run)), run.upload.sha256)

    def apply(self, source: Source, plan: Plan, applicant: Applicant) -> Result:
        """Mask exactly the plan, write, verify. Raises PlanError where the plan was not made for this material."""
        run = self._begin(source, applicant)
        drafts = tuple(self._drafts_by_plan(run, plan))
        with timed(run.timings, "verify"):
            pages = self._proved(run, drafts, rounds=0)
        return self._finish(run, pages)

    def verify(self, output: Source, applicant: Applicant) -> IllustratedReport:
        """Attack any file, ours or another's: what of the applicant can still be read or seen, and where."""
        run = self._begin(output, applicant)
        with timed(run.timings, "verify"):
            pages, checks, run.page_count = prove_foreign(run.upload, run.desk, self._progress)
        material = Material(run.upload.sha256, run.upload.kind, len(pages))
        return IllustratedReport(self._report(run, material, pages, checks), ())

    def _begin(self, source: Source, applicant: Applicant) -> _Run:
        upload = open_upload(source, self.policy.limits)
        self._engines.load()
        isolation = Isolation(self.policy.limits.engine_seconds)
        desk = Desk(Wanted.of(applicant, self.policy.numbers.masked, self._others), self._engines, isolation, self.policy, upload.kind)
        return _Run(upload, applicant.fingerprint(self._key), desk)

    def _span(self, run: _Run, numbers: Sequence[int] | None = None) -> Span:
        """Draft and prove pages; None: the first span's, of which the document itself tells how many they are."""
        with self._opened(run, numbers) as document:
            drafted = self._drafted(run, document, numbers or spans_of(document.page_count)[0])
        return self._proved_span(run, drafted)

    @contextmanager
    def _opened(self, run: _Run, numbers: Sequence[int] | None = None) -> Iterator[Document]:
        with opened(run.upload, self.policy.limits, self.policy.raster, numbers) as document:
            run.settle(document.page_count, document.doubts)
            yield document

    def _drafted(self, run: _Run, document: Document, numbers: Sequence[int]) -> _Drafted:
        timings: dict[str, float] = {}
        with timed(timings, "find"):
            drafts = tuple(self._drafts(islice(document, len(numbers)), run))
        return _Drafted(drafts, document.doubts, document.seconds, timings)

    def _proved_span(self, run: _Run, drafted: _Drafted) -> Span:
        with timed(drafted.timings, "verify"):
            pages = self._proved(run, drafted.drafts, self.policy.verification.rounds)
        pages, hung = tuple(map(lean, pages)), run.desk.isolation.hung
        return Span(run.upload.sha256, run.page_count, drafted.doubts, pages, drafted.decoding, hung, drafted.timings)

    def _drafts(self, pages: Iterable[IntakePage], run: _Run) -> Iterator[Draft]:
        for page in pages:
            yield draft(page, run.desk)
            self._progress.page_done("find", page.page.number, run.page_count)

    def _proved(self, run: _Run, drafts: Sequence[Draft], rounds: int) -> tuple[ProvedPage, ...]:
        return prove_pages(run.upload, drafts, run.desk, rounds, lambda page: self._progress.page_done("verify", page, run.page_count))

    def _join(self, run: _Run, spans: Sequence[Span]) -> Result:
        pages = joined(spans, run.upload.sha256, self.policy.limits)
        run.settle(spans[0].page_count, spans[0].doubts)
        hung = frozenset[str]().union(*(span.hung for span in spans))
        run.desk = replace(run.desk, isolation=Isolation(self.policy.limits.engine_seconds, hung))
        run.timings = total([span.timings for span in spans])
        return self._finish(run, pages)

    def _drafts_by_plan(self, run: _Run, plan: Plan) -> Iterator[Draft]:
        if plan.sha256 and plan.sha256 != run.upload.sha256:
            raise PlanError(what="other-material")
        _require_on_page(plan)
        pages = {page.number: page for page in plan.pages}
        with self._opened(run) as document:
            if sorted(page.number for page in plan.pages) != list(range(1, document.page_count + 1)):
                raise PlanError(what="other-pages")
            for page in document:
                planned = pages[page.page.number]
                if (planned.width, planned.height) != (page.page.width, page.page.height):
                    raise PlanError(what="other-page-size", page=planned.number)
                yield draft_by_plan(page, planned, run.desk)

    def _finish(self, run: _Run, pages: tuple[ProvedPage, ...]) -> Result:
        _require_own(pages)
        with timed(run.timings, "verify"):
            proof = prove_file(pages, run.desk)
        output = Material(proof.sha256, run.desk.kind, len(pages))
        report = self._report(run, output, tuple(map(_page_report, pages)), proof.checks)
        released = report.status is Status.RELEASED
        return Result(
            output=proof.content if released else None,
            withheld=None if released else proof.content,
            kind=run.desk.kind,
            plan=Plan(tuple(page.draft.plan for page in pages), run.upload.sha256),
            report=IllustratedReport(report, tuple(page.proof.thumbnail for page in pages)),
        )

    def _report(self, run: _Run, output: Material, pages: tuple[PageReport, ...], checks: tuple[Check, ...]) -> Report:
        return Report(
            input=Material(run.upload.sha256, run.upload.kind, run.page_count),
            output=output,
            policy=PolicyRecord(self.policy.name, self.policy.version, self.policy.digest),
            applicant=run.applicant,
            engines=self._engines.known(run.desk.isolation),
            pages=pages,
            checks=(*run.doubts, *checks),
            remarks=run.remarks(self.policy),
            timings=run.timings,
        )


@dataclass(slots=True)
class _Run:
    """The state of one call."""

    upload: Upload = field(repr=False)
    applicant: str
    desk: Desk = field(repr=False)
    doubts: tuple[Check, ...] = ()
    page_count: int = 0
    timings: dict[str, float] = field(default_factory=dict)

    def settle(self, page_count: int, doubts: Iterable[str]) -> None:
        """Fix what only the opened document tells: the output's kind, and what the decoder doubts about the whole file.

        `page_count`: as the document says, not as many as came through: a page that was lost on the way is no page less.
        """
        self.desk = replace(self.desk, kind=output_kind(self.upload.kind, page_count))
        self.doubts = tuple(NotRun("intake", doubt) for doubt in doubts)
        self.page_count = page_count

    def remarks(self, policy: Policy) -> tuple[str, ...]:
        """Return what a reader of the report should know beside the checks."""
        changed = ("kind.changed",) if self.desk.kind is not self.upload.kind else ()
        return changed + self.desk.wanted.cautions + tuple(f"leaves-visible.{category}" for category in policy.leaves_visible)


@dataclass(frozen=True, slots=True)
class _Drafted:
    """Drafts of a span's pages, and what its opening told."""

    drafts: tuple[Draft, ...]
    doubts: tuple[str, ...]
    decoding: float
    timings: dict[str, float]


def _require_own(pages: Sequence[ProvedPage]) -> None:
    """Raise OtherPersonError for the material of somebody else: masked for this applicant it would show that person whole."""
    strange = next((page.draft.plan.number for page in pages if page.draft.strange), None)
    if strange is not None and not any(page.draft.named for page in pages):
        raise OtherPersonError(page=strange)


def _require_on_page(plan: Plan) -> None:
    """Raise PlanError for a redaction that lies off its page: what it should hide stands somewhere else, and would stay."""
    for page in plan.pages:
        if any(redaction.quad.box().clip(page.width, page.height) is None for redaction in page.redactions):
            raise PlanError(what="quad.off-page", page=page.number)


def _page_report(page: ProvedPage) -> PageReport:
    draft, plan = page.draft, page.draft.plan
    checks = draft.checks + page.proof.checks
    return PageReport(plan.number, plan.width, plan.height, plan.dpi, plan.redactions, checks, draft.quality, draft.remarks)
