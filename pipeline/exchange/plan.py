"""The plan as JSON, `redact.plan/1`: the one thing that a person or another program edits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from redact.errors import PlanError
from redact.finding import Category, Shape
from redact.geometry import Quad
from redact.pipeline.exchange.strict import StrictError, parse
from redact.pipeline.report.record import corners, layout
from redact.redaction import Plan, PlanPage, Redaction

SCHEMA = "redact.plan/1"
# Far beyond any page (40 Mpx), near enough that no sum of corners loses a pixel.
FARTHEST = 1_000_000
MOST_PAGES = 10_000
MOST_REDACTIONS = 100_000

Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Corner = Annotated[list[Coordinate], Field(min_length=2, max_length=2, description="x, y in px of the upright page")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$")]
Reason = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
EngineName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
Origin = Annotated[str, Field(pattern=r"^(auto|manual(:[A-Za-z0-9._-]{1,64})?)$")]
Side = Annotated[int, Field(ge=1, le=FARTHEST)]


class _Border(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RedactionEntry(_Border):
    """One place to hide. Corners in any order, whole pixels or not: the mask covers them outward."""

    id: Id
    category: Category = Field(strict=False)
    quad: Annotated[list[Corner], Field(min_length=4, max_length=4)]
    shape: Shape = Field(default=Shape.QUAD, strict=False)
    reason: Reason = "manual"
    origin: Origin = "manual"
    found_by: Annotated[list[EngineName], Field(max_length=20)] = []


class PageEntry(_Border):
    """The places of one page of width x height px, upright: EXIF orientation and /Rotate applied."""

    number: Annotated[int, Field(ge=1, le=MOST_PAGES)]
    width: Side
    height: Side
    dpi: Annotated[float, Field(gt=0, le=FARTHEST, allow_inf_nan=False)]
    redactions: Annotated[list[RedactionEntry], Field(max_length=MOST_REDACTIONS)]


class PlanDocument(_Border):
    """What will be hidden on each page of one material."""

    schema_: Literal["redact.plan/1"] = Field(alias="schema")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(default=None, description="of the material it was made for")
    pages: Annotated[list[PageEntry], Field(min_length=1, max_length=MOST_PAGES)]


def plan_to_json(plan: Plan) -> str:
    """Return the plan as `redact.plan/1` JSON; the same plan gives the same text."""
    digest = {"sha256": plan.sha256} if plan.sha256 else {}
    return layout({"schema": SCHEMA, **digest, "pages": [_page_entry(page) for page in plan.pages]})


def plan_from_json(text: str) -> Plan:
    """Return the plan that a `redact.plan/1` text spells.

    Raises PlanError for no JSON, an unknown, missing or doubled key, a value out of range, a page given twice, an id
    given twice on a page, and a place that is empty or lies off its page: what was to be hidden there would stay visible.
    """
    try:
        document = PlanDocument.model_validate(parse(text))
    except StrictError as error:
        raise PlanError(what=error.what) from None
    except ValidationError as error:
        raise PlanError(what=_first(error)) from None
    numbers = [page.number for page in document.pages]
    if len(set(numbers)) != len(numbers):
        raise PlanError(what="page-given-twice")
    return Plan(tuple(_page(page) for page in document.pages), document.sha256 or "")


def schema_json() -> str:
    """Return the published JSON Schema; `plan.schema.json` beside this module is its copy."""
    schema = PlanDocument.model_json_schema(by_alias=True, mode="validation")
    return layout({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA, **schema})


def _page_entry(page: PlanPage) -> dict[str, Any]:
    redactions = [
        {
            "id": redaction.id,
            "category": redaction.category.value,
            "quad": corners(redaction.quad),
            "shape": redaction.shape.value,
            "reason": redaction.reason,
            "origin": redaction.origin,
            "found_by": list(redaction.found_by),
        }
        for redaction in page.redactions
    ]
    return {"number": page.number, "width": page.width, "height": page.height, "dpi": page.dpi, "redactions": redactions}


def _page(page: PageEntry) -> PlanPage:
    ids = [redaction.id for redaction in page.redactions]
    if len(set(ids)) != len(ids):
        raise PlanError(what="id-given-twice", page=page.number)
    redactions = tuple(_redaction(entry, page) for entry in page.redactions)
    return PlanPage(page.number, page.width, page.height, page.dpi, redactions)


def _redaction(entry: RedactionEntry, page: PageEntry) -> Redaction:
    try:
        quad = _whole(entry.quad)
    except ValueError:
        raise PlanError(what="quad.empty", page=page.number) from None
    if quad.box().clip(page.width, page.height) is None:
        raise PlanError(what="quad.off-page", page=page.number)
    return Redaction(entry.id, entry.category, quad, entry.reason, entry.origin, entry.shape, tuple(entry.found_by))


def _whole(points: list[list[float]]) -> Quad:
    quad = Quad.of(points)
    if all(c == int(c) for p in quad.points for c in p):
        # Ours already: growing it again would change a plan each time it is read.
        return quad
    return quad.outward()


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    place = list(first["loc"])
    if first["type"] == "extra_forbidden":
        # The key is the writer's word, and may be anybody's name.
        place[-1] = "?"
    return f"{'.'.join(map(str, place)) or 'plan'}: {first['type']}"
