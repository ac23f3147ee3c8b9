"""What an applicant is told about a page: fixed codes, each with the threshold from which it is said and where that comes from.

What reads is the first reader; what was measured stands in docs/quality.md ("Quality of pages").
"""

from __future__ import annotations

from redact.pipeline.quality.measures import Measures

DARK_PAPER = 120.0
"""A fifth of white's luminance: for the people who read the page. The reader itself reads down to paper of 20."""
UNEVEN = 0.5
"""The darkest tenth of the text has a fifth of the light that the lightest has; for people again."""
LOW_CONTRAST = 60.0
"""For people: the reader reads down to 24."""
BLUR, BLURRED_PX = 0.26, 4.1
"""Blurred pages below lost none of 95 names and units. Where pixels are few every edge is wide, but none wider than 4 px."""
SMALL_PX = 11.5
"""Of names and units drawn 9 to 15 px high the reader lost 5 of 104, of larger ones none of 97."""
GLARE = 0.0005
"""Share of the page: a spot of 3 cm² on A4 takes .005."""
WELL_READ = 0.85
"""Of the lines, by length; clean pages have .93 and more, but for those with lines in Uyghur script."""


def remarks(page: Measures) -> tuple[str, ...]:
    """Return the codes of what is the matter, in the order in which they are told."""
    tests = {
        "too-blurred": page.edge > BLURRED_PX and page.blur >= BLUR,
        "glare": page.glare >= GLARE,
        "too-dark": page.paper < DARK_PAPER,
        "uneven-light": page.evenness < UNEVEN,
        "low-contrast": page.words > 0 and page.contrast < LOW_CONTRAST,
        "low-resolution": 0 < page.smallest_px < SMALL_PX,
        "cut-off": page.cut > 0,
        "sideways": page.turn in (90, 270),
        "upside-down": page.turn == 180,
        "hard-to-read": page.words > 0 and page.read < WELL_READ,
        "no-text": page.words == 0,
    }
    return tuple(code for code, holds in tests.items() if holds)
