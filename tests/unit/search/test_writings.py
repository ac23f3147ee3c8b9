"""What is sought for an applicant: the given writings, and those that follow from them, marked as derived."""

import pytest

from redact.applicant import Applicant
from redact.finding import Category
from redact.search import fold, sought_characters, writings
from redact.search.readings import readings
from redact.search.units import short_forms


def derived(name: str) -> set[str]:
    return {w.folded for w in writings(Applicant((name,))) if w.origin == "derived"}


def test_given_writings_come_first_and_as_they_were_given() -> None:
    found = writings(Applicant(("张三", "Zhang San"), ("乌鲁木齐市第一中学",), ("650102199001011234",)))
    assert [(w.text, w.category) for w in found if w.origin == "given"] == [
        ("张三", Category.NAME),
        ("Zhang San", Category.NAME),
        ("乌鲁木齐市第一中学", Category.UNIT),
        ("650102199001011234", Category.NUMBER),
    ]
    assert found[0].origin == "given"


def test_no_two_writings_are_compared_as_the_same() -> None:
    found = writings(Applicant(("張三", "张三", "张 三", "ZHANG SAN", "Zhang San"), ("乌市一中", "乌鲁木齐市第一中学")))
    assert len({(w.category, w.folded) for w in found}) == len(found)


def test_pinyin_comes_in_both_orders_and_with_a_comma() -> None:
    assert {"weiyifan", "yifanwei", "wei,yifan"} <= derived("韦一帆")


def test_citations_have_initials() -> None:
    assert {"guoyd", "ydguo", "guo,yd"} <= derived("郭元頔")


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("单田芳", "shan"),
        ("仇英", "qiu"),
        ("解缙", "xie"),
        ("查良镛", "zha"),
        ("曾巩", "zeng"),
        ("朴树", "piao"),
        ("翟志刚", "zhai"),
        ("缪昌文", "miao"),
        ("区寄", "ou"),
        ("任平", "ren"),
        ("華羅庚", "hua"),
        ("尉迟恭", "yuchi"),
        ("长孙无忌", "zhangsun"),
        ("单于晓", "chanyu"),
        ("欧阳文溪", "ouyang"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, surname: str) -> None:
    assert surname in {"".join(r.surname) for r in readings(name)}


def test_u_umlaut_is_written_in_three_ways() -> None:
    assert {"luna", "lvna", "lyuna"} <= derived("吕娜")


@pytest.mark.parametrize("name", ["托合塔提·阿里木", "مىرشات ئالىم", "Zhang San", "阿不都热合曼"])
def test_names_that_are_not_chinese_have_no_pinyin(name: str) -> None:
    assert derived(name) == set()


@pytest.mark.parametrize(
    ("unit", "short"),
    [
        ("乌鲁木齐市第一中学", "市一中"),
        ("乌鲁木齐市第一中学", "乌市一中"),
        ("乌鲁木齐市第一中学", "乌鲁木齐一中"),
        ("乌鲁木齐市第一中学", "乌鲁木齐市一中"),
        ("乌鲁木齐市第一中学", "乌市第一中学"),
        ("乌鲁木齐市青柳第二中学", "青柳二中"),
        ("乌鲁木齐市第十三小学", "市十三小"),
        ("乌鲁木齐市友谊医院", "友谊医院"),
        ("乌鲁木齐市河东中医医院", "市河东中医院"),
        ("乌鲁木齐市水磨沟区教育局教研室", "水磨沟区教研室"),
        ("新疆维吾尔自治区人民医院", "自治区人民医院"),
        ("新疆昆仑水利勘测设计院有限公司", "昆仑水利设计院"),
        ("新疆碧源环境监测有限责任公司", "碧源环境监测"),
        ("新疆建设职业技术学院", "建设职院"),
        ("克拉玛依市第五中学", "克拉玛依五中"),
    ],
)
def test_units_have_the_short_names_that_people_use(unit: str, short: str) -> None:
    assert short in short_forms(fold(unit).text)


@pytest.mark.parametrize(
    ("unit", "common"),
    [
        ("乌鲁木齐市第一中学", "一中"),
        ("乌鲁木齐市第一中学", "第一中学"),
        ("新疆师范大学", "师范大学"),
        ("新疆师范大学", "师大"),
        ("乌鲁木齐市人民医院", "人民医院"),
        ("乌鲁木齐市图书馆", "图书馆"),
        ("新疆维吾尔自治区人民医院", "人民医院"),
    ],
)
def test_what_many_units_share_is_no_short_name(unit: str, common: str) -> None:
    assert common not in short_forms(fold(unit).text)


def test_short_names_have_three_characters_or_more() -> None:
    units = ("乌鲁木齐市第一中学", "新疆师范大学", "乌鲁木齐市医院", "伊宁市三中", "新疆大学")
    assert all(len(form) >= 3 for unit in units for form in short_forms(unit))


def test_a_reader_is_asked_for_each_character_in_each_form() -> None:
    sought = sought_characters(writings(Applicant(("韋一帆", "Wei Yifan"), ("乌鲁木齐市第一中学",))))
    assert set("韋韦一帆乌烏鲁魯中学學") <= set(sought)
    assert len(set(sought)) == len(sought)
    assert not any(c.isascii() for c in sought)


def test_a_writing_hides_its_text() -> None:
    assert "张三" not in repr(writings(Applicant(("张三",))))
