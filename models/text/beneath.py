"""Text under a seal: the seal's ink is taken away, so that what it was pressed on can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad
from redact.models.text.detect import LEAST_PX
from redact.models.text.strip import Bytes, Floats

SIDEWAYS = 3.0
"""Radii to each side that are read along with a seal, so that the lines under it are read whole."""
COLOURED = 0.10
"""Absorbance by which one channel must exceed the others before a pixel counts as coloured ink."""
SHARE = 96.0
MARGIN = 0.08

Channel = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A part of the page with the seal's ink taken away: BGR pixels, its `origin` on the page, the seal's box in it."""

    image: Bytes = field(repr=False)
    origin: tuple[int, int]
    seal: tuple[float, float, float, float]

    def canvas(self) -> Bytes:
        """Return the pixels, continued by their edge where they are too few for a detector."""
        height, width = self.image.shape[:2]
        below, right = max(0, LEAST_PX - height), max(0, LEAST_PX - width)
        return cv2.copyMakeBorder(self.image, 0, below, 0, right, cv2.BORDER_REPLICATE) if below or right else self.image

    def touches(self, corners: Floats) -> bool:
        """True where the upright box of the corners (4, 2), patch px, meets the seal."""
        (x0, y0), (x1, y1) = corners.min(0), corners.max(0)
        left, top, right, bottom = self.seal
        return bool(x0 < right and x1 > left and y0 < bottom and y1 > top)


def patches(image: Bytes, places: Sequence[Quad], upright: bool) -> list[Patch]:
    """Return a patch for each seal that has a colour. `upright`: lines run along x, else along y."""
    found = (_patch(image, place, upright) for place in places)
    return [patch for patch in found if patch is not None]


def _patch(image: Bytes, place: Quad, upright: bool) -> Patch | None:
    height, width = image.shape[:2]
    box = place.box()
    radius = max(box.width, box.height) / 2
    near, far = max(2.0, MARGIN * radius), SIDEWAYS * radius
    side, across = (far, near) if upright else (near, far)
    x0, x1 = max(0, int(box.x0 - side)), min(width, int(box.x1 + side) + 1)
    y0, y1 = max(0, int(box.y0 - across)), min(height, int(box.y1 + across) + 1)
    if x1 <= x0 or y1 <= y0:
        return None
    inside = (max(0, box.x0 - x0), max(0, box.y0 - y0), min(x1, box.x1) - x0, min(y1, box.y1) - y0)
    clean = without_ink(image[y0:y1, x0:x1], inside)
    return None if clean is None else Patch(clean, (x0, y0), inside)


def without_ink(image: Bytes, seal: tuple[int, int, int, int]) -> Bytes | None:
    """Return a BGR image in the channel in which the seal's ink is light, stretched; None where the seal has no colour.

    `seal`: x0, y0, x1, y1 of the seal in the image. Thresholding instead of stretching loses dark red and blue.
    """
    x0, y0, x1, y1 = seal
    own = image[y0:y1, x0:x1]
    if not own.size:
        return None
    blue, green, red = np.moveaxis(_absorbance(own), 2, 0)
    redness = np.minimum(green, (blue + green) / 2) - red
    blueness = np.minimum(red, (red + green) / 2) - blue
    most_red, most_blue = float(np.percentile(redness, SHARE)), float(np.percentile(blueness, SHARE))
    if most_red >= COLOURED and most_red >= 0.8 * most_blue:
        return _stretched(image[..., 2], own[..., 2][redness > COLOURED])
    return _stretched(image[..., 0], own[..., 0][blueness > COLOURED]) if most_blue > COLOURED else None


def _absorbance(image: Bytes) -> NDArray[np.float32]:
    """Return how much darker than the paper around it each pixel is, as a natural logarithm, per channel."""
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((3, 3), np.uint8)), 31)
    wide = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    darker: NDArray[np.float32] = np.log((wide + 3.0) / (image.astype(np.float32) + 3.0))
    return darker


def _stretched(channel: Channel, ink: Channel) -> Bytes:
    """Return the channel (H, W) as BGR, from its darkest to the seal's ink, of which `ink` holds the values."""
    white = float(np.clip(0.92 * np.percentile(ink, 25), 110, 200))
    black = float(np.percentile(channel, 1))
    levels = np.clip((np.arange(256) - black) / max(20.0, white - black), 0.0, 1.0) * 255
    return np.repeat(cv2.LUT(channel, levels.astype(np.uint8))[..., None], 3, axis=2)
