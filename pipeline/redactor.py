"""The whole way, from upload to report, as a table of contents."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from redact.applicant import Applicant
from redact.check import Check, NotRun, Status
from redact.errors import PlanError
from redact.pipeline.draft import Desk, Draft, draft, draft_by_plan
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.intake import Document, Upload, open_upload, opened
from redact.pipeline.isolation import Isolation
from redact.pipeline.medium import Kind
from redact.pipeline.progress import Progress, Silent
from redact.pipeline.report import IllustratedReport
from redact.pipeline.verify.proof import prove, prove_foreign
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
    without one a random key is made, so that reports of different processes cannot be linked.
    Raises PolicyError for a policy that is unknown or not valid.
    """

    def __init__(
        self,
        policy: str | Path | Policy = DEFAULT,
        *,
        engines: Engines | None = None,
        progress: Progress | None = None,
        key: bytes | None = None,
    ) -> None:
        self.policy = load(policy)
        self._engines = engines or default_engines(self.policy.eyes)
        self._progress = progress or Silent()
        self._key = key or secrets.token_bytes(32)

    def redact(self, source: Source, applicant: Applicant) -> Result:
        """Find, mask, write, verify. Raises UnreadableError, LimitError, WeightsError; an engine's fault is in the report."""
        run = self._begin(source, applicant)
        with run.timed("find"):
            drafts = tuple(self._drafts(run))
        return self._finish(run, drafts, rounds=self.policy.verification.rounds)

    def plan(self, source: Source, applicant: Applicant) -> Plan:
        """Propose only: what would be masked, and nothing is written. Raises as `redact` does."""
        run = self._begin(source, applicant)
        return Plan(tuple(page.plan for page in self._drafts(run)), run.upload.sha256)

    def apply(self, source: Source, plan: Plan, applicant: Applicant) -> Result:
        """Mask exactly the plan, write, verify. Raises PlanError where the plan was not made for this material."""
        run = self._begin(source, applicant)
        drafts = tuple(self._drafts_by_plan(run, plan))
        return self._finish(run, drafts, rounds=0)

    def verify(self, output: Source, applicant: Applicant) -> IllustratedReport:
        """Attack any file, ours or another's: what of the applicant can still be read or seen, and where."""
        run = self._begin(output, applicant)
        with run.timed("verify"):
            pages, checks, run.page_count = prove_foreign(run.upload, run.desk, self._progress)
        material = Material(run.upload.sha256, run.upload.kind, len(pages))
        return IllustratedReport(self._report(run, material, pages, checks), ())

    def _begin(self, source: Source, applicant: Applicant) -> _Run:
        upload = open_upload(source, self.policy.limits)
        self._engines.load()
        isolation = Isolation(self.policy.limits.engine_seconds)
        desk = Desk(Wanted.of(applicant, self.policy.numbers.masked), self._engines, isolation, self.policy, upload.kind)
        return _Run(upload, applicant.fingerprint(self._key), desk)

    def _drafts(self, run: _Run) -> Iterator[Draft]:
        with opened(run.upload, self.policy.limits, self.policy.raster) as document:
            run.settle(document)
            for page in document:
                yield draft(page, run.desk)
                self._progress.page_done("find", page.page.number, document.page_count)

    def _drafts_by_plan(self, run: _Run, plan: Plan) -> Iterator[Draft]:
        if plan.sha256 and plan.sha256 != run.upload.sha256:
            raise PlanError(what="other-material")
        _require_on_page(plan)
        pages = {page.number: page for page in plan.pages}
        with opened(run.upload, self.policy.limits, self.policy.raster) as document:
            run.settle(document)
            if sorted(page.number for page in plan.pages) != list(range(1, document.page_count + 1)):
                raise PlanError(what="other-pages")
            for page in document:
                planned = pages[page.page.number]
                if (planned.width, planned.height) != (page.page.width, page.page.height):
                    raise PlanError(what="other-page-size", page=planned.number)
                yield draft_by_plan(page, planned, run.desk)

    def _finish(self, run: _Run, drafts: tuple[Draft, ...], rounds: int) -> Result:
        with run.timed("verify"):
            proof = prove(run.upload, drafts, run.desk, rounds, self._progress)
        pages = tuple(_page_report(d, proof.pages[d.plan.number].checks) for d in proof.drafts)
        report = self._report(run, Material(proof.sha256, run.desk.kind, len(pages)), pages, proof.checks)
        released = report.status is Status.RELEASED
        return Result(
            output=proof.content if released else None,
            withheld=None if released else proof.content,
            kind=run.desk.kind,
            plan=Plan(tuple(d.plan for d in proof.drafts), run.upload.sha256),
            report=IllustratedReport(report, proof.thumbnails),
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

    def settle(self, document: Document) -> None:
        """Fix what only the opened document tells: the output's kind, and what the decoder doubts about the whole file."""
        self.desk = replace(self.desk, kind=output_kind(self.upload.kind, document.page_count))
        self.doubts = tuple(NotRun("intake", doubt) for doubt in document.doubts)
        # As the document says, not as many as came through: a page that was lost on the way is no page less.
        self.page_count = document.page_count

    def remarks(self, policy: Policy) -> tuple[str, ...]:
        """Return what a reader of the report should know beside the checks."""
        changed = ("kind.changed",) if self.desk.kind is not self.upload.kind else ()
        return changed + self.desk.wanted.cautions + tuple(f"leaves-visible.{category}" for category in policy.leaves_visible)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the wall seconds spent inside to the stage."""
        start = time.monotonic()
        yield
        self.timings[stage] = round(self.timings.get(stage, 0.0) + time.monotonic() - start, 3)


def _require_on_page(plan: Plan) -> None:
    """Raise PlanError for a redaction that lies off its page: what it should hide stands somewhere else, and would stay."""
    for page in plan.pages:
        if any(redaction.quad.box().clip(page.width, page.height) is None for redaction in page.redactions):
            raise PlanError(what="quad.off-page", page=page.number)


def _page_report(page: Draft, proved: tuple[Check, ...]) -> PageReport:
    plan = page.plan
    return PageReport(plan.number, plan.width, plan.height, plan.dpi, plan.redactions, page.checks + proved, page.quality, page.remarks)
