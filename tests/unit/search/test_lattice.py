"""Spotting in posteriors: a misread name is found, a neighbour's name that was read with certainty is not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import cos, sin

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.applicant import Applicant
from redact.finding import Finding
from redact.geometry import Quad
from redact.page import Word
from redact.search import writings
from redact.search.hits import Target
from redact.search.lattice import Steps, Sweep, budget, passages
from tests.unit.search.pages import applicant, line, search, seen

NAME = "郭元頔"
SCHOOL = "乌鲁木齐市第一中学"


def look(text: str, who: Applicant, doubts: Mapping[int, Mapping[str, float]] = {}, unknown: str = "") -> tuple[Finding, ...]:
    return search([seen(line(text), who, doubts, unknown)], who)


def test_a_misread_character_is_found_where_the_right_one_was_thought_of() -> None:
    # Read 郭元颀 with .6, and 頔 with .3 behind it.
    found = look("由郭元颀获得", applicant(NAME), {3: {"颀": 0.6, "頔": 0.3}})
    assert [f.hint for f in found] == ["lattice"]


def test_the_quad_spans_the_name_and_not_its_neighbours() -> None:
    word = line("由郭元颀获得")
    (found,) = search([seen(word, applicant(NAME), {3: {"颀": 0.6, "頔": 0.3}})], applicant(NAME))
    inside = [found.quad.contains(*c.centre) for c in word.characters]
    assert inside == [False, True, True, True, False, False]


def test_along_a_curve_the_quads_follow_it() -> None:
    flat = line("由郭元颀获得")
    bends = [Quad.centred((200 + 100 * sin(a), 200 - 100 * cos(a)), 10, 10, a) for a in (-1.0, -0.6, -0.2, 0.2, 0.6, 1.0)]
    word = replace(flat, quad=Quad.around(p for q in bends for p in q.points), characters=tuple(bends))
    found = search([seen(word, applicant(NAME), {3: {"颀": 0.6, "頔": 0.3}})], applicant(NAME))
    assert all(f.quad.length < 75 for f in found)
    assert all(any(f.quad.contains(*bends[i].centre) for f in found) for i in (1, 2, 3))
    assert not any(f.quad.contains(200, 200) for f in found)


@pytest.mark.parametrize("other", ["郭元明", "郭子頔", "张元頔", "郭頔", "郭元元頔远"])
def test_another_name_read_with_certainty_is_left(other: str) -> None:
    assert not look(f"由{other}获得", applicant(NAME))


def test_another_name_read_without_certainty_is_ours() -> None:
    assert look("由郭元明获得", applicant(NAME), {3: {"明": 0.7, "頔": 0.01}})


@pytest.mark.parametrize("other", ["托合塔提阿力木", "托合塔阿里木", "托合塔提江阿里木"])
def test_long_names_that_differ_in_one_character_are_left(other: str) -> None:
    who = applicant("托合塔提·阿里木")
    assert not look(f"由{other}获得", who)


@pytest.mark.parametrize("dot", ["", "·", " ", "•", "· "])
def test_dots_and_spaces_are_gaps(dot: str) -> None:
    assert look(f"托合塔提{dot}阿甲木", applicant("托合塔提·阿里木"), {5 + len(dot): {"甲": 0.5, "里": 0.4}})


def test_a_neighbouring_school_is_left_even_when_read_with_less_certainty() -> None:
    who = applicant(NAME, units=[SCHOOL])
    assert not look("乌鲁木齐市第二中学", who)
    assert not look("乌鲁木齐市第二中学", who, {6: {"二": 0.85, "一": 0.1}})
    assert look("乌鲁木齐市第二中学", who, {6: {"二": 0.5, "一": 0.45}})


def test_a_unit_read_with_a_character_that_makes_no_other_unit_is_ours() -> None:
    # Under the star of a seal 人民医院 reads 大民医院: 大 tells units apart, but not in the place of 人.
    who = applicant(NAME, units=["柳泉渡县第七人民医院"])
    found = look("单位柳泉渡县第七大民医院", who, {8: {"大": 0.96, "人": 0.03}})
    assert [f.hint for f in found] == ["lattice"]
    assert not look("单位柳泉渡县第七大学医院", who)


def test_a_character_that_the_recogniser_does_not_know_costs_less_than_the_name() -> None:
    assert look("由郭元颐获得", applicant(NAME), {3: {"颐": 0.8}}, unknown="頔𬱖")
    assert not look("由郭元明获得", applicant(NAME), unknown="頔𬱖")
    assert not look("由郭李明获得", applicant(NAME), {3: {"明": 0.8}}, unknown="頔𬱖")


def test_equal_neighbours_need_two_places() -> None:
    who = applicant("李明明")
    assert look("由李明日获得", who, {3: {"日": 0.5, "明": 0.4}})
    assert not look("由李明获得", who)


def test_a_misread_name_is_found_over_a_joint() -> None:
    who = applicant("托合塔提·阿里木")
    words = [seen(line("由托合塌提", y=0), who, {3: {"塌": 0.6, "塔": 0.3}}), seen(line("阿里木获得好评", y=30), who)]
    assert [f.hint for f in search(words, who)] == ["lattice", "lattice"]


def test_a_unit_may_lose_common_characters_at_a_joint_and_no_others() -> None:
    hospital = applicant(NAME, units=["新疆维吾尔自治区人民医院"])
    pieces = [seen(line("新疆维吾尔自治区 "), hospital), seen(line("医院", x=220), hospital)]
    assert search(pieces, hospital)
    spring = applicant(NAME, units=["新疆碧源环境监测有限公司"])
    pieces = [seen(line("新疆 "), spring), seen(line("环境监测有限公司", x=100), spring)]
    assert not search(pieces, spring)


def test_a_longer_name_is_left_to_its_owner_in_posteriors_too() -> None:
    who = applicant("诸葛青")
    assert not look("由诸葛清云、李四", who, {3: {"清": 0.5, "青": 0.45}})
    assert look("由诸葛清、李四", who, {3: {"清": 0.5, "青": 0.45}})


def test_the_budget_grows_with_the_writing() -> None:
    assert [budget(n) for n in (2, 3, 4)] == [4.0, 7.0, 9.0]
    assert budget(10) == pytest.approx(26.0)


def steps(texts: Sequence[str], alphabet: dict[str, int], who: Applicant, costs: np.random.Generator) -> list[Steps]:
    words: list[Word] = [seen(line(t), who) for t in texts]
    made = [Steps.of(w.posteriors, alphabet, i) for i, w in enumerate(words) if w.posteriors]
    for s in made:
        s.cost[:] = np.minimum(9.0, s.cost * costs.uniform(0, 1, s.cost.shape).astype(np.float32))
    return made


@given(st.lists(st.text("郭元頔一中学的", min_size=1, max_size=8), min_size=1, max_size=3), st.integers(0, 9))
def test_the_sweep_over_all_words_agrees_with_each_word_searched_by_itself(texts: list[str], seed: int) -> None:
    who = applicant("郭元頔", units=["郭元中学"])
    sought = [t.writing.folded for t in map(Target.of, writings(who)) if t.is_chinese]
    alphabet = {c: i for i, c in enumerate(dict.fromkeys("".join(sought)))}
    made = steps(texts, alphabet, who, np.random.default_rng(seed))
    sweep = Sweep.over(made, sought)
    for i, one in enumerate(made):
        for k, found in enumerate(passages(one, sought)):
            assert bool(found) == (sweep.within[i, k] <= budget(len(sought[k])))
            if found:
                assert found[0].total == pytest.approx(float(sweep.within[i, k]), abs=1e-3)


@given(st.text("郭元頔的了在", min_size=1, max_size=10), st.integers(0, 9))
def test_a_passage_keeps_the_order_of_the_characters(text: str, seed: int) -> None:
    who = applicant("郭元頔")
    alphabet = {c: i for i, c in enumerate("郭元𬱖")}
    (one,) = steps([text], alphabet, who, np.random.default_rng(seed))
    for passage in passages(one, ["郭元𬱖"])[0]:
        assert list(passage.at) == sorted(set(passage.at))
        assert sum(passage.costs) <= passage.total + 1e-3 <= budget(3) + 2e-3
