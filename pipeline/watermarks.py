"""What a page's watermarks are taken for, and which of them nobody reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from redact.finding import Finding, Look, NotLooked
from redact.geometry import Quad, share_inside
from redact.masking import Mask, masked_share
from redact.page import Page, Word
from redact.search.folding import is_han, is_latin
from redact.search.labels import confidences

# A line that was read: its score, and the least of its Chinese characters. A name in it may be misread alone.
SURE, LIKELY = 0.8, 0.5
# Fewer characters may be anything: the strokes of an ornament.
FEWEST = 2
# A watermark's line is as high, mm: it is printed in 18 pt at the least, and readers leave room around it.
LARGE_MM = 8.0
# A line in which nothing is read is so many times as long as high.
LONG = 2.5
# A line in which a seal's place may lie: its score and characters, and its height, mm: no stamp of one line is as high.
TEXT, CHARACTERS, HIGH_MM = 0.6, 4, 11.0
# So much of the place lies in it, and is at most so much higher; and what of a seal is seen again.
INSIDE, HIGHER, AGAIN = 0.6, 1.6, 0.2
MASKED = 0.8
# How a detector calls a seal that has no colour. One that has is none of a watermark's letters, which are grey.
GREY = "grey"


def without_watermarks(page: Page, seals: Look, letters: Sequence[Word], again: Callable[[Page], Look]) -> Look:
    """Return the look at seals without what is a watermark's letters: what is no longer seen as a seal once they are taken away.

    `letters`: a reader's words of watermarks. `again`: looks for seals on another picture of the page.
    """
    lines = [word for word in letters if _is_large(word, page)]
    if isinstance(seals, NotLooked) or not any(_lies_on(seal, line) for seal in seals.findings for line in lines):
        return seals
    left = again(_without_letters(page))
    if isinstance(left, NotLooked):
        return seals
    still = [seal.quad for seal in left.findings]
    taken = (s for s in seals.findings if not any(_lies_on(s, line) for line in lines) or share_inside(s.quad, still) >= AGAIN)
    return replace(seals, findings=tuple(taken))


def _is_large(word: Word, page: Page) -> bool:
    characters = sum(map(is_han, word.text or ""))
    return word.score >= TEXT and characters >= CHARACTERS and word.quad.thickness >= HIGH_MM / 25.4 * page.dpi


def _lies_on(seal: Finding, line: Word) -> bool:
    if seal.hint != GREY:
        return False
    high = min(seal.quad.length, seal.quad.thickness)
    return share_inside(seal.quad, [line.quad]) >= INSIDE and high <= HIGHER * line.quad.thickness


def _without_letters(page: Page) -> Page:
    from redact.models.text.watermark import layers

    pixels = page.pixels.copy()
    for layer in layers(np.ascontiguousarray(page.pixels[..., ::-1])):
        pixels[layer.near] = layer.print[layer.near]
    return replace(page, pixels=pixels)


def is_read(word: Word) -> bool:
    """True where a reader is sure of a watermark's line, and of none of its characters in great doubt."""
    text = word.text or ""
    sure = all(chance >= LIKELY for c, chance in zip(text, confidences(word), strict=True) if is_han(c))
    return len(text) >= FEWEST and word.score >= SURE and sure


def unread_letters(page: Page, first: Sequence[Word], second: Sequence[Word], promised: Mask) -> tuple[Quad, ...]:
    """Return the lines of watermarks that the second reader does not read, nor the first, and that no mask covers, in page px.

    `promised`: (H, W) bool, the masks.
    """
    read = [word.quad for word in first if word.watermark and is_read(word)]
    lines = [word.quad for word in second if word.watermark and _is_line(word, page.dpi / 25.4) and not is_read(word)]
    return tuple(line for line in lines if masked_share(line, promised) < MASKED and share_inside(line, read) < MASKED)


def _is_line(word: Word, mm: float) -> bool:
    """True where a reader guesses letters, or nothing where much is: in a table's grain, or a photograph, it seldom guesses any."""
    high, letters = word.quad.thickness / mm, sum(is_han(c) or is_latin(c) for c in word.text or "")
    return high >= LARGE_MM if letters >= FEWEST else not word.text and high >= HIGH_MM and word.quad.length >= LONG * word.quad.thickness
