"""How sharp text is: the width of its edges against its height, so that neither the page's content nor its size counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from redact.pipeline.quality.strips import FAINT, Strip, percentile

STEEP = 0.98
"""Share of a strip's pixels that are less steep than its edges."""
STROKES = 4.0
"""Times the sharpest edges from which wider ones say that no stroke runs that way, as in a row of ones; blur leaves up to 3."""
SLOPE = 8.0
"""Sum of the weights of the Sobel operator, for a slope of one grey level a px."""
FINE = 4.0
"""Slopes are kept in quarters of a grey level a px."""


@dataclass(frozen=True, slots=True)
class Sharpness:
    """`edge`: px from paper to ink across an edge, in the direction in which that is most.

    `smear`: how many times wider edges are in that direction than in the sharpest; 1 where a page is evenly sharp.
    `blur`: `edge` in heights of the text, times `smear`, since a streak spoils more than a disc with the same edge.
    """

    edge: float = 0.0
    blur: float = 0.0
    smear: float = 1.0


def sharpness(strips: Sequence[Strip]) -> Sharpness:
    """Return the median over the strips; of a page without text: sharp."""
    rows = [_of(strip) for strip in strips if strip.contrast >= FAINT]
    if not rows:
        return Sharpness()
    edge, blur, smear = np.median(np.array(rows), axis=0)
    return Sharpness(float(edge), float(blur), float(smear))


def _of(strip: Strip) -> tuple[float, float, float]:
    widths = [strip.contrast / slope for slope in _slopes(strip)]
    widths = [width for width in widths if width <= STROKES * min(widths)]
    smear = max(widths) / min(widths)
    return max(widths), max(widths) / max(strip.height, 1.0) * smear, smear


def _slopes(strip: Strip) -> list[float]:
    """Return how steep edges are along x, y and both diagonals, grey levels a px."""
    x, y = (cv2.Sobel(strip.grey, cv2.CV_32F, dx, 1 - dx, scale=FINE / SLOPE) for dx in (1, 0))
    diagonal = 0.5**0.5
    parts = (x, y, (x + y) * diagonal, (x - y) * diagonal)
    return [max(1.0, percentile(np.asarray(cv2.convertScaleAbs(part), np.uint8), STEEP)) / FINE for part in parts]
