"""Engines that fail in every way we can think of, for tests of what becomes of their page."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from typing import Any, cast

from redact.errors import EngineError
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word

ENGINE = Engine("faulty", "1")


@dataclass(frozen=True, slots=True)
class FaultyDetector:
    """A detector that does what `fault` does, whatever the page."""

    fault: Callable[[Page], tuple[Finding, ...]]
    engine: Engine = ENGINE

    def find(self, page: Page) -> tuple[Finding, ...]:
        return self.fault(page)

    def find_told(self, page: Page, tells: object) -> tuple[Finding, ...]:
        return self.fault(page)


@dataclass(frozen=True, slots=True)
class FaultyReader:
    """A reader of every protocol that does what `fault` does, whatever it is asked."""

    fault: Callable[[Page], tuple[Word, ...]]
    engine: Engine = ENGINE

    def read(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        return self.fault(page)

    def read_watermark(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        return self.fault(page)

    def read_beneath(self, page: Page, places: object, sought: str = "") -> tuple[Word, ...]:
        return self.fault(page)

    def read_chop(self, page: Page, seal: object, sought: str, turn: int = 0) -> tuple[Any, ...]:
        return self.fault(page)

    def read_seal(self, page: Page, seal: object, sought: str, turn: int = 0, printed: object = (), judged: object = ()) -> tuple[Any, ...]:
        return self.fault(page)

    def read_lines(self, page: Page, lines: object) -> tuple[Word, ...]:
        return self.fault(page)

    def read_uyghur(self, page: Page, lines: object) -> tuple[Word, ...]:
        return self.fault(page)


def fails(page: Page) -> tuple[Any, ...]:
    """Fail as an engine may: with the error that its protocol names."""
    raise EngineError(page=page.number, engine=ENGINE.name, what="inference")


def crashes(page: Page) -> tuple[Any, ...]:
    """Fail as no engine may: with an error that nobody expects, and a word of the page in it."""
    raise RuntimeError("unexpected: 张三")


def hangs(page: Page, seconds: float = 60.0) -> tuple[Any, ...]:
    """Do not answer in time."""
    time.sleep(seconds)
    return ()


def sees_nothing(page: Page) -> tuple[Any, ...]:
    """Answer, quickly and wrongly, that there is nothing."""
    return ()


def lies_about_places(page: Page) -> tuple[Finding, ...]:
    """Claim places that no page has: a quad refuses to be made of them, so the engine forges the quad."""
    return tuple(
        Finding(Category.EYES, forged_quad(points), 0.9, ENGINE)
        for points in (
            ((nan, nan), (nan, nan), (nan, nan), (nan, nan)),
            ((0.0, 0.0), (inf, 0.0), (inf, 10.0), (0.0, 10.0)),
            ((5.0, 5.0), (5.0, 5.0), (5.0, 5.0), (5.0, 5.0)),
            ((1e9, 1e9), (2e9, 1e9), (2e9, 2e9), (1e9, 2e9)),
        )
    )


def sees_far_off_the_page(page: Page) -> tuple[Finding, ...]:
    """Claim sound quads that lie nowhere near the page."""
    place = Quad.around(((-9000.0, -9000.0), (-8000.0, -8900.0)))
    return (Finding(Category.NAME, place, 0.9, ENGINE), Finding(Category.SEAL, place, 0.9, ENGINE))


def sees_the_whole_page(page: Page) -> tuple[Finding, ...]:
    """Claim one place as large as the page, and one a hundred times larger."""
    whole = Quad.around(((0.0, 0.0), (float(page.width), float(page.height))))
    return (
        Finding(Category.UNKNOWN, whole, 1.0, ENGINE),
        Finding(Category.UNKNOWN, whole.grow(50.0 * page.width, 50.0 * page.height), 1.0, ENGINE),
    )


def lies_about_scores(page: Page) -> tuple[Finding, ...]:
    """Claim scores that are no scores."""
    place = Quad.around(((0.0, 0.0), (10.0, 10.0)))
    return tuple(Finding(Category.EYES, place, score, ENGINE) for score in (nan, inf, -1.0, 7.0))


def sees_everything(page: Page, count: int = 20_000) -> tuple[Finding, ...]:
    """Claim far more places than a page holds."""
    step = max(1, page.width // 200)
    return tuple(Finding(Category.EYES, Quad.centred((i % 200 * step + 0.5, i // 200 + 0.5), 4.0, 2.0), 0.9, ENGINE) for i in range(count))


def returns_nonsense(page: Page) -> tuple[Any, ...]:
    """Answer with what is no answer at all."""
    return cast("tuple[Any, ...]", (None, "a finding", 3))


def reads_far_off_the_page(page: Page) -> tuple[Word, ...]:
    """Claim a word that lies nowhere near the page."""
    place = Quad.around(((-9000.0, -9000.0), (-8000.0, -8900.0)))
    return (Word(quad=place, text="张三", characters=(place, place), score=0.9, source=str(ENGINE)),)


def reads_nan(page: Page) -> tuple[Word, ...]:
    """Claim a word whose place is no number."""
    place = forged_quad(((nan, nan), (nan, nan), (nan, nan), (nan, nan)))
    return (Word(quad=place, text="张三", characters=(place, place), score=nan, source=str(ENGINE)),)


def forged_quad(points: tuple[tuple[float, float], ...]) -> Quad:
    """Return a quad that its own type refuses: what a broken engine could hand over after unpickling."""
    quad = object.__new__(Quad)
    object.__setattr__(quad, "points", points)
    return quad


DETECTOR_FAULTS: dict[str, Callable[[Page], tuple[Finding, ...]]] = {
    "fails": fails,
    "crashes": crashes,
    "lies about places": lies_about_places,
    "lies about scores": lies_about_scores,
    "sees far off the page": sees_far_off_the_page,
    "sees the whole page": sees_the_whole_page,
    "sees everything": sees_everything,
    "returns nonsense": returns_nonsense,
}
READER_FAULTS: dict[str, Callable[[Page], tuple[Word, ...]]] = {
    "fails": fails,
    "crashes": crashes,
    "reads far off the page": reads_far_off_the_page,
    "reads nan": reads_nan,
    "returns nonsense": returns_nonsense,
}
