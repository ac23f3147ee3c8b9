"""Blur is measured on the edges of text, in heights of the text: it rises with the damage and with nothing else."""

from __future__ import annotations

from itertools import pairwise

import pytest

import fixtures
from redact import NotRun
from tests.unit.quality.read import quality

DEFOCUS = (0.15, 0.3, 0.45, 0.6, 0.8, 1.1)
MOTION = (0.5, 0.9, 1.3, 1.8, 2.6)


def blur(template: str, damage: str, strength: float, dpi: int = 150) -> float:
    return quality(fixtures.damaged(template, 3, damage, strength, dpi)).values["blur"]


@pytest.mark.parametrize(("damage", "strengths"), [("defocus", DEFOCUS), ("motion", MOTION)])
@pytest.mark.parametrize("template", ["form", "notice"])
def test_it_rises_with_the_damage(template: str, damage: str, strengths: tuple[float, ...]) -> None:
    assert all(a < b for a, b in pairwise(blur(template, damage, strength) for strength in strengths))


@pytest.mark.parametrize("damage", ["dark", "faint", "shadow"])
def test_less_light_and_ink_do_not_count_as_blur(damage: str) -> None:
    assert blur("notice", damage, 0.7) == pytest.approx(blur("notice", damage, 0.0), abs=0.03)


def test_the_same_blur_on_paper_is_the_same_at_another_resolution() -> None:
    assert blur("notice", "defocus", 0.6, dpi=200) == pytest.approx(blur("notice", "defocus", 0.6, dpi=150), rel=0.15)


def test_a_streak_is_told_from_a_disc() -> None:
    assert blur("notice", "motion", 1.8) > 1.5 * blur("notice", "defocus", 0.9)


@pytest.mark.parametrize(("damage", "strength"), [("defocus", 0.8), ("motion", 1.3), ("enlarged", 5)])
def test_a_blur_that_costs_names_is_told(damage: str, strength: float) -> None:
    assert "too-blurred" in quality(fixtures.damaged("form", 3, damage, strength, 150)).remarks


@pytest.mark.parametrize(("damage", "strength"), [("defocus", 0.8), ("motion", 1.5)])
def test_a_blur_that_costs_many_needs_review_even_if_the_reader_is_sure(damage: str, strength: float) -> None:
    checks = quality(fixtures.damaged("form", 3, damage, strength, 150), score=0.99).checks
    assert any(isinstance(check, NotRun) and check.why == "too-blurred" for check in checks)


def test_a_blur_that_costs_none_does_not() -> None:
    checks = quality(fixtures.damaged("form", 3, "defocus", 0.3, 150)).checks
    assert not any(isinstance(check, NotRun) and check.why == "too-blurred" for check in checks)


def test_few_pixels_are_no_blur() -> None:
    remarks = quality(fixtures.damaged("form", 3, "coarse", 3, 150)).remarks
    assert "low-resolution" in remarks
    assert "too-blurred" not in remarks
