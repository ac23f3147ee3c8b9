"""How much of a place is bare paper: text on a page is mostly white, a face hardly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.faces.sighting import Pixels, Sighting, scaled

# The page's brightness is kept at this long side: paper is wide, and the median over letters is not wanted.
LONG_SIDE = 400
FINE_LONG_SIDE = 1200
# A pixel is paper where it is brighter than this share of the paper's white round it.
PAPER = 0.9
PERCENTILE = 95
# The white is taken within this many faces' sides of the face, at least this share of the page's long side.
SIDES_ROUND = 3.0
PAGE_ROUND = 0.08
# The square that is looked at, in the face's sides, and the samples along it.
SQUARE = 2.0
SAMPLES = 32

Grey = NDArray[np.uint8]


class Paper:
    """The brightness of one page, asked for places on it."""

    def __init__(self, pixels: Pixels) -> None:
        self._coarse, self._coarse_scale = _grey(pixels, LONG_SIDE)
        self._fine, self._fine_scale = _grey(pixels, FINE_LONG_SIDE)

    def white_share(self, sighting: Sighting) -> float:
        """Return the share of paper-white samples in the square round a face, 0..1. Off the page is not counted."""
        x0, y0, x1, y1 = sighting.box
        return self.share((x0 + x1) / 2, (y0 + y1) / 2, sighting.side)

    def share(self, x: float, y: float, side: float) -> float:
        """Return the share of paper-white samples in the square of twice `side` round a point, page px."""
        square = _cut(self._fine, x, y, side * SQUARE / 2, self._fine_scale)
        if square.size == 0:
            return 1.0
        samples = cv2.resize(square, (SAMPLES, SAMPLES), interpolation=cv2.INTER_AREA)
        return float(np.mean(samples > PAPER * self._white(x, y, side)))

    def _white(self, x: float, y: float, side: float) -> float:
        reach = max(SIDES_ROUND * side, PAGE_ROUND * max(self._coarse.shape) / self._coarse_scale)
        around = _cut(self._coarse, x, y, reach, self._coarse_scale)
        return float(np.percentile(around, PERCENTILE)) if around.size else 255.0


def _grey(pixels: Pixels, long_side: int) -> tuple[Grey, float]:
    scale = min(1.0, long_side / max(pixels.shape[:2]))
    return np.asarray(cv2.cvtColor(scaled(pixels, scale), cv2.COLOR_RGB2GRAY), dtype=np.uint8), scale


def _cut(grey: Grey, x: float, y: float, reach: float, scale: float) -> Grey:
    x0, x1 = round((x - reach) * scale), round((x + reach) * scale) + 1
    y0, y1 = round((y - reach) * scale), round((y + reach) * scale) + 1
    return grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)]
