"""Codes by zxing-cpp: where they are, never what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.finding import OWN_CODE, Category, Engine, Finding
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
# Paper beside a scan line in which the bars' direction is measured, px; further from it than 60 degrees is no code's.
BESIDE_PX, LEAST_COSINE = 6, 0.5
# Turns that are tried about that direction, degrees, the middle first; and how far from the scan line they are compared, px.
TURNS, NEAR = tuple(sorted((t / 2 for t in range(-10, 11)), key=abs)), 50
# A page of black and white alone: nearly all pixels are within this many levels of either. Its dots are blurred for a second
# look, sigma in px: of 131 codes in such copies 109 opened so, and 88 as they were. PDF417 has the narrowest bars, and is found
# more often in a blurred copy of any page (45 of 47, as it is 43 of 47); in black and white a third look opens some more.
LEVELS, ALL, SOFT, SOFTER = 12, 0.995, 0.9, 1.3
STACKED = "PDF417"
# A PDF417 that the page's edge cuts is no larger than this share of the page, and no slimmer.
AT_EDGE, SLIMMEST = 0.04, 8.0
# On the edge of films, never on paper.
ELSEWHERE = frozenset({"DX Film Edge"})
# The two looks differ by a module or so at the code's edges.
AS_LARGE = 0.85


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
        return self.find_told(page, lambda _: False)

    def find_told(self, page: Page, tells: Callable[[bytes], bool]) -> tuple[Finding, ...]:
        """Return as `find` does, with the hint OWN_CODE where `tells` says yes to a payload, which is dropped then."""
        if min(page.width, page.height) < SMALLEST_PX:
            return ()
        # Page pixels may be no contiguous array; OpenCV copies what it must, zxing-cpp would refuse.
        grey: Grey = cv2.cvtColor(np.ascontiguousarray(page.pixels), cv2.COLOR_RGB2GRAY)
        scale = min(1.0, LONGEST_PX / max(grey.shape))
        if scale < 1:
            # Never to nothing: a page of 2600 x 12 px is as long as it is low.
            size = max(1, round(page.width * scale)), max(1, round(page.height * scale))
            grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
        found: list[Finding] = []
        for sigma, formats in _looks(grey):
            # Of two PDF417 on a page one is found, and the other once that is covered.
            seen = grey if formats is not _stacked() else _without(grey, found, scale)
            look = _blurred(seen, sigma) if sigma else seen
            codes = _findings(look, _read(look, list(formats), page.number), scale, self.engine, tells)
            found += [code for code in codes if not _is_among(code, found)]
        return tuple(found)


def _looks(grey: Grey) -> Iterator[tuple[float, tuple[Any, ...]]]:
    """Yield how much the page is blurred (sigma, px) for a look, and the formats to seek: all as it is, and PDF417 blurred as well."""
    yield 0.0, _readable()
    if _is_bilevel(grey):
        # Beside the first look, not instead of it: small modules open only as they are.
        yield SOFT, _readable()
        yield SOFTER, _stacked()
    else:
        yield SOFT, _stacked()


@cache
def _readable() -> tuple[Any, ...]:
    return tuple(kind for kind in zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormat.AllReadable) if str(kind) not in ELSEWHERE)


@cache
def _stacked() -> tuple[Any, ...]:
    return tuple(kind for kind in _readable() if STACKED in str(kind))


def _without(grey: Grey, found: Sequence[Finding], scale: float) -> Grey:
    """Return the page with paper over the PDF417 that were decoded, and over what is told by nothing but its owner.

    Not over other kinds: a bar code that was read into a row of a PDF417 must not hide it.
    """
    left = grey.copy()
    for code in found:
        if code.score == 1.0 and code.hint in ("pdf417", OWN_CODE):
            corners = np.array([(x * scale, y * scale) for x, y in code.quad.points])
            cv2.fillConvexPoly(left, np.round(corners).astype(np.int32), 255)
    return left


def _blurred(grey: Grey, sigma: float) -> Grey:
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), sigma), np.uint8)


def _is_among(code: Finding, found: list[Finding]) -> bool:
    """True for a code that was found already, about as large and as telling."""
    return any(
        other.quad.contains(*code.quad.centre)
        and other.quad.area >= AS_LARGE * code.quad.area
        and (other.hint == OWN_CODE or code.hint != OWN_CODE)
        for other in found
    )


def _is_bilevel(grey: Grey) -> bool:
    sample = grey[::3, ::3]
    return float(((sample < LEVELS) | (sample > 255 - LEVELS)).mean()) > ALL


def _read(grey: Grey, formats: list[Any], number: int) -> list[Any]:
    try:
        found: list[Any] = zxingcpp.read_barcodes(grey, formats=formats, return_errors=True)
    except (RuntimeError, ValueError, TypeError, MemoryError):
        raise EngineError(page=number, engine="codes", what="zxing-cpp") from None
    return found


def _findings(grey: Grey, barcodes: list[Any], scale: float, engine: Engine, tells: Callable[[bytes], bool]) -> Iterator[Finding]:
    for barcode in barcodes:
        hint = _hint(barcode.format)
        corners = _corners(barcode.position)
        if hint == "linear":
            corners = _full_height(grey, corners)
        quad = Quad.of(corners) if _spans_an_area(corners) else None
        if quad is None or not (barcode.valid or _is_likely(hint, grey, quad)):
            continue
        module = 1 + max(quad.length, quad.thickness) / MODULES[hint]
        points = [(x / scale, y / scale) for x, y in quad.grow(module, module).points]
        own = tells(bytes(barcode.bytes)) or tells(str(barcode.text).encode())
        yield Finding(Category.CODE, Quad.of(points), 1.0 if barcode.valid else 0.5, engine, OWN_CODE if own else hint)


def _is_likely(hint: str, grey: Grey, quad: Quad) -> bool:
    """True for what was located and not decoded, and may be a code of that kind all the same."""
    if hint == "pdf417":
        # One that was located by half has its other corners in the picture's corner or beyond, and would mask half a page.
        height, width = grey.shape
        inside = all(0 < x < width - 1 and 0 < y < height - 1 for x, y in quad.points)
        long, short = sorted((quad.length, quad.thickness), reverse=True)
        return inside or (quad.area <= AT_EDGE * width * height and long <= SLIMMEST * short)
    return hint != "datamatrix" or _has_finder(grey, quad)


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
    """Return the corners led along the bars to their ends: a reading takes a few scan lines, which need not reach them.

    A scan line runs along the page's rows or columns, the bars stand across the code: in a turned one the two differ.
    """
    a, b, c, d = (np.array(p) for p in corners)
    left, right = (a + d) / 2, (b + c) / 2
    length = float(np.hypot(*(right - left)))
    if length < SMALLEST_PX:
        return corners
    reach = int(TALLEST * length)
    first = _across_the_bars(grey, left, right)
    along = max((_turned(first, degrees) for degrees in TURNS), key=lambda way: int(_alike(grey, left, right, way, NEAR).sum()))
    bars = np.array([-along[1], along[0]])
    alike = _alike(grey, left, right, along, reach)
    up = next((k for k in range(reach) if not alike[reach - k]), reach)
    down = next((k for k in range(reach) if not alike[reach + k]), reach)
    middle, half, least = (left + right) / 2, abs(float((right - left) @ along)) / 2, float(np.hypot(*(a - d))) / 2
    ends = ((-half, -max(up, least)), (half, -max(up, least)), (half, max(down, least)), (-half, max(down, least)))
    return [(float(x), float(y)) for x, y in (middle + u * along + v * bars for u, v in ends)]


def _across_the_bars(grey: Grey, left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    """Return the unit vector at right angles to the bars on a scan line, from its left end to its right."""
    x0, y0 = np.floor(np.minimum(left, right)).astype(int) - BESIDE_PX
    x1, y1 = np.ceil(np.maximum(left, right)).astype(int) + BESIDE_PX + 1
    patch = grey[max(0, y0) : max(0, y1), max(0, x0) : max(0, x1)].astype(np.float32)
    reading = (right - left) / np.hypot(*(right - left))
    if min(patch.shape) < 3:
        return np.asarray(reading)
    gx, gy = cv2.Sobel(patch, cv2.CV_32F, 1, 0), cv2.Sobel(patch, cv2.CV_32F, 0, 1)
    # The direction in which most changes: the larger eigenvector of the gradients' products.
    angle = 0.5 * np.arctan2(2 * float((gx * gy).sum()), float((gx * gx - gy * gy).sum()))
    across = np.array([np.cos(angle), np.sin(angle)])
    across *= np.sign(across @ reading) or 1.0
    return across if across @ reading >= LEAST_COSINE else np.asarray(reading)


def _turned(way: NDArray[Any], degrees: float) -> NDArray[Any]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([c * way[0] - s * way[1], s * way[0] + c * way[1]])


def _alike(grey: Grey, left: NDArray[Any], right: NDArray[Any], along: NDArray[Any], reach: int) -> NDArray[np.bool_]:
    """Return, for each line from `reach` above the reading's middle to `reach` below, whether its profile is the reading's.

    Lines run `along`, a unit vector, between the ends of the reading; the bars, at right angles to it, carry its profile.
    """
    samples = np.linspace(0, 1, max(64, int(np.hypot(*(right - left)))))[:, None]
    reading = left + (right - left) * samples
    middle, half = (left + right) / 2, abs(float((right - left) @ along)) / 2
    line = middle + along * half * (2 * samples - 1)
    offsets = np.arange(-reach, reach + 1)[:, None]
    x = np.vstack([reading[:, 0], line[:, 0] - along[1] * offsets]).astype(np.float32)
    y = np.vstack([reading[:, 1], line[:, 1] + along[0] * offsets]).astype(np.float32)
    lines = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    lines -= lines.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(lines, axis=1) + 1e-3
    same: NDArray[np.bool_] = (lines[1:] @ lines[0]) / (norms[1:] * norms[0]) > ALIKE
    # The reading itself crosses the middle.
    same[reach] = True
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
