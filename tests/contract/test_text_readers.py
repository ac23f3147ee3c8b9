"""The readers of pages and of lines keep the contract."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from redact.errors import EngineError
from redact.geometry import Box, Quad
from redact.models.protocols import FirstReader, LineReader, Reader
from redact.models.text.ppocr import first_reader, second_reader
from redact.models.text.tesseract import TesseractReader, tesseract_reader
from redact.page import Page, Word
from tests.contract.reader import FONT, ReaderContract, assert_sound, blank, fingerprint, noise, printed, quads_of


class TestFirstReader(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return first_reader()

    def test_keeps_what_it_thought_of_the_sought_characters(self, reader: Reader) -> None:
        page = printed().page
        word = next(word for word in reader.read(page, "古丽娜尔龘\uffff") if word.text and "古丽娜尔" in word.text)
        thought = word.posteriors
        assert thought is not None
        assert thought.sought.startswith("古丽娜尔")
        assert "\uffff" not in thought.sought
        steps = len(thought.best)
        assert thought.log_p.shape == (steps, len(thought.sought))
        assert thought.centres.shape == (steps, 2)
        assert len(thought.blank) == len(thought.gap) == len(thought.top) == len(thought.top_text) == steps
        assert bool((thought.log_p <= thought.best[:, None]).all())
        surest = int(thought.log_p[:, 0].argmax())
        assert thought.top_text[surest] == "古"
        assert word.characters[(word.text or "").index("古")].contains(*map(float, thought.centres[surest]))

    def test_keeps_no_posteriors_where_nothing_is_sought(self, reader: Reader) -> None:
        assert all(word.posteriors is None for word in reader.read(printed().page))

    def test_is_one_reader_that_threads_share(self, reader: Reader) -> None:
        pages = [printed(turn).page for turn in (0, 3)]
        alone = [fingerprint(reader.read(page)) for page in pages]
        with ThreadPoolExecutor(2) as threads:
            assert [fingerprint(words) for words in threads.map(reader.read, pages)] == alone


class TestSecondReader(ReaderContract):
    @pytest.fixture
    def reader(self) -> Reader:
        return second_reader()

    def test_shares_no_weights_with_the_first(self, reader: Reader) -> None:
        assert reader.engine != first_reader().engine


def stamped(ink: tuple[int, int, int]) -> tuple[Page, Quad]:
    """Return a page of one line with a thick ring and star over its middle, and the ring's place."""
    paper = Image.new("RGB", (700, 300), (252, 252, 250))
    font = ImageFont.truetype(FONT, 30)
    ImageDraw.Draw(paper).text((120, 130), "古丽娜尔在乌鲁木齐市工作", font=font, fill=(25, 25, 25))
    over = Image.new("RGB", paper.size, (255, 255, 255))
    draw = ImageDraw.Draw(over)
    draw.ellipse((210, 50, 410, 250), outline=ink, width=14)
    draw.text((255, 90), "★", font=font.font_variant(size=110), fill=ink)
    both = np.minimum(np.asarray(paper), np.asarray(over))
    return Page(number=1, pixels=both, dpi=150), Box(210, 50, 410, 250).quad()


class TestReadingBeneathASeal:
    @pytest.fixture
    def reader(self) -> FirstReader:
        return first_reader()

    @pytest.mark.parametrize("ink", [(214, 60, 60), (60, 70, 200)], ids=["red", "blue"])
    def test_reads_the_line_under_a_coloured_seal(self, reader: FirstReader, ink: tuple[int, int, int]) -> None:
        page, place = stamped(ink)
        words = reader.read_beneath(page, [place], "古丽娜尔")
        assert_sound(words, str(reader.engine), page)
        assert "古丽娜尔在乌鲁木齐市工作" in {word.text for word in words}

    def test_places_its_characters_on_the_page(self, reader: FirstReader) -> None:
        page, place = stamped((214, 60, 60))
        word = next(w for w in reader.read_beneath(page, [place], "古") if w.text and "古" in w.text)
        assert word.characters[0].contains(135, 150)
        assert word.posteriors is not None
        x, y = word.posteriors.centres[int(word.posteriors.log_p[:, 0].argmax())]
        assert word.characters[0].contains(float(x), float(y))

    def test_has_nothing_to_take_away_from_a_grey_seal(self, reader: FirstReader) -> None:
        page, place = stamped((120, 120, 120))
        assert reader.read_beneath(page, [place]) == ()

    def test_reads_nothing_without_a_place(self, reader: FirstReader) -> None:
        assert reader.read_beneath(printed().page, []) == ()

    @pytest.mark.parametrize("place", [Box(590, 350, 700, 420), Box(900, 900, 950, 950), Box(0, 0, 1, 1)])
    def test_survives_places_at_and_beyond_the_edge(self, reader: FirstReader, place: Box) -> None:
        page = printed().page
        assert_sound(reader.read_beneath(page, [place.quad()]), str(reader.engine), page)


def assert_near(word: Word, line: str, boxes: tuple[Box, ...]) -> None:
    """Check that most characters of a line are read, and stand within a character's size of where they are printed."""
    right = [(quad, box) for text, quad, wanted, box in zip(word.text or "", word.characters, line, boxes, strict=False) if text == wanted]
    assert len(right) >= 0.8 * len(line)
    for quad, box in right:
        x, y = quad.centre
        assert abs(x - (box.x0 + box.x1) / 2) < box.width * 1.2
        assert abs(y - (box.y0 + box.y1) / 2) < box.height * 1.2


class TestTesseract:
    @pytest.fixture
    def reader(self) -> LineReader:
        return tesseract_reader()

    def test_says_who_it_is(self, reader: LineReader) -> None:
        assert reader.engine.name == "tesseract"
        assert reader.engine.version[0].isdigit()

    @pytest.mark.parametrize("turn", [0, 1, 2, 3])
    def test_reads_lines_however_they_lie(self, reader: LineReader, turn: int) -> None:
        print_ = printed(turn)
        words = reader.read_lines(print_.page, list(quads_of(print_, turn)))
        assert_sound(words, str(reader.engine), print_.page)
        for word, line, boxes in zip(words, print_.lines, print_.boxes, strict=True):
            assert_near(word, line, boxes)

    def test_reads_a_column_of_upright_glyphs(self, reader: LineReader) -> None:
        paper = Image.new("RGB", (200, 500), (255, 255, 255))
        for number, character in enumerate("乌鲁木齐市友谊医院"):
            ImageDraw.Draw(paper).text((80, 30 + 40 * number), character, font=ImageFont.truetype(FONT, 32), fill=(0, 0, 0))
        downward = Quad(((118.0, 30.0), (118.0, 410.0), (74.0, 410.0), (74.0, 30.0)))
        (word,) = reader.read_lines(Page(number=1, pixels=np.asarray(paper), dpi=150), [downward])
        assert word.text is not None
        assert len(set(word.text) & set("乌鲁木齐市友谊医院")) >= 7

    def test_gives_a_word_without_text_for_a_line_without_text(self, reader: LineReader) -> None:
        line = Box(20, 20, 300, 60).quad()
        (word,) = reader.read_lines(blank(330, 100), [line])
        assert word.text is None
        assert word.quad == line

    def test_reads_no_lines_as_nothing(self, reader: LineReader) -> None:
        assert reader.read_lines(blank(100, 100), []) == ()
        assert reader.read_uyghur(blank(100, 100), []) == ()

    @pytest.mark.parametrize(("width", "height"), [(1, 1), (15, 400), (400, 15)])
    def test_survives_tiny_pages(self, reader: LineReader, width: int, height: int) -> None:
        page = noise(width, height)
        assert_sound(reader.read_lines(page, [Box(0, 0, width, height).quad()]), str(reader.engine), page)

    def test_reads_uyghur_and_places_it_on_its_line(self, reader: LineReader) -> None:
        font = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
        if not font.exists():
            pytest.skip("no font with Uyghur letters here")
        paper = Image.new("RGB", (500, 100), (255, 255, 255))
        # Letters that take the same shape alone and joined, drawn in the order of the eye: Pillow need not shape them.
        ImageDraw.Draw(paper).text((60, 20), "ئورۇمچى"[::-1], font=ImageFont.truetype(str(font), 40), fill=(0, 0, 0))
        page = Page(number=1, pixels=np.asarray(paper), dpi=150)
        line = Box(40, 10, 360, 85).quad()
        (word,) = reader.read_uyghur(page, [line])
        assert_sound((word,), str(reader.engine), page)
        assert word.quad == line
        assert all(line.grow(1, 1).contains(*quad.centre) for quad in word.characters)

    def test_does_not_touch_the_page_and_says_the_same_twice(self, reader: LineReader) -> None:
        print_ = printed()
        before = hashlib.sha256(print_.page.pixels.tobytes()).digest()
        lines = list(quads_of(print_, 0))
        assert fingerprint(reader.read_lines(print_.page, lines)) == fingerprint(reader.read_lines(print_.page, lines))
        assert hashlib.sha256(print_.page.pixels.tobytes()).digest() == before


SPY = """#!/bin/sh
stat -c '%a' "$(dirname "$1")" > "$(dirname "$0")/mode"
exit 1
"""


class TestTesseractFailing:
    @pytest.fixture
    def scratch(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(scratch))
        yield scratch
        assert list(scratch.iterdir()) == [], "page content stayed behind"

    def _read(self, reader: TesseractReader) -> str:
        with pytest.raises(EngineError) as raised:
            reader.read_lines(printed().page, list(quads_of(printed(), 0)))
        assert raised.value.facts["engine"] == "tesseract"
        return str(raised.value.facts["what"])

    def _replaced(self, command: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> TesseractReader:
        reader = TesseractReader(seconds=5)
        command.write_text(content)
        command.chmod(stat.S_IRWXU)
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(command))
        return reader

    def test_leaves_nothing_behind_after_reading(self, scratch: Path) -> None:
        assert tesseract_reader().read_lines(printed().page, list(quads_of(printed(), 0)))

    def test_says_that_it_is_missing(self, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        reader = TesseractReader()
        monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", str(scratch / "no-such-program"))
        assert self._read(reader) == "missing"

    def test_says_that_its_language_is_missing(self, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("redact.models.text.tesseract.CHINESE", "xyz")
        assert self._read(tesseract_reader()) == "language-missing:xyz"

    def test_says_that_it_crashed_and_kept_its_files_to_itself(
        self, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reader = self._replaced(tmp_path / "tesseract", SPY, monkeypatch)
        assert self._read(reader) == "crash"
        assert (tmp_path / "mode").read_text().strip() == "700"

    def test_says_that_it_took_too_long(self, scratch: Path) -> None:
        assert self._read(TesseractReader(seconds=0.01)) == "time-out"

    def test_says_that_it_gave_no_answer(self, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert self._read(self._replaced(tmp_path / "tesseract", "#!/bin/sh\nexit 0\n", monkeypatch)) == "no-answer"
