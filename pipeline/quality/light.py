"""How a page is lit: its paper, its contrast, shadows, and spots that a lamp burnt out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.page import Word
from redact.pipeline.quality.strips import Strip, percentile
from redact.pipeline.quality.view import CELL, Grey, View

FEW = 4
"""Strips below which evenness is not judged."""
BURNT = 250
"""A pixel from here up is as bright as the sensor can tell."""
BRIGHTER = 12
"""Grey levels by which a burnt spot is brighter than the page's paper: on paper that is white itself none can be seen."""
LEAST_CELLS = 12
"""Cells of 8 px of the view: a spot of 6 mm by 8 on A4."""
NEXT, RIM, OUTSIDE = 1, 2, 8
"""Cells around a spot: the next one its edge may cross, in the second it still fades, and after these it is gone."""
FADING = 4
"""Grey levels above paper in which light still fades."""
SOFT = 0.4
"""Share of the second cells in which light still fades: of a picture with a white ground none are, its edge is hard."""
HIDDEN = 0.3


@dataclass(frozen=True, slots=True)
class Light:
    """`paper` and `contrast`: 0..255, where text stands; `evenness`: the darkest tenth of paper as a share of the lightest.

    `glare`: share of the page that is burnt out where lines of text end.
    """

    paper: float
    contrast: float
    evenness: float
    glare: float


def light(view: View, strips: Sequence[Strip], words: Sequence[Word]) -> Light:
    """Return how the page is lit. Where text stands paper is measured, not a table that the page lies on."""
    papers = np.array([strip.paper for strip in strips if strip.light])
    if not len(papers):
        bright, dark = percentile(view.grey, 0.9), percentile(view.grey, 0.02)
        return Light(bright, bright - dark, 1.0, 0.0)
    paper = float(np.median(papers))
    usual = max(paper, percentile(view.grey, 0.5))
    low, high = np.percentile(papers, (10, 90))
    contrast = float(np.median([strip.contrast for strip in strips]))
    return Light(paper, contrast, float(low / max(high, 1.0)) if len(papers) >= FEW else 1.0, glare(view, usual, words))


def glare(view: View, paper: float, words: Sequence[Word]) -> float:
    """Return the share of the page under burnt-out spots with a soft rim at which lines of text end."""
    if paper + BRIGHTER > BURNT:
        return 0.0
    height, width = view.grey.shape
    small = cv2.resize(view.grey, (max(1, width // CELL), max(1, height // CELL)), interpolation=cv2.INTER_AREA)
    # Ink that is left on a burnt spot is thin: without it the spot is one piece.
    cells = np.asarray(cv2.dilate(small, np.ones((3, 3), np.uint8)), np.uint8)
    read = _read(view, words, small.shape)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((cells >= BURNT).astype(np.uint8), connectivity=4)
    spots = ((labels == i).astype(np.uint8) for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= LEAST_CELLS)
    burnt = sum(int(spot.sum()) for spot in spots if _burns(spot, cells, paper, read))
    return float(burnt / small.size)


def _burns(spot: Grey, cells: Grey, paper: float, read: NDArray[np.bool_]) -> bool:
    """True where light fades softly around a spot, and soon, and lines of text end there that do not go on in it."""
    near, rim, around = (_grown(spot, reach) for reach in (NEXT, RIM, OUTSIDE))
    if not (around & ~rim).any() or np.median(cells[around & ~rim]) > BURNT - BRIGHTER:
        # The light of a room falls off more slowly than a lamp's image does.
        return False
    fading = (cells > paper + FADING) & (cells < BURNT)
    return bool(fading[rim & ~near].mean() >= SOFT and read[around].any() and read[spot > 0].mean() < HIDDEN)


def _grown(spot: Grey, reach: int) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(spot, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0, np.bool_)


def _read(view: View, words: Sequence[Word], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    area = np.zeros(shape, np.uint8)
    for word in words:
        corners = word.quad.array() * view.scale / CELL
        cv2.fillPoly(area, [np.round(corners).astype(np.int32)], 1)
    return area.astype(np.bool_)
