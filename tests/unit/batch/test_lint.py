"""Every fault of a roster's line is said with what to do, and a line whose person is unsure is not used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redact.pipeline.batch.lint import Remark
from redact.pipeline.batch.lint_words import SENTENCES
from tests.unit.batch.rosters import HEADINGS, ID_NUMBER, ID_WITH_ZEROS, PEOPLE, codes, one, read_csv, read_xlsx
from tests.unit.batch.workbooks import Cell, Failed

ERRORS: list[tuple[str, dict[str, Cell]]] = [
    ("number.empty", {"申报编号": ""}),
    ("number.empty", {"申报编号": "/"}),
    ("number.several", {"申报编号": "A1、A2"}),
    ("number.personal", {"申报编号": ID_NUMBER}),
    ("number.personal", {"申报编号": "13800001111", "手机": "13800001111"}),
    ("number.personal", {"申报编号": "2025沈砚秋"}),
    ("name.empty", {"姓名": " "}),
    ("name.empty", {"姓名": "无"}),
    ("name.one-character", {"姓名": "沈"}),
    ("name.one-character", {"曾用名": "沈砚秋、秋"}),
    ("name.not-a-name", {"姓名": "沈砚秋2"}),
    ("name.not-a-name", {"姓名": "沈砚秋（女）"}),
    ("name.not-a-name", {"姓名": "Shen/Yanqiu"}),
    ("name.not-a-name", {"曾用名": "···"}),
    ("name.several", {"姓名": "沈砚秋 陶望舒"}),
    ("name.several", {"拼音": "Shen Yanqiu, Yanqiu Shen"}),
    ("unit.empty", {"工作单位": ""}),
    ("unit.empty", {"工作单位": "", "简称": "青岚一中"}),
    ("unit.one-character", {"简称": "青"}),
    ("unit.not-a-unit", {"简称": "……"}),
    ("files.outside", {"文件": "../别人"}),
    ("files.outside", {"文件": "/etc"}),
    ("files.outside", {"文件": "C:\\材料"}),
    ("cell.digits-lost", {"身份证号": 6.5010219800505e17}),
    ("cell.digits-lost", {"身份证号": "6.50102E+17"}),
    ("cell.digits-lost", {"身份证号": "650102198005051000"}),
    ("cell.digits-lost", {"申报编号": 2025000100020003.0}),
    ("cell.digits-lost", {"手机": "1.38E+10"}),
    ("cell.not-text", {"申报编号": True}),
    ("cell.error", {"简称": Failed()}),
    ("cell.error", {"工作单位": Failed("#REF!")}),
    ("cell.ditto", {"工作单位": "同上"}),
]
REMARKS: list[tuple[str, dict[str, Cell]]] = [
    ("number.short", {"手机": "8012"}),
    ("name.common-word", {"姓名": "高峰"}),
    ("name.in-unit", {"姓名": "沈砚秋", "工作单位": "沈砚秋书画工作室"}),
    ("unit.short", {"简称": "一中"}),
    ("unit.brackets", {"工作单位": "青岚市第一中学（原青岚市育才中学）"}),
    ("id.checksum", {"身份证号": "650102198005051234"}),
    ("id.length", {"身份证号": "65010219800505123"}),
    ("id.zeros", {"身份证号": ID_WITH_ZEROS}),
    ("cell.full-width", {"身份证号": "６５０１０２１９８００５０５１２３３"}),
    ("cell.full-width", {"工作单位": "青岚市第１中学"}),
    ("cell.spaces", {"姓名": "沈砚秋 "}),
    ("cell.spaces", {"工作单位": "\u200b青岚市第一中学"}),
]


@pytest.mark.parametrize(("code", "cells"), ERRORS)
def test_a_line_whose_person_is_unsure_is_not_used(tmp_path: Path, code: str, cells: dict[str, Cell]) -> None:
    row, remarks = one(tmp_path, **cells)
    assert codes(remarks) == [code]
    assert remarks[0].severity == "error"
    assert row is None


@pytest.mark.parametrize(("code", "cells"), REMARKS)
def test_a_line_with_a_remark_is_used(tmp_path: Path, code: str, cells: dict[str, Cell]) -> None:
    row, remarks = one(tmp_path, **cells)
    assert codes(remarks) == [code]
    assert remarks[0].severity == "remark"
    assert row is not None


@pytest.mark.parametrize(
    "cells",
    [
        {"姓名": "欧阳 修远"},
        {"姓名": "艾山 木合塔尔"},
        {"姓名": "沈 砚 秋"},
        {"姓名": "𠮷田文"},
        {"维文姓名": "تۇرغۇن ھەسەن"},
        {"拼音": "Tao, Wang Shu"},
        {"拼音": "Xi'an Ou-yang"},
        {"曾用名": "无"},
        {"身份证号": ID_NUMBER},
        {"身份证号": "650102800505123"},
        {"身份证号": "E12345678"},
        {"工作单位": "青岚（集团）有限责任公司 第3分公司"},
        {"手机": "0991-2345678"},
        {"申报编号": "新职2025第001号"},
        {"文件": "A1/论文一.pdf"},
    ],
)
def test_what_is_right_is_passed_over(tmp_path: Path, cells: dict[str, Cell]) -> None:
    row, remarks = one(tmp_path, **cells)
    assert codes(remarks) == []
    assert row is not None


def test_every_code_is_shown_above_or_below() -> None:
    among = {"number.duplicate", "name.same", "id.same", "files.shared"}
    # The search's own refusal: nothing is known that passes all checks and is refused by it.
    assert {code for code, _ in ERRORS + REMARKS} | among | {"applicant.refused"} == set(SENTENCES)


@pytest.mark.parametrize("number", ["A12", "a12", "Ａ12", " A12"])
def test_of_two_lines_with_one_number_neither_is_used(tmp_path: Path, number: str) -> None:
    roster = read_csv(tmp_path, (HEADINGS, ("A12", "沈砚秋", "青岚市第一中学"), (number, "陶望舒", "云渡市人民医院"), PEOPLE[1]))
    doubled = [remark for remark in roster.remarks if remark.code == "number.duplicate"]
    assert [(remark.row, remark.others, remark.severity) for remark in doubled] == [(2, (3,), "error"), (3, (2,), "error")]
    assert [row.row for row in roster.rows] == [4]
    assert [(line.row, line.numbers) for line in roster.set_aside] == [(2, ("A12",)), (3, ("a12" if number == "a12" else "A12",))]


def test_two_people_of_one_name_are_both_told(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, (HEADINGS, ("A1", "沈砚秋", "青岚市第一中学"), ("A2", "沈 硯秋", "云渡市人民医院")))
    assert [(remark.code, remark.row, remark.others) for remark in roster.remarks] == [("name.same", 2, (3,)), ("name.same", 3, (2,))]
    assert len(roster.rows) == 2


def test_people_whose_names_only_sound_alike_are_not(tmp_path: Path) -> None:
    roster = read_csv(
        tmp_path, ((*HEADINGS, "拼音"), ("A1", "陶炜", "青岚市第一中学", "Tao Wei"), ("A2", "陶伟", "云渡市人民医院", "Tao Wei"))
    )
    assert codes(roster.remarks) == []


def test_of_many_lines_with_one_folder_the_first_few_are_named(tmp_path: Path) -> None:
    rows = [(f"A{n}", "陶望舒", f"青岚市第{n}中学", "全部") for n in range(10, 30)]
    shared = [r for r in read_csv(tmp_path, ((*HEADINGS, "文件夹"), *rows)).remarks if r.code == "files.shared"]
    assert (shared[0].others, shared[0].more) == ((3, 4, 5, 6, 7), 14)
    assert "第 3、4、5、6、7 行和另外 14 行" in shared[0].zh
    assert "rows 3, 4, 5, 6, 7 and 14 more" in shared[0].en


def test_a_former_name_that_is_anothers_name_is_told(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ((*HEADINGS, "曾用名"), (*PEOPLE[0], "慕容知行"), (*PEOPLE[1], "")))
    assert codes(roster.remarks) == ["name.same", "name.same"]


def test_one_id_number_on_two_lines_is_told(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ((*HEADINGS, "身份证号"), (*PEOPLE[0], ID_NUMBER), (*PEOPLE[1], ID_NUMBER)))
    assert codes(roster.remarks) == ["id.same", "id.same"]
    assert len(roster.rows) == 2


def test_a_folder_that_two_people_share_is_nobodys(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ((*HEADINGS, "文件夹"), (*PEOPLE[0], "一中"), (*PEOPLE[1], "一中/")))
    assert codes(roster.remarks) == ["files.shared", "files.shared"]
    assert roster.rows == ()


def test_a_number_that_is_too_short_to_be_anyones_is_not_sought(tmp_path: Path) -> None:
    row, _ = one(tmp_path, 手机="8012、13800001111")
    assert row is not None
    assert row.applicant.numbers == ("13800001111",)


def test_what_can_be_mended_is_mended(tmp_path: Path) -> None:
    row, _ = one(tmp_path, 申报编号=" ２０２５０１", 姓名="沈砚秋\u3000", 身份证号="650102 19800505 123３", 工作单位="青岚市第１中学")
    assert row is not None
    assert (row.number, row.applicant.names, row.applicant.units) == ("202501", ("沈砚秋",), ("青岚市第1中学",))
    assert row.applicant.numbers == (ID_NUMBER,)


@pytest.mark.parametrize(
    ("unit", "units"),
    [
        ("青岚市第一中学（原青岚市育才中学）", ("青岚市第一中学（原青岚市育才中学）", "青岚市第一中学", "青岚市育才中学")),
        ("青岚市第一中学(简称：青岚一中)", ("青岚市第一中学(简称：青岚一中)", "青岚市第一中学", "青岚一中")),
        ("云渡中学（兼）", ("云渡中学（兼）", "云渡中学")),
        ("云渡建设（集团）有限公司", ("云渡建设（集团）有限公司", "云渡建设有限公司")),
        ("青岚市第一中学\n（原青岚市育才中学）", ("青岚市第一中学", "（原青岚市育才中学）", "青岚市育才中学")),
        ("青岚一中/云渡九中", ("青岚一中", "云渡九中")),
    ],
)
def test_a_unit_with_a_note_is_sought_without_it_too(tmp_path: Path, unit: str, units: tuple[str, ...]) -> None:
    row, _ = one(tmp_path, 工作单位=unit)
    assert row is not None
    assert row.applicant.units == units


def test_several_faults_of_a_line_are_all_said(tmp_path: Path) -> None:
    _, remarks = one(tmp_path, 申报编号="", 姓名="沈", 工作单位="")
    assert set(codes(remarks)) == {"number.empty", "name.one-character", "unit.empty"}


def test_lines_are_told_in_their_order(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, (HEADINGS, ("A1", "沈", "青岚市第一中学"), ("", "陶望舒", "云渡市人民医院"), ("A1", "骆清越", "")))
    assert [remark.row for remark in roster.remarks] == sorted(remark.row for remark in roster.remarks)


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_says_where_what_and_what_to_do_in_both_languages(code: str) -> None:
    remark = Remark(code, 12, "A1", None, (15, 18))
    assert remark.zh.startswith("第 12 行（申报编号 A1）：")
    assert remark.en.startswith("Row 12 (number A1): ")
    assert remark.zh.endswith("。")
    assert remark.en.endswith(".")
    assert re.search("请|不用改", remark.zh)
    assert ("不使用" in remark.zh) == (remark.severity == "error")
    assert "{" not in remark.zh + remark.en


@pytest.mark.parametrize("number", [ID_NUMBER, "填表人：陶望舒 2025", "沈砚秋1", "ShenYanqiu"])
def test_a_number_that_might_tell_a_person_is_not_quoted(tmp_path: Path, number: str) -> None:
    _, remarks = one(tmp_path, 申报编号=number, 工作单位="")
    assert remarks
    assert all(number not in remark.zh + remark.en + repr(remark) for remark in remarks)


def test_no_sentence_quotes_a_cell(tmp_path: Path) -> None:
    cells = {"姓名": "沈砚秋2", "曾用名": "秋", "工作单位": "青", "身份证号": "650102198005051234", "手机": "8012"}
    _, remarks = one(tmp_path, **cells)
    said = "".join(remark.zh + remark.en + repr(remark) for remark in remarks)
    assert not any(value in said for value in cells.values())


def test_a_note_beneath_the_table_is_set_aside_and_not_quoted(tmp_path: Path) -> None:
    roster = read_xlsx(tmp_path, (HEADINGS, PEOPLE[0], ("填表人：陶望舒", None, None)))
    assert [row.row for row in roster.rows] == [2]
    assert codes(roster.remarks) == ["name.empty", "unit.empty"]
    assert "陶" not in "".join(remark.zh + remark.en for remark in roster.remarks)


def test_lines_that_are_numbered_in_advance_are_no_lines(tmp_path: Path) -> None:
    roster = read_xlsx(tmp_path, (("序号", *HEADINGS), (1.0, *PEOPLE[0]), (2.0, None, None, None), (3.0, "", " ", "")))
    assert codes(roster.remarks) == []
