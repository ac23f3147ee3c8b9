"""What stands beside a hit in its own words: the text that touches it, and what bounds that."""

from __future__ import annotations

from dataclasses import dataclass, field

from redact.page import Word
from redact.search.folding import is_han, simplify
from redact.search.matching import Match
from redact.search.streams import Stream, Streams

# A gap of more than this share of a character ends a run: letters of one name stand closer.
GAP = 0.35


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The Chinese characters that touch a hit, simplified, without a sign or gap between; and the whole of its words beside it.

    `before` and `after`: those characters; `name`: the hit as it was read. `head` and `tail`: all that its first word holds
    before it, and its last word after it. `wraps`: the last word goes on in a next line. `score`: the least of its words.
    """

    before: str = field(repr=False)
    name: str = field(repr=False)
    after: str = field(repr=False)
    head: str = field(repr=False)
    tail: str = field(repr=False)
    wraps: bool
    score: float
    words: tuple[int, ...]

    @property
    def ends_open(self) -> bool:
        """True where what touches the hit behind reaches the end of a line that goes on, and begins somewhere in running text."""
        return self.wraps and len(self.after) == len(self.tail) and bool(self.before)

    @property
    def alone(self) -> bool:
        """True where nothing touches the hit: alone in its word or cell, or set apart in it by gaps."""
        return _apart(self.head[-1:]) and _apart(self.tail[:1])


def _apart(neighbour: str) -> bool:
    return not neighbour or neighbour.isspace()


def surroundings(streams: Streams, stream: Stream, match: Match) -> Surroundings:
    """Return what stands beside a match."""
    (first, start), (last, end) = stream.places[match.start], stream.places[match.end - 1]
    head, tail = _head(streams.words[first], start), _tail(streams.words[last], end)
    touched = tuple(dict.fromkeys(word for word, _ in stream.places[match.start : match.end]))
    return Surroundings(
        before=_run(head[::-1])[::-1],
        name=stream.text[match.start : match.end],
        after=_run(tail),
        head=head,
        tail=tail,
        wraps=bool(streams.joints.wrap[last]),
        score=min(streams.words[word].score for word in touched),
        words=touched,
    )


def _head(word: Word, start: int) -> str:
    """Return the word's text before a character, simplified, with a space for every gap."""
    return _spaced(word, 0, start + 1)[:-1]


def _tail(word: Word, end: int) -> str:
    return _spaced(word, end, len(word.text or ""))[1:]


def _spaced(word: Word, first: int, last: int) -> str:
    text = word.text or ""
    rest = (simplify(text[i]) if is_close(word, i - 1) else f" {simplify(text[i])}" for i in range(first + 1, last))
    return "".join((text[first], *rest))


def is_close(word: Word, index: int) -> bool:
    """True where a character and the next stand as close as those of one name."""
    one, other = word.characters[index], word.characters[index + 1]
    a, b = one.box(), other.box()
    gap = max(b.x0 - a.x1, a.x0 - b.x1, b.y0 - a.y1, a.y0 - b.y1)
    return gap <= GAP * max(min(max(q.length, q.thickness) for q in (one, other)), 1e-3)


def _run(text: str) -> str:
    for index, character in enumerate(text):
        if not is_han(character):
            return text[:index]
    return text
