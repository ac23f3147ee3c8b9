"""How a page lies: by how many quarter turns its text is turned, as its own lines say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.models.runtime import Network
from redact.models.text.detect import Region
from redact.models.text.strip import Bytes, Floats, Strip, column, straight

VOTERS = 24
LONG = 1.5
SAMPLE = 5
SURE = 0.75
"""Mean probability of a reading above which nothing else is tried, unless the line seems to stand on its head."""
CLEAR, ON_HEAD = 0.95, 0.9
"""A line upside down reads as a character or two, at up to .87; one at CLEAR is read, whatever the classifier holds it for."""
CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
HEIGHT, WIDTH = 48, 192
DIRECTIONS: tuple[tuple[float, float], ...] = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))
"""Reading directions of a page turned by 0 to 3 quarters clockwise, in page px."""


def along(corners: Floats, turn: int) -> Floats:
    """Return the corners (4, 2) from the top left of a text that is turned by `turn` quarters clockwise."""
    edges = np.roll(corners, -1, axis=0) - corners
    first = int((edges @ np.array(DIRECTIONS[turn % 4]) / np.maximum(np.hypot(*edges.T), 1e-9)).argmax())
    return np.roll(corners, -first, axis=0)


def turn_of(image: Bytes, regions: Sequence[Region], classifier: Network, read: Callable[[Strip], float]) -> int:
    """Return the quarter turns, clockwise, by which the page's text is turned: 0 to 3.

    `read` returns the score of a strip: where most boxes are tall it tells a page on its side from vertical print.
    """
    boxes = [along(region.corners, 0) for region in regions]
    sides = [(float(np.hypot(*(b[1] - b[0]))), float(np.hypot(*(b[2] - b[1])))) for b in boxes]
    tall = sum(h for w, h in sides if h >= LONG * w)
    lies = tall > sum(w for w, h in sides if w >= LONG * h)
    voters = [b for b, (w, h) in zip(boxes, sides, strict=True) if (h >= LONG * w if lies else w >= LONG * h)]
    voters = sorted(voters, key=lambda b: -float(np.hypot(*(b[2] - b[0]))))[:VOTERS]
    if not voters:
        return 0
    turn = int(lies)
    turn += 2 * _upside_down([straight(image, along(b, turn), HEIGHT) for b in voters], classifier)
    return _unless_columns(image, voters[:SAMPLE], turn, read) if lies else turn


def stands_on_head(strip: Strip, classifier: Network) -> bool:
    """True where the classifier holds a single strip for upside down, with next to no doubt."""
    return float(classifier(_prepared(strip))[0][0, 1]) >= ON_HEAD


def _upside_down(strips: Sequence[Strip], classifier: Network) -> bool:
    votes = classifier(np.concatenate([_prepared(strip) for strip in strips]))[0]
    return float((votes[:, 1] - votes[:, 0]).sum()) > 0


def _prepared(strip: Strip) -> NDArray[np.float32]:
    batch = np.zeros((1, 3, HEIGHT, WIDTH), np.float32)
    image = strip.image if strip.width <= WIDTH else cv2.resize(strip.image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    batch[0, :, :, : image.shape[1]] = (image.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return batch


def _unless_columns(image: Bytes, boxes: Sequence[Floats], turn: int, read: Callable[[Strip], float]) -> int:
    """Return `turn`, or 0 or 2 where the tall boxes read better as columns of upright glyphs."""
    scores = {turn: float(np.mean([read(straight(image, along(b, turn), HEIGHT)) for b in boxes]))}
    if scores[turn] < SURE:
        for upright in (0, 2):
            scores[upright] = float(np.mean([read(column(image, along(b, upright), HEIGHT)) for b in boxes]))
    return max(scores, key=lambda t: scores[t])
