"""A name or short name that is also a word (高峰, 文化, 一中): does it stand here as a name?

It does where nothing touches it in its word or cell, behind a label or title, before a title, beside an author's verb, and between
other people's names. It is a word where the dictionary has a longer one around it (高峰期, 文化馆). Elsewhere nobody can tell but a person.
"""

from __future__ import annotations

import re

from redact.finding import Category
from redact.search.folding import DOTS
from redact.search.layout import Joints
from redact.search.lexicon import cut, is_word, tag
from redact.search.namesakes import WORDS_AFTER, is_accident
from redact.search.streams import Streams
from redact.search.surnames import splits
from redact.search.surroundings import Surroundings

_SIGNS = r"[\s(（\[【<《“\"'—\-/|]*"
# A label says it by itself; a post or a verb only where no noun follows: 教师高峰在会上, but 教师文化素养.
_NAME_LABEL = re.compile(
    r"(?:(?:姓名|签名|签字|签章|署名|曾用名|申报人|申请人|承诺人|本人)[:：]?|[人者员师长名字编任辑计对稿介][:：]|(?:签名|签字|签章|盖章)[)）][:：]?)"
    + _SIGNS
    + "$"
)
_NAME_POST = re.compile(
    r"(?:作者|编者|著者|译者|学员|考生|教师|老师|主编|编委|编著|班主任|辅导员|校长|院长|所长|处长|科长|主任|书记|组长|教授|医师|医生|护士|工程师|研究员|授予|聘任|聘请|证明|推荐)"
    + _SIGNS
    + "$"
)
_UNIT_LABEL = re.compile(r"(?:(?:名称|学校|医院|公司|机构|部门|院校)[:：]|单位[:：]?)" + _SIGNS + "$")
_UNIT_POST = re.compile(r"(?:任职于|就职于|毕业于|供职于|就读于|任教于|在)$")
_TITLE_AFTER = re.compile(
    r"^[\s]*(?:同志|老师|先生|女士|小姐|同学|教授|副教授|讲师|医生|医师|主任|校长|院长|所长|处长|科长|书记|组长|班长|工程师|研究员|博士|硕士|等(?:[一二两三四五六七八九十\d]|同志|同学|老师|教师)|[二两三四五六七八九十]人|申报|[(（](?:19|20)\d\d|[\d¹²³⁴]{1,2}(?:[,，;；、*]|$)|"
    r"[,，、(（\s]*[男女](?![生人性子孩儿])|[著编译摄撰绘](?![\u4e00-\u9fff])|编著|主编|签名|签字|[(（]?身份证|[\s]*[(（]签)"
)
_UNIT_TITLE_AFTER = re.compile(r"^(?:教师|职工|教务处|校长|院长|教研组|全体|党支部|党委|工会)")
_ITEMS = re.compile(r"[、，,;；:：。\s(（)）等]")
_NAME_SAID = (_NAME_LABEL, _NAME_POST, _TITLE_AFTER)
_UNIT_SAID = (_UNIT_LABEL, _UNIT_POST, _UNIT_TITLE_AFTER)


def stands_as_name(streams: Streams, around: Surroundings, category: Category) -> bool:
    """True where the place says that this is a name."""
    if around.alone or _set_apart(streams, around):
        return True
    label, post, title = _UNIT_SAID if category is Category.UNIT else _NAME_SAID
    if title.match(around.tail) and not _cuts_word(around):
        return True
    lead = _lead(streams, around)
    if label.search(lead) or (post.search(lead) and _ends(around)) or _acts(around, category):
        return True
    return category is Category.NAME and (_is_person(_left(around)) or _is_person(_right(around)))


def _set_apart(streams: Streams, around: Surroundings) -> bool:
    """True where every character is a word of its own, or all that its words hold."""
    return len(around.words) > 1 and not around.head.strip() and not around.tail.strip()


def _lead(streams: Streams, around: Surroundings) -> str:
    """Return what stands before the hit, in its word or, where it begins one, in the word beside it."""
    if around.head.strip():
        return around.head
    return "".join(streams.words[i].text or "" for i in _before(streams.joints, around.words[0]))


def _before(joints: Joints, word: int) -> list[int]:
    return [i for i, following in enumerate(joints.row) if word in following][:1]


def _ends(around: Surroundings) -> bool:
    """True where no noun follows that the word could belong to."""
    if not around.after:
        return True
    following = cut(around.after)[0]
    return following in WORDS_AFTER or (len(following) > 1 and tag(following).startswith(("v", "d", "p", "c", "r", "t", "m")))


def _acts(around: Surroundings, category: Category) -> bool:
    """True for who does something: 由高峰主持."""
    following = cut(around.after)[0] if around.after else ""
    return category is Category.NAME and around.before.endswith("由") and len(following) > 1 and tag(following) == "v"


def _cuts_word(around: Surroundings) -> bool:
    """True where the hit begins inside of another word: 最高峰, 不文明."""
    words, at = cut(around.before + around.name), 0
    for word in words:
        if at < len(around.before) < at + len(word):
            return True
        at += len(word)
    return False


def _left(around: Surroundings) -> str:
    """Return the item before the hit in a list."""
    items = _ITEMS.split(around.head)
    return items[-2] if len(items) > 1 and around.head[-1:] == "、" else ""


def _right(around: Surroundings) -> str:
    return _ITEMS.split(around.tail)[1] if around.tail[:1] == "、" else ""


def _is_person(item: str) -> bool:
    """True for what reads as another person's name: a surname and a given name, no word; or a dotted name."""
    if DOTS & set(item):
        return True
    first = cut(item)[0] if item else ""
    return splits(item) is not None and not is_word(item) and (len(first) == 1 or tag(first).startswith("nr"))


def is_word_here(around: Surroundings) -> bool:
    """True where the hit is part of an ordinary word, or of two."""
    return is_accident(around) or _within_word(around)


def _within_word(around: Surroundings) -> bool:
    start, end, at = len(around.before), len(around.before) + len(around.name), 0
    for word in cut(around.before + around.name + around.after):
        first, last = at, at + len(word)
        at = last
        if first <= start and end <= last and len(word) > len(around.name):
            # 高峰会 is a word, but so is 会 after a name.
            return is_word(word) and not (last > end and around.after[0] in "会在和与是说")
    return False
