"""What damage does to reading, and whether the quality of the page says so before a name is lost.

    python -m benchmarks.quality [--seed 31] [--dpi 150]

Two drawn pages are damaged in ten ways, each as strong as listed, and read by the first reader: 60 readings. Printed per
damage and strength: the share of the applicant's names and units that is still found, of those found on the page without
damage; on how many pages a remark names the damage; how many are not called legible; and how many instances were lost on
pages that were called legible, with and without a remark of any kind.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

import fixtures
from redact import NotRun
from redact.geometry import Quad
from redact.models.text.ppocr import first_reader
from redact.pipeline.find import Wanted
from redact.pipeline.quality import Quality, measure
from redact.search import find

TEMPLATES = ("form", "opinion")
KINDS = ("name", "unit", "alias", "pinyin")
SOUGHT = 0.5
# Per damage: the strengths, and the remarks that name it.
GRID: dict[str, tuple[tuple[float, ...], tuple[str, ...]]] = {
    "defocus": ((0.3, 0.5, 0.7, 0.9, 1.2), ("too-blurred",)),
    "motion": ((0.6, 1.2, 1.8, 2.4), ("too-blurred",)),
    "enlarged": ((3, 5), ("too-blurred", "low-resolution")),
    "coarse": ((1.5, 2, 2.5, 3, 4), ("low-resolution",)),
    "dark": ((0.6, 0.9, 0.95), ("too-dark",)),
    "faint": ((0.7, 0.9, 0.93), ("low-contrast",)),
    "shadow": ((0.6, 0.9), ("uneven-light",)),
    "glare": ((10, 25), ("glare",)),
    "cut": ((24, 30), ("cut-off",)),
    "tilt": ((5,), ()),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One damaged page: which instances were found, its quality, and the CPU seconds that measuring it took."""

    found: tuple[bool, ...]
    quality: Quality
    seconds: float

    @property
    def legible(self) -> bool:
        return not any(isinstance(check, NotRun) for check in self.quality.checks)


def main() -> None:
    arguments = _arguments()
    pages = [(template, arguments.seed + i) for i, template in enumerate(TEMPLATES)]
    whole = [_read(template, seed, "coarse", 1.0, arguments.dpi) for template, seed in pages]
    seconds = [reading.seconds for reading in whole]
    print("| damage | strength | found | named | not legible | lost though legible | of these without a remark |")
    print("|---|---|---|---|---|---|---|")
    print(_row("none", "", whole, whole, ()))
    for damage, (strengths, remarks) in GRID.items():
        for strength in strengths:
            readings = [_read(template, seed, damage, strength, arguments.dpi) for template, seed in pages]
            seconds += [reading.seconds for reading in readings]
            print(_row(damage, f"{strength:g}", whole, readings, remarks), flush=True)
    print(f"\nmeasures: {np.mean(seconds):.3f} CPU s a page, {max(seconds):.3f} at most, n = {len(seconds)} at {arguments.dpi} dpi")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--dpi", type=int, default=150)
    return parser.parse_args()


def _read(template: str, seed: int, damage: str, strength: float, dpi: int) -> Reading:
    made = fixtures.damaged(template, seed, damage, strength, dpi)
    wanted, reader = Wanted.of(made.applicant), first_reader()
    words = reader.read(made.page, wanted.sought)
    quads = [finding.quad for finding in find(words, wanted.writings, reader.engine)]
    start = time.process_time()
    quality = measure(made.page, words)
    return Reading(tuple(_found(made.truth, quads)), quality, time.process_time() - start)


def _found(truth: fixtures.PageTruth, quads: Sequence[Quad]) -> Iterator[bool]:
    """Yield, per instance, whether every character that is left on the page is covered."""
    covered = np.zeros((truth.height, truth.width), np.uint8)
    for quad in quads:
        cv2.fillPoly(covered, [np.round(quad.array()).astype(np.int32)], 1)
    for instance in truth.of(*KINDS):
        inks = [truth.ink == character.ink for character in instance.characters]
        yield all(covered[ink].mean() >= SOUGHT for ink in inks if ink.any())


def _row(damage: str, strength: str, whole: Sequence[Reading], readings: Sequence[Reading], remarks: Sequence[str]) -> str:
    total = sum(sum(reading.found) for reading in whole)
    lost = [sum(a and not b for a, b in zip(before.found, after.found, strict=True)) for before, after in zip(whole, readings, strict=True)]
    named = sum(bool(set(remarks) & set(reading.quality.remarks)) for reading in readings)
    silent = [(n, reading) for n, reading in zip(lost, readings, strict=True) if reading.legible]
    cells = (
        damage,
        strength,
        f"{total - sum(lost)} of {total}",
        f"{named} of {len(readings)}" if remarks else "–",
        sum(not reading.legible for reading in readings),
        sum(n for n, _ in silent),
        sum(n for n, reading in silent if not reading.quality.remarks),
    )
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
