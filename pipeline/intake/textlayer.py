"""The words of a PDF's text layer with a quad for each character: one more reader. Runs in the child alone.

Invisible text (the layer behind a scan) is kept: where it stands, the scan shows something. So is covered, white and
off-layer text that MuPDF still reports. A mask there costs little; a lost place may cost a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pymupdf

from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.intake import wire
from redact.pipeline.intake.drawing import turn
from redact.pipeline.intake.frame import Frame

FLAGS = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP | pymupdf.TEXT_CID_FOR_UNKNOWN_UNICODE
# Of `char_flags`: the glyph is filled, or its outline is drawn. Neither is render mode 3, the layer behind a scan.
FILLED, STROKED = 16, 32
# A scan's layer was read by a machine that nobody measured.
VISIBLE_SCORE, INVISIBLE_SCORE = 1.0, 0.5
Character = tuple[str, Quad, float]


def words(page: pymupdf.Page, frame: Frame) -> tuple[tuple[Word, ...], bool]:
    """Return a word per line, its spaces kept, in page px, clipped to the page; and whether the layer was cut off for its length."""
    found: list[Word] = []
    room = wire.MOST_CHARACTERS
    to_px = _Place(tuple(turn(page)), frame)
    for line in _lines(page):
        characters = list(_characters(line, to_px))
        room -= len(characters)
        if room < 0:
            return tuple(found), True
        if any(not text.isspace() for text, _, _ in characters):
            found.append(_word(characters))
    return tuple(found), False


@dataclass(frozen=True, slots=True)
class _Place:
    """From the points that MuPDF gives, which ignore /Rotate, to px. Plain numbers: pymupdf's own matrices cost 1 ms a character."""

    turn: tuple[float, ...]
    frame: Frame

    def of(self, point: Sequence[float]) -> tuple[float, float]:
        a, b, c, d, e, f = self.turn
        x, y = point
        return self.frame.to_px((a * x + c * y + e, b * x + d * y + f))


def _lines(page: pymupdf.Page) -> Iterator[dict[str, Any]]:
    for block in page.get_text("rawdict", flags=FLAGS)["blocks"]:
        yield from block.get("lines", ())


def _word(characters: Sequence[Character]) -> Word:
    text = "".join(text for text, _, _ in characters)
    quads = tuple(quad for _, quad, _ in characters)
    return Word(wire.hull(quads), text, quads, min(score for _, _, score in characters), wire.TEXT_LAYER)


def _characters(line: dict[str, Any], place: _Place) -> Iterator[Character]:
    for span in line["spans"]:
        seen = span["char_flags"] & (FILLED | STROKED) and span["alpha"]
        for character in span["chars"]:
            quad = _on_page([place.of(corner) for corner in _corners(line, span, character)], place.frame)
            # A lone surrogate cannot be encoded, and stands for a character all the same.
            for text in character["c"].encode("utf-8", "replace").decode():
                if quad is not None:
                    yield text, quad, VISIBLE_SCORE if seen else INVISIBLE_SCORE


def _corners(line: dict[str, Any], span: dict[str, Any], character: dict[str, Any]) -> Sequence[Sequence[float]]:
    if line["wmode"] == 0 and tuple(line["dir"]) != (1.0, 0.0):
        quad = pymupdf.recover_char_quad(line["dir"], span, character)
        return quad.ul, quad.ur, quad.lr, quad.ll
    x0, y0, x1, y1 = character["bbox"]
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def _on_page(corners: Sequence[tuple[float, float]], frame: Frame) -> Quad | None:
    """Return the character's place, clipped to the page where it is upright; None where it lies off the page."""
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    if max(xs) <= 0 or max(ys) <= 0 or min(xs) >= frame.width or min(ys) >= frame.height:
        return None
    if max(xs) - min(xs) < 1 or max(ys) - min(ys) < 1:
        # A glyph without a width still marks a place.
        return Quad.around([(min(xs) - 0.5, min(ys) - 0.5), (max(xs) + 0.5, max(ys) + 0.5)])
    return Quad.of([(min(max(x, 0.0), frame.width), min(max(y, 0.0), frame.height)) for x, y in corners])
