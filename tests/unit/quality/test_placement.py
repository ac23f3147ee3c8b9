"""How a page lies is told from its lines: turned, askew, cut off."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

import fixtures
from redact import Box, Category, Finding, Page, Quad, Word
from redact.finding import Engine
from redact.pipeline.quality import measure
from tests.unit.quality.read import quality, words_of


@pytest.mark.parametrize(("quarters", "remark"), [(0, None), (1, "sideways"), (2, "upside-down"), (3, "sideways")])
def test_a_page_that_does_not_stand_upright_is_told(quarters: int, remark: str | None) -> None:
    told = quality(fixtures.page("notice", 3, dpi=150, quarters=quarters))
    assert told.values["turn"] == 90 * quarters
    assert [code for code in told.remarks if code in ("sideways", "upside-down")] == ([remark] if remark else [])


@pytest.mark.parametrize("degrees", [0, 2, 5, 10])
def test_skew_is_measured_in_degrees(degrees: float) -> None:
    assert quality(fixtures.damaged("notice", 3, "tilt", degrees, 150)).values["skew"] == pytest.approx(degrees, abs=0.3)


def through(share: float) -> fixtures.FixturePage:
    """A page whose left side is cut off so that the share of its first line's first words is missing."""
    whole = fixtures.page("notice", 3, dpi=150)
    left = min(words_of(whole), key=lambda word: word.quad.box().x0).quad.box()
    return fixtures.damaged("notice", 3, "cut", (left.x0 + share * left.width) * 25.4 / 150, 150)


def test_text_that_is_cut_is_told() -> None:
    assert "cut-off" in quality(through(0.5)).remarks


def test_more_lines_are_cut_the_more_is_missing() -> None:
    counts = [quality(through(share)).values["cut"] for share in (-0.5, 0.1, 0.5)]
    assert counts[0] == 0
    assert all(a <= b for a, b in pairwise(counts))
    assert counts[-1] > 0


def at_edge(draw: Box, colour: int | tuple[int, int, int] = 0) -> tuple[Page, list[Word]]:
    """A white page with a block of colour, and a line of text that a reader sees at its left edge."""
    pixels = np.full((300, 400, 3), 255, np.uint8)
    pixels[100:130, 10:200:8] = 0
    pixels[draw.y0 : draw.y1, draw.x0 : draw.x1] = colour
    return Page(1, pixels, 150), [Word(Quad.around([(0, 100), (200, 130)]), "已读", (Quad.around([(0, 100), (200, 130)]),) * 2, 0.9, "")]


def test_a_stroke_that_runs_out_is_cut() -> None:
    assert measure(*at_edge(Box(0, 105, 20, 125))).values["cut"] == 1


def test_a_scanners_shadow_along_the_edge_is_no_cut_text() -> None:
    assert measure(*at_edge(Box(0, 0, 6, 300))).values["cut"] == 0


def test_a_seal_over_the_edge_is_no_cut_text() -> None:
    assert measure(*at_edge(Box(0, 105, 20, 125), (200, 30, 40))).values["cut"] == 0


def test_a_grey_seal_over_the_edge_that_was_found_is_no_cut_text() -> None:
    seal = Finding(Category.SEAL, Quad.around([(0, 80), (200, 150)]), 1.0, Engine("test", "1"))
    assert measure(*at_edge(Box(0, 105, 20, 125)), [seal]).values["cut"] == 0


def test_a_rule_to_the_edge_is_no_cut_text() -> None:
    page, words = at_edge(Box(0, 115, 400, 116))
    assert measure(page, words).values["cut"] == 0


def test_a_glyph_just_inside_the_edge_is_whole() -> None:
    pixels = np.full((300, 400, 3), 255, np.uint8)
    cv2.putText(pixels, "Whole", (4, 125), cv2.FONT_HERSHEY_SIMPLEX, 1, (0, 0, 0), 2)
    quad = Quad.around([(0, 98), (110, 132)])
    assert measure(Page(1, pixels, 150), [Word(quad, "已读", (quad, quad), 0.9, "")]).values["cut"] == 0
