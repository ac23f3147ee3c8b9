"""A character that a seal's mask would cut in two is taken whole; rules, far text, coloured ink and what was read surely are left."""

from dataclasses import replace

import cv2
import numpy as np

from redact import Applicant, Category, Finding, Page, Quad, Shape
from redact.finding import CUT_BY_OTHER_SEAL, CUT_BY_OTHERS, OTHER_CHOP, OTHER_SEAL, Engine
from redact.page import Word
from redact.pipeline.cut import cut_glyphs
from redact.search import writings

SEAL = Finding(Category.SEAL, Quad.centred((300, 300), 150, 150), 0.9, Engine("seals", "1"), "grey", Shape.ELLIPSE)

OURS = writings(Applicant(("洛明川",), ("云溪市第九中学",)))


def word(text: str, score: float = 0.99, cell: tuple[int, int, int, int] = (430, 288, 472, 322)) -> Word:
    x0, y0, x1, y1 = cell
    quad = Quad.of([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    return Word(quad, text, (quad,) * len(text), score, "ppocr-v6/1")


def page(*boxes: tuple[int, int, int, int], colour: tuple[int, int, int] = (20, 20, 20)) -> Page:
    pixels = np.full((600, 900, 3), 250, np.uint8)
    for x0, y0, x1, y1 in boxes:
        cv2.rectangle(pixels, (x0, y0), (x1, y1), colour, -1)
    return Page(1, pixels, 200)


def test_the_part_of_a_glyph_outside_the_seal_is_found() -> None:
    (finding,) = cut_glyphs(page((430, 290, 470, 320)), [SEAL])
    assert finding.category is Category.UNKNOWN
    assert finding.quad.box().x1 >= 471
    assert finding.quad.box().x0 <= 451


def test_strokes_of_one_character_are_taken_together() -> None:
    findings = cut_glyphs(page((430, 290, 455, 320), (457, 290, 475, 320)), [SEAL])
    assert max(f.quad.box().x1 for f in findings) >= 476


def test_a_glyph_beside_the_seal_is_left() -> None:
    assert cut_glyphs(page((465, 290, 500, 320)), [SEAL]) == ()


def test_a_rule_that_runs_through_the_seal_is_left() -> None:
    assert cut_glyphs(page((0, 300, 899, 303)), [SEAL]) == ()


def test_the_seals_own_red_ink_is_left() -> None:
    assert cut_glyphs(page((430, 290, 470, 320), colour=(230, 40, 40)), [SEAL]) == ()


def test_what_another_persons_chop_cuts_says_so() -> None:
    chop = replace(SEAL, hint=OTHER_CHOP)
    assert [f.hint for f in cut_glyphs(page((430, 290, 470, 320)), [chop])] == [CUT_BY_OTHERS]
    assert {f.hint for f in cut_glyphs(page((430, 290, 470, 320)), [chop, SEAL])} == {CUT_BY_OTHERS, "cut-by-seal"}


def test_what_another_bodys_seal_cuts_says_so() -> None:
    assert [f.hint for f in cut_glyphs(page((430, 290, 470, 320)), [replace(SEAL, hint=OTHER_SEAL)])] == [CUT_BY_OTHER_SEAL]


def test_no_seal_cuts_nothing() -> None:
    assert cut_glyphs(page((430, 290, 470, 320)), []) == ()


def test_half_a_date_is_left_as_the_mask_leaves_it() -> None:
    assert cut_glyphs(page((432, 290, 470, 320)), [SEAL], [word("日")], OURS) == ()


def test_a_character_of_the_applicant_is_taken_however_surely_it_was_read() -> None:
    assert len(cut_glyphs(page((432, 290, 470, 320)), [SEAL], [word("川")], OURS)) == 1


def test_a_character_that_was_not_read_surely_is_taken() -> None:
    assert len(cut_glyphs(page((432, 290, 470, 320)), [SEAL], [word("日", 0.96)], OURS)) == 1


def test_ink_that_reaches_beyond_the_character_that_was_read_is_taken() -> None:
    assert len(cut_glyphs(page((432, 290, 500, 320)), [SEAL], [word("日", cell=(430, 288, 450, 322))], OURS)) == 1


RED = (220, 40, 50)
MASKED = replace(SEAL, hint="unsure")


def coloured(*boxes: tuple[int, int, int, int]) -> Page:
    """A page with a ring in the seal's place, and boxes of the same ink."""
    pixels = page(*boxes, colour=RED).pixels.copy()
    cv2.circle(pixels, (300, 300), 140, RED, 6)
    return Page(1, pixels, 200)


def test_the_half_of_a_chop_that_stands_out_of_a_masked_seal_is_taken() -> None:
    (finding,) = cut_glyphs(coloured((400, 250, 520, 350)), [MASKED])
    assert finding.hint == "out-of-seal"
    assert finding.quad.box().x1 >= 521
    assert finding.quad.box().y0 <= 250


def test_what_stands_out_of_a_seal_that_stays_is_left() -> None:
    assert cut_glyphs(coloured((400, 250, 520, 350)), [replace(SEAL, hint=OTHER_SEAL)]) == ()


def test_coloured_ink_beside_a_seal_or_larger_than_a_chop_is_left() -> None:
    assert cut_glyphs(coloured((470, 250, 560, 350)), [MASKED]) == ()
    assert cut_glyphs(coloured((400, 250, 720, 350)), [MASKED]) == ()


def test_on_a_photocopy_what_is_higher_than_print_is_taken_as_well() -> None:
    chop = page((430, 250, 540, 256), (430, 344, 540, 350), (430, 250, 436, 350), (534, 250, 540, 350))
    assert any(f.hint == "out-of-seal" and f.quad.box().x1 >= 540 for f in cut_glyphs(chop, [MASKED]))
    assert [f.hint for f in cut_glyphs(page((430, 290, 560, 310)), [MASKED])] == []


def test_a_line_without_chinese_is_no_evidence() -> None:
    assert len(cut_glyphs(page((432, 290, 470, 320)), [SEAL], [word("1")], OURS)) == 1
