"""The written page with paper in place of its masks, for detectors: a black bar is neither a stamp nor a code."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.masking import Mask
from redact.page import Page

# The paper's shade is taken from a copy so many times smaller; a pixel of it that is masked for the most part tells little.
COARSE, SEEN = 8, 0.5
# How far around a pixel of that copy its brightest neighbour is paper, and how far the next unmasked ones are looked for at a time, px.
NEARBY, FARTHER = 5, 9


def papered(written: Page, masked: Mask) -> Page:
    """Return the page with paper in place of its masks, of the shade around each: on a photo's dark corner a bright patch is a stamp."""
    if not masked.any():
        return written
    pixels = written.pixels.copy()
    pixels[masked] = _paper_around(written.pixels, masked)[masked]
    return Page(written.number, pixels, written.dpi)


def _paper_around(pixels: NDArray[np.uint8], masked: Mask) -> NDArray[np.uint8]:
    """Return the shade of the brightest unmasked paper nearby, (H, W, 3) uint8; of a page that is all masked black."""
    height, width = masked.shape
    size = max(1, width // COARSE), max(1, height // COARSE)
    seen = cv2.resize((~masked).astype(np.float32), size, interpolation=cv2.INTER_AREA)
    dark = cv2.resize(np.where(masked[..., None], np.uint8(0), pixels), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    shade = np.where((seen > SEEN)[..., None], dark / np.maximum(seen, SEEN)[..., None], 0)
    shade = cv2.dilate(shade, np.ones((NEARBY, NEARBY), np.uint8))
    while (shade == 0).all(axis=2).any() and shade.any():
        shade = np.where((shade == 0).all(axis=2, keepdims=True), cv2.dilate(shade, np.ones((FARTHER, FARTHER), np.uint8)), shade)
    smooth = cv2.blur(shade.clip(0, 255).astype(np.uint8), (FARTHER, FARTHER))
    around: NDArray[np.uint8] = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return around
