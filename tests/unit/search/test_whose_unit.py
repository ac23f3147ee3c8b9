"""Whose unit: short names as people form them, addresses, and neither another unit nor a piece of a word."""

import pytest

from redact.applicant import Applicant
from redact.errors import ApplicantError
from redact.search import cautions, fold, writings
from redact.search.units import short_forms
from tests.unit.search.pages import applicant, covered, line
from tests.unit.search.test_whose_name import verdict


@pytest.mark.parametrize(
    ("unit", "shorts"),
    [
        ("乌鲁木齐市第一中学", "市一中 乌市一中 乌鲁木齐一中"),
        ("乌鲁木齐市第八十三中学", "市八十三中 市83中 乌市83中 乌鲁木齐市第83中学"),
        ("乌鲁木齐县第一中学", "乌鲁木齐县一中 县一中"),
        ("乌鲁木齐市沙依巴克区第四小学", "沙区四小 沙依巴克区四小 沙区第四小学"),
        ("新疆医科大学第一附属医院", "新医大一附院 医大一附院 新疆医大一附院 新疆医科大学一附院"),
        ("新疆师范大学附属中学", "新疆师大附中 师大附中"),
        ("新疆农业大学", "新疆农大 新农大"),
        ("乌鲁木齐市第四人民医院", "市四院 市第四医院 乌市四院"),
        ("新疆维吾尔自治区疾病预防控制中心", "自治区疾控中心 新疆疾控中心"),
        ("乌鲁木齐市沙依巴克区长江路街道社区卫生服务中心", "长江路社区卫生服务中心"),
        ("新疆农业科学院园艺研究所", "新疆农科院园艺研究所 农科院园艺研究所"),
        ("新疆远川勘察设计研究院", "新疆远川设计院 远川设计院"),
        ("新疆远山建设集团有限公司", "远山建设集团 新疆远山建设集团有限责任公司 远山建设"),
        ("乌鲁木齐远山工程咨询有限责任公司", "远山工程咨询 远山工程咨询有限公司"),
        ("乌鲁木齐远山材料股份有限公司", "远山材料 远山材料公司"),
        ("乌鲁木齐市卫生健康委员会", "市卫健委 乌市卫健委"),
        ("巴音郭楞蒙古自治州人民医院", "巴州人民医院"),
        ("新疆生产建设兵团第二中学", "兵团二中"),
    ],
)
def test_short_names_are_formed_as_people_do(unit: str, shorts: str) -> None:
    found = set(short_forms(fold(unit).text))
    assert {s for s in shorts.split() if s not in found and not any(f.endswith(s) for f in found)} == set()


@pytest.mark.parametrize(
    ("unit", "shared"),
    [
        ("新疆大学", "新大"),
        ("新疆医科大学第一附属医院", "一附院"),
        ("新疆农业大学", "农业大学"),
        ("新疆师范大学附属中学", "附属中学"),
        ("伊犁哈萨克自治州第二高级中学", "第二高级中学"),
        ("新疆维吾尔自治区疾病预防控制中心", "疾病预防控制中心"),
        ("乌鲁木齐市卫生健康委员会", "卫健委"),
    ],
)
def test_what_several_units_are_called_is_not_derived(unit: str, shared: str) -> None:
    assert shared not in short_forms(fold(unit).text)


def test_short_names_are_marked_as_derived() -> None:
    found = writings(Applicant(("王伟",), ("乌鲁木齐市第一中学",)))
    assert {w.origin for w in found if w.text == "市一中"} == {"derived"}
    assert {w.how for w in found if w.text == "市一中"} == {"short-name"}


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("乌鲁木齐市第一中学", "乌鲁木齐市第二中学"),
        ("乌鲁木齐市第一中学", "乌鲁木齐市第十一中学"),
        ("乌鲁木齐市第一中学", "乌鲁木齐县第一中学"),
        ("乌鲁木齐市第一中学", "喀什市一中"),
        ("乌鲁木齐市第一中学", "乌市一中心"),
        ("乌鲁木齐市第一中学", "城市一中心区"),
        ("乌鲁木齐县第一中学", "莎车县一中"),
        ("乌鲁木齐市第八十三中学", "市83中心"),
        ("乌鲁木齐市友谊医院", "北京友谊医院"),
        ("新疆师范大学附属中学", "华东师大附中"),
        ("新疆医科大学第一附属医院", "新疆医科大学第二附属医院"),
    ],
)
@pytest.mark.parametrize("score", [0.9, 0.99])
def test_another_unit_stays(unit: str, other: str, score: float) -> None:
    assert covered([line(f"就读于{other}", score=score)], applicant("闻人不知", units=[unit])) == [""]


def test_another_company_that_was_read_with_confidence_stays() -> None:
    assert covered([line("新疆远川建设集团有限公司")], applicant("闻人不知", units=["新疆远山建设集团有限公司"])) == [""]


@pytest.mark.parametrize(
    "text",
    ["新医大一附院心内科", "医大一附院2019年先进", "新疆医科大学第一附属医院文件", "新疆医大一附院", "（新疆医科大学一附院）"],
)
def test_letterheads_and_running_text_are_found(text: str) -> None:
    assert covered([line(text)], applicant("闻人不知", units=["新疆医科大学第一附属医院"])) != [""]


@pytest.mark.parametrize(
    "given", ["qlxy.edu.cn", "www.qlxy.edu.cn", "http://www.qlxy.edu.cn/index.html", "office@qlxy.edu.cn", "@qlxy.edu.cn"]
)
@pytest.mark.parametrize("text", ["网址：www.qlxy.edu.cn", "http://jwc.qlxy.edu.cn/a/1", "E-mail: li.si@qlxy.edu.cn", "QLXY . EDU . CN"])
def test_addresses_of_the_unit_are_sought_by_their_domain(given: str, text: str) -> None:
    found = "".join(covered([line(text)], applicant("闻人不知", units=[given]))).lower().replace(" ", "")
    assert "qlxy.edu.cn" in found


@pytest.mark.parametrize("text", ["www.sqlxy.edu.cn", "qlyy.edu.cn", "qlxy.edu.cnki"])
def test_another_domain_stays(text: str) -> None:
    assert covered([line(text)], applicant("闻人不知", units=["qlxy.edu.cn"])) == [""]


# Bad input


@pytest.mark.parametrize(("names", "units"), [(("王",), ()), (("王伟",), ("校",)), (("王伟",), ("……",)), ((), ("某某小学",))])
def test_what_cannot_be_sought_is_refused(names: tuple[str, ...], units: tuple[str, ...]) -> None:
    with pytest.raises(ApplicantError):
        Applicant(names, units)


@pytest.mark.parametrize(
    ("names", "units", "codes"),
    [
        (("王伟",), ("青岚市第一中学",), ()),
        (("王伟",), (), ("applicant.no-unit",)),
        (("高峰",), ("青岚市第一中学",), ("applicant.common-word",)),
        (("王伟",), ("青岚市第一中学", "一中"), ("applicant.short-unit",)),
        (("王伟",), ("青岚市第一中学", "实验室"), ("applicant.short-unit",)),
        (("王伟",), ("王伟律师事务所",), ("applicant.name-in-unit",)),
        (("远山", "高峰"), ("远山小学",), ("applicant.common-word", "applicant.name-in-unit")),
    ],
)
def test_a_record_that_asks_for_care_is_said_so(names: tuple[str, ...], units: tuple[str, ...], codes: tuple[str, ...]) -> None:
    assert cautions(Applicant(names, units)) == codes


def test_a_name_that_the_unit_begins_with_is_masked_in_both() -> None:
    who = applicant("王伟", units=["王伟律师事务所"])
    assert covered([line("王伟律师事务所主任王伟")], who) == ["王伟律师事务所王伟"]


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("一中", "mask"),
        ("工作单位：一中", "mask"),
        ("一中教师王伟", "mask"),
        ("任教于一中", "mask"),
        ("走在一中门外的路上", "open"),
        ("喀什第一中学", "stay"),
        ("青岚一中心", "stay"),
        ("唯一中标人", "stay"),
    ],
)
def test_a_unit_of_two_characters_is_masked_where_it_stands_as_one(text: str, becomes: str) -> None:
    assert verdict("", text, units=("一中",)) == becomes


@pytest.mark.parametrize(
    ("text", "becomes"), [("实验室", "mask"), ("工作单位：实验室", "mask"), ("在实验室条件下培养", "open"), ("重点实验室主任会", "open")]
)
def test_a_unit_that_is_a_word_is_masked_where_it_stands_as_one(text: str, becomes: str) -> None:
    assert verdict("", text, units=("实验室",)) == becomes
