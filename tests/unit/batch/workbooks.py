"""Tiny workbooks, written part by part: XLSX by zipfile, XLS as an OLE file with BIFF8 records in it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SECTOR = 512
# A stream shorter than this would stand in another table.
LEAST_STREAM = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@dataclass(frozen=True)
class Failed:
    """A cell whose formula failed."""

    code: str = "#N/A"


Cell = str | float | bool | Failed | None
Rows = Sequence[Sequence[Cell]]


def xlsx(
    rows: Rows, merged: Sequence[str] = (), hidden: Mapping[str, Rows] | None = None, further: Mapping[str, Rows] | None = None
) -> bytes:
    """Return an XLSX with the rows on a visible sheet, and further sheets. `merged`: references such as "C2:C4"."""
    sheets = [("名单", "visible", rows), *(("选项", "hidden", r) for r in (hidden or {}).values())]
    sheets += [(name, "visible", r) for name, r in (further or {}).items()]
    parts = {f"xl/worksheets/sheet{n}.xml": _worksheet(r, merged if n == 1 else ()) for n, (_, _, r) in enumerate(sheets, 1)}
    return packed(parts | _about([(name, state) for name, state, _ in sheets]))


def packed(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{part}')
    return file.getvalue()


def scattered() -> bytes:
    """Return an XLSX with two cells in opposite corners of the largest sheet."""
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{corners}</sheetData></worksheet>'
    return packed({"xl/worksheets/sheet1.xml": sheet} | _about([("名单", "visible")]))


def _about(sheets: Sequence[tuple[str, str]]) -> dict[str, str]:
    numbered = list(enumerate(sheets, 1))
    named = "".join(f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>' for n, (name, state) in numbered)
    related = "".join(f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n, _ in numbered)
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
    }


def _worksheet(rows: Rows, merged: Sequence[str]) -> str:
    lines = "".join(
        f'<row r="{y}">' + "".join(_cell(value, f"{chr(64 + x)}{y}") for x, value in enumerate(row, 1)) + "</row>"
        for y, row in enumerate(rows, 1)
    )
    merges = f'<mergeCells count="{len(merged)}">' + "".join(f'<mergeCell ref="{m}"/>' for m in merged) + "</mergeCells>" if merged else ""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData>{merges}</worksheet>'


def _cell(value: Cell, place: str) -> str:
    match value:
        case None:
            return ""
        case Failed(code):
            return f'<c r="{place}" t="e"><v>{code}</v></c>'
        case bool():
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        case _:
            return f'<c r="{place}"><v>{value!r}</v></c>'


def xls(rows: Rows) -> bytes:
    """Return an XLS (BIFF8) with texts and numbers on one sheet."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for y, row in enumerate(rows):
        sheet += b"".join(_biff_cell(y, x, value) for x, value in enumerate(row))
    sheet += _record(0x000A, b"")
    name = "名单".encode("utf-16-le")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    where = len(start) + 4 + 8 + len(name) + 4
    about = _record(0x0085, struct.pack("<IBBBB", where, 0, 0, len(name) // 2, 1) + name)
    return ole({"Workbook": start + about + _record(0x000A, b"") + sheet})


def locked_xls() -> bytes:
    """Return an XLS whose first record after the start says that a password is needed."""
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    return ole({"Workbook": start + _record(0x002F, struct.pack("<HHHH", 1, 0x1234, 0x5678, 0)) + _record(0x000A, b"")})


def locked_xlsx() -> bytes:
    """Return the husk that a password puts around an XLSX."""
    return ole({"EncryptedPackage": bytes(LEAST_STREAM), "EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40)})


def _biff_cell(row: int, column: int, value: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        text = value.encode("utf-16-le")
        return _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    return _record(0x0203, place + struct.pack("<d", value)) if isinstance(value, (int, float)) else b""


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE compound file: header, table of sectors, directory, streams."""
    bodies = [stream.ljust(max(LEAST_STREAM, -(-len(stream) // SECTOR) * SECTOR), b"\0") for stream in streams.values()]
    chain, starts = [FAT, END], []
    for body in bodies:
        starts.append(len(chain))
        count = len(body) // SECTOR
        chain += [*range(starts[-1] + 1, starts[-1] + count), END]
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, body) in enumerate(zip(streams, bodies, strict=True), 1):
        entries.append(_entry(name, 2, starts[number - 1], len(body), right=number + 1 if number < len(bodies) else FREE))
    entries += [_entry("", 0, 0, 0)] * (4 - len(entries))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        bytes(16),
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        LEAST_STREAM,
        END,
        0,
        END,
        0,
    )
    header += struct.pack("<109I", 0, *[FREE] * 108)
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    return header + table + b"".join(entries) + b"".join(bodies)


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE, right: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    return struct.pack("<64sHBBIII16sI8s8sIQ", text, length, kind, 1, FREE, right, child, bytes(16), 0, bytes(8), bytes(8), start, size)
