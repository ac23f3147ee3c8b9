"""Where text stands on a page: the DB detector of PP-OCR, and the rectangles around what it marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.models.runtime import Network

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

STRIDE = 32
MARKED = 0.3
"""Probability above which a pixel is text."""
HOLLOW = 0.3
"""Share of marked pixels inside an outline below which it is a frame around other things."""
GROWTH = 1.6
"""The network marks the kernel of a line; the line is area * GROWTH / perimeter wider on each side."""
CURVED_FILL = 0.55
CURVED_LENGTH = 6.0
CURVED_BAND = 2.3
"""A contour filling less of its rectangle, this many thicknesses long, is a curved line, cut 2.3 thicknesses high."""
LONGEST = 60.0
"""Length in line heights above which a line is cut: recognition needs memory in proportion, 75 kB a step."""
OVERLAP = 10.0
"""Line heights that two parts of a cut line share, so that no name of usual length is lost at the joint."""
LEAST_CONTRAST = 3
"""Grey levels (of 255) by which something written differs from what it stands on, far below what an eye or a reader sees."""
LEAST_PX = 64
"""Side in px below which an image is continued, so that no line fills a step of the network."""
SLENDER = 3.0
"""Aspect ratio above which a page is looked at in windows, since scaling its long side would wipe its text out."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One place that holds text.

    `corners`: (4, 2) page px, clockwise as seen, any corner first. `spine`: (n, 2) page px, the middle line of a curved
    line, else None; `band`: the height in px of the strip around the spine.
    """

    corners: Floats = field(repr=False)
    spine: Floats | None = field(default=None, repr=False)
    band: float = 0.0

    @property
    def length(self) -> float:
        """The longer side, px."""
        return max(self.sides)

    @property
    def sides(self) -> tuple[float, float]:
        """The lengths of the first and the second edge, px."""
        a, b, c = self.corners[:3]
        return float(np.hypot(*(b - a))), float(np.hypot(*(c - b)))


def regions(image: Bytes, network: Network, long_side: int) -> list[Region]:
    """Return every place of a BGR image (H, W, 3) that holds text, from the top down.

    The image is looked at with its long side at `long_side` px, never enlarged; slender images in windows.
    """
    return _in_windows(image, network, long_side, _windows(image.shape, long_side))


def regions_in_band(image: Bytes, network: Network, long_side: int, band: tuple[int, int, int]) -> list[Region]:
    """Return the places of text in a band of a BGR image (H, W, 3), seen as large as `regions` would see them.

    `band`: along which axis (0 is y), from and to which px of it.
    """
    axis, start, end = band
    long = max(end - start, image.shape[1 - axis])
    window = Window(axis, start, end, -inf, inf)
    return _in_windows(image, network, round(long_side * long / max(image.shape[:2])), [window])


def _in_windows(image: Bytes, network: Network, long_side: int, windows: Sequence[Window]) -> list[Region]:
    found = [region for window in windows for region in window.look(image, network, long_side)]
    parts = [part for region in found if not _even(image, region) for part in _parts(region)]
    return sorted(parts, key=lambda r: (float(r.corners[:, 1].mean()), float(r.corners[:, 0].mean())))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a slender image: from `start` to `end` px along its `axis` (0 is y), answerable from `first` to `last`."""

    axis: int
    start: int
    end: int
    first: float
    last: float

    def look(self, image: Bytes, network: Network, long_side: int) -> list[Region]:
        """Return what is detected here in image px; what a neighbour sees whole is left to it."""
        part = image[self.start : self.end] if self.axis == 0 else image[:, self.start : self.end]
        shift = np.array([0.0, self.start] if self.axis == 0 else [self.start, 0.0])
        found = [_moved(region, shift) for region in _look(part, network, long_side)]
        return [region for region in found if self.first <= region.corners[:, 1 - self.axis].mean() < self.last]


def _windows(shape: tuple[int, ...], long_side: int) -> list[Window]:
    height, width = shape[:2]
    short, long = min(height, width), max(height, width)
    axis = 0 if height >= width else 1
    size = max(2 * short, long_side)
    if long <= SLENDER * short or long <= 2 * size:
        return [Window(axis, 0, long, -inf, inf)]
    # Half a window of overlap: a line as long as the page is wide lies whole in one of two neighbours.
    starts = [*range(0, long - size, size // 2), long - size]
    joints = [(a + size + b) / 2 for a, b in pairwise(starts)]
    slack = size / 20
    firsts, lasts = [-inf, *(joint - slack for joint in joints)], [*(joint + slack for joint in joints), inf]
    return [Window(axis, s, s + size, first, last) for s, first, last in zip(starts, firsts, lasts, strict=True)]


def _moved(region: Region, shift: Floats) -> Region:
    return Region(region.corners + shift, None if region.spine is None else region.spine + shift, region.band)


def _even(image: Bytes, region: Region) -> bool:
    """True where all pixels are alike: on black and on masks the network sees text that cannot be there."""
    height, width = image.shape[:2]
    x0, y0 = np.clip(np.floor(region.corners.min(0)).astype(int), 0, [width - 1, height - 1])
    x1, y1 = np.clip(np.ceil(region.corners.max(0)).astype(int), [x0 + 1, y0 + 1], [width, height])
    return int(np.ptp(image[y0:y1, x0:x1].reshape(-1, 3), axis=0).max()) < LEAST_CONTRAST


def _look(image: Bytes, network: Network, long_side: int) -> list[Region]:
    height, width = image.shape[:2]
    ratio = min(1.0, long_side / max(height, width))
    size = [max(STRIDE, round(side * ratio / STRIDE) * STRIDE) for side in (width, height)]
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if ratio < 1 else cv2.INTER_LINEAR)
    batch = (small.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
    probability = network(batch)[0][0, 0]
    if not np.isfinite(probability).all():
        # Not-a-number is below every threshold: a broken network would see an empty page.
        raise EngineError(engine=network.file, what="not-finite")
    marked = cv2.dilate((probability > MARKED).astype(np.uint8), np.ones((2, 2), np.uint8))
    # The outline of every component, of those inside another's hole too: a frame's would swallow the lines inside it.
    contours, tree = cv2.findContours(marked, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outlines = [contour for contour, (_, _, _, parent) in zip(contours, () if tree is None else tree[0], strict=True) if parent < 0]
    scale = np.array([width / size[0], height / size[1]])
    return [region for outline in outlines if (region := _region(outline, marked, scale)) is not None]


def _region(contour: NDArray[np.int32], marked: Bytes, scale: Floats) -> Region | None:
    x, y, w, h = cv2.boundingRect(contour)
    inside = np.zeros((h, w), np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, cv2.FILLED, offset=(-x, -y))
    if cv2.mean(marked[y : y + h, x : x + w], inside)[0] < HOLLOW:
        return None
    centre, (a, b), angle = cv2.minAreaRect(contour)
    a, b = max(a, 1.0), max(b, 1.0)
    grown = a * b * GROWTH / (a + b)
    corners = cv2.boxPoints((centre, (a + grown, b + grown), angle)).astype(np.float64)
    spine, band = _spine(inside, (x, y), centre, max(a, b), angle if a >= b else angle + 90, fill=int(inside.sum()) / (a * b))
    return Region((corners + 0.5) * scale, None if spine is None else (spine + 0.5) * scale, band * float(scale.mean()))


def _spine(
    inside: Bytes, origin: tuple[int, int], centre: tuple[float, float], length: float, angle: float, fill: float
) -> tuple[Floats | None, float]:
    """Return the middle line (n, 2) of a curved line and the height of its strip; (None, 0) for a straight one."""
    thickness = float(inside.sum()) / length
    if fill >= CURVED_FILL or length < CURVED_LENGTH * thickness:
        return None, 0.0
    ys, xs = np.nonzero(inside)
    turn = np.deg2rad(angle)
    ux, uy = float(np.cos(turn)), float(np.sin(turn))
    x, y = xs + origin[0] - centre[0], ys + origin[1] - centre[1]
    u, v = x * ux + y * uy, y * ux - x * uy
    middle = np.polynomial.Polynomial.fit(u, v, 3)
    if float(np.abs(v - middle(u)).mean()) > thickness:
        return None, 0.0
    at = np.linspace(u.min() - 0.8 * thickness, u.max() + 0.8 * thickness, max(8, round(length / thickness) * 2))
    line = middle(at)
    return np.stack([centre[0] + at * ux - line * uy, centre[1] + at * uy + line * ux], 1), CURVED_BAND * thickness


def _parts(region: Region) -> list[Region]:
    """Cut an over-long line into overlapping parts."""
    first, second = region.sides
    long, short = max(first, second), max(min(first, second), 1.0)
    if long <= LONGEST * short or region.spine is not None:
        return [region]
    a, b, c, d = region.corners if first >= second else np.roll(region.corners, -1, axis=0)
    count = int(np.ceil((long - OVERLAP * short) / ((LONGEST - OVERLAP) * short)))
    step = (1.0 - OVERLAP * short / long) / count
    spans = [(i * step, i * step + step + OVERLAP * short / long) for i in range(count)]
    return [Region(np.array([a + (b - a) * s, a + (b - a) * e, d + (c - d) * e, d + (c - d) * s])) for s, e in spans]
