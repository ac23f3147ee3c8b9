"""The text of a seal laid out in straight strips: the ring's unrolled from its rim inward, a stamp's lines and columns as they stand.

Only ink of the seal's own colour is kept, so that print beneath it is none of the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import cos, hypot, pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Finding, Shape
from redact.geometry import Quad
from redact.models.seals.cells import upright
from redact.models.seals.rings import Ellipse
from redact.page import Page

Map = NDArray[np.float32]
Bytes = NDArray[np.uint8]

# A ring is read at this radius, px: its text is then some 50 px high, the recogniser's 48.
RADIUS, MOST_ENLARGED = 250.0, 4.0
# What is smaller holds no character that anybody could read, px.
LEAST_PX = 24
# What is cut out around a ring, in radii.
REACH = 1.22
# Absorbance (natural logarithm) from which a seal has a colour, and which share of the redder one blue must have.
COLOURED, BLUE = 0.10, 0.8
# How much of a pixel's darkness must be of the seal's colour: below the first none of it counts, the second above that all of it.
GATE, GATE_WIDTH = 0.22, 0.25
# Rays that look for the rim, and how often; how far from the fit a point may lie and be part of the rim, as a share of the radius.
RAYS, ON_RIM = 240, 0.03
# Where the rim is looked for, in radii of the ellipse of the round before.
ROUNDS = ((0.80, 1.15), (0.92, 1.08), (0.93, 1.07))
# Height of a strip, px: the recogniser's. Paper at its ends.
HEIGHT, MARGIN = 48, 14
# Depth below the rim, in radii, at which rings hold text, and how high text may be.
OUTERMOST, INNERMOST, LOWEST, HIGHEST = 0.02, 0.66, 0.085, 0.42
# A gap of so many heights of the text parts two texts of one ring; a shorter one parts characters.
GAP = 1.5
# Characters that stand further apart are brought together, px.
WIDEST_GAP = 24
NOWHERE = np.zeros(0)
# A seal whose sides differ less may be set in columns. Ink of a stroke, and what share of it in a cell is none.
SQUARE, INKED, SPECKS = 0.6, 0.38, 0.02
# The last column of a square seal may hold one character: ink of its columns, as a share of the densest ones'.
FEW = 0.06
# Where the ink of another seal that lies across a ring stands out of it, in radii; ink that counts; and which share of that place,
# inked, is no speck: of 88 rings alone on paper none had more than .002, of 27 with a seal across them 19 had .003 to .08.
OUTSIDE, OUTSIDE_INKED, OUTSIDE_SHARE = (1.05, 1.18), 0.2, 0.0025
# A rule of a form runs past a ring on both sides, as far as is looked: so many radii; and it is thinner than this, radii.
RULE, RULE_WIDTH = 2.1, 0.08
# A printed character's ink reaches beyond the place that a reader gives by so much of its height.
BEYOND = 0.25
# Between the text and the star of a ring lies a band without ink: so wide, within these radii, with at most this share inked. A grey
# chop within a grey ring fills it; of 24 grey copies alone over a line of print none had more than .004.
HOLLOW, HOLLOW_WIDTH, HOLLOW_INKED, HOLLOW_SHARE = (0.34, 0.68), 0.08, 0.3, 0.006
# Where so much of a place lies beyond what was cut out of the page, nobody saw it.
SEEN = 0.5
# Absorbance of ink of the other colour, and which share of a ring and its surroundings it takes: more than the strokes of a signature.
STRANGE, STRANGE_SHARE = 0.15, 0.03
# The ratio of an oval's sides, and the share of its rim that is seen: of two rings over each other, taken for an oval, it is less.
OVAL, OVAL_RIM = 0.9, 0.85
# A box around which so much of a rim is seen holds a ring.
RING_IN_BOX = 0.7


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One text of a seal, laid straight: `image` (48, W, 3) uint8, dark on white.

    `turns`: where each of its columns lies on the ring, in turns, (W,) float64, rising: clockwise from the ellipse's axis, or, where the
    text stands on the ring's other side (`flipped`), the other way round; nothing for straight text. `feet`: at which share of the
    radius its band ends. `whole`: it may be all that the seal says, and not a line among others.
    """

    image: Bytes = field(repr=False)
    turns: NDArray[np.float64] = field(repr=False)
    whole: bool = True
    flipped: bool = False
    feet: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """A ring on the piece that was cut out around it: its rim's outer edge, its ink, (H, W) float32, 0..1, whether that has a colour,
    and where print of the same colour stands, (H, W) bool."""

    ellipse: Ellipse
    ink: Map = field(repr=False)
    coloured: bool
    printed: NDArray[np.bool_] = field(repr=False)

    @property
    def bare(self) -> Map:
        """The ink without that of print."""
        return np.where(self.printed, np.float32(0), self.ink)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of a seal besides its text: whether that stands along a rim, what share of it is inked, whether there is colour, and
    whether the seal stands alone, as far as its ink can tell."""

    ring: bool
    rim: float
    coloured: bool
    alone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """A seal's texts, likeliest first, made as they are asked for, and what is seen of it besides; of a ring, its ink."""

    sight: Sight
    sheets: Iterator[Sheet] = field(repr=False)
    ring: Ring | None = field(default=None, repr=False)


def lettering(page: Page, seal: Finding, turn: int, printed: Sequence[Quad] = (), judged: Sequence[Quad] = ()) -> Lettering:
    """Return the texts of a seal. `turn`: quarter turns of the page's text, clockwise. `printed`: characters of print on and beside it;
    `judged`: chops on it, whose ink is looked at elsewhere."""
    short, long = sorted((seal.quad.length, seal.quad.thickness))
    if short < LEAST_PX or min(page.width, page.height) < LEAST_PX:
        return Lettering(Sight(False, 0.0, False), iter(()))
    if seal.shape is Shape.ELLIPSE or short > SQUARE * long:
        ring = _ring(page, seal, printed, judged)
        if seal.shape is Shape.ELLIPSE or ring.sight.rim >= RING_IN_BOX:
            return ring
    return _stamp(page, seal, turn)


def _ring(page: Page, seal: Finding, printed: Sequence[Quad], judged: Sequence[Quad]) -> Lettering:
    a, b = seal.quad.length / 2, seal.quad.thickness / 2
    scale = float(np.clip(RADIUS / max(1.0, (a * b) ** 0.5), 0.05, MOST_ENLARGED))
    piece, origin = _cut(page, seal.quad, scale)
    ink, coloured = _ink(piece)
    x, y = ((v - o) * scale for v, o in zip(seal.quad.centre, origin, strict=True))
    u, v = seal.quad.direction
    found = Ellipse(x, y, a * scale, b * scale, float(np.arctan2(v, u)))
    ellipse, rim = _on_rim(ink, found)
    # Two rings over each other are taken for an oval now and then.
    two = min(ellipse.a, ellipse.b) < OVAL * max(ellipse.a, ellipse.b) and rim < OVAL_RIM
    # In colour print is none of the ink anyhow.
    none = np.zeros(ink.shape, np.bool_)
    printed_at = none if coloured else _print(ink, ellipse, _placed(printed, origin, scale))
    ring = Ring(ellipse, _without(ink, _placed(judged, origin, scale)), coloured, printed_at)
    stands_out = _inked(ring.bare, ellipse, OUTSIDE, OUTSIDE_INKED) > OUTSIDE_SHARE
    crossed = _inked(_strange(piece), ellipse, (0.0, OUTSIDE[1]), STRANGE) > STRANGE_SHARE
    filled = not coloured and not _is_hollow(ring.bare, ellipse)
    sight = Sight(True, rim, coloured, not (two or stands_out or filled or crossed))
    return Lettering(sight, _unrolled(ink, ellipse), ring)


def _inked(ink: Map, ellipse: Ellipse, between: tuple[float, float], level: float) -> float:
    """Return which share of the place between two radii holds more ink than the level: all, where too little of it is seen."""
    low, high = between
    # Evenly over the area.
    radii = np.sqrt(np.linspace(low**2, high**2, max(4, round((high - low) * ellipse.radius)), dtype=np.float32))
    angles = np.linspace(0, 2 * pi, RAYS, endpoint=False, dtype=np.float32)
    x, y = _points(ellipse, radii[None, :], angles[:, None])
    on_piece = (x >= 0) & (y >= 0) & (x < ink.shape[1]) & (y < ink.shape[0])
    if float(on_piece.mean()) < SEEN:
        return 1.0
    return float((cv2.remap(ink, x - np.float32(0.5), y - np.float32(0.5), cv2.INTER_LINEAR)[on_piece] > level).mean())


def _without(ink: Map, places: Sequence[Quad]) -> Map:
    """Return ink without that of some places."""
    hidden = np.zeros(ink.shape, np.uint8)
    for quad in places:
        cv2.fillPoly(hidden, [np.round(quad.array()).astype(np.int32)], 1)
    return np.where(hidden > 0, np.float32(0), ink)


def _print(ink: Map, ellipse: Ellipse, printed: Sequence[Quad]) -> NDArray[np.bool_]:
    """Return where printed characters stand, and rules that run past the ring."""
    inked = (ink > OUTSIDE_INKED).astype(np.uint8)
    rules = np.zeros_like(inked)
    for shape in ((round(ellipse.radius / 2), 1), (1, round(ellipse.radius / 2))):
        rules |= _long(cv2.morphologyEx(inked, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8)), ellipse.radius)
    hidden = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    for quad in printed:
        beyond = BEYOND * min(quad.length, quad.thickness)
        cv2.fillPoly(hidden, [np.round(quad.grow(beyond, beyond).array()).astype(np.int32)], 1)
    found: NDArray[np.bool_] = hidden > 0
    return found


def _placed(quads: Sequence[Quad], origin: tuple[int, int], scale: float) -> list[Quad]:
    return [Quad.of([((x - origin[0]) * scale, (y - origin[1]) * scale) for x, y in quad.points]) for quad in quads]


def _long(strokes: Bytes, radius: float) -> Bytes:
    """Return the pieces that are as long and as thin as a rule."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    sides = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1)
    rules = (sides[:, 1] >= RULE * radius) & (stats[:, cv2.CC_STAT_AREA] <= RULE_WIDTH * radius * sides[:, 1])
    rules[0] = False
    found: Bytes = rules[labels].astype(np.uint8)
    return found


def _is_hollow(ink: Map, ellipse: Ellipse) -> bool:
    low, high = HOLLOW
    bands = ((at, at + HOLLOW_WIDTH) for at in np.arange(low, high, 0.03).tolist())
    return any(_inked(ink, ellipse, band, HOLLOW_INKED) <= HOLLOW_SHARE for band in bands)


def _strange(piece: Bytes) -> Map:
    """Return the ink that is red where most is blue, or blue where most is red, as absorbance."""
    redness, blueness = _chroma(piece)[:2]
    red, blue = float(np.percentile(redness, 96)), float(np.percentile(blueness, 96))
    return blueness if red >= BLUE * blue else redness


def _cut(page: Page, quad: Quad, scale: float) -> tuple[Bytes, tuple[int, int]]:
    """Return the seal and paper around it at the given scale, RGB, and the page px of its upper left corner."""
    reach = REACH * max(quad.length, quad.thickness) / 2
    (x, y), (w, h) = quad.centre, (page.width, page.height)
    x0, y0 = (int(np.clip(v - reach, 0, most - 1)) for v, most in ((x, w), (y, h)))
    x1, y1 = (int(np.clip(v + reach + 1, low + 1, most)) for v, low, most in ((x, x0, w), (y, y0, h)))
    window = np.ascontiguousarray(page.pixels[y0:y1, x0:x1])
    size = max(8, round((x1 - x0) * scale)), max(8, round((y1 - y0) * scale))
    piece: Bytes = cv2.resize(window, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return piece, (x0, y0)


def _ink(piece: Bytes) -> tuple[Map, bool]:
    """Return the ink of the seal's colour, 0..1 (all ink where it has none), and whether it has a colour."""
    redness, blueness, (red, green, blue) = _chroma(piece)
    how_red, how_blue = float(np.percentile(redness, 96)), float(np.percentile(blueness, 96))
    coloured = max(how_red, how_blue) >= COLOURED
    if not coloured:
        value: Map = (red + green + blue) / np.float32(3)
    elif how_red >= BLUE * how_blue:
        value = green * _gate(redness, green)
    else:
        dark: Map = (red + green) / np.float32(2)
        value = dark * _gate(blueness, dark)
    level = max(0.05, float(np.percentile(value, 98)))
    return np.clip(value / level, 0, 1).astype(np.float32), coloured


def _chroma(piece: Bytes) -> tuple[Map, Map, tuple[Map, Map, Map]]:
    """Return how red and how blue the ink of each pixel is, and the absorbance of the three channels."""
    paper = _paper(piece).astype(np.float32)
    red, green, blue = np.moveaxis(np.log((paper + 3.0) / (piece.astype(np.float32) + 3.0)).astype(np.float32), 2, 0)
    redness, blueness = np.minimum(green, (blue + green) / 2) - red, np.minimum(red, (red + green) / 2) - blue
    return redness.astype(np.float32), blueness.astype(np.float32), (red, green, blue)


def _gate(chroma: Map, dark: Map) -> Map:
    chroma, dark = (cv2.GaussianBlur(np.ascontiguousarray(v), (0, 0), 1.3) for v in (chroma, dark))
    gate: Map = np.clip((chroma / (np.maximum(dark, 0) + 0.06) - GATE) / GATE_WIDTH, 0, 1)
    return gate


def _paper(piece: Bytes) -> Bytes:
    """Return the paper's shade around each pixel: the median of the brightest nearby."""
    height, width = piece.shape[:2]
    coarse = cv2.resize(piece, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    coarse = cv2.medianBlur(cv2.dilate(coarse, np.ones((3, 3), np.uint8)), 31)
    paper: Bytes = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return paper


def _on_rim(ink: Map, ellipse: Ellipse) -> tuple[Ellipse, float]:
    """Return the ellipse of the rim's outer edge, and the share of its angles at which there is a rim."""
    rim = 0.0
    for low, high in ROUNDS:
        radii = np.linspace(low, high, max(24, round((high - low) * 2 * ellipse.radius)), dtype=np.float32)
        angles = np.linspace(0, 2 * pi, RAYS, endpoint=False, dtype=np.float32)
        x, y = _points(ellipse, radii[None, :], angles[:, None])
        seen = cv2.remap(ink, x - np.float32(0.5), y - np.float32(0.5), cv2.INTER_LINEAR)
        level = max(0.18, 0.5 * float(np.percentile(seen.max(axis=1), 60)))
        inked = seen > level
        hit = inked.any(axis=1)
        last = inked.shape[1] - 1 - inked[:, ::-1].argmax(axis=1)
        if int(hit.sum()) < RAYS // 4:
            return ellipse, float(hit.mean())
        rows = np.flatnonzero(hit)
        points = np.stack([x[rows, last[rows]], y[rows, last[rows]]], axis=1)
        fitted = _fitted(points, ellipse)
        rim = float((_apart(points, fitted) < ON_RIM).sum()) / RAYS
        ellipse = fitted
    return ellipse, rim


def _fitted(points: Map, start: Ellipse) -> Ellipse:
    """Fit an ellipse, four times without what lies off; the start where the fit runs away."""
    ellipse = start
    for _ in range(4):
        if len(points) < 24:
            return start
        (x, y), (w, h), degrees = cv2.fitEllipseDirect(points)
        if not 0.6 < (w * h) ** 0.5 / 2 / start.radius < 1.6 or hypot(x - start.x, y - start.y) > 0.4 * start.radius:
            return start
        ellipse = Ellipse(x, y, w / 2, h / 2, float(np.deg2rad(degrees)))
        apart = _apart(points, ellipse)
        points = points[apart <= max(0.006, 2.2 * float(np.median(apart)))]
    return ellipse


def _points(ellipse: Ellipse, radii: Map, angles: Map) -> tuple[Map, Map]:
    c, s = np.float32(cos(ellipse.angle)), np.float32(sin(ellipse.angle))
    u, v = radii * np.float32(ellipse.a) * np.cos(angles), radii * np.float32(ellipse.b) * np.sin(angles)
    return np.float32(ellipse.x) + u * c - v * s, np.float32(ellipse.y) + u * s + v * c


def _apart(points: Map, ellipse: Ellipse) -> Map:
    """Return how far the points lie from the ellipse, as shares of its radius."""
    c, s = cos(ellipse.angle), sin(ellipse.angle)
    dx, dy = points[:, 0] - ellipse.x, points[:, 1] - ellipse.y
    apart: Map = np.abs(np.hypot((dx * c + dy * s) / ellipse.a, (dy * c - dx * s) / ellipse.b) - 1)
    return apart


def _unrolled(ink: Map, ellipse: Ellipse) -> Iterator[Sheet]:
    """Yield the texts of a ring: along its likeliest bands, then wider and narrower, then standing on the ring's other side."""
    roll = _roll(ink, ellipse)
    bands = _bands(roll)
    seen: set[tuple[int, int, int, bool, float]] = set()
    for top, bottom, flipped, stretch in _jobs(bands, roll.shape[0]):
        for text in _texts(roll, top, bottom, flipped, stretch):
            sheet = replace(text, flipped=flipped, feet=1.06 - bottom / roll.shape[0] * (INNERMOST + 0.06))
            key = (top, bottom, sheet.image.shape[1], flipped, stretch)
            if key not in seen:
                seen.add(key)
                yield sheet


def _roll(ink: Map, ellipse: Ellipse) -> Map:
    """Return the ring unrolled clockwise: rows go inward from the rim by px, columns along it by px at two thirds of the depth of text.

    Rows run parallel to the rim: an oval's text is as high at its ends as at its sides.
    """
    b = min(ellipse.a, ellipse.b)
    length, fine, along = _text_line(ellipse)
    columns = round(length)
    angles = np.interp((np.arange(columns) + 0.5) / columns, along, fine)
    x, y, nx, ny = _rim_points(ellipse, angles)
    rows = (np.arange(round((INNERMOST + 0.06) * b)) + 0.5 - 0.06 * b)[:, None]
    at_x, at_y = ((v - rows * n - 0.5).astype(np.float32) for v, n in ((x, nx), (y, ny)))
    roll: Map = cv2.remap(ink, at_x, at_y, cv2.INTER_LINEAR)
    return roll


def along_rim(ellipse: Ellipse) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return angles of an ellipse, radians clockwise from its axis `a`, and how far round the ring's text they are, in turns."""
    return _text_line(ellipse)[1:]


def _text_line(ellipse: Ellipse) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    """Return the length of the line at two thirds of the depth of text, px, angles, and how far along that line they are, in turns."""
    depth = 0.2 * min(ellipse.a, ellipse.b)
    fine = np.linspace(0, 2 * pi, 1441)
    x, y, nx, ny = _rim_points(ellipse, fine)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x - depth * nx), np.diff(y - depth * ny)))])
    return float(along[-1]), fine, along / along[-1]


def _rim_points(ellipse: Ellipse, angles: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return the points of the rim and the unit vectors outward."""
    c, s = cos(ellipse.angle), sin(ellipse.angle)
    u, v = ellipse.a * np.cos(angles), ellipse.b * np.sin(angles)
    nu, nv = np.cos(angles) / ellipse.a, np.sin(angles) / ellipse.b
    norm = np.hypot(nu, nv)
    nu, nv = nu / norm, nv / norm
    return ellipse.x + u * c - v * s, ellipse.y + u * s + v * c, nu * c - nv * s, nu * s + nv * c


def _bands(roll: Map) -> list[tuple[int, int]]:
    """Return the first and last rows of what may be text of a ring, the outermost first."""
    b = roll.shape[0] / (INNERMOST + 0.06)
    profile = cv2.GaussianBlur(roll.mean(axis=1, keepdims=True), (1, 0), 0.008 * b)[:, 0] if b > 60 else roll.mean(axis=1)
    top = _below_rim(profile, b)
    text = profile[top:]
    low, high = np.percentile(text, [10, 85])
    bands = [(top + first, top + last) for first, last in _runs(text > low + 0.22 * (high - low))]
    bands = [part for band in bands for part in _split(profile, band, round(LOWEST * b))]
    return [(first, last) for first, last in bands if LOWEST * b <= last - first <= HIGHEST * b][:3] or [(top, top + round(0.3 * b))]


def _below_rim(profile: Map, b: float) -> int:
    """Return the row at which the rim ends: the least ink behind the peak that it makes."""
    near = profile[: round(0.2 * b)]
    rim = int(near.argmax())
    behind = profile[rim : rim + round(0.12 * b)]
    low = np.flatnonzero(behind <= behind.min() + 0.15 * (near[rim] - behind.min()))
    return rim + int(low[0])


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the first and the end of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(a), int(z)) for a, z in zip(edges[::2], edges[1::2], strict=True)]


def _split(profile: Map, band: tuple[int, int], least: int) -> list[tuple[int, int]]:
    """Divide a band at its lowest valley, where that is lower than both of its sides."""
    first, last = band
    if last - first < 2 * least + 1:
        return [band]
    at = first + least + int(profile[first + least : last - least].argmin())
    if profile[at] >= 0.72 * min(profile[first:at].max(), profile[at:last].max()):
        return [band]
    return [(first, at), *_split(profile, (at, last), least)]


def _jobs(bands: list[tuple[int, int]], rows: int) -> Iterator[tuple[int, int, bool, float]]:
    """Yield the bands in the order in which they are tried: first row, last row, whether text stands on the inner side, stretch."""
    b = rows / (INNERMOST + 0.06)
    top = bands[0][0]
    widths = [(top, top + round(share * b)) for share in (0.30, 0.36)]
    yield from ((first, last, False, 1.0) for first, last in bands[:2])
    yield (*widths[0], False, 1.0)
    yield (*bands[0], True, 1.0)
    yield from ((first, last, False, 1.0) for first, last in bands[2:])
    yield (*widths[1], False, 1.0)
    yield from ((*bands[0], False, stretch) for stretch in (1.3, 0.8))


def _texts(roll: Map, top: int, bottom: int, flipped: bool, stretch: float) -> Iterator[Sheet]:
    """Yield the texts along a band: from the widest gap round to it, and those that gaps part."""
    pad = round(0.05 * (bottom - top))
    band = roll[max(0, top - pad) : bottom + pad]
    band = cv2.rotate(band, cv2.ROTATE_180) if flipped else band
    height = HEIGHT - 4
    width = max(64, round(band.shape[1] * height / band.shape[0] * stretch))
    smooth = cv2.resize(band, (width, height), interpolation=cv2.INTER_AREA if band.shape[0] > height else cv2.INTER_CUBIC)
    profile = cv2.blur(smooth.mean(axis=0, keepdims=True), (5, 1))[0]
    inked = profile > max(0.05, 0.22 * float(np.percentile(profile, 90)))
    if not inked.any():
        return
    start = _after_widest_gap(inked)
    smooth, inked = np.roll(smooth, -start, axis=1), np.roll(inked, -start)
    at = (start + np.arange(width)) / width
    end = int(np.flatnonzero(inked)[-1]) + 1
    if width - end < HEIGHT // 2:
        # No gap to begin after: round once more, so that the text stands whole in it somewhere.
        half = slice(0, width // 2)
        yield straight(np.concatenate([smooth, smooth[:, half]], axis=1), np.concatenate([at, 1 + at[half]]))
        return
    whole, parts = (0, end), _parted(inked[:end], round(GAP * HEIGHT))
    runs = [*(parts if len(parts) == 2 else ()), whole, *(parts[:2] if len(parts) > 2 else ())]
    yield from (_squeezed(smooth[:, a:z], inked[a:z], at[a:z]) for a, z in runs)


def _squeezed(ink: Map, inked: NDArray[np.bool_], at: NDArray[np.float64]) -> Sheet:
    """Return a strip whose gaps are no wider than those of print: readers lose characters that stand alone."""
    dropped = np.zeros(len(inked), np.bool_)
    for a, z in _runs(~inked):
        if z - a > WIDEST_GAP:
            dropped[a + WIDEST_GAP // 2 : z - WIDEST_GAP // 2] = True
    return straight(ink[:, ~dropped], at[~dropped])


def _after_widest_gap(inked: NDArray[np.bool_]) -> int:
    """Return the column behind the widest empty run of a ring's columns."""
    first = int(inked.argmax())
    gaps = [(z - a, z) for a, z in _runs(~np.roll(inked, -first))]
    return (first + max(gaps)[1]) % len(inked) if gaps else first


def _parted(inked: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Return the runs of text that wide gaps part, the longest first; short ones are left out."""
    joined: list[tuple[int, int]] = []
    for a, z in _runs(inked):
        if joined and a - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], z)
        else:
            joined.append((a, z))
    return sorted((run for run in joined if run[1] - run[0] > 2 * HEIGHT), key=lambda run: run[0] - run[1])


def straight(ink: Map, at: NDArray[np.float64] | None = None) -> Sheet:
    """Return a strip of ink, at most 44 px high, as a text, with paper around it. `at`: where its columns lie on a ring, in turns."""
    level = max(0.3, float(np.percentile(ink, 96)))
    grey = 255 - 235 * np.clip(ink / level, 0, 1)
    paper = np.full((HEIGHT, ink.shape[1] + 2 * MARGIN), 255, np.uint8)
    paper[2 : 2 + ink.shape[0], MARGIN : MARGIN + ink.shape[1]] = np.round(grey)
    return Sheet(np.repeat(paper[..., None], 3, axis=2), np.pad(at, MARGIN, mode="edge") if at is not None else NOWHERE)


def _stamp(page: Page, seal: Finding, turn: int) -> Lettering:
    """Return the texts of a square or oblong seal: its columns read from the right, its lines, and all lines one after another."""
    flat, coloured = _flat(page, upright(seal.quad, turn))
    return Lettering(Sight(False, 0.0, coloured), _lines(_frameless(flat)))


def _flat(page: Page, quad: Quad) -> tuple[Map, bool]:
    """Return the stamp's ink, upright, its short side at most four lines high."""
    a, b, _, d = quad.array()
    along, across = float(np.hypot(*(b - a))), float(np.hypot(*(d - a)))
    scale = float(np.clip(4 * HEIGHT / max(1.0, min(along, across)), 0.05, MOST_ENLARGED))
    if max(along, across) * scale > 24 * HEIGHT:
        scale = 24 * HEIGHT / max(along, across)
    piece, origin = _cut(page, quad, scale)
    ink, coloured = _ink(piece)
    size = max(8, round(along * scale)), max(8, round(across * scale))
    source = ((np.stack([a, b, d]) - origin) * scale - 0.5).astype(np.float32)
    target = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32) - np.float32(0.5)
    flat: Map = cv2.warpAffine(ink, cv2.getAffineTransform(source, target), size)
    return flat, coloured


def _lines(inner: Map) -> Iterator[Sheet]:
    rows = _rows(inner)
    columns = _rows(inner.T, FEW) if min(inner.shape) > SQUARE * max(inner.shape) else []
    if len(rows) > 1 and len(columns) > 1:
        cells = [inner[y0:y1, x0:x1] for x0, x1 in reversed(columns) for y0, y1 in rows]
        yield straight(np.concatenate([_high(cell) for cell in cells if (cell > INKED).mean() > SPECKS], axis=1))
    for y0, y1 in rows:
        yield replace(straight(_high(inner[y0:y1])), whole=False)
    if len(rows) > 1:
        yield replace(straight(np.concatenate([_high(inner[y0:y1]) for y0, y1 in rows], axis=1)), whole=False)


def _frameless(ink: Map) -> Map:
    """Return what lies within the frame: inside of the outermost lines that run along most of a side."""
    inked = ink > INKED
    bounds = []
    for axis in (1, 0):
        share = inked.mean(axis=axis)
        near = max(2, round(0.2 * len(share)))
        frame = share > 0.55
        first = int(np.flatnonzero(frame[:near])[-1]) + 1 if frame[:near].any() else 0
        last = len(share) - (int(np.flatnonzero(frame[::-1][:near])[-1]) + 1 if frame[::-1][:near].any() else 0)
        bounds.append(slice(first, max(first + 1, last)))
    return ink[bounds[0], bounds[1]]


def _rows(ink: Map, least: float = 0.15) -> list[tuple[int, int]]:
    """Return the rows of a piece that hold lines of text, from the top. `least`: ink of a row, as a share of the densest ones'."""
    profile = (ink > INKED).mean(axis=1)
    runs = _runs(profile > max(0.01, least * float(np.percentile(profile, 90))))
    return [(a, z) for a, z in runs if z - a >= max(8, 0.08 * len(profile))]


def _high(ink: Map) -> Map:
    height = HEIGHT - 6
    width = max(8, round(ink.shape[1] * height / max(1, ink.shape[0])))
    shrinks = ink.shape[0] > height
    line: Map = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return np.clip(line, 0, 1)
