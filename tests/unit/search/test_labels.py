"""Labels are whole pieces of a form, of ours and of nobody else's; what was read with confidence beside them is known."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact import Applicant, Word
from redact.finding import Category
from redact.page import Posteriors
from redact.search import writings
from redact.search.labels import Label, known, labels, owner
from tests.unit.search.pages import column, line

OURS = writings(Applicant(("洛明川",), ("云溪市第九中学",)))
NAME, UNIT = Category.NAME, Category.UNIT


def spelled(words: list[Word], found: tuple[Label, ...]) -> list[tuple[str, Category]]:
    return [((words[label.word].text or "")[label.first : label.last + 1], label.category) for label in found]


def known_texts(words: list[Word]) -> list[str]:
    stretches = [k for k in known(words, labels(words), OURS) if k.firm]
    return [
        "".join(c for c, cell in zip(words[k.word].text or "", words[k.word].characters, strict=True) if k.quad.contains(*cell.centre))
        for k in stretches
    ]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("姓名", NAME),
        ("姓　名", NAME),
        ("姓名：", NAME),
        ("１．姓名:", NAME),
        ("（一）姓名", NAME),
        ("*姓名", NAME),
        ("姓名（民文）", NAME),
        ("申报人：", NAME),
        ("申報人簽名：", NAME),
        ("承诺人（签名）：", NAME),
        ("承诺人（签字/盖章）：", NAME),
        ("本人签字：", NAME),
        ("填表人", NAME),
        ("曾用名", NAME),
        ("第一作者：", NAME),
        ("Name:", NAME),
        ("AUTHORS:", NAME),
        ("Name of Applicant", NAME),
        ("ئىسمى:", NAME),
        ("工作单位", UNIT),
        ("工作單位：", UNIT),
        ("所在单位：", UNIT),
        ("推荐单位（公章）：", UNIT),
        ("现任职单位", UNIT),
        ("单位名称（盖章）", UNIT),
        ("作者单位：", UNIT),
        ("学习或工作单位", UNIT),
        ("Affiliation:", UNIT),
        ("خىزمەت ئورنى:", UNIT),
    ],
)
def test_labels_are_known_in_their_many_ways(text: str, category: Category) -> None:
    assert owner(text, text.endswith((":", "："))) is category


@pytest.mark.parametrize(
    "text",
    [
        "审核人：",
        "证明人",
        "负责人签字：",
        "单位负责人签名：",
        "推荐人签名：",
        "评审专家签名：",
        "发证单位：",
        "承办单位：",
        "合作单位：",
        "日期：",
        "职务",
        "本人",
        "本人承诺",
    ],
)
def test_labels_of_others_and_other_words_are_none(text: str) -> None:
    assert owner(text, text.endswith("：")) is None


def test_a_long_label_may_have_a_character_misread_but_not_become_anothers() -> None:
    assert owner("审报人签名：", colon=True) is NAME
    assert owner("审报人签名", colon=False) is None
    assert owner("推荐人签名：", colon=True) is None


@pytest.mark.parametrize(
    "text",
    ["请核对姓名和身份证号", "本人承诺所填内容真实有效", "并经所在单位推荐", "各有关单位，", "论文发表后，作者，读者", "与该单位共同完成"],
)
def test_running_text_has_no_labels(text: str) -> None:
    assert labels([line(text)]) == ()


def test_the_head_of_a_word_is_a_label_and_its_end_too() -> None:
    words = [line("姓名：张三"), line("2024年5月　本人签名：", y=60, gaps={8: 2.0})]
    assert spelled(words, labels(words)) == [("姓名：", NAME), ("本人签名：", NAME)]


def test_two_labels_may_share_a_line() -> None:
    words = [line("签名：单位：日期：", gaps={3: 4.0, 6: 4.0})]
    assert spelled(words, labels(words)) == [("签名：", NAME), ("单位：", UNIT)]


def test_a_label_set_with_gaps_is_one_label() -> None:
    words = [line("工作单位张三", gaps={1: 1.0, 2: 1.0, 3: 1.0, 4: 1.5})]
    assert spelled(words, labels(words)) == [("工作单位", UNIT)]


def test_a_label_of_single_characters_that_are_words_of_their_own_is_found() -> None:
    words = [line("姓"), line("名", x=50)]
    (label,) = labels(words)
    assert label.quad.box().x0 <= 0
    assert label.quad.box().x1 >= 70


def test_single_characters_far_apart_are_no_label() -> None:
    assert labels([line("姓"), line("名", x=200)]) == ()


def test_a_column_has_labels_that_run_down() -> None:
    (label,) = labels([column("姓名：")])
    assert label.quad.direction == pytest.approx((0.0, 1.0))


def test_a_short_label_is_turned_as_the_page_is() -> None:
    crooked = replace(line("姓名"), quad=line("姓名", turned=0.09).quad)
    (label,) = labels([crooked, *(line("一二三四五六七八九十", y=40 * i, turned=0.03) for i in range(1, 6))])
    assert label.quad.direction[1] == pytest.approx(0.03, abs=0.005)


def test_uyghur_labels_have_their_value_to_the_left() -> None:
    (label,) = labels([line("ئىسمى")])
    assert label.backwards


def test_what_was_read_with_confidence_is_known_and_the_label_as_well() -> None:
    assert known_texts([line("姓名：张三", score=0.99)]) == ["姓名：", "张三"]


def test_what_a_score_lacks_is_laid_to_the_value() -> None:
    assert known_texts([line("填表人签名：乃云", score=0.95)]) == ["填表人签名："]


def test_a_neighbour_of_the_name_must_be_read_better_than_others() -> None:
    assert known_texts([line("洛朋川", score=0.98)]) == []
    assert known_texts([line("洛朋川", score=0.999)]) == ["洛朋川"]
    assert known_texts([line("方志敏", score=0.98)]) == ["方志敏"]


def test_a_unit_of_measure_is_known_however_badly_it_is_read() -> None:
    assert known_texts([line("单位：公顷", score=0.88)]) == ["单位：", "公顷"]


def test_what_two_readers_spell_alike_is_known() -> None:
    badly, first = line("李小明", score=0.9), line("李小明", score=0.9)
    assert not any(k.firm for k in known([badly], (), OURS))
    assert all(k.firm for k in known([badly], (), OURS, [first]))
    assert not any(k.firm for k in known([badly], (), OURS, [line("李小朋", score=0.9)]))


def test_in_a_list_of_people_less_confidence_will_do_but_not_for_a_neighbour_of_the_name() -> None:
    assert [k.firm for k in known([line("郦垚博", score=0.8)], (), OURS)] == [False]
    assert known([line("郦垚博", score=0.5)], (), OURS) == ()
    assert known([line("洛朋川", score=0.8)], (), OURS) == ()
    assert [k.firm for k in known([line("洛朋川", score=0.95)], (), OURS)] == [False]


def partly(text: str, *chances: float) -> Word:
    """A word whose reader was so sure of each of its characters, and says so."""
    logs = np.log(np.array(chances)).astype(np.float16)
    nothing = np.full(len(text), -9, np.float16)
    tops, centres = np.arange(1, len(text) + 1, dtype=np.int32), np.zeros((len(text), 2), np.float32)
    read = Posteriors("", np.zeros((len(text), 0), np.float16), logs, nothing, nothing, tops, tuple(text), centres)
    return replace(line(text, score=float(np.mean(chances))), posteriors=read)


def test_a_name_that_the_second_reader_lacks_characters_of_is_known_from_the_first_in_a_list() -> None:
    first = [line("郦垚龑", score=0.89)]
    assert [k.firm for k in known([partly("郦奠", 0.99, 0.3)], (), OURS, first)] == [False]
    assert known([partly("郦奠", 0.99, 0.3)], (), OURS) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # An everyday name, as a hand is misread; another surname to the second reader, or none that it is sure of; a character
        # that it reads surely and otherwise; a neighbour of the name.
        ("郦大明", partly("郦奠", 0.99, 0.3)),
        ("郦垚龑", partly("骊奠", 0.99, 0.3)),
        ("郦垚龑", partly("郦奠", 0.6, 0.3)),
        ("郦垚龑", partly("郦奠柔", 0.95, 0.8, 0.2)),
        ("洛垚川", partly("洛奠", 0.99, 0.3)),
        ("洛垚龑", partly("洛奠", 0.99, 0.3)),
    ],
)
def test_what_the_two_readers_do_not_agree_on_is_not_known(first: str, second: Word) -> None:
    assert known([second], (), OURS, [line(first, score=0.89)]) == ()


def test_one_letter_is_half_a_value_unless_it_belongs_to_a_date() -> None:
    assert [k.whole for k in known([line("张"), line("年", y=50), line("张三", y=100)], (), OURS)] == [False, True, True]


LABELS, ENDS = ("姓名", "工作单位", "申报人签名", "审核人"), ("", "：", ":", "（签字）：")


@given(st.lists(st.sampled_from([a + b for a, b in product(LABELS, ENDS)]), max_size=6), st.floats(-3.1, 3.1))
def test_every_label_is_found_wherever_it_stands_and_however_it_is_turned(texts: list[str], turned: float) -> None:
    words = [line(text, x=300.0 * i, y=400.0 * i, turned=turned) for i, text in enumerate(texts)]
    assert [label.word for label in labels(words)] == [i for i, text in enumerate(texts) if not text.startswith("审核人")]
