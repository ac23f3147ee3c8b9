"""A TIFF of ours, byte for byte: every byte belongs to the header, a directory, a value or a strip."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from redact.pipeline.verify.streams import group4_is_exact, inflated_size, jpeg_faults, jpeg_frame

_SIZES = {3: 2, 4: 4, 5: 8}
_TAGS = frozenset({256, 257, 258, 259, 262, 273, 277, 278, 279, 282, 283, 284, 296, 317, 530})
_MOST_PAGES = 10_000
GROUP4, JPEG, DEFLATE = 4, 7, 8


@dataclass(slots=True)
class Directory:
    """One page's tags, and the byte ranges that the page takes up."""

    values: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ranges: list[tuple[int, int]] = field(default_factory=list)
    following: int = 0


def tiff_faults(content: bytes) -> Iterator[str]:
    """Yield codes of what our TIFFs do not have. Raises struct.error, KeyError or ValueError for what is no TIFF."""
    magic, version, at = struct.unpack_from("<2sHI", content)
    if (magic, version) != (b"II", 42):
        yield "tiff.header"
        return
    ranges, pages = [(0, 8)], 0
    while at and pages < _MOST_PAGES:
        page = _directory(content, at)
        yield from _page_faults(content, page)
        ranges += page.ranges
        at, pages = page.following, pages + 1
    if not _covers(content, ranges):
        yield "tiff.slack"


def _directory(content: bytes, at: int) -> Directory:
    page = Directory()
    (count,) = struct.unpack_from("<H", content, at)
    page.ranges.append((at, at + 6 + 12 * count))
    for row in range(at + 2, at + 2 + 12 * count, 12):
        number, kind, length = struct.unpack_from("<HHI", content, row)
        size = _SIZES[kind] * length
        place = row + 8 if size <= 4 else struct.unpack_from("<I", content, row + 8)[0]
        if size > 4:
            page.ranges.append((place, place + size))
        elif any(content[row + 8 + size : row + 12]):
            raise ValueError("value")
        page.values[number] = struct.unpack_from(f"<{size // min(4, _SIZES[kind])}{'H' if kind == 3 else 'I'}", content, place)
    (page.following,) = struct.unpack_from("<I", content, at + 2 + 12 * count)
    start, length = page.values[273][0], page.values[279][0]
    page.ranges.append((start, start + length))
    return page


def _page_faults(content: bytes, page: Directory) -> Iterator[str]:
    tags = page.values
    long = [number for number, values in tags.items() if len(values) > (3 if number == 258 else 2 if number in (282, 283, 530) else 1)]
    if not set(tags) <= _TAGS or long:
        yield "tiff.tags"
    width, height, colours = tags[256][0], tags[257][0], tags[277][0]
    strip = content[tags[273][0] : tags[273][0] + tags[279][0]]
    if tags[278][0] != height or colours not in (1, 3):
        yield "tiff.tags"
    match tags[259][0]:
        case 8:
            size = width * height * colours
            if inflated_size(strip, size) != size:
                yield "tiff.data"
        case 7:
            yield from jpeg_faults(strip)
            frame = jpeg_frame(strip)
            if (frame.width, frame.height, frame.components) != (width, height, colours):
                yield "tiff.data"
        case 4:
            if not group4_is_exact(strip, width, height):
                yield "tiff.data"
        case _:
            yield "tiff.compression"


def _covers(content: bytes, ranges: list[tuple[int, int]]) -> bool:
    """True where the ranges lie side by side and cover the file; one zero byte may bring the next to an even place."""
    end = 0
    for start, stop in sorted(ranges):
        if start != end and not (start == end + 1 and start % 2 == 0 and content[end] == 0):
            return False
        end = stop
    return end == len(content)
