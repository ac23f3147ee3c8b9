"""A roster as a grid of cells, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Lost(Enum):
    """A cell whose value is gone. The values are codes of the lint."""

    ERROR = "cell.error"  # a formula that failed: #N/A, #REF!
    NOT_TEXT = "cell.not-text"  # a date or a truth value that a text was taken for
    DIGITS = "cell.digits-lost"  # a number beyond all numbers


Value = str | float | Lost


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet, "" where nothing stands. `first`: the 1-based line, as a spreadsheet counts, of rows[0]."""

    rows: tuple[tuple[Value, ...], ...] = field(repr=False)
    first: int = 1
