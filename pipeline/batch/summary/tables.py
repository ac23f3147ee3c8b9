"""The summary as tables: CSV, a workbook, and the list of set-aside uploads, which alone holds paths."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.summary.notes import Note
from redact.pipeline.batch.summary.overview import Applicant, Overview, Upload
from redact.pipeline.batch.summary.state import OPEN
from redact.pipeline.batch.summary.wording import LIGHT_SHORT, STATE, WHO, Light, Who
from redact.pipeline.batch.uploads import SetAside

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float
Heading = tuple[str, int]
BOM: Final = "\ufeff"
# A spreadsheet takes what begins so for a formula, and some formulas start programs; the wide forms count in Chinese editions.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What Excel holds in one cell, and how many links it holds on one sheet.
_MOST_CHARACTERS: Final = 32_000
_MOST_LINKS: Final = 60_000

_NUMBER: Final = ("申报编号 number", 16)
_WHAT: Final = ("内容 what", 100)
_CODE: Final = ("代码 code", 24)
_FILE: Final = ("遮盖后的文件 masked file", 40)
_REPORT: Final = ("校验报告 report", 40)


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its headings with their widths in characters, its lines. `links`: the columns that lead to a file of ours."""

    name: str
    headings: tuple[Heading, ...]
    lines: tuple[tuple[Cell, ...], ...]
    links: frozenset[int] = frozenset()


def harmless(value: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: a text that would be one gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    return f"'{value}" if value.lstrip(" \u3000\ufeff").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def csv_bytes(overview: Overview) -> bytes:
    """Return summary.csv: a line for each upload, and one for each applicant without."""
    return _csv(_uploads(overview))


def set_aside_bytes(set_aside: Sequence[SetAside], overview: Overview) -> bytes:
    """Return set-aside.csv: the path of each upload that was not processed, under the number by which the other files name it."""
    lines = [
        (
            aside.number,
            "/".join(one.parts),
            aside.cause.what.zh,
            aside.cause.advice.zh,
            "、".join(title.zh for title in aside.hinted),
            aside.code,
        )
        for one, aside in zip(set_aside, overview.aside, strict=True)
    ]
    headings = ("序号 no.", "路径 path", "原因 reason", "怎么办 what to do", "路径指向 hints at", "代码 code")
    return _csv(Table("", tuple((heading, 0) for heading in headings), tuple(lines)))


def xlsx_bytes(overview: Overview) -> bytes:
    """Return summary.xlsx: sheets of applicants, uploads, what to do, the sample, the roster's remarks, set-aside uploads."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        # Not now, but the state's own time: the same state gives the same bytes.
        book.set_properties({"created": overview.state.written.astimezone(UTC).replace(tzinfo=None)})
        head = book.add_format({"bold": True, "bg_color": "#E8EDF2", "border": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        link = book.add_format({"text_wrap": True, "valign": "top", "font_color": "#1D4F91", "underline": 1})
        for table in (_applicants(overview), _uploads(overview), *_rest(overview)):
            _fill(book.add_worksheet(table.name), table, head, body, link)
    return file.getvalue()


def _csv(table: Table) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([heading for heading, _ in table.headings])
    writer.writerows([harmless(cell) for cell in line] for line in table.lines)
    return (BOM + file.getvalue()).encode("utf-8", "replace")


def _fill(sheet: Worksheet, table: Table, head: Format, body: Format, link: Format) -> None:
    for column, (heading, width) in enumerate(table.headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, head)
    links = 0
    for row, line in enumerate(table.lines, start=1):
        for column, cell in enumerate(line):
            if column in table.links and cell and links < _MOST_LINKS:
                links += 1
                sheet.write_url(row, column, f"external:{cell}", link, str(cell))
            else:
                _put(sheet, row, column, cell, body)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(len(table.lines), 1), len(table.headings) - 1)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, _short(str(harmless(cell))), style)
    else:
        sheet.write_number(row, column, cell, style)


def _short(text: str) -> str:
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}……（其余见 summary.csv more in summary.csv）"


def _applicants(overview: Overview) -> Table:
    headings = (
        _NUMBER, ("名单行 row", 8), ("灯 light", 8), ("材料 uploads", 8), ("通过 released", 8), ("需复核 review", 8),
        ("未通过 blocked", 8), ("无法处理 failed", 8), ("未做完 open", 8), ("搁置 set aside", 8), ("退回意见 send back", 70),
        ("需要您处理 for you to do", 50), ("告诉管理员 administrator", 40),
    )  # fmt: skip
    return Table("申报人", headings, tuple(_applicant(applicant) for applicant in overview.applicants))


def _applicant(applicant: Applicant) -> tuple[Cell, ...]:
    return (
        applicant.title.zh,
        applicant.line or "",
        LIGHT_SHORT[applicant.light].zh,
        len(applicant.uploads),
        applicant.count(State.RELEASED),
        applicant.count(State.REVIEW),
        applicant.count(State.BLOCKED),
        applicant.count(State.FAILED, State.QUARANTINED),
        applicant.count(*OPEN),
        sum(not aside.junk for aside in applicant.aside),
        applicant.letter.zh if applicant.letter else "",
        _joined(applicant.to_do(Who.CLERK)),
        _joined(applicant.to_do(Who.ADMIN)),
    )


def _uploads(overview: Overview) -> Table:
    headings = (
        _NUMBER, ("灯 light", 8), ("材料 file", 18), ("结论 verdict", 12), ("状态代码 state", 12), ("页数 pages", 8),
        ("原因和办法 why, and what to do", 80), ("原因代码 codes", 24), ("抽查 spot check", 8), _FILE,
        ("校验报告 report", 40), ("搁置 set aside", 10),
    )  # fmt: skip
    lines = [line for applicant in overview.applicants for line in _lines_of(applicant)]
    return Table("材料", headings, tuple(lines), frozenset({9, 10}))


def _lines_of(applicant: Applicant) -> Iterator[tuple[Cell, ...]]:
    """Give a line for each upload and each set-aside upload of an applicant; a line alone for who has neither."""
    before = (applicant.title.zh, LIGHT_SHORT[applicant.light].zh)
    whole = tuple(note for note in applicant.notes if not note.stem and note.aside is None)
    for upload in applicant.uploads:
        yield (*before, *_upload(upload))
    for note in applicant.notes:
        if note.aside is not None:
            yield (*before, "", "搁置", "set-aside", "", note.says.zh, note.code, "", "", "", note.aside)
    if whole or not (applicant.uploads or applicant.aside):
        why = whole[0].says.zh if whole else "；".join(remark.zh for remark in applicant.remarks if not applicant.used)
        yield (*before, "", "", "", "", why, " ".join(note.code for note in whole), "", "", "", "")


def _upload(upload: Upload) -> tuple[Cell, ...]:
    row = upload.row
    codes = " ".join(dict.fromkeys(note.code for note in upload.notes))
    chosen = "抽查" if upload.sampled else ""
    why = _joined(upload.notes)
    return (row.place.stem, STATE[row.state].zh, row.state.value, row.pages, why, codes, chosen, row.output or "", upload.report or "", "")


def _rest(overview: Overview) -> Iterator[Table]:
    yield _to_do(overview)
    yield _sample(overview)
    yield _remarks(overview)
    yield _aside(overview)
    counts: list[tuple[Cell, ...]] = [(STATE[state].zh, uploads, pages) for state, (uploads, pages) in overview.counts().items()]
    counts.append((f"写于 written {overview.state.moment}", "", ""))
    yield Table("统计", (("结论 verdict", 30), ("材料 uploads", 10), ("页数 pages", 10)), tuple(counts))
    why = [(one.cause.what.zh, one.code, WHO[one.cause.who].zh, one.uploads) for one in overview.why]
    yield Table("原因统计", (("原因 reason", 60), _CODE, ("谁 who", 14), ("材料 uploads", 10)), tuple(why))


def _to_do(overview: Overview) -> Table:
    lines = [
        (applicant.title.zh, WHO[note.cause.who].zh, note.where.zh, f"{note.cause.what.zh}。{note.cause.advice.zh}", note.code)
        for applicant in overview.lit(Light.RED, Light.YELLOW, Light.GREY)
        for note in applicant.notes
    ]
    return Table("要做的事", (_NUMBER, ("谁 who", 14), ("哪里 where", 26), _WHAT, _CODE), tuple(lines))


def _sample(overview: Overview) -> Table:
    headings = (("文件夹 folder", 16), ("材料 file", 18), _FILE, _REPORT, ("抽查人 by", 12), ("结果 result", 30))
    lines = [(one.row.place.folder, one.row.place.stem, one.row.output or "", one.report or "", "", "") for one in overview.sample]
    return Table("抽查", headings, tuple(lines), frozenset({2, 3}))


def _remarks(overview: Overview) -> Table:
    lines = [(one.row, one.number, "不使用" if one.severity == "error" else "提示", one.zh, one.code) for one in overview.remarks]
    return Table("名单提示", (("名单行 row", 8), _NUMBER, ("程度 severity", 8), _WHAT, _CODE), tuple(lines))


def _aside(overview: Overview) -> Table:
    headings = (("序号 no.", 8), ("路径指向 hints at", 24), ("原因 reason", 50), ("怎么办 what to do", 50), _CODE)
    lines = [
        (one.number, "、".join(title.zh for title in one.hinted), one.cause.what.zh, one.cause.advice.zh, one.code)
        for one in overview.aside
    ]
    return Table("搁置", headings, tuple(lines))


def _joined(notes: Iterable[Note]) -> str:
    return "\n".join(note.says.zh for note in notes)
