"""The characters of a small seal: straightened, without the frame, cut apart, and set in a row in every way they may stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import atan2, pi

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Finding, Shape
from redact.geometry import Quad
from redact.page import Page

Map = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Cell = tuple[int, int, int, int]
Orders = tuple[tuple[int, ...], ...]

# The seal's long side, px: a character of two becomes twice as large as the recogniser needs it.
SIDE = 176
# Paper beside the seal that is measured along with it, as a share of its sides.
AROUND = 0.12
# A cell of the row, and the largest side of the character in it, px.
PITCH, GLYPH = 48, 40
# Tilts that are tried beyond what the detector says, degrees.
TILTS = tuple(range(-6, 7))
# A frame spans so much of what was cut out, both ways; print that the edge cuts stays within so much of it.
FRAME, NEAR_EDGE = 0.5, 0.25
# The dots of a 1-bit scan's field lie no further apart, px.
DOTS = (5, 5)
# Print that touches a frame reaches beyond it by less than this share of what both take, and inks less than that of its place.
TOUCHING, PRINTED = 0.25, 0.4
# Absorbance of faint ink (natural logarithm), and shares of the full ink: a line's, a stroke's.
FAINT, INKED, STROKE = 0.08, 0.4, 0.45
# A line or column of pixels that holds a smaller share of ink than this lies outside the seal.
SPECKS = 0.06
# Ink that belongs to a piece, and which pieces are no strokes: small ones, and thin ones along an edge, px.
WEAK, SPECK_PX, SLIVER_PX = 0.25, 14, 4
# A frame's line inks at least this share of a side, one cut out of a filled field that of it; it lies within this share of the side.
LINE, WHITE_LINE, DEEP = 0.6, 0.85, 0.17
# Share of the field that is inked: above the first the characters may be paper, below the second they may be ink.
WHITE_ABOVE, RED_BELOW = 0.38, 0.56
# Characters that are fainter than the frame are brought up to full ink, but not what is fainter than this.
FAINTEST = 0.3
# How far within an oval's outline its rim reaches, and how far the field of a white one.
RIM, FIELD = 0.84, 0.94
# How far a cut may lie from the even division, as a share of a cell; the most ink along it, and that along one which leaves no
# doubt, as shares of the densest line.
STRAY, CROSSED, CLEAR = 0.2, 0.45, 0.08
# Sides of a seal whose characters may stand in one row or column, must stand so, and of a cell that holds one character.
OBLONG, LONG, SLIM = 1.2, 1.7, 2.9


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """The cells of a seal in a row, black on white, (PITCH, PITCH * n, 3) uint8.

    `settings`: the ways in which the characters may stand; each has the orders in which cells may be read, likeliest first.
    """

    image: Bytes = field(repr=False)
    settings: tuple[Orders, ...]

    @property
    def cells(self) -> int:
        """The number of cells."""
        return int(self.image.shape[1]) // PITCH


def plates(page: Page, seal: Finding, turn: int) -> list[Plate]:
    """Return the characters of a small seal: as ink, as paper cut out of ink, or both where it may be either.

    `turn`: quarter turns of the page's text, clockwise. Nothing where no characters can be made out.
    """
    quad = upright(seal.quad, turn)
    own, dark = _absorbance(_cut(page, quad), seal.hint)
    level = float(np.percentile(own, 96))
    if level < FAINT:
        return []
    ink = np.stack([np.clip(own / level, 0, 1), np.clip(dark / level, 0, 1)], 2)
    is_round = seal.shape is Shape.ELLIPSE
    alone = _alone(ink if is_round else _straightened(ink), is_round)
    found = _round(alone) if is_round else _square(alone)
    made = (_plate(characters) for characters in found)
    return [plate for plate in made if plate is not None]


def upright(quad: Quad, turn: int) -> Quad:
    """Return the quad with that of its edges first that runs most nearly along the page's text."""
    corners = list(quad.points)
    edges = zip(corners, corners[1:] + corners[:1], strict=True)
    away = [abs((atan2(b[1] - a[1], b[0] - a[0]) - turn * pi / 2 + pi) % (2 * pi) - pi) for a, b in edges]
    first = away.index(min(away))
    return Quad.of(corners[first:] + corners[:first])


def _cut(page: Page, quad: Quad) -> Bytes:
    """Return the seal and some paper around it, upright, the seal's long side at SIDE px."""
    a, b, c, d = quad.grow(AROUND * quad.length, AROUND * quad.thickness).array()
    along, across = float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))
    scale = SIDE * (1 + 2 * AROUND) / max(along, across)
    size = max(16, round(along * scale)), max(16, round(across * scale))
    corners = np.stack([a, b, c, d])
    x0, y0 = np.clip(np.floor(corners.min(0)).astype(int) - 2, 0, [page.width - 1, page.height - 1])
    x1, y1 = np.ceil(corners.max(0)).astype(int) + 2
    around = np.ascontiguousarray(page.pixels[y0 : max(y1, y0 + 1), x0 : max(x1, x0 + 1)])
    if scale < 1:
        # A coarse warp would skip the pixels between its samples.
        around = cv2.GaussianBlur(around, (0, 0), 0.45 / scale)
    source = (np.stack([a, b, d]) - (x0, y0) - 0.5).astype(np.float32)
    target = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32) - np.float32(0.5)
    piece: Bytes = cv2.warpAffine(
        around, cv2.getAffineTransform(source, target), size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return piece


def _absorbance(piece: Bytes, colour: str) -> tuple[Map, Map]:
    """Return the ink of the seal's colour, in which black print is none, and the ink of any colour."""
    paper = np.percentile(piece.reshape(-1, 3), 90, axis=0)
    red, green, blue = np.moveaxis(np.log((paper + 3.0) / (piece.astype(np.float32) + 3.0)).astype(np.float32), 2, 0)
    dark = np.maximum(np.maximum(red, green), blue)
    redness, blueness = np.minimum(green, (blue + green) / 2) - red, np.minimum(red, (red + green) / 2) - blue
    own = max((redness, blueness), key=lambda ink: float(np.percentile(ink, 96)))
    if colour == "grey" or float(np.percentile(own, 96)) < FAINT:
        own = dark
    return cv2.GaussianBlur(np.maximum(own, 0), (3, 3), 0), cv2.GaussianBlur(np.maximum(dark, 0), (3, 3), 0)


def _straightened(ink: Map) -> Map:
    """Turn the seal by that little angle at which its lines run most nearly along rows and columns."""
    small = cv2.resize(ink[..., 0], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    best = max(TILTS, key=lambda degrees: _sharpness(_turned(small, degrees)) * (1 - 0.004 * abs(degrees)))
    return _turned(ink, best)


def _alone(ink: Map, is_round: bool) -> Map:
    """Return the ink without print beside the seal: what lies outside its frame, and pieces that the edge cuts and that stay near it."""
    h, w = ink.shape[:2]
    inked = (ink[..., 0] > INKED).astype(np.uint8)
    # A scan's dots are brought together: a frame or a field of them is one piece.
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones(DOTS, np.uint8)), connectivity=8
    )
    x, y, wide, high, _ = stats.T
    frames = np.flatnonzero((wide[1:] >= FRAME * w) & (high[1:] >= FRAME * h)) + 1
    beside = np.zeros((h, w), np.bool_)
    if len(frames):
        i = max(frames.tolist(), key=lambda i: int(wide[i] * high[i]))
        whole = slice(y[i], y[i] + high[i]), slice(x[i], x[i] + wide[i])
        rows, columns = (slice(None), slice(None)) if is_round else _to_lines(labels[whole] == i, inked[whole] > 0)
        beside[:] = True
        beside[whole][rows, columns] = False
    else:
        cut = (x == 0) | (y == 0) | (x + wide == w) | (y + high == h)
        near = (x + wide <= NEAR_EDGE * w) | (x >= (1 - NEAR_EDGE) * w) | (y + high <= NEAR_EDGE * h) | (y >= (1 - NEAR_EDGE) * h)
        dropped = cut & near
        dropped[0] = False
        beside = dropped[labels]
    alone: Map = np.where(beside[..., None], np.float32(0), ink)
    return alone


def _to_lines(frame: NDArray[np.bool_], inked: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the rows and columns of a frame without print that touches it: from the first line along most of a side to the last."""
    down, along = (_between_lines(frame.mean(axis=axis), inked.mean(axis=axis)) for axis in (1, 0))
    return down, along


def _between_lines(frame: NDArray[np.float64], inked: NDArray[np.float64]) -> slice:
    return slice(_print_before(frame, inked), len(frame) - _print_before(frame[::-1], inked[::-1]))


def _print_before(frame: NDArray[np.float64], inked: NDArray[np.float64]) -> int:
    """Return how many rows or columns lie before the first line of a frame, where those are few and as thin as print.

    `frame`: share of each that the frame takes; `inked`: that is inked.
    """
    lines = np.flatnonzero(frame >= LINE)
    first = int(lines[0]) if len(lines) else 0
    return first if first <= TOUCHING * len(frame) and inked[:first].sum() < PRINTED * first else 0


def _turned(ink: Map, degrees: float) -> Map:
    h, w = ink.shape[:2]
    turned: Map = cv2.warpAffine(ink, cv2.getRotationMatrix2D((w / 2, h / 2), degrees, 1.0), (w, h))
    return turned


def _sharpness(ink: Map) -> float:
    return sum(float((np.diff(ink.mean(axis=axis)) ** 2).sum()) for axis in (0, 1))


def _square(ink: Map) -> Iterator[Map]:
    """Yield the characters of a square or oblong seal, (h, w) 0..1: red ones, and white ones turned to ink."""
    box = _extent(ink[..., 0])
    if box is None:
        return
    own, dark = ink[..., 0][box], ink[..., 1][box]
    inner = _frameless(own)
    share, whole = float((own[inner] > STROKE).mean()), float((own > STROKE).mean())
    # The densest rows of a worn field are taken for its frame.
    if max(share, whole) > WHITE_ABOVE:
        # Whatever was printed over the field is no part of a character: only paper is.
        paper = _trimmed(1 - dark, 0.03)
        yield paper[_frameless(paper, WHITE_LINE)]
    if share < RED_BELOW:
        framed = inner[0].start > 0 or inner[1].start > 0
        # Without a frame the thin ends of strokes may reach beyond what was taken for the seal.
        yield _full(own[inner] if framed else ink[..., 0])


def _round(ink: Map) -> Iterator[Map]:
    """Yield the characters of an oval or round seal, as `_square` does."""
    box = _extent(ink[..., 0])
    if box is None:
        return
    own, dark = ink[..., 0][box], ink[..., 1][box]
    inside, field_ = _disc(own.shape, RIM), _disc(own.shape, FIELD)
    share = float((own[inside] > STROKE).mean())
    if share > WHITE_ABOVE:
        yield (1 - dark) * field_
    if share < RED_BELOW:
        yield _full(own * inside)


def _full(ink: Map) -> Map:
    full: Map = np.clip(ink / max(FAINTEST, float(np.percentile(ink, 95))), 0, 1)
    return full


def _disc(shape: tuple[int, ...], share: float) -> NDArray[np.bool_]:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    reach = ((x + 0.5) / shape[1] * 2 - 1) ** 2 + ((y + 0.5) / shape[0] * 2 - 1) ** 2
    inside: NDArray[np.bool_] = reach <= share**2
    return inside


def _without_specks(ink: Map) -> Map:
    """Return the ink without specks, and without slivers along the edges, which a frame leaves."""
    h, w = ink.shape
    _, labels, stats, _ = cv2.connectedComponentsWithStats((ink > WEAK).astype(np.uint8), connectivity=8)
    x, y, wide, high, area = (stats[:, i] for i in range(5))
    at_edge = (x == 0) | (y == 0) | (x + wide == w) | (y + high == h)
    dropped = (area < SPECK_PX) | (at_edge & (np.minimum(wide, high) <= SLIVER_PX))
    clean: Map = ink * ~dropped[labels]
    return clean


def _extent(ink: Map, specks: float = SPECKS) -> tuple[slice, slice] | None:
    """Return the rows and columns of what is inked: lines of pixels with a greater share of ink than specks have."""
    inked = ink > INKED
    bounds = []
    for axis in (1, 0):
        lines = np.flatnonzero(inked.mean(axis=axis) > specks)
        if len(lines) < 8:
            return None
        bounds.append(slice(int(lines[0]), int(lines[-1]) + 1))
    return bounds[0], bounds[1]


def _trimmed(ink: Map, share: float) -> Map:
    h, w = (round(share * side) for side in ink.shape)
    return ink[h : ink.shape[0] - h, w : ink.shape[1] - w]


def _frameless(ink: Map, least: float = LINE) -> tuple[slice, slice]:
    """Return the rows and columns within the frame; all of them where three sides have no line."""
    inked = ink > INKED
    rows, columns = inked.mean(axis=1), inked.mean(axis=0)
    depths = [_depth(lines, least) for lines in (rows, rows[::-1], columns, columns[::-1])]
    if sum(depth > 0 for depth in depths) < 3:
        return slice(0, len(rows)), slice(0, len(columns))
    top, bottom, left, right = depths
    return slice(top, len(rows) - bottom), slice(left, len(columns) - right)


def _depth(inked: NDArray[np.float64], least: float) -> int:
    """Return how many lines of pixels a frame takes on one side, 0 for none; `inked`: share of each line, from outside."""
    near = inked[: max(3, round(DEEP * len(inked)))]
    line = int(near.argmax())
    if near[line] < least:
        return 0
    after = np.flatnonzero(near[line:] < 0.55 * near[line])
    return line + int(after[0]) + 1 if len(after) else len(near)


def _plate(characters: Map) -> Plate | None:
    """Cut the characters apart in every way in which they may stand."""
    clean = _without_specks(characters)
    box = _extent(clean, 0.0)
    if box is None:
        return None
    ink = clean[box]
    ratio = max(ink.shape) / min(ink.shape)
    cells: list[Cell] = []
    settings = [*(_in_columns(ink, cells) if ratio < LONG else ()), *(_in_line(ink, cells) if ratio > OBLONG else ())]
    if not settings:
        return None
    row = np.concatenate([_glyph(ink[y0:y1, x0:x1]) for y0, y1, x0, x1 in cells], axis=1)
    return Plate(np.repeat(row[..., None], 3, axis=2), tuple(settings))


def _in_line(ink: Map, cells: list[Cell]) -> Iterator[Orders]:
    """Divide one row or one column of characters, in the two best ways: its length tells only roughly how many they are."""
    h, w = ink.shape
    across, profile = w > h, ink.mean(axis=0 if w > h else 1)
    ratio = max(h, w) / min(h, w)
    counts = range(max(2, int(ratio / 1.35)), min(9, round(ratio * (2.2 if ratio < 2 else 1.6))) + 1)
    ways = [(crossed, cuts) for count in counts for cuts, crossed in [_cuts(profile, count)] if crossed <= CROSSED]
    for _, cuts in sorted(ways)[:2]:
        forward = _added(cells, [(0, h, a, b) if across else (a, b, 0, w) for a, b in pairwise(cuts)])
        yield (forward[::-1], forward) if across else (forward,)


def _in_columns(ink: Map, cells: list[Cell]) -> Iterator[Orders]:
    """Divide a square seal: two columns of one to three characters, or two characters one over the other."""
    w = ink.shape[1]
    middle, gap = _cuts(ink.mean(axis=0), 2)
    if gap <= CROSSED:
        spans = [(middle[1], middle[2]), (middle[0], middle[1])]
        right, left = ([_added(cells, runs) for runs in _runs(ink, span)] for span in spans)
        yield from (_orders(a, b) for a in right for b in left)
    halves, crossed = _cuts(ink.mean(axis=1), 2)
    if crossed <= CROSSED and gap > CLEAR:
        yield (_added(cells, [(a, b, 0, w) for a, b in pairwise(halves)]),)


def _added(cells: list[Cell], more: list[Cell]) -> tuple[int, ...]:
    """Add cells, and return their numbers."""
    first = len(cells)
    cells += more
    return tuple(range(first, len(cells)))


def _runs(ink: Map, span: tuple[int, int]) -> list[list[Cell]]:
    """Return how a column may be cut: in halves, or in thirds where they cross less ink, and not at all."""
    h, (x0, x1) = ink.shape[0], span
    profile = ink[:, x0:x1].mean(axis=1)
    crossed, cuts = min((_cuts(profile, count)[::-1] for count in (2, 3)), key=lambda way: way[0] + 0.2 * (len(way[1]) - 3))
    found = [[(a, b, x0, x1) for a, b in pairwise(cuts)]] if crossed <= CROSSED else []
    return found + ([[(0, h, x0, x1)]] if h <= SLIM * (x1 - x0) else [])


def _orders(right: tuple[int, ...], left: tuple[int, ...]) -> Orders:
    """Return how two columns may be read: down from the right, down from the left, by rows either way, round."""
    if len(right) != 2 or len(left) != 2:
        return right + left, left + right
    (a, b), (c, d) = right, left
    return (a, b, c, d), (c, d, a, b), (a, c, b, d), (c, a, d, b), (a, c, d, b)


def _cuts(profile: NDArray[np.float32], count: int) -> tuple[list[int], float]:
    """Return count + 1 places, both ends among them, that divide a line of characters through little ink.

    With them the most ink along a cut, as a share of the densest line; above 1 where the line cannot be divided so.
    """
    length = len(profile)
    pitch = length / count
    smooth = np.convolve(np.pad(profile, 1, mode="edge"), np.full(3, 1 / 3), mode="valid")
    densest = max(1e-6, float(np.percentile(smooth, 85)))
    cuts, crossed = [0], 0.0
    for i in range(1, count):
        low, high = round((i - STRAY) * pitch), round((i + STRAY) * pitch) + 1
        near = smooth[low:high] / densest + 0.15 * np.abs(np.arange(low, high) - i * pitch) / (STRAY * pitch)
        at = low + int(near.argmin())
        crossed = max(crossed, float(smooth[at]) / densest, 2.0 if at <= cuts[-1] + 3 else 0.0)
        cuts.append(at)
    return [*cuts, length], crossed


def _glyph(ink: Map) -> Bytes:
    """Return one cell of the row: the character's ink, trimmed, brought to size, black on white."""
    box = _extent(ink, 0.0) or (slice(0, ink.shape[0]), slice(0, ink.shape[1]))
    trimmed = ink[box]
    h, w = trimmed.shape
    # A character that was squeezed into a tall or flat cell is brought back to its square.
    tall, wide = (GLYPH if side > 0.4 * max(h, w) else max(4, round(GLYPH * side / max(h, w))) for side in (h, w))
    shrinks = max(h, w) > GLYPH
    small = cv2.resize(trimmed, (wide, tall), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    cell = np.zeros((PITCH, PITCH), np.float32)
    y, x = (PITCH - tall) // 2, (PITCH - wide) // 2
    cell[y : y + tall, x : x + wide] = np.clip(small, 0, 1)
    grey: Bytes = np.round(255 - 235 * np.clip((cell - 0.15) / 0.6, 0, 1)).astype(np.uint8)
    return grey
