"""PDF pages by MuPDF: the first renderer, which gives pixels, words and doubts. Runs in the child alone.

A page that is one stored image becomes that image, decoded and not resampled: drawing it on its own grid would change
pixels by up to 49 levels, since the page's size in points is rounded. Every other page is drawn, as a viewer shows it:
annotations and fields on, layers as the file sets them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from math import sqrt
from typing import TypeVar

import cv2
import pymupdf
from PIL import Image

from redact.errors import DamagedError, EmptyError, EncryptedError, LimitError
from redact.page import Page, Pixels
from redact.pipeline.intake import doubts, stored, textlayer, tone
from redact.pipeline.intake.drawing import draw, turn
from redact.pipeline.intake.frame import Frame
from redact.pipeline.medium import Codec, IntakePage, Medium
from redact.policy import Limits, Raster

# A page longer than this (A3 is 1191 pt) is drawn as if it were this long: a poster needs no 200 dpi.
LONG_PT = 1200.0
# An image of this share of the page makes the page a scan, of this share one with a picture in it.
SCAN_SHARE, PICTURE_SHARE = 0.7, 0.05
LOSSY_FILTERS = ("DCTDecode", "JPXDecode")
REFERENCE = re.compile(r"(\d+) 0 R")
LAYER_PROOF_SCALE = 0.7
# Marks that an empty page of a word processor has: spaces, and white paper drawn as a rectangle.
PLAIN_MARKS = frozenset({"fill-text", "ignore-text", "fill-path", "clip-path"})
INFLATE_STEP = 1 << 20
# Complaints that take nothing from the page: a font that does not know its own height, and the count of repeated lines.
HARMLESS = ("bogus font ascent/descent values", "... repeated ")
# Said of a stream that was cut off, and of one without any bytes, as some writers make of an empty appearance.
PREMATURE = "premature end of data in flate filter"
T = TypeVar("T")


class MuPdf:
    """A PDF. Raises EncryptedError, DamagedError, EmptyError, LimitError."""

    def __init__(self, content: bytes, limits: Limits, raster: Raster) -> None:
        _warnings()
        self._file = _opened(content)
        self._limits, self._raster = limits, raster
        self._doubts = tuple(_file_doubts(self._file, limits.pages))
        self._with_layers = _with_all_layers(self._file, content)

    @property
    def page_count(self) -> int:
        return int(self._file.page_count)

    @property
    def doubts(self) -> tuple[str, ...]:
        return self._doubts

    def page(self, number: int) -> IntakePage:
        """Return a page: pixels, how they were stored, the text layer's words, and what may be missing."""
        try:
            return _memory_told(lambda: self._page(number))
        finally:
            # MuPDF keeps up to 256 MB of decoded images, fonts and glyphs: a long document's child grew by 180 MB, for nothing.
            pymupdf.TOOLS.store_shrink(100)

    def _page(self, number: int) -> IntakePage:
        _warnings()
        page = self._file.load_page(number - 1)
        _require_images(page, self._limits)
        pixels, medium, frame = stored.whole_page_image(self._file, page, self._raster, self._limits) or self._drawn(page)
        if medium.codec is Codec.LOSSLESS or not medium.native:
            pixels = tone.without_faint_ink(pixels)
        words, cut_off = textlayer.words(page, frame)
        codes = [code for code in _page_doubts(self._file, page, pixels, medium, bool(words)) if code not in self._doubts]
        codes += [doubts.TEXT_LAYER] if cut_off else []
        codes += [doubts.LAYERS] if self._differs_with_all_layers(page, number) else []
        return IntakePage(Page(number, pixels, frame.dpi, words), medium, tuple(codes))

    def _drawn(self, page: pymupdf.Page) -> tuple[Pixels, Medium, Frame]:
        scale = _scale(page, self._raster, self._limits)
        pixels = draw(page, scale)
        grey = tone.nearly_grey(pixels)
        if grey:
            pixels = tone.grey(pixels)
        codec = Codec.JPEG if _shows_lossy_picture(page) else Codec.LOSSLESS
        medium = Medium(codec, (page.rect.width, page.rect.height), grey)
        return pixels, medium, Frame(page.rect.x0, page.rect.y0, scale, scale, pixels.shape[1], pixels.shape[0])

    def _differs_with_all_layers(self, page: pymupdf.Page, number: int) -> bool:
        if self._with_layers is None:
            return False
        ours, other = (draw(p, LAYER_PROOF_SCALE) for p in (page, self._with_layers.load_page(number - 1)))
        return ours.shape != other.shape or int(cv2.absdiff(ours, other).max()) > tone.GREY_SPREAD


def _opened(content: bytes) -> pymupdf.Document:
    try:
        file = _memory_told(lambda: pymupdf.open(stream=content, filetype="pdf"))
    except (pymupdf.FileDataError, RuntimeError, ValueError):
        raise DamagedError(what="no readable structure") from None
    if not file.is_pdf:
        raise DamagedError(what="no readable structure")
    if file.needs_pass:
        raise EncryptedError
    if file.page_count < 1:
        raise EmptyError(what="0 pages")
    return file


def _memory_told(action: Callable[[], T]) -> T:
    """Do it; a failed allocation in MuPDF becomes a MemoryError."""
    try:
        return action()
    except pymupdf.mupdf.FzErrorSystem:
        raise MemoryError from None


def _warnings() -> list[str]:
    """Return what MuPDF complained about since the last call. It may quote the document, so it goes no further."""
    lines = str(pymupdf.TOOLS.mupdf_warnings(reset=True)).splitlines()
    return [line for line in lines if line and not line.startswith(HARMLESS)]


def _lost_something(file: pymupdf.Document) -> bool:
    """True where a complaint since the last call may mean that a part of the page is missing."""
    complaints = _warnings()
    return any(line != PREMATURE for line in complaints) or (bool(complaints) and _has_cut_off_stream(file))


def _has_cut_off_stream(file: pymupdf.Document) -> bool:
    streams = (number for number in range(1, file.xref_length()) if file.xref_is_stream(number))
    return any(_is_cut_off(file.xref_stream_raw(n)) for n in streams if "FlateDecode" in file.xref_get_key(n, "Filter")[1][:14])


def _is_cut_off(raw: bytes) -> bool:
    inflater, left = zlib.decompressobj(), raw
    try:
        while left and not inflater.eof:
            inflater.decompress(left, INFLATE_STEP)
            left = inflater.unconsumed_tail
    except zlib.error:
        return True
    return bool(raw) and not inflater.eof


def _file_doubts(file: pymupdf.Document, most_pages: int) -> Iterator[str]:
    if file.is_repaired:
        yield doubts.REPAIRED
    if _leaves(file, most_pages) != file.page_count:
        yield doubts.PAGE_COUNT
    if file.xref_get_key(file.pdf_catalog(), "NeedsRendering")[1] == "true":
        yield doubts.DYNAMIC_FORM
    if _lost_something(file):
        yield doubts.WARNING


def _leaves(file: pymupdf.Document, most_pages: int) -> int:
    """Return the number of pages that the page tree really holds."""
    left, seen, leaves = [*_references(file, file.pdf_catalog(), "Pages")], set[int](), 0
    while left and len(seen) <= 20 * most_pages:
        node = left.pop()
        if node in seen:
            continue
        seen.add(node)
        if file.xref_get_key(node, "Kids")[0] == "null":
            leaves += 1
        left += _references(file, node, "Kids")
    return leaves


def _references(file: pymupdf.Document, node: int, key: str) -> list[int]:
    kind, value = file.xref_get_key(node, key)
    if kind == "xref" and key == "Kids":
        value = file.xref_object(int(value.split()[0]), compressed=True)
    return [int(number) for number in REFERENCE.findall(value) if 0 < int(number) < file.xref_length()]


def _with_all_layers(file: pymupdf.Document, content: bytes) -> pymupdf.Document | None:
    """Return the file once more with every layer shown, None where it has none: without a table of layers nothing hides."""
    if not file.get_ocgs():
        return None
    other = pymupdf.open(stream=content, filetype="pdf")
    other.xref_set_key(other.pdf_catalog(), "OCProperties", "null")
    return other


def _require_images(page: pymupdf.Page, limits: Limits) -> None:
    for entry in page.get_images(full=True):
        width, height = entry[2:4]
        if width * height > limits.image_pixels:
            raise LimitError(what="pixels of an image", value=width * height, limit=limits.image_pixels)


def _page_doubts(file: pymupdf.Document, page: pymupdf.Page, pixels: Pixels, medium: Medium, has_words: bool) -> Iterator[str]:
    if _lost_something(file):
        yield doubts.WARNING
    if file.is_repaired:
        yield doubts.REPAIRED
    if tone.is_blank(pixels) and (has_words or not _is_meant_blank(file, page)):
        yield doubts.BLANK
    decoded_by_us = medium.native and medium.codec is Codec.JPEG
    if not decoded_by_us and not all(_decodes(file, entry) for entry in page.get_images(full=True)):
        yield doubts.IMAGE


def _is_meant_blank(file: pymupdf.Document, page: pymupdf.Page) -> bool:
    """True where nothing on the page could have shown: no image, shading or annotation, and its contents are all there."""
    references = _references(file, page.xref, "Contents")
    whole = file.xref_get_key(page.xref, "Contents")[0] == "null" or (bool(references) and all(map(file.xref_is_stream, references)))
    return whole and not page.first_annot and not page.first_widget and {kind for kind, _ in page.get_bboxlog()} <= PLAIN_MARKS


def _decodes(file: pymupdf.Document, entry: tuple[object, ...]) -> bool:
    """True unless the image is a JPEG that ends too early: MuPDF draws grey or noise there, without a warning."""
    if entry[8] != "DCTDecode":
        return True
    try:
        with Image.open(BytesIO(file.xref_stream_raw(entry[0])), formats=("JPEG",)) as image:
            image.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _scale(page: pymupdf.Page, raster: Raster, limits: Limits) -> float:
    """Return px per pt: the scan's own resolution within the policy's bounds, else `raster.dpi`; less on posters."""
    dpi = float(raster.dpi)
    scan_dpi, share = _scan(page)
    if share >= SCAN_SHARE:
        least = raster.dpi if _has_visible_text(page) else raster.least_dpi
        dpi = min(max(scan_dpi, least), raster.most_dpi)
    longest = max(page.rect.width, page.rect.height)
    if longest > LONG_PT:
        dpi *= LONG_PT / longest
    return min(dpi / 72, sqrt(limits.page_pixels / (page.rect.width * page.rect.height)))


def _scan(page: pymupdf.Page) -> tuple[float, float]:
    """Return the finest resolution (dpi) and the summed share of the page of the images that are no small pictures."""
    finest, share = 0.0, 0.0
    for place in page.get_image_info():
        area = pymupdf.Rect(place["bbox"])
        part = abs(area & (page.rect * ~turn(page))) / abs(page.rect)
        if part >= PICTURE_SHARE / 5:
            matrix = pymupdf.Matrix(place["transform"])
            finest = max(finest, place["width"] * 72 / max(1e-3, sqrt(matrix.a**2 + matrix.b**2)))
            share += part
    return finest, share


def _has_visible_text(page: pymupdf.Page) -> bool:
    return any(kind in ("fill-text", "stroke-text") for kind, _ in page.get_bboxlog())


def _shows_lossy_picture(page: pymupdf.Page) -> bool:
    lossy = any(name in str(entry[8]) for entry in page.get_images(full=True) for name in LOSSY_FILTERS)
    return lossy and _scan(page)[1] >= PICTURE_SHARE
