"""What the reader of small seals promises, whatever place it is given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from redact.finding import Category, Engine, Finding, Shape
from redact.geometry import Quad
from redact.models.seals.chops import chop_reader
from redact.page import Page, Posteriors
from redact.search.chops import ReadPlate
from tests.contract.detector import blank, noise
from tests.unit.seals.drawn import RED, Sheet, chop

SOUGHT = "沈知秋"


def seal(page: Page, share: float = 0.35, shape: Shape = Shape.QUAD, hint: str = "red", tilt: float = -0.1) -> Finding:
    centre = (page.width / 2, page.height / 2)
    quad = Quad.centred(centre, max(1.0, share * page.width), max(1.0, share * page.height), tilt)
    return Finding(Category.SEAL, quad, 0.9, Engine("seals", "1"), hint, shape)


def said(plates: tuple[ReadPlate, ...]) -> list[object]:
    def steps(cell: Posteriors) -> tuple[object, ...]:
        return cell.sought, cell.top_text, cell.log_p.tobytes(), cell.best.tobytes()

    return [(plate.settings, [[steps(cell) for cell in cells] for cells in plate.readings]) for plate in plates]


def assert_sound(plates: tuple[ReadPlate, ...]) -> None:
    for plate in plates:
        assert len(plate.readings) == 2
        cells = len(plate.readings[0])
        assert len(plate.readings[1]) == cells
        for orders in plate.settings:
            assert orders
            assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(orders[0]))}
            assert all(0 <= index < cells for index in orders[0])
        assert all(np.isfinite(cell.best.astype(float)).all() for reading in plate.readings for cell in reading)


@pytest.fixture
def page() -> Page:
    return Sheet(30, 30).press(chop(), 15, 15, RED).page()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 300), (300, 1), (9, 9), (17, 300), (120, 120)])
@pytest.mark.parametrize("share", [0.1, 0.5, 3.0], ids=["inside", "all", "beyond the page"])
def test_survives_every_page_and_place(width: int, height: int, share: float) -> None:
    for paper in (blank(width, height), noise(width, height), blank(width, height, value=0)):
        for shape in Shape:
            assert_sound(chop_reader().read_chop(paper, seal(paper, share, shape), SOUGHT))


@pytest.mark.parametrize("hint", ["red", "blue", "grey"])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_reads_a_seal_of_any_colour_on_a_page_turned_in_any_way(page: Page, hint: str, turn: int) -> None:
    plates = chop_reader().read_chop(page, seal(page, 0.35, hint=hint), SOUGHT, turn)
    assert plates
    assert_sound(plates)


def test_gives_the_same_answer_twice_and_leaves_the_page_as_it_is(page: Page) -> None:
    before = page.pixels.copy()
    writeable = replace(page, pixels=page.pixels.copy())
    assert said(chop_reader().read_chop(writeable, seal(page), SOUGHT)) == said(chop_reader().read_chop(page, seal(page), SOUGHT))
    assert np.array_equal(writeable.pixels, before)


def test_keeps_what_is_sought_without_being_asked_for_more(page: Page) -> None:
    (plate, *_) = chop_reader().read_chop(page, seal(page), SOUGHT)
    assert set(SOUGHT) <= set(plate.readings[0][0].sought)
    (plate, *_) = chop_reader().read_chop(page, seal(page), "")
    assert plate.readings[0][0].sought


def test_says_who_it_is() -> None:
    assert chop_reader().engine.name == "chops"
    assert chop_reader().engine.version
