"""The report as JSON, `redact.report/1`: the source that HTML and PDF are drawn from.

Everything here is a code, a number or a digest. A text that does not look like one of our codes is replaced by
WITHHELD: a report must name nobody, even where an engine or a hand-made plan put words in a code's place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Annotated, Any, Final, Literal, assert_never

from pydantic import BaseModel, ConfigDict, Field

from redact.check import Check, Failed, NotRun, Passed, Status
from redact.finding import Category, Engine, Shape
from redact.geometry import Quad
from redact.redaction import Redaction
from redact.report import ErrorRecord, Material, PageReport, Report

SCHEMA: Final = "redact.report/1"
WITHHELD = "withheld"
LEAVES_VISIBLE = "leaves-visible."
_CODE = r"^[A-Za-z0-9][A-Za-z0-9._:+-]{0,79}$"
_FINGERPRINT = r"^[0-9a-f]{16,128}$"
_VERSION = r"^[A-Za-z0-9._+ -]{0,80}$"

Code = Annotated[str, Field(pattern=_CODE)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Corner = Annotated[list[int | float], Field(min_length=2, max_length=2, description="x, y in px of the upright page")]
Corners = Annotated[list[Corner], Field(min_length=4, max_length=4, description="clockwise, from the content's own top left")]


class _Border(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MaterialEntry(_Border):
    """A file by what it is, never by its name or place."""

    sha256: Digest
    kind: Code
    pages: int = Field(ge=0)


class PolicyEntry(_Border):
    """Which policy decided, and which categories it does not mask."""

    name: str
    version: str
    sha256: Digest
    leaves_visible: list[Code]


class EngineEntry(_Border):
    """An engine that looked or was asked to look."""

    name: Code
    version: Annotated[str, Field(pattern=_VERSION)]


class RedactionEntry(_Border):
    """One hidden place."""

    id: Code
    category: Category
    quad: Corners
    shape: Shape
    reason: Code
    origin: Code
    found_by: list[Code] = Field(default=[], description="names of the engines that saw something there")


class CheckEntry(_Border):
    """One check. `page` null means the whole file; `where` are the places to look at, as far as known."""

    name: Code
    result: Literal["passed", "failed", "not_run"]
    why: Code | None
    page: int | None
    where: list[Corners]


class PageEntry(_Border):
    """One page: its size in px, what was hidden on it, what was shown about it."""

    number: int = Field(ge=1)
    width: int = Field(ge=1)
    height: int = Field(ge=1)
    dpi: float = Field(gt=0)
    quality: dict[Code, float]
    remarks: list[Code]
    redactions: list[RedactionEntry]
    checks: list[CheckEntry]


class ErrorEntry(_Border):
    """One error: code, page, and a sentence in Chinese and in English."""

    code: Code
    page: int | None
    zh: str
    en: str


class ReportDocument(_Border):
    """The record of one run over one material. It holds no name, unit, path or file name."""

    schema_: Literal["redact.report/1"] = Field(alias="schema")
    status: Status
    input: MaterialEntry
    output: MaterialEntry | None
    policy: PolicyEntry
    applicant: Code = Field(description="keyed HMAC; reports made with one key can be told apart by it")
    engines: list[EngineEntry]
    pages: list[PageEntry]
    checks: list[CheckEntry]
    errors: list[ErrorEntry]
    remarks: list[Code]
    timings: dict[Code, float] = Field(description="seconds per stage")


def document_of(report: Report) -> ReportDocument:
    """Return the report as its border document."""
    return ReportDocument(
        schema=SCHEMA,
        status=report.status,
        input=MaterialEntry(**_material(report.input)),
        output=MaterialEntry(**_material(report.output)) if report.output else None,
        policy=PolicyEntry(
            name=report.policy.name,
            version=report.policy.version,
            sha256=report.policy.sha256,
            leaves_visible=[code.removeprefix(LEAVES_VISIBLE) for code in _codes(report.remarks) if code.startswith(LEAVES_VISIBLE)],
        ),
        applicant=report.applicant if re.fullmatch(_FINGERPRINT, report.applicant) else WITHHELD,
        engines=[_engine(engine) for engine in report.engines],
        pages=[_page(page) for page in report.pages],
        checks=[_check(check) for check in report.checks],
        errors=[_error(error) for error in report.errors],
        remarks=_codes(report.remarks),
        timings={_code(stage): seconds for stage, seconds in report.timings.items()},
    )


def to_json(document: ReportDocument) -> str:
    """Return the document as JSON: UTF-8, fields in the schema's order, one corner pair a line."""
    return layout(document.model_dump(mode="json", by_alias=True))


def schema_json() -> str:
    """Return the published JSON Schema; `report.schema.json` beside this module is its copy."""
    schema = ReportDocument.model_json_schema(by_alias=True, mode="serialization")
    return layout({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema})


def layout(value: Any) -> str:
    """Return JSON that people can read and compare line by line, number pairs kept together."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    # A raw newline never stands inside a JSON string, so this touches lists of two numbers alone.
    return re.sub(r"\[\n\s+(-?[\d.e+-]+),\n\s+(-?[\d.e+-]+)\n\s+\]", r"[\1, \2]", text) + "\n"


def corners(quad: Quad) -> list[list[int | float]]:
    """Return a quad's corners for JSON: whole pixels as integers, others to a tenth."""
    return [[_number(x), _number(y)] for x, y in quad.points]


def _number(value: float) -> int | float:
    return int(value) if value == int(value) else round(value, 1)


def _material(material: Material) -> dict[str, Any]:
    return {"sha256": material.sha256, "kind": _code(str(material.kind)), "pages": material.pages}


def _engine(engine: Engine) -> EngineEntry:
    version = engine.version if re.fullmatch(_VERSION, engine.version) else WITHHELD
    return EngineEntry(name=_code(engine.name), version=version)


def _page(page: PageReport) -> PageEntry:
    return PageEntry(
        number=page.number,
        width=page.width,
        height=page.height,
        dpi=round(page.dpi, 2),
        quality={_code(measure): value for measure, value in page.quality.items() if isfinite(value)},
        remarks=_codes(page.remarks),
        redactions=[_redaction(redaction) for redaction in page.redactions],
        checks=[_check(check) for check in page.checks],
    )


def _redaction(redaction: Redaction) -> RedactionEntry:
    return RedactionEntry(
        id=_code(redaction.id),
        category=redaction.category,
        quad=corners(redaction.quad),
        shape=redaction.shape,
        reason=_code(redaction.reason),
        origin=_code(redaction.origin),
        found_by=_codes(redaction.found_by),
    )


def _check(check: Check) -> CheckEntry:
    match check:
        case Passed():
            return CheckEntry(name=_code(check.name), result="passed", why=None, page=check.page, where=[])
        case Failed():
            return CheckEntry(name=_code(check.name), result="failed", why=_code(check.why), page=check.page, where=_places(check.where))
        case NotRun():
            return CheckEntry(name=_code(check.name), result="not_run", why=_code(check.why), page=check.page, where=_places(check.where))
        case _:
            assert_never(check)


def _places(where: Sequence[Quad]) -> list[list[list[int | float]]]:
    return [corners(quad) for quad in where]


def _error(error: ErrorRecord) -> ErrorEntry:
    return ErrorEntry(code=_code(error.code), page=error.page, zh=error.zh, en=error.en)


def _codes(texts: Iterable[str]) -> list[str]:
    return [_code(text) for text in texts]


def _code(text: str) -> str:
    # Eleven digits in a row are a phone or an ID number, never one of ours.
    return text if re.fullmatch(_CODE, text) and not re.search(r"\d{11}", text) else WITHHELD
