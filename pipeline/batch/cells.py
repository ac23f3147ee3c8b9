"""What one cell of a roster says: its values as texts, made uniform where that is safe, and what was wrong with it.

Several values in one cell are parted by 、 ； ; or line breaks. Spaces, dots and hyphens stand inside of names, and so does a comma
between two words in Latin or Cyrillic letters ("Guo, Yuandi"); any other comma or stroke parts two values, for no name or
unit in Chinese or Uyghur holds one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from redact.pipeline.batch.headings import Column, Field
from redact.pipeline.batch.sheet import Lost, Value
from redact.search.identity import LENGTH

# A spreadsheet keeps 15 digits of a number, and puts zeros for all further ones.
DIGITS_KEPT: Final = 15
NUMERIC: Final = frozenset({Field.NUMBER, Field.ID_NUMBER, Field.PHONE, Field.EMAIL})
_BREAKS = re.compile(r"[、；;\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Scripts in which a comma may part surname and given name.
_PARTED_BY_COMMA = ("LATIN", "CYRILLIC")
_COMMAS = re.compile(r"[,，،﹐/／|｜]")
_BREAKS_OF_NUMBERS = re.compile(r"[、；;,，/\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SCIENTIFIC = re.compile(r"[0-9][.][0-9]+[eE][+]?[0-9]+|[0-9][eE][+][0-9]+")
# How exports keep a spreadsheet from taking a number for one: ="6501…", '6501…
_WRAPPED = re.compile(r"=\"([^\"]*)\"|['‘’`]([0-9].*)", re.DOTALL)
# People write these where there is nothing to write.
_NOTHING = frozenset(
    {"无", "沒有", "没有", "暂无", "无曾用名", "空", "/", "\\", "-", "--", "—", "——", "－", "n/a", "na", "none", "null", "nil"}
)
_DITTO = frozenset({"同上", "〃", "″", '"', "''", "同前"})
_FULL_WIDTH = {code: code - 0xFEE0 for block in ("０９", "ＡＺ", "ａｚ") for code in range(ord(block[0]), ord(block[1]) + 1)}


@dataclass(frozen=True, slots=True)
class Fault:
    """What was found in a column's cell: a code of the lint."""

    code: str
    field: Field


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a roster. `row`: 1-based line in the sheet; `values`: by field, none for what stands empty."""

    row: int
    values: dict[Field, tuple[str, ...]] = field(repr=False)
    faults: tuple[Fault, ...] = ()

    def of(self, *fields: Field) -> tuple[str, ...]:
        """Return the values of the fields, one after the other."""
        return tuple(value for known in fields for value in self.values.get(known, ()))

    @property
    def blank(self) -> bool:
        return not self.values and not self.faults


def record(row: int, cells: Sequence[Value], columns: Sequence[Column]) -> Record:
    """Return what a line says in the recognised columns; two columns of one field add up."""
    values: dict[Field, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for column in columns:
        read, codes = _cell(cells[column.place] if column.place < len(cells) else "", column.field)
        if read:
            values[column.field] = tuple(dict.fromkeys(values.get(column.field, ()) + read))
        faults += [Fault(code, column.field) for code in codes]
    return Record(row, values, tuple(dict.fromkeys(faults)))


def split(text: str, known: Field) -> tuple[str, ...]:
    """Return the values of a cell without the spaces around them, and without those that say that there is none."""
    parts = (_BREAKS_OF_NUMBERS if known in NUMERIC - {Field.NUMBER} else _BREAKS).split(text)
    if known not in NUMERIC | {Field.FILES}:
        parts = [value for part in parts for value in _split_at_commas(part)]
    return tuple(value for part in parts if (value := trim(part)) and value.casefold() not in _NOTHING)


def trim(text: str) -> str:
    """Return the text without white space and invisible signs at its ends."""
    inner = [index for index, c in enumerate(text) if not _is_blank(c)]
    return text[inner[0] : inner[-1] + 1] if inner else ""


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Cc"}


def _split_at_commas(text: str) -> list[str]:
    values, start = [], 0
    for comma in _COMMAS.finditer(text):
        before, after = trim(text[start : comma.start()])[-1:], trim(text[comma.end() :])[:1]
        if not (_is_alphabetic(before) and _is_alphabetic(after)):
            values.append(text[start : comma.start()])
            start = comma.end()
    return [*values, text[start:]]


def _is_alphabetic(character: str) -> bool:
    # A full stop ends the initial of a name: "Guo Y., Li".
    return character == "." or unicodedata.name(character or " ", "").startswith(_PARTED_BY_COMMA)


def _cell(value: Value, known: Field) -> tuple[tuple[str, ...], list[str]]:
    """Return a cell's values and the codes of what was wrong with it."""
    match value:
        case Lost():
            return (), [value.value]
        case str():
            return _text(value, known)
        case _:
            return _number(value)


def _number(value: float) -> tuple[tuple[str, ...], list[str]]:
    if abs(value) >= 10**DIGITS_KEPT:
        return (), ["cell.digits-lost"]
    return (str(int(value)) if value == int(value) else repr(value),), []


def _text(raw: str, known: Field) -> tuple[tuple[str, ...], list[str]]:
    text, codes = _uniform(raw, known)
    if text in _DITTO:
        return (), ["cell.ditto"]
    if known in NUMERIC and _SCIENTIFIC.fullmatch(text):
        return (), ["cell.digits-lost"]
    return tuple(map(_SPELLING.get(known, str), split(text, known))), codes


def _uniform(raw: str, known: Field) -> tuple[str, list[str]]:
    """Return a cell's text with what can be mended without a question, and what was mended."""
    text, codes = trim(raw), []
    if text and text != raw:
        codes.append("cell.spaces")
    half = unicodedata.normalize("NFKC", text) if known in NUMERIC else text.translate(_FULL_WIDTH) if known is not Field.FILES else text
    if any(ord(c) in _FULL_WIDTH for c in text):
        codes.append("cell.full-width")
    wrapped = _WRAPPED.fullmatch(half) if known in NUMERIC else None
    return (trim(wrapped[1] or wrapped[2] or "") if wrapped else half), codes


def _as_id(text: str) -> str:
    packed = re.sub(r"[\s\-]+", "", text).upper()
    return packed if len(packed) >= DIGITS_KEPT else text


def _as_phone(text: str) -> str:
    return re.sub(r"\s+", "", text)


_SPELLING: Final[dict[Field, Callable[[str], str]]] = {Field.ID_NUMBER: _as_id, Field.PHONE: _as_phone}


def lost_digits(number: str) -> bool:
    """True for 18 digits of which the last three are zeros: so a spreadsheet leaves an ID number that it took for a number."""
    return len(number) == LENGTH and number.isdecimal() and number.endswith("0" * (LENGTH - DIGITS_KEPT))
