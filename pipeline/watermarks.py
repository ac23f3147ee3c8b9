"""Where a watermark's letters are masked, and which of a page's watermarks nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redact.finding import Finding
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
# One in which nothing is read is as high, mm, and so many times as long.
HIGH_MM, LONG = 11.0, 2.5
MASKED = 0.8
# A reader's edges lie within its letters by as much, in line heights: a stroke that is left of a large letter is readable, and
# no neighbour of theirs is worth keeping.
ALONG, ACROSS = 0.3, 0.1


def whole_letters(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in a watermark, grown to cover their letters whole."""
    return tuple(replace(f, quad=f.quad.grow(ALONG * f.quad.thickness, ACROSS * f.quad.thickness)) for f in findings)


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
