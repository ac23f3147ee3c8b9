from __future__ import annotations

import pytest

from redact.models.protocols import Detector
from redact.models.seals import seal_detector
from redact.page import Page
from tests.contract.detector import DetectorContract
from tests.unit.seals.drawn import RED, Sheet, chop, ring


class TestSealDetector(DetectorContract):
    @pytest.fixture
    def detector(self) -> Detector:
        return seal_detector()

    @pytest.fixture
    def page(self) -> Page:
        return Sheet().text(20, 60).press(ring(), 50, 110, RED).press(chop(), 100, 110, RED).page()
