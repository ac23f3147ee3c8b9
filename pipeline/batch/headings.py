"""Which column of a roster holds what, told by the headings that rosters usually have, or as the caller says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from redact.errors import RosterHeadingsError, RosterMappingError
from redact.pipeline.batch.sheet import Sheet, Value


class Field(StrEnum):
    """What a column holds. All but `number` and `files` are keys of the applicant file as well."""

    NUMBER = "number"
    NAMES = "names"
    FORMER_NAMES = "former_names"
    TRADITIONAL = "traditional"
    UYGHUR = "uyghur"
    PINYIN = "pinyin"
    UNITS = "units"
    ALIASES = "aliases"
    FORMER_UNITS = "former_units"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    EMAIL = "email"
    FILES = "files"


# The first is what we call it. 序号 is none for the number: it counts lines, and folders that are called 1, 2, 3 are anybody's.
VARIANTS: Final[Mapping[Field, tuple[str, ...]]] = {
    Field.NUMBER: ("申报编号", "申报号", "受理编号", "受理号", "申请编号", "编号"),
    Field.NAMES: ("姓名", "申报人姓名", "申报人", "申请人姓名", "申请人"),
    Field.FORMER_NAMES: ("曾用名", "曾用姓名", "原名", "别名", "又名"),
    Field.TRADITIONAL: ("繁体姓名", "姓名繁体", "繁体"),
    Field.UYGHUR: ("维吾尔文姓名", "维文姓名", "民文姓名", "维语姓名", "少数民族文字姓名", "维吾尔文", "维文", "姓名维吾尔文", "姓名维文"),
    Field.PINYIN: ("姓名拼音", "拼音", "汉语拼音", "拼音姓名", "英文姓名", "英文名", "外文姓名", "外文名"),
    Field.UNITS: (
        "工作单位",
        "所在单位",
        "单位",
        "单位名称",
        "现工作单位",
        "现单位",
        "工作单位名称",
        "所在单位名称",
        "单位全称",
        "工作单位全称",
        "全称",
        "申报单位",
    ),
    Field.ALIASES: ("单位简称", "简称", "工作单位简称", "单位别名", "单位别称"),
    Field.FORMER_UNITS: (
        "原单位",
        "原工作单位",
        "曾用单位名称",
        "曾用单位名",
        "单位曾用名",
        "单位原名",
        "单位原名称",
        "原单位名称",
        "曾工作单位",
    ),
    Field.ID_NUMBER: (
        "身份证号",
        "身份证号码",
        "身份证",
        "居民身份证号",
        "居民身份证号码",
        "公民身份号码",
        "证件号",
        "证件号码",
        "有效证件号码",
    ),
    Field.PHONE: ("手机", "手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "移动电话", "本人联系电话"),
    Field.EMAIL: ("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "email", "e-mail"),
    Field.FILES: ("文件", "文件名", "文件名称", "文件夹", "文件夹名", "文件夹名称", "材料目录", "材料文件", "材料文件夹"),
}
MANDATORY: Final = (Field.NUMBER, Field.NAMES, Field.UNITS)
_FIELD_OF: Final = {variant: known for known, variants in VARIANTS.items() for variant in variants}
_BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|【[^【】]*】?|〔[^〔〕]*〕?|<[^<>]*>?")
_OVERLOOKED = frozenset("()[]【】〔〕<>*※★☆#:")


@dataclass(frozen=True, slots=True)
class Column:
    """One recognised column: what it holds, its heading as it stands in the file, and its place, from 0."""

    field: Field
    heading: str
    place: int


@dataclass(frozen=True, slots=True)
class Table:
    """A roster's columns, and its lines below the headings: the 1-based line in the sheet, and the cells."""

    columns: tuple[Column, ...]
    unused: tuple[str, ...]
    lines: tuple[tuple[int, tuple[Value, ...]], ...] = field(repr=False)


def recognised(sheet: Sheet, mapping: Mapping[Field, str] | None = None) -> int:
    """Return how many columns are recognised in the row that has most of them."""
    return max((len(_columns(row, mapping or {})) for row in sheet.rows), default=0)


def table(sheets: tuple[Sheet, ...], mapping: Mapping[Field, str]) -> Table:
    """Return the one table with all mandatory columns.

    Raises RosterHeadingsError (no headings, a mandatory column missing, headings on several sheets, two columns for the
    number) and RosterMappingError (a heading that is not there).
    """
    whole = [(sheet, row) for sheet in sheets if (row := _heading_row(sheet, mapping)) is not None]
    if len(whole) > 1:
        # To read one of them would leave out the people of the others in silence.
        raise RosterHeadingsError(what=f"several-sheets {len(whole)}")
    if not whole:
        raise _what_is_missing(sheets, mapping)
    return _table(*whole[0], mapping)


def _heading_row(sheet: Sheet, mapping: Mapping[Field, str]) -> int | None:
    """Return the first row with every mandatory and mapped heading, or the last of several on end: headings may take two rows."""
    for index, row in enumerate(sheet.rows):
        if _complete(row, mapping):
            while index + 1 < len(sheet.rows) and _complete(sheet.rows[index + 1], mapping):
                index += 1
            return index
    return None


def _complete(row: tuple[Value, ...], mapping: Mapping[Field, str]) -> bool:
    found = {column.field for column in _columns(row, mapping)}
    return found.issuperset(MANDATORY) and found.issuperset(known for known, heading in mapping.items() if heading)


def _what_is_missing(sheets: tuple[Sheet, ...], mapping: Mapping[Field, str]) -> RosterHeadingsError | RosterMappingError:
    rows = [_columns(row, mapping) for sheet in sheets for row in sheet.rows]
    found = {column.field for column in max(rows, key=len, default=())}
    lost = [known.value for known, heading in mapping.items() if heading and known not in found]
    if lost:
        return RosterMappingError(what=f"no-such-heading: {', '.join(lost)}")
    if not found:
        return RosterHeadingsError(what="none-found")
    return RosterHeadingsError(what="、".join(f"{VARIANTS[known][0]} {known.value}" for known in MANDATORY if known not in found))


def _table(sheet: Sheet, row: int, mapping: Mapping[Field, str]) -> Table:
    columns = _columns(sheet.rows[row], mapping)
    if sum(column.field is Field.NUMBER for column in columns) > 1:
        raise RosterHeadingsError(what="two-columns number")
    taken = {column.place for column in columns}
    headings = ((place, _text(value)) for place, value in enumerate(sheet.rows[row]))
    unused = tuple(heading for place, heading in headings if heading and place not in taken)
    lines = tuple((sheet.first + index, cells) for index, cells in enumerate(sheet.rows) if index > row)
    return Table(columns, unused, lines)


def _columns(row: tuple[Value, ...], mapping: Mapping[Field, str]) -> tuple[Column, ...]:
    columns = list(_recognise(row, mapping))
    numbers = [column for column in columns if column.field is Field.NUMBER and Field.NUMBER not in mapping]
    best = min((_rank(column) for column in numbers), default=0)
    return tuple(column for column in columns if column not in numbers or _rank(column) == best)


def _recognise(row: tuple[Value, ...], mapping: Mapping[Field, str]) -> Iterator[Column]:
    """Yield the columns that the caller maps, and of all others those whose heading says what they hold."""
    mapped = {known: set(_forms(heading)[:1]) for known, heading in mapping.items() if heading}
    for place, value in enumerate(row):
        heading = _text(value)
        forms = _forms(heading) if heading else ()
        called = [known for known, wanted in mapped.items() if wanted & set(forms[:1])]
        if not called:
            known = next((_FIELD_OF[form] for form in forms if form in _FIELD_OF), None)
            called = [known] if known is not None and known not in mapping else []
        yield from (Column(known, heading, place) for known in called)


def _rank(column: Column) -> int:
    """Return how surely a heading is the number's: 编号 is many things, 申报编号 is one."""
    return next(VARIANTS[Field.NUMBER].index(form) for form in _forms(column.heading) if form in VARIANTS[Field.NUMBER])


def _forms(heading: str) -> tuple[str, str]:
    """Return a heading without signs and spaces, and also without what stands in brackets: 单位(全称) is 单位全称, and 单位."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    return _bare(plain), _bare(_BRACKETED.sub("", plain))


def _bare(text: str) -> str:
    return "".join(c for c in text if c not in _OVERLOOKED and not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def _text(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ""
