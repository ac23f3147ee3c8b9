"""Codes on pages as applicants upload them: how many are covered, and what is covered that is no code.

    python -m benchmarks.codes [--pages 60] [--seed 1]

Six codes a page of 200 dpi, of every kind, with modules of 0.35 to 0.9 mm, in any direction, in black or a colour, on drawn
pages that go through one damage. Counted are those that zxing-cpp decodes from the clean page: of them those whose dark modules
lie under a mask by 95 %, and those of the others that still open on the masked page. False are findings on no code; one page in
three has none.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from benchmarks.faces import DAMAGES
from benchmarks.tables import table
from fixtures.canvas import Canvas, Picture
from fixtures.degrade import Sheet
from fixtures.pages import drawn
from fixtures.people import cast
from fixtures.truth import Instance
from redact import Page
from redact.masking import fill_shape
from redact.models.codes import code_detector

DPI = 200
COVERED = 0.95
KINDS = {"QRCode": 1.0, "DataMatrix": 1.0, "PDF417": 0.7, "Aztec": 1.0, "Code128": 0.6, "EAN13": 0.6}
COLOURS = ((20, 20, 20), (20, 20, 20), (190, 30, 40), (40, 60, 165), (30, 110, 60))
PLACES = ((22, 30), (120, 30), (22, 120), (120, 120), (22, 210), (120, 210))
BACKGROUNDS = ("opinion", "notice", "minutes", "paper", "redhead")
HARD = ("dark", "halftone", "coarse halftone")
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one code."""

    kind: str
    damage: str
    covered: bool
    opens: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    outcomes: list[Outcome] = []
    false, without, seconds = 0, 0, []
    for seed in range(arguments.seed, arguments.seed + arguments.pages):
        random = Random(seed)
        canvas = drawn(random.choice(BACKGROUNDS), cast(seed), seed, DPI)
        without += seed % 3 == 0
        kinds = [] if seed % 3 == 0 else [_draw(canvas, place, random, number) for number, place in enumerate(PLACES)]
        damage = random.choice([name for name in DAMAGES if name not in HARD])
        decodable = _payloads(canvas.pixels)
        sheet = DAMAGES[damage](Sheet(canvas.pixels, canvas.truth("codes")), np.random.default_rng(seed))
        start = time.process_time()
        findings = code_detector().find(Page(1, sheet.pixels, DPI))
        seconds.append(time.process_time() - start)
        covered = np.zeros(sheet.pixels.shape[:2], np.bool_)
        for finding in findings:
            fill_shape(covered, finding.quad, finding.shape)
        masked = sheet.pixels.copy()
        masked[covered] = 0
        left = _payloads(masked)
        codes = sheet.truth.of("qr")
        for kind, code in zip(kinds, codes, strict=True):
            if code.text in decodable:
                good = float(covered[sheet.truth.pixels_of(code)].mean()) >= COVERED
                outcomes.append(Outcome(kind, damage, good, code.text in left))
                if not good:
                    print(f"MISSED: seed {seed}, {damage}, {kind}, opens afterwards: {code.text in left}")
        for finding in findings:
            if not any(_holds(code, finding.quad.centre) for code in codes):
                false += 1
                print(f"FALSE: seed {seed}, {damage}, {finding.hint}, score {finding.score}")
    _print(outcomes, false, without, arguments.pages, seconds)


def _draw(canvas: Canvas, place: tuple[float, float], random: Random, number: int) -> str:
    """Draw one code on a white ground; return its kind."""
    kind = random.choice(list(KINDS))
    payload = f"{random.randrange(10**11, 10**12 - 1):012d}"
    symbol = zxingcpp.create_barcode(payload, getattr(zxingcpp.BarcodeFormat, kind))
    modules = np.array(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False), np.uint8)
    if kind in ("Code128", "EAN13"):
        modules = np.repeat(modules[:1], 30, axis=0)
    size = random.uniform(0.35, 0.9) * KINDS[kind] * DPI / 25.4
    dark = np.pad(255 - modules, 3)
    dark = cv2.resize(dark, None, fx=size, fy=size, interpolation=cv2.INTER_AREA if size < 2 else cv2.INTER_NEAREST)
    angle = random.choice((0, 0, 0, 90, 180, 270, random.uniform(-25, 25), random.uniform(0, 360)))
    cover = _turned(dark, angle)
    ground = _turned(np.full_like(dark, 255), angle)
    x, y = canvas.px(place[0]), canvas.px(place[1])
    white = np.dstack([np.full((*ground.shape, 3), 255, np.uint8), ground])
    canvas.picture(Picture(white, x, y))
    shape = np.dstack([np.full((*cover.shape, 3), random.choice(COLOURS), np.uint8), cover])
    # EAN's check digit is the thirteenth.
    canvas.picture(Picture(shape, x, y), "qr", symbol.text, (kind,))
    return kind


def _turned(image: Pixels, angle: float) -> Pixels:
    h, w = image.shape
    c, s = abs(np.cos(np.radians(angle))), abs(np.sin(np.radians(angle)))
    size = round(w * c + h * s), round(w * s + h * c)
    turn = cv2.getRotationMatrix2D((w / 2, h / 2), angle, 1.0)
    turn[:, 2] += size[0] / 2 - w / 2, size[1] / 2 - h / 2
    return np.asarray(cv2.warpAffine(image, turn, size), np.uint8)


def _payloads(pixels: Pixels) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(np.ascontiguousarray(pixels))}


def _holds(code: Instance, centre: tuple[float, float]) -> bool:
    return cv2.pointPolygonTest(np.array(code.polygon, np.float32), centre, False) >= 0


def _print(outcomes: list[Outcome], false: int, without: int, pages: int, seconds: list[float]) -> None:
    rows = []
    for field in ("kind", "damage"):
        counted = Counter((getattr(o, field), o.covered) for o in outcomes)
        opens = Counter(getattr(o, field) for o in outcomes if o.opens)
        for value in sorted({key[0] for key in counted}):
            n = counted[value, True] + counted[value, False]
            rows.append([value, f"{counted[value, True]} of {n}", opens[value]])
    good = sum(o.covered for o in outcomes)
    rows.append(["**all**", f"{good} of {len(outcomes)}", sum(o.opens for o in outcomes)])
    print("\n".join(table(["", "covered", "still opens"], rows)))
    print(f"false: {false} on {pages} pages, {without} of them without a code; CPU s a page: {np.mean(seconds):.3f}")


if __name__ == "__main__":
    main()
