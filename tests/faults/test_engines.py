"""An engine that fails, crashes, hangs or lies never releases a page, and never ends the run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

import numpy as np
import pytest

from redact import (
    Applicant,
    Category,
    EngineError,
    Failed,
    Finding,
    NotRun,
    Page,
    Passed,
    PlanError,
    Quad,
    Redaction,
    Status,
    WeightsError,
    Word,
)
from redact.pipeline.engines import Engines
from redact.pipeline.find import Wanted, find_all
from redact.pipeline.isolation import Isolation
from redact.pipeline.redactor import Redactor, Result
from redact.policy import load
from redact.redaction import Plan
from tests.faults.engines import (
    DETECTOR_FAULTS,
    ENGINE,
    READER_FAULTS,
    FaultyDetector,
    FaultyReader,
    crashes,
    fails,
    hangs,
    lies_about_places,
    returns_nonsense,
    sees_nothing,
)

APPLICANT = Applicant(names=("洛明川",), units=("云溪市第九中学",))
Fault = Callable[[Page], tuple[Any, ...]]


def engines(**faults: Fault) -> Engines:
    """Engines that look and find nothing, but for those with a fault."""
    readers: dict[str, Any] = {
        name: FaultyReader(faults.get(name, sees_nothing)) for name in ("reader", "second_reader", "line_reader", "chops", "seal_letters")
    }
    detectors: dict[str, Any] = {name: FaultyDetector(faults.get(name, sees_nothing)) for name in ("faces", "seals", "codes")}
    return Engines(**{name: partial(_the, engine) for name, engine in (readers | detectors).items()})


def _the(engine: Any) -> Any:
    return engine


def page(number: int = 1) -> Page:
    return Page(number=number, pixels=np.full((300, 200, 3), 250, np.uint8), dpi=100)


def png() -> bytes:
    import io

    from PIL import Image, ImageDraw

    image = Image.new("RGB", (200, 300), "white")
    ImageDraw.Draw(image).text((20, 20), "2019", fill="black")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def redactor(*, seconds: int = 60, **faults: Fault) -> Redactor:
    policy = load()
    limits = replace(policy.limits, engine_seconds=seconds)
    return Redactor(replace(policy, limits=limits), engines=engines(**faults))


def names_of(result: Result, kind: type[Passed | Failed | NotRun]) -> set[str]:
    return {check.name for check in result.report.every_check if isinstance(check, kind)}


def test_engines_that_look_and_find_nothing_release_a_page_without_anything() -> None:
    assert redactor().redact(png(), APPLICANT).status is Status.RELEASED


@pytest.mark.parametrize("fault", [fails, crashes])
@pytest.mark.parametrize(
    ("engine", "checks"),
    [
        ("reader", {"find.text", "find.watermark", "find.labels"}),
        ("faces", {"find.faces", "second-look.faces"}),
        (
            "seals",
            {
                *("find.seals", "find.chops", "find.seal-reading", "find.cut", "find.beneath"),
                *("second-look.seals", "second-look.chops", "second-look.seal-reading"),
            },
        ),
        ("codes", {"find.codes", "second-look.codes"}),
        ("second_reader", {"second-reader.ppocr-v4", "second-reader.tesseract"}),
    ],
)
def test_an_engine_that_fails_makes_its_checks_not_run_and_the_page_needs_review(fault: Fault, engine: str, checks: set[str]) -> None:
    result = redactor(**cast(dict[str, Any], {engine: fault})).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert result.output is None
    assert result.withheld
    assert names_of(result, NotRun) == checks


@pytest.mark.parametrize("fault", [fails, crashes, returns_nonsense])
def test_a_seal_is_masked_where_its_reader_fails(fault: Fault) -> None:
    place = Quad(((20, 100), (120, 100), (120, 200), (20, 200)))

    def sees_a_seal(page: Page) -> tuple[Finding, ...]:
        return (Finding(Category.SEAL, place, 0.9, ENGINE, "red"),)

    result = redactor(seals=sees_a_seal, seal_letters=fault).redact(png(), APPLICANT)
    assert [redaction.reason for redaction in result.plan.pages[0].redactions] == ["seal.red"]
    assert {"find.seal-reading", "second-look.seal-reading"} <= names_of(result, NotRun)
    assert result.status is not Status.RELEASED


def test_a_line_that_no_reader_reads_makes_the_page_need_review_and_says_where() -> None:
    place = Quad(((15, 15), (80, 15), (80, 40), (15, 40)))

    def sees_an_unread_line(page: Page) -> tuple[Word, ...]:
        return (Word(place, "口日", (place, place), 0.2, "test"),)

    result = redactor(second_reader=sees_a_page_of_lines, reader=lambda page: sees_an_unread_line(page) + sees_a_page_of_lines(page))
    answer = result.redact(png(), APPLICANT)
    assert answer.status is Status.NEEDS_REVIEW
    assert [c.where for c in answer.report.every_check if isinstance(c, NotRun) and c.name == "lines.read"] == [(place,)]


@pytest.mark.parametrize(("hint", "outcome"), [("certain", Passed), ("review", NotRun)])
def test_an_unread_line_on_a_face_is_no_line_and_on_what_may_be_none_it_is(hint: str, outcome: type[Passed | NotRun]) -> None:
    place = Quad(((15, 15), (80, 15), (80, 40), (15, 40)))

    def sees_a_face(page: Page) -> tuple[Finding, ...]:
        band = Quad(((0, -20), (96, -20), (96, 20), (0, 20)))
        return (Finding(Category.EYES, band, 0.9, ENGINE, hint),)

    def sees_an_unread_line(page: Page) -> tuple[Word, ...]:
        return (Word(place, "口日", (place, place), 0.2, "test"),)

    answer = redactor(reader=sees_an_unread_line, faces=sees_a_face).redact(png(), APPLICANT)
    assert "lines.read" in names_of(answer, outcome)


def sees_a_page_of_lines(page: Page) -> tuple[Word, ...]:
    places = [Quad(((20, y), (180, y), (180, y + 20), (20, y + 20))) for y in (60, 100, 140, 180, 220)]
    return tuple(Word(place, "一", (place,), 0.99, "test") for place in places)


def test_what_an_engine_said_while_crashing_is_repeated_nowhere() -> None:
    result = redactor(reader=crashes).redact(png(), APPLICANT)
    assert "张三" not in result.report.to_json() + result.report.to_html()


def test_an_engine_that_hangs_costs_its_time_once_and_the_page_needs_review() -> None:
    start = time.monotonic()
    result = redactor(seconds=1, faces=hangs).redact(png(), APPLICANT)
    assert time.monotonic() - start < 20
    assert result.status is Status.NEEDS_REVIEW
    assert {c.why for c in result.report.every_check if isinstance(c, NotRun)} == {"timeout"}


def test_an_engine_that_lies_about_places_is_not_believed() -> None:
    result = redactor(faces=lies_about_places).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert "find.faces" in names_of(result, NotRun)


def test_thousands_of_findings_are_masked_all_the_same() -> None:
    def sees_everywhere(page: Page) -> tuple[Finding, ...]:
        return tuple(
            Finding(Category.CODE, Quad.centred((x, y), 3, 3), 0.9, ENGINE) for x in range(10, 190, 12) for y in range(10, 290, 12)
        )

    plan = redactor(codes=sees_everywhere).plan(png(), APPLICANT)
    assert len(plan.pages[0].redactions) == 15 * 24


def test_missing_weights_end_the_run_before_it_begins() -> None:
    def missing() -> Any:
        raise WeightsError(engine="weights", file="centerface.onnx", what="missing")

    with pytest.raises(WeightsError):
        Redactor(engines=replace(engines(), faces=missing)).redact(png(), APPLICANT)


def test_a_missing_second_reader_is_a_look_not_made() -> None:
    def missing() -> Any:
        raise WeightsError(engine="tesseract", file="tesseract", what="missing")

    def reads_a_line(page: Page) -> tuple[Word, ...]:
        quad = Quad.centred((100, 100), 10, 10)
        return (Word(quad, "公", (quad,), 0.9, "faulty"),)

    broken = replace(engines(second_reader=reads_a_line), line_reader=missing)
    result = Redactor(engines=broken).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert names_of(result, NotRun) == {"second-reader.tesseract"}


def test_what_only_the_second_reader_reads_is_masked_and_the_page_done_again() -> None:
    place = Quad.centred((100, 150), 30, 10)
    quads = tuple(Quad.centred((x, 150), 10, 10) for x in (80, 100, 120))

    def reads_the_name_where_it_is_not_black(page: Page) -> tuple[Word, ...]:
        seen = page.pixels[145:155, 75:125].max() > 40
        return (Word(place, "洛明川", quads, 0.95, "faulty"),) if seen else ()

    result = redactor(second_reader=reads_the_name_where_it_is_not_black).redact(png(), APPLICANT)
    assert result.status is Status.RELEASED
    assert [r.category for r in result.plan.pages[0].redactions] == [Category.NAME]


def test_what_can_still_be_read_after_the_last_round_blocks_the_output() -> None:
    quads = tuple(Quad.centred((x, 150), 10, 10) for x in (80, 100, 120))

    def reads_the_name_elsewhere_each_time(page: Page) -> tuple[Word, ...]:
        asked.append(page.number)
        y = 30 * len(asked)
        moved = tuple(Quad.of([(px, py - 150 + y) for px, py in quad.points]) for quad in quads)
        return (Word(Quad.centred((100, y), 30, 10), "洛明川", moved, 0.95, "faulty"),)

    asked: list[int] = []
    result = redactor(second_reader=reads_the_name_elsewhere_each_time).redact(png(), APPLICANT)
    assert result.status is Status.BLOCKED
    assert result.output is None


def test_a_look_that_found_nothing_differs_from_one_not_made() -> None:
    seen = find_all(page(), Wanted.of(APPLICANT), engines(codes=fails), Isolation(5))
    results = {check.name: type(check).__name__ for check in seen.checks(1)}
    assert results["find.codes"] == "NotRun"
    assert results["find.faces"] == "Passed"


LIES = {name: fault for name, fault in READER_FAULTS.items() if fault not in (fails, crashes)}


@pytest.mark.parametrize("fault", LIES.values(), ids=LIES)
@pytest.mark.parametrize("engine", ["reader", "second_reader"])
def test_a_reader_that_lies_makes_the_page_need_review_and_never_ends_the_run(fault: Fault, engine: str) -> None:
    result = redactor(**cast(dict[str, Any], {engine: fault})).redact(png(), Applicant(names=("张三", "洛明川")))
    assert result.status is Status.NEEDS_REVIEW
    assert result.output is None


@pytest.mark.parametrize("fault", LIES.values(), ids=LIES)
def test_lines_read_by_a_liar_prove_nothing(fault: Fault) -> None:
    def reads_a_line(page: Page) -> tuple[Word, ...]:
        quad = Quad.centred((100, 100), 10, 10)
        return (Word(quad, "公", (quad,), 0.9, "faulty"),)

    result = redactor(second_reader=reads_a_line, line_reader=fault).redact(png(), Applicant(names=("张三", "洛明川")))
    assert result.status is Status.NEEDS_REVIEW
    assert "second-reader.tesseract" in names_of(result, NotRun)


@pytest.mark.parametrize("fault", DETECTOR_FAULTS.values(), ids=DETECTOR_FAULTS)
@pytest.mark.parametrize("engine", ["faces", "seals", "codes"])
def test_a_look_at_a_page_survives_every_detector(fault: Fault, engine: str) -> None:
    seen = find_all(page(), Wanted.of(APPLICANT), engines(**cast(dict[str, Any], {engine: fault})), Isolation(5))
    load().decide(seen.findings, 200, 300)


def test_an_engine_that_asks_to_leave_ends_neither_the_run_nor_the_process() -> None:
    def leaves(page: Page) -> tuple[Any, ...]:
        raise SystemExit(0)

    result = redactor(codes=leaves).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert names_of(result, NotRun) == {"find.codes", "second-look.codes"}


def test_an_engine_whose_library_is_missing_is_a_typed_error() -> None:
    def missing() -> Any:
        raise ImportError("libGL.so.1: cannot open shared object file")

    with pytest.raises(EngineError) as caught:
        Redactor(engines=replace(engines(), faces=missing)).redact(png(), APPLICANT)
    assert caught.value.facts == {"engine": "faces", "what": "cannot be loaded"}


@pytest.mark.parametrize("fault", [ImportError, SystemExit])
def test_a_detector_that_cannot_be_loaded_is_missing_from_the_report_and_its_looks_not_made(fault: type[BaseException]) -> None:
    def missing() -> Any:
        raise fault("no")

    result = Redactor(engines=replace(engines(), codes=missing)).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert len(result.report.engines) == 7


def test_a_search_of_the_text_layer_that_fails_is_a_look_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(words: object, *_: object) -> Any:
        raise RecursionError

    monkeypatch.setattr("redact.pipeline.find.look", broken)
    seen = find_all(page(), Wanted.of(APPLICANT), engines(), Isolation(5))
    missed = {check.name for check in seen.checks(1) if isinstance(check, NotRun)}
    assert missed == {"find.text", "find.text-layer", "find.beneath", "find.watermark", "find.labels"}


def test_words_of_the_text_layer_outside_the_page_are_no_findings() -> None:
    quads = tuple(Quad.centred((x, -500), 9, 9) for x in (80, 100, 120))
    cropped = Word(Quad.centred((100, -500), 30, 10), "洛明川", quads, 1.0, "text-layer")
    shown = replace_words(page(), (cropped,))
    seen = find_all(shown, Wanted.of(APPLICANT), engines(), Isolation(5))
    assert seen.findings == ()
    assert all(isinstance(check, Passed) for check in seen.checks(1))


def replace_words(page: Page, words: tuple[Word, ...]) -> Page:
    return Page(page.number, page.pixels, page.dpi, words)


def test_what_is_sought_stands_in_no_repr() -> None:
    assert "洛" not in repr(Wanted.of(APPLICANT))


def test_a_plan_that_hides_nothing_where_it_says_is_refused() -> None:
    whole = redactor().plan(png(), APPLICANT)
    off = Redaction("x", Category.NAME, Quad.around(((-90.0, -90.0), (-50.0, -50.0))), "manual")
    for pages in ((replace(whole.pages[0], redactions=(off,)),), (whole.pages[0], replace(whole.pages[0], redactions=())), ()):
        with pytest.raises(PlanError):
            redactor().apply(png(), Plan(pages), APPLICANT)


def test_a_page_that_was_lost_on_the_way_keeps_the_document_from_release() -> None:
    report = redactor().redact(png(), APPLICANT).report.report
    assert report.status is Status.RELEASED
    assert replace(report, input=replace(report.input, pages=2)).status is Status.NEEDS_REVIEW
    assert report.input.pages == 1
    assert redactor().verify(png(), APPLICANT).input.pages == 1


def test_a_large_face_seen_late_round_a_small_masked_one_is_masked_too() -> None:
    asked: list[int] = []

    def sees_the_small_one_first(page: Page) -> tuple[Finding, ...]:
        asked.append(page.number)
        along = 12 if len(asked) == 1 else 60
        return (Finding(Category.EYES, Quad.centred((100, 150), along, along / 3), 0.9, ENGINE),)

    result = redactor(faces=sees_the_small_one_first).redact(png(), APPLICANT)
    (hidden,) = result.plan.pages[0].redactions
    assert hidden.quad.length >= 120


def reads_ten_lines(page: Page) -> tuple[Word, ...]:
    quads = [Quad.centred((100, 20 + 25 * i), 10, 10) for i in range(10)]
    return tuple(Word(quad, "公", (quad,), 0.99, "faulty") for quad in quads)


def test_a_second_reader_that_reads_nothing_on_a_page_full_of_text_has_not_read_it() -> None:
    result = redactor(reader=reads_ten_lines).redact(png(), APPLICANT)
    assert result.status is Status.NEEDS_REVIEW
    assert names_of(result, NotRun) >= {"second-reader.ppocr-v4", "second-reader.tesseract"}


def test_a_name_whose_mask_a_person_took_away_is_read_by_the_first_reader_too() -> None:
    quads = tuple(Quad.centred((x, 150), 10, 10) for x in (80, 100, 120))

    def reads_the_name(page: Page) -> tuple[Word, ...]:
        return (Word(Quad.centred((100, 150), 30, 10), "洛明川", quads, 0.95, "faulty"),)

    maker = redactor(reader=reads_the_name)
    plan = maker.plan(png(), APPLICANT)
    emptied = replace(plan, pages=tuple(replace(page, redactions=()) for page in plan.pages))
    assert maker.apply(png(), emptied, APPLICANT).status is Status.BLOCKED
