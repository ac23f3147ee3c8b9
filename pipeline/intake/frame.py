"""From points of a PDF page as it is seen to pixels. Runs in the child alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a page's pixels lie: pixel (0, 0) begins at point (left, top); `across` and `down` are px per pt."""

    left: float
    top: float
    across: float
    down: float
    width: int
    height: int

    @property
    def dpi(self) -> float:
        """Pixels per inch."""
        return sqrt(self.across * self.down) * 72

    def to_px(self, point: Sequence[float]) -> tuple[float, float]:
        """Return a point (x, y) in pt of the upright page as px."""
        return (point[0] - self.left) * self.across, (point[1] - self.top) * self.down
