"""Places round outward, and a quad is what it says."""

from math import cos, pi, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact import Box, Quad

coordinates = st.floats(-2000, 2000, allow_nan=False)
lengths = st.floats(1, 900)
angles = st.floats(-pi, pi)


def rotated(x: float, y: float, along: float, across: float, angle: float) -> Quad:
    return Quad.centred((x, y), along, across, angle)


@given(coordinates, coordinates, lengths, lengths)
def test_a_box_covers_its_floats(x: float, y: float, w: float, h: float) -> None:
    box = Box.cover(x, y, x + w, y + h)
    assert box.x0 <= x
    assert box.y0 <= y
    assert box.x1 >= x + w
    assert box.y1 >= y + h
    assert box.width <= w + 2
    assert box.height <= h + 2


@pytest.mark.parametrize("corners", [(0, 0, 0, 5), (0, 0, 5, 0), (3, 3, 1, 9)])
def test_an_empty_box_is_refused(corners: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="empty box"):
        Box(*corners)


def test_a_box_off_the_page_clips_to_nothing() -> None:
    assert Box(-10, -10, -1, -1).clip(100, 100) is None
    assert Box(-10, 90, 5, 110).clip(100, 100) == Box(0, 90, 5, 100)


@given(coordinates, coordinates, lengths, lengths, angles)
def test_rounding_a_quad_outward_loses_none_of_its_corners(x: float, y: float, along: float, across: float, angle: float) -> None:
    quad = rotated(x, y, along, across, angle)
    outer = quad.outward()
    assert all(outer.grow(1e-6, 1e-6).contains(px, py) for px, py in quad.points)
    assert all(c == int(c) for p in outer.points for c in p)


@given(coordinates, coordinates, lengths, lengths, angles)
def test_a_rectangle_knows_its_sides_and_direction(x: float, y: float, along: float, across: float, angle: float) -> None:
    quad = rotated(x, y, along, across, angle)
    assert quad.length == pytest.approx(2 * along, rel=1e-6)
    assert quad.thickness == pytest.approx(2 * across, rel=1e-6)
    assert quad.direction == pytest.approx((cos(angle), sin(angle)), abs=1e-6)
    assert quad.area == pytest.approx(4 * along * across, rel=1e-6)


@given(coordinates, coordinates, lengths, lengths, angles, st.floats(0, 50), st.floats(0, 50))
def test_a_grown_quad_is_longer_at_both_ends_and_keeps_its_middle(
    x: float, y: float, along: float, across: float, angle: float, more: float, higher: float
) -> None:
    quad = rotated(x, y, along, across, angle).grow(more, higher)
    assert quad.length == pytest.approx(2 * (along + more), rel=1e-6)
    assert quad.thickness == pytest.approx(2 * (across + higher), rel=1e-6)
    assert quad.centre == pytest.approx((x, y), abs=1e-6)


@given(st.permutations([(0.0, 0.0), (10.0, 0.0), (10.0, 4.0), (0.0, 4.0)]))
def test_corners_in_any_order_cover_the_same_rectangle(corners: list[tuple[float, float]]) -> None:
    assert Quad.of(corners).box() == Box(0, 0, 10, 4)


@pytest.mark.parametrize(
    "corners",
    [
        [(0, 0), (1, 0), (1, float("nan")), (0, 1)],
        [(0, 0), (1, 0), (1, float("inf")), (0, 1)],
        [(0, 0), (0, 0), (0, 0), (0, 0)],
        [(0, 0), (1, 0), (2, 0), (3, 0)],
        [(0, 0), (1, 0), (1, 1)],
    ],
)
def test_a_quad_without_an_area_or_with_corners_nowhere_is_refused(corners: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="quad"):
        Quad.of(corners)


def test_a_quad_says_which_way_its_text_runs() -> None:
    upside_down = Quad(((10, 5), (0, 5), (0, 0), (10, 0)))
    assert upside_down.direction == (-1.0, 0.0)
    assert upside_down.upright
    assert np.allclose(upside_down.array().mean(axis=0), (5, 2.5))
