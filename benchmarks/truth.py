"""Documents with truth, as benchmarks read them: the form of truth.json that `python -m fixtures` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from fixtures.truth import Character, IdMap, Instance, PageTruth, Polygon
from redact import Applicant
from redact.pipeline.exchange import applicant_from_json

# A page of a body alone has no person, and the product refuses to look for none.
NOBODY = "闻人不知"
PERSON = ("names", "former_names", "pinyin", "uyghur", "traditional")


@dataclass(frozen=True, slots=True)
class Document:
    """One file with truth. `half` is the parity of its place in its set: one half calibrates, the other reports."""

    id: str
    set: str
    half: str
    file: Path
    applicant: Applicant = field(repr=False)
    rows: tuple[dict[str, Any], ...] = field(repr=False)

    def pages(self) -> Iterator[PageTruth]:
        """Yield the pages with their ink maps, one at a time: the maps are large."""
        for row in self.rows:
            yield _page(row, self.file.parent)

    def ids(self, number: int) -> list[str]:
        """Return the ids of a page's instances, in order."""
        return [row["id"] for row in self.rows[number - 1]["instances"]]


def load(path: Path) -> list[Document]:
    """Return the documents of one truth file."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [_document(row, index, path) for index, row in enumerate(rows)]


def _document(row: dict[str, Any], index: int, path: Path) -> Document:
    half = "odd" if index % 2 else "even"
    return Document(row["id"], path.parent.name, half, path.parent / row["file"], _applicant(row["applicant"]), tuple(row["pages"]))


def _applicant(row: dict[str, Any]) -> Applicant:
    known = {key: value for key, value in row.items() if key != "id"}
    if not any(known.get(key) for key in PERSON):
        known["names"] = [NOBODY]
    return applicant_from_json(json.dumps(known, ensure_ascii=False))


def _page(row: dict[str, Any], folder: Path) -> PageTruth:
    maps = [_map(folder / name) for name in row["ink_maps"]]
    over = maps[1] if len(maps) > 1 else np.zeros_like(maps[0])
    instances = tuple(_instance(r) for r in row["instances"])
    return PageTruth(row["number"], row["width"], row["height"], row["dpi"], row["template"], row["degradation"], instances, maps[0], over)


def _map(path: Path) -> IdMap:
    ids = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if ids is None:
        raise FileNotFoundError(path)
    return np.asarray(ids, dtype=np.uint16)


def _instance(row: dict[str, Any]) -> Instance:
    parts = tuple(_polygon(part) for part in row.get("parts") or [row["polygon"]])
    letters = tuple(Character(c["c"], c["ink"], _polygon(c.get("quad", ()))) for c in row.get("chars", ()))
    return Instance(row["kind"], row["text"], tuple(row["flags"]), parts, tuple(row["ink"] or ()), letters)


def _polygon(points: Sequence[Sequence[float]]) -> Polygon:
    return tuple((float(x), float(y)) for x, y in points)
