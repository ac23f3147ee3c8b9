"""What only a closer look takes for a small seal is none where all that stands there is a line of print."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.canvas import RED, Canvas, Colour
from fixtures.people import Span
from fixtures.seals import CHOP, Seal, press
from redact.finding import Category, Engine, Finding, Looked, NotLooked
from redact.geometry import Quad
from redact.models.seals.detector import CLOSER_LOOK
from redact.page import Page, Word
from redact.pipeline.printed import without_print
from redact.search.labels import confidences
from tests.unit.search.pages import applicant, line
from tests.unit.search.pages import seen as with_posteriors

DPI = 200
MM = DPI / 25.4
TITLE, EM = "荣誉证书", 14.1 * MM
CLOSER = Engine(CLOSER_LOOK, "1")


def drawn(text: str = TITLE, colour: Colour = RED) -> Canvas:
    """Return a large line of print, its first character at (40, 30) mm."""
    canvas = Canvas(190, 120, DPI)
    canvas.line(40, 30, [Span(text)], 40, "serif-bold", colour)
    return canvas


def read(text: str = TITLE, score: float = 0.95) -> Word:
    return line(text, 40 * MM, 30 * MM, em=EM, score=score)


def seen(first: int, count: int, engine: Engine = CLOSER) -> Finding:
    """Return what a look takes for a seal: so many characters of the line."""
    middle = 40 * MM + (first + count / 2) * EM, 30 * MM + EM / 2
    return Finding(Category.SEAL, Quad.centred(middle, (count / 2 + 0.1) * EM, 0.55 * EM), 0.6, engine, "red")


def left(canvas: Canvas, finding: Finding, *words: Word, bands: tuple[Quad, ...] = ()) -> bool:
    page = Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))
    look = without_print(page, Looked(CLOSER, (finding,)), words, bands)
    assert isinstance(look, Looked)
    return look.findings == (finding,)


@pytest.mark.parametrize(("first", "count"), [(0, 1), (2, 1), (0, 3)])
def test_characters_of_a_title_are_no_seal(first: int, count: int) -> None:
    assert not left(drawn(), seen(first, count), read())


def test_the_nought_of_a_date_is_none_though_no_reader_is_sure_of_it() -> None:
    date = "二〇二五年三月"
    doubted = with_posteriors(read(date), applicant("陶云霁"), {1: {"〇": 0.4, "": 0.3}})
    assert confidences(doubted)[1] == pytest.approx(0.4, abs=0.01)
    assert not left(drawn(date, (20, 20, 20)), seen(1, 1), doubted)


def test_what_is_as_long_as_the_line_in_it_may_be_a_stamp() -> None:
    assert left(drawn(), seen(0, 4), read())


def test_a_line_that_was_not_read_surely_says_nothing() -> None:
    assert left(drawn(), seen(0, 1), read(score=0.6))


def test_a_chop_on_a_line_stands_out_of_it_and_stays() -> None:
    canvas = drawn()
    press(canvas, Seal("陶云霁", CHOP, 22, ink="red", seed=3), 40 + 14.1, 37, "chop")
    found = replace(seen(0, 2), quad=Quad.centred((54.1 * MM, 37 * MM), 12 * MM, 12 * MM))
    assert left(canvas, found, read())


def test_a_pale_chop_on_print_stays_though_the_print_is_all_that_is_dark() -> None:
    canvas = drawn(colour=(20, 20, 20))
    pixels = canvas.pixels
    frame = np.s_[round(24 * MM) : round(50 * MM), round(42 * MM) : round(66 * MM)]
    pixels[frame] = np.minimum(pixels[frame], (255, 232, 232))
    found = replace(seen(0, 2), quad=Quad.centred((54.0 * MM, 37 * MM), 12 * MM, 13 * MM))
    assert left(canvas, found, read())


@pytest.mark.parametrize(
    ("middle", "half", "is_head"),
    [
        ((54, 35), (8, 2.5), True),  # both eyes in the place, which is hardly wider
        ((62, 35), (8, 2.5), False),  # one of them beside it
        ((54, 35), (3, 1), False),  # a tiny face in a large place
    ],
)
def test_a_head_is_no_seal_and_a_chop_on_a_cheek_may_be(middle: tuple[int, int], half: tuple[float, float], is_head: bool) -> None:
    band = Quad.centred((middle[0] * MM, middle[1] * MM), half[0] * MM, half[1] * MM)
    place = replace(seen(0, 2), quad=Quad.centred((54 * MM, 37 * MM), 9 * MM, 12 * MM))
    assert left(drawn(), place, bands=(band,)) != is_head


def test_what_other_looks_see_is_not_asked_about() -> None:
    assert left(drawn(), seen(0, 1, Engine("seals", "1")), read())


def test_a_look_that_was_not_made_stays_so() -> None:
    missed = NotLooked(CLOSER, "engine")
    page = Page(1, np.ascontiguousarray(drawn().pixels), float(DPI))
    assert without_print(page, missed, (read(),), ()) is missed
