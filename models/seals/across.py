"""Rows of print that run across a ring: readers of pages lose them where the ring's star or text crosses a line.

Whether a row is print is told by what it says, not by its looks: a chop is no row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from redact.finding import Finding
from redact.geometry import Quad
from redact.models.seals.lettering import HEIGHT, MARGIN, Map, Sheet, straight
from redact.page import Page

# How far on both sides a row is followed, and where around a ring's middle there is neither star nor text nor rim, in radii.
REACH, BETWEEN, BEYOND = 1.6, (0.36, 0.56), 1.06
# A row of print is so high, mm, and has ink over so much of a radius; rows nearer than this are one, mm.
HIGH_MM, INKED, APART_MM = (2.0, 7.5), 0.03, 0.5
# Ink, as a share of the paper's brightness; paper above and below a row that readers like, mm, one way after another.
DARK, AROUND_MM = 0.6, (0.2, 0.6)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row across a ring, laid straight, and its place. `ways`: the same row with less and with more paper around it."""

    ways: tuple[Sheet, ...] = field(repr=False)
    quad: Quad

    def part(self, sheet: Sheet, first: float, last: float) -> Quad:
        """Return the place of a part of the row, from where to where along one of its sheets, px."""
        a, b, c, d = self.quad.array()
        start, end = (float(np.clip((at - MARGIN) / (sheet.image.shape[1] - 2 * MARGIN), 0, 1)) for at in (first, last))
        return Quad.of([p + (q - p) * at for p, q, at in ((a, b, start), (a, b, end), (d, c, end), (d, c, start))])


def rows_across(page: Page, seal: Finding, turn: int) -> Iterator[Row]:
    """Yield the rows of ink that may be print across a ring. `turn`: quarter turns of the page's text, clockwise."""
    radius = (seal.quad.length * seal.quad.thickness) ** 0.5 / 2
    (x, y), reach = seal.quad.centre, REACH * radius
    box = Quad.centred((x, y), reach, reach).box().clip(page.width, page.height)
    if box is None or radius < HEIGHT / 2:
        return
    window = np.rot90(page.pixels[box.y0 : box.y1, box.x0 : box.x1].mean(axis=2), turn)
    middle = _turned((x - box.x0, y - box.y0), (box.x1 - box.x0, box.y1 - box.y0), turn)
    ink = np.clip(1 - window / max(1.0, float(np.percentile(window, 90))), 0, 1).astype(np.float32)
    for top, bottom in _rows(ink, middle, radius, page.px_per_mm):
        place = Quad.of([(0, top), (ink.shape[1], top), (ink.shape[1], bottom), (0, bottom)])
        ways = tuple(_sheet(ink, top, bottom, round(around * page.px_per_mm)) for around in AROUND_MM)
        yield Row(ways, _back(place, (box.x0, box.y0), (box.x1 - box.x0, box.y1 - box.y0), turn))


def _rows(ink: Map, middle: tuple[float, float], radius: float, mm: float) -> Iterator[tuple[int, int]]:
    """Yield the first row and the end of every run of rows with ink where a ring has none."""
    y, x = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]]
    away = np.hypot(x + 0.5 - middle[0], y + 0.5 - middle[1]) / radius
    own = ((away >= BETWEEN[0]) & (away <= BETWEEN[1])) | (away >= BEYOND)
    inked = (((ink > 1 - DARK) & own).sum(axis=1) > INKED * radius).astype(np.uint8)[:, None]
    joined = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((2 * round(APART_MM * mm / 2) + 1, 1), np.uint8))[:, 0]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], joined, [0]])))
    for top, bottom in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if HIGH_MM[0] * mm <= bottom - top <= HIGH_MM[1] * mm and abs((top + bottom) / 2 - middle[1]) < radius:
            yield top, bottom


def _sheet(ink: Map, top: int, bottom: int, around: int) -> Sheet:
    strip = ink[max(0, top - around) : bottom + around]
    high = HEIGHT - 4
    size = max(8, round(strip.shape[1] * high / strip.shape[0])), high
    flat = cv2.resize(strip, size, interpolation=cv2.INTER_AREA if strip.shape[0] > high else cv2.INTER_CUBIC)
    return straight(np.clip(flat, 0, 1).astype(np.float32))


def _turned(point: tuple[float, float], size: tuple[int, int], turn: int) -> tuple[float, float]:
    """Return where a point of a window lies after its text was set upright."""
    (x, y), (w, h) = point, size
    return ((x, y), (y, w - x), (w - x, h - y), (h - y, x))[turn % 4]


def _back(quad: Quad, corner: tuple[int, int], size: tuple[int, int], turn: int) -> Quad:
    """Return the place on the page of a place in its upright window."""
    upright = size if turn % 2 == 0 else size[::-1]
    points = (_turned(point, upright, -turn) for point in quad.points)
    return Quad.of([(x + corner[0], y + corner[1]) for x, y in points])
