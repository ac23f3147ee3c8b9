"""Seconds of the clock by stage: for the report, and for nothing that must be deterministic."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Add the wall seconds spent inside to the stage."""
    start = time.monotonic()
    yield
    timings[stage] = round(timings.get(stage, 0.0) + time.monotonic() - start, 3)


def total(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Return the sum of each stage over the parts."""
    sums: dict[str, float] = {}
    for part in parts:
        for stage, seconds in part.items():
            sums[stage] = round(sums.get(stage, 0.0) + seconds, 3)
    return sums
