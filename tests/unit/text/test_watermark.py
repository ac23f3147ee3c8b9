"""The faint layer: large pale letters are found under dark text, and ordinary pages have none."""

from dataclasses import replace

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.people import Span
from fixtures.seals import ROUND, Seal, press
from redact import Page
from redact.models.text.ppocr import first_reader
from redact.models.text.watermark import layers

WORDS = [Span("教学研究与实践相结合，注重过程评价，" * 5)]


def page(shade: int | None, size: float = 40) -> np.ndarray:
    canvas = Canvas(210, 120, 150)
    if shade is not None:
        canvas.centred(45, [Span("仅供职称评审")], size, "sans-bold", (shade,) * 3)
    for row in range(6):
        canvas.paragraph(20, 8 + 18 * row, 170, WORDS, 10.5)
    return canvas.pixels


def faint_layer(image: np.ndarray) -> np.ndarray | None:
    parted = layers(image)
    return parted[0].faint if parted else None


def test_a_page_of_dark_text_has_no_faint_layer() -> None:
    assert faint_layer(page(None)) is None


def test_pale_letters_under_text_come_out_dark_and_the_text_is_gone() -> None:
    layer, letters = faint_layer(page(205)), np.all(page(205) == 205, axis=2)
    assert layer is not None
    assert layer.shape == page(205).shape
    assert float((layer[letters] < 128).mean()) > 0.75
    away = np.s_[: letters.any(axis=1).argmax() - 20]
    assert float((layer[away] < 128).mean()) < 0.001


@pytest.mark.parametrize("ink", [(255, 195, 195), (240, 150, 150), (160, 190, 245), (170, 220, 180)])
def test_pale_letters_in_colour_are_a_watermark(ink: tuple[int, int, int]) -> None:
    canvas = Canvas(210, 120, 150)
    canvas.centred(45, [Span("仅供职称评审")], 40, "sans-bold", ink)
    canvas.paragraph(20, 48, 170, WORDS, 10.5)
    layer, letters = faint_layer(canvas.pixels), np.all(canvas.pixels == ink, axis=2)
    assert layer is not None
    assert float((layer[letters] < 128).mean()) > 0.75


def test_a_seal_s_ink_is_none() -> None:
    canvas = Canvas(210, 120, 150)
    canvas.paragraph(20, 20, 170, WORDS, 10.5)
    press(canvas, Seal("云渡市第一中学", ROUND, 42, seed=3), 120.0, 70.0, "seal")
    assert faint_layer(canvas.pixels) is None


def test_thin_print_is_no_watermark_beside_a_black_field() -> None:
    # The field is so much darker than thin strokes that these are pale beside it.
    ground = page(205)
    ground[-90:] = 12
    layer = faint_layer(ground)
    assert layer is not None
    letters = np.all(page(205) == 205, axis=2)
    away = np.s_[: letters.any(axis=1).argmax() - 20]
    assert float((layer[away] < 128).mean()) < 0.005


def test_a_shade_on_the_paper_is_paper() -> None:
    ground = page(220)
    lit = np.linspace(1, 0.55, ground.shape[1], dtype=np.float32)[None, :, None]
    photo = np.clip(ground * lit + np.random.default_rng(1).normal(0, 2.5, ground.shape), 0, 255).astype(np.uint8)
    layer, letters = faint_layer(photo), np.all(ground == 220, axis=2)
    assert layer is not None
    assert float((layer[letters] < 128).mean()) > 0.7


def test_pale_print_of_a_text_s_size_is_read_as_it_stands() -> None:
    assert faint_layer(page(205, size=11)) is None


def test_a_grey_field_is_no_letter() -> None:
    field = page(None)
    field[200:500, 300:900][field[200:500, 300:900].min(axis=2) > 200] = 215
    assert faint_layer(field) is None


def test_the_first_reader_reads_the_faint_layer() -> None:
    words = first_reader().read_watermark(Page(1, page(205), 150))
    assert "职称评审" in "".join(word.text or "" for word in words)


def test_print_over_a_watermark_is_read_as_if_there_were_none() -> None:
    canvas = Canvas(210, 120, 200)
    canvas.line(20, 22, [Span("仅供职称评审使用　复印无效")], 34, "sans-bold", (214, 214, 214))
    canvas.line(20, 30, [Span("申报人：聂楠蕾　单位：沙棘泉县第九中学")], 12)
    words = first_reader().read_watermark(Page(1, canvas.pixels, 200))
    assert "申报人：聂楠蕾" in "".join(word.text or "" for word in words)


@pytest.mark.parametrize(("style", "shade"), [("sans-bold", 170), ("sans", 205), ("serif-bold", 190)])
@pytest.mark.parametrize("look", ["clean", "scan", "phone"])
def test_a_watermark_across_dense_print_is_read_whatever_its_strokes(style: str, shade: int, look: str) -> None:
    canvas = Canvas(210, 297, 200)
    canvas.centred(145, [Span("仅供职称评审使用")], 38, style, (shade,) * 3)
    for row in range(10):
        canvas.line(20, 110 + 8 * row, [Span("教学研究与实践相结合，注重过程评价，完善考核办法，推动课程建设与教材")], 10.5)
    sheet = DEGRADATIONS[look](Sheet(canvas.pixels, canvas.truth("watermark")), np.random.default_rng(7))
    words = first_reader().read_watermark(Page(1, sheet.pixels, 200))
    letters = [word for word in words if word.watermark]
    # Where a row of print runs along a stroke a letter may be lost.
    assert sum(c in "".join(word.text or "" for word in letters) for c in "仅供职称评审使用") >= 6
    assert not any("教学" in (word.text or "") for word in letters)


def test_posteriors_of_mended_letters_count_less_against_what_is_sought() -> None:
    words = first_reader().read_watermark(Page(1, page(205), 150), "评平")
    (told,) = [word.posteriors for word in words if word.watermark and word.posteriors is not None]
    whole = replace(told, log_p=told.log_p, gap=told.gap)
    again = whole.doubted(0.5)
    far, near = (p.best[:, None] - p.log_p for p in (whole, again))
    assert np.allclose(near, 0.5 * far, atol=0.05)
    assert np.array_equal(again.best, whole.best)


def test_a_page_without_a_faint_layer_gives_no_words() -> None:
    assert first_reader().read_watermark(Page(1, page(None), 150)) == ()
