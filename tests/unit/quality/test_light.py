"""Light is measured on the paper under text: darkness, shadows, faint ink, and the spots that a lamp burnt out."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import fixtures
from redact import Box, Page
from redact.pipeline.quality import measure
from tests.unit.quality.read import quality, words_of


def value(name: str, damage: str, strength: float) -> float:
    return quality(fixtures.damaged("form", 3, damage, strength, 150)).values[name]


@pytest.mark.parametrize(
    ("name", "damage", "strengths"),
    [
        ("paper", "dark", (0.1, 0.4, 0.7, 0.9)),
        ("contrast", "faint", (0.1, 0.4, 0.7, 0.85)),
        ("contrast", "dark", (0.1, 0.4, 0.7, 0.9)),
        ("evenness", "shadow", (0.1, 0.3, 0.6, 0.8)),
    ],
)
def test_it_falls_with_the_damage(name: str, damage: str, strengths: tuple[float, ...]) -> None:
    assert all(a > b for a, b in pairwise(value(name, damage, strength) for strength in strengths))


def glare_of(strength: float) -> tuple[float, tuple[str, ...]]:
    """Measure a page on which a lamp burnt out what stood there: no reader reads in the spot."""
    page = fixtures.damaged("form", 3, "glare", strength, 150)
    spot = page.page.pixels.min(axis=2) >= 250
    words = [word for word in words_of(page) if not spot[int(word.quad.centre[1]), int(word.quad.centre[0])]]
    told = measure(page.page, words)
    return told.values["glare"], told.remarks


def test_glare_grows_with_the_spot() -> None:
    sizes = [glare_of(strength)[0] for strength in (0, 8, 14, 20)]
    assert sizes[0] == 0
    assert all(a < b for a, b in pairwise(sizes))


def test_glare_that_hides_text_is_told() -> None:
    assert "glare" in glare_of(14)[1]


def test_a_burnt_spot_on_empty_paper_hides_nothing() -> None:
    page = fixtures.damaged("form", 3, "glare", 14, 150)
    assert "glare" not in measure(page.page, words_of(page)[:1]).remarks


def test_a_picture_with_a_white_ground_is_no_glare() -> None:
    page = fixtures.damaged("form", 3, "shadow", 0, 150)
    pixels = page.page.pixels.copy()
    pixels[500:760, 500:760] = 255
    words = [word for word in words_of(page) if not word.quad.box().intersection(Box(500, 500, 760, 760))]
    assert measure(Page(1, pixels, 150), words).values["glare"] == 0


@pytest.mark.parametrize(("damage", "remark"), [("dark", "too-dark"), ("faint", "low-contrast"), ("shadow", "uneven-light")])
def test_too_little_of_it_is_told(damage: str, remark: str) -> None:
    assert remark in quality(fixtures.damaged("form", 3, damage, 0.85, 150)).remarks


def test_a_dark_table_around_a_page_does_not_make_it_dark() -> None:
    page = fixtures.page("notice", 6, dpi=150)
    words = words_of(page)
    table = np.full((page.page.height * 2, page.page.width, 3), 20, np.uint8)
    table[: page.page.height] = page.page.pixels
    assert measure(Page(1, table, 150), words).values["paper"] == measure(page.page, words).values["paper"]


@pytest.mark.parametrize(("damage", "why"), [("dark", "too-dark"), ("faint", "low-contrast")])
def test_the_reader_is_not_trusted_with_ink_that_hardly_differs_from_paper(damage: str, why: str) -> None:
    checks = quality(fixtures.damaged("form", 3, damage, 0.95, 150)).checks
    assert why in {getattr(check, "why", "") for check in checks}
