"""Whether a page counts as read, and what is said about it."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

import fixtures
from redact import Category, Finding, NotRun, Page, Passed, Quad, Word
from redact.finding import Engine
from redact.pipeline.quality import Quality, measure

BLANK = Page(1, np.full((200, 300, 3), 250, np.uint8), 200)
DPI = 150


def page_of(words: Sequence[Word]) -> Page:
    """A page with strokes where the words are."""
    pixels = BLANK.pixels.copy()
    for box in (word.quad.box() for word in words):
        pixels[box.y0 + 3 : box.y1 - 3, box.x0 : box.x1 : 6] = 30
    return Page(1, pixels, 200)


def line(y: float, score: float) -> Word:
    quad = Quad.centred((150, y), 60, 12)
    return Word(quad, "公", (quad,), score, "test")


def whys(quality: Quality) -> set[str]:
    return {check.why for check in quality.checks if isinstance(check, NotRun)}


def text_of(page: Page, *boxes: tuple[int, int, int, int]) -> tuple[Word, ...]:
    """What a reader would say that read everything in these boxes."""
    quads = [Quad.around([(x0, y0), (x1, y1)]) for x0, y0, x1, y1 in boxes]
    return tuple(Word(quad, "已读", (quad, quad), 0.99, "test") for quad in quads)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_lines_that_nobody_reads_make_the_page_need_review(count: int) -> None:
    words = [line(20 + 30 * i, 0.2) for i in range(count)]
    (check,) = measure(page_of(words), words).checks
    assert isinstance(check, NotRun)
    assert check.why == "unread-lines"
    assert len(check.where) == count


def test_a_line_that_was_guessed_is_not_read() -> None:
    words = [line(20, 0.7)]
    assert whys(measure(page_of(words), words)) == {"unread-lines"}


def test_one_bad_line_among_many_leaves_the_page_legible() -> None:
    words = [line(20 + 30 * i, 0.95) for i in range(5)] + [line(180, 0.2)]
    assert measure(page_of(words), words).checks == (Passed("legible", 1),)


def test_a_page_without_text_is_said_to_have_none() -> None:
    assert measure(BLANK, []).remarks == ("no-text",)


@pytest.mark.parametrize("size", [(1, 1), (3, 700), (700, 3), (64, 64)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_empty_page_of_any_size_is_legible(size: tuple[int, int], level: int) -> None:
    assert not whys(measure(Page(1, np.full((*size, 3), level, np.uint8), 100), []))


def test_every_value_has_a_finite_number() -> None:
    page = fixtures.page("form", 3, dpi=DPI).page
    assert all(np.isfinite(list(measure(page, []).values.values())))


def test_the_same_page_gives_the_same_quality() -> None:
    page = fixtures.page("form", 3, dpi=DPI).page
    assert measure(page, []) == measure(page, [])


def test_the_page_is_not_touched() -> None:
    page = fixtures.page("form", 3, dpi=DPI).page
    before = page.pixels.copy()
    measure(page, text_of(page, (100, 100, 300, 140)))
    assert np.array_equal(page.pixels, before)


def test_a_code_that_was_found_is_no_overlooked_text() -> None:
    picture = np.full((400, 400, 3), 255, np.uint8)
    for y in range(120, 300, 26):
        cv2.putText(picture, "anything written", (100, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (0, 0, 0), 1, cv2.LINE_AA)
    page = Page(1, picture, 100)
    code = Finding(Category.CODE, Quad.around([(90, 90), (310, 310)]), 1.0, Engine("test", "1"))
    assert whys(measure(page, [])) == {"text-overlooked"}
    assert not whys(measure(page, [], [code]))
