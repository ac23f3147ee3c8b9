"""PP-OCR as a reader: detect, turn, cut, recognise, and bring every character back to its place on the page."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Engine
from redact.geometry import Quad
from redact.models import weights
from redact.models.runtime import network
from redact.models.text.beneath import Patch, patches
from redact.models.text.detect import LEAST_PX, Region, regions, regions_in_band
from redact.models.text.recognise import HEIGHT, Reading, Recogniser
from redact.models.text.strip import Bytes, Floats, Strip, column, curved, is_column, quad_on_page, straight
from redact.models.text.turn import CLASSIFIER, CLEAR, DIRECTIONS, SURE, along, stands_on_head, turn_of
from redact.models.text.watermark import Layers, layers
from redact.page import Page, Word

SQUAT = 3.0
"""A tall box below this ratio may be one narrow glyph, so it is read as it stands too."""
TURNS_KEPT = 64
HALF_SURE, MARGIN = 0.5, 0.2
"""What a less likely way of reading must score, and by how much more than a likelier one."""

LETTERS_LONG_SIDE, LETTERS_HIGH = 960, 0.012
"""A watermark's letters are large, so they are found on a small page; lower lines, as a share of the long side, are none."""
BESIDE_PX = 64
"""A line of print that runs over a watermark's rim stands out of it by no more."""
AT_RIM_PX = 4
"""A line that comes so near to a band's rim may be cut by it."""
DOUBTED = 0.5
"""By so much less does a reading of a watermark count against what is sought: its strokes are mended where print crosses them."""

Cut = Callable[[], Strip]


class PaddleReader:
    """One detector and one recogniser of PP-OCR, and how large the detector sees a page. Safe to share between threads."""

    def __init__(self, name: str, detector: str, recogniser: str, long_side: int) -> None:
        self.engine = Engine(name, _version(detector, recogniser))
        self._detector = network(detector)
        self._classifier = network(CLASSIFIER)
        self._recogniser = Recogniser(recogniser)
        self._long_side = long_side
        self._turns: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        """Return a word for every line that was detected, as `Reader.read` says.

        A column's quads have their first edge downward, as it is read, whether its glyphs stand upright or lie.
        """
        if min(page.width, page.height) < 2:
            return ()
        image = _canvas(page)
        found = regions(image, self._detector, self._long_side)
        turn = self._turn(page, image, found)
        return tuple(self._word(page, image, region, turn, sought) for region in found)

    def read_beneath(self, page: Page, places: Sequence[Quad], sought: str = "") -> tuple[Word, ...]:
        """Return the words that touch the seals at `places`, read with the coloured ink of the seal taken away.

        A seal without colour (a photocopy's) has nothing that could be taken away, and gives no words.
        """
        if min(page.width, page.height) < 2 or not places:
            return ()
        image = _canvas(page)
        turn = self._turn(page, image, None)
        patched = patches(image, places, upright=turn % 2 == 0)
        return tuple(word for patch in patched for word in self._patch_words(page, patch, turn, sought))

    def read_watermark(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        """Return the words of the page's faint layer and of the print over it, as `Reader.read_watermark` says."""
        if min(page.width, page.height) < 2:
            return ()
        image = _canvas(page)
        parted = layers(image)
        if not parted:
            return ()
        turn = self._turn(page, image, None)
        return tuple(word for one in parted for word in self._layer_words(page, one, turn, sought))

    def _layer_words(self, page: Page, parted: Layers, turn: int, sought: str) -> Iterator[Word]:
        letters = [region for region in regions(parted.letters, self._detector, LETTERS_LONG_SIDE) if _is_large(region, page)]
        for region in letters:
            yield _of_watermark(self._word(page, parted.faint, region, turn, sought))
        if letters:
            over = self._over(parted, axis=turn % 2)
            yield from (self._word(page, parted.print, region, turn, sought) for region in over)

    def _over(self, parted: Layers, axis: int) -> list[Region]:
        """Return the lines of print that run over a watermark, sought in its band, and on the whole page where that would cut one."""
        band = _band(parted.near, axis)
        found = [region for region in regions_in_band(parted.print, self._detector, self._long_side, band) if _lies_on(region, parted.near)]
        if any(_is_cut(region, band, parted.near.shape[axis]) for region in found):
            found = [region for region in regions(parted.print, self._detector, self._long_side) if _lies_on(region, parted.near)]
        return found

    def _patch_words(self, page: Page, patch: Patch, turn: int, sought: str) -> Iterator[Word]:
        image = patch.canvas()
        for region in regions(image, self._detector, self._long_side):
            if patch.touches(region.corners):
                yield self._word(page, image, region, turn, sought, origin=patch.origin)

    def _turn(self, page: Page, image: Bytes, found: list[Region] | None) -> int:
        """Return the page's quarter turns, remembered by its pixels, since a page is often read more than once."""
        key = hashlib.blake2b(np.ascontiguousarray(page.pixels).data, digest_size=16, key=repr(page.pixels.shape).encode()).digest()
        with self._lock:
            known = self._turns.get(key)
        if known is None:
            found = regions(image, self._detector, self._long_side) if found is None else found
            known = turn_of(image, found, self._classifier, lambda strip: self._recogniser.read(strip).score)
        with self._lock:
            self._turns[key] = known
            while len(self._turns) > TURNS_KEPT:
                self._turns.popitem(last=False)
        return known

    def _word(self, page: Page, image: Bytes, region: Region, turn: int, sought: str, origin: tuple[int, int] = (0, 0)) -> Word:
        best: tuple[Reading, Strip, Floats] | None = None
        for corners, cut in _ways(image, region, turn):
            strip = cut()
            reading = self._recogniser.read(strip, sought)
            if best is None or _clearly_better(reading, best[0]):
                best = reading, strip, corners
            if self._is_settled(best[0], best[1]):
                break
        assert best is not None, "there is a way to read every region"
        return _placed(page, *best, origin=origin, source=str(self.engine))

    def _is_settled(self, reading: Reading, strip: Strip) -> bool:
        """True where no other way of reading need be tried."""
        return reading.score >= CLEAR or (reading.score >= SURE and not stands_on_head(strip, self._classifier))


def _is_large(region: Region, page: Page) -> bool:
    a, b, _, d = region.corners
    return float(min(np.hypot(*(b - a)), np.hypot(*(d - a)))) >= LETTERS_HIGH * max(page.width, page.height)


def _of_watermark(word: Word) -> Word:
    posteriors = word.posteriors.doubted(DOUBTED) if word.posteriors is not None else None
    return replace(word, posteriors=posteriors, watermark=True)


def _band(near: NDArray[np.bool_], axis: int) -> tuple[int, int, int]:
    """Return the band of a page, across the whole of it, in which a watermark lies, and lines that begin or end on it."""
    there = np.flatnonzero(near.any(axis=1 - axis))
    return axis, max(0, int(there[0]) - BESIDE_PX), min(near.shape[axis], int(there[-1]) + 1 + BESIDE_PX)


def _is_cut(region: Region, band: tuple[int, int, int], long: int) -> bool:
    """True for a line that reaches to where a band ends and the page does not: a column, or a very high line."""
    axis, start, end = band
    first, last = region.corners[:, 1 - axis].min(), region.corners[:, 1 - axis].max()
    return bool((start > 0 and first <= start + AT_RIM_PX) or (end < long and last >= end - AT_RIM_PX))


def _lies_on(region: Region, near: NDArray[np.bool_]) -> bool:
    """True where a line runs over a watermark: at any of a few points along its middle."""
    a, b, c, d = region.corners
    middles = [((a + d) * (1 - t) + (b + c) * t) / 2 for t in (0.1, 0.3, 0.5, 0.7, 0.9)]
    inside = [(int(x), int(y)) for x, y in middles if 0 <= x < near.shape[1] and 0 <= y < near.shape[0]]
    return any(near[y, x] for x, y in inside)


def _clearly_better(reading: Reading, other: Reading) -> bool:
    """True where a less likely way of reading wins: what no way can read (Uyghur) must keep the page's direction."""
    return reading.score >= max(SURE, other.score) or (reading.score >= HALF_SURE and reading.score >= other.score + MARGIN)


def _ways(image: Bytes, region: Region, turn: int) -> Iterator[tuple[Floats, Cut]]:
    """Yield how a region may be read, likeliest first: its corners from the text's top left, and how it is cut."""
    corners = along(region.corners, turn)
    if region.spine is not None:
        spine = region.spine if (region.spine[-1] - region.spine[0]) @ np.array(DIRECTIONS[turn]) >= 0 else region.spine[::-1]
        for line in (spine, spine[::-1]):
            yield corners, partial(curved, image, np.ascontiguousarray(line), region.band, HEIGHT)
    orders = [corners, np.roll(corners, -2, axis=0)]
    if is_column(corners):
        orders = [np.roll(corners, -1, axis=0), np.roll(corners, -3, axis=0)]
    for order in orders:
        yield order, partial(straight, image, order, HEIGHT)
    if is_column(corners):
        yield orders[0], partial(column, image, corners, HEIGHT)
        if region.length < SQUAT * min(region.sides):
            yield corners, partial(straight, image, corners, HEIGHT)


def _placed(page: Page, reading: Reading, strip: Strip, corners: Floats, origin: tuple[int, int], source: str) -> Word:
    shift = np.array(origin, np.float64)
    places = strip.places(reading.spans) + shift
    posteriors = reading.posteriors
    if posteriors is not None:
        posteriors = replace(posteriors, centres=posteriors.centres + shift.astype(np.float32))
    return Word(
        quad=quad_on_page(corners + shift, page.width, page.height),
        text=reading.text or None,
        characters=tuple(quad_on_page(place, page.width, page.height) for place in places),
        score=reading.score,
        source=source,
        posteriors=posteriors,
    )


def _canvas(page: Page) -> Bytes:
    """Return the page as BGR; a page too small for the detector's stride is continued by its edge."""
    image: NDArray[np.uint8] = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR)
    right, below = max(0, LEAST_PX - page.width), max(0, LEAST_PX - page.height)
    if right or below:
        image = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return image


def _version(*files: str) -> str:
    rows = {row.file: row.sha256 for row in weights.manifest()}
    return hashlib.sha256("".join(rows[file] for file in files).encode()).hexdigest()[:12]


@cache
def first_reader() -> PaddleReader:
    """Return the reader that finds: PP-OCRv6 small, the page's long side at 1280 px. Raises WeightsError."""
    return PaddleReader("ppocr-v6", "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx", long_side=1280)


@cache
def second_reader() -> PaddleReader:
    """Return the reader that proves: PP-OCRv4, other weights, the page's long side at 960 px. Raises WeightsError."""
    return PaddleReader("ppocr-v4", "ch_PP-OCRv4_det_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx", long_side=960)
