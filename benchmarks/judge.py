"""Judges a written page against its truth, in pixels.

A pixel is masked where the page is flat and black, and was not so before, or lies in one patch with such pixels. An
instance leaks where less than 98 % of its ink is masked (a code: 95 %; eyes: of either eye), or, in texts, one character
by less than 90 %. A keep instance is lost where more than 20 % of its ink is masked; ink on the ground of something that
must be masked does not count, and what lies mostly there is not judged. A mask may be one pixel off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import Picture
from fixtures.truth import TEXT_KINDS, IdMap, Instance, PageTruth, Polygon

DARK, FLAT = 48, 24
"""The lightest level of a mask, and how many levels a flat 5 x 5 window may span."""
NEW_PATCH, NEW_AROUND = 0.5, 0.15
"""Share of a black patch, or of the 9 x 9 px around one of its pixels, that must not have been black before."""
WHOLE, CODE, CHARACTER, LOST = 0.98, 0.95, 0.90, 0.20
LEAST_SEEN, LEAST_SHARE = 12, 0.4
"""What must stand outside of everything that must be masked for a keep instance to be judged: px, and share of its ink."""
ACROSS_GROUND, MARGIN = 9, 24
Area = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`good`: masked, or kept; None: not judged. `cover`: the masked share of its ink, of eyes that of the worse one."""

    kind: str
    must: str
    flags: tuple[str, ...]
    cover: float
    good: bool | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts on a page's instances, in the truth's order; `masked`: share of the page's area, `over`: of that, what
    lies on the ground of nothing that must be masked (padding among it)."""

    verdicts: tuple[Verdict, ...]
    masked: float
    over: float


def judge(truth: PageTruth, before: Picture, after: Picture) -> Judgement:
    """Judge one page; the pictures are RGB and of the truth's size."""
    dark = masked(before, after)
    ground = _ground(truth)
    verdicts = tuple(_verdict(truth, instance, dark, ground) for instance in truth.instances)
    return Judgement(verdicts, float(dark.mean()), float((dark & ~ground).mean()))


def all_lost(truth: PageTruth) -> Judgement:
    """Judge a page that is gone or of another shape: nothing on it can be trusted."""
    return Judgement(tuple(Verdict(i.kind, _must(i), i.flags, 0.0, False) for i in truth.instances), 0.0, 0.0)


def _must(instance: Instance) -> str:
    # Numbers are left by the policy of the rule, which is the one that benchmarks run.
    return "mask" if instance.must == "mask" else "keep"


def masked(before: Picture, after: Picture) -> Area:
    """Return the masked pixels of a page (H, W)."""
    black = after.max(axis=2) < DARK
    new = black & (before.max(axis=2) >= DARK)
    window = np.ones((5, 5), np.uint8)
    span = cv2.dilate(after, window).astype(np.int16) - cv2.erode(after, window)
    solid = (cv2.erode(black.astype(np.uint8), window) > 0) & (span.max(axis=2) <= FLAT)
    near = cv2.boxFilter(new.astype(np.float32), -1, (9, 9)) > NEW_AROUND
    patches = _new_patches(solid, new) | (solid & near)
    grown = (cv2.dilate(patches.astype(np.uint8), window) > 0) & black
    return np.asarray(cv2.dilate(grown.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, dtype=np.bool_)


def _new_patches(solid: Area, new: Area) -> Area:
    count, label = cv2.connectedComponents(solid.astype(np.uint8), connectivity=4)
    size = np.bincount(label.ravel(), minlength=count)
    share = np.bincount(label.ravel(), weights=new.ravel(), minlength=count) / np.maximum(size, 1)
    share[0] = 0.0
    return np.asarray(share[label] >= NEW_PATCH, dtype=np.bool_)


def _ground(truth: PageTruth) -> Area:
    polygons = [part for instance in truth.instances if instance.must == "mask" for part in instance.parts]
    area = _filled(truth, polygons).astype(np.uint8)
    return np.asarray(cv2.dilate(area, np.ones((ACROSS_GROUND, ACROSS_GROUND), np.uint8)) > 0, dtype=np.bool_)


def _verdict(truth: PageTruth, instance: Instance, dark: Area, ground: Area) -> Verdict:
    window = window_of(instance)
    must = _must(instance)
    kept = partial(_kept, ink_ids(truth, instance, window) > 0, dark[window], ground[window])
    cover, good = hidden(truth, instance, dark) if must == "mask" else kept()
    return Verdict(instance.kind, must, instance.flags, round(cover, 3), good)


def window_of(instance: Instance) -> tuple[slice, slice]:
    """Return where the instance's ink lies, with room for a warped page's rounding."""
    xs, ys = zip(*((x, y) for part in instance.parts for x, y in part), strict=True)
    return np.s_[max(0, int(min(ys)) - MARGIN) : int(max(ys)) + MARGIN, max(0, int(min(xs)) - MARGIN) : int(max(xs)) + MARGIN]


def ink_ids(truth: PageTruth, instance: Instance, window: tuple[slice, slice]) -> IdMap:
    """Return the id of the instance's ink at each pixel of a window, 0 where there is none."""
    ink, over = truth.ink[window], truth.over[window]
    return np.where(np.isin(ink, instance.ink), ink, np.where(np.isin(over, instance.ink), over, 0)).astype(np.uint16)


def hidden(truth: PageTruth, instance: Instance, dark: Area) -> tuple[float, bool]:
    """Return how much of an instance lies under a mask (H, W), and whether that is enough."""
    if instance.kind == "eyes":
        cover = min(_share(_filled(truth, [part]), dark) for part in instance.parts)
        return cover, cover >= WHOLE
    window = window_of(instance)
    ids, dark = ink_ids(truth, instance, window), dark[window]
    cover = _share(ids > 0, dark)
    if instance.kind not in TEXT_KINDS:
        return cover, cover >= (CODE if instance.kind == "qr" else WHOLE)
    return cover, cover >= WHOLE and all(_share(ids == ink, dark) >= CHARACTER for ink in instance.ink)


def _kept(ink: Area, dark: Area, ground: Area) -> tuple[float, bool | None]:
    seen = ink & ~ground
    if seen.sum() < max(LEAST_SEEN, LEAST_SHARE * ink.sum()):
        return 0.0, None
    cover = _share(seen, dark)
    return cover, cover <= LOST


def _share(pixels: Area, dark: Area) -> float:
    return float(dark[pixels].mean()) if pixels.any() else 1.0


def _filled(truth: PageTruth, polygons: Iterable[Polygon]) -> Area:
    area = np.zeros((truth.height, truth.width), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(area, [np.round(np.asarray(polygon)).astype(np.int32)], 1)
    return area > 0
