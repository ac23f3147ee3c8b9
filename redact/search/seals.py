"""Whose seal it is, from what its ring or its lines say: the applicant's unit's, clearly another body's, or nobody can tell.

The unit's it is where a name of it can be read, sought in the recogniser's posteriors as well as in its text, or where what is
read resembles one. Another body's it is only where both readers read the same whole name of a body, and each name of the unit
is contradicted by characters of which both are sure: what is read of a seal in part contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise
from math import exp

from redact.finding import Category
from redact.page import Posteriors
from redact.search.chops import Whose
from redact.search.folding import fold_character, is_han
from redact.search.lattice import Passage, Steps, other_name, passages
from redact.search.writings import Writing

# Mean probability of a reading, of a character that counts against a name, and of each one where a single one counts.
READ, SURE, VERY_SURE = 0.85, 0.9, 0.95
# The fewest characters of a body's name; how much of it both readers must read alike.
FEWEST, AGREED = 4, 0.8
# So many sure characters that a name does not hold contradict it, unless more than this share of the name stands in the reading.
FOREIGN, HELD = 3, 0.75
FEW_FOREIGN, HALF = 2, 0.5
# From this on a reading resembles a name: 1 - edits / length; and the share of a reading that a name holds.
ALIKE, PART = 0.65, 0.8
# Of a ring: the least diameter, px; the least share of the rim that is seen, and in grey, the colour of print, too.
SMALLEST, RIM, GREY_RIM = 100.0, 0.5, 0.8
# A line of print across a ring spans less of it than its own text does, in turns.
SPAN = 0.25
# A strip that reaches so far round a ring may begin in the middle of its text.
ALL_ROUND = 0.85
# Characters of one ring stand evenly, within this ratio; and no ring is fuller than this, in turns. A gap of so many pitches parts
# the end of a text from its beginning.
UNEVEN, FULL, GAP = 1.5, 0.85, 2.5
# A text reaches this far beyond the middles of its first and last characters, in pitches.
BESIDE = 0.75
# How names of bodies end; what a ring adds behind one.
ENDINGS = ("公司", "中心", *"局院学校会站所厅部委组馆园处室府队厂行台团社店场署办庭关司")
STAMP = re.compile(r"(?:财务|合同|人事|业务|发票|行政|公章)?(?:专用)?[章印]$")
# What bodies set below a ring's star: what the seal is for, or which office uses it. Of the commonest words one character may be
# misread: no name is read like them.
BELOW_STAR = re.compile(
    r".{0,8}(?:专用.?|专.?章|.?用章)|.{0,2}(?:办公.?|.?公室)|(?:人事|财务|组织|宣传|行政|科技|科研|教务|教学|后勤|总务|学生|医务|护理|政工|保卫|质控|质量|业务|"
    r"职称|培训|档案|审批|监督|工程|技术|规划|发展|合作|研究生|继续教育|人力资源|政务服务|社会保障|职称改革|学位评定){1,2}[处科部股室]"
)
# Bodies whose seals bear an emblem.
EMBLEM = re.compile(
    "^中华人民共和国|^国家|^中共|中国共产党|人民政府|国务院|人民法院|人民检察院|人民代表大会|人大常委会|政治协商|海关|税务|公安|共青团|共产主义青年团"
)
# Characters in a row, and how much of a body's printed name must be read of the ring above it, in order.
HAN, MOST = re.compile(r"[\u4e00-\u9fff]+"), 0.7
# A row across a ring says its name where so much of that is read in order; and a date as they are printed.
SAID = 0.5
DATE = re.compile(r"[12]\d{3}年\d{1,2}月(?:\d{1,2}日?)?")
# A department's ring may bear no unit's name (教务处, 学生工作部, 机械工程学院): only what begins with a place, a state's organ,
# or is a company's or a university's name is a body that can be told from the applicant's unit.
BODY = re.compile(
    r"^(?:中国|中华|中共|国家|全国|新疆|自治区|兵团|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|"
    r"海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|香港|澳门|乌鲁木齐|克拉玛依|吐鲁番|哈密|昌吉|伊犁|塔城|阿勒泰|博尔塔拉|"
    r"巴音郭楞|阿克苏|克孜勒苏|喀什|和田|石河子|阿拉尔|图木舒克|五家渠)..+|"
    r"^.{2,8}?(?:省|市|县|区|州|盟|旗|镇|乡|街道|团场).{2,}$|^(?!有?限|责?任|股?份|集?团).{4,}(?:有限|责任|股份|集团)公司$|^.{2,}大学"
)
# Characters that lose or gain a stroke in worn ink.
LOOK_ALIKE = tuple(
    map(frozenset, ("一二三十七丁千干工土士王玉主五", "大太天夫木本未末", "日曰目白自四", "人入八大", "己已巳", "东车", "县具", "市布"))
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A character that was read: folded, its probability, and the step at which it stands."""

    text: str = field(repr=False)
    chance: float
    step: float


@dataclass(frozen=True, eq=False)
class SealLine:
    """One text of a seal, as the first reader reads it and, where it was worth asking, the second.

    `turns`: where each step of the first reader lies on the ring, in turns; nothing for straight text. `part`: which of its
    characters are meant.
    """

    first: Posteriors = field(repr=False)
    second: Posteriors | None = field(default=None, repr=False)
    turns: tuple[float, ...] = field(default=(), repr=False)
    part: tuple[int, int | None] = (0, None)

    @cached_property
    def letters(self) -> tuple[Letter, ...]:
        """The Chinese characters that the first reader reads."""
        return letters(self.first)[slice(*self.part)]

    @property
    def trimmed(self) -> SealLine:
        """The line without what the first reader alone reads at its ends: Uyghur script and ornaments look like strokes."""
        alike = [i for i, agreed in enumerate(self.agreed) if agreed]
        return replace(self, part=(alike[0], alike[-1] + 1)) if alike else self

    @property
    def without_ending(self) -> SealLine:
        """The line without what seals add behind a name (合同专用章): it stands on the unit's own seals as well, and tells nothing."""
        return replace(self, part=(self.part[0], self.part[0] + len(STAMP.sub("", self.text))))

    @cached_property
    def text(self) -> str:
        """What the first reader reads: its Chinese characters, folded."""
        return "".join(letter.text for letter in self.letters)

    @property
    def score(self) -> float:
        """The mean probability of the characters, 0 where there are none."""
        return sum(letter.chance for letter in self.letters) / len(self.letters) if self.letters else 0.0

    @cached_property
    def places(self) -> tuple[float, ...]:
        """Where each character stands on the ring, in turns; nothing for straight text."""
        return tuple(self.turns[min(int(letter.step), len(self.turns) - 1)] for letter in self.letters) if self.turns else ()

    @property
    def span(self) -> float:
        """How far the characters reach round the ring, in turns."""
        return self.places[-1] - self.places[0] if self.places else 0.0

    @property
    def all_round(self) -> bool:
        """True where the strip may begin in the middle of a ring's text, since there is no gap."""
        return bool(self.turns) and self.turns[-1] - self.turns[0] > ALL_ROUND

    @property
    def arcs(self) -> tuple[tuple[float, float], ...]:
        """Where on a ring characters stand that both readers read, from where to where, in turns; wide gaps are none of it."""
        found = [place for place, agreed in zip(self.places, self.agreed, strict=True) if agreed]
        if len(found) < 2:
            return ()
        pitch = sorted(b - a for a, b in pairwise(self.places))[(len(self.places) - 1) // 2]
        starts = [0, *(i for i in range(1, len(found)) if found[i] - found[i - 1] > GAP * pitch)]
        ends = [*(i - 1 for i in starts[1:]), len(found) - 1]
        return tuple((found[a] - BESIDE * pitch, found[z] + BESIDE * pitch) for a, z in zip(starts, ends, strict=True))

    @property
    def behind_gaps(self) -> tuple[int, ...]:
        """The characters of a ring that stand behind a gap of a few characters' width."""
        apart = [b - a for a, b in pairwise(self.places)]
        return tuple(i + 1 for i, gap in enumerate(apart) if gap > GAP * sorted(apart)[len(apart) // 2])

    @cached_property
    def agreed(self) -> tuple[bool, ...]:
        """Per character, whether the second reader reads it too."""
        if self.second is None:
            return (False,) * len(self.letters)
        matched = _common(self.text, "".join(letter.text for letter in letters(self.second)), (1.0,) * len(self.letters))
        return tuple(i in matched for i in range(len(self.letters)))


@dataclass(frozen=True, slots=True, eq=False)
class ReadSeal:
    """What was read of a seal, and how well it is seen.

    `ring`: its text stands along a rim, of which the share `rim` is seen; `diameter` px, of an oval the smaller one.
    `coloured`: its ink has a colour, so that print beneath it was told apart. `alone`: no ink like its own stands out of it, as that
    of another seal across it would.
    """

    lines: tuple[SealLine, ...]
    ring: bool
    rim: float
    diameter: float
    coloured: bool
    alone: bool


def letters(read: Posteriors) -> tuple[Letter, ...]:
    """Return the Chinese characters of the best path, folded."""
    read_at = ((fold_character(read.top_text[first]), first, last) for first, last in _runs(read))
    return tuple(
        Letter(text, exp(float(read.best[first:last].max())), (first + last) / 2)
        for text, first, last in read_at
        if len(text) == 1 and is_han(text)
    )


def is_below_star(line: SealLine) -> bool:
    """True where a reader reads a straight line within a ring as what bodies set there, and no name: 财务专用章, 办公室."""
    reads = (line.first, line.second)
    texts = ("".join(letter.text for letter in letters(read)) for read in reads if read is not None)
    return any(BELOW_STAR.fullmatch(text) for text in texts)


def bears_emblem(text: str) -> bool:
    """True where a seal may have an emblem in its middle, and no star: ministries, governments, courts, committees of the Party.

    Ministries, state bureaus and people's governments after the State Council's rules on seals (国发〔1999〕25号); the others are not
    in them and rest on what such seals look like.
    """
    return EMBLEM.search(text) is not None


def print_across(read: Posteriors, name: str) -> tuple[float, float] | None:
    """Return from where to where, in steps, a row across a ring says the ring's own name or a date; None where it says neither.

    Bodies print both where they press their seal.
    """
    found = [(fold_character(read.top_text[first]), (first + last) / 2) for first, last in _runs(read)]
    dated = DATE.search("".join(text if len(text) == 1 else "\0" for text, _ in found))
    spans = [span for span in (_span(found, name), dated and _around(found, dated.start(), dated.end() - 1)) if span]
    return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None


def _span(found: Sequence[tuple[str, float]], name: str) -> tuple[float, float] | None:
    """Return where a name stands that was read for the most part, what was not read of it too."""
    text = "".join(text if len(text) == 1 else "\0" for text, _ in found)
    at = sorted(_common(text, name, (1.0,) * len(text)))
    if len(at) < max(FEWEST, SAID * len(name)):
        return None
    steps = [found[i][1] for i in at]
    pitch = sorted(b - a for a, b in pairwise(steps))[(len(steps) - 1) // 2]
    held = _common(name, text, (1.0,) * len(name))
    before, after = min(held), len(name) - 1 - max(held)
    return steps[0] - pitch * (before + BESIDE), steps[-1] + pitch * (after + BESIDE)


def _around(found: Sequence[tuple[str, float]], first: int, last: int) -> tuple[float, float]:
    steps = [step for _, step in found[first : last + 1]]
    pitch = (steps[-1] - steps[0]) / max(1, len(steps) - 1)
    return steps[0] - pitch, steps[-1] + pitch


def _runs(read: Posteriors) -> list[tuple[int, int]]:
    """Return the first step and the end of each character of the best path."""
    edges = [0, *(step for step in range(1, len(read.top)) if read.top[step] != read.top[step - 1]), len(read.top)]
    return [(first, last) for first, last in pairwise(edges) if read.top_text[first]] if len(read.top) else []


def ends_as_body(text: str) -> bool:
    """True where a text ends as names of bodies do."""
    return STAMP.sub("", text).endswith(ENDINGS)


def whose_seal(seal: ReadSeal, writings: Iterable[Writing], printed: Sequence[str] = ()) -> Whose:
    """Return whose seal it is; `writings` are the applicant's. Without a unit among them nobody can tell.

    `printed`: lines of print on the seal, folded: bodies press their seals over their printed names.
    """
    chinese = [w for w in writings if len(w.folded) > 1 and all(map(is_han, w.folded))]
    units = [w for w in chinese if w.category is Category.UNIT]
    names = [w for w in chinese if w.category is Category.NAME]
    if any(_holds(line, writing) for line in seal.lines for writing in (*units, *names)):
        return Whose.OWN
    if not units:
        return Whose.UNSURE
    if _clear(seal) and any(_is_other(line, seal, units, printed) for line in seal.lines):
        return Whose.OTHER
    return Whose.OWN if any(_alike(line.text, writing.folded) for line in seal.lines for writing in units) else Whose.UNSURE


def _holds(line: SealLine, writing: Writing) -> bool:
    """True where a reader reads the writing, or may have: where nothing in its posteriors rules it out."""
    return any(_reads(read, writing) for read in (line.first, line.second) if read is not None)


def _reads(read: Posteriors, writing: Writing) -> bool:
    derived, text = writing.origin == "derived", writing.folded
    spelt = "".join(letter.text for letter in letters(read))
    # A short name is derived with the region's last character before it: 市二中 stands in every other city's, too.
    if spelt.startswith(text) if derived else text in spelt:
        return True
    steps = Steps.of(read, {c: i for i, c in enumerate(dict.fromkeys(text))}, 0)
    found = passages(steps, [text])[0]
    mine = (passage for passage in found if not other_name(steps, passage, text, unit=writing.category is Category.UNIT))
    return any(not derived or not _has_before(read, passage) for passage in mine)


def _has_before(read: Posteriors, passage: Passage) -> bool:
    return any(letter.step < passage.at[0] and letter.chance >= SURE for letter in letters(read))


def _clear(seal: ReadSeal) -> bool:
    """True where the seal is seen so well that what is read on it is its text."""
    if not seal.ring:
        # Every line of a stamp must be read: the one that is not may name the unit.
        return seal.coloured and bool(seal.lines) and all(_is_read(line) for line in seal.lines)
    return seal.diameter >= SMALLEST and seal.rim >= (RIM if seal.coloured else GREY_RIM) and seal.alone


def _is_read(line: SealLine) -> bool:
    return bool(line.letters) and line.score >= READ and sum(line.agreed) >= AGREED * len(line.letters)


def _is_other(whole: SealLine, seal: ReadSeal, units: Sequence[Writing], printed: Sequence[str]) -> bool:
    line = whole.trimmed.without_ending
    if not _is_read(line) or (seal.ring and line.span < SPAN) or not (_is_body(line) or _is_most_of_a_body(line.text, printed)):
        return False
    return all(_rules_out(line, unit) for unit in units)


def _rules_out(line: SealLine, unit: Writing) -> bool:
    # A derived short name says less than the name that it comes from, which is among the units, too.
    return _distance(line.text, unit.folded) > 1 if unit.origin == "derived" else _contradicted(line, unit.folded)


def _is_body(line: SealLine) -> bool:
    """True where a body's name was read from its beginning to its end: round a ring without a gap it may begin anywhere, and behind
    a gap where the strip began in one that something hides."""
    text = line.text
    begins = range(len(text)) if line.all_round else [0, *line.behind_gaps]
    ways = [text[i:] + text[:i] for i in begins]
    bodies = (STAMP.sub("", way) for way in ways)
    return any(len(body) >= FEWEST and body.endswith(ENDINGS) and BODY.match(body) for body in bodies)


def _is_most_of_a_body(text: str, printed: Iterable[str]) -> bool:
    """True where what was read of a seal is most of a body's name that is printed beneath it: print hides the rest."""
    bodies = (body for said in printed for body in HAN.findall(said) if body.endswith(ENDINGS) and BODY.match(body))
    return len(text) >= FEWEST and any(len(text) >= MOST * len(body) and _is_part(text, body) for body in bodies)


def _is_part(text: str, body: str) -> bool:
    rest = iter(body)
    return all(character in rest for character in text)


def _contradicted(line: SealLine, name: str) -> bool:
    """True where characters that were surely read leave no room for the name."""
    text, sure = line.text, [letter.chance >= SURE and agreed for letter, agreed in zip(line.letters, line.agreed, strict=True)]
    turns = range(len(text))
    held = max(len(_common(text[i:] + text[:i], name, (1.0,) * len(text))) for i in turns)
    weights = tuple(map(float, sure))
    explained = max(_weight(text[i:] + text[:i], name, weights[i:] + weights[:i]) for i in turns)
    foreign = sum(sure) - explained
    if (foreign >= FOREIGN and held <= HELD * len(name)) or (foreign >= FEW_FOREIGN and held <= HALF * len(name)):
        return True
    # One character against a name counts only where nothing of the seal may be unread.
    exact = all(line.agreed) and all(letter.chance >= VERY_SURE for letter in line.letters)
    whole = foreign >= FEW_FOREIGN or len(text) >= len(name) or _has_no_room(line, len(name))
    return exact and whole and _replaces(line, name)


def _has_no_room(line: SealLine, count: int) -> bool:
    """True where a ring whose characters stand evenly so far apart could not hold so many."""
    pitches = sorted(b - a for a, b in pairwise(line.places))
    if len(pitches) < FEWEST - 1:
        return False
    pitch = pitches[len(pitches) // 2]
    return pitches[-1] <= UNEVEN * pitch and count * pitch > FULL


def _weight(text: str, name: str, weights: Sequence[float]) -> float:
    return sum(weights[i] for i in _common(text, name, weights))


def _replaces(line: SealLine, name: str) -> bool:
    """True where the line has, in the place of a part of the name, a character that looks like none of that part.

    What a reader does not know it reads as something else, with confidence: such a part tells nothing.
    """
    ways = (line.text[i:] + line.text[:i] for i in range(len(line.text)))
    text = max(ways, key=lambda way: len(_common(way, name, (1.0,) * len(way))))
    parts = SequenceMatcher(None, text, name, autojunk=False).get_opcodes()
    replaced = [(text[a:b], name[c:d]) for kind, a, b, c, d in parts if kind == "replace"]
    return any(_known(line, part) and any(not _looks_like(c, part) for c in read) for read, part in replaced)


def _looks_like(character: str, part: str) -> bool:
    return any(character in group and not group.isdisjoint(part) for group in LOOK_ALIKE)


def _known(line: SealLine, part: str) -> bool:
    """True where both readers know every character."""
    reads = (line.first, line.second)
    return all(read is not None and set(part) <= set(map(fold_character, read.sought)) for read in reads)


def _common(text: str, other: str, weights: Sequence[float]) -> frozenset[int]:
    """Return the indices in the text of the heaviest subsequence that both have in common."""
    best: list[list[tuple[float, frozenset[int]]]] = [[(0.0, frozenset())] * (len(other) + 1)]
    for i, character in enumerate(text):
        above, row = best[-1], [(0.0, frozenset[int]())]
        for j, wanted in enumerate(other):
            ways = [above[j + 1], row[j]]
            if character == wanted:
                ways.append((above[j][0] + weights[i], above[j][1] | {i}))
            row.append(max(ways, key=lambda way: way[0]))
        best.append(row)
    return best[-1][-1][1]


def _alike(text: str, name: str) -> bool:
    """True where the text, begun anywhere, resembles the name, or is for the most part a piece of it."""
    if len(text) < FEWEST - 1:
        return False
    return _resembles(text, name) or len(_common(text, name, (1.0,) * len(text))) >= PART * len(text)


def _resembles(text: str, name: str) -> bool:
    turned = (text[i:] + text[:i] for i in range(len(text)))
    return any(1 - _distance(way, name) / max(len(way), len(name)) >= ALIKE for way in turned)


def _distance(text: str, other: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance(text, other)
