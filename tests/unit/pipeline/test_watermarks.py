"""A watermark that nobody reads is a line that nobody reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.masking import Mask
from redact.page import Page, Word
from redact.pipeline.faint import is_print
from redact.pipeline.watermarks import Known, disputed, repeated, unread_letters, whole_letters, whole_units
from redact.search import Writing, find, writings
from tests.unit.search.pages import applicant, line, seen

DPI = 200
MM = DPI / 25.4
ENGINE = Engine("seals", "1")
WORDS = "仅供职称评审使用"
TALL = 14 * MM
BLANK = Page(1, np.full((1000, 1600, 3), 255, np.uint8), float(DPI))
NOTHING = np.zeros((1000, 1600), np.bool_)


WHO = applicant("龚蕾赟", units=["云渡市第二中学"])
WRITINGS = writings(WHO)


def watermark(text: str = WORDS, score: float = 0.95, doubts: Mapping[int, Mapping[str, float]] = {}) -> Word:
    return replace(seen(line(text, 20 * MM, 40 * MM, em=TALL, score=score), WHO, doubts), watermark=True)


def unread(first: Sequence[Word], second: Sequence[Word], promised: Mask = NOTHING, sought: Sequence[Writing] = WRITINGS) -> list[Quad]:
    return list(unread_letters(BLANK, first, second, promised, sought))


def test_a_line_in_which_the_name_cannot_stand_was_read_though_letters_are_misread() -> None:
    assert unread((), [watermark("仅供职移理审便用", 0.65)]) == []


def test_a_line_is_open_in_which_the_name_may_stand_unless_it_is_masked() -> None:
    # Two of three characters are likely enough; that the third is not is too little to find it, and too much to let it go.
    close = watermark("仅供龚雷资职称", 0.85, {3: {"蕾": 0.01}, 4: {"赟": 0.01}})
    assert unread((), [close]) == [close.quad]
    assert unread([watermark("仅供王小明职称")], [close]) == []
    assert unread((), [close], ~NOTHING) == []


def test_a_line_that_was_hardly_read_is_open() -> None:
    poor = watermark(score=0.5)
    assert unread((), [poor]) == [poor.quad]


def test_a_few_letters_are_told_by_both_readers_alone() -> None:
    few = watermark("址者", 0.9)
    assert unread((), [few]) == [few.quad]
    assert unread([watermark("有瑞", 0.36)], [few]) == [few.quad]
    assert unread([watermark("址者", 0.8)], [few]) == []


def test_a_line_without_posteriors_tells_nothing_of_a_chinese_name() -> None:
    blind = replace(watermark(), posteriors=None)
    assert unread((), [blind]) == [blind.quad]
    assert unread((), [blind], sought=writings(applicant("Guo Yadong"))) == []


@pytest.mark.parametrize(("text", "high"), [("1.", TALL), (None, 9 * MM), ("龚雷", 3 * MM)])
def test_a_mark_that_is_no_line_of_letters_is_not_open(text: str | None, high: float) -> None:
    quad = Quad.centred((500.0, 500.0), 3 * high / 2, high / 2)
    word = Word(quad, text, (quad,) * len(text or ""), 0.3, "reader/1", watermark=True)
    assert unread((), [word]) == []


def test_a_large_line_in_which_nothing_is_read_is_open() -> None:
    quad = Quad.centred((500.0, 500.0), 3 * TALL, TALL)
    assert unread((), [Word(quad, None, (), 0.0, "reader/1", watermark=True)]) == [quad]


def test_print_that_was_read_apart_is_no_watermark() -> None:
    assert unread((), [line("口日", score=0.2)]) == []


def test_a_name_in_a_watermark_is_covered_beyond_the_reader_s_edges() -> None:
    found = Finding(Category.NAME, Quad.centred((350.0, 350.0), 150.0, 50.0), 0.9, ENGINE)
    (whole,) = whole_letters([found])
    assert all(whole.quad.contains(*point) for point in [(175, 350), (525, 350), (350, 295)])
    assert replace(whole, quad=found.quad) == found


def test_around_a_short_name_of_the_unit_the_whole_line_is_covered() -> None:
    who = applicant("龚蕾赟", units=["云渡市水利科学研究所"])
    misread, whole = (
        replace(seen(line(text, 100, 300, em=TALL), who), watermark=True) for text in ("供云发中水利科研所用", "云渡市水利科学研究所")
    )
    for word, expected in ((misread, misread.quad), (whole, whole.characters[4])):
        finding = Finding(Category.UNIT, word.characters[4], 0.9, ENGINE)
        assert whole_units([finding], [word], writings(who)) == (replace(finding, quad=expected),)
    name = Finding(Category.NAME, misread.characters[4], 0.9, ENGINE)
    assert whole_units([name], [misread], writings(who)) == (name,)


def test_where_a_watermark_names_the_applicant_its_other_lines_are_covered_unless_they_were_told() -> None:
    small = 5 * MM
    lines = [
        replace(seen(line(text, 100, y, em=small, score=score), WHO), watermark=True)
        for text, y, score in (("仅供龚蕾赟使用", 100, 0.9), ("仅洪龚雷", 300, 0.5), ("职称评审使用", 500, 0.9), ("1.", 700, 0.4))
    ]
    found = Finding(Category.NAME, lines[0].characters[3], 0.9, ENGINE)
    assert [f.quad for f in repeated(BLANK, lines, [found], Known(), WRITINGS, ENGINE)] == [lines[1].quad]
    over = replace(found, quad=Quad.centred(lines[1].quad.centre, 2 * MM, small / 4))
    assert [f.quad for f in repeated(BLANK, lines, [found, over], Known(), WRITINGS, ENGINE)] == [lines[1].quad]
    assert repeated(BLANK, lines, [found], Known((lines[1].quad,)), WRITINGS, ENGINE) == ()
    assert unread((), [lines[1]]) == []
    assert list(unread_letters(BLANK, (), [lines[1]], NOTHING, WRITINGS, Known(named=True))) == [lines[1].quad]


def test_a_unit_that_was_found_in_a_line_says_nothing_of_the_name_in_it() -> None:
    both = watermark("云渡市第二中学龚雷资", 0.85, {8: {"蕾": 0.01}, 9: {"赟": 0.01}})
    assert unread((), [both]) == [both.quad]


@pytest.mark.parametrize(("text", "covered"), [("含塔尔玛依努尔", True), ("职称评审使用", False), ("仅供木合塔尔玛依努尔", False)])
def test_a_large_line_that_is_near_a_name_and_was_taken_for_another_s_is_covered(text: str, covered: bool) -> None:
    # 木合, broken by print, is read as 含: the search knows that for somebody else's name.
    who = applicant("木合塔尔玛依努尔")
    word = replace(seen(line(text, 20 * MM, 40 * MM, em=TALL, score=0.95), who), watermark=True)
    found = find([word], writings(who), ENGINE)
    assert bool(found) == ("木" in text)
    assert [f.quad for f in disputed(BLANK, [word], found, writings(who), ENGINE)] == ([word.quad] if covered else [])


def test_a_small_line_disputes_nothing() -> None:
    who = applicant("木合塔尔玛依努尔")
    small = replace(seen(line("含塔尔玛依努尔", 20 * MM, 40 * MM, em=5 * MM, score=0.95), who), watermark=True)
    assert disputed(BLANK, [small], (), writings(who), ENGINE) == ()


def test_a_unit_that_was_found_in_a_line_settles_no_dispute_over_the_name_in_it() -> None:
    who = applicant("木合塔尔玛依努尔")
    word = replace(seen(line("含塔尔玛依努尔", 20 * MM, 40 * MM, em=TALL, score=0.95), who), watermark=True)
    unit, name = (Finding(category, word.quad, 0.9, ENGINE) for category in (Category.UNIT, Category.NAME))
    assert [f.category for f in disputed(BLANK, [word], (unit,), writings(who), ENGINE)] == [Category.NAME]
    assert disputed(BLANK, [word], (name,), writings(who), ENGINE) == ()


def test_a_line_is_print_where_all_readers_read_it_surely_and_nothing_smaller_lies_across() -> None:
    heading = line("含塔尔玛依努尔", 20 * MM, 40 * MM, em=TALL, score=0.95)
    across = line("注重过程评价", 30 * MM, 44 * MM, em=4 * MM, score=0.99)
    finding = Finding(Category.NAME, heading.quad, 0.9, ENGINE)
    assert is_print(finding, [[heading], [heading]])
    assert not is_print(finding, [[heading], [replace(heading, score=0.8)]])
    assert not is_print(finding, [[heading, across]])
    assert not is_print(finding, [[]])
