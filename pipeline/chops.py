"""Small seals, read as name chops: the applicant's are names; another person's, read with confidence, may stay visible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import atan2, hypot, pi
from typing import TYPE_CHECKING

from redact.finding import CHOP, OTHER_CHOP, Category, Engine, Finding, Look, Looked, NotLooked
from redact.models.protocols import ChopReader
from redact.page import Page, Word
from redact.pipeline.engines import Engines
from redact.pipeline.isolation import Isolation
from redact.search.chops import Whose, people, whose
from redact.search.labels import confidences
from redact.search.writings import forms_of

if TYPE_CHECKING:
    from redact.pipeline.find import Wanted

# Sides of a seal's place, mm, its margin of 1.5 mm on each side among them: chops are 8 to 22 mm, stamps of a long name up to 45.
SHORTEST_MM, SHORT_MM, LONGEST_MM = 7.0, 26.0, 49.0
# A longer stamp may be the applicant's, but is taken for nobody else's: units have such stamps.
LONGEST_OF_OTHERS_MM = 26.0
# How far from a chop, mm, the name of who signs may be printed; what each of its characters must be read with.
BESIDE_MM, READ = 60.0, 0.9
UNSURE = "?"
# A word of fewer characters tells nothing of how the page's text runs.
FEWEST = 3


def chops(page: Page, seals: Look, wanted: Wanted, words: Sequence[Word], engines: Engines, isolation: Isolation) -> tuple[Look, Look]:
    """Return the look at name chops, and the seals as it leaves them.

    The applicant's chop is a finding of a name, beside the seal's own. Another person's seal gets the hint OTHER_CHOP: what
    becomes of it is the policy's to say. All else stays a seal, and so does everything where nobody could read.
    `words`: what a reader read on the page; they tell how the page's text is turned, and who else may have signed.
    """
    if isinstance(seals, NotLooked):
        return seals, seals

    def question() -> tuple[Engine, list[Whose]]:
        reader: ChopReader = engines.chops()
        turn = text_turn(words)
        return reader.engine, [_whose(page, seal, reader, wanted, words, turn) for seal in seals.findings]

    answer = isolation.ask("chops", question)
    if isinstance(answer, NotLooked):
        return answer, seals
    engine, verdicts = answer
    judged = list(zip(seals.findings, verdicts, strict=True))
    own = tuple(replace(seal, category=Category.NAME, engine=engine, hint=CHOP) for seal, is_ in judged if is_ is Whose.OWN)
    marked = tuple(replace(seal, hint=OTHER_CHOP) if is_ is Whose.OTHER else seal for seal, is_ in judged)
    return Looked(engine, own), replace(seals, findings=marked)


def _whose(page: Page, seal: Finding, reader: ChopReader, wanted: Wanted, words: Sequence[Word], turn: int) -> Whose:
    short, long = (side / page.px_per_mm for side in sorted((seal.quad.length, seal.quad.thickness)))
    # What the page's edge cuts is never read: half a name is another name.
    if seal.hint == "edge" or not (SHORTEST_MM <= short <= SHORT_MM and long <= LONGEST_MM):
        return Whose.UNSURE
    named = printed_beside(seal, words, BESIDE_MM * page.px_per_mm)
    verdict = whose(reader.read_chop(page, seal, wanted.sought + forms_of("".join(sorted(named))), turn), wanted.writings, named)
    return Whose.UNSURE if verdict is Whose.OTHER and long > LONGEST_OF_OTHERS_MM else verdict


def printed_beside(seal: Finding, words: Sequence[Word], reach: float) -> frozenset[str]:
    """Return the names of people, folded, that were surely read within `reach` px of a seal's middle."""
    x, y = seal.quad.centre
    names: set[str] = set()
    for word in words:
        near = any(hypot(cell.centre[0] - x, cell.centre[1] - y) <= reach for cell in word.characters)
        names |= people(_surely_read(word)) if near else set()
    return frozenset(names)


def _surely_read(word: Word) -> str:
    """Return a word's text with a mark in place of every character of which its reader was not sure."""
    chances = confidences(word)
    return "".join(c if chance >= READ or c.isspace() else UNSURE for c, chance in zip(word.text or "", chances, strict=True))


def text_turn(words: Sequence[Word]) -> int:
    """Return by how many quarter turns, clockwise, most of the page's text is turned; 0 where there is none."""
    turns: Counter[int] = Counter()
    for word in words:
        x, y = word.quad.direction
        if len(word.text or "") >= FEWEST:
            turns[round(atan2(y, x) / (pi / 2)) % 4] += len(word.text or "")
    return turns.most_common(1)[0][0] if turns else 0
