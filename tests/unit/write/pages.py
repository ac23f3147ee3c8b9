"""Small masked pages, and what an independent decoder reads from a written file."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from redact.finding import Category
from redact.geometry import Box
from redact.masking import mask
from redact.page import Page, Pixels
from redact.pipeline.medium import Codec, Kind, Medium
from redact.redaction import Redaction

OUTPUT_KINDS = (Kind.PDF, Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.BMP, Kind.WEBP, Kind.GIF)
DPI = 200.0
MASK = Box(24, 20, 60, 44)


def redaction(box: Box = MASK) -> Redaction:
    return Redaction("name-1", Category.NAME, box.quad(), "name.exact")


def medium(codec: Codec, page: Page, **more: object) -> Medium:
    return Medium(codec, (page.width * 72 / DPI, page.height * 72 / DPI), **more)  # type: ignore[arg-type]


def masked(pixels: Pixels, box: Box = MASK) -> Page:
    return mask(Page(1, pixels, DPI), [redaction(box)])


def paper(width: int = 96, height: int = 80) -> Pixels:
    """A page as a born-digital one is: white, black strokes, a red ring."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    pixels[8:10, 6:90] = 0
    pixels[50:70, 30:34] = (200, 30, 30)
    pixels[50:70:3, 60:80] = (90, 90, 90)
    return pixels


@st.composite
def small_pages(draw: st.DrawFn) -> Pixels:
    """Pages of any size from 65 x 49 px: two levels, a few colours, soft colours, or noise of small contrast."""
    width, height = draw(st.integers(65, 90)), draw(st.integers(49, 70))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    style = draw(st.sampled_from(("levels", "colours", "grey", "soft")))
    if style == "levels":
        return np.repeat(random.integers(0, 2, (height, width, 1), np.uint8) * np.uint8(255), 3, 2)
    if style == "colours":
        count = draw(st.integers(1, 300))
        return random.integers(0, 256, (count, 3), np.uint8)[random.integers(0, count, (height, width))]
    if style == "grey":
        return np.repeat(random.integers(0, 256, (height, width, 1), np.uint8), 3, 2)
    coarse = Image.fromarray(random.integers(0, 256, (6, 6, 3), np.uint8))
    return np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))


def decoded(content: bytes, kind: Kind) -> list[Pixels]:
    """The pages' pixels, RGB, as another library reads them."""
    if kind is not Kind.PDF:
        with Image.open(io.BytesIO(content), formats=[kind.value.upper()]) as image:
            return [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)]
    file = pypdfium2.PdfDocument(content)
    try:
        return [np.asarray(next(iter(page.get_objects())).get_bitmap().to_pil().convert("RGB")) for page in file]
    finally:
        file.close()
