"""What the benchmarks that draw their own sheets have in common."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.truth import Instance

Pixels = NDArray[np.uint8]


def middle(instance: Instance) -> tuple[float, float]:
    """Return the mean of an instance's corners, px."""
    x, y = np.mean(instance.parts[0], axis=0)
    return float(x), float(y)


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    """Return pixels (H, W, 3) RGB as they are after a JPEG of that quality, 1 to 100."""
    _, stream = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(stream, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])
