"""Proof: what the verifier could show about the written bytes. Three values; "not looked" is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from redact.finding import Look, NotLooked
from redact.geometry import Quad


class Status(StrEnum):
    """What becomes of a document."""

    RELEASED = "released"
    NEEDS_REVIEW = "needs_review"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Passed:
    """The check was made and holds. `name` is the check's code ("pixels.solid"); `page` None means the whole file."""

    name: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The check was made and does not hold. `why` is a fixed code, `where` the places on the page, as far as known."""

    name: str
    why: str
    page: int | None = None
    where: tuple[Quad, ...] = ()


@dataclass(frozen=True, slots=True)
class NotRun:
    """The check could not be made, or its answer needs a person. `why` is a fixed code, `where` the places to look at."""

    name: str
    why: str
    page: int | None = None
    where: tuple[Quad, ...] = ()


Check = Passed | Failed | NotRun


def of_look(name: str, look: Look, page: int) -> tuple[Check, ...]:
    """Return, for a look at a page, that it was made, that it was not, or what it leaves open: one check for each reason."""
    if isinstance(look, NotLooked):
        return (NotRun(name, look.why, page),)
    reasons = sorted({doubt.why for doubt in look.doubts})
    return tuple(NotRun(name, why, page, tuple(d.quad for d in look.doubts if d.why == why)) for why in reasons) or (Passed(name, page),)


def status_of(checks: Iterable[Check]) -> Status:
    """Return the status that the checks allow: released only where there are checks and every one passed."""
    rows = tuple(checks)
    if any(_withholds(row) for row in rows):
        return Status.BLOCKED
    if rows and all(isinstance(row, Passed) for row in rows):
        return Status.RELEASED
    return Status.NEEDS_REVIEW


def _withholds(row: Check) -> bool:
    match row:
        case Failed():
            return True
        case Passed() | NotRun():
            return False
        case _:
            assert_never(row)
