"""Small seals, read as name chops: the applicant's are names; another person's, read with confidence, may stay visible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import atan2, pi
from typing import TYPE_CHECKING

from redact.finding import CHOP, OTHER_CHOP, Category, Engine, Finding, Look, Looked, NotLooked
from redact.models.protocols import ChopReader
from redact.page import Page, Word
from redact.pipeline.engines import Engines
from redact.pipeline.isolation import Isolation
from redact.search.chops import Whose, whose

if TYPE_CHECKING:
    from redact.pipeline.find import Wanted

# Sides of a seal's place, mm, its margin of 1.5 mm on each side among them: chops are 8 to 22 mm, stamps of a long name up to 45.
SHORTEST_MM, SHORT_MM, LONGEST_MM = 7.0, 26.0, 49.0
# A longer stamp may be the applicant's, but is taken for nobody else's: units have such stamps.
LONGEST_OF_OTHERS_MM = 26.0
# A word of fewer characters tells nothing of how the page's text runs.
FEWEST = 3


def chops(page: Page, seals: Look, wanted: Wanted, words: Sequence[Word], engines: Engines, isolation: Isolation) -> tuple[Look, Look]:
    """Return the look at name chops, and the seals as it leaves them.

    The applicant's chop is a finding of a name, beside the seal's own. Another person's seal gets the hint OTHER_CHOP: what
    becomes of it is the policy's to say. All else stays a seal, and so does everything where nobody could read.
    `words`: what a reader read on the page; they tell how the page's text is turned.
    """
    if isinstance(seals, NotLooked):
        return seals, seals

    def question() -> tuple[Engine, list[Whose]]:
        reader: ChopReader = engines.chops()
        turn = text_turn(words)
        return reader.engine, [_whose(page, seal, reader, wanted, turn) for seal in seals.findings]

    answer = isolation.ask("chops", question)
    if isinstance(answer, NotLooked):
        return answer, seals
    engine, verdicts = answer
    judged = list(zip(seals.findings, verdicts, strict=True))
    own = tuple(replace(seal, category=Category.NAME, engine=engine, hint=CHOP) for seal, is_ in judged if is_ is Whose.OWN)
    marked = tuple(replace(seal, hint=OTHER_CHOP) if is_ is Whose.OTHER else seal for seal, is_ in judged)
    return Looked(engine, own), replace(seals, findings=marked)


def _whose(page: Page, seal: Finding, reader: ChopReader, wanted: Wanted, turn: int) -> Whose:
    short, long = (side / page.px_per_mm for side in sorted((seal.quad.length, seal.quad.thickness)))
    # What the page's edge cuts is never read: half a name is another name.
    if seal.hint == "edge" or not (SHORTEST_MM <= short <= SHORT_MM and long <= LONGEST_MM):
        return Whose.UNSURE
    verdict = whose(reader.read_chop(page, seal, wanted.sought, turn), wanted.writings)
    return Whose.UNSURE if verdict is Whose.OTHER and long > LONGEST_OF_OTHERS_MM else verdict


def text_turn(words: Sequence[Word]) -> int:
    """Return by how many quarter turns, clockwise, most of the page's text is turned; 0 where there is none."""
    turns: Counter[int] = Counter()
    for word in words:
        x, y = word.quad.direction
        if len(word.text or "") >= FEWEST:
            turns[round(atan2(y, x) / (pi / 2)) % 4] += len(word.text or "")
    return turns.most_common(1)[0][0] if turns else 0
