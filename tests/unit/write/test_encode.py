"""A page, encoded and decoded again: masks stay solid, all other pixels stay within the codec's bound."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from redact.geometry import Box
from redact.page import Page, Pixels
from redact.pipeline.medium import Codec, Kind
from redact.pipeline.write import assemble, bound, encode
from tests.unit.write.pages import DPI, MASK, OUTPUT_KINDS, decoded, masked, medium, paper, small_pages

COARSE = tuple(min(255, 20 + 4 * at) for at in range(64))


def _written(page: Page, codec: Codec, kind: Kind, **more: object) -> tuple[Pixels, Codec]:
    encoded = encode(page, medium(codec, page, **more), kind)
    (pixels,) = decoded(assemble(kind, [encoded]), kind)
    return pixels, encoded.codec


@settings(max_examples=60, deadline=None)
@given(small_pages(), st.sampled_from(OUTPUT_KINDS), st.sampled_from(tuple(Codec)))
def test_every_kind_and_codec_keeps_masks_solid_and_the_rest_within_its_bound(pixels: Pixels, kind: Kind, codec: Codec) -> None:
    page = masked(pixels)
    written, used = _written(page, codec, kind)
    assert written.shape == page.pixels.shape
    assert written[MASK.y0 : MASK.y1, MASK.x0 : MASK.x1].max() < 40
    apart = np.abs(written.astype(int) - page.pixels)
    if kind is not Kind.GIF or used is Codec.LOSSLESS:
        assert apart.max() <= bound(used).pixel


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.PNG, Kind.TIFF, Kind.BMP, Kind.WEBP, Kind.GIF])
def test_a_page_that_was_stored_exactly_is_stored_exactly(kind: Kind) -> None:
    page = masked(paper())
    written, used = _written(page, Codec.LOSSLESS, kind)
    assert used is Codec.LOSSLESS
    assert np.array_equal(written, page.pixels)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TIFF])
def test_two_levels_become_group_4(kind: Kind) -> None:
    page = masked(np.where(paper() < 128, 0, 255).astype(np.uint8).min(axis=2, keepdims=True).repeat(3, axis=2))
    written, used = _written(page, Codec.BILEVEL, kind)
    assert used is Codec.BILEVEL
    assert np.array_equal(written, page.pixels)


def test_a_jpeg_gets_the_tables_and_sampling_of_its_source() -> None:
    source = io.BytesIO()
    Image.fromarray(paper(128, 128)).save(source, "JPEG", quality=80, subsampling=2)
    with Image.open(source) as image:
        tables = tuple(tuple(table) for _, table in sorted(image.quantization.items()))  # type: ignore[attr-defined]
        page = masked(np.asarray(image), Box(24, 72, 60, 100))
    content = encode(page, medium(Codec.JPEG, page, quantisation=tables, subsampling=2), Kind.JPEG).content
    with Image.open(io.BytesIO(content)) as image:
        assert tuple(tuple(table) for _, table in sorted(image.quantization.items())) == tables  # type: ignore[attr-defined]
        assert image.layer[0][1:3] == (2, 2)  # type: ignore[attr-defined]


def test_halved_chroma_does_not_bleed_a_red_seal_into_a_mask() -> None:
    pixels = np.full((80, 96, 3), (220, 20, 20), np.uint8)
    odd = Box(25, 21, 60, 44)
    page = masked(pixels, odd)
    encoded = encode(page, medium(Codec.JPEG, page, quantisation=((8,) * 64, (8,) * 64), subsampling=2), Kind.JPEG)
    (written,) = decoded(encoded.content, Kind.JPEG)
    assert written[odd.y0 : odd.y1, odd.x0 : odd.x1].max() < 40


def test_coarse_tables_do_not_ring_into_a_mask() -> None:
    odd = Box(27, 23, 58, 41)
    page = masked(np.random.default_rng(1).integers(0, 256, (80, 96, 3), np.uint8), odd)
    encoded = encode(page, medium(Codec.JPEG, page, quantisation=(COARSE, COARSE), subsampling=0), Kind.JPEG)
    (written,) = decoded(encoded.content, Kind.JPEG)
    assert written[odd.y0 : odd.y1, odd.x0 : odd.x1].max() < 40


@pytest.mark.parametrize("table", [(0,) * 64, (999,) * 64, (1,) * 63])
def test_tables_that_no_baseline_file_can_hold_are_not_repeated(table: tuple[int, ...]) -> None:
    page = masked(paper())
    plain = encode(page, medium(Codec.JPEG, page), Kind.JPEG)
    assert encode(page, medium(Codec.JPEG, page, quantisation=(table, table)), Kind.JPEG) == plain


def test_a_photograph_in_a_drawn_page_becomes_a_jpeg_where_exact_is_much_larger() -> None:
    noise = np.random.default_rng(2).normal(128, 12, (256, 256, 3)).clip(0, 255).astype(np.uint8)
    photo = masked(np.asarray(Image.fromarray(noise).resize((512, 512), Image.Resampling.BICUBIC)))
    assert encode(photo, medium(Codec.LOSSLESS, photo), Kind.PDF).codec is Codec.JPEG
    assert encode(photo, medium(Codec.LOSSLESS, photo), Kind.PNG).codec is Codec.LOSSLESS


def test_a_gif_whose_mask_is_one_colour_too_many_merges_the_two_nearest() -> None:
    colours = np.stack([np.arange(256), 255 - np.arange(256) // 2, np.full(256, 77)], axis=1).astype(np.uint8)
    pixels = colours[np.arange(96 * 80) % 256].reshape(80, 96, 3)
    page = masked(pixels)
    written, used = _written(page, Codec.LOSSLESS, Kind.GIF)
    assert used is Codec.JPEG
    assert np.abs(written.astype(int) - page.pixels).max() <= 2
    assert not written[MASK.y0 : MASK.y1, MASK.x0 : MASK.x1].any()


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
@pytest.mark.parametrize("codec", list(Codec))
def test_the_same_page_gives_the_same_bytes(kind: Kind, codec: Codec) -> None:
    page, again = masked(paper()), masked(paper())
    assert encode(page, medium(codec, page), kind) == encode(again, medium(codec, again), kind)


def test_heic_is_no_kind_to_write() -> None:
    page = masked(paper())
    with pytest.raises(ValueError, match="kind"):
        encode(page, medium(Codec.JPEG, page), Kind.HEIC)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1)])
@pytest.mark.parametrize("kind", OUTPUT_KINDS)
def test_tiny_pages_are_written_too(kind: Kind, size: tuple[int, int]) -> None:
    page = Page(1, np.full((*size, 3), 200, np.uint8), DPI)
    (written,) = decoded(assemble(kind, [encode(page, medium(Codec.LOSSLESS, page), kind)]), kind)
    assert np.abs(written.astype(int) - 200).max() <= 2
