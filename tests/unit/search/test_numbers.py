"""Numbers that lead to a person are found by their form or their label, in every setting of forms; other numbers stay."""

import time
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.finding import Category, NumberKind
from redact.page import Word
from redact.search.identity import is_id, is_old_id
from redact.search.numbers import find_numbers
from tests.unit.search.pages import EM, ENGINE, column, line

# Of a county that does not exist.
COUNTY = "659901"
OLD = "659901850312123"
WITH_X = "65990119850312009"


def checked(digits: str) -> str:
    """The number with its check character, by the standard's own congruence: the weighted sum is 1 mod 11."""
    rest = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(digits)) % 11
    return digits + "0123456789X"[(1 - rest) % 11]


OWN = checked(f"{COUNTY}19850312123")
# The tables of traditional characters are loaded with the first text.
UNTIMED = settings(deadline=None)
DATES = st.dates(date(1930, 1, 1), date(2010, 12, 31))
NUMBERS = st.builds(lambda day, rest: checked(f"{COUNTY}{day:%Y%m%d}{rest:03d}"), DATES, st.integers(0, 999))


def covered(words: Sequence[Word], *kinds: NumberKind) -> list[str]:
    """The characters of each word whose middle lies in a finding."""
    findings = find_numbers(words, kinds or tuple(NumberKind), ENGINE)
    return [
        "".join(c for c, place in zip(w.text or "", w.characters, strict=True) if any(f.quad.contains(*place.centre) for f in findings))
        for w in words
    ]


def one(text: str, *kinds: NumberKind) -> str:
    return covered([line(text)], *kinds)[0]


def row(*texts: str, gap: float = 4.0, y: float = 0.0) -> list[Word]:
    words: list[Word] = []
    x = 0.0
    for text in texts:
        words.append(line(text, x, y))
        x += (len(text) + gap) * EM
    return words


# ID numbers


@UNTIMED
@given(NUMBERS, st.lists(st.integers(1, 17), max_size=5, unique=True), st.sampled_from([" ", "-", "  ", "　", "."]))
def test_an_id_number_is_found_whole_in_any_grouping(number: str, cuts: list[int], between: str) -> None:
    text = "".join(between * (i in cuts) + c for i, c in enumerate(number))
    assert one(f"本人{text}已核", NumberKind.ID_NUMBER) == text


@UNTIMED
@given(NUMBERS, st.lists(st.integers(1, 17), max_size=5, unique=True), st.floats(0, 12))
def test_an_id_number_is_found_over_words_and_boxes(number: str, cuts: list[int], gap: float) -> None:
    edges = [0, *sorted(cuts), len(number)]
    pieces = [number[a:b] for a, b in pairwise(edges)]
    assert covered(row(*pieces, gap=gap), NumberKind.ID_NUMBER) == pieces


@UNTIMED
@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True).filter(lambda text: not is_id(text)))
def test_a_run_of_eighteen_without_its_check_character_and_label_is_no_id_number(run: str) -> None:
    assert one(f"流水{run}元", NumberKind.ID_NUMBER) == ""


@UNTIMED
@given(NUMBERS, st.integers(0, 17), st.integers(1, 9))
def test_beside_its_label_a_misread_id_number_is_found(number: str, at: int, off: int) -> None:
    wrong = number[:at] + str((int(number[at].replace("X", "9")) + off) % 10) + number[at + 1 :]
    assert one(f"身份证号：{wrong}，", NumberKind.ID_NUMBER) == wrong


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("digits as letters", OWN.replace("0", "O", 1).replace("1", "l", 1)),
        ("full width", OWN.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})),
        ("boxes' lines", "|".join(OWN)),
        ("a small x", checked(WITH_X).replace("X", "x")),
        ("a cross for the X", checked(WITH_X).replace("X", "×")),
    ],
)
def test_an_id_number_is_found_as_readers_read_it(written: str, read: str) -> None:
    assert one(read, NumberKind.ID_NUMBER).strip("|") == read, written


def test_the_check_character_of_the_example_is_an_x() -> None:
    assert checked(WITH_X)[-1] == "X"


@pytest.mark.parametrize("number", ["999901" + OWN[6:], COUNTY + "19851312" + OWN[14:], COUNTY + "18850312" + OWN[14:]])
def test_an_id_number_has_a_province_and_a_day_of_birth(number: str) -> None:
    assert not is_id(checked(number[:17]))


def test_an_old_id_number_is_found_by_its_date_or_its_label() -> None:
    assert one(f"证件{OLD}号", NumberKind.ID_NUMBER) == OLD
    assert one("流水659901859912123号", NumberKind.ID_NUMBER) == ""
    assert one("身份证 659901859912123", NumberKind.ID_NUMBER) == "659901859912123"
    assert not is_old_id("659901859912123")


def test_a_number_hidden_in_part_by_stars_is_masked_whole() -> None:
    assert one("身份证号：659901********123X", NumberKind.ID_NUMBER) == "659901********123X"


# Phones


@pytest.mark.parametrize(
    "number",
    ["13900000001", "139 0000 0001", "139-0000-0001", "+86 139 0000 0001", "(+86)13900000001", "139O000000l", "0991-1234567",
     "(0991)1234567", "010-12345678", "0991-1234567-801", "+86-991-1234567",
     "１３９００００００01"],
)  # fmt: skip
def test_a_phone_is_found_by_its_form(number: str) -> None:
    assert one(f"请拨{number}。", NumberKind.PHONE) == number


@pytest.mark.parametrize("label", ["电话：", "联系电话 ", "Tel: ", "传真", "FAX:", "手机(必填)：", "聯繫電話："])
def test_a_number_beside_a_phone_label_is_a_phone(label: str) -> None:
    assert one(f"{label}1234567；", NumberKind.PHONE) == "1234567"


def test_every_phone_of_a_list_is_found() -> None:
    assert one("电话：1234567、7654321", NumberKind.PHONE) == "1234567、7654321"


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-04",
        "电话 2019-03-04",
        "139000000012",
        "第1390000000号",
        "ISSN 1009-3516",
        "12900000001",
        "3.13900000001",
        "1000-1234567",
        "电话 801",
    ],
)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert one(text, NumberKind.PHONE) == ""


def test_the_cells_of_a_table_of_numbers_are_no_phones() -> None:
    table = [word for i in range(4) for word in row("13900", "123456", "1585", gap=1.0, y=i * 2 * EM)]
    assert covered(table) == [""] * len(table)


# E-mail


@pytest.mark.parametrize(
    "address",
    ["a.b-c_1@example.cn", "li@mail.example.edu.cn", "li @ example . com", "li@example,com", "ＬＩ＠example.com", "li©example.com"],
)
def test_an_address_is_found_however_it_is_read(address: str) -> None:
    assert one(f"来信寄{address}，谢谢", NumberKind.EMAIL) == address


def test_beside_its_label_an_address_needs_no_at_sign() -> None:
    for address in ("li8example.com", "li.exampleãexample", "li_exampleexample."):
        assert one(f"电子邮箱：{address}", NumberKind.EMAIL) == address
    assert one("E-mail address", NumberKind.EMAIL) == ""


def test_a_number_ends_where_the_next_label_touches_it() -> None:
    assert one("传：0991-1234567E-mail:li@example.com", NumberKind.PHONE) == "0991-1234567"


@pytest.mark.parametrize("text", ["www.example.com", "Copyright © 2019 Example", "3@", "E-mail"])
def test_other_text_is_no_address(text: str) -> None:
    assert one(text, NumberKind.EMAIL) == ""


def test_an_address_that_its_cell_breaks_is_found_in_both_lines() -> None:
    words = [line("电子邮箱", 0, 0.6 * EM), line("li.example@mail.", 8 * EM, 0), line("example.com", 8 * EM, 1.2 * EM)]
    assert covered(words) == ["", "li.example@mail.", "example.com"]


# Certificates


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("证书编号：", "ZC2024-00123"), ("证书号:", "20240012345"), ("编 号：", "新职证字第2024123号"),
        ("资格证书号", "20146510012345678"),
        ("学位证书编号：", "1075542016000123"), ("毕业证书编号：", "107551201605001234"), ("No. ", "0012345678"),
        ("注册编号：", "A651234567"),
        ("证书编号：", "〔2024〕第12号"), ("证书编号：", "（2024第4728号"),
        ("证书編號：", "XJ123456"), ("Certificate No. ", "GB-20140012"), ("管理号：", "10652012345"),
    ],
)  # fmt: skip
def test_the_value_beside_a_certificates_label_is_found(label: str, number: str) -> None:
    assert one(label + number, NumberKind.CERTIFICATE) == number


@pytest.mark.parametrize(
    "text",
    ["乌教发〔2025〕12号", "编号：乌教发〔2025〕12号", "编号：乌教发（202512号",
     "文章编号：1009-3516(2019)01-0001", "项目编号：2019D01A12", "准印证号：65-1234567",
     "证书编号 发证日期 2019年3月", "编号 12", "Vol. 3 No. 20241", "证书编号：见附件"],
)  # fmt: skip
def test_numbers_of_documents_papers_and_projects_stay(text: str) -> None:
    assert one(text, NumberKind.CERTIFICATE) == ""


# Dates of birth


@pytest.mark.parametrize(
    "day",
    [
        "1985年3月12日",
        "1985 年 3 月",
        "1985.03",
        "1985-3-12",
        "1985/03/12",
        "19850312",
        "198503",
        "1985",
        "一九八五年三月十二日",
        "l985.O3",
        "１９８５．０３",
    ],
)
def test_a_date_beside_its_label_is_a_date_of_birth(day: str) -> None:
    for label in ("出生年月：", "出 生 日 期 ", "生日", "出生"):
        assert one(label + day, NumberKind.BIRTH_DATE) == day


@pytest.mark.parametrize("day", ["March 12, 1985", "12 Mar 1985", "12/03/1985", "1985-03-12"])
def test_a_date_of_birth_is_found_in_english(day: str) -> None:
    assert one(f"Date of Birth: {day}", NumberKind.BIRTH_DATE) == day


@pytest.mark.parametrize(
    ("text", "day"), [("女，1985年3月出生，汉族", "1985年3月"), ("1985.03.12生，", "1985.03.12"), ("（1985—），女", "1985")]
)
def test_a_date_is_told_by_what_follows_it(text: str, day: str) -> None:
    assert one(text, NumberKind.BIRTH_DATE) == day


@pytest.mark.parametrize(
    "text",
    [
        "参加工作时间 2005.07",
        "2019年3月12日",
        "2019年出生率",
        "1985年学生",
        "出生地 1985年",
        "任职时间：1998.09",
        "（2024—）",
        "1985年生产",
    ],
)
def test_other_dates_stay(text: str) -> None:
    assert one(text, NumberKind.BIRTH_DATE) == ""


# How forms set them


def test_a_value_stands_in_the_next_cell_however_wide() -> None:
    words = [line("证书编号"), line("ZC2024001", 25 * EM), line("发证日期", 40 * EM), line("2019.03.05", 50 * EM)]
    assert covered(words) == ["", "ZC2024001", "", ""]


def test_a_label_in_two_lines_of_its_cell_has_its_value_beside_both() -> None:
    form = (("出生", 0, 0), ("年月", 0, 1.2), ("1985.03", 5, 0.6), ("参加", 14, 0), ("工作", 14, 1.2), ("2005.07", 19, 0.6))
    words = [line(text, x * EM, y * EM) for text, x, y in form]
    assert covered(words) == ["", "", "1985.03", "", "", ""]


def test_a_labels_column_is_followed_down_and_its_neighbours_are_not() -> None:
    heads = [line("证书编号", 10 * EM), line("发证日期", 30 * EM)]
    rows = ((3, ("A2019001", "2019.03")), (6, ("B2020002", "2020.04")))
    cells = [line(text, x * EM, y * EM) for y, pair in rows for x, text in zip((10, 30), pair, strict=True)]
    assert covered([*heads, *cells]) == ["", "", "A2019001", "", "B2020002", ""]


@pytest.mark.parametrize("head", ["教师资格证书编号", "本人联系电话", "参加人员手机"])
def test_a_columns_head_may_say_whose_number_it_is(head: str) -> None:
    assert covered([line(head), line("13900000001", 0, 3 * EM)]) == ["", "13900000001"]


def test_a_misread_first_line_of_a_label_does_not_hide_its_second() -> None:
    for upper, lower in (("牧师资格", "证书编号"), ("教师资格", "址书编号")):
        words = [line(upper, 0, 0), line(lower, 0, 1.2 * EM), line("83211651026874777", 8 * EM, 0.5 * EM)]
        assert covered(words) == ["", "", "83211651026874777"]


def test_a_column_ends_where_another_label_stands() -> None:
    words = [line("证书编号"), line("A2019001", 0, 3 * EM), line("学时", 0, 6 * EM), line("20190001", 0, 9 * EM)]
    assert covered(words)[-1] == ""


def test_a_number_that_a_line_breaks_is_found_in_both_lines() -> None:
    words = [line(f"兹证明某某（身份证号：{OWN[:8]}"), line(f"{OWN[8:]}）系我单位职工", 0, 1.6 * EM)]
    assert covered(words) == [OWN[:8], OWN[8:]]


def test_a_column_of_upright_characters_is_read_downwards() -> None:
    assert covered([column(f"电话{'13900000001'}")]) == ["13900000001"]


def test_a_turned_page_is_searched_as_well() -> None:
    words = [line("出生年月", turned=1.5707963), line("1985.03", 0, 9 * EM, turned=1.5707963)]
    assert covered(words) == ["", "1985.03"]


# What is asked


def test_a_finding_says_its_kind_and_nothing_of_the_text() -> None:
    (found,) = find_numbers([line(f"身份证号：{OWN}")], [NumberKind.ID_NUMBER], ENGINE)
    assert (found.category, found.hint) == (Category.NUMBER, "id-number")
    assert OWN not in repr(found)


def test_only_the_kinds_that_are_asked_for_are_found() -> None:
    text = f"身份证号：{OWN}，电话：13900000001，出生年月：1985.03"
    assert one(text, NumberKind.PHONE) == "13900000001"
    assert find_numbers([line(text)], [], ENGINE) == ()


@pytest.mark.parametrize(
    "text", ["1" * 20_000, "a." * 10_000, "1 " * 10_000, "电话" * 10_000, "证书编号：" + "A-" * 10_000, "身 " * 10_000]
)
def test_a_hostile_line_is_searched_in_no_time(text: str) -> None:
    start = time.process_time()
    find_numbers([line(text)], tuple(NumberKind), ENGINE)
    assert time.process_time() - start < 10
