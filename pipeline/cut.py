"""Glyphs that a seal's mask would cut in two: what stands out of it still tells the character, so the mask takes it whole.

The unit's printed name under its own seal is the commonest place of all; on photocopies and 1-bit scans no reader can
read there, and the mask's edge runs through characters. A character that was read surely all the same, and that stands in nothing
that is sought, is left as the mask leaves it: half a date names nobody. Ink of the seal's own kind that stands out of one that will be
masked is taken as well: half of a chop that lies across a ring, or of a ring that was fitted too small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import CUT_BY_OTHER_SEAL, CUT_BY_OTHERS, OTHER_CHOP, OTHER_SEAL, Category, Engine, Finding
from redact.geometry import Box, Quad
from redact.masking import fill_shape
from redact.page import Page, Word
from redact.search import Writing
from redact.search.folding import fold_character, is_han
from redact.search.labels import confidences

ENGINE = Engine("cut-glyphs", "2")
# A printed character is at most this large; a longer piece of ink is a rule or a frame, which names nobody.
LARGEST_MM, SMALLEST_MM = 10.0, 0.4
# Strokes of one character are nearer than this, characters of one line further apart.
STROKE_GAP_MM = 0.3
DARKER = 60
# What another person's chop or another body's seal cuts must be covered only where that is.
HINTS = {OTHER_CHOP: CUT_BY_OTHERS, OTHER_SEAL: CUT_BY_OTHER_SEAL}

# Coloured ink: by how many levels its lightest channel is above its darkest. Strokes of one impression are nearer than this; what stands
# out by less is the rim's own unevenness, and what is larger than a chop is a picture, a frame or a title.
COLOURED, INK_GAP_MM, LEAST_MM, CHOP_MM = 45, 0.6, 1.0, 26.0
# A seal with less colour in its place has none; print is lower than this.
HARDLY_COLOURED, PRINT_MM = 0.01, 4.0
# A character that is read with this certainty in a line of this score is that, seal over it or not; its ink reaches beyond the
# place that the reader gives by so much of its height.
SURE_LETTER, SURE_LINE, BEYOND = 0.97, 0.98, 0.25


def cut_glyphs(page: Page, seals: Sequence[Finding], words: Sequence[Word] = (), writings: Sequence[Writing] = ()) -> tuple[Finding, ...]:
    """Return a finding for every piece of ink that reaches out of a seal's place, as far as it is no larger than a character.

    `words`: what the first reader read. What it read surely, and what none of the `writings` has in it, is nobody's.
    """
    cut = [finding for seal in seals for finding in _around(page, seal)]
    others = _others(words, writings) if cut else []
    left = (finding for finding in cut if not any(_lies_in(finding.quad, place) for place in others))
    return (*left, *(finding for seal in seals if seal.hint not in HINTS for finding in _standing_out(page, seal)))


def _others(words: Sequence[Word], writings: Sequence[Writing]) -> list[Quad]:
    """Return the places of characters that were read surely and stand in no writing, a little larger than they are."""
    ours = {c for writing in writings for c in writing.folded}
    places = []
    for word in words:
        # A line without Chinese may be another script misread: one stroke of Uyghur is a 1 to a reader that has none of it.
        is_read = word.score >= SURE_LINE and any(map(is_han, word.text or ""))
        letters = zip(word.text or "", word.characters, confidences(word), strict=True) if is_read else ()
        for c, cell, chance in letters:
            if (is_han(c) or c.isdigit()) and chance >= SURE_LETTER and ours.isdisjoint(fold_character(c)):
                beyond = BEYOND * min(cell.length, cell.thickness)
                places.append(cell.grow(beyond, beyond))
    return places


def _lies_in(piece: Quad, place: Quad) -> bool:
    return all(place.contains(x, y) for x, y in piece.points)


def _around(page: Page, seal: Finding) -> Iterator[Finding]:
    """Yield the glyphs that a seal's edge cuts."""
    window = _window(page, seal, LARGEST_MM)
    if window is None:
        return
    outside, border = _outside(seal, window)
    ink = _ink(_piece(page, window)) & outside
    joined = cv2.dilate(ink, _square(page, STROKE_GAP_MM)) & outside
    for x, y, w, h in _at_border(joined, border):
        if SMALLEST_MM * page.px_per_mm < max(w, h) <= LARGEST_MM * page.px_per_mm:
            yield Finding(Category.UNKNOWN, _box(window, x, y, w, h).quad(), seal.score, ENGINE, HINTS.get(seal.hint, "cut-by-seal"))


def _standing_out(page: Page, seal: Finding) -> Iterator[Finding]:
    """Yield what ink of its kind hangs together with a seal's place and stands out of it, no larger than a chop.

    On a photocopy print is of that kind too: there it must be higher than print.
    """
    window = _window(page, seal, CHOP_MM)
    if window is None:
        return
    outside, border = _outside(seal, window)
    colour = _coloured(_piece(page, window))
    is_coloured = float(colour[outside == 0].mean()) > HARDLY_COLOURED
    ink, gap, least = (colour, INK_GAP_MM, LEAST_MM) if is_coloured else (_ink(_piece(page, window)), STROKE_GAP_MM, PRINT_MM)
    joined = cv2.morphologyEx(ink & outside, cv2.MORPH_CLOSE, _square(page, gap)) & outside
    for x, y, w, h in _at_border(joined, border):
        if least * page.px_per_mm < min(w, h) and max(w, h) < CHOP_MM * page.px_per_mm:
            yield Finding(Category.UNKNOWN, _box(window, x, y, w, h).quad(), seal.score, ENGINE, "out-of-seal")


def _window(page: Page, seal: Finding, reach_mm: float) -> Box | None:
    reach = reach_mm * page.px_per_mm
    return seal.quad.outward().grow(reach, reach).box().clip(page.width, page.height)


def _piece(page: Page, window: Box) -> NDArray[np.uint8]:
    return page.pixels[window.y0 : window.y1, window.x0 : window.x1]


def _square(page: Page, side_mm: float) -> NDArray[np.uint8]:
    side = max(1, round(side_mm * page.px_per_mm))
    return np.ones((side, side), np.uint8)


def _at_border(joined: NDArray[np.uint8], border: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, int]]:
    """Yield x, y, width and height of every piece that touches the border."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    for label in np.unique(labels[border & (joined > 0)]):
        x, y, w, h = (int(v) for v in stats[label][:4])
        yield x, y, w, h


def _outside(seal: Finding, window: Box) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return what of the window lies outside the seal (1 there), and the ring of pixels just outside its edge."""
    inside = np.zeros((window.height, window.width), dtype=np.bool_)
    fill_shape(inside, Quad.of([(x - window.x0, y - window.y0) for x, y in seal.quad.points]), seal.shape)
    grown = cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    return (~inside).astype(np.uint8), grown & ~inside


def _ink(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # The lightest channel: coloured ink, the seal's own above all, is light in one of them.
    grey = pixels.max(axis=2)
    dark: NDArray[np.bool_] = grey < np.percentile(grey[::2, ::2], 90) - DARKER
    return dark.astype(np.uint8)


def _coloured(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    coloured: NDArray[np.bool_] = pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2) > COLOURED
    return coloured.astype(np.uint8)


def _box(window: Box, x: int, y: int, w: int, h: int) -> Box:
    return Box(window.x0 + x, window.y0 + y, window.x0 + x + w, window.y0 + y + h)
