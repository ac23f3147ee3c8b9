"""A line cut out of the page and laid straight, and the way back from its pixels to the page's."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

COLUMN = 1.5
"""A line of upright glyphs that is this many times higher than wide is a column, read from the top down."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A straightened line.

    `image`: (height, W, 3) uint8, text upright, reading from the left. At the strip's x coordinates `xs` (n,), rising,
    its upper edge lies on the page at `top` (n, 2) and its lower edge at `bottom` (n, 2), linear in between.
    `cell`: width in px of the cells of a column that was re-set as a row, 0 where the strip is one piece.
    """

    image: Bytes = field(repr=False)
    xs: Floats = field(repr=False)
    top: Floats = field(repr=False)
    bottom: Floats = field(repr=False)
    cell: int = 0

    @property
    def height(self) -> int:
        return int(self.image.shape[0])

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    def places(self, spans: Floats) -> Floats:
        """Return the page quads (n, 4, 2) of spans (n, 2) in strip px, their first edge along the reading direction.

        In a column they are the cells that the spans stand in, and are read from the top down.
        """
        left, right = spans[:, 0], spans[:, 1]
        if self.cell:
            number = np.clip((left + right) / 2 // self.cell, 0, self.width // self.cell - 1)
            left, right = number * self.cell, (number + 1) * self.cell - 1e-3
        upper_left, lower_left = self._edge(left)
        upper_right, lower_right = self._edge(right)
        if self.cell:
            return np.stack([upper_right, lower_right, lower_left, upper_left], 1)
        return np.stack([upper_left, upper_right, lower_right, lower_left], 1)

    def middles(self, xs: Floats) -> Floats:
        """Return the page points (n, 2) in the middle of the line at strip coordinates (n,)."""
        if self.cell:
            cells: Floats = self.places(np.stack([xs, xs], 1)).mean(1)
            return cells
        top, bottom = self._edge(xs)
        return (top + bottom) / 2

    def _edge(self, xs: Floats) -> tuple[Floats, Floats]:
        top = np.stack([np.interp(xs, self.xs, self.top[:, i]) for i in (0, 1)], 1)
        bottom = np.stack([np.interp(xs, self.xs, self.bottom[:, i]) for i in (0, 1)], 1)
        return top, bottom


def straight(image: Bytes, corners: Floats, height: int) -> Strip:
    """Cut the rectangle with these corners (4, 2), the content's top left first, as a strip `height` px high."""
    piece = _cut(image, corners)
    width = max(1, round(piece.shape[1] * height / piece.shape[0]))
    scaled = _scaled(piece, width, height)
    a, b, c, d = corners
    return Strip(scaled, np.array([0.0, float(width)]), np.stack([a, b]), np.stack([d, c]))


def curved(image: Bytes, spine: Floats, band: float, height: int) -> Strip:
    """Cut a strip of `band` px around a middle line (n, 2) that runs along the reading direction."""
    steps = np.hypot(*np.diff(spine, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    tangent = np.gradient(spine, along, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
    top, bottom = spine - normal * band / 2, spine + normal * band / 2
    width = max(1, round(along[-1] * height / band))
    xs = along * width / along[-1]
    strip = Strip(np.zeros((height, width, 3), np.uint8), xs, top, bottom)
    upper, lower = strip._edge(np.arange(width) + 0.5)
    share = ((np.arange(height) + 0.5) / height)[:, None, None]
    around, origin = _around(image, np.concatenate([top, bottom]))
    at = (upper * (1 - share) + lower * share - origin - 0.5).astype(np.float32)
    pixels = cv2.remap(around, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Strip(pixels, xs, top, bottom)


def column(image: Bytes, corners: Floats, height: int) -> Strip:
    """Cut a column of upright glyphs, its top left corner first, and re-set it as a row of square cells."""
    piece = _cut(image, corners)
    scaled = _scaled(piece, height, max(height, round(piece.shape[0] * height / piece.shape[1])))
    cuts = _cuts(scaled)
    cells = [_cell(scaled[y0:y1], height) for y0, y1 in pairwise(cuts)]
    a, b, c, d = corners
    share = np.array(cuts, np.float64)[:, None] / scaled.shape[0]
    first, last = share[:-1], share[1:]
    # Two nodes a cell, its left and its right edge; the next cell starts a hair further on.
    top = np.stack([a + (d - a) * first, b + (c - b) * first], 1).reshape(-1, 2)
    bottom = np.stack([a + (d - a) * last, b + (c - b) * last], 1).reshape(-1, 2)
    start = np.arange(len(cells), dtype=np.float64) * height
    xs = np.stack([start, start + height - 1e-3], 1).reshape(-1)
    return Strip(np.concatenate(cells, axis=1), xs, top, bottom, cell=height)


def is_column(corners: Floats) -> bool:
    """True where the rectangle with these corners, the content's top left first, is a column."""
    a, b, c = corners[:3]
    return bool(np.hypot(*(c - b)) >= COLUMN * np.hypot(*(b - a)))


def quad_on_page(corners: Floats, width: int, height: int) -> Quad:
    """Return the part of a quad (4, 2) on a page of (width, height) px, at least a pixel wide where nothing is left."""
    limits = np.array([width, height], np.float64)
    clipped = np.clip(corners, 0.0, limits)
    try:
        return Quad.of(clipped.tolist())
    except ValueError:
        x, y = np.clip(clipped.mean(0), 0.5, limits - 0.5)
        return Quad.centred((float(x), float(y)), 0.5, 0.5)


def _cut(image: Bytes, corners: Floats) -> Bytes:
    a, b, c, d = corners
    width = max(1, round((np.hypot(*(b - a)) + np.hypot(*(c - d))) / 2))
    height = max(1, round((np.hypot(*(d - a)) + np.hypot(*(c - b))) / 2))
    around, origin = _around(image, corners)
    # Pixel centres lie half a pixel in: without it a strip is shifted against its page.
    source = (np.stack([a, b, d]) - origin - 0.5).astype(np.float32)
    target = np.array([[0, 0], [width, 0], [0, height]], np.float32) - np.float32(0.5)
    matrix = cv2.getAffineTransform(source, target)
    piece: Bytes = cv2.warpAffine(around, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return piece


def _around(image: Bytes, points: Floats) -> tuple[Bytes, Floats]:
    """Return the part of the image around the points, and its origin: warping takes no side above 32,766 px."""
    height, width = image.shape[:2]
    x0, y0 = np.clip(np.floor(points.min(0)).astype(int) - 2, 0, [width - 1, height - 1])
    x1, y1 = np.clip(np.ceil(points.max(0)).astype(int) + 2, [x0 + 1, y0 + 1], [width, height])
    return image[y0:y1, x0:x1], np.array([x0, y0], np.float64)


def _scaled(piece: Bytes, width: int, height: int) -> Bytes:
    shrinks = height < piece.shape[0]
    scaled: Bytes = cv2.resize(piece, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return scaled


def _cuts(piece: Bytes) -> list[int]:
    """Return the rows at which a column is cut into cells: through little ink, about as high as the column is wide."""
    length, pitch = piece.shape[:2]
    grey = piece.min(axis=2).astype(np.float64)
    ink = np.clip((np.percentile(grey, 75) - grey) / 128, 0, 1).mean(1)
    ink = np.append(ink, 0.0)
    least, most = int(0.45 * pitch), int(1.3 * pitch)
    steps = np.arange(least, most + 1)
    strain = 0.1 * ((steps - 0.8 * pitch) / pitch) ** 2
    cost, origin = np.full(length + 1, np.inf), np.zeros(length + 1, np.int64)
    cost[0] = 0.0
    for y in range(least, length + 1):
        reach = steps[steps <= y]
        ways = cost[y - reach] + strain[: len(reach)]
        best = int(ways.argmin())
        cost[y], origin[y] = ways[best] + ink[y], y - reach[best]
    cuts = [length]
    while cuts[-1] > 0:
        cuts.append(int(origin[cuts[-1]]))
    return cuts[::-1]


def _cell(piece: Bytes, size: int) -> Bytes:
    """Centre a piece of a column in a square of `size` px, its edge rows repeated."""
    if piece.shape[0] > size:
        return _scaled(piece, size, size)
    above = (size - piece.shape[0]) // 2
    below = size - piece.shape[0] - above
    cell: Bytes = cv2.copyMakeBorder(piece, above, below, 0, 0, cv2.BORDER_REPLICATE)
    return cell
