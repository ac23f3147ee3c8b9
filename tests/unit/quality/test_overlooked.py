"""Text that nobody read is seen without a network: a reader that finds nothing has nothing to be unsure of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import fixtures
from fixtures.canvas import Canvas
from fixtures.seals import Seal, press
from redact import NotRun, Page, Quad, Word
from redact.pipeline.quality import measure

HARD = [("defocus", 1.1), ("motion", 2.0), ("dark", 0.93), ("faint", 0.85), ("grain", 30), ("shadow", 0.8), ("coarse", 3), ("blocks", 99)]


def why(page: Page, words: tuple[Word, ...] = ()) -> set[str]:
    return {check.why for check in measure(page, words).checks if isinstance(check, NotRun)}


@pytest.mark.parametrize(("template", "degradation"), list(zip(fixtures.TEMPLATES, 2 * list(fixtures.DEGRADATIONS), strict=False)))
def test_a_page_of_text_without_a_word_read_is_never_legible(template: str, degradation: str) -> None:
    assert why(fixtures.page(template, 4, degradation, 150).page) == {"text-overlooked"}


@pytest.mark.parametrize(("damage", "strength"), HARD)
def test_nor_is_one_that_no_reader_can_read(damage: str, strength: float) -> None:
    assert why(fixtures.damaged("form", 4, damage, strength, 150).page) == {"text-overlooked"}


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_nor_is_one_that_lies_turned(quarters: int) -> None:
    assert why(fixtures.page("form", 4, "scan", 150, quarters).page) == {"text-overlooked"}


@pytest.mark.parametrize("degrees", [2, 5, 8])
def test_nor_is_one_that_lies_askew(degrees: float) -> None:
    assert why(fixtures.damaged("form", 4, "tilt", degrees, 150).page) == {"text-overlooked"}


def lines(count: int) -> tuple[NDArray[np.uint8], list[Quad]]:
    pixels = np.full((900, 700, 3), 245, np.uint8)
    quads = []
    for i in range(count):
        cv2.putText(pixels, "Some lines of writing", (60, 100 + 60 * i), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (30, 30, 30), 2, cv2.LINE_AA)
        quads.append(Quad.around([(55, 65 + 60 * i), (560, 112 + 60 * i)]))
    return pixels, quads


def read(quads: list[Quad]) -> tuple[Word, ...]:
    return tuple(Word(quad, "已读", (quad, quad), 0.99, "test") for quad in quads)


def test_what_was_read_is_not_overlooked() -> None:
    pixels, quads = lines(8)
    assert not why(Page(1, pixels, 150), read(quads))


def test_lines_left_out_are_shown_where_they_are() -> None:
    pixels, quads = lines(8)
    (check,) = measure(Page(1, pixels, 150), read(quads[:4])).checks
    assert isinstance(check, NotRun)
    assert check.why == "text-overlooked"
    assert all(any(quad.contains(*place.centre) for quad in quads[4:]) for place in check.where)


def test_more_is_overlooked_the_more_lines_are_left_out() -> None:
    pixels, quads = lines(8)
    counts = [measure(Page(1, pixels, 150), read(quads[:n])).values["overlooked"] for n in (8, 6, 3, 1)]
    assert counts == sorted(counts)
    assert counts[0] == 0


def test_places_lie_on_the_page() -> None:
    page = fixtures.page("form", 4, "scan", 150).page
    (check,) = measure(page, ()).checks
    assert isinstance(check, NotRun)
    assert all(-1 <= x <= page.width + 1 and -1 <= y <= page.height + 1 for place in check.where for x, y in place.points)


def blank() -> NDArray[np.uint8]:
    noise = np.random.default_rng(1).normal(240, 3, (1600, 1130, 1))
    return np.repeat(np.clip(noise, 0, 255), 3, 2).astype(np.uint8)


def portrait() -> NDArray[np.uint8]:
    picture = cv2.imread(str(Path(fixtures.__file__).parent / "portraits" / "astronaut.png"))
    assert picture is not None
    return np.asarray(cv2.resize(picture, (1024, 1024)), np.uint8)


def ruled() -> NDArray[np.uint8]:
    """An empty form: rules, frames and boxes alone."""
    page = blank()
    for y in range(150, 1500, 90):
        cv2.line(page, (80, y), (1050, y), (20, 20, 20), 2)
    for x in (80, 300, 620, 1050):
        cv2.line(page, (x, 150), (x, 1410), (20, 20, 20), 2)
    return page


def drawing() -> NDArray[np.uint8]:
    """A drawing: circles, curves and hatching."""
    page, rng = blank(), np.random.default_rng(2)
    for _ in range(40):
        x, y, r = (int(v) for v in rng.integers((150, 150, 20), (950, 1400, 140)))
        cv2.circle(page, (x, y), r, (40, 40, 40), 2)
    for x in range(200, 700, 14):
        cv2.line(page, (x, 900), (x + 120, 1100), (60, 60, 60), 1)
    return page


def seal() -> NDArray[np.uint8]:
    """A seal close up."""
    canvas = Canvas(60, 60, 500)
    press(canvas, Seal("白杨渡镇人民政府", seed=1), 30, 30, "keep_seal")
    return canvas.pixels


@pytest.mark.parametrize("draw", [blank, portrait, ruled, drawing, seal])
def test_what_is_no_text_is_not_called_overlooked(draw: Callable[[], NDArray[np.uint8]]) -> None:
    assert not why(Page(1, draw(), 150))
