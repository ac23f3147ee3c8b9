"""A seal or chop of somebody else that a mask has crossed since the first look is not masked for being unreadable now."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redact.finding import CHOP, OTHER_CHOP, OTHER_SEAL, OWN_SEAL, UNSURE_SEAL, Category, Engine, Finding, Looked, Shape
from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.seals import stays, without_misread_rings

SEALS = Engine("seals", "1")
FIRST = Finding(Category.SEAL, Quad.centred((150, 150), 50, 50), 0.9, SEALS, OTHER_CHOP)
AGAIN = replace(FIRST, quad=Quad.centred((150, 155), 50, 45), hint=UNSURE_SEAL)
# A unit's mask runs over the chop's upper edge.
PROMISED = np.zeros((300, 300), np.bool_)
PROMISED[80:112, 40:260] = True


@pytest.mark.parametrize("hint", [OTHER_CHOP, OTHER_SEAL])
def test_what_was_read_whole_as_somebody_elses_stays_where_a_mask_crosses_it(hint: str) -> None:
    assert stays(AGAIN, [replace(FIRST, hint=hint)], PROMISED)


@pytest.mark.parametrize("hint", [UNSURE_SEAL, OWN_SEAL, "red"])
def test_what_nobody_read_at_first_does_not(hint: str) -> None:
    assert not stays(AGAIN, [replace(FIRST, hint=hint)], PROMISED)


def test_what_no_mask_has_crossed_is_judged_by_what_is_read_now() -> None:
    assert not stays(AGAIN, [FIRST], np.zeros((300, 300), np.bool_))


def test_what_is_read_as_the_applicants_now_is_masked() -> None:
    assert not stays(replace(AGAIN, hint=OWN_SEAL), [FIRST], PROMISED)
    assert not stays(replace(AGAIN, category=Category.NAME, hint=CHOP), [FIRST], PROMISED)


def test_a_larger_seal_over_the_chop_is_another_one() -> None:
    assert not stays(replace(AGAIN, quad=Quad.centred((150, 150), 90, 90)), [FIRST], PROMISED)


RING = Finding(Category.SEAL, Quad.centred((150, 150), 50, 50), 0.9, SEALS, OTHER_SEAL, Shape.ELLIPSE)
BOX, FIRST_OF_IT = Quad.centred((150, 130), 70, 35), Quad.centred((100, 130), 15, 35)
ARC = Word(BOX, "武上州县", (FIRST_OF_IT,) * 4, 0.45, "reader/1")
GUESS = Finding(Category.UNIT, Quad.centred((115, 130), 30, 35), 0.8, SEALS, "lattice")


def found(word: Word, guess: Finding, ring: Finding = RING) -> tuple[Finding, ...]:
    look = without_misread_rings(Looked(SEALS, (guess,)), [word], Looked(SEALS, (ring,)))
    assert isinstance(look, Looked)
    return look.findings


def test_a_guess_of_the_unit_in_a_ring_that_was_read_as_another_bodys_is_none() -> None:
    assert found(ARC, GUESS) == ()


@pytest.mark.parametrize(
    ("word", "guess", "ring"),
    [
        (ARC, replace(GUESS, hint="exact"), RING),
        (ARC, replace(GUESS, category=Category.NAME), RING),
        (ARC, replace(GUESS, quad=Quad.centred((115, 130), 30, 12)), RING),
        (replace(ARC, score=0.8), GUESS, RING),
        (ARC, GUESS, replace(RING, hint=UNSURE_SEAL)),
    ],
)
def test_what_was_read_by_the_letter_or_well_or_on_a_ring_that_nobody_read_stays(word: Word, guess: Finding, ring: Finding) -> None:
    assert found(word, guess, ring) == (guess,)
