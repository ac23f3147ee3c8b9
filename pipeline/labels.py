"""What stands beside a label (姓名, 签名, 工作单位 …) and nobody can read: handwriting, signatures, misread print.

A label's value is the applicant's. Where it was found it is masked already, where a reader read something else with
confidence it is that; ink that is neither is masked as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.masking import Mask, fill_shape
from redact.page import Page, Word
from redact.search import Writing
from redact.search.labels import Known, Label, known, labels

ENGINE = Engine("labels", "1")
HINT = "label-value"
Bits = NDArray[np.uint8]

PX = 32
"""Strips are looked at with so many px per line height."""
LARGE = 40
"""Line height from which px are skipped, page px."""
# All in line heights of the label.
ABOVE = 2.0  # the strip reaches so far above and below the middle of the line: a signature is three lines high
BEFORE = 8.0  # and so far before the label's end, for the left wall of its cell
REACH = 24.0  # and so far behind it: a unit's cell
FAR = 9.0  # a value begins within so much white, unless walls bound its cell
PAUSE = 2.6  # and has no longer white in it: 张　三
MIDDLE = 0.85  # the middle of a value's ink lies so near to the line's
NARROW, LOW = 0.7, 0.4  # less than a character: a speck, a dash, a slash
TALL = 3.7  # what fills the strip is a picture or a frame
STROKE = 0.3  # one stroke at least is so high
LEAST_INK = 0.045  # px² of a line height: less is a speck, however wide it lies
CLOSE = 0.6  # ink so near behind one read character belongs to it
PIECE = 1.6  # and one read character so near behind ink
SOLID = 0.62  # a block of one colour so large is a mask, not writing
WALL, RULE, THIN = 2.3, 2.6, 0.28  # a straight stroke so long, and so thin, is a table's
LOW_WALL = 1.1  # and so long where a line ends it above and below
LEAST_ROW, MOST_ROW = 0.9, 5.0  # of a table
BELOW = 26.0  # a column is looked at so far down
DARKER = 45
PADDING = 0.12
UPRIGHT = 1.8
FRAME_SIDE, FRAME_INK = 1.5, 0.07  # so large, and so little of it inked: what is left of a frame

# Whose finding beside a label is its value. A seal is none: it lies over one.
FOUND = frozenset({Category.NAME, Category.UNIT, Category.NUMBER, Category.CODE})

# How far a stretch that is known stops the search: another line's does not, a single letter may be a piece of the value.
ELSEWHERE, HALF, WHOLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Strip:
    """The line behind a label, upright: x behind the label's end, y across, PX px per line height."""

    label: Label
    ink: Bits = field(repr=False)
    rules: Bits = field(repr=False)
    hidden: Bits = field(repr=False)
    walls: tuple[int, ...]
    inverse: NDArray[np.float64] = field(repr=False)
    forward: NDArray[np.float64] = field(repr=False)

    @property
    def zero(self) -> int:
        """The x of the label's end."""
        return round(BEFORE * PX)

    def floors(self, left: int, right: int) -> list[int]:
        """Return the y of the lines beneath the label that run from wall to wall."""
        inside = self.rules[round(ABOVE * PX) :, left + 3 : max(left + 4, right - 2)]
        # A line that is not quite level is spread over a few rows of px.
        full = cv2.dilate(inside, np.ones((5, 1), np.uint8)).mean(axis=1) > 0.85
        edges = np.flatnonzero(np.diff(np.concatenate([[0], full.astype(np.int8), [0]])))
        return [round(ABOVE * PX) + int(a + b) // 2 for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def stands(self, x: int, top: int, bottom: int) -> bool:
        """True where a wall stands at x, from top to bottom."""
        return float(self.rules[top:bottom, max(0, x - 4) : x + 5].any(axis=1).mean()) > 0.8

    def across(self, quad: Quad) -> tuple[float, float, float, float]:
        """Return x0, y0, x1, y1 of a page's quad in the strip."""
        points = np.hstack([quad.array(), np.ones((4, 1))]) @ self.forward.T
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    def quad(self, x0: float, y0: float, x1: float, y1: float) -> Quad:
        """Return the page's quad of a rectangle in the strip."""
        corners = np.array([(x0, y0, 1.0), (x1, y0, 1.0), (x1, y1, 1.0), (x0, y1, 1.0)]) @ self.inverse.T
        return Quad.of([(float(x), float(y)) for x, y in corners])


def unread_values(
    page: Page, words: Sequence[Word], writings: Sequence[Writing], hidden: Mask, seals: Iterable[Finding] = (), first: Sequence[Word] = ()
) -> tuple[Finding, ...]:
    """Return what stands beside the labels among the words and is neither hidden nor read with confidence as something else.

    `hidden`: (H, W) bool, what is found or masked already. `seals`: where red ink is no writing. `first`: what another reader
    read on the page; what both spell alike is read.
    """
    found = labels(words)
    if not found:
        return ()
    sure = known(words, found, writings, first)
    grey = _Ink(page, hidden, tuple(seal.quad for seal in seals))
    places = (quad for label in found for quad in _values(label, words, sure, grey))
    return tuple(Finding(Category.UNKNOWN, quad, 0.5, ENGINE, HINT) for quad in places if quad.box().clip(page.width, page.height))


def _values(label: Label, words: Sequence[Word], sure: Sequence[Known], ink: _Ink) -> Iterator[Quad]:
    """Yield the value beside a label, or those beneath it, where it heads the column of a table."""
    strip = ink.strip(label)
    beside = _sweep(strip, *_bounds(strip, label), _others(strip, words, sure))
    if beside is not None:
        yield beside
    elif not label.colon and not strip.hidden[:, strip.zero : strip.zero + round(FAR * PX)].any():
        yield from _beneath(strip, ink, sure)


def hidden_by(page: Page, findings: Iterable[Finding]) -> Mask:
    """Return what of the page the findings of texts and codes will hide, (H, W) bool: the values that somebody found."""
    hidden = np.zeros((page.height, page.width), dtype=np.bool_)
    for finding in findings:
        if finding.category in FOUND:
            fill_shape(hidden, finding.quad.grow(0.25 * finding.quad.thickness, 0.15 * finding.quad.thickness), finding.shape)
    return hidden


class _Ink:
    """Strips of one page."""

    def __init__(self, page: Page, hidden: Mask, seals: tuple[Quad, ...]) -> None:
        self._page, self._hidden, self._seals = page, hidden, seals

    def strip(self, label: Label) -> _Strip:
        """Return the strip behind a label."""
        return self._cut(label, BEFORE + REACH, 2 * ABOVE)

    def column(self, label: Label) -> _Strip:
        """Return the strip beneath a label, in the same coordinates."""
        return self._cut(label, 2 * BEFORE, BELOW)

    def _cut(self, label: Label, width: float, height: float) -> _Strip:
        forward = _forward(label)
        size = ceil(width * PX), ceil(height * PX)
        ink = self._ink(label, forward, size)
        hidden = cv2.warpAffine(self._hidden.astype(np.uint8), forward, size, flags=cv2.INTER_NEAREST)
        left, solid, walls = _without_rules(ink)
        inverse = cv2.invertAffineTransform(forward)
        return _Strip(label, left, cv2.subtract(ink, left), cv2.max(hidden, solid), walls, inverse, forward)

    def _ink(self, label: Label, forward: NDArray[np.float64], size: tuple[int, int]) -> Bits:
        """Return where there is ink. Large type is looked at twice as finely: a table's thin line would break where px are skipped."""
        fine = 2 if label.quad.thickness > LARGE else 1
        wide, high = size[0] * fine, size[1] * fine
        colours = cv2.warpAffine(self._page.pixels, forward * fine, (wide, high), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        dark = _dark(self._without_red(colours, forward * fine))
        return np.asarray(dark.reshape(size[1], fine, size[0], fine).max(axis=(1, 3)), dtype=np.uint8)

    def _without_red(self, colours: Bits, forward: NDArray[np.float64]) -> Bits:
        """Return the strip in grey, and inside seals in the channel in which red ink is light."""
        grey = cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY)
        inside = np.zeros(grey.shape, np.uint8)
        for seal in self._seals:
            points = np.hstack([seal.grow(4, 4).array(), np.ones((4, 1))]) @ forward.T
            cv2.fillConvexPoly(inside, np.round(points).astype(np.int32), 1)
        return np.where(inside > 0, colours[..., 0], grey).astype(np.uint8)


def _forward(label: Label) -> NDArray[np.float64]:
    """Return the affine map (2, 3) from the page to the label's strip."""
    (ux, uy), height = label.quad.direction, label.quad.thickness
    a, b, c, d = label.quad.points
    end = ((b[0] + c[0]) / 2, (b[1] + c[1]) / 2)
    if label.backwards:
        # Mirrored: the value stands to the left.
        end, (ux, uy) = ((a[0] + d[0]) / 2, (a[1] + d[1]) / 2), (-ux, -uy)
    vx, vy = (uy, -ux) if label.backwards else (-uy, ux)
    scale = PX / height
    turn = np.array([(ux, uy), (vx, vy)]) * scale
    move = np.array([BEFORE * PX, ABOVE * PX]) - turn @ np.array(end)
    return np.hstack([turn, move[:, None]])


def _dark(grey: Bits) -> Bits:
    paper = float(np.percentile(grey[::2, ::2], 85))
    return (grey < paper - DARKER).astype(np.uint8)


def _without_rules(ink: Bits) -> tuple[Bits, Bits, tuple[int, ...]]:
    """Return the ink without a table's lines and without solid blocks, the blocks, and the x of upright lines."""
    side = round(SOLID * PX)
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    solid = cv2.dilate(solid, np.ones((5, 5), np.uint8)) & ink
    left = cv2.subtract(ink, solid)
    # A line that is not quite straight is caught in a band of three px.
    thick = cv2.dilate(left, np.ones((3, 3), np.uint8))
    lying = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(RULE * PX)), np.uint8))
    standing = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((round(LOW_WALL * PX), 1), np.uint8))
    lying = _thin(lying, 0)
    standing = _walls(_thin(standing, 1), lying)
    left = cv2.subtract(left, cv2.max(lying, standing))
    columns = standing.any(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns, [0]])))
    walls = tuple(int(a + b) // 2 for a, b in zip(edges[::2], edges[1::2], strict=True))
    return left, solid, walls


def _walls(standing: Bits, lying: Bits) -> Bits:
    """Drop what is neither as high as a wall nor held by lines at both its ends: a stroke of a hand."""
    floors = cv2.dilate(lying, np.ones((round(0.3 * PX), 3), np.uint8))
    count, marks, stats, _ = cv2.connectedComponentsWithStats(standing, connectivity=8)
    kept = np.zeros(count, np.uint8)
    for mark, (x, y, w, h, _) in enumerate(stats[1:], start=1):
        held = bool(floors[y : y + 3, x : x + w].any() and floors[y + h - 3 : y + h, x : x + w].any())
        kept[mark] = h >= WALL * PX or held
    return np.asarray(kept[marks], dtype=np.uint8)


def _thin(lines: Bits, axis: int) -> Bits:
    """Drop lines that are too thick to be a table's."""
    width = ceil(THIN * PX) + 2
    kernel = np.ones((width, 1) if axis == 0 else (1, width), np.uint8)
    thick = cv2.morphologyEx(lines, cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.subtract(lines, cv2.dilate(thick, np.ones((5, 5), np.uint8))), dtype=np.uint8)


def _beneath(strip: _Strip, ink: _Ink, sure: Sequence[Known]) -> Iterator[Quad]:
    """Yield what nobody reads in the cells beneath the label, down to where its column ends; rows that are read are passed by."""
    length = strip.label.quad.length / strip.label.quad.thickness * PX
    left = [w for w in strip.walls if w < strip.zero - length + 4]
    right = [w for w in strip.walls if w > strip.zero - 4]
    if not left or not right:
        return
    column = ink.column(strip.label)
    for top, bottom in _rows(column, left[-1], right[0]):
        cell = left[-1] + 4, top + 4, right[0] - 3, bottom - 3
        if any(_meet(column.across(k.quad), cell) for k in sure) or column.hidden[cell[1] : cell[3], cell[0] : cell[2]].any():
            continue
        blots = [b for b in _blots(column.ink) if _meet((b.x0, b.y0, b.x1, b.y1), cell) and not _is_frame(b)]
        if _large(blots):
            yield _place(column, blots, cell[0], cell[2])


def _rows(column: _Strip, left: int, right: int) -> Iterator[tuple[int, int]]:
    """Yield the top and bottom of the cells beneath the label, as long as walls stand to both sides."""
    for top, bottom in pairwise(column.floors(left, right)):
        high = bottom - top
        if not (LEAST_ROW * PX <= high <= MOST_ROW * PX) or not all(column.stands(x, top, bottom) for x in (left, right)):
            return
        yield top, bottom


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """True where the rectangles share more than a seam."""
    return min(a[2], b[2]) - max(a[0], b[0]) > 3 and min(a[3], b[3]) - max(a[1], b[1]) > 3


def _bounds(strip: _Strip, label: Label) -> tuple[float, float]:
    """Return where in the strip a value may begin and where it must end."""
    zero, length = strip.zero, label.quad.length / label.quad.thickness * PX
    right = [w for w in strip.walls if w > zero - 4]
    left = [w for w in strip.walls if w < zero - length + 4]
    start = float(zero)
    if right and not label.colon and right[0] - zero < 3 * PX + (zero - length - left[-1] if left else 0):
        start, right = right[0] + 3.0, right[1:]
    return start, float(right[0] - 2 if right else strip.ink.shape[1])


def _others(strip: _Strip, words: Sequence[Word], sure: Sequence[Known]) -> list[tuple[float, float, float, float, int]]:
    """Return what else is known in the strip: x0, y0, x1, y1, and HALF, WHOLE or, for a text of another line, ELSEWHERE."""
    rows = [(*strip.across(k.quad), WHOLE if k.whole else HALF) for k in sure if k.firm]
    middle, height = ABOVE * PX, strip.ink.shape[0]
    for word in words:
        x0, y0, x1, y1 = strip.across(word.quad)
        if abs((y0 + y1) / 2 - middle) > MIDDLE * PX:
            rows.append((x0, y0, x1, y1, ELSEWHERE))
    return [r for r in rows if r[3] > 0 and r[1] < height and r[2] > 0 and r[0] < strip.ink.shape[1]]


def _sweep(strip: _Strip, start: float, end: float, others: Sequence[tuple[float, float, float, float, int]]) -> Quad | None:
    """Go along the line: the first ink that is not known is the value, unless something known or hidden stands before it."""
    ink, middle = strip.ink.copy(), ABOVE * PX
    stops: list[tuple[float, float, int]] = []
    for x0, y0, x1, y1, how in others:
        pad = 0.12 * PX
        ink[max(0, round(y0 - pad)) : max(0, round(y1 + pad)), max(0, round(x0 - pad)) : max(0, round(x1 + pad))] = 0
        if how != ELSEWHERE and abs((y0 + y1) / 2 - middle) < MIDDLE * PX and x1 > start + 2:
            stops.append((max(x0, start), x1, how))
    stops += _spans(strip.hidden[round(middle - 0.4 * PX) : round(middle + 0.4 * PX)].max(axis=0), start, end)
    return _first(strip, _components(cv2.subtract(ink, strip.hidden), start, end), sorted(stops), start, end)


def _spans(columns: Bits, start: float, end: float) -> list[tuple[float, float, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], columns.astype(np.int8), [0]])))
    return [(float(a), float(b), WHOLE) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > start and a < end and b - a > 0.3 * PX]


@dataclass(frozen=True, slots=True)
class _Blot:
    """Connected ink: its rectangle in the strip and its area, px."""

    x0: int
    y0: int
    x1: int
    y1: int
    area: int


def _blots(ink: Bits) -> list[_Blot]:
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    return [_Blot(int(x), int(y), int(x + w), int(y + h), int(area)) for x, y, w, h, area in stats[1:]]


def _components(ink: Bits, start: float, end: float) -> list[_Blot]:
    """Return the ink of the line between start and end, from left to right."""
    kept = [b for b in _blots(ink) if b.x1 > start and b.x0 < end and b.area >= 4 and not _is_frame(b)]
    # What begins before the place is the label's own last stroke, or the colon.
    kept = [b for b in kept if b.x0 >= start - 2 or b.x1 - start > PX]
    return sorted((b for b in kept if abs((b.y0 + b.y1) / 2 - ABOVE * PX) <= MIDDLE * PX), key=lambda b: b.x0)


def _is_frame(blot: _Blot) -> bool:
    """True for what is left of a table's lines: an upright stroke by itself, or a large shape with hardly any ink."""
    wide, high = blot.x1 - blot.x0, blot.y1 - blot.y0
    upright = high > UPRIGHT * PX and wide < THIN * PX
    return upright or (min(wide, high) > FRAME_SIDE * PX and blot.area < FRAME_INK * wide * high)


def _first(strip: _Strip, blots: Sequence[_Blot], stops: Sequence[tuple[float, float, int]], start: float, end: float) -> Quad | None:
    """Return the value's place: ink from the first blot on, up to a stop or a long pause."""
    far = start + FAR * PX
    group: list[_Blot] = []
    for blot in blots:
        reach = float(max((b.x1 for b in group), default=start))
        stop = next((s for s in stops if reach - 0.5 * PX <= s[0] < blot.x0 + 2), None)
        if _is_picture(blot) or (not group and blot.x0 > far):
            break
        if stop is not None and (stop[2] == WHOLE or blot.x0 - stop[1] > CLOSE * PX or stop[0] - reach > PIECE * PX):
            # What comes first is the value; a speck before it is none.
            return _place(strip, group, start, end) if _large(group) else None
        if stop is not None:
            # One character read, and more beside it that was not: it is read by half.
            group.append(_letter(stop))
        elif group and blot.x0 - reach > PAUSE * PX:
            if _large(group):
                break
            group = []
        group.append(blot)
    last = next((s for s in stops if s[2] == HALF and group and s[0] >= group[-1].x0 and s[0] - group[-1].x1 <= PIECE * PX), None)
    group += [_letter(last)] if last else []
    return _place(strip, group, start, end) if _large(group) else None


def _letter(stop: tuple[float, float, int]) -> _Blot:
    """Return a read character as ink of the value, its area nothing: it does not make ink that is none a value."""
    return _Blot(round(stop[0]), round((ABOVE - 0.4) * PX), round(stop[1]), round((ABOVE + 0.4) * PX), 0)


def _is_picture(blot: _Blot) -> bool:
    return blot.y1 - blot.y0 > TALL * PX and blot.x1 - blot.x0 > PX


def _large(group: Sequence[_Blot]) -> bool:
    """True where the ink is as much as a character's. Dots and dashes are not, however far apart: a colon and a rule cut short."""
    if not any(b.area and b.y1 - b.y0 >= STROKE * PX for b in group):
        return False
    wide = max(b.x1 for b in group) - min(b.x0 for b in group)
    high = max(b.y1 for b in group) - min(b.y0 for b in group)
    return wide >= NARROW * PX and high >= LOW * PX and sum(b.area for b in group) >= LEAST_INK * PX * PX


def _place(strip: _Strip, group: Sequence[_Blot], start: float, end: float) -> Quad:
    pad = PADDING * PX
    x0 = max(start - pad, min(b.x0 for b in group) - pad)
    x1 = min(end, max(b.x1 for b in group) + pad)
    return strip.quad(x0, min(b.y0 for b in group) - pad, x1, max(b.y1 for b in group) + pad)
