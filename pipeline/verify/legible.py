"""Lines that nobody reads: not the first reader before the page was masked, nor the second on what we wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from redact.geometry import Quad, share_inside
from redact.masking import Mask, masked_share
from redact.page import Page, Word
from redact.search.folding import is_arabic, is_han, is_latin

# Readers' scores of lines that they read rightly are above SURE, of those that they only guess below UNREAD.
SURE, UNREAD = 0.75, 0.6
# px: the shorter side of a line, and its longer side in shorter ones. Smaller marks hold no name of two characters.
LEAST_PX, LEAST_LENGTH = 8.0, 1.3
# What readers make of lozenges and rings; and the least that the second reader must guess where the first sees nothing.
ROUND = frozenset("0OoDdQCc〇○◇ ")
CHARACTERS, LETTERS = 2, 4
COVERED = 0.6
# PP-OCRv4 cuts lines otherwise than PP-OCRv6: what it sees beside a line that was read is a piece of it.
TOUCHED = 0.2
# Tesseract's Uyghur model reads Chinese as digits and signs, at scores below this; 14 of 14 Uyghur lines were above it.
UYGHUR_SCORE, UYGHUR_SHARE, UYGHUR_LETTERS = 0.965, 0.9, 4
# Levels by which ink differs from its ground, and the least share of a line that it covers.
DRAWN, INKED = 30, 0.02


def unread_by_both(first: Sequence[Word], second: Sequence[Word], promised: Mask, apart: Sequence[Word] = ()) -> tuple[Quad, ...]:
    """Return the lines that one reader saw, that neither reads, and that no mask covers, in page px.

    `first`: read before the page was masked, `second`: on the written page. `promised`: (H, W) bool, the masks. `apart`: the print over a
    watermark, read without it: where both were taken for one line, that print was read.
    """
    lines, guesses = ([word for word in words if not _is_ornament(word.text or "")] for words in (first, second))
    # The second reader also boxes gutters, rims and grain; it counts where it guesses what may be a name.
    guesses = [word for word in guesses if _may_be_name(word.text or "")]
    open_lines = [*_unread(lines, second, COVERED), *_unread(guesses, first, TOUCHED)]
    # A watermark that was read says nothing of the lines that lie on it.
    printed = [word.quad for word in apart if not word.watermark and word.text and word.score >= SURE]
    places: list[Quad] = []
    for line in sorted(open_lines, key=lambda quad: -quad.area):
        if masked_share(line, promised) < COVERED and share_inside(line, [*places, *printed]) < COVERED:
            places.append(line)
    return tuple(places)


def _is_ornament(text: str) -> bool:
    """True for the rows of lozenges and rings round a certificate, which readers take for noughts."""
    return bool(text) and ROUND.issuperset(text)


def _may_be_name(text: str) -> bool:
    """True for a guess with as many characters as the shortest name, or as many letters as it has in pinyin (Li Na)."""
    return sum(map(is_han, text)) >= CHARACTERS or sum(map(is_latin, text)) >= LETTERS


def has_ink(page: Page, place: Quad) -> bool:
    """True where something is drawn: a detector also boxes the grain of a photograph."""
    box = place.box().clip(page.width, page.height)
    if box is None:
        return False
    grey = page.pixels[box.y0 : box.y1, box.x0 : box.x1].mean(axis=2)
    middle = np.median(grey)
    return float((np.abs(grey - middle) > DRAWN).mean()) > INKED


def is_uyghur(word: Word) -> bool:
    """True for a line that Tesseract's Uyghur model has really read: letters of that script, and nothing else."""
    letters = [c for c in word.text or "" if not c.isspace()]
    arabic = sum(map(is_arabic, letters))
    return word.score >= UYGHUR_SCORE and arabic >= max(UYGHUR_LETTERS, UYGHUR_SHARE * len(letters))


def _unread(lines: Sequence[Word], other: Sequence[Word], most: float) -> Iterator[Quad]:
    sure = [word.quad for word in other if word.text and word.score >= SURE]
    for line in lines:
        if (not line.text or line.score < UNREAD) and _is_line(line.quad) and share_inside(line.quad, sure) < most:
            yield line.quad


def _is_line(quad: Quad) -> bool:
    short, long = sorted((quad.length, quad.thickness))
    return short >= LEAST_PX and long >= LEAST_LENGTH * short
