"""Words for the tests of the search: lines of square characters, and posteriors as a recogniser would give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import cos, sin

import numpy as np

from redact.applicant import Applicant
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Posteriors, Word
from redact.search import find, sought_characters, writings

EM = 20.0
ENGINE = Engine("reader", "1")


def line(
    text: str, x: float = 0.0, y: float = 0.0, *, em: float = EM, score: float = 0.99, turned: float = 0.0, gaps: Mapping[int, float] = {}
) -> Word:
    """A word whose first character's top left stands at (x, y); turned clockwise by radians; `gaps[i]` em before character i."""
    ux, uy = cos(turned), sin(turned)
    starts, at = [], 0.0
    for i in range(len(text)):
        at += gaps.get(i, 0.0) * em
        starts.append(at)
        at += em

    def quad(u0: float, u1: float) -> Quad:
        a, b, c, d = ((x + u * ux - v * uy, y + u * uy + v * ux) for u, v in ((u0, 0), (u1, 0), (u1, em), (u0, em)))
        return Quad((a, b, c, d))

    return Word(quad(0.0, max(at, em)), text, tuple(quad(s, s + em) for s in starts), score, "reader/1")


def column(text: str, x: float = 0.0, y: float = 0.0, *, em: float = EM) -> Word:
    """A column of upright characters, as the reader gives it: the quad is upright, the characters stand under one another."""
    cells = tuple(
        Quad(((x, y + i * em), (x + em, y + i * em), (x + em, y + (i + 1) * em), (x, y + (i + 1) * em))) for i in range(len(text))
    )
    bottom = y + len(text) * em
    return Word(Quad(((x, y), (x + em, y), (x + em, bottom), (x, bottom))), text, cells, 0.99, "reader/1")


def applicant(*names: str, units: Sequence[str] = (), numbers: Sequence[str] = ()) -> Applicant:
    return Applicant(names, tuple(units), tuple(numbers))


def search(words: Sequence[Word], who: Applicant) -> tuple[Finding, ...]:
    return find(words, writings(who), ENGINE)


def covered(words: Sequence[Word], who: Applicant, category: Category | None = None) -> list[str]:
    """The characters of each word whose middle lies in a finding."""
    findings = [f for f in search(words, who) if category in (None, f.category)]
    return [
        "".join(c for c, place in zip(w.text or "", w.characters, strict=True) if any(f.quad.contains(*place.centre) for f in findings))
        for w in words
    ]


def seen(word: Word, who: Applicant, doubts: Mapping[int, Mapping[str, float]] = {}, unknown: str = "") -> Word:
    """The word with posteriors: three steps a character (blank, character, blank), read with .99.

    `doubts[i]` gives the probabilities of other characters where character i stands ("": blank); `unknown` are characters
    that the recogniser does not have.
    """
    text = word.text or ""
    sought = "".join(c for c in sought_characters(writings(who)) if c not in unknown)
    rows: list[dict[str, float]] = []
    for i, character in enumerate(text):
        rows += [{"": 0.99}, {character: 0.99, **doubts.get(i, {})}, {"": 0.99}]
    centres = [(quad.centre[0] + d * quad.length / 3, quad.centre[1]) for quad in word.characters for d in (-1, 0, 1)]
    floor = 1e-9
    top = [max(row, key=lambda c: row[c]) for row in rows]
    log = {
        "best": [row[c] for row, c in zip(rows, top, strict=True)],
        "blank": [row.get("", floor) for row in rows],
        "gap": [max(row.get(c, floor) for c in ("", " ", "·")) for row in rows],
    }
    arrays = {k: np.log(np.maximum(v, floor)).astype(np.float16) for k, v in log.items()}
    posteriors = Posteriors(
        sought=sought,
        log_p=np.log([[max(row.get(c, floor), floor) for c in sought] for row in rows]).astype(np.float16),
        top=np.array([ord(c) if c else 0 for c in top], np.int32),
        top_text=tuple(top),
        centres=np.array(centres, np.float32),
        **arrays,
    )
    return Word(word.quad, "".join(top) or None, word.characters, word.score, word.source, posteriors)
