"""Pages with seals drawn by hand, with their exact ink: 100 dpi, 4 px a millimetre, so that a page costs little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, pi, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from redact.finding import Finding
from redact.masking import fill_shape
from redact.page import Page

MM = 4.0
DPI = MM * 25.4
RED, BLUE, BLACK = (200, 30, 45), (40, 60, 165), (40, 40, 45)
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
WORDS = "关于推荐同志参加高级职称评审的公示经本人申请单位审核现将有关情况予以公布"
Pixels = NDArray[np.uint8]


@dataclass(eq=False)
class Sheet:
    """White paper of the given size in mm, and the ink (h, w) bool of every seal pressed on it."""

    width: float = 130.0
    height: float = 180.0
    pixels: Pixels = field(init=False)
    ink: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self.pixels = np.full((round(self.height * MM), round(self.width * MM), 3), 250, np.uint8)
        self.ink = np.zeros(self.pixels.shape[:2], np.bool_)

    def page(self, after: Callable[[Pixels], Pixels] = lambda pixels: pixels) -> Page:
        noise = np.random.default_rng(3).normal(0, 3, self.pixels.shape)
        return Page(number=1, pixels=after(np.clip(self.pixels + noise, 0, 255).astype(np.uint8)), dpi=DPI)

    def press(self, plate: NDArray[np.float32], x: float, y: float, colour: tuple[int, int, int], strength: float = 0.9) -> Sheet:
        """Lay a plate (h, w), 0..1, on the paper, its centre at (x, y) mm; what lies off the paper is lost."""
        h, w = plate.shape
        left, top = round(x * MM - w / 2), round(y * MM - h / 2)
        x0, y0, x1, y1 = max(0, left), max(0, top), min(self.pixels.shape[1], left + w), min(self.pixels.shape[0], top + h)
        part = plate[y0 - top : y1 - top, x0 - left : x1 - left]
        alpha = (part * strength)[..., None]
        paper = self.pixels[y0:y1, x0:x1].astype(np.float32)
        # Stamping ink lets what is printed below show through.
        self.pixels[y0:y1, x0:x1] = np.round(paper * (1 - alpha) + alpha * np.array(colour) * paper / 255).astype(np.uint8)
        self.ink[y0:y1, x0:x1] |= part > 0.5
        return self

    def text(self, top: float, bottom: float, colour: tuple[int, int, int] = BLACK, size: float = 4.0) -> Sheet:
        """Print lines of characters `size` mm high from `top` to `bottom` mm."""
        font = ImageFont.truetype(FONT, round(size * MM), index=2)
        picture = Image.fromarray(self.pixels)
        line = (WORDS * 4)[: int((self.width - 30) / size)]
        for row in range(int((bottom - top) / (1.5 * size))):
            words = line[row:] + line[:row]
            ImageDraw.Draw(picture).text((15 * MM, (top + row * 1.5 * size) * MM), words, fill=colour, font=font)
        self.pixels = np.array(picture)
        return self


def ring(across: float = 42.0, ratio: float = 1.0, tilt: float = 0.0) -> NDArray[np.float32]:
    """Return the plate of a round or oval seal: a rim, characters along it, a star."""
    size = round(across * MM * 1.1)
    plate = np.zeros((size, size), np.float32)
    centre, a, b = (size // 2, size // 2), across * MM / 2 - 2, across * MM / 2 * ratio - 2
    cv2.ellipse(plate, centre, (round(a), round(b)), tilt, 0, 360, 1.0, 4, cv2.LINE_AA)
    for i in range(13):
        angle = radians(-210 + 20 * i)
        x, y = 0.76 * a * cos(angle), 0.76 * b * sin(angle)
        c, s = cos(radians(tilt)), sin(radians(tilt))
        x, y = size / 2 + x * c - y * s, size / 2 + x * s + y * c
        half = round(0.09 * a)
        cv2.rectangle(plate, (round(x) - half, round(y) - half), (round(x) + half, round(y) + half), 1.0, 2)
        cv2.line(plate, (round(x), round(y) - half), (round(x), round(y) + half), 1.0, 2)
    if ratio == 1.0:
        points = [
            (size / 2 + r * sin(i * pi / 5), size / 2 - r * cos(i * pi / 5)) for i in range(10) for r in [a * (0.33 if i % 2 else 0.13)]
        ]
        cv2.fillPoly(plate, [np.round(points).astype(np.int32)], 1.0)
    return plate


def chop(wide: float = 18.0, high: float = 18.0, white: bool = False, tilt: float = 6.0) -> NDArray[np.float32]:
    """Return the plate of a rectangular stamp with four characters, cut in relief or, `white`, out of the ground."""
    w, h = round(wide * MM), round(high * MM)
    plate = np.full((h, w), 1.0 if white else 0.0, np.float32)
    line = 0.0 if white else 1.0
    for x, y in ((0.12, 0.12), (0.55, 0.12), (0.12, 0.55), (0.55, 0.55)):
        x0, y0, x1, y1 = round(x * w), round(y * h), round((x + 0.32) * w), round((y + 0.32) * h)
        cv2.rectangle(plate, (x0, y0), (x1, y1), line, 3)
        cv2.line(plate, ((x0 + x1) // 2, y0), ((x0 + x1) // 2, y1), line, 3)
    if not white:
        cv2.rectangle(plate, (1, 1), (w - 2, h - 2), 1.0, 3)
    size = round(np.hypot(w, h)) + 4
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), tilt, 1.0)
    turn[:, 2] += (size - w) / 2, (size - h) / 2
    turned: NDArray[np.float32] = cv2.warpAffine(plate, turn, (size, size))
    return turned


def grey(pixels: Pixels) -> Pixels:
    return np.repeat(pixels.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)


def two_levels(pixels: Pixels) -> Pixels:
    return np.where(grey(pixels) > 170, 255, 0).astype(np.uint8)


def covered_share(findings: tuple[Finding, ...], ink: NDArray[np.bool_]) -> float:
    """Return the share of the ink under the masks of the findings."""
    mask = np.zeros(ink.shape, np.bool_)
    for finding in findings:
        fill_shape(mask, finding.quad, finding.shape)
    return float((mask & ink).sum() / ink.sum())
