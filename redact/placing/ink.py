"""Ink in a line's frame: a strip of the page, turned so that the line runs along its rows, and where in it something is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from redact.page import Pixels
from redact.placing.frame import Span

Ink = NDArray[np.bool_]
Levels = NDArray[np.float32]
Grey = NDArray[np.uint8]
# Grey levels that something drawn differs from its paper at least, and what share of the text's own contrast.
LEAST_CONTRAST, SHARE = 18.0, 0.3
# The share where white space is claimed: pale print, a stamp's edge, a watermark are no white space.
PALE = 0.1
# A line's paper is judged over this many line heights: longer than any character, shorter than a shadow.
PAPER = 3.0
# Longer than any stroke of a character or of two that touch, in line heights: a rule, an underline, a frame.
RULE = 2.5
# Below this, in line heights, a spot is dust.
DUST = 0.1
# Levels that the paper may change along a line: further off it is another ground, a photograph or a coloured field.
GROUND = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """A turned piece of a page. `levels`: (rows, columns, 3) uint8; pixel (j, i) covers u0 + i to u0 + i + 1, v0 + j to v0 + j + 1."""

    levels: Pixels
    u0: float
    v0: float

    def columns(self, u0: float, u1: float) -> slice:
        """Return the columns that [u0, u1] touches."""
        return _slice(u0 - self.u0, u1 - self.u0, self.levels.shape[1])

    def rows(self, v0: float, v1: float) -> slice:
        """Return the rows that [v0, v1] touches."""
        return _slice(v0 - self.v0, v1 - self.v0, self.levels.shape[0])


def _slice(start: float, end: float, size: int) -> slice:
    first = min(max(0, int(np.floor(start))), size - 1)
    return slice(first, max(first + 1, min(size, int(np.ceil(end)))))


def strip(pixels: Pixels, span: Span) -> Strip:
    """Return the piece of the page (H, W, 3) under a span; beyond the page's edge its last pixels go on."""
    import cv2

    ux, uy = span.direction
    u, v = float(np.floor(span.u0)), float(np.floor(span.v0))
    width, height = max(1, int(np.ceil(span.u1 - u))), max(1, int(np.ceil(span.v1 - v)))
    # From the strip's pixel centres to the page's: OpenCV counts from the middle of the first pixel.
    mu, mv = u + 0.5, v + 0.5
    to_page = np.array([[ux, -uy, mu * ux - mv * uy - 0.5], [uy, ux, mu * uy + mv * ux - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    levels = cv2.warpAffine(pixels, to_page, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Strip(levels.astype(np.uint8, copy=False), u, v)


def text_ink(piece: Strip, text: Span) -> Ink:
    """Return what is drawn in the ink of the text: stamps in another colour are left out, where the text itself is not coloured."""
    dark = _difference(_lightest(piece), piece, text)
    # In the lightest channel red and blue ink is pale, so that black text shows alone.
    if _contrast(dark, piece, text) >= 3 * LEAST_CONTRAST:
        return _drawn(dark, piece, text)
    return all_ink(piece, text)


def all_ink(piece: Strip, text: Span) -> Ink:
    """Return everything that is drawn, in whatever colour."""
    return _drawn(_difference(darkest(piece), piece, text), piece, text)


def pale_ink(piece: Strip, text: Span) -> Ink:
    """Return everything that is drawn, however pale, in whatever colour; the scan's own grain is smoothed away first."""
    import cv2

    smooth = cv2.blur(darkest(piece), (3, 3)).astype(np.uint8, copy=False)
    return _drawn(_difference(smooth, piece, text), piece, text, PALE)


def _lightest(piece: Strip) -> Grey:
    red, green, blue = (piece.levels[:, :, channel] for channel in range(3))
    level: Grey = np.maximum(np.maximum(red, green), blue)
    return level


def darkest(piece: Strip) -> Grey:
    """Return each pixel's darkest channel, in which no ink is pale."""
    red, green, blue = (piece.levels[:, :, channel] for channel in range(3))
    level: Grey = np.minimum(np.minimum(red, green), blue)
    return level


def _drawn(difference: Levels, piece: Strip, text: Span, share: float = SHARE) -> Ink:
    drawn: Ink = difference > max(LEAST_CONTRAST, share * _contrast(difference, piece, text))
    return drawn


def _difference(grey: Grey, piece: Strip, text: Span) -> Levels:
    """Return how far each pixel is from its paper: less than half of a column of text is ink, and a shadow changes slowly."""
    difference: Levels = np.abs(grey - paper(grey, text.em)[None, :]).astype(np.float32)
    return difference


def paper(grey: Grey, em: float) -> Levels:
    """Return the level of the ground of each column, (columns,)."""
    import cv2

    medians = np.median(grey, axis=0).astype(np.float32)
    size = max(3, 2 * round(PAPER * em / 2) + 1)
    blocks = max(1, round(size / 8))
    # Every eighth of the window is enough, and a running median over few numbers is quick.
    coarse = np.clip(medians[blocks // 2 :: blocks], 0, 255).astype(np.uint8)[None, :]
    smooth = cv2.medianBlur(np.repeat(coarse, 3, axis=0), 9)[1].astype(np.float32)
    level: Levels = np.interp(np.arange(len(medians)), np.arange(len(smooth)) * blocks + blocks // 2, smooth).astype(np.float32)
    return level


def _contrast(difference: Levels, piece: Strip, text: Span) -> float:
    return float(np.percentile(difference[piece.rows(text.v0, text.v1), piece.columns(text.u0, text.u1)], 97))


def without_rules(ink: Ink, em: float) -> tuple[Ink, Ink]:
    """Return the ink without what runs on along the line, and without what runs on across it."""
    return ink & ~_runs(ink, em, along=True), ink & ~_runs(ink, em, along=False)


def _runs(ink: Ink, em: float, along: bool) -> Ink:
    import cv2

    length = max(3, round(RULE * em))
    kernel = np.ones((1, length) if along else (length, 1), np.uint8)
    rules = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    grown: Ink = cv2.dilate(rules, np.ones((3, 1) if along else (1, 3), np.uint8)) > 0
    return grown


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """The connected pieces of some ink: `labels` (rows, columns), 0 where none; `boxes` (n, 4) x, y, width, height; `areas` (n,)."""

    labels: NDArray[np.int32]
    boxes: NDArray[np.int32]
    areas: NDArray[np.int32]


def pieces(ink: Ink) -> Pieces:
    """Return the connected pieces; the first, number 0, is what is not drawn."""
    import cv2

    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return Pieces(labels, stats[:, :4], stats[:, 4])


def without_dust(ink: Ink, em: float) -> Ink:
    """Return the ink without spots too small to be written."""
    found = pieces(ink)
    written = found.boxes[:, 2:].max(axis=1) > max(1.0, DUST * em)
    written[0] = False
    kept: Ink = written[found.labels]
    return kept
