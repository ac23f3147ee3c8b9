"""Takes any file apart: every piece of bytes and every text in it that could spell a word. Runs in the child alone.

A piece is (place, data, opaque); a text is (place, text). Places are fixed words. A library that fails on one object is
no reason to skip the next: what cannot be taken apart here is still searched as raw bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
import pymupdf
from PIL import ExifTags, Image

from redact.pipeline.medium import Kind

Part = tuple[str, bytes, bool]
Text = tuple[str, str]

MOST_INFLATED = 64 << 20
MOST_REVISIONS = 20
MOST_DEPTH = 40
MOST_NESTED = 2
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_END = re.compile(rb"%%EOF")
_PICTURE = ("/DCTDecode", "/JPXDecode", "/CCITTFaxDecode", "/JBIG2Decode")
_FORMATS = {Kind.JPEG: ("JPEG", "MPO"), Kind.HEIC: ("HEIF",)}


def pdf_parts(content: bytes, nested: int = 0) -> Iterator[Part | Text]:
    """Yield the pieces of a PDF: raw, outside of streams, each stream, each string, the pages' text, earlier revisions' text.

    `nested`: in how many other PDFs it lies.
    """
    yield "raw", content, True
    yield "outside-streams", _STREAM.sub(b"", content), False
    for match in _STREAM.finditer(content):
        yield from _inflated("stream", match.group(1))
    yield from _objects(content, nested)
    yield from _page_texts(content)
    ends = [match.end() for match in _END.finditer(content)][:-1]
    for end in ends[-MOST_REVISIONS:]:
        yield from (("revision", text) for _, text in _page_texts(content[:end]))
    yield from zip_parts(content)


def picture_parts(content: bytes, kind: Kind) -> Iterator[Part | Text]:
    """Yield the pieces of an image file: raw, and everything in it that is no pixel."""
    yield "raw", content, True
    if kind is Kind.JPEG:
        yield from _jpeg_segments(content)
    if kind is Kind.PNG:
        yield from _png_chunks(content)
    yield from _picture_facts(content, kind)
    yield from zip_parts(content)


def zip_parts(content: bytes) -> Iterator[Part | Text]:
    """Yield names and members of a ZIP archive that begins or ends in the data."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist()[:1000]:
                yield "archive", member.filename
                with archive.open(member) as file:
                    yield "archive", file.read(MOST_INFLATED), False
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError, zlib.error, EOFError):
        return


def _inflated(place: str, data: bytes) -> Iterator[Part]:
    """Yield what a zlib stream holds, as far as it goes."""
    try:
        whole = zlib.decompressobj().decompress(data.lstrip(b"\r\n"), MOST_INFLATED)
    except zlib.error:
        return
    yield place, whole, _is_opaque(whole)


def _is_opaque(data: bytes) -> bool:
    """True where data is no text of any encoding: most of its bytes are neither printable nor parts of wide characters."""
    sample = data[:65536]
    printable = sum(sample.count(byte) for byte in (*range(0x20, 0x7F), 9, 10, 13))
    return printable < 0.6 * len(sample) and not _decodes(sample)


def _decodes(sample: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            sample[: len(sample) - 4].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return sample[:2] in (b"\xff\xfe", b"\xfe\xff")


def _objects(content: bytes, nested: int) -> Iterator[Part | Text]:
    try:
        pdf = pikepdf.open(io.BytesIO(content), suppress_warnings=True)
    except (pikepdf.PdfError, pikepdf.PasswordError):
        return
    with pdf:
        yield from _strings(pdf.trailer, 0)
        for thing in pdf.objects:
            yield from _strings(thing, 0)
            if isinstance(thing, pikepdf.Stream):
                yield from _stream(thing, nested)


def _stream(stream: Any, nested: int) -> Iterator[Part | Text]:
    # Filters that hold pixels are no text, but a JPEG brings its own segments.
    raw = stream.read_raw_bytes()
    if raw[:2] == b"\xff\xd8":
        yield from _jpeg_segments(raw)
        return
    if any(name in _PICTURE for name in _filters(stream)):
        return
    try:
        data = stream.read_bytes()
    except pikepdf.PdfError:
        return
    yield "stream", data[:MOST_INFLATED], _is_opaque(data)
    yield from zip_parts(data)
    if b"%PDF-" in data[:1024] and nested < MOST_NESTED:
        yield from pdf_parts(data, nested + 1)


def _filters(stream: Any) -> list[str]:
    kinds = stream.get("/Filter")
    return [str(kind) for kind in kinds] if isinstance(kinds, pikepdf.Array) else [str(kinds)]


def _strings(thing: Any, depth: int) -> Iterator[Part | Text]:
    """Yield every string and name below an object; indirect ones come by themselves."""
    if depth > MOST_DEPTH:
        return
    if isinstance(thing, pikepdf.String):
        yield "string", bytes(thing), False
        yield "string", str(thing)
    elif isinstance(thing, pikepdf.Name):
        yield "name", str(thing).encode("utf-8", "surrogateescape"), False
    elif isinstance(thing, pikepdf.Array):
        for entry in thing:
            if not getattr(entry, "is_indirect", False):
                yield from _strings(entry, depth + 1)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in thing.keys():  # noqa: SIM118  iterating a dictionary object itself would not give names
            yield "name", key.encode("utf-8", "surrogateescape"), False
            value = thing[key]
            if not getattr(value, "is_indirect", False):
                yield from _strings(value, depth + 1)


def _page_texts(content: bytes) -> Iterator[Text]:
    try:
        file = pymupdf.open(stream=content, filetype="pdf")
        if not file.is_pdf or file.needs_pass:
            return
        file = _with_all_layers(file)
        for page in file:
            yield "text-layer", page.get_text("text", clip=pymupdf.INFINITE_RECT())
            for annotation in page.annots() or ():
                yield "annotation", annotation.get_text()
    except (RuntimeError, ValueError, AssertionError, pymupdf.mupdf.FzErrorBase):
        # A broken page; its streams are searched one by one.
        return


def _with_all_layers(file: pymupdf.Document) -> pymupdf.Document:
    layers = file.get_ocgs()
    if all(layer["on"] for layer in layers.values()):
        return file
    file.set_layer(-1, basestate="ON", on=list(layers), off=[])
    return pymupdf.open(stream=file.tobytes(), filetype="pdf")


def _jpeg_segments(content: bytes) -> Iterator[Part]:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        marker = content[at + 1]
        if marker == 0xDA:
            break
        if 0xE0 <= marker <= 0xEF or marker == 0xFE:
            yield "segment", content[at + 4 : at + 2 + length], False
        at += 2 + max(2, length)
    end = content.rfind(b"\xff\xd9")
    if end >= 0:
        yield "tail", content[end + 2 :], False


def _png_chunks(content: bytes) -> Iterator[Part]:
    at = 8
    while at + 12 <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        if name != b"IDAT":
            yield "chunk", body, False
            # A compressed text begins behind its keyword, at a place that each chunk has elsewhere.
            for start in range(min(len(body), 200)):
                if body[start : start + 1] == b"\x78":
                    yield from _inflated("chunk", body[start:])
        at += 12 + length
        if name == b"IEND":
            yield "tail", content[at:], False
            return


def _picture_facts(content: bytes, kind: Kind) -> Iterator[Part | Text]:
    if kind is Kind.HEIC:
        import pi_heif

        pi_heif.register_heif_opener()
    formats = _FORMATS.get(kind, (kind.value.upper(),))
    try:
        with Image.open(io.BytesIO(content), formats=formats) as image:
            for index in range(min(getattr(image, "n_frames", 1), 200)):
                image.seek(index)
                yield from _values(image.info)
                yield from _values(dict(getattr(image, "tag_v2", {})))
                exif = image.getexif()
                yield from _values(dict(exif))
                for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1):
                    yield from _values(exif.get_ifd(directory))
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError):
        return


def _values(thing: object) -> Iterator[Part | Text]:
    if isinstance(thing, str):
        yield "metadata", thing
        yield "metadata", thing.encode("latin-1", "ignore"), False
    elif isinstance(thing, bytes):
        yield "metadata", thing, False
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from _values(key)
            yield from _values(value)
    elif isinstance(thing, (list, tuple, set)):
        for value in thing:
            yield from _values(value)
