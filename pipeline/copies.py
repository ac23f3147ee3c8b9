"""The copies of a name or a unit in a watermark that is printed again and again all over a page.

Between two rows of print, or in a photograph's shade, a reader reads some of them and not the others. All are of one form: where one
was read, its letters are laid over the page, and where the same letters stand, there is a copy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import atan2

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.finding import Category, Engine, Finding
from redact.geometry import Box, Quad, share_inside
from redact.masking import Mask, fill_shape
from redact.models.text.watermark import DARK, MANY, Ink, repeated_inks
from redact.page import Page, Word

ENGINE = Engine("copies", "1")
COPY = "copy"
"""The hint of a name or unit that was not read: its letters have the form of others of the page that were."""

EXACT = "exact"

# Letters are compared where a line is so many px high, their strokes by what is finer than this and broader than that, px.
HIGH, BROAD, SOFT = 20, 4.0, 1.0
# A copy's letters agree with those that were read by this coefficient of correlation: on benchmarks.watermarks --tiled, 13 pages of the
# seeds 40000 and 41000, the letters of 256 names and units agree by .87 and more (5 more are cut by the page's edge), others on 11 of the
# pages by .67 at most, by .77 on a photograph, and by .91 with a few strokes that were taken for the name. One name alone that was read in
# a photograph is less like the others.
ALIKE = 0.75
# This share of a form's strokes can be seen where it is compared, and as much as this share of those is drawn there: the grain of
# paper may be of any form.
SEEN, DRAWN = 0.25, 0.15
# Of what is drawn where a watermark's letters are read, this share at least is their ink; the rest is print across them.
OWN = 0.35
# A piece of a line is so many times as long as high.
LONG = 3.5
# So many findings are looked for at most: in a photograph no two copies are quite of one form.
MOST = 8
# Two copies share no more of their places.
SHARED = 0.25
# A letter that the page's edge cuts is as near to it, in line heights, and what is left of it has this much ink, in line heights squared.
NEAR, LEAST = 0.5, 0.02
# As much of a pixel is ink where a thin stroke crosses it.
INK = 0.25
# Letters of a line are no further apart, in line heights; lines are no nearer.
APART, BETWEEN = 0.6, 0.25

Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """The strokes of one ink, (h, w) float, and where they can be seen, (h, w) 0 or 1: not under print, not off the page."""

    strokes: Floats = field(repr=False)
    seen: Floats = field(repr=False)

    def cut(self, box: Box) -> _Drawn:
        """Return what lies in a box."""
        return _Drawn(self.strokes[box.y0 : box.y1, box.x0 : box.x1], self.seen[box.y0 : box.y1, box.x0 : box.x1])

    def bordered(self, down: int, across: int) -> _Drawn:
        """Return the same with a border in which nothing can be seen, px."""
        strokes, seen = (
            cv2.copyMakeBorder(a, down, down, across, across, cv2.BORDER_CONSTANT, value=0.0) for a in (self.strokes, self.seen)
        )
        return _Drawn(np.asarray(strokes, np.float32), np.asarray(seen, np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    """The letters of a finding, or of a piece of it. `corner`: where they were cut from the page, px; `whole`: the finding's place."""

    finding: Finding
    letters: _Drawn
    corner: tuple[int, int]
    whole: Quad


def copies(page: Page, letters: Sequence[Finding], found: Sequence[Finding], printed: Sequence[Word]) -> tuple[Finding, ...]:
    """Return where a page's watermarks say again what was found, and what the page's edge cuts off of the same, in page px.

    `letters`: names and units that were found in watermarks; `found`: those found in what was read of the page itself, `printed`. Of
    all these the ones that are drawn in a watermark's ink are looked for.
    """
    pale = (finding for finding in found if _is_pale(page, finding.quad))
    texts = [finding for finding in (*letters, *pale) if finding.category in (Category.NAME, Category.UNIT)]
    if not texts:
        return ()
    # What was read by the letter is the name, or the unit, and all of it.
    whole = {finding.category for finding in texts if finding.hint == EXACT}
    texts = [finding for finding in texts if finding.hint == EXACT or finding.category not in whole]
    lines = [word.quad for word in printed if word.text]
    pictures = repeated_inks(np.ascontiguousarray(page.pixels[..., ::-1]), [finding.quad for finding in texts], lines)
    drawn = [(finding, [_share(picture, finding) for picture in pictures]) for finding in texts]
    own = [[finding for finding, shares in drawn if shares[i] == max(shares) >= OWN] for i in range(len(pictures))]
    return tuple(copy for picture, some in zip(pictures, own, strict=True) if some for copy in _copies(picture, some))


def _is_pale(page: Page, place: Quad) -> bool:
    """True where ink in a place is as pale as a watermark's, beside its paper: most print is told from it without a look at the page."""
    box = place.box().clip(page.width, page.height)
    if box is None:
        return False
    grey = cv2.cvtColor(np.ascontiguousarray(page.pixels[box.y0 : box.y1, box.x0 : box.x1]), cv2.COLOR_RGB2GRAY)
    ink, paper = np.percentile(grey, (10, 90))
    return bool(np.log((paper + 3) / (ink + 3)) < DARK)


def _share(picture: Ink, finding: Finding) -> float:
    """Return which share of what is drawn in a finding's place is a watermark's ink, 0..1."""
    inside = np.zeros(picture.letters.shape, np.bool_)
    fill_shape(inside, _scaled(finding.quad, picture.scale), finding.shape)
    pale, rest = int((inside & picture.pale).sum()), int((inside & picture.rest & ~picture.pale).sum())
    return pale / max(1, pale + rest)


def _copies(picture: Ink, found: Sequence[Finding]) -> Iterator[Finding]:
    best = sorted(found, key=lambda finding: -finding.score)[:MOST]
    scale = picture.scale * min(1.0, HIGH / (picture.scale * min(finding.quad.thickness for finding in best)))
    letters = _drawn(picture, scale / picture.scale)
    forms = [form for finding in best for form in _forms(letters, finding, scale)]
    known = list({form.whole: None for form in forms})
    for quad, form, score in _again(letters, forms):
        known.append(quad)
        yield _copy(form.finding, quad, scale, score)
    for quad, form in _cut_off(_at(picture.pale, scale / picture.scale), picture, forms, known):
        yield _copy(form.finding, quad, scale, form.finding.score)


def _drawn(picture: Ink, scale: float) -> _Drawn:
    """Return a picture's strokes at a scale, by how much darker they are than what lies around: how far apart letters stand is alike
    everywhere."""
    ink, seen = _at(picture.pale, scale), _at(~picture.hidden, scale)
    visible = np.asarray(seen > 0.5, np.float32)
    level = ink / np.maximum(seen, 0.5) * visible
    around = cv2.GaussianBlur(level, (0, 0), BROAD) / np.maximum(cv2.GaussianBlur(visible, (0, 0), BROAD), 1e-3)
    return _Drawn(np.asarray((level - around) * visible, np.float32), visible)


def _forms(letters: _Drawn, finding: Finding, scale: float) -> Iterator[_Form]:
    """Yield the pieces of a finding's letters: in a photograph a long line is of another length elsewhere."""
    whole = _scaled(finding.quad, scale)
    for piece in _pieces(whole):
        box = piece.box().clip(letters.seen.shape[1], letters.seen.shape[0])
        if box is None:
            continue
        inside = np.zeros((box.height, box.width), np.bool_)
        fill_shape(inside, Quad.of([(x - box.x0, y - box.y0) for x, y in piece.points]), finding.shape)
        cut = letters.cut(box)
        own = _Drawn(np.where(inside, cut.strokes, 0), np.where(inside, cut.seen, 0))
        if float((own.strokes**2).sum()) > 0:
            yield _Form(finding, own, (box.x0, box.y0), whole)


def _pieces(whole: Quad) -> Iterator[Quad]:
    count = max(1, round(whole.length / (LONG * whole.thickness)))
    a, b, c, d = whole.array()
    for i in range(count):
        from_, to = i / count, (i + 1) / count
        yield Quad.of([a + (b - a) * from_, a + (b - a) * to, d + (c - d) * to, d + (c - d) * from_])


def _again(letters: _Drawn, forms: Sequence[_Form]) -> Iterator[tuple[Quad, _Form, float]]:
    """Yield where forms are found again, the most alike first. Letters that were read, or are more alike, are no part of another copy."""
    places = sorted((place for form in forms for place in _alike(letters, form)), key=lambda place: -place[2])
    whole = [form.whole for form in forms]
    for quad, form, score in places:
        if share_inside(quad, whole) < SHARED:
            whole.append(quad)
            yield quad, form, score


def _alike(letters: _Drawn, form: _Form) -> Iterator[tuple[Quad, _Form, float]]:
    height, width = form.letters.seen.shape
    # Half of a form may lie off the page.
    alike = _correlation(letters.bordered(height // 2, width // 2), form.letters)
    peaks = (alike >= ALIKE) & (alike >= cv2.dilate(alike, np.ones((HIGH // 2, HIGH // 2), np.uint8)))
    for y, x in zip(*np.nonzero(peaks), strict=True):
        dx, dy = x - width // 2 - form.corner[0], y - height // 2 - form.corner[1]
        moved = [(px + dx, py + dy) for px, py in form.whole.points]
        yield Quad.of(moved), form, min(1.0, float(alike[y, x]))


def _correlation(page: _Drawn, form: _Drawn) -> Floats:
    """Return the coefficient of correlation of a form with what lies under it, for each place of its corner; 0 where too little is seen.

    Over the pixels that can be seen in both (Padfield, Masked object registration in the Fourier domain, IEEE TIP 21, 2012).
    """

    def under(picture: Floats, kernel: Floats) -> Floats:
        return np.asarray(cv2.matchTemplate(picture, kernel, cv2.TM_CCORR), np.float32)

    count = np.maximum(under(page.seen, form.seen), 1.0)
    ours, theirs = under(page.seen, form.strokes), under(page.strokes, form.seen)
    own = under(page.seen, form.strokes**2) - ours**2 / count
    other = under(page.strokes**2, form.seen) - theirs**2 / count
    whole = float((form.strokes**2).sum())
    enough = (own > SEEN * whole) & (other > DRAWN * own)
    both = under(page.strokes, form.strokes) - ours * theirs / count
    return np.asarray(np.where(enough, both / np.sqrt(np.maximum(own * other, 1e-6)), 0), np.float32)


def _cut_off(drawn: Floats, picture: Ink, forms: Sequence[_Form], known: Sequence[Quad]) -> Iterator[tuple[Quad, _Form]]:
    """Yield the ink of other lines that reaches the page's edge, as far as a name reaches into the page, where names stand all over it."""
    if len(known) < MANY:
        return
    longest = max(forms, key=lambda form: form.whole.length)
    high = min(form.whole.thickness for form in forms)
    off = _off_page(picture, (drawn.shape[1], drawn.shape[0]))
    away = cv2.distanceTransform(1 - off, cv2.DIST_L2, 3)[1:-1, 1:-1]
    ink = np.asarray((drawn > INK) & (away <= longest.whole.length + high), np.uint8)
    inside = np.zeros(drawn.shape, np.bool_)
    for quad in known:
        fill_shape(inside, quad, longest.finding.shape)
    reach = round(APART * high) | 1
    _, labels = cv2.connectedComponents(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8)))
    for label in np.unique(labels[(ink > 0) & (away <= NEAR * high)]):
        ys, xs = np.nonzero((ink > 0) & ~inside & (labels == label))
        for quad in _rows(np.column_stack([xs + 0.5, ys + 0.5]), longest.whole, high):
            yield quad, longest


def _rows(ink: NDArray[np.float64], line: Quad, high: float) -> Iterator[Quad]:
    """Yield the rectangles around pixels (N, 2), in the direction of a line, those of each row by themselves."""
    (ux, uy), order = line.direction, np.argsort(ink @ (-line.direction[1], line.direction[0]))
    along, across = ink[order] @ (ux, uy), ink[order] @ (-uy, ux)
    for row in np.split(np.arange(len(order)), np.nonzero(np.diff(across) > BETWEEN * high)[0] + 1):
        if len(row) >= LEAST * high * high:
            u, v = (along[row].min(), along[row].max()), (across[row[0]], across[row[-1]])
            middle, height = (u[0] + u[1]) / 2, (v[0] + v[1]) / 2
            centre = middle * ux - height * uy, middle * uy + height * ux
            yield Quad.centred(centre, (u[1] - u[0]) / 2 + 1, (v[1] - v[0]) / 2 + 1, atan2(uy, ux))


def _off_page(picture: Ink, size: tuple[int, int]) -> Bits:
    """Return 1 where a picture does not show the page, with a rim of 1 px around it."""
    off = np.asarray(1 - cv2.resize(picture.paper.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST), np.uint8)
    whole = cv2.copyMakeBorder(off, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(whole)
    # A dark picture on the page is none of its edges.
    return np.asarray(labels == labels[0, 0], np.uint8)


def _copy(finding: Finding, quad: Quad, scale: float, score: float) -> Finding:
    return replace(finding, quad=_scaled(quad, 1 / scale), score=score, engine=ENGINE, hint=COPY)


def _at(bits: Mask, scale: float) -> Floats:
    size = max(1, round(bits.shape[1] * scale)), max(1, round(bits.shape[0] * scale))
    small = cv2.resize(bits.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), SOFT), np.float32)


def _scaled(quad: Quad, scale: float) -> Quad:
    return Quad.of([(x * scale, y * scale) for x, y in quad.points])
