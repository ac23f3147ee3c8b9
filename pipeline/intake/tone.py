"""What pixels say about a page: is it grey, is it blank, and ink too faint for an eye. Runs in the child alone."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.page import Pixels

# A colour this weak is what anti-aliasing and colour management leave on grey.
GREY_SPREAD = 10
# Readers miss ink of 246 on 255 and of 10 on 0, yet a contrast stretch shows 253 and 3: between these levels and pure
# white or black, ink is hidden from every reader of ours and not from an attacker.
FAINT_LIGHT = 232
FAINT_DARK = 24
WHITE_SHARE = 0.3
BLACK_SHARE = 0.001


def is_blank(pixels: Pixels) -> bool:
    """True where every pixel has the same colour."""
    sample = pixels[::32, ::32]
    return bool((sample == pixels[0, 0]).all() and (pixels == pixels[0, 0]).all())


def has_no_colour(pixels: Pixels) -> bool:
    """True where red, green and blue are equal in every pixel."""
    red, green, blue = cv2.split(pixels)
    return np.array_equal(red, green) and np.array_equal(red, blue)


def nearly_grey(pixels: Pixels) -> bool:
    """True where red, green and blue are nearly equal in every pixel."""
    return int((_lightest(pixels) - _darkest(pixels)).max()) < GREY_SPREAD


def grey(pixels: Pixels) -> Pixels:
    """Return the page with its luma (ITU-R BT.601) in all three channels."""
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.merge((luma, luma, luma)), np.uint8)


def without_faint_ink(pixels: Pixels) -> Pixels:
    """Return the page with ink just off pure white or pure black made white or black.

    Only where much of the page is exactly white (a scan's paper never is), and black exists.
    """
    least, most = _darkest(pixels), _lightest(pixels)
    if np.count_nonzero(least == 255) <= WHITE_SHARE * least.size:
        return pixels
    cleared = pixels.copy()
    cleared[(least >= FAINT_LIGHT) & (least < 255)] = 255
    if np.count_nonzero(most == 0) > BLACK_SHARE * most.size:
        cleared[(most <= FAINT_DARK) & (most > 0)] = 0
    return cleared


def _darkest(pixels: Pixels) -> NDArray[np.uint8]:
    red, green, blue = cv2.split(pixels)
    return np.asarray(np.minimum(np.minimum(red, green), blue), np.uint8)


def _lightest(pixels: Pixels) -> NDArray[np.uint8]:
    red, green, blue = cv2.split(pixels)
    return np.asarray(np.maximum(np.maximum(red, green), blue), np.uint8)
