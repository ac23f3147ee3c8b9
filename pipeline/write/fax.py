"""CCITT group 4: two levels, the codec of one-bit scans in PDF and TIFF."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from redact.page import Pixels

_STRIP_OFFSETS, _STRIP_BYTES = 273, 279


def group4(pixels: Pixels) -> bytes:
    """Return black-and-white pixels as one group 4 strip in which black is ink (PDF /BlackIs1 false, TIFF WhiteIsZero)."""
    file = io.BytesIO()
    ink = Image.fromarray(np.ascontiguousarray(pixels[:, :, 0] < 128))
    ink.save(file, "TIFF", compression="group4", strip_size=1 << 30)
    content = file.getvalue()
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as image:
        tags = image.tag_v2  # type: ignore[attr-defined]
        (start,), (length,) = tags[_STRIP_OFFSETS], tags[_STRIP_BYTES]
    return content[start : start + length]
