"""Places on a page, in pixels of the upright page.

The frame: origin at the top left, x to the right, y down, pixel (i, j) is the square [i, i+1) x [j, j+1).
Boxes are half-open. Floats round OUTWARD: a mask that loses its last row leaves descenders readable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, hypot, isfinite, sin

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle of whole pixels, half-open: x0 <= x < x1, y0 <= y < y1. An empty box raises ValueError."""

    x0: int
    y0: int
    x1: int
    y1: int

    def __post_init__(self) -> None:
        if self.x1 <= self.x0 or self.y1 <= self.y0:
            raise ValueError(f"empty box: {self.x0} {self.y0} {self.x1} {self.y1}")

    @classmethod
    def cover(cls, x0: float, y0: float, x1: float, y1: float) -> Box:
        """Return the smallest box that covers the given floats: it rounds outward."""
        return cls(floor(x0), floor(y0), ceil(x1), ceil(y1))

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def area(self) -> int:
        return self.width * self.height

    def clip(self, width: int, height: int) -> Box | None:
        """Return the part that lies on a page of (width, height) px, None where nothing does."""
        x0, y0, x1, y1 = max(0, self.x0), max(0, self.y0), min(width, self.x1), min(height, self.y1)
        return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def intersection(self, other: Box) -> Box | None:
        """Return the pixels of both, None where there are none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def quad(self) -> Quad:
        """Return the same area as a quad."""
        return Quad(((self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)))


@dataclass(frozen=True, slots=True)
class Quad:
    """A convex quadrilateral in page px: four corners, clockwise as seen, from the content's own top left.

    The first edge (points 0 to 1) runs along the reading direction, so a quad also says how its text is turned.
    Raises ValueError for a corner that is not finite, for an area below a hundredth of a pixel, and for a quad that
    is not convex or not clockwise.
    """

    points: tuple[Point, Point, Point, Point]

    def __post_init__(self) -> None:
        if len(self.points) != 4 or not all(isfinite(c) for p in self.points for c in p):
            raise ValueError("a quad has four finite corners")
        turns = [_cross(self.points[i - 1], self.points[i], self.points[(i + 1) % 4]) for i in range(4)]
        if min(turns) < -1e-6 * max(1.0, max(turns)) or self.area < 1e-2:
            raise ValueError("a quad is convex, clockwise and not empty")

    @classmethod
    def of(cls, points: Iterable[Sequence[float]]) -> Quad:
        """Return the quad of any four corners: as given where they are convex and clockwise, else their covering rectangle."""
        corners = [(float(p[0]), float(p[1])) for p in points]
        if len(corners) != 4 or not all(isfinite(c) for p in corners for c in p):
            raise ValueError("a quad has four finite corners")
        try:
            return cls((corners[0], corners[1], corners[2], corners[3]))
        except ValueError:
            return cls.around(corners)

    @classmethod
    def around(cls, points: Iterable[Sequence[float]]) -> Quad:
        """Return the upright rectangle around the points; floats stay floats."""
        xs, ys = zip(*((float(p[0]), float(p[1])) for p in points), strict=True)
        return cls(((min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys))))

    @classmethod
    def centred(cls, centre: Point, along: float, across: float, angle: float = 0.0) -> Quad:
        """Return the rectangle of half-lengths `along` and `across` px, its reading direction `angle` radians clockwise from x."""
        c, s = cos(angle), sin(angle)
        corners = ((-along, -across), (along, -across), (along, across), (-along, across))
        x, y = centre
        a, b, d, e = ((x + u * c - v * s, y + u * s + v * c) for u, v in corners)
        return cls((a, b, d, e))

    @property
    def area(self) -> float:
        """The area in px²."""
        p = self.points
        return abs(sum(p[i - 1][0] * p[i][1] - p[i][0] * p[i - 1][1] for i in range(4))) / 2

    @property
    def centre(self) -> Point:
        """The mean of the corners."""
        return sum(p[0] for p in self.points) / 4, sum(p[1] for p in self.points) / 4

    @property
    def length(self) -> float:
        """The mean length of the two edges along the reading direction, px."""
        a, b, c, d = self.points
        return (hypot(b[0] - a[0], b[1] - a[1]) + hypot(c[0] - d[0], c[1] - d[1])) / 2

    @property
    def thickness(self) -> float:
        """The mean length of the two edges across the reading direction, px: a line's height."""
        a, b, c, d = self.points
        return (hypot(d[0] - a[0], d[1] - a[1]) + hypot(c[0] - b[0], c[1] - b[1])) / 2

    @property
    def direction(self) -> Point:
        """The unit vector of the reading direction."""
        a, b, c, d = self.points
        x, y = b[0] - a[0] + c[0] - d[0], b[1] - a[1] + c[1] - d[1]
        norm = hypot(x, y)
        return (x / norm, y / norm) if norm else (1.0, 0.0)

    @property
    def upright(self) -> bool:
        """True where the four edges run along the page's axes."""
        edges = [(p[0] - q[0], p[1] - q[1]) for p, q in zip(self.points, self.points[1:] + self.points[:1], strict=True)]
        return all(dx == 0 or dy == 0 for dx, dy in edges)

    def box(self) -> Box:
        """Return the smallest box that covers the quad."""
        xs, ys = [p[0] for p in self.points], [p[1] for p in self.points]
        return Box.cover(min(xs), min(ys), max(xs), max(ys))

    def array(self) -> NDArray[np.float64]:
        """Return the corners as (4, 2) float64."""
        return np.array(self.points, dtype=np.float64)

    def grow(self, along: float, across: float) -> Quad:
        """Return the rectangle around this quad in its own direction, grown by px at each end and at each side."""
        ux, uy = self.direction
        us = [p[0] * ux + p[1] * uy for p in self.points]
        vs = [-p[0] * uy + p[1] * ux for p in self.points]
        u0, u1, v0, v1 = min(us) - along, max(us) + along, min(vs) - across, max(vs) + across
        a, b, c, d = ((u * ux - v * uy, u * uy + v * ux) for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1)))
        return Quad((a, b, c, d))

    def outward(self) -> Quad:
        """Return a quad with whole-pixel corners that covers this one.

        An upright quad rounds exactly; another grows by one pixel first, since rounding a corner moves an edge inward
        by up to 0.71 px.
        """
        if self.upright:
            x = [p[0] for p in self.points]
            y = [p[1] for p in self.points]
            mid_x, mid_y = self.centre
            a, b, c, d = ((_away(px, mid_x), _away(py, mid_y)) for px, py in zip(x, y, strict=True))
            return Quad((a, b, c, d))
        a, b, c, d = ((float(round(px)), float(round(py))) for px, py in self.grow(1.0, 1.0).points)
        return Quad.of((a, b, c, d))

    def contains(self, x: float, y: float) -> bool:
        """True where the point lies inside or on the edge."""
        return all(_cross(self.points[i - 1], self.points[i], (x, y)) >= 0 for i in range(4))


def share_inside(quad: Quad, others: Iterable[Quad]) -> float:
    """Return which share of the quad lies in any of the others, by samples of it, 0..1."""
    box = quad.box()
    near = [other for other in others if _touch(box, other.box())]
    if not near:
        return 0.0
    (ax, ay), (bx, by), _, (dx, dy) = quad.points
    steps = [(i + 1) / 10 for i in range(9)]
    points = [(ax + (bx - ax) * u + (dx - ax) * v, ay + (by - ay) * u + (dy - ay) * v) for u in steps for v in steps[1::2]]
    return sum(any(other.contains(x, y) for other in near) for x, y in points) / len(points)


def _touch(a: Box, b: Box) -> bool:
    return a.x0 < b.x1 and b.x0 < a.x1 and a.y0 < b.y1 and b.y0 < a.y1


def _cross(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _away(value: float, middle: float) -> float:
    return float(ceil(value) if value > middle else floor(value))
