"""A longer name that the first reader reads whole, and that the other readers read less surely, or lack a character of.

PP-OCRv4 and Tesseract have a third of the first reader's characters. Of 上官越垚龑 they see 上官越 and something, which may be 上官越垚
to them. What they suggest there is the same print misread: whose name it is was decided from the text that reads it whole. That the
character more is printed, no shadow that a reader made up, is seen in the pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.search import Writing, look
from redact.search.folding import fold_character, is_han
from redact.search.labels import confidences
from redact.search.lattice import knows
from redact.search.namesakes import is_rare
from redact.search.pieces import around

# The line, and the character behind a name; each of the name's own, of which a rare one in a blurred photo has .7.
SURE, LIKELY = 0.9, 0.5
SHORTEST = 2
# What PP-OCRv4 reads in place of a character that it lacks it reads with .3 to .7.
SOMEWHAT_SURE = 0.75
ENGINE = Engine("longer-name", "1")
# A name, or the value beside a label that the other reader could not read.
SETTLED = frozenset({Category.NAME, Category.UNKNOWN})
# By so many levels print is darker than its paper; a glyph has at least this share of the ink of those beside it, and of their width.
DARKER, INK, WIDE = 45, 0.5, 0.5
# The middles of two neighbours of one name are no further apart than this, as a share of what those within the name are.
PITCH = 1.3


@dataclass(frozen=True, slots=True)
class _Longer:
    """A writing in a word of the first reader, and the character behind it."""

    writing: Writing
    place: Quad = field(repr=False)
    letters: tuple[Quad, ...] = field(repr=False)
    more: str = field(repr=False)
    behind: Quad = field(repr=False)


def without_longer(
    findings: Sequence[Finding], page: Page, first: Sequence[Word], second: Sequence[Word], writings: Sequence[Writing]
) -> tuple[Finding, ...]:
    """Return the findings of other readers without those on names that the first reader reads as part of a longer one.

    Only where PP-OCRv4 reads the same, or likely lacks a character of it and reads nothing else there with some certainty; where it
    has them all and reads otherwise, nothing is settled.
    `first`, `second`: the words of the first reader and of PP-OCRv4, in page px. `page`: where both stand.
    """
    if not any(finding.category in SETTLED for finding in findings):
        return tuple(findings)
    longer = [one for word in first if word.score >= SURE for one in _longer(word, writings) if _is_longer(one, page, second)]
    left = _not_ours(longer, first, writings) if longer else []
    return tuple(f for f in findings if not (f.category in SETTLED and any(_covers(one, f) for one in left)))


def _longer(word: Word, writings: Iterable[Writing]) -> Iterator[_Longer]:
    """Yield the names of Chinese characters that the word holds with another one behind them, which was read surely."""
    letters = [fold_character(c) for c in word.text or ""]
    text, chances = "".join(c if len(c) == 1 else " " for c in letters), confidences(word)
    for writing in writings:
        name = writing.folded
        if writing.category is not Category.NAME or len(name) < SHORTEST or not all(map(is_han, name)):
            continue
        at = text.find(name)
        while at >= 0:
            end = at + len(name)
            if end < len(text) and is_han(text[end]) and chances[end] >= SURE and min(chances[at:end]) >= LIKELY:
                cells = word.characters[at:end]
                yield _Longer(writing, around(cells, word.quad.direction), cells, text[end], word.characters[end])
            at = text.find(name, at + 1)


def _is_longer(one: _Longer, page: Page, second: Sequence[Word]) -> bool:
    supported = _spelt(one, second) or _nearly_spelt(one, second) or (_lacking(one, second) and not _contradicted(one, second))
    return supported and _evenly(one) and _is_printed(page, one.behind, one.letters)


def _spelt(one: _Longer, second: Sequence[Word]) -> bool:
    """True where the second reader reads the longer name too, however sure of it."""
    return "".join(text for text, _ in _read_in((*one.letters, one.behind), second)) == one.writing.folded + one.more


def _nearly_spelt(one: _Longer, second: Sequence[Word]) -> bool:
    """True where the second reader is sure of the character behind, and unsure of the only one of the name that it reads otherwise."""
    *letters, (behind, chance) = _read_in((*one.letters, one.behind), second)
    otherwise = [p for (text, p), c in zip(letters, one.writing.folded, strict=True) if text != c]
    return behind == one.more and chance >= SURE and len(otherwise) <= 1 and all(p < SOMEWHAT_SURE for p in otherwise)


def _read_in(cells: Iterable[Quad], words: Sequence[Word]) -> list[tuple[str, float]]:
    """Return what a reader reads in each cell, folded, and the least probability of that; "" and 0 where it reads nothing."""
    read = [
        (fold_character(c), place.centre, chance)
        for word in words
        for c, place, chance in zip(word.text or "", word.characters, confidences(word), strict=True)
    ]
    inside = [[(text, chance) for text, centre, chance in read if cell.contains(*centre)] for cell in cells]
    return [("".join(text for text, _ in one), min((chance for _, chance in one), default=0.0)) for one in inside]


def _lacking(one: _Longer, second: Sequence[Word]) -> bool:
    """True where the second reader lacks a character of the name, or likely the one behind it."""
    here = [word for word in second if word.quad.contains(*one.place.centre)]
    rare = "".join(c for c in one.writing.folded if is_rare(c))
    return is_rare(one.more) or (bool(rare) and not all(knows(word.posteriors, rare) for word in here))


def _contradicted(one: _Longer, second: Sequence[Word]) -> bool:
    """True where the second reader reads another letter behind the name, and not without some certainty: 等, not a rare character."""
    for word in second:
        for c, place, chance in zip(word.text or "", word.characters, confidences(word), strict=True):
            if c.isalnum() and fold_character(c) != one.more and chance >= SOMEWHAT_SURE and one.behind.contains(*place.centre):
                return True
    return False


def _evenly(one: _Longer) -> bool:
    """True where the character behind stands as near as those of the name stand to each other."""
    cells = (*one.letters, one.behind)
    apart = [float(np.hypot(b.centre[0] - a.centre[0], b.centre[1] - a.centre[1])) for a, b in pairwise(cells)]
    return apart[-1] <= PITCH * max(apart[:-1])


def _is_printed(page: Page, glyph: Quad, beside: Sequence[Quad]) -> bool:
    """True where a glyph has as much ink, as wide, as those beside it have."""
    ink, wide = _ink(page, glyph)
    others = [_ink(page, other) for other in beside]
    return ink >= INK * float(np.median([i for i, _ in others])) > 0 and wide >= WIDE * float(np.median([w for _, w in others]))


def _ink(page: Page, glyph: Quad) -> tuple[float, float]:
    """Return the share of a glyph's rectangle that is inked, and the share of its columns and rows that hold ink."""
    box = glyph.box().clip(page.width, page.height)
    if box is None:
        return 0.0, 0.0
    piece = page.pixels[int(box.y0) : int(np.ceil(box.y1)), int(box.x0) : int(np.ceil(box.x1))]
    grey = cv2.cvtColor(np.ascontiguousarray(piece), cv2.COLOR_RGB2GRAY)
    inked = grey < float(np.percentile(grey, 90)) - DARKER
    return float(inked.mean()), float(min(inked.any(axis=0).mean(), inked.any(axis=1).mean()))


def _not_ours(longer: Sequence[_Longer], first: Sequence[Word], writings: Sequence[Writing]) -> list[_Longer]:
    """Keep those that the search of what the first reader reads does not take for the applicant's, nor leaves open."""
    looked = look(first, writings, ENGINE)
    ours = [*(f.quad for f in looked.findings), *(d.quad for d in looked.doubts)]
    return [one for one in longer if not any(quad.contains(*one.place.centre) or one.place.contains(*quad.centre) for quad in ours)]


def _covers(one: _Longer, finding: Finding) -> bool:
    """True where a finding lies within the longer name."""
    whole = around((*one.letters, one.behind), one.place.direction)
    slack = 0.5 * whole.thickness
    return all(whole.grow(slack, slack).contains(x, y) for x, y in finding.quad.points)
