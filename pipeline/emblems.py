"""The emblem of state on the back of an identity card: on copies a dark disc that looks like a seal, and is none.

It is known by where it stands, close before the two lines that name the card and level with them, by its size, and by its ink: a disc that
is inked all over, without colour, with paper around it. A unit's ring is larger and hollow, a chop has corners. All else stays a seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from redact.finding import OWN_SEAL, Finding, Look, NotLooked
from redact.page import Page, Word
from redact.search.folding import fold

# What the card's two lines say; of the first a reader may lose a character at its ends.
STATE, CARD = "华人民共和", "居民身份证"
# The second line begins below the first within so many heights of it, and as far before or after it.
BELOW, ASIDE = (0.8, 4.0), 6.0
# The emblem's place, its margins among it, is so many heights of the first line across, and ends so many before the lines; its middle
# lies so many above or below the middle between both.
ACROSS, BEFORE, LEVEL = (3.0, 5.5), 4.5, 1.2
# No larger than this, mm: units' rings are 38 and more. Nor longer than high.
LARGEST_MM, ROUND = 26.0, 0.75
# A seal's place is so much wider than the seal on each side, mm.
MARGIN_MM = 1.5
# Ink, as a share of the paper's brightness; it has no colour where its channels differ by less, levels.
DARK, COLOURLESS = 0.6, 24.0
# Within this share of its radius the disc is inked by so much at least; in the corners beyond that share of it by so much at most.
DISC, INKED, CORNERS, PAPER = 0.85, 0.4, 1.15, 0.05


def without_emblem(page: Page, seals: Look, words: Sequence[Word]) -> Look:
    """Return the look at seals without what is the emblem of an identity card. A seal that was read as the unit's stays."""
    if isinstance(seals, NotLooked):
        return seals
    cards = list(_cards(words))
    return replace(seals, findings=tuple(f for f in seals.findings if f.hint == OWN_SEAL or not _is_emblem(page, f, cards)))


def _cards(words: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield the two lines that name an identity card, one below the other."""
    texts = [(fold(word.text or "").text, word) for word in words]
    states, titles = ([word for text, word in texts if said in text] for said in (STATE, CARD))
    yield from ((state, title) for state in states for title in titles if _is_below(title, state))


def _is_below(title: Word, state: Word) -> bool:
    along, across = _from(state, title.quad.centre)
    return BELOW[0] <= across <= BELOW[1] and abs(along) <= ASIDE


def _is_emblem(page: Page, seal: Finding, cards: Iterable[tuple[Word, Word]]) -> bool:
    short, long = sorted((seal.quad.length, seal.quad.thickness))
    if short < ROUND * long or long > LARGEST_MM * page.px_per_mm:
        return False
    return any(_stands_before(seal, *card) for card in cards) and _is_disc(page, seal)


def _is_disc(page: Page, seal: Finding) -> bool:
    """True for ink without colour that fills a disc and leaves the corners around it to paper."""
    box = seal.quad.box().clip(page.width, page.height)
    radius = min(seal.quad.length, seal.quad.thickness) / 2 - MARGIN_MM * page.px_per_mm
    if box is None or radius < 1:
        return False
    pixels = page.pixels[box.y0 : box.y1, box.x0 : box.x1].astype(np.float32)
    dark = pixels.mean(axis=2) < DARK * float(np.percentile(pixels, 90))
    if not dark.any() or float(np.ptp(pixels[dark], axis=1).mean()) > COLOURLESS:
        return False
    y, x = np.mgrid[box.y0 : box.y1, box.x0 : box.x1] + 0.5
    away = np.hypot(x - seal.quad.centre[0], y - seal.quad.centre[1]) / radius
    disc, corners = dark[away < DISC], dark[away > CORNERS]
    return bool(disc.mean() >= INKED and corners.size and corners.mean() <= PAPER)


def _stands_before(seal: Finding, state: Word, title: Word) -> bool:
    height = state.quad.thickness
    across = (seal.quad.length + seal.quad.thickness) / 2 / height
    along, down = _from(state, seal.quad.centre)
    begins = min(-state.quad.length / height / 2, _from(state, title.quad.centre)[0] - title.quad.length / height / 2)
    middle = _from(state, title.quad.centre)[1] / 2
    gap = begins - (along + across / 2)
    return ACROSS[0] <= across <= ACROSS[1] and -0.5 <= gap <= BEFORE and abs(down - middle) <= LEVEL


def _from(line: Word, point: tuple[float, float]) -> tuple[float, float]:
    """Return how far a point lies along and below the middle of a line, in heights of the line."""
    (x, y), (u, v), height = line.quad.centre, line.quad.direction, line.quad.thickness
    dx, dy = point[0] - x, point[1] - y
    return (dx * u + dy * v) / height, (dy * u - dx * v) / height
