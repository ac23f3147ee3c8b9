"""Texts to search: each word by itself, and the words that a name may run through, joined and with the way back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from redact.page import Word
from redact.search.folding import Folded, fold
from redact.search.layout import Joints, joints

LONGEST_CHAIN = 12  # words: a name set as a column of single characters
_BOUNDS = re.compile(r"[\s、，,；;：:（()）]+")
LONGEST_TURN = 3  # words of a chain that changes between row, line and cell


@dataclass(frozen=True, slots=True)
class Stream:
    """Folded text that runs through one word or several. `places[i]`: the word and the character that `text[i]` came from."""

    text: str = field(repr=False)
    places: tuple[tuple[int, int], ...]
    path: tuple[int, ...]

    def crosses(self, start: int, end: int) -> bool:
        """True where text[start:end] begins in the first word and ends in the last."""
        return self.places[start][0] == self.path[0] and self.places[end - 1][0] == self.path[-1]

    def touches(self, index: int) -> bool:
        """True where text[index] and text[index + 1] stand side by side in the page's own text, with nothing dropped between."""
        (word, left), (other, right) = self.places[index], self.places[index + 1]
        return word == other and right - left <= 1


class Streams:
    """The words of one page, folded once, and the chains they form."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = tuple(words)
        self.folded: tuple[Folded, ...] = tuple(fold(w.text or "") for w in self.words)
        self.joints: Joints = joints(self.words)

    def has_posteriors(self, path: Sequence[int]) -> bool:
        """True where every word of the chain keeps its recogniser's posteriors."""
        return all(self.words[index].posteriors is not None for index in path)

    @cached_property
    def alone(self) -> Counter[str]:
        """How often a folded text fills a word of the page, or stands in it between spaces or signs."""
        pieces = (piece for word in self.words for piece in _BOUNDS.split(word.text or ""))
        return Counter(folded for piece in pieces if (folded := fold(piece).text))

    def single(self) -> Iterator[Stream]:
        """Yield each word with text."""
        for index, folded in enumerate(self.folded):
            if folded.text:
                yield self._stream((index,), len(folded.text))

    def paths(self, reach: int) -> Iterator[tuple[int, ...]]:
        """Yield the chains of two words or more that a text of up to `reach` characters can run through."""
        seen: set[tuple[int, ...]] = set()
        for start in range(len(self.words)):
            if self.folded[start].text:
                yield from self._onward((start,), "", reach, seen)

    def _onward(self, path: tuple[int, ...], kinds: str, reach: int, seen: set[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
        if len(path) == LONGEST_CHAIN or sum(len(self.folded[i].text) for i in path[1:]) >= reach - 1:
            return
        for kind, following in self._following(path[-1]):
            turned = "".join(dict.fromkeys(kinds + kind))
            if len(path) >= LONGEST_TURN and len(turned.replace("w", "r").replace("rr", "r")) > 1:
                continue
            for index in following:
                longer = (*path, index)
                if index not in path and self.folded[index].text:
                    if longer not in seen:
                        seen.add(longer)
                        yield longer
                    yield from self._onward(longer, turned, reach, seen)

    def _following(self, index: int) -> tuple[tuple[str, tuple[int, ...]], ...]:
        return ("r", self.joints.row[index]), ("w", self.joints.wrap[index]), ("c", self.joints.cell[index])

    def chained(self, path: tuple[int, ...], reach: int) -> Stream:
        """Return the stream of a chain: the tail of its first word, its middle, the head of its last, `reach` characters each."""
        return self._stream(path, reach)

    def _stream(self, path: tuple[int, ...], reach: int) -> Stream:
        text: list[str] = []
        places: list[tuple[int, int]] = []
        for position, index in enumerate(path):
            folded = self.folded[index]
            first = max(0, len(folded.text) - reach) if position == 0 else 0
            last = min(len(folded.text), reach) if position == len(path) - 1 and position else len(folded.text)
            text.append(folded.text[first:last])
            places.extend((index, character) for character in folded.origin[first:last])
        return Stream("".join(text), tuple(places), path)
