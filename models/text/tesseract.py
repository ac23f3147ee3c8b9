"""Tesseract as a second reader: it is given lines, never pages, since over a whole page it finds less than half."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import cv2
import numpy as np

from redact.errors import EngineError
from redact.finding import Engine
from redact.geometry import Quad
from redact.models.text.strip import Bytes, Strip, column, is_column, quad_on_page, straight
from redact.page import Page, Word

if TYPE_CHECKING:
    from types import ModuleType

NAME = "tesseract"
CHINESE, UYGHUR = "chi_sim", "uig"
LINE, UYGHUR_LINE = 40, 64
"""Heights in px to which lines are scaled."""
BETWEEN = 20
BORDER = 12
DARK, LIGHT = 2, 90
"""Percentiles of a line's grey that become black and white."""
LEAST_CONTRAST = 3
"""Grey levels between ink and paper below which a line is blank."""
LARGEST_SIDE, LARGEST_AREA = 32_000, 40_000_000
"""Bounds of a re-set column in px and px²; Tesseract takes no side above 32,767 px."""
STEEP = 0.7
"""Share of a direction that must point down."""
SPACED_BELOW = 0x2E80
"""Scripts before this code point (CJK) put a space between words."""
THREADS = "OMP_THREAD_LIMIT"


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character that was read: its text and its box in the picture, half-open px, and 0..1."""

    text: str = field(repr=False)
    box: tuple[float, float, float, float]
    score: float


class TesseractReader:
    """Reads lines that another engine found. One process a call, one thread; safe to share between threads."""

    def __init__(self, seconds: float = 120.0) -> None:
        self._tesseract = _load()
        self.engine = Engine(NAME, _version(self._tesseract))
        self._seconds = seconds

    def read_lines(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        """Return one word per line, read in Chinese from a re-set column of all lines; text None where nothing was read.

        A line that reads downward may be a column of upright glyphs, so it is re-set as a row too, and the better reading
        is kept. Character quads are approximate.
        Raises EngineError where Tesseract or its language is missing, crashes or takes too long.
        """
        image = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR)
        ways = [(number, strip) for number, line in enumerate(lines) for strip in _ways(image, line, lines)]
        read: list[list[Word]] = [[] for _ in lines]
        for part in _columns([strip for _, strip in ways]):
            glyphs = self._glyphs(_stack([ways[i][1] for i in part]), CHINESE, "--psm 6")
            rows = [(glyph, (glyph.box[1] + glyph.box[3]) / 2 // (LINE + BETWEEN)) for glyph in glyphs]
            for row, (number, strip) in enumerate(ways[i] for i in part):
                read[number].append(self._word(page, lines[number], strip, [g for g, r in rows if r == row], BETWEEN))
        return tuple(max(words, key=lambda word: word.score * len(word.text or "")) for words in read)

    def read_uyghur(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        """Return one word per line, read as Uyghur script, in logical order. Raises EngineError as `read_lines` does."""
        image = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR)
        words: list[Word] = []
        for line in lines:
            strip = _strip(image, line, UYGHUR_LINE)
            picture = cv2.copyMakeBorder(_stretched(strip.image), BORDER, BORDER, BORDER, BORDER, cv2.BORDER_CONSTANT, value=255)
            words.append(self._word(page, line, strip, self._glyphs(picture, UYGHUR, "--psm 7"), BORDER))
        return tuple(words)

    def _glyphs(self, picture: Bytes, language: str, layout: str) -> list[Glyph]:
        """Return what Tesseract reads on a grey picture (H, W), character by character."""
        config = f"{layout} -c tessedit_create_hocr=1 -c hocr_char_boxes=1"
        # The picture and the answer are a page's content: they stand in a folder of our own that goes with them.
        with tempfile.TemporaryDirectory(prefix="redact-") as private:
            source, answer = Path(private, "lines.png"), Path(private, "answer")
            if not cv2.imwrite(str(source), picture):
                raise EngineError(engine=NAME, what="temporary-file")
            self._run(source, answer, language, config)
            return _trimmed(_spaced(_answer(answer.with_suffix(".hocr"))))

    def _run(self, source: Path, answer: Path, language: str, config: str) -> None:
        try:
            self._tesseract.run_tesseract(str(source), str(answer), "hocr", language, config, timeout=self._seconds)
        except self._tesseract.TesseractNotFoundError:
            raise EngineError(engine=NAME, what="missing") from None
        except self._tesseract.TesseractError as error:
            missing = "Failed loading language" in str(error.message)
            raise EngineError(engine=NAME, what=f"language-missing:{language}" if missing else "crash") from None
        except RuntimeError:
            # What pytesseract raises for a run that it had to end.
            raise EngineError(engine=NAME, what="time-out") from None
        except OSError:
            raise EngineError(engine=NAME, what="start") from None

    def _word(self, page: Page, line: Quad, strip: Strip, glyphs: Sequence[Glyph], border: int) -> Word:
        # A glyph's text may be several code points (a letter and its mark); each gets the glyph's place.
        text = "".join(glyph.text for glyph in glyphs)
        spans = np.array([(g.box[0] - border, g.box[2] - border) for g in glyphs for _ in g.text]).reshape(-1, 2)
        places = strip.places(np.clip(spans, 0, strip.width)) if text else ()
        return Word(
            quad=line,
            text=text or None,
            characters=tuple(quad_on_page(place, page.width, page.height) for place in places),
            score=float(np.mean([glyph.score for glyph in glyphs])) if glyphs else 0.0,
            source=str(self.engine),
        )


@cache
def tesseract_reader() -> TesseractReader:
    """Return the reader of lines, loaded on first use. Raises EngineError where Tesseract is missing."""
    return TesseractReader()


def _load() -> ModuleType:
    import pytesseract

    # Set for this process's children; OpenMP inside Tesseract otherwise spins on every core.
    os.environ[THREADS] = "1"
    module: ModuleType = pytesseract.pytesseract
    return module


def _version(tesseract: ModuleType) -> str:
    try:
        return str(tesseract.get_tesseract_version())
    except (tesseract.TesseractNotFoundError, SystemExit, OSError):
        raise EngineError(engine=NAME, what="missing") from None


def _ways(image: Bytes, line: Quad, lines: Sequence[Quad]) -> list[Strip]:
    strips = [_strip(image, line, LINE)]
    if not strips[0].cell and _downward(line, lines):
        strips.append(column(image, np.roll(line.array(), 1, axis=0), LINE))
    return strips


def _downward(line: Quad, lines: Sequence[Quad]) -> bool:
    """True for a line that reads down the page, or down as most of the other lines see it."""
    usual = np.array([np.multiply(other.direction, other.length) for other in lines]).sum(0)
    down = np.array([-usual[1], usual[0]]) / max(float(np.hypot(*usual)), 1e-9)
    return bool(line.direction[1] > STEEP or float(down @ line.direction) > STEEP)


def _strip(image: Bytes, line: Quad, height: int) -> Strip:
    corners = line.array()
    return column(image, corners, height) if is_column(corners) else straight(image, corners, height)


def _columns(strips: Sequence[Strip]) -> Iterator[range]:
    """Yield the strips in runs that fit one column each. Raises EngineError for a line that none can hold."""
    widths = [strip.width + 2 * BETWEEN for strip in strips]
    if max(widths, default=0) > LARGEST_SIDE:
        raise EngineError(engine=NAME, what="line-too-long")
    start, widest = 0, 0
    for number, width in enumerate(widths):
        height = (number + 1 - start) * (LINE + BETWEEN)
        if number > start and (height > LARGEST_SIDE or height * max(widest, width) > LARGEST_AREA):
            yield range(start, number)
            start, widest = number, 0
        widest = max(widest, width)
    if strips:
        yield range(start, len(strips))


def _stack(strips: Sequence[Strip]) -> Bytes:
    """Return the strips in black on white, one above the other, half a line between."""
    width = max(strip.width for strip in strips) + 2 * BETWEEN
    picture = np.full((len(strips) * (LINE + BETWEEN), width), 255, np.uint8)
    for number, strip in enumerate(strips):
        y = number * (LINE + BETWEEN) + BETWEEN // 2
        picture[y : y + LINE, BETWEEN : BETWEEN + strip.width] = _stretched(strip.image)
    return picture


def _stretched(image: Bytes) -> Bytes:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    black, white = np.percentile(grey, [DARK, LIGHT])
    if white - black < LEAST_CONTRAST:
        # Little ink on a long line: its darkest pixel is the ink, or there is none.
        black = float(grey.min())
    if white - black < LEAST_CONTRAST:
        return np.full_like(grey, 255)
    levels = np.clip((np.arange(256) - black) / max(1.0, white - black), 0, 1) * 255
    stretched: Bytes = cv2.LUT(grey, levels.astype(np.uint8))
    return stretched


def _answer(file: Path) -> list[list[Glyph]]:
    """Return the words of an hOCR file, each a list of its characters."""
    try:
        root = ElementTree.parse(file).getroot()
    except (OSError, ElementTree.ParseError):
        raise EngineError(engine=NAME, what="no-answer") from None
    words = [e for e in root.iter() if e.get("class") == "ocrx_word"]
    return [[_glyph(e) for e in word.iter() if e.get("class") == "ocrx_cinfo" and e.text] for word in words]


def _glyph(element: ElementTree.Element) -> Glyph:
    box, score = (part.split()[1:] for part in element.get("title", "").split(";"))
    x0, y0, x1, y1 = map(float, box)
    return Glyph(element.text or "", (x0, y0, x1, y1), min(1.0, max(0.0, float(score[0]) / 100)))


def _spaced(words: Sequence[Sequence[Glyph]]) -> list[Glyph]:
    """Return the characters of all words, a space between neighbours of a script that has spaces."""
    glyphs: list[Glyph] = []
    for word in filter(None, words):
        if glyphs and ord(glyphs[-1].text[-1]) < SPACED_BELOW and ord(word[0].text[0]) < SPACED_BELOW:
            before, after = glyphs[-1].box, word[0].box
            edges = sorted([before[0], before[2], after[0], after[2]])
            glyphs.append(Glyph(" ", (edges[1], after[1], max(edges[2], edges[1] + 1.0), after[3]), word[0].score))
        glyphs += word
    return glyphs


def _trimmed(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Return the glyphs, each ended where its right neighbour begins: Tesseract's boxes of characters run into each other."""
    trimmed = list(glyphs)
    for number, glyph in enumerate(glyphs):
        x0, y0, x1, y1 = glyph.box
        size = y1 - y0
        ends = [n.box[0] for n in glyphs[max(0, number - 1) : number + 2] if n.box[0] > x0 + 0.2 * size and n.box[1] < y1 and n.box[3] > y0]
        trimmed[number] = Glyph(glyph.text, (x0, y0, max(x0 + 1.0, min([x1, x0 + 1.3 * size, *ends])), y1), glyph.score)
    return trimmed
