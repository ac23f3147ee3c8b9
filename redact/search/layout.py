"""How the words of a page follow one another: next in the row, next line of the paragraph, next line of the cell.

A reader cuts a page into words where it sees gaps; a name does not respect the cuts. A joint says that the text may go on
from one word to another. Joints are generous: a wrong joint costs a look, a missing one costs a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, pi

import numpy as np
from numpy.typing import NDArray

from redact.geometry import Point
from redact.page import Word
from redact.search.folding import fold, is_arabic

# In line heights. Names set apart in forms stand up to about four characters apart; table rows have gaps as wide, and
# reading over those is harmless.
ROW_GAP = 6.0
LINE_GAP = 2.2  # between the foot of a line and the head of the next: double spacing and forms
SIZE_RATIO = 2.5  # letterheads mix sizes, but one name does not


@dataclass(frozen=True, slots=True)
class Joints:
    """For each word: the words its text may go on in. `row`: beside it. `wrap`: first of the next line. `cell`: right beneath it."""

    row: tuple[tuple[int, ...], ...]
    wrap: tuple[tuple[int, ...], ...]
    cell: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Words of one reading direction in their own coordinates: u along the lines, v across them, h the line height, all (n,)."""

    index: NDArray[np.intp]
    u0: NDArray[np.float64]
    u1: NDArray[np.float64]
    v0: NDArray[np.float64]
    v1: NDArray[np.float64]
    h: NDArray[np.float64]
    backwards: NDArray[np.bool_]


def joints(words: Sequence[Word]) -> Joints:
    """Return how the words of one page follow one another, whatever order they come in and however their text is turned."""
    row: list[tuple[int, ...]] = [()] * len(words)
    wrap: list[tuple[int, ...]] = [()] * len(words)
    cell: list[tuple[int, ...]] = [()] * len(words)
    for frame in _frames(words):
        beside = _beside(frame)
        for i, following in enumerate(beside):
            row[frame.index[i]] = tuple(int(frame.index[j]) for j in following)
        for i, following in enumerate(_beneath(frame)):
            cell[frame.index[i]] = tuple(int(frame.index[j]) for j in following)
        for i, following in _wrapped(frame, beside).items():
            wrap[frame.index[i]] = tuple(int(frame.index[j]) for j in following)
    return Joints(tuple(row), tuple(wrap), tuple(cell))


def beside(words: Sequence[Word], gap: float) -> tuple[tuple[int, ...], ...]:
    """Return for each word the next in its row, at most `gap` line heights away.

    A label and the value in its cell are further apart than the parts of a name.
    """
    following: list[tuple[int, ...]] = [()] * len(words)
    for frame in _frames(words):
        for i, after in enumerate(_beside(frame, gap)):
            following[frame.index[i]] = tuple(int(frame.index[j]) for j in after)
    return tuple(following)


def beneath(words: Sequence[Word], gap: float) -> tuple[tuple[int, ...], ...]:
    """Return for each word those right beneath it, at most two; `gap`: from its foot to their heads, line heights."""
    below: list[tuple[int, ...]] = [()] * len(words)
    for frame in _frames(words):
        for i, following in enumerate(_beneath(frame, gap)):
            below[frame.index[i]] = tuple(int(frame.index[j]) for j in following)
    return tuple(below)


def _frames(words: Sequence[Word]) -> list[_Frame]:
    """Sort words into the four quarter turns; within one, the longest words say how the page is skewed."""
    quarters: dict[int, list[int]] = {}
    for index, word in enumerate(words):
        if fold(word.text or "").text:
            x, y = running(word)
            quarters.setdefault(round(atan2(y, x) / (pi / 2)) % 4, []).append(index)
    return [_frame(words, indices) for indices in quarters.values()]


def running(word: Word) -> Point:
    """Return the unit vector in which the word's lines run: its quad's, but a column's where its characters go down an upright quad."""
    ux, uy = word.quad.direction
    if len(word.characters) < 2 or _is_backwards(word.text or ""):
        return ux, uy
    (x0, y0), (x1, y1) = word.characters[0].centre, word.characters[-1].centre
    along, across = (x1 - x0) * ux + (y1 - y0) * uy, (y1 - y0) * ux - (x1 - x0) * uy
    if abs(across) <= abs(along):
        return ux, uy
    return (-uy, ux) if across > 0 else (uy, -ux)


def _frame(words: Sequence[Word], indices: list[int]) -> _Frame:
    directions = [running(words[i]) for i in indices]
    longest = sorted(range(len(indices)), key=lambda i: -len(words[indices[i]].text or ""))[:15]
    x, y = np.median([directions[i] for i in longest], axis=0)
    ux, uy = (float(c) / float(np.hypot(x, y) or 1.0) for c in (x, y))
    corners = np.array([words[i].quad.points for i in indices])
    u, v = corners @ np.array([ux, uy]), corners @ np.array([-uy, ux])
    h = np.array([_height(words[i], d) for i, d in zip(indices, directions, strict=True)])
    # A long line that is skewed against the frame is taller in it than it is: its middle and its height count.
    middle = v.mean(axis=1)
    backwards = np.array([_is_backwards(words[i].text or "") for i in indices])
    return _Frame(np.array(indices), u.min(axis=1), u.max(axis=1), middle - h / 2, middle + h / 2, h, backwards)


def _height(word: Word, direction: Point) -> float:
    ux, uy = word.quad.direction
    lies_along = abs(ux * direction[0] + uy * direction[1]) > 0.7
    return max(word.quad.thickness if lies_along else word.quad.length, 1e-3)


def _is_backwards(text: str) -> bool:
    return sum(is_arabic(c) for c in text) * 2 > len(text.replace(" ", ""))


def _alike(frame: _Frame) -> NDArray[np.bool_]:
    tallest, least = np.maximum.outer(frame.h, frame.h), np.minimum.outer(frame.h, frame.h)
    return np.asarray(tallest <= SIZE_RATIO * least)


def _overlap(a0: NDArray[np.float64], a1: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, n): how far the intervals overlap, as a share of the shorter one; negative where they do not."""
    shared = np.minimum.outer(a1, a1) - np.maximum.outer(a0, a0)
    return np.asarray(shared / np.maximum(np.minimum.outer(a1 - a0, a1 - a0), 1e-3))


def _beside(frame: _Frame, widest: float = ROW_GAP) -> list[list[int]]:
    """Return for each word the next one in its row: to the right, for Uyghur script to the left."""
    tallest = np.maximum.outer(frame.h, frame.h)
    gap = frame.u0[None, :] - frame.u1[:, None]
    follows = frame.u0[None, :] + frame.u1[None, :] > frame.u0[:, None] + frame.u1[:, None]
    same = _alike(frame) & (_overlap(frame.v0, frame.v1) >= 0.4)
    near = same & follows & (gap >= -0.6 * tallest) & (gap <= widest * tallest)
    np.fill_diagonal(near, False)
    forwards = _nearest(near & ~(frame.backwards[:, None] & frame.backwards[None, :]), gap)
    backwards = _nearest((near & frame.backwards[:, None] & frame.backwards[None, :]).T, gap.T)
    return [sorted({*a, *b}) for a, b in zip(forwards, backwards, strict=True)]


def _nearest(allowed: NDArray[np.bool_], distance: NDArray[np.float64], width: float = 0.0, most: int = 1) -> list[list[int]]:
    """Return for each row of the matrix the columns of the least distances, up to `most`, none more than `width` beyond the least."""
    measured = np.where(allowed, distance, np.inf)
    order = np.argsort(measured, axis=1, kind="stable")[:, :most]
    found = np.take_along_axis(measured, order, axis=1)
    keep = np.isfinite(found) & (found <= found[:, :1] + width)
    return [[int(j) for j, kept in zip(row, flags, strict=True) if kept] for row, flags in zip(order, keep, strict=True)]


def _beneath(frame: _Frame, widest: float = LINE_GAP) -> list[list[int]]:
    """Return for each word those right beneath it: the next line of a cell, the next character of a column."""
    tallest = np.maximum.outer(frame.h, frame.h)
    drop = frame.v0[None, :] - frame.v1[:, None]
    below = _alike(frame) & (_overlap(frame.u0, frame.u1) >= 0.3) & (drop >= -0.5 * tallest) & (drop <= widest * tallest)
    below &= (frame.v0[None, :] + frame.v1[None, :]) - (frame.v0[:, None] + frame.v1[:, None]) > tallest
    return _nearest(below, drop, width=float(np.median(frame.h)) * 0.5, most=2)


def _wrapped(frame: _Frame, beside: list[list[int]]) -> dict[int, list[int]]:
    """Return for the last word of each row segment the first words of the segments in the next line beneath."""
    segments = _segments(beside)
    firsts, lasts = [s[0] for s in segments], [s[-1] for s in segments]
    rows = _Frame(
        np.arange(len(segments)),
        np.array([frame.u0[s].min() for s in segments]),
        np.array([frame.u1[s].max() for s in segments]),
        np.array([frame.v0[s].mean() for s in segments]),
        np.array([frame.v1[s].mean() for s in segments]),
        np.array([np.median(frame.h[s]) for s in segments]),
        np.zeros(len(segments), dtype=np.bool_),
    )
    return {lasts[i]: [firsts[j] for j in below] for i, below in enumerate(_beneath(rows)) if below}


def _segments(beside: list[list[int]]) -> list[list[int]]:
    """Return the chains of words in a row, each in reading order; every word stands in at least one."""
    led_to = {j for following in beside for j in following}
    segments, seen = [], set[int]()
    for start in [*(i for i in range(len(beside)) if i not in led_to), *range(len(beside))]:
        if start in seen:
            continue
        chain = [start]
        while (following := [j for j in beside[chain[-1]] if j not in chain]) and following[0] not in seen:
            chain.append(following[0])
        seen.update(chain)
        segments.append(chain)
    return segments
