"""Where a reader saw text and could not read it: whole lines, and inked stretches of a line between the characters that it read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from redact.geometry import Point, Quad
from redact.page import Page, Word

# Below this score PP-OCR's reading of a line is not relied on: its confidence on lines that it reads rightly is above it.
BADLY_READ = 0.75
# A gap between characters longer than this many line heights may hold what the reader's dictionary lacks (Uyghur script).
LONG_GAP = 1.5
# Share of dark pixels that makes a gap inked: a dotted leader or a table rule has less, a word of any script more.
INKED = 0.04
DARKER = 60


def unread(page: Page, words: Sequence[Word]) -> tuple[Quad, ...]:
    """Return the places of text that the words leave unread, in page px."""
    return tuple(place for word in words for place in _unread(page, word))


def either_way(lines: Iterable[Quad]) -> tuple[Quad, ...]:
    """Return each line as it is and standing on its head: a line that a reader cannot read may be turned to it, too."""
    return tuple(turn for line in lines for turn in (line, Quad((*line.points[2:], *line.points[:2]))))


def _unread(page: Page, word: Word) -> Iterator[Quad]:
    if not word.text or word.score < BADLY_READ:
        yield word.quad
        return
    for start, end in _gaps(word):
        place = _stretch(word.quad, start, end)
        if _inked(page, place):
            yield place


def _gaps(word: Word) -> Iterator[tuple[float, float]]:
    """Yield the long stretches without a character, as shares of the word's length."""
    (x0, y0), (ux, uy), length = word.quad.points[0], word.quad.direction, word.quad.length
    spans = [_span(q, (x0, y0), (ux, uy), length) for c, q in zip(word.text or "", word.characters, strict=True) if not c.isspace()]
    least = LONG_GAP * word.quad.thickness / length
    reached = 0.0
    for start, end in [*sorted(spans), (1.0, 1.0)]:
        if start - reached > least:
            yield max(0.0, reached), min(1.0, start)
        reached = max(reached, end)


def _span(quad: Quad, origin: Point, direction: Point, length: float) -> tuple[float, float]:
    along = [((x - origin[0]) * direction[0] + (y - origin[1]) * direction[1]) / length for x, y in quad.points]
    return min(along), max(along)


def _stretch(quad: Quad, start: float, end: float) -> Quad:
    a, b, c, d = quad.points
    return Quad.of([_between(a, b, start), _between(a, b, end), _between(d, c, end), _between(d, c, start)])


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _inked(page: Page, place: Quad) -> bool:
    box = place.box().clip(page.width, page.height)
    if box is None:
        return False
    grey = page.pixels[box.y0 : box.y1, box.x0 : box.x1].mean(axis=2)
    return float((grey < np.percentile(grey, 90) - DARKER).mean()) > INKED
