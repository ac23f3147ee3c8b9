"""The emblem of state on the back of an identity card: a dark disc that on copies looks like a seal, and is none.

It is known by where it stands: level with the lines that name the card, close before them, a few of their heights across.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from redact.finding import OWN_SEAL, Finding, Look, NotLooked
from redact.page import Word
from redact.search.folding import fold

# What the card's two lines say; of the first a reader may lose a character at its ends.
STATE, CARD = "华人民共和", "居民身份证"
# The second line begins below the first within so many heights of it, and as far before or after it.
BELOW, ASIDE = (0.8, 4.0), 6.0
# The emblem's place, its margins among it, is so many heights of the first line across, and ends so many before the lines; its middle
# lies so many above or below the middle between both.
ACROSS, BEFORE, LEVEL = (2.5, 9.0), 9.0, 2.5
# An emblem is as high as it is wide, or nearly.
ROUND = 0.75


def without_emblem(seals: Look, words: Sequence[Word]) -> Look:
    """Return the look at seals without what is the emblem of an identity card. A seal that was read as the unit's stays."""
    if isinstance(seals, NotLooked):
        return seals
    cards = list(_cards(words))
    return replace(seals, findings=tuple(f for f in seals.findings if f.hint == OWN_SEAL or not _is_emblem(f, cards)))


def _cards(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield the two lines that name an identity card, one below the other."""
    texts = [(fold(word.text or "").text, word) for word in words]
    states, titles = ([word for text, word in texts if said in text] for said in (STATE, CARD))
    yield from ((state, title) for state in states for title in titles if _is_below(title, state))


def _is_below(title: Word, state: Word) -> bool:
    along, across = _from(state, title.quad.centre)
    return BELOW[0] <= across <= BELOW[1] and abs(along) <= ASIDE


def _is_emblem(seal: Finding, cards: Iterable[tuple[Word, Word]]) -> bool:
    short, long = sorted((seal.quad.length, seal.quad.thickness))
    return short >= ROUND * long and any(_stands_before(seal, *card) for card in cards)


def _stands_before(seal: Finding, state: Word, title: Word) -> bool:
    height = state.quad.thickness
    across = (seal.quad.length + seal.quad.thickness) / 2 / height
    along, down = _from(state, seal.quad.centre)
    begins = min(-state.quad.length / height / 2, _from(state, title.quad.centre)[0] - title.quad.length / height / 2)
    middle = _from(state, title.quad.centre)[1] / 2
    gap = begins - (along + across / 2)
    return ACROSS[0] <= across <= ACROSS[1] and -0.5 <= gap <= BEFORE and abs(down - middle) <= LEVEL


def _from(line: Word, point: tuple[float, float]) -> tuple[float, float]:
    """Return how far a point lies along and below the middle of a line, in heights of the line."""
    (x, y), (u, v), height = line.quad.centre, line.quad.direction, line.quad.thickness
    dx, dy = point[0] - x, point[1] - y
    return (dx * u + dy * v) / height, (dy * u - dx * v) / height
