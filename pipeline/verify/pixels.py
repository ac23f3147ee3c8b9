"""Holds a written page against the promise: masked pixels are solid, all others are the input's.

The promise is computed here from the corners alone, row by row; the masker's geometry is not used, so that a mistake
in it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.check import Check, Failed, NotRun, Passed
from redact.finding import Shape
from redact.geometry import Box, Quad
from redact.page import Page, Pixels
from redact.pipeline.write.encoded import Bound
from redact.redaction import Redaction

Promise = NDArray[np.bool_]

# A lossy codec may lighten a mask's edge; where this dark, nothing under it can be told apart.
SOLID_BELOW = 40
# A JPEG's mask changes its own MCU of 16 px, and the chroma of the next pixels by interpolation.
LOSSY_MARGIN = 18
# The masker fills every pixel that the shape touches, the promise is the pixels whose centre it holds.
EXACT_MARGIN = 1
BLOCK = 16
# Intake takes ink just off white or black away from what it reads, also when it reads a written file.
FAINT_LIGHT, FAINT_DARK = 232, 24
MOST_PLACES = 20
# Two renderers place and smooth an edge differently, by up to this many px; inside of it a mask is black to both.
RENDERER_MARGIN = 2
RENDERER_MEAN, RENDERER_BLOCK = 4.0, 48.0


def solid(written: Page, redactions: Iterable[Redaction], fill: tuple[int, int, int], bound: Bound) -> Check:
    """Show that every promised pixel is a mask: dark, and from an exact codec one single colour no lighter than `fill`."""
    open_places = [r.quad for r in redactions if not _is_solid(_inside(written, r), fill, bound)]
    if open_places:
        return Failed("pixels.solid", "not-solid", written.number, tuple(open_places))
    return Passed("pixels.solid", written.number)


def unchanged(original: Page, written: Page, redactions: Iterable[Redaction], bound: Bound) -> Check:
    """Show that outside the promise the written page is the original, within the codec's bound.

    A lossy codec's blocks around a mask are left out. The mean over blocks is held too, so that nothing faint vanishes.
    """
    number = original.number
    if original.pixels.shape != written.pixels.shape:
        return Failed("pixels.unchanged", "other-size", number)
    margin = LOSSY_MARGIN if bound.pixel else EXACT_MARGIN
    # A mask at the edge of the page touches pixels there by what lies beyond it.
    beyond = slice(EXACT_MARGIN, -EXACT_MARGIN)
    masked = _grown(promised(original, redactions, EXACT_MARGIN), margin)[beyond, beyond]
    changed = _pixels_off(original.pixels, written.pixels, masked, bound)
    if bound.pixel and not changed.any():
        changed = _blocks_off(original.pixels, written.pixels, masked, bound)
    return Failed("pixels.unchanged", "changed", number, _places(changed)) if changed.any() else Passed("pixels.unchanged", number)


def same_pages(expected: Sequence[tuple[int, int]], written: Sequence[tuple[int, int]]) -> Check:
    """Show that the file has the expected pages: sizes as (width, height), in order."""
    if len(expected) != len(written):
        return Failed("pages.same", "other-page-count")
    for number, (one, other) in enumerate(zip(expected, written, strict=True), start=1):
        if one != other:
            return Failed("pages.same", "other-page-size", number)
    return Passed("pages.same")


def same_to_another(first: Page, second: Page, redactions: Sequence[Redaction]) -> Check:
    """Show that a second renderer draws the page as the first does, at any resolution, and the masks solid.

    `redactions` are in the first page's px. A second page that is blank, of another shape, or shows what the first does
    not, fails.
    """
    number = first.number
    scale_x, scale_y = second.width / first.width, second.height / first.height
    if abs(scale_x * first.height - second.height) > 2 or abs(second.dpi / first.dpi / scale_x - 1) > 0.02:
        return Failed("renderer.second", "other-page-size", number)
    if min(second.width, second.height) < BLOCK:
        return NotRun("renderer.second", "page-too-small", number)
    drawn = cv2.resize(first.pixels, (second.width, second.height), interpolation=cv2.INTER_AREA)
    apart = cv2.absdiff(drawn, second.pixels)
    if float(apart.mean()) > RENDERER_MEAN or float(_block_means(apart).max()) > RENDERER_BLOCK:
        return Failed("renderer.second", "other-picture", number)
    open_places = [r.quad for r in redactions if not _solid_to_another(second, r, scale_x, scale_y)]
    return Failed("renderer.second", "not-solid", number, tuple(open_places)) if open_places else Passed("renderer.second", number)


def _inside(page: Page, redaction: Redaction) -> Pixels:
    """Return (N, 3): the page's pixels whose centre lies in the redaction."""
    box = redaction.quad.box().clip(page.width, page.height)
    if box is None:
        return page.pixels[:0, 0]
    return page.pixels[box.y0 : box.y1, box.x0 : box.x1][_centres_in(redaction.quad, redaction.shape, box)]


def promised(page: Page, redactions: Iterable[Redaction], beyond: int = 0) -> Promise:
    """Return (H, W) bool: every pixel whose centre lies in a redaction. `beyond`: px around the page that are told as well."""
    whole = np.zeros((page.height + 2 * beyond, page.width + 2 * beyond), dtype=np.bool_)
    for redaction in redactions:
        quad = Quad.of([(x + beyond, y + beyond) for x, y in redaction.quad.points])
        box = quad.box().clip(whole.shape[1], whole.shape[0])
        if box is not None:
            whole[box.y0 : box.y1, box.x0 : box.x1] |= _centres_in(quad, redaction.shape, box)
    return whole


def _centres_in(quad: Quad, shape: Shape, box: Box) -> Promise:
    rows = np.arange(box.y0, box.y1, dtype=np.float64) + 0.5
    columns = np.arange(box.x0, box.x1, dtype=np.float64) + 0.5
    left, right = _quad_spans(quad, rows)
    if shape is Shape.ELLIPSE:
        inner_left, inner_right = _ellipse_spans(quad, rows)
        left, right = np.maximum(left, inner_left), np.minimum(right, inner_right)
    return (columns[None, :] >= left[:, None]) & (columns[None, :] <= right[:, None])


def _quad_spans(quad: Quad, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each row enters and leaves the quad; infinite and swapped where it misses it."""
    left, right = np.full(len(rows), np.inf), np.full(len(rows), -np.inf)
    for (ax, ay), (bx, by) in zip(quad.points, (*quad.points[1:], quad.points[0]), strict=True):
        if ay == by:
            continue
        crosses = (rows >= min(ay, by)) & (rows <= max(ay, by))
        x = ax + (rows - ay) * (bx - ax) / (by - ay)
        left, right = np.where(crosses, np.minimum(left, x), left), np.where(crosses, np.maximum(right, x), right)
    return left, right


def _ellipse_spans(quad: Quad, rows: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where each row enters and leaves the ellipse in the rectangle around the quad, in the quad's direction."""
    ux, uy = quad.direction
    along, across = quad.array() @ (ux, uy), quad.array() @ (-uy, ux)
    middle, height = (along.max() + along.min()) / 2, (across.max() + across.min()) / 2
    a, b = (along.max() - along.min()) / 2, (across.max() - across.min()) / 2
    cx, cy = middle * ux - height * uy, middle * uy + height * ux
    xx, xy, dy = (ux / a) ** 2 + (uy / b) ** 2, ux * uy * (1 / a**2 - 1 / b**2), rows - cy
    root = xx - (dy / (a * b)) ** 2
    half = np.sqrt(np.maximum(root, 0)) / xx
    left, right = cx - xy * dy / xx - half, cx - xy * dy / xx + half
    return np.where(root >= 0, left, np.inf), np.where(root >= 0, right, -np.inf)


def _is_solid(pixels: Pixels, fill: tuple[int, int, int], bound: Bound) -> bool:
    """`pixels`: (N, 3), the promised ones."""
    if not len(pixels):
        return True
    if bound.pixel:
        return int(pixels.max()) < SOLID_BELOW
    return int(pixels.max()) <= max(fill) and bool((pixels == pixels[0]).all())


def _grown(masked: Promise, margin: int) -> Promise:
    return np.asarray(cv2.dilate(masked.view(np.uint8), np.ones((2 * margin + 1, 2 * margin + 1), np.uint8))).view(np.bool_)


def _pixels_off(original: Pixels, written: Pixels, masked: Promise, bound: Bound) -> Promise:
    off = ~_between(cv2.absdiff(original, written), 0, bound.pixel) & ~masked
    if off.any():
        off &= ~_faint_ink_gone(original, written)
    return off


def _faint_ink_gone(original: Pixels, written: Pixels) -> Promise:
    white = _between(written, 255, 255) & _between(original, FAINT_LIGHT, 255)
    return white | (_between(written, 0, 0) & _between(original, 0, FAINT_DARK))


def _between(pixels: Pixels, least: int, most: int) -> Promise:
    """Return (H, W) bool: all three channels lie in least..most."""
    return np.asarray(cv2.inRange(pixels, (least,) * 3, (most,) * 3)) > 0


def _blocks_off(original: Pixels, written: Pixels, masked: Promise, bound: Bound) -> Promise:
    """Return which pixels lie in a whole block without masked pixels whose mean is off by more than the bound."""
    height, width = (side // BLOCK * BLOCK for side in masked.shape)
    off = np.zeros(masked.shape, dtype=np.bool_)
    if not height or not width:
        return off
    means = [_block_means(pixels).astype(np.int16) for pixels in (original, written)]
    touched = masked[:height, :width].reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).any(axis=(1, 3))
    # Means are rounded to whole levels, each by half a level at most.
    changed = (np.abs(means[0] - means[1]).max(axis=2) > bound.mean + 1) & ~touched
    off[:height, :width] = changed.repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    return off


def _block_means(pixels: Pixels) -> Pixels:
    height, width = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    small = cv2.resize(pixels[:height, :width], (width // BLOCK, height // BLOCK), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _solid_to_another(second: Page, redaction: Redaction, scale_x: float, scale_y: float) -> bool:
    corners = [(x * scale_x, y * scale_y) for x, y in redaction.quad.points]
    moved = Quad.of(corners)
    box = moved.box().clip(second.width, second.height)
    if box is None:
        return True
    inside = np.pad(_centres_in(moved, redaction.shape, box), 1).astype(np.uint8)
    inner = cv2.erode(inside, np.ones((2 * RENDERER_MARGIN + 1,) * 2, np.uint8), borderValue=0)[1:-1, 1:-1] > 0
    seen = second.pixels[box.y0 : box.y1, box.x0 : box.x1][inner]
    return not len(seen) or int(seen.max()) < SOLID_BELOW


def _places(changed: Promise) -> tuple[Quad, ...]:
    """Return boxes around what changed, the largest first, at most MOST_PLACES."""
    near = cv2.dilate(changed.view(np.uint8), np.ones((BLOCK, BLOCK), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    rows = sorted((row for row in stats[1:]), key=lambda row: -int(row[cv2.CC_STAT_AREA]))[:MOST_PLACES]
    return tuple(Box(int(x), int(y), int(x + w), int(y + h)).quad() for x, y, w, h, _ in rows)
