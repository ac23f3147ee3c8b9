"""Draws fresh materials from seeds that nobody has tuned on, runs the whole product over them, and counts leaks and losses.

    python -m benchmarks.fresh --seed 700 [--documents 15] [--show]

An instance leaks where less than 98 % of its ink is dark in the output (eyes: of either eye), or, in texts, where one
character is dark by less than 90 %. A keep instance is lost where more than 20 % of the paper between its ink is dark.
Ink is dark of itself, so a text's ink counts as hidden only where the paper around it, inside its own box, is dark too.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterator

import cv2
import numpy as np
import pymupdf
from numpy.typing import NDArray
from PIL import Image, ImageSequence

import fixtures
from redact.pipeline import Redactor, Result
from redact.pipeline.medium import Kind

DARK = 48
WHOLE, CHARACTER, LOST = 0.98, 0.90, 0.20
Picture = NDArray[np.uint8]
Area = NDArray[np.bool_]


def main() -> None:
    arguments = _arguments()
    redactor, kinds = Redactor(), list(fixtures.RECIPES)
    rows: Counter[tuple[str, str]] = Counter()
    statuses: Counter[str] = Counter()
    for i in range(arguments.documents):
        document = fixtures.document(kinds[i % len(kinds)], arguments.seed + i)
        result = redactor.redact(document.content, document.applicant)
        statuses[result.status] += 1
        faults = list(_faults(document, result, rows))
        print(f"{document.kind:12} seed {arguments.seed + i} {result.status:12} {' '.join(faults) or 'clean'}", flush=True)
    _print(rows, statuses)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--documents", type=int, default=15)
    return parser.parse_args()


def _faults(document: fixtures.FixtureDocument, result: Result, rows: Counter[tuple[str, str]]) -> Iterator[str]:
    size = document.pages[0].width, document.pages[0].height
    content = result.output if result.output is not None else result.withheld or b""
    before = _pictures(document.content, _kind(document.suffix), size)
    for truth, picture, original in zip(document.pages, _pictures(content, result.kind, size), before, strict=True):
        dark = _masked(picture, original)
        for instance in truth.instances:
            good = _hidden(truth, instance, dark) if instance.must == "mask" else not _lost(truth, instance, dark)
            rows[instance.kind, "n"] += 1
            rows[instance.kind, "bad"] += not good
            if not good:
                yield f"{'LEAK' if instance.must == 'mask' else 'lost'}:{instance.kind}:{truth.template}:{truth.degradation}"


def _kind(suffix: str) -> Kind:
    return Kind.PDF if suffix == ".pdf" else Kind.PNG


def _masked(picture: Picture, original: Picture) -> Area:
    """Return which pixels are part of a black area that was not there: dark, with new darkness around."""
    dark = picture.max(axis=2) < DARK
    new = dark & (original.max(axis=2) >= DARK)
    near = cv2.boxFilter(new.astype(np.float32), -1, (9, 9)) > 0.15
    solid = cv2.boxFilter(dark.astype(np.float32), -1, (5, 5)) > 0.99
    black = cv2.dilate((solid & near).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.asarray((black > 0) & dark, dtype=np.bool_)


def _hidden(truth: fixtures.PageTruth, instance: fixtures.Instance, dark: Area) -> bool:
    if instance.kind == "eyes":
        return all(_share(_polygon(truth, part), dark) >= WHOLE for part in instance.parts)
    if _share(truth.pixels_of(instance), dark) < WHOLE:
        return False
    inks = [c.ink for c in instance.characters]
    return all(_share((truth.ink == ink) | (truth.over == ink), dark) >= CHARACTER for ink in inks)


def _lost(truth: fixtures.PageTruth, instance: fixtures.Instance, dark: Area) -> bool:
    pixels = truth.pixels_of(instance)
    for other in truth.instances:
        if other.must == "mask":
            for part in other.parts:
                pixels &= ~_polygon(truth, part)
    return bool(pixels.any()) and _share(pixels, dark) > LOST


def _share(pixels: Area, dark: Area) -> float:
    return float(dark[pixels].mean()) if pixels.any() else 1.0


def _polygon(truth: fixtures.PageTruth, points: tuple[tuple[float, float], ...]) -> Area:
    area = np.zeros((truth.height, truth.width), np.uint8)
    cv2.fillPoly(area, [np.round(np.asarray(points)).astype(np.int32)], 1)
    return area.astype(np.bool_)


def _pictures(content: bytes, kind: Kind, size: tuple[int, int]) -> list[Picture]:
    if kind is Kind.PDF:
        with pymupdf.open(stream=content, filetype="pdf") as file:
            return [_drawn(page, size) for page in file]
    with Image.open(io.BytesIO(content)) as image:
        frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
    return [np.asarray(_upright(frame).convert("RGB")) for frame in frames]


def _upright(frame: Image.Image) -> Image.Image:
    from PIL import ImageOps

    return ImageOps.exif_transpose(frame) or frame


def _drawn(page: pymupdf.Page, size: tuple[int, int]) -> Picture:
    zoom = max(size) / max(page.rect.width, page.rect.height)
    pixmap = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False)
    picture = np.frombuffer(bytes(pixmap.samples), np.uint8).reshape(pixmap.h, pixmap.w, 3)
    shape = (max(size), min(size)) if pixmap.w > pixmap.h else (min(size), max(size))
    return np.asarray(cv2.resize(picture, shape, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _print(rows: Counter[tuple[str, str]], statuses: Counter[str]) -> None:
    print(f"\n{'kind':12} {'n':>5} {'bad':>5}")
    for kind in sorted({kind for kind, _ in rows}):
        print(f"{kind:12} {rows[kind, 'n']:5} {rows[kind, 'bad']:5}")
    print(dict(statuses))


if __name__ == "__main__":
    main()
