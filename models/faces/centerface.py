"""CenterFace: an anchor-free face network that finds most faces of a page in one look per quarter turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.errors import EngineError
from redact.models.faces.sighting import LARGEST_SCALE, QUARTER_TURNS, Pixels, Rectangle, Sighting, Source, View, scaled, turned
from redact.models.runtime import network

FILE = "centerface.onnx"
LONG_SIDE = 800
# A strip keeps this short side, or its faces would vanish, as long as its long side stays below the limit.
SHORT_SIDE = 400
LONGEST_SIDE = 4800
# A hint is enough: what stays weak needs a second opinion to count (see gate).
THRESHOLD = 0.1
OVERLAP = 0.3
STRIDE = 4
# Faces smaller than this, in px of the network's input, are looked at again where so many of this score stand together.
CROWD_SIDE = 24.0
CROWD_SCORE = 0.25
CROWD = 3
CROWD_ROOM = 5.0
# Both sides of the network's input are multiples of it.
CELL = 32
# A printed picture's dots are gone at this blur (sigma, px) of a copy of this long side; 2 px found 89 % of the faces in
# coarse halftone where 0 found 66 %, and 3 px lost faces in dithered and faxed ones.
BLURRED_LONG_SIDE = 1600
BLUR = 2.0

Array = NDArray[np.float32]


def load() -> None:
    """Load the network now. Raises WeightsError, EngineError."""
    network(FILE)


def look(pixels: Pixels) -> list[Sighting]:
    """Return the faces that CenterFace sees in the four quarter turns of a page, (H, W, 3) uint8 RGB. Raises EngineError."""
    scale = scale_for(pixels.shape[1], pixels.shape[0])
    return [sighting for view in turned(scaled(pixels, scale), scale) for sighting in look_once(view)]


def look_blurred(pixels: Pixels) -> list[Sighting]:
    """Return what CenterFace sees as `look` does when the dots of print are blurred away. Raises EngineError."""
    scale = scale_for(pixels.shape[1], pixels.shape[0])
    first = min(1.0, max(scale, BLURRED_LONG_SIDE / max(pixels.shape[:2])))
    soft = np.asarray(cv2.GaussianBlur(scaled(pixels, first), (0, 0), BLUR), dtype=np.uint8)
    return [sighting for view in turned(scaled(soft, scale / first), scale) for sighting in look_once(view)]


def look_closer(pixels: Pixels, seen: Sequence[Sighting]) -> list[Sighting]:
    """Return what is seen at twice the scale round small faces, in their turn: a group photo holds more of them. Raises EngineError."""
    scale = scale_for(pixels.shape[1], pixels.shape[0])
    closer = min(LARGEST_SCALE, 2 * scale)
    small = [sighting for sighting in seen if sighting.score >= CROWD_SCORE and sighting.side * scale < CROWD_SIDE]
    if len(small) < CROWD or closer < 1.25 * scale:
        return []
    turn = max(QUARTER_TURNS, key=lambda turn: sum(sighting.score for sighting in small if sighting.turn == turn))
    return list(look_once(_region(pixels, [sighting for sighting in small if sighting.turn == turn], closer, turn)))


def _region(pixels: Pixels, crowd: Sequence[Sighting], scale: float, turn: int) -> View:
    """Return the view of the place where the crowd stands, with some room round it."""
    height, width = pixels.shape[:2]
    room = CROWD_ROOM * max(sighting.side for sighting in crowd)
    x0 = max(0, floor(min(sighting.box[0] for sighting in crowd) - room))
    y0 = max(0, floor(min(sighting.box[1] for sighting in crowd) - room))
    x1 = min(width, ceil(max(sighting.box[2] for sighting in crowd) + room))
    y1 = min(height, ceil(max(sighting.box[3] for sighting in crowd) + room))
    cut = np.rot90(scaled(pixels[y0:y1, x0:x1], scale), turn)
    return View(np.ascontiguousarray(cut), scale, turn, (x0 * scale, y0 * scale))


def scale_for(width: int, height: int) -> float:
    """Return by how much a page of (width, height) px is scaled before the network looks at it."""
    long, short = max(width, height), min(width, height)
    strip = min(SHORT_SIDE / short, LONGEST_SIDE / long)
    return min(LARGEST_SCALE, max(LONG_SIDE / long, strip))


def look_once(view: View) -> Iterator[Sighting]:
    """Yield the faces that stand upright in one view. Raises EngineError."""
    heat, size, offset, points = network(FILE)(_batch(view.pixels))
    rows, columns = np.nonzero(heat[0, 0] > THRESHOLD)
    if rows.size == 0:
        return
    scores = heat[0, 0, rows, columns]
    boxes = _boxes(rows, columns, size[0], offset[0])
    if not np.isfinite(boxes).all():
        raise EngineError(engine=FILE, what="no numbers")
    for i in _strongest(boxes, scores):
        x0, y0, x1, y1 = (float(v) for v in boxes[i])
        eyes = points[0, :4, rows[i], columns[i]]
        right = (x0 + float(eyes[1]) * (x1 - x0), y0 + float(eyes[0]) * (y1 - y0))
        left = (x0 + float(eyes[3]) * (x1 - x0), y0 + float(eyes[2]) * (y1 - y0))
        box: Rectangle = (x0, y0, x1, y1)
        yield view.sighting(box, right, left, float(scores[i]), Source.CENTERFACE)


def _batch(pixels: Pixels) -> Array:
    height, width = pixels.shape[:2]
    padded = cv2.copyMakeBorder(pixels, 0, -height % CELL, 0, -width % CELL, cv2.BORDER_CONSTANT)
    return np.asarray(padded, dtype=np.float32).transpose(2, 0, 1)[None]


def _boxes(rows: NDArray[np.intp], columns: NDArray[np.intp], size: Array, offset: Array) -> Array:
    """Return (n, 4) x0, y0, x1, y1 in px of the network's input."""
    height = np.exp(size[0, rows, columns]) * STRIDE
    width = np.exp(size[1, rows, columns]) * STRIDE
    left = (columns + offset[1, rows, columns] + 0.5) * STRIDE - width / 2
    top = (rows + offset[0, rows, columns] + 0.5) * STRIDE - height / 2
    return np.stack([left, top, left + width, top + height], axis=1).astype(np.float32)


def _strongest(boxes: Array, scores: Array) -> list[int]:
    corners = [(float(x0), float(y0), float(x1 - x0), float(y1 - y0)) for x0, y0, x1, y1 in boxes]
    return [int(i) for i in cv2.dnn.NMSBoxes(corners, [float(s) for s in scores], THRESHOLD, OVERLAP)]
