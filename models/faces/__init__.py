"""Faces are detected, never recognised: a band over the eyes is all that is taken from them."""

from __future__ import annotations

from functools import cache
from threading import Lock

from redact.models.protocols import Detector

_LOADING = Lock()


def face_detector() -> Detector:
    """Return this process's face detector, its networks loaded. Raises WeightsError, EngineError."""
    # One at a time: two threads that both find nothing cached would load everything twice.
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> Detector:
    from redact.models.faces.detector import FaceDetector

    detector = FaceDetector()
    detector.load()
    return detector
