"""A watermark that nobody reads is a line that nobody reads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.watermarks import is_read, unread_letters, whole_letters
from tests.unit.search.pages import line

DPI = 200
MM = DPI / 25.4
ENGINE = Engine("seals", "1")
WORDS = "仅供职称评审使用"
TALL = 14 * MM
BLANK = Page(1, np.full((1000, 1600, 3), 255, np.uint8), float(DPI))
NOTHING = np.zeros((1000, 1600), np.bool_)


def watermark(text: str = WORDS, score: float = 0.95, em: float = TALL) -> Word:
    return replace(line(text, 20 * MM, 40 * MM, em=em, score=score), watermark=True)


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


def test_a_name_in_a_watermark_is_covered_beyond_the_reader_s_edges() -> None:
    found = Finding(Category.NAME, Quad.centred((350.0, 350.0), 150.0, 50.0), 0.9, ENGINE)
    (whole,) = whole_letters([found])
    assert all(whole.quad.contains(*point) for point in [(175, 350), (525, 350), (350, 295)])
    assert replace(whole, quad=found.quad) == found
