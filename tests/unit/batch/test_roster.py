"""A roster is read whatever program wrote it, and whatever its columns are called."""

from __future__ import annotations

import os
import pickle
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redact import (
    LimitError,
    MissingError,
    RosterEmptyError,
    RosterEncryptedError,
    RosterError,
    RosterHeadingsError,
    RosterMappingError,
    RosterUnreadableError,
)
from redact.pipeline.batch import Field, read_roster
from redact.pipeline.batch.headings import VARIANTS
from tests.unit.batch.rosters import HEADINGS, ID_NUMBER, PEOPLE, ROSTER, csv_text, read, read_csv, read_xlsx
from tests.unit.batch.workbooks import Failed, Rows, locked_xls, locked_xlsx, ole, packed, scattered, xls, xlsx

TEXT = csv_text(ROSTER)
FILES = {
    "xlsx": xlsx(ROSTER),
    "xls": xls(ROSTER),
    "csv in UTF-8": TEXT.encode(),
    "csv in UTF-8 with a mark": TEXT.encode("utf-8-sig"),
    "csv in GB18030": TEXT.encode("gb18030"),
    "csv in UTF-16": TEXT.encode("utf-16"),
    "csv with semicolons": csv_text(ROSTER, ";").encode("gb18030"),
    "csv with tabs": csv_text(ROSTER, "\t").encode("utf-16"),
    "csv with the line that names the delimiter": b"sep=;\r\n" + csv_text(ROSTER, ";").encode(),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_every_kind_of_file_gives_the_same_people(tmp_path: Path, content: bytes) -> None:
    roster = read(tmp_path, content)
    assert [(row.number, row.applicant.names[0], row.applicant.units[0]) for row in roster.rows] == list(PEOPLE)
    assert roster.remarks == ()


@pytest.mark.parametrize("name", ["roster.csv", "roster.xls", "roster", "名单.txt"])
def test_the_files_name_does_not_matter(tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    place.write_bytes(FILES["xlsx"])
    assert len(read_roster(place).rows) == len(PEOPLE)


@pytest.mark.parametrize(("known", "heading"), [(known, heading) for known, variants in VARIANTS.items() for heading in variants])
def test_every_usual_heading_is_recognised(tmp_path: Path, known: Field, heading: str) -> None:
    usual = dict(zip((Field.NUMBER, Field.NAMES, Field.UNITS), HEADINGS, strict=True)) | {known: heading}
    roster = read_csv(tmp_path, (tuple(usual.values()), ("A1",) * len(usual)))
    assert (known, heading) in [(column.field, column.heading) for column in roster.columns]


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("姓名*", Field.NAMES),
        ("＊姓 名", Field.NAMES),
        (" 姓\n名 ", Field.NAMES),
        ("工作单位（全称）", Field.UNITS),
        ("工作单位(与公章一致)：", Field.UNITS),
        ("【必填】工作单位", Field.UNITS),
        ("单位（简称）", Field.ALIASES),
        ("姓名（拼音）", Field.PINYIN),
        ("Ｅｍａｉｌ", Field.EMAIL),
        ("E-mail", Field.EMAIL),
    ],
)
def test_stars_spaces_width_and_hints_in_a_heading_are_overlooked(tmp_path: Path, heading: str, known: Field) -> None:
    others = [usual for usual, field in zip(HEADINGS, (Field.NUMBER, Field.NAMES, Field.UNITS), strict=True) if field is not known]
    roster = read_csv(tmp_path, ((*others, heading), ("A1",) * (len(others) + 1)))
    assert (known, heading.strip()) in [(column.field, column.heading) for column in roster.columns]


def test_titles_may_stand_above_the_headings(tmp_path: Path) -> None:
    roster = read_xlsx(tmp_path, (("2025 年申报人员名单",), (), ("填表单位：", "某某局"), *ROSTER))
    assert [row.row for row in roster.rows] == [5, 6, 7]


def test_headings_in_two_rows_are_one_heading(tmp_path: Path) -> None:
    rows: Rows = (
        ("申报编号", "姓名", "工作单位", None),
        (None, None, "全称", "简称"),
        ("A1", "沈砚秋", "青岚市第一中学", "青岚一中"),
    )
    roster = read(tmp_path, xlsx(rows, merged=("A1:A2", "B1:B2", "C1:D1")))
    assert [row.applicant.units for row in roster.rows] == [("青岚市第一中学", "青岚一中")]


def test_a_unit_that_is_merged_over_several_rows_is_the_unit_of_each(tmp_path: Path) -> None:
    rows = (HEADINGS, ("A1", "沈砚秋", "青岚市第一中学"), ("A2", "陶望舒", None), ("A3", "骆清越", None))
    roster = read(tmp_path, xlsx(rows, merged=("C2:C4",)))
    assert [row.applicant.units for row in roster.rows] == [("青岚市第一中学",)] * 3


def test_a_row_has_the_number_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    rows = (HEADINGS, PEOPLE[0], (None, None, None), PEOPLE[1])
    assert [row.row for row in read_xlsx(tmp_path, rows).rows] == [2, 4]
    assert [row.row for row in read_csv(tmp_path, rows).rows] == [2, 4]


def test_all_writings_reach_the_applicant(tmp_path: Path) -> None:
    cells = {
        "申报编号": "A1", "姓名": "沈砚秋", "曾用名": "沈秋、沈小秋", "繁体姓名": "沈硯秋", "维吾尔文姓名": "شېن يەنچيۇ",
        "拼音": "Shen Yanqiu",
        "工作单位": "青岚市第一中学", "简称": "青岚一中；市一中", "原单位": "青岚市育才中学", "身份证号": ID_NUMBER, "手机": "13800001111",
        "邮箱": "shen@qinglan.example", "文件夹": "A1\nA1-补充",
    }  # fmt: skip
    row = read_csv(tmp_path, (tuple(cells), tuple(cells.values()))).rows[0]
    assert row.applicant.names == ("沈砚秋", "沈秋", "沈小秋", "沈硯秋", "شېن يەنچيۇ", "Shen Yanqiu")
    assert row.applicant.units == ("青岚市第一中学", "青岚一中", "市一中", "青岚市育才中学")
    assert row.applicant.numbers == (ID_NUMBER, "13800001111", "shen@qinglan.example")
    assert row.files == ("A1", "A1-补充")


def test_pinyin_with_a_comma_is_sought_without_it_too(tmp_path: Path) -> None:
    row = read_csv(tmp_path, ((*HEADINGS, "拼音"), (*PEOPLE[0], "Shen, Yanqiu"))).rows[0]
    assert row.applicant.names[1:] == ("Shen, Yanqiu", "Shen Yanqiu", "Yanqiu Shen")


def test_two_columns_of_one_kind_add_up(tmp_path: Path) -> None:
    row = read_csv(tmp_path, ((*HEADINGS, "现工作单位"), (*PEOPLE[0], "青岚市教育局"))).rows[0]
    assert row.applicant.units == ("青岚市第一中学", "青岚市教育局")


def test_the_surest_column_is_taken_for_the_number(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, (("编号", *HEADINGS), ("7", *PEOPLE[0])))
    assert roster.rows[0].number == "2025-0001"
    assert roster.unused == ("编号",)


def test_a_count_of_lines_is_not_taken_for_the_number(tmp_path: Path) -> None:
    with pytest.raises(RosterHeadingsError) as caught:
        read_csv(tmp_path, (("序号", "姓名", "工作单位"), ("1", "沈砚秋", "青岚市第一中学")))
    assert caught.value.facts == {"what": "申报编号 number"}


def test_headings_that_nobody_knows_are_named(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ((*HEADINGS, "民族", "职务"), (*PEOPLE[0], "汉", "教师")))
    assert roster.unused == ("民族", "职务")


def test_a_number_that_is_kept_as_a_number_has_no_decimals(tmp_path: Path) -> None:
    rows: Rows = ((*HEADINGS, "手机"), (20250001.0, "沈砚秋", "青岚市第一中学", 13800001111.0))
    row = read_xlsx(tmp_path, rows).rows[0]
    assert (row.number, row.applicant.numbers) == ("20250001", ("13800001111",))


def test_digits_that_an_export_guards_are_unwrapped(tmp_path: Path) -> None:
    rows = ((*HEADINGS, "身份证号", "手机"), ("A1", "沈砚秋", "青岚市第一中学", f'="{ID_NUMBER}"', "'13800001111"))
    assert read_csv(tmp_path, rows).rows[0].applicant.numbers == (ID_NUMBER, "13800001111")


def test_a_mapping_goes_before_what_is_known(tmp_path: Path) -> None:
    rows = (("档号", "员工", "学校", "姓名"), ("A1", "沈砚秋", "青岚市第一中学", "陶望舒"))
    roster = read_csv(tmp_path, rows, {"number": "档号", "names": "员工", "units": "学校"})
    assert [(row.number, row.applicant.names, row.applicant.units) for row in roster.rows] == [("A1", ("沈砚秋",), ("青岚市第一中学",))]
    assert roster.unused == ("姓名",)


def test_a_mapping_may_take_one_column_for_two_things(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ROSTER, {"files": "申报编号", "number": "申报编号"})
    assert [row.files for row in roster.rows] == [(row.number,) for row in roster.rows]


def test_a_mapping_to_nothing_leaves_a_column_out(tmp_path: Path) -> None:
    rows: Rows = ((*HEADINGS, "身份证号"), (*PEOPLE[0], 6.5010219800505e17))
    roster = read(tmp_path, xlsx(rows), {"id_number": ""})
    assert roster.rows[0].applicant.numbers == ()
    assert roster.unused == ("身份证号",)


@pytest.mark.parametrize(
    "mapping", [{"units": "学校"}, {"names": "沈砚秋"}, {"aliases": "单位（简称）"}, {"number": "员工", "units": "学校"}]
)
def test_a_mapping_names_headings_that_are_there(tmp_path: Path, mapping: dict[str, str]) -> None:
    with pytest.raises(RosterMappingError) as caught:
        read_csv(tmp_path, ROSTER, mapping)
    assert caught.value.facts == {"what": f"no-such-heading: {', '.join(mapping)}"}


def test_a_mapping_names_fields_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(RosterMappingError, match=r"unknown-field; fields: number, names"):
        read_csv(tmp_path, ROSTER, {"沈砚秋": "姓名"})


@pytest.mark.parametrize(
    ("headings", "what"),
    [
        (("申报编号", "姓名"), "工作单位 units"),
        (("曾用名", "姓名"), "申报编号 number、工作单位 units"),
        (("甲", "乙", "丙"), "none-found"),
        (("申报编号", "申报编号", "姓名", "工作单位"), "two-columns number"),
    ],
)
def test_headings_that_are_not_whole_are_refused(tmp_path: Path, headings: tuple[str, ...], what: str) -> None:
    with pytest.raises(RosterHeadingsError) as caught:
        read_csv(tmp_path, (headings, ("沈砚秋",) * len(headings)))
    assert caught.value.facts == {"what": what}


def test_two_sheets_with_applicants_are_refused_since_one_would_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(RosterHeadingsError, match="several-sheets 2"):
        read(tmp_path, xlsx(ROSTER, further={"二": ROSTER}))


def test_hidden_sheets_and_sheets_of_notes_are_overlooked(tmp_path: Path) -> None:
    notes: Rows = (("填表说明",), ("一、请填写全称。",))
    assert len(read(tmp_path, xlsx(ROSTER, hidden={"旧": ROSTER}, further={"说明": notes})).rows) == len(PEOPLE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\r\n\r\n",
        csv_text((HEADINGS,)).encode(),
        csv_text((HEADINGS, ("", " ", ""))).encode(),
        xlsx(()),
        xlsx((HEADINGS,)),
    ],
)
def test_a_roster_with_nobody_in_it_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RosterEmptyError):
        read(tmp_path, content)


@pytest.mark.parametrize("content", [locked_xlsx(), locked_xls()], ids=["xlsx", "xls"])
def test_a_roster_with_a_password_is_refused_as_such(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RosterEncryptedError):
        read(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        FILES["xlsx"][:400],
        FILES["xlsx"][:-40],
        FILES["xls"][:1500],
        packed({"word/document.xml": "<document/>"}),
        ole({"WordDocument": b"a letter"}),
        b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\xff\xfe\x00",
        b"\xff\xff\xff",
        (TEXT + 'A9,"沈砚秋,青岚市第一中学\r\n').encode(),
    ],
)
def test_what_is_no_roster_or_a_damaged_one_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RosterUnreadableError):
        read(tmp_path, content)


def test_cells_in_opposite_corners_do_not_take_all_memory(tmp_path: Path) -> None:
    with pytest.raises(LimitError):
        read(tmp_path, scattered())


def test_a_roster_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingError):
        read_roster(tmp_path / "none.xlsx")


def test_a_folder_or_a_pipe_is_no_roster(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(RosterUnreadableError, match="not-a-file"):
            read_roster(place)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.text().map(str.encode) | st.text().map(lambda text: (TEXT + text).encode("utf-8")))
def test_any_other_file_is_a_typed_error_or_a_roster(tmp_path: Path, content: bytes) -> None:
    with suppress(RosterError):
        read(tmp_path, content)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["xlsx", "xls"]), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_changed_bytes_is_a_typed_error_or_a_roster(tmp_path: Path, kind: str, changes: list[tuple[int, int]]) -> None:
    content = bytearray(FILES[kind])
    for place, value in changes:
        content[place % len(content)] = value
    with suppress(RosterError, LimitError):
        read(tmp_path, bytes(content))


def test_nobody_shows_in_a_representation(tmp_path: Path) -> None:
    cells = {
        "申报编号": "A1",
        "姓名": "沈砚秋",
        "曾用名": "沈秋2",
        "工作单位": "青岚市第一中学",
        "手机": "13800001111",
        "文件": "沈砚秋.pdf",
    }
    good = cells | {"申报编号": "A2", "曾用名": "沈秋", "文件": "陶望舒.pdf"}
    roster = read_csv(tmp_path, (tuple(cells), tuple(cells.values()), tuple(good.values())))
    assert len(roster.rows) == 1
    shown = repr(roster) + "".join(remark.zh + remark.en for remark in roster.remarks)
    assert not any(word in shown for word in ("沈", "陶", "青岚", "13800001111", ".pdf"))


@pytest.mark.parametrize(
    "rows",
    [(("沈砚秋", "青岚市第一中学"),), (("姓名",), ("沈砚秋",)), ROSTER[1:], (HEADINGS, ("沈砚秋", '"青岚', "x"), ())],
)
def test_nobody_shows_in_an_error(tmp_path: Path, rows: Rows) -> None:
    with pytest.raises(RosterError) as caught:
        read(tmp_path, csv_text(rows).replace('""', '"').encode())
    assert not any(word in caught.value.zh + caught.value.en + repr(caught.value) for word in ("沈", "砚", "青岚"))


def test_a_roster_crosses_a_process_border(tmp_path: Path) -> None:
    roster = read_csv(tmp_path, ROSTER)
    assert pickle.loads(pickle.dumps(roster)) == roster


def test_a_formula_that_failed_is_found_behind_empty_lines(tmp_path: Path) -> None:
    rows: Rows = ((), ("名单",), (*HEADINGS, "简称"), (), (*PEOPLE[0], Failed()))
    assert [(remark.code, remark.row) for remark in read_xlsx(tmp_path, rows).remarks] == [("cell.error", 5)]
