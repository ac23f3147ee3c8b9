"""The words of a page cut out and laid along x: what sharpness, light and size are measured on, since paper has none of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.page import Word
from redact.pipeline.quality.view import Grey

MOST = 96
"""Words that are looked at: more say no more."""
LONGEST = 8.0
"""Line heights of a word that are looked at, from its middle."""
LEAST_PX = 4
STRAIGHT = 0.03
"""Below this sine of its tilt a word is cut without being turned: turning softens its edges."""
PAPER, INK = 0.95, 0.02
"""Shares of a strip's pixels below its paper and its ink, by brightness: there is always some of both."""
TOLD = 0.5
"""Score below which what was taken for a word may be none."""
FAINT = 12
"""Grey levels between paper and ink below which noise is measured, not writing."""
SMALLEST = 10
"""The percentile of the heights that counts as the smallest text: below it are superscripts and what was no text."""
TALL = 0.2
"""Share of a line's usual darkness that a row of it has at least; descenders have more, a gap less."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A word as (H, W) uint8 grey, reading from the left, dark on light. `light` is False where it was light on dark.

    `paper` and `ink`: how bright they are, 0..255, before it was turned dark on light. `told`: two characters or more were read.
    """

    grey: Grey = field(repr=False)
    paper: float
    ink: float
    light: bool
    told: bool = True

    @property
    def contrast(self) -> float:
        """How far paper and ink are apart, grey levels."""
        return abs(self.paper - self.ink)

    @property
    def height(self) -> float:
        """The height of its glyphs' ink, px: from the middle outward, as far as rows are dark."""
        dark = float(self.grey.max()) - cv2.reduce(self.grey, 1, cv2.REDUCE_AVG, dtype=cv2.CV_32F).ravel()
        dark -= dark.min()
        n = len(dark)
        # A table's rule at the quad's edge is darker than any row of text, so the middle says what is usual.
        least = TALL * float(np.median(dark[n // 4 : n - n // 4]))
        reach = max(1, n // 12)
        return float(_steps(dark[n // 2 :: 1], least, reach) + _steps(dark[: n // 2][::-1], least, reach))


def strips(grey: Grey, words: Sequence[Word]) -> tuple[Strip, ...]:
    """Return words of a page, evenly chosen, as strips. `grey`: the page, (H, W) uint8."""
    return tuple(_cut_all(grey, words[:: 1 + len(words) // MOST]))


def _cut_all(grey: Grey, words: Sequence[Word]) -> Iterator[Strip]:
    for word in words:
        cut = _cut(grey, word)
        if cut is not None and min(cut.shape) >= LEAST_PX:
            yield _strip(cut, told=len(word.text or "") > 1 and word.score >= TOLD)


def _strip(cut: Grey, told: bool) -> Strip:
    bright, dark, middle = (percentile(cut, share) for share in (PAPER, INK, 0.5))
    if middle - dark < bright - middle:
        return Strip(255 - cut, dark, bright, light=False, told=told)
    return Strip(cut, bright, dark, light=True, told=told)


def percentile(values: Grey, share: float) -> float:
    """Return the value (0..255) below which a share of the values lies. Counting them is many times faster than sorting."""
    counts = np.cumsum(np.bincount(values.ravel(), minlength=256))
    return float(np.searchsorted(counts, share * counts[-1]))


def _cut(grey: Grey, word: Word) -> Grey | None:
    quad = word.quad
    (ux, uy), (x, y) = quad.direction, quad.centre
    along, across = min(quad.length, LONGEST * quad.thickness) / 2, quad.thickness / 2
    if min(abs(ux), abs(uy)) > STRAIGHT:
        return _turned(grey, (x, y), (ux, uy), round(2 * along), round(2 * across))
    rx, ry = (along, across) if abs(ux) > abs(uy) else (across, along)
    height, width = grey.shape
    x0, x1, y0, y1 = max(0, round(x - rx)), min(width, round(x + rx)), max(0, round(y - ry)), min(height, round(y + ry))
    part = grey[y0:y1, x0:x1]
    return np.ascontiguousarray(part if rx == along else np.rot90(part))


def _turned(grey: Grey, centre: tuple[float, float], direction: tuple[float, float], length: int, thickness: int) -> Grey | None:
    if min(length, thickness) < LEAST_PX:
        return None
    (x, y), (ux, uy) = centre, direction
    matrix = np.array([[ux, -uy, x - (length * ux - thickness * uy) / 2], [uy, ux, y - (length * uy + thickness * ux) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(grey, matrix, (length, thickness), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _steps(dark: NDArray[np.float32], least: float, reach: int) -> int:
    """Return how many rows lie up to the last that is dark, with no lighter stretch longer than `reach` before it."""
    rows = np.flatnonzero(dark >= least)
    if not len(rows):
        return 0
    breaks = np.flatnonzero(np.diff(rows, prepend=-1) > reach + 1)
    last = rows[breaks[0] - 1] if len(breaks) and breaks[0] else (rows[-1] if not len(breaks) else -1)
    return int(last) + 1


def heights(cuts: Sequence[Strip]) -> tuple[float, float]:
    """Return the median height of glyphs and that of the smallest text, px; zeros without text."""
    told = [strip.height for strip in cuts if strip.told and strip.contrast >= FAINT]
    return (float(np.median(told)), float(np.percentile(told, SMALLEST))) if told else (0.0, 0.0)
