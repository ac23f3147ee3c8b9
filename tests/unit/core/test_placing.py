"""A text's mask: the whole of its ink, nothing of its neighbours', merged with its like, and a name's as wide as a class."""

from dataclasses import replace
from math import cos, radians, sin

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from redact import Category, Finding, Page, Quad
from redact.finding import Engine
from redact.masking import covered, fill_shape
from redact.page import Word
from redact.placing import Surroundings
from redact.policy import Policy, load, parse, text_of

ENGINE = Engine("test", "1")
POLICY = load()
EM = 40
Ink = NDArray[np.bool_]


class Sheet:
    """A page of glyphs like 口, each three quarters of its cell, set along a line that is turned by some degrees."""

    def __init__(self, degrees: float = 0.0, width: int = 1000, height: int = 640) -> None:
        self.pixels = np.full((height, width, 3), 255, dtype=np.uint8)
        self.degrees = degrees
        self.words: list[Word] = []

    def quad(self, u0: float, v0: float, u1: float, v1: float) -> Quad:
        """A rectangle of the turned frame, on the page."""
        c, s = cos(radians(self.degrees)), sin(radians(self.degrees))
        x, y = self.pixels.shape[1] / 2, self.pixels.shape[0] / 2
        return Quad.of([(x + u * c - v * s, y + u * s + v * c) for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1))])

    def ink(self, quad: Quad, colour: tuple[int, int, int] = (20, 20, 20)) -> Ink:
        """Draw over a place; return which pixels."""
        drawn = np.zeros(self.pixels.shape[:2], dtype=np.uint8)
        cv2.fillConvexPoly(drawn, np.round(quad.array()).astype(np.int32), 1)
        self.pixels[drawn > 0] = colour
        return drawn > 0

    def write(self, count: int, u: float, v: float = 0.0, pitch: float = EM, share: float = 0.78) -> tuple[Quad, Ink]:
        """Write `count` glyphs from u on, as a reader reads them; return the place of them all, and their ink."""
        cells = [self.quad(u + i * pitch, v, u + i * pitch + EM, v + EM) for i in range(count)]
        edge = (1 - share) / 2 * EM
        starts = [u + i * pitch + edge for i in range(count)]
        side = EM - 2 * edge
        ink = np.logical_or.reduce([self.ink(self.quad(start, v + edge, start + side, v + edge + side)) for start in starts])
        for start in starts:
            ink &= ~self.ink(self.quad(start + 5, v + edge + 5, start + side - 5, v + edge + side - 5), (255, 255, 255))
        whole = self.quad(u, v, u + (count - 1) * pitch + EM, v + EM)
        self.words.append(Word(whole, "字" * count, tuple(cells), 0.9, "test"))
        return whole, ink

    def decide(self, *findings: Finding, policy: Policy = POLICY) -> list[Quad]:
        height, width = self.pixels.shape[:2]
        self.redactions = policy.decide(findings, width, height, Surroundings.of(self.pixels, self.words))
        return [redaction.quad for redaction in self.redactions]

    def hidden(self) -> Ink:
        return covered(self.pixels.shape[1], self.pixels.shape[0], self.redactions)


def found(quad: Quad, category: Category = Category.UNIT, score: float = 0.9, hint: str = "exact") -> Finding:
    return Finding(category, quad, score, ENGINE, hint)


def test_the_next_character_is_left_whole_and_the_texts_own_is_covered() -> None:
    sheet = Sheet()
    own, ink = sheet.write(4, 0)
    _, after = sheet.write(3, 4 * EM)
    _, before = sheet.write(3, -3 * EM)
    sheet.decide(found(own))
    assert sheet.hidden()[ink].all()
    assert not sheet.hidden()[after | before].any()


def test_without_the_page_a_text_is_padded_as_ever() -> None:
    own = Quad.of([(100, 100), (260, 100), (260, 140), (100, 140)])
    (redaction,) = POLICY.decide([found(own)], 999, 999)
    assert (redaction.quad.box().x0, redaction.quad.box().y0) == (90, 94)


def test_with_nobody_near_the_padding_is_the_policys() -> None:
    sheet = Sheet()
    own, _ = sheet.write(4, 0)
    (quad,) = sheet.decide(found(own))
    assert quad.box() == own.grow(0.25 * EM, 0.15 * EM).box()


def test_lines_set_close_above_and_below_keep_their_ink() -> None:
    sheet = Sheet()
    own, ink = sheet.write(4, 0)
    _, below = sheet.write(8, -EM, 0.9 * EM)
    _, above = sheet.write(8, -EM, -0.9 * EM)
    sheet.decide(found(own))
    assert sheet.hidden()[ink].all()
    assert not sheet.hidden()[above | below].any()


def test_where_the_neighbours_ink_touches_the_own_is_covered_all_the_same() -> None:
    sheet = Sheet()
    own, ink = sheet.write(2, 0, share=1.0)
    sheet.write(3, 2 * EM, 6, share=1.0)
    sheet.decide(found(own))
    place = np.zeros_like(ink)
    fill_shape(place, own, found(own).shape)
    assert sheet.hidden()[ink & place].all()


def test_a_stroke_that_sticks_out_is_covered_and_a_rule_is_not_followed() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    stroke = sheet.ink(sheet.quad(3 * EM - 12, 15, 3 * EM + 0.28 * EM, 19))
    rule = sheet.ink(sheet.quad(-5 * EM, EM - 4, 9 * EM, EM - 1))
    sheet.decide(found(own), policy=parse(text_of("urumqi-2025").replace("along = 0.25", "along = 0.0")))
    assert sheet.hidden()[stroke].all()
    assert not sheet.hidden()[rule].all()


def test_an_underline_does_not_hide_where_the_neighbour_begins() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    _, after = sheet.write(3, 3 * EM)
    sheet.ink(sheet.quad(-3 * EM, EM - 3, 9 * EM, EM - 1))
    sheet.decide(found(own))
    glyphs = after & (np.arange(after.shape[0]) < sheet.pixels.shape[0] / 2 + EM - 6)[:, None]
    assert not sheet.hidden()[glyphs].any()


def test_a_red_seal_over_the_text_does_not_change_where_its_neighbour_begins() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    _, after = sheet.write(3, 3 * EM)
    red = sheet.quad(2 * EM, -EM, 6 * EM, 2 * EM).box()
    window = sheet.pixels[red.y0 : red.y1, red.x0 : red.x1]
    window[window[:, :, 0] == 255] = (230, 60, 60)
    sheet.decide(found(own))
    assert not sheet.hidden()[after].any()


def test_what_an_unread_line_holds_is_not_taken_for_its_own_neighbour() -> None:
    sheet = Sheet()
    own, ink = sheet.write(3, 0)
    sheet.words = [Word(sheet.quad(-2 * EM, 0, 7 * EM, EM), None, (), 0.1, "test")]
    (quad,) = sheet.decide(found(own))
    assert quad.box() == own.grow(0.25 * EM, 0.15 * EM).box()
    assert sheet.hidden()[ink].all()


def test_what_was_read_again_is_padded_without_regard() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    sheet.write(3, 3 * EM)
    around = Surroundings.of(sheet.pixels, sheet.words).without([own])
    (redaction,) = POLICY.decide([found(own)], 1000, 640, around)
    assert redaction.quad.box() == own.grow(0.25 * EM, 0.15 * EM).box()


def test_two_findings_of_one_run_become_one_mask_and_the_surer_gives_the_reason() -> None:
    sheet = Sheet()
    whole, _ = sheet.write(6, 0)
    halves = found(sheet.quad(0, 0, 3.4 * EM, EM), hint="fuzzy", score=0.5), found(sheet.quad(3 * EM, 0, 6 * EM, EM))
    sheet.decide(*halves)
    (redaction,) = sheet.redactions
    assert redaction.reason == "unit.exact"
    assert redaction.quad.box() == whole.grow(0.25 * EM, 0.15 * EM).box()


def test_a_name_beside_a_unit_stays_two_redactions() -> None:
    sheet = Sheet()
    sheet.write(9, 0)
    unit, name = found(sheet.quad(0, 0, 6 * EM, EM)), found(sheet.quad(6 * EM, 0, 9 * EM, EM), Category.NAME)
    sheet.decide(unit, name)
    assert [redaction.category for redaction in sheet.redactions] == [Category.UNIT, Category.NAME]


def test_a_comma_between_two_names_parts_their_masks() -> None:
    sheet = Sheet()
    one, _ = sheet.write(2, 0)
    _, comma = sheet.write(1, 2 * EM, share=0.3)
    other, _ = sheet.write(2, 3 * EM)
    sheet.decide(found(one, Category.NAME), found(other, Category.NAME))
    assert len(sheet.redactions) == 2
    assert not sheet.hidden()[comma].any()


def test_a_name_set_wide_is_one_mask_and_names_in_two_cells_are_two() -> None:
    sheet = Sheet()
    one, _ = sheet.write(1, 0)
    other, _ = sheet.write(1, 3 * EM)
    names = found(one, Category.NAME), found(other, Category.NAME)
    assert len(sheet.decide(*names)) == 1
    sheet.ink(sheet.quad(2 * EM, -EM, 2 * EM + 3, 2 * EM))
    assert len(sheet.decide(*names)) == 2


def test_lines_one_below_the_other_do_not_merge() -> None:
    sheet = Sheet()
    one, _ = sheet.write(4, 0)
    other, _ = sheet.write(4, 0, 0.9 * EM)
    assert len(sheet.decide(found(one), found(other))) == 2


def widths(count: int, before: bool) -> int:
    sheet = Sheet()
    own, _ = sheet.write(count, 0)
    if before:
        sheet.write(3, -3 * EM)
    (quad,) = sheet.decide(found(own, Category.NAME))
    return quad.box().width


def test_after_a_label_masks_of_two_three_and_seven_characters_are_alike() -> None:
    assert max(widths(n, before=True) for n in (2, 3, 4, 7)) - min(widths(n, before=True) for n in (2, 3, 4, 7)) <= 2
    assert widths(3, before=True) == pytest.approx(8 * EM, abs=2)
    assert widths(9, before=True) == pytest.approx(12 * EM, abs=2)


def test_only_a_name_is_widened() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    (quad,) = sheet.decide(found(own))
    assert quad.box() == own.grow(0.25 * EM, 0.15 * EM).box()


def test_without_classes_no_mask_is_widened() -> None:
    sheet = Sheet()
    own, _ = sheet.write(3, 0)
    (quad,) = sheet.decide(found(own, Category.NAME), policy=replace(POLICY, mask=replace(POLICY.mask, width_classes=())))
    assert quad.box() == own.grow(0.25 * EM, 0.15 * EM).box()


def test_in_running_text_a_names_mask_stays() -> None:
    sheet = Sheet()
    own, ink = sheet.write(3, 0)
    sheet.write(6, 3 * EM)
    (quad,) = sheet.decide(found(own, Category.NAME))
    assert quad.box().width < 3.4 * EM
    assert sheet.hidden()[ink].all()


def cell(count: int, left: float, right: float) -> tuple[Quad, Ink, Ink]:
    """The mask of a name from u = 0 in a cell between two rules, what it hides, and the rules."""
    sheet = Sheet()
    own, _ = sheet.write(count, 0)
    rules = sheet.ink(sheet.quad(left - 3, -EM, left, 2 * EM)) | sheet.ink(sheet.quad(right, -EM, right + 3, 2 * EM))
    (quad,) = sheet.decide(found(own, Category.NAME))
    return quad, sheet.hidden(), rules


def test_a_name_in_the_middle_of_a_cell_fills_it_to_both_sides_and_spares_its_rules() -> None:
    quad, hidden, rules = cell(2, -1.5 * EM, 3.5 * EM)
    assert quad.box().width == pytest.approx(4.5 * EM, abs=4)
    assert not hidden[rules].any()


def test_names_of_two_and_four_characters_in_the_middle_of_equal_cells_have_equal_masks() -> None:
    two, four = cell(2, -2 * EM, 4 * EM)[0], cell(4, -EM, 5 * EM)[0]
    assert two.box().width == pytest.approx(four.box().width, abs=2)


def test_a_name_at_the_left_of_a_cell_grows_at_its_end() -> None:
    quad, hidden, rules = cell(2, -0.5 * EM, 12 * EM)
    assert quad.box().x0 == pytest.approx(500 - 0.25 * EM, abs=1)
    assert quad.box().width == pytest.approx(8 * EM, abs=2)
    assert not hidden[rules].any()


@pytest.mark.parametrize("room", [-0.05, 0.15])
def test_a_name_that_fills_its_cell_does_not_grow_into_the_next(room: float) -> None:
    sheet = Sheet()
    own, _ = sheet.write(4, 0)
    for u in (-room * EM - 3, (4 + room) * EM):
        sheet.ink(sheet.quad(u, -0.1 * EM, u + 3, 2 * EM))
    sheet.ink(sheet.quad(-4 * EM, -0.1 * EM, 9 * EM, -0.1 * EM + 3))
    (quad,) = sheet.decide(found(own, Category.NAME))
    assert quad.box().width < 4.7 * EM


def test_a_mask_does_not_grow_over_a_seal_a_photograph_or_a_pale_word() -> None:
    for colour in ((230, 60, 60), (90, 110, 140), (215, 215, 215)):
        sheet = Sheet()
        own, _ = sheet.write(2, 0)
        sheet.write(2, -2 * EM)
        other = sheet.ink(sheet.quad(4 * EM, -2 * EM, 9 * EM, 3 * EM), colour)
        sheet.decide(found(own, Category.NAME))
        assert not sheet.hidden()[other].any()


def test_a_column_is_widened_downwards() -> None:
    sheet = Sheet(degrees=90)
    own, _ = sheet.write(3, -6 * EM)
    sheet.write(2, -8 * EM)
    (quad,) = sheet.decide(found(own, Category.NAME))
    assert quad.box().height == pytest.approx(8 * EM, abs=2)
    assert quad.box().width == pytest.approx(1.3 * EM, abs=1)


@settings(max_examples=30, deadline=None)
@given(
    degrees=st.sampled_from([0.0, 90.0, 180.0, 270.0]) | st.floats(-12, 12),
    count=st.integers(1, 8),
    gap=st.floats(0, 1.2),
    category=st.sampled_from([Category.NAME, Category.UNIT]),
)
def test_own_ink_is_hidden_wholly_and_neighbours_ink_not_at_all(degrees: float, count: int, gap: float, category: Category) -> None:
    sheet = Sheet(degrees)
    own, ink = sheet.write(count, -4 * EM)
    neighbours = [sheet.write(2, (count - 4 + gap) * EM)[1], sheet.write(2, (-6 - gap) * EM)[1], sheet.write(12, -6 * EM, 1.1 * EM)[1]]
    sheet.decide(found(own, category))
    assert sheet.hidden()[ink].all()
    assert not sheet.hidden()[np.logical_or.reduce(neighbours)].any()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_stands_on_a_page_every_place_found_is_covered_but_for_its_rim(data: st.DataObject) -> None:
    noise = np.random.default_rng(data.draw(st.integers(0, 99))).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    spot = st.builds(
        lambda x, y, along, across, angle: Quad.centred((x, y), along, across, angle),
        *(st.floats(-20, 180), st.floats(-20, 140), st.floats(0.3, 90), st.floats(0.3, 40), st.floats(-3.2, 3.2)),
    )
    quads = data.draw(st.lists(spot, min_size=1, max_size=5))
    words = [Word(quad, None, (), 0.5, "test") for quad in data.draw(st.lists(spot, max_size=6))]
    redactions = POLICY.decide([found(q, Category.NAME) for q in quads], 160, 120, Surroundings.of(noise, words))
    hidden = covered(160, 120, redactions)
    for quad in quads:
        em = min(quad.thickness, quad.length)
        place = np.zeros((120, 160), dtype=np.bool_)
        inner = Quad.centred(quad.centre, quad.length / 2 - 0.13 * em, quad.thickness / 2 - 0.13 * em, np.arctan2(*quad.direction[::-1]))
        if inner.box().clip(160, 120):
            fill_shape(place, inner, found(quad).shape)
        assert hidden[place].all()


def test_the_page_is_not_touched_and_twice_gives_the_same() -> None:
    sheet = Sheet(3.0)
    own, _ = sheet.write(3, 0)
    page = Page(1, sheet.pixels, 200.0)
    around = Surroundings.of(page.pixels, sheet.words)
    before = page.pixels.copy()
    assert POLICY.decide([found(own, Category.NAME)], 1000, 640, around) == POLICY.decide([found(own, Category.NAME)], 1000, 640, around)
    assert (page.pixels == before).all()


@pytest.mark.parametrize("classes", ["[12, 8]", "[0, 8]", "[8, 8]", "[nan]", "[31]", '["wide"]', "8"])
def test_width_classes_that_do_not_ascend_within_bounds_are_refused(classes: str) -> None:
    from redact import PolicyError

    text = text_of("urumqi-2025")
    assert "width_classes = [8, 12]" in text
    with pytest.raises(PolicyError, match=r"width_classes"):
        parse(text.replace("width_classes = [8, 12]", f"width_classes = {classes}"))
