"""The report that the pipeline hands out: the trade's record, and small pictures of the masked pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from redact.check import Check, Status
from redact.finding import Engine
from redact.report import ErrorRecord, Material, PageReport, PolicyRecord, Report

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class IllustratedReport:
    """A report with a picture (JPEG bytes) of each MASKED page, in the order of its pages; none at all is allowed.

    A picture is shown only as far as the checks of its page allow: see `pictures`.
    """

    report: Report
    thumbnails: tuple[bytes, ...] = field(default=(), repr=False)

    def to_json(self) -> str:
        """Return the report as `redact.report/1` JSON: the source of the other two."""
        from redact.pipeline.report.record import document_of, to_json

        return to_json(document_of(self.report))

    def to_html(self, language: Language = "zh") -> str:
        """Return one self-contained page that loads nothing and runs no script. `language` is shown first; a switch shows the other."""
        from redact.pipeline.report.html import to_html

        return to_html(self.report, self.thumbnails, language)

    def to_pdf(self, language: Language = "zh") -> bytes:
        """Return the report as PDF; the same report gives the same bytes.

        Raises EngineError(engine="report-pdf", what="font-missing") where Noto Sans CJK is not installed.
        """
        from redact.pipeline.report.pdf import to_pdf

        return to_pdf(self.report, self.thumbnails, language)

    @property
    def status(self) -> Status:
        """The verdict, computed from checks and errors alone."""
        return self.report.status

    @property
    def input(self) -> Material:
        return self.report.input

    @property
    def output(self) -> Material | None:
        return self.report.output

    @property
    def policy(self) -> PolicyRecord:
        return self.report.policy

    @property
    def applicant(self) -> str:
        return self.report.applicant

    @property
    def engines(self) -> tuple[Engine, ...]:
        return self.report.engines

    @property
    def pages(self) -> tuple[PageReport, ...]:
        return self.report.pages

    @property
    def checks(self) -> tuple[Check, ...]:
        return self.report.checks

    @property
    def every_check(self) -> tuple[Check, ...]:
        """The checks of the file and of all its pages."""
        return self.report.every_check

    @property
    def errors(self) -> tuple[ErrorRecord, ...]:
        return self.report.errors

    @property
    def remarks(self) -> tuple[str, ...]:
        return self.report.remarks

    @property
    def timings(self) -> Mapping[str, float]:
        return self.report.timings
