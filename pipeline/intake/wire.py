"""What passes from the child to its parent: frames of a JSON header and raw bytes.

A frame is `>IQ` (length of the header, length of the body), the header, the body. The first key of a header is its
kind: {"opened"} once, {"page"} with a body of RGB bytes, {"answer"} of a job that answers once, {"error"}, {"end"}.

The parent trusts no word of it: a decoder that was taken over must not be able to make the parent allocate without
bound, nor to pass words of the document on as an error's facts or a doubt's code.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any, TypeGuard

import numpy as np

from redact.errors import (
    DamagedError,
    EmptyError,
    EncryptedError,
    EngineError,
    Fact,
    LimitError,
    RedactError,
    UnreadableError,
    UnsupportedError,
    UsageError,
)
from redact.geometry import Point, Quad
from redact.page import Page, Pixels, Word
from redact.pipeline.intake import doubts
from redact.pipeline.medium import Codec, IntakePage, Medium

PREFIX = struct.Struct(">IQ")
MOST_HEADER = 16 << 20
MOST_CHARACTERS = 60_000  # of one page's text layer; a full newspaper page has 20,000
TEXT_LAYER = "text-layer"
Header = dict[str, Any]

_ERRORS: dict[str, type[RedactError]] = {
    kind.code: kind
    for kind in (DamagedError, EmptyError, EncryptedError, EngineError, LimitError, UnreadableError, UnsupportedError, UsageError)
}
_FACT_NAMES = frozenset({"what", "value", "limit", "engine"})
_FACT = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,39}")


def protocol_error() -> EngineError:
    """Return the error for a child that does not keep to this module."""
    return EngineError(engine="decoder", what="protocol")


def pack(header: Header, body_bytes: int = 0) -> bytes:
    """Return the prefix and the header of a frame; the body follows as it is."""
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    return PREFIX.pack(len(text), body_bytes) + text


def unpack(text: bytes) -> Header:
    """Return a frame's header. Raises EngineError where it is no JSON object."""
    try:
        header = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise protocol_error() from None
    if not isinstance(header, dict):
        raise protocol_error()
    return header


def _refuse(_: str) -> None:
    raise ValueError("no number")


def error_header(error: RedactError) -> Header:
    """Return the header that tells the parent of an error."""
    return {"error": error.code, "page": error.page, "facts": error.facts}


def error_of(header: Header) -> RedactError:
    """Return the error that a header tells of: a class and facts from closed tables, never a free word."""
    kind = _ERRORS.get(header["error"]) if isinstance(header["error"], str) else None
    facts, page = header.get("facts"), header.get("page")
    if kind is None or not isinstance(facts, dict) or not (page is None or _is_integer(page, 1, 1_000_000)):
        return protocol_error()
    if not all(name in _FACT_NAMES and _is_fact(value) for name, value in facts.items()):
        return protocol_error()
    return kind(page=page, **facts)


def _is_fact(value: object) -> TypeGuard[Fact]:
    return bool(_FACT.fullmatch(value)) if isinstance(value, str) else _is_integer(value, 0, 10**15)


def opened_header(page_count: int, codes: Sequence[str]) -> Header:
    """Return the header that opens a document of `page_count` pages."""
    return {"opened": page_count, "doubts": list(codes)}


def opened_of(header: Header, most_pages: int) -> tuple[int, tuple[str, ...]]:
    """Return the number of pages and the doubts about the whole file. Raises EngineError."""
    count = header.get("opened")
    if not _is_integer(count, 1, most_pages):
        raise protocol_error()
    return count, _doubts(header)


def page_header(page: IntakePage) -> Header:
    """Return the header of a page; its body is the RGB bytes, row by row."""
    medium = page.medium
    return {
        "page": page.page.number,
        "width": page.page.width,
        "height": page.page.height,
        "dpi": page.page.dpi,
        "doubts": list(page.doubts),
        "medium": {
            "codec": medium.codec.value,
            "size_pt": list(medium.size_pt),
            "grey": medium.grey,
            "native": medium.native,
            "quantisation": [list(table) for table in medium.quantisation],
            "subsampling": medium.subsampling,
        },
        "words": [_word_row(word) for word in page.page.words],
    }


def page_size(header: Header, number: int, most_pixels: int) -> tuple[int, int]:
    """Return (height, width) px of the page that a header announces. Raises EngineError for another page or a size over the limit."""
    width, height = header.get("width"), header.get("height")
    if not _is_integer(width, 1, most_pixels) or not _is_integer(height, 1, most_pixels) or width * height > most_pixels:
        raise protocol_error()
    if header.get("page") != number:
        raise protocol_error()
    return height, width


def page_of(header: Header, pixels: Pixels) -> IntakePage:
    """Return the page of a header whose size was checked, with `pixels` (H, W, 3). Raises EngineError for any entry out of bounds."""
    try:
        page = Page(header["page"], pixels, _number(header["dpi"], 1, 10_000), _words(header["words"]))
        return IntakePage(page, _medium(header["medium"]), _doubts(header))
    except (KeyError, TypeError, ValueError):
        raise protocol_error() from None


def _word_row(word: Word) -> Header:
    corners = [round(c, 2) for quad in word.characters for point in quad.points for c in point]
    return {"text": word.text, "score": round(word.score, 3), "corners": corners}


def _words(rows: object) -> tuple[Word, ...]:
    if not isinstance(rows, list) or sum(len(row["text"]) for row in rows) > MOST_CHARACTERS:
        raise ValueError("words")
    return tuple(_word(row) for row in rows)


def _word(row: Header) -> Word:
    text, corners = row["text"], row["corners"]
    if not isinstance(text, str) or not text or len(corners) != 8 * len(text):
        raise ValueError("word")
    flat = [_number(c, -1e6, 1e6) for c in corners]
    quads = tuple(Quad.of(list(zip(flat[at : at + 8 : 2], flat[at + 1 : at + 8 : 2], strict=True))) for at in range(0, len(flat), 8))
    return Word(hull(quads), text, quads, _number(row["score"], 0, 1), TEXT_LAYER)


def hull(characters: Sequence[Quad]) -> Quad:
    """Return the rectangle around the characters, in the direction of the first of them."""
    ux, uy = characters[0].direction
    points: Iterable[Point] = [point for quad in characters for point in quad.points]
    us, vs = zip(*((x * ux + y * uy, y * ux - x * uy) for x, y in points), strict=True)
    corners = ((min(us), min(vs)), (max(us), min(vs)), (max(us), max(vs)), (min(us), max(vs)))
    return Quad.of([(u * ux - v * uy, u * uy + v * ux) for u, v in corners])


def _medium(row: Header) -> Medium:
    width, height = row["size_pt"]
    tables = row["quantisation"]
    if not isinstance(tables, list) or len(tables) > 2 or any(len(table) != 64 for table in tables):
        raise ValueError("quantisation")
    if not all(_is_integer(q, 1, 255) for table in tables for q in table) or not _is_integer(row["subsampling"], 0, 2):
        raise ValueError("quantisation")
    return Medium(
        codec=Codec(row["codec"]),
        size_pt=(_number(width, 0.1, 1e6), _number(height, 0.1, 1e6)),
        grey=row["grey"] is True,
        native=row["native"] is True,
        quantisation=tuple(tuple(table) for table in tables),
        subsampling=row["subsampling"],
    )


def _doubts(header: Header) -> tuple[str, ...]:
    codes = header.get("doubts")
    if not isinstance(codes, list) or len(codes) > len(doubts.ALL) or not all(isinstance(c, str) and c in doubts.ALL for c in codes):
        raise protocol_error()
    return tuple(codes)


def _is_integer(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _number(value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or not least <= value <= most:
        raise ValueError("number")
    return float(value)


def empty_pixels(size: tuple[int, int]) -> Pixels:
    """Return room for a page of (height, width) px."""
    return np.empty((*size, 3), np.uint8)


def bytes_of(pixels: Pixels) -> memoryview:
    """Return the bytes of contiguous pixels, in place."""
    return pixels.data.cast("B")
