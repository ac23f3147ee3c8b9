"""A PDF's pages come upright, as a viewer shows them, and say what may be missing."""

import resource
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pikepdf
import pymupdf
import pytest
from PIL import Image

from redact import EmptyError, EncryptedError, LimitError
from redact.pipeline.intake import doubts, wire
from redact.pipeline.intake.mupdf import MuPdf
from redact.pipeline.intake.pdfium import Pdfium
from redact.pipeline.medium import Codec, IntakePage
from redact.policy import Limits
from tests.unit.intake.material import BLACK, CARD, LIMITS, RASTER, Pdf, card, corners, encoded, nearest, scan

# Corners of the crop box in colour, black outside of it.
CROPPED = "0 g 0 0 400 300 re f 1 g 50 40 300 220 re f {red} 50 220 60 40 re f {green} 290 220 60 40 re f {blue} 50 40 60 40 re f"
COLOURS = {"red": ".86 .12 .12 rg", "green": ".12 .63 .24 rg", "blue": ".12 .12 .86 rg"}
WHOLE_PAGE = "q 595.44 0 0 841.68 0 0 cm /Im Do Q"
A4 = (0, 0, 595.44, 841.68)


def first(content: bytes, limits: Limits = LIMITS) -> IntakePage:
    return MuPdf(content, limits, RASTER).page(1)


def one_page(content: str, box: tuple[float, ...] = (0, 0, 595, 842), resources: object = None, **entries: object) -> bytes:
    pdf = Pdf()
    pdf.page(content, box, resources, **entries)
    return pdf.bytes()


def scanned(pixels: np.ndarray, content: str = WHOLE_PAGE, **entries: object) -> bytes:
    pdf = Pdf()
    stored = encoded(pixels, "JPEG", quality=83, subsampling=0)
    pdf.page(content, A4, pdf.image(stored, (pixels.shape[1], pixels.shape[0])), **entries)
    return pdf.bytes()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90, 450])
@pytest.mark.parametrize("unit", [1, 2])
def test_rotation_crop_box_and_user_unit_give_one_upright_frame(rotate: int, unit: int) -> None:
    cropped = one_page(CROPPED.format(**COLOURS), (0, 0, 400, 300), CropBox=[50, 40, 350, 260], Rotate=rotate, UserUnit=unit)
    page = first(cropped)
    turned = np.rot90(np.zeros((220 * unit, 300 * unit)), -rotate // 90).shape
    assert page.medium.size_pt == pytest.approx((turned[1], turned[0]))
    assert (page.page.width, page.page.height) == pytest.approx((turned[1] * 200 / 72, turned[0] * 200 / 72), abs=1)
    assert np.array_equal(corners(page.page.pixels), np.rot90(CARD, -rotate // 90))
    assert not (page.page.pixels.reshape(-1, 3) == BLACK).all(axis=1).any()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_characters_lie_where_they_are_seen(rotate: int) -> None:
    content = "BT /F 30 Tf 100 200 Td (NAME) Tj ET"
    page = first(one_page(content, (0, 0, 400, 300), CropBox=[50, 40, 350, 260], Rotate=rotate, UserUnit=2))
    (word,) = page.page.words
    assert (word.text, word.score, word.source) == ("NAME", 1.0, "text-layer")
    ink = np.zeros((page.page.height, page.page.width), bool)
    for quad in word.characters:
        box = quad.box().clip(page.page.width, page.page.height)
        assert box is not None
        assert page.page.pixels[box.y0 : box.y1, box.x0 : box.x1].min() < 60
        ink[box.y0 : box.y1, box.x0 : box.x1] = True
    assert page.page.pixels[~ink].min() > 200
    assert word.quad.direction == pytest.approx({0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[rotate], abs=1e-3)


def test_a_turned_line_reads_in_its_own_direction() -> None:
    page = first(one_page("BT /F 30 Tf 0 1 -1 0 200 300 Tm (NAME) Tj ET"))
    assert page.page.words[0].quad.direction == pytest.approx((0, -1), abs=1e-3)


def test_invisible_text_is_a_word_of_less_score() -> None:
    page = first(one_page("BT 3 Tr /F 30 Tf 100 400 Td (NAME) Tj ET BT 0 Tr /F 30 Tf 100 300 Td (SEEN) Tj ET"))
    assert {word.text: word.score for word in page.page.words} == {"NAME": 0.5, "SEEN": 1.0}


def test_text_off_the_page_is_no_word() -> None:
    assert first(one_page("BT /F 30 Tf 900 400 Td (GONE) Tj -880 0 Td (HERE) Tj ET")).page.words[0].text == "HERE"


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_scanned_page_is_its_stored_image(rotate: int) -> None:
    pixels = scan()
    page = first(scanned(pixels, Rotate=rotate))
    stored = np.asarray(Image.open(BytesIO(encoded(pixels, "JPEG", quality=83, subsampling=0))))
    assert page.medium.native
    assert page.medium.codec is Codec.JPEG
    assert np.array_equal(page.page.pixels, np.rot90(stored, -rotate // 90))
    assert page.page.dpi == pytest.approx(100, abs=0.1)


def test_the_stored_jpeg_s_own_tables_are_told() -> None:
    with Image.open(BytesIO(encoded(card(), "JPEG", quality=83))) as image:
        expected = tuple(tuple(image.quantization[index]) for index in (0, 1))  # type: ignore[attr-defined]
    medium = first(scanned(scan())).medium
    assert (medium.quantisation, medium.subsampling) == (expected, 0)


def test_words_behind_a_scan_lie_on_its_pixels() -> None:
    page = first(scanned(scan(), WHOLE_PAGE + " BT 3 Tr /F 36 Tf 144 720 Td (NAME) Tj ET"))
    assert page.medium.native
    box = page.page.words[0].quad.box()
    assert (box.x0, box.y1) == pytest.approx((200, (841.68 - 720 + 8) * 100 / 72), abs=5)


@pytest.mark.parametrize(
    "content",
    [
        WHOLE_PAGE + " BT /F 30 Tf 100 400 Td (NAME) Tj ET",
        WHOLE_PAGE + " 0 g 100 100 200 200 re f",
        "100 100 300 300 re W n " + WHOLE_PAGE,
        "q 595.44 30 0 841.68 0 0 cm /Im Do Q",
        "q -595.44 0 0 841.68 595.44 0 cm /Im Do Q",
        "q 300 0 0 424 0 0 cm /Im Do Q",
        WHOLE_PAGE + WHOLE_PAGE,
    ],
    ids=["text", "drawing", "clip", "skew", "mirror", "smaller", "twice"],
)
def test_a_page_with_another_mark_is_drawn(content: str) -> None:
    assert not first(scanned(scan(), content)).medium.native


def test_an_image_that_is_shown_otherwise_than_stored_is_drawn() -> None:
    pdf = Pdf()
    stored = encoded(scan(), "JPEG")
    pdf.page(WHOLE_PAGE, A4, pdf.image(stored, (827, 1169), Decode=[1, 0, 1, 0, 1, 0]))
    page = first(pdf.bytes())
    assert not page.medium.native
    assert page.page.pixels.mean() < 80


def test_a_stamp_annotation_is_drawn_with_the_page() -> None:
    with pymupdf.open(stream=scanned(scan()), filetype="pdf") as file:
        file[0].add_rect_annot((200, 300, 300, 400)).update(fill_color=(0, 1, 0))
        content = file.tobytes()
    page = first(content)
    assert not page.medium.native
    assert nearest(page.page.pixels[350 * 100 // 72, 250 * 100 // 72]) == "green"


@pytest.mark.parametrize("stencil", [False, True])
def test_a_one_bit_scan_has_two_levels(stencil: bool) -> None:
    bits = scan(1654, 2338)[:, :, 0] > 128
    packed = zlib.compress(np.packbits(bits, axis=1).tobytes())
    entries = {"ImageMask": True, "ColorSpace": None} if stencil else {"ColorSpace": pikepdf.Name.DeviceGray}
    pdf = Pdf()
    pdf.page("0 g " + WHOLE_PAGE, A4, pdf.image(packed, (1654, 2338), BitsPerComponent=1, Filter=pikepdf.Name.FlateDecode, **entries))
    page = first(pdf.bytes())
    assert (page.medium.codec, page.medium.grey, page.medium.native) == (Codec.BILEVEL, True, True)
    assert np.array_equal(page.page.pixels[:, :, 1] == 255, bits)


def test_ink_too_faint_for_a_reader_is_no_ink() -> None:
    page = first(one_page(".985 g 100 100 50 50 re f .02 g 200 100 90 90 re f 0 g 220 120 50 50 re f 0.5 g 400 100 50 50 re f"))
    pale, dark, grey = (
        page.page.pixels[842 * 200 // 72 - y * 200 // 72, x * 200 // 72, 0] for x, y in ((120, 120), (210, 110), (420, 120))
    )
    assert (pale, dark) == (255, 0)
    assert 110 < grey < 150


def test_a_grey_page_has_no_colour_at_all() -> None:
    page = first(one_page("0.5 0.51 0.5 rg 100 100 200 200 re f"))
    assert page.medium.grey
    assert np.array_equal(page.page.pixels[:, :, 0], page.page.pixels[:, :, 2])


def test_a_huge_page_is_drawn_at_less_resolution() -> None:
    limits = Limits(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, "page_pixels": 1_000_000})
    page = first(one_page("0 g 100 100 200 200 re f"), limits)
    assert 900_000 < page.page.width * page.page.height <= 1_002_000
    assert page.medium.size_pt == pytest.approx((595, 842))


def test_an_embedded_image_is_bounded_before_it_is_decoded() -> None:
    pdf = Pdf()
    pdf.page(WHOLE_PAGE, A4, pdf.image(zlib.compress(b"\0"), (60_000, 60_000), Filter=pikepdf.Name.FlateDecode))
    with pytest.raises(LimitError):
        first(pdf.bytes())


def codes(content: bytes) -> set[str]:
    file = MuPdf(content, LIMITS, RASTER)
    return {*file.doubts, *file.page(1).doubts}


def test_an_ordinary_page_leaves_no_doubt() -> None:
    assert codes(one_page("BT /F 30 Tf 100 400 Td (NAME) Tj ET")) == set()
    assert codes(scanned(scan())) == set()


def test_a_repaired_file_is_doubted() -> None:
    whole = one_page("BT /F 30 Tf 100 400 Td (NAME) Tj ET")
    assert doubts.REPAIRED in codes(whole[: whole.rindex(b"startxref")] + b"startxref\n7\n%%EOF")


def test_a_page_whose_marks_do_not_show_is_doubted() -> None:
    pdf = Pdf()
    white = zlib.compress(bytes([255]) * 300)
    pdf.page(WHOLE_PAGE, A4, pdf.image(white, (10, 10), Filter=pikepdf.Name.FlateDecode))
    assert codes(pdf.bytes()) == {doubts.BLANK}
    assert codes(one_page("1 g BT /F 30 Tf 100 400 Td (NAME) Tj ET")) == {doubts.BLANK}


def test_an_empty_page_is_meant_to_be_empty() -> None:
    assert codes(one_page("")) == set()
    assert codes(one_page("1 g 0 0 595 842 re f BT /F 30 Tf 100 400 Td (  ) Tj ET")) == set()


def test_contents_that_are_missing_are_doubted() -> None:
    pdf = Pdf()
    page = pdf.page("0 g 9 9 50 50 re f")
    page.Contents = pdf.file.make_indirect(pikepdf.Dictionary())
    assert doubts.BLANK in codes(pdf.bytes())


def test_a_dynamic_form_is_doubted() -> None:
    pdf = Pdf()
    pdf.page("0 g 9 9 50 50 re f")
    pdf.file.Root.NeedsRendering = True
    assert codes(pdf.bytes()) == {doubts.DYNAMIC_FORM}


def test_a_page_tree_that_promises_more_is_doubted() -> None:
    pdf = Pdf()
    pdf.page("0 g 0 0 9 9 re f")
    content = pdf.bytes().replace(b"/Count 1", b"/Count 3")
    assert doubts.PAGE_COUNT in MuPdf(content, LIMITS, RASTER).doubts


def test_a_cut_off_image_is_doubted() -> None:
    pdf = Pdf()
    stored = encoded(scan(), "JPEG")
    pdf.page(WHOLE_PAGE, A4, pdf.image(stored[: len(stored) // 2], (827, 1169)))
    assert doubts.IMAGE in codes(pdf.bytes())


def test_a_layer_that_is_off_is_doubted_where_it_would_show() -> None:
    pdf = Pdf()
    layer = pdf.file.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="more"))
    resources = pdf.helvetica()
    resources.Properties = pikepdf.Dictionary(L=layer)
    pdf.page("0 g 9 9 50 50 re f /OC /L BDC 200 200 90 90 re f EMC", resources=resources)
    pdf.file.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[]))
    assert codes(pdf.bytes()) == {doubts.LAYERS}


def test_a_text_layer_too_long_to_pass_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_CHARACTERS", 6)
    content = one_page("BT /F 30 Tf 100 400 Td (NAME) Tj ET BT /F 30 Tf 100 300 Td (MORE) Tj ET")
    assert codes(content) == {doubts.TEXT_LAYER}
    assert [word.text for word in first(content).page.words] == ["NAME"]


def test_a_stream_without_bytes_is_no_loss_and_a_cut_off_one_is() -> None:
    for stored, expected in ((b"", set()), (zlib.compress(b"0 g 300 300 50 50 re f " * 9)[:-12], {doubts.WARNING})):
        pdf = Pdf()
        page = pdf.page("0 g 9 9 50 50 re f")
        more = pikepdf.Stream(pdf.file, stored, Filter=pikepdf.Name.FlateDecode)
        page.Contents = pikepdf.Array([page.Contents, pdf.file.make_indirect(more)])
        assert codes(pdf.bytes(compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)) == expected


def test_a_syntax_error_on_the_page_is_doubted() -> None:
    assert doubts.WARNING in codes(one_page("0 g 9 9 50 50 re f /Nowhere Do ]]"))


def test_a_password_is_asked_for_and_an_owner_s_is_not() -> None:
    pdf = Pdf()
    pdf.page("0 g 9 9 50 50 re f")
    assert first(pdf.bytes(encryption=pikepdf.Encryption(owner="o", user=""))).doubts == ()
    for renderer in (MuPdf, Pdfium):
        with pytest.raises(EncryptedError):
            renderer(pdf.bytes(encryption=pikepdf.Encryption(owner="o", user="u")), LIMITS, RASTER)


def test_a_pdf_without_pages_is_empty() -> None:
    with pytest.raises(EmptyError):
        MuPdf(Pdf().bytes(), LIMITS, RASTER)


def test_the_second_renderer_sees_the_same_page() -> None:
    content = one_page(CROPPED.format(**COLOURS), (0, 0, 400, 300), CropBox=[50, 40, 350, 260], Rotate=90)
    ours, other = first(content).page, Pdfium(content, LIMITS, RASTER).page(1).page
    assert other.pixels.shape == pytest.approx(ours.pixels.shape, abs=1)
    assert np.array_equal(corners(other.pixels), corners(ours.pixels))


def test_a_page_leaves_no_decoded_picture_behind_for_the_next() -> None:
    pdf = Pdf()
    for level in range(20):
        stored = encoded(np.full((1600, 1600, 3), 40 + level, np.uint8), "JPEG")
        pdf.page(f"{WHOLE_PAGE} BT /F 30 Tf 100 400 Td (PAGE) Tj ET", A4, pdf.image(stored, (1600, 1600)))
    file = MuPdf(pdf.bytes(), LIMITS, RASTER)
    file.page(1)
    before = _resident_bytes()
    for number in range(2, 21):
        file.page(number)
    # Each picture is 8 MB.
    assert _resident_bytes() - before < 40 << 20


def _resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
