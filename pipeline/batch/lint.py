"""What a person should know about a roster before it is used: per line, what is wrong, and what to do.

An error sets the line aside: who would be sought is unsure, and a search for the wrong writings releases the right ones. A
remark changes nothing. No sentence holds anything of the line but its number in the sheet and, where it is one, its 申报编号.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from redact.applicant import Applicant
from redact.errors import ApplicantError
from redact.finding import NumberKind
from redact.pipeline.batch.cells import Record, lost_digits
from redact.pipeline.batch.headings import VARIANTS, Field
from redact.pipeline.batch.lint_words import SENTENCES, Severity
from redact.pipeline.exchange.applicant import KEYS
from redact.search import cautions, fold
from redact.search.folding import DOTS
from redact.search.identity import LENGTH, OLD_LENGTH, is_id
from redact.search.number_forms import LEAST_DIGITS
from redact.search.readings import COMPOUND
from redact.search.surnames import splits

NAMES: Final = tuple(known for known in Field if KEYS.get(known) == "names")
UNITS: Final = tuple(known for known in Field if KEYS.get(known) == "units")
NUMBERS: Final = tuple(known for known in Field if KEYS.get(known) == "numbers")
# 王炜 and 王伟 have one pinyin; that tells nothing.
NAMES_BUT_PINYIN: Final = tuple(known for known in NAMES if known is not Field.PINYIN)
MOST_OTHERS: Final = 5
# What may be quoted: a number as offices give them, which spells nobody.
QUOTABLE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9._/()-]{0,39}")
_MARKS_IN_NAMES = DOTS | frozenset(" \u3000-‐‑–'’`ʼ‘,，.")
_BRACKETS = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]*)[)）\]】〕]")
_FORMERLY = re.compile(r"\s*(?:原名|原称|原为|原|曾用名|曾名|曾|现名|现|简称|又名|又称|别名|旧称|兼)[:：\s]*(?P<name>.{2,})")
_CAUTIONS: Final = {
    "applicant.common-word": "name.common-word",
    "applicant.short-unit": "unit.short",
    "applicant.name-in-unit": "name.in-unit",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about one line. `code` is fixed; `number`: the 申报编号 where it may be quoted.

    `others`: lines that it is about as well, the first few of them; `more`: how many further ones there are.
    """

    code: str
    row: int
    number: str = ""
    field: Field | None = None
    others: tuple[int, ...] = ()
    more: int = 0

    @property
    def severity(self) -> Severity:
        """Return "error" where the line is not used, else "remark"."""
        return SENTENCES[self.code].severity

    @property
    def zh(self) -> str:
        """The sentence in Chinese: which line, what is wrong, what to do."""
        where = f"第 {self.row} 行" + (f"（申报编号 {self.number}）" if self.number else "")
        return f"{where}：" + SENTENCES[self.code].zh.format(**self._facts("第 ", "、", " 行", f"和另外 {self.more} 行"))

    @property
    def en(self) -> str:
        """The sentence in English: which line, what is wrong, what to do."""
        where = f"Row {self.row}" + (f" (number {self.number})" if self.number else "")
        return f"{where}: " + SENTENCES[self.code].en.format(
            **self._facts("rows " if len(self.others) > 1 else "row ", ", ", "", f" and {self.more} more")
        )

    def _facts(self, before: str, comma: str, after: str, further: str) -> dict[str, str]:
        heading = VARIANTS[self.field][0] if self.field else ""
        return {"field": heading, "others": before + comma.join(map(str, self.others)) + after + (further if self.more else "")}


def lint(records: Sequence[Record]) -> tuple[Remark, ...]:
    """Return all remarks, line by line."""
    found = [remark for record in records for remark in _of_one(record)]
    found += [remark for check in _AMONG for remark in check(records)]
    return tuple(sorted(dict.fromkeys(found), key=lambda remark: remark.row))


def applicant_of(record: Record) -> Applicant:
    """Return whom a line without errors describes. Raises ApplicantError."""
    numbers = tuple(value for value in record.of(*NUMBERS) if value not in _too_short(record))
    names = record.of(*NAMES)
    units = record.of(*UNITS)
    return Applicant(
        (*names, *(form for name in names for form in _without_comma(name))),
        (*units, *(form for unit in units for form in _without_brackets(unit))),
        numbers,
    )


def _without_comma(name: str) -> tuple[str, ...]:
    """Return how "Guo, Yuandi" stands elsewhere: Guo Yuandi, Yuandi Guo."""
    surname, comma, given = name.replace("，", ",").partition(",")
    return (f"{surname.strip()} {given.strip()}", f"{given.strip()} {surname.strip()}") if comma else ()


def _without_brackets(unit: str) -> tuple[str, ...]:
    """Return how a unit with brackets stands elsewhere: without them, and the former or short name that they hold."""
    outside = _BRACKETS.sub("", unit).strip()
    return tuple(form for form in (outside, *_named_in_brackets(unit)) if form != unit and sum(map(str.isalnum, form)) > 1)


def _named_in_brackets(unit: str) -> list[str]:
    return [match["name"] for held in _BRACKETS.findall(unit) if (match := _FORMERLY.fullmatch(held))]


def quotable(record: Record) -> str:
    """Return the 申报编号 where it tells nobody anything, else ""."""
    numbers = record.of(Field.NUMBER)
    if len(numbers) != 1 or not QUOTABLE.fullmatch(numbers[0]) or _is_personal(numbers[0], record):
        return ""
    return numbers[0]


def _of_one(record: Record) -> Iterator[Remark]:
    number = quotable(record)
    yield from (Remark(fault.code, record.row, number, fault.field) for fault in record.faults)
    for check in _CHECKS:
        yield from (Remark(code, record.row, number, known) for code, known in check(record))
    yield from (Remark(code, record.row, number) for code in _cautions(record))


Found = Iterator[tuple[str, Field]]


def _mandatory(record: Record) -> Found:
    faulty = {fault.field for fault in record.faults if SENTENCES[fault.code].severity == "error"}
    for known, code in ((Field.NUMBER, "number.empty"), (Field.NAMES, "name.empty"), (Field.UNITS, "unit.empty")):
        if not record.of(known) and known not in faulty:
            yield code, known


def _numbers_of_lines(record: Record) -> Found:
    numbers = record.of(Field.NUMBER)
    if len(numbers) > 1:
        yield "number.several", Field.NUMBER
    if any(_is_personal(number, record) for number in numbers):
        yield "number.personal", Field.NUMBER


def _is_personal(number: str, record: Record) -> bool:
    """True where a 申报编号 would tell the person: it becomes part of reports and tables."""
    folded = fold(number).text
    return is_id(number.upper()) or number in record.of(*NUMBERS) or any(_spells(folded, name) for name in record.of(*NAMES))


def _spells(folded: str, name: str) -> bool:
    sought = fold(name).text
    return len(sought) > 1 and sought in folded


def _names(record: Record) -> Found:
    for known in NAMES:
        for name in record.of(known):
            if not _is_name(name):
                yield "name.not-a-name", known
            elif _letters(name) == 1:
                yield "name.one-character", known
            elif _is_several(name):
                yield "name.several", known


def _is_name(name: str) -> bool:
    """True for letters of any script and the signs within names. A 2 behind a name, or a remark in brackets, stands on no page."""
    return _letters(name) > 0 and all(unicodedata.category(c)[0] in "LM" or c in _MARKS_IN_NAMES for c in name)


def _letters(text: str) -> int:
    return sum(unicodedata.category(c)[0] == "L" for c in text)


def _is_several(name: str) -> bool:
    """True for what reads as two people's names: 陶望舒 沈砚秋 (欧阳 修远 is one), Tao Wangshu, Wangshu Tao (Tao, Wang Shu is one)."""
    sides = [side.split() for side in re.split("[,，]", name)]
    if len(sides) > 2 or (len(sides) == 2 and all(len(side) != 1 for side in sides)):
        return True
    parts = name.split()
    return len(parts) > 1 and parts[0] not in COMPOUND and all(len(part) > 1 and splits(part) is not None for part in parts)


def _units(record: Record) -> Found:
    for known in UNITS:
        letters = [sum(unicodedata.category(c)[0] in "LN" for c in unit) for unit in record.of(known)]
        if any(count == 1 for count in letters):
            yield "unit.one-character", known
        if any(count == 0 for count in letters):
            yield "unit.not-a-unit", known
        if any(map(_named_in_brackets, record.of(known))):
            yield "unit.brackets", known


def _ids(record: Record) -> Found:
    for number in record.of(Field.ID_NUMBER):
        if lost_digits(number):
            yield ("id.zeros" if is_id(number) else "cell.digits-lost"), Field.ID_NUMBER
        elif len(number) == LENGTH and number[:-1].isdecimal() and not is_id(number):
            yield "id.checksum", Field.ID_NUMBER
        elif number.isdecimal() and len(number) not in {LENGTH, OLD_LENGTH}:
            yield "id.length", Field.ID_NUMBER


def _short_numbers(record: Record) -> Found:
    short = _too_short(record)
    yield from (("number.short", known) for known in NUMBERS if short & set(record.of(known)))


def _too_short(record: Record) -> frozenset[str]:
    """Return the numbers with so few digits that they stand on every page for something else: an extension, a year."""
    least = LEAST_DIGITS[NumberKind.PHONE]
    numbers = record.of(Field.ID_NUMBER, Field.PHONE)
    return frozenset(number for number in numbers if sum(c.isdecimal() for c in number) < least)


def _files(record: Record) -> Found:
    for name in record.of(Field.FILES):
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            yield "files.outside", Field.FILES


def _searchable(record: Record) -> Found:
    """Say what the search itself refuses, should no check above have said it."""
    if any(SENTENCES[code].severity == "error" for check in _BEFORE for code, _ in check(record)):
        return
    try:
        applicant_of(record)
    except ApplicantError:
        yield "applicant.refused", Field.NAMES


_BEFORE: Final[tuple[Callable[[Record], Found], ...]] = (
    _mandatory, _numbers_of_lines, _names, _units, _ids, _short_numbers, _files,
)  # fmt: skip
_CHECKS: Final = (*_BEFORE, _searchable)


def _cautions(record: Record) -> Iterator[str]:
    try:
        applicant = applicant_of(record)
    except ApplicantError:
        return
    yield from (_CAUTIONS[code] for code in cautions(applicant) if code in _CAUTIONS)


def _shared(records: Sequence[Record], code: str, known: Field, keys: Callable[[Record], Iterable[Hashable]]) -> Iterator[Remark]:
    """Yield a remark for each line that has a key in common with another one."""
    holders = defaultdict[Hashable, dict[int, Record]](dict)
    for record in records:
        for key in keys(record):
            holders[key][record.row] = record
    for same in holders.values():
        first = tuple(islice(same, MOST_OTHERS + 1))
        for row, record in same.items() if len(same) > 1 else ():
            others = tuple(other for other in first if other != row)[:MOST_OTHERS]
            yield Remark(code, row, quotable(record), known, others, len(same) - 1 - len(others))


def _same_numbers(records: Sequence[Record]) -> Iterator[Remark]:
    # As file systems and people compare them: neither tells A12 from a12.
    return _shared(records, "number.duplicate", Field.NUMBER, lambda r: {n.casefold() for n in r.of(Field.NUMBER)})


def _same_names(records: Sequence[Record]) -> Iterator[Remark]:
    return _shared(records, "name.same", Field.NAMES, lambda r: {fold(n).text for n in r.of(*NAMES_BUT_PINYIN)} - {""})


def _same_ids(records: Sequence[Record]) -> Iterator[Remark]:
    return _shared(records, "id.same", Field.ID_NUMBER, lambda r: set(r.of(Field.ID_NUMBER)))


def _same_files(records: Sequence[Record]) -> Iterator[Remark]:
    return _shared(records, "files.shared", Field.FILES, lambda r: {str(PurePosixPath(n.casefold())) for n in r.of(Field.FILES)})


_AMONG: Final = (_same_numbers, _same_names, _same_ids, _same_files)
