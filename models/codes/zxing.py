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
from redact.models.codes.bars import bar_fields
from redact.models.codes.extent import SMALLEST_PX, full_height, whole_stack
from redact.page import Page

try:
    import zxingcpp
except ImportError:
    zxingcpp = None

Grey = NDArray[np.uint8]

HINTS = {"qr": "qr", "datamatrix": "datamatrix", "pdf417": "pdf417", "aztec": "aztec", "maxicode": "maxicode"}
# The least modules a side, by which a module's size is guessed from above: QR has 21 and more, a Data Matrix from 10.
MODULES = {"qr": 21, "datamatrix": 10, "pdf417": 40, "aztec": 15, "maxicode": 30, "linear": 60}
LONGEST_PX = 5000
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
        for sigma, formats, level in _looks(grey):
            # Of two PDF417 on a page one is found, and the other once that is covered.
            seen = grey if formats is not _stacked() else _without(grey, found, scale)
            look = _blurred(seen, sigma) if sigma else seen
            codes = _findings(look, _read(look, list(formats), level, page.number), scale, self.engine, tells)
            found += [code for code in codes if not _is_among(code, found)]
        return (*found, *self._closed(grey, page.px_per_mm * scale, found, scale))

    def _closed(self, grey: Grey, px_per_mm: float, found: Sequence[Finding], scale: float) -> Iterator[Finding]:
        """Yield the bar codes that did not open, and are seen by their bars."""
        for field in bar_fields(grey, px_per_mm):
            centre = (field.centre[0] / scale, field.centre[1] / scale)
            if not any(code.quad.contains(*centre) for code in found):
                yield _finding(whole_stack(grey, field), scale, self.engine, "linear", 0.5)


def _looks(grey: Grey) -> Iterator[tuple[float, tuple[Any, ...], Any]]:
    """Yield how much the page is blurred (sigma, px) for a look, the formats to seek, and by which level it is made black and white."""
    around, one = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
    yield 0.0, _readable(), around
    if _is_bilevel(grey):
        # Beside the first look, not instead of it: small modules open only as they are.
        yield from ((SOFT, _readable(), around), (SOFT, _readable(), one), (SOFTER, _readable(), around))
    else:
        yield SOFT, _stacked(), around


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


def _read(grey: Grey, formats: list[Any], level: Any, number: int) -> list[Any]:
    try:
        found: list[Any] = zxingcpp.read_barcodes(grey, formats=formats, binarizer=level, return_errors=True)
    except (RuntimeError, ValueError, TypeError, MemoryError):
        raise EngineError(page=number, engine="codes", what="zxing-cpp") from None
    return found


def _findings(grey: Grey, barcodes: list[Any], scale: float, engine: Engine, tells: Callable[[bytes], bool]) -> Iterator[Finding]:
    for barcode in barcodes:
        hint = _hint(barcode.format)
        corners = _corners(barcode.position)
        if hint == "linear":
            corners = full_height(grey, corners)
        quad = Quad.of(corners) if _spans_an_area(corners) else None
        if quad is None or not (barcode.valid or _is_likely(hint, grey, quad)):
            continue
        if hint == "pdf417":
            quad = whole_stack(grey, quad)
        told = tells(bytes(barcode.bytes)) or tells(str(barcode.text).encode())
        yield _finding(quad, scale, engine, hint, 1.0 if barcode.valid else 0.5, told)


def _finding(quad: Quad, scale: float, engine: Engine, hint: str, score: float, own: bool = False) -> Finding:
    module = 1 + max(quad.length, quad.thickness) / MODULES[hint]
    points = [(x / scale, y / scale) for x, y in quad.grow(module, module).points]
    return Finding(Category.CODE, Quad.of(points), score, engine, OWN_CODE if own else hint)


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
