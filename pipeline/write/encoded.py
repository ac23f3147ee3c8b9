"""One page as it will be stored, and how far a codec may move the pixels that were not masked."""

from __future__ import annotations

from dataclasses import dataclass, field

from redact.pipeline.medium import Codec


@dataclass(frozen=True, slots=True)
class EncodedPage:
    """The image of one page, compressed.

    `content`: for PDF and TIFF the bare compressed samples, for the other kinds the whole file. `size_pt`: width and
    height in 1/72 inch. `grey`: one sample per pixel, no palette. `bits`: per sample. `palette`: RGB triples of an
    indexed image, else empty. `subsampling` is a JPEG's chroma: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0.
    """

    content: bytes = field(repr=False)
    codec: Codec
    width: int
    height: int
    size_pt: tuple[float, float]
    dpi: float
    grey: bool = False
    bits: int = 8
    palette: bytes = field(default=b"", repr=False)
    subsampling: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a written page may be from the pixels that were meant, in levels of 0..255 per channel.

    `pixel`: at any pixel. `mean`: of the mean over any whole block of 16 x 16 px, so that something faint cannot vanish
    over an area while every single pixel stays within `pixel`.
    """

    pixel: int
    mean: float


EXACT = Bound(0, 0.0)
# A quantised coefficient is off by half its step, which for our coarsest own tables (quality 88, no subsampling) allows
# 56 levels of luma in theory; a source's own tables and sampling were off by 25 at most where measured, lossy WebP by 40.
# The writer decodes what it encoded and takes a finer setting where a pixel would be further off than this.
# A block's mean is its DC coefficient, off by an eighth of half a step, and a little more where values are clamped.
LOSSY = Bound(96, 8.0)


def bound(codec: Codec) -> Bound:
    """Return how far a page stored by `codec` may be from its pixels: exact codecs not at all."""
    return LOSSY if codec is Codec.JPEG else EXACT
