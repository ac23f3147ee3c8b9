"""What of a page a report shows: nothing that a check says may still be readable."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from redact import Box, Failed, NotRun, Page, Passed
from redact.pipeline.report import thumbnail
from redact.pipeline.report.pictures import PAINT, pictures
from redact.pipeline.report.record import document_of
from redact.report import ErrorRecord, Report
from tests.unit.report.samples import HEIGHT, WIDTH, page, page_report, passed, report

LINE = Box(40, 500, 360, 520)  # where the sample page has writing


def shown(made: Report, *thumbnails: bytes) -> dict[int, bytes]:
    return pictures(document_of(made), thumbnails or tuple(thumbnail(page(row.number)) for row in made.pages))


def pixels(jpeg: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB"))


def test_a_page_whose_checks_passed_is_shown_as_it_is() -> None:
    assert shown(report()) == {1: thumbnail(page())}


def test_places_that_a_check_names_are_painted_over() -> None:
    failed = Failed("second-reader.ppocr-v4", "name-visible", 1, (LINE.quad(),))
    picture = pixels(shown(report(page_report(1, passed(1, but=failed))))[1])
    place = picture[LINE.y0 : LINE.y1, LINE.x0 : LINE.x1].astype(int)
    assert np.abs(place - PAINT).max() <= 3


def test_no_trace_of_the_painted_writing_is_left_beside_it() -> None:
    failed = Failed("second-reader.ppocr-v4", "name-visible", 1, (LINE.quad(),))
    with_writing = shown(report(page_report(1, passed(1, but=failed))))[1]
    blank = replace(page(), pixels=np.full((HEIGHT, WIDTH, 3), 250, np.uint8))
    without = shown(report(page_report(1, passed(1, but=failed))), thumbnail(blank))[1]
    assert np.abs(pixels(with_writing).astype(int) - pixels(without)).max() <= 2


@pytest.mark.parametrize(
    "check",
    [Failed("second-reader.ppocr-v4", "name-visible", 1), NotRun("find.faces", "timeout", 1), NotRun("something.new", "why", 1)],
    ids=["failed", "not run", "unknown"],
)
def test_a_check_that_does_not_say_where_leaves_no_picture(check: Failed | NotRun) -> None:
    assert shown(report(page_report(1, (Passed("find.text", 1), check)))) == {}


@pytest.mark.parametrize("check", [NotRun("intake", "pdf.repaired", 1), NotRun("pixels.unchanged", "engine.failed", 1)])
def test_a_check_that_says_nothing_of_what_can_be_seen_leaves_the_picture(check: NotRun) -> None:
    assert 1 in shown(report(page_report(1, (Passed("find.text", 1), check))))


def test_a_page_without_checks_has_no_picture() -> None:
    assert shown(report(page_report(1, ()))) == {}


def test_an_error_takes_the_picture_of_its_page_alone() -> None:
    made = replace(report(page_report(1), page_report(2)), errors=(ErrorRecord("engine.failed", 2, "错", "failed"),))
    assert list(shown(made)) == [1]


def test_a_failure_of_the_whole_file_takes_every_picture() -> None:
    made = replace(report(), checks=(Failed("renderer.second", "other-pixels"),))
    assert shown(made) == {}


def test_as_many_pictures_as_pages_or_none() -> None:
    one = thumbnail(page())
    assert shown(report(page_report(1), page_report(2)), one) == {}


@pytest.mark.parametrize(
    "picture",
    [b"", b"\x89PNG no jpeg", thumbnail(Page(1, np.zeros((50, 500, 3), np.uint8), 100.0))],
    ids=["empty", "no jpeg", "another shape"],
)
def test_a_picture_that_cannot_be_the_page_is_not_shown(picture: bytes) -> None:
    assert shown(report(), picture) == {}


def test_a_thumbnail_is_small_and_without_metadata() -> None:
    large = Page(1, np.full((3000, 2000, 3), 200, np.uint8), 300.0)
    picture = Image.open(io.BytesIO(thumbnail(large)))
    assert picture.size == (600, 900)
    assert not set(picture.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_thin_page_has_a_thumbnail_too() -> None:
    assert Image.open(io.BytesIO(thumbnail(Page(1, np.zeros((1, 4000, 3), np.uint8), 100.0)))).size == (900, 1)
