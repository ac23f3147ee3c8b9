"""The emblem of an identity card is no seal: it is known by the card's two lines beside it and by its ink, and by no less than both."""

from __future__ import annotations

from math import cos, radians, sin

import numpy as np
import pytest
from numpy.typing import NDArray

from redact.finding import OWN_SEAL, UNSURE_SEAL, Category, Engine, Finding, Looked, NotLooked, Shape
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.emblems import without_emblem

ENGINE = Engine("seals", "1")
DPI, SIDE = 150.0, 2400
# A card's back at 150 dpi, px: the emblem, and the lines that name the card, about the middle of a page.
EMBLEM, STATE, CARD = (-230.0, 0.0), (0.0, -36.0), (0.0, 12.0)


def at(point: tuple[float, float], degrees: float) -> tuple[float, float]:
    a = radians(degrees)
    return point[0] * cos(a) - point[1] * sin(a) + SIDE / 2, point[0] * sin(a) + point[1] * cos(a) + SIDE / 2


def word(text: str, middle: tuple[float, float], height: float, degrees: float = 0.0) -> Word:
    half = height * len(text) / 2
    quad = Quad.centred(at(middle, degrees), half, height / 2, radians(degrees))
    return Word(quad, text, (quad,) * len(text), 0.99, "drawn")


def card(degrees: float = 0.0, state: str = "中华人民共和国", title: str = "居民身份证") -> tuple[Word, ...]:
    return word(state, STATE, 25, degrees), word(title, CARD, 33, degrees)


def disc(middle: tuple[float, float], across: float = 118.0, hint: str = UNSURE_SEAL, degrees: float = 0.0, ratio: float = 1.0) -> Finding:
    quad = Quad.centred(at(middle, degrees), across / 2, ratio * across / 2, radians(degrees))
    return Finding(Category.SEAL, quad, 0.9, ENGINE, hint, Shape.ELLIPSE)


def away(finding: Finding) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """How far each pixel lies from the finding's middle, and the radius of what it was found around."""
    y, x = np.mgrid[0:SIDE, 0:SIDE] + 0.5
    margin = 1.5 * DPI / 25.4
    return x - finding.quad.centre[0], y - finding.quad.centre[1], min(finding.quad.length, finding.quad.thickness) / 2 - margin


def inked(finding: Finding, kind: str = "disc") -> Page:
    """A 1-bit scan: in the finding's place a dotted disc, a ring, a chop's frame or filled field, or a disc in red."""
    dx, dy, radius = away(finding)
    r, far = np.hypot(dx, dy), np.maximum(abs(dx), abs(dy))
    dots = np.random.default_rng(1).random((SIDE, SIDE)) < 0.6
    ink = {
        "disc": (r < radius) & dots,
        "red disc": (r < radius) & dots,
        "ring": (r < radius) & ((r > 0.92 * radius) | ((r > 0.6 * radius) & (r < 0.8 * radius) & dots & (dy < 0))),
        "frame": (far < radius) & ((far > 0.88 * radius) | dots),
        "field": (far < radius) & dots,
    }[kind]
    pixels = np.full((SIDE, SIDE, 3), 255, np.uint8)
    pixels[ink] = (190, 40, 40) if kind == "red disc" else 0
    return Page(1, pixels, DPI)


def left(finding: Finding, words: tuple[Word, ...], kind: str = "disc") -> int:
    seals = without_emblem(inked(finding, kind), Looked(ENGINE, (finding,)), words)
    assert isinstance(seals, Looked)
    return len(seals.findings)


@pytest.mark.parametrize("degrees", [0, 4, 90, 180, 270])
def test_the_emblem_beside_the_cards_name_is_no_seal_however_the_card_lies(degrees: float) -> None:
    assert left(disc(EMBLEM, degrees=degrees), card(degrees)) == 0


def test_a_reader_may_lose_characters_at_the_ends_of_the_first_line() -> None:
    assert left(disc(EMBLEM), card(state="华人民共和")) == 0


@pytest.mark.parametrize(
    "seal",
    [
        disc((-230.0, 250.0)),
        disc((235.0, 0.0)),
        disc((0.0, -10.0)),
        disc((-565.0, 0.0)),
        disc(EMBLEM, across=160.0),
        disc(EMBLEM, across=40.0),
        disc(EMBLEM, ratio=0.4),
        disc(EMBLEM, hint=OWN_SEAL),
    ],
    ids=["below", "behind the lines", "on the lines", "far before", "a unit's size", "a speck", "a stamp", "read as the unit's"],
)
def test_a_seal_anywhere_else_of_another_form_or_of_the_unit_stays(seal: Finding) -> None:
    assert left(seal, card()) == 1


@pytest.mark.parametrize("kind", ["ring", "frame", "field", "red disc"])
def test_other_ink_in_the_emblems_place_stays_a_seal(kind: str) -> None:
    assert left(disc(EMBLEM), card(), kind) == 1


def test_on_an_enlarged_copy_nothing_as_large_as_a_units_seal_is_an_emblem() -> None:
    words = word("中华人民共和国", (0.0, -72.0), 50), word("居民身份证", (0.0, 24.0), 66)
    assert left(disc((-460.0, 0.0), across=236.0), words) == 1


def test_one_line_alone_names_no_card() -> None:
    assert left(disc(EMBLEM), card()[:1]) == left(disc(EMBLEM), card()[1:]) == left(disc(EMBLEM), ()) == 1
    assert left(disc(EMBLEM), (card()[0], word("居民身份证", (0.0, 750.0), 33))) == 1


def test_a_look_that_was_not_made_is_passed_on() -> None:
    missed = NotLooked(ENGINE, "crashed")
    assert without_emblem(inked(disc(EMBLEM)), missed, card()) is missed
