"""XLSX and XLS, told apart by content, read by python-calamine.

Three things are looked up in an XLSX beforehand, since calamine does not say them: how far its cells lie apart (it keeps the whole
rectangle, and two cells in opposite corners would take more memory than there is), which cells hold an error (it gives them as
empty, and a former name that a formula failed to find would not be sought), and how large its parts are.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final, NoReturn
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from redact.errors import LimitError, RosterEncryptedError, RosterUnreadableError
from redact.pipeline.batch.sheet import Lost, Sheet, Value

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# 16.7 million: what the largest XLS can hold, and 100 columns for 160,000 applicants.
MOST_CELLS: Final = 1 << 24
MOST_BYTES_UNPACKED: Final = 1 << 29
_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_RELATION_ID = re.compile(r"\{[^}]*/relationships\}id$")
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
# What zipfile and ElementTree raise for a file that is cut off, changed, encrypted by the archiver, or of another kind.
_DAMAGES = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, EOFError, OSError, LookupError, ValueError, RuntimeError)

Place = tuple[int, int]
"""Row and column of a cell, from 0."""


def is_workbook(content: bytes) -> bool:
    """True for what begins as an XLSX, an XLS, or an encrypted one of either."""
    return content.startswith((ZIP, COMPOUND))


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return the visible worksheets; a cell merged over several rows gives each of them its value.

    Raises RosterEncryptedError, RosterUnreadableError (damaged, or no workbook of a kind that we read), LimitError.
    """
    failed = _failed_cells(content) if content.startswith(ZIP) else {}
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        visible = [
            (about.name, workbook.get_sheet_by_name(about.name))
            for about in workbook.sheets_metadata
            if about.typ is SheetTypeEnum.WorkSheet and about.visible is SheetVisibleEnum.Visible
        ]
        return tuple(_sheet(sheet, failed.get(name, frozenset())) for name, sheet in visible)
    except PasswordError:
        raise RosterEncryptedError from None
    except CalamineError:
        raise _unreadable(content) from None
    except BaseException as error:  # noqa: BLE001 - a panic of Rust code is no Exception; all else is raised again
        _refuse_panic(error)


def _refuse_panic(error: BaseException) -> NoReturn:
    # What Rust did not expect comes as no Exception; only its name tells it from an interruption.
    if type(error).__name__ == "PanicException" or isinstance(error, (OverflowError, ValueError)):
        raise RosterUnreadableError(what="damaged") from None
    raise error


def _unreadable(content: bytes) -> RosterEncryptedError | RosterUnreadableError:
    # An encrypted XLSX is an OLE file with a stream of this name, in UTF-16.
    if content.startswith(COMPOUND) and "EncryptedPackage".encode("utf-16-le") in content:
        return RosterEncryptedError()
    return RosterUnreadableError(what="damaged")


def _sheet(sheet: CalamineSheet, failed: frozenset[Place]) -> Sheet:
    top, left = sheet.start or (0, 0)
    rows: list[list[Value]] = [list(row) for row in sheet.to_python()]
    for row, column in failed:
        if 0 <= row - top < len(rows) and 0 <= column - left < len(rows[row - top]):
            rows[row - top][column - left] = Lost.ERROR
    for (first, column), (last, _) in sheet.merged_cell_ranges or ():
        _fill_down(rows, column - left, first - top, last - top)
    return Sheet(tuple(map(tuple, rows)), first=top + 1)


def _fill_down(rows: list[list[Value]], column: int, first: int, last: int) -> None:
    """Give a cell's value to the rows that it is merged over: one unit's name stands once beside all its people."""
    if not 0 <= first < len(rows) or not 0 <= column < len(rows[first]):
        return
    for row in rows[first + 1 : last + 1]:
        row[column] = rows[first][column]


def _failed_cells(content: bytes) -> dict[str, frozenset[Place]]:
    """Return for each sheet of an XLSX, by its name, the cells that hold an error. Raises as `read_sheets` does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if unpacked > MOST_BYTES_UNPACKED:
                raise LimitError(what="roster bytes", value=unpacked, limit=MOST_BYTES_UNPACKED)
            return {name: _failed_in(archive, part) for name, part in _parts(archive).items() if part in archive.namelist()}
    except _DAMAGES:
        raise RosterUnreadableError(what="damaged") from None


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
