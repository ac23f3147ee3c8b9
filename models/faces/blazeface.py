"""BlazeFace, short range (Bazarevsky et al. 2019, arXiv:1907.05047): a second opinion, close up, on what CenterFace saw.

Its eye points are the better ones on faces of few pixels. Tiles of the whole page, in four turns, would cost 0.4 to 1.3 s
a page and found no face that CenterFace did not hint at (the card of BlazeFace has the numbers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.models.faces.sighting import Pixels, Sighting, Source, View, scaled
from redact.models.runtime import Network, network

FILE = "face_detection_short_range.tflite"
# The side of the network's input, px.
INPUT = 128
# What mediapipe's face detector runs this file with: the least score; the overlap (area in common by area of both) from which two boxes
# are one face; and the grids over the picture, cells a side and answers a cell.
THRESHOLD = 0.5
OVERLAP = 0.3
GRIDS = ((16, 2), (8, 6))
# The square of a second look, in the first one's sides.
CLOSE_UP = 2.0
LEAST_REACH_PX = 8
Floats = NDArray[np.float32]


def look_again(pixels: Pixels, seen: Sequence[Sighting]) -> list[Sighting]:
    """Return what this network sees close up where another one saw faces, each in that one's turn.

    Raises WeightsError, EngineError.
    """
    return [second for first in seen for second in _look_once(close_up(pixels, first))]


def load() -> None:
    """Load the network now. Raises WeightsError, EngineError."""
    _network()


def _network() -> Network:
    return network(FILE)


def _look_once(view: View) -> list[Sighting]:
    picture = view.pixels
    if picture.shape[:2] != (INPUT, INPUT):
        picture = np.asarray(cv2.resize(picture, (INPUT, INPUT), interpolation=cv2.INTER_LINEAR), np.uint8)
    answers, logits = _network()((picture.astype(np.float32) / 127.5 - 1.0)[None])
    if not (np.isfinite(answers).all() and np.isfinite(logits).all()):
        # Not-a-number is below every threshold: a broken network would see no face.
        raise EngineError(engine=FILE, what="not-finite")
    # Beyond this the exponential overflows, and the score is 0 or 1 all the same.
    scores = np.asarray(1 / (1 + np.exp(-np.clip(logits[0, :, 0], -80, 80))), np.float32)
    seen = scores >= THRESHOLD
    rows = _corners_and_eyes(answers[0][seen], _anchors()[seen])
    return [_sighting(view, row, score) for row, score in _merged(rows, scores[seen])]


@cache
def _anchors() -> Floats:
    """Return the middles (N, 2) of the cells that the answers belong to, in sides of the input."""
    return np.concatenate([_middles(cells).repeat(answers, axis=0) for cells, answers in GRIDS])


def _middles(cells: int) -> Floats:
    y, x = np.mgrid[:cells, :cells]
    return np.asarray((np.stack([x, y], axis=-1).reshape(-1, 2) + 0.5) / cells, np.float32)


def _corners_and_eyes(answers: Floats, anchors: Floats) -> Floats:
    """Return the corners, the right and the left eye, (N, 8), that answers (N, 16) stand for, in sides of the input.

    An answer is the box's middle and size and six points, the eyes first, in px from the middle of its cell.
    """
    sides = answers / INPUT
    middle, half = sides[:, :2] + anchors, sides[:, 2:4] / 2
    return np.concatenate([middle - half, middle + half, sides[:, 4:6] + anchors, sides[:, 6:8] + anchors], axis=1)


def _merged(rows: Floats, scores: Floats) -> Iterator[tuple[Floats, float]]:
    """Yield one row and score a face, the surest first: the mean of the rows whose boxes overlap it, by their scores."""
    order = np.argsort(-scores, kind="stable")
    while order.size:
        near = _overlaps(rows[order[0], :4], rows[order, :4]) > OVERLAP
        # A box without area does not even overlap itself.
        near[0] = True
        yield np.average(rows[order[near]], axis=0, weights=scores[order[near]]), float(scores[order[0]])
        order = order[~near]


def _overlaps(box: Floats, boxes: Floats) -> Floats:
    """Return the area that each box (N, 4) has in common with one, as a share of the area of both."""
    common = np.maximum(0, np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])).prod(axis=1)
    both = (box[2:] - box[:2]).prod() + (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) - common
    return np.asarray(common / np.maximum(both, 1e-9), np.float32)


def _sighting(view: View, row: Floats, score: float) -> Sighting:
    height, width = view.pixels.shape[:2]
    x0, y0, x1, y1, *eyes = (float(value) * side for value, side in zip(row, (width, height) * 4, strict=True))
    return view.sighting((x0, y0, x1, y1), (eyes[0], eyes[1]), (eyes[2], eyes[3]), score, Source.BLAZEFACE)


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
