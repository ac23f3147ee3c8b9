"""Uyghur lines that were read badly: what resembles the sought name is taken for it."""

from __future__ import annotations

from collections.abc import Sequence

from redact.finding import Engine, Finding
from redact.page import Word
from redact.search.folding import fold, is_arabic
from redact.search.writings import Writing

# Share of letters in common, in order. At 100 dpi Tesseract reads half of a name (63 on one of 21 lines); of 171 pairs of
# different names 8 in 100 resemble one another as much, and are masked too.
RESEMBLES = 60.0
FEWEST_LETTERS = 4


def resembling(words: Sequence[Word], writings: Sequence[Writing], engine: Engine) -> tuple[Finding, ...]:
    """Return a finding for every whole word in Arabic letters that resembles a sought writing. Hint: "fuzzy"."""
    wanted = [writing for writing in writings if is_arabic(writing.folded[0])]
    return tuple(found for word in words for found in _found(word, wanted, engine))


def _found(word: Word, wanted: Sequence[Writing], engine: Engine) -> tuple[Finding, ...]:
    from rapidfuzz.fuzz import ratio

    letters = "".join(c for c in fold(word.text or "").text if is_arabic(c))
    if len(letters) < FEWEST_LETTERS:
        return ()
    best = max(((ratio(letters, writing.folded), writing.category) for writing in wanted), default=None)
    if best is None or best[0] < RESEMBLES:
        return ()
    return (Finding(best[1], word.quad, best[0] / 100, engine, "fuzzy"),)
