"""Presses seals on freshly drawn pages, finds them, and counts what is covered, by kind, colour, strength and what happened to the page.

    python -m benchmarks.seals --seed N [--pages 120] [--list] [--show DIR]
    python -m benchmarks.seals --truth TRUTH.json [TRUTH.json …]

*hit*: at least 99 % of the seal's ink under the masks, and under those of the ink that stands out of what was found
(pipeline/cut.py); *most*: 90 %. Of four pages two are documents of the fixtures' templates and one is a harsh ground (dense text,
tables, certificates, pictures), with up to four seals pressed anywhere; the fourth has no more seals than its ground, but what looks
like one: titles, ribbons, medals, logos, charts, flags. A mask is *false* where less than a tenth of it overlaps any seal or code.
Seals that hardly differ from what lies below them are counted apart: nobody can ask that they are seen. With --truth, the pages of
the files and their seals.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import pictures
from benchmarks.sheets import jpeg
from benchmarks.truth import load
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.pages import drawn
from fixtures.people import cast
from fixtures.templates import TEMPLATES
from fixtures.training.decoys import DECOYS
from fixtures.training.grounds import ground
from fixtures.training.presses import place, press, seal
from fixtures.training.sheets import VISIBLE, is_seal, labelled
from fixtures.truth import Instance, PageTruth
from redact import Finding, Page
from redact.masking import fill_shape
from redact.models.protocols import Detector
from redact.models.seals import seal_detector
from redact.pipeline.cut import cut_glyphs

HIT, MOST, FALSE = 0.99, 0.9, 0.1
LOOKS, LOOK_SHARES = ("clean", "scan", "photocopy", "bilevel", "phone"), (0.2, 0.4, 0.15, 0.08, 0.17)
GREY = ("photocopy", "bilevel")
KINDS = ("document", "document", "harsh ground", "decoys")
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seen:
    """One seal: what it is, in which groups it is counted, and the share of its ink that is covered."""

    groups: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What became of one page: its seals, the false masks' shares of its area, and the CPU seconds of the search."""

    page: str
    seals: tuple[Seen, ...]
    false: tuple[float, ...]
    seconds: float


def main() -> None:
    arguments = _arguments()
    detector = seal_detector()
    outcomes = list(_of_truth(arguments.truth, detector) if arguments.truth else _of_seeds(arguments, detector))
    _print_recall(outcomes, arguments.list)
    _print_false(outcomes)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pages", type=int, default=120)
    parser.add_argument("--truth", type=Path, nargs="*", default=[])
    parser.add_argument("--list", action="store_true", help="print every seal that is missed")
    parser.add_argument("--show", type=Path, help="where pictures of the pages with a miss or a false mask go")
    return parser.parse_args()


def _of_seeds(arguments: argparse.Namespace, detector: Detector) -> Iterator[Outcome]:
    for seed in range(arguments.seed, arguments.seed + arguments.pages):
        sheet, dpi, look = _drawn(seed)
        yield _judged(f"{seed} {sheet.truth.template} {look}", Page(1, sheet.pixels, dpi), sheet.truth, detector, arguments.show)


def _of_truth(files: Sequence[Path], detector: Detector) -> Iterator[Outcome]:
    for file in files:
        for document in load(file):
            truths = list(document.pages())
            drawn = pictures(document.file.read_bytes(), [(truth.width, truth.height) for truth in truths])
            for truth, pixels in zip(truths, drawn, strict=True):
                yield _judged(f"{document.id} {truth.number}", Page(1, pixels, truth.dpi), truth, detector, None)


def _drawn(seed: int) -> tuple[Sheet, float, str]:
    """Return a page with seals, or with what only looks like them."""
    random, dpi = Random(f"benchmark of seals {seed}"), Random(seed).choice((100, 150, 200, 300))
    kind = KINDS[seed % 4]
    canvas = drawn(random.choice(list(TEMPLATES)), cast(seed), seed, dpi) if kind == "document" else ground(random, dpi)
    before: list[tuple[float, float]] = []
    if kind == "decoys":
        for _ in range(random.randint(1, 3)):
            random.choice(DECOYS)(canvas, random)
    else:
        for _ in range(random.randint(1, 4)):
            made = seal(random)
            before.append(place(canvas, made, random, before, []))
            press(canvas, made, *before[-1], random)
    look = random.choices(LOOKS, LOOK_SHARES)[0]
    sheet = DEGRADATIONS[look](Sheet(canvas.pixels, canvas.truth(kind)), np.random.default_rng(seed))
    pixels = sheet.pixels if random.random() < 0.5 else jpeg(sheet.pixels, random.randint(40, 90))
    return Sheet(pixels, sheet.truth), float(dpi), look


def _judged(name: str, page: Page, truth: PageTruth, detector: Detector, show: Path | None) -> Outcome:
    start = time.process_time()
    findings = detector.find(page)
    seconds = time.process_time() - start
    mask = _mask((*findings, *cut_glyphs(page, findings)), page)
    seals = [instance for instance in truth.instances if is_seal(instance)]
    contrast = labelled(page.pixels, truth, np.zeros((0, 2), np.float32)).contrast[1:]
    grey = truth.degradation in GREY or name.rsplit(" ", 1)[-1] in GREY
    seen = tuple(_seen(one, truth, mask, name, float(c[1 if grey else 0])) for one, c in zip(seals, contrast, strict=True))
    outline = _outline(seals, mask)
    # A code that is taken for a stamp is masked as a code as well.
    hidden = _outline([*seals, *truth.of("qr")], mask)
    false = tuple(share for finding in findings if (share := _false_share(finding, page, hidden > 0)))
    if show and (false or any(s.share < HIT for s in seen)):
        _show(page, findings, outline, show / f"{name.replace(' ', '-')}.jpg")
    return Outcome(name, tuple(s for s in seen if s.groups), false, seconds)


def _outline(instances: Sequence[Instance], like: Bits) -> NDArray[np.uint8]:
    outline = np.zeros(like.shape, np.uint8)
    for one in instances:
        cv2.fillPoly(outline, [np.round(np.array(one.polygon)).astype(np.int32)], 1)
    return outline


def _seen(one: Instance, truth: PageTruth, mask: Bits, name: str, contrast: float) -> Seen:
    own = np.isin(truth.over, one.ink)
    if not own.any():
        return Seen((), 0.0)
    share = float(mask[own].mean())
    if contrast < VISIBLE:
        return Seen(("hardly visible",), share)
    kind = next((k for k in ("bilingual", "round", "oval", "square", "rectangle") if k in one.flags), "chop")
    ink = next((c for c in ("blue", "black", "orange", "magenta", "purple") if c in one.flags), "red")
    edge = any(x < 0 or y < 0 or x > truth.width or y > truth.height for x, y in one.polygon)
    groups = ("all", f"kind: {kind}", f"ink: {ink}", f"ink: {'faint' if 'faint' in one.flags else 'strong'}")
    look = name.rsplit(" ", 1)[-1] if truth.template in KINDS else truth.degradation
    return Seen((*groups, f"page: {look}", f"place: {'cut by the edge' if edge else 'whole'}"), share)


def _mask(findings: Sequence[Finding], page: Page) -> Bits:
    mask = np.zeros((page.height, page.width), np.bool_)
    for finding in findings:
        fill_shape(mask, finding.quad, finding.shape)
    return mask


def _false_share(finding: Finding, page: Page, outline: Bits) -> float:
    """Return the share of the page that a false mask covers, 0 for one that is on a seal."""
    mask = _mask([finding], page)
    return 0.0 if not mask.any() or float(outline[mask].mean()) >= FALSE else float(mask.mean())


def _show(page: Page, findings: Sequence[Finding], outline: NDArray[np.uint8], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(page.pixels, cv2.COLOR_RGB2BGR)
    contours, _ = cv2.findContours(outline, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    picture = cv2.drawContours(picture, contours, -1, (0, 160, 0), 2)
    picture = cv2.polylines(picture, [np.array(f.quad.points, np.int32) for f in findings], True, (255, 0, 255), 3)
    cv2.imwrite(str(file), cv2.resize(picture, None, fx=900 / page.height, fy=900 / page.height, interpolation=cv2.INTER_AREA))


def _print_recall(outcomes: Sequence[Outcome], told: bool) -> None:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for outcome in outcomes:
        for one in outcome.seals:
            for group in one.groups:
                row = counts[group]
                row[:] = row[0] + 1, row[1] + (one.share >= HIT), row[2] + (one.share >= MOST), row[3] + (one.share < FALSE)
            if told and one.share < HIT and one.groups[0] == "all":
                print(f"missed: {outcome.page}, {', '.join(one.groups[1:])}: {one.share:.2f}")
    print(f"{'seals':24} {'n':>5} {'hit':>6} {'most':>6} {'untouched':>9}")
    for group, (n, hit, most, untouched) in sorted(counts.items()):
        print(f"{group:24} {n:5} {hit / n:6.1%} {most / n:6.1%} {untouched:9}")


def _print_false(outcomes: Sequence[Outcome]) -> None:
    pages: Counter[str] = Counter()
    masks: Counter[str] = Counter()
    for outcome in outcomes:
        what = next((kind for kind in KINDS if f" {kind} " in outcome.page), "of the files")
        pages[what] += 1
        masks[what] += len(outcome.false)
        if outcome.false:
            print(f"false: {outcome.page}: {', '.join(f'{share:.2%}' for share in outcome.false)} of the page")
    for what, n in sorted(pages.items()):
        print(f"false masks on pages, {what}: {masks[what]} on {n} pages, {masks[what] / n:.3f} a page")
    print(f"CPU seconds a page: mean {np.mean([o.seconds for o in outcomes]):.3f}, median {np.median([o.seconds for o in outcomes]):.3f}")


if __name__ == "__main__":
    main()
