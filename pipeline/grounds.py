"""The coloured ground of a portrait, which a network takes for a seal where a ring lies across the photograph.

It is known by the face before it and by being flat: beside the head, on both sides, lies one colour. Only where nothing of an ink's colour
is left besides that ground and the seals that were found by themselves, and nothing is pressed on the ground, is it none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Finding, Look, NotLooked, Shape
from redact.geometry import Quad
from redact.masking import fill_shape
from redact.page import Page

# The place is looked at with so many px a millimetre at most.
PX_PER_MM = 4.0
# Beside a head: so far from the middle of the eyes on both sides, and from where to where above it, in lengths of the eye band.
ASIDE, ABOVE = (0.70, 0.84), (0.2, 0.8)
# Of that so much is coloured, at least, and so much of it has the same colour.
COLOURED, ALIKE = 0.5, 0.8
# Colour, as what it adds to grey, absorbance: walls and ink have more than the first, skin .2 to .4; pale ink on paper has more than
# the second, dark ink is darker than the third, absorbance. On a person, what is darker than this many levels is hair or cloth.
COLOUR, ON_PAPER, DARK, CLOTH = 0.55, 0.06, 0.2, 130
# A photograph is at most so many times as high as wide.
HIGH = 1.5
# One colour: channels that differ no more, levels, of pixels that are the middle ones of their neighbours.
SAME = 22
# A ground is so wide everywhere, mm; around it pixels are mixed, mm.
FLAT_MM, MIXED_MM = 2.0, 0.8
# What is pressed on a ground is darker, and stands so far from the person, mm.
AWAY_MM = 0.8
# Pale ink on a person: so much more colour than around it, within so many mm; lips and hair have so many square mm of that.
PALE, STROKES_MM, PALE_MM2 = 0.12, 5.0, 5.5
# Pale ink on a ground: so many levels darker than around it.
FAINT = 7.0
# Less ink than this is specks, square mm: a stroke of a chop is 4 mm long.
SPECKS_MM2 = 1.0
# Seals' places are so much wider, mm.
AROUND_MM = 0.6
Flags = NDArray[np.bool_]


def without_grounds(page: Page, seals: Look, bands: Sequence[Quad]) -> Look:
    """Return the look at seals without what is a portrait's ground. `bands`: places of eyes, of faces that are no guess."""
    if isinstance(seals, NotLooked):
        return seals
    found = seals.findings
    return replace(seals, findings=tuple(f for f in found if not _is_ground(page, f, [o for o in found if o is not f], bands)))


def certain_bands(faces: Look) -> list[Quad]:
    """Return the places of eyes of the faces that are no guess."""
    return [] if isinstance(faces, NotLooked) else [face.quad for face in faces.findings if face.hint == "certain"]


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """A piece of the page around a seal, (h, w, 3) uint8, and how it lies there: px of the page at its corner, and px per page px."""

    pixels: NDArray[np.uint8]
    corner: tuple[int, int]
    scale: float
    px_per_mm: float

    def place(self, quad: Quad, around_mm: float = 0.0, shape: Shape = Shape.QUAD) -> Flags:
        """Return where a quad of the page lies in the view."""
        moved = Quad.of([((x - self.corner[0]) * self.scale, (y - self.corner[1]) * self.scale) for x, y in quad.points])
        place = np.zeros(self.pixels.shape[:2], np.bool_)
        fill_shape(place, moved.grow(around_mm * self.px_per_mm, around_mm * self.px_per_mm), shape)
        return place

    def kernel(self, mm: float) -> NDArray[np.uint8]:
        size = 2 * max(1, round(mm * self.px_per_mm / 2)) + 1
        kernel: NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.uint8)
        return kernel


def _is_ground(page: Page, seal: Finding, others: Iterable[Finding], bands: Sequence[Quad]) -> bool:
    faces = [band for band in bands if seal.quad.contains(*band.centre)]
    if seal.shape is not Shape.QUAD or seal.hint == "edge" or not faces:
        return False
    view = _view(page, seal.quad)
    if view is None:
        return False
    looked = view.place(seal.quad)
    known = np.zeros(looked.shape, np.bool_)
    for other in others:
        # Two such places over one photograph must not explain each other.
        if other.shape is not Shape.QUAD or not any(other.quad.contains(*band.centre) for band in bands):
            known |= view.place(other.quad, AROUND_MM, other.shape)
    colour, dark = _colour(view.pixels)
    grounds = [ground for face in faces if (ground := _ground(view, face, colour)) is not None]
    if not grounds or any(_pressed_on(view, ground, known) for ground in grounds):
        return False
    paper = np.ones(looked.shape, np.bool_)
    for ground in grounds:
        known |= _wider(ground.place, view.kernel(2 * MIXED_MM))
        paper[ground.photograph] = False
    on_paper = looked & ~known & paper & ((colour > ON_PAPER) | (dark > DARK))
    person = looked & ~known & ~paper & (view.pixels.max(axis=2) > CLOTH)
    strong, pale = person & (colour > COLOUR), person & (colour - _around(100 * colour, view) / 100 > PALE)
    return max(_ink(on_paper, view), _ink(strong, view)) <= SPECKS_MM2 and _ink(pale, view) <= PALE_MM2


def _view(page: Page, quad: Quad) -> _View | None:
    box = quad.grow(0.15 * quad.length, 0.15 * quad.length).box().clip(page.width, page.height)
    if box is None or min(box.x1 - box.x0, box.y1 - box.y0) < 8:
        return None
    scale = min(1.0, PX_PER_MM / page.px_per_mm)
    window = np.ascontiguousarray(page.pixels[box.y0 : box.y1, box.x0 : box.x1])
    size = max(8, round(window.shape[1] * scale)), max(8, round(window.shape[0] * scale))
    pixels: NDArray[np.uint8] = cv2.medianBlur(cv2.resize(window, size, interpolation=cv2.INTER_AREA), 3).astype(np.uint8)
    return _View(pixels, (box.x0, box.y0), scale, page.px_per_mm * scale)


def _colour(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return what colour adds to the grey of each pixel, and how dark it is, absorbance."""
    paper = np.percentile(pixels.reshape(-1, 3), 95, axis=0)
    red, green, blue = np.moveaxis(np.log((paper + 3) / (pixels.astype(np.float32) + 3)), 2, 0)
    redness, blueness = np.minimum(green, (green + blue) / 2) - red, np.minimum(red, (red + green) / 2) - blue
    return np.maximum(redness, blueness).astype(np.float32), ((red + green + blue) / 3).astype(np.float32)


def _around(values: NDArray[np.float32], view: _View) -> NDArray[np.float32]:
    """Return the middle one of the values around each pixel, 0 to 255, as far as strokes reach."""
    size = 2 * round(STROKES_MM * view.px_per_mm / 2) + 1
    middle: NDArray[np.float32] = cv2.medianBlur(np.clip(np.round(values), 0, 255).astype(np.uint8), size).astype(np.float32)
    return middle


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """Where a portrait's ground lies, the photograph's rows and columns, and the ground's colour."""

    place: Flags
    photograph: tuple[slice, slice]
    shade: NDArray[np.int16]


def _ground(view: _View, face: Quad, colour: NDArray[np.float32]) -> _Ground | None:
    """Return the ground beside a head, where that has a colour and is flat on both sides."""
    sides = [_beside(view, face, side) for side in (-1, 1)]
    if any(not side.any() or (colour[side] > COLOUR).mean() < COLOURED for side in sides):
        return None
    pixels = view.pixels.astype(np.int16)
    samples = [pixels[side & (colour > COLOUR)] for side in sides]
    shade = np.median(np.concatenate(samples), axis=0).astype(np.int16)
    if any((np.abs(sample - shade).max(axis=1) <= SAME).mean() < ALIKE for sample in samples):
        return None
    same = (np.abs(pixels - shade).max(axis=2) <= SAME).astype(np.uint8)
    labels = cv2.connectedComponents(cv2.morphologyEx(same, cv2.MORPH_OPEN, view.kernel(FLAT_MM)), connectivity=4)[1]
    beside = np.unique(labels[sides[0] | sides[1]])
    rows, columns = np.nonzero(np.isin(labels, beside[beside > 0]))
    if not rows.size:
        return None
    # Hair parts the ground above the shoulders from that beside them.
    wide = int(columns.max() - columns.min())
    photograph = slice(int(rows.min()), int(rows.min() + HIGH * wide)), slice(int(columns.min()), int(columns.max()) + 1)
    within = np.zeros(labels.shape, np.uint8)
    within[photograph] = same[photograph]
    parts = cv2.connectedComponents(within, connectivity=4)[1]
    wide_parts = np.unique(parts[(labels > 0) & (within > 0)])
    return _Ground(np.isin(parts, wide_parts), photograph, shade)


def _beside(view: _View, face: Quad, side: int) -> Flags:
    (x, y), (u, v), length = face.centre, face.direction, face.length
    along, up = side * sum(ASIDE) / 2 * length, sum(ABOVE) / 2 * length
    centre = x + along * u + up * v, y + along * v - up * u
    half = (ASIDE[1] - ASIDE[0]) / 2 * length, (ABOVE[1] - ABOVE[0]) / 2 * length
    return view.place(Quad.centred(centre, *half, float(np.arctan2(v, u))))


def _pressed_on(view: _View, ground: _Ground, known: Flags) -> bool:
    """True where ink lies on a ground: darker than that, in no brighter colour, and not where the person before it begins."""
    pixels = view.pixels.astype(np.int16)
    darker = (pixels <= ground.shade + SAME).all(axis=2) & (pixels.sum(axis=2) < ground.shade.sum() - SAME)
    within = cv2.morphologyEx(ground.place.astype(np.uint8), cv2.MORPH_CLOSE, view.kernel(4 * FLAT_MM)) > 0
    person = cv2.morphologyEx((within & ~ground.place).astype(np.uint8), cv2.MORPH_OPEN, view.kernel(FLAT_MM))
    near = _wider(person > 0, view.kernel(2 * AWAY_MM))
    # Pale ink is as bright as the ground nearly: it is darker than what lies around it.
    wall, channel = _inner(ground.place, view.kernel(2 * AWAY_MM)), int(ground.shade.argmax())
    brightest = _smooth(np.where(wall, view.pixels[..., channel], ground.shade[channel]).astype(np.uint8))
    pale = wall & (_around(brightest, view) - brightest > FAINT)
    ink = (darker & ~ground.place) | pale
    return _ink(ink & within & ~near & ~known, view) > SPECKS_MM2


def _smooth(channel: NDArray[np.uint8]) -> NDArray[np.float32]:
    smooth: NDArray[np.float32] = cv2.GaussianBlur(channel, (0, 0), 1.0).astype(np.float32)
    return smooth


def _inner(place: Flags, kernel: NDArray[np.uint8]) -> Flags:
    inner: Flags = cv2.erode(cv2.morphologyEx(place.astype(np.uint8), cv2.MORPH_CLOSE, kernel), kernel) > 0
    return inner


def _wider(place: Flags, kernel: NDArray[np.uint8]) -> Flags:
    wider: Flags = cv2.dilate(place.astype(np.uint8), kernel) > 0
    return wider


def _ink(place: Flags, view: _View) -> float:
    return float(place.sum()) / view.px_per_mm**2
