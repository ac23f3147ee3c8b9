"""Whose paper a page says it is."""

from __future__ import annotations

import pytest

from redact.page import Word
from redact.search import fold
from redact.search.stated import stated
from tests.unit.search.pages import EM, column, line

PEOPLE = frozenset(fold(name).text for name in ("马晓东", "沈知秋", "艾山·吐尔洪"))


def said(*words: Word) -> frozenset[str]:
    return stated(words, PEOPLE)


@pytest.mark.parametrize(
    "text",
    ["姓名：马晓东", "姓　名：马晓东", "姓名：马　晓　东", "申报人：马晓东 男 汉族", "申報人（簽名）：馬曉東", "持证人：马晓东，1980年生"],
)
def test_a_name_behind_its_label_in_one_line_is_stated(text: str) -> None:
    assert said(line(text)) == {"马晓东"}


def test_a_name_in_the_cell_beside_the_label_is_stated() -> None:
    assert said(line("姓名"), line("马晓东", x=5 * EM), line("性别", x=12 * EM)) == {"马晓东"}


def test_a_dotted_name_is_stated_with_its_dot_or_without() -> None:
    assert said(line("姓名：艾山·吐尔洪")) == said(line("姓名：艾山吐尔洪")) == {fold("艾山·吐尔洪").text}


@pytest.mark.parametrize("text", ["第一作者：马晓东", "主持人：马晓东", "审核人：马晓东", "指导教师：马晓东", "马晓东同志", "姓名、马晓东"])
def test_others_stand_beside_other_labels_on_anybodys_papers(text: str) -> None:
    assert not said(line(text))


@pytest.mark.parametrize("text", ["姓名：马晓", "姓名：马晓东方", "姓名：李建国", "姓名："])
def test_a_name_of_nobody_on_the_roster_is_none(text: str) -> None:
    assert not said(line(text))


def test_a_list_beneath_a_heading_states_nobody() -> None:
    assert not said(line("姓名"), line("单位", x=6 * EM), column("马晓东", y=2 * EM), line("沈知秋", y=6 * EM))


def test_the_next_line_and_what_stands_far_away_are_other_values() -> None:
    assert not said(line("姓名："), line("马晓东", x=3 * EM, y=2 * EM))
    assert not said(line("姓名："), line("马晓东", x=15 * EM))


def test_the_nearest_value_counts() -> None:
    assert said(line("姓名："), line("沈知秋", x=4 * EM), line("马晓东", x=8 * EM)) == {"沈知秋"}


def test_without_other_people_nothing_is_read() -> None:
    assert stated([line("姓名：马晓东")], frozenset()) == frozenset()
