"""The face detector keeps the contract, and its bands lie over the eyes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redact.errors import EngineError, WeightsError
from redact.finding import Category, Finding
from redact.models import weights
from redact.models.faces import blazeface, face_detector
from redact.models.faces.detector import FaceDetector
from redact.models.protocols import Detector
from redact.models.runtime import network
from redact.page import Page
from tests.contract.detector import DetectorContract, turned
from tests.unit.faces.portraits import EYES, head, sheet

PHOTO_PX, X, Y = 150, 600, 90
# Where the astronaut's eyes come to lie on the sheet: the photo is 300 px of the portrait from (70, 0).
ON_SHEET = [((x - 70) * PHOTO_PX / 300 + X, y * PHOTO_PX / 300 + Y) for x, y in EYES]


class TestFaceDetector(DetectorContract):
    @pytest.fixture
    def detector(self) -> Detector:
        return face_detector()

    @pytest.fixture
    def page(self) -> Page:
        return head()


class TestThoroughFaceDetector(DetectorContract):
    @pytest.fixture
    def detector(self) -> Detector:
        return face_detector(thorough=True)

    @pytest.fixture
    def page(self) -> Page:
        return head()


def best(page: Page) -> Finding:
    """Return the strongest finding of a page."""
    return max(face_detector().find(page), key=lambda finding: finding.score)


def test_is_loaded_once() -> None:
    assert face_detector() is face_detector()


def test_a_band_lies_over_the_eyes_of_an_id_photo() -> None:
    band = best(sheet(PHOTO_PX, X, Y))
    assert band.category is Category.EYES
    assert band.hint == "certain"
    assert all(band.quad.contains(*eye) for eye in ON_SHEET)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_band_lies_over_the_eyes_of_a_sheet_that_lies_on_its_side(quarter_turns: int) -> None:
    page = sheet(PHOTO_PX, X, Y)
    band = best(turned(page, quarter_turns))
    width, height = page.width, page.height
    for x, y in ON_SHEET:
        place = [(x, y), (y, width - x), (width - x, height - y), (height - y, x)][quarter_turns]
        assert band.quad.contains(*place)


def test_a_dark_grey_copy_gives_a_band_too() -> None:
    page = sheet(PHOTO_PX, X, Y)
    grey = np.repeat(page.pixels.mean(axis=2, keepdims=True) * 0.4, 3, axis=2).astype(np.uint8)
    assert all(best(replace(page, pixels=grey)).quad.contains(*eye) for eye in ON_SHEET)


def test_lines_of_text_give_no_band() -> None:
    text = sheet(PHOTO_PX, X, Y).pixels.copy()
    text[Y : Y + PHOTO_PX, X : X + PHOTO_PX] = 250
    assert face_detector().find(Page(number=1, pixels=text, dpi=100)) == ()


def test_a_thorough_search_finds_at_least_the_faces_of_the_default_one_and_says_what_it_is() -> None:
    page = sheet(PHOTO_PX, X, Y)
    findings = face_detector(thorough=True).find(page)
    assert any(all(finding.quad.contains(*eye) for eye in ON_SHEET) for finding in findings)
    assert {finding.engine.name for finding in findings} == {"faces-thorough"}


def test_missing_weights_are_an_error_not_an_empty_page(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(tmp_path))
    network.cache_clear()
    with pytest.raises(WeightsError):
        FaceDetector().load()


def test_a_second_opinion_that_fails_is_an_error_not_a_first_opinion_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise EngineError(engine=blazeface.FILE, what="inference")

    monkeypatch.setattr(blazeface, "_look_once", fail)
    with pytest.raises(EngineError):
        face_detector().find(head())
