"""A page that is one stored image: the image itself, decoded and not resampled. Runs in the child alone."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image

from redact.page import Pixels
from redact.pipeline.intake import tone
from redact.pipeline.intake.drawing import array, draw, turn
from redact.pipeline.intake.frame import Frame
from redact.pipeline.intake.pictures import jpeg_coding
from redact.pipeline.medium import Codec, Medium
from redact.policy import Limits, Raster

# How far the image may end inside or outside of the page's edge, as a share of the page's side.
INSIDE, OUTSIDE = 0.01, 0.002
SAME_RESOLUTION = 0.02
# Scanners' 400 dpi, and what rounding to points makes of it.
MOST_DPI_FACTOR = 1.35
# The proof drawing: px per pt of a page, and how far image and drawing may differ on average, and in blocks of 8 px.
PROOF_SCALE = 0.7
PROOF_MEAN, PROOF_BLOCK = 3.0, 24.0
# A clip this much (pt) inside of the page's edge cuts nothing off.
MARGIN = (-1, -1, 1, 1)


@dataclass(frozen=True, slots=True)
class Placed:
    """The only image of a page: its object, its size in px, quarter turns clockwise, and the page area that it fills, pt."""

    xref: int
    width: int
    height: int
    turns: int
    area: pymupdf.Rect


def whole_page_image(file: pymupdf.Document, page: pymupdf.Page, raster: Raster, limits: Limits) -> tuple[Pixels, Medium, Frame] | None:
    """Return the decoded image where the page is that image and nothing else; None where the page must be drawn."""
    placed = _only_image(page)
    if placed is None or not _fills(placed, page.rect, raster, limits):
        return None
    drawing = draw(page, PROOF_SCALE)
    for decoded, medium in _decoded(file, placed, (page.rect.width, page.rect.height)):
        pixels = np.ascontiguousarray(np.rot90(decoded, -placed.turns))
        if _same_picture(pixels, drawing, placed.area, page.rect):
            return pixels, medium, _frame(placed, pixels)
    return None


def _only_image(page: pymupdf.Page) -> Placed | None:
    """Return the page's image if no other mark is on the page: no second image, text, line, annotation, field or mask."""
    entries, places = page.get_images(full=True), page.get_image_info()
    if len(entries) != 1 or len(places) != 1 or page.first_annot or page.first_widget:
        return None
    marks = [mark for mark in page.get_bboxlog() if mark[0] != "ignore-text" and not _clips_nothing(mark, page)]
    xref, soft_mask, width, height = entries[0][:4]
    if [kind for kind, _ in marks] not in (["fill-image"], ["fill-imgmask"]) or soft_mask:
        return None
    if (places[0]["width"], places[0]["height"]) != (width, height):
        return None
    matrix = pymupdf.Matrix(places[0]["transform"]) * turn(page)
    turns = _quarter_turns(matrix)
    area = pymupdf.Rect(places[0]["bbox"]) * turn(page)
    return Placed(xref, width, height, turns, area) if turns is not None else None


def _clips_nothing(mark: tuple[str, Any], page: pymupdf.Page) -> bool:
    area = pymupdf.Rect(mark[1]) * turn(page)
    return mark[0] == "clip-path" and bool((area + MARGIN).contains(page.rect))


def _quarter_turns(matrix: pymupdf.Matrix) -> int | None:
    """Return how many quarter turns clockwise the image is turned; None where it is skewed or mirrored."""
    straight, turned = abs(matrix.a) + abs(matrix.d), abs(matrix.b) + abs(matrix.c)
    if turned < 1e-3 * straight and matrix.a * matrix.d > 0:
        return 0 if matrix.a > 0 else 2
    if straight < 1e-3 * turned and matrix.b * matrix.c < 0:
        return 1 if matrix.b > 0 else 3
    return None


def _fills(placed: Placed, page: pymupdf.Rect, raster: Raster, limits: Limits) -> bool:
    area = placed.area
    gaps_x = ((area.x0 - page.x0) / page.width, (page.x1 - area.x1) / page.width)
    gaps_y = ((area.y0 - page.y0) / page.height, (page.y1 - area.y1) / page.height)
    if not all(-OUTSIDE <= gap <= INSIDE for gap in gaps_x + gaps_y) or placed.width * placed.height > limits.page_pixels:
        return False
    width, height = (placed.height, placed.width) if placed.turns % 2 else (placed.width, placed.height)
    dpi_x, dpi_y = width * 72 / area.width, height * 72 / area.height
    in_range = raster.least_dpi * 0.99 <= min(dpi_x, dpi_y) and max(dpi_x, dpi_y) <= raster.most_dpi * MOST_DPI_FACTOR
    return bool(in_range) and bool(abs(dpi_x / dpi_y - 1) <= SAME_RESOLUTION)


def _frame(placed: Placed, pixels: Pixels) -> Frame:
    height, width = pixels.shape[:2]
    return Frame(placed.area.x0, placed.area.y0, width / placed.area.width, height / placed.area.height, width, height)


def _decoded(file: pymupdf.Document, placed: Placed, size_pt: tuple[float, float]) -> list[tuple[Pixels, Medium]]:
    """Return the ways to read the stored image, as RGB, not turned yet; `_same_picture` says which one the page shows."""
    jpeg = _jpeg(file, placed, size_pt)
    if jpeg is not None:
        return [jpeg]
    pixmap = pymupdf.Pixmap(file, placed.xref)
    if pixmap.colorspace is None:
        # A stencil: its bits say where ink goes, and the usual ink is black.
        stencil = array(pixmap)
        return [_exact(np.repeat(levels, 3, axis=2), size_pt) for levels in (255 - stencil, stencil)]
    if pixmap.alpha or pixmap.n not in (1, 3):
        pixmap = pymupdf.Pixmap(pymupdf.csRGB, pixmap)
        pixmap = pymupdf.Pixmap(pixmap, 0) if pixmap.alpha else pixmap
    samples = array(pixmap)
    return [_exact(samples if samples.shape[2] == 3 else np.repeat(samples, 3, axis=2), size_pt)]


def _jpeg(file: pymupdf.Document, placed: Placed, size_pt: tuple[float, float]) -> tuple[Pixels, Medium] | None:
    stored = file.extract_image(placed.xref)
    if not stored or stored.get("ext") not in ("jpeg", "jpg"):
        return None
    try:
        with Image.open(BytesIO(stored["image"]), formats=("JPEG",)) as image:
            if image.mode not in ("L", "RGB") or image.size != (placed.width, placed.height):
                return None
            pixels = np.asarray(image.convert("RGB"))
            tables, subsampling = jpeg_coding(image, turned=bool(placed.turns % 2))
    except (OSError, SyntaxError, ValueError):
        return None
    grey = tone.has_no_colour(pixels)
    return pixels, Medium(Codec.JPEG, size_pt, grey, native=True, quantisation=tables, subsampling=subsampling)


def _exact(pixels: Pixels, size_pt: tuple[float, float]) -> tuple[Pixels, Medium]:
    grey = tone.has_no_colour(pixels)
    levels = np.bincount(pixels[:, :, 0].ravel(), minlength=256) if grey else np.zeros(256)
    bilevel = grey and not levels[1:255].any()
    return pixels, Medium(Codec.BILEVEL if bilevel else Codec.LOSSLESS, size_pt, grey, native=True)


def _same_picture(pixels: Pixels, drawing: Pixels, area: pymupdf.Rect, page: pymupdf.Rect) -> bool:
    """True where the image looks as the page does: no clip, colour key, blend mode or decode array makes it another."""
    height, width = drawing.shape[:2]
    x0, x1 = (round((edge - page.x0) / page.width * width) for edge in (area.x0, area.x1))
    y0, y1 = (round((edge - page.y0) / page.height * height) for edge in (area.y0, area.y1))
    seen = drawing[max(0, y0) : y1, max(0, x0) : x1]
    small = cv2.resize(pixels, (seen.shape[1], seen.shape[0]), interpolation=cv2.INTER_AREA)
    difference: NDArray[np.float32] = cv2.absdiff(small, seen).mean(axis=2).astype(np.float32)
    blocks = cv2.resize(difference, (max(1, seen.shape[1] // 8), max(1, seen.shape[0] // 8)), interpolation=cv2.INTER_AREA)
    return bool(difference.mean() <= PROOF_MEAN and blocks.max() <= PROOF_BLOCK)
