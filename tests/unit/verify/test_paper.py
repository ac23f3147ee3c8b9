"""In place of a mask stands paper of the shade around it, on whatever ground and however large the mask is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.page import Page
from redact.pipeline.verify.paper import papered


def shaded(height: int = 400, width: int = 600) -> Page:
    """Paper that grows dark towards the right, as on a phone's photo, with lines of print on it."""
    pixels = np.repeat(np.repeat(np.linspace(240, 100, width)[None, :, None], height, axis=0), 3, axis=2)
    for top in range(20, height, 40):
        pixels[top : top + 8, ::3] = 30
    return Page(1, pixels.astype(np.uint8), 150.0)


@pytest.mark.parametrize("left", [40, 280, 500])
def test_a_masks_place_is_as_bright_as_the_paper_around_it(left: int) -> None:
    page, masked = shaded(), np.zeros((400, 600), np.bool_)
    masked[150:250, left : left + 60] = True
    written = page.pixels.copy()
    written[masked] = 0
    found = papered(Page(1, written, 150.0), masked).pixels
    paper = np.median(page.pixels[130:148, left : left + 60].max(axis=0))
    assert abs(float(np.median(found[masked])) - paper) < 12


@given(top=st.integers(0, 380), left=st.integers(0, 580), high=st.integers(1, 400), wide=st.integers(1, 600))
def test_what_is_not_masked_stays_and_no_mask_stays_black(top: int, left: int, high: int, wide: int) -> None:
    page, masked = shaded(), np.zeros((400, 600), np.bool_)
    masked[top : top + high, left : left + wide] = True
    written = page.pixels.copy()
    written[masked] = 0
    found = papered(Page(1, written, 150.0), masked).pixels
    assert np.array_equal(found[~masked], page.pixels[~masked])
    assert masked.all() or (found[masked] > 60).all()


def test_a_page_without_masks_is_the_page_itself_and_one_that_is_all_masked_stays_black() -> None:
    page, nothing = shaded(), np.zeros((400, 600), np.bool_)
    assert papered(page, nothing) is page
    black = Page(1, np.zeros((400, 600, 3), np.uint8), 150.0)
    assert not papered(black, ~nothing).pixels.any()
