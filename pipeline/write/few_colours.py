"""GIF: 256 colours at most. Where a mask's black was one colour too many, the two nearest become one."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from redact.page import Pixels
from redact.pipeline.write.exact import MOST_COLOURS, Samples, colours_of, indexed, packed

# A source has 256 colours; compositing on white and masking add one each. Many more come from no GIF with one frame.
_MOST_TO_MERGE = 320


def gif(pixels: Pixels) -> tuple[bytes, bool]:
    """Return a GIF file with one frame, and whether it holds the pixels exactly."""
    colours = colours_of(pixels)
    exact = len(colours) <= MOST_COLOURS
    few = indexed(pixels, colours) if exact else _merged(pixels, colours)
    file = io.BytesIO()
    few.image.save(file, "GIF", optimize=False)
    return file.getvalue(), exact


def _merged(pixels: Pixels, colours: NDArray[np.uint32]) -> Samples:
    if len(colours) > _MOST_TO_MERGE:
        few = Image.fromarray(pixels).quantize(MOST_COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        fewer = np.asarray(few.convert("RGB"))
        return indexed(fewer, colours_of(fewer))
    into = _merges(colours)
    becomes = np.zeros(1 << 24, dtype=np.uint32)
    becomes[colours] = into
    whole = becomes[packed(pixels)]
    parts = [whole >> np.uint32(16), (whole >> np.uint32(8)) & np.uint32(255), whole & np.uint32(255)]
    return indexed(np.stack(parts, axis=2).astype(np.uint8), np.unique(into))


def _merges(colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return for each colour the one that stands for it, so that 256 are left."""
    into = colours.copy()
    while len(left := np.unique(into)) > MOST_COLOURS:
        rgb = np.stack([left >> 16, (left >> 8) & 255, left & 255], axis=1).astype(np.int32)
        apart = np.abs(rgb[:, None] - rgb[None]).max(axis=2)
        apart[np.tril_indices(len(left))] = 1 << 10
        kept, lost = np.unravel_index(int(apart.argmin()), apart.shape)
        # The pair is in ascending order and the first is kept: black, the mask, is the first of all and never lost.
        into[into == left[lost]] = left[kept]
    return into
