"""Two readers that read the same other text at a place agree that it is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence

from redact.finding import Finding
from redact.geometry import Quad
from redact.page import Word
from redact.search import fold

# A finding by the letter is one that anybody would read; these are what posteriors and misreadings suggest.
SUGGESTED = frozenset({"lattice", "fuzzy"})
SURE = 0.9
FEWEST_LETTERS = 2


def both_read_another(finding: Finding, first: Sequence[Word], second: Sequence[Word]) -> bool:
    """True where a reader's suggestion is refuted: both readers, each surely, spell the same text there, and it is not the sought one.

    Never true for what was read by the letter. `first` and `second`: the words of two independent readers, in page px.
    """
    if finding.hint not in SUGGESTED:
        return False
    texts = [_text_at(finding.quad, words) for words in (first, second)]
    return texts[0] == texts[1] and len(texts[0]) >= FEWEST_LETTERS


def agreed(first: Sequence[Word], second: Sequence[Word]) -> tuple[Quad, ...]:
    """Return the second reader's lines that the first reads as the same text, both surely: what a third reads there is its misreading."""
    lines = (word for word in second if word.score >= SURE and len(fold(word.text or "").text) >= FEWEST_LETTERS)
    return tuple(word.quad for word in lines if _text_at(word.quad, first) == fold(word.text or "").text)


def _text_at(quad: Quad, words: Sequence[Word]) -> str:
    """Return the folded text of the characters whose middle lies in the quad; nothing where any of them is not sure."""
    seen = [(word, c) for word in words for c, place in zip(word.text or "", word.characters, strict=True) if quad.contains(*place.centre)]
    if any(word.score < SURE for word, _ in seen):
        return ""
    return fold("".join(c for _, c in seen)).text
