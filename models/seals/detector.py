"""The seal detector: what has a seal's colour and shape, and what the network knows for one though its shape is broken.

Rings and stamps are sought in red and in blue, and in grey where a page has no colour: their outline is exact, which reading needs.
The network adds what text, pictures, other seals or the page's edge hide from that.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import radians

import cv2
import numpy as np

from redact.errors import EngineError
from redact.finding import Category, Engine, Finding, Shape
from redact.geometry import Quad
from redact.masking import fill_shape
from redact.models.seals.ink import Inks, Map, measure, threshold
from redact.models.seals.network import CLOSER, COARSE, FILE, Answer, Bits, Region, answer, regions
from redact.models.seals.pieces import LONGEST_MM, find_pieces
from redact.models.seals.rings import Ring, Rules, find_rings, inside
from redact.models.seals.stamps import Stamp, StampRules, find_stamps
from redact.models.weights import sha256
from redact.page import Page

# Beyond the fitted ring and beyond the stamp's rectangle, mm: 0.8 covers all rings of the trial, 1.5 the chops' corners.
RING_MARGIN_MM, STAMP_MARGIN_MM = 0.8, 1.5
# A mask that ends so near the page's edge is led to the edge.
EDGE_MM = 2.0
# Below this a page holds no seal, and no filter of ours fits on it.
SMALLEST_PX = 24
# How findings are called that only the network's closer look sees: what was read there may say that they are print.
CLOSER_LOOK = "seals-closer"
# A ring of 1 cm leaves some 400 px of ink at working size; a few specks are not worth a search.
FEWEST_INKED = 150


# Chops and most stamps are no broader, the margin included; what is broader looks like a seal to a closer look now and then: a portrait,
# which is red and round as well.
STAMP_MM = 28.0
# A region whose core lies under the masks of shapes by so much is found.
COVERED = 0.97
# Where a region's colour is that of red or blue ink: absorbance, mean of the region.
COLOURED = 0.04


class SealDetector:
    """Looks for seals by the colour of their ink and the shape of their frame, and with a network that has seen many."""

    @property
    def engine(self) -> Engine:
        return Engine("seals", f"4-{sha256(FILE)[:12]}")

    def find(self, page: Page) -> tuple[Finding, ...]:
        """Return the seals of the page: round and oval ones as ellipses, chops and cut seals as quads.

        Hints: the ink's colour ("red", "blue", "grey"), or "edge" for a seal that the page's edge cuts. What only the network's
        closer look sees, chops and small stamps and what resembles them, is of the engine `CLOSER_LOOK`.
        Raises EngineError if OpenCV or the network fails, WeightsError if its weights are not the manifest's.
        """
        if min(page.width, page.height) < SMALLEST_PX:
            return ()
        try:
            inks = measure(page)
            shaped = tuple(_by_shape(page, inks, self.engine))
            seen = tuple(_by_sight(page, inks, answer(page, COARSE), shaped, self.engine))
            known, closer = (*shaped, *seen), Engine(CLOSER_LOOK, self.engine.version)
            return (*known, *_by_closer_sight(page, inks, answer(page, CLOSER), known, closer))
        except cv2.error:
            raise EngineError(page=page.number, engine="seals", what="opencv") from None


def _by_closer_sight(page: Page, inks: Inks, said: Answer, known: tuple[Finding, ...], engine: Engine) -> Iterator[Finding]:
    """Yield what is small and only a closer look sees."""
    seen = _by_sight(page, inks, said, known, engine)
    yield from (one for one in seen if min(one.quad.length, one.quad.thickness) <= STAMP_MM * page.px_per_mm)


def _by_sight(page: Page, inks: Inks, said: Answer, known: tuple[Finding, ...], engine: Engine) -> Iterator[Finding]:
    """Yield what the network sees and nothing that is known covers."""
    found = _cells(said, known)
    for region in regions(said, page):
        if float(found[region.core].mean()) < COVERED:
            yield _finding(page, region.quad, region.score, _colour(region, inks), region.shape, engine)


def _cells(said: Answer, findings: tuple[Finding, ...]) -> Bits:
    """Return the cells of the answer, (h, w) bool, that findings touch."""
    touched = np.zeros(said.seal.shape, np.bool_)
    for finding in findings:
        quad = Quad.of([(x * said.scale[0], y * said.scale[1]) for x, y in finding.quad.points])
        fill_shape(touched, quad, finding.shape)
    return touched


def _colour(region: Region, inks: Inks) -> str:
    height, width = inks.red.shape
    inside = cv2.resize(region.cells.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    red, blue = (float(ink[inside].mean()) if inside.any() else 0.0 for ink in (inks.red, inks.blue))
    return "grey" if max(red, blue) < COLOURED else "red" if red >= blue else "blue"


def _by_shape(page: Page, inks: Inks, engine: Engine) -> Iterator[Finding]:
    rings: list[Ring] = []
    for ink, colour in _maps(inks):
        found, stamps = _look(ink, inks, colour)
        # A red ring is dark too.
        new = [ring for ring in found if not any(inside(ring.ellipse, other.ellipse) for other in rings)]
        rings += new
        for ring in new:
            yield _ring_finding(page, inks, ring, colour, engine)
        for stamp in stamps:
            # What is square in a ring is a piece of it, but not of one that this colour does not show: a blue chop on a red ring.
            if not any(_within(stamp, ring) for ring in (rings if colour == "grey" else found)):
                yield _stamp_finding(page, inks, stamp, colour, engine)


def _maps(inks: Inks) -> list[tuple[Map, str]]:
    """Return where to look. Grey only where there is hardly any colour: it costs as much again, and pictures have it."""
    return [(inks.red, "red"), (inks.blue, "blue")] + ([(inks.dark, "grey")] if inks.colourless else [])


def _look(ink: Map, inks: Inks, colour: str) -> tuple[list[Ring], list[Stamp]]:
    ring_rules, stamp_rules = _rules(ink, inks.px_per_mm, colour)
    inked = (ink > ring_rules.level).astype(np.uint8)
    if int(inked.sum()) < FEWEST_INKED:
        return [], []
    pieces = find_pieces(inked, inks.px_per_mm)
    rings = find_rings(ink, pieces, ring_rules)
    return rings, find_stamps(pieces, ink, inks.dark, stamp_rules, inks.px_per_mm)


def _rules(ink: Map, mm: float, colour: str) -> tuple[Rules, StampRules]:
    """Return what counts in an ink of that colour: grey is the colour of text and lines too, so it takes more to be a seal."""
    if colour == "grey":
        level = threshold(ink, 5, 0.10, 0.35)
        return Rules(level, 8 * mm, 32 * mm, 0.66, (0.0, 0.75), 60_000), StampRules(level, (0.12, 0.95), (0.85, 0.70), 9.0, 16.0)
    level = threshold(ink, 4, 0.07, 0.25)
    return Rules(level, 5.5 * mm, 45 * mm, 0.67, (0.0, 0.85), 24_000), StampRules(level, (0.08, 0.96), (0.82, 0.6), 6.0, LONGEST_MM)


def _within(stamp: Stamp, ring: Ring) -> bool:
    (x, y), (width, height), _ = stamp.rectangle
    apart = ((x - ring.ellipse.x) ** 2 + (y - ring.ellipse.y) ** 2) ** 0.5
    return bool(apart + (width**2 + height**2) ** 0.5 / 2 < 1.05 * max(ring.ellipse.a, ring.ellipse.b))


def _ring_finding(page: Page, inks: Inks, ring: Ring, colour: str, engine: Engine) -> Finding:
    e, margin = ring.ellipse, RING_MARGIN_MM * inks.px_per_mm
    quad = _on_page(Quad.centred((e.x, e.y), e.a + margin, e.b + margin, e.angle), inks)
    return _finding(page, quad, min(1.0, ring.clean), colour, Shape.ELLIPSE, engine)


def _stamp_finding(page: Page, inks: Inks, stamp: Stamp, colour: str, engine: Engine) -> Finding:
    centre, (width, height), degrees = stamp.rectangle
    margin = STAMP_MARGIN_MM * inks.px_per_mm
    quad = _on_page(Quad.centred(centre, width / 2 + margin, height / 2 + margin, radians(degrees)), inks)
    return _finding(page, quad, min(1.0, stamp.score), colour, Shape.QUAD, engine)


def _on_page(quad: Quad, inks: Inks) -> Quad:
    return Quad.of([(x / inks.scale[0], y / inks.scale[1]) for x, y in quad.points])


def _finding(page: Page, quad: Quad, score: float, colour: str, shape: Shape, engine: Engine) -> Finding:
    box, near = quad.box(), EDGE_MM * page.px_per_mm
    if box.x0 >= near and box.y0 >= near and box.x1 <= page.width - near and box.y1 <= page.height - near:
        return Finding(Category.SEAL, quad, score, engine, colour, shape)
    # Cut by the edge: an upright rectangle up to the edge, since what stands out of the ring there is ring text too.
    xs = (0 if box.x0 < near else box.x0), (page.width if box.x1 > page.width - near else box.x1)
    ys = (0 if box.y0 < near else box.y0), (page.height if box.y1 > page.height - near else box.y1)
    corners = [(xs[0], ys[0]), (xs[1], ys[0]), (xs[1], ys[1]), (xs[0], ys[1])]
    return Finding(Category.SEAL, Quad.of(corners), score, engine, "edge", Shape.QUAD)
