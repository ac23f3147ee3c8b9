"""Pages with codes, with their exact ink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from redact.page import Page

Pixels = NDArray[np.uint8]
PAYLOAD = "A1234567890"


@dataclass(frozen=True, eq=False)
class Coded:
    """A sheet with a code, and the code's dark modules (h, w) bool."""

    pixels: Pixels
    ink: NDArray[np.bool_]

    def page(self) -> Page:
        return Page(number=1, pixels=self.pixels, dpi=150)


def coded(
    kind: str,
    scale: int = 4,
    colour: tuple[int, int, int] = (0, 0, 0),
    spoil: Callable[[Pixels], None] | None = None,
    payload: str | bytes = PAYLOAD,
) -> Coded:
    """Return a sheet of 640 x 480 px with a code of the given zxing format; `spoil` draws over the code's own pixels."""
    code = zxingcpp.create_barcode(payload, getattr(zxingcpp.BarcodeFormat, kind))
    modules = np.array(code.to_image(scale=scale, add_quiet_zones=False))
    if kind in ("Code128", "Code39", "EAN13"):
        modules = np.repeat(modules[:1], 70, axis=0)
    pixels = np.full((480, 640, 3), 245, np.uint8)
    y, x = 150, 120
    place = pixels[y : y + modules.shape[0], x : x + modules.shape[1]]
    place[modules < 128] = colour
    if spoil is not None:
        spoil(place)
    ink = np.zeros(pixels.shape[:2], np.bool_)
    ink[y : y + modules.shape[0], x : x + modules.shape[1]] = (place.min(axis=2) < 128) & (modules < 128)
    return Coded(pixels, ink)


def inverted(pixels: Pixels) -> Pixels:
    return 255 - pixels
