"""A longer name that the first reader reads whole is not masked for what a reader with fewer characters makes of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.people import Span
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.longer import without_longer
from redact.search import writings
from tests.unit.search.pages import applicant, line, seen

SECOND = Engine("ppocr-v4", "1")
RARE, COMMON = "上官越垚", "陶霁云"
DPI = 72


def page(text: str, *, unprinted: int = 0, em: float = 20.0) -> Page:
    """A page on which the text is printed in squares of em px, but for its last characters."""
    canvas = Canvas(120, 40, DPI)
    for i, character in enumerate(text[: len(text) - unprinted or None]):
        canvas.line(i * em * 25.4 / DPI, 0.5, [Span(character)], em * 0.95)
    return Page(1, canvas.pixels, float(DPI))


def suggestion(text: str, name: str, category: Category = Category.NAME, hint: str = "lattice") -> Finding:
    start = text.index(name)
    place = line(name, x=start * 20.0)
    return Finding(category, place.quad, 0.6, SECOND, hint)


def left(text: str, name: str, second: str, *, first: Word | None = None, on: Page | None = None, found: Finding | None = None) -> bool:
    """Whether a suggestion of the name in the text is left, with what the first and second reader read."""
    words = [first or line(text)]
    findings, who = [found or suggestion(text, name)], applicant(name)
    # PP-OCRv4 has 霁, and neither 垚 nor 龑.
    read = [replace(seen(line(second), who, unknown="垚"), score=0.7)]
    return bool(without_longer(findings, on or page(text), words, read, writings(who)))


def test_a_rare_name_that_goes_on_is_not_the_applicants_for_a_reader_that_lacks_its_characters() -> None:
    assert not left("推荐上官越垚龑、上官诺望", RARE, "推荐上官越圭、上官诺望")


def test_a_longer_name_that_the_second_reader_reads_less_surely_is_settled() -> None:
    assert not left("陶霁云桐", COMMON, "陶霁云桐")


@pytest.mark.parametrize("hint", ["exact", "lattice", "fuzzy"])
def test_however_the_other_reader_came_to_the_name(hint: str) -> None:
    text = "推荐上官越垚龑、上官诺望"
    assert not left(text, RARE, "推荐上官越垚、上官诺望", found=suggestion(text, RARE, hint=hint))


def test_the_value_of_a_label_that_the_first_reader_reads_as_a_longer_name_is_read() -> None:
    assert not left("上官越垚龑", RARE, "上官越圭", found=suggestion("上官越垚龑", RARE, Category.UNKNOWN, "label-value"))


def test_where_the_second_reader_has_every_character_and_reads_otherwise_nothing_is_settled() -> None:
    assert left("陶霁云桐", COMMON, "陶霁云")
    assert left("陶霁云桐", COMMON, "陶霁云相")


@pytest.mark.parametrize(
    ("unsure", "behind", "settled"),
    [
        (("齐", 0.4), ("桐", 0.99), True),
        (("齐", 0.9), ("桐", 0.99), False),
        (("齐", 0.4), ("桐", 0.6), False),
        (("齐", 0.4), ("相", 0.99), False),
    ],
    ids=["one unsure character", "a sure one", "unsure of the one behind", "another one behind"],
)
def test_a_longer_name_of_which_the_second_reader_misreads_one_character_is_settled_where_it_is_unsure_of_that_alone(
    unsure: tuple[str, float], behind: tuple[str, float], settled: bool
) -> None:
    # All of them everyday characters, which every reader has.
    name, text = "陶明云", "陶明云桐"
    who = applicant(name)
    read = [replace(line(c, x=20.0 * i), score=p) for i, (c, p) in enumerate((("陶", 0.99), unsure, ("云", 0.99), behind))]
    found = without_longer([suggestion(text, name)], page(text), [line(text)], read, writings(who))
    assert (not found) == settled


def test_another_letter_that_the_second_reader_reads_behind_the_name_settles_nothing() -> None:
    text, who = "推荐上官越垚龑、上官诺望", applicant(RARE)
    read = seen(line("推荐上官越垚等、上官诺望"), who, unknown="垚")
    assert without_longer([suggestion(text, RARE)], page(text), [line(text)], [read], writings(who))


def test_the_very_name_stays_the_applicants() -> None:
    assert left("推荐上官越垚、上官诺望", RARE, "推荐上官越、上官诺望")


@pytest.mark.parametrize("behind", ["男", "的", "同志"])
def test_a_word_behind_the_name_makes_no_longer_name(behind: str) -> None:
    text = f"推荐上官越垚{behind}，上官诺望"
    assert left(text, RARE, f"推荐上官越{behind}，上官诺望")


def test_a_first_reader_that_is_not_sure_settles_nothing() -> None:
    text = "推荐上官越垚龑、上官诺望"
    assert left(text, RARE, "推荐上官越圭、上官诺望", first=replace(line(text), score=0.85))


def test_a_character_of_which_no_ink_is_seen_was_made_up() -> None:
    assert left("推荐上官越垚龑", RARE, "推荐上官越", on=page("推荐上官越垚龑", unprinted=1))


def test_a_character_apart_is_none_of_the_name() -> None:
    text = "上官越垚龑"
    assert left(text, RARE, "上官越圭", first=line(text, gaps={4: 0.5}))


def test_a_mask_over_the_longer_name_alone_is_spared_not_one_that_reaches_elsewhere() -> None:
    text = "推荐上官越垚龑、上官诺望"
    wide = Finding(Category.NAME, Quad(((0, 0), (240, 0), (240, 20), (0, 20))), 0.6, SECOND, "lattice")
    assert left(text, RARE, "推荐上官越圭、上官诺望", found=wide)


@pytest.mark.parametrize("category", [Category.UNIT, Category.SEAL, Category.NUMBER])
def test_nothing_but_names_and_values_is_spared(category: Category) -> None:
    text = "推荐上官越垚龑、上官诺望"
    assert left(text, RARE, "推荐上官越圭、上官诺望", found=suggestion(text, RARE, category))


def test_white_print_on_black_is_seen_as_well() -> None:
    text = "推荐上官越垚龑、上官诺望"
    for unprinted, is_left in ((0, False), (len("龑、上官诺望"), True)):
        negative = Page(1, np.ascontiguousarray(255 - page(text, unprinted=unprinted).pixels), float(DPI))
        assert left(text, RARE, "推荐上官越圭、上官诺望", on=negative) is is_left
