"""Everything that is measured on one page, as numbers with units."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Measures:
    """One page in numbers.

    `words`: how many places of text the reader saw; `read`: share of them, by length, that it read, 0..1.
    `paper`, `contrast`: 0..255, where text stands. `evenness`: 0..1, the darkest paper under text as a share of the lightest.
    `glare`: share of the page that is burnt out. `edge`: px from paper to ink. `blur`: the same in heights of the text.
    `text_px`, `smallest_px`: heights of glyphs, the median's and the 10th percentile's, px; 0 without text.
    `turn`: 0, 90, 180 or 270 degrees clockwise; `skew`: degrees from there. `cut`: lines that run into the page's edge.
    `overlooked`: how many characters long all lines together are that look like text and that nobody read.
    """

    words: int
    read: float = 1.0
    paper: float = 255.0
    contrast: float = 255.0
    evenness: float = 1.0
    glare: float = 0.0
    edge: float = 0.0
    blur: float = 0.0
    text_px: float = 0.0
    smallest_px: float = 0.0
    turn: int = 0
    skew: float = 0.0
    cut: int = 0
    overlooked: float = 0.0

    def rounded(self) -> dict[str, float]:
        """Return the numbers as a report shows them."""
        return {name: round(float(value), 4 if name == "glare" else 3) for name, value in asdict(self).items()}
