"""Pieces of ink that are as large as a seal: where a stamp may be, and where a fit to an oval may begin."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
Rectangle = tuple[tuple[float, float], tuple[float, float], float]

# Gaps that are closed: hardly any, so that a rim stays apart from text beside it; those of worn ink; those between characters.
CLOSINGS_MM = (0.6, 1.1, 2.6)
SHORTEST_MM, LONGEST_MM, SLIMMEST = 6.0, 75.0, 0.15


@dataclass(frozen=True, slots=True)
class Piece:
    """The smallest rectangle round a piece of ink (working px, as cv2 has it: centre, sides, degrees), and how much its hull fills."""

    rectangle: Rectangle
    fullness: float
    closing: float


def find_pieces(inked: Bits, px_per_mm: float) -> list[Piece]:
    """Return the pieces of ink, 0 or 1 per pixel, that are as large as a seal, in a fixed order.

    Pieces inside another piece count too: a page's red frame must not hide what lies in it.
    """
    return [piece for closing in CLOSINGS_MM for piece in _at(inked, closing, px_per_mm)]


def _at(inked: Bits, closing: float, px_per_mm: float) -> list[Piece]:
    size = max(3, round(closing * px_per_mm))
    closed = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    contours, hierarchy = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    outer = (contour for contour, links in zip(contours, hierarchy[0] if contours else (), strict=True) if links[3] < 0)
    pieces = (_piece(contour, closing, px_per_mm) for contour in outer)
    return [piece for piece in pieces if piece is not None]


def _piece(contour: NDArray[np.int32], closing: float, px_per_mm: float) -> Piece | None:
    _, _, width, height = cv2.boundingRect(contour)
    if min(width, height) < SHORTEST_MM * px_per_mm or max(width, height) > 1.5 * LONGEST_MM * px_per_mm:
        return None
    rectangle = cv2.minAreaRect(contour)
    short, long = sorted(rectangle[1])
    if short < SHORTEST_MM * px_per_mm or long > LONGEST_MM * px_per_mm or short < SLIMMEST * long:
        return None
    return Piece(rectangle, float(cv2.contourArea(cv2.convexHull(contour))) / (short * long), closing)
