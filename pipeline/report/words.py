"""Words for codes, in Chinese and English. A code without words is shown as it is: never nothing, never an error."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from redact.check import Status
from redact.finding import Category, NumberKind
from redact.pipeline.report import vocabulary
from redact.pipeline.report.vocabulary import Words

_STRUCTURE = (vocabulary.STRUCTURE_WHY, vocabulary.ADMIN)

__all__ = [
    "Words",
    "advice_words",
    "category_words",
    "check_words",
    "file_remark_words",
    "left_visible_words",
    "next_words",
    "origin_words",
    "proof_words",
    "reason_words",
    "remark_words",
    "status_words",
    "why_words",
]


def status_words(status: Status) -> Words:
    """Return the verdict in one word."""
    return vocabulary.STATUS[status.value]


def next_words(status: Status, *, only_checked: bool) -> Words:
    """Return what to do next, in one sentence. `only_checked`: nothing was written, a given file was attacked."""
    table = vocabulary.NEXT_OF_CHECK if only_checked else vocabulary.NEXT
    return table[status.value]


def category_words(category: str) -> Words:
    """Return what was hidden, in one word."""
    return vocabulary.CATEGORY.get(category) or vocabulary.NUMBER_KIND.get(category) or _bare(category)


def left_visible_words(left: Collection[str]) -> Words:
    """Return which categories and kinds of numbers the policy leaves visible, in one sentence."""
    every_number = {Category.NUMBER, *NumberKind} <= set(left)
    shown = [code for code in left if not (every_number and code in vocabulary.NUMBER_KIND)]
    names = [vocabulary.GIVEN_NUMBERS if code == Category.NUMBER and not every_number else category_words(code) for code in shown]
    return _left_visible(names)


def _left_visible(names: Sequence[Words]) -> Words:
    zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
    return Words(f"按所用策略，{zh}不遮盖。", f"The policy in use does not mask: {en}.")


def reason_words(reason: str) -> Words:
    """Return why a place was hidden."""
    return vocabulary.REASON.get(reason) or _bare(reason)


def origin_words(origin: str) -> Words:
    """Return who decided: the program, or a person (with the operator's id, where one is known)."""
    kind, _, operator = origin.partition(":")
    words = vocabulary.ORIGIN.get(kind)
    if words is None:
        return _bare(origin)
    return Words(f"{words.zh}（{operator}）", f"{words.en} ({operator})") if operator else words


def check_words(name: str) -> Words:
    """Return a check's title."""
    row = vocabulary.CHECK.get(name)
    return row[0] if row else _bare(name)


def proof_words(name: str) -> Words:
    """Return what a check shows where it passed, in one sentence."""
    row = vocabulary.CHECK.get(name)
    return row[1] if row else _bare(name)


def why_words(why: str, check: str = "") -> Words:
    """Return why a check failed or was not made. `check`, its name, tells apart codes that two checks use."""
    return _why(why, check)[0]


def advice_words(why: str, check: str = "") -> Words:
    """Return what a person can do about a check that failed or was not made."""
    return _why(why, check)[1]


def _why(why: str, check: str) -> tuple[Words, Words]:
    if check == "structure" and "." in why:
        return vocabulary.WHY.get(why, _STRUCTURE) if why.startswith(("engine.", "limit.", "input.")) else _STRUCTURE
    if why.startswith("found."):
        return vocabulary.FOUND_WHY, vocabulary.ADMIN
    return vocabulary.WHY.get(why) or (_bare(why), vocabulary.ASK)


def remark_words(remark: str) -> tuple[Words, Words | None]:
    """Return what is the matter with a page's quality, and what an applicant can do about it."""
    return vocabulary.REMARK.get(remark) or (_bare(remark), None)


def file_remark_words(remark: str) -> Words:
    """Return a thing to know about the whole file that changes no verdict."""
    known = vocabulary.FILE_REMARK.get(remark)
    if known:
        return known
    before, _, category = remark.partition(".")
    if before == "leaves-visible" and category:
        return _left_visible([category_words(category)])
    return _bare(remark)


def _bare(code: str) -> Words:
    shown = code or "?"
    return Words(shown, shown)
