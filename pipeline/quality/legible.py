"""Whether a page counts as read: what was seen as text was read, nothing that looks like text was overlooked, none is too small."""

from __future__ import annotations

from collections.abc import Sequence

from redact.check import Check, NotRun, Passed
from redact.page import Page, Word
from redact.pipeline.quality.overlooked import Line, place
from redact.pipeline.quality.view import View
from redact.pipeline.unread import BADLY_READ

LEAST_READ = 0.75
OVERLOOKED = 20.0
SMALLEST_PX = 7.5


def is_read(word: Word) -> bool:
    """True where a line was read well enough to be searched."""
    return bool(word.text) and word.score >= BADLY_READ


def share_read(words: Sequence[Word]) -> float:
    """Return the share of the lines, by length, that were read; 1 where there are none."""
    length = sum(_length(word) for word in words)
    return sum(_length(word) for word in words if is_read(word)) / length if length else 1.0


def legible(page: Page, view: View, words: Sequence[Word], lines: Sequence[Line], smallest: float) -> tuple[Check, ...]:
    """Return what stands against a page's having been read, each with its places, or that nothing does.

    `lines`: the overlooked ones; `smallest`: the height of the smallest text, px, 0 where there is none.
    """
    against: list[Check] = []
    if share_read(words) < LEAST_READ:
        # However few the lines: a page of two that nobody can read may hold the name twice.
        unread = tuple(word.quad.outward() for word in words if not is_read(word))
        against.append(NotRun("legible", "unread-lines", page.number, unread))
    if sum(line.glyphs for line in lines) >= OVERLOOKED:
        against.append(NotRun("legible", "text-overlooked", page.number, tuple(place(line, view).outward() for line in lines)))
    if 0 < smallest < SMALLEST_PX:
        against.append(NotRun("legible", "low-resolution", page.number))
    return tuple(against) or (Passed("legible", page.number),)


def _length(word: Word) -> float:
    return max(word.quad.length, word.quad.thickness)
