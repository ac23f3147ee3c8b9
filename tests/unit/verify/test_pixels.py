"""A written page is held against its promise."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.check import Check, Failed, NotRun, Passed
from redact.finding import Category, Shape
from redact.geometry import Quad
from redact.masking import covered, mask
from redact.page import Page, Pixels
from redact.pipeline.medium import Codec
from redact.pipeline.verify.pixels import promised, same_pages, same_to_another, solid, unchanged
from redact.pipeline.write import bound
from redact.redaction import Redaction
from tests.unit.write.pages import MASK, masked, paper, redaction

BLACK = (0, 0, 0)
EXACT, LOSSY = bound(Codec.LOSSLESS), bound(Codec.JPEG)


@st.composite
def redactions(draw: st.DrawFn) -> Redaction:
    angle, along, across = draw(st.floats(0, 6.3)), draw(st.floats(2, 40)), draw(st.floats(2, 40))
    centre = (draw(st.floats(-10, 110)), draw(st.floats(-10, 90)))
    quad = Quad.centred(centre, along, across, angle).outward()
    return Redaction("r", Category.NAME, quad, "name.exact", shape=draw(st.sampled_from(tuple(Shape))))


def _changed(page: Page, at: tuple[slice, slice] | tuple[int, int], colour: int) -> Page:
    pixels: Pixels = page.pixels.copy()
    pixels[at] = colour
    return Page(page.number, pixels, page.dpi)


def _code(check: Check) -> str:
    return "passed" if isinstance(check, Passed) else check.why


@settings(max_examples=80, deadline=None)
@given(redactions())
def test_the_promise_agrees_with_the_masker_to_a_pixel(one: Redaction) -> None:
    page = Page(1, paper(100, 80), 200.0)
    ours, theirs = promised(page, [one]), covered(100, 80, [one])
    assert not (ours & ~theirs).any()
    near = cv2.dilate(ours.view(np.uint8), np.ones((5, 5), np.uint8)) > 0
    # A shape's sharp tip may touch pixels whose centres it misses; more than a thin rim it cannot be.
    assert (theirs & ~near).sum() <= max(8, (one.quad.length + one.quad.thickness) / 4)


@settings(max_examples=40, deadline=None)
@given(redactions())
def test_what_the_masker_made_is_solid_and_changes_nothing_else(one: Redaction) -> None:
    page = Page(1, paper(100, 80), 200.0)
    written = mask(page, [one])
    assert solid(written, [one], BLACK, EXACT) == Passed("pixels.solid", 1)
    assert unchanged(page, written, [one], EXACT) == Passed("pixels.unchanged", 1)


def test_a_slanted_mask_across_the_page_s_edge_touches_pixels_there_by_what_lies_beyond() -> None:
    across = replace(redaction(), quad=Quad(((32.0, -79.0), (85.0, -48.0), (47.0, 18.0), (-6.0, -12.0))))
    page = Page(1, paper(100, 80), 200.0)
    assert unchanged(page, mask(page, [across]), [across], EXACT) == Passed("pixels.unchanged", 1)


def test_a_mask_that_is_missing_is_told_with_its_place() -> None:
    check = solid(Page(1, paper(), 200.0), [redaction()], BLACK, EXACT)
    assert check == Failed("pixels.solid", "not-solid", 1, (MASK.quad(),))


@pytest.mark.parametrize(("where", "level"), [((MASK.y0, MASK.x0), 1), ((MASK.y1 - 1, MASK.x1 - 1), 255)])
def test_one_pixel_of_another_colour_is_no_exact_mask(where: tuple[int, int], level: int) -> None:
    assert _code(solid(_changed(masked(paper()), where, level), [redaction()], BLACK, EXACT)) == "not-solid"


def test_a_lossy_mask_may_be_a_little_lighter_and_no_more() -> None:
    page = masked(paper())
    assert _code(solid(_changed(page, (MASK.y0, MASK.x0), 39), [redaction()], BLACK, LOSSY)) == "passed"
    assert _code(solid(_changed(page, (MASK.y0, MASK.x0), 40), [redaction()], BLACK, LOSSY)) == "not-solid"


def test_a_page_without_redactions_is_solid() -> None:
    assert _code(solid(Page(1, paper(), 200.0), [], BLACK, EXACT)) == "passed"


@pytest.mark.parametrize("limits", [EXACT, LOSSY])
def test_the_page_outside_the_mask_is_the_original(limits: object) -> None:
    page = Page(1, paper(), 200.0)
    assert _code(unchanged(page, masked(paper()), [redaction()], limits)) == "passed"  # type: ignore[arg-type]


def test_one_changed_pixel_of_an_exact_page_is_told_with_its_place() -> None:
    page = Page(1, paper(), 200.0)
    check = unchanged(page, _changed(masked(paper()), (70, 90), 200), [redaction()], EXACT)
    assert isinstance(check, Failed)
    assert check.why == "changed"
    (place,) = check.where
    assert place.contains(90.5, 70.5)


def test_a_lossy_page_with_an_erased_line_is_told() -> None:
    assert _code(unchanged(Page(1, paper(), 200.0), _changed(masked(paper()), (slice(50, 70), slice(30, 34)), 255), [], LOSSY)) == "changed"


def test_a_faint_stamp_that_vanished_is_told_though_no_pixel_is_far_off() -> None:
    faint = paper(128, 128)
    faint[80:112, 64:112] = 235
    assert _code(unchanged(Page(1, faint, 200.0), Page(1, paper(128, 128), 200.0), [], LOSSY)) == "changed"


def test_a_mask_where_none_was_decided_is_a_change() -> None:
    assert _code(unchanged(Page(1, paper(), 200.0), masked(paper()), [], EXACT)) == "changed"
    assert _code(unchanged(Page(1, paper(), 200.0), masked(paper()), [], LOSSY)) == "changed"


def test_ink_that_reading_takes_for_paper_is_no_change() -> None:
    page = Page(1, paper(), 200.0)
    assert _code(unchanged(_changed(page, (75, 5), 240), page, [], EXACT)) == "passed"
    assert _code(unchanged(page, _changed(page, (75, 5), 240), [], EXACT)) == "changed"


def test_a_page_of_another_size_is_another_page() -> None:
    assert _code(unchanged(Page(1, paper(), 200.0), Page(1, paper(97), 200.0), [], EXACT)) == "other-size"


def test_the_pages_are_as_many_and_as_large() -> None:
    sizes = [(96, 80), (120, 70)]
    assert _code(same_pages(sizes, sizes)) == "passed"
    assert _code(same_pages(sizes, sizes[:1])) == "other-page-count"
    assert same_pages(sizes, [(96, 80), (70, 120)]) == Failed("pages.same", "other-page-size", 2)


def _half(page: Page) -> Page:
    small = cv2.resize(page.pixels, (page.width // 2, page.height // 2), interpolation=cv2.INTER_AREA)
    return Page(page.number, small, page.dpi / 2)


def test_another_renderer_sees_the_same_page() -> None:
    page = masked(paper(192, 160))
    assert _code(same_to_another(page, _half(page), [redaction()])) == "passed"


def test_a_page_that_another_renderer_leaves_blank_is_told() -> None:
    page = masked(paper(192, 160))
    blank = Page(1, np.full((80, 96, 3), 255, np.uint8), 100.0)
    assert _code(same_to_another(page, blank, [redaction()])) == "other-picture"


def test_a_mask_that_another_renderer_does_not_draw_is_told() -> None:
    page = masked(paper(1920, 1600))
    bare = _half(Page(1, paper(1920, 1600), 200.0))
    assert _code(same_to_another(page, bare, [redaction()])) in ("not-solid", "other-picture")
    open_mask = _half(page).pixels.copy()
    open_mask[15:17, 20:22] = 255
    assert same_to_another(page, Page(1, open_mask, 100.0), [redaction()]) == Failed("renderer.second", "not-solid", 1, (MASK.quad(),))


def test_a_page_of_another_shape_is_told() -> None:
    page = masked(paper(192, 160))
    assert _code(same_to_another(page, Page(1, page.pixels[:100], 200.0), [])) == "other-page-size"


def test_a_page_too_small_to_compare_is_not_called_the_same() -> None:
    tiny = Page(1, np.zeros((8, 8, 3), np.uint8), 72.0)
    assert same_to_another(tiny, tiny, []) == NotRun("renderer.second", "page-too-small", 1)
