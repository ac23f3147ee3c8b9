"""Image files by Pillow and pi-heif: every frame a page, upright, RGB as a viewer shows it. Runs in the child alone."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import isfinite, sqrt

import numpy as np
from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, MpoImagePlugin, UnidentifiedImageError

from redact.errors import DamagedError, EmptyError, LimitError, UnsupportedError
from redact.page import Page, Pixels
from redact.pipeline.intake import doubts, tone
from redact.pipeline.medium import Codec, IntakePage, Kind, Medium
from redact.policy import Limits

# Here, where it is done once in the fork server: each child would load Pillow's formats anew, for longer than most pictures decode.
Image.init()
# Pillow must never guess: without a fixed format it hands an EPS to Ghostscript.
FORMATS = {
    Kind.JPEG: ("JPEG", "MPO"),
    Kind.PNG: ("PNG",),
    Kind.TIFF: ("TIFF",),
    Kind.BMP: ("BMP",),
    Kind.WEBP: ("WEBP",),
    Kind.GIF: ("GIF",),
    Kind.HEIC: ("HEIF",),
}
LOSSY = frozenset({Kind.JPEG, Kind.WEBP, Kind.HEIC})
# A progressive JPEG of 1,500 scans decodes for 20 s; an ordinary one has about 10.
MOST_SCANS = 100
# A resolution is believed where the page then has the size of something that is scanned, from a card to A3: cameras write 72.
PLAUSIBLE_DPI = (50.0, 1200.0)
PLAUSIBLE_MM = (40.0, 440.0)
A4_MM = 297.0
ORIENTATION = 0x0112
# EXIF orientations 5 to 8 turn by a quarter.
QUARTER_TURNED = frozenset({5, 6, 7, 8})


class Pictures:
    """An image file. Raises UnsupportedError, DamagedError, LimitError."""

    def __init__(self, content: bytes, kind: Kind, limits: Limits) -> None:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        Image.MAX_IMAGE_PIXELS = None  # replaced by the policy's own bound, for every frame
        if kind is Kind.JPEG and content.count(b"\xff\xda") > MOST_SCANS:
            raise LimitError(what="scans of a jpeg", value=content.count(b"\xff\xda"), limit=MOST_SCANS)
        if kind is Kind.HEIC:
            import pi_heif

            pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
        self._kind, self._limits = kind, limits
        self._image = _opened(content, kind)
        _require_size(self._image.size, limits)
        self._doubts: tuple[str, ...] = ()
        self._frames = self._choose_frames()

    @property
    def page_count(self) -> int:
        return self._frames

    @property
    def doubts(self) -> tuple[str, ...]:
        return self._doubts

    def page(self, number: int) -> IntakePage:
        """Return a frame, upright. Raises DamagedError where its data is cut off."""
        image = self._image
        try:
            image.seek(number - 1)
            _require_size(image.size, self._limits)
            image.load()
        except (OSError, SyntaxError, EOFError, ValueError):
            raise DamagedError(what="cut off or damaged") from None
        codes = [doubts.DEPTH] if image.mode in ("I", "F") else []
        turned = int(image.getexif().get(ORIENTATION, 1)) in QUARTER_TURNED
        pixels = np.ascontiguousarray(upright_rgb(image))
        medium, dpi = self._medium(pixels, turned)
        if self._faint_ink_counts(medium):
            pixels = tone.without_faint_ink(pixels)
        if tone.is_blank(pixels):
            codes.append(doubts.BLANK)
        return IntakePage(Page(number, pixels, dpi), medium, tuple(codes))

    def _choose_frames(self) -> int:
        """Return the number of pages. A JPEG is its first picture: what follows it is no page of any viewer."""
        frames = int(getattr(self._image, "n_frames", 1))
        if frames > 1 and self._kind is Kind.JPEG:
            if _has_another_picture(self._image, frames, self._limits):
                self._doubts = (doubts.MORE_PICTURES,)
            return 1
        return frames

    def _medium(self, pixels: Pixels, turned: bool) -> tuple[Medium, float]:
        dpi_x, dpi_y = _resolution(self._image, pixels.shape[1], pixels.shape[0], turned)
        size_pt = (pixels.shape[1] * 72 / dpi_x, pixels.shape[0] * 72 / dpi_y)
        tables, subsampling = jpeg_coding(self._image, turned)
        codec = Codec.BILEVEL if self._image.mode == "1" else Codec.JPEG if self._kind in LOSSY else Codec.LOSSLESS
        grey = tone.has_no_colour(pixels)
        return Medium(codec, size_pt, grey, native=True, quantisation=tables, subsampling=subsampling), sqrt(dpi_x * dpi_y)

    def _faint_ink_counts(self, medium: Medium) -> bool:
        return medium.codec is Codec.LOSSLESS or self._kind is Kind.WEBP


def _opened(content: bytes, kind: Kind) -> Image.Image:
    try:
        return Image.open(BytesIO(content), formats=FORMATS[kind])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise DamagedError(what="no readable header") from None


def _require_size(size: tuple[int, int], limits: Limits) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise EmptyError(what="0 pixels")
    if width * height > limits.image_pixels:
        raise LimitError(what="pixels", value=width * height, limit=limits.image_pixels)


def upright_rgb(image: Image.Image) -> Pixels:
    """Return RGB (H, W, 3) uint8: turned upright by EXIF, on white, high byte of 16 bits."""
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("I", "F") or turned.mode.startswith("I;"):
        return _high_byte(turned)
    if turned.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in turned.info:
        # Alpha can hide a text from an eye and not from a file, or draw one in its holes.
        layer = turned.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return np.asarray(Image.alpha_composite(ground, layer).convert("RGB"))
    try:
        return np.asarray(turned.convert("RGB"))
    except ValueError:
        raise UnsupportedError from None


def _high_byte(image: Image.Image) -> Pixels:
    values = np.asarray(image)
    if values.dtype == np.uint16:
        levels = (values >> 8).astype(np.uint8)
    else:
        floats = values.astype(np.float64)
        least, most = float(np.nanmin(floats)), float(np.nanmax(floats))
        if not isfinite(least) or not isfinite(most):
            raise DamagedError(what="pixels are no numbers")
        levels = ((floats - least) * (255 / (most - least) if most > least else 0)).round().astype(np.uint8)
    return np.repeat(levels[:, :, None], 3, axis=2)


def _resolution(image: Image.Image, width: int, height: int, turned: bool) -> tuple[float, float]:
    """Return dpi along x and y of the upright page: the file's where plausible, else as if its longest side were A4's."""
    stored = image.info.get("dpi")
    if isinstance(stored, Sequence) and len(stored) == 2:
        dpi_x, dpi_y = (float(value) for value in (reversed(stored) if turned else stored))
        if _plausible(width, dpi_x) and _plausible(height, dpi_y):
            return dpi_x, dpi_y
    assumed = max(width, height) / A4_MM * 25.4
    return assumed, assumed


def _plausible(side: int, dpi: float) -> bool:
    in_bounds = PLAUSIBLE_DPI[0] <= dpi <= PLAUSIBLE_DPI[1]
    return in_bounds and PLAUSIBLE_MM[0] <= side / dpi * 25.4 <= PLAUSIBLE_MM[1]


def jpeg_coding(image: Image.Image, turned: bool = False) -> tuple[tuple[tuple[int, ...], ...], int]:
    """Return (quantisation, subsampling) of a grey or YCbCr JPEG, for the picture turned by a quarter or not; else ((), 2)."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.mode not in ("L", "RGB"):
        return (), 2
    if image.mode == "RGB" and (image.info.get("adobe_transform") == 0 or _component_names(image) == b"RGB"):
        return (), 0
    stored = image.quantization
    tables = [[int(q) for q in stored[index]] for index in sorted(stored)]
    if not 1 <= len(tables) <= 2 or any(len(table) != 64 or not all(1 <= q <= 255 for q in table) for table in tables):
        return (), 2
    if turned:
        tables = [[table[8 * (at % 8) + at // 8] for at in range(64)] for table in tables]
    sampling = JpegImagePlugin.get_sampling(image)
    # A sampling that the writer cannot repeat (4:1:1, 4:4:0, a turned 4:2:2) keeps every chroma sample.
    known = sampling in (0, 1, 2) and not (turned and sampling == 1)
    return tuple(tuple(table) for table in tables), sampling if known else 0


def _component_names(image: JpegImagePlugin.JpegImageFile) -> bytes:
    return bytes(int(component[0]) for component in image.layer)


def _has_another_picture(image: Image.Image, frames: int, limits: Limits) -> bool:
    """True where a later picture of the file is not a smaller copy of the first: a thumbnail or a gain map is."""
    if not isinstance(image, MpoImagePlugin.MpoImageFile):
        return True
    width, height = image.size
    try:
        for index in range(1, frames):
            image.seek(index)
            _require_size(image.size, limits)
            if not _smaller_copy(image.size, (width, height)):
                return True
    except (OSError, SyntaxError, ValueError, EOFError):
        return True
    finally:
        image.seek(0)
    return False


def _smaller_copy(size: tuple[int, int], first: tuple[int, int]) -> bool:
    ratio = (size[0] / first[0]) / (size[1] / first[1])
    return size[0] * 1.5 <= first[0] and 0.97 <= ratio <= 1.03
