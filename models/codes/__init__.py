"""QR and bar codes, which resolve to a person."""

from __future__ import annotations

from functools import cache

from redact.models.protocols import CodeDetector


@cache
def code_detector() -> CodeDetector:
    """Return the code detector, loaded on first use and once per process. Raises EngineError where zxing-cpp is missing."""
    from redact.models.codes.zxing import Zxing

    return Zxing()
