"""Short names of a unit, by cautious rules: each rule is one that people in Xinjiang's offices use every day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product

# Characters that tell two units of one kind apart: 第一, 第二; 东, 西; 河东, 河西; 市, 县.
DISTINGUISHING = frozenset("〇零一二三四五六七八九十百千0123456789东西南北中上下前后左右大小甲乙丙丁老新市县区州")
_NUMBER = "[一二三四五六七八九十百零〇0-9]+"
# A region's own short forms; "" where the rest may stand without it.
_REGIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("新疆生产建设兵团", ("新疆兵团", "兵团")),
    ("新疆维吾尔自治区", ("新疆", "自治区")),
    ("新疆", ("",)),
    ("乌鲁木齐市", ("乌市", "乌鲁木齐", "市")),
    ("乌鲁木齐县", ("县",)),
    ("乌鲁木齐", ("乌市", "")),
    ("伊犁哈萨克自治州", ("伊犁州", "伊犁", "州")),
    ("昌吉回族自治州", ("昌吉州", "昌吉", "州")),
    ("巴音郭楞蒙古自治州", ("巴音郭楞州", "巴州")),
    ("博尔塔拉蒙古自治州", ("博尔塔拉州", "博州")),
    ("克孜勒苏柯尔克孜自治州", ("克孜勒苏州", "克州")),
)
_CITY = re.compile(r"^([\u4e00-\u9fff]{2,4})([市县])(?=.{2})")
_AREA = re.compile(r"^([\u4e00-\u9fff]{2,4})地区(?=.{2})")
_DISTRICT = re.compile(r"^([\u4e00-\u9fff]{2,4}[区县])(?=.{3})")
_DISTRICTS = {"沙依巴克区": "沙区", "水磨沟区": "水区", "头屯河区": "头区", "米东区": "米东", "达坂城区": "达坂城"}
_STREET = re.compile(r"(?:街道办事处|街道|镇|乡)(?=社区|卫生)")
# Long words that everybody shortens. The numbered ones are beneath.
_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("职业技术学院", ("职业学院", "职院")),
    ("职业中等专业学校", ("职业中专", "职专")),
    ("中等职业技术学校", ("职业技术学校", "职校")),
    ("教育局教研室", ("教研室",)),
    ("教育科学研究院", ("教科院",)),
    ("师范大学", ("师大",)),
    ("农业大学", ("农大",)),
    ("医科大学", ("医大",)),
    ("财经大学", ("财大",)),
    ("工业大学", ("工大",)),
    ("农业科学院", ("农科院",)),
    ("林业科学研究院", ("林科院",)),
    ("林业科学院", ("林科院",)),
    ("畜牧科学院", ("畜科院",)),
    ("社会科学院", ("社科院",)),
    ("环境保护科学研究院", ("环科院",)),
    ("农业科学研究所", ("农科所",)),
    ("林业科学研究所", ("林科所",)),
    ("畜牧科学研究所", ("畜科所",)),
    ("科学研究所", ("研究所", "科研所")),
    ("中医医院", ("中医院",)),
    ("妇幼保健院", ("妇幼",)),
    ("疾病预防控制中心", ("疾控中心", "疾控")),
    ("卫生健康委员会", ("卫健委",)),
    ("人力资源和社会保障局", ("人社局",)),
    ("住房和城乡建设局", ("住建局",)),
    ("市场监督管理局", ("市场监管局",)),
    ("勘测设计研究院", ("设计院", "设计研究院")),
    ("勘察设计研究院", ("设计院", "设计研究院")),
    ("建筑设计研究院", ("建筑设计院",)),
    ("勘测设计院", ("设计院",)),
    ("勘察设计院", ("设计院",)),
    ("附属中学", ("附中",)),
    ("附属小学", ("附小",)),
    ("附属医院", ("附院",)),
    ("高级中学", ("高中",)),
)
_NUMBERED = re.compile(rf"第?({_NUMBER})(?:高级)?(中学|小学|幼儿园|人民医院|医院|附属医院|附属中学|附属小学)$")
_SHORT_OF = {
    "中学": ("{0}中", "第{0}中"),
    "小学": ("{0}小", "第{0}小"),
    "幼儿园": ("{0}幼",),
    "人民医院": ("{0}院", "{0}医院", "第{0}医院"),
    "医院": ("{0}院", "{0}医院"),
    "附属医院": ("{0}附院", "{0}附属医院"),
    "附属中学": ("{0}附中",),
    "附属小学": ("{0}附小",),
}
_COMPANY = re.compile(r"(集团)?(?:股份|有限责任|有限|责任)*公司$")
_SHORT_UNIVERSITY = re.compile(r"^[医农师财工]大")
# What many units share. A form is distinctive if two characters stay when these are gone.
_COMMON = re.compile(
    rf"新疆|维吾尔|自治区|乌鲁木齐|乌市|^[市县州]|^兵团|第?{_NUMBER}(?=中|小|医院|人民|幼|附|高级)|高级|实验|人民|疾病预防控制|疾控|社区卫生服务|街道|中心|中医|妇幼|"
    r"保健|附属|职业|技术|中等|专业|师范|农业|医科|财经|工业|林业|畜牧|社会|环境保护|科学|教育|卫生健康|人力资源和社会保障|"
    r"中学|小学|学校|大学|学院|职院|职校|职专|医院|中医院|图书馆|博物馆|幼儿园|教育局|教研室|研究所|科研所|研究院|设计院|科学院|委员会|有限|责任|股份|公司|集团|"
    r"[医农师财工]大|[教农林畜社环]科[院所]|卫健委|人社局|住建局|附[中小院]|一中|[一二三四五六七八九十]+[中小院幼]$"
)
_SHORT_KNOWN = re.compile(rf"^(?:[市县州]{_NUMBER}[中小院幼]|新[医农师财工]大)$")
_DOMAIN = re.compile(r"^(?:https?://)?(?:[^@/\s]*@)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[/:].*)?$", re.IGNORECASE)
_LEAST = 3  # characters of a derived form
_TENS = 10


def short_forms(unit: str) -> tuple[str, ...]:
    """Return the short names of a unit, folded text in and out, without the unit itself."""
    region, rest = _region(unit)
    district, rest = _district(rest)
    bodies = dict.fromkeys(_contracted(rest))
    forms = dict.fromkeys(head + body for body in bodies for head in _heads(region, district, body))
    return tuple(f for f in forms if f != unit and _worth_seeking(f))


def _region(body: str) -> tuple[str, str]:
    for region, _ in _REGIONS:
        if body.startswith(region):
            return region, body[len(region) :]
    found = _CITY.match(body) or _AREA.match(body)
    return (found[0], body[found.end() :]) if found else ("", body)


def _district(body: str) -> tuple[str, str]:
    found = _DISTRICT.match(body)
    return (found[1], body[found.end() :]) if found else ("", body)


def _heads(region: str, district: str, body: str) -> Iterator[str]:
    """Yield what may stand before a body: the region in every form, the district, nothing where the body is distinctive."""
    shorts = tuple(dict.fromkeys(("", *_short_regions(region))))
    if district:
        names = tuple(dict.fromkeys((district, _DISTRICTS.get(district, district))))
        yield from (f"{head}{name}" for head, name in product((region, *shorts), names))
        return
    yield from (head for head in (region, *shorts) if head)
    if region.startswith("新疆") and _SHORT_UNIVERSITY.match(body):
        yield "新"
    if distinctive(body) or (not region and body) or (_SHORT_UNIVERSITY.match(body) and len(body) > _LEAST):
        yield ""


def _short_regions(region: str) -> tuple[str, ...]:
    for known, shorts in _REGIONS:
        if known == region:
            return shorts
    if region.endswith("地区"):
        return (region.removesuffix("地区"), "地区")
    return (region[:-1], region[-1]) if region else ()


def _contracted(body: str) -> Iterator[str]:
    """Yield the body, and it with every choice of its long words shortened: 第一附属医院 to 一附院, 职业技术学院 to 职院."""
    for kind in _kinds(body):
        stem = _STREET.sub("", kind)
        for form in dict.fromkeys((kind, stem)):
            yield from _shortened(form)


def _kinds(body: str) -> tuple[str, ...]:
    """Return a company's name with every ending that people give it, and what is no company's as it is."""
    found = _COMPANY.search(body)
    if not found:
        return (body,)
    stem, group = body[: found.start()], found[1] or ""
    endings = [f"{group}{ending}" for ending in ("有限公司", "有限责任公司", "公司", "")]
    return tuple(dict.fromkeys((body, *(stem + ending for ending in endings), stem)))


def _shortened(body: str) -> Iterator[str]:
    yield body
    tails = list(_numbered(body))
    yield from tails
    for form in (body, *tails):
        for long, shorts in _WORDS:
            if long in form:
                # The first long word that is there; what is left may hold another.
                yield from (shorter for short in shorts for shorter in _shortened(form.replace(long, short, 1)))
                break


def _numbered(body: str) -> Iterator[str]:
    """Yield 一中 for 第一中学, 13小 for 第十三小学, 一附院 for 第一附属医院."""
    found = _NUMBERED.search(body)
    if found:
        stem = body[: found.start()]
        numbers = dict.fromkeys((found[1], *_digits(found[1])))
        yield from (stem + form.format(number) for number in numbers for form in _SHORT_OF[found[2]])
        yield from (f"{stem}第{number}{found[2]}" for number in numbers if number != found[1])


def _digits(number: str) -> tuple[str, ...]:
    """Return a Chinese number from ten to 99 in digits: nobody writes 1中."""
    tens, ten, ones = number.partition("十")
    if not ten or any(len(part) > 1 or part not in "一二三四五六七八九" for part in (tens, ones) if part):
        return ()
    value = {c: i for i, c in enumerate("一二三四五六七八九", start=1)}
    return (str(value.get(tens, 1) * _TENS + value.get(ones, 0)),)


def domain(unit: str) -> str:
    """Return the domain of a web or e-mail address that was given as a writing of the unit, "" for anything else."""
    found = _DOMAIN.match(unit.strip())
    return found[1].lower() if found else ""


def distinctive(form: str) -> bool:
    """True where two characters or more stay when words that many units share are taken away."""
    return len(_COMMON.sub("", form)) >= 2


def shared(unit: str) -> frozenset[int]:
    """Return the indices of the characters that many units share, those that tell units apart excepted."""
    indices = (i for found in _COMMON.finditer(unit) for i in range(*found.span()))
    return frozenset(i for i in indices if unit[i] not in DISTINGUISHING)


def _worth_seeking(form: str) -> bool:
    # 市一中 is what people call one school; 市医院, 师大 are descriptions that stand in half of all documents.
    return len(form) > _LEAST or (len(form) == _LEAST and (distinctive(form) or bool(_SHORT_KNOWN.match(form))))
