"""Names and units are found in every way they are written, and nobody else's."""

from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.finding import Category
from tests.unit.search.pages import EM, applicant, column, covered, line, search

SCHOOL = "乌鲁木齐市第二中学"


@pytest.mark.parametrize(
    "text",
    [
        "张三丰",
        "张 三 丰",
        "张　三　丰",
        "張三豐",
        "Zhang Sanfeng",
        "ZHANG SANFENG",
        "Sanfeng Zhang",
        "ZHANG San-feng",
        "Zhang, Sanfeng",
        "Ｚｈａｎｇ　Ｓａｎｆｅｎｇ",
        "Zhang SF",
        "S. F. Zhang",
        "SF ZHANG",
    ],
)
def test_a_name_is_found_in_every_writing(text: str) -> None:
    assert covered([line(f"作者：{text}，1990")], applicant("张三丰")) == [text]


@pytest.mark.parametrize("dot", ["·", "・", "•", "‧", "．", ".", "˙", "", " "])
def test_a_dotted_name_is_found_whatever_its_dot(dot: str) -> None:
    text = f"托合塔提{dot}阿里木"
    assert covered([line(f"姓名：{text}（签字）")], applicant("托合塔提·阿里木")) == [text]


def test_uyghur_script_is_found_with_a_fifth_misread() -> None:
    assert search([line("مىرشات ئالىم", score=0.4)], applicant("托合塔提·阿里木", "مىرشات ئالىم"))
    assert search([line("مېرشات ئالىم", score=0.4)], applicant("托合塔提·阿里木", "مىرشات ئالىم"))


@pytest.mark.parametrize("text", [SCHOOL, "乌市二中", "市二中", "乌鲁木齐二中", "乌市第二中学"])
def test_a_unit_is_found_by_its_short_names(text: str) -> None:
    assert covered([line(f"现在{text}工作")], applicant("张三丰", units=[SCHOOL])) == [text]


def test_numbers_are_found_exactly_only() -> None:
    who = applicant("张三丰", numbers=["13900000001"])
    assert covered([line("电话 139 0000 0001")], who) == ["139 0000 0001"]
    assert not search([line("13900000002", score=0.3)], who)


def test_hints_say_how_and_never_what() -> None:
    who = applicant("张三丰", units=[SCHOOL])
    hints = {f.hint for text in ("张三丰", "市二中", "Zhang SF") for f in search([line(text)], who)}
    assert hints == {"exact", "derived"}
    assert {f.hint for f in search([line("张三"), line("丰", x=60)], who)} == {"split"}
    assert {f.hint for f in search([line("张兰丰", score=0.7)], who)} == {"fuzzy"}


def test_every_occurrence_of_a_line_is_found() -> None:
    assert covered([line("张三丰与张三丰，张三丰。")], applicant("张三丰")) == ["张三丰张三丰张三丰"]


# Misread


@pytest.mark.parametrize(("read", "name"), [("张兰丰", "张三丰"), ("托合塌捉阿里木", "托合塔提·阿里木"), ("Zhanq Sanfong", "张三丰")])
def test_misread_names_are_found_where_the_reader_was_unsure(read: str, name: str) -> None:
    assert covered([line(read, score=0.75)], applicant(name)) == [read]


@pytest.mark.parametrize("other", ["张立丰", "张丰", "李三丰", "张三", "诸葛丰"])
def test_another_name_read_with_confidence_is_left(other: str) -> None:
    assert not search([line(other, score=0.99)], applicant("张三丰"))


def test_a_name_of_two_is_found_misread_only_alone_and_hardly_read() -> None:
    assert search([line("方丹", score=0.5)], applicant("方舟"))
    assert not search([line("方丹", score=0.9)], applicant("方舟"))
    assert not search([line("方丹等人", score=0.5)], applicant("方舟"))


@pytest.mark.parametrize("other", ["乌鲁木齐市第一中学", "乌鲁木齐市第十二中学", "市一中", "乌市十二中", "喀什市二中", "乌鲁木齐市教育局"])
@pytest.mark.parametrize("score", [0.89, 0.99])
def test_a_neighbouring_unit_is_left(other: str, score: float) -> None:
    assert not search([line(other, score=score)], applicant("张三丰", units=[SCHOOL]))


# Part of something else


@pytest.mark.parametrize("text", ["方舟远", "推荐方舟、方舟远二人", "指导：方舟远老师", "方舟远，岳小舟"])
def test_a_longer_name_is_somebody_elses(text: str) -> None:
    start = text.index("方舟远")
    word = line(text)
    assert not any(f.quad.contains(*word.characters[start].centre) for f in search([word], applicant("方舟")))


@pytest.mark.parametrize(
    "text", ["方澍同志", "方澍男", "方澍远赴南疆", "方澍明确提出", "方澍", "方澍，远", "方澍 远", "请方澍等", "方澍著"]
)
def test_a_name_before_other_words_is_ours(text: str) -> None:
    assert covered([line(text)], applicant("方澍")) == [f"{text[: text.index('澍')]}澍".removeprefix("请")]


def test_a_gap_after_the_name_ends_it() -> None:
    assert covered([line("方舟远", gaps={2: 1.0})], applicant("方舟")) == ["方舟"]


def test_a_line_that_goes_on_is_no_evidence() -> None:
    words = [line("先进个人由全校推荐为方澍远", y=0), line("见卓识的工作受到好评并且", y=30)]
    assert covered(words, applicant("方澍"))[0] == "方澍"


@pytest.mark.parametrize("text", ["Fang Zhouyuan", "FANG ZHOUYUAN", "Malina", "fangzhouyuan"])
def test_latin_names_are_no_pieces_of_words(text: str) -> None:
    assert not search([line(text)], applicant("方舟", "马丽"))


@pytest.mark.parametrize("text", ["byFangZhou", "FangZhou,", "fangzhou@example.cn", "FANG ZHOU1990"])
def test_lost_spaces_do_not_hide_a_latin_name(text: str) -> None:
    assert covered([line(text)], applicant("方舟"))[0].replace(" ", "").lower() == "fangzhou"


@pytest.mark.parametrize("text", ["Weiyn", "wei yn", "Wei YNG", "WEIYN"])
def test_initials_are_capitals_apart(text: str) -> None:
    assert not search([line(text)], applicant("韦一帆"))


# Over the joints of words


def test_characters_set_apart_are_one_name() -> None:
    assert covered([line("姓名"), line("张", x=100), line("三", x=180)], applicant("张三")) == ["", "张", "三"]


def test_a_name_goes_on_in_the_next_line() -> None:
    words = [line("本年度优秀教师为托合塔提·", x=0, y=0), line("阿里木，特此证明。", x=0, y=32)]
    assert covered(words, applicant("托合塔提·阿里木")) == ["托合塔提·", "阿里木"]


def test_a_unit_goes_on_in_its_cell() -> None:
    words = [line("工作单位", x=0, y=15), line("乌鲁木齐市", x=200, y=0), line("第二", x=230, y=24), line("中学", x=230, y=48)]
    words += [line("姓名", x=400, y=15), line("李四", x=500, y=15)]
    assert covered(words, applicant("张三", units=[SCHOOL])) == ["", "乌鲁木齐市", "第二", "中学", "", ""]


def test_a_name_stands_in_a_column_of_words() -> None:
    words = [line(c, x=50, y=24 * i) for i, c in enumerate("张三丰")]
    assert covered(words, applicant("张三丰")) == ["张", "三", "丰"]


def test_a_name_stands_in_columns_of_text() -> None:
    words = [column("先进工作者张", x=100), column("三丰", x=70), column("二〇二四年", x=40)]
    assert covered(words, applicant("张三丰")) == ["张", "三丰", ""]


@pytest.mark.parametrize("turned", [0.0, 0.06, pi / 2, pi, -pi / 2])
def test_text_may_run_in_any_direction(turned: float) -> None:
    def place(u: float, v: float) -> tuple[float, float]:
        return 500 + u * cos(turned) - v * sin(turned), 500 + u * sin(turned) + v * cos(turned)

    words = [
        line("校长张", *place(0, 0), turned=turned),
        line("三丰", *place(90, 0), turned=turned),
        line("托合塔提", *place(0, 30), turned=turned),
    ]
    words.append(line("阿里木", *place(0, 58), turned=turned))
    assert covered(words, applicant("张三丰", "托合塔提·阿里木")) == ["张", "三丰", "托合塔提", "阿里木"]


def test_uyghur_words_follow_to_the_left() -> None:
    words = [line("ئالىم", x=0), line("مىرشات", x=130)]
    assert all(covered(words, applicant("مىرشات ئالىم")))


def test_a_dot_read_as_a_word_of_its_own_parts_no_name() -> None:
    assert covered([line("托合塔提"), line("·", x=84), line("阿里木", x=108)], applicant("托合塔提·阿里木"))[::2] == ["托合塔提", "阿里木"]


@pytest.mark.parametrize("apart", [(4 * EM, 0.0), (0.0, 2.5 * EM)], ids=["row", "column"])
def test_the_cell_of_a_dot_that_nobody_read_is_covered_too(apart: tuple[float, float]) -> None:
    cells = [line("提"), line("阿", *apart)]
    dot = (EM / 2 + apart[0] / 2, EM / 2 + apart[1] / 2)
    assert any(f.quad.contains(*dot) for f in search(cells, applicant("提·阿")))
    assert not any(f.quad.contains(*dot) for f in search(cells, applicant("提阿")))


def test_a_name_over_two_lines_has_no_cell_of_a_dot_between_them() -> None:
    found = search([line("本项目由课题组成员托合塔提"), line("阿里木主持完成并且通过验收", y=30)], applicant("托合塔提·阿里木"))
    assert len(found) == 2


def test_far_words_are_not_joined() -> None:
    assert not search([line("张", x=0), line("三", x=900)], applicant("张三"))
    assert not search([line("张", y=0), line("三", y=300)], applicant("张三"))


def test_a_place_without_text_joins_nothing_and_breaks_nothing() -> None:
    words = [line("张"), line("三", x=60)]
    blind = type(words[0])(line("口", x=30).quad, None, (), 0.0, "reader/1")
    assert covered([*words, blind], applicant("张三"))[:2] == ["张", "三"]
    assert not search([blind], applicant("张三"))
    assert search([], applicant("张三")) == ()


# Properties


NAMES = st.text(alphabet="欧澍翊忞珩沅骆", min_size=2, max_size=4)
FILLER = st.text(alphabet="的了在是我有和人这大来上个到说们为子", max_size=12)
GAPS = st.sampled_from(["", " ", "　", "·", "•", "  ", "．"])


@given(NAMES, FILLER, FILLER, st.data())
def test_spaces_and_dots_anywhere_hide_nothing(name: str, before: str, after: str, data: st.DataObject) -> None:
    spaced = "".join(c + data.draw(GAPS) for c in name)
    found = "".join(covered([line(before + spaced + after)], applicant(name)))
    assert set(name) <= set(found)


@given(st.text(alphabet="的了在是我有和人这大来上个到说们为子 ，。ghjk123", max_size=30), st.floats(0.0, 1.0))
def test_a_line_without_the_characters_never_hits(text: str, score: float) -> None:
    assert not search([line(text, score=score)], applicant("欧阳修", units=["水磨沟第二中学"]))


@given(NAMES, st.integers(1, 3), st.floats(-pi, pi), st.sampled_from([0.5, 0.8, 1.0]))
def test_pieces_lie_within_their_words(name: str, cut: int, turned: float, score: float) -> None:
    cut = min(cut, len(name) - 1)
    first = line("由" + name[:cut], 300, 300, turned=turned, score=score)
    reach = (cut + 1.5) * EM
    second = line(name[cut:] + "获", 300 + reach * cos(turned), 300 + reach * sin(turned), turned=turned, score=score)
    findings = search([first, second], applicant(name))
    assert findings
    for finding in findings:
        around = [w.quad.grow(0.01, 0.01) for w in (first, second)]
        assert any(all(quad.contains(*p) for p in finding.quad.points) for quad in around)


@given(st.permutations(range(6)))
def test_the_order_of_the_words_does_not_matter(order: list[int]) -> None:
    words = [
        line("姓名"),
        line("张", x=100),
        line("三", x=180),
        line("单位", y=40),
        line("乌鲁木齐市第", x=100, y=40),
        line("二中学", x=100, y=64),
    ]
    who = applicant("张三", units=[SCHOOL])
    assert {f.quad for f in search([words[i] for i in order], who)} == {f.quad for f in search(words, who)}


def test_categories_are_kept_apart() -> None:
    word = line("乌鲁木齐市第二中学张三丰")
    who = applicant("张三丰", units=[SCHOOL])
    assert covered([word], who, Category.NAME) == ["张三丰"]
    assert covered([word], who, Category.UNIT) == [SCHOOL]
