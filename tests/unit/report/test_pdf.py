"""The report as PDF: the same content, one embedded font, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from redact import EngineError
from redact.pipeline.report import pdf
from tests.unit.report.samples import illustrated, needs_review, with_remarks

needs_font = pytest.mark.skipif(not pdf.FONT.is_file(), reason="fonts-noto-cjk is not installed")


def text_of(content: bytes) -> str:
    with pymupdf.open(stream=content) as document:
        return "".join(page.get_text() for page in document)


@pytest.fixture(scope="module")
def chinese() -> bytes:
    return illustrated(needs_review()).to_pdf()


@needs_font
def test_it_says_what_the_page_says(chinese: bytes) -> None:
    text = text_of(chinese)
    for words in (
        "需人工复核",
        "与申报人姓名一致",
        "红色印章",
        "人工（clerk-7）",
        "识别引擎意外中断",
        "find.faces: engine.crashed",
        "1a" * 32,
    ):
        assert words in text


@needs_font
def test_it_speaks_english_too_and_shows_an_unknown_code() -> None:
    text = text_of(illustrated(with_remarks("brand.new-remark")).to_pdf("en"))
    assert "Released" in text
    assert "brand.new-remark" in text


@needs_font
def test_the_font_is_embedded_and_the_bytes_are_the_same_each_time(chinese: bytes) -> None:
    with pymupdf.open(stream=chinese) as document:
        fonts = {font[3] for page in document for font in page.get_fonts()}
    assert len(fonts) == 1
    assert len(chinese) < 300_000
    assert chinese == illustrated(needs_review()).to_pdf()


def test_without_the_font_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "FONT", tmp_path / "no-font.ttc")
    with pytest.raises(EngineError) as caught:
        illustrated().to_pdf()
    assert caught.value.facts == {"engine": "report-pdf", "what": "font-missing"}
