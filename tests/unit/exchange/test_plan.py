"""The plan as JSON: what a person hands back is taken whole, covered outward, or refused."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact import Box, Category, Plan, PlanError, PlanPage, Quad, Redaction, Shape
from redact.pipeline.exchange import plan_from_json, plan_to_json
from redact.pipeline.exchange.plan import schema_json

few = settings(max_examples=25, deadline=None)
codes = st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True)
near, size = st.integers(0, 900), st.integers(1, 400)
upright = st.builds(lambda x, y, w, h: Box(x, y, x + w, y + h).quad(), near, near, size, size)
turned = st.builds(
    lambda x, y, along, across, angle: Quad.centred((x, y), along, across, angle).outward(),
    st.floats(50, 900),
    st.floats(50, 900),
    st.floats(4, 200),
    st.floats(4, 90),
    st.floats(-3.1, 3.1),
)
quads = upright | turned
redactions = st.builds(
    Redaction,
    id=codes,
    category=st.sampled_from(Category),
    quad=quads,
    reason=codes,
    origin=st.one_of(st.just("auto"), st.just("manual"), codes.map("manual:{}".format)),
    shape=st.sampled_from(Shape),
)
pages = st.builds(
    lambda number, dpi, rows: PlanPage(number, 1000, 1000, dpi, tuple(rows)),
    st.integers(1, 300),
    st.floats(36, 600),
    st.lists(redactions, max_size=5, unique_by=lambda row: row.id),
)
plans = st.builds(
    lambda rows, digest: Plan(tuple(rows), digest),
    st.lists(pages, min_size=1, max_size=3, unique_by=lambda page: page.number),
    st.sampled_from(["", "5e" * 32]),
)


def entry(**changes: Any) -> dict[str, Any]:
    given = {"id": "name-1", "category": "name", "quad": [[10, 20], [30, 20], [30, 40], [10, 40]], "reason": "name.exact", "origin": "auto"}
    return given | changes


def document(*entries: dict[str, Any], **changes: Any) -> dict[str, Any]:
    page = {"number": 1, "width": 100, "height": 200, "dpi": 200, "redactions": list(entries)}
    return {"schema": "redact.plan/1", "pages": [page]} | changes


def read(decoded: dict[str, Any]) -> Plan:
    return plan_from_json(json.dumps(decoded))


def first(decoded: dict[str, Any]) -> Redaction:
    return read(decoded).pages[0].redactions[0]


@few
@given(plans)
def test_a_plan_that_is_written_and_read_is_the_same(plan: Plan) -> None:
    assert plan_from_json(plan_to_json(plan)) == plan


@few
@given(plans)
def test_written_plans_fit_the_published_schema(plan: Plan) -> None:
    jsonschema.validate(json.loads(plan_to_json(plan)), published())


def published() -> dict[str, Any]:
    text = resources.files("redact.pipeline.exchange").joinpath("plan.schema.json").read_text(encoding="utf-8")
    decoded: dict[str, Any] = json.loads(text)
    return decoded


def test_the_published_schema_is_up_to_date() -> None:
    assert published() == json.loads(schema_json())


def test_the_contract_s_fields_are_enough() -> None:
    assert first(document(entry())) == Redaction("name-1", Category.NAME, Box(10, 20, 30, 40).quad(), "name.exact")


def test_what_does_not_say_who_decided_was_decided_by_a_person() -> None:
    drawn = {"id": "x", "category": "seal", "quad": [[1, 1], [9, 1], [9, 9], [1, 9]]}
    assert (first(document(drawn)).reason, first(document(drawn)).origin) == ("manual", "manual")


@few
@given(st.permutations([(10.0, 20.0), (30.0, 20.0), (30.0, 40.0), (10.0, 40.0)]))
def test_corners_may_come_in_any_order(corners: list[tuple[float, float]]) -> None:
    assert first(document(entry(quad=corners))).quad.box() == Box(10, 20, 30, 40)


@few
@given(st.tuples(st.floats(5, 40), st.floats(5, 40), st.floats(50, 90), st.floats(50, 90)))
def test_fractions_of_a_pixel_are_covered_outward(edges: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = edges
    quad = first(document(entry(quad=[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]))).quad
    assert quad.box() == Box.cover(x0, y0, x1, y1)


@few
@given(st.floats(30, 60), st.floats(80, 120), st.floats(5, 25), st.floats(5, 25), st.floats(-3.1, 3.1))
def test_a_turned_place_is_covered_too(x: float, y: float, along: float, across: float, angle: float) -> None:
    drawn = Quad.centred((x, y), along, across, angle)
    taken = first(document(entry(quad=[list(point) for point in drawn.points]))).quad
    assert all(taken.contains(*point) for point in drawn.points)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no-json"),
        ("{", "no-json"),
        ("[" * 100_000, "nested-too-deep"),
        ('{"schema": "redact.plan/1", "pages": [], "pages": []}', "key-given-twice"),
        ('{"schema": "redact.plan/1", "pages": NaN}', "not-a-number"),
        ("[]", "plan: model_type"),
        (json.dumps(document(entry()) | {"schema": "redact.plan/2"}), "schema: literal_error"),
        (json.dumps({"pages": []}), "schema: missing"),
        (json.dumps(document(pages=[])), "pages: too_short"),
        (json.dumps(document(entry(), sha256="short")), "sha256: string_pattern_mismatch"),
        (json.dumps(document(entry(category="nose"))), "pages.0.redactions.0.category: enum"),
        (json.dumps(document(entry(quad=[[1, 1], [2, 2], [3, 3]]))), "pages.0.redactions.0.quad: too_short"),
        (json.dumps(document(entry(quad=[[1, 1], [2, 2], [3, 3], [4, "5"]]))), "pages.0.redactions.0.quad.3.1: float_type"),
        (json.dumps(document(entry(quad=[[1e9, 1], [2, 2], [3, 3], [4, 5]]))), "pages.0.redactions.0.quad.0.0: less_than_equal"),
        (json.dumps(document(entry(quad=[[5, 5], [5, 5], [5, 5], [5, 5]]))), "quad.empty"),
        (json.dumps(document(entry(quad=[[5, 5], [50, 5], [50, 5], [5, 5]]))), "quad.empty"),
        (json.dumps(document(entry(quad=[[100, 5], [120, 5], [120, 9], [100, 9]]))), "quad.off-page"),
        (json.dumps(document(entry(), entry())), "id-given-twice"),
        (json.dumps(document(pages=document()["pages"] * 2)), "page-given-twice"),
        (json.dumps(document(entry(origin="robot"))), "pages.0.redactions.0.origin: string_pattern_mismatch"),
    ],
)
def test_what_is_wrong_is_refused_and_said(text: str, what: str) -> None:
    with pytest.raises(PlanError) as caught:
        plan_from_json(text)
    assert caught.value.facts["what"] == what


@pytest.mark.parametrize(
    "decoded",
    [document(entry(郭元頔=1)), document(entry(id="郭元頔")), document(entry(reason="郭元頔")), document(entry(origin="manual:郭元頔"))],
)
def test_no_word_of_a_plan_comes_back_in_an_error(decoded: dict[str, Any]) -> None:
    with pytest.raises(PlanError) as caught:
        read(decoded)
    assert "郭" not in caught.value.zh + caught.value.en + repr(caught.value.facts)


@few
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_other_json_is_a_plan_error(value: object) -> None:
    with pytest.raises(PlanError):
        plan_from_json(json.dumps(value))
