"""What ID numbers, phones, e-mail addresses, certificate numbers and birth dates look like in a text, as readers read it.

ID numbers, mobile phones, land lines with their area code and e-mail addresses are told by their form; all else by its label.
A text has, beside what was read, a tab between two words that stand close, and a vertical tab, line feed or form feed where it
goes on after a wide gap, in the next line, in the cell beneath: all of them are white space to the patterns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from redact.finding import NumberKind
from redact.search.folding import is_han, simplify
from redact.search.identity import ids_in, is_old_id

LEAST_DIGITS = {NumberKind.ID_NUMBER: 10, NumberKind.PHONE: 7, NumberKind.CERTIFICATE: 4}
"""Of a labelled value, stars counted: fewer are a row's number, an extension, a year."""
YOUNGEST = 15  # years: who is born later has no papers of their own
_PLAIN = str.maketrans(dict.fromkeys("×✕✖╳хХΧχ", "X") | dict.fromkeys("—–‐‑‒−―~", "-") | {"。": ".", "·": ".", "、": ","})


@dataclass(frozen=True, slots=True)
class Number:
    """text[start:end] is a number of a kind; its label, if it has one, begins at `begin` (else `begin` is `start`)."""

    kind: NumberKind
    begin: int
    start: int
    end: int


def numbers_in(text: str) -> Iterator[Number]:
    """Yield every number in a text, also those that overlap."""
    read = plain(text)
    yield from (Number(NumberKind.ID_NUMBER, start, start, end) for start, end in ids_in(read))
    for form in _FORMS:
        for match in form.pattern.finditer(read):
            if form.holds(match["value"]):
                yield Number(form.kind, match.start(), *match.span("value"))


def is_label(text: str) -> bool:
    """True for a text that is a label, with what says whose or of what before it (教师资格证书编号, 本人联系电话)."""
    return _LABEL.fullmatch(plain(text)) is not None


def plain(text: str) -> str:
    """Return the text in simplified characters, one sort of width, dashes, dots and crosses, character for character."""
    return "".join(map(_plain, text)).translate(_PLAIN)


@cache
def _plain(character: str) -> str:
    wide = unicodedata.normalize("NFKC", character)
    kept = wide if len(wide) == 1 else character
    return simplify(kept) if is_han(kept) else " " if unicodedata.category(kept) == "Cf" else kept


def _words(*labels: str) -> str:
    """Return a pattern for labels, however far apart their characters are set; of two the longer goes first."""
    return "|".join(r"\s{0,4}".join(label) for label in sorted(" ".join(labels).split(), key=len, reverse=True))


# Between a label and its value: a remark in brackets, colons, the gap to the next cell or line.
_TO_VALUE = r"(?:\s{0,4}\([^()]{0,12}\))?[\s:;,._=]{0,8}"
_D = r"[0-9OoQDlIi|!〇○丨]"
_HAN = r"\u4e00-\u9fff"
_ALONE = r"(?<![0-9A-Za-z])(?<![0-9][.\-/])"
_ENDS = r"(?:(?=E\s?-?mail|QQ|Tel|Fax)|(?![0-9A-Za-z]))(?![.\-/][0-9])"

_ID_LABELS = (
    rf"(?:{_words('身份证号 身份证号码 身份证 身份号码 公民身份号码 证件号 证件号码')}|(?:ID|Identity)\s?(?:Card)?\s?(?:No|Number)\b\.?)"
)
# Beside its label a number may be misread in any way, hidden in part by stars, and have its boxes' lines and dirt between.
_ID_D = r"[0-9A-Za-z*]"
_ID_VALUE = rf"{_ID_D}(?:[^\w,;:()]{{0,4}}{_ID_D}){{11,17}}{_ID_D}{{0,2}}"

_PHONE_LABELS = (
    rf"(?:{_words('电话 电话号码 联系电话 联系方式 手机 手机号 手机号码 移动电话 座机 固话 传真 传真号码 热线 小灵通')}"
    r"|(?<![A-Za-z])(?:Tel|Telephone|Phone|Mobile|Fax)(?:\s?No)?(?![A-Za-z]))"
)
_PHONE_VALUE = rf"[+(]{{0,2}}{_D}(?:[ \t()+.\-]{{0,2}}{_D}){{6,17}}"
_GAP = r"[ \t.\-]{0,2}"
_GROUPS = rf"(?:{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}|[ \-]?{_D}{{3}}[ \-]?{_D}{{5}}|{_D}[ \-]?{_D}{{3}}[ \-]?{_D}{{4}})"
_BOX = r"[ \t\v|]{1,2}"
_BOXED = rf"(?<![0-9][ \t\v|])1{_BOX}[3-9](?:{_BOX}{_D}){{9}}(?!{_BOX}[0-9])"
_MOBILE = rf"(?:\(?\+?(?:00)?86\)?[ \t\-]?)?(?:1[3-9]{_D}{_GROUPS}|{_BOXED})"
_AREA = r"(?:\(0[1-9][0-9]{1,2}\)[ \t\-]?|(?:\+?86[ \-]?)?0[1-9][0-9]{1,2}[ ]?-[ ]?|\+86[ \-]?[1-9][0-9]{1,2}[ \-])"
_LAND_LINE = rf"{_AREA}[1-9][0-9]{{2,3}}[ \-]?[0-9]{{4}}(?:[ \-转]{{1,2}}[0-9]{{1,6}})?"

# An address that a cell's width breaks goes on in its next line.
_MAILBOX = r"(?:[A-Za-z0-9][A-Za-z0-9._%+\-]{0,62}(?<=[0-9._\-])[\n\f])?[A-Za-z0-9][A-Za-z0-9._%+\-]{0,63}\s?"
_HOST = r"\s?[A-Za-z0-9\-]+(?:[\n\f]?\.[\n\f]?[A-Za-z0-9\-]+)*"
_ENDING = r"(?:\s?[.,]?\s?(?:com|cn|net|org|edu|gov|ac)(?![A-Za-z0-9]))"
_EMAIL_LABELS = rf"(?:{_words('邮箱 邮箱地址 电子邮箱 电子邮件 电子信箱 邮件地址')}|E\s?-?\s?mail(?:\s?地址)?)"

# Whose number it is: a paper's, project's, journal's or good's (文章编号, 项目编号, 准印证号) leads to no person.
_OWNERS = "证书 证 资格 学位 毕业 学历 结业 荣誉 执业 职称 聘书 注册 登记 管理 执照"
_NUMBERS = "编号 号 号码 编码"
_CERTIFICATE_LABELS = (
    rf"(?:(?<!身份)(?<!准印)(?<!许可)(?:{_words(*(o + n for o in _OWNERS.split() for n in _NUMBERS.split()), '准考证号 学号 工号')})"
    # One of 证书 misread (址书编号); books and decisions have such numbers as well.
    rf"|(?<=[{_HAN}])(?<![图文])书编号|证[{_HAN}]编号|(?<![{_HAN}])编\s{{0,4}}号(?!\s?章)|(?:^|(?<=[\v\n\f(]))\s{{0,2}}(?:N\s?[o0]\.|№)"
    r"|(?<![A-Za-z])(?:Certificate|Cert\.?|Registration|Licen[cs]e|Diploma)\s?(?:N[o0]\.?|Number)(?![A-Za-z]))"
)
# At low resolution the closing bracket is lost, or read as a 1.
_YEAR_IN_BRACKETS = r"[〔\[(【]\s?(?:19|20)[0-9]{2}\s?[〕\])】]?"
_SERIAL = r"[A-Za-z0-9](?:[A-Za-z0-9\-/._*]|[ \t](?=[A-Z]{0,3}[0-9]))*"
_CERTIFICATE_VALUE = (
    rf"(?:[{_HAN}]{{0,10}}\s?{_YEAR_IN_BRACKETS}\s?|[{_HAN}]{{0,8}}字\s?|[{_HAN}]{{1,6}}(?=第)|[{_HAN}]{{1,4}}(?=[A-Z0-9]))?"
    rf"(?:第\s?)?{_SERIAL}(?:\s?号|(?![A-Za-z0-9\-/._*]|\s?[年月])(?:\s?[,;]\s?[A-Za-z]{{0,6}}[0-9][A-Za-z0-9\-]{{5,}}){{0,5}})"
)
# 发文字号: the number of a document, with neither 字 nor 第 before its number.
_DOCUMENT = re.compile(rf"[{_HAN}]{{1,10}}\s?{_YEAR_IN_BRACKETS}\s?[0-9]{{1,4}}\s?号")

_BIRTH_LABELS = (
    rf"(?:(?:{_words('出生 出生年月 出生年月日 出生日期 出生时间 出生于 生日 生于')})|(?<![A-Za-z])"
    r"(?:(?:Date|Year)\s?of\s?Birth|Birth\s?-?(?:date|day)|Born|D\.?O\.?B\.?)(?:\s?on|\s?in)?(?![A-Za-z]))"
)
_YEAR = rf"(?:[1lIi|!]\s?[9gq]|2\s?[0OoQD])\s?{_D}\s?{_D}"
_PART = rf"{_D}\s?{_D}?(?![0-9])"
_AFTER_YEAR, _AFTER_MONTH = (rf"(?:\s{{0,4}}{unit}\s{{0,4}}|\s?[.\-/,]\s?)" for unit in "年月")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_HAN_DATE = r"[一二三四五六七八九〇零○oO0]{4}\s?年(?:\s?[一二三四五六七八九十]{1,2}\s?月(?:\s?[一二三四五六七八九十]{1,3}\s?日)?)?"
_DATE = (
    rf"(?:{_YEAR}{_AFTER_YEAR}{_PART}(?:{_AFTER_MONTH}{_PART}(?:\s{{0,4}}日)?)?(?:\s{{0,4}}月)?"
    rf"|(?:{_D}[ \t]?){{7}}{_D}(?![0-9])|(?:{_D}[ \t]?){{5}}{_D}(?![0-9])|{_YEAR}(?:\s{{0,4}}年)?(?![0-9])|{_HAN_DATE})"
)
# A year or month that was misread to letters, and the forms of other countries.
_LABELLED_DATE = (
    rf"(?:{_DATE}|{_PART}[./\-]{_PART}[./\-]{_YEAR}|[0-9A-Za-z]{{2,4}}\s{{0,4}}[年.\-/]\s{{0,4}}[0-9A-Za-z]{{1,2}}(?:\s{{0,4}}[月.\-/]\s{{0,4}}[0-9A-Za-z]{{1,2}})?"
    rf"(?:\s{{0,4}}[日月])?|{_PART}(?:th|st|nd|rd)?\s?{_MONTH}[ ,]{{0,2}}{_YEAR}|{_MONTH}\s?(?:{_PART}(?:th|st|nd|rd)?[ ,]{{1,3}})?{_YEAR})"
)
_BORN = rf"(?=\s{{0,2}}(?:出\s{{0,2}}生(?![率人缺婴医证])|生(?:于|(?!\s?[{_HAN}]))))"

_LABEL = re.compile(
    rf"[^0-9\s:;,.]{{0,10}}?(?:{_ID_LABELS}|{_PHONE_LABELS}|{_EMAIL_LABELS}|{_CERTIFICATE_LABELS}|{_BIRTH_LABELS})\s*[:;]?\s*",
    re.IGNORECASE,
)


def _digits(text: str) -> int:
    return sum(c.isdecimal() or c == "*" for c in text)


def _has_digits(kind: NumberKind) -> Callable[[str], bool]:
    return lambda value: _digits(value) >= LEAST_DIGITS[kind]


def _is_phone(value: str) -> bool:
    return _digits(value) >= LEAST_DIGITS[NumberKind.PHONE] and not re.fullmatch(r"(?:19|20)\d\d[.\-]\d{1,2}[.\-]\d{1,2}", value)


def _is_mobile(value: str) -> bool:
    return _digits(value) >= 9  # two of eleven digits may be letters in the reading


def _is_certificate(value: str) -> bool:
    return _digits(value) >= LEAST_DIGITS[NumberKind.CERTIFICATE] and not _DOCUMENT.fullmatch(value)


def _is_adults(value: str) -> bool:
    year = re.match(r"\d{4}", value)
    return year is None or int(year[0]) <= date.today().year - YOUNGEST


def _any(value: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Form:
    kind: NumberKind
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] = _any


def _form(kind: NumberKind, pattern: str, holds: Callable[[str], bool] = _any) -> _Form:
    return _Form(kind, re.compile(pattern, re.IGNORECASE), holds)


_FORMS = (
    _form(NumberKind.ID_NUMBER, rf"{_ID_LABELS}{_TO_VALUE}(?P<value>{_ID_VALUE})", _has_digits(NumberKind.ID_NUMBER)),
    _form(NumberKind.ID_NUMBER, rf"{_ALONE}(?P<value>[0-9]{{15}}){_ENDS}", is_old_id),
    _form(NumberKind.PHONE, rf"{_ALONE}(?P<value>{_MOBILE}){_ENDS}", _is_mobile),
    _form(NumberKind.PHONE, rf"{_ALONE}(?P<value>{_LAND_LINE}){_ENDS}"),
    _form(
        NumberKind.PHONE,
        rf"{_PHONE_LABELS}{_TO_VALUE}(?P<value>{_PHONE_VALUE}(?:\s{{0,2}}[,/;或]\s?{_PHONE_VALUE}){{0,3}})(?![0-9])",
        _is_phone,
    ),
    _form(NumberKind.EMAIL, rf"(?P<value>{_MAILBOX}(?:@{_HOST}|[©®]{_HOST}{_ENDING}){_ENDING}{{0,3}})"),
    _form(NumberKind.EMAIL, rf"{_EMAIL_LABELS}{_TO_VALUE}(?P<value>[A-Za-z0-9][A-Za-z0-9._\-@©®() ]{{2,60}}?{_ENDING}{{1,3}})"),
    _form(NumberKind.EMAIL, rf"{_EMAIL_LABELS}{_TO_VALUE}(?P<value>(?=\S{{0,60}}[0-9._])[A-Za-z0-9][^\s{_HAN},;:]{{5,80}})"),
    _form(NumberKind.CERTIFICATE, rf"{_CERTIFICATE_LABELS}{_TO_VALUE}(?P<value>{_CERTIFICATE_VALUE})", _is_certificate),
    _form(NumberKind.CERTIFICATE, rf"(?P<value>[{_HAN}]{{0,6}}证\s?字\s?第?\s?[A-Za-z0-9][A-Za-z0-9\-]{{2,24}}\s?号)"),
    _form(NumberKind.BIRTH_DATE, rf"{_BIRTH_LABELS}{_TO_VALUE}(?P<value>{_LABELLED_DATE})"),
    _form(NumberKind.BIRTH_DATE, rf"(?<![0-9])(?P<value>{_DATE}){_BORN}", _is_adults),
    # （1985—）: as journals give an author's year.
    _form(NumberKind.BIRTH_DATE, rf"\(\s?(?P<value>{_DATE})\s?[-一]{{1,3}}\s?\)", _is_adults),
)
