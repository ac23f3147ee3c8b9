"""The roster of a batch: who is sought in whose materials."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redact.applicant import Applicant
from redact.errors import LimitError, MissingError, RosterEmptyError, RosterMappingError, RosterUnreadableError
from redact.pipeline.batch import delimited, workbook
from redact.pipeline.batch.cells import Record, record
from redact.pipeline.batch.headings import Column, Field, Table, recognised, table
from redact.pipeline.batch.lint import Remark, applicant_of, lint
from redact.pipeline.batch.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One applicant. `number`: the 申报编号; `row`: 1-based line in the sheet; `files`: names of files or folders, as given."""

    number: str
    row: int
    applicant: Applicant = field(repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A line that is not used: what tells its materials, so that they are set aside for its sake and not as nobody's."""

    row: int
    numbers: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Roster:
    """What a roster file says. `rows`: the lines that can be used; `set_aside`: those with errors; `remarks`: about both.

    `columns`: which heading was taken for what, in the order of the sheet; `unused`: the headings that were not.
    """

    rows: tuple[RosterRow, ...]
    columns: tuple[Column, ...]
    unused: tuple[str, ...]
    remarks: tuple[Remark, ...]
    set_aside: tuple[SetAside, ...] = ()


def read_roster(path: Path, mapping: Mapping[str, str] | None = None) -> Roster:
    """Return the roster of an XLSX, XLS or CSV file, told apart by content.

    `mapping`: for a field of `Field`, the heading that holds it, as it stands in the file; "" leaves the field out. It goes before
    the headings that are known.
    Raises MissingError, LimitError, RosterUnreadableError, RosterEncryptedError, RosterHeadingsError, RosterMappingError,
    RosterEmptyError. What is wrong with a single line is no error but a remark.
    """
    wanted = _fields(mapping or {})
    found = table(_sheets(_content(path), wanted), wanted)
    records = _records(found)
    remarks = lint(records)
    errors = {remark.row for remark in remarks if remark.severity == "error"}
    rows = tuple(_row(line) for line in records if line.row not in errors)
    aside = tuple(SetAside(line.row, line.of(Field.NUMBER), line.of(Field.FILES)) for line in records if line.row in errors)
    return Roster(rows, found.columns, found.unused, remarks, aside)


def _fields(mapping: Mapping[str, str]) -> dict[Field, str]:
    unknown = [name for name in mapping if name not in set(Field)]
    if unknown:
        # Not the unknown name itself: who swaps the two sides of an entry may have written anything there.
        raise RosterMappingError(what=f"unknown-field; fields: {', '.join(Field)}")
    return {Field(name): heading for name, heading in mapping.items()}


def _content(path: Path) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RosterUnreadableError(what="not-a-file")
        if status.st_size > workbook.MOST_BYTES:
            raise LimitError(what="roster bytes", value=status.st_size, limit=workbook.MOST_BYTES)
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MissingError from None
    except (OSError, ValueError):
        raise RosterUnreadableError(what="not-readable") from None


def _sheets(content: bytes, wanted: Mapping[Field, str]) -> tuple[Sheet, ...]:
    if workbook.is_workbook(content):
        sheets = workbook.read_sheets(content)
    else:
        sheets = (delimited.read_sheet(content, lambda sheet: recognised(sheet, wanted)),)
    if not any(any(map(_stands, row)) for sheet in sheets for row in sheet.rows):
        raise RosterEmptyError
    return sheets


def _stands(value: object) -> bool:
    return value.strip() != "" if isinstance(value, str) else True


def _records(found: Table) -> list[Record]:
    records = [record(row, cells, found.columns) for row, cells in found.lines]
    filled = [line for line in records if not line.blank]
    if not filled:
        raise RosterEmptyError
    return filled


def _row(line: Record) -> RosterRow:
    return RosterRow(line.of(Field.NUMBER)[0], line.row, applicant_of(line), line.of(Field.FILES))
