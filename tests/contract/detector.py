"""What every detector promises, whatever it looks for.

A detector's own test file inherits it and says which detector, and what page it sees something on:

    class TestSealDetector(DetectorContract):
        @pytest.fixture
        def detector(self) -> Detector: ...
        @pytest.fixture
        def page(self) -> Page: ...          # a page on which the detector finds something
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from numpy.typing import NDArray

from redact.finding import Category, Finding
from redact.models.protocols import Detector
from redact.page import Page

# How far a finding may reach over the page's edge, in its own length: a band over a face at the edge does.
OVER_THE_EDGE = 1.0


def blank(width: int, height: int, value: int = 255) -> Page:
    """Return an even page."""
    return Page(number=1, pixels=np.full((height, width, 3), value, dtype=np.uint8), dpi=200)


def noise(width: int, height: int) -> Page:
    """Return a page of noise, always the same."""
    return Page(number=1, pixels=np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8), dpi=200)


def turned(page: Page, quarter_turns: int) -> Page:
    """Return the page turned counter-clockwise."""
    return replace(page, pixels=np.ascontiguousarray(np.rot90(page.pixels, quarter_turns)))


def assert_sound(findings: tuple[Finding, ...], detector: Detector, page: Page) -> None:
    """Check that findings lie on or near the page, are finite, scored 0..1 and signed by their detector."""
    for finding in findings:
        reach = OVER_THE_EDGE * max(finding.quad.length, finding.quad.thickness)
        for x, y in finding.quad.points:
            assert isfinite(x)
            assert isfinite(y)
            assert -reach <= x <= page.width + reach
            assert -reach <= y <= page.height + reach
        assert finding.quad.box().clip(page.width, page.height) is not None
        assert 0.0 <= finding.score <= 1.0
        assert finding.engine == detector.engine
        assert isinstance(finding.category, Category)


class DetectorContract:
    """Inherit it, name the class Test..., and define the fixtures `detector` and `page`."""

    @pytest.fixture
    def detector(self) -> Detector:
        raise NotImplementedError

    @pytest.fixture
    def page(self) -> Page:
        raise NotImplementedError

    def test_says_who_it_is(self, detector: Detector) -> None:
        assert detector.engine.name
        assert detector.engine.version

    def test_finds_nothing_on_an_empty_page(self, detector: Detector) -> None:
        assert detector.find(blank(330, 470)) == ()

    def test_finds_nothing_on_a_black_page(self, detector: Detector) -> None:
        assert detector.find(blank(330, 470, value=0)) == ()

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (400, 1), (15, 400), (400, 15), (17, 17), (2600, 40)])
    def test_survives_pages_too_small_for_anything(self, detector: Detector, width: int, height: int) -> None:
        tiny = noise(width, height)
        assert_sound(detector.find(tiny), detector, tiny)

    def test_sees_something_on_its_own_page(self, detector: Detector, page: Page) -> None:
        findings = detector.find(page)
        assert findings
        assert_sound(findings, detector, page)

    def test_stays_sound_on_the_page_without_colour(self, detector: Detector, page: Page) -> None:
        grey: NDArray[np.uint8] = np.repeat(page.pixels.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
        greyed = replace(page, pixels=grey)
        assert_sound(detector.find(greyed), detector, greyed)

    @pytest.mark.parametrize("quarter_turns", [1, 2, 3])
    def test_sees_something_on_the_turned_page(self, detector: Detector, page: Page, quarter_turns: int) -> None:
        sideways = turned(page, quarter_turns)
        findings = detector.find(sideways)
        assert findings
        assert_sound(findings, detector, sideways)

    def test_gives_the_same_answer_twice(self, detector: Detector, page: Page) -> None:
        assert detector.find(page) == detector.find(page)

    def test_looks_at_pixels_that_it_may_not_write(self, detector: Detector, page: Page) -> None:
        locked = page.pixels.copy()
        locked.flags.writeable = False
        assert detector.find(replace(page, pixels=locked)) == detector.find(page)

    def test_looks_at_pixels_that_do_not_lie_in_one_piece(self, detector: Detector, page: Page) -> None:
        wide = np.repeat(page.pixels, 2, axis=1)
        view = wide[:, ::2]
        assert not view.flags.c_contiguous
        assert detector.find(replace(page, pixels=view)) == detector.find(page)

    def test_leaves_the_page_untouched(self, detector: Detector, page: Page) -> None:
        before = page.pixels.copy()
        # Through a view of our own that may be written: a detector that draws on it would succeed.
        writeable = page.pixels.copy()
        detector.find(replace(page, pixels=writeable))
        assert np.array_equal(writeable, before)
