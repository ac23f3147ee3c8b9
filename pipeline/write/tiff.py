"""A TIFF of our own: little-endian, one strip and one directory per page, and the tags that a picture needs."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction

from redact.pipeline.medium import Codec
from redact.pipeline.write.encoded import EncodedPage

SHORT, LONG, RATIONAL = 3, 4, 5
_FORMATS = {SHORT: "H", LONG: "I", RATIONAL: "I"}
_COMPRESSION = {Codec.BILEVEL: 4, Codec.JPEG: 7, Codec.LOSSLESS: 8}
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _YCBCR = 0, 1, 2, 6
_INCH, _CHUNKY, _DIFFERENCES = 2, 1, 2
_SAMPLING = {0: (1, 1), 1: (2, 1), 2: (2, 2)}
_MOST_BYTES = (1 << 32) - 1

Tag = tuple[int, int, tuple[int, ...]]


def assemble_tiff(pages: Sequence[EncodedPage]) -> bytes:
    """Return a TIFF of the pages. Raises ValueError above 4 GiB, which the format cannot address."""
    out = bytearray(struct.pack("<2sHI", b"II", 42, 0))
    link = 4
    for page in pages:
        strip = len(out)
        out += page.content + b"\0" * (len(page.content) % 2)
        directory, extras = _directory(_tags(page, strip), len(out))
        at = len(out) + len(extras)
        if at + len(directory) > _MOST_BYTES:
            raise ValueError("a TIFF ends at 4 GiB")
        struct.pack_into("<I", out, link, at)
        out += extras + directory
        link = len(out) - 4
    return bytes(out)


def _directory(tags: Sequence[Tag], at: int) -> tuple[bytes, bytes]:
    """Return the directory and, to be placed before it at offset `at`, the values that do not fit in four bytes."""
    extras, rows = b"", b""
    for number, kind, values in tags:
        body = struct.pack(f"<{len(values)}{_FORMATS[kind]}", *values)
        count = len(values) // 2 if kind == RATIONAL else len(values)
        if len(body) > 4:
            place, extras = struct.pack("<I", at + len(extras)), extras + body
        else:
            place = body.ljust(4, b"\0")
        rows += struct.pack("<HHI", number, kind, count) + place
        extras += b"\0" * (len(extras) % 2)
    return struct.pack("<H", len(tags)) + rows + struct.pack("<I", 0), extras


def _tags(page: EncodedPage, strip: int) -> tuple[Tag, ...]:
    colours = 1 if page.grey else 3
    resolution = Fraction(page.dpi).limit_denominator(1000)
    ratio = (resolution.numerator, resolution.denominator)
    tags: list[Tag] = [
        (256, LONG, (page.width,)),
        (257, LONG, (page.height,)),
        (258, SHORT, (page.bits,) * colours),
        (259, SHORT, (_COMPRESSION[page.codec],)),
        (262, SHORT, (_photometric(page),)),
        (273, LONG, (strip,)),
        (277, SHORT, (colours,)),
        (278, LONG, (page.height,)),
        (279, LONG, (len(page.content),)),
        (282, RATIONAL, ratio),
        (283, RATIONAL, ratio),
        (284, SHORT, (_CHUNKY,)),
        (296, SHORT, (_INCH,)),
    ]
    if page.codec is Codec.LOSSLESS:
        tags.append((317, SHORT, (_DIFFERENCES,)))
    if page.codec is Codec.JPEG and not page.grey:
        tags.append((530, SHORT, _SAMPLING[page.subsampling]))
    return tuple(tags)


def _photometric(page: EncodedPage) -> int:
    if page.codec is Codec.BILEVEL:
        return _WHITE_IS_ZERO
    if page.grey:
        return _BLACK_IS_ZERO
    return _YCBCR if page.codec is Codec.JPEG else _RGB
