"""Whose name chop a small seal is: the applicant's, clearly somebody else's, or nobody can tell.

Two recognisers read every cell of every way in which the characters may stand. The applicant's it is where the characters of a
name can stand in the cells, in any order, at the cost that the lattice search allows. Somebody else's it is only where every
character is agreed between the readers, and the text is a plausible Chinese name that is not near to any of the applicant's; or all
characters but one of the given name are, and nothing of the applicant's can stand in any cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from redact.finding import Category
from redact.page import Posteriors
from redact.search.folding import fold, fold_character, is_han
from redact.search.lattice import Steps, budget
from redact.search.surnames import splits
from redact.search.writings import Writing

# What a chop says beside the name, longest first.
ENDINGS = ("之印章", "印章", "之印", "之章", "私印", "私章", "名印", "名章", "信印", "印信", "手章", "印", "章", "玺")
# Characters of offices, papers and stamps. A name that holds one may be no name: 高等学校, 安全检查, 方正公司, 付讫.
OFFICIAL = frozenset(
    "专公财务校局院部厅处科所站办委厂店社馆司政党团组会计审核验讫付收阅查批准检质量合格同票号章印戳用企事工商税档案复件作废已单位县市区乡镇村街"
)
# The least probability of a character that counts as read by both readers; that of one which the first reader alone tells, and
# what the second must give to it.
SURE, VERY_SURE, NOT_AGAINST = 0.7, 0.95, 0.05
# What one reader must give to the character that both read best, where the other is very sure of it.
HALF_SURE = 0.4
# A character that is at least so unlikely in a cell (nats) does not stand there.
FAR = 6.0
# As many of a name's characters may stand in the cells of a chop that is clearly somebody else's: the surname.
SHARED = 1
# A name of so many characters of which one was not agreed is still another's, where the applicant shares none of it.
NEARLY_WHOLE = 3
_HAN = re.compile(r"[\u3400-\u9fff]+")
# Names of two characters are set with a space.
_SPACED = re.compile(r"(?<=[\u3400-\u9fff])[ \u3000]+(?=[\u3400-\u9fff])")
# Stands for an unread character in a name: any that is neither a surname, an office's nor an ending's.
UNREAD = "柔"
# What a character of a name printed beside a chop may cost in its cell, nats, both readers together; and where some of the applicant's
# could stand in its cells as well. Of 318 drawn chops (seeds 5300-5323 on copies, 5400-5423) 200 allowed their own name by the first;
# of 3,816 names of others one was allowed, on a 1-bit scan on which two of the applicant's characters could stand; by the second none.
NAMED, SURELY_NAMED = 2.0, 1.0
# What a character may cost the first reader where it reads the name by the letter, and the whole name the second then: one character
# misread. Of those chops and 305 others (5000, 5100) two more are told so, and of 7,476 names of others none.
BY_LETTER, MISREAD = 0.3, 9.0
# So many characters in so many cells are sought in any order; longer names as they are read.
FEW, MOST_CELLS = 4, 6


class Whose(StrEnum):
    """Whose name chop a seal is."""

    OWN = "own"
    OTHER = "other"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, eq=False)
class ReadPlate:
    """The cells of a small seal as both readers read them.

    `settings`: the ways in which the characters may stand, each the orders in which its cells may be read. `readings`: the
    first reader's and the second's, one entry per cell; the second's hold the characters that the first read, too.
    """

    settings: tuple[tuple[tuple[int, ...], ...], ...]
    readings: tuple[tuple[Posteriors, ...], tuple[Posteriors, ...]] = field(repr=False)


def whose(plates: Sequence[ReadPlate], writings: Iterable[Writing], named: Collection[str] = ()) -> Whose:
    """Return whose chop it is, from all the ways in which its characters may stand; `writings` are the applicant's.

    `named`: names of people that are printed beside it, folded, sought with the applicant's when the plates were read.
    """
    names = sorted({w.folded for w in writings if w.category is Category.NAME and len(w.folded) > 1 and all(map(is_han, w.folded))})
    if not names:
        # Who has no Chinese name in the record may have one on a chop.
        return Whose.UNSURE
    units = [w.folded for w in writings if w.category is Category.UNIT]
    others = [name for name in named if not _is_near(name, names) and not any(set(name) <= set(unit) for unit in units)]
    judges = [_Judge.of(plate, [*names, *others]) for plate in plates]
    if any(judge.own(name) for judge in judges for name in names):
        return Whose.OWN
    if any(judge.allows(name, names) for judge in judges for name in others):
        return Whose.OTHER
    shared = [(judge.shared(name), name) for judge in judges for name in names]
    told = [one for judge in judges for one in judge.told()]
    if told:
        near = any(count > _may_share(name) for count, name in shared)
        return Whose.OTHER if _are_names(told) and not near else Whose.UNSURE
    nearly = [one for judge in judges for one in judge.nearly_told(units)]
    return Whose.OTHER if nearly and _are_names(nearly) and not any(count for count, _ in shared) else Whose.UNSURE


def _is_near(name: str, names: Iterable[str]) -> bool:
    return any(len(set(name) & set(mine)) > _may_share(mine) for mine in names)


def _may_share(name: str) -> int:
    """Return how many of a name's characters may stand on what is clearly somebody else's."""
    return SHARED if len(name) > 2 else 0


def _are_names(told: Sequence[tuple[int, bool]]) -> bool:
    """True where the finest settings spell names: 高等 and 学校, each squeezed to one character, are cut too coarsely."""
    return all(is_name for cells, is_name in told if cells == max(told)[0])


@dataclass(frozen=True, slots=True, eq=False)
class _Judge:
    """One plate against the applicant's names: for each reader (cells, characters) float32 in nats.

    `costs`: what a character costs more than what was read; `unlikely`: how unlikely it is all in all, so that a cell in which
    the reader knows nothing resembles nobody.
    """

    plate: ReadPlate
    costs: tuple[NDArray[np.float32], ...]
    unlikely: tuple[NDArray[np.float32], ...]
    columns: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, plate: ReadPlate, names: Sequence[str]) -> _Judge:
        columns = {c: i for i, c in enumerate(dict.fromkeys("".join(names)))}
        costs, unlikely = [], []
        for cells in plate.readings:
            steps = [Steps.of(cell, columns, 0) for cell in cells]
            costs.append(np.array([s.cost.min(axis=0) for s in steps], np.float32))
            unlikely.append(np.array([(s.cost - np.log(s.sure)[:, None]).min(axis=0) for s in steps], np.float32))
        return cls(plate, tuple(costs), tuple(unlikely), columns)

    def own(self, name: str) -> bool:
        """True where the name's characters can stand in the cells of one setting, to either reader."""
        at = [self.columns[c] for c in name]
        return any(_least(costs[:, at], orders) <= budget(len(name)) for costs in self.costs for orders in self.plate.settings)

    def allows(self, name: str, mine: Iterable[str]) -> bool:
        """True where the name fills the cells of one setting but for what chops say beside it, to both readers together or to the
        first by the letter, and the applicant's, `mine`, are far from doing so. What a reader does not know costs it nothing; the
        first must know all of the name."""
        if not set(name) <= self._known(0):
            return False
        first, second = self._together(name, len(name) + len(ENDINGS[0]))
        near = any(self.shared(one) > _may_share(one) for one in mine)
        by_letter = not near and first <= BY_LETTER * len(name) and second <= MISREAD
        if not by_letter and first + second > (SURELY_NAMED if near else NAMED) * len(name):
            return False
        return all(sum(self._together(one)) - first - second >= FAR for one in mine)

    def _known(self, reader: int) -> set[str]:
        return set(map(fold_character, self.plate.readings[reader][0].sought))

    def _together(self, name: str, most: float = float("inf")) -> tuple[float, float]:
        """Return what it costs the two readers to set the name into the cells of that setting, of at most so many, which costs least."""
        at = [self.columns[c] for c in name]
        counted = [np.where([c in self._known(i) for c in name], costs[:, at], 0) for i, costs in enumerate(self.costs)]
        ways = [orders for orders in self.plate.settings if len(orders[0]) <= most]
        first, second = (float("inf"),) * 2
        for orders in ways:
            a, b = (_least(costs, orders) for costs in counted)
            first, second = min((first, second), (a, b), key=sum)
        return first, second

    def shared(self, name: str) -> int:
        """Return how many of the name's characters can stand in some cell, to the reader to whom more of them can."""
        at = [self.columns[c] for c in name]
        return max(int((unlikely[:, at].min(axis=0) < FAR).sum()) for unlikely in self.unlikely)

    def told(self) -> Iterator[tuple[int, bool]]:
        """Yield for each setting whose every character is agreed: its number of cells, and whether an order spells a person's name."""
        agreed = self._agreed()
        for orders in self.plate.settings:
            if all(agreed[i] for i in orders[0]):
                yield len(orders[0]), any(_is_name("".join(agreed[i] for i in order)) for order in orders)

    def nearly_told(self, units: Sequence[str]) -> Iterator[tuple[int, bool]]:
        """Yield as `told` for each setting with one character that is not agreed; what a unit's name may hold is nobody's."""
        agreed = self._agreed()
        for orders in self.plate.settings:
            letters = {agreed[i] for i in orders[0]} - {""}
            if len(orders[0]) >= NEARLY_WHOLE and sum(not agreed[i] for i in orders[0]) == 1:
                is_name = any(_is_nearly_name([agreed[i] for i in order]) for order in orders)
                yield len(orders[0]), is_name and not any(letters <= set(unit) for unit in units)

    def _agreed(self) -> list[str]:
        return [_agreed(*cells) for cells in zip(*self.plate.readings, strict=True)]


def _least(costs: NDArray[np.float32], orders: tuple[tuple[int, ...], ...]) -> float:
    """Return what it costs at least to set the characters (columns) into cells (rows): a few in any order, many as they are read."""
    n = costs.shape[1]
    cells = orders[0]
    if n > len(cells):
        return float("inf")
    if n <= FEW and len(cells) <= MOST_CELLS:
        ways = np.array(list(permutations(cells, n)))
    else:
        ways = np.array([order[i : i + n] for order in orders for i in range(len(order) - n + 1)])
    return float(costs[ways, np.arange(n)].sum(axis=1).min())


def _character(cell: Posteriors) -> tuple[str, float]:
    """Return the one character that was read in a cell, folded, and its probability; "" where it is none or several."""
    seen = [(fold_character(c), float(np.exp(p))) for c, p in zip(cell.top_text, cell.best, strict=True) if c.strip()]
    if len({c for c, _ in seen}) != 1:
        return "", 0.0
    return max(seen, key=lambda one: one[1])


def _agreed(first: Posteriors, second: Posteriors) -> str:
    """Return the Chinese character that both readers read and are sure of, or of which one is very sure and the other not against it."""
    (character, p), (other, q) = _character(first), _character(second)
    if len(character) != 1 or not is_han(character):
        return ""
    both = character == other and (min(p, q) >= SURE or (min(p, q) >= HALF_SURE and max(p, q) >= VERY_SURE))
    return character if both or (p >= VERY_SURE and _chance(second, character) >= NOT_AGAINST) else ""


def _chance(cell: Posteriors, character: str) -> float:
    """Return the largest probability of a folded character in a cell; 0 where it was not kept."""
    columns = [i for i, kept in enumerate(cell.sought) if fold_character(kept) == character]
    return float(np.exp(cell.log_p[:, columns].astype(np.float32)).max()) if columns else 0.0


def people(text: str) -> frozenset[str]:
    """Return what may be Chinese names of people in a text, folded: its runs of two to four characters that a name could have."""
    runs = _HAN.findall(_SPACED.sub("", text))
    folded = (fold(run).text for run in runs)
    return frozenset(name for name in folded if _is_name(name) and splits(name))


def _is_name(text: str) -> bool:
    """True where the text is a person's name, with or without what chops say beside it."""
    ending = next((e for e in ENDINGS if text.endswith(e) and splits(text.removesuffix(e))), "")
    parts = splits(text.removesuffix(ending))
    if parts is None:
        return False
    # Two characters by themselves are as often a stamp's word, whose second may be misread: 付讫, 查讫.
    return not OFFICIAL.intersection(text if len(text) == 2 else parts[1])


def _is_nearly_name(letters: Sequence[str]) -> bool:
    """True where the letters, one of them unread (""), are a name of three characters whose given name the unread one belongs to."""
    text = "".join(letter or UNREAD for letter in letters)
    ending = next((e for e in ENDINGS if text.endswith(e) and len(text) - len(e) >= NEARLY_WHOLE), "")
    parts = splits(text.removesuffix(ending))
    if parts is None or len("".join(parts)) < NEARLY_WHOLE:
        return False
    return all(letters[: len(parts[0])]) and not OFFICIAL.intersection(parts[1])
