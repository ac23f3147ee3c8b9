"""CSV: encoded as its byte order mark says, else in UTF-8, else in GB18030; parted by a comma, a semicolon or a tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Final

from redact.errors import RosterUnreadableError
from redact.pipeline.batch.sheet import Sheet

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS: Final = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
DELIMITERS: Final = (",", ";", "\t")


def read_sheet(content: bytes, recognised: Callable[[Sheet], int]) -> Sheet:
    """Return the cells of a CSV file, parted by the delimiter under which most headings are `recognised`.

    Raises RosterUnreadableError: no text, a page of HTML or XML, or quotation marks that do not close.
    """
    text = _decoded(content)
    if text.lstrip().startswith("<"):
        # Many systems export a web page under the name of a workbook; Excel opens it, and so nobody notices.
        raise RosterUnreadableError(what="html-or-xml")
    sheets = list(_parted(text))
    best = max(sheets, key=recognised, default=Sheet(()))
    if len(sheets) < len(DELIMITERS) and not recognised(best):
        # The file's own delimiter may be one of those that failed.
        raise RosterUnreadableError(what="quotation-marks")
    return best


def _decoded(content: bytes) -> str:
    marked = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    for encoding in marked[:1] or ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # A text has no null characters; what has them is of another kind.
        if "\0" not in text:
            return text
    raise RosterUnreadableError(what="no-text")


def _parted(text: str) -> Iterable[Sheet]:
    for delimiter in DELIMITERS:
        try:
            # Strict: a quotation mark that does not close would take all rows after it into one cell.
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            yield Sheet(tuple(tuple(row) for row in rows))
        except csv.Error:
            continue
