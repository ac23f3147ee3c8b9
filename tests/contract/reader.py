"""What every reader of pages promises.

A reader's own test file inherits it and says which reader:

    class TestFirstReader(ReaderContract):
        @pytest.fixture
        def reader(self) -> Reader: ...
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from math import isfinite

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redact.geometry import Box, Quad
from redact.models.protocols import Reader
from redact.page import Page, Word

FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
LINES = ("申报人古丽娜尔在本单位工作", "乌鲁木齐市第一中学办公室", "现将有关情况向职工公示")
SIZE, LEFT, TOP, PITCH = 30, 40, 40, 70
DIRECTIONS = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


@dataclass(frozen=True)
class Printed:
    """A page of print, its lines, and where each character's ink lies."""

    page: Page
    lines: tuple[str, ...]
    boxes: tuple[tuple[Box, ...], ...]


@cache
def printed(turn: int = 0, grey: int = 0) -> Printed:
    """Return a page of print turned clockwise by quarters; `grey` is its ink, the same in all channels."""
    picture = Image.new("RGB", (480, 270), (250, 250, 250))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(FONT, SIZE)
    boxes = []
    for number, line in enumerate(LINES):
        y = TOP + number * PITCH
        draw.text((LEFT, y), line, font=font, fill=(grey, grey, grey))
        starts = [LEFT + font.getlength(line[:i]) for i in range(len(line))]
        inks = [draw.textbbox((x, y), c, font=font) for x, c in zip(starts, line, strict=True)]
        boxes.append(tuple(_turned(Box.cover(*ink), picture.width, picture.height, turn) for ink in inks))
    pixels = np.ascontiguousarray(np.rot90(np.asarray(picture), -turn))
    return Printed(Page(number=1, pixels=pixels, dpi=150), LINES, tuple(boxes))


def _turned(box: Box, width: int, height: int, turn: int) -> Box:
    for _ in range(turn):
        box = Box(height - box.y1, box.x0, height - box.y0, box.x1)
        width, height = height, width
    return box


def blank(width: int, height: int, value: int = 255) -> Page:
    """Return an even page."""
    return Page(number=1, pixels=np.full((height, width, 3), value, np.uint8), dpi=150)


def noise(width: int, height: int) -> Page:
    """Return a page of noise, always the same."""
    return Page(number=1, pixels=np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8), dpi=150)


def assert_sound(words: tuple[Word, ...], source: str, page: Page) -> None:
    """Check that words are signed, scored 0..1, unknown rather than empty, and lie on the page with all characters."""
    for word in words:
        assert word.source == source
        assert 0.0 <= word.score <= 1.0
        assert word.text != ""
        assert len(word.characters) == len(word.text or "")
        for quad in (word.quad, *word.characters):
            for x, y in quad.points:
                assert isfinite(x)
                assert isfinite(y)
                assert 0 <= x <= page.width
                assert 0 <= y <= page.height


def assert_covers(word: Word, boxes: tuple[Box, ...]) -> None:
    """Check that each character's quad lies over that character's ink."""
    for quad, box in zip(word.characters, boxes, strict=True):
        assert quad.contains((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        assert quad.area >= 0.6 * box.area


def assert_reads_along(word: Word, direction: tuple[float, float]) -> None:
    """Check that the first edges of a word's quads run along its text."""
    for quad in (word.quad, *word.characters):
        assert np.dot(quad.direction, direction) > 0.99


def line_of(words: tuple[Word, ...], text: str) -> Word:
    """Return the word that reads `text`."""
    return next(word for word in words if word.text == text)


def quads_of(print_: Printed, turn: int) -> Iterator[Quad]:
    """Yield the place of each line of a page turned by `turn` quarters, its first edge along the text."""
    for boxes in print_.boxes:
        corners = Quad.around([(b.x0, b.y0) for b in boxes] + [(b.x1, b.y1) for b in boxes]).points
        yield Quad.of(corners[turn:] + corners[:turn]).grow(6, 6)


def fingerprint(words: tuple[Word, ...]) -> list[tuple[object, ...]]:
    """Return all that a reading says, for comparison."""
    return [(w.quad, w.text, w.characters, w.score) for w in words]


class ReaderContract:
    """Inherit it, name the class Test..., and define the fixture `reader`."""

    @pytest.fixture
    def reader(self) -> Reader:
        raise NotImplementedError

    def test_says_who_it_is(self, reader: Reader) -> None:
        assert reader.engine.name
        assert reader.engine.version

    @pytest.mark.parametrize("value", [0, 128, 255])
    def test_reads_nothing_on_an_even_page(self, reader: Reader, value: int) -> None:
        assert reader.read(blank(330, 470, value)) == ()

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 400), (400, 1), (15, 400), (400, 15), (17, 17), (2600, 40)])
    def test_survives_pages_too_small_for_anything(self, reader: Reader, width: int, height: int) -> None:
        tiny = noise(width, height)
        assert_sound(reader.read(tiny), str(reader.engine), tiny)

    @pytest.mark.parametrize("turn", [0, 1, 2, 3])
    def test_reads_every_line_however_the_page_lies(self, reader: Reader, turn: int) -> None:
        print_ = printed(turn)
        words = reader.read(print_.page)
        assert_sound(words, str(reader.engine), print_.page)
        assert {word.text for word in words} >= set(print_.lines)
        for line, boxes in zip(print_.lines, print_.boxes, strict=True):
            word = line_of(words, line)
            assert_covers(word, boxes)
            assert_reads_along(word, DIRECTIONS[turn])

    def test_reads_faint_grey_print(self, reader: Reader) -> None:
        print_ = printed(grey=170)
        assert {word.text for word in reader.read(print_.page)} >= set(print_.lines)

    def test_reads_a_strip_of_one_line(self, reader: Reader) -> None:
        print_ = printed()
        strip = replace(print_.page, pixels=print_.page.pixels[TOP - 5 : TOP + SIZE + 20])
        assert [word.text for word in reader.read(strip)] == [print_.lines[0]]

    def test_does_not_touch_the_page(self, reader: Reader) -> None:
        pixels = printed().page.pixels.copy()
        before = hashlib.sha256(pixels.tobytes()).digest()
        reader.read(Page(number=1, pixels=pixels, dpi=150))
        assert hashlib.sha256(pixels.tobytes()).digest() == before
        assert pixels.flags.writeable

    def test_says_the_same_twice_whatever_is_sought(self, reader: Reader) -> None:
        page = printed(2).page
        assert fingerprint(reader.read(page, "古丽")) == fingerprint(reader.read(page))
