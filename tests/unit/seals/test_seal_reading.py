"""Rings and stamps are laid straight and read, and what was read becomes the hint of the seal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import pi

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.people import Span
from fixtures.seals import CHOP, OVAL, RECTANGLE, ROUND, SQUARE, Seal, press
from redact.applicant import Applicant
from redact.finding import OTHER_CHOP, OTHER_SEAL, OWN_SEAL, UNSURE_SEAL, Category, Engine, Finding, Looked, NotLooked, Shape
from redact.geometry import Quad
from redact.masking import covered
from redact.models.seals.ring_reader import seal_reader
from redact.page import Page, Word
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.isolation import Isolation
from redact.pipeline.seals import is_lettering, read_seals, stays
from redact.redaction import Redaction

DPI = 150
MM = DPI / 25.4
UNIT, OTHER = "青岚市第二中学", "云渡市人民医院"
ROUND_OTHER = Seal(OTHER, ROUND, 42, tilt=8, seed=3)
TEXT = "本人承诺所填内容真实经审核同意推荐"


def sheet(*seals: Seal, text: bool = False) -> Page:
    canvas = Canvas(60 * len(seals), 60, DPI)
    for row in range(4 * text):
        canvas.line(4, 10 + 12 * row, [Span(TEXT)], 12)
    for i, seal in enumerate(seals):
        press(canvas, seal, 30 + 60 * i, 30, "seal")
    return Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))


def place(seal: Seal, at: float = 30.0, hint: str = "red") -> Finding:
    ratio = {OVAL: 0.7, RECTANGLE: 0.36}.get(seal.shape, 1.0)
    margin = 0.8 if seal.shape in (ROUND, OVAL) else 1.5
    half = seal.width / 2 + margin, seal.width * ratio / 2 + margin
    quad = Quad.centred((at * MM, 30 * MM), half[0] * MM, half[1] * MM, np.radians(seal.tilt))
    return Finding(Category.SEAL, quad, 0.9, Engine("seals", "1"), hint, Shape.ELLIPSE if seal.shape in (ROUND, OVAL) else Shape.QUAD)


def read(seal: Seal, turn: int = 0, **on: bool) -> list[str]:
    page, found = sheet(seal, **on), place(seal)
    if turn:
        page = Page(1, np.ascontiguousarray(np.rot90(page.pixels, -turn)), page.dpi)
        found = replace(found, quad=Quad.centred(found.quad.centre, found.quad.length / 2, found.quad.thickness / 2, turn * np.pi / 2))
    return [line.text for line in seal_reader().read_seal(page, found, UNIT, turn).lines]


@pytest.mark.parametrize(
    "seal",
    [
        ROUND_OTHER,
        replace(ROUND_OTHER, tilt=130.0),
        replace(ROUND_OTHER, line="财务专用章"),
        replace(ROUND_OTHER, ink="blue"),
        replace(ROUND_OTHER, ink="black"),
        replace(ROUND_OTHER, uyghur="خەلق دوختۇرخانىسى"),
        Seal(OTHER, OVAL, 45, tilt=-5, seed=4),
        Seal(OTHER, SQUARE, 30, seed=5),
        Seal(OTHER, RECTANGLE, 45, line="教务处", tilt=3, seed=6),
    ],
    ids=["round", "on its side", "with a line", "blue", "black", "bilingual", "oval", "square", "stamp"],
)
def test_what_a_seal_says_is_read(seal: Seal) -> None:
    assert OTHER in read(seal)


def test_a_red_ring_over_print_is_read_without_the_print() -> None:
    assert OTHER in read(ROUND_OTHER, text=True)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_turned_page_changes_nothing(turn: int) -> None:
    assert OTHER in read(ROUND_OTHER, turn)
    assert OTHER in read(Seal(OTHER, RECTANGLE, 45, line="教务处", seed=6), turn)


def test_text_that_stands_on_the_inner_side_of_a_ring_is_read_too() -> None:
    pixels = sheet(replace(ROUND_OTHER, star=False)).pixels.copy()
    ring = np.full_like(pixels, 255)
    middle = 30 * MM
    y, x = np.mgrid[0 : pixels.shape[0], 0 : pixels.shape[1]]
    r, angle = np.hypot(x + 0.5 - middle, y + 0.5 - middle), np.arctan2(y + 0.5 - middle, x + 0.5 - middle)
    # Mirrored in the middle of its band and then in an axis, each character stands upside down in its place.
    across = 2 * 0.8 * 21 * MM - r
    mirrored = np.where((r > 13 * MM) & (r < 20 * MM), across, r)
    at = [np.clip(np.round(middle + mirrored * f(-angle) - 0.5).astype(int), 0, pixels.shape[0] - 1) for f in (np.sin, np.cos)]
    ring[:] = pixels[at[0], at[1]]
    page = Page(1, ring, float(DPI))
    lines = [line.text for line in seal_reader().read_seal(page, replace(place(ROUND_OTHER)), UNIT).lines]
    assert OTHER in lines


# The look at a page.


@cache
def engines() -> Engines:
    return default_engines()


def looked(page: Page, *seals: Finding, engines_: Engines | None = None, words: tuple[Word, ...] = ()) -> tuple[object, object]:
    wanted = Wanted.of(Applicant(names=("沈知秋",), units=(UNIT,)))
    return read_seals(page, Looked(Engine("seals", "1"), seals), wanted, words, engines_ or engines(), Isolation(60))


def hints(page: Page, *seals: Finding, words: tuple[Word, ...] = ()) -> list[str]:
    _, found = looked(page, *seals, words=words)
    assert isinstance(found, Looked)
    return [seal.hint for seal in found.findings]


def test_the_units_seal_another_bodys_and_an_unreadable_one_are_told_apart() -> None:
    seals = (Seal(UNIT, seed=1), ROUND_OTHER, Seal("", seed=2))
    assert hints(sheet(*seals), *(place(seal, 30 + 60 * i) for i, seal in enumerate(seals))) == [OWN_SEAL, OTHER_SEAL, UNSURE_SEAL]


@pytest.mark.parametrize("hint", ["edge", OTHER_CHOP])
def test_a_seal_that_the_edge_cuts_and_a_persons_chop_keep_their_hint(hint: str) -> None:
    assert hints(sheet(ROUND_OTHER), place(ROUND_OTHER, hint=hint)) == [hint]


def test_a_seal_that_lies_over_another_is_nobodys() -> None:
    assert hints(sheet(ROUND_OTHER), place(ROUND_OTHER), place(ROUND_OTHER, 50)) == [UNSURE_SEAL, UNSURE_SEAL]
    assert hints(sheet(ROUND_OTHER), place(ROUND_OTHER), place(ROUND_OTHER, 50, OTHER_CHOP)) == [OTHER_SEAL, OTHER_CHOP]


def test_another_bodys_ring_with_the_applicants_seal_across_it_is_nobodys() -> None:
    canvas = Canvas(60, 60, DPI)
    press(canvas, ROUND_OTHER, 30, 28, "seal")
    press(canvas, Seal("沈知秋印", CHOP, 14, white=True, seed=5), 32, 49, "chop")
    page = Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))
    assert hints(page, place(replace(ROUND_OTHER, tilt=0), 30)) == [UNSURE_SEAL]


CHOP_INSIDE = Seal("沈知秋印", CHOP, 12, seed=5)


def over(seal: Seal, *others: tuple[Seal, float, float]) -> Page:
    """Return a sheet with a seal in its middle, and others on it at places in mm from there."""
    canvas = Canvas(60, 60, DPI)
    press(canvas, seal, 30, 30, "seal")
    for other, x, y in others:
        press(canvas, other, 30 + x, 30 + y, "chop")
    return Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))


@pytest.mark.parametrize("white", [False, True])
@pytest.mark.parametrize("at", [(0.0, 12.0), (-8.0, 9.0), (7.0, 7.0), (0.0, 1.0)])
@pytest.mark.parametrize("ink", ["red", "black"])
def test_another_bodys_ring_with_the_applicants_chop_within_it_is_nobodys(ink: str, at: tuple[float, float], white: bool) -> None:
    ring = replace(ROUND_OTHER, ink=ink)
    assert hints(over(ring), place(ring)) == [OTHER_SEAL]
    assert hints(over(ring, (replace(CHOP_INSIDE, ink=ink, white=white), *at)), place(ring)) == [UNSURE_SEAL]


@pytest.mark.parametrize("ink", ["red", "black"])
def test_a_rim_within_the_text_is_the_rings_own(ink: str) -> None:
    ring = replace(ROUND_OTHER, ink=ink, inner=0.53)
    assert hints(over(ring), place(ring)) == [OTHER_SEAL]
    assert hints(over(ring, (replace(CHOP_INSIDE, ink=ink), 0.0, 10.0)), place(ring)) == [UNSURE_SEAL]


@pytest.mark.parametrize("shape", [ROUND, OVAL])
@pytest.mark.parametrize(
    ("line", "hint"),
    [("财务专用章", OTHER_SEAL), ("办公室", OTHER_SEAL), ("人事科", OTHER_SEAL), ("沈知秋", OWN_SEAL), ("林望舒", UNSURE_SEAL)],
)
def test_a_straight_line_within_a_ring_is_read_and_stays_where_it_says_what_bodies_set_there(shape: str, line: str, hint: str) -> None:
    ring = replace(ROUND_OTHER, shape=shape, width=45, line=line)
    assert hints(sheet(ring), place(ring)) == [hint]


def test_a_chop_that_was_judged_by_itself_is_none_of_the_ring_that_it_lies_on() -> None:
    page, ring = over(ROUND_OTHER, (replace(CHOP_INSIDE, text="林望舒印"), 0.0, 12.0)), place(ROUND_OTHER)
    chop = Finding(Category.SEAL, Quad.centred((30 * MM, 42 * MM), 7 * MM, 7 * MM), 0.9, Engine("seals", "1"), OTHER_CHOP)
    assert hints(page, ring) == [UNSURE_SEAL]
    assert hints(page, ring, chop) == [OTHER_SEAL, OTHER_CHOP]


PRINTED = "云渡市人民医院党委"


def copied(chop: tuple[float, float] | None = None, printed: str = PRINTED, rule: bool = False) -> Page:
    """A photocopy: another body's ring over a line of print, and the applicant's chop with its middle at `chop`, mm."""
    canvas = Canvas(60, 60, DPI)
    canvas.line(1, 38, [Span(printed)], 12)
    if rule:
        canvas.rule(0, 46, 60, 46)
    press(canvas, replace(ROUND_OTHER, ink="black", strength=0.7), 30, 30, "seal")
    if chop is not None:
        press(canvas, Seal("沈知秋印", CHOP, 12, ink="black", strength=0.7, seed=5), *chop, "chop")
    return Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))


def line_of(page: Page) -> tuple[Word, ...]:
    words = engines().reader().read(page, UNIT + "沈知秋")
    return tuple(word for word in words if word.quad.thickness < 6 * MM and len(word.text or "") > 4)


def test_a_grey_ring_over_a_line_of_print_or_a_rule_stays_another_bodys() -> None:
    for page in (copied(), copied(rule=True)):
        assert hints(page, place(ROUND_OTHER), words=line_of(page)) == [OTHER_SEAL]


def test_a_second_look_knows_a_line_on_a_seal_as_print_by_its_characters() -> None:
    page, seal = copied(), place(ROUND_OTHER)
    # Where the ring crosses a line its score falls, but most of its characters are as sure as ever.
    words = tuple(replace(word, score=0.6, posteriors=word.posteriors and word.posteriors.unsought()) for word in line_of(page))
    assert hints(page, seal, words=words) == [OTHER_SEAL]
    assert hints(page, seal, words=tuple(replace(word, posteriors=None) for word in words)) == [UNSURE_SEAL]


def test_print_that_no_reader_has_read_may_be_another_seal() -> None:
    assert hints(copied(), place(ROUND_OTHER)) == [UNSURE_SEAL]


@pytest.mark.parametrize("printed", [OTHER, "2021年3月18日"])
@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_a_row_across_a_grey_ring_that_says_its_name_or_a_date_is_print_though_no_reader_has_read_it(printed: str, turn: int) -> None:
    page = copied(printed=printed)
    turned = Page(1, np.ascontiguousarray(np.rot90(page.pixels, -turn)), page.dpi)
    assert seal_reader().read_seal(turned, replace(place(ROUND_OTHER), hint="grey"), UNIT, turn).alone


@pytest.mark.parametrize("at", [(20.0, 30.0), (9.0, 40.0), (40.0, 26.0), (50.0, 38.0), (33.0, 40.0)])
def test_a_chop_across_such_a_row_is_none_of_it(at: tuple[float, float]) -> None:
    assert hints(copied(at, printed=OTHER), place(ROUND_OTHER)) == [UNSURE_SEAL]


@pytest.mark.parametrize("at", [(20.0, 30.0), (9.0, 40.0), (40.0, 26.0), (50.0, 38.0), (33.0, 40.0)])
def test_a_grey_ring_with_the_applicants_chop_on_it_is_nobodys_over_print_as_well(at: tuple[float, float]) -> None:
    page = copied(at)
    assert hints(page, place(ROUND_OTHER), words=line_of(page)) == [UNSURE_SEAL]


def test_two_rings_that_were_taken_for_an_oval_are_nobodys() -> None:
    canvas = Canvas(60, 60, DPI)
    press(canvas, replace(ROUND_OTHER, width=34), 30, 22, "seal")
    press(canvas, Seal(UNIT, ROUND, 34, seed=4, strength=0.4), 30, 38, "seal")
    page = Page(1, np.ascontiguousarray(canvas.pixels), float(DPI))
    both = replace(place(ROUND_OTHER, 30), quad=Quad.centred((30 * MM, 30 * MM), 26.5 * MM, 18.5 * MM, pi / 2))
    assert OTHER_SEAL not in hints(page, both)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("秋沈", OTHER_SEAL),
        ("秋知沈", UNSURE_SEAL),
        ("沉知秋", OTHER_SEAL),
        ("卬知", OTHER_SEAL),
        ("印知", UNSURE_SEAL),
        (None, OTHER_SEAL),
    ],
)
def test_a_ring_on_which_a_name_or_the_word_for_a_seal_is_read_is_nobodys(text: str | None, hint: str) -> None:
    quad = Quad.centred((30 * MM, 42 * MM), 20, 10)
    on_it = Word(quad, text, (quad,) * len(text or ""), 0.9, "reader/1")
    beside = Word(Quad.centred((5, 5), 4, 4), "印", (quad,), 0.9, "reader/1")
    assert hints(sheet(ROUND_OTHER), place(ROUND_OTHER), words=(on_it, beside)) == [hint]


def test_seals_keep_their_hint_where_nobody_can_read_them() -> None:
    def broken() -> object:
        raise RuntimeError("no reader")

    page = sheet(ROUND_OTHER)
    look, seals = looked(page, place(ROUND_OTHER), engines_=replace(engines(), seal_letters=broken))  # type: ignore[arg-type]
    assert isinstance(look, NotLooked)
    assert isinstance(seals, Looked)
    assert seals.findings == (place(ROUND_OTHER),)


def mask(at: float) -> Redaction:
    return Redaction("name-1", Category.NAME, Quad.centred((at * MM, 30 * MM), 8 * MM, 3 * MM).outward(), "name.exact")


@pytest.mark.parametrize(
    ("again", "masks", "stays_"),
    [
        ({"hint": UNSURE_SEAL}, (mask(20),), True),
        ({"hint": UNSURE_SEAL, "quad": Quad.centred((40 * MM, 30 * MM), 8 * MM, 3 * MM), "shape": Shape.QUAD}, (mask(20),), True),
        ({"hint": UNSURE_SEAL}, (), False),
        ({"hint": UNSURE_SEAL}, (mask(80),), False),
        ({"hint": OWN_SEAL}, (mask(20),), False),
        ({"hint": UNSURE_SEAL, "quad": Quad.centred((45 * MM, 30 * MM), 22 * MM, 22 * MM)}, (mask(20),), False),
        ({"hint": UNSURE_SEAL, "category": Category.EYES}, (mask(20),), False),
    ],
    ids=["crossed by a mask", "a piece", "not crossed", "masked elsewhere", "the unit's now", "another place", "no seal"],
)
def test_a_seal_found_again_stays_where_a_mask_crosses_what_the_first_look_read(
    again: dict[str, object], masks: tuple[Redaction, ...], stays_: bool
) -> None:
    first = place(ROUND_OTHER, hint=OTHER_SEAL)
    promised = covered(1000, 400, masks)
    assert stays(replace(first, **again), (first,), promised) is stays_  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "is_text"),
    [
        (Quad.centred((30 * MM, 25 * MM), 18 * MM, 12 * MM), True),
        (Quad.centred((20 * MM, 20 * MM), 5 * MM, 3 * MM, -0.7), True),
        (Quad.centred((30 * MM, 25 * MM), 15 * MM, 2.5 * MM), False),
        (Quad.centred((30 * MM, 25 * MM), 40 * MM, 12 * MM), False),
        (Quad.centred((80 * MM, 25 * MM), 5 * MM, 3 * MM, -0.7), False),
        (Quad.centred((28 * MM, 22 * MM), 24 * MM, 16 * MM, -0.4), True),
        (Quad.centred((45 * MM, 10 * MM), 24 * MM, 16 * MM, -0.4), False),
        (Quad.centred((40 * MM, 22 * MM), 24 * MM, 5 * MM, -0.4), False),
        (Quad.centred((30 * MM, 25 * MM), 1.5 * MM, 0.8 * MM), True),
        (Quad.centred((30 * MM, 25 * MM), 2.2 * MM, 1.1 * MM), False),
    ],
    ids=[
        *("along the ring", "a piece of the ring", "print beneath", "print that is longer", "elsewhere"),
        *("an arc's box that reaches out", "a large box beside the seal", "a signature across the rim"),
        *("a piece of a character", "a name in small print"),
    ],
)
def test_lines_along_a_ring_are_the_seals_own_and_print_beneath_it_is_not(line: Quad, is_text: bool) -> None:
    assert is_lettering(line, (place(ROUND_OTHER),)) is is_text


def test_no_seal_stays_that_the_first_look_did_not_read_as_another_bodys() -> None:
    first = place(ROUND_OTHER, hint=UNSURE_SEAL)
    assert not stays(first, (first,), covered(1000, 400, (mask(20),)))
