"""How well a page can be read: measures, remarks that an applicant can act on, and whether it counts as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from redact.check import Check
from redact.finding import Category, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.quality.legible import is_read, legible, share_read
from redact.pipeline.quality.light import light
from redact.pipeline.quality.measures import Measures
from redact.pipeline.quality.overlooked import BLURRED, CLEAR, Line, overlooked, place
from redact.pipeline.quality.placement import placement
from redact.pipeline.quality.remarks import remarks
from redact.pipeline.quality.sharpness import sharpness
from redact.pipeline.quality.strips import heights, strips
from redact.pipeline.quality.view import Grey, View

__all__ = ["Measures", "Quality", "measure"]

NO_TEXT = (Category.SEAL, Category.CODE)


@dataclass(frozen=True, slots=True)
class Quality:
    """`values`: what was measured, by name (Measures). `remarks`: fixed codes, the gravest first.

    `checks`: "legible", once for each reason against it.
    """

    values: dict[str, float]
    remarks: tuple[str, ...]
    checks: tuple[Check, ...]


def measure(page: Page, words: Sequence[Word], findings: Sequence[Finding] = ()) -> Quality:
    """Return the quality of a page. `words`: what a reader read on it; of `findings` seals and codes count, which are no text."""
    known = [finding.quad for finding in findings if finding.category in NO_TEXT]
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    view = View.of(grey)
    script = CLEAR if any(is_read(word) for word in words) else BLURRED
    lines = overlooked(view, words, known, script)
    found = _measures(page, grey, view, words, known, lines)
    places = [place(line, view) for line in lines] if found.overlooked >= script.evident else []
    return Quality(found.rounded(), remarks(found), legible(page.number, words, places, found))


def _measures(page: Page, grey: Grey, view: View, words: Sequence[Word], known: Sequence[Quad], lines: Sequence[Line]) -> Measures:
    cuts = strips(grey, words)
    lit, sharp, lies, (text, smallest) = light(view, cuts, words), sharpness(cuts), placement(page, words, known), heights(cuts)
    return Measures(
        words=len(words),
        read=share_read(words),
        paper=lit.paper,
        contrast=lit.contrast,
        evenness=lit.evenness,
        glare=lit.glare,
        edge=sharp.edge,
        blur=sharp.blur,
        text_px=text,
        smallest_px=smallest,
        turn=lies.turn,
        skew=lies.skew,
        cut=lies.cut,
        overlooked=sum(line.glyphs for line in lines),
    )
