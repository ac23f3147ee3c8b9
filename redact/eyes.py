"""What of a face is covered: the eye band that a detector gives, or more, drawn from that band's own measures.

A band's size tells the eye distance, and its first edge which way the face looks up, so a policy can ask for more than a
band without a detector's help. Measured on 207 upright faces, in eye distances from the middle of the eyes: brows reach
0.50 up and 1.03 to the side, bags under the eyes 0.24 down. The nose of the T and the whole face are the usual proportions
of a face, on the wide side.
"""

from __future__ import annotations

from math import atan2
from typing import Literal

from redact.geometry import Point, Quad

Cover = Literal["band", "t-shape", "face"]

# Half-lengths of the band, and how far its middle lies above the eyes, in eye distances.
HALF_WIDTH = 1.2
HALF_HEIGHT = 0.50
SHIFT_UP = 0.08
# Half-width of the nose, and how far below the eyes it ends.
NOSE_HALF_WIDTH = 0.35
NOSE_DOWN = 1.0
# Half-width of the face, how far above the eyes it begins and how far below them it ends: crown, ears and chin.
FACE_HALF_WIDTH = 1.6
FACE_UP = 1.4
FACE_DOWN = 2.1


def covering(band: Quad, cover: Cover) -> tuple[Quad, ...]:
    """Return what is covered of the face whose eye band this is: one place, or two for the T; the band is always among it."""
    match cover:
        case "t-shape":
            return band, _from_eyes(band, NOSE_HALF_WIDTH, 0.0, NOSE_DOWN)
        case "face":
            return (_from_eyes(band, FACE_HALF_WIDTH, -FACE_UP, FACE_DOWN),)
        case _:
            return (band,)


def _from_eyes(band: Quad, half_width: float, top: float, bottom: float) -> Quad:
    """Return the rectangle from `top` to `bottom` below the line of the eyes, in eye distances, along that line."""
    # The larger of the two: a tiny face's band is higher than its width tells, and one whose points fall together is wide.
    unit = max(band.length / (2 * HALF_WIDTH), band.thickness / (2 * HALF_HEIGHT))
    ux, uy = band.direction
    down = SHIFT_UP + (top + bottom) / 2
    centre: Point = (band.centre[0] - uy * down * unit, band.centre[1] + ux * down * unit)
    return Quad.centred(centre, half_width * unit, (bottom - top) / 2 * unit, atan2(uy, ux))
