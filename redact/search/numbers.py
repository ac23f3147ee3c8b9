"""Seeking numbers that lead to a person, whoever's they are, in the words that one source read on one page.

A form sets a label into one cell and its value into the next or right beneath, sometimes a digit to a box; a paragraph breaks
a number over two lines. So words are joined to texts along rows, from a line's end to the next line, and from a label down
its column, and numbers are sought in each; the way back to words and characters stays known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redact.finding import Category, Engine, Finding, NumberKind
from redact.geometry import Quad
from redact.page import Word
from redact.search.layout import beneath, beside, joints, running
from redact.search.number_forms import is_label, numbers_in
from redact.search.pieces import around, quads

# All in line heights. A label stands centred in its cell and its value in a cell that may be as wide as the page.
ROW_REACH = 30.0
COLUMN_REACH = 4.0  # from a value's foot to the next value's head: a table row of 14 mm in 10 pt
STACKED = 0.8  # between the two lines of one label
TOUCHING, CLOSE = 0.35, 1.5  # up to these gaps digits are one number without and with a space
REACH = 48  # characters of a line's end and of the next line's head: a label and a number
LONGEST_LABEL = 14  # characters, set in two lines of a cell
LONGEST_ROW, LONGEST_COLUMN = 60, 80  # words
_WORTH = re.compile(r"[0-9０-９@＠©®]|出\s*生|生\s*日|生\s*于|邮|mail", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9０-９XxOolI|\-]")

Span = tuple[int, int, int]
"""Word, first character, last character."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Words joined. `places[i]`: the word and the character that `text[i]` came from; None for what joins them."""

    text: str = field(repr=False)
    places: tuple[tuple[int, int] | None, ...]

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        reach: dict[int, tuple[int, int]] = {}
        for place in self.places[start:end]:
            if place is not None:
                first, last = reach.get(place[0], (place[1], place[1]))
                reach[place[0]] = min(first, place[1]), max(last, place[1])
        return tuple((word, first, last) for word, (first, last) in reach.items())


def find_numbers(words: Sequence[Word], kinds: Collection[NumberKind], engine: Engine) -> tuple[Finding, ...]:
    """Return a finding for every piece of every number of the kinds on the page, its hint the kind.

    `words`: one source's, of one page, in any order. No kinds: nothing is sought.
    """
    if not kinds:
        return ()
    hits = {(kind, spans) for kind, spans in _hits(tuple(words)) if kind in kinds and spans}
    return tuple(finding for kind, spans in _outermost(hits) for finding in _findings(words, kind, spans, engine))


def _hits(words: tuple[Word, ...]) -> Iterator[tuple[NumberKind, tuple[Span, ...]]]:
    for text in _along(words):
        if _WORTH.search(text.text):
            yield from ((n.kind, text.spans(n.start, n.end)) for n in numbers_in(text.text))
    for text, joint in _onward(words):
        yield from ((n.kind, text.spans(n.start, n.end)) for n in numbers_in(text.text) if n.begin < joint < n.end)
    yield from _columns(words)


def _along(words: tuple[Word, ...]) -> Iterator[_Text]:
    """Yield each word by itself, each row, and the rows of labels that are set in two lines of one cell."""
    for index, word in enumerate(words):
        if word.text:
            yield _joined(words, (index,))
    labels = _stacked(words)
    whole = (*words, *labels)
    following = beside(whole, ROW_REACH)
    led_to = {after for row in following for after in row}
    for start in range(len(whole)):
        if following[start] and (start >= len(words) or start not in led_to):
            yield _without(_joined(whole, _row(start, following)), len(words))


def _row(start: int, following: Sequence[tuple[int, ...]]) -> list[int]:
    row = [start]
    while len(row) < LONGEST_ROW and following[row[-1]] and following[row[-1]][0] not in row:
        row.append(following[row[-1]][0])
    return row


def _joined(words: Sequence[Word], row: Iterable[int]) -> _Text:
    text: list[str] = []
    places: list[tuple[int, int] | None] = []
    before: Word | None = None
    for index in row:
        word = words[index]
        for joint in _joint(before, word) if before is not None else "":
            text.append(joint)
            places.append(None)
        text.extend(word.text or "")
        places.extend((index, character) for character in range(len(word.text or "")))
        before = word
    return _Text("".join(text), tuple(places))


def _joint(before: Word, after: Word) -> str:
    """Return what stands between two words of a row: nothing between digits that touch, a tab, a wide gap."""
    ux, uy = running(before)
    ends = [x * ux + y * uy for x, y in before.quad.points]
    heads = [x * ux + y * uy for x, y in after.quad.points]
    gap = (min(heads) - max(ends)) / max(min(before.quad.thickness, after.quad.thickness), 1e-3)
    digits = _DIGIT.match((before.text or " ")[-1]) and _DIGIT.match((after.text or " ")[0])
    return "" if digits and gap <= TOUCHING else "\t" if gap <= CLOSE else "\v"


def _without(text: _Text, most: int) -> _Text:
    """Take the way back from labels that are no words: a number never lies in its label."""
    return _Text(text.text, tuple(p if p is not None and p[0] < most else None for p in text.places))


def _stacked(words: tuple[Word, ...]) -> list[Word]:
    """Return the labels that stand in two lines of one cell, each as one word as high as both."""
    pairs = [(i, j) for i, below in enumerate(beneath(words, STACKED)) for j in below]
    return [_merged(words[i], words[j]) for i, j in pairs if _is_stacked(words[i].text or "", words[j].text or "")]


def _is_stacked(upper: str, lower: str) -> bool:
    return len(upper) + len(lower) <= LONGEST_LABEL and is_label(upper.strip() + lower.strip())


def _merged(upper: Word, lower: Word) -> Word:
    quad: Quad = around((upper.quad, lower.quad), upper.quad.direction)
    text = (upper.text or "") + (lower.text or "")
    return Word(quad, text, upper.characters + lower.characters, min(upper.score, lower.score), upper.source)


def _onward(words: tuple[Word, ...]) -> Iterator[tuple[_Text, int]]:
    """Yield the end of each line with the head of the next, and where they join."""
    following = joints(words)
    before = {after: i for i, row in enumerate(following.row) for after in row}
    for last in range(len(words)):
        # In a cell of several lines the text goes on right beneath, not in the row's next line.
        for first in {*following.wrap[last], *following.cell[last]}:
            line = (before[last], last) if last in before else (last,)
            head, tail = _joined(words, line), _joined(words, (first, *following.row[first]))
            if _WORTH.search(head.text[-REACH:] + tail.text[:REACH]):
                yield _glued(head, tail, "" if _goes_on(words[last].text or "", words[first].text or "") else "\n")


def _goes_on(line: str, following: str) -> bool:
    """True where a line's end breaks a number. Two cells of numbers, one above the other, are two numbers."""
    digits = _DIGIT.match(line[-1:] or " ") and _DIGIT.match(following[:1] or " ")
    return bool(digits) and any(c.isalpha() for c in line + following)


def _glued(head: _Text, tail: _Text, joint: str) -> tuple[_Text, int]:
    start = max(0, len(head.text) - REACH)
    text = head.text[start:] + joint + tail.text[:REACH]
    places = (*head.places[start:], *(None for _ in joint), *tail.places[:REACH])
    return _Text(text, places), len(head.text) - start


def _columns(words: tuple[Word, ...]) -> Iterator[tuple[NumberKind, tuple[Span, ...]]]:
    """Yield the values right beneath a label, and on down its column as long as they are such values."""
    below = beneath(words, COLUMN_REACH)
    aside = joints(words).row
    for label, word in enumerate(words):
        if word.text and is_label(word.text.strip()):
            yield from _down(words, label, below, aside)


def _down(
    words: tuple[Word, ...], label: int, below: Sequence[tuple[int, ...]], aside: Sequence[tuple[int, ...]]
) -> Iterator[tuple[NumberKind, tuple[Span, ...]]]:
    seen, waiting = {label}, list(below[label])
    head = _joined(words, (label,))
    while waiting and len(seen) < LONGEST_COLUMN:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        text, joint = _glued(head, _joined(words, (index, *aside[index])), "\f")
        found = [n for n in numbers_in(text.text) if n.begin < joint < n.start and text.spans(n.start, n.end)[0][:2] == (index, 0)]
        yield from ((n.kind, text.spans(n.start, n.end)) for n in found)
        waiting += below[index] if found else ()


def _outermost(hits: Iterable[tuple[NumberKind, tuple[Span, ...]]]) -> list[tuple[NumberKind, tuple[Span, ...]]]:
    """Drop what lies wholly inside another number of its kind."""
    kept: list[tuple[NumberKind, tuple[Span, ...]]] = []
    for kind, spans in sorted(hits, key=lambda hit: (-sum(last - first + 1 for _, first, last in hit[1]), hit)):
        if not any(other == kind and all(any(_inside(s, o) for o in outer) for s in spans) for other, outer in kept):
            kept.append((kind, spans))
    return sorted(kept, key=lambda hit: hit[1])


def _inside(span: Span, other: Span) -> bool:
    return span[0] == other[0] and other[1] <= span[1] and span[2] <= other[2]


def _findings(words: Sequence[Word], kind: NumberKind, spans: tuple[Span, ...], engine: Engine) -> Iterator[Finding]:
    score = min(1.0, max(0.0, min(words[word].score for word, _, _ in spans)))
    for word, first, last in spans:
        for quad in quads(words[word], first, last):
            yield Finding(Category.NUMBER, quad, score, engine, kind.value)
