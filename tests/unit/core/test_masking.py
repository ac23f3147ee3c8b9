"""Changed pixels are promised pixels, all of one colour: held against an oracle that shares no geometry with the masker."""

from math import pi

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact import Category, Page, Quad, Redaction, Shape
from redact.masking import covered, mask

W, H, FINE = 120, 90, 6


def page_of_noise(seed: int = 1) -> Page:
    pixels = np.random.default_rng(seed).integers(60, 256, (H, W, 3), dtype=np.uint8)
    return Page(number=1, pixels=pixels, dpi=200)


def redaction(quad: Quad, shape: Shape = Shape.QUAD) -> Redaction:
    return Redaction(id="r1", category=Category.NAME, quad=quad.outward(), reason="name.exact", shape=shape)


def touched(polygon: np.ndarray) -> np.ndarray:
    """The oracle: rays cast from a fine grid of points; a pixel is touched where one of its points lies inside."""
    ys, xs = (np.indices((H * FINE, W * FINE)) + 0.5) / FINE
    inside = np.zeros(xs.shape, dtype=bool)
    for (ax, ay), (bx, by) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        if ay != by:
            inside ^= ((ay > ys) != (by > ys)) & (xs < (bx - ax) * (ys - ay) / (by - ay) + ax)
    fine: np.ndarray = inside.reshape(H, FINE, W, FINE).max(axis=(1, 3))
    return fine


quads = st.builds(
    Quad.centred,
    st.tuples(st.floats(0, W), st.floats(0, H)),
    st.floats(1, 60),
    st.floats(1, 40),
    st.floats(-pi, pi),
)


@given(quads)
@settings(max_examples=80, deadline=None)
def test_every_pixel_that_the_quad_touches_is_masked_and_hardly_another(quad: Quad) -> None:
    r = redaction(quad)
    promised = covered(W, H, [r])
    oracle = touched(r.quad.array())
    assert not (oracle & ~promised).any()
    assert not (promised & ~(cv2.dilate(oracle.astype(np.uint8), np.ones((3, 3))) > 0)).any()


seals = st.builds(Quad.centred, st.tuples(st.floats(0, W), st.floats(0, H)), st.floats(8, 40), st.floats(8, 40), st.floats(-pi, pi))


@given(seals)
@settings(max_examples=60, deadline=None)
def test_an_ellipse_touches_all_four_sides_of_its_quad_and_leaves_its_corners(quad: Quad) -> None:
    r = redaction(quad, Shape.ELLIPSE)
    t = np.linspace(0, 2 * pi, 400)
    (ux, uy), (cx, cy) = r.quad.direction, r.quad.centre
    u, v = np.cos(t) * r.quad.length / 2 * 0.999, np.sin(t) * r.quad.thickness / 2 * 0.999
    promised = covered(W, H, [r])
    oracle = touched(np.stack([cx + u * ux - v * uy, cy + u * uy + v * ux], axis=1))
    # A corner-rounded quad is no perfect rectangle, so its ellipse may differ by a pixel.
    assert not ((cv2.erode(oracle.astype(np.uint8), np.ones((3, 3))) > 0) & ~promised).any()
    assert promised.sum() <= covered(W, H, [redaction(quad)]).sum()


@given(st.lists(quads, min_size=1, max_size=4))
@settings(max_examples=50, deadline=None)
def test_promised_pixels_are_black_and_every_other_pixel_is_the_pages(several: list[Quad]) -> None:
    page = page_of_noise()
    redactions = [redaction(q) for q in several]
    masked = mask(page, redactions)
    promised = covered(W, H, redactions)
    assert (masked.pixels[promised] == 0).all()
    assert (masked.pixels[~promised] == page.pixels[~promised]).all()


def test_masking_makes_a_new_page_without_words() -> None:
    page = page_of_noise()
    before = page.pixels.copy()
    masked = mask(page, [redaction(Box0)])
    assert (page.pixels == before).all()
    assert masked.pixels is not page.pixels
    assert masked.words == ()


Box0 = Quad(((3, 4), (30, 4), (30, 12), (3, 12)))


def test_an_upright_mask_is_exactly_its_box() -> None:
    promised = covered(W, H, [redaction(Box0)])
    expected = np.zeros((H, W), dtype=bool)
    expected[4:12, 3:30] = True
    assert (promised == expected).all()


def test_a_mask_that_reaches_over_the_edge_is_cut_there() -> None:
    promised = covered(W, H, [redaction(Quad(((-20, -20), (5, -20), (5, 7), (-20, 7))))])
    assert promised.sum() == 5 * 7


def test_a_page_cannot_be_changed_through_itself_nor_freezes_its_source() -> None:
    source = np.full((5, 5, 3), 200, dtype=np.uint8)
    page = Page(number=1, pixels=source, dpi=100)
    with pytest.raises(ValueError, match="read-only"):
        page.pixels[0, 0] = 0
    source[0, 0] = 1
