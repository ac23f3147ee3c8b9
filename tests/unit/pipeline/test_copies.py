"""Where one name in a watermark was read, its copies on the page are found by their form."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet, on_a_slant
from fixtures.people import Span
from fixtures.truth import Instance
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad, share_inside
from redact.page import Page, Word
from redact.pipeline.copies import COPY, copies

DPI = 200
ENGINE = Engine("reader", "1")
NAME, ANOTHER = "聂楠蕾", "卓琳萍"
PRINT = "教学研究与实践相结合，注重过程评价，完善考核办法，推动课程建设与教材更新"
PLACES = [(x, y) for y in (15, 35, 55, 75, 95) for x in (20, 80, 140)]


def tiled(name: str = NAME, shade: int = 190, style: str = "sans-bold") -> Canvas:
    """Return a page with rows of print from 45 mm on, and a name in 16 pt again and again behind them."""
    canvas = Canvas(190, 120, DPI)
    for x, y in PLACES:
        canvas.line(x, y, [Span(name, "name")], 16, style, (shade,) * 3)
    for row in range(7):
        canvas.line(15, 45 + 8 * row, [Span(PRINT, "keep_text")], 10.5, "serif")
    return canvas


def sheet(canvas: Canvas) -> Sheet:
    return Sheet(np.ascontiguousarray(canvas.pixels), canvas.truth("watermark"))


def place(instance: Instance) -> Quad:
    points = [point for part in instance.parts for point in part]
    return Quad.around(points).grow(4, 4)


def names(drawn: Sheet) -> list[Instance]:
    return list(drawn.truth.of("name"))


def found_again(drawn: Sheet, read: int = 3) -> tuple[Finding, ...]:
    """Return what is found where only the first instances were read."""
    read_ = [Finding(Category.NAME, place(instance), 0.95, ENGINE, "exact") for instance in names(drawn)[:read]]
    return copies(Page(1, drawn.pixels, float(DPI)), (), read_, printed(drawn))


def printed(drawn: Sheet) -> list[Word]:
    """Return the rows as a reader reads them."""
    rows = [(row, place(row)) for row in drawn.truth.of("keep_text")]
    return [Word(quad, row.text, (quad,) * len(row.text), 0.95, "reader/1") for row, quad in rows]


@pytest.mark.parametrize("shade", [170, 205])
@pytest.mark.parametrize("style", ["sans-bold", "serif-bold", "sans"])
@pytest.mark.parametrize("look", ["clean", "scan", "phone"])
def test_copies_between_rows_of_print_are_found_by_their_form(look: str, style: str, shade: int) -> None:
    drawn = DEGRADATIONS[look](sheet(tiled(shade=shade, style=style)), np.random.default_rng(3))
    again = [finding.quad for finding in found_again(drawn)]
    assert [i for i, name in enumerate(names(drawn)[3:]) if share_inside(place(name), again) < 0.8] == []


def test_a_copy_is_of_the_kind_of_what_was_read_and_says_how_it_was_found() -> None:
    assert {(finding.category, finding.hint, str(finding.engine)) for finding in found_again(sheet(tiled()))} == {
        ("name", COPY, "copies/1")
    }


def test_another_name_in_the_same_ink_is_no_copy() -> None:
    canvas = tiled()
    canvas.line(20, 5, [Span(ANOTHER, "keep_name")], 16, "sans-bold", (190,) * 3)
    drawn = sheet(canvas)
    (other,) = drawn.truth.of("keep_name")
    assert share_inside(place(other), [finding.quad for finding in found_again(drawn)]) == 0


def test_a_name_in_print_has_no_copies() -> None:
    canvas = tiled()
    canvas.line(20, 5, [Span(ANOTHER, "unit")], 10.5, "serif")
    canvas.line(90, 5, [Span(ANOTHER, "unit")], 10.5, "serif")
    drawn = sheet(canvas)
    first, _ = drawn.truth.of("unit")
    assert (
        copies(Page(1, drawn.pixels, float(DPI)), (), [Finding(Category.NAME, place(first), 0.99, ENGINE, "exact")], printed(drawn)) == ()
    )


def test_thin_letters_are_a_watermark_only_where_they_were_read_again_and_again() -> None:
    drawn = sheet(tiled(shade=170, style="sans"))
    assert found_again(drawn, read=2) == ()
    assert found_again(drawn, read=3) != ()


@pytest.mark.parametrize(("size", "style"), [(9, "serif"), (16, "sans-bold")])
def test_print_is_no_watermark_where_all_of_it_is_pale(size: float, style: str) -> None:
    canvas = Canvas(190, 120, DPI)
    for y, unit in enumerate(["云渡市第一人民医院", "云渡市第二人民医院"] * 4):
        kind = "unit" if "一" in unit else "keep_text"
        canvas.line(20, 10 + 12 * y, [Span(unit, kind)], size, style, (140,) * 3)
    drawn = sheet(canvas)
    read = [Finding(Category.UNIT, place(unit), 0.99, ENGINE, "exact") for unit in drawn.truth.of("unit")]
    assert copies(Page(1, drawn.pixels, float(DPI)), (), read, printed(drawn)) == ()


def test_a_page_without_a_watermark_has_no_copies() -> None:
    canvas = Canvas(190, 120, DPI)
    canvas.line(20, 20, [Span(NAME, "name")], 16)
    assert found_again(sheet(canvas)) == ()


@pytest.mark.parametrize(("x", "y"), [(-8.5, 25.0), (178.0, 25.0), (100.0, 116.5)])
def test_what_the_page_s_edge_leaves_of_a_name_is_covered(x: float, y: float) -> None:
    canvas = tiled()
    canvas.line(x, y, [Span(NAME, "name")], 16, "sans-bold", (190,) * 3)
    drawn = sheet(canvas)
    scrap = np.isin(drawn.truth.ink, names(drawn)[-1].ink)
    rows, columns = np.nonzero(scrap)
    again = [finding.quad for finding in found_again(drawn)]
    assert rows.size > 100
    assert all(any(quad.contains(x + 0.5, y + 0.5) for quad in again) for y, x in zip(rows[::7], columns[::7], strict=True))


def test_copies_at_a_slant_are_found() -> None:
    drawn = on_a_slant(sheet(tiled()), 25.0)
    height, width = drawn.pixels.shape[:2]
    shown = [name for name in names(drawn) if all(0 < x < width and 0 < y < height for part in name.parts for x, y in part)]
    read = Finding(Category.NAME, _along(shown[0]), 0.95, ENGINE, "exact")
    again = [finding.quad for finding in copies(Page(1, drawn.pixels, float(DPI)), [read], (), printed(drawn))]
    assert len(shown) > 10
    assert [i for i, name in enumerate(shown[1:]) if share_inside(_along(name), again) < 0.7] == []


def _along(instance: Instance) -> Quad:
    (part,) = instance.parts
    return Quad.of(part).grow(3, 3)
