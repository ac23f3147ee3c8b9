"""Large pale letters under a page's text, as people print "for the review of so-and-so only" across their copies, drawn apart from it.

A watermark's strokes are wide and of one level; print is narrow, and within it hardly a pixel is as dark as those around it. So the
flat pale pixels say how dark a watermark is, and what is of that level, with such pixels in it and no larger than letters, is its
letters. Where print crosses a stroke, the stroke goes on if it does on both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad
from redact.models.text.strip import Bytes

# px: an A4 page at 205 dpi. Lengths below are px of such a page.
LONG_SIDE = 2400
# How much darker than the paper around it a pixel is, as a natural logarithm: what a watermark may be.
PALE, DARK = 0.06, 0.75
# A flat pixel differs from its neighbours by no more than this share of itself, and a little.
EVEN, GRAIN = 0.12, 0.03
# Levels between the channels of a pixel that make it coloured, and how dark its darkest channel is where it is too pale for a seal:
# other coloured ink is the seals' look.
COLOURED, TINT = 40, 0.6
# A field of colour is as wide both ways, shares of the long side; a letter, or letters that touch, is no larger.
FIELD, LARGEST = 1 / 60, 0.16
# Flat pixels that make a watermark, and one of its pieces; in a piece at least this share of it.
FEWEST, FEWEST_OF_PIECE, SHARE_OF_PIECE = 300, 6, 0.1
# How many levels are looked at: a photograph, or a table that a page lies on, has flat pixels of many.
MOST_LEVELS = 4
STEP = 0.02
# A ground darker than this share of a page's paper is not the page.
TABLE = 0.5
# Two levels that differ by less, as a share, are one.
SAME = 0.15
# What is of a watermark's level: flat pixels by so much of it, the others within these shares of it.
NEAR, SLACK = 0.3, 0.02
LIGHTEST, DARKEST = 0.5, 1.45
# Of the pixels that a thin stroke darkens, so many per cent are paler than its middle. Letters that were read so often are repeated;
# they are none of the page's print if they are paler than this share of that: on benchmarks.watermarks --tiled, 9 pages of the seeds 40000
# to 43000, the share is .48 at most; of 226 lines on four pages without a watermark 8 are paler than it.
OF_THIN, MANY, PALER = 95, 3, 0.6
# The thinnest stroke of a letter; how far around print pixels are its fringe; the widest print that a stroke runs on beneath.
STROKE, FRINGE, ACROSS = 3, 5, 11
# Other ink than the letters is so far from their strokes and as dark as half of them, or as this; or so many times as dark and a little.
EDGE, FAINT, DARKER = 7, 0.12, 1.3
# What is no darker than so many times the letters becomes paper where the print over them is read; where that is, around them.
AS_PALE = 1.25
AROUND = 120
# Of a pixel's brightness; black, too, has one.
LOGARITHMS = np.log(np.arange(256, dtype=np.float32) + 3)

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A page with a watermark, as two: BGR (H, W, 3) each.

    `letters`: the watermark's strokes black on white, to be found; `faint`: the same with their edges as they are, to be read.
    `print`: what is darker than they, the strokes gone. `near`: (H, W) bool, where the letters are and what they may hide.
    """

    letters: Bytes = field(repr=False)
    faint: Bytes = field(repr=False)
    print: Bytes = field(repr=False)
    near: NDArray[np.bool_] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What is drawn on a page with a watermark, (h, w) bool of a picture that is `scale` times the page's size.

    `letters`: the watermark's strokes. `rest`: what is drawn beside them, in whatever colour, and what is darker than they. `pale`:
    what is of their level beside print, thin as it may be. `hidden`: where print or its edge lies, which may hide some, or the table
    around the paper. `paper`: where the ground is paper.
    """

    scale: float
    letters: NDArray[np.bool_] = field(repr=False)
    rest: NDArray[np.bool_] = field(repr=False)
    pale: NDArray[np.bool_] = field(repr=False)
    hidden: NDArray[np.bool_] = field(repr=False)
    paper: NDArray[np.bool_] = field(repr=False)


def layers(image: Bytes) -> tuple[Layers, ...]:
    """Return the layers of a BGR page (H, W, 3) for each level at which it has a watermark, the commonest level first."""
    parted = _parted(image)
    return tuple(_layers(image, parted.darkness, level, strokes) for level, strokes in parted.strokes)


def inks(image: Bytes) -> tuple[Ink, ...]:
    """Return, for each level at which a BGR page (H, W, 3) has a watermark, its letters' ink and all the other."""
    return _inks(image, (), ())


def repeated_inks(image: Bytes, places: Sequence[Quad], lines: Sequence[Quad]) -> tuple[Ink, ...]:
    """Return the inks of a BGR page (H, W, 3) that are much paler than its print, those too of letters that were read again and again.

    `places`: where pale letters were read, px. Strokes so thin that no pixel of them is flat say how dark they are only there.
    `lines`: the lines that were read on the page.
    """
    return _inks(image, places, lines)


def _inks(image: Bytes, places: Sequence[Quad], lines: Sequence[Quad]) -> tuple[Ink, ...]:
    parted = _parted(image)
    nothing = np.zeros(parted.darkness.shape, np.uint8)
    thin = ((level, nothing) for level in _levels_at(parted.darkness, places, parted.scale, [level for level, _ in parted.strokes]))
    palest = PALER * _print_level(parted.darkness, lines, parted.scale)
    return tuple(_ink(parted, level, strokes) for level, strokes in (*parted.strokes, *thin) if level < palest)


@dataclass(frozen=True, slots=True, eq=False)
class _Parted:
    """A page as it is looked at, (h, w), `scale` times its size: how dark it is, and how dark in each pixel's darkest channel; where it
    is paper; and the strokes of the watermark of each level, 0 or 1."""

    scale: float
    darkness: Floats = field(repr=False)
    darkest: Floats = field(repr=False)
    paper: NDArray[np.bool_] = field(repr=False)
    strokes: tuple[tuple[float, Bits], ...] = field(repr=False)


def _parted(image: Bytes) -> _Parted:
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    work = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA) if scale < 1 else image, np.uint8)
    grey = np.asarray(cv2.cvtColor(work, cv2.COLOR_BGR2GRAY), np.uint8)
    # No ink is pale in a pixel's darkest channel.
    ground = _paper(grey)
    darkness, darkest, paper = _darkness(grey, ground), _darkness(_darkest_channel(work)), _on_paper(ground)
    fields = _opened(darkness > PALE, np.ones((max(1, round(FIELD * max(size))),) * 2, np.uint8)) > 0
    flat, colourless = _flat(darkness) & ~fields & paper, _is_grey(work)
    # Each by itself: the colours of a picture are many levels, among which a grey watermark's would be lost.
    seeds = (flat & colourless, flat & ~colourless & (darkest < TINT))
    found = ((level, _strokes(darkness, level, some, fields)) for some in seeds for level in _levels(darkness[some]))
    strokes = tuple((level, strokes) for level, strokes in found if strokes is not None)
    return _Parted(work.shape[1] / image.shape[1], darkness, darkest, paper, strokes)


def _ink(parted: _Parted, level: float, strokes: Bits) -> Ink:
    darkness, paper = parted.darkness, parted.paper
    beside = (parted.darkest > max(PALE, min(LIGHTEST * level, FAINT))) & (cv2.dilate(strokes, _disc(EDGE)) == 0)
    hidden = (_print_at(darkness, level) > 0) | ~paper
    pale = (darkness > LIGHTEST * level) & ~hidden
    return Ink(parted.scale, strokes > 0, beside | (darkness > DARKER * level + SLACK), pale, hidden, paper)


def _levels(flat: Floats) -> Iterator[float]:
    """Yield the commonest levels of flat pixels."""
    if flat.size < FEWEST:
        return
    bins = np.arange(PALE - STEP / 2, DARK + STEP, STEP)
    counts = np.convolve(np.histogram(flat, bins)[0], np.array([1, 2, 3, 2, 1]) / 9, "same")
    peaks = [i for i in range(len(counts)) if counts[i] > 0 and counts[i] == counts[max(0, i - 2) : i + 3].max()]
    taken: list[float] = []
    for i in sorted(peaks, key=lambda i: -counts[i])[:MOST_LEVELS]:
        middle = float(bins[i] + STEP / 2)
        near = flat[np.abs(flat - middle) < NEAR * middle + SLACK]
        level = float(np.median(near)) if near.size >= FEWEST else 0.0
        if level and all(abs(level - other) > SAME * other for other in taken):
            taken.append(level)
            yield level


def _levels_at(darkness: Floats, places: Sequence[Quad], scale: float, known: Sequence[float]) -> Iterator[float]:
    """Yield the levels of pale letters in many places, those left out that are known."""
    levels, taken = [_level_at(darkness, place, scale) for place in places], list(known)
    for level in levels:
        new = 0 < level < DARK and all(abs(level - other) > SAME * other for other in taken)
        if new and sum(abs(level - other) <= SAME * level for other in levels) >= MANY:
            taken.append(level)
            yield level


def _print_level(darkness: Floats, lines: Sequence[Quad], scale: float) -> float:
    """Return how dark the lines of a page are, half of their length darker; infinity where there is none."""
    levels = sorted((_level_at(darkness, line, scale), line.length) for line in lines)
    lengths = np.cumsum([length for _, length in levels])
    return levels[int(np.searchsorted(lengths, lengths[-1] / 2))][0] if levels else float("inf")


def _level_at(darkness: Floats, place: Quad, scale: float) -> float:
    """Return how dark the letters in a place are; 0 where none are."""
    box = Quad.of([(x * scale, y * scale) for x, y in place.points]).box().clip(darkness.shape[1], darkness.shape[0])
    if box is None:
        return 0.0
    inside = np.zeros((box.height, box.width), np.uint8)
    cv2.fillPoly(inside, [np.round(place.array() * scale - (box.x0, box.y0)).astype(np.int32)], 1)
    around = darkness[box.y0 : box.y1, box.x0 : box.x1]
    drawn = around[(inside > 0) & (around > PALE)]
    return float(np.percentile(drawn, OF_THIN)) if drawn.size else 0.0


def _strokes(darkness: Floats, level: float, flat: NDArray[np.bool_], fields: NDArray[np.bool_]) -> Bits | None:
    """Return the strokes of the watermark of a level, (H, W) 0 or 1, on through the print across them; None where there is none."""
    size = max(darkness.shape)
    pale = _opened((darkness > LIGHTEST * level) & (darkness < DARKEST * level), _disc(STROKE))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pale, connectivity=8)
    seeds = np.bincount(labels[flat & (np.abs(darkness - level) < NEAR * level + SLACK)], minlength=count)
    side = stats[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)].max(axis=1)
    letters = (seeds >= np.maximum(FEWEST_OF_PIECE, SHARE_OF_PIECE * stats[:, cv2.CC_STAT_AREA])) & (side <= LARGEST * size)
    letters[np.unique(labels[fields])] = False
    letters[0] = False
    if seeds[letters].sum() < FEWEST:
        return None
    strokes = np.asarray(letters[labels], np.uint8)
    across = _disc(max(STROKE, round(ACROSS * size / LONG_SIDE)) | 1)
    beneath = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, across) & _print_at(darkness, level)
    return np.asarray(strokes | beneath, np.uint8)


def _layers(image: Bytes, darkness: Floats, level: float, strokes: Bits) -> Layers:
    height, width = image.shape[:2]
    solid = cv2.GaussianBlur(strokes.astype(np.float32), (0, 0), 0.8)
    soft = np.clip((darkness / level - 0.15) / 0.7, 0, 1) * cv2.dilate(strokes, _disc(FRINGE))
    faint = np.where(_print_at(darkness, level) > 0, solid, soft)
    near = cv2.dilate(strokes, np.ones((AROUND, AROUND), np.uint8))
    whole = cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return Layers(_shown(solid, (width, height)), _shown(faint, (width, height)), _print(image, level), np.asarray(whole, np.bool_))


def _print(image: Bytes, level: float) -> Bytes:
    """Return the page with all that is as pale as the letters gone, and what is darker stretched to black."""
    darkness = _darkness(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8))
    pale = AS_PALE * level
    darkest = max(float(np.percentile(darkness, 99)), pale + level)
    return _shown(np.clip((darkness - pale) / (darkest - pale), 0, 1), (image.shape[1], image.shape[0]))


def _print_at(darkness: Floats, level: float) -> Bits:
    """Return where what is darker than a watermark stands, with its fringe, (H, W) 0 or 1."""
    return np.asarray(cv2.dilate((darkness >= DARKEST * level).astype(np.uint8), _disc(FRINGE)), np.uint8)


def _shown(black: Floats, size: tuple[int, int]) -> Bytes:
    """Return how black a picture is (H, W), 0 to 1, as BGR of a size (width, height)."""
    grey = np.asarray(255 - 255 * black, np.uint8)
    if (grey.shape[1], grey.shape[0]) != size:
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _flat(darkness: Floats) -> NDArray[np.bool_]:
    spread = cv2.dilate(darkness, _disc(3)) - cv2.erode(darkness, _disc(3))
    return np.asarray((spread < EVEN * darkness + GRAIN) & (darkness > PALE) & (darkness < DARK), np.bool_)


def _is_grey(image: Bytes) -> NDArray[np.bool_]:
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.max(cv2.max(blue, green), red) - cv2.min(cv2.min(blue, green), red) < COLOURED)


def _opened(area: NDArray[np.bool_], kernel: Bits) -> Bits:
    return np.asarray(cv2.morphologyEx(area.astype(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8)


def _disc(size: int) -> Bits:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _darkest_channel(image: Bytes) -> Bits:
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def _darkness(grey: Bits, paper: Bits | None = None) -> Floats:
    """Return how much darker than its paper a pixel is, (H, W), as a natural logarithm; `paper`: what `_paper` gives for it."""
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8)
    around = _paper(grey) if paper is None else paper
    # Both are bytes: 256 logarithms do for all pixels.
    return np.asarray(cv2.max(cv2.subtract(cv2.LUT(around, LOGARITHMS), cv2.LUT(soft, LOGARITHMS)), 0.0), np.float32)


def _on_paper(paper: Bits) -> NDArray[np.bool_]:
    """Return where the ground is no darker than a shade on the page's paper: a photograph shows the table, too."""
    # As `_paper` has it, the ground hardly changes within eight pixels.
    return np.asarray(paper >= TABLE * np.percentile(paper[::8, ::8], 75), np.bool_)


def _paper(grey: Bits) -> Bits:
    """Return how light the paper is around each pixel, (H, W)."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    # Wider than any watermark's stroke, so that the stroke does not count as paper; closed, so that a shade does.
    paper = cv2.medianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8)), 31)
    return np.asarray(cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
