"""Whose name a hit is: the rules by which a hit is left to somebody else. Each asks for clear evidence; in doubt it is ours.

1. A Latin writing is a word or several, not a piece of one: `Li Na` is not in `linac`; `Fang Zhou` is not in `Fang Zhouyuan`.
2. Initials are capitals that stand apart from the surname: `Wei YN`.
3. A Chinese name of two or three characters with one more character of given names after it, close beside it, and then the
   end of the word or a sign, is another name (张三丰). Characters that also start common words are no such evidence.
4. A school, hospital or office `市…` of another city: 喀什市一中 is not 市一中.
5. A character that tells units apart (第一, 第二; 东, 西; 南, 北), read with confidence as another one: another unit.
6. Text that was read with confidence throughout, and differs from ours: another name.
"""

from __future__ import annotations

import re

from redact.finding import Category
from redact.page import Word
from redact.search.folding import is_arabic, is_han, is_latin
from redact.search.matching import Edit, Match
from redact.search.streams import Stream, Streams
from redact.search.units import DISTINGUISHING
from redact.search.writings import Writing

# Characters that end given names and hardly ever begin the word that follows a name: no verbs, particles or titles.
GIVEN = frozenset(
    "丰云远东华军平强刚勇杰涛超磊鹏飞波斌辉浩宇轩博昊龙虎森海峰岩松柏梅兰竹芳芬芝英莹萍娟娜婷婧妍娇媛丽红艳霞静敏慧惠琴玲珍珠玉凤燕雪洁莉蓉薇莲荣贵康宁"
    "泰祥瑞庆欣怡悦佳嘉秋晨阳亮晓晖旭星辰雨霖泽源洋洲涵淑润鑫钰铭锋邦忠义仁诚毅恒善俊豪雄伟宏鸿洪昌盛茂贤哲睿武斯琪琳瑶璐璇瑾彤丹青翠然若依鸣"
)
_AFTER_NAMES = re.compile(
    r"同志|老师|先生|女士|同学|教授|医生|医师|校长|院长|主任|[二两三四五六七八九十]人|等|"
    r"获得|荣获|担任|参加|主持|负责|共同|合作|合著|协助|指导|完成|撰写"
)
_SIGNS = re.compile(r"[^\w\s]|[\s]")
_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v))+"
)
OTHER_CITY = re.compile(
    r"(?:喀什|克拉玛依|昌吉|石河子|库尔勒|阿克苏|哈密|吐鲁番|伊宁|塔城|阿勒泰|和田|阿图什|博乐|奎屯|五家渠|阿拉尔|图木舒克|北屯|铁门关|双河|可克达拉|昆玉|胡杨河|"
    r"新星|阜康|霍尔果斯|阿拉山口|乌苏|沙湾|库车|北京|上海|天津|重庆|西安|兰州|成都|武汉|南京|杭州|广州|深圳|郑州|长沙|济南|青岛|大连|沈阳|哈尔滨|长春)$"
)
LONG_LATIN = 8  # letters: readers lose spaces, and so many letters in a row are no accident


def stands(streams: Streams, stream: Stream, match: Match, writing: Writing) -> bool:
    """True unless the match is clearly a piece of something else (rules 1 to 4)."""
    target = writing.folded
    if writing.how == "initials":
        return _stands_apart(stream, match, streams) and _is_initials(streams, stream, match, writing)
    if is_latin(target[0]) and is_latin(target[-1]):
        return _stands_apart(stream, match, streams) or (len(target) >= LONG_LATIN and not _goes_on_in_pinyin(stream, match))
    if writing.category is Category.UNIT:
        return not (target.startswith("市") and OTHER_CITY.search(stream.text[: match.start]))
    return not (writing.category is Category.NAME and _goes_on_as_name(streams, stream, match, target))


def _original(streams: Streams, stream: Stream, index: int) -> str:
    word, character = stream.places[index]
    return (streams.words[word].text or "")[character]


def _stands_apart(stream: Stream, match: Match, streams: Streams) -> bool:
    """True where no letter touches the match; a capital after a small letter begins a word of its own (ByGuo)."""
    text = stream.text
    before = match.start > 0 and is_latin(text[match.start - 1]) and stream.touches(match.start - 1)
    if before and not (_original(streams, stream, match.start).isupper() and _original(streams, stream, match.start - 1).islower()):
        return False
    after = match.end < len(text) and is_latin(text[match.end]) and stream.touches(match.end - 1)
    return not after or (_original(streams, stream, match.end).isupper() and _original(streams, stream, match.end - 1).islower())


def _goes_on_in_pinyin(stream: Stream, match: Match) -> bool:
    end = match.end
    while end < len(stream.text) and is_latin(stream.text[end]) and stream.touches(end - 1):
        end += 1
    return end > match.end and bool(_SYLLABLES.fullmatch(stream.text[match.end : end]))


def _is_initials(streams: Streams, stream: Stream, match: Match, writing: Writing) -> bool:
    letters = [_original(streams, stream, i) for i in range(match.start, match.end)]
    capitals = [c.isupper() for c in writing.text if is_latin(c)]
    shown = [c for c in letters if is_latin(c)]
    if not all(c.isupper() for c, wanted in zip(shown, capitals, strict=False) if wanted):
        return False
    # Surname and initials are two words; without that, XIAO and Xiao are found in any text.
    words = re.split(r",?\s", writing.text)
    return "," in writing.text or not stream.touches(match.start + len(words[0]) - 1)


def _goes_on_as_name(streams: Streams, stream: Stream, match: Match, target: str) -> bool:
    """Rule 3. The next line and the next word are no evidence: there another text may begin."""
    end = match.end
    if not 2 <= len(target) <= 3 or not all(is_han(c) for c in target) or end >= len(stream.text) or stream.text[end] not in GIVEN:
        return False
    (word, last), (other, extra) = stream.places[end - 1], stream.places[end]
    if word != other or extra - last != 1 or not _close(streams.words[word], last, extra):
        return False
    rest = (streams.words[word].text or "")[extra + 1 :]
    if not rest:
        return not streams.joints.wrap[word] or _stands_alone(streams.words[word], last - len(target) + 1)
    return bool(_SIGNS.match(rest) or _AFTER_NAMES.match(rest))


def _stands_alone(word: Word, start: int) -> bool:
    return start <= 0 or bool(_SIGNS.match((word.text or "")[start - 1]))


def _close(word: Word, last: int, extra: int) -> bool:
    """True where the two characters stand as close as those of one name: no gap of a third of a line between them."""
    a, b = word.characters[last].box(), word.characters[extra].box()
    gap = max(b.x0 - a.x1, a.x0 - b.x1, b.y0 - a.y1, a.y0 - b.y1)
    size = max(min(max(q.length, q.thickness) for q in (word.characters[last], word.characters[extra])), 1e-3)
    return gap <= 0.35 * size


# A reader's mean score hides one bad character in a long line; its missing share, summed up, does not.
DOUBT = 0.4
UNSURE = 0.9
# Pairs that any reader takes for one another, however sure it says it is.
_SAME = ("il1|j!t", "o0qec", "uvn", "vy", "b6h", "s5", "z2", "g9q", "rn")


def doubtful(word: Word) -> bool:
    """True where the reader itself was unsure of at least one character of the word."""
    return word.score < UNSURE or (1 - word.score) * len(word.text or "") >= DOUBT


def vetoed(streams: Streams, stream: Stream, match: Match, writing: Writing) -> bool:
    """True where the edits are no misreading but another name (rules 5 and 6).

    Never in Arabic letters: Tesseract drops or doubles a letter of Uyghur and is sure of it (.99 on a line with one lost).
    """
    if is_arabic(writing.folded[0]):
        return False
    return any(_veto(streams, stream, match, edit, writing) for edit in match.edits)


def _veto(streams: Streams, stream: Stream, match: Match, edit: Edit, writing: Writing) -> bool:
    read = stream.text[edit.at] if edit.kind != "delete" else ""
    wanted = writing.folded[edit.of] if edit.kind != "insert" else ""
    if edit.kind == "insert" and not read.isalnum():
        return False  # a comma or a speck where the dot of the name stands
    if read and wanted and any(read in pair and wanted in pair for pair in _SAME):
        return False
    word = streams.words[stream.places[min(max(edit.at, match.start), match.end - 1)][0]]
    tells_apart = writing.category is Category.UNIT and bool({read, wanted} & DISTINGUISHING)
    return (tells_apart and word.score > 0.8) or not doubtful(word)
