"""A PDF of ours, object by object: any type, key, object or byte that we do not write is a fault."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from redact.pipeline.verify.streams import group4_is_exact, inflated_size, jpeg_faults, jpeg_frame
from redact.pipeline.write.pdf import saved

_ENDS = re.compile(rb"startxref\n\d+\n%%EOF\n\Z")
_NUMBER = r"(\d+(?:\.\d+)?)"
_DRAWING = re.compile(rf"q {_NUMBER} 0 0 {_NUMBER} 0 0 cm /Im Do Q".encode())
_TRAILER = {"/Root", "/Size", "/ID", "/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"}
_PAGE = {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
_IMAGE = {"/Type", "/Subtype", "/Width", "/Height", "/BitsPerComponent", "/ColorSpace", "/Filter", "/Length"}
_FAX_PARAMETERS = {"/K", "/Columns", "/Rows"}
_FLATE_PARAMETERS = {"/Predictor", "/Colors", "/BitsPerComponent", "/Columns"}


def pdf_faults(content: bytes) -> Iterator[str]:
    """Yield codes of what our PDFs do not have."""
    if not re.match(rb"%PDF-1\.\d\n", content):
        yield "pdf.header"
    if not _ENDS.search(content[-64:]) or content.count(b"startxref") != 1 or content.count(b"\n%%EOF") != 1:
        yield "pdf.revisions"
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as pdf:
            yield from _file_faults(pdf, content)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        yield "pdf.unreadable"


def _file_faults(pdf: pikepdf.Pdf, content: bytes) -> Iterator[str]:
    if pdf.is_encrypted or pdf.get_warnings() or not set(pdf.trailer.keys()) <= _TRAILER:
        yield "pdf.trailer"
    root = pdf.Root
    if set(root.keys()) != {"/Type", "/Pages"} or set(root.Pages.keys()) != {"/Type", "/Kids", "/Count"}:
        yield "pdf.catalogue"
        return
    kids = list(root.Pages.Kids)
    if len(kids) != root.Pages.Count or len(_others(pdf)) != 2 + 3 * len(kids):
        # Catalogue, page tree, and of each page: itself, its drawing, its image.
        yield "pdf.objects"
    for page in kids:
        yield from _page_faults(page)
    # Our way of writing is a function of the objects: what lies between, before or behind them would not come again.
    if saved(pdf) != content:
        yield "pdf.slack"


def _others(pdf: pikepdf.Pdf) -> list[Any]:
    """Return every object that is not the container or the index of others."""
    return [o for o in pdf.objects if not (isinstance(o, pikepdf.Stream) and o.get("/Type") in ("/ObjStm", "/XRef"))]


def _page_faults(page: Any) -> Iterator[str]:
    if set(page.keys()) != _PAGE or set(page.Resources.keys()) != {"/XObject"} or set(page.Resources.XObject.keys()) != {"/Im"}:
        yield "pdf.page"
        return
    box = [float(side) for side in page.MediaBox]
    drawing = _DRAWING.fullmatch(page.Contents.read_bytes())
    if len(box) != 4 or box[:2] != [0, 0] or not set(page.Contents.keys()) <= {"/Length", "/Filter"}:
        yield "pdf.page"
    if drawing is None or [float(side) for side in drawing.groups()] != box[2:]:
        yield "pdf.drawing"
    yield from _image_faults(page.Resources.XObject.Im)


def _image_faults(image: Any) -> Iterator[str]:
    parameters = set(image.DecodeParms.keys()) if "/DecodeParms" in image else set()
    if not _IMAGE <= set(image.keys()) <= _IMAGE | {"/DecodeParms"} or not _known_colours(image.ColorSpace):
        yield "pdf.image"
    width, height, data = int(image.Width), int(image.Height), image.read_raw_bytes()
    match str(image.Filter):
        case "/DCTDecode":
            yield from _jpeg_image_faults(image, parameters, data)
        case "/CCITTFaxDecode":
            if parameters != _FAX_PARAMETERS or not group4_is_exact(data, width, height):
                yield "pdf.image-data"
        case "/FlateDecode":
            size = height * (1 + (width * int(image.BitsPerComponent) * int(image.DecodeParms.Colors) + 7) // 8)
            if parameters != _FLATE_PARAMETERS or inflated_size(data, size) != size:
                yield "pdf.image-data"
        case _:
            yield "pdf.image"


def _jpeg_image_faults(image: Any, parameters: set[str], data: bytes) -> Iterator[str]:
    yield from jpeg_faults(data)
    frame = jpeg_frame(data)
    colours = 1 if image.ColorSpace == "/DeviceGray" else 3
    if parameters or (frame.width, frame.height, frame.components) != (int(image.Width), int(image.Height), colours):
        yield "pdf.image-data"


def _known_colours(space: Any) -> bool:
    if isinstance(space, pikepdf.Array):
        name, base, last, table = space
        return name == "/Indexed" and base == "/DeviceRGB" and len(bytes(table)) == 3 * (int(last) + 1) <= 768
    return space in ("/DeviceGray", "/DeviceRGB")
