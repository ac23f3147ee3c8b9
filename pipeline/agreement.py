"""Two readers that read the same other text at a place agree that it is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence

from redact.finding import Finding
from redact.geometry import Quad
from redact.page import Word
from redact.search import Writing, fold
from redact.search.folding import is_han
from redact.search.hits import SUGGESTED
from redact.search.lattice import knows
from redact.search.namesakes import is_rare

SURE = 0.9
FEWEST_LETTERS = 2


def both_read_another(finding: Finding, first: Sequence[Word], second: Sequence[Word], writings: Sequence[Writing]) -> bool:
    """True where a reader's suggestion is refuted: both readers, each surely, spell the same text there, and it is not the sought one.

    Never true for what was read by the letter, nor where the text holds the sought writing, whatever suggested it, nor where a
    sought writing of that category has a rare character that either reader lacks, for they misread it alike, or that posteriors
    suggest. `first` and `second`: the words of two independent readers, in page px.
    """
    if finding.hint not in SUGGESTED:
        return False
    # Letters alone: readers differ in the raised 1 behind an author's name.
    texts = ["".join(c for c in _text_at(finding.quad, words) if c.isalpha()) for words in (first, second)]
    if texts[0] != texts[1] or len(texts[0]) < FEWEST_LETTERS or _holds(texts[0], finding, writings):
        return False
    if finding.hint == "lattice":
        return not _rare(finding, writings)
    # The first reader has every character of the second, and three times as many.
    return know_rare(second, finding, writings)


def _holds(text: str, finding: Finding, writings: Sequence[Writing]) -> bool:
    """True where the text holds a writing of the finding's category by the letter."""
    return any(w.category is finding.category and "".join(c for c in w.folded if c.isalpha()) in text for w in writings)


def know_rare(words: Sequence[Word], finding: Finding, writings: Sequence[Writing]) -> bool:
    """True where the reader of the words in the finding's place has every rare character of the writings of its category."""
    rare = _rare(finding, writings)
    here = [word for word in words if any(finding.quad.contains(*place.centre) for place in word.characters)]
    return not rare or all(knows(word.posteriors, rare) for word in here)


def _rare(finding: Finding, writings: Sequence[Writing]) -> str:
    return "".join(c for w in writings if w.category is finding.category for c in w.folded if is_han(c) and is_rare(c))


def settled(first: Sequence[Word], second: Sequence[Word], writings: Sequence[Writing]) -> tuple[Quad, ...]:
    """Return the second reader's lines that the first reads as the same text, both surely, with a sought writing in it.

    Whose name that is was decided from the text that both read; a third reader that drops the last character of a longer name
    says nothing new. On a line without the writing it may be the one that reads it.
    """
    return tuple(word.quad for word in second if word.score >= SURE and _is_settled(word, first, writings))


def _is_settled(word: Word, first: Sequence[Word], writings: Sequence[Writing]) -> bool:
    text = fold(word.text or "").text
    return any(writing.folded in text for writing in writings) and _text_at(word.quad, first) == text


def _text_at(quad: Quad, words: Sequence[Word]) -> str:
    """Return the folded text of the characters whose middle lies in the quad; nothing where any of them is not sure."""
    seen = [(word, c) for word in words for c, place in zip(word.text or "", word.characters, strict=True) if quad.contains(*place.centre)]
    if any(word.score < SURE for word, _ in seen):
        return ""
    return fold("".join(c for _, c in seen)).text
