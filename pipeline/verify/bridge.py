"""A sought text of which a mask hides the middle: what is left on both sides of the mask still tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot

import numpy as np

from redact.finding import Engine, Finding
from redact.geometry import Point, Quad
from redact.masking import Mask
from redact.page import Word
from redact.search import Writing, fold
from redact.search.folding import is_han

# Of a text at least so many characters, and this share of it, are left open.
FEWEST, LEAST_LEFT = 3, 0.5
# The hidden part is as long as its characters would be, give or take.
SHORTEST, LONGEST = 0.6, 1.6
# Share of the way between the two sides that is masked.
HIDDEN = 0.7
# In pitches: characters of one run are no further apart, and the two sides no further off one line.
APART, OFF = 1.8, 0.6
STEPS = 24


@dataclass(frozen=True, slots=True)
class Run:
    """Characters that stand side by side: folded text, and the place of each of its characters."""

    text: str = field(repr=False)
    places: tuple[Quad, ...]
    score: float

    @property
    def pitch(self) -> float:
        """Distance from one character to the next, px."""
        if len(self.places) == 1:
            return max(self.places[0].length, self.places[0].thickness)
        return _apart(self.places[0].centre, self.places[-1].centre) / (len(self.places) - 1)


def bridged(words: Sequence[Word], writings: Sequence[Writing], promised: Mask, engine: Engine) -> tuple[Finding, ...]:
    """Return a finding for each side of every Chinese writing that is open at both ends of a mask and hidden between. Hint: "cut".

    `promised`: (H, W) bool, what is masked on the page that the words were read on.
    """
    runs = [run for word in words for run in _runs(word)]
    # Half of a derived short name is too little.
    sought = [w for w in writings if w.origin == "given" and len(w.folded) > FEWEST and all(map(is_han, w.folded))]
    return tuple(finding for writing in sought for finding in _bridged(runs, writing, promised, engine))


def _bridged(runs: Sequence[Run], writing: Writing, promised: Mask, engine: Engine) -> Iterator[Finding]:
    heads = [(run, head) for run in runs if (head := _head(run, writing.folded))]
    tails = [(run, tail) for run in runs if (tail := _head(run, writing.folded, backwards=True))]
    for a, head in heads:
        for b, tail in tails:
            if a is not b and _fits(a, b, head, tail, len(writing.folded)) and _masked(a, b, promised):
                score = min(1.0, max(0.0, min(a.score, b.score))) * (head + tail) / len(writing.folded)
                for places in (a.places[-head:], b.places[:tail]):
                    yield Finding(writing.category, _around(places), score, engine, "cut")


def _runs(word: Word) -> Iterator[Run]:
    folded = fold(word.text or "")
    places = [word.characters[i] for i in folded.origin]
    if not places:
        return
    pitch = max(word.quad.thickness, 1.0) if word.quad.length >= word.quad.thickness else max(word.quad.length, 1.0)
    cuts = [i + 1 for i, (a, b) in enumerate(pairwise(places)) if _apart(a.centre, b.centre) > APART * pitch]
    for start, end in pairwise([0, *cuts, len(places)]):
        yield Run(folded.text[start:end], tuple(places[start:end]), word.score)


def _in_line(a: Run, b: Run) -> bool:
    """True where b stands behind a, in the direction of reading, on the same line."""
    (ux, uy), (ax, ay), (bx, by) = a.places[-1].direction, a.places[-1].centre, b.places[0].centre
    if len(a.places) > 1:
        (x0, y0), (x1, y1) = a.places[0].centre, a.places[-1].centre
        length = max(hypot(x1 - x0, y1 - y0), 1e-6)
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
    along, off = (bx - ax) * ux + (by - ay) * uy, abs((by - ay) * ux - (bx - ax) * uy)
    return along > a.pitch and off < OFF * a.pitch + 0.02 * along


def _masked(a: Run, b: Run, promised: Mask) -> bool:
    """True where nearly all that lies between the two runs is masked."""
    (x0, y0), (x1, y1) = a.places[-1].centre, b.places[0].centre
    margin = min(0.45, a.pitch / 2 / _apart((x0, y0), (x1, y1)))
    height, width = promised.shape
    way = [(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in np.linspace(margin, 1 - margin, STEPS)]
    inside = [bool(promised[int(y), int(x)]) for x, y in way if 0 <= x < width and 0 <= y < height]
    return bool(inside) and sum(inside) >= HIDDEN * len(inside)


def _head(run: Run, text: str, backwards: bool = False) -> int:
    """Return how many of the text's first characters the run ends with; backwards: of its last ones, that it begins with."""
    if backwards:
        return next((i for i in range(len(text) - 1, 0, -1) if run.text.startswith(text[-i:])), 0)
    return next((i for i in range(len(text) - 1, 0, -1) if run.text.endswith(text[:i])), 0)


def _fits(a: Run, b: Run, head: int, tail: int, length: int) -> bool:
    """True where enough of the text is left, and the way between the two runs is as long as what is missing."""
    lost = length - head - tail
    if lost < 1 or head + tail < max(FEWEST, LEAST_LEFT * length) or not _in_line(a, b):
        return False
    missing = _apart(a.places[-1].centre, b.places[0].centre) / max(a.pitch, 1.0) - 1
    return SHORTEST * lost - 0.5 <= missing <= LONGEST * lost + 0.5


def _around(places: Sequence[Quad]) -> Quad:
    first, last = places[0].points, places[-1].points
    return Quad.of((first[0], last[1], last[2], first[3]))


def _apart(a: Point, b: Point) -> float:
    return hypot(b[0] - a[0], b[1] - a[1])
