"""How far a mask reaches beyond its text: padding, less where a neighbour stands, more where the text's own ink sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from redact.placing.frame import Corners, Rows, Span, Surroundings, middles, projected
from redact.placing.ink import Ink, Strip, pieces, strip, text_ink, without_rules

# Beyond its place, in line heights, ink that belongs to a text is followed so far.
FOLLOWED = 0.3
# A character is no larger than this, in line heights; what is larger is a rule, a frame, a stamp, or several that touch.
CHARACTER = 1.2
# A neighbour's ink is sought so far beyond the text, in line heights.
SOUGHT = 1.0
# A reader's edge between two characters may lie inside the text's own last one by this, in line heights, but no further:
# a gap there is a gap within the character, and to stop in it would leave a stroke readable.
INSIDE = 0.12
# Rounding a sloped mask to whole pixels, and painting all that it touches, widen it by about this, px.
ROUNDING = 1.0
# A printed or scanned stroke fades over a pixel: what is too pale to count as ink is still a part of it.
FADE = 1.0


def padded(text: Span, along: float, across: float, foreign: Corners, around: Surroundings) -> Span:
    """Return the span of a text's mask: `along` and `across` px wider, but not over its neighbours' ink.

    `foreign`: (N, 4, 2) px, characters of no finding. The text's own ink is covered whatever stands beside it.
    """
    reach = SOUGHT * text.em
    window = replace(text, u0=text.u0 - reach, u1=text.u1 + reach, v0=text.v0 - reach, v1=text.v1 + reach)
    piece = strip(around.pixels, window)
    ink = text_ink(piece, text)
    level, plumb = without_rules(ink, text.em)
    own = _own(piece, level & plumb, text)
    rows = projected(foreign, text.direction)
    u0, u1 = _ends(text, own, rows, piece, level, along)
    # Across the line a rule is nobody's ink: it neither parts two lines nor is one spared.
    v0, v1 = _sides(text, own, rows, piece, level & plumb, across)
    return replace(text, u0=u0, u1=u1, v0=v0, v1=v1)


def _own(piece: Strip, ink: Ink, text: Span) -> Span:
    """Return the span that covers the pieces of ink that lie mostly in the text, as far as they are followed; at least nothing."""
    found = pieces(ink)
    inside = np.zeros_like(ink)
    inside[piece.rows(text.v0, text.v1), piece.columns(text.u0, text.u1)] = True
    within = np.bincount(found.labels[inside], minlength=len(found.areas))
    character = found.boxes[:, 2:].max(axis=1) <= CHARACTER * text.em
    mine = (2 * within > found.areas) & character
    mine[0] = False
    if not mine.any():
        middle = (text.u0 + text.u1) / 2, (text.v0 + text.v1) / 2
        return replace(text, u0=middle[0], u1=middle[0], v0=middle[1], v1=middle[1])
    x, y, w, h = found.boxes[mine].T
    most = FOLLOWED * text.em
    return replace(
        text,
        u0=max(text.u0 - most, piece.u0 + float(x.min())),
        u1=min(text.u1 + most, piece.u0 + float((x + w).max())),
        v0=max(text.v0 - most, piece.v0 + float(y.min())),
        v1=min(text.v1 + most, piece.v0 + float((y + h).max())),
    )


def _ends(text: Span, own: Span, rows: Rows, piece: Strip, ink: Ink, padding: float) -> tuple[float, float]:
    """Return where the mask begins and ends along the line."""
    v = middles(rows)[1]
    line = rows[(v > text.v0) & (v < text.v1)]
    u = middles(line)[0]
    drawn = np.any(ink[piece.rows(text.v0, text.v1)], axis=0)
    after, before = line[u > text.u1], line[u < text.u0]
    end = _reach(text.u1, own.u1, padding, _nearest(after[:, :2]), drawn, piece.u0, text)
    start = _reach(-text.u0, -own.u0, padding, _nearest(-before[:, 1::-1]), drawn[::-1], -piece.u0 - len(drawn), text)
    return -start, end


def _sides(text: Span, own: Span, rows: Rows, piece: Strip, ink: Ink, padding: float) -> tuple[float, float]:
    """Return where the mask begins and ends across the line."""
    v = middles(rows)[1]
    beside = rows[(rows[:, 1] > text.u0) & (rows[:, 0] < text.u1) & ~((v > text.v0) & (v < text.v1))]
    v = middles(beside)[1]
    drawn = np.any(ink[:, piece.columns(text.u0, text.u1)], axis=1)
    below, above = beside[v > text.v1], beside[v < text.v0]
    end = _reach(text.v1, own.v1, padding, _nearest(below[:, 2:]), drawn, piece.v0, text)
    start = _reach(-text.v0, -own.v0, padding, _nearest(-above[:, :1:-1]), drawn[::-1], -piece.v0 - len(drawn), text)
    return -start, end


def _nearest(edges: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the near edge and the middle of the nearest neighbour, from (N, 2) near and far edges; None without one."""
    if not len(edges):
        return None
    near, far = edges[np.argmin(edges.sum(axis=1))]
    return float(near), float(near + far) / 2


def _reach(
    edge: float, own: float, padding: float, neighbour: tuple[float, float] | None, drawn: NDArray[np.bool_], origin: float, text: Span
) -> float:
    """Return how far the mask reaches to one side. Sides that look backward come with all their coordinates negated.

    `edge`: the text's; `own`: its ink's; `drawn`: per px from `origin`, whether anything is drawn there.
    """
    furthest = max(edge, own) + padding
    if neighbour is None or neighbour[1] > edge + SOUGHT * text.em + padding:
        return furthest
    gap = _gap(drawn, origin, edge, neighbour, text.em)
    if gap is None:
        return max(edge, own) + FADE
    stop = (gap[0] + gap[1]) / 2 - (0.0 if 0 in text.direction else ROUNDING)
    # Whatever is taken for white, a mask gives up no more of its text's place than a reader errs.
    return max(min(furthest, stop), min(gap[0] + FADE, gap[1]), edge - INSIDE * text.em)


def _gap(drawn: NDArray[np.bool_], origin: float, edge: float, neighbour: tuple[float, float], em: float) -> tuple[float, float] | None:
    """Return the white between the text and its neighbour that lies nearest to where the reader parts them."""
    near, middle = neighbour
    low, high = sorted((edge, near))
    best: tuple[float, float, float, float] | None = None
    for start, end in _white_runs(drawn, origin):
        if end < edge - INSIDE * em or start > middle:
            continue
        off = max(0.0, start - high, low - end)
        row = (off, start - end, start, end)
        best = row if best is None or row < best else best
    return None if best is None else best[2:]


def _white_runs(drawn: NDArray[np.bool_], origin: float) -> Iterator[tuple[float, float]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ~drawn, [0])).astype(np.int8)))
    yield from ((origin + float(start), origin + float(end)) for start, end in zip(edges[::2], edges[1::2], strict=True))
