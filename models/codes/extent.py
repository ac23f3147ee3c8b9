"""How far a code reaches: what a reader located of it may be a few of its lines."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Point, Quad

Grey = NDArray[np.uint8]
Bits = NDArray[np.bool_]

SMALLEST_PX = 12
# A scan line is as good as the line of the reading where their profiles agree so well.
ALIKE, TALLEST = 0.6, 1.5
# Paper beside a scan line in which the bars' direction is measured, px; further from it than 60 degrees is no code's.
BESIDE_PX, LEAST_COSINE = 6, 0.5
# Turns that are tried about that direction, degrees, the middle first; and how far from the scan line they are compared, px.
TURNS, NEAR = tuple(sorted((t / 2 for t in range(-10, 11)), key=abs)), 50
# How far a stack is followed beyond what was located, of its longer side.
BEYOND = 1.3
# What is longer was located as it is, or is none.
LONGEST_STACK_PX = 1500
# A row of a stack: the share of it that is dark, and of the bars that the stack's rows have; a column: the
# share that is dark, or how much ink it has.
ROW_DARK, ROW_BARS, COLUMN_DARK, COLUMN_INKED = (0.15, 0.9), 0.4, 0.08, 0.2
# The widest space between two bars of a stack is six modules wide; its quiet zone has two, but print seldom stands so near.
WIDEST_SPACE, ROW_GAP = 6.5, 3
# Of runs of dark and light along a stack, so many per cent are as narrow as a module.
NARROW = 20


def full_height(grey: Grey, corners: list[Point]) -> list[Point]:
    """Return the corners led along the bars to their ends: a reading takes a few scan lines, which need not reach them.

    A scan line runs along the page's rows or columns, the bars stand across the code: in a turned one the two differ.
    """
    a, b, c, d = (np.array(p) for p in corners)
    left, right = (a + d) / 2, (b + c) / 2
    length = float(np.hypot(*(right - left)))
    if length < SMALLEST_PX:
        return corners
    reach = int(TALLEST * length)
    first = _across_the_bars(grey, left, right)
    along = max((_turned(first, degrees) for degrees in TURNS), key=lambda way: int(_alike(grey, left, right, way, NEAR).sum()))
    bars = np.array([-along[1], along[0]])
    alike = _alike(grey, left, right, along, reach)
    up = next((k for k in range(reach) if not alike[reach - k]), reach)
    down = next((k for k in range(reach) if not alike[reach + k]), reach)
    middle, half, least = (left + right) / 2, abs(float((right - left) @ along)) / 2, float(np.hypot(*(a - d))) / 2
    ends = ((-half, -max(up, least)), (half, -max(up, least)), (half, max(down, least)), (-half, max(down, least)))
    return [(float(x), float(y)) for x, y in (middle + u * along + v * bars for u, v in ends)]


def whole_stack(grey: Grey, quad: Quad) -> Quad:
    """Return a PDF417's quad led to the code's ends: a reading locates the rows that it could read, and of those now and then a part.

    The quad is returned as it is where no rows of bars are seen in it, and where it is larger than such codes are.
    """
    if max(quad.length, quad.thickness) > LONGEST_STACK_PX:
        return quad
    reach = round(BEYOND * max(quad.length, quad.thickness))
    across = _reading_direction(grey, quad)
    centre = np.array(quad.centre)
    patch = laid_level(grey, centre, across, reach)
    corners = (np.array(quad.points) - centre) @ np.stack([across, _turned(across, 90)], axis=1) + reach
    (u0, v0), (u1, v1) = np.clip(np.round([corners.min(axis=0), corners.max(axis=0)]).astype(int), 0, 2 * reach)
    if min(u1 - u0, v1 - v0) < SMALLEST_PX:
        return quad
    level, _ = cv2.threshold(np.ascontiguousarray(patch[v0:v1, u0:u1]), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = patch <= level
    rows = _rows_of_bars(dark[:, u0:u1], v0, v1)
    top, end = _run(rows, v0, v1, ROW_GAP)
    if end - top < SMALLEST_PX:
        return quad
    columns = (dark[top:end].mean(axis=0) >= COLUMN_DARK) | (_coverage(patch[top:end], patch[v0:v1, u0:u1], level) >= COLUMN_INKED)
    left, right = _run(columns, u0, u1, round(WIDEST_SPACE * _module(dark[top:end, u0:u1])))
    # What was read is a part of it, however soft the picture.
    left, right, top, end = min(left, u0), max(right, u1), min(top, v0), max(end, v1)
    middle = centre + ((left + right) / 2 - reach) * across + ((top + end) / 2 - reach) * _turned(across, 90)
    return Quad.centred((float(middle[0]), float(middle[1])), (right - left) / 2, (end - top) / 2, float(np.arctan2(across[1], across[0])))


def along_and_across(quad: Quad) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the unit vectors along a quad's first edge and at right angles to it."""
    along = np.array(quad.direction)
    return along, _turned(along, 90)


def _reading_direction(grey: Grey, quad: Quad) -> NDArray[Any]:
    """Return the unit vector along a stack's rows, that in which most changes."""
    box = quad.box().clip(grey.shape[1], grey.shape[0])
    if box is None:
        return np.array(quad.direction)
    inside = np.zeros((box.height, box.width), np.uint8)
    cv2.fillConvexPoly(inside, np.round(quad.array() - (box.x0, box.y0)).astype(np.int32), 1)
    angle = _steepest(grey[box.y0 : box.y1, box.x0 : box.x1].astype(np.float32), inside > 0)
    return np.array([np.cos(angle), np.sin(angle)])


def laid_level(grey: Grey, centre: NDArray[Any], across: NDArray[Any], reach: int) -> Grey:
    """Return the square around a centre, (2 reach, 2 reach), turned so that `across` runs along its rows; beyond the page it is white."""
    down = _turned(across, 90)
    matrix = np.column_stack([across, down, centre - reach * (across + down)])
    size = 2 * reach, 2 * reach
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(grey, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255), np.uint8)


def _rows_of_bars(dark: Bits, first: int, last: int) -> Bits:
    """Return which rows of a laid stack are its own; the bars of those from `first` to `last` say how many it has."""
    share, bars = dark.mean(axis=1), (dark[:, 1:] & ~dark[:, :-1]).sum(axis=1)
    usual = float(np.median(bars[first:last]))
    return np.asarray((share >= ROW_DARK[0]) & (share <= ROW_DARK[1]) & (bars >= max(3.0, ROW_BARS * usual)), np.bool_)


def _coverage(strip: Grey, known: Grey, level: float) -> NDArray[np.float32]:
    """Return how much ink each column of a strip has, 0 to 1; the light and the dark of `known`, `level` between them, are paper and ink.

    A narrow bar in a soft picture is nowhere as dark as ink, and still its column is darker than paper.
    """
    paper, ink = float(np.median(known[known > level])), float(np.median(known[known <= level]))
    return np.asarray((paper - strip.mean(axis=0)) / max(1.0, paper - ink), np.float32)


def _run(there: Bits, first: int, last: int, gap: int) -> tuple[int, int]:
    """Return the run, gaps of no more than `gap` in it, that has most of what is there from `first` to `last`."""
    places = np.flatnonzero(there)
    if not places.size:
        return 0, 0
    parts = np.split(places, np.flatnonzero(np.diff(places) > gap + 1) + 1)
    best = max(parts, key=lambda part: int(((part >= first) & (part < last)).sum()))
    return int(best[0]), int(best[-1]) + 1


def _module(dark: Bits) -> float:
    """Return how wide a module is along the rows of a stack, px."""
    changes = [np.diff(np.flatnonzero(row[1:] != row[:-1])) for row in dark]
    widths = np.concatenate(changes) if changes else np.empty(0)
    return float(np.percentile(widths, NARROW)) if widths.size else 1.0


def _across_the_bars(grey: Grey, left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return the unit vector at right angles to the bars on a scan line, from its left end to its right."""
    x0, y0 = np.floor(np.minimum(left, right)).astype(int) - BESIDE_PX
    x1, y1 = np.ceil(np.maximum(left, right)).astype(int) + BESIDE_PX + 1
    patch = grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)].astype(np.float32)
    reading = (right - left) / np.hypot(*(right - left))
    if min(patch.shape) < 3:
        return np.asarray(reading)
    angle = _steepest(patch)
    across = np.array([np.cos(angle), np.sin(angle)])
    across *= np.sign(across @ reading) or 1.0
    return across if across @ reading >= LEAST_COSINE else np.asarray(reading)


def _steepest(patch: NDArray[np.float32], inside: Bits | None = None) -> float:
    """Return the direction in which most changes, radians: the larger eigenvector of the gradients' products."""
    gx, gy = cv2.Sobel(patch, cv2.CV_32F, 1, 0), cv2.Sobel(patch, cv2.CV_32F, 0, 1)
    if inside is not None:
        gx, gy = gx[inside], gy[inside]
    return 0.5 * float(np.arctan2(2 * float((gx * gy).sum()), float((gx * gx - gy * gy).sum())))


def _turned(way: NDArray[Any], degrees: float) -> NDArray[Any]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([c * way[0] - s * way[1], s * way[0] + c * way[1]])


def _alike(grey: Grey, left: NDArray[Any], right: NDArray[Any], along: NDArray[Any], reach: int) -> NDArray[np.bool_]:
    """Return, for each line from `reach` above the reading's middle to `reach` below, whether its profile is the reading's.

    Lines run `along`, a unit vector, between the ends of the reading; the bars, at right angles to it, carry its profile.
    """
    samples = np.linspace(0, 1, max(64, int(np.hypot(*(right - left)))))[:, None]
    reading = left + (right - left) * samples
    middle, half = (left + right) / 2, abs(float((right - left) @ along)) / 2
    line = middle + along * half * (2 * samples - 1)
    offsets = np.arange(-reach, reach + 1)[:, None]
    x = np.vstack([reading[:, 0], line[:, 0] - along[1] * offsets]).astype(np.float32)
    y = np.vstack([reading[:, 1], line[:, 1] + along[0] * offsets]).astype(np.float32)
    lines = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    lines -= lines.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(lines, axis=1) + 1e-3
    same: NDArray[np.bool_] = (lines[1:] @ lines[0]) / (norms[1:] * norms[0]) > ALIKE
    # The reading itself crosses the middle.
    same[reach] = True
    return same
