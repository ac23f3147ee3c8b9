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

HINTS = {"qr": "qr", "datamatrix": "datamatrix", "pdf417": "pdf417", "aztec": "aztec", "maxicode": "maxicode"}
# The least modules a side, by which a module's size is guessed from above: QR has 21 and more, a Data Matrix from 10.
MODULES = {"qr": 21, "datamatrix": 10, "pdf417": 40, "aztec": 15, "maxicode": 30, "linear": 60}
SMALLEST_PX, LONGEST_PX = 12, 5000
# A scan line is as good as the line of the reading where their profiles agree so well.
ALIKE, TALLEST = 0.6, 1.5


class Zxing:
    """Looks for QR, Data Matrix, PDF417, Aztec and linear codes. A code that is located but cannot be decoded counts too."""

    def __init__(self) -> None:
        if zxingcpp is None:
            raise EngineError(engine="codes", what="load")

    @property
    def engine(self) -> Engine:
        """The version is the library's."""
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
        # Page pixels may be no contiguous array; OpenCV copies what it must, zxing-cpp would refuse.
        grey: Grey = cv2.cvtColor(np.ascontiguousarray(page.pixels), cv2.COLOR_RGB2GRAY)
        scale = min(1.0, LONGEST_PX / max(grey.shape))
        if scale < 1:
            # Never to nothing: a page of 2600 x 12 px is as long as it is low.
            size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        return tuple(_findings(grey, _read(grey, page.number), scale, self.engine))


def _read(grey: Grey, number: int) -> list[Any]:
    try:
        found: list[Any] = zxingcpp.read_barcodes(grey, return_errors=True)
    except (RuntimeError, ValueError, TypeError, MemoryError):
        raise EngineError(page=number, engine="codes", what="zxing-cpp") from None
    return found


def _findings(grey: Grey, barcodes: list[Any], scale: float, engine: Engine) -> Iterator[Finding]:
    for barcode in barcodes:
        hint = _hint(barcode.format)
        corners = _corners(barcode.position)
        if hint == "linear":
            corners = _full_height(grey, corners)
        quad = Quad.of(corners) if _spans_an_area(corners) else None
        if quad is None or not (barcode.valid or hint != "datamatrix" or _has_finder(grey, quad)):
            continue
        module = 1 + max(quad.length, quad.thickness) / MODULES[hint]
        points = [(x / scale, y / scale) for x, y in quad.grow(module, module).points]
        yield Finding(Category.CODE, Quad.of(points), 1.0 if barcode.valid else 0.5, engine, hint)


def _corners(position: Any) -> list[Point]:
    named = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return [(float(point.x), float(point.y)) for point in named]


def _spans_an_area(corners: list[Point]) -> bool:
    """A location may be a mere scan line, which `_full_height` could not widen."""
    return float(cv2.contourArea(np.array(corners, np.float32))) >= 1.0


def _hint(kind: Any) -> str:
    name = str(kind).lower().replace(" ", "")
    return next((hint for part, hint in HINTS.items() if part in name), "linear")


def _full_height(grey: Grey, corners: list[Point]) -> list[Point]:
    """Return the corners led along the bars to their ends: a reading takes a few scan lines, which need not reach them."""
    a, b, c, d = (np.array(p) for p in corners)
    left, right = (a + d) / 2, (b + c) / 2
    along = right - left
    length = float(np.hypot(*along))
    if length < SMALLEST_PX:
        return corners
    across = np.array([-along[1], along[0]]) / length
    reach = int(TALLEST * length)
    alike = _alike(grey, left, along, across, reach)
    up = next((k for k in range(reach) if not alike[reach - k]), reach)
    down = next((k for k in range(reach) if not alike[reach + k]), reach)
    up, down = max(up, np.hypot(*(a - d)) / 2), max(down, np.hypot(*(a - d)) / 2)
    ends = (left - across * up, right - across * up, right + across * down, left + across * down)
    return [(float(x), float(y)) for x, y in ends]


def _alike(grey: Grey, left: NDArray[Any], along: NDArray[Any], across: NDArray[Any], reach: int) -> NDArray[np.bool_]:
    """Return, for each line from `reach` above the reading to `reach` below, whether its profile is the reading's."""
    steps = np.linspace(0, 1, max(64, int(np.hypot(*along))))
    offsets = np.arange(-reach, reach + 1)
    x = (left[0] + along[0] * steps + across[0] * offsets[:, None]).astype(np.float32)
    y = (left[1] + along[1] * steps + across[1] * offsets[:, None]).astype(np.float32)
    lines = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    lines -= lines.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(lines, axis=1) + 1e-3
    same: NDArray[np.bool_] = (lines @ lines[reach]) / (norms * norms[reach]) > ALIKE
    return same


def _has_finder(grey: Grey, quad: Quad) -> bool:
    """Return True where two neighbouring sides are solid and the others broken: what a Data Matrix has, and text has not."""
    side = 64
    target = np.array([(0, 0), (side, 0), (side, side), (0, side)], np.float32)
    turn = cv2.getPerspectiveTransform(quad.array().astype(np.float32), target)
    patch = cv2.warpPerspective(grey, turn, (side, side))
    level, _ = cv2.threshold(patch, 0, 255, cv2.THRESH_OTSU)
    dark = patch <= level
    shares = [float(edge.mean()) for edge in (dark[1:4], dark[:, -4:-1], dark[-4:-1], dark[:, 1:4])]
    for i in range(4):
        solid, broken = (shares[i], shares[(i + 1) % 4]), (shares[(i + 2) % 4], shares[(i + 3) % 4])
        for ones, others in ((solid, broken), ([1 - s for s in solid], [1 - s for s in broken])):
            if min(ones) > 0.85 and min(others) > 0.25 and max(others) < 0.75:
                return True
    return False
