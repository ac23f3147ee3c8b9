"""Whose name a hit is: the rules by which a hit is left to somebody else. Each asks for clear evidence; in doubt it is ours.

1. A Latin writing is a word or several, not a piece of one: `Li Na` is not in `linac`; `Fang Zhou` is not in `Fang Zhouyuan`.
2. Initials are capitals that stand apart from the surname: `Wei YN`.
3. A longer name, or no name at all (`namesakes`): 张三丰 is not 张三, nor is 国王伟大 王伟. A name that is also a word, and a unit
   of two characters, are ours where they stand as a name, and open in running text (`common_words`).
4. A short name without its place, behind another place: 喀什市一中 is not 市一中, nor 北京友谊医院 友谊医院. Nor one that ends
   inside of another word: 市一中心.
5. A character that tells units apart (第一, 第二; 东, 西; 南, 北), read with confidence as another one: another unit.
6. Text that was read with confidence throughout, and differs from ours: another name.

`stands` knows rules 1 to 4 and what is open; `vetoed` 5 and 6.
"""

from __future__ import annotations

import re
from typing import Literal

from redact.finding import Category
from redact.page import Word
from redact.search.common_words import is_word_here, stands_as_name
from redact.search.folding import DOTS, is_arabic, is_han, is_latin
from redact.search.matching import Edit, Match
from redact.search.namesakes import ends_within_word, is_accident, is_others
from redact.search.streams import Stream, Streams
from redact.search.surroundings import surroundings
from redact.search.units import DISTINGUISHING
from redact.search.writings import Writing

Standing = Literal["ours", "others", "open"]
_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|van|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|uo|ui|ue|ve|er|a|o|e|i|u|v))+"
)
OTHER_CITY = re.compile(
    r"(?:喀什|克拉玛依|昌吉|石河子|库尔勒|阿克苏|哈密|吐鲁番|伊宁|塔城|阿勒泰|和田|阿图什|博乐|奎屯|五家渠|阿拉尔|图木舒克|北屯|铁门关|双河|可克达拉|昆玉|胡杨河|"
    r"新星|阜康|霍尔果斯|阿拉山口|乌苏|沙湾|库车|伊犁|巴州|博州|克州|中国|全国|国家|华东|华中|华南|华北|东北|西北|西南|陕西|甘肃|河南|山东|首都|北京|上海|天津|重庆|西安|兰州|成都|武汉|南京|杭州|广州|深圳|郑州|长沙|济南|青岛|大连|沈阳|哈尔滨|长春)$"
)
OTHER_COUNTY = re.compile(
    r"(?:鄯善|托克逊|木垒|奇台|吉木萨尔|玛纳斯|呼图壁|轮台|尉犁|若羌|且末|焉耆|和静|和硕|博湖|精河|温泉|温宿|沙雅|新和|拜城|乌什|阿瓦提|柯坪|疏附|疏勒|英吉沙|泽普|莎车|叶城|麦盖提|岳普湖|伽师|巴楚|墨玉|皮山|洛浦|策勒|于田|民丰|巩留|新源|昭苏|特克斯|尼勒克|伊宁|额敏|托里|裕民|布尔津|富蕴|福海|哈巴河|青河|吉木乃)$"
)
HAS_PLACE = re.compile("新疆|自治区|乌市|乌鲁木齐|兵团|新[医农师财工]大")
SHORT_UNIT = 4  # characters: what long names of units hold is no accident
LONG_LATIN = 8  # letters: readers lose spaces, and so many letters in a row are no accident


def stands(streams: Streams, stream: Stream, match: Match, writing: Writing) -> Standing:
    """Return whose the match is: ours, unless it is clearly a piece of something else; open where only a person can tell."""
    target = writing.folded
    if writing.how == "domain":
        return _ours_if(_stands_apart(stream, match, streams))
    if writing.how == "initials":
        return _ours_if(_stands_apart(stream, match, streams) and _is_initials(streams, stream, match, writing))
    if is_latin(target[0]) and is_latin(target[-1]):
        apart = _stands_apart(stream, match, streams) or (len(target) >= LONG_LATIN and not _goes_on_in_pinyin(stream, match))
        return _ours_if(apart)
    if writing.category is Category.UNIT and _is_elsewhere(stream.text[: match.start], writing):
        return "others"
    return _chinese(streams, stream, match, writing) if is_han(target[-1]) else "ours"


def _is_elsewhere(before: str, writing: Writing) -> bool:
    """Rule 4: true where a short name that says no place of its own stands right behind that of another one."""
    if writing.folded[0] in "市县州":
        return bool(OTHER_CITY.search(before) or (writing.origin == "derived" and OTHER_COUNTY.search(before)))
    return writing.how == "short-name" and bool(OTHER_CITY.search(before)) and not HAS_PLACE.match(writing.folded)


def _ours_if(ours: bool) -> Standing:
    return "ours" if ours else "others"


def _chinese(streams: Streams, stream: Stream, match: Match, writing: Writing) -> Standing:
    """Rule 3."""
    if writing.category is Category.NUMBER or (writing.category is Category.UNIT and len(writing.folded) > SHORT_UNIT):
        return "ours"
    around = surroundings(streams, stream, match)
    if writing.category is Category.NAME and is_others(around, writing.folded, not DOTS.isdisjoint(writing.text), streams.alone):
        return "others"
    if writing.category is Category.UNIT and (is_accident(around) or ends_within_word(around)):
        return "others"
    if not writing.strict or stands_as_name(streams, around, writing.category):
        return "ours"
    return "others" if is_word_here(around) else "open"


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
