"""What an applicant is told has words, says what to do, and is not said of good pages."""

from __future__ import annotations

import pytest

import fixtures
from redact.pipeline.quality import Measures, measure
from redact.pipeline.quality.remarks import remarks
from redact.pipeline.report import vocabulary
from tests.unit.quality.read import quality

ALL = Measures(
    words=9,
    read=0.1,
    paper=50,
    contrast=9,
    evenness=0.1,
    glare=0.1,
    edge=9,
    blur=1,
    text_px=9,
    smallest_px=6,
    turn=90,
    cut=2,
    overlooked=99,
)


def test_a_page_without_fault_has_no_remark() -> None:
    assert remarks(Measures(words=9, edge=3, blur=0.1, text_px=25, smallest_px=20)) == ()


def test_everything_that_is_the_matter_is_told() -> None:
    told = remarks(ALL)
    assert set(vocabulary.REMARK) - set(told) == {"upside-down", "no-text"}


@pytest.mark.parametrize("code", list(vocabulary.REMARK))
def test_every_remark_says_what_to_do_in_both_languages(code: str) -> None:
    _, advice = vocabulary.REMARK[code]
    assert advice is not None
    assert advice.zh.startswith(("请", "最小的字", "如果"))
    assert advice.en


@pytest.mark.parametrize(
    ("template", "degradation"),
    [(template, degradation) for template in fixtures.TEMPLATES for degradation in ("scan", "phone")]
    + [("form", "bilevel"), ("notice", "photocopy"), ("certificate", "clean")],
)
def test_no_remark_on_pages_as_offices_scan_them(template: str, degradation: str) -> None:
    assert quality(fixtures.page(template, 9, degradation, 150)).remarks == ()


def test_the_report_shows_every_measure() -> None:
    shown = measure(fixtures.page("form", 3, dpi=100).page, ()).values
    assert set(shown) == set(Measures.__dataclass_fields__)
