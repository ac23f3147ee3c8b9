"""The eye band: a rectangle along the line of the eyes that covers both eyes and brows; `redact.eyes` has its measures.

The floor on the unit keeps the band large where the two points fall together: profiles, sunglasses, tiny faces.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, sin

from redact.eyes import HALF_HEIGHT, HALF_WIDTH, SHIFT_UP
from redact.geometry import Quad
from redact.models.faces.sighting import Sighting

# The least unit, in the face's sides.
UNIT_FLOOR = 0.42
LEAST_HEIGHT_PX = 6.0
# How far an eye reaches from its centre, in eye distances.
EYE_ALONG = 0.29
EYE_ACROSS = 0.15


def eye_bands(opinions: Iterable[Sighting]) -> list[Quad]:
    """Return the bands of one face: the first opinion's, and another's where its eyes stick out of the bands so far."""
    bands: list[Quad] = []
    for sighting in opinions:
        corners = eyes(sighting).points
        if not any(all(band.contains(*corner) for corner in corners) for band in bands):
            bands.append(eye_band(sighting))
    return bands


def eyes(sighting: Sighting) -> Quad:
    """Return the least rectangle round both eyes, lids included, page px."""
    distance = max(1.0, sighting.eye_distance)
    middle = ((sighting.right[0] + sighting.left[0]) / 2, (sighting.right[1] + sighting.left[1]) / 2)
    return Quad.centred(middle, (0.5 + EYE_ALONG) * distance, EYE_ACROSS * distance, sighting.angle)


def eye_band(sighting: Sighting) -> Quad:
    """Return the band of one face in page px; its first edge runs from the subject's right eye to the left one."""
    unit = max(sighting.eye_distance, UNIT_FLOOR * sighting.side)
    angle = sighting.angle
    x = (sighting.right[0] + sighting.left[0]) / 2 + SHIFT_UP * unit * sin(angle)
    y = (sighting.right[1] + sighting.left[1]) / 2 - SHIFT_UP * unit * cos(angle)
    half_height = max(HALF_HEIGHT * unit, LEAST_HEIGHT_PX / 2)
    return Quad.centred((x, y), max(HALF_WIDTH * unit, half_height), half_height, angle)
