"""Seals, read: the unit's own, another body's, which may stay visible, and those of which nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import hypot
from typing import TYPE_CHECKING

from redact.finding import OTHER_CHOP, OTHER_SEAL, OWN_SEAL, UNSURE_SEAL, Category, Engine, Finding, Look, Looked, NotLooked, Shape
from redact.geometry import Quad, share_inside
from redact.masking import Mask, masked_share
from redact.models.protocols import SealReader
from redact.page import Page, Word
from redact.pipeline.chops import text_turn
from redact.pipeline.engines import Engines
from redact.pipeline.isolation import Isolation
from redact.search.chops import Whose
from redact.search.folding import fold, is_han
from redact.search.hits import SUGGESTED
from redact.search.labels import confidences
from redact.search.seals import whose_seal

if TYPE_CHECKING:
    from redact.pipeline.find import Wanted

HINTS = {Whose.OWN: OWN_SEAL, Whose.OTHER: OTHER_SEAL, Whose.UNSURE: UNSURE_SEAL}
# Two seals whose middles are nearer than this share of their half lengths together lie over each other: neither is read alone.
APART = 0.85
# How far beyond the place of its first look a seal may be found again, as a share of its length.
SHIFT = 0.08
# A line on a seal reaches beyond its place by this share of its length at most; print is no higher than this share of a seal's
# height, and runs along the page, but for this much (the sine of ten degrees).
BESIDE, PRINT, SLANTED = 0.15, 0.3, 0.17
# The box of text on an arc is at least so high, as a share of the seal's height, and at least this share of it lies on the seal:
# a box along the arc's chord reaches out at the corners.
ARC, ON_SEAL = 0.5, 0.6
# A box around an arc is read with less than this score; what is found in it is as high, but for this share.
MISREAD, SAME = 0.6, 0.8
# What is shorter than this share of a seal's length, 3.4 mm of the usual 42, holds no name: two characters of the smallest print
# are 3.5 mm.
SMALL = 0.08
# Print: a line with so many characters of this certainty, more than a chop's have, along the page but for ten degrees.
FEWEST_PRINTED, SURE_PRINT, LEVEL = 4, 0.9, 0.985
# What most chops say beside a name, and no ring does.
SEAL_WORD = "印"


def read_seals(page: Page, seals: Look, wanted: Wanted, words: Sequence[Word], engines: Engines, isolation: Isolation) -> tuple[Look, Look]:
    """Return the look at what seals say, and the seals with the hint of whose they are.

    A seal that is cut by the page's edge, another person's chop, and every seal where nobody could read keep the hint that
    they had, and with it the policy's rule for seals. `words`: what a reader read; they tell how the page's text is turned.
    """
    if isinstance(seals, NotLooked):
        return seals, seals

    def question() -> tuple[Engine, tuple[Finding, ...]]:
        reader: SealReader = engines.seal_letters()
        turn = text_turn(words)
        read = (_read(page, seal, seals.findings, words, reader, wanted, turn) for seal in seals.findings)
        return reader.engine, tuple(_unless_on_it(seal, words, wanted) for seal in read)

    answer = isolation.ask("seal-letters", question)
    if isinstance(answer, NotLooked):
        return answer, seals
    engine, read = answer
    return Looked(engine, ()), replace(seals, findings=read)


def _read(
    page: Page, seal: Finding, seals: Sequence[Finding], words: Sequence[Word], reader: SealReader, wanted: Wanted, turn: int
) -> Finding:
    if seal.hint in (OTHER_CHOP, "edge"):
        return seal
    judged = [other.quad for other in seals if other.hint == OTHER_CHOP]
    lines = _lines_on(seal, words)
    printed = [fold(line.text or "").text for line in lines]
    verdict = whose_seal(reader.read_seal(page, seal, wanted.sought, turn, _characters_on(seal, lines), judged), wanted.writings, printed)
    if verdict is Whose.OTHER and any(_overlaps(seal, other) for other in seals if other is not seal):
        verdict = Whose.UNSURE
    return replace(seal, hint=HINTS[verdict])


def print_on(seal: Finding, words: Sequence[Word]) -> tuple[Quad, ...]:
    """Return the places of printed characters on and beside a seal.

    They stand in lines that are longer than a chop's, lower than its characters, run along the page, and were read surely but
    where the seal crosses them.
    """
    return _characters_on(seal, _lines_on(seal, words))


def _lines_on(seal: Finding, words: Sequence[Word]) -> list[Word]:
    lines = (word for word in words if word.quad.thickness <= PRINT * seal.quad.thickness and is_print(word))
    return [line for line in lines if _characters_on(seal, (line,))]


def _characters_on(seal: Finding, lines: Iterable[Word]) -> tuple[Quad, ...]:
    beside = BESIDE * seal.quad.length
    around = _frame(seal).grow(beside, beside)
    return tuple(cell for line in lines for cell in line.characters if around.contains(*cell.centre))


def is_print(word: Word) -> bool:
    """True for a line along the page that is longer than a chop's, and was read surely but where something crosses it."""
    sure = sum(chance >= SURE_PRINT for chance in confidences(word))
    return sure >= FEWEST_PRINTED and max(map(abs, word.quad.direction)) >= LEVEL


def _unless_on_it(seal: Finding, words: Sequence[Word], wanted: Wanted) -> Finding:
    """Return another body's seal as one of which nobody can tell, where what a reader of pages read on it may be the applicant's chop.

    A chop has the characters of a name, in some order.
    """
    if seal.hint != OTHER_SEAL:
        return seal
    frame = _frame(seal)
    on_it = {c for word in words if frame.contains(*word.quad.centre) for c in fold(word.text or "").text}
    names = (w.folded for w in wanted.writings if w.category is Category.NAME and len(w.folded) > 1 and all(map(is_han, w.folded)))
    return replace(seal, hint=UNSURE_SEAL) if SEAL_WORD in on_it or any(set(name) <= on_it for name in names) else seal


def _overlaps(seal: Finding, other: Finding) -> bool:
    """True where two seals lie over each other. A person's chop on a seal hides little of its ring, and is judged itself."""
    if other.hint == OTHER_CHOP:
        return False
    (x, y), (u, v) = seal.quad.centre, other.quad.centre
    reach = (seal.quad.length + seal.quad.thickness + other.quad.length + other.quad.thickness) / 4
    return hypot(x - u, y - v) < APART * reach


def stays(seal: Finding, first: Iterable[Finding], promised: Mask) -> bool:
    """True for a seal that was found again where the first look read another body's or person's, and that a mask has crossed since.

    A name is masked on top of such a seal, or a unit above such a chop, and it cannot be read any more; its pixels are the input's
    all the same, and the first look read them whole. What is read as the unit's now is the unit's. `promised`: (H, W) bool, what is masked.
    """
    if seal.category is not Category.SEAL or seal.hint == OWN_SEAL:
        return False
    return any(_same(seal, other) and masked_share(other.quad, promised, other.shape) > 0 for other in first)


def without_misread_rings(text: Look, words: Sequence[Word], seals: Look) -> Look:
    """Return a look at text without guesses of a unit in a line that is the arc of another body's ring, misread by a reader of pages.

    The reader of seals has read that ring, and what is read by the letter stays whatever it says.
    """
    if isinstance(text, NotLooked) or isinstance(seals, NotLooked):
        return text
    others = [seal for seal in seals.findings if seal.hint == OTHER_SEAL]
    arcs = [word.quad for word in words if word.score < MISREAD and any(_is_arc(word.quad, seal) for seal in others)]

    def guessed(finding: Finding) -> bool:
        is_guess = finding.category is Category.UNIT and finding.hint in SUGGESTED
        return is_guess and any(arc.contains(*finding.quad.centre) and finding.quad.thickness > SAME * arc.thickness for arc in arcs)

    return replace(text, findings=tuple(finding for finding in text.findings if not guessed(finding)))


def is_lettering(line: Quad, seals: Iterable[Finding]) -> bool:
    """True for a line on a seal that is the seal's own text: higher than print, or slanted, as what runs along a ring is, or a
    piece of a character.

    Readers of pages box such text and seldom read it; the reader of seals has.
    """
    return any(_is_lettering(line, seal) for seal in seals if seal.category is Category.SEAL)


def _is_lettering(line: Quad, seal: Finding) -> bool:
    if _is_arc(line, seal):
        return True
    if not _within(line, seal, BESIDE):
        return False
    if max(line.thickness, line.length) < SMALL * seal.quad.length:
        return True
    x, y = line.direction
    return min(line.thickness, line.length) > PRINT * seal.quad.thickness or min(abs(x), abs(y)) > SLANTED


def _is_arc(line: Quad, seal: Finding) -> bool:
    return min(line.thickness, line.length) > ARC * seal.quad.thickness and share_inside(line, (_frame(seal),)) >= ON_SEAL


def _same(seal: Finding, first: Finding) -> bool:
    return first.category is Category.SEAL and first.hint in (OTHER_SEAL, OTHER_CHOP) and _within(_frame(seal), first, SHIFT)


def _within(place: Quad, seal: Finding, beyond: float) -> bool:
    """True where a place reaches beyond a seal by no more than that share of its length."""
    frame, shift = _frame(seal), beyond * seal.quad.length
    around = frame.grow(shift, shift)
    return all(around.contains(x, y) for x, y in place.points)


def _frame(seal: Finding) -> Quad:
    """Return the upright rectangle around an ellipse: its quad stands on a corner where the fit happens to lie so."""
    if seal.shape is Shape.QUAD:
        return seal.quad
    (a, b), (x, y) = (seal.quad.length / 2, seal.quad.thickness / 2), seal.quad.direction
    return Quad.centred(seal.quad.centre, hypot(a * x, b * y), hypot(a * y, b * x))
