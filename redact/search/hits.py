"""What is sought, and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from redact.finding import Category
from redact.search.folding import is_arabic, is_han, is_latin
from redact.search.writings import Writing

# How a writing was found, the plainest way first; the last ones were not read by the letter, but are suggested.
HINTS = ("exact", "split", "derived", "fuzzy", "lattice")
SUGGESTED = frozenset(HINTS[3:])


@dataclass(frozen=True, slots=True)
class Hit:
    """A writing that was found: the spans (word, first character, last character) it covers, how, and how surely (0..1).

    `steps`: the spans (word, first step, last step) of a hit in posteriors. `open`: only a person can tell whether it is ours.
    `dotted`: the joints, 0 between the first span and the second, at which the writing has a dot.
    """

    spans: tuple[tuple[int, int, int], ...]
    category: Category
    hint: str
    score: float
    steps: tuple[tuple[int, int, int], ...] = ()
    open: bool = False
    dotted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A writing, its distinct folded characters, and how many edits a misreading of it may have."""

    writing: Writing
    letters: frozenset[str]
    edits: int

    @classmethod
    def of(cls, writing: Writing) -> Target:
        return cls(writing, frozenset(writing.folded), _edits(writing))

    @property
    def is_chinese(self) -> bool:
        """True for a name or unit of Chinese characters alone: what the posteriors of a Chinese recogniser can tell."""
        return self.writing.category is not Category.NUMBER and len(self.writing.folded) > 1 and all(map(is_han, self.writing.folded))

    def may_stand_in(self, text: frozenset[str]) -> bool:
        """False where too many of the characters are missing for any match."""
        return len(self.letters - text) <= self.edits

    def may_run_through(self, path: list[frozenset[str]]) -> bool:
        """False where the chain of words holds too little, or its first or last word nothing of the writing's ends."""
        text = self.writing.folded
        head, tail = frozenset(text[: self.edits + 1]), frozenset(text[-self.edits - 1 :])
        return not path[0].isdisjoint(head) and not path[-1].isdisjoint(tail) and self.may_stand_in(frozenset().union(*path))


SHORT = 6  # characters: a derived short name below this, misread, is as likely another unit's


def _edits(writing: Writing) -> int:
    """Return how many characters may be misread: Chinese one of 3, two of 8; Latin and Uyghur one of 5; initials, numbers none."""
    n = len(writing.folded)
    if writing.category is Category.NUMBER or writing.how == "initials":
        return 0
    letters = writing.folded
    if sum(is_han(c) for c in letters) * 2 > n:
        if writing.origin == "derived" and n < SHORT:
            return 0
        return 0 if n < 3 else 1 if n < 7 else 2 if n < 12 else 3
    if sum(is_latin(c) or is_arabic(c) for c in letters) * 2 > n:
        return n // 5
    return 0


def reach(targets: Iterable[Target]) -> int:
    """Return how many characters of a neighbouring word any target may need."""
    return max((len(t.writing.folded) for t in targets), default=0) + 3
