"""Encodes one masked page, without the others."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image

from redact.masking import BLACK
from redact.page import Page
from redact.pipeline.medium import Codec, Kind, Medium
from redact.pipeline.write.encoded import EncodedPage
from redact.pipeline.write.exact import Samples, differences, flate, is_bilevel, is_grey, png, samples
from redact.pipeline.write.fax import group4
from redact.pipeline.write.few_colours import gif
from redact.pipeline.write.jpeg import QUALITY, Fill, Setting, encode_jpeg, faithful, usable

# An exact page below this many bytes a pixel is text on paper, and JPEG would not be smaller (measured: .1 against .2).
_CHEAP_BYTES_PER_PIXEL = 0.25
# Exact is worth half as much again as JPEG.
_EXACT_WORTH = 1.5
# A HEIC or lossy WebP picture has no tables to repeat.
_PHOTO_QUALITY = 90


def encode_page(page: Page, medium: Medium, kind: Kind, fill: Fill = BLACK) -> EncodedPage:
    """Return a masked page as it will be stored: `redact.pipeline.write.encode`, which loads the codecs on first use."""
    match kind:
        case Kind.PDF | Kind.TIFF:
            return _bare(page, medium, kind, fill)
        case Kind.JPEG:
            return _jpeg(page, medium, fill)
        case Kind.WEBP:
            return _webp(page, medium, fill)
        case Kind.GIF:
            content, exact = gif(page.pixels)
            return _page(page, medium, content, Codec.LOSSLESS if exact else Codec.JPEG)
        case Kind.PNG | Kind.BMP:
            return _picture(page, medium, png if kind is Kind.PNG else _bmp)
        case _:
            raise ValueError("no output kind")


def _bare(page: Page, medium: Medium, kind: Kind, fill: Fill) -> EncodedPage:
    """The compressed samples alone, for a file that describes them elsewhere."""
    grey = is_grey(page.pixels)
    if grey and is_bilevel(page.pixels):
        return _page(page, medium, group4(page.pixels), Codec.BILEVEL, grey=True, bits=1)
    if medium.codec is Codec.JPEG:
        return _jpeg(page, medium, fill)
    exact = _exact(page, medium, kind, grey)
    if kind is Kind.TIFF or len(exact.content) <= _CHEAP_BYTES_PER_PIXEL * page.width * page.height:
        return exact
    lossy = _jpeg(page, medium, fill)
    return exact if len(exact.content) <= _EXACT_WORTH * len(lossy.content) else lossy


def _exact(page: Page, medium: Medium, kind: Kind, grey: bool) -> EncodedPage:
    if kind is Kind.TIFF:
        return _page(page, medium, differences(page.pixels, grey), Codec.LOSSLESS, grey=grey)
    what = samples(page.pixels)
    content = flate(what)
    return _page(page, medium, content, Codec.LOSSLESS, grey=grey and not what.palette, bits=what.bits, palette=what.palette)


def _jpeg(page: Page, medium: Medium, fill: Fill) -> EncodedPage:
    tables = usable(medium.quantisation)
    own = Setting((), 0, _PHOTO_QUALITY if medium.native else QUALITY)
    setting = Setting(tables, medium.subsampling) if tables else own
    grey = is_grey(page.pixels)
    content, subsampling = encode_jpeg(page.pixels, grey, page.dpi, setting, fill)
    return _page(page, medium, content, Codec.JPEG, grey=grey, subsampling=subsampling)


def _picture(page: Page, medium: Medium, save: Callable[[Samples, float], bytes]) -> EncodedPage:
    what = samples(page.pixels)
    grey = not what.palette and what.image.mode != "RGB"
    return _page(page, medium, save(what, page.dpi), Codec.LOSSLESS, grey=grey, bits=what.bits, palette=what.palette)


def _bmp(what: Samples, dpi: float) -> bytes:
    file = io.BytesIO()
    what.image.save(file, "BMP", dpi=(dpi, dpi))
    return file.getvalue()


def _webp(page: Page, medium: Medium, fill: Fill) -> EncodedPage:
    """Lossy where the source was and where that is faithful; its halved chroma cannot be had otherwise."""
    if medium.codec is Codec.JPEG:
        lossy = _webp_file(page, lossless=False)
        if faithful(lossy, "WEBP", page.pixels, fill):
            return _page(page, medium, lossy, Codec.JPEG)
    return _page(page, medium, _webp_file(page, lossless=True), Codec.LOSSLESS)


def _webp_file(page: Page, lossless: bool) -> bytes:
    file = io.BytesIO()
    # Of a lossless picture "quality" is how long it tries to shrink it.
    quality = 50 if lossless else _PHOTO_QUALITY
    Image.fromarray(page.pixels).save(file, "WEBP", lossless=lossless, quality=quality, method=4)
    return file.getvalue()


def _page(
    page: Page,
    medium: Medium,
    content: bytes,
    codec: Codec,
    *,
    grey: bool = False,
    bits: int = 8,
    palette: bytes = b"",
    subsampling: int = 0,
) -> EncodedPage:
    return EncodedPage(content, codec, page.width, page.height, medium.size_pt, page.dpi, grey, bits, palette, subsampling)
