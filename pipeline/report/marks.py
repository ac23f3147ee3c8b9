"""Where the numbers stand on a page's picture, so that each can be read beside its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import atan2, degrees, dist, sqrt

Corners = Sequence[Sequence[float]]
# Radius of a label's disc, as a share of the page's width: 9 px where the picture is 400 px wide.
RADIUS = 0.0225


@dataclass(frozen=True, slots=True)
class Place:
    """A place that wants a label: its corners in page px, and whether it is the ellipse inside them."""

    label: str
    corners: tuple[tuple[float, float], ...]
    ellipse: bool = False

    @classmethod
    def of(cls, label: str, corners: Corners, *, ellipse: bool = False) -> Place:
        """Return the place of a quad as JSON has it."""
        return cls(label, tuple((float(point[0]), float(point[1])) for point in corners), ellipse)


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page and its label: corners, the label's middle and its radius, all in page px."""

    label: str
    corners: tuple[tuple[float, float], ...]
    x: float
    y: float
    radius: float
    ellipse: bool = False

    @property
    def points(self) -> str:
        """The corners as SVG points."""
        return " ".join(f"{x:g},{y:g}" for x, y in self.corners)

    @property
    def centre(self) -> tuple[float, float]:
        """The mean of the corners."""
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    @property
    def half_axes(self) -> tuple[float, float]:
        """Half the first edge and half the second: the ellipse's radii along and across."""
        a, b, c, _ = self.corners
        return dist(a, b) / 2, dist(b, c) / 2

    @property
    def degrees(self) -> float:
        """How far the first edge is turned from the x axis, clockwise as seen."""
        (x0, y0), (x1, y1) = self.corners[0], self.corners[1]
        return degrees(atan2(y1 - y0, x1 - x0))


def spread(places: Sequence[Place], width: int, height: int, taken: Iterable[Mark] = ()) -> tuple[Mark, ...]:
    """Return one mark per place, each label on its place's rim where no earlier label stands, if there is such a spot."""
    radius = min(RADIUS * width, 2 * RADIUS * height)
    middles = [(mark.x, mark.y) for mark in taken]
    marks = []
    for place in places:
        spots = [(_between(x, radius, width), _between(y, radius, height)) for x, y in _rim(place)]
        x, y = next((spot for spot in spots if _free(spot, middles, radius)), spots[0])
        middles.append((x, y))
        marks.append(Mark(place.label, place.corners, x, y, radius, place.ellipse))
    return tuple(marks)


def _rim(place: Place) -> list[tuple[float, float]]:
    """Corners first, then the middles of the edges; an ellipse is met between its middle and its box's corners."""
    xs, ys = [x for x, _ in place.corners], [y for _, y in place.corners]
    share = sqrt(0.5) if place.ellipse else 1.0
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    u, v = (max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2
    corners = [(x + a * u * share, y + b * v * share) for b in (-1, 1) for a in (-1, 1)]
    return [*corners, (x - u, y), (x + u, y), (x, y - v), (x, y + v)]


def _between(value: float, radius: float, length: int) -> float:
    return min(max(value, radius), max(length - radius, radius))


def _free(spot: tuple[float, float], middles: Iterable[tuple[float, float]], radius: float) -> bool:
    return all(dist(spot, middle) >= 1.9 * radius for middle in middles)
