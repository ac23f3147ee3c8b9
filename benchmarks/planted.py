"""Plants misses and counts how many the proof catches: what was found of one instance is dropped, as if no reader had seen it.

    python -m benchmarks.planted OUT TRUTH.json … [--documents 72] [--seed 1] [--jobs 1] [--resume]

Of a sample of documents, stratified by kind and way of writing, up to four instances a page that stand on different
lines lose every finding of text that touches them. A planted miss is repaired where it is masked in the end, named where
a check that did not pass names its place, withheld where the document is not released for another reason, else missed.
Printed by kind, and what each reader of the proof adds: what it found, and what it alone found.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.judge import Area, hidden, ink_ids, window_of
from benchmarks.pool import Row, outcomes
from benchmarks.tables import table
from benchmarks.truth import Document, load
from fixtures.truth import TEXT_KINDS, Instance, PageTruth
from redact import Check, Passed, RedactError
from redact.check import status_of
from redact.finding import Category, Finding
from redact.geometry import Quad
from redact.masking import covered
from redact.pipeline.draft import Desk, Draft, draft, repaired
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.intake import Upload, open_upload, opened
from redact.pipeline.isolation import Isolation
from redact.pipeline.medium import IntakePage
from redact.pipeline.verify.proof import ProvedPage, prove_file, prove_pages
from redact.pipeline.write import output_kind
from redact.policy import load as load_policy
from redact.redaction import PlanPage

PER_PAGE = 4
MISSING = 0.5
"""A miss is planted where less than this share of the ink is still masked; a seal's mask may lie over it."""
PART = 0.2
"""The share of an instance's ink that a reader's finding or a check's place holds at least: it may stand on several lines."""
NO_TEXT = frozenset({Category.SEAL, Category.EYES, Category.CODE})
ENDS = ("repaired", "named", "withheld", "missed")


@dataclass(frozen=True, slots=True)
class Plant:
    """A page with misses: the draft, the findings it kept, and which instances (by index) are missing: to the share still masked."""

    draft: Draft
    kept: tuple[Finding, ...]
    truth: PageTruth = field(repr=False)
    missing: dict[int, float]


def main() -> None:
    arguments = _arguments()
    documents = sample([d for path in arguments.truth for d in load(path)], arguments.documents, arguments.seed)
    rows = [miss for row in outcomes(documents, plant, arguments.out, arguments.jobs, arguments.resume) for miss in row["misses"]]
    (arguments.out / "planted.md").write_text("\n".join(report(rows)) + "\n", encoding="utf-8")
    print("\n".join(report(rows)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path, nargs="+")
    parser.add_argument("--documents", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


# choosing


def strata(kind: str, flags: Iterable[str]) -> list[str]:
    """Return the groups that an instance counts in: its kind, and each way in which it is written."""
    return [kind, *flags]


def sample(documents: Sequence[Document], most: int, seed: int) -> list[Document]:
    """Return up to `most` documents with text that must be masked, chosen from each stratum in turn, rare ones first."""
    order = Random(seed).sample(list(documents), len(documents))
    holding: dict[str, list[Document]] = {}
    for document in order:
        for stratum in dict.fromkeys(s for row in _texts(document) for s in strata(row["kind"], row["flags"])):
            holding.setdefault(stratum, []).append(document)
    chosen: dict[str, Document] = {}
    while len(chosen) < most and holding:
        for stratum in sorted(holding, key=lambda s: len(holding[s])):
            document = holding[stratum].pop(0)
            if len(chosen) < most:
                chosen.setdefault(document.id, document)
        holding = {stratum: left for stratum, left in holding.items() if left}
    return list(chosen.values())


def _texts(document: Document) -> Iterator[dict[str, Any]]:
    return (row for page in document.rows for row in page["instances"] if row["kind"] in TEXT_KINDS)


def chosen_on(truth: PageTruth, candidates: Iterable[int], random: Random) -> list[int]:
    """Return up to PER_PAGE of the candidates, rare ways of writing first, none on another's line or right beside it."""
    instances = {i: truth.instances[i] for i in candidates}
    common = Counter(s for instance in instances.values() for s in strata(instance.kind, instance.flags))
    chosen: list[int] = []
    for i in sorted(instances, key=lambda i: (min(common[s] for s in strata(instances[i].kind, instances[i].flags)), random.random())):
        if len(chosen) < PER_PAGE and not any(_near(instances[i], instances[j]) for j in chosen):
            chosen.append(i)
    return chosen


def _near(one: Instance, other: Instance) -> bool:
    return any(_same_line(a, b) for a in _bounds(one) for b in _bounds(other))


def _bounds(instance: Instance) -> list[NDArray[np.float64]]:
    return [np.array([np.min(part, axis=0), np.max(part, axis=0)]) for part in instance.parts]


def _same_line(a: NDArray[np.float64], b: NDArray[np.float64]) -> bool:
    """True where two boxes share a row or a column of the page and are not far apart, so that one mask may touch the other's line."""
    height = float(min((box[1] - box[0]).min() for box in (a, b)))
    gaps = np.maximum(a[0] - b[1], b[0] - a[1])
    return bool(gaps.min() < height and gaps.max() < 12 * height)


# planting and proving


def plant(document: Document, folder: Path) -> Row:
    """Plant misses in a document and prove it; an error of the product is told."""
    try:
        misses = _misses(document)
    except RedactError as error:
        return {"misses": [], "told": error.code}
    ends = Counter(miss["end"] for miss in misses)
    return {"misses": misses, "told": " ".join(f"{end} {count}" for end, count in ends.items()) or "nothing to plant"}


def _misses(document: Document) -> list[Row]:
    policy = load_policy()
    upload = open_upload(document.file, policy.limits)
    plants, desk = _planted(document, upload)
    if not any(p.missing for p in plants):
        return []
    pages = prove_pages(upload, [p.draft for p in plants], desk, policy.verification.rounds, lambda _: None)
    checks = [c for p, page in zip(plants, pages, strict=True) for c in (*p.draft.checks, *page.proof.checks)]
    released = status_of((*checks, *prove_file(pages, desk).checks)) == "released"
    return [miss for p, page in zip(plants, pages, strict=True) for miss in _ends(document, p, page, released)]


def _planted(document: Document, upload: Upload) -> tuple[list[Plant], Desk]:
    policy = load_policy()
    with opened(upload, policy.limits, policy.raster) as file:
        kind = output_kind(upload.kind, file.page_count)
        isolation = Isolation(policy.limits.engine_seconds)
        desk = Desk(Wanted.of(document.applicant), _engines(), isolation, policy, kind)
        return [_without(page, truth, desk, document) for page, truth in zip(file, document.pages(), strict=True)], desk


@cache
def _engines() -> Engines:
    engines = default_engines()
    engines.load()
    return engines


def _without(source: IntakePage, truth: PageTruth, desk: Desk, document: Document) -> Plant:
    """Draft a page, and drop what was found of some of its instances."""
    drawn = draft(source, desk)
    dark = masked_by(drawn.plan, truth)
    found = [i for i, instance in enumerate(truth.instances) if instance.kind in TEXT_KINDS and hidden(truth, instance, dark)[1]]
    chosen = chosen_on(truth, found, Random(f"{document.id} {truth.number}"))
    lost = [f for f in drawn.findings if any(_is_text_of(f, truth.instances[i], truth, drawn.plan) for i in chosen)]
    kept = tuple(f for f in drawn.findings if f not in lost)
    planted = repaired(replace(drawn, findings=kept), source, (), desk)
    dark = masked_by(planted.plan, truth)
    left = {i: hidden(truth, truth.instances[i], dark)[0] for i in chosen}
    return Plant(planted, kept, truth, {i: share for i, share in left.items() if share < MISSING})


def masked_by(plan: PlanPage, truth: PageTruth) -> Area:
    """Return what a plan masks, (H, W) in the truth's px."""
    dark = covered(plan.width, plan.height, plan.redactions).astype(np.uint8)
    return np.asarray(cv2.resize(dark, (truth.width, truth.height), interpolation=cv2.INTER_NEAREST) > 0, dtype=np.bool_)


def _is_text_of(finding: Finding, instance: Instance, truth: PageTruth, plan: PlanPage) -> bool:
    return finding.category not in NO_TEXT and _share(finding.quad, instance, truth, plan) > 0


def _share(quad: Quad, instance: Instance, truth: PageTruth, plan: PlanPage) -> float:
    """Return the share of the instance's ink that lies in the quad."""
    window = window_of(instance)
    ink = ink_ids(truth, instance, window) > 0
    corners = quad.array() * (truth.width / plan.width, truth.height / plan.height) - (window[1].start, window[0].start)
    inside = cv2.fillPoly(np.zeros(ink.shape, np.uint8), [np.round(corners).astype(np.int32)], 1)[ink]
    return float(inside.mean()) if inside.size else 0.0


def _ends(document: Document, planted: Plant, proved: ProvedPage, released: bool) -> Iterator[Row]:
    """Yield what became of each planted miss of a page."""
    truth, number = planted.truth, planted.truth.number
    final = proved.draft
    dark = masked_by(final.plan, truth)
    added = [f for f in final.findings if f not in planted.kept]
    open_places = list(_places((*planted.draft.checks, *proved.proof.checks)))
    for i, share in planted.missing.items():
        instance = truth.instances[i]
        named = any(_share(quad, instance, truth, final.plan) >= PART for quad in open_places)
        is_masked = hidden(truth, instance, dark)[1]
        end = "repaired" if is_masked else "named" if named else "missed" if released else "withheld"
        by = sorted({f.engine.name for f in added if _share(f.quad, instance, truth, final.plan) >= PART})
        groups = strata(instance.kind, instance.flags)
        yield {
            "id": document.ids(number)[i],
            "groups": groups,
            "damage": truth.degradation,
            "masked": round(share, 2),
            "end": end,
            "by": by,
        }


def _places(checks: Iterable[Check]) -> Iterator[Quad]:
    return (quad for check in checks if not isinstance(check, Passed) for quad in check.where)


# printing


def report(misses: Sequence[Row]) -> list[str]:
    """Return the tables: by kind, by damage, by reader, and every miss that was not caught."""
    readers = sorted({name for miss in misses for name in miss["by"]})
    return [
        *_counted("kind", misses, lambda m: [*m["groups"], "all"]),
        *_counted("damage", misses, lambda m: [m["damage"]]),
        "",
        *table(("reader", "found", "alone", "of"), [_added(reader, misses) for reader in readers]),
        "",
        *table(("not caught", "kind", "damage", "masked by others"), [_uncaught(m) for m in misses if m["end"] == "missed"]),
    ]


def _counted(what: str, misses: Sequence[Row], of: Callable[[Row], Sequence[str]]) -> list[str]:
    groups: dict[str, list[str]] = {}
    for miss in misses:
        for name in dict.fromkeys(of(miss)):
            groups.setdefault(name, []).append(miss["end"])
    rows = [
        (name, len(ends), *map(ends.count, ENDS), f"{100 - 100 * ends.count('missed') / len(ends):.1f} %") for name, ends in groups.items()
    ]
    return ["", *table((what, "planted", *ENDS, "caught"), rows)]


def _uncaught(miss: Row) -> tuple[object, ...]:
    return miss["id"], " ".join(miss["groups"]), miss["damage"], miss.get("masked", "")


def _added(reader: str, misses: Sequence[Row]) -> tuple[object, ...]:
    found = [miss for miss in misses if reader in miss["by"]]
    return reader, len(found), sum(len(miss["by"]) == 1 for miss in found), len(misses)


if __name__ == "__main__":
    main()
