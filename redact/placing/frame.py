"""A line's own frame: u along its reading direction, v across it, both in px of the page, so that a slope is no case of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from redact.geometry import Point, Quad
from redact.page import Pixels, Word

Corners = NDArray[np.float32]
Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a mask must respect: the page's pixels, (H, W, 3) uint8 RGB, and where characters stand, (N, 4, 2) px."""

    pixels: Pixels = field(repr=False)
    characters: Corners = field(repr=False)

    @classmethod
    def of(cls, pixels: Pixels, words: Iterable[Word]) -> Surroundings:
        """Return the surroundings that a reader's words make."""
        return cls(pixels, corners(words))

    def without(self, quads: Iterable[Quad]) -> Surroundings:
        """Return the same, but for the characters in the quads and within a line height of them: those are not spared."""
        spared = np.ones(len(self.characters), dtype=np.bool_)
        for quad in quads:
            spared &= ~covering(quad.grow(quad.thickness, quad.thickness), self.characters)
        return replace(self, characters=self.characters[spared])


def corners(words: Iterable[Word]) -> Corners:
    """Return the places of all characters, (N, 4, 2) px; of a word that could not be read its own place."""
    quads = [quad.points for word in words for quad in (word.characters or (word.quad,))]
    return np.array(quads, dtype=np.float32).reshape(-1, 4, 2)


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle in a line's frame, px: `direction` is u's unit vector, [u0, u1] runs along the line, [v0, v1] across it."""

    direction: Point
    u0: float
    u1: float
    v0: float
    v1: float

    @classmethod
    def around(cls, quads: Iterable[Quad], direction: Point) -> Span:
        """Return the smallest span in that direction that covers the quads."""
        rows = projected(np.array([quad.points for quad in quads], dtype=np.float64), direction)
        return cls(direction, float(rows[:, 0].min()), float(rows[:, 1].max()), float(rows[:, 2].min()), float(rows[:, 3].max()))

    @property
    def em(self) -> float:
        """The height of the line, px. A reader draws a column's characters wider than long: the shorter edge counts."""
        return min(self.v1 - self.v0, self.u1 - self.u0)

    def quad(self) -> Quad:
        """Return the same place on the page."""
        ux, uy = self.direction
        ends = ((self.u0, self.v0), (self.u1, self.v0), (self.u1, self.v1), (self.u0, self.v1))
        a, b, c, d = ((u * ux - v * uy, u * uy + v * ux) for u, v in ends)
        return Quad((a, b, c, d))


def projected(places: NDArray[np.floating], direction: Point) -> Rows:
    """Return (N, 4): u0, u1, v0, v1 of places (N, 4, 2) in the frame of a direction."""
    ux, uy = direction
    x, y = places[..., 0].astype(np.float64), places[..., 1].astype(np.float64)
    u, v = x * ux + y * uy, y * ux - x * uy
    return np.stack([u.min(axis=1), u.max(axis=1), v.min(axis=1), v.max(axis=1)], axis=1)


def middles(rows: Rows) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the u and the v of the middles of rows."""
    return (rows[:, 0] + rows[:, 1]) / 2, (rows[:, 2] + rows[:, 3]) / 2


def covering(quad: Quad, places: Corners) -> NDArray[np.bool_]:
    """Return, per place (N, 4, 2), whether its middle lies in the rectangle round a quad, (N,)."""
    u0, u1, v0, v1 = projected(quad.array()[None], quad.direction)[0]
    u, v = middles(projected(places, quad.direction))
    inside: NDArray[np.bool_] = (u > u0) & (u < u1) & (v > v0) & (v < v1)
    return inside
