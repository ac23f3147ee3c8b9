"""What a face network claims to have seen, in px of the page, and the turned views it was seen in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, hypot, pi, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Point

Pixels = NDArray[np.uint8]
Rectangle = tuple[float, float, float, float]

QUARTER_TURNS = (0, 1, 2, 3)
# Nothing is seen in an image that was blown up further, and a small image would cost as much as a page.
LARGEST_SCALE = 1.5
# Below this share of the face's side the two eye points say nothing about the eye line (profiles, sunglasses).
POINTS_APART = 0.12


class Source(StrEnum):
    """Which network saw the face."""

    CENTERFACE = "centerface"
    BLAZEFACE = "blazeface"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face that one network saw in one quarter turn of the page.

    `box`: x0, y0, x1, y1 in page px. `right` and `left` are the SUBJECT's eyes: on an upright face the right one lies
    on the image's left. `turn`: how many quarter turns counter-clockwise made the face upright for the network.
    """

    box: Rectangle
    right: Point
    left: Point
    score: float
    source: Source
    turn: int

    @property
    def side(self) -> float:
        """The geometric mean of the box's sides, px."""
        x0, y0, x1, y1 = self.box
        return sqrt(max(0.0, x1 - x0) * max(0.0, y1 - y0))

    @property
    def eye_distance(self) -> float:
        """The distance of the two eye points, px."""
        return hypot(self.left[0] - self.right[0], self.left[1] - self.right[1])

    @property
    def angle(self) -> float:
        """The direction from the subject's right eye to the left one, radians clockwise from x."""
        if self.eye_distance < POINTS_APART * self.side:
            return self.turn * pi / 2
        return atan2(self.left[1] - self.right[1], self.left[0] - self.right[0])


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The page scaled by `scale`, cut at `origin` (scaled px), then turned counter-clockwise by quarter turns.

    `pixels`: (h, w, 3) uint8 RGB after the turn.
    """

    pixels: Pixels
    scale: float
    turn: int
    origin: Point = (0.0, 0.0)

    def to_page(self, x: float, y: float) -> Point:
        """Return the page px of a point of the view."""
        height, width = self.pixels.shape[:2]
        match self.turn:
            case 1:
                x, y = height - y, x
            case 2:
                x, y = width - x, height - y
            case 3:
                x, y = y, width - x
        return (x + self.origin[0]) / self.scale, (y + self.origin[1]) / self.scale

    def sighting(self, box: Rectangle, right: Point, left: Point, score: float, source: Source) -> Sighting:
        """Return a sighting in page px of what was seen in this view's px."""
        ax, ay = self.to_page(box[0], box[1])
        bx, by = self.to_page(box[2], box[3])
        upright = (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        return Sighting(upright, self.to_page(*right), self.to_page(*left), score, source, self.turn)


def scaled(pixels: Pixels, scale: float) -> Pixels:
    """Return the pixels scaled, each side at least 1 px."""
    height, width = pixels.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if size == (width, height):
        return pixels
    # INTER_AREA, not LINEAR: a scan shrunk by three with LINEAR keeps halftone dots that are no skin.
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(shrunk, dtype=np.uint8)


def turned(pixels: Pixels, scale: float, origin: Point = (0.0, 0.0)) -> Iterator[View]:
    """Yield the four quarter turns of pixels that were scaled by `scale` and cut at `origin`."""
    for turn in QUARTER_TURNS:
        yield View(np.ascontiguousarray(np.rot90(pixels, turn)), scale, turn, origin)
