"""Reads freshly drawn pages with the first reader and seeks numbers on them: found, missed and false hits, by kind and damage.

    python -m benchmarks.numbers --seed N [--pages 12]

A number is found where at least 98 % of its ink lies under the masks of the policy that masks numbers; a false hit is a mask
for a number that lies on no number of the truth.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

import fixtures
from fixtures.truth import NUMBER_KINDS
from redact import Finding, Quad, Redaction, Word
from redact.masking import covered
from redact.pipeline.engines import default_engines
from redact.policy import Policy, load
from redact.search.numbers import find_numbers

POLICY = "urumqi-2025-numbers"
TEMPLATES = ("register", "register", "idcard", "qualification")
WHOLE = 0.98
Area = NDArray[np.bool_]


def main() -> None:
    arguments = _arguments()
    policy, engines = load(POLICY), default_engines()
    engines.load()
    rows: Counter[tuple[str, str, str]] = Counter()
    looks = list(fixtures.DEGRADATIONS)
    for i in range(arguments.pages):
        template, look = TEMPLATES[i % len(TEMPLATES)], looks[i % len(looks)]
        made = fixtures.page(template, arguments.seed + i, look, dpi=arguments.dpi)
        reader = engines.reader()
        words = tuple(reader.read(made.page, ""))
        findings = find_numbers(words, policy.numbers.masked, reader.engine)
        for line in _judged(made, findings, words, policy, rows):
            print(f"{template}:{look}:{arguments.seed + i} {line}", flush=True)
    _print(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--dpi", type=int, default=150)
    return parser.parse_args()


def _judged(
    made: fixtures.FixturePage,
    findings: tuple[Finding, ...],
    words: tuple[Word, ...],
    policy: Policy,
    rows: Counter[tuple[str, str, str]],
) -> Iterator[str]:
    truth = made.truth
    redactions = policy.decide(findings, truth.width, truth.height)
    masked = covered(truth.width, truth.height, redactions)
    numbers = truth.of(*NUMBER_KINDS)
    for whole in _wholes(numbers):
        kind = whole[0].kind.replace("_", "-")
        good = all(masked[truth.pixels_of(instance)].mean() >= WHOLE for instance in whole)
        rows[kind, truth.degradation, "n"] += 1
        rows[kind, truth.degradation, "found"] += good
        if not good:
            yield f"MISSED {kind} {whole[0].flags} {''.join(instance.text for instance in whole)}"
    for redaction in redactions:
        if not any(_drawn(truth, part)[_box(redaction, truth)].any() for instance in numbers for part in instance.parts):
            rows[redaction.reason.removeprefix("number."), truth.degradation, "false"] += 1
            yield f"FALSE {redaction.reason} {_read(redaction.quad, words)}"
    kept = [i for i in truth.of("keep_text", "keep_name", "keep_unit") if i.ink and truth.pixels_of(i).any()]
    for instance in kept:
        rows["kept", truth.degradation, "n"] += 1
        if masked[truth.pixels_of(instance)].mean() > 0.2:
            rows["kept", truth.degradation, "lost"] += 1
            yield f"LOST {instance.kind} {instance.text}"


def _wholes(numbers: Sequence[fixtures.Instance]) -> list[list[fixtures.Instance]]:
    """Return each number, the digits in boxes together: one of them left open is a number missed."""
    boxed = [instance for instance in numbers if "boxed" in instance.flags]
    return [[instance] for instance in numbers if "boxed" not in instance.flags] + ([boxed] if boxed else [])


def _read(quad: Quad, words: tuple[Word, ...]) -> str:
    """Return what was read under a quad: the material is invented."""
    return "".join(c for w in words for c, q in zip(w.text or "", w.characters, strict=True) if quad.contains(*q.centre))


def _drawn(truth: fixtures.PageTruth, part: tuple[tuple[float, float], ...]) -> Area:
    area = np.zeros((truth.height, truth.width), np.uint8)
    cv2.fillPoly(area, [np.round(np.asarray(part)).astype(np.int32)], 1)
    return area > 0


def _box(redaction: Redaction, truth: fixtures.PageTruth) -> tuple[slice, slice]:
    box = redaction.quad.box().clip(truth.width, truth.height)
    assert box is not None
    return slice(box.y0, box.y1), slice(box.x0, box.x1)


def _print(rows: Counter[tuple[str, str, str]]) -> None:
    kinds, looks = sorted({kind for kind, _, _ in rows}), sorted({look for _, look, _ in rows})
    print("\n| kind | " + " | ".join(looks) + " | all |")
    for kind in kinds:
        cells = [[rows[kind, look, what] for what in ("found", "n", "false", "lost")] for look in looks]
        shown = [f"{n - lost if kind == 'kept' else found}/{n}" + (f" +{false}" if false else "") for found, n, false, lost in cells]
        found, n, false, lost = (sum(column) for column in zip(*cells, strict=True))
        print(f"| {kind} | {' | '.join(shown)} | {n - lost if kind == 'kept' else found}/{n}, {false} false |")


if __name__ == "__main__":
    main()
