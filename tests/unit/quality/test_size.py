"""The smallest text decides whether the resolution is enough."""

from __future__ import annotations

from itertools import pairwise

import pytest

import fixtures
from redact import NotRun
from tests.unit.quality.read import quality


@pytest.mark.parametrize("template", ["form", "notice"])
def test_its_height_falls_with_the_resolution(template: str) -> None:
    heights = [quality(fixtures.damaged(template, 3, "coarse", times, 150)).values["smallest_px"] for times in (1, 1.5, 2, 3, 4)]
    assert all(a > b for a, b in pairwise(heights))
    assert heights[0] / heights[2] == pytest.approx(2, rel=0.15)


def test_it_is_the_glyphs_height_and_not_the_lines() -> None:
    page = fixtures.page("notice", 3, dpi=200)
    heights = [max(y for _, y in part) - min(y for _, y in part) for i in page.truth.of("name", "unit", "keep_name") for part in i.parts]
    assert quality(page).values["smallest_px"] == pytest.approx(sorted(heights)[len(heights) // 10], rel=0.2)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_it_is_the_same_however_the_page_lies(quarters: int) -> None:
    upright = quality(fixtures.page("notice", 3, dpi=150)).values["text_px"]
    assert quality(fixtures.page("notice", 3, dpi=150, quarters=quarters)).values["text_px"] == pytest.approx(upright, abs=1.5)


def test_text_that_is_too_small_is_told_before_it_is_lost() -> None:
    told = quality(fixtures.damaged("form", 3, "coarse", 2, 150))
    assert "low-resolution" in told.remarks
    assert not any(isinstance(check, NotRun) and check.why == "low-resolution" for check in told.checks)


def test_text_that_is_too_small_to_be_found_needs_review_even_if_the_reader_is_sure() -> None:
    checks = quality(fixtures.damaged("form", 3, "coarse", 4, 150), score=0.99).checks
    assert any(isinstance(check, NotRun) and check.why == "low-resolution" for check in checks)
