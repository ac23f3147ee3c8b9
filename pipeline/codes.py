"""QR codes and barcodes: where they are, and whether one says who the applicant is. What a code says stays with its engine."""

from __future__ import annotations

from functools import partial

from redact.finding import Category, Look, Looked
from redact.page import Page
from redact.pipeline.engines import Engines
from redact.pipeline.isolation import Isolation, sane_findings
from redact.pipeline.verify.needles import Needles
from redact.search import Writing

# Fewer letters stand in any address by chance.
FEWEST_LETTERS = 5


def codes(page: Page, writings: tuple[Writing, ...], engines: Engines, isolation: Isolation) -> Look:
    """Return the codes of the page; the hint of one whose payload holds a writing of the applicant says so."""
    needles = Needles([writing.text for writing in writings if _tells(writing)])

    def question() -> Looked:
        detector = engines.codes()
        return Looked(detector.engine, sane_findings(detector.find_told(page, partial(_names, needles)), page))

    return isolation.ask("codes", question)


def _names(needles: Needles, payload: bytes) -> bool:
    return bool(needles.in_bytes(payload, opaque=False) or needles.in_text(payload.decode("utf-8", "ignore")))


def _tells(writing: Writing) -> bool:
    """True for writings that stand in no address by chance: not initials, nor a short word of Latin letters."""
    latin = writing.folded.isascii() and writing.category is not Category.NUMBER
    return not latin or (writing.how != "initials" and len(writing.folded) >= FEWEST_LETTERS)
