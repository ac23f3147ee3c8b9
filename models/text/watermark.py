"""The faint layer of a page, large pale letters under its text, with the dark ink taken away; and the text with the letters taken away."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.text.strip import Bytes

# How much darker than the paper around it a pixel is, as a natural logarithm: paper is below PALE, and what is pale is below
# this share of what the page's text is (INK of its inked pixels are lighter), and below DARKEST: where a page has black fields
# too, thin print is light beside them.
INK = 90
PALE, DARK, DARKEST = 0.06, 0.5, 0.5
# px: letters this large are as clear on a smaller page.
LONG_SIDE = 1280
# Thickness of strokes, as a share of the page's long side: thinner pale strokes are fringes of dark letters, grain, or small
# print that is read as it stands.
STROKE = 1 / 280
# Levels between the channels of a pixel that make it coloured: coloured ink is the seals' look.
COLOURED = 40
# In strokes of a watermark: no letter of a page's print is so thick.
FIELD_STROKES = 3
# A letter's box, as shares of the page's long side; how much of it is ink: a field of colour fills more, a rule's box less.
LETTER = (0.008, 0.12)
FULL = 0.75
# A letter's height in strokes of it, and both ways.
LETTER_STROKES = 24
# What is so many times darker than the letters is dark text; how far around a hidden pixel is looked to fill it, px. Of 24
# names across text 23 were read so, 17 with the mean of what is seen around.
DARKER, FILL_PX = 1.35, 3
# How many such pieces make a watermark: two characters have two pieces at the least, most have more.
FEWEST = 3

# What is no darker than so many times the letters becomes paper where the print over them is read.
AS_PALE = 1.25

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """A page with a watermark, as two: BGR (H, W, 3) each.

    `faint`: the pale strokes black on white, the dark ink gone. `print`: what is darker than they, the strokes gone. `near`:
    (H, W) bool, where the letters are and what they may hide.
    """

    faint: Bytes = field(repr=False)
    print: Bytes = field(repr=False)
    near: NDArray[np.bool_] = field(repr=False)


def layers(image: Bytes) -> Layers | None:
    """Return the two layers of a BGR page (H, W, 3); None where it has no watermark."""
    height, width = image.shape[:2]
    scale = min(1.0, LONG_SIDE / max(height, width))
    small = cv2.resize(image, (max(1, round(width * scale)), max(1, round(height * scale))), interpolation=cv2.INTER_AREA)
    parted = _parted(small)
    if parted is None:
        return None
    faint, near, level = parted
    large = [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in (faint, near)]
    return Layers(np.repeat(large[0][..., None], 3, axis=2), _print(image, level), np.asarray(large[1] > 0, np.bool_))


def _print(image: Bytes, level: float) -> Bytes:
    """Return the page with all that is as pale as the letters gone, and what is darker stretched to black."""
    darkness = _darkness(image)
    pale = AS_PALE * level
    darkest = max(float(np.percentile(darkness, 99)), pale + level)
    black = np.clip((darkness - pale) / (darkest - pale), 0, 1)
    return np.repeat(np.asarray(255 - 255 * black, np.uint8)[..., None], 3, axis=2)


def _parted(image: Bytes) -> tuple[Bits, Bits, float] | None:
    """Return the faint layer, where its letters may be (0 or 1), and how dark they are; None where there are none."""
    darkness = _darkness(image)
    stroke = max(3, round(max(darkness.shape) * STROKE)) | 1
    # A field that is black all over, such as a mask, says nothing of how dark the page's print is.
    fields = cv2.morphologyEx((darkness > DARKEST).astype(np.uint8), cv2.MORPH_OPEN, _disc(FIELD_STROKES * stroke))
    inked = darkness[(darkness > PALE) & (fields == 0)]
    dark = min(DARKEST, DARK * float(np.percentile(inked, INK))) if inked.size else DARKEST
    near_dark = cv2.dilate((darkness > dark).astype(np.uint8), _disc(stroke))
    grey = image.max(axis=2) - image.min(axis=2) < COLOURED
    seen = _letters(((darkness > PALE) & (near_dark == 0) & grey).astype(np.uint8), near_dark, stroke)
    if seen is None:
        return None
    level = float(np.percentile(darkness[seen > 0], 50))
    # Dark text hides pieces of a letter: as far as a letter may reach it is filled from what is seen of it.
    reach = LETTER_STROKES * stroke
    near = (cv2.dilate(seen, np.ones((reach, reach), np.uint8)) > 0).astype(np.uint8)
    black = np.clip((darkness - PALE / 2) / max(PALE, level - PALE / 2), 0, 1) * near
    # Thin strokes of dark text are pale, and still darker than the letters.
    hidden = near_dark | cv2.dilate((darkness > DARKER * level).astype(np.uint8), _disc(3))
    layer = cv2.inpaint(np.asarray(255 - 255 * black, np.uint8), hidden & near, FILL_PX, cv2.INPAINT_TELEA)
    return np.asarray(layer, np.uint8), near, level


def _letters(pale: Bits, hidden: Bits, stroke: int) -> Bits | None:
    """Return the pale strokes, (H, W) 0 or 1, that are as thick and as large as pieces of a watermark's letters; None for too few."""
    thick = cv2.morphologyEx(pale, cv2.MORPH_OPEN, _disc(stroke))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thick, connectivity=8)
    long_side = max(pale.shape)
    side = stats[:, (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT)].max(axis=1) / long_side
    left, top, right, bottom = stats[:, 0], stats[:, 1], stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]
    sums = cv2.integral(hidden)
    covered = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    # What dark text hides of a letter's box may be ink or not.
    fill = stats[:, cv2.CC_STAT_AREA] / np.maximum(1, (right - left) * (bottom - top) - covered)
    letter = (side >= LETTER[0]) & (side <= LETTER[1]) & (fill <= FULL)
    letter[0] = False
    if count == 0 or letter.sum() < FEWEST:
        return None
    return np.asarray(letter[labels], np.uint8)


def _disc(size: int) -> Bits:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)), np.uint8)


def _darkness(image: Bytes) -> Floats:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    # Wider than any watermark's stroke, so that the stroke does not count as paper.
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((15, 15), np.uint8)), 31)
    wide = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.float32)
    darker: Floats = np.log((wide + 3.0) / (soft + 3.0))
    return np.asarray(np.maximum(darker, 0), np.float32)
