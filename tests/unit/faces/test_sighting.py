"""Views: the page scaled, cut and turned, and the way back to the page."""

from __future__ import annotations

from math import cos, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.models.faces.sighting import Source, View, scaled, turned


@given(turn=st.integers(0, 3), x=st.integers(0, 36), y=st.integers(0, 22))
def test_a_pixel_of_a_turned_view_is_found_again_on_the_page(turn: int, x: int, y: int) -> None:
    page = np.zeros((23, 37, 3), dtype=np.uint8)
    page[y, x] = 255
    view = list(turned(page, 1.0))[turn]
    row, column = np.argwhere(view.pixels[:, :, 0])[0]
    assert view.to_page(column + 0.5, row + 0.5) == (x + 0.5, y + 0.5)


def test_a_cut_and_scaled_view_knows_where_it_was_cut() -> None:
    view = View(np.zeros((128, 128, 3), dtype=np.uint8), 0.5, 0, (96.0, 32.0))
    assert view.to_page(4.0, 8.0) == (200.0, 80.0)


@pytest.mark.parametrize("turn", range(4))
def test_a_box_stays_a_box_and_the_eyes_stay_the_subjects(turn: int) -> None:
    view = View(np.zeros((100, 100, 3), dtype=np.uint8), 1.0, turn)
    sighting = view.sighting((20, 30, 60, 80), (30, 50), (50, 50), 0.9, Source.CENTERFACE)
    x0, y0, x1, y1 = sighting.box
    assert x0 < x1
    assert y0 < y1
    assert sorted((x1 - x0, y1 - y0)) == [40, 50]
    assert (cos(sighting.angle), sin(sighting.angle)) == pytest.approx([(1, 0), (0, 1), (-1, 0), (0, -1)][turn], abs=1e-9)


@given(width=st.integers(1, 300), height=st.integers(1, 300), scale=st.floats(0.001, 1.5))
def test_scaling_never_loses_a_side(width: int, height: int, scale: float) -> None:
    assert min(scaled(np.zeros((height, width, 3), dtype=np.uint8), scale).shape[:2]) >= 1
