"""Large print and heads, which a seal network that looks closer takes for chops: a character of a red title, the 〇 of a date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import and_

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Finding, Look, NotLooked, Shape
from redact.geometry import Box, Quad, share_inside
from redact.masking import fill_shape
from redact.models.seals.detector import CLOSER_LOOK
from redact.page import Page, Word
from redact.search.labels import confidences

# Of the ink in a place so much lies in lines of which so much was read surely, and that go on beside the place: what a stamp or a chop
# says stands within it.
IN_LINES, SURE_SHARE, SURE = 0.93, 0.75, 0.8
# Ink is so many levels darker than the paper, in its darkest channel: as little as a seal's can be and still be seen.
DARKER = 12
# A head: so much of the eyes lies in the place, and is so long, of the place's narrower side. Of a face below ink that hides both eyes no
# detector is certain; and a chop on a cheek is none.
EYES_WITHIN, EYES_ACROSS = 0.9, 0.6


def without_print(page: Page, seals: Look, words: Sequence[Word], bands: Sequence[Quad]) -> Look:
    """Return the look at seals without what only a closer look saw, where print is all there is, or a head.

    `words`: what readers read of the page. `bands`: places of eyes, of faces that are no guess.
    """
    if isinstance(seals, NotLooked):
        return seals
    return replace(seals, findings=tuple(f for f in seals.findings if f.engine.name != CLOSER_LOOK or not _is_other(page, f, words, bands)))


def _is_other(page: Page, seal: Finding, words: Sequence[Word], bands: Sequence[Quad]) -> bool:
    return any(_is_head(seal.quad, band) for band in bands) or _is_print(page, seal, words)


def _is_head(place: Quad, band: Quad) -> bool:
    return share_inside(band, [place]) >= EYES_WITHIN and band.length >= EYES_ACROSS * min(place.length, place.thickness)


def _is_print(page: Page, seal: Finding, words: Sequence[Word]) -> bool:
    lines = [word.quad for word in words if not word.watermark and _goes_on_beside(word, seal.quad)]
    box = seal.quad.box().clip(page.width, page.height)
    if box is None or not lines:
        return False
    inside, printed = (np.zeros((box.height, box.width), np.bool_) for _ in range(2))
    fill_shape(inside, _moved(seal.quad, box.x0, box.y0), seal.shape)
    for line in lines:
        fill_shape(printed, _moved(line, box.x0, box.y0), Shape.QUAD)
    ink = inside & _inked(page, box)
    return bool(ink.any()) and float(printed[ink].mean()) >= IN_LINES


def _goes_on_beside(word: Word, place: Quad) -> bool:
    """True for a line that was read surely but for a few characters, one of the sure ones beside a place."""
    sure = [chance >= SURE for chance in confidences(word)]
    beside = [not place.contains(*cell.centre) for cell in word.characters]
    return sum(sure) >= SURE_SHARE * max(1, len(sure)) and any(map(and_, sure, beside))


def _inked(page: Page, box: Box) -> NDArray[np.bool_]:
    """Return where a box of the page is darker than paper, (h, w)."""
    # The paper is that around: a filled chop leaves none in its place.
    side = max(box.width, box.height)
    x0, y0 = max(0, box.x0 - side), max(0, box.y0 - side)
    around = np.ascontiguousarray(page.pixels[y0 : box.y1 + side, x0 : box.x1 + side].min(axis=2))
    paper = float(np.percentile(around, 75))
    # A median takes a scan's grain, which is no ink, and leaves strokes.
    smooth = cv2.medianBlur(around, 3)[box.y0 - y0 : box.y1 - y0, box.x0 - x0 : box.x1 - x0]
    return np.asarray(smooth < paper - DARKER, np.bool_)


def _moved(quad: Quad, x: float, y: float) -> Quad:
    return Quad.of([(u - x, v - y) for u, v in quad.points])
