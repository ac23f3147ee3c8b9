"""Where a watermark's letters are masked, and which of a page's watermarks nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redact.finding import Category, Finding
from redact.geometry import Quad, share_inside
from redact.masking import Mask, masked_share
from redact.page import Page, Word
from redact.search import Writing, nearest
from redact.search.folding import is_han, is_latin

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
# A line that was read has this score, and so many characters where one reader's word is enough.
TEXT, CHARACTERS = 0.6, 4


def whole_letters(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in a watermark, grown to cover their letters whole."""
    return tuple(replace(f, quad=f.quad.grow(ALONG * f.quad.thickness, ACROSS * f.quad.thickness)) for f in findings)


def whole_units(findings: Iterable[Finding], lines: Sequence[Word], writings: Sequence[Writing]) -> tuple[Finding, ...]:
    """Return findings in a watermark, those of a unit's short name as wide as their line: around it stands the rest of a longer name
    that was misread, or nothing worth keeping. `lines`: the watermark's."""
    given = [writing for writing in writings if writing.category is Category.UNIT and writing.how == "given"]
    short = [line.quad for line, share in zip(lines, nearest(lines, given), strict=True) if share is None or share > 1]

    def whole(finding: Finding) -> Quad:
        around = (quad for quad in short if quad.contains(*finding.quad.centre))
        return next(around, finding.quad) if finding.category is Category.UNIT else finding.quad

    return tuple(replace(finding, quad=whole(finding)) for finding in findings)


def told_lines(words: Sequence[Word], writings: Sequence[Writing]) -> tuple[Quad, ...]:
    """Return the lines of watermarks of which a reader told whether what is sought stands in them, in page px."""
    return tuple(word.quad for word in _told(words, writings) if _is_long(word))


def unread_letters(
    page: Page, first: Sequence[Word], second: Sequence[Word], promised: Mask, writings: Sequence[Writing]
) -> tuple[Quad, ...]:
    """Return the lines of watermarks that no mask covers, and in which what is sought may stand for all that the readers tell, in page px.

    `first`, `second`: what both readers read; of the first nothing where it was not asked. `promised`: (H, W) bool, the masks.
    A few letters are told by both readers alone: misread, they may be anything.
    """
    told, whole = [word.quad for word in _told(first, writings)], told_lines(first, writings)
    large = [word for word in second if word.watermark and _is_line(word, page.px_per_mm)]
    lines = [word for word in large if masked_share(word.quad, promised) < MASKED and share_inside(word.quad, whole) < MASKED]
    read = _told(lines, writings)
    return tuple(line.quad for line in lines if line not in read or not (_is_long(line) or share_inside(line.quad, told) >= MASKED))


def _told(words: Sequence[Word], writings: Sequence[Writing]) -> list[Word]:
    return [word for word, share in zip(words, nearest(words, writings), strict=True) if word.watermark and _tells(word, share)]


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
