"""A file's pages as a person sees them, decoded by other code than the product's."""

from __future__ import annotations

import io
from collections.abc import Sequence

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

Picture = NDArray[np.uint8]
Size = tuple[int, int]


def pictures(content: bytes, sizes: Sequence[Size]) -> list[Picture]:
    """Return the pages, upright, RGB, each brought to its (width, height). Raises ValueError where number or shape differ."""
    pages = _of_pdf(content, sizes) if b"%PDF-" in content[:1024] else _of_image(content)
    if len(pages) != len(sizes):
        raise ValueError("other number of pages")
    return [_fitted(page, size) for page, size in zip(pages, sizes, strict=True)]


def _of_pdf(content: bytes, sizes: Sequence[Size]) -> list[Picture]:
    with pymupdf.open(stream=content, filetype="pdf") as file:
        if len(file) != len(sizes):
            raise ValueError("other number of pages")
        return [_drawn(page, max(size) / max(page.rect.width, page.rect.height)) for page, size in zip(file, sizes, strict=True)]


def _drawn(page: pymupdf.Page, zoom: float) -> Picture:
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False)
    return np.frombuffer(bytes(pixmap.samples), np.uint8).reshape(pixmap.h, pixmap.w, 3)


def _of_image(content: bytes) -> list[Picture]:
    import pi_heif

    pi_heif.register_heif_opener()
    with Image.open(io.BytesIO(content)) as image:
        frames = [ImageOps.exif_transpose(frame) or frame for frame in ImageSequence.Iterator(image)]
        return [np.asarray(frame.convert("RGB")) for frame in frames]


def _fitted(page: Picture, size: Size) -> Picture:
    (h, w), (width, height) = page.shape[:2], size
    if abs(w * height - h * width) > 0.02 * w * height:
        raise ValueError("other shape")
    if (w, h) == size:
        return page
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA if w > width else cv2.INTER_CUBIC), dtype=np.uint8)
