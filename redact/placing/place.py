"""The way from findings of text to the quads that are masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from redact.finding import Category, Finding
from redact.geometry import Quad
from redact.placing.frame import Corners, Span, Surroundings, covering, projected
from redact.placing.margins import padded
from redact.placing.merging import merged
from redact.placing.widths import widened

# Line heights above this, px, are no text of a document; a strip round them would take as much memory as the page.
LARGEST = 500.0


class Style(Protocol):
    """What a policy says of text masks: padding in line heights, its least in px, and the width classes of names."""

    @property
    def along(self) -> float: ...
    @property
    def across(self) -> float: ...
    @property
    def least_px(self) -> int: ...
    @property
    def width_classes(self) -> tuple[float, ...]: ...


def place(findings: Sequence[Finding], around: Surroundings, style: Style) -> list[tuple[Finding, Quad]]:
    """Return what is masked of a page's text, one quad for each run of it, corners not yet rounded."""
    foreign = _foreign(findings, around.characters)
    return [(finding, _mask(finding, text, foreign, around, style).quad()) for finding, text in merged(findings, foreign, around)]


def _mask(finding: Finding, text: Span, foreign: Corners, around: Surroundings, style: Style) -> Span:
    along, across = (max(style.least_px, share * text.em) for share in (style.along, style.across))
    if text.em > LARGEST:
        return replace(text, u0=text.u0 - along, u1=text.u1 + along, v0=text.v0 - across, v1=text.v1 + across)
    mask = padded(text, along, across, foreign, around)
    return widened(mask, text, style.width_classes, foreign, around) if finding.category is Category.NAME else mask


def _foreign(findings: Sequence[Finding], characters: Corners) -> Corners:
    """Return the characters whose middle lies in no finding, and that hold none: an unread line may be the finding's own."""
    others = np.ones(len(characters), dtype=np.bool_)
    for finding in findings:
        others &= ~covering(finding.quad, characters) & ~_holding(characters, finding.quad)
    return characters[others]


def _holding(characters: Corners, quad: Quad) -> NDArray[np.bool_]:
    ux, uy = quad.direction
    x, y = quad.centre
    u, v = x * ux + y * uy, y * ux - x * uy
    rows = projected(characters, quad.direction)
    holds: NDArray[np.bool_] = (rows[:, 0] < u) & (u < rows[:, 1]) & (rows[:, 2] < v) & (v < rows[:, 3])
    return holds
