"""How a page was stored, so that it can be stored alike: what intake tells the writer beside the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from redact.page import Page


class Kind(StrEnum):
    """Kinds of files that we read, told apart by content."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    TIFF = "tiff"
    BMP = "bmp"
    WEBP = "webp"
    GIF = "gif"
    HEIC = "heic"


class Codec(StrEnum):
    """How pixels are stored: lossy, two levels, or exactly."""

    JPEG = "jpeg"
    BILEVEL = "bilevel"
    LOSSLESS = "lossless"


@dataclass(frozen=True, slots=True)
class Medium:
    """How one page was stored.

    `size_pt`: width and height of the page as seen, 1/72 inch. `grey`: no pixel has a colour. `native`: the pixels are
    the one stored image itself, not a rendering. `quantisation`: the source JPEG's tables (64 entries each, zigzag
    undone), empty where it was no JPEG of ours to repeat; `subsampling`: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0.
    """

    codec: Codec
    size_pt: tuple[float, float]
    grey: bool = False
    native: bool = False
    quantisation: tuple[tuple[int, ...], ...] = ()
    subsampling: int = 2


@dataclass(frozen=True, slots=True, eq=False)
class IntakePage:
    """A page, how it was stored, and what the decoder was not sure of (fixed codes such as "pdf.repaired")."""

    page: Page
    medium: Medium
    doubts: tuple[str, ...] = ()
