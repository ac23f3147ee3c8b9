"""Every kind of file goes the whole way: a masked file of the same pages comes out, or it is held back."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

import fixtures
from fixtures import samples
from redact import Failed, NotRun, Passed, Status
from redact.pipeline import Redactor
from redact.pipeline.medium import Kind
from redact.pipeline.redactor import Result

SEED = 4121
# What intake tells apart, each as one small document: (recipe, templates, kind of the output).
CASES = {
    "pdf-scan": (("form",), Kind.PDF),
    "pdf-digital": (("notice",), Kind.PDF),
    "pdf-rotate": (("certificate",), Kind.PDF),
    "jpeg-exif": (("certificate",), Kind.JPEG),
    "png": (("idcard",), Kind.PNG),
    "tiff": (("certificate", "idcard"), Kind.TIFF),
    "tiff-g4": (("redhead",), Kind.TIFF),
    "bmp": (("certificate",), Kind.BMP),
    "webp": (("certificate",), Kind.WEBP),
    "gif": (("certificate",), Kind.GIF),
    "heic": ((), Kind.JPEG),  # no licence-clean encoder: see the ADR on output kinds
}
# A pixel of ink that is not black in the output; a character is seen where more than this share of its ink is.
DARK, SEEN, LOST = 48, 0.1, 0.2


@dataclass(frozen=True)
class Case:
    document: fixtures.FixtureDocument
    result: Result


@cache
def redactor() -> Redactor:
    return Redactor()


@cache
def case(kind: str) -> Case:
    document = samples.heic() if kind == "heic" else fixtures.document(kind, SEED, templates=CASES[kind][0])
    return Case(document, redactor().redact(document.content, document.applicant))


def content(result: Result) -> bytes:
    return result.output or result.withheld or b""


def pictures(data: bytes, kind: Kind, size: tuple[int, int]) -> Iterator[NDArray[np.uint8]]:
    """Decode an output as another program would."""
    if kind is Kind.PDF:
        with pymupdf.open(stream=data, filetype="pdf") as file:
            for page in file:
                pixmap = page.get_pixmap(matrix=pymupdf.Matrix(size[0] / page.rect.width, size[1] / page.rect.height), alpha=False)
                yield np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.h, pixmap.w, 3)
        return
    with Image.open(io.BytesIO(data)) as image:
        for frame in ImageSequence.Iterator(image):
            yield np.asarray(frame.convert("RGB"))


@pytest.mark.parametrize("kind", CASES)
def test_a_status_comes_out_and_the_kind_stays(kind: str) -> None:
    result = case(kind).result
    assert result.status in (Status.RELEASED, Status.NEEDS_REVIEW)
    assert result.kind is CASES[kind][1]
    assert (result.output is None) == (result.status is not Status.RELEASED)


@pytest.mark.parametrize("kind", CASES)
def test_every_check_was_made_or_is_named_as_not_made(kind: str) -> None:
    report = case(kind).result.report
    names = {check.name for check in report.every_check}
    made = {"find.text", "find.text-layer", "find.seals", "find.faces", "find.codes", "pixels.solid", "pixels.unchanged", "structure"}
    assert made | {"bytes.needles", "pages.same", "second-reader.ppocr-v4", "second-reader.tesseract", "second-look.faces"} <= names
    assert all(isinstance(check, Passed | NotRun) for check in report.every_check)


@pytest.mark.parametrize("kind", CASES)
def test_nothing_that_must_be_masked_is_seen_in_a_released_file(kind: str) -> None:
    document, result = case(kind).document, case(kind).result
    if result.status is not Status.RELEASED:
        pytest.skip("held back, so nobody sees it")
    for truth, picture in zip(document.pages, pictures(content(result), result.kind, size(document)), strict=True):
        assert picture.shape[:2] == (truth.height, truth.width)
        light = picture.max(axis=2) > DARK
        for instance in (i for i in truth.instances if i.must == "mask" and i.ink):
            for ink in instance.ink:
                there = (truth.ink == ink) | (truth.over == ink)
                assert light[there].mean() <= SEEN, f"{instance.kind} {instance.flags}"


@pytest.mark.parametrize("kind", CASES)
def test_what_belongs_to_others_stays_readable(kind: str) -> None:
    """Other people's names, other units and the achievements; others' seals and chops are masked until they can be read."""
    document, result = case(kind).document, case(kind).result
    lost = []
    for truth, picture in zip(document.pages, pictures(content(result), result.kind, size(document)), strict=True):
        black = picture.max(axis=2) < 8
        for instance in (i for i in truth.of("keep_name", "keep_unit", "keep_text") if "chop" not in i.flags):
            pixels = truth.pixels_of(instance) & ~under_a_seal(truth)
            # Ink is black of itself: what counts is the paper around it.
            ys, xs = np.nonzero(pixels)
            if len(xs) and black[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].mean() > 0.7:
                lost.append((instance.kind, instance.flags))
    assert len(lost) <= 1, lost


def under_a_seal(truth: fixtures.PageTruth) -> NDArray[np.bool_]:
    area = np.zeros(truth.over.shape, dtype=bool)
    for seal in truth.of("seal", "chop", "keep_seal", "qr"):
        ys, xs = np.nonzero(truth.pixels_of(seal))
        if len(xs):
            area[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1] = True
    return area


def size(document: fixtures.FixtureDocument) -> tuple[int, int]:
    return document.pages[0].width, document.pages[0].height


@pytest.mark.parametrize("kind", CASES)
def test_no_report_names_the_applicant(kind: str) -> None:
    document, result = case(kind).document, case(kind).result
    text = result.report.to_json() + result.report.to_html()
    assert [word for word in (*document.applicant.names, *document.applicant.units) if word in text] == []
    assert json.loads(result.report.to_json())["status"] == result.status


def test_the_same_upload_gives_the_same_bytes() -> None:
    again = redactor().redact(case("jpeg-exif").document.content, case("jpeg-exif").document.applicant)
    assert content(again) == content(case("jpeg-exif").result)


def test_a_verified_output_holds_and_its_source_does_not() -> None:
    document, result = case("pdf-digital").document, case("pdf-digital").result
    before = redactor().verify(document.content, document.applicant)
    after = redactor().verify(content(result), document.applicant)
    assert before.status is Status.BLOCKED
    assert [c for c in after.every_check if isinstance(c, Failed)] == []


def test_a_plan_applied_as_proposed_masks_the_same() -> None:
    document = case("jpeg-exif").document
    plan = redactor().plan(document.content, document.applicant)
    applied = redactor().apply(document.content, plan, document.applicant)
    assert applied.plan.pages[0].redactions == plan.pages[0].redactions
    assert applied.status is Status.RELEASED


def test_nothing_is_left_in_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", None)
    document = case("jpeg-exif").document
    redactor().redact(document.content, document.applicant)
    assert os.listdir(tmp_path) == []
