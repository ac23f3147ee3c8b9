"""Seals: found by colour and shape, and by a network."""

from __future__ import annotations

from functools import cache

from redact.models.protocols import Detector


@cache
def seal_detector() -> Detector:
    """Return the seal detector, loaded on first use and once per process."""
    from redact.models.seals.detector import SealDetector

    return SealDetector()
