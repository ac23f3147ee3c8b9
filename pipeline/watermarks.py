"""Where a watermark's letters are masked, what else they were taken for, and which of a page's watermarks nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import atan2

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.eyes import covering
from redact.finding import Category, Finding, Look, NotLooked, Shape
from redact.geometry import Quad, share_inside
from redact.masking import Mask, fill_shape, masked_share
from redact.models.text.watermark import Ink, inks
from redact.page import Page, Word
from redact.pipeline.seals import is_print
from redact.search import Writing, nearest
from redact.search.folding import is_han, is_latin
from redact.search.labels import confidences

# A character, or a line that is not Chinese, that was read.
SURE = 0.8
# Fewer characters may be anything: the strokes of an ornament.
FEWEST = 2
# What is sought stands in no line in which it would cost so many times what it may. On benchmarks.watermarks --seed 34000, 40
# pages, names and units cost up to 1.1 in the lines of four letters and more that hold them, in the others 2.1 and more.
FAR = 1.7
# A watermark's line is as high, mm: it is printed in 18 pt at the least, and readers leave room around it.
LARGE_MM = 8.0
# One in which nothing is read is as high, mm, and so many times as long.
HIGH_MM, LONG = 11.0, 2.5
MASKED = 0.8
# A reader's edges lie within its letters by as much, in line heights: a stroke that is left of a large letter is readable, and
# no neighbour of theirs is worth keeping.
ALONG, ACROSS = 0.3, 0.1
# What letters were taken for lies in their line by so much at least, and beside their ink and print has less of its own than this,
# as shares of its place. A line has so many characters at least, of this score, and lies beyond its quad by so much, in line heights.
IN_LINE, OTHER_INK = 0.4, 0.001
CHARACTERS, TEXT, BEYOND = 4, 0.6, 0.1
# How far beside and above a printed character its ink reaches, in characters.
BESIDE, ABOVE = 0.25, 0.2
# How a detector calls a seal that has no colour. One that has is none of a watermark's letters, which are grey.
GREY = "grey"


def whole_letters(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in a watermark, grown to cover their letters whole."""
    return tuple(replace(f, quad=f.quad.grow(ALONG * f.quad.thickness, ACROSS * f.quad.thickness)) for f in findings)


def without_letters(page: Page, look: Look, letters: Sequence[Word], printed: Sequence[Word]) -> Look:
    """Return a look at seals or faces without what is a watermark's letters, and nothing else.

    All that is drawn in its place is ink of letters that were read as a line, in that line, or print that was read surely. A seal in
    colour stays. `letters`: a reader's words of watermarks. `printed`: what readers read of the page, and of the print over it.
    """
    texts = (word.quad for word in letters if word.watermark and _is_text(word, page))
    lines = [quad.grow(BEYOND * quad.thickness, BEYOND * quad.thickness) for quad in texts]
    if isinstance(look, NotLooked) or not any(_lies_on(finding, lines) for finding in look.findings):
        return look
    pictures = inks(np.ascontiguousarray(page.pixels[..., ::-1]))
    cells = list(_print_cells(page, printed))
    return replace(look, findings=tuple(f for f in look.findings if not _is_letters(f, lines, cells, pictures)))


def _is_text(word: Word, page: Page) -> bool:
    high = word.quad.thickness >= LARGE_MM * page.px_per_mm
    return high and word.score >= TEXT and sum(map(is_han, word.text or "")) >= CHARACTERS


def _lies_on(finding: Finding, lines: Sequence[Quad]) -> bool:
    return (finding.category is Category.EYES or finding.hint == GREY) and share_inside(_place(finding), lines) >= IN_LINE


def _place(finding: Finding) -> Quad:
    return covering(finding.quad, "face")[0] if finding.category is Category.EYES else finding.quad


def _print_cells(page: Page, words: Iterable[Word]) -> Iterator[Quad]:
    for word in words:
        # A watermark is a line for a reader of pages, too.
        if not word.watermark and word.quad.thickness < LARGE_MM * page.px_per_mm and is_print(word):
            em = min(word.quad.thickness, float(np.median([cell.length for cell in word.characters])))
            chances = zip(word.characters, confidences(word), strict=True)
            yield from (_drawn_in(cell, em) for cell, chance in chances if chance >= SURE)


def _drawn_in(cell: Quad, em: float) -> Quad:
    """Return where a character's ink is: a reader's cells are as high as its line's box, which may reach to the next line."""
    return Quad.centred(cell.centre, cell.length / 2 + BESIDE * em, (0.5 + ABOVE) * em, atan2(cell.direction[1], cell.direction[0]))


def _is_letters(finding: Finding, lines: Sequence[Quad], cells: Iterable[Quad], pictures: Sequence[Ink]) -> bool:
    if not _lies_on(finding, lines):
        return False
    picture = max(pictures, key=lambda ink: int((ink.letters & _filled(ink, lines)).sum()), default=None)
    if picture is None:
        return False
    place, written = _filled(picture, [_place(finding)]), _filled(picture, lines)
    other = place & (picture.rest | (picture.letters & ~written)) & ~_filled(picture, cells)
    # What is thinner than a stroke is a rule, or the edge of a character.
    solid = cv2.morphologyEx(other.astype(np.uint8), cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    return float(solid.sum()) < OTHER_INK * float(place.sum())


def _filled(picture: Ink, quads: Iterable[Quad]) -> NDArray[np.bool_]:
    """Return where quads of the page, px, lie in a picture of it, (h, w)."""
    place = np.zeros(picture.letters.shape, np.bool_)
    for quad in quads:
        fill_shape(place, Quad.of([(x * picture.scale, y * picture.scale) for x, y in quad.points]), Shape.QUAD)
    return place


def unread_letters(
    page: Page, first: Sequence[Word], second: Sequence[Word], promised: Mask, writings: Sequence[Writing]
) -> tuple[Quad, ...]:
    """Return the lines of watermarks that no mask covers, and in which what is sought may stand for all that the readers tell, in page px.

    `first`, `second`: what both readers read; of the first nothing where it was not asked. `promised`: (H, W) bool, the masks.
    A few letters are told by both readers alone: misread, they may be anything.
    """
    told = [word for word, share in zip(first, nearest(first, writings), strict=True) if word.watermark and _tells(word, share)]
    whole = [word.quad for word in told if _is_long(word)]
    lines = [word for word in second if word.watermark and _is_line(word, page.px_per_mm) and masked_share(word.quad, promised) < MASKED]
    return tuple(
        line.quad
        for line, share in zip(lines, nearest(lines, writings), strict=True)
        if not (_tells(line, share) and (_is_long(line) or share_inside(line.quad, [word.quad for word in told]) >= MASKED))
        and share_inside(line.quad, whole) < MASKED
    )


def _tells(word: Word, share: float | None) -> bool:
    """True where a line was read well enough to tell whether what is sought stands in it, and was told.

    `share`: what the nearest of that costs in it, as a share of what it may: up to 1 the search has found it, or knew it for
    something else.
    """
    text = word.text or ""
    if sum(map(is_han, text)) < FEWEST:
        return len(text) >= FEWEST and word.score >= SURE
    return word.score >= TEXT and share is not None and not 1 < share < FAR


def _is_long(word: Word) -> bool:
    return len(word.text or "") >= CHARACTERS


def _is_line(word: Word, mm: float) -> bool:
    """True where a reader guesses letters, or nothing where much is: in a table's grain, or a photograph, it seldom guesses any."""
    high, letters = word.quad.thickness / mm, sum(is_han(c) or is_latin(c) for c in word.text or "")
    return high >= LARGE_MM if letters >= FEWEST else not word.text and high >= HIGH_MM and word.quad.length >= LONG * word.quad.thickness
