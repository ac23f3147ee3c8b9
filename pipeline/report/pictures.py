"""What of a masked page may be shown in a report.

A report travels further than the file it speaks of, and must name nobody. Where a check says that something is still
readable, the page's picture would show it: so the places in question are painted over in the picture itself, and where
it is not known which places they are, there is no picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from redact.geometry import Box, Quad
from redact.pipeline.report.record import CheckEntry, PageEntry, ReportDocument

if TYPE_CHECKING:
    from PIL.Image import Image

# Checks that say nothing of what a reader of the page can see. Closed: any other check that did not pass counts.
SIDE_CHECKS: Final = frozenset({"intake", "structure", "bytes.needles", "pages.same", "pixels.unchanged", "policy.complete"})
PAINT: Final = (203, 210, 217)
# Chroma blocks of a 4:2:0 JPEG: traces of what is painted over reach to the end of its block.
BLOCK: Final = 16
PADDING: Final = 4
SHAPE_TOLERANCE: Final = 0.02


def pictures(document: ReportDocument, thumbnails: Sequence[bytes]) -> dict[int, bytes]:
    """Return, by page number, the JPEG that may be shown; pages without one are left out.

    `thumbnails` are those of the pages in the order of their numbers; where their count is another, none is shown.
    """
    pages = sorted(document.pages, key=lambda page: page.number)
    if len(pages) != len(thumbnails) or _hides_all(document):
        return {}
    shown = ((page.number, _shown(page, picture, document)) for page, picture in zip(pages, thumbnails, strict=True))
    return {number: picture for number, picture in shown if picture is not None}


def _hides_all(document: ReportDocument) -> bool:
    unplaced = any(_unplaced(check) for check in document.checks if check.page is None)
    return unplaced or any(error.page is None for error in document.errors)


def _shown(page: PageEntry, picture: bytes, document: ReportDocument) -> bytes | None:
    elsewhere = [check for check in document.checks if check.page == page.number]
    if not page.checks or any(error.page == page.number for error in document.errors):
        return None
    open_checks = [check for check in [*page.checks, *elsewhere] if check.result != "passed"]
    if any(_unplaced(check) for check in open_checks):
        return None
    places = [Quad.of(place) for check in open_checks for place in check.where]
    return painted(picture, places, page.width, page.height) if places else _fitting(picture, page)


def _unplaced(check: CheckEntry) -> bool:
    return check.result != "passed" and not check.where and check.name not in SIDE_CHECKS


def painted(picture: bytes, places: Iterable[Quad], width: int, height: int) -> bytes | None:
    """Return the JPEG with the places painted over; they are in px of the page of (width, height) px.

    None where the picture cannot be opened or has another shape than the page: then the places would be missed.
    """
    image = _opened(picture, width, height)
    if image is None:
        return None
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    for place in places:
        box = _blocks(place, image.width / width, image.height / height)
        draw.rectangle((box.x0, box.y0, box.x1 - 1, box.y1 - 1), fill=PAINT)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=72, optimize=True)
    return buffer.getvalue()


def _fitting(picture: bytes, page: PageEntry) -> bytes | None:
    return picture if _opened(picture, page.width, page.height) is not None else None


def _opened(picture: bytes, width: int, height: int) -> Image | None:
    import PIL.Image

    try:
        image = PIL.Image.open(io.BytesIO(picture), formats=("JPEG",))
        image.load()
    except (OSError, ValueError, SyntaxError):
        return None
    # A side of one pixel more or less is rounding.
    apart = abs(image.width * height - image.height * width)
    if apart > max(SHAPE_TOLERANCE * image.width * height, width, height):
        return None
    return image.convert("RGB")


def _blocks(place: Quad, scale_x: float, scale_y: float) -> Box:
    box = place.box()
    x0, y0 = box.x0 * scale_x - PADDING, box.y0 * scale_y - PADDING
    x1, y1 = box.x1 * scale_x + PADDING, box.y1 * scale_y + PADDING
    return Box(int(x0 // BLOCK) * BLOCK, int(y0 // BLOCK) * BLOCK, int(-(-x1 // BLOCK)) * BLOCK, int(-(-y1 // BLOCK)) * BLOCK)
