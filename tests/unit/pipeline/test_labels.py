"""Ink beside a label that nobody reads is masked as far as it goes; white paper, rules, red seals and what is read are left."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fixtures.handwriting import scribble
from redact import Applicant, Category, Finding, Page, Quad, Shape, Word
from redact.finding import Engine
from redact.pipeline.labels import hidden_by, unread_values
from redact.search import writings
from tests.unit.search.pages import column, line

EM = 40
OURS = writings(Applicant(("洛明川",), ("云溪市第九中学",)))
NOTHING = np.zeros((600, 1000), dtype=np.bool_)
Pixels = NDArray[np.uint8]


def paper() -> Pixels:
    return np.full((600, 1000, 3), 245, np.uint8)


def sign(pixels: Pixels, x: int, y: int, characters: int = 2, size: int = 44, colour: tuple[int, int, int] = (30, 36, 90)) -> Quad:
    """Scribble a signature whose line's middle is at y; return the box of its ink."""
    cover = scribble(Random(5), characters, size)
    h, w = cover.shape
    place = pixels[y - h // 2 : y - h // 2 + h, x : x + w]
    place[cover > 96] = colour
    ys, xs = np.nonzero(cover > 96)
    x0, y0 = x + int(xs.min()), y - h // 2 + int(ys.min())
    return Quad.around([(x0, y0), (x + int(xs.max()) + 1, y - h // 2 + int(ys.max()) + 1)])


def label(text: str, x: float = 40, y: float = 200, score: float = 0.99) -> Word:
    return line(text, x, y, em=EM, score=score)


def look(pixels: Pixels, words: Sequence[Word], hidden: NDArray[np.bool_] = NOTHING, seals: Sequence[Finding] = ()) -> tuple[Finding, ...]:
    return unread_values(Page(1, pixels, 200), words, OURS, hidden, seals)


def covers(finding: Finding, ink: Quad) -> bool:
    return all(finding.quad.contains(x, y) for x, y in ink.points)


def test_a_signature_that_no_reader_sees_is_unknown_and_covered_whole() -> None:
    pixels = paper()
    ink = sign(pixels, 230, 222)
    (finding,) = look(pixels, [label("签名：")])
    assert (finding.category, finding.hint) == (Category.UNKNOWN, "label-value")
    assert covers(finding, ink)


def test_no_more_is_covered_than_the_ink() -> None:
    pixels = paper()
    ink = sign(pixels, 230, 222).box()
    (finding,) = look(pixels, [label("签名：")])
    assert finding.quad.box().area < 1.6 * ink.area


def test_no_ink_is_nothing() -> None:
    assert look(paper(), [label("签名：")]) == ()


@pytest.mark.parametrize("text", [None, "口"])
def test_ink_that_was_seen_but_not_read_is_unknown(text: str | None) -> None:
    pixels = paper()
    ink = sign(pixels, 230, 222)
    seen = Word(ink, text, (ink,) if text else (), 0.4, "reader/1")
    (finding,) = look(pixels, [label("姓名："), seen])
    assert covers(finding, ink)


def test_a_value_read_badly_in_the_labels_own_word_is_unknown() -> None:
    pixels = paper()
    ink = sign(pixels, 170, 222)
    (finding,) = look(pixels, [label("姓名：乃云", score=0.8)])
    assert covers(finding, ink)


def test_a_value_read_with_confidence_stays() -> None:
    pixels = paper()
    sign(pixels, 160, 222)
    assert look(pixels, [label("姓名：方志敏")]) == ()


def test_a_value_that_was_found_is_done_and_nothing_behind_it_is_taken() -> None:
    pixels = paper()
    name = sign(pixels, 170, 222)
    sign(pixels, 500, 222)
    page = Page(1, pixels, 200)
    hidden = hidden_by(page, [Finding(Category.NAME, name, 0.9, Engine("reader", "1"), "exact")])
    assert look(pixels, [label("姓名：")], hidden) == ()


def test_a_black_mask_is_no_writing() -> None:
    pixels = paper()
    pixels[195:245, 170:330] = 0
    assert look(pixels, [label("姓名：")]) == ()


def test_it_ends_where_something_else_was_read() -> None:
    pixels = paper()
    ink = sign(pixels, 170, 222)
    sign(pixels, 480, 222)
    words = [label("签名："), label("日期：", x=360), label("2024年", x=480)]
    (finding,) = look(pixels, words)
    assert covers(finding, ink)
    assert finding.quad.box().x1 < 360


def test_a_date_behind_an_empty_signature_stays() -> None:
    pixels = paper()
    sign(pixels, 480, 222)
    assert look(pixels, [label("签名："), label("2024年5月", x=480)]) == ()


def test_ink_beside_another_persons_label_stays() -> None:
    pixels = paper()
    sign(pixels, 230, 222)
    assert look(pixels, [label("审核人：")]) == ()


def test_an_underline_is_no_value_and_not_part_of_one() -> None:
    pixels = paper()
    cv2.line(pixels, (170, 246), (800, 248), (20, 20, 20), 2)
    assert look(pixels, [label("姓名：")]) == ()
    sign(pixels, 230, 222)
    (finding,) = look(pixels, [label("姓名：")])
    assert finding.quad.box().x1 < 400


def test_a_seals_red_ink_is_no_signature_but_black_ink_under_it_is() -> None:
    pixels = paper()
    cv2.circle(pixels, (330, 222), 90, (225, 60, 60), 8)
    cv2.putText(pixels, "SEAL", (280, 235), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (225, 60, 60), 5)
    seal = Finding(Category.SEAL, Quad.centred((330, 222), 100, 100), 0.9, Engine("seals", "1"), "red", Shape.ELLIPSE)
    assert look(pixels, [label("推荐单位（公章）：", x=-120)], seals=[seal]) == ()
    ink = sign(pixels, 270, 222)
    (finding,) = look(pixels, [label("推荐单位（公章）：", x=-120)], seals=[seal])
    assert covers(finding, ink)


def table(pixels: Pixels, *, rows: Sequence[int], walls: Sequence[int]) -> None:
    for y in rows:
        cv2.line(pixels, (walls[0], y), (walls[-1], y), (20, 20, 20), 2)
    for x in walls:
        cv2.line(pixels, (x, rows[0]), (x, rows[-1]), (20, 20, 20), 2)


def test_in_a_table_the_value_stands_in_the_next_cell() -> None:
    pixels = paper()
    table(pixels, rows=(180, 260, 340), walls=(30, 160, 460, 600, 900))
    ink = sign(pixels, 240, 222)
    sign(pixels, 650, 222)
    (finding,) = look(pixels, [label("姓名", x=55), label("性别", x=490)])
    assert covers(finding, ink)
    assert finding.quad.box().x1 < 460


def test_an_empty_cell_is_nothing() -> None:
    pixels = paper()
    table(pixels, rows=(180, 260, 340), walls=(30, 160, 460, 600, 900))
    assert look(pixels, [label("姓名", x=55)]) == ()


def test_a_low_cell_by_itself_has_walls_too() -> None:
    pixels = paper()
    table(pixels, rows=(192, 250), walls=(30, 160, 460))
    assert look(pixels, [label("姓名", x=55)]) == ()
    ink = sign(pixels, 240, 222, size=30)
    sign(pixels, 500, 222)
    (finding,) = look(pixels, [label("姓名", x=55)])
    assert covers(finding, ink)
    assert finding.quad.box().x1 < 460


def test_a_label_that_heads_a_column_has_its_values_beneath_it() -> None:
    pixels = paper()
    table(pixels, rows=(180, 260, 340, 420, 500), walls=(30, 300, 560, 900))
    ink = sign(pixels, 80, 382)
    words = [label("姓名", x=110), label("职务", x=390), label("方志敏", x=100, y=280), label("教师", x=390, y=360)]
    (finding,) = look(pixels, words)
    assert covers(finding, ink)


def test_a_name_in_a_column_that_is_read_fairly_well_is_somebody_elses() -> None:
    pixels = paper()
    table(pixels, rows=(180, 260, 340), walls=(30, 300, 560))
    sign(pixels, 110, 302)
    assert look(pixels, [label("作者", x=110), label("序号", x=390), label("郦垚博", x=100, y=280, score=0.8)]) == ()


def test_the_next_line_is_not_part_of_a_value() -> None:
    pixels = paper()
    sign(pixels, 230, 300)
    assert look(pixels, [label("姓名："), Word(label("十" * 4, x=230, y=280).quad, None, (), 0.3, "reader/1")]) == ()


def test_a_value_that_runs_down_beside_a_label_that_runs_down() -> None:
    pixels = paper()
    cover = scribble(Random(3), 2, 44)
    pixels[180 : 180 + cover.shape[1], 80 : 80 + cover.shape[0]][cv2.rotate(cover, cv2.ROTATE_90_CLOCKWISE).T.T > 96] = 30
    (finding,) = look(pixels, [column("姓名：", 92, 30, em=EM)])
    assert finding.quad.contains(110, 230)


@pytest.mark.parametrize("turned", [0.05, 1.571, 3.1416, -1.571])
def test_a_turned_page_is_no_matter(turned: float) -> None:
    pixels = paper()
    sign(pixels, 500, 322)
    middle = (500.0, 322.0)
    matrix = cv2.getRotationMatrix2D(middle, -np.degrees(turned), 1.0)
    pixels = cv2.warpAffine(pixels, matrix, (1000, 600), borderValue=(245, 245, 245)).astype(np.uint8)
    x, y = (float(v) for v in matrix @ np.array([370.0, 302.0, 1.0]))
    (finding,) = look(pixels, [line("签名：", x, y, em=EM, turned=turned)])
    ys, xs = np.nonzero(pixels.min(axis=2) < 150)
    assert np.mean([finding.quad.contains(float(a), float(b)) for a, b in zip(xs, ys, strict=True)]) > 0.98


def test_specks_and_a_dash_are_no_value() -> None:
    pixels = paper()
    cv2.line(pixels, (240, 222), (290, 222), (20, 20, 20), 3)
    pixels[215:219, 350:354] = 20
    assert look(pixels, [label("曾用名：")]) == ()


def test_a_picture_beside_a_label_is_no_value() -> None:
    pixels = paper()
    cv2.rectangle(pixels, (300, 100), (600, 500), (60, 60, 60), -1)
    assert look(pixels, [label("姓名：")]) == ()


def test_a_page_without_labels_costs_nothing() -> None:
    assert look(paper(), [label("请核对姓名和身份证号")]) == ()
