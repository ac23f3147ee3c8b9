"""Bar codes that no reader opens: fields of parallel bars of several widths, as a copier or a camera leaves them.

Whether what a code says can still be read here says nothing of who else can read it: its digits may stand below, or lie in a better copy.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad
from redact.models.codes.extent import Grey, along_and_across, laid_level

# The structure tensor (Bigun and Granlund 1987) of squares of this side, mm, summed from cells of CELL mm.
WINDOW_MM, CELL_MM = 3.0, 0.75
# Fields are sought in a smaller copy, blurred: sigma in px. A black-and-white copy's grain is gone from it, narrow bars are not.
WORK_PX_PER_MM, SOFT = 6.0, 0.7
# How much more changes across the bars than along them, 0 to 1; and how much changes at all: levels squared a pixel, at its steepest.
COHERENT, STEEP = 0.72, 1500.0
# A field is no lower than this, which a single rule's surroundings are not, and no longer than the longest codes on labels; and its
# bars stand all in one direction.
LEAST_MM, LONGEST_MM, ONE_WAY = 4.5, 150.0, 0.9
# Scan lines that are compared, in so much of a field's height; the share of them that must run as their mean does, and how alike.
LINES, INNER, MOST, ALIKE = 9, 0.8, 0.7, 0.6
# The least number of runs of dark and light and their least mean width, px; how much the widths of either differ, as a share of their
# mean: those of hatching and striped cloth do not, and those of a photographed screen are too narrow to tell.
LEAST_RUNS, LEAST_RUN_PX, VARIED = 24, 2.5, 0.3

Floats = NDArray[np.float32]


def bar_fields(grey: Grey, px_per_mm: float) -> list[Quad]:
    """Return the fields of bars on a page (H, W), px: rectangles whose first edge runs across the bars."""
    fields = (quad for quad in _fields(grey, px_per_mm) if max(quad.length, quad.thickness) <= LONGEST_MM * px_per_mm)
    return [quad for quad in fields if _is_bars(grey, quad)]


def _fields(page: Grey, page_px_per_mm: float) -> Iterator[Quad]:
    scale = min(1.0, WORK_PX_PER_MM / page_px_per_mm)
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    grey = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA) if scale < 1 else page, np.uint8)
    for quad in _fields_at_work(grey, page_px_per_mm * scale):
        yield Quad.of([(x / scale, y / scale) for x, y in quad.points])


def _fields_at_work(grey: Grey, px_per_mm: float) -> Iterator[Quad]:
    cell = max(1, round(CELL_MM * px_per_mm))
    energy, coherence, angle = _tensor(grey, cell, max(1, round(WINDOW_MM / CELL_MM)))
    side = max(1, round(LEAST_MM / CELL_MM))
    steep = ((coherence > COHERENT) & (energy > STEEP)).astype(np.uint8)
    steep = cv2.morphologyEx(steep, cv2.MORPH_OPEN, np.ones((side, side), np.uint8), borderValue=0)
    count, labels = cv2.connectedComponents(steep)
    for number in range(1, count):
        there = labels == number
        resultant = complex(np.exp(2j * angle[there].astype(np.float64)).mean())
        if abs(resultant) >= ONE_WAY:
            yield _rectangle(np.argwhere(there)[:, ::-1], float(np.angle(resultant)) / 2, cell)


def _tensor(grey: Grey, cell: int, cells: int) -> tuple[Floats, Floats, Floats]:
    """Return, per cell, how much changes, how much more in one direction than across it, and which, radians."""
    soft = cv2.GaussianBlur(grey, (0, 0), SOFT)
    gx, gy = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.25)
    size = max(1, grey.shape[1] // cell), max(1, grey.shape[0] // cell)
    products = (cv2.multiply(gx, gx), cv2.multiply(gy, gy), cv2.multiply(gx, gy))
    xx, yy, xy = (cv2.blur(cv2.resize(p, size, interpolation=cv2.INTER_AREA), (cells, cells)) for p in products)
    energy = xx + yy
    coherence = np.sqrt((xx - yy) ** 2 + 4 * xy**2) / np.maximum(energy, 1.0)
    return np.asarray(energy, np.float32), np.asarray(coherence, np.float32), np.asarray(0.5 * np.arctan2(2 * xy, xx - yy), np.float32)


def _rectangle(cells: NDArray[np.intp], angle: float, cell: int) -> Quad:
    """Return the rectangle around cells (N, 2) as (x, y), its first edge at an angle."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    spread = np.stack([(cells + 0.5) @ along, (cells + 0.5) @ across], axis=1) * cell
    low, high = spread.min(axis=0) - cell / 2, spread.max(axis=0) + cell / 2
    middle = (low + high) / 2
    x, y = middle[0] * along + middle[1] * across
    return Quad.centred((float(x), float(y)), float(high[0] - low[0]) / 2, float(high[1] - low[1]) / 2, angle)


def _is_bars(grey: Grey, quad: Quad) -> bool:
    """True where scan lines all over a field run alike, over bars and spaces of several widths."""
    along, _ = along_and_across(quad)
    half = round(quad.length / 2), round(quad.thickness / 2)
    patch = laid_level(grey, np.array(quad.centre), along, max(half)).astype(np.float32)
    middle, reach = patch.shape[0] // 2, round(INNER * half[1])
    inner = patch[middle - reach : middle + reach, middle - half[0] : middle + half[0]]
    if min(inner.shape[0], inner.shape[1] / LEAST_RUNS) < 1:
        return False
    # Each line is a mean of many: the grain of a black-and-white copy is gone from it.
    lines = cv2.resize(inner, (inner.shape[1], LINES), interpolation=cv2.INTER_AREA)
    mean = lines.mean(axis=0)
    if mean.std() == 0:
        return False
    near = np.array([float(np.corrcoef(line, mean)[0, 1]) if line.std() > 0 else 0.0 for line in lines])
    if float((near > ALIKE).mean()) < MOST:
        return False
    _, dark = cv2.threshold(mean.astype(np.uint8)[None], 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    runs = np.diff(np.flatnonzero(np.diff(dark[0])))
    if runs.size < LEAST_RUNS or runs.mean() < LEAST_RUN_PX:
        return False
    return all(float(widths.std()) >= VARIED * float(widths.mean()) for widths in (runs[::2], runs[1::2]))
