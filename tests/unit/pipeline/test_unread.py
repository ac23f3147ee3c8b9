"""What a reader leaves unread is told by place: whole lines, and inked stretches inside a line."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from redact import Applicant, Page, Quad, Word
from redact.finding import Category, Engine
from redact.pipeline.find import Wanted, find_all
from redact.pipeline.isolation import Isolation
from redact.pipeline.unread import either_way, unread
from tests.faults.test_engines import engines

UYGHUR = "ھەسەن گۈلباھار"


def page_with_ink(*boxes: tuple[int, int, int, int]) -> Page:
    pixels = np.full((100, 600, 3), 250, np.uint8)
    for x0, y0, x1, y1 in boxes:
        pixels[y0:y1:3, x0:x1] = 20
    return Page(1, pixels, 200)


def line(text: str, starts: list[int], score: float = 0.95, turned: bool = False) -> Word:
    quads = tuple(Quad(((x, 20), (x + 38, 20), (x + 38, 60), (x, 60))) for x in starts)
    return Word(Quad(((10, 20), (590, 20), (590, 60), (10, 60))), text, quads, score, "test")


FULL = [10 + 40 * i for i in range(14)]


def test_a_line_read_with_confidence_from_end_to_end_leaves_nothing() -> None:
    assert unread(page_with_ink((10, 20, 590, 60)), [line("评" * 14, FULL)]) == ()


def test_a_line_read_badly_or_not_at_all_is_unread_as_a_whole() -> None:
    badly, nothing = line("评" * 14, FULL, score=0.5), Word(Quad(((10, 20), (90, 20), (90, 60), (10, 60))), None, (), 0.4, "test")
    assert unread(page_with_ink(), [badly, nothing]) == (badly.quad, nothing.quad)


def test_an_inked_stretch_behind_the_last_character_is_unread() -> None:
    (place,) = unread(page_with_ink((10, 20, 590, 60)), [line("姓名米尔", FULL[:4])])
    assert 160 <= place.box().x0 <= 175
    assert place.box().x1 == 590


def test_an_empty_stretch_is_a_space() -> None:
    assert unread(page_with_ink((10, 20, 168, 60)), [line("姓名米尔", FULL[:4])]) == ()


def test_a_stretch_between_characters_is_seen_too() -> None:
    (place,) = unread(page_with_ink((10, 20, 590, 60)), [line("姓名学年", [10, 50, 510, 550])])
    assert (place.box().x0, place.box().x1) == (88, 510)


def test_a_line_that_is_unread_is_given_as_it_is_and_on_its_head() -> None:
    place = Quad(((10, 20), (90, 20), (90, 60), (10, 60)))
    assert either_way([place]) == (place, Quad(((90, 60), (10, 60), (10, 20), (90, 20))))
    assert either_way([]) == ()


class _FromTheOtherSide:
    """A reader of Uyghur script to which lines stand as the first reader turned them: it reads those that run to the left."""

    engine = Engine("line-reader", "1")

    def read_lines(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        return ()

    def read_uyghur(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        return tuple(self._read(place) for place in lines)

    def _read(self, place: Quad) -> Word:
        (x0, _), (x1, _) = place.points[0], place.points[1]
        text = UYGHUR if x1 < x0 else "اناز اتن"
        return Word(place, text, (place,) * len(text), 0.93, "line-reader/1")


@pytest.mark.parametrize("turned", [False, True])
def test_a_uyghur_name_is_found_whichever_way_the_first_reader_turned_its_line(turned: bool) -> None:
    place = Quad(((10, 20), (190, 20), (190, 60), (10, 60)))
    place = either_way([place])[1] if turned else place
    badly = Word(place, "93M39", (place,) * 5, 0.5, "test")
    readers = replace(engines(reader=lambda _: (badly,)), line_reader=_FromTheOtherSide)
    seen = find_all(page_with_ink((10, 20, 190, 60)), Wanted.of(Applicant(names=("艾山·古丽巴哈尔", UYGHUR))), readers, Isolation(20))
    assert any(finding.category is Category.NAME and place.contains(*finding.quad.centre) for finding in seen.findings)
