"""A page whose lines cannot be read is never called legible, however few they are."""

import numpy as np
import pytest

from redact import NotRun, Page, Passed, Quad, Word
from redact.pipeline.quality import measure

PAGE = Page(1, np.full((200, 300, 3), 250, np.uint8), 200)


def line(y: float, score: float) -> Word:
    quad = Quad.centred((150, y), 60, 12)
    return Word(quad, "公", (quad,), score, "test")


@pytest.mark.parametrize("count", [1, 2, 5])
def test_lines_that_nobody_reads_make_the_page_need_review(count: int) -> None:
    check = measure(PAGE, [line(20 + 30 * i, 0.2) for i in range(count)]).check
    assert isinstance(check, NotRun)
    assert len(check.where) == count


def test_one_bad_line_among_many_leaves_the_page_legible() -> None:
    words = [line(20 + 30 * i, 0.95) for i in range(5)] + [line(180, 0.2)]
    assert isinstance(measure(PAGE, words).check, Passed)


def test_a_page_without_text_is_said_to_have_none() -> None:
    assert measure(PAGE, []).remarks[-1] == "no-text"
