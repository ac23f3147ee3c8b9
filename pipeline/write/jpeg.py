"""JPEG: the source's own tables and sampling where they are known, finer ones where a mask would ring."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redact.page import Pixels
from redact.pipeline.write.encoded import LOSSY

Fill = tuple[int, int, int]
Tables = tuple[tuple[int, ...], ...]

# Above this a mask counts as not solid; the verifier's own threshold is the same.
SOLID_BELOW = 40
# Without a source's tables: 88 and full chroma, since thin coloured strokes do not survive halved chroma.
QUALITY = 88
# A mask is at least as thick as this, a pen stroke is not: only masks decide about finer tables.
MASK_PX = 7
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to store a JPEG: quality where `tables` is empty."""

    tables: Tables
    subsampling: int
    quality: int = QUALITY


def encode_jpeg(pixels: Pixels, grey: bool, dpi: float, setting: Setting, fill: Fill) -> tuple[bytes, int]:
    """Return a JFIF file of RGB pixels and the subsampling it has.

    Coarse tables ring, and halved chroma bleeds, over a mask's edge into the mask. The first faithful setting is taken;
    the last one is near lossless and taken in any case (the verifier judges it).
    """
    image = Image.fromarray(pixels[:, :, 0] if grey else pixels)
    content = b""
    for attempt in _finer(setting):
        content = _save(image, dpi, attempt)
        if faithful(content, "JPEG", pixels, fill):
            return content, attempt.subsampling
    return content, 0


def faithful(content: bytes, decoder: str, pixels: Pixels, fill: Fill) -> bool:
    """True where the encoded picture keeps every mask darker than SOLID_BELOW and every pixel within the codec's bound."""
    with Image.open(io.BytesIO(content), formats=[decoder]) as image:
        written = np.asarray(image)
    meant = pixels if written.ndim == 3 else np.ascontiguousarray(pixels[:, :, 0])
    if int(cv2.absdiff(written, meant).max()) > LOSSY.pixel:
        return False
    masked = _masked(pixels, fill)
    return not masked.any() or int(written[masked > 0].max()) < SOLID_BELOW


def usable(tables: Tables) -> Tables:
    """Return the tables as far as a baseline file can hold them (8 bit, two tables), or none."""
    sane = all(len(table) == _BLOCK and min(table) >= 1 and max(table) <= 255 for table in tables)
    return tables[:3] if sane else ()


def _finer(setting: Setting) -> Iterator[Setting]:
    yield setting
    if setting.subsampling:
        yield Setting(setting.tables, 0, setting.quality)
    for divisor in (2, 4):
        if setting.tables:
            yield Setting(tuple(tuple(max(1, q // divisor) for q in table) for table in setting.tables), 0)
    yield Setting((), 0, 95)
    yield Setting((), 0, 100)


def _save(image: Image.Image, dpi: float, setting: Setting) -> bytes:
    file = io.BytesIO()
    density = min(65535, max(1, round(dpi)))
    how: dict[str, object] = {"quality": setting.quality}
    if setting.tables:
        tables = setting.tables[:1] if image.mode == "L" else setting.tables
        how = {"qtables": [list(table) for table in tables]}
    image.save(file, "JPEG", dpi=(density, density), subsampling=setting.subsampling, optimize=True, **how)
    return file.getvalue()


def _masked(pixels: Pixels, fill: Fill) -> NDArray[np.uint8]:
    """Return 1 where a mask lies: the fill's colour, at least MASK_PX thick in both directions."""
    same = cv2.inRange(pixels, np.array(fill, np.uint8), np.array(fill, np.uint8))
    opened = cv2.morphologyEx(same, cv2.MORPH_OPEN, np.ones((MASK_PX, MASK_PX), np.uint8), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(opened, dtype=np.uint8)
