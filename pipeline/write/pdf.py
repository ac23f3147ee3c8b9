"""A new PDF that holds our objects alone: one image, one content stream and one page object per page."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from redact.pipeline.medium import Codec
from redact.pipeline.write.encoded import EncodedPage


def assemble_pdf(pages: Sequence[EncodedPage]) -> bytes:
    """Return a PDF of the pages: no metadata, no dates, an /ID that is a digest of the content; the same bytes every time."""
    with Pdf.new() as pdf:
        for page in pages:
            pdf.pages.append(pikepdf.Page(pdf.make_indirect(_page(pdf, page))))
        return saved(pdf)


def saved(pdf: Pdf) -> bytes:
    """Return the file's bytes in our one way of writing; writing again what was read from them gives them again."""
    if "/ID" in pdf.trailer:
        # Its first half would be kept, so that writing again gave other bytes.
        del pdf.trailer["/ID"]
    file = io.BytesIO()
    pdf.save(
        file,
        deterministic_id=True,
        fix_metadata_version=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=False,
        recompress_flate=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return file.getvalue()


def _page(pdf: Pdf, page: EncodedPage) -> Dictionary:
    width, height = (_points(side) for side in page.size_pt)
    return Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(Im=_image(pdf, page))),
        Contents=pdf.make_stream(f"q {width} 0 0 {height} 0 0 cm /Im Do Q".encode()),
    )


def _image(pdf: Pdf, page: EncodedPage) -> pikepdf.Object:
    image = pdf.make_stream(page.content)
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height, image.BitsPerComponent = page.width, page.height, page.bits
    image.ColorSpace = _colours(page)
    match page.codec:
        case Codec.JPEG:
            image.Filter = Name.DCTDecode
        case Codec.BILEVEL:
            image.Filter = Name.CCITTFaxDecode
            image.DecodeParms = Dictionary(K=-1, Columns=page.width, Rows=page.height)
        case Codec.LOSSLESS:
            colours = 1 if page.grey or page.palette else 3
            image.Filter = Name.FlateDecode
            image.DecodeParms = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=page.bits, Columns=page.width)
    return image


def _colours(page: EncodedPage) -> pikepdf.Object:
    if page.palette:
        return Array([Name.Indexed, Name.DeviceRGB, len(page.palette) // 3 - 1, pikepdf.String(page.palette)])
    return Name.DeviceGray if page.grey else Name.DeviceRGB


def _points(side: float) -> int | float | str:
    """A length in points: thousandths are enough (.35 µm), and whole ones have no fraction."""
    return int(side) if side == int(side) else round(side, 3)
