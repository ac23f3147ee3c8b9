"""How a page lies: turned, askew, cut off at an edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import atan2, degrees

import numpy as np
from numpy.typing import NDArray

from redact.geometry import Box, Quad
from redact.page import Page, Word

LONG = 2.0
"""Line heights from which a word has a direction."""
FEW = 3
"""Long words below which a page's turn is not judged."""
UNSURE = 0.5
"""Score below which a word may have been read the wrong way up."""
AT_EDGE = 0.25
"""Line heights from a page's edge within which a word may touch it."""
DEEP = 2
"""Px at the page's edge in which ink touches it."""
DARK = 0.4
"""Share of a word's contrast by which ink is darker than its paper."""
COLOURED = 60
"""Levels between the channels of a seal's ink, which runs over the edge where it was pressed over two pages."""
STROKE = 1.5
"""Line heights; what is dark along the edge for longer is a rule or a scanner's shadow."""
LEAST_CONTRAST = 30


@dataclass(frozen=True, slots=True)
class Placement:
    """`turn`: 0, 90, 180 or 270, by how many degrees clockwise most long lines run; `skew`: degrees from there, 0..45.

    `cut`: how many lines run into the page's edge.
    """

    turn: int
    skew: float
    cut: int


def placement(page: Page, words: Sequence[Word], known: Sequence[Quad] = ()) -> Placement:
    """Return how the page lies. Columns of upright writing run down as well: their pages count as turned by 90."""
    long = [word for word in words if word.score >= UNSURE and word.quad.length > LONG * word.quad.thickness]
    if len(long) < FEW:
        return Placement(0, 0.0, cut(page, words, known))
    angles = np.array([degrees(atan2(word.quad.direction[1], word.quad.direction[0])) for word in long])
    lengths = np.array([word.quad.length for word in long])
    quarters = np.round(angles / 90).astype(int) % 4
    most = int(np.bincount(quarters, weights=lengths, minlength=4).argmax())
    off = (angles + 45) % 90 - 45
    return Placement(most * 90, abs(_median(off, lengths)), cut(page, words, known))


def _median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def cut(page: Page, words: Sequence[Word], known: Sequence[Quad]) -> int:
    """Return how many lines have a stroke that runs into the page's edge, what stands on `known` seals and codes left out."""
    return sum(_is_cut(page, word) for word in words if not any(quad.contains(*word.quad.centre) for quad in known))


def _is_cut(page: Page, word: Word) -> bool:
    near, box = max(1.0, AT_EDGE * word.quad.thickness), word.quad.box().clip(page.width, page.height)
    if box is None:
        return False
    sides = (box.x0 <= near, box.y0 <= near, page.width - box.x1 <= near, page.height - box.y1 <= near)
    return any(sides) and _runs_out(page, _around(page, box, word.quad.thickness), sides, word.quad.thickness)


def _around(page: Page, box: Box, thickness: float) -> Box:
    """Return the box with what lies beside it: at its ends it is told whether something dark along the edge goes on."""
    beside = round(STROKE * thickness)
    return Box(max(0, box.x0 - beside), max(0, box.y0 - beside), min(page.width, box.x1 + beside), min(page.height, box.y1 + beside))


def _runs_out(page: Page, box: Box, sides: tuple[bool, ...], thickness: float) -> bool:
    part = page.pixels[box.y0 : box.y1, box.x0 : box.x1]
    grey = part.max(axis=2)
    paper, ink = np.percentile(grey, (90, 2))
    if paper - ink < LEAST_CONTRAST:
        return False
    dark = (grey < paper - DARK * (paper - ink)) & (np.ptp(part, axis=2) < COLOURED)
    edges = (dark[:, :DEEP], dark[:DEEP].T, dark[:, -DEEP:], dark[-DEEP:].T)
    lines = [edge.all(axis=1) for edge, side in zip(edges, sides, strict=True) if side]
    return any(DEEP <= run <= STROKE * thickness for line in lines for run in _runs(line))


def _runs(dark: NDArray[np.bool_]) -> list[int]:
    return [sum(1 for _ in group) for is_dark, group in groupby(dark.tolist()) if is_dark]
