"""Pinyin of Chinese names: surnames have readings of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from redact.search.folding import is_han, simplify

# Readings as surnames where they differ from the everyday reading that pypinyin gives. Public knowledge (Xinhua dictionary).
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "朴": "piao", "翟": "zhai", "缪": "miao", "区": "ou",
    "任": "ren", "华": "hua", "盖": "ge", "种": "chong", "召": "shao", "尹": "yin", "乐": "yue", "员": "yun", "繁": "po",
    "黑": "he", "折": "she", "洗": "xian", "冼": "xian", "晁": "chao", "逄": "pang", "郇": "xun", "阚": "kan", "臧": "zang",
    "车": "che", "宁": "ning", "柏": "bai", "纪": "ji", "葛": "ge", "过": "guo", "哈": "ha", "那": "na", "燕": "yan", "应": "ying",
    "令": "ling", "佴": "nai", "秘": "bi", "牟": "mu", "能": "nai", "祭": "zhai", "谌": "chen", "隗": "wei", "尉": "wei", "尧": "yao",
    "覃": "qin", "乜": "nie", "兒": "ni", "句": "gou", "瞿": "qu", "卜": "bu", "於": "yu", "宓": "mi",
    "撒": "sa", "长": "chang", "重": "chong", "冯": "feng", "沈": "shen", "吕": "lü", "万": "wan", "俞": "yu",
}  # fmt: skip
# Surnames of two characters. Those that are as often a surname and a given name's first character are left out.
COMPOUND = {
    "欧阳": ("ou", "yang"), "司马": ("si", "ma"), "上官": ("shang", "guan"), "诸葛": ("zhu", "ge"), "司徒": ("si", "tu"),
    "东方": ("dong", "fang"), "尉迟": ("yu", "chi"), "公孙": ("gong", "sun"), "慕容": ("mu", "rong"), "长孙": ("zhang", "sun"),
    "宇文": ("yu", "wen"), "令狐": ("ling", "hu"), "皇甫": ("huang", "fu"), "夏侯": ("xia", "hou"), "轩辕": ("xuan", "yuan"),
    "端木": ("duan", "mu"), "独孤": ("du", "gu"), "南宫": ("nan", "gong"), "呼延": ("hu", "yan"), "完颜": ("wan", "yan"),
    "澹台": ("tan", "tai"), "万俟": ("mo", "qi"), "钟离": ("zhong", "li"), "闻人": ("wen", "ren"), "申屠": ("shen", "tu"),
    "赫连": ("he", "lian"), "西门": ("xi", "men"), "濮阳": ("pu", "yang"), "百里": ("bai", "li"), "淳于": ("chun", "yu"),
    "单于": ("chan", "yu"), "公羊": ("gong", "yang"), "鲜于": ("xian", "yu"), "拓跋": ("tuo", "ba"), "第五": ("di", "wu"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A Chinese name in pinyin: the syllables of the surname and of the given name, lower case, ü as ü, no tones."""

    surname: tuple[str, ...] = field(repr=False)
    given: tuple[str, ...] = field(repr=False)


def readings(name: str) -> tuple[Reading, ...]:
    """Return how a Chinese name of two to four characters may be read; nothing for names that are no Chinese names.

    The surname has the reading of the table, and the everyday one beside it where they differ: papers have both.
    """
    text = "".join(simplify(c) for c in name)
    if not 2 <= len(text) <= 4 or not all(is_han(c) for c in text):
        return ()
    if text[:2] in COMPOUND and len(text) > 2:
        everyday = tuple(_syllables(text[:2]))
        found = {Reading(s, tuple(_syllables(text[2:]))) for s in (COMPOUND[text[:2]], everyday)}
    elif len(text) == 4:
        return ()  # two surnames, or no Chinese name: nobody can tell where the given name starts
    else:
        everyday = tuple(_syllables(text[:1]))
        found = {Reading(s, tuple(_syllables(text[1:]))) for s in ((SURNAMES.get(text[0], everyday[0]),), everyday)}
    return tuple(sorted(found, key=lambda r: r.surname))


def _syllables(text: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin

    return list(lazy_pinyin(text, style=Style.NORMAL, v_to_u=True))


def spellings(syllables: tuple[str, ...]) -> tuple[str, ...]:
    """Return the ways in which passports, papers and keyboards write the syllables as one word: ü as u, v, yu."""
    joined = "".join(syllables)
    if "ü" not in joined:
        return (joined,)
    return tuple(dict.fromkeys(joined.replace("ü", u) for u in ("u", "v", "yu")))
