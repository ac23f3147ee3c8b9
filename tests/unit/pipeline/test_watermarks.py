"""A watermark's letters are no seal, and one that nobody reads is a line that nobody reads."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.people import Span
from fixtures.seals import ROUND, Seal, press
from redact.finding import Category, Engine, Finding, Look, Looked, NotLooked
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.watermarks import is_read, unread_letters, without_watermarks
from tests.unit.search.pages import line

DPI = 200
MM = DPI / 25.4
ENGINE = Engine("seals", "1")
WORDS = "仅供职称评审使用"
TALL = 14 * MM
BLANK = Page(1, np.full((1000, 1600, 3), 255, np.uint8), float(DPI))
NOTHING = np.zeros((1000, 1600), np.bool_)


def page(ring: bool = False) -> Page:
    """Return print over a watermark; with a darker ring on its last letters."""
    canvas = Canvas(190, 120, DPI)
    canvas.line(20, 40, [Span(WORDS)], 40, "sans-bold", (205, 205, 205))
    for row in range(8):
        canvas.line(15, 20 + 8 * row, [Span("教学研究与实践相结合，注重过程评价，")], 10.5)
    if ring:
        press(canvas, Seal("云渡市人民医院", ROUND, 14, seed=3, strength=0.95, ink="black"), 120.0, 47.0, "seal")
    return Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))


def watermark(text: str = WORDS, score: float = 0.95, em: float = TALL) -> Word:
    return replace(line(text, 20 * MM, 40 * MM, em=em, score=score), watermark=True)


LETTER = Finding(Category.SEAL, Quad.centred((120 * MM, 47 * MM), 11 * MM, 7 * MM), 0.6, ENGINE, "grey")


class Detector:
    """Sees a seal where the page is still grey in its place, and remembers that it was asked."""

    def __init__(self, darkest: int = 225) -> None:
        self.darkest, self.asked = darkest, 0

    def __call__(self, seen: Page) -> Look:
        self.asked += 1
        box = LETTER.quad.box().clip(seen.width, seen.height)
        assert box is not None
        place = seen.pixels[box.y0 : box.y1, box.x0 : box.x1]
        # A ring is thicker than print.
        thick = cv2.morphologyEx(place, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
        return Looked(ENGINE, (LETTER,) if float((thick.min(axis=2) < self.darkest).mean()) > 0.02 else ())


def left(picture: Page, *letters: Word, again: Detector | None = None) -> tuple[Finding, ...]:
    look = without_watermarks(picture, Looked(ENGINE, (LETTER,)), letters, again or Detector())
    assert isinstance(look, Looked)
    return look.findings


def test_letters_of_a_watermark_that_were_taken_for_a_seal_are_none() -> None:
    assert left(page(), watermark()) == ()


def test_a_ring_across_a_watermark_is_a_seal_still() -> None:
    assert left(page(ring=True), watermark()) == (LETTER,)


def test_a_seal_in_colour_is_no_letter_whatever_is_seen_without_the_watermark() -> None:
    again, red = Detector(darkest=0), replace(LETTER, hint="red")
    look = without_watermarks(page(), Looked(ENGINE, (red,)), [watermark()], again)
    assert isinstance(look, Looked)
    assert look.findings == (red,)
    assert again.asked == 0


@pytest.mark.parametrize(
    "word",
    [
        watermark(score=0.4),
        watermark("使用"),
        watermark(em=7 * MM),
        replace(watermark(), quad=line(WORDS, 20 * MM, 90 * MM, em=TALL).quad),
    ],
    ids=["not read", "too short", "no larger than a stamp's line", "elsewhere"],
)
def test_what_lies_on_no_large_line_that_was_read_is_left_and_costs_no_second_look(word: Word) -> None:
    again = Detector()
    assert left(page(), word, again=again) == (LETTER,)
    assert again.asked == 0


def test_where_nobody_can_look_again_the_seal_stays() -> None:
    failed = NotLooked(ENGINE, "crashed")
    look = without_watermarks(page(), Looked(ENGINE, (LETTER,)), [watermark()], lambda _: failed)
    assert isinstance(look, Looked)
    assert look.findings == (LETTER,)
    assert without_watermarks(page(), failed, [watermark()], lambda _: failed) is failed


@pytest.mark.parametrize(("text", "score", "read"), [(WORDS, 0.9, True), (WORDS, 0.7, False), ("仅", 0.9, False), (None, 0.0, False)])
def test_a_line_is_read_where_the_reader_is_sure_of_it(text: str | None, score: float, read: bool) -> None:
    word = watermark(text, score) if text else Word(watermark().quad, None, (), score, "reader/1", watermark=True)
    assert is_read(word) is read


def test_a_watermark_that_no_reader_reads_is_open_unless_it_is_masked() -> None:
    unsure = watermark("仅供龚雷资职称", 0.6)
    assert unread_letters(BLANK, (), [unsure], NOTHING) == (unsure.quad,)
    assert unread_letters(BLANK, [watermark("仅供龚蕾赟职称")], [unsure], NOTHING) == ()
    assert unread_letters(BLANK, (), [unsure], ~NOTHING) == ()


@pytest.mark.parametrize(("text", "high"), [("1.", TALL), (None, 9 * MM), ("龚雷", 3 * MM)])
def test_a_mark_that_is_no_line_of_letters_is_not_open(text: str | None, high: float) -> None:
    quad = Quad.centred((500.0, 500.0), 3 * high / 2, high / 2)
    word = Word(quad, text, (quad,) * len(text or ""), 0.3, "reader/1", watermark=True)
    assert unread_letters(BLANK, (), [word], NOTHING) == ()


def test_a_large_line_in_which_nothing_is_read_is_open() -> None:
    quad = Quad.centred((500.0, 500.0), 3 * TALL, TALL)
    assert unread_letters(BLANK, (), [Word(quad, None, (), 0.0, "reader/1", watermark=True)], NOTHING) == (quad,)


def test_print_that_was_read_apart_is_no_watermark() -> None:
    assert unread_letters(BLANK, (), [line("口日", score=0.2)], NOTHING) == ()
