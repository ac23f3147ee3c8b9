"""Where the numbers stand on a page's picture, so that each can be read beside its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import atan2, degrees, dist

Corners = Sequence[Sequence[float]]
# Radius of a number's disc, as a share of the page's shorter side: 5 mm across on A4 as printed.
RADIUS = 0.0125


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page and its label: corners, the label's middle and its radius, all in page px."""

    label: str
    corners: tuple[tuple[float, float], ...]
    x: float
    y: float
    radius: float
    ellipse: bool = False

    def of_shape(self, *, ellipse: bool) -> Mark:
        """Return the mark as an ellipse inside its corners, or as the corners themselves."""
        return replace(self, ellipse=ellipse)

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


def spread(quads: Sequence[Corners], labels: Sequence[str], width: int, height: int, taken: Iterable[Mark] = ()) -> tuple[Mark, ...]:
    """Return one mark per quad, each label at a corner of its place where no earlier label stands, if there is one."""
    radius = RADIUS * min(width, height) if min(width, height) > 400 else 0.03 * min(width, height)
    middles = [(mark.x, mark.y) for mark in taken]
    marks = []
    for quad, label in zip(quads, labels, strict=True):
        corners = tuple((float(p[0]), float(p[1])) for p in quad)
        x, y = _free(corners, radius, middles, width, height)
        middles.append((x, y))
        marks.append(Mark(label, corners, x, y, radius))
    return tuple(marks)


def _free(
    corners: Sequence[tuple[float, float]], radius: float, middles: Sequence[tuple[float, float]], width: int, height: int
) -> tuple[float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    middle = (min(ys) + max(ys)) / 2
    wanted = [*((x, y) for y in (min(ys), max(ys)) for x in (min(xs), max(xs))), (min(xs), middle), (max(xs), middle)]
    inside = [(min(max(x, radius), width - radius), min(max(y, radius), height - radius)) for x, y in wanted]
    for x, y in inside:
        if all((x - u) ** 2 + (y - v) ** 2 >= (1.9 * radius) ** 2 for u, v in middles):
            return x, y
    return inside[0]
