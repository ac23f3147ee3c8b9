"""A line is cut out straight, and every pixel of it leads back to the page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.models.text.strip import column, curved, is_column, quad_on_page, straight

PAPER = np.full((400, 600, 3), 255, np.uint8)


def rectangle(x: float, y: float, width: float, height: float, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    turned: np.ndarray = corners @ np.array([[c, s], [-s, c]]) + [x, y]
    return turned


@given(st.floats(0, 2 * np.pi), st.floats(20, 300), st.floats(5, 60))
def test_the_whole_strip_leads_back_to_the_corners_it_was_cut_by(angle: float, width: float, height: float) -> None:
    corners = rectangle(300, 200, width, height, angle)
    strip = straight(PAPER, corners, 48)
    assert np.allclose(strip.places(np.array([[0.0, strip.width]]))[0], corners)


def test_a_mark_on_the_strip_leads_back_to_the_mark_on_the_page() -> None:
    page = PAPER.copy()
    corners = rectangle(200, 100, 240, 48, np.pi / 2)
    page[160:164, 160:190] = 0
    strip = straight(page, corners, 48)
    dark = np.flatnonzero(strip.image.min(axis=(0, 2)) < 128)
    (place,) = strip.places(np.array([[dark[0], dark[-1] + 1.0]]))
    assert place[:, 1].min() == pytest.approx(160, abs=1)
    assert place[:, 1].max() == pytest.approx(164, abs=1)


def test_a_column_is_read_downward_cell_by_cell() -> None:
    page = PAPER.copy()
    for number in range(5):
        page[55 + 40 * number : 85 + 40 * number, 105:135] = 0
    strip = column(page, rectangle(100, 50, 40, 200, 0.0), 48)
    assert strip.width == 5 * 48
    places = strip.places(np.array([[n * 48 + 10.0, n * 48 + 38.0] for n in range(5)]))
    for number, place in enumerate(places):
        edge = place[1] - place[0]
        assert edge[1] > abs(edge[0])
        assert place[:, 1].min() <= 55 + 40 * number
        assert place[:, 1].max() >= 85 + 40 * number
        assert np.allclose([place[:, 0].min(), place[:, 0].max()], [100, 140])


def test_the_cuts_of_a_column_miss_its_glyphs() -> None:
    page = PAPER.copy()
    tops = [53, 88, 131, 170, 205]
    for top in tops:
        page[top : top + 28, 105:135] = 0
    strip = column(page, rectangle(100, 50, 40, 190, 0.0), 48)
    edges = {round(float(y)) for y in strip.top[::2, 1]} - {50}
    assert not any(top < y < top + 28 for y in edges for top in tops)


def test_a_curved_line_is_laid_straight_and_its_places_follow_the_curve() -> None:
    page = PAPER.copy()
    turn = np.linspace(-0.9, 0.9, 60)
    spine = np.stack([300 + 200 * np.sin(turn), 330 - 200 * np.cos(turn)], 1)
    for x, y in spine:
        page[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] = 0
    strip = curved(page, spine, 40.0, 48)
    rows = np.flatnonzero(strip.image.mean(axis=(1, 2)) < 200)
    assert rows.min() > 48 * 0.3
    assert rows.max() < 48 * 0.7
    middles = strip.middles(np.array([0.0, strip.width / 2, float(strip.width)]))
    assert np.allclose(middles, [spine[0], [300, 130], spine[-1]], atol=1.0)


def test_a_strip_may_reach_beyond_the_page() -> None:
    assert straight(PAPER, rectangle(-50, -20, 200, 40, 0.0), 48).image.shape[0] == 48
    assert straight(PAPER, rectangle(900, 900, 200, 40, 0.3), 48).image.shape[0] == 48


def test_a_quad_beyond_the_page_becomes_a_pixel_at_its_edge() -> None:
    quad = quad_on_page(rectangle(700, 500, 50, 20, 0.0), 600, 400)
    assert quad.box().clip(600, 400) == quad.box()


def test_what_is_half_as_high_again_as_wide_is_a_column() -> None:
    assert is_column(rectangle(0, 0, 40, 60, 0.0))
    assert not is_column(rectangle(0, 0, 40, 59, 0.0))
