"""Codes by zxing-cpp: where they are, never what they say."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.finding import Category, Engine, Finding
from redact.geometry import Point, Quad
from redact.page import Page

try:
    import zxingcpp
except ImportError:
    zxingcpp = None

Grey = NDArray[np.uint8]

# A code's least side: below it lie specks that a locator takes for a finder pattern.
SMALLEST_MM = 3.0
# A location without a valid reading is a claim only where the place looks like a code, which text and chops do not.
LARGEST_MM = 120.0
SMALLEST_PX = 12


class Zxing:
    """Looks for QR, Data Matrix, PDF417, Aztec and linear codes. A code that is located but cannot be decoded counts too."""

    def __init__(self) -> None:
        if zxingcpp is None:
            raise EngineError(engine="codes", what="load")

    @property
    def engine(self) -> Engine:
        try:
            return Engine("codes", version("zxing-cpp"))
        except PackageNotFoundError:
            return Engine("codes", "unknown")

    def find(self, page: Page) -> tuple[Finding, ...]:
        """Return the codes of the page. Hints: "qr", "datamatrix", "pdf417", "aztec", "maxicode", "linear"; payloads are dropped.

        Raises EngineError if zxing-cpp fails.
        """
        if min(page.width, page.height) < SMALLEST_PX:
            return ()
        grey: Grey = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY)
        return tuple(_findings(page, _read(grey, page.number), self.engine))


def _read(grey: Grey, number: int) -> list[Any]:
    try:
        found: list[Any] = zxingcpp.read_barcodes(grey, return_errors=True)
    except (RuntimeError, ValueError, TypeError, MemoryError):
        raise EngineError(page=number, engine="codes", what="zxing-cpp") from None
    return found


def _findings(page: Page, barcodes: list[Any], engine: Engine) -> Iterator[Finding]:
    for barcode in barcodes:
        corners = _corners(barcode.position)
        hint = _hint(barcode.format)
        if hint == "linear":
            corners = _tall(corners, page)
        quad = Quad.of(corners)
        margin = _module(quad, hint)
        if quad.length < 1 or quad.thickness < 1:
            continue
        yield Finding(Category.CODE, quad.grow(margin, margin), 1.0 if barcode.valid else 0.5, engine, hint)


def _corners(position: Any) -> list[Point]:
    named = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return [(float(point.x), float(point.y)) for point in named]


def _hint(kind: Any) -> str:
    name = str(kind).lower().replace(" ", "")
    for part, hint in (("qr", "qr"), ("datamatrix", "datamatrix"), ("pdf417", "pdf417"), ("aztec", "aztec"), ("maxicode", "maxicode")):
        if part in name:
            return hint
    return "linear"


def _module(quad: Quad, hint: str) -> float:
    """Return about one module, px: the least of codes has 10 to 21 modules a side."""
    return 2.0 + max(quad.length, quad.thickness) / (21 if hint != "linear" else 60)


def _tall(corners: list[Point], page: Page) -> list[Point]:
    return corners
