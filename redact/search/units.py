"""Short names of a unit, by cautious rules: each rule is one that people in Xinjiang's offices use every day."""

from __future__ import annotations

import re

# Characters that tell two units of one kind apart: 第一, 第二; 东, 西; 河东, 河西.
DISTINGUISHING = frozenset("〇零一二三四五六七八九十百千0123456789东西南北中上下前后左右大小甲乙丙丁老新")
_NUMBER = "[一二三四五六七八九十百零〇0-9]+"
_COMPANY = re.compile(r"(?:集团)?(?:股份|有限责任|有限|责任)*公司$")
_NUMBERED = re.compile(rf"第?({_NUMBER})(?:高级)?(中学|小学)$")
# A region's own short forms; "" where the rest may stand without it.
_REGIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("新疆维吾尔自治区", ("新疆", "自治区")),
    ("新疆", ("",)),
    ("乌鲁木齐市", ("乌市", "乌鲁木齐", "市")),
)
_CITY = re.compile(r"^([\u4e00-\u9fff]{2,4})市(?=.{2})")
_DISTRICT = re.compile(r"^[\u4e00-\u9fff]{2,4}[区县](?=.{3})")
# Long words that everybody shortens.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("职业技术学院", ("职业学院", "职院")),
    ("教育局教研室", ("教研室",)),
    ("师范大学", ("师大",)),
    ("农业大学", ("农大",)),
    ("医科大学", ("医大",)),
    ("农业科学院", ("农科院",)),
    ("林业科学院", ("林科院",)),
    ("中医医院", ("中医院",)),
    ("勘测设计院", ("设计院",)),
    ("勘察设计院", ("设计院",)),
    ("勘测设计研究院", ("设计院", "设计研究院")),
)
# What many units share. A form is distinctive if two characters stay when these are gone.
_COMMON = re.compile(
    rf"新疆|维吾尔|自治区|乌鲁木齐|乌市|^市|第?{_NUMBER}(?=中|小|医院|人民|幼)|高级|实验|人民|中心|中医|妇幼|保健|附属|职业|技术|"
    r"师范|中学|小学|学校|大学|学院|职院|医院|中医院|图书馆|博物馆|幼儿园|教育局|教研室|研究所|研究院|设计院|科学院|委员会|有限|责任|股份|公司|集团|"
    r"一中|[一二三四五六七八九十]+[中小]$"
)
_SHORT_SCHOOL = re.compile(rf"^(?:乌鲁木齐市?|乌市|市){_NUMBER}[中小]$")
_LEAST = 3  # characters of a derived form


def short_forms(unit: str) -> tuple[str, ...]:
    """Return the short names of a unit, folded text in and out, without the unit itself."""
    bodies = dict.fromkeys(form for body in _without_suffix(unit) for form in _contracted(body))
    forms = dict.fromkeys(form for body in bodies for form in _regional(body))
    return tuple(f for f in forms if f != unit and _worth_seeking(f))


def _without_suffix(unit: str) -> tuple[str, ...]:
    bare = _COMPANY.sub("", unit)
    return (unit, bare) if bare and bare != unit else (unit,)


def _contracted(body: str) -> tuple[str, ...]:
    """第一中学 to 一中, 职业技术学院 to 职院 and the like, beside the body itself."""
    forms = [body]
    numbered = _NUMBERED.search(body)
    if numbered:
        forms.append(body[: numbered.start()] + numbered[1] + numbered[2][0])
    forms.extend(body.replace(long, short) for long, shorts in _WORDS if long in body for short in shorts)
    return tuple(forms)


def _regional(body: str) -> tuple[str, ...]:
    """Return the body under every short form of its region, and without it where what stays is distinctive."""
    head, rest = _region(body)
    if not head:
        return (body,)
    district = _DISTRICT.match(rest)
    forms = [short + rest for short in dict.fromkeys((head, *_short_regions(head)))]
    if district or distinctive(rest):
        forms.append(rest)
    return tuple(forms)


def _region(body: str) -> tuple[str, str]:
    for region, _ in _REGIONS:
        if body.startswith(region):
            return region, body[len(region) :]
    city = _CITY.match(body)
    return (city[0], body[city.end() :]) if city else ("", body)


def _short_regions(head: str) -> tuple[str, ...]:
    for region, shorts in _REGIONS:
        if region == head:
            return tuple(s for s in shorts if s)
    return (head.removesuffix("市"), "市")


def distinctive(form: str) -> bool:
    """True where two characters or more stay when words that many units share are taken away."""
    return len(_COMMON.sub("", form)) >= 2


def shared(unit: str) -> frozenset[int]:
    """Return the indices of the characters that many units share, those that tell units apart excepted."""
    indices = (i for found in _COMMON.finditer(unit) for i in range(*found.span()))
    return frozenset(i for i in indices if unit[i] not in DISTINGUISHING)


def _worth_seeking(form: str) -> bool:
    # 市一中 is what people call one school; 市医院, 师大 are descriptions that stand in half of all documents.
    return len(form) > _LEAST or (len(form) == _LEAST and (distinctive(form) or bool(_SHORT_SCHOOL.match(form))))
