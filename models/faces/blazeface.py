"""BlazeFace, short range, on mediapipe's Tasks: a second opinion on small tiles of the page."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from redact.errors import EngineError
from redact.geometry import Point
from redact.models import weights
from redact.models.faces.paper import Paper
from redact.models.faces.sighting import LARGEST_SCALE, Pixels, Sighting, Source, View, scaled, turned

FILE = "face_detection_short_range.tflite"
# The network's input; mediapipe would shrink anything larger to it.
TILE = 128
THRESHOLD = 0.5
OVERLAP = 0.3
# The page is tiled at these long sides.
LONG_SIDES = (256, 512)
# A tile whose brightest and darkest values lie closer together holds nothing.
FLAT = 24
# A tile with more bare paper than this holds text at most, and is not looked at.
TEXT_WHITE = 0.75
# The square of a second look, in the first one's sides.
CLOSE_UP = 2.0
LEAST_REACH_PX = 8
STDERR = 2
_STDERR_LOCK = threading.Lock()


def look(views: Sequence[View]) -> list[Sighting]:
    """Return the faces that stand upright in the views. Raises WeightsError, EngineError."""
    if not views:
        return []
    with _task() as task:
        return [sighting for view in views for sighting in _look_once(task, view)]


def load() -> None:
    """Open the task once and close it. Raises WeightsError, EngineError."""
    with _task():
        pass


def close_ups(pixels: Pixels, seen: Iterable[Sighting]) -> list[View]:
    """Return one view for each face that another network saw, in that one's turn."""
    return [_close_up(pixels, sighting) for sighting in seen]


def tile_views(pixels: Pixels, paper: Paper) -> list[View]:
    """Return the four quarter turns of every tile of the page that holds more than text."""
    wanted = (tile for side in LONG_SIDES for tile in tiles(pixels, side) if paper.share(*tile.middle, tile.side) <= TEXT_WHITE)
    return [view for tile in wanted for view in turned(tile.pixels, tile.scale, tile.origin)]


@contextmanager
def _task() -> Iterator[Any]:
    """Hold an open task, and close it: one left open writes a traceback at the interpreter's exit, and none survives a fork.

    Opening takes about 10 ms.
    """
    with _silent_stderr():
        task = _open()
    try:
        yield task
    finally:
        with _silent_stderr():
            task.close()


def _open() -> Any:
    place = weights.path(FILE)
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.FaceDetectorOptions(
        base_options=BaseOptions(model_asset_path=str(place)),
        min_detection_confidence=THRESHOLD,
        min_suppression_threshold=OVERLAP,
    )
    try:
        task = vision.FaceDetector.create_from_options(options)
    except (RuntimeError, ValueError):
        raise EngineError(engine=FILE, what="load") from None
    # The first look writes to stderr too.
    _look_once(task, View(np.zeros((TILE, TILE, 3), dtype=np.uint8), 1.0, 0))
    return task


def _look_once(task: Any, view: View) -> list[Sighting]:
    import mediapipe

    try:
        result = task.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=view.pixels))
    except (RuntimeError, ValueError):
        raise EngineError(engine=FILE, what="inference") from None
    return [_sighting(view, detection) for detection in result.detections]


def _sighting(view: View, detection: Any) -> Sighting:
    height, width = view.pixels.shape[:2]
    found = detection.bounding_box
    box = (float(found.origin_x), float(found.origin_y), float(found.origin_x + found.width), float(found.origin_y + found.height))
    right, left = ((point.x * width, point.y * height) for point in detection.keypoints[:2])
    return view.sighting(box, right, left, float(detection.categories[0].score), Source.BLAZEFACE)


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send the process's stderr to nowhere for a moment: the libraries below write to the descriptor itself.

    One thread at a time, or the second would keep, and put back, the first one's nowhere.
    """
    with _STDERR_LOCK:
        sys.stderr.flush()
        kept = os.dup(STDERR)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDERR)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
            os.close(nowhere)


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """A square of the page scaled by `scale`, cut at `origin` (scaled px)."""

    pixels: Pixels
    scale: float
    origin: Point

    @property
    def middle(self) -> Point:
        """The tile's centre, page px."""
        return (self.origin[0] + TILE / 2) / self.scale, (self.origin[1] + TILE / 2) / self.scale

    @property
    def side(self) -> float:
        """Half the tile's side, page px: the place that is asked about is twice as wide."""
        return TILE / 2 / self.scale


def tiles(pixels: Pixels, long_side: int) -> Iterator[Tile]:
    """Yield the tiles of the page at a long side that are not flat; the last one lies flush with the edge."""
    scale = min(LARGEST_SCALE, long_side / max(pixels.shape[:2]))
    level = scaled(pixels, scale)
    height, width = level.shape[:2]
    level = np.pad(level, ((0, max(0, TILE - height)), (0, max(0, TILE - width)), (0, 0)), mode="edge")
    for y in starts(level.shape[0]):
        for x in starts(level.shape[1]):
            square = level[y : y + TILE, x : x + TILE]
            if int(square.max()) - int(square.min()) >= FLAT:
                yield Tile(square, scale, (float(x), float(y)))


def starts(length: int) -> list[int]:
    """Return where tiles begin along a side of `length` px, a quarter of a tile shared with the next."""
    step = TILE * 3 // 4
    return [*range(0, length - TILE, step), length - TILE]


def _close_up(pixels: Pixels, seen: Sighting) -> View:
    """Return the square of twice a face's side round it, upright by the sighting's turn; off the page is grey."""
    x0, y0, x1, y1 = seen.box
    reach = max(LEAST_REACH_PX, round(seen.side * CLOSE_UP / 2))
    left, top = round((x0 + x1) / 2) - reach, round((y0 + y1) / 2) - reach
    square = _cut(pixels, left, top, 2 * reach)
    scale = TILE / (2 * reach)
    return View(np.ascontiguousarray(np.rot90(scaled(square, scale), seen.turn)), scale, seen.turn, (left * scale, top * scale))


def _cut(pixels: Pixels, left: int, top: int, side: int) -> Pixels:
    square = np.full((side, side, 3), 128, dtype=np.uint8)
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + side), min(height, top + side)
    if x0 < x1 and y0 < y1:
        square[y0 - top : y1 - top, x0 - left : x1 - left] = pixels[y0:y1, x0:x1]
    return square
