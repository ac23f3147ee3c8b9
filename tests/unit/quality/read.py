"""What a reader would say of a drawn page that reads all that its truth tells."""

from __future__ import annotations

import fixtures
from fixtures.truth import KEEP_KINDS, TEXT_KINDS
from redact import Page, Quad, Word
from redact.pipeline.quality import Quality, measure

KINDS = (*TEXT_KINDS, *(kind for kind in KEEP_KINDS if kind != "keep_seal"))
SCORE = 0.98


def words_of(page: fixtures.FixturePage, score: float = SCORE) -> tuple[Word, ...]:
    """Return a word for each upright piece of text of the truth, a third of its height around it, as detectors give it."""
    instances = (i for i in page.truth.of(*KINDS) if "[" not in i.text and not {"stamped", "vertical"} & set(i.flags))
    quads = [_on_page(page.page, Quad.of(part)) for instance in instances for part in instance.parts]
    return tuple(Word(quad, "已读", (quad, quad), score, "test") for quad in quads if quad is not None)


def quality(page: fixtures.FixturePage, score: float = SCORE) -> Quality:
    return measure(page.page, words_of(page, score))


def _on_page(page: Page, quad: Quad) -> Quad | None:
    pad = quad.thickness / 3
    box = quad.grow(pad, pad).box().clip(page.width, page.height)
    return quad.grow(pad, pad) if box is not None else None
