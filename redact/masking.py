"""Solid, opaque masks. Blur and mosaic are not offered: with a roster at hand both are undone."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from redact.finding import Shape
from redact.geometry import Quad
from redact.page import Page
from redact.redaction import Redaction

Mask = NDArray[np.bool_]
BLACK = (0, 0, 0)


def mask(page: Page, redactions: Iterable[Redaction], fill: tuple[int, int, int] = BLACK) -> Page:
    """Return a new page on which every pixel of every redaction is `fill` (RGB). The words are dropped."""
    pixels = page.pixels.copy()
    pixels[covered(page.width, page.height, redactions)] = fill
    return Page(number=page.number, pixels=pixels, dpi=page.dpi)


def covered(width: int, height: int, redactions: Iterable[Redaction]) -> Mask:
    """Return the promised pixels, (height, width) bool: every pixel whose square a redaction touches."""
    promised = np.zeros((height, width), dtype=np.bool_)
    for redaction in redactions:
        fill_shape(promised, redaction.quad, redaction.shape)
    return promised


def fill_shape(promised: Mask, quad: Quad, shape: Shape) -> None:
    """Set every pixel of `promised` (H, W) that the shape touches. What lies off the page is left out."""
    box = quad.box().clip(promised.shape[1], promised.shape[0])
    if box is None:
        return
    x = np.arange(box.x0, box.x1, dtype=np.float64)[None, :] + 0.5
    y = np.arange(box.y0, box.y1, dtype=np.float64)[:, None] + 0.5
    touched = _touches_quad(x, y, quad) if shape is Shape.QUAD else _touches_ellipse(x, y, quad)
    promised[box.y0 : box.y1, box.x0 : box.x1] |= touched


def _touches_quad(x: NDArray[np.float64], y: NDArray[np.float64], quad: Quad) -> Mask:
    # Separating axes: the pixel square and the convex quad are apart exactly where one of the quad's edges or one of
    # the page's axes parts them; the page's axes are the bounding box, which the caller has cut out.
    inside = np.ones(np.broadcast_shapes(x.shape, y.shape), dtype=np.bool_)
    for i in range(4):
        (ax, ay), (bx, by) = quad.points[i - 1], quad.points[i]
        dx, dy = bx - ax, by - ay
        reach = (abs(dx) + abs(dy)) / 2
        inside &= dx * (y - ay) - dy * (x - ax) > -reach
    return inside


def _touches_ellipse(x: NDArray[np.float64], y: NDArray[np.float64], quad: Quad) -> Mask:
    # Half a pixel's diagonal outward on both axes: no pixel that the ellipse touches is left.
    grown = quad.grow(0.7072, 0.7072)
    ux, uy = grown.direction
    cx, cy = grown.centre
    along = ((x - cx) * ux + (y - cy) * uy) / (grown.length / 2)
    across = (-(x - cx) * uy + (y - cy) * ux) / (grown.thickness / 2)
    # The grown ellipse may reach over the quad's edge by that half diagonal, the quad's touched pixels bound it.
    return (along**2 + across**2 <= 1.0) & _touches_quad(x, y, quad)


def masked_share(quad: Quad, promised: Mask, shape: Shape = Shape.QUAD) -> float:
    """Return the share of the quad's pixels on the page that are promised, a (H, W) bool mask; 1 where it has none on the page."""
    box = quad.box().clip(promised.shape[1], promised.shape[0])
    if box is None:
        return 1.0
    window = promised[box.y0 : box.y1, box.x0 : box.x1]
    area = window.copy()
    area[:] = False
    moved = Quad.of([(x - box.x0, y - box.y0) for x, y in quad.points])
    fill_shape(area, moved, shape)
    return float(window[area].mean()) if area.any() else 1.0
