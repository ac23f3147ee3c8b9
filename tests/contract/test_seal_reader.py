"""What the reader of seals promises, whatever place it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redact.finding import Category, Engine, Finding, Shape
from redact.geometry import Quad
from redact.models.seals.ring_reader import seal_reader
from redact.page import Page
from redact.search.seals import ReadSeal
from tests.contract.detector import blank, noise
from tests.unit.seals.drawn import RED, Sheet, ring

SOUGHT = "青岚市"


def seal(page: Page, share: float = 0.45, shape: Shape = Shape.ELLIPSE, hint: str = "red", at: float = 0.5) -> Finding:
    quad = Quad.centred((at * page.width, at * page.height), max(1.0, share * page.width), max(1.0, share * page.height), -0.1)
    return Finding(Category.SEAL, quad, 0.9, Engine("seals", "1"), hint, shape)


def said(read: ReadSeal) -> list[object]:
    return [read.ring, read.rim, read.diameter, *((line.text, line.score, line.turns, line.first.log_p.tobytes()) for line in read.lines)]


def assert_sound(read: ReadSeal) -> None:
    assert 0 <= read.rim <= 1
    assert all(
        0 <= line.score <= 1 and len(line.turns) <= len(line.first.top) + 1 and len(line.agreed) == len(line.letters) for line in read.lines
    )


@pytest.fixture
def page() -> Page:
    return Sheet(50, 50).press(ring(), 25, 25, RED).page()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (9, 9), (17, 200)])
@pytest.mark.parametrize("share", [0.1, 0.5, 3.0], ids=["inside", "all", "beyond the page"])
def test_survives_every_page_and_place(width: int, height: int, share: float) -> None:
    for paper in (blank(width, height), noise(width, height), blank(width, height, value=0)):
        for shape in Shape:
            assert_sound(seal_reader().read_seal(paper, seal(paper, share, shape), SOUGHT))


@pytest.mark.parametrize("shape", Shape)
def test_survives_a_place_off_the_page(page: Page, shape: Shape) -> None:
    for at in (-2.0, 0.0, 1.0, 3.0):
        assert_sound(seal_reader().read_seal(page, seal(page, shape=shape, at=at), SOUGHT))


@pytest.mark.parametrize("hint", ["red", "blue", "grey"])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_reads_a_seal_of_any_colour_on_a_page_turned_in_any_way(page: Page, hint: str, turn: int) -> None:
    assert_sound(seal_reader().read_seal(page, seal(page, hint=hint), SOUGHT, turn))


def test_gives_the_same_answer_twice_and_leaves_the_page_as_it_is(page: Page) -> None:
    before = page.pixels.copy()
    writeable = replace(page, pixels=page.pixels.copy())
    assert said(seal_reader().read_seal(writeable, seal(page), SOUGHT)) == said(seal_reader().read_seal(page, seal(page), SOUGHT))
    assert np.array_equal(writeable.pixels, before)


def test_keeps_what_is_sought_without_being_asked_for_more(page: Page) -> None:
    assert set(SOUGHT) <= set(seal_reader().read_seal(page, seal(page), SOUGHT).lines[0].first.sought)
    assert seal_reader().read_seal(page, seal(page), "").lines[0].first.sought


def test_says_who_it_is() -> None:
    assert seal_reader().engine.name == "seal-letters"
    assert seal_reader().engine.version
