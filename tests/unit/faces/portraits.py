"""The one portrait that is committed, and pages with it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.page import Page

ASTRONAUT = Path(__file__).parents[3] / "fixtures" / "portraits" / "astronaut.png"
# The subject's eyes on the portrait, px, set by hand; her right one first.
EYES = ((202.5, 101.0), (247.5, 103.0))


def astronaut() -> NDArray[np.uint8]:
    """Return the portrait, (512, 512, 3) RGB."""
    pixels = cv2.imread(str(ASTRONAUT), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels[:, :, ::-1], dtype=np.uint8)


def head() -> Page:
    """Return the astronaut's head alone: small, so that looking at it is quick."""
    return Page(number=1, pixels=np.ascontiguousarray(astronaut()[16:240, 110:334]), dpi=200)


def sheet(photo_px: int = 197, x: int = 600, y: int = 90) -> Page:
    """Return an A4 sheet at 100 dpi, lines of strokes for text, with the portrait `photo_px` wide at (x, y)."""
    pixels = np.full((1169, 827, 3), 250, dtype=np.uint8)
    for top in range(320, 1080, 26):
        for left in range(90, 700, 19):
            cv2.line(pixels, (left, top), (left + 12, top + 12), (20, 20, 20), 2)
            cv2.line(pixels, (left + 12, top), (left, top + 12), (20, 20, 20), 2)
            cv2.line(pixels, (left, top + 6), (left + 12, top + 6), (20, 20, 20), 1)
    photo = cv2.resize(astronaut()[:300, 70:370], (photo_px, photo_px), interpolation=cv2.INTER_AREA)
    pixels[y : y + photo_px, x : x + photo_px] = photo
    return Page(number=1, pixels=pixels, dpi=100)
