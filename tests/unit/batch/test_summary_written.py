"""The summary's files appear whole, name nobody, do nothing when opened, and are the same for the same batch."""

from __future__ import annotations

import csv
import io
import re
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from redact.errors import DestinationError
from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.shards import Shard
from redact.pipeline.batch.summary import BatchState, write_summary
from redact.pipeline.batch.summary.tables import harmless
from redact.pipeline.batch.uploads import SetAside as UploadAside
from tests.unit.batch.batches import NAMES, applicant, batch, large, roster, row

FILES = ["index.en.html", "index.html", "set-aside.csv", "summary.csv", "summary.xlsx"]
PAGES = ["index.html", "index.en.html"]


def written(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.is_file()}


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheet(out: Path, name: str) -> list[list[object]]:
    return [list(line) for line in CalamineWorkbook.from_path(str(out / "summary.xlsx")).get_sheet_by_name(name).to_python()]


def summed(out: Path, finished: bool = False) -> BatchState:
    state = large(out, finished)
    write_summary(out, state)
    return state


def links(text: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)"', text)


def test_the_files_stand_beside_the_outputs_and_nothing_else_does(tmp_path: Path) -> None:
    summed(tmp_path)
    assert list(written(tmp_path)) == FILES


def test_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    state = summed(tmp_path)
    first = written(tmp_path)
    write_summary(tmp_path, state)
    assert written(tmp_path) == first


def test_a_new_summary_takes_the_place_of_the_old_one_whole(tmp_path: Path) -> None:
    state = summed(tmp_path)
    with (tmp_path / "index.html").open("rb") as held:
        write_summary(tmp_path, replace(state, finished=True))
        # Who began to read it reads it to its end.
        assert "每 30 秒自动刷新".encode() in held.read()
    assert "每 30 秒自动刷新".encode() not in (tmp_path / "index.html").read_bytes()


def test_the_workbook_may_be_written_more_seldom(tmp_path: Path) -> None:
    state = summed(tmp_path)
    before = written(tmp_path)
    write_summary(tmp_path, replace(state, written=state.written + timedelta(minutes=1)), workbook=False)
    changed = {name for name, content in written(tmp_path).items() if content != before[name]}
    assert changed == {"index.html", "index.en.html"}


def test_shares_do_not_write_over_each_other(tmp_path: Path) -> None:
    state = large(tmp_path)
    write_summary(tmp_path, replace(state, shard=Shard(2, 8)))
    assert list(written(tmp_path)) == [
        "index-2of8.en.html",
        "index-2of8.html",
        "set-aside-2of8.csv",
        "summary-2of8.csv",
        "summary-2of8.xlsx",
    ]
    page = (tmp_path / "index-2of8.html").read_text()
    assert "第 2 / 8 份" in page
    assert {"index-2of8.en.html", "summary-2of8.xlsx", "set-aside-2of8.csv"} <= set(links(page))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    state = large(tmp_path)
    (tmp_path / "index.html").mkdir()
    with pytest.raises(DestinationError):
        write_summary(tmp_path, state)
    assert not list(tmp_path.glob(".redact-*"))


def test_paths_stand_in_one_file_that_its_owner_alone_reads(tmp_path: Path) -> None:
    summed(tmp_path)
    told = lines((tmp_path / "set-aside.csv").read_bytes())
    assert [(line["序号 no."], line["路径 path"]) for line in told][:2] == [
        ("1", "2025-0006/材料.zip/职称证.pdf"),
        ("2", "2025-0042/论文.pdf"),
    ]
    assert stat.S_IMODE((tmp_path / "set-aside.csv").stat().st_mode) == 0o600


def test_no_other_file_holds_a_name_a_unit_or_a_path(tmp_path: Path) -> None:
    summed(tmp_path)
    cells = " ".join(
        str(cell)
        for name in CalamineWorkbook.from_path(str(tmp_path / "summary.xlsx")).sheet_names
        for line in sheet(tmp_path, name)
        for cell in line
    )
    texts = [cells, *((tmp_path / name).read_text() for name in ("index.html", "index.en.html", "summary.csv"))]
    for text in texts:
        assert not [word for word in (*NAMES, "青岚市", "材料.zip", "论文", "合影", "HYPERLINK") if word in text]


def test_the_number_of_a_set_aside_upload_is_the_same_everywhere(tmp_path: Path) -> None:
    summed(tmp_path)
    assert [line["搁置 set aside"] for line in lines((tmp_path / "summary.csv").read_bytes()) if line["申报编号 number"] == "2025-0006"][
        -1
    ] == "1"
    assert sheet(tmp_path, "搁置")[1][:3] == [1.0, "2025-0006", "压缩包里的文件设有密码"]
    assert '<th scope="row">#1</th><td>压缩包里的文件设有密码' in (tmp_path / "index.html").read_text()


def test_the_csv_opens_in_excel_with_its_characters(tmp_path: Path) -> None:
    summed(tmp_path)
    assert (tmp_path / "summary.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (tmp_path / "set-aside.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_csv_has_a_line_for_each_upload_and_each_applicant_without(tmp_path: Path) -> None:
    state = summed(tmp_path)
    told = lines((tmp_path / "summary.csv").read_bytes())
    assert [line["材料 file"] for line in told if line["材料 file"]] == [one.place.stem for one in state.rows]
    assert {line["申报编号 number"] for line in told} == {*(one.number for one in state.roster.rows), "2025-0042", "名单第 44 行"}


def test_a_line_of_the_csv_says_verdict_reason_and_where_the_files_are(tmp_path: Path) -> None:
    summed(tmp_path)
    line = next(line for line in lines((tmp_path / "summary.csv").read_bytes()) if line["材料 file"] == "2025-0004-003")
    assert line == {
        "申报编号 number": "2025-0004",
        "灯 light": "黄",
        "材料 file": "2025-0004-003",
        "结论 verdict": "需人工复核",
        "状态代码 state": "review",
        "页数 pages": "2",
        "原因和办法 why, and what to do": "2025-0004-003 第 1 页：申报人的姓名也是常用词，此处不能确定是不是姓名，没有遮盖。"
        "请人工查看：指申报人的，请补画遮盖。",
        "原因代码 codes": "common-word",
        "抽查 spot check": "",
        "遮盖后的文件 masked file": "review/2025-0004/2025-0004-003.pdf",
        "校验报告 report": "reports/2025-0004/2025-0004-003.html",
        "搁置 set aside": "",
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠x", " =1", "\u3000=1", "\ufeff=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["2025-0001", "第 1 页", "", "a=b", 3, 0.5, -1])
def test_any_other_cell_is_left_as_it_is(value: str | float) -> None:
    assert harmless(value) == value


def test_a_path_that_is_a_formula_does_not_run(tmp_path: Path) -> None:
    summed(tmp_path)
    assert lines((tmp_path / "set-aside.csv").read_bytes())[4]["路径 path"] == "'=HYPERLINK(1)/封面.pdf"


def test_the_workbook_holds_no_formula(tmp_path: Path) -> None:
    people = roster(applicant("2025-0001", 2))
    write_summary(tmp_path, batch(row("2025-0001", 1, State.FAILED, reason="input.damaged"), people=people))
    workbook = CalamineWorkbook.from_path(str(tmp_path / "summary.xlsx"))
    assert not [cell for name in workbook.sheet_names for line in sheet(tmp_path, name) for cell in line if str(cell).startswith("=")]


def test_the_workbook_has_a_sheet_for_each_question(tmp_path: Path) -> None:
    summed(tmp_path)
    assert CalamineWorkbook.from_path(str(tmp_path / "summary.xlsx")).sheet_names == [
        "申报人", "材料", "要做的事", "抽查", "名单提示", "搁置", "统计", "原因统计",
    ]  # fmt: skip


def test_the_workbook_has_the_text_to_send_back(tmp_path: Path) -> None:
    summed(tmp_path)
    line = next(line for line in sheet(tmp_path, "申报人") if line[0] == "2025-0012")
    assert line[2] == "红"
    assert str(line[10]).startswith("申报编号 2025-0012：您上传的材料有以下问题")


def test_numbers_of_applicants_stay_texts_in_the_workbook(tmp_path: Path) -> None:
    write_summary(tmp_path, batch(row("0002025", 1, State.RELEASED)))
    assert sheet(tmp_path, "申报人")[1][0] == "0002025"


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_page_leads_to_a_place_beside_it(tmp_path: Path, name: str) -> None:
    state = summed(tmp_path)
    outputs = {one.output for one in state.rows if one.output}
    for link in links((tmp_path / name).read_text()):
        folder_of_outputs = any(output.startswith(link) for output in outputs)
        assert link in outputs or folder_of_outputs or (tmp_path / link).exists(), link
        assert not re.match(r"/|[a-z]+:|\.\.", link)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_loads_nothing_and_runs_nothing(tmp_path: Path, name: str) -> None:
    summed(tmp_path)
    page = (tmp_path / name).read_text()
    assert "<script" not in page
    assert not re.search(r"https?://|\bon[a-z]+=|url\(|@import|<img|<link|<iframe", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("name", PAGES)
def test_the_page_reloads_itself_only_while_the_batch_runs(tmp_path: Path, name: str) -> None:
    summed(tmp_path)
    assert '<meta http-equiv="refresh" content="30">' in (tmp_path / name).read_text()
    summed(tmp_path, finished=True)
    assert 'http-equiv="refresh"' not in (tmp_path / name).read_text()


def test_the_page_says_when_it_was_written_and_in_which_zone(tmp_path: Path) -> None:
    summed(tmp_path)
    assert "2025-11-03 20:46:00 (UTC+08:00)" in (tmp_path / "index.html").read_text()


def test_each_language_leads_to_the_other_and_reloads_as_itself(tmp_path: Path) -> None:
    summed(tmp_path)
    chinese, english = ((tmp_path / name).read_text() for name in PAGES)
    assert '<html lang="zh-CN">' in chinese
    assert '<html lang="en">' in english
    assert '<a href="index.html" lang="zh-CN" hreflang="zh-CN" aria-current=page>' in chinese
    assert '<a href="index.en.html" lang="en" hreflang="en" aria-current=page>' in english


def test_the_english_page_is_in_english(tmp_path: Path) -> None:
    summed(tmp_path)
    page = (tmp_path / "index.en.html").read_text()
    body = page[page.index("<main>") :]
    assert not re.findall(r"[\u4e00-\u9fff]", body.replace("申报编号", ""))


@pytest.mark.parametrize(("finished", "words"), [(False, "运行中"), (True, "已结束")])
def test_the_page_says_whether_the_batch_runs(tmp_path: Path, finished: bool, words: str) -> None:
    summed(tmp_path, finished)
    assert f"<strong>{words}</strong>" in (tmp_path / "index.html").read_text()


def test_a_batch_that_was_stopped_is_not_called_finished(tmp_path: Path) -> None:
    write_summary(tmp_path, batch(row("2025-0001", 1, State.RELEASED), row("2025-0001", 2, State.WAITING), finished=True))
    assert "<strong>已停止</strong>" in (tmp_path / "index.html").read_text()


def test_a_hundred_per_cent_is_said_when_nothing_is_left(tmp_path: Path) -> None:
    rows = [row("2025-0001", running, State.RELEASED) for running in range(1, 400)]
    write_summary(tmp_path, batch(*rows, row("2025-0001", 400, State.RUNNING)))
    assert "<title>99 %" in (tmp_path / "index.html").read_text()


def test_a_reason_that_looks_like_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    write_summary(tmp_path, batch(aside=[UploadAside(("a.pdf",), "<b>new</b>")]))
    page = (tmp_path / "index.html").read_text()
    assert "<b>new" not in page
    assert "&lt;b&gt;new" in page


def test_a_batch_with_nothing_in_it_has_a_summary_too(tmp_path: Path) -> None:
    write_summary(tmp_path, batch())
    assert "全部做完。" in (tmp_path / "index.html").read_text()
    assert lines((tmp_path / "summary.csv").read_bytes()) == []


def test_a_cell_that_is_too_long_for_excel_says_where_the_rest_is(tmp_path: Path) -> None:
    failed = [row("2025-0001", running, State.FAILED, reason="input.unsupported") for running in range(1, 500)]
    write_summary(tmp_path, batch(*failed))
    letter = str(sheet(tmp_path, "申报人")[1][10])
    assert len(letter) < 32_767
    assert letter.endswith("（其余见 summary.csv more in summary.csv）")


def colours(style: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"), ("soft", "paper"), ("soft", "ground"), ("ink", "grey-ground"), ("blue", "paper"), ("paper", "blue"),
        ("green", "green-ground"), ("amber", "amber-ground"), ("red", "red-ground"), ("grey", "grey-ground"),
    ],
)  # fmt: skip
def test_the_pages_texts_can_be_read_by_weak_eyes(tmp_path: Path, ink: str, ground: str) -> None:
    write_summary(tmp_path, batch())
    known = colours((tmp_path / "index.html").read_text())
    light, dark = sorted((luminance(known[ink]), luminance(known[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
