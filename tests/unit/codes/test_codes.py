"""Which codes are found, decoded or not, that their modules lie under the mask, and that no payload is kept."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import zxingcpp

from redact.errors import EngineError
from redact.finding import Category, Shape
from redact.geometry import Quad
from redact.masking import fill_shape
from redact.models.codes import code_detector, zxing
from redact.models.codes.extent import whole_stack
from redact.page import Page
from tests.unit.codes.drawn import PAYLOAD, Pixels, coded, inverted
from tests.unit.seals.drawn import BLACK, Sheet, covered_share

WHOLE = 0.95
HINTS = {"QRCode": "qr", "DataMatrix": "datamatrix", "PDF417": "pdf417", "Aztec": "aztec", "Code128": "linear", "Code39": "linear"}


@pytest.mark.parametrize(("kind", "hint"), HINTS.items())
def test_a_code_is_masked_whole_and_named(kind: str, hint: str) -> None:
    sheet = coded(kind, scale=3)
    findings = code_detector().find(sheet.page())
    assert [(finding.category, finding.hint) for finding in findings] == [(Category.CODE, hint)]
    assert covered_share(findings, sheet.ink) >= WHOLE


@pytest.mark.parametrize("scale", [2, 3, 6])
@pytest.mark.parametrize("colour", [(0, 0, 0), (200, 30, 45), (40, 60, 165)])
def test_a_small_or_coloured_qr_code_is_masked_whole(scale: int, colour: tuple[int, int, int]) -> None:
    sheet = coded("QRCode", scale, colour)
    assert covered_share(code_detector().find(sheet.page()), sheet.ink) >= WHOLE


def test_a_light_code_on_dark_ground_is_masked_whole() -> None:
    sheet = coded("QRCode")
    page = replace(sheet.page(), pixels=inverted(sheet.pixels))
    assert covered_share(code_detector().find(page), sheet.ink) >= WHOLE


def torn(place: Pixels) -> None:
    side = place.shape[0]
    place[side * 4 // 10 :, side * 4 // 10 : side * 9 // 10] = 245


def test_a_damaged_qr_code_that_says_nothing_is_masked_all_the_same() -> None:
    sheet = coded("QRCode", spoil=torn)
    findings = code_detector().find(sheet.page())
    assert all(finding.score < 1 for finding in findings)
    assert covered_share(findings, sheet.ink) >= WHOLE


def scratched(place: Pixels) -> None:
    cv2.line(place, (place.shape[1] // 3, 0), (place.shape[1] // 2, place.shape[0]), (245, 245, 245), 8)


def test_bars_are_masked_to_their_ends_where_only_some_lines_can_be_read() -> None:
    sheet = coded("Code128", scale=3, spoil=scratched)
    assert covered_share(code_detector().find(sheet.page()), sheet.ink) >= WHOLE


@pytest.mark.parametrize("size", [3.0, 5.0])
def test_text_is_no_code(size: float) -> None:
    assert code_detector().find(Sheet().text(10, 170, BLACK, size).page()) == ()


def test_no_payload_is_kept() -> None:
    assert PAYLOAD not in repr(code_detector().find(coded("QRCode").page()))


def test_a_page_as_large_as_a_poster_is_looked_at() -> None:
    sheet = coded("QRCode")
    large = cv2.resize(sheet.pixels, (8000, 6000), interpolation=cv2.INTER_NEAREST)
    ink = cv2.resize(sheet.ink.astype(np.uint8), (8000, 6000), interpolation=cv2.INTER_NEAREST) > 0
    assert covered_share(code_detector().find(Page(number=1, pixels=large, dpi=600)), ink) >= WHOLE


@pytest.mark.parametrize("kind", ["CompactPDF417", "PDF417"])
def test_stacked_codes_are_found_on_pages_of_any_tone(kind: str) -> None:
    sheet = coded(kind, scale=3)
    assert covered_share(code_detector().find(sheet.page()), sheet.ink) >= WHOLE
    bilevel = np.where(sheet.pixels < 128, 0, 255).astype(np.uint8)
    assert covered_share(code_detector().find(Page(1, bilevel, 150)), sheet.ink) >= WHOLE


def test_of_two_stacked_codes_on_a_page_both_are_found() -> None:
    first, second = coded("PDF417", scale=3), coded("PDF417", scale=3, payload="B9876543210")
    pixels = np.vstack([first.pixels, second.pixels])
    ink = np.vstack([first.ink, second.ink])
    assert covered_share(code_detector().find(Page(1, pixels, 150)), ink) >= WHOLE


def bars(widths: list[int], module: int = 3) -> Pixels:
    """Return a sheet with bars and spaces of so many modules each, in turn, the first a bar."""
    pixels = np.full((480, 640, 3), 245, np.uint8)
    x = 60
    for number, width in enumerate(widths):
        if number % 2 == 0:
            pixels[150:230, x : x + width * module] = 20
        x += width * module
    return pixels


def test_bars_that_nobody_can_decode_are_a_code() -> None:
    sheet = bars([1, 4, 2, 1, 3, 3, 1, 1, 4, 2, 2, 1] * 5)
    found = code_detector().find(Page(1, sheet, 150))
    assert [(finding.hint, finding.score) for finding in found] == [("linear", 0.5)]
    assert covered_share(found, sheet[..., 0] < 128) >= WHOLE


def test_hatching_and_ruled_lines_are_no_code() -> None:
    assert code_detector().find(Page(1, bars([2] * 70), 150)) == ()
    assert code_detector().find(Page(1, bars([1, 3] * 40), 150)) == ()
    ruled = np.full((480, 640, 3), 245, np.uint8)
    ruled[20:460:18] = 20
    ruled[:, 40:600:90] = 20
    assert code_detector().find(Page(1, ruled, 150)) == ()


@pytest.mark.parametrize("part", [np.s_[:, : 5 / 8], np.s_[: 2 / 5, :], np.s_[3 / 5 :, :]])
@pytest.mark.parametrize("degrees", [0, 7, 90])
def test_a_stacked_code_of_which_a_part_was_located_is_covered_whole(part: tuple[slice, slice], degrees: int) -> None:
    sheet = coded("PDF417", scale=3)
    ys, xs = np.nonzero(sheet.ink)
    (y0, y1), (x0, x1) = (_cut(part[0], ys.min(), ys.max()), _cut(part[1], xs.min(), xs.max()))
    turn = cv2.getRotationMatrix2D((320.0, 240.0), degrees, 1.0)
    grey = cv2.warpAffine(sheet.pixels[..., 0], turn, (640, 640), borderValue=245)
    ink = cv2.warpAffine(sheet.ink.astype(np.uint8), turn, (640, 640)) > 0
    located = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    quad = Quad.of([tuple(turn @ (x, y, 1.0)) for x, y in located])

    whole = whole_stack(np.asarray(grey, np.uint8), quad)

    covered = np.zeros(ink.shape, np.bool_)
    fill_shape(covered, whole.grow(2, 2), Shape.QUAD)
    assert float(covered[ink].mean()) >= 0.98
    assert whole.area <= 1.3 * (np.ptp(xs) + 1) * (np.ptp(ys) + 1)


def _cut(part: slice, first: int, last: int) -> tuple[float, float]:
    long = last - first + 1
    return first + long * (part.start or 0.0), first + long * (part.stop or 1.0)


def test_what_has_no_rows_of_bars_is_left_as_it_was_located() -> None:
    quad = Quad.of([(100, 100), (300, 100), (300, 160), (100, 160)])
    assert whole_stack(np.full((480, 640), 200, np.uint8), quad) == quad


class _Located:
    """What zxing-cpp says of a code that it located and could not decode."""

    valid, format, bytes, text = False, "PDF417", b"", ""

    def __init__(self, *corners: tuple[int, int]) -> None:
        points = [SimpleNamespace(x=x, y=y) for x, y in corners]
        self.position = SimpleNamespace(top_left=points[0], top_right=points[1], bottom_right=points[2], bottom_left=points[3])


@pytest.mark.parametrize(
    ("corners", "found"),
    [
        (((100, 100), (300, 100), (300, 160), (100, 160)), 1),
        (((0, 100), (120, 100), (120, 140), (0, 140)), 1),
        (((0, 0), (300, 0), (300, 160), (0, 160)), 0),
        (((100, 400), (-20, -10), (30, -12), (200, 390)), 0),
    ],
)
def test_a_stacked_code_that_was_located_by_half_masks_no_half_page(
    corners: tuple[tuple[int, int], ...], found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zxingcpp, "read_barcodes", lambda *_, **__: [_Located(*corners)])
    page = Page(1, np.full((480, 640, 3), 200, np.uint8), 150)
    assert len(code_detector().find(page)) == found


def test_a_failure_of_the_library_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(zxingcpp, "read_barcodes", broken)
    with pytest.raises(EngineError):
        code_detector().find(coded("QRCode").page())


def test_a_missing_library_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zxing, "zxingcpp", None)
    with pytest.raises(EngineError):
        zxing.Zxing()
