"""Small pictures of masked pages."""

from __future__ import annotations

import io

from redact.page import Page

LONG_SIDE = 900
# Legible at a glance, and a report of 100 pages stays below 15 MB.
QUALITY = 72


def thumbnail(page: Page) -> bytes:
    """Return a MASKED page as a small JPEG, long side at most LONG_SIDE px, without metadata. Same page, same bytes."""
    from PIL import Image

    picture = Image.fromarray(page.pixels)
    scale = LONG_SIDE / max(picture.size)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.BOX, reducing_gap=None)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return buffer.getvalue()
