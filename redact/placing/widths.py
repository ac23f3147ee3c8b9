"""Width classes: the mask of a name of two characters is as wide as that of a dotted name, where white space allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from redact.placing.frame import Corners, Rows, Span, Surroundings, middles, projected
from redact.placing.ink import GROUND, Ink, Strip, darkest, pale_ink, paper, strip, without_dust, without_rules

# White below this, in line heights, is a space between words: the text goes on.
ROOM = 0.8
# Kept free before the next ink, in line heights: a label or rule that a mask touches is read as part of it.
FREE = 0.25
# Room to both sides that differs by no more than this, in line heights or as a share, is a text set in the middle.
CENTRED, CENTRED_SHARE = 1.0, 0.15
# Of a mask's height: characters are lower, a cell's rule is not.
BAR = 0.95
# In line heights, how far a reader's place of a text may reach over the rule beside it.
TOUCHING = 0.3


def widened(mask: Span, text: Span, classes: Sequence[float], foreign: Corners, around: Surroundings) -> Span:
    """Return the mask of a name grown into the white space beside it, to the next of the classes (line heights), or as far as it goes.

    A text in the middle of its room grows to both sides alike: grown to one, its other end would tell its length. Where
    another character follows at once the mask stays: in running text its length is told by what stands around it.
    """
    length = mask.u1 - mask.u0
    wanted = next((c * text.em for c in classes if c * text.em >= length), length)
    rows = projected(foreign, text.direction)
    v = middles(rows)[1]
    line = rows[(v > mask.v0) & (v < mask.v1)]
    if wanted <= length or _goes_on(text, line):
        return mask
    before, after = _room(mask, text, line, around)
    grow_before, grow_after = _shares(wanted - length, before, after, text.em)
    return replace(mask, u0=mask.u0 - grow_before, u1=mask.u1 + grow_after)


def _goes_on(text: Span, line: Rows) -> bool:
    """True where a character follows with no more than a space between."""
    after = line[middles(line)[0] > text.u1][:, 0]
    return bool((after < text.u1 + ROOM * text.em).any())


def _shares(missing: float, before: float, after: float, em: float) -> tuple[float, float]:
    """Return how much of the missing length goes to the start and to the end, px."""
    usable_before, usable_after = max(0.0, before - FREE * em), max(0.0, after - FREE * em)
    if abs(before - after) <= max(CENTRED * em, CENTRED_SHARE * (before + after)):
        each = min(missing / 2, usable_before, usable_after)
        return each, each
    at_end = min(missing, usable_after)
    return min(missing - at_end, usable_before), at_end


def _room(mask: Span, text: Span, line: Rows, around: Surroundings) -> tuple[float, float]:
    """Return how much white there is before and after the mask, px, up to the edges of the page. `line`: characters of others."""
    low, high = _across_page(mask, around)
    piece = strip(around.pixels, replace(mask, u0=min(low, mask.u0), u1=max(high, mask.u1)))
    ink = pale_ink(piece, text)
    taken = without_dust(without_rules(ink, text.em)[0], text.em).any(axis=0) | _other_ground(piece, text)
    for u0, u1 in line[:, :2]:
        taken[piece.columns(u0, u1)] = True
    bars = _bars(ink)
    # A place may reach over the rule itself, by less than a character.
    own, inside = piece.columns(text.u0 + TOUCHING * text.em, text.u1 - TOUCHING * text.em), piece.columns(mask.u0, mask.u1)
    before, after = bars[inside.start : own.start].any(), bars[own.stop : inside.stop].any()
    return 0.0 if before else _white_run(taken[: inside.start][::-1]), 0.0 if after else _white_run(taken[inside.stop :])


def _bars(ink: Ink) -> NDArray[np.bool_]:
    """Return, per column, whether a rule stands there from edge to edge: padding may have reached it, and beyond is another cell."""
    leaning = ink.copy()
    leaning[:, 1:] |= ink[:, :-1]
    leaning[:, :-1] |= ink[:, 1:]
    bars: NDArray[np.bool_] = leaning.mean(axis=0) > BAR
    return bars


def _other_ground(piece: Strip, text: Span) -> NDArray[np.bool_]:
    """Return, per column, whether the ground is another than the text's."""
    ground = paper(darkest(piece), text.em)
    here = float(np.median(ground[piece.columns(text.u0, text.u1)]))
    other: NDArray[np.bool_] = np.abs(ground - here) > GROUND
    return other


def _white_run(taken: NDArray[np.bool_]) -> float:
    return float(np.argmax(taken)) if taken.any() else float(len(taken))


def _across_page(mask: Span, around: Surroundings) -> tuple[float, float]:
    """Return from where to where the middle line of the mask runs on the page."""
    height, width = around.pixels.shape[:2]
    ux, uy = mask.direction
    v = (mask.v0 + mask.v1) / 2
    low, high = -np.inf, np.inf
    for step, start, size in ((ux, -v * uy, width), (uy, v * ux, height)):
        if abs(step) > 1e-9:
            ends = sorted(((0 - start) / step, (size - start) / step))
            low, high = max(low, ends[0]), min(high, ends[1])
    return float(low), float(high)
