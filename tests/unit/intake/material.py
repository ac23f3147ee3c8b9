"""Small files drawn here: cards with a coloured corner each, so that every turn and mirror shows."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from redact import policy
from redact.page import Pixels
from redact.pipeline.intake import forked
from redact.policy import Limits, Raster

RED, GREEN, BLUE, WHITE, BLACK = (220, 30, 30), (30, 160, 60), (30, 30, 220), (255, 255, 255), (0, 0, 0)
NAMES = {RED: "red", GREEN: "green", BLUE: "blue", WHITE: "white", BLACK: "black"}
LIMITS: Limits = policy.load().limits
RASTER: Raster = policy.load().raster
# What a card shows in its corners: top left, top right / bottom left, bottom right.
CARD = np.array([["red", "green"], ["blue", "white"]])


def card(width: int = 96, height: int = 64) -> Pixels:
    """Return a white card with red, green and blue in three of its corners."""
    pixels = np.full((height, width, 3), 255, np.uint8)
    side = min(width, height) // 4
    pixels[:side, :side], pixels[:side, -side:], pixels[-side:, :side] = RED, GREEN, BLUE
    return pixels


def corners(pixels: Pixels) -> NDArray[np.str_]:
    """Return the names of the colours near the four corners, as a 2 x 2 table."""
    dy, dx = max(1, pixels.shape[0] // 16), max(1, pixels.shape[1] // 16)
    return np.array([[nearest(pixels[y, x]) for x in (dx, -dx - 1)] for y in (dy, -dy - 1)])


def nearest(colour: NDArray[np.uint8]) -> str:
    return min(NAMES.items(), key=lambda named: int(np.abs(np.array(named[0]) - colour.astype(int)).sum()))[1]


def encoded(image: Image.Image | Pixels, kind: str, **options: Any) -> bytes:
    """Return an image file of a kind that Pillow writes."""
    stream = BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(stream, kind, **options)
    return stream.getvalue()


def boot(source: str) -> str:
    """Return the program of a fork server whose jobs are all the test's: `def job(content, parameters)` in the source."""
    modules = "from redact.pipeline.intake import child, fork_server"
    table = "child.JOBS = dict.fromkeys(child.JOBS, '__main__:job'); child.MODULES = {}"
    return "\n".join([forked.PLACES, modules, source, table, "fork_server.main()"])


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that announces any size and holds almost nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")


class Pdf:
    """A PDF written by hand, page by page."""

    def __init__(self) -> None:
        self.file = pikepdf.new()

    def page(self, content: str, box: tuple[float, ...] = (0, 0, 595, 842), resources: Any = None, **entries: Any) -> pikepdf.Dictionary:
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=pikepdf.Array([*box]),
            Contents=self.file.make_stream(content.encode()),
            Resources=resources if resources is not None else self.helvetica(),
            **entries,
        )
        self.file.pages.append(pikepdf.Page(page))
        return self.file.pages[-1].obj

    def helvetica(self) -> pikepdf.Dictionary:
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica, Encoding=pikepdf.Name.WinAnsiEncoding
        )
        return pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))

    def image(self, stored: bytes, size: tuple[int, int], **entries: Any) -> pikepdf.Dictionary:
        """Return resources with a JPEG named /Im, or with raw bytes where `entries` say how they are coded."""
        entries = {"ColorSpace": pikepdf.Name.DeviceRGB, "BitsPerComponent": 8, "Filter": pikepdf.Name.DCTDecode} | entries
        given = {name: value for name, value in entries.items() if value is not None}
        stream = pikepdf.Stream(
            self.file, stored, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=size[0], Height=size[1], **given
        )
        return pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream), **self.helvetica())

    def bytes(self, **options: Any) -> bytes:
        stream = BytesIO()
        self.file.save(stream, **options)
        return stream.getvalue()


def scan(width: int = 827, height: int = 1169) -> Pixels:
    """Return a page as a scanner sees it: grey paper with noise, dark lines, corners in colour."""
    noise = np.random.default_rng(5).integers(225, 245, (height, width, 1))
    pixels = np.repeat(noise, 3, axis=2).astype(np.uint8)
    for y in range(100, height - 100, 40):
        pixels[y : y + 12, 80 : width - 80 - (y * 7) % 300] = 40
    pixels[:60, :60], pixels[:60, -60:], pixels[-60:, :60] = RED, GREEN, BLUE
    return pixels
