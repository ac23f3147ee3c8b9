"""What a watermark's large letters were taken for: seals, faces, lines of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from math import atan2

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.eyes import covering
from redact.finding import Category, Finding, Look, NotLooked, Shape
from redact.geometry import Quad, share_inside
from redact.masking import Mask, fill_shape
from redact.models.text.watermark import Ink, inks
from redact.page import Page, Word
from redact.pipeline.seals import is_print
from redact.pipeline.watermarks import CHARACTERS, LARGE_MM, TEXT
from redact.search.folding import is_han
from redact.search.labels import confidences

# The letters of a watermark's line lie beyond its quad by so much, in line heights.
BEYOND = 0.1
# What letters were taken for lies in their line by so much at least, and beside their ink and print has less of its own than this,
# as shares of its place.
IN_LINE, OTHER_INK = 0.4, 0.001
# A printed character that was read, and how far beside and above its middle its ink reaches, in characters.
SURE, BESIDE, ABOVE = 0.8, 0.25, 0.2
# Letters of a line are no further apart, mm; what is left of one has this much ink, square mm, and is so long and high, mm.
APART_MM, STRAY_MM2, STRAY_MM, LOW_MM = 3.0, 6.0, 9.0, 2.5
# How a detector calls a seal that has no colour. One that has is none of a watermark's letters, which are grey.
GREY = "grey"


class Letters:
    """The letters of a page's watermarks, as far as they were read as lines, and the print over them.

    `words`: what a reader read of the watermarks and of the print over them. `printed`: what readers read of the page itself. `told`:
    lines that were read before the page was masked.
    """

    def __init__(self, page: Page, words: Sequence[Word], printed: Sequence[Word], told: Sequence[Quad] = ()) -> None:
        self._page = page
        self._printed = [word for word in (*printed, *words) if not word.watermark]
        texts = [*told, *(word.quad for word in words if word.watermark and _is_text(word, page))]
        self._lines = [quad.grow(BEYOND * quad.thickness, BEYOND * quad.thickness) for quad in texts]

    def explain(self, place: Quad) -> bool:
        """True where all that is drawn in a place, page px, is ink of letters that were read as a line, in that line, or print that
        was read surely."""
        if share_inside(place, self._lines) < IN_LINE or not self._pictures:
            return False
        picture = max(self._pictures, key=lambda ink: int((ink.letters & _filled(ink, self._lines)).sum()))
        inside, written = _filled(picture, [place]), _filled(picture, self._lines)
        other = inside & (picture.rest | (picture.letters & ~written)) & ~_filled(picture, self._cells)
        # What is thinner than a stroke is a rule, or the edge of a character.
        solid = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
        return float(solid.sum()) < OTHER_INK * float(inside.sum())

    @cached_property
    def _pictures(self) -> tuple[Ink, ...]:
        return inks(np.ascontiguousarray(self._page.pixels[..., ::-1]))

    @cached_property
    def _cells(self) -> list[Quad]:
        # A watermark is a line for a reader of pages, too.
        small = (word for word in self._printed if word.quad.thickness < LARGE_MM * self._page.px_per_mm)
        return [cell for word in small if is_print(word) for cell in _cells(word)]


def stray_letters(page: Page, lines: Sequence[Quad], promised: Mask) -> tuple[Quad, ...]:
    """Return where a watermark's ink makes lines that no reader found, in page px.

    `lines`: those that readers found, of watermarks and of print. `promised`: (H, W) bool, the masks.
    """
    return tuple(quad for picture in inks(np.ascontiguousarray(page.pixels[..., ::-1])) for quad in _stray(page, picture, lines, promised))


def _stray(page: Page, picture: Ink, lines: Sequence[Quad], promised: Mask) -> Iterator[Quad]:
    mm = page.px_per_mm * picture.scale
    size = picture.letters.shape[1], picture.letters.shape[0]
    masked = cv2.resize(promised.astype(np.uint8), size, interpolation=cv2.INTER_AREA) > 0
    known = _filled(picture, [line.grow(BEYOND * line.thickness, BEYOND * line.thickness) for line in lines])
    left = np.asarray(picture.letters & ~known & ~masked, np.uint8)
    reach = max(1, round(APART_MM * mm))
    count, labels = cv2.connectedComponents(cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)))
    for label in range(1, count):
        ys, xs = np.nonzero((labels == label) & (left > 0))
        if xs.size >= STRAY_MM2 * mm * mm:
            (x, y), (w, h), turned = cv2.minAreaRect(np.column_stack([xs, ys]).astype(np.float32))
            if max(w, h) >= STRAY_MM * mm and min(w, h) >= LOW_MM * mm:
                scale = picture.scale
                yield Quad.centred((x / scale, y / scale), w / 2 / scale, h / 2 / scale, float(np.deg2rad(turned)))


def without_letters(look: Look, letters: Letters) -> Look:
    """Return a look at seals or faces without what is a watermark's letters, and nothing else. A seal in colour stays."""
    if isinstance(look, NotLooked):
        return look
    return replace(look, findings=tuple(f for f in look.findings if not (_may_be(f) and letters.explain(_place(f)))))


def _may_be(finding: Finding) -> bool:
    return finding.category is Category.EYES or finding.hint == GREY


def _place(finding: Finding) -> Quad:
    return covering(finding.quad, "face")[0] if finding.category is Category.EYES else finding.quad


def _is_text(word: Word, page: Page) -> bool:
    high = word.quad.thickness >= LARGE_MM * page.px_per_mm
    return high and word.score >= TEXT and sum(map(is_han, word.text or "")) >= CHARACTERS


def _cells(word: Word) -> Iterator[Quad]:
    """Yield where the ink of a line's characters is, of those that were read.

    A reader's cells are as high as its line's box, which may reach to the next line.
    """
    em = min(word.quad.thickness, float(np.median([cell.length for cell in word.characters])))
    for cell, chance in zip(word.characters, confidences(word), strict=True):
        if chance >= SURE:
            ux, uy = cell.direction
            yield Quad.centred(cell.centre, cell.length / 2 + BESIDE * em, (0.5 + ABOVE) * em, atan2(uy, ux))


def _filled(picture: Ink, quads: Iterable[Quad]) -> NDArray[np.bool_]:
    """Return where quads of the page, px, lie in a picture of it, (h, w)."""
    place = np.zeros(picture.letters.shape, np.bool_)
    for quad in quads:
        fill_shape(place, Quad.of([(x * picture.scale, y * picture.scale) for x, y in quad.points]), Shape.QUAD)
    return place
