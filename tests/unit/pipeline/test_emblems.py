"""The emblem of an identity card is no seal: it is known by the card's two lines beside it, and by nothing else."""

from __future__ import annotations

from math import cos, radians, sin

import pytest

from redact.finding import OWN_SEAL, UNSURE_SEAL, Category, Engine, Finding, Looked, NotLooked, Shape
from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.emblems import without_emblem

ENGINE = Engine("seals", "1")
# A card's back at 150 dpi, px: the emblem, and the lines that name the card.
EMBLEM, STATE, CARD = (455.0, 750.0), (685.0, 714.0), (685.0, 762.0)


def at(point: tuple[float, float], degrees: float) -> tuple[float, float]:
    a = radians(degrees)
    return point[0] * cos(a) - point[1] * sin(a), point[0] * sin(a) + point[1] * cos(a)


def word(text: str, middle: tuple[float, float], height: float, degrees: float = 0.0) -> Word:
    half = height * len(text) / 2
    quad = Quad.centred(at(middle, degrees), half, height / 2, radians(degrees))
    return Word(quad, text, (quad,) * len(text), 0.99, "drawn")


def card(degrees: float = 0.0, state: str = "中华人民共和国", title: str = "居民身份证") -> tuple[Word, ...]:
    return word(state, STATE, 25, degrees), word(title, CARD, 33, degrees)


def disc(middle: tuple[float, float], across: float = 118.0, hint: str = UNSURE_SEAL, degrees: float = 0.0, ratio: float = 1.0) -> Finding:
    quad = Quad.centred(at(middle, degrees), across / 2, ratio * across / 2, radians(degrees))
    return Finding(Category.SEAL, quad, 0.9, ENGINE, hint, Shape.ELLIPSE)


def left(finding: Finding, words: tuple[Word, ...]) -> int:
    seals = without_emblem(Looked(ENGINE, (finding,)), words)
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
        disc((455.0, 1000.0)),
        disc((920.0, 750.0)),
        disc((685.0, 740.0)),
        disc((120.0, 750.0)),
        disc(EMBLEM, across=260.0),
        disc(EMBLEM, across=40.0),
        disc(EMBLEM, ratio=0.4),
        disc(EMBLEM, hint=OWN_SEAL),
    ],
    ids=["below", "behind the lines", "on the lines", "far before", "a unit's size", "a speck", "a stamp", "read as the unit's"],
)
def test_a_seal_anywhere_else_of_another_form_or_of_the_unit_stays(seal: Finding) -> None:
    assert left(seal, card()) == 1


def test_one_line_alone_names_no_card() -> None:
    assert left(disc(EMBLEM), card()[:1]) == left(disc(EMBLEM), card()[1:]) == left(disc(EMBLEM), ()) == 1
    assert left(disc(EMBLEM), (card()[0], word("居民身份证", (685.0, 1500.0), 33))) == 1


def test_a_look_that_was_not_made_is_passed_on() -> None:
    missed = NotLooked(ENGINE, "crashed")
    assert without_emblem(missed, card()) is missed
