"""Rosters of invented people, as a clerk would keep them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from redact.pipeline.batch import Remark, Roster, RosterRow, read_roster
from tests.unit.batch.workbooks import Cell, Rows, xlsx

HEADINGS = ("申报编号", "姓名", "工作单位")
PEOPLE: tuple[tuple[Cell, ...], ...] = (
    ("2025-0001", "沈砚秋", "青岚市第一中学"),
    ("2025-0002", "慕容知行", "云渡市人民医院"),
    ("2025-0003", "阿不都外力·木合塔尔", "沙棘泉县农业技术推广站"),
)
ROSTER = (HEADINGS, *PEOPLE)
# Of right form and check character; nobody's.
ID_NUMBER = "650102198005051233"
ID_WITH_ZEROS = "650102198506014000"


def csv_text(rows: Rows, delimiter: str = ",") -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([["" if value is None else value for value in row] for row in rows])
    return file.getvalue()


def read(folder: Path, content: bytes, mapping: Mapping[str, str] | None = None) -> Roster:
    place = folder / "roster"
    place.write_bytes(content)
    return read_roster(place, mapping)


def read_csv(folder: Path, rows: Rows, mapping: Mapping[str, str] | None = None) -> Roster:
    return read(folder, csv_text(rows).encode(), mapping)


def read_xlsx(folder: Path, rows: Rows, mapping: Mapping[str, str] | None = None) -> Roster:
    return read(folder, xlsx(rows), mapping)


def one(folder: Path, **cells: Cell) -> tuple[RosterRow | None, tuple[Remark, ...]]:
    """Return what becomes of one person whose cells are as usual but for those given, by heading."""
    record = dict(zip(HEADINGS, PEOPLE[0], strict=True)) | cells
    lost = any(value is not None and not isinstance(value, str) for value in record.values())
    rows = (tuple(record), tuple(record.values()))
    roster = read_xlsx(folder, rows) if lost else read_csv(folder, rows)
    return next(iter(roster.rows), None), roster.remarks


def codes(remarks: tuple[Remark, ...]) -> list[str]:
    return [remark.code for remark in remarks]
