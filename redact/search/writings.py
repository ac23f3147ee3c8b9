"""Everything that is sought for an applicant: what the caller gave, and what follows from it, each marked as which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from redact.applicant import Applicant
from redact.finding import Category
from redact.search.folding import DOTS, fold, fold_character, is_han, simplify, traditional
from redact.search.lexicon import is_common
from redact.search.readings import Reading, readings, spellings
from redact.search.units import domain, short_forms

Origin = Literal["given", "derived"]


@dataclass(frozen=True, slots=True)
class Writing:
    """One way in which an applicant's name, unit or number is written.

    `how` is a fixed code: "given", "pinyin", "pinyin-reversed", "initials", "short-name", "domain". `folded`: as it is compared.
    `common`: it is also a word of the language. `strict`: it is such a word, or a unit of two characters, and sought as a
    name alone. Traditional forms, full width, case, dots and spaces are no writings of their own: folding covers them.
    """

    text: str = field(repr=False)
    category: Category
    origin: Origin
    how: str
    folded: str = field(init=False, repr=False, compare=False)
    common: bool = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", fold(self.text).text)
        object.__setattr__(self, "common", self.category is not Category.NUMBER and is_common(self.folded))

    @property
    def strict(self) -> bool:
        """True where it is ours only where it stands as a name."""
        return self.common or (self.category is Category.UNIT and len(self.folded) == 2 and all(map(is_han, self.folded)))

    @property
    def dots(self) -> frozenset[int]:
        """How many folded characters stand before each of its dots: 3 for 艾力江·托合提."""
        return frozenset(len(fold(self.text[:i]).text) for i, character in enumerate(self.text) if character in DOTS)


def writings(applicant: Applicant) -> tuple[Writing, ...]:
    """Return every writing to seek, given ones first, no two of one category that fold to the same."""
    found: dict[tuple[Category, str], Writing] = {}
    for writing in (*_given(applicant), *_derived(applicant)):
        if writing.folded:
            found.setdefault((writing.category, writing.folded), writing)
    return tuple(found.values())


def cautions(applicant: Applicant) -> tuple[str, ...]:
    """Return what a caller should know about an applicant's record, as codes without plaintext.

    "applicant.no-unit": no unit is sought. "applicant.common-word": a name is also a word, and sought as a name alone.
    "applicant.short-unit": so is a unit of two characters, or one that is a word. "applicant.name-in-unit": a unit's name holds
    a name, so that a mask of the unit hides a person's name, and the other way round.
    """
    given = tuple(_given(applicant))
    names = [w for w in given if w.category is Category.NAME]
    units = [w for w in given if w.category is Category.UNIT]
    found = {
        "applicant.no-unit": not units,
        "applicant.common-word": any(w.strict for w in names),
        "applicant.short-unit": any(w.strict for w in units),
        "applicant.name-in-unit": any(n.folded in u.folded for n in names for u in units),
    }
    return tuple(code for code, holds in found.items() if holds)


def _given(applicant: Applicant) -> Iterator[Writing]:
    groups = ((Category.NAME, applicant.names), (Category.UNIT, applicant.units), (Category.NUMBER, applicant.numbers))
    for category, texts in groups:
        for text in texts:
            address = category is Category.UNIT and domain(text)
            yield Writing(text, category, "given", "domain" if address else "given")


def _derived(applicant: Applicant) -> Iterator[Writing]:
    for name in applicant.names:
        for reading in readings(fold(name).text):
            yield from _latin(reading)
    for unit in applicant.units:
        if domain(unit):
            yield Writing(domain(unit), Category.UNIT, "derived", "domain")
            continue
        yield from (Writing(form, Category.UNIT, "derived", "short-name") for form in short_forms(fold(unit).text))


def _latin(reading: Reading) -> Iterator[Writing]:
    """Return Guo Yuandi, Yuandi Guo, and the initials of citations: Guo YD, YD Guo, with and without a comma."""
    initials = "".join(syllable[0] for syllable in reading.given).upper()
    for surname in (s.capitalize() for s in spellings(reading.surname)):
        for given in (g.capitalize() for g in spellings(reading.given)):
            yield from (Writing(f"{surname}{comma} {given}", Category.NAME, "derived", "pinyin") for comma in ("", ","))
            yield Writing(f"{given} {surname}", Category.NAME, "derived", "pinyin-reversed")
        yield from (Writing(f"{surname}{comma} {initials}", Category.NAME, "derived", "initials") for comma in ("", ","))
        yield Writing(f"{initials} {surname}", Category.NAME, "derived", "initials")


def sought_characters(sought: Iterable[Writing]) -> str:
    """Return the distinct Chinese characters, in every form that a page may print, whose posteriors a reader should keep."""
    return forms_of("".join(writing.text for writing in sought))


def forms_of(text: str) -> str:
    """Return the distinct Chinese characters of a text, each as it stands, simplified and traditional."""
    characters: dict[str, None] = {}
    for character in text:
        if any(is_han(c) for c in fold_character(character)):
            plain = simplify(character)
            characters.update(dict.fromkeys((character, plain, traditional(plain))))
    return "".join(characters)
