"""Spotting Chinese writings in the posteriors of the words, also where the best path reads something else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from redact.finding import Category
from redact.page import Word
from redact.search.context import stands
from redact.search.hits import Hit, Target, reach
from redact.search.lattice import Passage, Steps, Sweep, budget, other_name, passages
from redact.search.matching import Match
from redact.search.pieces import dotted, with_dots
from redact.search.streams import Stream, Streams
from redact.search.writings import Writing


def spotted(streams: Streams, targets: Sequence[Target]) -> Iterator[Hit]:
    """Yield what the posteriors say: in each word, and over the joints of each chain of words that have them."""
    chinese = [t for t in targets if t.is_chinese]
    if not chinese:
        return
    page = Spotter(streams, chinese)
    for stream in streams.single():
        if stream.path[0] in page.steps:
            yield from page.within(stream)
    longest = reach(chinese)
    for path in streams.paths(longest):
        if all(index in page.steps for index in path):
            yield from page.across(path, longest)


def nearest(words: Sequence[Word], writings: Sequence[Writing]) -> list[float | None]:
    """Return, per word, what the nearest of the Chinese writings costs within it, as a share of what it may.

    None where a word has no posteriors: nobody can tell then. Where nothing Chinese is sought all are infinitely far.
    """
    chinese = [target for target in map(Target.of, writings) if target.is_chinese]
    if not chinese:
        return [math.inf] * len(words)
    page = Spotter(Streams(words), chinese)
    if not page.steps:
        return [None] * len(words)
    shares = (page.sweep.within / page.sweep.budgets).min(axis=1)
    return [float(shares[page.row[i]]) if i in page.steps else None for i in range(len(words))]


class Spotter:
    """The posteriors of one page's words, as costs of the characters that are sought."""

    def __init__(self, streams: Streams, targets: Sequence[Target]) -> None:
        self.streams = streams
        self.targets = targets
        alphabet = {c: i for i, c in enumerate(dict.fromkeys(c for t in targets for c in t.writing.folded))}
        self.steps = {i: Steps.of(w.posteriors, alphabet, i) for i, w in enumerate(streams.words) if w.posteriors is not None and w.text}
        self.row = {word: row for row, word in enumerate(self.steps)}

    @cached_property
    def sweep(self) -> Sweep:
        return Sweep.over(list(self.steps.values()), [t.writing.folded for t in self.targets])

    def within(self, stream: Stream) -> Iterator[Hit]:
        """Yield the hits in one word."""
        affordable = np.flatnonzero(self.sweep.within[self.row[stream.path[0]]] <= self.sweep.budgets)
        yield from self._hits(stream, self.steps[stream.path[0]], [self.targets[k] for k in affordable.tolist()])

    def across(self, path: tuple[int, ...], longest: int) -> Iterator[Hit]:
        """Yield the hits that begin in the first word of a chain and end in its last."""
        possible = self.sweep.crossing(self.row[path[0]], self.row[path[-1]], neighbours=len(path) == 2)
        if possible:
            steps = Steps.joined([self.steps[i] for i in path])
            hits = self._hits(self.streams.chained(path, longest), steps, [self.targets[k] for k in possible])
            yield from (h for h in hits if len(h.steps) == len(path))

    def _hits(self, stream: Stream, steps: Steps, targets: Sequence[Target]) -> Iterator[Hit]:
        if not targets:
            return
        for target, found in zip(targets, passages(steps, [t.writing.folded for t in targets]), strict=True):
            for passage in found:
                if not other_name(steps, passage, target.writing.folded, unit=target.writing.category is Category.UNIT):
                    yield from self._placed(stream, steps, passage, target)

    def _placed(self, stream: Stream, steps: Steps, passage: Passage, target: Target) -> Iterator[Hit]:
        reached = _reached(steps, passage)
        spans = tuple((word, *self._characters(word, first, last)) for word, first, last in reached)
        inside = [i for i, (word, character) in enumerate(stream.places) if any(w == word and a <= character <= b for w, a, b in spans)]
        n = len(target.writing.folded)
        standing = stands(self.streams, stream, Match(inside[0], inside[-1] + 1), target.writing) if inside else "others"
        if standing != "others":
            score = max(0.0, 1 - passage.total / budget(n) / 2)
            dots = dotted([int(steps.word[at]) for at in passage.at], target.writing.dots)
            yield Hit(with_dots(self.streams.words, spans), target.writing.category, "lattice", score, reached, standing == "open", dots)

    def _characters(self, word: int, first: int, last: int) -> tuple[int, int]:
        """Return the first and last character of the word's text that lie between two steps, or the nearest one."""
        runs = self._runs(word)
        inside = [i for i, (a, b) in enumerate(runs) if a <= last and first <= b]
        if inside:
            return inside[0], inside[-1]
        middle = (first + last) / 2
        nearest = min(range(len(runs)), key=lambda i: abs((runs[i][0] + runs[i][1]) / 2 - middle))
        return nearest, nearest

    def _runs(self, word: int) -> list[tuple[int, int]]:
        """Return (first step, last step) of each character of a word's text."""
        posteriors, text = self.streams.words[word].posteriors, self.streams.words[word].text or ""
        assert posteriors is not None
        runs: list[tuple[int, int]] = []
        for step, character in enumerate(posteriors.top_text):
            if character and runs and runs[-1][1] == step - 1 and posteriors.top[step] == posteriors.top[step - 1]:
                runs[-1] = runs[-1][0], step
            elif character:
                runs.append((step, step))
        if len(runs) != len(text):
            # A text that is no plain best path: its characters share the steps evenly.
            width = len(posteriors.top_text) / len(text)
            runs = [(int(i * width), max(int(i * width), int((i + 1) * width) - 1)) for i in range(len(text))]
        return runs


def _reached(steps: Steps, passage: Passage) -> tuple[tuple[int, int, int], ...]:
    """Return (word, first step, last step) for each word that the passage runs through."""
    reached: dict[int, tuple[int, int]] = {}
    for at in passage.at:
        word, step = int(steps.word[at]), int(steps.step[at])
        first, last = reached.get(word, (step, step))
        reached[word] = min(first, step), max(last, step)
    return tuple((word, first, last) for word, (first, last) in reached.items())
