"""The red or blue wall behind a head is no seal, where nothing of a seal lies on the photograph that was not found by itself."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.canvas import Canvas, Picture
from fixtures.seals import CHOP, ROUND, Seal, press
from redact.finding import Category, Engine, Finding, Looked, NotLooked, Shape
from redact.geometry import Quad
from redact.page import Page
from redact.pipeline.grounds import certain_bands, without_grounds

DPI = 150
MM = DPI / 25.4
ENGINE = Engine("seals", "1")
RED, BLUE, WHITE = (200, 24, 30), (60, 120, 200), (245, 245, 245)
# A photograph of 30 by 42 mm with its corner at (20, 20) mm, and a ring across its lower right corner.
EYES = (35.0, 37.5)
BAND = Quad.centred((EYES[0] * MM, EYES[1] * MM), 5.8 * MM, 2.4 * MM)
WHOLE = Finding(Category.SEAL, Quad.centred((44 * MM, 46 * MM), 30 * MM, 34 * MM), 0.75, ENGINE, "red", Shape.QUAD)
RING = Finding(Category.SEAL, Quad.centred((52 * MM, 58 * MM), 20.8 * MM, 20.8 * MM), 0.95, ENGINE, "red", Shape.ELLIPSE)
OTHERS = Seal("云渡市人民医院", ROUND, 40, seed=3, strength=0.8)
CHOPS = Seal("沈知秋印", CHOP, 12, seed=5, strength=0.8)


def photograph(wall: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return a head and shoulders before a wall, as a camera gives it."""
    width, height = round(30 * MM), round(42 * MM)
    image = np.empty((height, width, 3), np.uint8)
    image[:] = wall
    x, y, r = width // 2, round(18 * MM), round(5.5 * MM)
    cv2.ellipse(image, (x, height), (2 * r, round(0.32 * height)), 0, 0, 360, (235, 235, 238), -1, cv2.LINE_AA)
    cv2.ellipse(image, (x, y - r // 4), (round(1.12 * r), round(1.3 * r)), 0, 0, 360, (40, 32, 30), -1, cv2.LINE_AA)
    cv2.ellipse(image, (x, y), (round(0.95 * r), round(1.25 * r)), 0, 0, 360, (222, 178, 150), -1, cv2.LINE_AA)
    noise = np.random.default_rng(3).normal(0, 3, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


def sheet(wall: tuple[int, int, int] = RED, *others: tuple[Seal, float, float]) -> Page:
    canvas = Canvas(90, 90, DPI)
    image = photograph(wall)
    canvas.picture(Picture(np.dstack([image, np.full(image.shape[:2], 255, np.uint8)]), round(20 * MM), round(20 * MM)))
    for seal, x, y in ((OTHERS, 52.0, 58.0), *others):
        press(canvas, seal, x, y, "seal")
    return Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))


def left(page: Page, *seals: Finding, bands: tuple[Quad, ...] = (BAND,)) -> tuple[Finding, ...]:
    look = without_grounds(page, Looked(ENGINE, seals), bands)
    assert isinstance(look, Looked)
    return look.findings


@pytest.mark.parametrize("wall", [RED, BLUE])
def test_the_ground_of_a_portrait_with_a_ring_across_it_is_no_seal(wall: tuple[int, int, int]) -> None:
    assert left(sheet(wall), WHOLE, RING) == (RING,)


@pytest.mark.parametrize("at", [(25.0, 27.0), (35.0, 43.0), (33.0, 58.0), (62.0, 33.0), (20.0, 50.0)], ids=str)
@pytest.mark.parametrize("white", [False, True])
@pytest.mark.parametrize("ink", ["red", "blue"])
def test_it_stays_one_where_something_else_is_pressed_on_the_photograph_or_beside_it(
    at: tuple[float, float], white: bool, ink: str
) -> None:
    assert left(sheet(RED, (replace(CHOPS, white=white, ink=ink), *at)), WHOLE, RING) == (WHOLE, RING)


@pytest.mark.parametrize("at", [(25.0, 27.0), (35.0, 43.0), (62.0, 33.0)], ids=str)
def test_it_stays_one_where_what_is_pressed_there_is_pale(at: tuple[float, float]) -> None:
    assert left(sheet(RED, (replace(CHOPS, strength=0.35), *at)), WHOLE, RING) == (WHOLE, RING)


def test_it_stays_one_where_dark_ink_lies_on_the_paper_beside_the_photograph() -> None:
    assert left(sheet(RED, (replace(CHOPS, ink="black"), 62.0, 33.0)), WHOLE, RING) == (WHOLE, RING)


def test_two_such_places_over_one_photograph_do_not_explain_each_other() -> None:
    again = replace(WHOLE, score=0.6)
    assert left(sheet(RED, (CHOPS, 62.0, 33.0)), WHOLE, again, RING) == (WHOLE, again, RING)


def test_what_was_found_by_itself_there_is_judged_by_itself() -> None:
    chop = Finding(Category.SEAL, Quad.centred((62 * MM, 33 * MM), 7.5 * MM, 7.5 * MM), 0.9, ENGINE, "red", Shape.QUAD)
    assert left(sheet(RED, (CHOPS, 62.0, 33.0)), WHOLE, RING, chop) == (RING, chop)


def test_it_stays_one_where_the_ring_was_not_found_or_nobody_is_seen_or_there_is_no_wall_of_one_colour() -> None:
    assert left(sheet(), WHOLE) == (WHOLE,)
    assert left(sheet(), WHOLE, RING, bands=()) == (WHOLE, RING)
    assert left(sheet(WHITE), WHOLE, RING) == (WHOLE, RING)


@pytest.mark.parametrize("seal", [replace(WHOLE, hint="edge"), replace(WHOLE, shape=Shape.ELLIPSE)], ids=["edge", "ring"])
def test_a_seal_that_the_edge_cuts_and_a_ring_are_never_a_ground(seal: Finding) -> None:
    assert left(sheet(), seal, RING) == (seal, RING)


def test_faces_that_are_a_guess_and_looks_that_were_not_made_tell_nothing() -> None:
    def face(hint: str) -> Finding:
        return Finding(Category.EYES, BAND, 0.9, Engine("faces", "1"), hint)

    assert certain_bands(Looked(Engine("faces", "1"), (face("certain"), face("doubtful")))) == [BAND]
    missed = NotLooked(ENGINE, "fault")
    assert certain_bands(missed) == []
    assert without_grounds(sheet(), missed, (BAND,)) is missed
