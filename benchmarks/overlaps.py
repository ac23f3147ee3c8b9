"""Presses the applicant's seals and chops across other bodies' rings, lets the product look, and says what of them stays visible.

    python -m benchmarks.overlaps --seed N [--sheets 20] [--alone | --inside] [--print | --signed]

Six rings a sheet, each with a chop, a ring, a stamp or a square seal of the applicant's own across it, on paper or over the corner of a
portrait, 100 to 200 dpi, clean, scanned or photocopied. *visible*: less than a tenth of the applicant's ink is covered; *in part*: less
than nine tenths. With --print all sheets are photocopies or 1-bit scans, and the rings lie over lines of print or a form's table instead
of portraits; with --signed over their own body's printed name and a date. With --inside chops of the applicant lie within the rings, on
the star and below it, most in ink of the same colour. With --alone nothing is pressed across, and the rings that stay visible are
counted: those of others should. The seals are judged by themselves: what the readers of pages find on a stamp, and what the proof adds,
is not counted.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, radians, sin
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.canvas import Canvas, Picture
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.people import Span
from fixtures.portrait import portrait
from fixtures.seals import CHOP, RECTANGLE, ROUND, SQUARE, Seal
from fixtures.training.pictures import person
from fixtures.training.presses import press
from fixtures.truth import Instance
from redact import Applicant, Finding, Looked, Page
from redact.finding import OTHER_CHOP, OTHER_SEAL
from redact.masking import fill_shape
from redact.pipeline.chops import chops
from redact.pipeline.cut import cut_glyphs
from redact.pipeline.engines import default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.isolation import Isolation
from redact.pipeline.seals import read_seals

UNIT, NAME = "云渡市第五人民医院", "沈知秋"
OTHERS = (
    "云渡市人力资源和社会保障局",
    "青岚市教育局",
    "塔什格勒市卫生健康委员会",
    "柳泉渡县科学技术协会",
    "新疆临江农业大学",
    "青岚市总工会",
)
SAID = ("2024年6月22日", "负责人（签字）：", "该同志年度考核结果为优秀等次", "单位意见：同意推荐", "（公章）2023年12月25日", "经审核。")
WANTED = Wanted.of(Applicant(names=(NAME,), units=(UNIT,)))
KINDS = ("chop", "chop", "ring", "square", "stamp")
GROUNDS = ("paper", "paper", "portrait", "drawn portrait")
PRINT = ("a line", "lines", "a table")
SIGNED = ("its name",)
COPIES = ("photocopy", "photocopy", "bilevel")
LOOKS = ("clean", "scan", "scan", "photocopy")
VISIBLE, IN_PART, STAYS = 0.1, 0.9, 0.2
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pair:
    """Another body's ring and the applicant's seal across it: what that is, and what both lie on."""

    kind: str
    ground: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sheets", type=int, default=20)
    parser.add_argument("--alone", action="store_true", help="press nothing across the rings")
    parser.add_argument("--inside", action="store_true", help="press the applicant's chops within the rings")
    parser.add_argument("--print", action="store_true", dest="printed", help="rings over print, on photocopies and 1-bit scans")
    parser.add_argument("--signed", action="store_true", help="rings over their own printed names, on photocopies and 1-bit scans")
    arguments = parser.parse_args()
    grounds = SIGNED if arguments.signed else PRINT if arguments.printed else GROUNDS
    way = "alone" if arguments.alone else "inside" if arguments.inside else "across"
    counted: Counter[tuple[str, str]] = Counter()
    for seed in range(arguments.seed, arguments.seed + arguments.sheets):
        for what, became in _judged(seed, way, grounds):
            counted[what, became] += 1
    for what in sorted({what for what, _ in counted}):
        of = {became: count for (name, became), count in counted.items() if name == what}
        print(f"{what:34} {', '.join(f'{became} {count}' for became, count in sorted(of.items()))} of {sum(of.values())}")


def _judged(seed: int, way: str, grounds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield for every pair of a sheet what it is, and what became of it."""
    sheet, dpi, pairs, look = _drawn(seed, way, grounds)
    page = Page(1, sheet.pixels, dpi)
    mask = _mask(page)
    seals = [instance for instance in sheet.truth.instances if instance.kind == "seal"]
    for i, pair in enumerate(pairs):
        if way == "alone":
            yield f"ring on {pair.ground}, {look}", "visible" if _covered(mask, sheet, seals[i]) < STAYS else "masked"
            continue
        covered = _covered(mask, sheet, seals[2 * i + 1])
        became = "visible" if covered < VISIBLE else "in part" if covered < IN_PART else "covered"
        if became == "visible":
            print(f"VISIBLE: seed {seed}, {look}, {dpi} dpi, {pair}, {covered:.0%} covered")
        yield f"{pair.kind} on {pair.ground}", became


def _covered(mask: Bits, sheet: Sheet, instance: Instance) -> float:
    own = np.isin(sheet.truth.over, instance.ink)
    return float(mask[own].mean()) if own.any() else 1.0


def _mask(page: Page) -> Bits:
    engines, isolation = default_engines(), Isolation(120)
    words = engines.reader().read(page, WANTED.sought)
    names, seals = chops(page, isolation.look("seals", engines.seals, page), WANTED, words, engines, isolation)
    _, seals = read_seals(page, seals, WANTED, words, engines, isolation)
    assert isinstance(names, Looked)
    assert isinstance(seals, Looked)
    hidden: list[Finding] = [*names.findings, *(seal for seal in seals.findings if seal.hint not in (OTHER_SEAL, OTHER_CHOP))]
    hidden += [cut for cut in cut_glyphs(page, seals.findings, words, WANTED.writings) if not cut.hint.startswith("cut-by-other")]
    mask = np.zeros((page.height, page.width), np.bool_)
    for finding in hidden:
        fill_shape(mask, finding.quad, finding.shape)
    return mask


def _drawn(seed: int, way: str, grounds: Sequence[str]) -> tuple[Sheet, float, list[Pair], str]:
    random = Random(f"overlaps {seed}")
    dpi = random.choice((100, 150, 150, 200))
    canvas, pairs = Canvas(210, 297, dpi), []
    for i in range(6):
        x, y = 55 + 100 * (i % 2) + random.uniform(-8, 8), 50 + 95 * (i // 2) + random.uniform(-8, 8)
        ring, pair = (
            _worn(Seal(random.choice(OTHERS), ROUND, random.uniform(36, 44)), random),
            Pair(random.choice(KINDS), random.choice(grounds)),
        )
        if way == "inside":
            pair = replace(pair, kind="chop")
        own = _worn(_own(pair.kind, random), random)
        if pair.ground in SIGNED:
            _signature(canvas, ring.text, x, y, random)
        elif pair.ground in PRINT:
            _print(canvas, pair.ground, x, y, random)
        elif pair.ground != "paper":
            _portrait(canvas, pair.ground, x - 0.4 * ring.width, y - 0.45 * ring.width, random)
        press(canvas, ring, x, y, random)
        away, apart = random.uniform(0, 2 * pi), random.uniform(0.35, 0.9) * (ring.width + own.width) / 2
        if way == "inside":
            own = replace(own, ink=random.choice((ring.ink, ring.ink, own.ink)))
            away, apart = radians(ring.tilt) + random.uniform(0.1, 0.9) * pi, random.uniform(0, 0.38) * ring.width
        if way != "alone":
            press(canvas, own, x + apart * cos(away), y + apart * sin(away), random)
        pairs.append(pair)
    look = random.choice(LOOKS if grounds is GROUNDS else COPIES)
    return DEGRADATIONS[look](Sheet(canvas.pixels, canvas.truth("overlaps")), np.random.default_rng(seed)), float(dpi), pairs, look


def _own(kind: str, random: Random) -> Seal:
    match kind:
        case "chop":
            return Seal(NAME, CHOP, random.uniform(10, 20), white=random.random() < 0.4)
        case "ring":
            return Seal(UNIT, ROUND, random.uniform(34, 44))
        case "square":
            return Seal(UNIT, SQUARE, random.uniform(20, 36))
        case _:
            return Seal(UNIT, RECTANGLE, random.uniform(36, 55), ratio=0.3)


def _worn(seal: Seal, random: Random) -> Seal:
    ink = random.choice(("red", "red", "crimson", "blue"))
    return replace(seal.loosely(random), ink=ink, strength=random.uniform(0.5, 1), tilt=random.uniform(-14, 14))


def _print(canvas: Canvas, ground: str, x: float, y: float, random: Random) -> None:
    """Set lines of print below a ring with its middle at (x, y) mm: one, as of the body's name or a date, some, or a table's rows."""
    pt, step = random.choice((10.5, 12.0, 14.0)), random.uniform(7, 11)
    rows = [random.uniform(-12, 12)] if ground == "a line" else [random.uniform(-3, 3) + step * row for row in (-2, -1, 0, 1, 2)]
    for row in rows:
        said = random.choice((*OTHERS, *SAID))
        canvas.line(x - random.uniform(0, 38), y + row, [Span(said)], pt)
        if ground == "a table":
            canvas.rule(x - 46, y + row - 0.2 * step, x + 46, y + row - 0.2 * step)
    if ground == "a table":
        across = x + random.uniform(-25, 25)
        canvas.rule(across, y + rows[0] - 0.2 * step, across, y + rows[-1] + 0.8 * step)


def _signature(canvas: Canvas, name: str, x: float, y: float, random: Random) -> None:
    """Set a body's name and a date where its ring's middle will be, (x, y) mm, as at the end of a notice."""
    pt, top = random.choice((10.5, 12.0, 14.0)), y + random.uniform(-8, 6)
    canvas.line(x - random.uniform(10, 34), top, [Span(name)], pt)
    canvas.line(
        x - random.uniform(8, 20), top + random.uniform(7, 10), [Span(f"20{random.randint(10, 25)}年{random.randint(1, 12)}月8日")], pt
    )


def _portrait(canvas: Canvas, ground: str, x: float, y: float, random: Random) -> None:
    """Paste a portrait with its middle at (x, y) mm."""
    wide = random.uniform(24, 36)
    w, h = canvas.px(wide), canvas.px(1.35 * wide)
    image = person(np.random.default_rng(random.randrange(1 << 30)), h, w)
    if ground == "portrait":
        image = np.asarray(cv2.resize(portrait().pixels, (w, h), interpolation=cv2.INTER_AREA), np.uint8)
    canvas.picture(Picture(np.dstack([image, np.full((h, w), 255, np.uint8)]), canvas.px(x) - w // 2, canvas.px(y) - h // 2))


if __name__ == "__main__":
    main()
