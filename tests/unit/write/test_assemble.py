"""The file around the pages: as many pages, of the same size, and nothing beside them."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pytest
from PIL import Image

from redact.page import Page
from redact.pipeline.medium import Codec, Kind, Medium
from redact.pipeline.write import EncodedPage, assemble, encode, output_kind, suffix
from tests.unit.write.pages import OUTPUT_KINDS, decoded, masked, medium, paper


def _pages(kind: Kind) -> list[EncodedPage]:
    exact, levels = masked(paper()), masked(np.where(paper(120, 70) < 128, 0, 255).astype(np.uint8))
    grey = masked(np.repeat(paper(70, 90)[:, :, 1:2], 3, axis=2))
    return [
        encode(exact, medium(Codec.LOSSLESS, exact), kind),
        encode(levels, medium(Codec.BILEVEL, levels), kind),
        encode(exact, medium(Codec.JPEG, exact), kind),
        encode(grey, medium(Codec.JPEG, grey), kind),
        encode(grey, medium(Codec.LOSSLESS, grey), kind),
    ]


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TIFF])
def test_pages_of_every_codec_share_one_file_in_order(kind: Kind) -> None:
    pages = _pages(kind)
    read = decoded(assemble(kind, pages), kind)
    assert [(p.shape[1], p.shape[0]) for p in read] == [(page.width, page.height) for page in pages]
    for pixels, page in zip(read, pages, strict=True):
        (alone,) = decoded(assemble(kind, [page]), kind)
        assert np.array_equal(pixels, alone)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TIFF])
def test_the_same_pages_give_the_same_bytes(kind: Kind) -> None:
    assert assemble(kind, _pages(kind)) == assemble(kind, _pages(kind))


def test_a_pdf_page_has_the_size_that_was_seen() -> None:
    page = masked(paper())
    content = assemble(Kind.PDF, [encode(page, Medium(Codec.LOSSLESS, (595.276, 842)), Kind.PDF)])
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert [float(side) for side in pdf.pages[0].MediaBox] == [0, 0, 595.276, 842]


def test_a_pdf_has_no_metadata_and_no_dates() -> None:
    with pikepdf.open(io.BytesIO(assemble(Kind.PDF, _pages(Kind.PDF)))) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in pdf.trailer


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.BMP])
def test_a_picture_keeps_its_resolution(kind: Kind) -> None:
    page = masked(paper())
    with Image.open(io.BytesIO(assemble(kind, [encode(page, medium(Codec.LOSSLESS, page), kind)]))) as image:
        assert image.info["dpi"] == pytest.approx((200, 200), abs=0.1)


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
def test_a_picture_brings_nothing_but_pixels_and_resolution(kind: Kind) -> None:
    if kind is Kind.PDF:
        return
    page = masked(paper())
    with Image.open(io.BytesIO(assemble(kind, [encode(page, medium(Codec.LOSSLESS, page), kind)]))) as image:
        technical = {
            "dpi",
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "compression",
            "resolution",
            "version",
            "background",
            "loop",
        }
        assert set(image.info) <= technical | {"duration", "timestamp"}
        assert not {tag for tag in image.getexif() if tag not in range(254, 300) and tag not in (317, 530)}


@pytest.mark.parametrize("kind", [k for k in OUTPUT_KINDS if k not in (Kind.PDF, Kind.TIFF)])
def test_a_picture_holds_one_page(kind: Kind) -> None:
    page = masked(paper())
    encoded = encode(page, medium(Codec.LOSSLESS, page), kind)
    with pytest.raises(ValueError, match="one page"):
        assemble(kind, [encoded, encoded])


def test_a_file_without_pages_is_none() -> None:
    with pytest.raises(ValueError, match="pages"):
        assemble(Kind.PDF, [])


def test_a_page_knows_nothing_of_the_others() -> None:
    first = Page(1, paper(), 200.0)
    assert encode(first, medium(Codec.LOSSLESS, first), Kind.PDF) == encode(
        Page(9, paper(), 200.0), medium(Codec.LOSSLESS, first), Kind.PDF
    )


@pytest.mark.parametrize(
    ("kind", "pages", "written"),
    [
        (Kind.PDF, 1, Kind.PDF),
        (Kind.PDF, 300, Kind.PDF),
        (Kind.TIFF, 7, Kind.TIFF),
        (Kind.JPEG, 1, Kind.JPEG),
        (Kind.PNG, 1, Kind.PNG),
        (Kind.PNG, 2, Kind.TIFF),
        (Kind.BMP, 1, Kind.BMP),
        (Kind.WEBP, 1, Kind.WEBP),
        (Kind.WEBP, 3, Kind.TIFF),
        (Kind.GIF, 1, Kind.GIF),
        (Kind.GIF, 8, Kind.TIFF),
        (Kind.HEIC, 1, Kind.JPEG),
        (Kind.HEIC, 2, Kind.TIFF),
    ],
)
def test_the_kind_stays_wherever_it_can_hold_the_pages(kind: Kind, pages: int, written: Kind) -> None:
    assert output_kind(kind, pages) is written


def test_every_kind_has_the_usual_ending() -> None:
    assert [suffix(kind) for kind in OUTPUT_KINDS] == [".pdf", ".jpg", ".png", ".tif", ".bmp", ".webp", ".gif"]
