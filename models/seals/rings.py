"""Rings: edge points vote along their inward normals for a centre, and an ellipse is fitted to those who agree."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, pi

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.seals.ink import Map
from redact.models.seals.pieces import Piece

CELL_PX = 4
PEAKS = 24
SECTORS = 72
RADII, RADIUS_STEP_PX = 3, 3.0
# The smallest ring of the rules has some 400 edge points; a fit through fewer than 24 points follows noise.
FEWEST_EDGES, FEWEST_POINTS = 200, 24
TOLERANCES = (0.10, 0.08, 0.06, 0.045, 0.035, 0.03)
# From the rectangle round a piece of ink, which text that touches the rim widens.
WIDE_TOLERANCES = (0.22, 0.18, 0.14, *TOLERANCES)
SLIMMEST = 0.5
# Shares of the radius: where a ring's stroke lies, and where there must be none.
ON_RING, OUTSIDE = (0.94, 0.955, 0.97, 0.985, 1.0), (1.06, 1.09, 1.12, 1.15)
INSIDE = (0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.9)
# Share of the circumference that a thin line inks at one radius, and that text inks beside it.
UNBROKEN, BESIDE_A_LINE = 0.9, 0.7
SURE = 0.85
# A fifth of a ring can be told from other curves if it is the more complete.
LEAST_VISIBLE, SHORT_ARC, SHORT_ARC_EXTRA = 0.2, 0.6, 0.15
Inked = NDArray[np.bool_]
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
        return float((self.a * self.b) ** 0.5)


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

    def facing(self, x: float, y: float, cosine: float) -> Edges:
        """Return those whose ink lies towards the point, within the angle of the given cosine."""
        dx, dy = x - self.x, y - self.y
        return self.only(self.ux * dx + self.uy * dy > cosine * np.hypot(dx, dy))

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


def find_rings(ink: Map, pieces: list[Piece], rules: Rules) -> list[Ring]:
    """Return the rings of an ink map, without doubles: where normals meet, and where a piece of ink is as large as an oval."""
    edges = find_edges(ink, rules)
    if edges.x.size < FEWEST_EDGES:
        return []
    inked = ink > rules.level
    rings = [ring for x, y in _centres(ink.shape, edges, rules) for ring in _rings_at(inked, edges, x, y, rules)]
    # A ring that is hardly clean may be a band of characters inside an oval's rim: the piece of ink is tried all the same.
    sure = [ring for ring in rings if ring.clean >= SURE]
    starts = [start for start in map(_inscribed, pieces) if all(not inside(start, ring.ellipse) for ring in sure)]
    rings += [ring for start in starts if (ring := _ring_from(inked, edges, start, rules)) is not None]
    return _without_doubles(rings)


def find_edges(ink: Map, rules: Rules) -> Edges:
    """Return the edge points of the map, at most `rules.edge_points`, evenly thinned."""
    gx, gy = cv2.Sobel(ink, cv2.CV_32F, 1, 0, scale=0.25), cv2.Sobel(ink, cv2.CV_32F, 0, 1, scale=0.25)
    strength = cv2.magnitude(gx, gy)
    at = np.flatnonzero(strength > rules.level / 3)
    if at.size > rules.edge_points:
        at = at[np.linspace(0, at.size - 1, rules.edge_points).astype(np.intp)]
    rows, columns = np.divmod(at, ink.shape[1])
    norm = strength[rows, columns]
    # Pixel (i, j) has its middle at half a pixel.
    x, y = columns.astype(np.float32) + 0.5, rows.astype(np.float32) + 0.5
    return Edges(x, y, gx[rows, columns] / norm, gy[rows, columns] / norm)


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


def _rings_at(inked: Inked, edges: Edges, x: float, y: float, rules: Rules) -> list[Ring]:
    # 45 degrees: an oval's normals pass its centre by up to 25, and the peak of their votes lies beside the centre.
    facing = edges.near(x, y, rules.largest * 1.3).facing(x, y, 0.7)
    radii = _radii(facing.facing(x, y, 0.85), x, y, rules)
    ellipses = (_fit(facing, Ellipse(x, y, r, r), rules, TOLERANCES) for r in radii)
    rings = (_judge(inked, ellipse, rules) for ellipse in ellipses if ellipse is not None)
    return [ring for ring in rings if ring is not None]


def _ring_from(inked: Inked, edges: Edges, start: Ellipse, rules: Rules) -> Ring | None:
    if not rules.smallest <= start.radius <= 1.2 * rules.largest or min(start.a, start.b) < 0.8 * SLIMMEST * max(start.a, start.b):
        return None
    facing = edges.near(start.x, start.y, 1.5 * max(start.a, start.b)).facing(start.x, start.y, 0.7)
    ellipse = _fit(facing, start, rules, WIDE_TOLERANCES)
    return _judge(inked, ellipse, rules) if ellipse is not None else None


def _inscribed(piece: Piece) -> Ellipse:
    (x, y), (width, height), degrees = piece.rectangle
    return Ellipse(x, y, width / 2, height / 2, float(np.deg2rad(degrees)))


def _radii(facing: Edges, x: float, y: float, rules: Rules) -> list[float]:
    """Return up to three radii at which edges lie all round the centre, the fullest first, of equal ones the largest."""
    dx, dy = facing.x - x, facing.y - y
    bins = int(rules.largest * 1.1 / RADIUS_STEP_PX) + 2
    at = np.minimum((np.hypot(dx, dy) / RADIUS_STEP_PX).astype(np.intp), bins)
    sector = ((np.arctan2(dy, dx) / (2 * pi) + 0.5) * SECTORS).astype(np.intp) % SECTORS
    seen = np.zeros((bins + 1, SECTORS), np.bool_)
    seen[at, sector] = True
    around = seen[:-1].copy()
    around[1:] |= seen[:-2]
    around[:-1] |= seen[1:-1]
    full = around.sum(axis=1)
    full[: int(rules.smallest * 0.8 / RADIUS_STEP_PX)] = 0
    # A quarter of the circle: half a seal off the page, or an oval whose ends leave the circle, still starts a fit.
    peaks = [i for i in range(1, bins - 1) if full[i] >= max(SECTORS / 4, full[i - 1], full[i + 1])]
    return [(i + 0.5) * RADIUS_STEP_PX for i in sorted(peaks, key=lambda i: (-full[i], -i))[:RADII]]


def _fit(facing: Edges, start: Ellipse, rules: Rules, tolerances: tuple[float, ...]) -> Ellipse | None:
    """Return the ellipse that the circle becomes when it is fitted, ever closer, to the edges along it."""
    ellipse: Ellipse | None = start
    for tolerance in tolerances:
        ellipse = _refit(facing, ellipse, tolerance) if ellipse is not None else None
        if ellipse is None or not rules.smallest <= ellipse.radius <= rules.largest:
            return None
    return ellipse


def _refit(facing: Edges, ellipse: Ellipse, tolerance: float) -> Ellipse | None:
    dx, dy = facing.x - ellipse.x, facing.y - ellipse.y
    c, s = np.float32(np.cos(ellipse.angle)), np.float32(np.sin(ellipse.angle))
    u, v = (dx * c + dy * s) / np.float32(ellipse.a), (dy * c - dx * s) / np.float32(ellipse.b)
    chosen = np.abs(np.hypot(u, v) - 1) < tolerance
    points = np.stack([facing.x[chosen], facing.y[chosen]], axis=1)
    if points.shape[0] < FEWEST_POINTS:
        return None
    (x, y), (width, height), degrees = cv2.fitEllipseDirect(points)
    if not (np.isfinite([x, y, width, height, degrees]).all() and min(width, height) >= SLIMMEST * max(width, height) > 0):
        return None
    return Ellipse(float(x), float(y), width / 2, height / 2, float(np.deg2rad(degrees)))


def _judge(inked: Inked, ellipse: Ellipse, rules: Rules) -> Ring | None:
    on_ring, visible = _sample(inked, ellipse, ON_RING)
    outside, around_visible = _sample(inked, ellipse, OUTSIDE)
    inside, _ = _sample(inked, ellipse, INSIDE)
    # A ring that crosses a picture cannot be seen there: what is inked right through counts neither way.
    solid = on_ring[::4].all(axis=0) & outside.all(axis=0) & inside[-2:].all(axis=0)
    seen = np.flatnonzero(np.logical_and(visible.all(axis=0), around_visible[0]) & ~solid)
    share = seen.size / _ANGLES.size
    if share < LEAST_VISIBLE or not rules.density[0] <= float(inside.mean()) <= rules.density[1]:
        return None
    clean: Inked = np.logical_and(on_ring.any(axis=0), ~outside.any(axis=0))
    score = float(clean[seen].mean())
    enough = score >= rules.clean + (SHORT_ARC_EXTRA if share < SHORT_ARC else 0.0)
    if not enough and not (share > SHORT_ARC and _is_line(on_ring[:, seen], outside[:, seen], inside[:, seen])):
        return None
    return Ring(ellipse, score, share)


def _is_line(on_ring: Inked, outside: Inked, inside: Inked) -> bool:
    """Return True where one thin line goes all the way round: a rim over dense text, where nothing outside is clean."""
    unbroken = float(on_ring.mean(axis=1).max()) >= UNBROKEN
    return unbroken and float(outside[0].mean()) < BESIDE_A_LINE and float(inside[-1].mean()) < BESIDE_A_LINE


def _sample(inked: Inked, ellipse: Ellipse, scales: tuple[float, ...]) -> tuple[Inked, Inked]:
    """Return, per scale and angle, whether there is ink on the ellipse of that scale, and whether that lies on the page."""
    height, width = inked.shape
    c, s = np.cos(ellipse.angle), np.sin(ellipse.angle)
    u, v = ellipse.a * _COS, ellipse.b * _SIN
    factors = np.array(scales)[:, None]
    columns = np.floor(ellipse.x + factors * (u * c - v * s)).astype(np.intp)
    rows = np.floor(ellipse.y + factors * (u * s + v * c)).astype(np.intp)
    on_page = (columns >= 0) & (rows >= 0) & (columns < width) & (rows < height)
    ink = inked[rows * on_page, columns * on_page] & on_page
    return ink, on_page


def _without_doubles(rings: list[Ring]) -> list[Ring]:
    kept: list[Ring] = []
    # The outermost of concentric rings goes first: it covers the others.
    for ring in sorted(rings, key=lambda r: -r.ellipse.radius * r.clean):
        if all(not inside(ring.ellipse, other.ellipse) for other in kept):
            kept.append(ring)
    return kept


def inside(inner: Ellipse, outer: Ellipse) -> bool:
    """Return True where a mask over `outer` covers `inner`, or both have one centre."""
    apart = hypot(inner.x - outer.x, inner.y - outer.y)
    return apart + max(inner.a, inner.b) < 1.15 * max(outer.a, outer.b) or apart < 0.15 * outer.radius
