"""Decisions: what will be hidden, and why; and the plan, the one thing a person edits."""

from __future__ import annotations

from dataclasses import dataclass

from redact.finding import Category, Shape
from redact.geometry import Quad


@dataclass(frozen=True, slots=True)
class Redaction:
    """One place that will be hidden on one page.

    `id` is unique within its page. `quad` has whole-pixel corners in the upright page. `reason` is a fixed code
    ("name.exact", "seal.red", "manual"). `origin` is "auto", or "manual" with the operator's id where one is known
    ("manual:clerk-7"). `found_by`: the names of the engines that saw something there, those of the proof among them.
    """

    id: str
    category: Category
    quad: Quad
    reason: str
    origin: str = "auto"
    shape: Shape = Shape.QUAD
    found_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(c != int(c) for p in self.quad.points for c in p):
            raise ValueError("a redaction's corners are whole pixels")
        if not self.id:
            raise ValueError("a redaction has an id")


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The redactions of one page of `width` x `height` px at `dpi`."""

    number: int
    width: int
    height: int
    dpi: float
    redactions: tuple[Redaction, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is proposed, or what a person made of it. `sha256` is the digest of the material it was made for."""

    pages: tuple[PlanPage, ...]
    sha256: str = ""
