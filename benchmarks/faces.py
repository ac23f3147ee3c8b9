"""Photographs on pages as applicants upload them: whose eyes are covered, and what is covered that is no face.

    python -m benchmarks.faces FOLDER [--pages 48] [--seed 1] [--searches default thorough]

FOLDER holds photographs and their `manifest.json`: per image its faces with both eyes, `group` or not, and places where an
answer counts neither way. They are pasted on drawn pages of 200 dpi as ID photographs of 22 to 35 mm, as group photographs, or
alone on the page; every page goes through one damage and lies in one of four turns. A face counts as covered where 98 % of a
rectangle round each eye (0.27 of the eye distance to either side, 0.13 up and down) lies under bands. A band on no photograph is
false; a band inside a photograph and on no face is counted apart, since nothing can be read there. One page in four has no
photograph. A photograph's share of one half is its place in the manifest: `--half` takes the even or the odd ones alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.sheets import jpeg
from benchmarks.tables import table
from fixtures.canvas import Canvas, Picture
from fixtures.degrade import DEGRADATIONS, Sheet, turned
from fixtures.pages import drawn
from fixtures.people import cast
from fixtures.truth import Instance, Polygon
from redact import Page
from redact.finding import Finding
from redact.geometry import Quad
from redact.masking import fill_shape
from redact.models.faces import face_detector

DPI = 200
BACKGROUNDS = ("opinion", "notice", "minutes", "paper", "register", "redhead")
COVERED = 0.98
FACE, BESIDE = "face", "photo"
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A photograph, (h, w, 3) RGB, with what is known of its faces."""

    pixels: Pixels
    faces: tuple[dict[str, Any], ...]
    group: bool
    place: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=48)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--searches", nargs="+", choices=("default", "thorough"), default=["default", "thorough"])
    arguments = parser.parse_args()
    photographs = [p for p in _photographs(arguments.folder) if arguments.half in (None, ("even", "odd")[p.place % 2])]
    counted: Counter[tuple[str, ...]] = Counter()
    seconds = dict.fromkeys(arguments.searches, 0.0)
    for seed in range(arguments.seed, arguments.seed + arguments.pages):
        sheet, what = _page(seed, photographs)
        page = Page(1, sheet.pixels, DPI)
        for search in arguments.searches:
            start = time.process_time()
            findings = face_detector(search == "thorough").find(page)
            seconds[search] += time.process_time() - start
            _judge(counted, search, what, sheet, findings, seed)
    _print(counted, seconds, arguments.searches, arguments.pages)


def _photographs(folder: Path) -> Iterator[Photograph]:
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for place, entry in enumerate(entries if isinstance(entries, list) else entries["images"]):
        pixels = cv2.imread(str(folder / entry["file"]), cv2.IMREAD_COLOR)
        if pixels is not None and not entry["negative"] and entry["faces"]:
            yield Photograph(np.ascontiguousarray(pixels[..., ::-1]), tuple(entry["faces"]), bool(entry["group"]), place)


def _page(seed: int, photographs: Sequence[Photograph]) -> tuple[Sheet, str]:
    """Return a damaged and turned page, and what was done to it."""
    random, rng = Random(seed), np.random.default_rng(seed)
    kind = ("portraits", "portraits", "group", "none")[seed % 4]
    canvas = drawn(random.choice(BACKGROUNDS), cast(seed), seed, DPI)
    if kind == "portraits":
        for x, y in random.sample([(28, 40), (85, 60), (142, 45), (35, 150), (90, 170), (145, 150)], random.randint(1, 4)):
            _paste(canvas, _id_photo(random.choice([p for p in photographs if not p.group])), (x, y), random.uniform(22, 35))
    elif kind == "group":
        photo = random.choice([p for p in photographs if p.group])
        _paste(canvas, photo, (25, 60), min(160.0, 150 * photo.pixels.shape[1] / photo.pixels.shape[0]))
    damage = random.choice(list(DAMAGES))
    sheet = DAMAGES[damage](Sheet(canvas.pixels, canvas.truth(kind)), rng)
    return turned(sheet, seed // 4 % 4), damage


def _id_photo(photo: Photograph) -> Photograph:
    """Cut head and shoulders out, in the proportion of an ID photograph."""
    (x0, y0, x1, y1), (h, w) = photo.faces[0]["box"], photo.pixels.shape[:2]
    wide = 2.0 * max(x1 - x0, (y1 - y0) * 0.8)
    left, top = (x0 + x1 - wide) / 2, (y0 + y1) / 2 - 0.6 * wide
    a, b, c, d = max(0, round(left)), max(0, round(top)), min(w, round(left + wide)), min(h, round(top + 1.4 * wide))
    faces = tuple({**face, **{eye: [face[eye][0] - a, face[eye][1] - b] for eye in ("right_eye", "left_eye")}} for face in photo.faces)
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[b:d, a:c]), faces=faces)


def _paste(canvas: Canvas, photo: Photograph, at: tuple[float, float], width: float) -> None:
    w = canvas.px(width)
    scale = w / photo.pixels.shape[1]
    size = (w, max(1, round(photo.pixels.shape[0] * scale)))
    pixels = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    picture = Picture(np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)]), canvas.px(at[0]), canvas.px(at[1]))
    canvas.picture(picture)
    x0, y0, x1, y1 = picture.x, picture.y, picture.x + size[0], picture.y + size[1]
    canvas.instances.append(Instance("keep_text", BESIDE, (), (((x0, y0), (x1, y0), (x1, y1), (x0, y1)),)))
    for face in photo.faces:
        eyes = [(x * scale + picture.x, y * scale + picture.y) for x, y in (face["right_eye"], face["left_eye"])]
        if all(x0 < x < x1 and y0 < y < y1 for x, y in eyes):
            plain = bool(face["visible"]) and not face["profile"]
            canvas.instances.append(Instance("eyes", FACE, ("plain" if plain else "hidden", _kind(photo)), _eyes(*eyes)))


def _kind(photo: Photograph) -> str:
    """Return what a photograph is called in the table."""
    return "group" if photo.group else "portrait"


def _eyes(right: tuple[float, float], left: tuple[float, float]) -> tuple[Polygon, Polygon]:
    ux, uy = left[0] - right[0], left[1] - right[1]
    corners = ((-0.27, -0.13), (0.27, -0.13), (0.27, 0.13), (-0.27, 0.13))
    first, second = (tuple((x + u * ux - v * uy, y + u * uy + v * ux) for u, v in corners) for x, y in (right, left))
    return first, second


def _judge(counted: Counter[tuple[str, ...]], search: str, damage: str, sheet: Sheet, findings: Sequence[Finding], seed: int) -> None:
    covered = np.zeros(sheet.pixels.shape[:2], np.bool_)
    for finding in findings:
        fill_shape(covered, finding.quad, finding.shape)
    for face in sheet.truth.of("eyes"):
        good = all(_share(eye, covered) >= COVERED for eye in face.parts)
        distance = np.hypot(*(np.mean(face.parts[1], 0) - np.mean(face.parts[0], 0)))
        row = f"{face.flags[1]}, {damage}" if face.flags[0] == "plain" else f"{face.flags[1]}, eyes not plain to see"
        counted[search, row, "covered" if good else "missed"] += 1
        if not good:
            print(f"MISSED {search}: seed {seed}, {row}, eye distance {distance:.0f} px")
    photos = [Quad.of(photo.parts[0]).grow(3, 3) for photo in sheet.truth.of("keep_text") if photo.text == BESIDE]
    for finding in findings:
        if not any(photo.contains(*finding.quad.centre) for photo in photos):
            counted[search, "false", sheet.truth.template] += 1
            print(f"FALSE {search}: seed {seed}, {damage}, on a page with {sheet.truth.template}, {finding.hint}")
    counted[search, "pages", sheet.truth.template] += 1


def _share(eye: Polygon, covered: NDArray[np.bool_]) -> float:
    place = np.zeros(covered.shape, np.uint8)
    cv2.fillPoly(place, [np.round(np.array(eye) * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
    inside = place > 0
    return float(covered[inside].mean()) if inside.any() else 1.0


def _print(counted: Counter[tuple[str, ...]], seconds: dict[str, float], searches: Sequence[str], pages: int) -> None:
    rows = sorted({key[1] for key in counted} - {"false", "pages"})
    lines = [[row, *(_told(counted, search, row) for search in searches)] for row in rows]
    for kind in ("portraits", "group", "none"):
        told = [f"{counted[s, 'false', kind]} on {counted[s, 'pages', kind]} pages" for s in searches]
        lines.append([f"false bands, pages with {kind}", *told])
    lines.append(["CPU s a page", *(f"{seconds[search] / pages:.2f}" for search in searches)])
    print("\n".join(table(["", *searches], lines)))


def _told(counted: Counter[tuple[str, ...]], search: str, row: str) -> str:
    good, bad = (counted[search, row, outcome] for outcome in ("covered", "missed"))
    return f"{good} of {good + bad}"


def _screen(pixels: Pixels, pitch: float, degrees: float) -> Pixels:
    """Print the page's greys as dots of a screen, black on white, the pitch in px, then scan it."""
    h, w = pixels.shape[:2]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    a = np.radians(degrees)
    u, v = (xs * np.cos(a) + ys * np.sin(a)) * np.pi / pitch, (ys * np.cos(a) - xs * np.sin(a)) * np.pi / pitch
    level = 127.5 + 127.5 * np.cos(u) * np.cos(v)
    dots = np.where(grey > np.clip(level, 6, 249), 255, 0).astype(np.float32)
    scanned = np.clip(cv2.GaussianBlur(dots, (0, 0), 0.7), 0, 255).astype(np.uint8)
    return np.repeat(scanned[..., None], 3, 2)


def _tones(pixels: Pixels, gain: float, lift: float) -> Pixels:
    return np.asarray(np.clip(pixels.astype(np.float32) * gain + lift, 0, 255), np.uint8)


def _grey(pixels: Pixels) -> Pixels:
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)


def _on_pixels(change: Callable[[Pixels], Pixels]) -> Callable[[Sheet, np.random.Generator], Sheet]:
    return lambda sheet, _: replace(sheet, pixels=np.ascontiguousarray(change(sheet.pixels)))


DAMAGES: dict[str, Callable[[Sheet, np.random.Generator], Sheet]] = {
    "clean": DEGRADATIONS["clean"],
    "scan": DEGRADATIONS["scan"],
    "grey": _on_pixels(_grey),
    "photocopy": DEGRADATIONS["photocopy"],
    "low contrast": _on_pixels(lambda pixels: _tones(pixels, 0.4, 130)),
    "dark": _on_pixels(lambda pixels: _tones(pixels, 0.35, 0)),
    "jpeg 25": _on_pixels(lambda pixels: jpeg(pixels, 25)),
    "phone": DEGRADATIONS["phone"],
    "halftone": _on_pixels(lambda pixels: _screen(pixels, 2.2, 45)),
    "coarse halftone": _on_pixels(lambda pixels: _screen(pixels, 4.0, 30)),
    "1-bit": DEGRADATIONS["bilevel"],
}


if __name__ == "__main__":
    main()
