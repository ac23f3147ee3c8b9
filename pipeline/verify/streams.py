"""Compressed pictures by their own rules: nothing before, between or behind what an image needs."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from redact.pipeline.write.fax import group4

SOI, EOI, APP0, DQT, SOF0, DHT, SOS = 0xD8, 0xD9, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA
_JFIF = 16
_STEP = 1 << 20
# So many bytes at a scan's end are replaced to see whether they are read, and what by.
_LAST = 4
_OTHERS = (0x55, 0xAA, 0x00, 0xC3)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a JPEG's frame header says."""

    width: int
    height: int
    components: int


def jpeg_faults(content: bytes) -> Iterator[str]:
    """Yield codes of what our JPEGs do not have: SOI, JFIF, tables, one baseline frame, one scan, EOI, in this order."""
    segments, scan = _segments(content)
    names = [marker for marker, _ in segments]
    if names[:1] != [APP0] or names[-1:] != [SOS] or sorted(set(names[1:])) != sorted((DQT, SOF0, DHT, SOS)):
        yield "jpeg.segments"
        return
    if names.count(SOF0) != 1 or names.count(SOS) != 1 or not _jfif(segments[0][1]):
        yield "jpeg.segments"
    if not all(_exact_table(marker, body) for marker, body in segments) or _repeats(segments):
        yield "jpeg.tables"
    tail = content[scan:]
    # In a scan FF is followed by 0; a restart, a marker or a second picture is none of ours.
    if tail.count(b"\xff") != tail.count(b"\xff\0") + 1 or not tail.endswith(b"\xff\xd9"):
        yield "jpeg.scan"
    elif _has_slack(content, scan):
        yield "jpeg.slack"


def jpeg_frame(content: bytes) -> Frame:
    """Return the frame header's entries. Raises ValueError where there is none."""
    segments, _ = _segments(content)
    for marker, body in segments:
        if marker == SOF0:
            _, height, width, components = struct.unpack_from(">BHHB", body)
            return Frame(width, height, components)
    raise ValueError("frame")


def inflated_size(data: bytes, most: int) -> int:
    """Return how many bytes a zlib stream holds, -1 where it holds more than `most`, ends early, or is not all of `data`."""
    stream = zlib.decompressobj()
    size = len(stream.decompress(data, _STEP))
    while size <= most and stream.unconsumed_tail:
        size += len(stream.decompress(stream.unconsumed_tail, _STEP))
    return size if stream.eof and not stream.unused_data else -1


def group4_is_exact(data: bytes, width: int, height: int) -> bool:
    """True where the strip is what our encoder makes of the picture that it holds: then there is no room behind it."""
    with Image.open(io.BytesIO(_as_tiff(data, width, height)), formats=["TIFF"]) as image:
        levels = np.asarray(image.convert("L"))
    return group4(np.repeat(levels[:, :, None], 3, axis=2)) == data


def _as_tiff(data: bytes, width: int, height: int) -> bytes:
    tags = (
        (256, 4, width),
        (257, 4, height),
        (258, 3, 1),
        (259, 3, 4),
        (262, 3, 0),
        (273, 4, 8),
        (277, 3, 1),
        (278, 4, height),
        (279, 4, len(data)),
    )
    rows = b"".join(struct.pack("<HHII", number, kind, 1, value) for number, kind, value in tags)
    body = data + b"\0" * (len(data) % 2)
    return struct.pack("<2sHI", b"II", 42, 8 + len(body)) + body + struct.pack("<H", len(tags)) + rows + bytes(4)


def _has_slack(content: bytes, scan: int) -> bool:
    """True where the picture does not depend on the scan's last bytes: rows cut off by a lowered height, or a text.

    Only decoding the whole scan tells where it ends. Other bytes at its end change the picture exactly if they are read.
    """
    end = len(content) - 2 - _LAST
    while end > scan and content[end - 1] == 0xFF:
        end -= 1
    if end <= scan:
        return False
    content = _with_whole_blocks(content)
    tampered = [content[:end] + bytes([other]) * _LAST + b"\xff\xd9" for other in _OTHERS]
    # A quarter of the size is decoded in half the time, but drops fine detail, which may be all that the last bytes hold.
    return all(_none_seen(content, tampered, reduction) for reduction in (4, 1))


def _with_whole_blocks(content: bytes) -> bytes:
    """Return the JPEG with its size raised to whole blocks, so that the last block shows wherever it ends."""
    at = 2
    while content[at + 1] != SOF0:
        at += 2 + int(struct.unpack_from(">H", content, at + 2)[0])
    height, width, components = struct.unpack_from(">HHB", content, at + 5)
    factors = [content[at + 11 + 3 * i] for i in range(components)]
    # One component alone is stored block by block, whatever its factors.
    across, down = (8 * max(f >> 4 for f in factors), 8 * max(f & 15 for f in factors)) if components > 1 else (8, 8)
    size = struct.pack(">HH", min(0xFFFF, -(-height // down) * down), min(0xFFFF, -(-width // across) * across))
    return content[: at + 5] + size + content[at + 9 :]


def _none_seen(content: bytes, tampered: list[bytes], reduction: int) -> bool:
    picture = _pixels(content, reduction)
    return all(_pixels(other, reduction) == picture for other in tampered)


def _pixels(content: bytes, reduction: int) -> bytes:
    """Return the pixels at a fraction of the size; nothing where it cannot be decoded."""
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
            image.draft(None, (image.width // reduction, image.height // reduction))
            return image.tobytes()
    except OSError:
        return b""


def _segments(content: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """Return marker and body of each segment up to the scan, and where its data begin."""
    if content[:2] != bytes((0xFF, SOI)):
        raise ValueError("start")
    segments: list[tuple[int, bytes]] = []
    at = 2
    while not segments or segments[-1][0] != SOS:
        fill, marker, length = struct.unpack_from(">BBH", content, at)
        if fill != 0xFF or length < 2 or at + 2 + length > len(content):
            raise ValueError("segment")
        segments.append((marker, content[at + 4 : at + 2 + length]))
        at += 2 + length
    return segments, at


def _jfif(body: bytes) -> bool:
    return len(body) == _JFIF - 2 and body[:5] == b"JFIF\0" and body[-2:] == b"\0\0"


def _exact_table(marker: int, body: bytes) -> bool:
    """True where the segment is as long as its own entries say, and no longer."""
    match marker:
        case 0xDB:
            return len(body) % 65 == 0 and all(body[at] < 4 for at in range(0, len(body), 65))
        case 0xC4:
            return _huffman_size(body) == len(body)
        case 0xC0:
            return body[0] == 8 and body[5] in (1, 3) and len(body) == 6 + 3 * body[5]
        case 0xDA:
            return len(body) == 4 + 2 * body[0] and body[-3:] == b"\0\x3f\0"
    return marker == APP0


def _huffman_size(body: bytes) -> int:
    at = 0
    while at < len(body):
        at += 17 + sum(body[at + 1 : at + 17])
    return at


def _repeats(segments: list[tuple[int, bytes]]) -> bool:
    """True where a table is defined twice: the first would be room for anything."""
    ids = [body[at] for marker, body in segments if marker == DQT for at in range(0, len(body), 65)]
    codes: list[int] = []
    for marker, body in segments:
        at = 0
        while marker == DHT and at < len(body):
            codes.append(body[at])
            at += 17 + sum(body[at + 1 : at + 17])
    return len(set(ids)) != len(ids) or len(set(codes)) != len(codes)
