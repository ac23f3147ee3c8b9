"""Allow-lists: a written file holds what we write, and no other byte.

Every answer is a tuple of fixed codes, empty where the file is exactly of our making. A code never holds a word of the
file. Runs in the child process alone: the bytes may be anybody's.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from redact.pipeline.medium import Kind
from redact.pipeline.verify.streams import inflated_size, jpeg_faults
from redact.pipeline.verify.structure_pdf import pdf_faults
from redact.pipeline.verify.structure_tiff import tiff_faults
from redact.pipeline.write.exact import PNG_SIGNATURE
from redact.pipeline.write.few_colours import gif

_PNG_BODIES = re.compile(rb"IHDR(PLTE)?(pHYs)(IDAT)+IEND")
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1}
_BMP_HEADERS = 54


def faults(content: bytes, kind: Kind) -> tuple[str, ...]:
    """Return what in a file of `kind` is not of our writing, as sorted fixed codes. Never raises for what a file holds."""
    try:
        return tuple(sorted(set(_CHECKS[kind](content))))
    except (struct.error, IndexError, KeyError, ValueError, OSError, SyntaxError, zlib.error, ArithmeticError, AttributeError, TypeError):
        return (f"{kind}.unreadable",)


def _jpeg(content: bytes) -> Iterator[str]:
    yield from jpeg_faults(content)


def _png(content: bytes) -> Iterator[str]:
    chunks = list(_chunks(content))
    if not _PNG_BODIES.fullmatch(b"".join(name for name, _ in chunks)):
        yield "png.chunks"
        return
    width, height, bits, colour, method, filtering, interlace = struct.unpack(">IIBBBBB", chunks[0][1])
    if colour not in _PNG_CHANNELS or (method, filtering, interlace) != (0, 0, 0) or chunks[-1][1]:
        yield "png.header"
        return
    bodies = dict(chunks)
    if len(bodies.get(b"PLTE", b"")) > 3 << bits or len(bodies[b"pHYs"]) != 9:
        yield "png.chunks"
    row = 1 + (width * bits * _PNG_CHANNELS[colour] + 7) // 8
    if inflated_size(b"".join(body for name, body in chunks if name == b"IDAT"), row * height) != row * height:
        yield "png.data"


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each chunk; whatever does not add up is a ValueError."""
    if not content.startswith(PNG_SIGNATURE):
        raise ValueError("signature")
    at = len(PNG_SIGNATURE)
    while at < len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        body = content[at + 8 : at + 8 + length]
        if struct.unpack_from(">I", content, at + 8 + length)[0] != zlib.crc32(name + body):
            raise ValueError("checksum")
        yield name, body
        at += 12 + length


def _bmp(content: bytes) -> Iterator[str]:
    magic, size, reserved, offset, header = struct.unpack_from("<2sIIII", content)
    width, height, planes, bits, compression, _, _, _, used, important = struct.unpack_from("<iiHHIIiiII", content, 18)
    palette = 0 if bits == 24 else 4 * used
    stride = (width * bits + 31) // 32 * 4
    if (magic, reserved, header, planes, compression) != (b"BM", 0, 40, 1, 0) or bits not in (1, 8, 24) or used > 256 or important > 256:
        yield "bmp.header"
    if offset != _BMP_HEADERS + palette or size != len(content) or len(content) != offset + stride * height:
        yield "bmp.size"
        return
    rows = np.frombuffer(content, np.uint8, stride * height, offset).reshape(height, stride)
    if rows[:, (width * bits + 7) // 8 :].any():
        yield "bmp.padding"
    if palette and np.frombuffer(content, np.uint8, palette, _BMP_HEADERS)[3::4].any():
        yield "bmp.palette"


def _webp(content: bytes) -> Iterator[str]:
    magic, size, form, name, length = struct.unpack_from("<4sI4s4sI", content)
    if (magic, form) != (b"RIFF", b"WEBP") or name not in (b"VP8 ", b"VP8L"):
        yield "webp.chunks"
    if size != len(content) - 8 or size != 12 + length + length % 2 or (length % 2 and content[-1]):
        yield "webp.size"


def _gif(content: bytes) -> Iterator[str]:
    # The writer is a function of the pixels, so that writing them again shows every other byte, behind the codes too.
    with Image.open(io.BytesIO(content), formats=["GIF"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    if gif(pixels)[0] != content:
        yield "gif.other"


def _heic(content: bytes) -> Iterator[str]:
    yield "heic.not-ours"


_CHECKS: dict[Kind, Callable[[bytes], Iterator[str]]] = {
    Kind.PDF: pdf_faults,
    Kind.JPEG: _jpeg,
    Kind.PNG: _png,
    Kind.TIFF: tiff_faults,
    Kind.BMP: _bmp,
    Kind.WEBP: _webp,
    Kind.GIF: _gif,
    Kind.HEIC: _heic,
}
