"""Evidence: what an engine claims to have seen, and whether it looked at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from redact.geometry import Quad


class Category(StrEnum):
    """What a finding is, in the words of the rule."""

    NAME = "name"
    UNIT = "unit"
    SEAL = "seal"
    EYES = "eyes"
    CODE = "code"
    NUMBER = "number"
    UNKNOWN = "unknown"


class NumberKind(StrEnum):
    """The kinds of numbers that are found by their form or their label, whoever's they are; the hint of such a finding."""

    ID_NUMBER = "id-number"
    PHONE = "phone"
    EMAIL = "email"
    CERTIFICATE = "certificate"
    BIRTH_DATE = "birth-date"


class Shape(StrEnum):
    """Which part of its quad a mask fills: all of it, or the ellipse inside it (round seals)."""

    QUAD = "quad"
    ELLIPSE = "ellipse"


CHOP = "chop"
"""The hint of a name that stands on the applicant's name chop; its place is the whole chop, which needs no padding."""
OWN_CODE = "own-code"
"""The hint of a code whose payload holds the applicant's name, unit or number."""
OTHER_CHOP = "other-chop"
"""The hint of a seal that was read with confidence as another person's name chop."""
CUT_BY_OTHERS = "cut-by-other-chop"
"""The hint of a character that such a chop would cut if it were masked."""
OWN_SEAL, OTHER_SEAL, UNSURE_SEAL = "own", "other", "unsure"
"""The hints of a seal that was read: the applicant's unit's, with confidence another body's, and one of which nobody can tell."""
CUT_BY_OTHER_SEAL = "cut-by-other-seal"
"""The hint of a character that another body's seal would cut if it were masked."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Name and version of an engine, as the report shows it."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one engine claims to have seen.

    `score` is 0..1. `hint` is a fixed code without plaintext ("exact", "fuzzy", "review", "turned"), never words of
    the page.
    """

    category: Category
    quad: Quad
    score: float
    engine: Engine
    hint: str = ""
    shape: Shape = Shape.QUAD


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place that an engine leaves open: it is not masked, and a person must look at it. `why` is a fixed code."""

    quad: Quad
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """The engine looked at the page. No findings means: looked, found none; no doubts: and is sure of it."""

    engine: Engine
    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class NotLooked:
    """The engine did not look, or not to the end. `why` is a fixed code ("engine.failed", "timeout", "weights.invalid")."""

    engine: Engine
    why: str


Look = Looked | NotLooked
