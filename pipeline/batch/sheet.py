"""A roster as a grid of cells, whatever file it came from."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import Enum


class Lost(Enum):
    """A cell whose value the spreadsheet itself could not give (#N/A, #REF!)."""

    ERROR = "error"


Value = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | Lost


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet, "" where nothing stands. `first`: the 1-based line, as a spreadsheet counts, of rows[0]."""

    rows: tuple[tuple[Value, ...], ...] = field(repr=False)
    first: int = 1
