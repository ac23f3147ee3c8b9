"""Pixels stored exactly: the fewest samples that say the same, and the files that hold them."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redact.page import Pixels

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_COLOURS = 256
# Rows that are looked at first: a photograph shows its many colours at once, and the whole count is dear.
_SAMPLE_ROWS = 32
_COLOUR_SPACE = 1 << 24


@dataclass(frozen=True, slots=True)
class Samples:
    """The same pixels, told more briefly: two levels, grey, a palette, or RGB.

    `image` is Pillow's, mode "1", "L", "P" or "RGB"; `bits` per sample; `palette` the RGB triples of mode "P".
    """

    image: Image.Image
    bits: int
    palette: bytes = b""


def is_grey(pixels: Pixels) -> bool:
    """True where all three channels are equal everywhere."""
    return np.array_equal(pixels[:, :, 0], pixels[:, :, 1]) and np.array_equal(pixels[:, :, 1], pixels[:, :, 2])


def is_bilevel(pixels: Pixels) -> bool:
    """True where every pixel is black or white. `pixels` are grey."""
    levels = np.bincount(pixels[:, :, 0].ravel(), minlength=256)
    return bool(levels[0] + levels[255] == pixels.shape[0] * pixels.shape[1])


def samples(pixels: Pixels) -> Samples:
    """Return RGB pixels as the briefest exact samples."""
    if is_grey(pixels):
        if is_bilevel(pixels):
            return Samples(Image.fromarray(pixels[:, :, 0] > 0), 1)
        levels = np.flatnonzero(np.bincount(pixels[:, :, 0].ravel(), minlength=256))
        if len(levels) > 16:
            return Samples(Image.fromarray(pixels[:, :, 0]), 8)
    colours = palette_of(pixels)
    if colours is None:
        return Samples(Image.fromarray(pixels), 8)
    return indexed(pixels, colours)


def indexed(pixels: Pixels, colours: NDArray[np.uint32]) -> Samples:
    """Return the pixels as indices of their packed `colours`, at most 256, which hold every colour of the pixels."""
    index = np.zeros(_COLOUR_SPACE, dtype=np.uint8)
    index[colours] = np.arange(len(colours), dtype=np.uint8)
    image = Image.fromarray(index[packed(pixels)])
    triples = b"".join(int(c).to_bytes(3, "big") for c in colours)
    image.putpalette(triples)
    bits = next(b for b in (1, 2, 4, 8) if len(colours) <= 1 << b)
    return Samples(image, bits, triples)


def palette_of(pixels: Pixels) -> NDArray[np.uint32] | None:
    """Return the packed colours of the pixels in ascending order, None where there are more than 256."""
    step = max(1, pixels.shape[0] // _SAMPLE_ROWS)
    if len(np.unique(packed(pixels[::step]))) > MOST_COLOURS:
        return None
    colours = colours_of(pixels)
    return colours if len(colours) <= MOST_COLOURS else None


def colours_of(pixels: Pixels) -> NDArray[np.uint32]:
    """Return every packed colour of the pixels, ascending."""
    seen = np.zeros(_COLOUR_SPACE, dtype=np.bool_)
    seen[packed(pixels)] = True
    return np.flatnonzero(seen).astype(np.uint32)


def packed(pixels: Pixels) -> NDArray[np.uint32]:
    """Return each RGB pixel as one number, red highest: shape (H, W), uint32."""
    wide = pixels.astype(np.uint32)
    return (wide[:, :, 0] << np.uint32(16)) | (wide[:, :, 1] << np.uint32(8)) | wide[:, :, 2]


def png(what: Samples, dpi: float) -> bytes:
    """Return a PNG file that holds the samples, their palette and their resolution, and nothing else."""
    file = io.BytesIO()
    bits = {"bits": what.bits} if what.palette else {}
    what.image.save(file, "PNG", dpi=(dpi, dpi), compress_level=6, **bits)
    return file.getvalue()


def flate(what: Samples) -> bytes:
    """Return the samples as a PDF's FlateDecode wants them under /Predictor 15: a PNG's own compressed rows."""
    return b"".join(body for name, body in png_chunks(png(what, 72.0)) if name == b"IDAT")


def png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of each chunk of a PNG that we wrote."""
    at = len(PNG_SIGNATURE)
    while at < len(content):
        length, name = struct.unpack_from(">I4s", content, at)
        yield name, content[at + 8 : at + 8 + length]
        at += 12 + length


def differences(pixels: Pixels, grey: bool) -> bytes:
    """Return the rows, each sample minus its left neighbour, zlib-compressed: a TIFF's Deflate with predictor 2."""
    rows = pixels[:, :, :1] if grey else pixels
    less = rows.copy()
    less[:, 1:] -= rows[:, :-1]
    return zlib.compress(less.tobytes(), 6)
