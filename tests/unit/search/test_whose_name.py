"""Whose name a hit is: other people's longer names stay, and what is ours is masked whatever follows it."""

import pytest

from redact.search import look, writings
from redact.search.lexicon import is_common
from tests.unit.search.pages import ENGINE, applicant, line
from tests.unit.search.whose import MINE, OTHERS


def verdict(name: str, *texts: str, units: tuple[str, ...] = (), gaps: dict[int, float] | None = None) -> str:
    """What becomes of the first occurrence in the first of the words, which stand under one another: "mask", "open" or "stay"."""
    words = [line(text, y=60.0 * i, gaps=gaps or {}) for i, text in enumerate(texts)]
    looked = look(words, writings(applicant(name if name else "闻人不知", units=units)), ENGINE)
    sought = name or units[0]
    start = texts[0].index(sought)
    places = [cell.centre for cell in words[0].characters[start : start + len(sought)]]
    if all(any(f.quad.contains(*place) for f in looked.findings) for place in places):
        return "mask"
    return "open" if any(d.quad.contains(*place) for d in looked.doubts for place in places) else "stay"


@pytest.mark.parametrize(("name", "text"), MINE)
def test_the_applicants_name_is_masked_whatever_stands_beside_it(name: str, text: str) -> None:
    assert verdict(name, text) == "mask"


@pytest.mark.parametrize(("name", "text"), [row for row in MINE if len(row[0]) == 2])
def test_what_stands_beside_a_name_of_three_is_hardly_ever_part_of_it(name: str, text: str) -> None:
    longer = name + "岳"
    assert verdict(longer, text.replace(name, longer)) == "mask"


def test_a_fourth_character_must_be_read_well_and_be_no_stutter() -> None:
    assert look([line("骆珩喆颖", score=0.85)], writings(applicant("骆珩喆")), ENGINE).findings
    assert verdict("骆珩喆", "骆珩喆喆") == "mask"


def test_a_verb_of_old_writing_at_a_line_s_end_is_no_third_character_of_a_given_name() -> None:
    assert verdict("骆清野", "昔法骆清野云") == "mask"
    assert verdict("骆清野", "骆清野云老师") == "stay"
    assert verdict("骆清", "骆清云") == "stay"


@pytest.mark.parametrize(("name", "text"), OTHERS)
def test_somebody_elses_name_stays(name: str, text: str) -> None:
    assert verdict(name, text) == "stay"


def test_an_unlikely_given_name_is_one_where_the_page_has_it_several_times() -> None:
    assert verdict("王伟", "王伟柱") == "mask"
    assert verdict("王伟", "王伟柱", "王伟柱", "王伟") == "stay"


def test_a_name_over_a_gap_is_not_longer() -> None:
    assert verdict("王伟", "王伟东老师", gaps={2: 1.0}) == "mask"


def test_a_reader_that_is_unsure_of_the_line_is_no_evidence() -> None:
    word = line("王伟东老师", score=0.7)
    assert look([word], writings(applicant("王伟")), ENGINE).findings


# Names that are words


@pytest.mark.parametrize("name", ["高峰", "黄河", "文化", "白雪", "黎明", "成功", "万里"])
def test_words_of_the_language_are_told(name: str) -> None:
    assert is_common(name)


@pytest.mark.parametrize("name", ["王伟", "李娜", "王平", "张宁", "陈静", "文静", "韦一帆", "欧阳修", "努尔兰", "阿里木江"])
def test_names_that_are_hardly_ever_a_word_are_none(name: str) -> None:
    assert not is_common(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("高峰", "高峰"),
        ("高峰", "姓名：高峰"),
        ("高峰", "姓名高峰性别男"),
        ("高峰", "申报人：高峰（签字）"),
        ("高峰", "主持人：高峰"),
        ("高峰", "评委：李四、高峰、陈静"),
        ("高峰", "陈静、高峰等三人"),
        ("高峰", "高峰同志德才兼备"),
        ("高峰", "高峰老师"),
        ("高峰", "会议由高峰主持"),
        ("高峰", "关于高峰等同志任职的通知"),
        ("高峰", "仅供高峰申报职称使用"),
        ("高峰", "承诺人（签名）：高峰"),
        ("高峰", "高峰（2019）认为"),
        ("高峰", "陈静1，高峰2"),
        ("高峰", "作者简介：高峰（1985—），"),
        ("高峰", "高峰，男，1985年生"),
        ("高峰", "校长高峰在会上讲话"),
        ("高峰", "兹聘请高峰为副教授"),
        ("黄河", "作者 黄河 单位"),
        ("文化", "文化著"),
        ("白雪", "努尔兰·别克、白雪"),
    ],
)
def test_a_word_is_masked_where_it_stands_as_a_name(name: str, text: str) -> None:
    assert verdict(name, text) == "mask"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("高峰", "攀上了又一个高峰，"),
        ("黄河", "沿着黄河一路向东"),
        ("文化", "加强学校文化建设"),
        ("文化", "教育、文化、卫生事业"),
        ("白雪", "雪山上白雪覆盖"),
        ("黎明", "在黎明时分出发"),
        ("成功", "实验取得了成功。"),
        ("高峰", "高峰会后总结"),
        ("高峰", "高峰在会上讲话"),
        ("文化", "教师文化素养"),
    ],
)
def test_a_word_in_running_text_is_left_open(name: str, text: str) -> None:
    assert verdict(name, text) == "open"


@pytest.mark.parametrize(
    ("name", "text"),
    [("高峰", "避开高峰期出行"), ("文化", "市文化馆举办"), ("文化", "市文化宫展出"), ("成功", "完成功能开发"), ("白雪", "白雪峰老师")],
)
def test_a_piece_of_a_longer_word_or_name_is_left(name: str, text: str) -> None:
    assert verdict(name, text) == "stay"


def test_what_is_left_open_says_why() -> None:
    looked = look([line("沿着黄河一路向东")], writings(applicant("黄河")), ENGINE)
    assert {doubt.why for doubt in looked.doubts} == {"common-word"}
    assert not looked.findings
