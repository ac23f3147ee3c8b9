"""What a ring holds within, besides the text along its rim and a star: nothing, a straight line of text, or what is none of it.

A name chop on another body's ring, below the star, leaves the ring's text whole: by that alone the seal would stay visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, hypot, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.seals.lettering import HEIGHT, Map, Ring, Sheet, along_rim, straight

# The ring is looked at with so many px a radius. Ink that counts, 0..1; in colour, more: blurred print has a tinge of it.
PX = 100
INKED, INKED_IN_COLOUR = 0.2, 0.3
# Within the first of these radii lies a star; where the rim bears no text the place is looked at out to the second, short of what
# is set along the rim's other side; and below the text to its feet, but for this, and this at most.
STAR, FREE, FEET, BELOW_TEXT = 0.36, 0.70, 0.04, 0.56
# An oval bears no star.
ROUND = 0.9
# A star inks so much of the ring's middle, within that radius, at most: of 138 rings alone .36 to .48, over print up to .63; of 96 with
# a chop of 10 to 14 mm on the star .54 to .89.
MIDDLE, STAR_DENSE = 0.30, 0.56
# So much ink is specks, in squares of the radius; and so much a piece of it by itself.
SPECKS, SPECK = 0.002, 0.0004
# Print inks its place so densely at most, over a square with this side in radii, most of which it takes: what is denser has another
# seal beneath it.
DENSE, SIDE, MOST = 0.45, 0.45, 0.5
# A rim within the text: so wide, off its circle as it may be, and seen at so many of its angles at least. A square chop in the very
# middle has its corners beyond.
RIM_WIDTH, RIM_SEEN, RIM_ANGLES = 0.06, 0.5, 120
# A straight line is at most so high, so long, and its middle so far from the ring's axis, in radii. Paper around it.
HIGHEST, LONGEST, OFF_AXIS, AROUND = 0.36, 1.5, 0.2, 0.05
# Strokes nearer than this are one piece, and pieces nearer than this one line, radii.
NEAR, IN_LINE = 0.03, 0.2
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """`empty`: a ring holds nothing besides its text and star. `line`: what it holds, where that has the shape of a line of text."""

    empty: bool
    line: Sheet | None = field(default=None, repr=False)


def inside(ring: Ring, text: Sheet, arcs: Sequence[tuple[float, float]], emblem: bool = False) -> Inside:
    """Return what a ring holds besides a text. `arcs`: where that stands, from where to where, in turns as the sheet's.

    `emblem`: in its middle such bodies have an emblem, which may be of any shape, and no star.
    """
    x, y = _grid()
    angles = _angles(ring, text, arcs)
    beside = _beside(ring, text, angles, x, y)
    inked = _straight(ring, ring.ink, x, y) > (INKED_IN_COLOUR if ring.coloured else INKED)
    printed = _straight(ring, ring.printed.astype(np.float32), x, y) > 0
    filled = not emblem and _is_round(ring) and float(inked[np.hypot(x, y) < MIDDLE].mean()) > STAR_DENSE
    if filled or _densest(inked, printed & beside) > DENSE:
        return Inside(empty=False)
    pieces = _without_specks(inked & _without_rim(inked, beside & ~printed, x, y))
    if float(pieces.sum()) <= SPECKS * PX**2:
        return Inside(empty=True)
    return Inside(empty=False, line=_line(ring, pieces, _up(angles, text.flipped), x, y))


def _grid() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the places that are looked at, in radii of an ellipse along its own axes."""
    at = ((np.arange(-PX, PX) + 0.5) / PX).astype(np.float32)
    x, y = np.meshgrid(at, at)
    return x, y


def _straight(ring: Ring, values: Map, x: NDArray[np.float32], y: NDArray[np.float32]) -> Map:
    """Return the values at places of a ring, each the mean of its neighbours."""
    ellipse = ring.ellipse
    c, s = np.float32(cos(ellipse.angle)), np.float32(sin(ellipse.angle))
    u, v = x * np.float32(ellipse.a), y * np.float32(ellipse.b)
    at_x, at_y = np.float32(ellipse.x - 0.5) + u * c - v * s, np.float32(ellipse.y - 0.5) + u * s + v * c
    found: Map = cv2.remap(cv2.blur(values, (3, 3)), at_x, at_y, cv2.INTER_LINEAR)
    return found


def _angles(ring: Ring, text: Sheet, arcs: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the arcs clockwise, in radians of the ellipse: where each begins, and how far it reaches."""
    fine, along = along_rim(ring.ellipse)
    found: list[tuple[float, float]] = []
    for first, last in arcs:
        begin, end = (-last, -first) if text.flipped else (first, last)
        if end - begin >= 1:
            return [(0.0, 2 * pi)]
        a, z = (float(np.interp(turn % 1, along, fine)) for turn in (begin, end))
        found.append((a, (z - a) % (2 * pi)))
    return found


def _beside(ring: Ring, text: Sheet, angles: Sequence[tuple[float, float]], x: NDArray[np.float32], y: NDArray[np.float32]) -> Flags:
    """Return the places where a ring has neither its text nor a star."""
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    taken = np.zeros(radius.shape, np.bool_)
    for begin, reach in angles:
        taken |= (angle - begin) % (2 * pi) <= reach
    beside: Flags = (radius >= (STAR if _is_round(ring) else 0.0)) & (radius < np.where(taken, min(BELOW_TEXT, text.feet - FEET), FREE))
    return beside


def _is_round(ring: Ring) -> bool:
    return min(ring.ellipse.a, ring.ellipse.b) >= ROUND * max(ring.ellipse.a, ring.ellipse.b)


def _densest(inked: Flags, printed: Flags) -> float:
    """Return which share of the places of print is inked at most, of those that print takes for the most part."""
    side = (round(SIDE * PX),) * 2
    taken, ink = (cv2.boxFilter(v.astype(np.float32), -1, side, borderType=cv2.BORDER_CONSTANT) for v in (printed, printed & inked))
    for_the_most_part = taken >= MOST
    return float((ink[for_the_most_part] / taken[for_the_most_part]).max(initial=0.0))


def _without_specks(inked: Flags) -> Flags:
    labels, ink = _joined(inked, NEAR)
    pieces: Flags = inked & (ink[labels] >= SPECK * PX**2)
    return pieces


def _without_rim(inked: Flags, places: Flags, x: NDArray[np.float32], y: NDArray[np.float32]) -> Flags:
    """Return the places without those of a rim within the text, if there is one."""
    radius, turn = np.hypot(x, y), (np.arctan2(y, x) / (2 * pi)) % 1
    turns, best, rim = np.floor(turn * RIM_ANGLES).astype(np.intp), RIM_SEEN, np.zeros(places.shape, np.bool_)
    for low in np.arange(STAR, FREE - RIM_WIDTH, RIM_WIDTH / 4).tolist():
        band = places & (radius >= low) & (radius < low + RIM_WIDTH)
        looked, seen = (np.bincount(turns[where], minlength=RIM_ANGLES) > 0 for where in (band, band & inked))
        share = float(seen.sum()) / max(1, int(looked.sum()))
        if looked.sum() > RIM_SEEN * RIM_ANGLES and share > best:
            best, rim = share, band
    return places & ~rim


def _joined(inked: Flags, apart: float) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the pieces of ink that lie no further apart than so many radii, by number, and how much ink each has, px."""
    wide = 2 * round(apart * PX / 2) + 1
    joined = cv2.morphologyEx(inked.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((wide, wide), np.uint8))
    labels = cv2.connectedComponents(joined, connectivity=8)[1]
    return labels, np.bincount(labels[inked], minlength=int(labels.max()) + 1)


def _up(angles: Sequence[tuple[float, float]], flipped: bool) -> float:
    """Return the direction, radians clockwise from the ellipse's axis, in which the ring's middle axis points up."""
    middles = [(reach, begin + reach / 2) for begin, reach in angles]
    x, y = (sum(reach * f(middle) for reach, middle in middles) for f in (cos, sin))
    return float(np.arctan2(y, x)) + (pi if flipped else 0.0)


def _line(ring: Ring, pieces: Flags, up: float, x: NDArray[np.float32], y: NDArray[np.float32]) -> Sheet | None:
    """Return what a ring holds as a line of text across its axis, where it has the shape of one."""
    labels, ink = _joined(pieces, IN_LINE)
    most = int(ink.argmax())
    if int(ink.sum() - ink[most]) > SPECKS * PX**2:
        return None
    pieces = pieces & (labels == most)
    across = -sin(up) * x[pieces] + cos(up) * y[pieces], -(cos(up) * x[pieces] + sin(up) * y[pieces])
    (left, top), (right, bottom) = (tuple(float(f(v)) for v in across) for f in (np.min, np.max))
    if bottom - top > HIGHEST or right - left > LONGEST or abs(left + right) / 2 > OFF_AXIS:
        return None
    corners = ((left - AROUND, top - AROUND), (right + AROUND, top - AROUND), (left - AROUND, bottom + AROUND))
    source = np.array([_on_piece(ring, up, *corner) for corner in corners], np.float32)
    wide, high = (hypot(*(source[i] - source[0])) for i in (1, 2))
    size = max(8, round(wide * (HEIGHT - 4) / high)), HEIGHT - 4
    target = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32)
    half = np.float32(0.5)
    flat = cv2.warpAffine(ring.bare, cv2.getAffineTransform(source - half, target - half), size, flags=cv2.INTER_AREA)
    return replace(straight(flat), whole=False)


def _on_piece(ring: Ring, up: float, along: float, down: float) -> tuple[float, float]:
    """Return the px of a place in radii, along a ring's text and down from its middle."""
    ellipse = ring.ellipse
    u = (-sin(up) * along - cos(up) * down) * ellipse.a
    v = (cos(up) * along - sin(up) * down) * ellipse.b
    c, s = cos(ellipse.angle), sin(ellipse.angle)
    return ellipse.x + u * c - v * s, ellipse.y + u * s + v * c
