"""Image files become upright RGB pages as a viewer shows them, frame by frame."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from redact import DamagedError, LimitError
from redact.pipeline.intake import doubts
from redact.pipeline.intake.pictures import Pictures
from redact.pipeline.medium import Codec, IntakePage, Kind
from redact.policy import Limits
from tests.unit.intake.material import CARD, LIMITS, RED, card, corners, encoded, nearest

SAMPLES = Path(__file__).parents[3] / "fixtures" / "samples"
ORIENTATION = 0x0112


def pages(content: bytes, kind: Kind) -> list[IntakePage]:
    file = Pictures(content, kind, LIMITS)
    return [file.page(number) for number in range(1, file.page_count + 1)]


def only(content: bytes, kind: Kind) -> IntakePage:
    (page,) = pages(content, kind)
    return page


@pytest.mark.parametrize("kind", [Kind.PNG, Kind.TIFF, Kind.BMP])
def test_a_lossless_picture_keeps_every_pixel(kind: Kind) -> None:
    page = only(encoded(card(), kind.value.upper()), kind)
    assert np.array_equal(page.page.pixels, card())
    assert (page.medium.codec, page.medium.native, page.doubts) == (Codec.LOSSLESS, True, ())


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.WEBP, Kind.GIF])
def test_any_picture_shows_its_corners(kind: Kind) -> None:
    assert np.array_equal(corners(only(encoded(card(), kind.value.upper()), kind).page.pixels), CARD)


def test_a_jpeg_is_decoded_once_and_tells_its_tables() -> None:
    content = encoded(card(), "JPEG", quality=71, subsampling=1)
    page = only(content, Kind.JPEG)
    with Image.open(BytesIO(content)) as image:
        assert np.array_equal(page.page.pixels, np.asarray(image))
        assert page.medium.quantisation == tuple(tuple(image.quantization[index]) for index in (0, 1))  # type: ignore[attr-defined]
    assert (page.medium.codec, page.medium.subsampling) == (Codec.JPEG, 1)


def test_a_grey_jpeg_is_grey() -> None:
    page = only(encoded(Image.fromarray(card()).convert("L"), "JPEG"), Kind.JPEG)
    assert page.medium.grey
    assert len(page.medium.quantisation) == 1


def test_a_cmyk_jpeg_offers_no_tables_to_repeat() -> None:
    page = only(encoded(Image.fromarray(card()).convert("CMYK"), "JPEG"), Kind.JPEG)
    assert np.array_equal(corners(page.page.pixels), CARD)
    assert page.medium.quantisation == ()


TURNS = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.rot90(np.fliplr(a)),
    6: lambda a: np.rot90(a),
    7: lambda a: np.rot90(np.fliplr(a), -1),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.WEBP, Kind.TIFF])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_seen_upright(orientation: int, kind: Kind) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = np.ascontiguousarray(TURNS[orientation](card()))
    page = only(encoded(stored, kind.value.upper(), exif=exif), kind)
    assert page.page.pixels.shape == card().shape
    assert np.array_equal(corners(page.page.pixels), CARD)


def test_a_turned_jpeg_s_tables_turn_with_it() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    table = [16 + at for at in range(64)]
    (turned,) = only(encoded(Image.fromarray(card()).convert("L"), "JPEG", qtables=[table], exif=exif), Kind.JPEG).medium.quantisation
    assert np.array_equal(np.array(turned).reshape(8, 8), np.array(table).reshape(8, 8).T)


def test_sixteen_bits_keep_the_high_byte() -> None:
    levels = np.repeat(np.arange(256, dtype=np.uint16)[None] * 256 + 77, 20, axis=0)
    page = only(encoded(Image.fromarray(levels), "PNG"), Kind.PNG)
    assert np.array_equal(page.page.pixels[0, 30:200, 1], np.arange(30, 200))


def test_levels_without_a_known_white_are_doubted() -> None:
    page = only(encoded(Image.fromarray(np.linspace(0, 1, 800, dtype=np.float32).reshape(20, 40)), "TIFF"), Kind.TIFF)
    assert page.doubts == (doubts.DEPTH,)
    assert (page.page.pixels.min(), page.page.pixels.max()) == (0, 255)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
def test_what_is_transparent_is_white_paper(mode: str) -> None:
    layer = np.full((40, 60, 4), 0, np.uint8)
    layer[10:30, 10:30] = (*RED, 255)
    image = Image.fromarray(layer)
    options: dict[str, Any] = {}
    if mode == "P":
        image = image.convert("RGB").quantize(4)
        options = {"transparency": int(np.asarray(image)[0, 0])}
    elif mode == "RGB":
        image, options = image.convert("RGB"), {"transparency": (0, 0, 0)}
    else:
        image = image.convert(mode)
    pixels = only(encoded(image, "PNG", **options), Kind.PNG).page.pixels
    assert nearest(pixels[0, 0]) == "white"
    assert nearest(pixels[20, 20]) != "white"


def test_text_that_only_alpha_hides_is_not_seen() -> None:
    layer = np.dstack([card(), np.zeros((64, 96), np.uint8)])
    page = only(encoded(Image.fromarray(layer), "PNG"), Kind.PNG)
    assert (page.page.pixels == 255).all()
    assert page.doubts == (doubts.BLANK,)


def frames(number: int) -> list[Image.Image]:
    return [Image.fromarray(np.roll(card(), 16 * index, axis=1)) for index in range(number)]


@pytest.mark.parametrize("kind", [Kind.TIFF, Kind.GIF, Kind.PNG, Kind.WEBP])
def test_every_frame_is_a_page(kind: Kind) -> None:
    options = {"lossless": True} if kind is Kind.WEBP else {}
    first, *others = frames(3)
    found = pages(encoded(first, kind.value.upper(), save_all=True, append_images=others, **options), kind)
    assert [page.page.number for page in found] == [1, 2, 3]
    for page, drawn in zip(found, frames(3), strict=True):
        assert np.array_equal(corners(page.page.pixels), corners(np.asarray(drawn)))


def test_a_one_bit_tiff_has_two_levels() -> None:
    page = only(encoded(Image.fromarray(card()).convert("1"), "TIFF", compression="group4", dpi=(200, 200)), Kind.TIFF)
    assert (page.medium.codec, page.medium.grey) == (Codec.BILEVEL, True)
    assert set(np.unique(page.page.pixels)) == {0, 255}


def test_a_second_picture_of_its_own_is_doubted_and_a_smaller_copy_is_not() -> None:
    def with_second(second: Image.Image) -> tuple[str, ...]:
        file = Pictures(encoded(Image.fromarray(card(192, 128)), "MPO", save_all=True, append_images=[second]), Kind.JPEG, LIMITS)
        assert file.page_count == 1
        return file.doubts

    assert with_second(Image.fromarray(card(192, 128))) == (doubts.MORE_PICTURES,)
    assert with_second(Image.fromarray(card(96, 64))) == ()


def test_a_heic_shows_every_picture() -> None:
    first, second = pages((SAMPLES / "marker.heic").read_bytes(), Kind.HEIC)
    assert first.page.pixels.shape == (64, 96, 3)
    assert corners(first.page.pixels).tolist() == [["red", "white"], ["white", "blue"]]
    assert nearest(second.page.pixels[24, 24]) == "green"
    assert first.medium.codec is Codec.JPEG


def test_a_turned_heic_is_turned_once() -> None:
    page = only((SAMPLES / "turned.heic").read_bytes(), Kind.HEIC)
    assert page.page.pixels.shape == (96, 64, 3)
    assert corners(page.page.pixels).tolist() == [["white", "red"], ["blue", "white"]]


@pytest.mark.parametrize(
    ("stored", "expected"),
    [((200, 200), 200), ((72, 72), 1654 / 297 * 25.4), ((1, 1), 1654 / 297 * 25.4), (None, 1654 / 297 * 25.4), ((300, 300), 300)],
)
def test_a_resolution_is_believed_where_the_page_then_has_a_page_s_size(stored: tuple[int, int] | None, expected: float) -> None:
    options = {"dpi": stored} if stored else {}
    page = only(encoded(card(1170, 1654), "PNG", **options), Kind.PNG)
    assert page.page.dpi == pytest.approx(expected, rel=0.01)
    assert page.medium.size_pt == pytest.approx((1170 * 72 / expected, 1654 * 72 / expected), rel=0.01)


def test_faint_ink_on_white_is_cleared_but_never_in_a_jpeg() -> None:
    pixels = np.full((100, 100, 3), 255, np.uint8)
    pixels[40:60, 40:60] = 251
    pixels[0:20] = 0
    pixels[5:9, 5:9] = 3
    clear = only(encoded(pixels, "PNG"), Kind.PNG).page.pixels
    assert set(np.unique(clear)) == {0, 255}
    kept = only(encoded(pixels, "JPEG", quality=95), Kind.JPEG).page.pixels
    assert 249 <= kept[50, 50, 0] <= 253


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.WEBP, Kind.GIF, Kind.BMP])
def test_a_cut_off_picture_is_damaged(kind: Kind) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (200, 300, 3), np.uint8)
    content = encoded(noise, kind.value.upper())
    with pytest.raises(DamagedError):
        pages(content[: len(content) // 2], kind)


def test_a_jpeg_of_many_scans_is_refused_undecoded() -> None:
    content = encoded(card(), "JPEG")
    with pytest.raises(LimitError):
        pages(content[:-2] + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0" * 150 + b"\xff\xd9", Kind.JPEG)


def test_every_frame_is_measured() -> None:
    limits = Limits(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, "image_pixels": 10_000})
    small, big = Image.fromarray(card()), Image.fromarray(card(200, 100))
    file = Pictures(encoded(small, "TIFF", save_all=True, append_images=[big]), Kind.TIFF, limits)
    file.page(1)
    with pytest.raises(LimitError):
        file.page(2)
