"""Prints the applicant's name or unit, large and pale, across pages of text, runs the whole product, and counts what is left.

    python -m benchmarks.watermarks --seed 100 [--pages 40] [--tiled] [--coloured] [--show DIR]

Four ways: the name alone, the name or the unit within 仅供…职称评审使用, and words that name nobody, of which nothing may be
masked. Level or at a slant, four shades, on clean pages, scans, photocopies and phone photos. `released with it in sight` is the
failure; print that is covered beside the watermark is the cost. `--tiled`: small, and again and again all over the page.
`--coloured`: in pale red, blue or green. A name of which the page's edge leaves less than a twentieth is not counted.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import cv2
import numpy as np
from PIL import Image

from benchmarks.judge import judge
from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet, on_a_slant
from fixtures.people import Cast, Span, cast
from fixtures.truth import Instance
from redact.check import Passed
from redact.pipeline.intake import open_upload, opened
from redact.pipeline.redactor import Redactor, Result
from redact.policy import load

WIDTH, HEIGHT, MARGIN, ROW, ROWS = 210.0, 297.0, 20.0, 8.0, 14
WORDS = "教学研究与实践相结合，注重过程评价，完善考核办法，推动课程建设与教材更新，"
Ink = tuple[int, int, int]
GREYS: tuple[Ink, ...] = tuple((shade,) * 3 for shade in (170, 190, 205, 220))
COLOURS: tuple[Ink, ...] = ((240, 150, 150), (255, 195, 195), (160, 190, 245), (170, 220, 180))
SLANTS, DPI = (0.0, 0.0, 25.0, 35.0, -30.0), (150, 200, 200, 300)
STYLES, SMALL, MM_OF_PT = ("sans-bold", "serif-bold", "sans"), (12.0, 20.0), 25.4 / 72
LOOKS = ("clean", "clean", "scan", "scan", "photocopy", "phone")
LEAST_CONTRAST = 12
# So much of a name's ink tells nothing of it: a stroke that the page's edge leaves.
STROKE = 0.05
WAYS = ("name", "name in words", "unit in words", "words alone")


def main() -> None:
    arguments = _arguments()
    redactor, ends = Redactor(load()), Counter[tuple[str, str]]()
    lost: Counter[str] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.pages):
        way, look, sheet = drawn(seed, arguments.tiled, arguments.coloured)
        result = redactor.redact(_png(sheet), cast(seed).applicant())
        after = _written(result)
        judgement = judge(sheet.truth, sheet.pixels, after)
        if arguments.show:
            arguments.show.mkdir(parents=True, exist_ok=True)
            Image.fromarray(after).save(arguments.show / f"{seed} {way} {look} {result.status}.png")
        rows = [v for v in judgement.verdicts if v.must == "keep" and v.good is not None]
        shown = _shown(sheet)
        marks = [v.good for v, instance in zip(judgement.verdicts, sheet.truth.instances, strict=True) if instance in shown]
        end = f"{result.status}, {_end(sheet, marks)}"
        ends[way, end] += 1
        lost["rows"] += len(rows)
        lost["lost"] += sum(not v.good for v in rows)
        why = ", ".join(sorted({f"{c.name} {c.why}" for c in result.report.every_check if not isinstance(c, Passed)}))
        told = f"{sum(not v.good for v in rows)} of {len(rows)} rows lost{f'; {why}' if why else ''}"
        print(f"{seed} {way}, {look}, {sheet.truth.dpi} dpi: {end}; {told}", flush=True)
    for way in WAYS:
        print(f"{way:16} {', '.join(f'{end} {count}' for (name, end), count in sorted(ends.items()) if name == way)}")
    print(f"rows of print lost beside the watermark: {lost['lost']} of {lost['rows']}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--tiled", action="store_true")
    parser.add_argument("--coloured", action="store_true")
    parser.add_argument("--show", type=Path)
    return parser.parse_args()


def drawn(seed: int, tiled: bool = False, coloured: bool = False) -> tuple[str, str, Sheet]:
    """Return how the watermark is worded, how the page was damaged, and the page."""
    random, played = Random(f"watermarks {seed}"), cast(seed)
    way, look, dpi = random.choice(WAYS), random.choice(LOOKS), random.choice(DPI)
    page = Canvas(WIDTH, HEIGHT, dpi)
    start = random.randrange(len(WORDS))
    for row in range(ROWS):
        text = (WORDS * 3)[start + 7 * row % len(WORDS) :][:42]
        page.line(MARGIN, (HEIGHT - ROWS * ROW) / 2 + ROW * row, [Span(text, "keep_text")], 10.5, "serif")
    mark = (_tiles if tiled else _mark)(played, way, dpi, random, COLOURS if coloured else GREYS)
    sheet = _over(Sheet(page.pixels, page.truth("watermarks")), on_a_slant(mark, random.choice(SLANTS)))
    return way, look, DEGRADATIONS[look](sheet, np.random.default_rng(seed))


def _mark(played: Cast, way: str, dpi: int, random: Random, inks: Sequence[Ink]) -> Sheet:
    words = _words(played, way)
    canvas, ink, style = Canvas(WIDTH, HEIGHT, dpi), random.choice(inks), random.choice(STYLES)
    size = min(random.uniform(30, 44), 470 / sum(len(span.text) for span in words))
    canvas.centred(HEIGHT / 2 + random.uniform(-2, 1) * ROW, words, size, style, ink)
    return Sheet(canvas.pixels, canvas.truth("watermarks"))


def _tiles(played: Cast, way: str, dpi: int, random: Random, inks: Sequence[Ink]) -> Sheet:
    words, canvas = _words(played, way), Canvas(WIDTH, HEIGHT, dpi)
    ink, style, size = random.choice(inks), random.choice(STYLES), random.uniform(*SMALL)
    long = sum(len(span.text) for span in words) * size * MM_OF_PT
    for row, y in enumerate(range(20, 270, random.choice((25, 35, 45)))):
        for x in np.arange(10 + row % 2 * long / 2, WIDTH - long, long + random.uniform(15, 30)):
            canvas.line(float(x), float(y), words, size, style, ink)
    return Sheet(canvas.pixels, canvas.truth("watermarks"))


def _words(played: Cast, way: str) -> Sequence[Span]:
    name, unit = Span(played.person.name, "name"), Span(played.unit.name, "unit")
    return {
        "name": [name],
        "name in words": [Span("仅供"), name, Span("职称评审使用")],
        "unit in words": [Span("仅供"), unit, Span("评审使用")],
        "words alone": [Span("仅供职称评审使用　复印无效")],
    }[way]


def _over(page: Sheet, mark: Sheet) -> Sheet:
    """Return the page with the watermark beneath its print, and what both say."""
    shift = int(page.truth.ink.max())
    ids = np.where(mark.truth.ink > 0, mark.truth.ink + shift, 0)
    moved = tuple(
        replace(i, ink=tuple(n + shift for n in i.ink), characters=tuple(replace(c, ink=c.ink + shift) for c in i.characters))
        for i in mark.truth.instances
    )
    ink = np.where(page.truth.ink > 0, page.truth.ink, ids).astype(np.uint16)
    return Sheet(np.minimum(page.pixels, mark.pixels), replace(page.truth, instances=(*page.truth.instances, *moved), ink=ink))


def _end(sheet: Sheet, masked: Sequence[bool | None]) -> str:
    if not masked:
        return "nothing to mask"
    return "masked" if all(masked) else "too pale to see" if _contrast(sheet) < LEAST_CONTRAST else "in sight"


def _shown(sheet: Sheet) -> list[Instance]:
    """Return the names and units of the watermark of which the page's edge leaves more than a stroke."""
    inked = [(_inked(sheet, instance), instance) for instance in sheet.truth.of("name", "unit")]
    most = max((ink for ink, _ in inked), default=0)
    return [instance for ink, instance in inked if ink > STROKE * most]


def _inked(sheet: Sheet, instance: Instance) -> int:
    return int(np.isin(sheet.truth.ink, instance.ink).sum())


def _contrast(sheet: Sheet) -> float:
    """Return by how many levels the watermark is darker than the paper around it."""
    grey = cv2.cvtColor(sheet.pixels, cv2.COLOR_RGB2GRAY)
    instance = max(sheet.truth.of("name", "unit"), key=lambda one: _inked(sheet, one))
    xs, ys = zip(*((int(x), int(y)) for part in instance.parts for x, y in part), strict=True)
    around = grey[max(0, min(ys)) : max(ys), max(0, min(xs)) : max(xs)]
    return float(np.percentile(around, 80) - np.median(grey[np.isin(sheet.truth.ink, instance.ink)]))


def _png(sheet: Sheet) -> bytes:
    file = io.BytesIO()
    Image.fromarray(sheet.pixels).save(file, "PNG", dpi=(sheet.truth.dpi, sheet.truth.dpi))
    return file.getvalue()


def _written(result: Result) -> np.ndarray:
    """Return the pixels of the page that was written, released or not."""
    policy, data = load(), result.output or result.withheld
    assert data is not None, "a drawn page is always written"
    with opened(open_upload(data, policy.limits), policy.limits, policy.raster) as file:
        pixels = next(iter(file)).page.pixels
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB) if pixels.ndim == 2 else pixels


if __name__ == "__main__":
    main()
