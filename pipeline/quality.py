"""How well a page can be read: measures, remarks that an applicant can act on, and whether it counts as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from redact.check import Check, NotRun, Passed
from redact.page import Page, Word

# A line below this score is not read: the recogniser's confidence on lines that it reads rightly is above 0.8.
UNREAD = 0.5
# A page is legible where at least this share of its lines (by length) is read.
LEAST_READ = 0.7
DARK_PAPER = 120
LOW_CONTRAST = 60
SMALL_TEXT_PX = 14
LEAST_DPI = 120


@dataclass(frozen=True, slots=True)
class Quality:
    """`values`: paper (0..255), contrast (0..255), text_px, read (share of lines). `remarks`: fixed codes. `check`: "legible"."""

    values: dict[str, float]
    remarks: tuple[str, ...]
    check: Check


def measure(page: Page, words: Sequence[Word]) -> Quality:
    """Return the quality of a page that a reader has read."""
    grey = page.pixels[::2, ::2].mean(axis=2)
    ink, paper = (float(v) for v in np.percentile(grey, (2, 90)))
    unread = [word for word in words if word.text is None or word.score < UNREAD]
    length = sum(max(word.quad.length, word.quad.thickness) for word in words)
    lost = sum(max(word.quad.length, word.quad.thickness) for word in unread)
    read = 1.0 - lost / length if length else 1.0
    text_px = float(np.median([min(word.quad.length, word.quad.thickness) for word in words])) if words else 0.0
    values = {"paper": round(paper, 1), "contrast": round(paper - ink, 1), "text_px": round(text_px, 1), "read": round(read, 3)}
    return Quality(values, _remarks(page, words, paper, paper - ink, text_px, read), _legible(page, words, unread, read))


def _remarks(page: Page, words: Sequence[Word], paper: float, contrast: float, text_px: float, read: float) -> tuple[str, ...]:
    sideways = sum(word.quad.direction[0] < 0.7 for word in words if word.quad.length > 2 * word.quad.thickness)
    tests = {
        "too-dark": paper < DARK_PAPER,
        "low-contrast": bool(words) and contrast < LOW_CONTRAST,
        "low-resolution": (bool(words) and text_px < SMALL_TEXT_PX) or page.dpi < LEAST_DPI,
        "sideways": sideways > max(2, len(words) / 2),
        "hard-to-read": bool(words) and read < 0.85,
        "no-text": not words,
    }
    return tuple(code for code, holds in tests.items() if holds)


def _legible(page: Page, words: Sequence[Word], unread: Sequence[Word], read: float) -> Check:
    # However few the lines: a page of two that nobody can read may hold the name twice.
    if words and read < LEAST_READ:
        return NotRun("legible", "unread-lines", page.number, tuple(word.quad.outward() for word in unread))
    return Passed("legible", page.number)
