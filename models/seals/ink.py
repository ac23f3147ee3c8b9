"""Ink maps: how much of a colour lies on the paper, whatever the paper's own shade and the light on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from redact.page import Page

Map = NDArray[np.float32]

# An A4 page becomes 1200 px long: a ring of 1 mm is four pixels, and a page costs a tenth of a second.
WORK_PX_PER_MM = 1200 / 297
LONGEST_PX = 1700
# 99th percentile of the channels' spread: scans of grey copies stay below, a page with one seal is well above.
COLOURLESS = 20
_LOG: Map = np.log(np.arange(256, dtype=np.float32) + 3.0).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Inks:
    """The ink maps of one page at working size, absorbance (natural logarithm), shape (h, w) float32.

    `red`, `blue`: what the colour adds to grey; about 0 on paper, on black ink and on grey. `dark`: all ink.
    `scale`: (x, y) working px per page px. `px_per_mm`: working px per millimetre. `colourless`: no colour on the page.
    """

    red: Map
    blue: Map
    dark: Map
    scale: tuple[float, float]
    px_per_mm: float
    colourless: bool


def measure(page: Page) -> Inks:
    """Return the ink maps of a page."""
    small = _working_size(page)
    absorbance = cv2.LUT(_paper(small), _LOG) - cv2.LUT(small, _LOG)
    red, green, blue = (np.ascontiguousarray(absorbance[:, :, i]) for i in range(3))
    scale = small.shape[1] / page.width, small.shape[0] / page.height
    return Inks(
        # The smaller of the two keeps orange and gold low and lets magenta in.
        red=_smooth(np.minimum(green, (green + blue) / 2) - red),
        blue=_smooth(np.minimum(red, (red + green) / 2) - blue),
        dark=_smooth((red + green + blue) / 3),
        scale=scale,
        px_per_mm=page.px_per_mm * (scale[0] + scale[1]) / 2,
        colourless=_colourless(small),
    )


def threshold(ink: Map, sigmas: float, lowest: float, highest: float) -> float:
    """Return the level above which a pixel counts as ink: above the paper's noise, within the given bounds."""
    sample = ink[::3, ::3]
    middle = float(np.median(sample))
    spread = 1.48 * float(np.median(np.abs(sample - middle)))
    return float(np.clip(middle + sigmas * spread, lowest, highest))


def _working_size(page: Page) -> NDArray[np.uint8]:
    longest = max(page.width, page.height)
    wanted = np.clip(longest / page.px_per_mm * WORK_PX_PER_MM, 1200, LONGEST_PX)
    scale = min(1.0, float(wanted) / longest)
    size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
    if size == (page.width, page.height):
        return np.ascontiguousarray(page.pixels)
    # Down to half, two pixels make one either way, and linear costs a third of area.
    how = cv2.INTER_LINEAR if scale > 0.5 else cv2.INTER_AREA
    small: NDArray[np.uint8] = cv2.resize(page.pixels, size, interpolation=how)
    return small


def _paper(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the paper's shade around each pixel: the median of the brightest over 6 cm, so that it follows the light."""
    height, width = small.shape[:2]
    coarse = cv2.resize(small, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    coarse = cv2.medianBlur(cv2.dilate(coarse, np.ones((3, 3), np.uint8)), 31)
    paper: NDArray[np.uint8] = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return paper


def _smooth(ink: Map) -> Map:
    smooth: Map = cv2.GaussianBlur(ink, (3, 3), 0)
    return smooth


def _colourless(small: NDArray[np.uint8]) -> bool:
    spread = cv2.max(cv2.max(small[:, :, 0], small[:, :, 1]), small[:, :, 2])
    spread = cv2.subtract(spread, cv2.min(cv2.min(small[:, :, 0], small[:, :, 1]), small[:, :, 2]))
    return float((spread >= COLOURLESS).mean()) < 0.01
