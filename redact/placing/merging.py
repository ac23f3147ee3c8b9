"""Findings of one line that touch become one: a seam between two masks tells how long each is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from redact.finding import Category, Finding
from redact.placing.frame import Corners, Rows, Span, Surroundings, middles, projected
from redact.placing.ink import pale_ink, strip, without_dust, without_rules

# One line: directions within this angle, heights within this ratio, middles within this share of the height.
SAME_DIRECTION, SAME_HEIGHT, SAME_MIDDLE = cos(radians(3)), 1.35, 0.25
# Nearer than this, in line heights, is one run of text.
NEAR = 0.5
# A name set wide in a form has so much white between its characters, which read as words of their own.
WIDE = 2.5
# Merged quads may be taller than the tallest of them by this: more would reach into the lines beside it.
TALLER = 1.2


def merged(findings: Sequence[Finding], foreign: Corners, around: Surroundings) -> list[tuple[Finding, Span]]:
    """Return the findings as spans, those of one run of text and one category as one.

    Only within a category: a redaction has one, and a name beside a unit stays two redactions that touch, so that a clerk
    who takes the unit off does not uncover the name. Of those merged the surest finding gives its reason.
    `foreign`: (N, 4, 2) px, characters of no finding.
    """
    spans = [Span.around([f.quad], f.quad.direction) for f in findings]
    lines: list[tuple[Finding, Span]] = []
    for group in _groups(findings, spans, foreign, around):
        whole = _whole([findings[i] for i in group])
        if len(group) > 1 and _thickness(whole) > TALLER * max(_thickness(spans[i]) for i in group):
            lines += [(findings[i], spans[i]) for i in group]
        else:
            lines.append((max((findings[i] for i in group), key=lambda f: (f.score, f.quad.area, f.hint)), whole))
    return lines


def _thickness(span: Span) -> float:
    return span.v1 - span.v0


def _whole(group: Sequence[Finding]) -> Span:
    longest = max(group, key=lambda f: (f.quad.length, f.quad.points))
    return Span.around([f.quad for f in group], longest.quad.direction)


def _groups(findings: Sequence[Finding], spans: Sequence[Span], foreign: Corners, around: Surroundings) -> Iterator[list[int]]:
    """Yield the indices of findings that run together, directly or through others."""
    leader = list(range(len(findings)))

    def lead(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    for a, b in _pairs(findings, spans, foreign, around):
        first, second = sorted((lead(a), lead(b)))
        leader[second] = first
    groups: dict[int, list[int]] = {}
    for index in range(len(findings)):
        groups.setdefault(lead(index), []).append(index)
    yield from groups.values()


def _pairs(findings: Sequence[Finding], spans: Sequence[Span], foreign: Corners, around: Surroundings) -> Iterator[tuple[int, int]]:
    places = np.array([f.quad.points for f in findings], dtype=np.float64).reshape(-1, 4, 2)
    directions = np.array([s.direction for s in spans]).reshape(-1, 2)
    categories = np.array([f.category.value for f in findings])
    for index, span in enumerate(spans):
        later = slice(index + 1, len(spans))
        rows = projected(places[later], span.direction)
        like = (categories[later] == categories[index]) & (directions[later] @ np.array(span.direction) >= SAME_DIRECTION)
        wide = WIDE if findings[index].category is Category.NAME else NEAR
        for other in np.flatnonzero(like & _one_line(span, rows, wide)):
            if _nothing_between(span, rows[other], foreign, around):
                yield index, index + 1 + int(other)


def _one_line(span: Span, rows: Rows, wide: float) -> NDArray[np.bool_]:
    height = _thickness(span)
    heights = rows[:, 3] - rows[:, 2]
    gap = np.maximum(rows[:, 0] - span.u1, span.u0 - rows[:, 1])
    level = np.abs(middles(rows)[1] - (span.v0 + span.v1) / 2) <= SAME_MIDDLE * height
    alike: NDArray[np.bool_] = (heights <= SAME_HEIGHT * height) & (height <= SAME_HEIGHT * heights)
    return level & alike & (gap <= wide * np.minimum(height, heights))


def _nothing_between(span: Span, row: NDArray[np.float64], foreign: Corners, around: Surroundings) -> bool:
    """True where no character of others stands between the two, and, if they are further apart, nothing at all."""
    u0, u1 = min(span.u1, row[1]), max(span.u0, row[0])
    if u0 >= u1:
        return True
    u, v = middles(projected(foreign, span.direction))
    if bool(((u > u0) & (u < u1) & (v > span.v0) & (v < span.v1)).any()):
        return False
    return u1 - u0 <= NEAR * _thickness(span) / 2 or _white(span, u0, u1, around)


def _white(span: Span, u0: float, u1: float, around: Surroundings) -> bool:
    piece = strip(around.pixels, Span(span.direction, min(u0, span.u0), max(u1, span.u1), span.v0, span.v1))
    ink = without_rules(pale_ink(piece, span), span.em)[0]
    return not without_dust(ink, span.em)[:, piece.columns(u0 + 0.1 * span.em, u1 - 0.1 * span.em)].any()
