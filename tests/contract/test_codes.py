from __future__ import annotations

import pytest

from redact.models.codes import code_detector
from redact.models.protocols import Detector
from redact.page import Page
from tests.contract.detector import DetectorContract
from tests.unit.codes.drawn import coded


class TestCodeDetector(DetectorContract):
    @pytest.fixture
    def detector(self) -> Detector:
        return code_detector()

    @pytest.fixture
    def page(self) -> Page:
        return coded("QRCode").page()
