"""Reads what seals say, with the two recognisers of PP-OCR: strip after strip, until one is read well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import cv2
import numpy as np

from redact.errors import EngineError
from redact.finding import Engine, Finding
from redact.geometry import Quad
from redact.models.seals.across import Row, rows_across
from redact.models.seals.inside import inside
from redact.models.seals.lettering import Lettering, Ring, Sheet, lettering
from redact.models.text.recognise import STEP, Recogniser
from redact.models.text.strip import Strip
from redact.page import Page, Posteriors
from redact.search.seals import ReadSeal, SealLine, bears_emblem, ends_as_body, is_below_star, print_across

# Without a character that is sought a recogniser keeps no posteriors; every seal may hold this one.
ALWAYS = "章"
RECOGNISERS = ("PP-OCRv6_rec_small.onnx", "ch_PP-OCRv4_rec_infer.onnx")
# Strips of a ring that are read, in px of their width all in all; a clean ring takes one of 300 to 650.
MOST_PX = 3_000
# From this score, and so many characters, on a strip is worth a second reader; from the other one on it needs no other strip.
WORTH, GOOD, FEWEST = 0.85, 0.95, 4


class SealLettersReader:
    """Reads rings and stamps. Safe to share between threads."""

    def __init__(self, first: Recogniser, second: Recogniser) -> None:
        self.engine = Engine("seal-letters", "4")
        self._first, self._second = first, second

    def read_seal(
        self, page: Page, seal: Finding, sought: str, turn: int = 0, printed: Sequence[Quad] = (), judged: Sequence[Quad] = ()
    ) -> ReadSeal:
        """Return what a seal says, as `SealReader.read_seal` says. Raises EngineError."""
        try:
            found = lettering(page, seal, turn, printed, judged)
            read = self._texts(found, sought)
            lines = [line for _, line in read]
            if found.ring is not None and not found.sight.coloured and not found.sight.alone:
                across = self._across(page, seal, turn, read)
                found = lettering(page, seal, turn, (*printed, *across), judged) if across else found
            alone = found.sight.alone
            if alone and found.ring is not None:
                alone, line = self._inside(found.ring, read, sought)
                lines += line
        except cv2.error:
            raise EngineError(page=page.number, engine="seal-letters", what="opencv") from None
        diameter = min(seal.quad.length, seal.quad.thickness)
        return ReadSeal(tuple(lines), found.sight.ring, found.sight.rim, diameter, found.sight.coloured, alone)

    def _texts(self, found: Lettering, sought: str) -> list[tuple[Sheet, SealLine]]:
        """Read strip after strip, until one is read well or there are none left."""
        read: list[tuple[Sheet, SealLine]] = []
        spent = 0
        for sheet in found.sheets:
            spent += sheet.image.shape[1]
            if read and spent > MOST_PX:
                break
            line = self._line(sheet, sought, asked=not found.sight.ring)
            read.append((sheet, line))
            if sheet.whole and _is_good(line):
                break
        return read

    def _across(self, page: Page, seal: Finding, turn: int, read: Sequence[tuple[Sheet, SealLine]]) -> list[Quad]:
        """Return where print runs across a ring that says the ring's own name or a date: other readers lose it there."""
        names = [line.text for _, line in read if sum(line.agreed) >= FEWEST and line.score >= WORTH]
        if not names:
            return []
        name = max(names, key=len)
        return [place for row in rows_across(page, seal, turn) if (place := self._print(row, name)) is not None]

    def _print(self, row: Row, name: str) -> Quad | None:
        for sheet in row.ways:
            span = print_across(_posteriors(self._first, _strip(sheet), name), name)
            if span is not None:
                return row.part(sheet, span[0] * STEP, span[1] * STEP)
        return None

    def _inside(self, ring: Ring, read: Sequence[tuple[Sheet, SealLine]], sought: str) -> tuple[bool, tuple[SealLine, ...]]:
        """Return whether a ring holds nothing within besides what was read, and the straight line there, if it has one."""
        known = [one for one in read if sum(one[1].agreed) >= FEWEST]
        if not known:
            return False, ()
        sheet, text = max(known, key=lambda one: sum(one[1].agreed))
        within = inside(ring, sheet, text.arcs, bears_emblem(text.text))
        if within.line is None:
            return within.empty, ()
        line = self._line(within.line, sought, asked=True)
        return is_below_star(line), (line,)

    def _line(self, sheet: Sheet, sought: str, asked: bool) -> SealLine:
        """Read one strip; the second reader is asked where the first reads a name, or always."""
        strip = _strip(sheet)
        turns = tuple(sheet.turns[STEP // 2 :: STEP].tolist())
        line = SealLine(_posteriors(self._first, strip, sought), turns=turns)
        if asked or (line.score >= WORTH and len(line.letters) >= FEWEST):
            return replace(line, second=_posteriors(self._second, strip, sought))
        return line


def _is_good(line: SealLine) -> bool:
    return line.score >= GOOD and len(line.letters) > FEWEST and ends_as_body(line.text) and all(line.agreed)


def _posteriors(recogniser: Recogniser, strip: Strip, sought: str) -> Posteriors:
    read = recogniser.read(strip, sought + ALWAYS).posteriors
    assert read is not None
    return read


def _strip(sheet: Sheet) -> Strip:
    height, width = sheet.image.shape[:2]
    ends = np.array([[0.0, 0.0], [float(width), 0.0]])
    return Strip(sheet.image, np.array([0.0, float(width)]), ends, ends + np.array([0.0, float(height)]))


@cache
def seal_reader() -> SealLettersReader:
    """Return the reader of seals, with the recognisers of the first and the second reader. Raises WeightsError."""
    return SealLettersReader(*(Recogniser(file) for file in RECOGNISERS))
