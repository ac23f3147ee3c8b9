"""The network that knows seals when it sees them: how likely each place of a page lies on one."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.finding import Shape
from redact.geometry import Quad
from redact.masking import fill_shape
from redact.models.runtime import Network, network
from redact.page import Page

FILE = "seal-network.onnx"
# A4 becomes 1024 px long in a coarse look, as in training, and 1536 in a closer one, as in its enlarged crops: what is as high as a
# line of print is lost in less. Larger sheets stay as fine, smaller ones are never blown up.
A4_MM, COARSE, CLOSER, LARGEST_SHEET = 297, 1024, 1536, 2**0.5
# The network looks at cells of 4 px, and halves its picture five times.
STEP, STRIDE = 4, 32
BEYOND = 114
# A region is where the answer is at least LOW, over at least this area (mm²): of a whole seal, and of one that the page's edge cuts.
# It is a seal where the mean answer is at least SURE: what resembles one has a peak, a seal a plateau.
LOW, CORE, SURE = 0.15, 0.5, 0.55
LEAST_MM2, LEAST_MM2_AT_EDGE = 20.0, 8.75
# No seal is so long, and two that overlap hardly ever: a table or a picture must look very much like one.
LONG_MM, SURE_OF_LONG = 100.0, 0.7
MARGIN_MM, EDGE_MM = 1.5, 2.0
# An ellipse fills pi / 4 of its rectangle, and leaves hardly any cell of the region outside.
ELLIPSE_FULLNESS, OUTSIDE = (0.70, 0.86), 0.015
Map = NDArray[np.float32]
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """`seal` (h, w) float32, 0..1: how likely a seal covers each cell; `scale`: (x, y) cells per page px; `px_per_mm`: cells per mm."""

    seal: Map
    scale: tuple[float, float]
    px_per_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A connected region of the answer: its least rectangle in page px, margin included, and the mean answer.

    `shape`: an ellipse for a region as round as a seal. `cells`: (h, w) bool, the cells of the answer that it covers; `core`:
    those of them that are rather seal than not.
    """

    quad: Quad
    shape: Shape
    score: float
    cells: Bits
    core: Bits


def answer(page: Page, a4_px: int) -> Answer:
    """Return what the network says of a page that is looked at as if A4 were `a4_px` long. Raises EngineError, WeightsError."""
    small = _working_size(page, a4_px)
    height, width = small.shape[:2]
    padded = np.full((-(-height // STRIDE) * STRIDE, -(-width // STRIDE) * STRIDE, 3), BEYOND, np.uint8)
    padded[:height, :width] = small
    batch = padded.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(255)
    rows, columns = -(-height // STEP), -(-width // STEP)
    seal = _network()(batch)[0][0, 0, :rows, :columns]
    if not np.isfinite(seal).all():
        # Not-a-number is below every threshold: a broken network would see no seal.
        raise EngineError(page=page.number, engine=FILE, what="not-finite")
    scale = width / page.width / STEP, height / page.height / STEP
    return Answer(np.ascontiguousarray(seal), scale, page.px_per_mm * (scale[0] + scale[1]) / 2)


def regions(said: Answer, page: Page) -> list[Region]:
    """Return where the answer says that seals are, largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((said.seal >= LOW).astype(np.uint8), connectivity=8)
    order = sorted(range(1, count), key=lambda i: -int(stats[i, cv2.CC_STAT_AREA]))
    found = (_region(said, labels == i, page) for i in order)
    return [region for region in found if region is not None]


def _region(said: Answer, cells: Bits, page: Page) -> Region | None:
    rows, columns = np.nonzero(cells)
    score = float(said.seal[cells].mean())
    long = max(np.ptp(rows), np.ptp(columns)) > LONG_MM * said.px_per_mm
    least = LEAST_MM2_AT_EDGE if _at_edge(rows, columns, said) else LEAST_MM2
    if score < (SURE_OF_LONG if long else SURE) or rows.size < least * said.px_per_mm**2:
        return None
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.float32) + 0.5)
    (x, y), (wide, high), degrees = cv2.minAreaRect(hull)
    # A cell reaches half a cell beyond its middle.
    wide, high, turn, margin = wide + 1, high + 1, float(np.deg2rad(degrees)), MARGIN_MM * said.px_per_mm
    shape = Shape.ELLIPSE if _is_ellipse(hull, Quad.centred((x, y), wide / 2, high / 2, turn), cells) else Shape.QUAD
    quad = Quad.centred((x, y), wide / 2 + margin, high / 2 + margin, turn)
    return Region(
        Quad.of([(u / said.scale[0], v / said.scale[1]) for u, v in quad.points]), shape, score, cells, cells & (said.seal >= CORE)
    )


def _at_edge(rows: NDArray[np.intp], columns: NDArray[np.intp], said: Answer) -> bool:
    near, (height, width) = EDGE_MM * said.px_per_mm, said.seal.shape
    return bool(min(rows.min(), columns.min()) < near or rows.max() >= height - near or columns.max() >= width - near)


def _is_ellipse(hull: Map, quad: Quad, cells: Bits) -> bool:
    # The area of a hull of n cells' middles, and of the halves of cells along its rim.
    fullness = (float(cv2.contourArea(hull)) + quad.length + quad.thickness) / quad.area
    if not ELLIPSE_FULLNESS[0] <= fullness <= ELLIPSE_FULLNESS[1]:
        return False
    inside = np.zeros(cells.shape, np.bool_)
    fill_shape(inside, quad.grow(1.0, 1.0), Shape.ELLIPSE)
    return float((cells & ~inside).sum()) <= OUTSIDE * float(cells.sum())


def _working_size(page: Page, a4_px: int) -> NDArray[np.uint8]:
    longest = max(page.width, page.height)
    wanted = np.clip(longest / page.px_per_mm / A4_MM * a4_px, a4_px, LARGEST_SHEET * a4_px)
    scale = min(1.0, float(wanted) / longest)
    size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    if size == (page.width, page.height):
        return np.ascontiguousarray(page.pixels)
    small: NDArray[np.uint8] = cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA)
    return small


def _network() -> Network:
    return network(FILE)
