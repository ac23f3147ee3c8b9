"""The record of one run: what came in, what was hidden and why, and what was proved. It names nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from redact.check import Check, Status, status_of
from redact.finding import Engine
from redact.redaction import Redaction


@dataclass(frozen=True, slots=True)
class Material:
    """A file by what it is: digest (hex sha256), kind ("pdf", "jpeg" …), pages. Never its name or place."""

    sha256: str
    kind: str
    pages: int


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """Which policy decided: name, version, digest of all its entries (hex sha256)."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One error: its stable code, page and both sentences."""

    code: str
    page: int | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PageReport:
    """What happened on one page. `quality` maps a measure's name to its value (0..1, px or dpi)."""

    number: int
    width: int
    height: int
    dpi: float
    redactions: tuple[Redaction, ...]
    checks: tuple[Check, ...]
    quality: Mapping[str, float] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The record of one run. `status` is computed from the checks and errors alone.

    `applicant` is a keyed HMAC. `remarks` are fixed codes of things to know that change nothing ("kind.changed").
    `timings` maps a stage to seconds and stays out of everything that must be deterministic.
    """

    input: Material
    output: Material | None
    policy: PolicyRecord
    applicant: str
    engines: tuple[Engine, ...]
    pages: tuple[PageReport, ...]
    checks: tuple[Check, ...]
    errors: tuple[ErrorRecord, ...] = ()
    remarks: tuple[str, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def every_check(self) -> tuple[Check, ...]:
        """The checks of the file and of all its pages."""
        return self.checks + tuple(check for page in self.pages for check in page.checks)

    @property
    def status(self) -> Status:
        """The verdict: released needs a check on the file and on each page, and every one passed."""
        verdict = status_of(self.every_check)
        if verdict is not Status.RELEASED:
            return verdict
        proved = self.checks and self.pages and all(page.checks for page in self.pages)
        complete = self.output is not None and len(self.pages) == self.input.pages and not self.errors
        return Status.RELEASED if proved and complete else Status.NEEDS_REVIEW
