"""Rings: edge points vote along their inward normals for a centre, and an ellipse is fitted to those who agree."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, pi

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.seals.ink import Map

CELL_PX = 4
PEAKS = 24
SECTORS = 72
TOLERANCES = (0.10, 0.08, 0.06, 0.045, 0.035, 0.03)
SLIMMEST = 0.5
# Shares of the radius: where a ring's stroke lies, and where there must be none.
ON_RING, OUTSIDE = (0.94, 0.96, 0.98, 1.0), (1.06, 1.09, 1.12, 1.15)
# A fifth of a ring can be told from other curves if it is the more complete.
LEAST_VISIBLE, SHORT_ARC_EXTRA = 0.2, 0.15
_ANGLES = np.linspace(0, 2 * pi, 180, endpoint=False)
_COS, _SIN = np.cos(_ANGLES), np.sin(_ANGLES)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse in working px: its centre, half axes `a` along `angle` (radians clockwise from x) and `b` across."""

    x: float
    y: float
    a: float
    b: float
    angle: float = 0.0

    @property
    def radius(self) -> float:
        return (self.a * self.b) ** 0.5

    def at(self, scale: float, height: int, width: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        """Return rows and columns of 180 points on the ellipse `scale` times as large, and which of them lie on the page."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        u, v = self.a * scale * _COS, self.b * scale * _SIN
        x, y = np.floor(self.x + u * c - v * s).astype(np.intp), np.floor(self.y + u * s + v * c).astype(np.intp)
        on_page = (x >= 0) & (y >= 0) & (x < width) & (y < height)
        return np.clip(y, 0, height - 1), np.clip(x, 0, width - 1), on_page


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edge points of an ink map, (N,) float32 each: where they lie, and the unit vector towards more ink."""

    x: Map
    y: Map
    ux: Map
    uy: Map

    def near(self, x: float, y: float, reach: float) -> Edges:
        keep = (np.abs(self.x - x) < reach) & (np.abs(self.y - y) < reach)
        return self.only(keep)

    def only(self, keep: NDArray[np.bool_]) -> Edges:
        return Edges(self.x[keep], self.y[keep], self.ux[keep], self.uy[keep])


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as a ring: radii in working px, the ink level, and the least shares of the circumference.

    `clean`: share of the angles with ink on the ring and none just outside: what parts a ring from text, which has a
    stroke at most places too. `density`: least and largest inked share of the disc. `edge_points`: how many may vote.
    """

    level: float
    smallest: float
    largest: float
    clean: float
    density: tuple[float, float]
    edge_points: int


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring that was found: the share of its angles that are clean, and the share that can be seen."""

    ellipse: Ellipse
    clean: float
    visible: float


def find_rings(ink: Map, rules: Rules) -> list[Ring]:
    """Return the rings of an ink map, best first, without doubles."""
    edges = find_edges(ink, rules)
    if edges.x.size < SECTORS:
        return []
    rings = [ring for x, y in _centres(ink.shape, edges, rules) for ring in _rings_at(ink, edges, x, y, rules)]
    return _without_doubles(rings)


def find_edges(ink: Map, rules: Rules) -> Edges:
    """Return the edge points of the map, at most `rules.edge_points`, evenly thinned."""
    gx, gy = cv2.Sobel(ink, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(ink, cv2.CV_32F, 0, 1, scale=0.25)
    strength = cv2.magnitude(gx, gy)
    rows, columns = np.nonzero(strength > rules.level / 3)
    if rows.size > rules.edge_points:
        chosen = np.linspace(0, rows.size - 1, rules.edge_points).astype(np.intp)
        rows, columns = rows[chosen], columns[chosen]
    norm = strength[rows, columns]
    # Pixel (i, j) has its middle at half a pixel.
    x, y = columns.astype(np.float32) + 0.5, rows.astype(np.float32) + 0.5
    return Edges(x, y, gx[rows, columns] / norm, gy[rows, columns] / norm)


def fit(ink: Map, edges: Edges, start: Ellipse, rules: Rules) -> Ring | None:
    """Return the ring that an ellipse becomes when it is fitted to the edges around it, None if that is no ring."""
    near = edges.near(start.x, start.y, 1.3 * max(start.a, start.b))
    ellipse = start
    for tolerance in TOLERANCES:
        refitted = _refit(near, ellipse, tolerance)
        if refitted is None or not rules.smallest <= refitted.radius <= rules.largest:
            return None
        ellipse = refitted
    return _judge(ink, ellipse, rules)


def _centres(shape: tuple[int, ...], edges: Edges, rules: Rules) -> list[tuple[float, float]]:
    # The map of votes reaches beyond the page: a seal that the edge cuts has its centre there.
    pad = rules.largest
    height, width = int((shape[0] + 2 * pad) / CELL_PX) + 2, int((shape[1] + 2 * pad) / CELL_PX) + 2
    votes = np.zeros(height * width, np.float32)
    x, y = (edges.x + pad) / CELL_PX, (edges.y + pad) / CELL_PX
    for r in np.arange(rules.smallest, rules.largest + 3, 3) / CELL_PX:
        cells = (y + edges.uy * np.float32(r)).astype(np.int32) * width + (x + edges.ux * np.float32(r)).astype(np.int32)
        votes += np.bincount(cells, minlength=height * width)[: height * width]
    smooth = cv2.GaussianBlur(votes.reshape(height, width), (5, 5), 1.0)
    rows, columns = np.nonzero((smooth >= cv2.dilate(smooth, np.ones((5, 5), np.uint8))) & (smooth > 4))
    best = np.argsort(-smooth[rows, columns], kind="stable")[:PEAKS]
    return [((columns[i] + 0.5) * CELL_PX - pad, (rows[i] + 0.5) * CELL_PX - pad) for i in best]


def _rings_at(ink: Map, edges: Edges, x: float, y: float, rules: Rules) -> list[Ring]:
    near = edges.near(x, y, rules.largest * 1.1)
    fitted = (fit(ink, near, Ellipse(x, y, r, r), rules) for r in _radii(near, x, y, rules))
    return [ring for ring in fitted if ring is not None]


def _radii(near: Edges, x: float, y: float, rules: Rules) -> list[float]:
    """Return up to three radii at which edges that face the centre lie all round it, the fullest first."""
    dx, dy = x - near.x, y - near.y
    distance = np.hypot(dx, dy)
    facing = near.ux * dx + near.uy * dy > 0.85 * distance
    step = 3.0
    bins = int(rules.largest * 1.1 / step) + 2
    at = (distance[facing] / step).astype(np.intp)
    sector = ((np.arctan2(dy[facing], dx[facing]) / (2 * pi) + 0.5) * SECTORS).astype(np.intp) % SECTORS
    seen = np.zeros((bins + 1, SECTORS), np.bool_)
    seen[np.minimum(at, bins), sector] = True
    around = seen[:-1].copy()
    around[1:] |= seen[:-2]
    around[:-1] |= seen[1:-1]
    full = around.sum(axis=1)
    full[: int(rules.smallest * 0.8 / step)] = 0
    # A third of the circle: half a seal off the page, or an oval whose ends leave the circle, still starts a fit.
    peaks = [i for i in range(1, bins - 1) if full[i] >= max(SECTORS / 4, full[i - 1], full[i + 1])]
    return [(i + 0.5) * step for i in sorted(peaks, key=lambda i: (-full[i], -i))[:3]]


def _refit(near: Edges, ellipse: Ellipse, tolerance: float) -> Ellipse | None:
    dx, dy = near.x - ellipse.x, near.y - ellipse.y
    c, s = np.float32(np.cos(ellipse.angle)), np.float32(np.sin(ellipse.angle))
    u, v = (dx * c + dy * s) / np.float32(ellipse.a), (-dx * s + dy * c) / np.float32(ellipse.b)
    facing = near.ux * dx + near.uy * dy < -0.7 * np.hypot(dx, dy)
    chosen = facing & (np.abs(np.hypot(u, v) - 1) < tolerance)
    if int(chosen.sum()) < 24:
        return None
    points = np.stack([near.x[chosen], near.y[chosen]], axis=1)
    (x, y), (width, height), degrees = cv2.fitEllipseDirect(points)
    if not (np.isfinite([x, y, width, height, degrees]).all() and min(width, height) >= SLIMMEST * max(width, height) > 0):
        return None
    return Ellipse(float(x), float(y), width / 2, height / 2, float(np.deg2rad(degrees)))


def _judge(ink: Map, ellipse: Ellipse, rules: Rules) -> Ring | None:
    inked = ink > rules.level
    on_ring, visible = _along(inked, ellipse, ON_RING)
    outside, _ = _along(inked, ellipse, OUTSIDE)
    # A ring that crosses a picture cannot be seen there: what is inked right through counts neither way.
    visible &= ~_solid(inked, ellipse)
    share = float(visible.mean())
    if share < LEAST_VISIBLE:
        return None
    clean = float((on_ring & ~outside)[visible].mean())
    if clean < rules.clean + (SHORT_ARC_EXTRA if share < 0.6 else 0.0):
        return None
    if not rules.density[0] <= _density(inked, ellipse) <= rules.density[1]:
        return None
    return Ring(ellipse, clean, share)


def _along(inked: NDArray[np.bool_], ellipse: Ellipse, scales: tuple[float, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return, per angle, whether there is ink at any of the scales, and whether all of them lie on the page."""
    height, width = inked.shape
    any_ink, on_page = np.zeros(_ANGLES.size, np.bool_), np.ones(_ANGLES.size, np.bool_)
    for scale in scales:
        rows, columns, here = ellipse.at(scale, height, width)
        any_ink |= inked[rows, columns] & here
        on_page &= here
    return any_ink, on_page


def _solid(inked: NDArray[np.bool_], ellipse: Ellipse) -> NDArray[np.bool_]:
    """Return the angles at which every pixel from well inside the ring to well outside is inked."""
    solid = np.ones(_ANGLES.size, np.bool_)
    for scale in (0.86, 0.90, 0.94, 0.98, 1.02, 1.06, 1.10, 1.15):
        rows, columns, _ = ellipse.at(scale, *inked.shape)
        solid &= inked[rows, columns]
    return solid


def _density(inked: NDArray[np.bool_], ellipse: Ellipse) -> float:
    shares = []
    for scale in (0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85):
        rows, columns, on_page = ellipse.at(scale, *inked.shape)
        if on_page.any():
            shares.append(float(inked[rows, columns][on_page].mean()))
    return float(np.mean(shares)) if shares else 1.0


def _without_doubles(rings: list[Ring]) -> list[Ring]:
    kept: list[Ring] = []
    # The outermost of concentric rings goes first: it covers the others.
    for ring in sorted(rings, key=lambda r: -r.ellipse.radius * r.clean):
        if all(not _inside(ring.ellipse, other.ellipse) for other in kept):
            kept.append(ring)
    return kept


def _inside(inner: Ellipse, outer: Ellipse) -> bool:
    apart = hypot(inner.x - outer.x, inner.y - outer.y)
    return apart + max(inner.a, inner.b) < 1.15 * max(outer.a, outer.b) or apart < 0.15 * outer.radius
