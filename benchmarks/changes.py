"""Compares the masks of two runs: what is masked now and was not, and what is masked no more, page by page, with pictures of both.

    python -m benchmarks.changes BEFORE AFTER [--show DIR]

BEFORE and AFTER are folders that `benchmarks.recall` wrote, of the same documents. A mask is *new* where less than half of it lies
under the masks of the page before; *gone* is the same the other way round. Masks over what nothing in a truth file names, a red
title or a face that was taken for a seal, change no figure of recall: here they are seen. A picture is cut from the written page on
which the place is not masked, with the mask's outline, and lies in DIR as <set>-<document>-p<page>-<new or gone>-<id>.png. Pages
that are not there in both, or of another size, are told.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.pictures import Picture, pictures
from benchmarks.tables import table
from redact.finding import Shape
from redact.geometry import Quad
from redact.masking import fill_shape

SUFFIX = ".report.json"
# A mask whose share beneath the other run's masks is less: one that is a little wider or longer is no other mask.
ALIKE = 0.5
# Around a mask, px; and how its outline is drawn.
AROUND, OUTLINE, WIDE = 80, (255, 0, 255), 3
Masked = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Change:
    """A mask of one run only: `what` is "new" or "gone", `page` its number, from 1, and `size` that page's width and height, px."""

    document: str
    page: int
    size: tuple[int, int]
    what: str
    id: str
    category: str
    reason: str
    quad: Quad


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--show", type=Path, metavar="DIR")
    arguments = parser.parse_args()
    found = list(changes(arguments.before, arguments.after))
    for change in found:
        print(f"{change.what}: {change.document} page {change.page}, {change.category}, {change.reason}, {change.id}")
        if arguments.show:
            _show(change, arguments.after if change.what == "gone" else arguments.before, arguments.show)
    counted = Counter((change.category, change.what) for change in found)
    kinds = sorted({category for category, _ in counted})
    print("\n".join(table(("category", "new", "gone"), [(kind, counted[kind, "new"], counted[kind, "gone"]) for kind in kinds])))


def changes(before: Path, after: Path) -> Iterator[Change]:
    """Yield the masks that only one of two runs has, document by document; print which documents cannot be compared."""
    names = sorted({file.relative_to(root) for root in (before, after) for file in root.rglob(f"*{SUFFIX}")})
    for name in names:
        if not all((root / name).exists() for root in (before, after)):
            print(f"not in both: {str(name).removesuffix(SUFFIX)}")
            continue
        yield from _of_document(str(name).removesuffix(SUFFIX), _pages(before / name), _pages(after / name))


def _pages(report: Path) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["pages"]
    return pages


def _of_document(document: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    if [_size(page) for page in before] != [_size(page) for page in after]:
        print(f"other pages: {document}")
        return
    for old, new in zip(before, after, strict=True):
        yield from _only(document, "new", new, old)
        yield from _only(document, "gone", old, new)


def _size(page: dict[str, Any]) -> tuple[int, int]:
    return int(page["width"]), int(page["height"])


def _only(document: str, what: str, these: dict[str, Any], others: dict[str, Any]) -> Iterator[Change]:
    beneath = np.zeros(_size(these)[::-1], np.bool_)
    for one in others["redactions"]:
        fill_shape(beneath, Quad.of(one["quad"]), Shape(one["shape"]))
    for one in these["redactions"]:
        quad, own = Quad.of(one["quad"]), np.zeros(beneath.shape, np.bool_)
        fill_shape(own, quad, Shape(one["shape"]))
        if own.any() and float(beneath[own].mean()) < ALIKE:
            yield Change(document, these["number"], _size(these), what, one["id"], one["category"], one["reason"], quad)


def _show(change: Change, run: Path, folder: Path) -> None:
    page = _written(run, change)
    if page is None:
        print(f"not written: {change.document} in {run}")
        return
    canvas = page.copy()
    cv2.polylines(canvas, [np.round(change.quad.array()).astype(np.int32)], True, OUTLINE, WIDE)
    box = change.quad.grow(AROUND, AROUND).box().clip(*change.size)
    if box is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{change.document.replace('/', '-')}-p{change.page}-{change.what}-{change.id}.png"
    cv2.imwrite(str(folder / name), canvas[box.y0 : box.y1, box.x0 : box.x1, ::-1])


def _written(run: Path, change: Change) -> Picture | None:
    """Return the page that a run wrote, at the size of its report; None where the document was not written."""
    report = run / f"{change.document}{SUFFIX}"
    files = [file for file in report.parent.glob(f"{report.name.removesuffix(SUFFIX)}.*") if file.suffix != ".json"]
    if not files:
        return None
    sizes = [_size(page) for page in _pages(report)]
    return pictures(files[0].read_bytes(), sizes)[change.page - 1]


if __name__ == "__main__":
    main()
