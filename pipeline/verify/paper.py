"""The written page with paper in place of its masks, for detectors: a black bar is neither a stamp nor a code."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.masking import Mask
from redact.page import Page

# The paper's shade is taken from every so many-th pixel.
COARSE = 8
# Among so many of these its brightest neighbour is paper; over so many at a time the next unmasked ones are looked for.
NEARBY, FARTHER = 5, 9


def papered(written: Page, masked: Mask) -> Page:
    """Return the page with paper in place of its masks, of the shade around each: on a photo's dark corner a bright patch is a stamp."""
    rows, columns = np.nonzero(masked)
    if not len(rows):
        return written
    paper = _paper(written.pixels[::COARSE, ::COARSE], masked[::COARSE, ::COARSE])
    pixels = written.pixels.copy()
    pixels[rows, columns] = paper[rows // COARSE, columns // COARSE]
    return Page(written.number, pixels, written.dpi)


def _paper(pixels: NDArray[np.uint8], masked: Mask) -> NDArray[np.uint8]:
    """Return the shade of the brightest unmasked neighbours, (H, W, 3) uint8; where all is masked, black."""
    shade = cv2.dilate(np.where(masked[..., None], np.uint8(0), pixels), np.ones((NEARBY, NEARBY), np.uint8))
    while shade.any() and not (seen := shade.any(axis=2, keepdims=True)).all():
        shade = np.where(seen, shade, cv2.dilate(shade, np.ones((FARTHER, FARTHER), np.uint8)))
    smooth: NDArray[np.uint8] = cv2.blur(shade, (FARTHER, FARTHER))
    return smooth
