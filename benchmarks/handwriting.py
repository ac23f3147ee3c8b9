"""Draws forms whose values stand in handwriting beside labels, wears them out, reads them, and counts what is covered, and how.

    python -m benchmarks.handwriting --seed N [--pages 12] [--font FILE …]

Each FILE is a hand font (OFL ones: Ma Shan Zheng, Long Cang, Liu Jian Mao Cao, Zhi Mang Xing); a third of the values are scribbles that
nobody can read, a fifth are left empty. A value is covered where at least 98 % of its ink lies under masks: `name` by the search alone,
`label` with what stands beside labels and nobody reads, `second` with the same look by the second reader on the masked page.
A mask beside a label is needless where it lies on no value of the applicant's.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

import fixtures
from fixtures.canvas import Canvas
from fixtures.degrade import Sheet
from fixtures.handwriting import PENS, scribble, write, written
from fixtures.pages import worn
from fixtures.people import Cast, cast
from fixtures.templates.phrases import keep, plain
from redact import Finding, Page
from redact.masking import covered, mask
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted, searched
from redact.pipeline.labels import hidden_by, unread_values
from redact.policy import Policy, load

NAMES = (
    "姓名：",
    "申报人：",
    "本人签名：",
    "申报人签名：",
    "承诺人（签名）：",
    "签字：",
    "申请人签字：",
    "填表人：",
    "第一作者：",
    "姓　名",
    "申报人",
    "Name:",
)
UNITS = ("工作单位：", "所在单位：", "单位名称：", "推荐单位（公章）：", "现任职单位：", "工作单位", "所在单位")
HIDDEN, LOST = 0.98, 0.2
Area = NDArray[np.bool_]


def main() -> None:
    arguments = _arguments()
    engines, policy = default_engines(), load()
    engines.load()
    rows: Counter[tuple[str, str]] = Counter()
    seeds = (seed for seed in range(arguments.seed, arguments.seed + 1000) if _writable(cast(seed), arguments.font))
    looks = list(fixtures.DEGRADATIONS)
    for i in range(arguments.pages):
        seed, look = next(seeds), looks[i % len(looks)]
        canvas, played = _drawn(seed, arguments.font)
        sheet = worn(canvas, "handwriting", seed, look)
        for fault in _judged(sheet, played, engines, policy, rows):
            print(f"seed {seed} {look} {fault}", flush=True)
    _print(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--font", nargs="*", default=[])
    return parser.parse_args()


def _writable(played: Cast, fonts: Sequence[str]) -> bool:
    """True where every font has every character: a box in place of one is no handwriting."""
    letters = {ord(c) for c in played.person.name + played.unit.name + "".join(played.unit.short)}
    return all(letters <= _characters(file) for file in fonts)


@cache
def _characters(file: str) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(file).getBestCmap())


def _drawn(seed: int, fonts: Sequence[str]) -> tuple[Canvas, Cast]:
    random, played = Random(f"hand {seed}"), cast(seed)
    canvas = Canvas(210, 297, 200)
    canvas.centred(14, plain("专业技术职务任职资格申报材料"), 16, "sans-bold")
    for cell in range(32):
        _field(canvas, random, played, 16 + cell % 2 * 94, 28 + cell // 2 * 15.6, fonts)
    return canvas, played


def _field(canvas: Canvas, random: Random, played: Cast, x: float, y: float, fonts: Sequence[str]) -> None:
    """Draw a label, in a cell of a table or with a colon, and its value by hand."""
    kind = random.choice(("name", "name", "unit"))
    label, pt = random.choice(NAMES if kind == "name" else UNITS), random.choice((9.0, 10.5, 12.0))
    boxed = not label.endswith(("：", ":"))
    if boxed:
        canvas.grid(x - 2, y - 3.5, (26, 64), (12,))
        canvas.cell(x - 2, y - 3.5, 26, 12, plain(label), pt)
    else:
        canvas.line(x, y, plain(label), pt)
    start = x + 25 if boxed else x + canvas.measure(plain(label), pt)
    if not boxed and random.random() < 0.5:
        canvas.rule(start, y + canvas.mm(pt) * 1.15, x + 88, y + canvas.mm(pt) * 1.15 + 0.2)
    text = played.person.name if kind == "name" else random.choice((played.unit.name, *played.unit.short))
    how = random.choice([*(Path(file).stem for file in fonts), "scribble", "scribble", "empty"])
    if how != "empty":
        cover = _hand(random, text, how, round(canvas.px(canvas.mm(pt)) * random.uniform(1.0, 1.5)), fonts, canvas.px(x + 86 - start))
        middle = y + canvas.mm(pt) / 2 + random.uniform(-0.25, 0.25) * canvas.mm(pt)
        room = max(0.5, x + 87 - start - cover.shape[1] / canvas.dpi * 25.4)
        at = start + random.uniform(0.3, min(room, 14.0))
        write(canvas, at, middle - cover.shape[0] / canvas.dpi * 25.4 / 2, cover, random.choice(PENS), kind, text, (how, label))
    elif "签" in label and not boxed:
        canvas.line(start + 18, y, (*plain("日期："), *keep("2024年5月6日")), pt)


def _hand(random: Random, text: str, how: str, size: int, fonts: Sequence[str], room: int) -> NDArray[np.uint8]:
    cover = scribble(random, min(len(text), 3), size)
    if how != "scribble":
        file = next(file for file in fonts if Path(file).stem == how)
        cover = written(random, text, size, file)
        cover = cover[:, : np.flatnonzero(cover.any(axis=0)).max() + 2]
    if cover.shape[1] > room:
        cover = np.asarray(cv2.resize(cover, None, fx=room / cover.shape[1], fy=room / cover.shape[1], interpolation=cv2.INTER_AREA))
    return cover


@dataclass(frozen=True, slots=True)
class _Stage:
    name: str
    area: Area


def _judged(sheet: Sheet, played: Cast, engines: Engines, policy: Policy, rows: Counter[tuple[str, str]]) -> list[str]:
    page, wanted, truth = Page(1, _stored(sheet.pixels), 200.0), Wanted.of(played.applicant()), sheet.truth
    stages, unknown = _stages(page, wanted, engines, policy)
    faults = []
    for instance in truth.of("name", "unit"):
        ink = truth.pixels_of(instance)
        by = next((stage.name for stage in stages if stage.area[ink].mean() >= HIDDEN), "open")
        rows[instance.flags[1], by] += 1
        faults += [f"open: {' '.join(instance.flags[1:])}"] if by == "open" else []
    for instance in truth.of("keep_text"):
        rows["dates", "lost" if stages[-1].area[truth.pixels_of(instance)].mean() > LOST else "kept"] += 1
    needless = [f for f in unknown if not (truth.over[_slice(f)] > 0).any()]
    rows["masks beside labels", "needless"] += len(needless)
    rows["masks beside labels", "n"] += len(unknown)
    return faults + [f"needless: {f.quad.box()}" for f in needless]


def _stored(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    stored = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.cvtColor(cv2.imdecode(stored, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), dtype=np.uint8)


def _stages(page: Page, wanted: Wanted, engines: Engines, policy: Policy) -> tuple[list[_Stage], list[Finding]]:
    """Return what is masked by the search, with the labels, and with the second reader's; and what the labels added."""
    first = engines.reader()
    words = first.read(page, wanted.sought)
    findings = list(searched(page, words, wanted, first.engine).findings)
    stages = [_Stage("name", _area(page, findings, policy))]
    unknown = list(unread_values(page, words, wanted.writings, hidden_by(page, findings)))
    findings += unknown
    stages.append(_Stage("label", _area(page, findings, policy)))
    written_page = mask(page, policy.decide(findings, page.width, page.height))
    second = engines.second_reader().read(written_page, wanted.sought)
    more = unread_values(written_page, second, wanted.writings, stages[-1].area, first=words)
    stages.append(_Stage("second", _area(page, [*findings, *more], policy)))
    return stages, [*unknown, *more]


def _area(page: Page, findings: Sequence[Finding], policy: Policy) -> Area:
    return covered(page.width, page.height, policy.decide(findings, page.width, page.height))


def _slice(finding: Finding) -> tuple[slice, slice]:
    box = finding.quad.box()
    return slice(max(0, box.y0), box.y1), slice(max(0, box.x0), box.x1)


def _print(rows: Counter[tuple[str, str]]) -> None:
    print(f"\n{'hand':24} {'name':>6} {'label':>6} {'second':>6} {'open':>6}")
    hands = sorted({hand for hand, _ in rows} - {"dates", "masks beside labels"})
    for hand in hands:
        print(f"{hand:24} " + " ".join(f"{rows[hand, how]:6}" for how in ("name", "label", "second", "open")))
    print(f"dates lost {rows['dates', 'lost']} of {rows['dates', 'lost'] + rows['dates', 'kept']}")
    print(f"needless {rows['masks beside labels', 'needless']} of {rows['masks beside labels', 'n']} masks beside labels")


if __name__ == "__main__":
    main()
