"""Whatever is added to a file that we wrote is told."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name
from PIL import Image

from redact.page import Page, Pixels
from redact.pipeline.medium import Codec, Kind
from redact.pipeline.verify.inspection import FAULTS
from redact.pipeline.verify.structure import faults
from redact.pipeline.write import assemble, encode
from redact.pipeline.write.pdf import saved
from tests.unit.write.pages import OUTPUT_KINDS, masked, medium, paper, small_pages

SECRET = "欧阳墨涵".encode()


def _file(kind: Kind, codec: Codec = Codec.LOSSLESS, pages: int = 1) -> bytes:
    page = masked(paper())
    return assemble(kind, [encode(page, medium(codec, page), kind)] * pages)


@settings(max_examples=50, deadline=None)
@given(small_pages(), st.sampled_from(OUTPUT_KINDS), st.sampled_from(tuple(Codec)))
def test_what_we_write_has_no_fault(pixels: Pixels, kind: Kind, codec: Codec) -> None:
    page = masked(pixels)
    assert faults(assemble(kind, [encode(page, medium(codec, page), kind)]), kind) == ()


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TIFF])
def test_many_pages_have_no_fault(kind: Kind) -> None:
    assert faults(_file(kind, pages=12), kind) == ()
    assert faults(_file(kind, Codec.JPEG, pages=3), kind) == ()


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
@pytest.mark.parametrize("codec", [Codec.LOSSLESS, Codec.JPEG])
def test_bytes_behind_the_end_are_told(kind: Kind, codec: Codec) -> None:
    assert faults(_file(kind, codec) + SECRET, kind)
    assert faults(_file(kind, codec) + b"\0", kind)


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
def test_a_file_that_ends_early_is_told(kind: Kind) -> None:
    assert faults(_file(kind)[:-3], kind)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"%PDF-1.5\n", b"\xff\xd8\xff\xe0", b"II*\0\x08\0\0\0"])
def test_what_is_no_such_file_is_told_and_never_raised(kind: Kind, content: bytes) -> None:
    found = faults(content, kind)
    assert found
    assert set(found) <= FAULTS


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(OUTPUT_KINDS), st.data())
def test_a_damaged_file_never_raises_and_every_code_is_known(kind: Kind, data: st.DataObject) -> None:
    content = bytearray(_file(kind))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert set(faults(bytes(content), kind)) <= FAULTS


def _with(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    with pikepdf.open(io.BytesIO(_file(Kind.PDF))) as pdf:
        change(pdf)
        return saved(pdf)


def _metadata(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata = pdf.make_stream(SECRET)


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "title"


def _annotation(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Annots = pikepdf.Array([Dictionary(Type=Name.Annot, Subtype=Name.Text)])


def _private_key(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.Im.Name = pikepdf.String(SECRET)


def _second_image(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Resources.XObject.Im2 = pdf.make_stream(b"")


def _text(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Contents = pdf.make_stream(pdf.pages[0].obj.Contents.read_bytes() + b" BT (x) Tj ET")


def _crop(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.CropBox = pikepdf.Array([0, 0, 9, 9])


def _attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["name.txt"] = SECRET


def _longer_image(pdf: pikepdf.Pdf) -> None:
    image = pdf.pages[0].obj.Resources.XObject.Im
    parameters: Any = image.DecodeParms
    image.write(zlib.compress(zlib.decompress(image.read_raw_bytes()) + SECRET), filter=Name.FlateDecode, decode_parms=parameters)


def _longer_palette(pdf: pikepdf.Pdf) -> None:
    space = pdf.pages[0].obj.Resources.XObject.Im.ColorSpace
    space[3] = pikepdf.String(bytes(space[3]) + SECRET)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_metadata, "pdf.catalogue"),
        (_title, "pdf.trailer"),
        (_annotation, "pdf.page"),
        (_private_key, "pdf.image"),
        (_second_image, "pdf.page"),
        (_text, "pdf.drawing"),
        (_crop, "pdf.page"),
        (_attachment, "pdf.catalogue"),
        (_longer_image, "pdf.image-data"),
        (_longer_palette, "pdf.image"),
    ],
)
def test_an_object_or_key_of_another_kind_is_told(change: Callable[[pikepdf.Pdf], None], fault: str) -> None:
    assert fault in faults(_with(change), Kind.PDF)


def test_a_pdf_written_again_by_us_has_no_fault() -> None:
    assert faults(_with(lambda pdf: None), Kind.PDF) == ()


def test_an_object_that_nothing_refers_to_is_told() -> None:
    content = _file(Kind.PDF)
    place = content.rfind(b"startxref")
    assert faults(content[:place] + b"% " + SECRET + b"\n" + content[place:], Kind.PDF)


def test_a_second_revision_is_told() -> None:
    content = _file(Kind.PDF)
    at = content.rfind(b"startxref")
    revision = b"%d 0 obj\n<< /Title (x) >>\nendobj\n" % 99 + content[at:]
    assert "pdf.revisions" in faults(content + revision, Kind.PDF)


def test_bytes_before_the_header_are_told() -> None:
    assert "pdf.header" in faults(b"x" + _file(Kind.PDF), Kind.PDF)


def test_a_comment_between_objects_is_told() -> None:
    content = _file(Kind.PDF)
    at = content.index(b"endobj\n") + len(b"endobj\n")
    assert faults(content[:at] + b"%" + SECRET + b"\n" + content[at:], Kind.PDF)


@pytest.mark.parametrize("marker", [0xFE, 0xE1, 0xE2, 0xED, 0xDB])
def test_a_jpeg_segment_of_another_kind_or_a_second_table_is_told(marker: int) -> None:
    content = _file(Kind.JPEG, Codec.JPEG)
    body = bytes([0, *[1] * 64]) if marker == 0xDB else SECRET
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body
    jfif_end = 2 + 18
    assert faults(content[:jfif_end] + segment + content[jfif_end:], Kind.JPEG)


def test_a_thumbnail_in_the_jfif_segment_is_told() -> None:
    content = bytearray(_file(Kind.JPEG, Codec.JPEG))
    content[18:20] = b"\1\1"
    content[4:6] = struct.pack(">H", 19)
    content[20:20] = b"abc"
    assert "jpeg.segments" in faults(bytes(content), Kind.JPEG)


@pytest.mark.parametrize("style", [paper, lambda: np.full((80, 96, 3), 255, np.uint8)])
def test_a_text_behind_the_last_block_of_a_jpeg_is_told(style: Callable[[], Pixels]) -> None:
    page = masked(style())
    content = encode(page, medium(Codec.JPEG, page), Kind.JPEG).content
    assert faults(content, Kind.JPEG) == ()
    assert faults(content[:-2] + SECRET + content[-2:], Kind.JPEG) == ("jpeg.slack",)


@pytest.mark.parametrize("size", [(81, 65), (66, 34), (97, 81)])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_jpeg_whose_last_block_lies_mostly_off_the_picture_has_no_fault(size: tuple[int, int], subsampling: int) -> None:
    for seed in range(6):
        pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
        page = Page(1, pixels, 200)
        written = encode(page, medium(Codec.JPEG, page, subsampling=subsampling), Kind.JPEG)
        assert list(faults(written.content, Kind.JPEG)) == []


def test_rows_below_a_jpeg_whose_height_was_lowered_are_told() -> None:
    content = bytearray(_file(Kind.JPEG, Codec.JPEG))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 2] = struct.pack(">H", 40)
    assert faults(bytes(content), Kind.JPEG) == ("jpeg.slack",)


def test_a_progressive_jpeg_is_not_ours() -> None:
    file = io.BytesIO()
    Image.fromarray(paper()).save(file, "JPEG", progressive=True)
    assert faults(file.getvalue(), Kind.JPEG)


@pytest.mark.parametrize("name", [b"tEXt", b"iTXt", b"zTXt", b"eXIf", b"tIME", b"prVt"])
def test_a_png_chunk_of_another_kind_is_told(name: bytes) -> None:
    content = _file(Kind.PNG)
    chunk = struct.pack(">I", len(SECRET)) + name + SECRET + struct.pack(">I", zlib.crc32(name + SECRET))
    at = content.index(b"IDAT") - 4
    assert faults(content[:at] + chunk + content[at:], Kind.PNG) == ("png.chunks",)


def test_rows_below_a_png_are_told() -> None:
    page = Page(1, np.zeros((4, 4, 3), np.uint8), 200.0)
    content = encode(page, medium(Codec.LOSSLESS, page), Kind.PNG).content
    at = content.index(b"IHDR") + 8
    lower = content[:at] + struct.pack(">I", 3) + content[at + 4 :]
    header = lower[lower.index(b"IHDR") : lower.index(b"IHDR") + 17]
    fixed = lower.replace(lower[lower.index(b"IHDR") + 17 : lower.index(b"IHDR") + 21], struct.pack(">I", zlib.crc32(header)), 1)
    assert "png.data" in faults(fixed, Kind.PNG)


def test_a_gap_in_a_tiff_is_told() -> None:
    content = _file(Kind.TIFF)
    (directory,) = struct.unpack_from("<I", content, 4)
    moved = content[:4] + struct.pack("<I", len(content) + 4) + content[8:] + b"\0\0ab" + content[directory:]
    assert "tiff.slack" in faults(moved, Kind.TIFF)


def test_a_tiff_with_a_description_is_told() -> None:
    file = io.BytesIO()
    Image.fromarray(paper()).save(file, "TIFF", compression="tiff_adobe_deflate", description="x")
    assert faults(file.getvalue(), Kind.TIFF)


def test_a_gap_before_the_pixels_of_a_bmp_is_told() -> None:
    content = bytearray(_file(Kind.BMP))
    offset = struct.unpack_from("<I", content, 10)[0]
    content[offset:offset] = SECRET
    content[2:6] = struct.pack("<I", len(content))
    content[10:14] = struct.pack("<I", offset + len(SECRET))
    assert "bmp.size" in faults(bytes(content), Kind.BMP)


def test_metadata_in_a_webp_is_told() -> None:
    file = io.BytesIO()
    Image.fromarray(paper()).save(file, "WEBP", lossless=True, xmp=SECRET)
    assert "webp.chunks" in faults(file.getvalue(), Kind.WEBP)


def test_a_comment_or_a_second_frame_in_a_gif_is_told() -> None:
    first, second = Image.fromarray(paper()[:, :, 0]), Image.fromarray(255 - paper()[:, :, 0])
    commented, animated = io.BytesIO(), io.BytesIO()
    first.save(commented, "GIF", comment=SECRET)
    first.save(animated, "GIF", save_all=True, append_images=[second])
    assert faults(commented.getvalue(), Kind.GIF) == ("gif.other",)
    assert faults(animated.getvalue(), Kind.GIF) == ("gif.other",)
