"""Faces are detected, never recognised: a band over the eyes is all that is taken from them."""

from __future__ import annotations

from functools import cache
from threading import Lock

from redact.models.protocols import Detector

_LOADING = Lock()


def face_detector(thorough: bool = False) -> Detector:
    """Return this process's face detector, its networks loaded; a thorough one costs twice as much.

    Raises WeightsError, EngineError.
    """
    # One at a time: two threads that both find nothing cached would load everything twice.
    with _LOADING:
        return _loaded(thorough)


@cache
def _loaded(thorough: bool) -> Detector:
    from redact.models.faces.detector import FaceDetector

    detector = FaceDetector(thorough)
    detector.load()
    return detector
