"""Which seals are found, that hardly any ink stands out of their masks, and what is no seal."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.canvas import Canvas
from fixtures.portrait import portrait as portrait_of
from fixtures.seals import CHOP, RECTANGLE, Seal, press
from redact.errors import EngineError, WeightsError
from redact.finding import Category, Shape
from redact.masking import fill_shape
from redact.models import runtime, weights
from redact.models.seals import detector, network, seal_detector
from redact.page import Page
from tests.unit.seals.drawn import BLACK, BLUE, DPI, MM, RED, Pixels, Sheet, chop, covered_share, grey, ring, two_levels

WHOLE = 0.99


def found(sheet: Sheet, after: Callable[[Pixels], Pixels] = lambda pixels: pixels) -> float:
    return covered_share(seal_detector().find(sheet.page(after)), sheet.ink)


@pytest.mark.parametrize("across", [24.0, 38.0, 42.0, 50.0])
def test_a_round_red_seal_is_masked_whole(across: float) -> None:
    assert found(Sheet().press(ring(across), 70, 80, RED)) >= WHOLE


def test_a_round_seal_is_masked_as_an_ellipse_hardly_larger_than_itself() -> None:
    (seal,) = seal_detector().find(Sheet().press(ring(42), 70, 80, RED).page())
    assert (seal.category, seal.shape, seal.hint) == (Category.SEAL, Shape.ELLIPSE, "red")
    assert seal.quad.length == pytest.approx(44 * MM, abs=1.2 * MM)


@pytest.mark.parametrize("tilt", [0.0, 30.0, 100.0])
def test_an_oval_seal_is_masked_whole(tilt: float) -> None:
    assert found(Sheet().press(ring(45, ratio=0.68, tilt=tilt), 70, 80, RED)) >= WHOLE


@pytest.mark.parametrize(("wide", "high", "white"), [(18, 18, False), (18, 18, True), (12, 12, False), (40, 10, False), (40, 40, False)])
def test_a_stamp_is_masked_whole(wide: float, high: float, white: bool) -> None:
    assert found(Sheet().press(chop(wide, high, white), 70, 80, RED)) >= WHOLE


def test_a_seal_over_text_is_masked_whole() -> None:
    assert found(Sheet().text(20, 160).press(ring(), 70, 90, RED)) >= WHOLE


def test_a_blue_seal_is_masked_whole() -> None:
    assert found(Sheet().press(ring(), 70, 80, BLUE)) >= WHOLE


def test_a_faint_seal_is_masked_whole() -> None:
    assert found(Sheet().text(20, 60).press(ring(), 70, 110, RED, strength=0.3)) >= WHOLE


@pytest.mark.parametrize("after", [grey, two_levels])
def test_a_copy_without_colour_keeps_no_ring(after: Callable[[Pixels], Pixels]) -> None:
    assert found(Sheet().text(20, 60).press(ring(), 70, 110, RED), after) >= WHOLE


def test_a_copy_without_colour_keeps_no_chop() -> None:
    assert found(Sheet().text(20, 60).press(chop(), 70, 110, RED), grey) >= WHOLE


def test_a_seal_inside_a_red_frame_is_found() -> None:
    sheet = Sheet().press(ring(), 70, 80, RED)
    cv2.rectangle(sheet.pixels, (20, 20), (500, 700), RED, 5)
    assert found(sheet) >= WHOLE


def test_two_seals_that_overlap_are_both_masked() -> None:
    assert found(Sheet().press(ring(40), 50, 80, RED).press(ring(40), 78, 86, RED)) >= WHOLE


@pytest.mark.parametrize(("x", "y"), [(0.0, 80.0), (130.0, 80.0), (60.0, 4.0), (60.0, 176.0)])
def test_a_seal_cut_by_the_edge_is_masked_up_to_the_edge(x: float, y: float) -> None:
    sheet = Sheet().press(ring(42), x, y, RED)
    page = sheet.page()
    findings = seal_detector().find(page)
    assert {finding.hint for finding in findings} == {"edge"}
    mask = np.zeros(sheet.ink.shape, np.bool_)
    for finding in findings:
        fill_shape(mask, finding.quad, finding.shape)
    border = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    assert covered_share(findings, sheet.ink) >= WHOLE
    assert border.sum() >= 20 * MM


@pytest.mark.parametrize("wrong", [0.5, 2.0])
def test_a_wrong_guess_of_the_resolution_costs_no_seal(wrong: float) -> None:
    sheet = Sheet().press(ring(42 if wrong < 1 else 30), 70, 80, RED)
    page = sheet.page()
    assert covered_share(seal_detector().find(Page(number=1, pixels=page.pixels, dpi=DPI * wrong)), sheet.ink) >= WHOLE


def flag(pixels: Pixels) -> None:
    cv2.rectangle(pixels, (150, 150), (270, 230), (222, 41, 16), -1)
    cv2.circle(pixels, (172, 172), 12, (255, 222, 0), -1)


def portrait(pixels: Pixels) -> None:
    cv2.rectangle(pixels, (150, 150), (250, 290), (190, 25, 40), -1)
    cv2.ellipse(pixels, (200, 210), (28, 38), 0, 0, 360, (225, 180, 150), -1)
    cv2.rectangle(pixels, (165, 250), (235, 290), (40, 45, 60), -1)


def rule_with_star(pixels: Pixels) -> None:
    cv2.line(pixels, (60, 200), (460, 200), RED, 6)
    cv2.fillPoly(pixels, [np.array([(260, 185), (272, 215), (245, 195), (275, 195), (248, 215)], np.int32)], RED)


def tick(pixels: Pixels) -> None:
    cv2.polylines(pixels, [np.array([(200, 200), (215, 225), (260, 160)], np.int32)], False, RED, 4)


def red_frame(pixels: Pixels) -> None:
    cv2.rectangle(pixels, (20, 20), (500, 700), RED, 5)


def red_table(pixels: Pixels) -> None:
    for y in range(200, 500, 50):
        cv2.line(pixels, (60, y), (460, y), RED, 2)
    for x in range(60, 470, 100):
        cv2.line(pixels, (x, 200), (x, 450), RED, 2)


@pytest.mark.parametrize("draw", [flag, portrait, rule_with_star, tick, red_frame, red_table])
def test_what_is_red_but_no_seal_stays(draw: Callable[[Pixels], None]) -> None:
    sheet = Sheet().text(120, 170)
    draw(sheet.pixels)
    assert seal_detector().find(sheet.page()) == ()


# Two blue characters of 7 mm in the right order make a frame: a known false alarm, and the card says so.
@pytest.mark.parametrize(("colour", "size"), [(RED, 4.0), (RED, 7.0), (BLACK, 4.0), (BLACK, 7.0), (BLUE, 4.0)])
def test_text_in_any_ink_stays(colour: tuple[int, int, int], size: float) -> None:
    assert seal_detector().find(Sheet().text(20, 160, colour, size).page()) == ()


def test_black_masks_of_a_finished_page_are_no_seals() -> None:
    sheet = Sheet().text(20, 160)
    cv2.circle(sheet.pixels, (200, 300), 85, (0, 0, 0), -1)
    cv2.rectangle(sheet.pixels, (300, 100), (420, 130), (0, 0, 0), -1)
    cv2.rectangle(sheet.pixels, (300, 400), (372, 472), (0, 0, 0), -1)
    turned = cv2.boxPoints(((430, 620), (72, 72), 8))
    cv2.fillPoly(sheet.pixels, [turned.astype(np.int32)], (0, 0, 0))
    assert seal_detector().find(sheet.page()) == ()


def test_a_page_as_large_as_a_poster_is_looked_at() -> None:
    small = Sheet().press(ring(42), 70, 80, RED)
    large: NDArray[np.uint8] = cv2.resize(small.pixels, (6000, 8300), interpolation=cv2.INTER_NEAREST)
    ink = cv2.resize(small.ink.astype(np.uint8), (6000, 8300), interpolation=cv2.INTER_NEAREST) > 0
    findings = seal_detector().find(Page(number=1, pixels=large, dpi=DPI * 6000 / small.pixels.shape[1]))
    assert covered_share(findings, ink) >= WHOLE


def test_a_failure_of_the_library_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise cv2.error("broken")

    monkeypatch.setattr(cv2, "medianBlur", fail)
    with pytest.raises(EngineError):
        seal_detector().find(Sheet().page())


def test_the_detector_is_loaded_once() -> None:
    assert seal_detector() is seal_detector()


# What shapes alone do not tell


def photograph(pixels: Pixels, x: int, y: int, width: int) -> None:
    shown = cv2.resize(portrait_of().pixels, (width, round(width * 1.4)), interpolation=cv2.INTER_AREA)
    pixels[y : y + shown.shape[0], x : x + width] = shown


def test_a_black_seal_on_a_page_in_colour_is_masked() -> None:
    sheet = Sheet().text(20, 60).press(ring(), 70, 120, BLACK)
    photograph(sheet.pixels, 380, 20, 100)
    assert found(sheet) >= WHOLE


def test_a_seal_under_dense_print_of_its_own_colour_is_masked() -> None:
    assert found(Sheet().text(20, 160, RED, 3.2).press(ring(), 70, 90, RED)) >= WHOLE


def test_a_seal_pressed_on_a_portrait_is_masked() -> None:
    sheet = Sheet()
    photograph(sheet.pixels, 120, 120, 140)
    sheet.press(ring(40), 72, 84, RED)
    assert found(sheet) >= WHOLE


def test_a_network_that_is_not_the_manifests_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "state_of", lambda _: "changed")
    runtime.network.cache_clear()
    with pytest.raises(WeightsError):
        seal_detector().find(Sheet().press(ring(), 70, 80, RED).page())
    runtime.network.cache_clear()


@pytest.mark.parametrize(
    ("seal", "after"),
    [
        (Seal("陶云霁", CHOP, 17, layout="row", tilt=8), grey),
        (Seal("陶云霁", CHOP, 17, layout="column", tilt=-9, ink="purple"), None),
        (Seal("云渡市水利科学研究所", RECTANGLE, 24, ratio=0.25, tilt=6), None),
    ],
)
def test_a_chop_or_stamp_hardly_higher_than_a_line_of_print_is_masked(seal: Seal, after: Callable[[Pixels], Pixels] | None) -> None:
    canvas = Canvas(210, 297, 200)
    press(canvas, seal, 120, 150, "chop")
    pixels = after(canvas.pixels) if after else canvas.pixels
    findings = seal_detector().find(Page(1, pixels, 200.0))
    assert covered_share(findings, canvas.truth("sheet").over > 0) >= WHOLE


def seen_by_the_network(across_mm: float, looks: tuple[int, ...]) -> Callable[[Page, int], network.Answer]:
    """Return what a network says that sees one square in the middle of the page, in some looks."""

    def answer(page: Page, a4_px: int) -> network.Answer:
        height, width = page.height // 4, page.width // 4
        half, seal = round(across_mm * page.px_per_mm / 8), np.zeros((height, width), np.float32)
        if a4_px in looks:
            seal[height // 2 - half : height // 2 + half, width // 2 - half : width // 2 + half] = 0.95
        return network.Answer(seal, (0.25, 0.25), page.px_per_mm / 4)

    return answer


@pytest.mark.parametrize(
    ("across_mm", "looks", "seen_by"),
    [
        (18, (network.CLOSER,), [detector.CLOSER_LOOK]),
        (18, (network.CLOSER, network.COARSE), ["seals"]),
        (40, (network.CLOSER,), []),
        (40, (network.CLOSER, network.COARSE), ["seals"]),
    ],
)
def test_a_closer_look_adds_what_is_small_and_says_that_only_it_saw_that(
    across_mm: float, looks: tuple[int, ...], seen_by: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector, "answer", seen_by_the_network(across_mm, looks))
    assert [finding.engine.name for finding in seal_detector().find(Sheet().page())] == seen_by
