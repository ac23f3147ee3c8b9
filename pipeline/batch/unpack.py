"""The child's part of reading a workbook: XLSX and XLS by python-calamine, as JSON.

Run by the sandbox alone: calamine panics on some damaged files, and ends its process on others.

Three things are looked up in an XLSX beforehand, since calamine does not say them: how far its cells lie apart (it keeps the whole
rectangle, and two cells in opposite corners would take more memory than there is), which cells hold an error (it gives them as
empty, and a former name that a formula failed to find would not be sought), and how large its parts are.
"""

from __future__ import annotations

import io
import json
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final, TypeVar
from xml.etree import ElementTree

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from redact.errors import DamagedError, EncryptedError, LimitError
from redact.pipeline.batch.sheet import Lost, Value
from redact.pipeline.intake.wire import MOST_HEADER

ZIP = b"PK\x03\x04"
# What a frame can carry, should every cell be as short as may be.
MOST_CELLS: Final = 1 << 22
MOST_BYTES_UNPACKED: Final = 1 << 29
MOST_BYTES_TOLD: Final = MOST_HEADER - 1024
# An encrypted XLSX is an OLE file with a stream of this name.
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# MS-XLS: a workbook's first record, and the one soon after it that says how it is encrypted. Each begins with its kind and size.
START, FILE_PASS, RECORD = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x002F, struct.Struct("<HH")
SECTOR: Final = 512
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION_ID = re.compile(r"\{[^}]*/relationships\}id$")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
# What zipfile and ElementTree raise for a file that is cut off, changed, encrypted by the archiver, or of another kind.
_DAMAGES = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError, LookupError, ValueError, RuntimeError)

T = TypeVar("T")
Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def unpack(content: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return {"sheets": [{"first", "rows"}]} of the visible worksheets; a cell merged over several rows gives each of them its value.

    A cell is a text, a number, or {"lost": code}. `parameters`: none. Raises EncryptedError, DamagedError, LimitError.
    """
    failed = _failed_cells(content) if content.startswith(ZIP) else {}
    sheets = {"sheets": [_told(sheet, failed.get(name, frozenset())) for name, sheet in _visible(content)]}
    told = len(json.dumps(sheets, ensure_ascii=False, separators=(",", ":")).encode())
    if told > MOST_BYTES_TOLD:
        raise LimitError(what="roster bytes of cells", value=told, limit=MOST_BYTES_TOLD)
    return sheets


def _visible(content: bytes) -> list[tuple[str, CalamineSheet]]:
    if not content.startswith(ZIP) and (ENCRYPTED in content or _has_file_pass(content)):
        raise EncryptedError
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            (about.name, workbook.get_sheet_by_name(about.name))
            for about in workbook.sheets_metadata
            if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible
        ]
    except BaseException:  # noqa: BLE001 - a panic of Rust code is no Exception; nobody interrupts a child
        raise DamagedError(what="workbook") from None


def _has_file_pass(content: bytes) -> bool:
    """True for an XLS that needs a password: calamine, which has to guess the kind of a file without a name, then calls it unknown."""
    start = content.find(START)
    at, end = start, start + SECTOR
    while start >= 0 and at + RECORD.size <= min(end, len(content)):
        kind, size = RECORD.unpack_from(content, at)
        if kind == FILE_PASS:
            return True
        at += RECORD.size + size
    return False


def _told(sheet: CalamineSheet, failed: frozenset[Place]) -> dict[str, Any]:
    top, left = sheet.start or (0, 0)
    rows = [[_value(cell) for cell in row] for row in sheet.to_python()]
    for row, column in failed:
        if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]):
            rows[row - top][column - left] = Lost.ERROR
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        _fill_down(rows, column - left, first - top, last - top)
    return {"first": top + 1, "rows": [[_coded(cell) for cell in _without_end(row)] for row in _without_end(rows)]}


def _value(cell: object) -> Value:
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return Lost.NOT_TEXT
    return Lost.DIGITS if isinstance(cell, float) and not math.isfinite(cell) else cell


def _coded(value: Value) -> object:
    return {"lost": value.value} if isinstance(value, Lost) else value


def _without_end(cells: list[T]) -> list[T]:
    """Return a row, or rows, without the empty ones at the end: formatted cells reach far."""
    last = max((index for index, cell in enumerate(cells) if _stands(cell)), default=-1)
    return cells[: last + 1]


def _stands(cell: object) -> bool:
    return any(map(_stands, cell)) if isinstance(cell, list) else cell != ""


def _fill_down(rows: list[list[Value]], column: int, first: int, last: int) -> None:
    """Give a cell's value to the rows that it is merged over: one unit's name stands once beside all its people."""
    if not 0 <= first < len(rows) or not 0 <= column < len(rows[first]):
        return
    for row in rows[first + 1 : last + 1]:
        row[column] = rows[first][column]


def _failed_cells(content: bytes) -> dict[str, frozenset[Place]]:
    """Return for each sheet of an XLSX, by its name, the cells that hold an error. Raises as `unpack` does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > MOST_BYTES_UNPACKED:
                raise LimitError(what="roster bytes unpacked", value=unpacked, limit=MOST_BYTES_UNPACKED)
            return {name: _failed_in(archive, part) for name, part in _parts(archive).items() if part in archive.namelist()}
    except _DAMAGES:
        raise DamagedError(what="workbook") from None


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the archive's member that holds each sheet."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in ElementTree.fromstring(archive.read(_RELATIONS))}
    parts = {}
    for element in ElementTree.fromstring(archive.read(_WORKBOOK)).iter():
        if element.tag.endswith("}sheet"):
            known = next((value for key, value in element.items() if _RELATION_ID.search(key)), None)
            target = targets.get(known, "")
            parts[element.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts


def _failed_in(archive: zipfile.ZipFile, part: str) -> frozenset[Place]:
    rows, columns, failed = set[int](), set[int](), set[Place]()
    with archive.open(part) as stream:
        for (row, column), kind in _cells(stream):
            rows.add(row)
            columns.add(column)
            if kind == "e":
                failed.add((row, column))
    cells = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) if rows else 0
    if cells > MOST_CELLS:
        raise LimitError(what="roster cells", value=cells, limit=MOST_CELLS)
    return frozenset(failed)


def _cells(stream: IO[bytes]) -> Iterator[tuple[Place, str]]:
    """Yield the place and type of each cell. One without a reference stands behind the one before it."""
    row, column = -1, -1
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if (event, tag) == ("start", "row"):
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif (event, tag) == ("start", "c"):
            found = _REFERENCE.fullmatch(element.get("r", ""))
            row, column = (int(found[2]) - 1, _column(found[1])) if found else (row, column + 1)
            yield (row, column), element.get("t", "")
        elif (event, tag) == ("end", "row"):
            element.clear()  # or a small file would become a large tree


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
