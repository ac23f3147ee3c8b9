"""Stamps: name chops and other square or oblong seals, by the rectangle around every piece of coloured ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.seals.ink import Map
from redact.models.seals.pieces import Piece, Rectangle

HULL_OF_BOX = 0.8
# How far a side's ink may lie from a straight line, and where the search for it begins outside the rectangle.
# The largest character of a red title.
CHARACTER_MM = 22.0
# Share of a side that an unbroken line inks.
UNBROKEN = 0.9
# Absorbance of ink of any colour that is worth a look.
FOREIGN_LEVEL, FOREIGN_SHARE = 0.2, 0.7
NEARLY_FULL, FOREIGN_SHARE_OF_FULL, SOLID = 0.85, 0.3, 0.97
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


def find_stamps(pieces: list[Piece], ink: Map, dark: Map, rules: StampRules, px_per_mm: float) -> list[Stamp]:
    """Return the rectangular stamps among the pieces of ink, in a fixed order, without doubles.

    `ink`: absorbance of the stamp's colour, `dark`: of all ink.
    """
    rectangles = [piece.rectangle for piece in pieces if piece.fullness >= HULL_OF_BOX]
    judged = [_judge(ink, dark, rectangle, rules, px_per_mm) for rectangle in rectangles]
    others = [rectangle for rectangle, stamp in zip(rectangles, judged, strict=True) if stamp is None]
    found: list[Stamp] = []
    for stamp in judged:
        title = stamp is not None and _in_a_row(stamp, others, px_per_mm)
        if stamp is not None and not title and all(not _same(stamp, other) for other in found):
            found.append(stamp)
    return found


def _judge(ink: Map, dark: Map, rectangle: Rectangle, rules: StampRules, px_per_mm: float) -> Stamp | None:
    if not _filled_like_a_stamp(ink, dark, rectangle, rules, px_per_mm):
        return None
    around = round(AROUND_MM * px_per_mm)
    centre, (width, height), degrees = rectangle
    patch = _straightened(ink, (centre, (width + 2 * around, height + 2 * around), degrees)) > rules.level
    shares = [_straight(side, around, px_per_mm) for side in (patch, patch[::-1], patch.T, patch.T[::-1])]
    mean, worst = float(np.mean(shares)), min(shares)
    return Stamp(rectangle, mean) if mean >= rules.straight[0] and worst >= rules.straight[1] else None


def _filled_like_a_stamp(ink: Map, dark: Map, rectangle: Rectangle, rules: StampRules, px_per_mm: float) -> bool:
    """Return False for flags, portraits on a red ground, empty frames and, on grey pages, portraits."""
    patch = _straightened(ink, rectangle)
    # Half of the full ink: at a level as low as the paper's noise, blur closes the characters cut out of a filled chop.
    inked = patch > max(rules.level, 0.5 * float(np.percentile(patch, 90)))
    density = float(inked.mean())
    # Darker than the stamp's own ink would make it.
    other = float((_straightened(dark, rectangle) > patch + FOREIGN_LEVEL).mean())
    short, long = sorted(rectangle[1])
    if short < rules.smallest_mm * px_per_mm or not rules.density[0] <= density <= rules.density[1]:
        return False
    # Nothing is written in it: a flag without its stars, or a mask that stands already.
    rim = round(0.1 * short)
    if float(inked[rim:-rim, rim:-rim].mean()) > SOLID:
        return False
    if short < 0.9 * long and short > rules.pictures_mm * px_per_mm and float((patch > rules.level).mean()) > 0.5:
        return False
    # In a stamp, what is not ink is paper (or some text below it); in a flag it is gold, in a portrait it is a person.
    return other <= (FOREIGN_SHARE if density < NEARLY_FULL else FOREIGN_SHARE_OF_FULL) * (1 - density)


def _straight(patch: NDArray[np.bool_], around: int, px_per_mm: float) -> float:
    """Return the share of a side, here the top one, along which the first ink from outside lies on one line."""
    columns = patch[:, around:-around]
    first = np.where(columns.any(axis=0), columns.argmax(axis=0), patch.shape[0])
    near = first < around + REACH_MM * px_per_mm
    if not near.any():
        return 0.0
    away = np.abs(first - np.median(first[near]))
    straight = float((away <= max(1.5, STRAIGHT_MM * px_per_mm)).mean())
    # Specks and text outside spoil the first ink, but not the line behind it, and no text has such a line.
    depth = around + round(REACH_MM * px_per_mm)
    line = max(float((columns[i] | columns[i + 1]).mean()) for i in range(depth))
    return max(straight, line) if line >= UNBROKEN else straight


def _in_a_row(stamp: Stamp, others: list[Rectangle], px_per_mm: float) -> bool:
    """Return True where something as high that is no stamp stands close by in its row: characters of a title, such as 国."""
    (x, y), sides, _ = stamp.rectangle
    high = min(sides)
    if high > CHARACTER_MM * px_per_mm:
        return False
    for (u, v), others_sides, _ in others:
        along, across = max(abs(x - u), abs(y - v)), min(abs(x - u), abs(y - v))
        gap = along - (max(sides) + max(others_sides)) / 2
        if 0.6 * high < min(others_sides) < 1.5 * high and across < 0.3 * high and -0.3 * high < gap < 0.8 * high:
            return True
    return False


def _straightened(ink: Map, rectangle: Rectangle) -> Map:
    (x, y), (width, height), degrees = rectangle
    size = max(8, round(width)), max(8, round(height))
    turn = cv2.getRotationMatrix2D((x, y), degrees, 1.0)
    turn[:, 2] += size[0] / 2 - x, size[1] / 2 - y
    patch: Map = cv2.warpAffine(ink, turn, size, flags=cv2.INTER_NEAREST)
    return patch


def _same(one: Stamp, other: Stamp) -> bool:
    (x, y), (w, h), _ = one.rectangle
    (u, v), (a, b), _ = other.rectangle
    return abs(x - u) + abs(y - v) < 0.3 * min(w, h, a, b)
