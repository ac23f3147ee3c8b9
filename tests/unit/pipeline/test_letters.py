"""A watermark's letters are no seal and no face, as long as nothing but they and print that was read lies in the place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.people import Span
from fixtures.seals import CHOP, Seal, press
from redact.finding import Category, Engine, Finding, Look, Looked, NotLooked
from redact.geometry import Quad, share_inside
from redact.page import Page, Word
from redact.pipeline.letters import Letters, stray_letters, without_letters
from tests.unit.search.pages import line

DPI = 200
MM = DPI / 25.4
ENGINE = Engine("seals", "1")
WORDS, ROW = "仅供职称评审使用", "教学研究与实践相结合，注重过程评价，"
EM, ROW_EM = 14.1 * MM, 3.7 * MM
ROWS = range(20, 84, 8)
SEAL = Finding(Category.SEAL, Quad.centred((90 * MM, 47 * MM), 16 * MM, 7 * MM), 0.6, ENGINE, "grey")
BAND = Finding(Category.EYES, Quad.centred((90 * MM, 47 * MM), 5 * MM, 1.5 * MM), 0.5, ENGINE, "review")
LOOK = Looked(ENGINE, (SEAL, BAND))


def drawn(shade: int = 205, print_: str = ROW) -> Canvas:
    """Return rows of print across one large line."""
    canvas = Canvas(190, 120, DPI)
    canvas.line(20, 40, [Span(WORDS)], 40, "sans-bold", (shade,) * 3)
    for row in ROWS:
        canvas.line(15, row, [Span(print_)], 10.5)
    return canvas


def large(text: str = WORDS, score: float = 0.9) -> Word:
    return replace(line(text, 20 * MM, 40 * MM, em=EM, score=score), watermark=True)


def rows(score: float = 0.95) -> list[Word]:
    return [line(ROW, 15 * MM, y * MM, em=ROW_EM, score=score) for y in ROWS]


def left(canvas: Canvas, letters: Word, printed: list[Word], look: Look = LOOK) -> tuple[Finding, ...]:
    page = Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))
    seen = without_letters(look, Letters(page, [letters], printed))
    assert isinstance(seen, Looked)
    return seen.findings


def test_letters_that_were_taken_for_a_seal_or_a_face_are_none() -> None:
    assert left(drawn(), large(), rows()) == ()


def test_what_lies_beside_the_line_stays() -> None:
    beside = replace(SEAL, quad=Quad.centred((90 * MM, 90 * MM), 16 * MM, 7 * MM))
    assert left(drawn(), large(), rows(), Looked(ENGINE, (beside,))) == (beside,)


@pytest.mark.parametrize("letters", [large("仅供"), large(score=0.5)])
def test_letters_that_were_not_read_as_a_line_explain_nothing(letters: Word) -> None:
    assert left(drawn(), letters, rows()) == (SEAL, BAND)


def test_print_that_was_not_read_may_be_a_seal_s() -> None:
    assert SEAL in left(drawn(), large(), rows(score=0.6))
    assert SEAL in left(drawn(), large(), [])


@pytest.mark.parametrize("ink", ["black", "red"])
@pytest.mark.parametrize("strength", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("shade", [170, 205])
def test_a_chop_on_the_letters_stays(ink: str, strength: float, shade: int) -> None:
    canvas = drawn(shade)
    press(canvas, Seal("聂楠蕾印", CHOP, 12, seed=3, strength=strength, ink=ink), 90.0, 47.0, "seal")
    assert SEAL in left(canvas, large(), rows())


def test_a_seal_in_colour_stays() -> None:
    red = replace(SEAL, hint="red")
    assert left(drawn(), large(), rows(), Looked(ENGINE, (red,))) == (red,)


def test_where_nobody_looked_nobody_did() -> None:
    page = Page(1, np.ascontiguousarray(drawn().pixels), float(DPI))
    assert without_letters(NotLooked(ENGINE, "timeout"), Letters(page, [large()], rows())) == NotLooked(ENGINE, "timeout")


def test_a_watermark_s_ink_that_no_reader_found_makes_a_line_unless_it_is_masked() -> None:
    canvas = drawn()
    page, nothing = Page(1, np.ascontiguousarray(canvas.pixels), float(DPI)), np.zeros(canvas.pixels.shape[:2], np.bool_)
    strays = stray_letters(page, [], nothing)
    assert any(share_inside(Quad.centred((76 * MM, 47 * MM), 8 * MM, 3 * MM), [stray]) > 0.5 for stray in strays)
    assert stray_letters(page, [large().quad.grow(2 * MM, 2 * MM)], nothing) == ()
    assert stray_letters(page, [], ~nothing) == ()
