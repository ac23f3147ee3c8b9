"""A page as it is seen upright, and the words that a source read on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from redact.geometry import Quad

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """What a CTC recogniser thought of the sought characters, step by step, along one word.

    `sought`: the K characters that were asked for and that the recogniser knows, one per column of `log_p`.
    `log_p`: (T, K) float16, log probability of each sought character at each step.
    `best`: (T,) float16, the largest log probability of any class; `blank`: (T,) float16, the blank's;
    `gap`: (T,) float16, the largest of blank, space and the middle dots.
    `top`: (T,) int32, the best class's index, and `top_text` its characters joined ("" for the blank), so that a search can
    tell which other character beat the sought one. `centres`: (T, 2) float32, the middle of each step on the page, px.
    """

    sought: str = field(repr=False)
    log_p: NDArray[np.float16] = field(repr=False)
    best: NDArray[np.float16] = field(repr=False)
    blank: NDArray[np.float16] = field(repr=False)
    gap: NDArray[np.float16] = field(repr=False)
    top: NDArray[np.int32] = field(repr=False)
    top_text: tuple[str, ...] = field(repr=False)
    centres: NDArray[np.float32] = field(repr=False)

    def unsought(self) -> Posteriors:
        """Return them without the sought characters, which take most of the memory: how sure each step was is kept."""
        return replace(self, sought="", log_p=self.log_p[:, :0].copy())

    def doubted(self, share: float) -> Posteriors:
        """Return them with each sought character, and each gap, nearer to the best class: by a share of how far it was."""
        best = self.best.astype(np.float32)
        log_p = best[:, None] - (1 - share) * (best[:, None] - self.log_p.astype(np.float32))
        gap = best - (1 - share) * (best - self.gap.astype(np.float32))
        return replace(self, log_p=log_p.astype(np.float16), gap=gap.astype(np.float16))


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A run of text that a source gives as one piece: a line of a reader, a word of a PDF's text layer.

    `text` is None where something stands there that could not be read: the text may be unknown, its place never.
    `characters` holds one quad per character of `text` (empty where text is None), in reading order.
    `score` is the source's confidence, 0..1. `source` names it: "ppocr-v6/1", "text-layer". `watermark`: these are large pale letters
    under the page's text, drawn apart from it.
    """

    quad: Quad
    text: str | None = field(repr=False)
    characters: tuple[Quad, ...] = field(repr=False)
    score: float
    source: str
    posteriors: Posteriors | None = field(default=None, repr=False)
    watermark: bool = False

    def __post_init__(self) -> None:
        if len(self.characters) != len(self.text or ""):
            raise ValueError("a word has one quad per character")


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page, upright.

    `number` is 1-based. `pixels`: RGB, shape (H, W, 3), dtype uint8, read-only. `dpi`: pixels per inch of the page's
    physical size, measured or assumed. `words`: the text layer's, if the file has one.
    """

    number: int
    pixels: Pixels = field(repr=False)
    dpi: float
    words: tuple[Word, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise ValueError("page pixels are (H, W, 3) uint8 RGB")
        if self.pixels.shape[0] < 1 or self.pixels.shape[1] < 1 or self.number < 1 or not self.dpi > 0:
            raise ValueError("a page has pixels, a number from 1 and a dpi")
        # A view: freezing the caller's own array would be a side effect.
        view = self.pixels.view()
        view.flags.writeable = False
        object.__setattr__(self, "pixels", view)

    @property
    def width(self) -> int:
        """Width in px."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Height in px."""
        return int(self.pixels.shape[0])

    @property
    def px_per_mm(self) -> float:
        """Pixels per millimetre."""
        return self.dpi / 25.4
