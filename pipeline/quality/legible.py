"""Whether a page counts as read: what was seen as text was read, nothing that looks like text was overlooked, none is too small."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from redact.check import Check, NotRun, Passed
from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.quality.measures import Measures
from redact.pipeline.quality.remarks import BLURRED_PX, DARK_PAPER
from redact.pipeline.unread import BADLY_READ

LEAST_READ = 0.75
"""Share of the lines, by length. Clean pages have .93 and more, with lines in Uyghur script .85."""
SMALLEST_PX = 7.5
"""As measured, which is a pixel less than drawn: of text drawn 8 px high and less the reader found 34 of 60 names and units."""
TOO_BLURRED = 0.3
"""Of names and units on blurred pages the reader found 154 of 159 below, 20 of 29 up to .33 and 30 of 139 above."""
LEAST_CONTRAST = 21.0
"""Grey levels between paper and ink. With noise of 2.5 the reader lost names at 20 and less, none at 24."""


def is_read(word: Word) -> bool:
    """True where a line was read well enough to be searched."""
    return bool(word.text) and word.score >= BADLY_READ


def share_read(words: Sequence[Word]) -> float:
    """Return the share of the lines, by length, that were read; 1 where there are none."""
    length = sum(_length(word) for word in words)
    return sum(_length(word) for word in words if is_read(word)) / length if length else 1.0


def legible(number: int, words: Sequence[Word], overlooked: Sequence[Quad], found: Measures) -> tuple[Check, ...]:
    """Return what stands against page `number` having been read, each with its places, or that nothing does.

    `overlooked`: places of text-like ink that nobody read, empty where they are too few to be evident.
    """
    return tuple(_against(number, words, overlooked, found)) or (Passed("legible", number),)


def _against(number: int, words: Sequence[Word], overlooked: Sequence[Quad], found: Measures) -> Iterator[Check]:
    if found.read < LEAST_READ:
        # However few the lines: a page of two that nobody can read may hold the name twice.
        yield NotRun("legible", "unread-lines", number, tuple(word.quad.outward() for word in words if not is_read(word)))
    if overlooked:
        yield NotRun("legible", "text-overlooked", number, tuple(quad.outward() for quad in overlooked))
    if found.edge > BLURRED_PX and found.blur >= TOO_BLURRED:
        yield NotRun("legible", "too-blurred", number)
    if found.words and found.contrast < LEAST_CONTRAST:
        yield NotRun("legible", "too-dark" if found.paper < DARK_PAPER else "low-contrast", number)
    if 0 < found.smallest_px < SMALLEST_PX:
        yield NotRun("legible", "low-resolution", number)


def _length(word: Word) -> float:
    return max(word.quad.length, word.quad.thickness)
