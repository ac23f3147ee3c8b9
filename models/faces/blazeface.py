"""BlazeFace, short range, on mediapipe's Tasks: a second opinion, close up, on what CenterFace saw.

Its eye points are the better ones on faces of few pixels. Tiles of the whole page, in four turns, would cost 0.4 to 1.3 s
a page and found no face that CenterFace did not hint at (the card of BlazeFace has the numbers).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from redact.errors import EngineError
from redact.models import weights
from redact.models.faces.sighting import Pixels, Sighting, Source, View, scaled
from redact.models.offline import offline

FILE = "face_detection_short_range.tflite"
# The side of the network's input, px; mediapipe would shrink anything larger to it.
INPUT = 128
THRESHOLD = 0.5
OVERLAP = 0.3
# The square of a second look, in the first one's sides.
CLOSE_UP = 2.0
LEAST_REACH_PX = 8
STDERR = 2
_STDERR_LOCK = threading.RLock()


def look_again(pixels: Pixels, seen: Sequence[Sighting]) -> list[Sighting]:
    """Return what this network sees close up where another one saw faces, each in that one's turn.

    Raises WeightsError, EngineError.
    """
    return offline(lambda: _look_again(pixels, seen)) if seen else []


def _look_again(pixels: Pixels, seen: Sequence[Sighting]) -> list[Sighting]:
    with _task() as task:
        return [second for first in seen for second in _look_once(task, close_up(pixels, first))]


def load() -> None:
    """Open the task once and close it. Raises WeightsError, EngineError."""
    offline(_open_and_close)


def _open_and_close() -> None:
    with _task():
        pass


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

    # We close every task ourselves. The library's finaliser would close one that was not, through a thread of its own, from
    # within the garbage collector of whatever thread runs then: seen once, in a test run, to wait there for ever.
    vision.FaceDetector.__del__ = _leave_alone
    options = vision.FaceDetectorOptions(
        base_options=BaseOptions(model_asset_path=str(place)),
        min_detection_confidence=THRESHOLD,
        min_suppression_threshold=OVERLAP,
    )
    try:
        task = vision.FaceDetector.create_from_options(options)
    except (RuntimeError, ValueError):
        raise EngineError(engine=FILE, what="load") from None
    try:
        # A task that opens and cannot look is found out here.
        _look_once(task, View(np.zeros((INPUT, INPUT, 3), dtype=np.uint8), 1.0, 0))
    except BaseException:
        task.close()
        raise
    return task


def _leave_alone(task: Any) -> None:
    """Do nothing: what was not closed stays open, and nobody waits for it."""


def _look_once(task: Any, view: View) -> list[Sighting]:
    import mediapipe

    try:
        # Any look may write there, as the memory happens to lie: "not aligned", with the time of day.
        with _silent_stderr():
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


def close_up(pixels: Pixels, seen: Sighting) -> View:
    """Return the square of twice a face's side round it, upright by the sighting's turn; off the page is grey."""
    x0, y0, x1, y1 = seen.box
    reach = max(LEAST_REACH_PX, round(seen.side * CLOSE_UP / 2))
    left, top = round((x0 + x1) / 2) - reach, round((y0 + y1) / 2) - reach
    square = _cut(pixels, left, top, 2 * reach)
    scale = INPUT / (2 * reach)
    return View(np.ascontiguousarray(np.rot90(scaled(square, scale), seen.turn)), scale, seen.turn, (left * scale, top * scale))


def _cut(pixels: Pixels, left: int, top: int, side: int) -> Pixels:
    square = np.full((side, side, 3), 128, dtype=np.uint8)
    height, width = pixels.shape[:2]
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + side), min(height, top + side)
    if x0 < x1 and y0 < y1:
        square[y0 - top : y1 - top, x0 - left : x1 - left] = pixels[y0:y1, x0:x1]
    return square
