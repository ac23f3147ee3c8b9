"""Text-like ink that nobody read: rows of marks on paper, of even height and broken like writing, without a word over them.

A reader that finds no line has nothing to be unsure of: too blurred, too dark or too small a page would count as one
without text. Ink is sought without a network here, so that it fails for other reasons than the reader does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.quality.view import Grey, View

LEVELS = 4
"""Times that lines are sought, in a view half as large each time: each finds those of 5 to 16 px, so all of 5 to 128."""
LOWEST, HIGHEST = 5, 16
BRIDGE = 9
"""Marks nearer than this, px, belong to one line: the gaps of spaced characters of a line 5 px high."""
PIECE = 64
"""Lines are cut into pieces of this many px: over that length the tilt of a page is less than a line's height."""
LEAST_LENGTH = 3.0
"""A line is at least so many times longer than high: three characters."""
LEAST_FILL = 0.5
RULE = 45
"""Ink unbroken over this many px and thinner than a line is a rule of a table, or the rim of something."""
COVERED = 0.3
"""Share under another line from which a line is the same."""
ALIKE, COMPANY = 1.6, 5.0
"""Times that one of two lines of the same writing may be higher, and line heights that they may be apart."""
NEAR = 0.35
"""Line heights by which a word reaches beyond its quad, and by which the paper around a line is looked at."""
BESIDE = 0.3
"""Share of ink just above and just below a line."""
UNEVEN = 0.15
"""How dark the ground is, as a share of how dark the marks on it are: paper is even, hair and cloth are not."""


@dataclass(frozen=True, slots=True)
class Script:
    """How a line of writing looks. `density`: share of ink in its box, from and to.

    `breaks`: how often a row through its middle goes from paper to ink, for each line height of length, from and to.
    `full`: share of ink at most in those columns that have any; a dash of a dotted rule has all of it.
    `evident`: how many line heights of it on a page are no chance.
    """

    density: tuple[float, float]
    breaks: tuple[float, float]
    full: float
    evident: float


# Calibrated on 3,940 lines that lay under words (10th to 90th percentile: density .39 to .72, breaks .44 to 1.8, beside .0
# to .26, uneven .01 to .12) and 2,635 rows found in 60 photographs (uneven .22 to .95): see docs/quality.md.
CLEAR = Script((0.2, 0.85), (0.15, 2.5), 0.8, evident=20)
# On a page of which nothing was read lines may be blurred to bands. Of 118 photographs without text 4 have as much.
BLURRED = Script((0.2, 0.95), (0.0, 2.5), 0.95, evident=30)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of marks: x0, y0, x1, y1 in px of the view, whether it runs along x, and its length in line heights."""

    box: tuple[int, int, int, int]
    along_x: bool
    glyphs: float

    @property
    def height(self) -> int:
        """The line's height, px of the view."""
        x0, y0, x1, y1 = self.box
        return y1 - y0 if self.along_x else x1 - x0


def overlooked(view: View, words: Sequence[Word], known: Sequence[Quad] = (), script: Script = CLEAR) -> tuple[Line, ...]:
    """Return the lines of text-like ink that no word covers, the longest first, none over another.

    `known`: places on the page of what is something else (seals, codes).
    """
    taken = _covered(view, words, known)
    found = [line for level in _levels(view) for line in _lines(level, taken, script)]
    kept = []
    for line in sorted(found, key=lambda line: -line.glyphs):
        x0, y0, x1, y1 = line.box
        if taken[y0:y1, x0:x1].mean() < COVERED:
            taken[y0:y1, x0:x1] = 1
            kept.append(line)
    return tuple(_in_company(kept))


def _in_company(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines that have another of their size near, running the same way: writing is seldom alone, a chance is."""
    boxes = np.array([line.box for line in lines], np.float64).reshape(-1, 4)
    heights, ways = np.array([line.height for line in lines]), np.array([line.along_x for line in lines])
    for i, line in enumerate(lines):
        low, high = np.minimum(heights, line.height), np.maximum(heights, line.height)
        apart = np.maximum(boxes[:, :2] - boxes[i, 2:], boxes[i, :2] - boxes[:, 2:]).max(1)
        # Itself is one.
        if ((ways == line.along_x) & (high <= ALIKE * low) & (apart <= COMPANY * low)).sum() > 1:
            yield line


def _levels(view: View) -> Iterator[View]:
    for _ in range(LEVELS):
        yield view
        view = view.smaller(0.5)


def place(line: Line, view: View) -> Quad:
    """Return where a line stands on the page, px."""
    x0, y0, x1, y1 = (c / view.scale for c in line.box)
    return Quad.around([(x0, y0), (x1, y1)])


def _covered(view: View, words: Sequence[Word], known: Sequence[Quad]) -> Grey:
    taken = np.zeros(view.grey.shape, np.uint8)
    for quad in (*(word.quad for word in words), *known):
        reach = NEAR * quad.thickness
        corners = quad.grow(reach, reach).array() * view.scale
        cv2.fillPoly(taken, [np.round(corners).astype(np.int32)], 1)
    return taken


def _lines(level: View, taken: Grey, script: Script) -> Iterator[Line]:
    """Yield the lines of 5 to 16 px at this level that nothing covers, along x and along y, in px of the view."""
    height, width = level.grey.shape
    if min(height, width) < LOWEST:
        return
    free = cv2.resize(taken, (width, height), interpolation=cv2.INTER_NEAREST) ^ 1
    ink = _without_rules(level.ink & free)
    up = taken.shape[1] / width
    for marks, darker, along_x in ((ink, level.darker, True), (np.ascontiguousarray(ink.T), level.darker.T, False)):
        for x, y, w, h in _rows(marks).tolist():
            if _is_writing(marks, darker, (x, y, w, h), script):
                box = (x, y, x + w, y + h) if along_x else (y, x, y + h, x + w)
                x0, y0, x1, y1 = (round(c * up) for c in box)
                yield Line((x0, y0, x1, y1), along_x, w / h)


def _without_rules(ink: Grey) -> Grey:
    out = ink
    for long, thick in (((RULE, 1), (RULE, LOWEST)), ((1, RULE), (LOWEST, RULE))):
        runs = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(long[::-1], np.uint8))
        if runs.any():
            out = out & ~(runs & ~cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones(thick[::-1], np.uint8)))
    return np.asarray(out, np.uint8)


def _rows(marks: Grey) -> NDArray[np.int32]:
    """Return the boxes (n, 4) x, y, w, h of what looks like a line when its gaps are bridged."""
    if not marks.any():
        return np.zeros((0, 4), np.int32)
    bridged = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((1, BRIDGE), np.uint8))
    bridged = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    bridged[:, PIECE - 1 :: PIECE] = 0
    stats = cv2.connectedComponentsWithStats(bridged, connectivity=4)[2][1:]
    w, h, area = stats[:, 2], stats[:, 3], stats[:, 4]
    fits = (h >= LOWEST) & (h <= HIGHEST) & (w >= LEAST_LENGTH * h) & (area >= LEAST_FILL * w * h)
    return np.asarray(stats[fits, :4], np.int32)


def _is_writing(marks: Grey, darker: Grey, row: tuple[int, int, int, int], script: Script) -> bool:
    """True where a row of marks is as dense as writing and as often broken, and stands on even paper, free above and below."""
    x, y, w, h = row
    inside, reach = marks[y : y + h, x : x + w], max(2, round(NEAR * h))
    above, below = marks[max(0, y - reach) : y, x : x + w], marks[y + h : y + h + reach, x : x + w]
    breaks = float(np.diff(inside[h // 4 : h - h // 4].view(np.int8), axis=1).clip(0).sum(1).mean()) * h / w
    return (
        script.density[0] <= inside.mean() <= script.density[1]
        and script.breaks[0] <= breaks <= script.breaks[1]
        and inside.sum() <= script.full * h * inside.any(0).sum()
        and max(_mean(above), _mean(below)) <= BESIDE
        and _unevenness(marks, darker, (slice(max(0, y - reach), y + h + reach), slice(x, x + w))) <= UNEVEN
    )


def _unevenness(marks: Grey, darker: Grey, part: tuple[slice, slice]) -> float:
    """Return how dark the ground between the marks is, as a share of how dark the marks are."""
    is_ink, dark = marks[part] > 0, darker[part]
    return _mean(dark[~is_ink]) / max(1.0, _mean(dark[is_ink]))


def _mean(values: Grey) -> float:
    return float(values.mean()) if values.size else 0.0
