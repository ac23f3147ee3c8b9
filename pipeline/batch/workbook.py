"""XLSX and XLS, told apart by content and taken apart in a child process."""

from __future__ import annotations

from typing import Final

from redact.errors import EncryptedError, RosterEncryptedError, RosterUnreadableError, UnreadableError
from redact.pipeline.batch.sheet import Lost, Sheet, Value
from redact.pipeline.intake import sandbox, wire
from redact.policy import Limits

# The first bytes of a ZIP archive, and of an OLE file.
MAGIC: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
MOST_BYTES: Final = 1 << 26
# 20,000 lines take a second. A workbook has no pages; it counts as one.
LIMITS: Final = Limits(
    bytes=MOST_BYTES, pages=1, image_pixels=1, page_pixels=1, seconds_per_page=60, seconds_per_file=240, engine_seconds=60, memory=2 << 30
)


def is_workbook(content: bytes) -> bool:
    """True for what begins as an XLSX, an XLS, or an encrypted one of either."""
    return content.startswith(MAGIC)


def read_sheets(content: bytes) -> tuple[Sheet, ...]:
    """Return the visible worksheets; a cell merged over several rows gives each of them its value.

    Raises RosterEncryptedError, RosterUnreadableError (damaged, or of another kind inside), LimitError, EngineError.
    """
    try:
        answer = sandbox.run("unpack", content, {}, LIMITS)
    except EncryptedError:
        raise RosterEncryptedError from None
    except UnreadableError:
        raise RosterUnreadableError(what="damaged") from None
    try:
        return tuple(_sheet(sheet["first"], sheet["rows"]) for sheet in answer["sheets"])
    except (LookupError, TypeError, ValueError):
        raise wire.protocol_error() from None


def _sheet(first: object, rows: list[list[object]]) -> Sheet:
    if type(first) is not int:
        raise TypeError
    return Sheet(tuple(tuple(map(_value, row)) for row in rows), first)


def _value(cell: object) -> Value:
    if isinstance(cell, dict):
        return Lost(cell["lost"])
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise TypeError
    return cell
