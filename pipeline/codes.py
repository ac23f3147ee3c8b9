"""QR codes and barcodes: where they are, and whether one says who the applicant is. What a code says stays with its engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from redact.finding import Category, Finding, Look, Looked
from redact.page import Page, Word
from redact.pipeline.engines import Engines
from redact.pipeline.isolation import Isolation, sane_findings
from redact.pipeline.verify.needles import Needles
from redact.search import Writing

# So many lines of so many characters that were read with this score stand on no code: now and then characters of a page of text look like
# a QR's corners, and what lies between them would be masked.
LINES, CHARACTERS, SURE = 4, 4, 0.9
# Fewer letters stand in any address by chance.
FEWEST_LETTERS = 5


def codes(page: Page, writings: tuple[Writing, ...], words: Sequence[Word], engines: Engines, isolation: Isolation) -> Look:
    """Return the codes of the page; the hint of one whose payload holds a writing of the applicant says so.

    `words`: what a reader read on the page. What could not be decoded and is lines of text to a reader is no code.
    """
    needles = Needles([writing.text for writing in writings if _tells(writing)])

    def question() -> Looked:
        detector = engines.codes()
        found = sane_findings(detector.find_told(page, partial(_names, needles)), page)
        return Looked(detector.engine, tuple(code for code in found if code.score == 1.0 or not _is_text(code, words)))

    return isolation.ask("codes", question)


def _is_text(code: Finding, words: Sequence[Word]) -> bool:
    """True where so many characters of so many lines that were surely read stand in the place as on a page of text."""
    inside = (sum(code.quad.contains(*place.centre) for place in word.characters) for word in words if word.score >= SURE)
    return sum(count >= CHARACTERS for count in inside) >= LINES


def _names(needles: Needles, payload: bytes) -> bool:
    return bool(needles.in_bytes(payload, opaque=False) or needles.in_text(payload.decode("utf-8", "ignore")))


def _tells(writing: Writing) -> bool:
    """True for writings that stand in no address by chance: not initials, nor a short word of Latin letters."""
    latin = writing.folded.isascii() and writing.category is not Category.NUMBER
    return not latin or (writing.how != "initials" and len(writing.folded) >= FEWEST_LETTERS)
