"""Exact and approximate occurrences of one string in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference: text[at] stands for target[of] ("replace"), is too many ("insert"), or target[of] is missing before it ("delete")."""

    kind: str
    at: int
    of: int


@dataclass(frozen=True, slots=True)
class Match:
    """text[start:end] is the target, but for the edits."""

    start: int
    end: int
    edits: tuple[Edit, ...] = ()


def exact(text: str, target: str) -> Iterator[Match]:
    """Yield every occurrence, also those that overlap."""
    start = text.find(target)
    while start >= 0:
        yield Match(start, start + len(target))
        start = text.find(target, start + 1)


def approximate(text: str, target: str, most: int) -> list[Match]:
    """Return the best occurrences with 1 to `most` edits that do not overlap each other or an exact one (Sellers' algorithm).

    Of two that cost the same the one that ends later comes first: a character replaced rather than one missing.
    """
    last = _last_row(text, target)
    matches: list[Match] = []
    for end in sorted((i for i, cost in enumerate(last) if cost <= most), key=lambda i: (last[i], -i)):
        match = _aligned(text, target, end, last[end])
        if match.end > match.start and not any(m.start < match.end and match.start < m.end for m in matches):
            matches.append(match)
    return [m for m in matches if m.edits]


def interrupted(text: str, target: str, most: int) -> Iterator[Match]:
    """Yield where the whole target stands in order with 1 to `most` of its own characters too many: a reader stuttered.

    A character that is not the target's makes another name (托合塔·阿里木, 托合塔提·阿里木).
    """
    start = text.find(target[0])
    while start >= 0:
        at, edits = start, list[Edit]()
        for j, wanted in enumerate(target):
            found = text.find(wanted, at)
            if found < 0 or len(edits) + found - at > most or not set(text[at:found]) <= set(target):
                break
            edits.extend(Edit("insert", i, j) for i in range(at, found))
            at = found + 1
        else:
            if edits:
                yield Match(start, at, tuple(edits))
        start = text.find(target[0], start + 1)


def _last_row(text: str, target: str) -> list[int]:
    """Return for each end in the text the least edits with which the target ends there."""
    column = list(range(len(target) + 1))
    last = [column[-1]]
    for character in text:
        diagonal = column[0]
        for j, wanted in enumerate(target, start=1):
            best = min(diagonal + (character != wanted), column[j] + 1, column[j - 1] + 1)
            diagonal, column[j] = column[j], best
        last.append(column[-1])
    return last


def _aligned(text: str, target: str, end: int, cost: int) -> Match:
    """Walk back from the end: which characters were replaced, too many, missing."""
    first = max(0, end - len(target) - cost)
    table = _table(text[first:end], target)
    i, j, edits = end - first, len(target), list[Edit]()
    while j:
        here = table[i][j]
        if i and here == table[i - 1][j - 1] + (text[first + i - 1] != target[j - 1]):
            i, j = i - 1, j - 1
            if text[first + i] != target[j]:
                edits.append(Edit("replace", first + i, j))
        elif here == table[i][j - 1] + 1:
            j -= 1
            edits.append(Edit("delete", first + i, j))
        else:
            i -= 1
            edits.append(Edit("insert", first + i, j))
    return Match(first + i, end, tuple(reversed(edits)))


def _table(text: str, target: str) -> list[list[int]]:
    rows = [list(range(len(target) + 1))]
    for character in text:
        above, row = rows[-1], [0]
        for j, wanted in enumerate(target, start=1):
            row.append(min(above[j - 1] + (character != wanted), above[j] + 1, row[j - 1] + 1))
        rows.append(row)
    return rows
