"""The page as the measures see it: grey, small, and its paper and ink told apart, however dark or unevenly lit it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

LONG_SIDE = 1280
"""What the first reader's detector sees of a page: text that is too small here is too small for it."""
CELL = 8
"""Paper is sought in cells of this many px: a stroke is narrower."""
DARKER = 0.04
"""Ink is darker than the paper around it by at least this share of it."""
NOISE = 4.5
"""And by so many standard deviations of the sensor's noise: of a million pixels of paper, three are."""
LEAST_DARKER = 2


@dataclass(frozen=True)
class View:
    """A grey picture of the page, (H, W) uint8. `scale`: px of the view per px of the page."""

    grey: Grey = field(repr=False)
    scale: float

    @classmethod
    def of(cls, grey: Grey) -> View:
        """Return the page (H, W) uint8 with its long side at 1280 px, never enlarged."""
        return cls(grey, 1.0).smaller(min(1.0, LONG_SIDE / max(grey.shape)))

    def smaller(self, share: float) -> View:
        """Return the view at a share of its size."""
        if share >= 1.0:
            return self
        height, width = self.grey.shape
        size = max(1, round(width * share)), max(1, round(height * share))
        return View(np.asarray(cv2.resize(self.grey, size, interpolation=cv2.INTER_AREA), np.uint8), self.scale * share)

    @cached_property
    def paper(self) -> Grey:
        """How bright the paper is at each pixel (H, W): the brightest nearby, as most of the neighbourhood has it."""
        height, width = self.grey.shape
        small = cv2.resize(self.grey, (max(1, width // CELL), max(1, height // CELL)), interpolation=cv2.INTER_AREA)
        near = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 9)
        return np.asarray(cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)

    @cached_property
    def noise(self) -> float:
        """The standard deviation of the sensor's noise, grey levels: most pixels lie on even ground."""
        rows = self.grey[::4].astype(np.int16)
        if rows.shape[1] < 3:
            return 0.0
        bend = np.abs(rows[:, 2:] - 2 * rows[:, 1:-1] + rows[:, :-2])
        # Of a normal distribution half lies within .6745 deviations; the three weighted pixels' variances add up to 6.
        return float(np.median(bend)) / 0.6745 / 6**0.5

    @cached_property
    def darker(self) -> Grey:
        """How much darker than its paper each pixel is (H, W), grey levels."""
        return np.asarray(cv2.subtract(self.paper, self.grey), np.uint8)

    @cached_property
    def ink(self) -> Grey:
        """Where ink is, (H, W), 1 or 0."""
        least = cv2.max(cv2.convertScaleAbs(self.paper, alpha=DARKER), max(LEAST_DARKER, NOISE * self.noise))
        return np.asarray(cv2.compare(self.darker, least, cv2.CMP_GT) & 1, np.uint8)
