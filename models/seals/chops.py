"""Reads small seals with the two recognisers of PP-OCR: every cell of every way in which the characters may stand."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np

from redact.errors import EngineError
from redact.finding import Engine, Finding
from redact.models.seals.cells import PITCH, Plate, plates
from redact.models.text.recognise import STEP, Recogniser
from redact.models.text.strip import Strip
from redact.page import Page, Posteriors
from redact.search.chops import ReadPlate

# Without a character that is sought a recogniser keeps no posteriors; every chop may hold this one.
ALWAYS = "印"
RECOGNISERS = ("PP-OCRv6_rec_small.onnx", "ch_PP-OCRv4_rec_infer.onnx")


class PlateReader:
    """Reads the characters of small seals. Safe to share between threads."""

    def __init__(self, first: Recogniser, second: Recogniser) -> None:
        self.engine = Engine("chops", "2")
        self._first, self._second = first, second

    def read_chop(self, page: Page, seal: Finding, sought: str, turn: int = 0) -> tuple[ReadPlate, ...]:
        """Return what both recognisers read in the cells of a small seal, for each way in which it may be set.

        `sought`: characters whose posteriors are kept. `turn`: quarter turns clockwise of the page's text.
        Nothing where no characters can be made out. Raises EngineError.
        """
        try:
            found = plates(page, seal, turn)
        except cv2.error:
            raise EngineError(page=page.number, engine="chops", what="opencv") from None
        return tuple(self._read(plate, sought) for plate in found)

    def _read(self, plate: Plate, sought: str) -> ReadPlate:
        """Read a plate; the second reader keeps, besides, what it thinks of the characters that the first one read."""
        strip, kept = _strip(plate), sought + ALWAYS
        first = self._first.read(strip, kept)
        second = self._second.read(strip, kept + first.text)
        assert first.posteriors is not None
        assert second.posteriors is not None
        return ReadPlate(plate.settings, (_by_cell(first.posteriors, plate.cells), _by_cell(second.posteriors, plate.cells)))


def _strip(plate: Plate) -> Strip:
    width = float(plate.image.shape[1])
    ends = np.array([[0.0, 0.0], [width, 0.0]])
    return Strip(plate.image, np.array([0.0, width]), ends, ends + np.array([0.0, float(PITCH)]))


def _by_cell(line: Posteriors, cells: int) -> tuple[Posteriors, ...]:
    """Return a line's posteriors, cell by cell."""
    steps = PITCH // STEP
    return tuple(_steps(line, slice(i * steps, (i + 1) * steps)) for i in range(cells))


def _steps(line: Posteriors, part: slice) -> Posteriors:
    return Posteriors(
        sought=line.sought,
        log_p=line.log_p[part],
        best=line.best[part],
        blank=line.blank[part],
        gap=line.gap[part],
        top=line.top[part],
        top_text=line.top_text[part],
        centres=line.centres[part],
    )


@cache
def chop_reader() -> PlateReader:
    """Return the reader of small seals, with the recognisers of the first and the second reader. Raises WeightsError."""
    return PlateReader(*(Recogniser(file) for file in RECOGNISERS))
