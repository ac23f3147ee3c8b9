"""Decoding, the page's turn, and what becomes of a place that cannot be read."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.geometry import Quad
from redact.models.runtime import Network
from redact.models.text import ppocr
from redact.models.text.beneath import without_ink
from redact.models.text.detect import Region
from redact.models.text.recognise import Reading, _padded, _runs, _spans
from redact.models.text.strip import Strip
from redact.models.text.tesseract import Glyph, _columns, _trimmed
from redact.models.text.turn import DIRECTIONS, along, turn_of
from redact.page import Page


def strip(width: int) -> Strip:
    edge = np.array([[0.0, 0.0], [float(width), 0.0]])
    return Strip(np.zeros((48, width, 3), np.uint8), np.array([0.0, float(width)]), edge, edge + np.array([0.0, 48.0]))


def test_a_run_of_one_class_is_one_character_and_blanks_are_none() -> None:
    first, last = _runs(np.array([0, 5, 5, 0, 5, 7, 7, 7, 0]))
    assert first.tolist() == [1, 4, 5]
    assert last.tolist() == [2, 4, 7]


def test_nothing_but_blanks_is_no_character() -> None:
    assert len(_runs(np.zeros(6, np.int64))[0]) == 0


@given(st.lists(st.integers(1, 40), min_size=1, max_size=30), st.sampled_from(["字", "a", "字a"]))
def test_characters_never_reach_over_their_neighbours_middle(gaps: list[int], alphabet: str) -> None:
    centres = np.cumsum(gaps) * 8.0
    text = (alphabet * len(gaps))[: len(gaps)]
    spans = _spans(text, centres, strip(int(centres[-1]) + 40))
    assert bool((spans[:, 0] < spans[:, 1]).all())
    assert bool((spans[:-1, 1] <= spans[1:, 0] + 1e-9).all())
    assert bool(((spans[:, 0] <= centres) & (centres <= spans[:, 1])).all())


@given(st.integers(1, 6000))
def test_padding_never_cuts_and_wastes_little(width: int) -> None:
    padded = _padded(width)
    assert padded >= width
    assert padded % 8 == 0
    assert padded < width + 64 or padded == 160


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
@pytest.mark.parametrize("first", [0, 1, 2, 3])
def test_corners_are_taken_from_the_texts_own_top_left(turn: int, first: int) -> None:
    corners = np.roll(np.array([[0, 0], [90, 5], [89, 25], [-1, 20.0]]), first, axis=0)
    ordered = along(corners, turn)
    assert (ordered[1] - ordered[0]) @ np.array(DIRECTIONS[turn]) > 0
    assert {tuple(c) for c in ordered} == {tuple(c) for c in corners}


class Voter:
    """A classifier that is sure of one answer."""

    def __init__(self, upside_down: bool) -> None:
        self.answer = [0.0, 1.0] if upside_down else [1.0, 0.0]

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        return [np.array([self.answer] * len(batch), np.float32)]


LINE = np.array([[10, 10], [210, 10], [210, 40], [10, 40.0]])


@pytest.mark.parametrize(("lies", "upside_down", "turn"), [(False, False, 0), (False, True, 2), (True, False, 1), (True, True, 3)])
def test_the_boxes_say_whether_a_page_lies_and_the_lines_vote_on_its_head(lies: bool, upside_down: bool, turn: int) -> None:
    corners = LINE[:, ::-1] if lies else LINE
    image = np.full((300, 300, 3), 255, np.uint8)
    assert turn_of(image, [Region(corners.copy())], cast(Network, Voter(upside_down)), lambda strip: 1.0) == turn


def test_tall_boxes_that_read_better_as_columns_are_vertical_print() -> None:
    image = np.full((300, 300, 3), 255, np.uint8)
    lying = [Region(LINE[:, ::-1].copy())]
    assert turn_of(image, lying, cast(Network, Voter(False)), lambda strip: 0.9 if strip.cell else 0.3) == 0


def test_a_page_without_text_lies_as_it_is() -> None:
    assert turn_of(np.zeros((9, 9, 3), np.uint8), [], cast(Network, Voter(True)), lambda strip: 1.0) == 0


def test_a_place_that_cannot_be_read_stays_a_word_without_text(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = ppocr.first_reader()
    monkeypatch.setattr(ppocr, "regions", lambda *_: [Region(LINE)])
    monkeypatch.setattr(reader._recogniser, "read", lambda strip, sought="": Reading("", np.zeros((0, 2)), 0.0))
    (word,) = reader.read(Page(number=1, pixels=np.full((300, 300, 3), 200, np.uint8), dpi=150))
    assert word.text is None
    assert word.score == 0.0
    assert word.quad == Quad.of(LINE.tolist())


@pytest.mark.parametrize(
    ("upright", "upside_down", "on_head", "chosen"),
    [
        (0.95, None, False, "甲"),
        (0.80, None, False, "甲"),
        (0.4, 0.3, False, "甲"),
        (0.2, 0.35, False, "甲"),
        (0.3, 0.6, False, "乙"),
        (0.7, 0.8, False, "乙"),
        # A line on its head may read as a sure character or two; the classifier sees how it stands.
        (0.87, 1.0, True, "乙"),
        (0.87, 0.8, True, "甲"),
        (0.97, None, True, "甲"),
    ],
)
def test_an_unsure_line_is_tried_upside_down_and_turned_only_for_a_clear_gain(
    monkeypatch: pytest.MonkeyPatch, upright: float, upside_down: float | None, on_head: bool, chosen: str
) -> None:
    reader = ppocr.first_reader()
    monkeypatch.setattr(reader, "_classifier", Voter(on_head))
    scores = [("甲", upright), ("乙", upside_down)]
    answers = iter([Reading(text, np.array([[0.0, 48.0]]), score) for text, score in scores if score is not None])
    monkeypatch.setattr(ppocr, "regions", lambda *_: [Region(LINE)])
    monkeypatch.setattr(reader, "_turn", lambda *_: 0)
    monkeypatch.setattr(reader._recogniser, "read", lambda strip, sought="": next(answers))
    (word,) = reader.read(Page(number=1, pixels=np.full((300, 300, 3), 201, np.uint8), dpi=150))
    assert word.text == chosen
    assert next(answers, None) is None


def stamp(ink: tuple[int, int, int]) -> np.ndarray:
    """Return BGR paper with a disc of ink over a black bar."""
    y, x = np.mgrid[:160, :160]
    image = np.full((160, 160, 3), 250, np.uint8)
    image[(x - 80) ** 2 + (y - 80) ** 2 < 40**2] = ink
    image[75:85, 20:140] = (20, 20, 20)
    return image


@pytest.mark.parametrize("ink", [(60, 60, 210), (200, 80, 60), (130, 60, 200)], ids=["red", "blue", "magenta"])
def test_a_seals_ink_becomes_paper_and_print_stays_ink(ink: tuple[int, int, int]) -> None:
    clean = without_ink(stamp(ink), (30, 30, 130, 130))
    assert clean is not None
    assert clean[60, 80].min() > 240
    assert clean[80, 80].max() < 30


def test_a_grey_seal_has_no_colour_to_take_away() -> None:
    assert without_ink(stamp((120, 120, 120)), (30, 30, 130, 130)) is None


def test_characters_end_where_their_neighbour_begins() -> None:
    glyphs = [Glyph("木", (0, 0, 34, 40), 1.0), Glyph("齐", (32, 0, 230, 40), 1.0), Glyph("市", (70, 0, 106, 40), 1.0)]
    assert [glyph.box[2] for glyph in _trimmed(glyphs)] == [32, 70, 106]


def test_a_column_of_lines_grows_no_larger_than_tesseract_takes() -> None:
    parts = list(_columns([strip(900)] * 1200))
    assert [i for part in parts for i in part] == list(range(1200))
    assert all(len(part) * 60 <= 32_000 for part in parts)
