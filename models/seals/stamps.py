"""Stamps: name chops and other square or oblong seals, by the rectangle around every piece of coloured ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from redact.models.seals.ink import Map
from redact.models.seals.pieces import Bits, Piece, Rectangle

HULL_OF_BOX = 0.8
# How far a side's ink may lie from a straight line, and where the search for it begins outside the rectangle.
# Absorbance of ink of any colour that is worth a look.
FOREIGN_LEVEL = 0.12
STRAIGHT_MM, AROUND_MM, REACH_MM = 0.45, 1.5, 1.5


@dataclass(frozen=True, slots=True)
class StampRules:
    """What counts as a stamp: the ink level, and least and largest inked share of the rectangle.

    `straight`: least share of straight frame, mean of the four sides and worst side. `smallest_mm`: shortest side.
    `pictures_mm`: an oblong with a longer short side and half full of ink is a portrait: a grey page has no colour to tell.
    """

    level: float
    density: tuple[float, float]
    straight: tuple[float, float]
    smallest_mm: float
    pictures_mm: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """A rectangle in working px as cv2 has it: centre, full sides, degrees. `score` is the straight share of its frame."""

    rectangle: Rectangle
    score: float


def find_stamps(pieces: list[Piece], inked: Bits, dark: Map, rules: StampRules, px_per_mm: float) -> list[Stamp]:
    """Return the rectangular stamps among the pieces of ink, in a fixed order, without doubles.

    `inked`: 0 or 1 per working px. `dark`: absorbance of all ink.
    """
    foreign = ((dark > FOREIGN_LEVEL) & (inked == 0)).astype(np.uint8)
    rectangles = [piece.rectangle for piece in pieces if piece.fullness >= HULL_OF_BOX]
    judged = [_judge(inked, foreign, rectangle, rules, px_per_mm) for rectangle in rectangles]
    others = [rectangle for rectangle, stamp in zip(rectangles, judged, strict=True) if stamp is None]
    found: list[Stamp] = []
    for stamp in judged:
        if stamp is not None and not _in_a_row(stamp, others) and all(not _same(stamp, other) for other in found):
            found.append(stamp)
    return found


def _judge(inked: Bits, foreign: Bits, rectangle: Rectangle, rules: StampRules, px_per_mm: float) -> Stamp | None:
    if not _filled_like_a_stamp(inked, foreign, rectangle, rules, px_per_mm):
        return None
    around = round(AROUND_MM * px_per_mm)
    centre, (width, height), degrees = rectangle
    patch = _straightened(inked, (centre, (width + 2 * around, height + 2 * around), degrees))
    shares = [_straight(side, around, px_per_mm) for side in (patch, patch[::-1], patch.T, patch.T[::-1])]
    mean, worst = float(np.mean(shares)), min(shares)
    return Stamp(rectangle, mean) if mean >= rules.straight[0] and worst >= rules.straight[1] else None


def _filled_like_a_stamp(inked: Bits, foreign: Bits, rectangle: Rectangle, rules: StampRules, px_per_mm: float) -> bool:
    """Return False for flags, portraits on a red ground, empty frames and, on grey pages, portraits."""
    density = float(_straightened(inked, rectangle).mean())
    other = float(_straightened(foreign, rectangle).mean())
    short, long = sorted(rectangle[1])
    if short < rules.smallest_mm * px_per_mm or not rules.density[0] <= density <= rules.density[1]:
        return False
    if short < 0.8 * long and short > rules.pictures_mm * px_per_mm and density > 0.5:
        return False
    # In a stamp, what is not ink is paper (or some text below it); in a flag it is gold, in a portrait it is a person.
    return other <= 0.5 * (1 - density)


def _straight(patch: Bits, around: int, px_per_mm: float) -> float:
    """Return the share of a side, here the top one, along which the first ink from outside lies on one line."""
    columns = patch[:, around:-around]
    first = np.where(columns.any(axis=0), columns.argmax(axis=0), patch.shape[0])
    near = first < around + REACH_MM * px_per_mm
    if not near.any():
        return 0.0
    away = np.abs(first - np.median(first[near]))
    return float((away <= max(1.5, STRAIGHT_MM * px_per_mm)).mean())


def _in_a_row(stamp: Stamp, others: list[Rectangle]) -> bool:
    """Return True where something of the same size that is no stamp stands close by: a title's character, such as 国."""
    (x, y), sides, _ = stamp.rectangle
    size = max(sides)
    for (u, v), others_sides, _ in others:
        along, across = max(abs(x - u), abs(y - v)), min(abs(x - u), abs(y - v))
        alike = 0.6 * size < max(others_sides) < 1.5 * size
        if alike and across < 0.3 * size and 0.5 * size < along < 1.6 * size:
            return True
    return False


def _straightened(bits: Bits, rectangle: Rectangle) -> Bits:
    (x, y), (width, height), degrees = rectangle
    size = max(8, round(width)), max(8, round(height))
    turn = cv2.getRotationMatrix2D((x, y), degrees, 1.0)
    turn[:, 2] += size[0] / 2 - x, size[1] / 2 - y
    patch: Bits = cv2.warpAffine(bits, turn, size, flags=cv2.INTER_NEAREST)
    return patch


def _same(one: Stamp, other: Stamp) -> bool:
    (x, y), (w, h), _ = one.rectangle
    (u, v), (a, b), _ = other.rectangle
    return abs(x - u) + abs(y - v) < 0.3 * min(w, h, a, b)
