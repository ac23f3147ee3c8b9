"""What a mask cuts in two is told by its ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact import Applicant
from redact.finding import Category, Engine
from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.verify.bridge import bridged
from redact.search import writings

ENGINE = Engine("second", "1")
UNIT = "云溪市第九中学教研室"
SOUGHT = writings(Applicant(names=("洛明川",), units=(UNIT,)))
PITCH = 30


def word(text: str, at: int, y: int = 100) -> Word:
    """A word whose first character stands in the column `at` of a grid."""
    places = tuple(box((at + i) * PITCH, y, (at + i + 1) * PITCH, y + PITCH) for i in range(len(text)))
    return Word(box(at * PITCH, y, (at + len(text)) * PITCH, y + PITCH), text, places, 0.95, "test")


def box(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return Quad(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def masked(first: int, last: int) -> np.ndarray:
    mask = np.zeros((400, 900), np.bool_)
    mask[90:140, first * PITCH : last * PITCH] = True
    return mask


def test_both_ends_of_a_unit_whose_middle_is_masked_are_found() -> None:
    found = bridged([word("在云溪市第", 2), word("教研室工作", 11)], SOUGHT, masked(7, 11), ENGINE)
    assert {(f.category, f.hint) for f in found} == {(Category.UNIT, "cut")}
    assert {f.quad.box() for f in found} == {box(90, 100, 210, 130).box(), box(330, 100, 420, 130).box()}


@pytest.mark.parametrize("at", [13, 20])
def test_ends_further_apart_than_what_is_missing_are_somebody_else_s(at: int) -> None:
    assert bridged([word("在云溪市第", 2), word("教研室工作", at + 5)], SOUGHT, masked(7, at + 5), ENGINE) == ()


def test_ends_with_white_paper_between_them_are_two_texts() -> None:
    assert bridged([word("在云溪市第", 2), word("教研室工作", 11)], SOUGHT, masked(0, 0), ENGINE) == ()


def test_ends_on_two_lines_are_two_texts() -> None:
    assert bridged([word("在云溪市第", 2), word("教研室工作", 11, y=160)], SOUGHT, masked(7, 11), ENGINE) == ()


def test_another_body_of_the_town_keeps_its_place() -> None:
    assert bridged([word("在云溪市", 2), word("人民医院工作", 8)], SOUGHT, masked(6, 8), ENGINE) == ()


def test_one_word_that_was_read_across_the_mask_is_taken_apart() -> None:
    left, right = word("云溪市第", 2), word("教研室", 10)
    whole = Word(box(60, 100, 390, 130), "云溪市第教研室", left.characters + right.characters, 0.9, "test")
    assert len(bridged([whole], SOUGHT, masked(6, 10), ENGINE)) == 2


@given(st.integers(1, 9), st.integers(1, 9))
def test_a_unit_is_found_wherever_it_is_cut_while_half_of_it_is_left(head: int, tail: int) -> None:
    lost = len(UNIT) - head - tail
    if lost < 1:
        return
    words = [word(UNIT[:head], 2), word(UNIT[-tail:], 2 + head + lost)]
    found = bridged(words, SOUGHT, masked(2 + head, 2 + head + lost), ENGINE)
    assert bool(found) >= (head + tail >= 5)
