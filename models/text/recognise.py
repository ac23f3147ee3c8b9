"""What a line says: a CTC recogniser of PP-OCR, with the place of every character."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.models.runtime import network
from redact.models.text.strip import Floats, Strip
from redact.page import Posteriors

HEIGHT = 48
"""Height of a line in the network's px."""
STEP = 8
"""Width of one step of its answer, px."""
COARSE = 32
"""Strips are padded to a multiple of this many px."""
LEAST_WIDTH = 160
GAPS = " ·•・‧∙⋅･᛫●"
"""Space and every kind of middle dot: what may stand between the characters of a name."""
LEAST_P = 1e-9
"""Probabilities are kept as logarithms in float16, from here up."""
EM = 0.78
"""A glyph's width in line heights, where a line has no neighbours to measure it by."""
WIDE = 0x2E80
"""Characters from here on (CJK) fill a square; others are half as wide."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read on a strip: `text`, the spans (n, 2) of its characters in strip px, the mean probability `score`.

    `posteriors` lie on the image that the strip was cut from.
    """

    text: str = field(repr=False)
    spans: Floats = field(repr=False)
    score: float
    posteriors: Posteriors | None = field(default=None, repr=False)


class Recogniser:
    """One recogniser with its dictionary."""

    def __init__(self, file: str) -> None:
        self._network = network(file)
        # Class 0 is the CTC blank; a space follows the listed characters.
        self._characters = ("", *self._network.metadata("character").split("\n"), " ")
        self._classes = {c: i for i, c in reversed(list(enumerate(self._characters))) if c}
        self._gaps = np.array([0] + [self._classes[c] for c in GAPS if c in self._classes])

    def read(self, strip: Strip, sought: str = "") -> Reading:
        """Read a strip 48 px high. `sought`: characters whose posteriors are kept, placed on the page."""
        probability = self._infer(strip)
        top = probability.argmax(1)
        best = probability[np.arange(len(top)), top]
        if not np.isfinite(best).all():
            raise EngineError(engine=self._network.file, what="not-finite")
        first, last = _runs(top)
        text = "".join(self._characters[i] for i in top[first])
        score = float(np.mean([best[a : b + 1].max() for a, b in zip(first, last, strict=True)])) if text else 0.0
        centres = (first + last + 1) / 2 * STEP
        spans = _spans(text, centres, strip)
        return Reading(text, spans, score, self._posteriors(probability, top, best, strip, sought) if sought else None)

    def _infer(self, strip: Strip) -> NDArray[np.float32]:
        """Return the probabilities (T, classes) of the steps that lie on the strip."""
        width = _padded(strip.width)
        batch = np.zeros((1, 3, HEIGHT, width), np.float32)
        batch[0, :, :, : strip.width] = (strip.image.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
        answer: NDArray[np.float32] = self._network(batch)[0][0]
        return answer[: max(1, -(-strip.width // STEP))]

    def _posteriors(
        self, probability: NDArray[np.float32], top: NDArray[np.int64], best: NDArray[np.float32], strip: Strip, sought: str
    ) -> Posteriors:
        known = "".join(c for c in dict.fromkeys(sought) if c in self._classes)
        columns = np.array([self._classes[c] for c in known], np.int64)
        steps = np.minimum((np.arange(len(top)) + 0.5) * STEP, strip.width)
        return Posteriors(
            sought=known,
            log_p=_log(probability[:, columns]),
            best=_log(best),
            blank=_log(probability[:, 0]),
            gap=_log(probability[:, self._gaps].max(1)),
            top=top.astype(np.int32),
            top_text=tuple(self._characters[i] for i in top),
            centres=strip.middles(steps).astype(np.float32),
        )


def _padded(width: int) -> int:
    """Return the width in px that the network is given: few different ones, since each new one costs it some 30 ms."""
    step = COARSE if width < 20 * COARSE else 2 * COARSE
    return max(LEAST_WIDTH, -(-width // step) * step)


def _runs(top: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last step of every run of one class that is not the blank."""
    edges = np.flatnonzero(np.diff(top)) + 1
    first = np.concatenate([[0], edges]).astype(np.int64)
    last = np.concatenate([edges - 1, [len(top) - 1]]).astype(np.int64)
    kept = top[first] != 0
    return first[kept], last[kept]


def _spans(text: str, centres: Floats, strip: Strip) -> Floats:
    """Return where each character begins and ends (n, 2), in strip px: half a pitch, and not beyond its neighbours' middle."""
    if not text:
        return np.zeros((0, 2))
    wide = np.array([ord(c) >= WIDE for c in text])
    half = np.where(wide, _pitch(centres, wide, EM * strip.height), _pitch(centres, ~wide, EM * strip.height / 2)) / 2
    between = (centres[1:] + centres[:-1]) / 2
    left = np.maximum(centres - half, np.concatenate([[0.0], between]))
    right = np.minimum(centres + half, np.concatenate([between, [float(strip.width)]]))
    spans: Floats = np.clip(np.stack([left, np.maximum(right, left + 1.0)], 1), 0.0, float(strip.width))
    return spans


def _pitch(centres: Floats, kind: NDArray[np.bool_], usual: float) -> float:
    """Return the usual distance of two neighbours of one kind, within half and one and a half of a glyph's usual width."""
    distances = np.diff(centres)[kind[1:] & kind[:-1]]
    return float(np.clip(np.median(distances), 0.7 * usual, 1.3 * usual)) if len(distances) >= 2 else usual


def _log(probability: NDArray[np.float32]) -> NDArray[np.float16]:
    return np.log(np.maximum(probability, LEAST_P)).astype(np.float16)
