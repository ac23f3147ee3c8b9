"""Where a hit lies on the page: one quad for each word it runs through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import atan2, cos, hypot, radians

import numpy as np
from numpy.typing import NDArray

from redact.geometry import Point, Quad
from redact.page import Word
from redact.search.folding import fold
from redact.search.streams import Stream

CURVED = cos(radians(10))
GLYPH = 0.78  # of a line box's height: the detector draws it larger than the glyphs
# A dot in a cell of its own: between the centres of its neighbours, line heights; and how far off their axis they may stand.
CELLS_APART, OFF_AXIS = 6.0, 0.5


def spans(stream: Stream, start: int, end: int) -> tuple[tuple[int, int, int], ...]:
    """Return (word, first character, last character) for each word that text[start:end] runs through."""
    reach: dict[int, tuple[int, int]] = {}
    for word, character in stream.places[start:end]:
        first, last = reach.get(word, (character, character))
        reach[word] = min(first, character), max(last, character)
    return tuple((word, first, last) for word, (first, last) in reach.items())


def with_dots(words: Sequence[Word], pieces: tuple[tuple[int, int, int], ...]) -> tuple[tuple[int, int, int], ...]:
    """Return the spans of a hit over several words, grown over dots at the joints: a dot left over tells that a name stood there."""
    grown = []
    for position, (word, first, last) in enumerate(pieces):
        text = words[word].text or ""
        if position and not fold(text[:first]).text:
            first = 0
        if position < len(pieces) - 1 and not fold(text[last + 1 :]).text:
            last = len(text) - 1
        grown.append((word, first, last))
    return tuple(grown)


def dotted(words: Sequence[int], dots: frozenset[int], off: int = 0) -> tuple[int, ...]:
    """Return the joints of a hit at which a dot stands. `words`: the word of each character; `off`: how far they may be wrong."""
    joints = [i for i in range(1, len(words)) if words[i] != words[i - 1]]
    return tuple(number for number, at in enumerate(joints) if any(abs(at - dot) <= off for dot in dots))


def bridge(a: Quad, b: Quad) -> Quad | None:
    """Return the quad between two characters that stand in neighbouring cells: a dot in the cell between them is no reader's word.

    None where they are no neighbours in a row or a column.
    """
    (x, y), (ux, uy) = (b.centre[0] - a.centre[0], b.centre[1] - a.centre[1]), a.direction
    along, across, height = abs(x * ux + y * uy), abs(y * ux - x * uy), max(a.thickness, b.thickness)
    apart = hypot(x, y)
    if not height < apart <= CELLS_APART * height or min(along, across) > OFF_AXIS * height:
        return None
    middle = (a.centre[0] + x / 2, a.centre[1] + y / 2)
    return Quad.centred(middle, apart / 2, GLYPH * height / 2, atan2(y, x))


def quads(word: Word, first: int, last: int, steps: tuple[int, int] | None = None) -> Iterator[Quad]:
    """Yield tight quads over the characters first to last of a word: one, or along a curve one for every two neighbours.

    `steps`: the first and last step of a hit in the word's posteriors, which are covered too, half a glyph to either side.
    """
    direction = word.quad.direction
    characters = _widened(list(word.characters[first : last + 1]), word, steps)
    if any(_cosine(c.direction, direction) < CURVED for c in characters) and len(characters) > 1:
        yield from (around((a, b), a.direction) for a, b in pairwise(characters))
    else:
        yield around(characters, direction)


def _widened(characters: list[Quad], word: Word, steps: tuple[int, int] | None) -> list[Quad]:
    """Return the characters with a square glyph round the first and the last step: what is misread may have no place of its own.

    In reading order, since along a curve each is covered together with the next.
    """
    if steps is None or word.posteriors is None:
        return characters
    ends = [_glyph(word.posteriors.centres[step], like) for step, like in zip(steps, (characters[0], characters[-1]), strict=True)]
    return [ends[0], *characters, ends[1]]


def _glyph(centre: NDArray[np.float32], like: Quad) -> Quad:
    half = GLYPH / 2 * like.thickness
    x, y = like.direction
    return Quad.centred((float(centre[0]), float(centre[1])), half, half, atan2(y, x))


def around(pieces: Iterable[Quad], direction: Point) -> Quad:
    """Return the rectangle, turned as the direction says, that covers the pieces."""
    ux, uy = direction
    points = [p for piece in pieces for p in piece.points]
    us = [x * ux + y * uy for x, y in points]
    vs = [y * ux - x * uy for x, y in points]
    corners = ((min(us), min(vs)), (max(us), min(vs)), (max(us), max(vs)), (min(us), max(vs)))
    return Quad.of((u * ux - v * uy, u * uy + v * ux) for u, v in corners)


def _cosine(a: Point, b: Point) -> float:
    return a[0] * b[0] + a[1] * b[1]
