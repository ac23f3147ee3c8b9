"""Where a watermark's letters are masked, and which of a page's watermarks nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from redact.finding import Category, Engine, Finding, Look, Looked
from redact.geometry import Quad, share_inside
from redact.masking import Mask, masked_share
from redact.page import Page, Word
from redact.pipeline.copies import COPY
from redact.search import Writing, nearest
from redact.search.folding import fold, is_han, is_latin

# A character, or a line that is not Chinese, that was read.
SURE = 0.8
# Fewer characters may be anything: the strokes of an ornament.
FEWEST = 2
# What is sought stands in no line in which it would cost so many times what it may. On benchmarks.watermarks --seed 34000, 40
# pages, names and units cost up to 1.1 in the lines of four letters and more that hold them, in the others 2.1 and more.
FAR = 1.7
# Small letters are damaged more: in 12 to 20 pt, repeated over a page (--tiled, seed 40006), names cost up to 2.3 and other words
# 2.6 and more.
FAR_SMALL = 2.6
# A watermark's line is as high, mm: it is printed in 18 pt at the least, and readers leave room around it.
LARGE_MM = 8.0
# One in which nothing is read is as high, mm, and so many times as long.
HIGH_MM, LONG = 11.0, 2.5
MASKED = 0.8
# So much of a line lies in one that was told before the page was masked.
WITHIN = 0.8
# So many characters of a name are a part of it.
PART = 2
# What was found in a line is higher than this share of it; print over it is lower.
AS_HIGH = 0.6
# A reader's edges lie within its letters by as much, in line heights: a stroke that is left of a large letter is readable, and
# no neighbour of theirs is worth keeping.
ALONG, ACROSS = 0.3, 0.1
# A line that was read has this score, and so many characters where one reader's word is enough.
TEXT, CHARACTERS = 0.6, 4


@dataclass(frozen=True, slots=True)
class Known:
    """What the first reader found out of a page's watermarks.

    `told`: the lines of which it told whether what is sought stands in them, in page px. `named`: it stands in one of them.
    """

    told: tuple[Quad, ...] = ()
    named: bool = False

    @classmethod
    def of(cls, words: Sequence[Word], look: Look, writings: Sequence[Writing]) -> Known:
        """Return what `words`, a reader's, and the look at what is sought in them say. Print over a watermark is none of it."""
        lines = [word.quad for word in words if word.watermark]
        found = look.findings if isinstance(look, Looked) else ()
        named = any(f.hint == COPY or _stands_in(f, lines) for f in found)
        return cls(_whole(words, writings, FAR_SMALL if named else FAR), named)


NOTHING_KNOWN = Known()


def whole_letters(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in a watermark, grown to cover their letters whole."""
    return tuple(replace(f, quad=f.quad.grow(ALONG * f.quad.thickness, ACROSS * f.quad.thickness)) for f in findings)


def whole_units(findings: Iterable[Finding], lines: Sequence[Word], writings: Sequence[Writing]) -> tuple[Finding, ...]:
    """Return findings in a watermark, those of a unit's short name as wide as their line: around it stands the rest of a longer name
    that was misread, or nothing worth keeping. `lines`: the watermark's."""
    given = [writing for writing in _given(writings) if writing.category is Category.UNIT]
    short = [line.quad for line, share in zip(lines, nearest(lines, given), strict=True) if share is None or share > 1]

    def whole(finding: Finding) -> Quad:
        around = (quad for quad in short if quad.contains(*finding.quad.centre))
        return next(around, finding.quad) if finding.category is Category.UNIT else finding.quad

    return tuple(replace(finding, quad=whole(finding)) for finding in findings)


def disputed(
    page: Page, lines: Sequence[Word], found: Sequence[Finding], writings: Sequence[Writing], engine: Engine
) -> tuple[Finding, ...]:
    """Return the large lines of a watermark in which a name or unit may stand by what it costs, and was taken for another's.

    Print breaks strokes, and what is left of 木合 is read as 含, and surely: in a watermark no letter is too sure to be misread, and
    people print nobody's name across their copies but their own. `found`: what was found in the lines.
    """
    large = [line for line in lines if line.quad.thickness >= LARGE_MM * page.px_per_mm]
    near = {
        (writing.category, line.quad): line.score
        for writing in _given(writings)
        for line, share in zip(large, nearest(large, [writing]), strict=True)
        if share is not None and share <= 1
    }
    left = {place: score for place, score in near.items() if not any(f.category is place[0] and _stands_in(f, [place[1]]) for f in found)}
    return tuple(Finding(category, quad, score, engine, "lattice") for (category, quad), score in left.items())


def repeated(
    page: Page, lines: Sequence[Word], found: Sequence[Finding], known: Known, writings: Sequence[Writing], engine: Engine
) -> tuple[Finding, ...]:
    """Return the lines of a watermark that names the applicant elsewhere on the page, and in which the same may stand.

    People print one text all over a page, and here and there it cannot be read, or the page's edge cuts it. `found`: what was found
    on the page; print across a line says nothing of it.
    """
    told = [line for line in _told(lines, writings, FAR_SMALL) if not _is_part(line, writings)]
    open_ = (line for line in lines if line not in told and _is_line(line, page.px_per_mm, named=True))
    left = (line for line in open_ if not any(_stands_in(f, [line.quad]) for f in found))
    category = next((f.category for f in found), Category.NAME)
    return tuple(
        Finding(category, line.quad, line.score, engine, "lattice") for line in left if share_inside(line.quad, known.told) < WITHIN
    )


def unread_letters(
    page: Page, first: Sequence[Word], second: Sequence[Word], promised: Mask, writings: Sequence[Writing], known: Known = NOTHING_KNOWN
) -> tuple[Quad, ...]:
    """Return the lines of watermarks that no mask covers, and in which what is sought may stand for all that the readers tell, in page px.

    `first`, `second`: what both readers read; of the first nothing where it was not asked. `promised`: (H, W) bool, the masks.
    A few letters are told by both readers alone: misread, they may be anything. What a mask leaves of a line that was told is a few
    letters, which nobody reads: that is told, too.
    """
    far = FAR_SMALL if known.named else FAR
    told, whole = [word.quad for word in _told(first, writings, far)], (*known.told, *_whole(first, writings, far))
    large = [word for word in second if word.watermark and _is_line(word, page.px_per_mm, known.named)]
    lines = [word for word in large if masked_share(word.quad, promised) < MASKED and share_inside(word.quad, whole) < WITHIN]
    read = _told(lines, writings, far)
    return tuple(line.quad for line in lines if line not in read or not (_is_long(line) or share_inside(line.quad, told) >= MASKED))


def _stands_in(finding: Finding, lines: Sequence[Quad]) -> bool:
    return any(line.contains(*finding.quad.centre) and finding.quad.thickness > AS_HIGH * line.thickness for line in lines)


def _is_part(line: Word, writings: Sequence[Writing]) -> bool:
    """True where characters of a name or unit stand in a line one after another."""
    text = fold(line.text or "").text
    sought = [writing.folded for writing in _given(writings) if any(map(is_han, writing.folded))]
    return any(form[i : i + PART] in text for form in sought for i in range(len(form) - PART + 1))


def _whole(words: Sequence[Word], writings: Sequence[Writing], far: float) -> tuple[Quad, ...]:
    return tuple(word.quad for word in _told(words, writings, far) if _is_long(word))


def _told(words: Sequence[Word], writings: Sequence[Writing], far: float) -> list[Word]:
    # Each given writing by itself: what was found in a line says nothing of the others.
    groups = [writings, *([writing] for writing in _given(writings))]
    shares = zip(*(nearest(words, group) for group in groups), strict=True)
    return [word for word, each in zip(words, shares, strict=True) if word.watermark and _tells(word, each, far)]


def _given(writings: Sequence[Writing]) -> list[Writing]:
    return [writing for writing in writings if writing.how == "given"]


def _tells(word: Word, shares: Iterable[float | None], far: float) -> bool:
    """True where a line was read well enough to tell whether what is sought stands in it, and was told.

    `shares`: what each that is sought costs in it, as a share of what it may: up to 1 the search has found it, or knew it for
    something else.
    """
    text = word.text or ""
    if sum(map(is_han, text)) < FEWEST:
        return len(text) >= FEWEST and word.score >= SURE
    return word.score >= TEXT and all(share is not None and not 1 < share < far for share in shares)


def _is_long(word: Word) -> bool:
    return len(word.text or "") >= CHARACTERS


def _is_line(word: Word, mm: float, named: bool) -> bool:
    """True where a reader guesses letters, or nothing where much is: in a table's grain, or a photograph, it seldom guesses any.

    `named`: a watermark of the page names the applicant; then small letters count as well.
    """
    high, letters = word.quad.thickness / mm, sum(is_han(c) or is_latin(c) for c in word.text or "")
    if letters >= FEWEST:
        return named or high >= LARGE_MM
    return not word.text and high >= HIGH_MM and word.quad.length >= LONG * word.quad.thickness
