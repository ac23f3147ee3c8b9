"""Presses name chops and units' stamps on freshly drawn sheets, finds and reads them, and says whose they were taken for.

    python -m benchmarks.chops --seed N [--sheets 20] [--named] [--copies]

Every chop is judged twice: as the applicant's own, which must never be taken for somebody else's, and as another person's,
which should stay visible. A unit's stamp should stay a seal. Nine impressions a sheet: 8 to 22 mm, 100 to 300 dpi, red and
white, every layout, worn, tilted, half of the sheets with text below; one sheet in six is a photocopy, one a phone photo;
with --copies all are photocopies or 1-bit scans. With --named names are printed beside each chop: another person's own and a stranger's,
and beside the applicant's a stranger's and one that is like the applicant's.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from random import Random

import numpy as np

from benchmarks.sheets import jpeg, middle
from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.fonts import FontsMissingError, path_of
from fixtures.people import GIVEN, SURNAMES, TRADITIONAL, Span
from fixtures.seals import CHOP, SQUARE, Seal, press
from redact import Applicant, Finding, Looked, Page
from redact.finding import OTHER_CHOP
from redact.geometry import Quad
from redact.page import Word
from redact.pipeline.chops import chops
from redact.pipeline.engines import default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.isolation import Isolation

COMMON_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
COMMON_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红丹建国志鹏文辉力健俊波宁贵福生龙元全胜学祥才发武新利清飞彬富顺信子"
STAMPS = (
    "财务专用章", "合同专用章", "人事处章", "教务处印", "青岚市第一中学", "青岚一中", "教育局印", "学校公章",
    "业务专用", "审核专用章", "办公室印", "高等学校", "安全检查", "验讫", "付讫", "已审核",
    "合格", "现金收讫", "作废", "科研处章", "云渡市人民医院", "工会委员会", "党支部章", "档案室章",
    "图书馆藏书",
)  # fmt: skip
LAYOUTS = {
    2: ("", "column", "row", "row-from-left", "oval", "with ending"),
    3: ("", "", "", "1+2", "2+1", "loop", "column", "row", "row-from-left", "oval"),
    4: ("",),
}
LOOKS = ("clean", "scan", "scan", "scan", "phone", "photocopy")
COPIES = ("photocopy", "photocopy", "bilevel")
TEXT = "本人承诺所填内容真实经审核同意推荐申报高级职称"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A seal that was pressed, whose name it bears ("" for a unit's stamp), and where it lies on the page, px."""

    name: str
    seal: Seal
    place: tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sheets", type=int, default=20)
    parser.add_argument("--named", action="store_true", help="names of people are printed beside")
    parser.add_argument("--copies", action="store_true", help="photocopies and 1-bit scans alone")
    arguments = parser.parse_args()
    counted: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    for seed in range(arguments.seed, arguments.seed + arguments.sheets):
        for what, became, took in _judged(seed, COPIES if arguments.copies else LOOKS, arguments.named):
            counted[what, became] += 1
            seconds.append(took)
    for (what, became), count in sorted(counted.items()):
        print(f"{what:38} {became:14} {count:5}")
    print(f"CPU seconds a seal: {np.mean(seconds):.3f}, n = {len(seconds)}")


def _judged(seed: int, looks: Sequence[str], named: bool) -> Iterator[tuple[str, str, float]]:
    """Yield for every seal of a sheet, and every applicant, what it is, what it was taken for, and the CPU seconds."""
    random = Random(seed)
    page, pressed, look = _drawn(random, seed, looks)
    engines, isolation = default_engines(), Isolation(120)
    seals = isolation.look("seals", engines.seals, page)
    assert isinstance(seals, Looked)
    grey = f" ({look})" if look in COPIES else ""
    for one in pressed:
        own = tuple(finding for finding in seals.findings if _near(finding, one.place, page))
        stranger = next(name for name in iter(lambda: _name(random), "") if name != one.name)
        namesake = f"{(one.name or stranger)[0]}{''.join(random.sample(COMMON_GIVEN, 2))}"
        people = [("own chop", one.name), ("another's chop", stranger), ("another's, same surname", namesake)]
        for what, name in people if one.name else [("unit's stamp", stranger)]:
            start = time.process_time()
            words = _printed(one.place, _beside(random, one.name, name)) if named and one.name else ()
            names, left = chops(page, replace(seals, findings=own), Wanted.of(Applicant(names=(name,))), words, engines, isolation)
            assert isinstance(names, Looked)
            assert isinstance(left, Looked)
            became = "no seal found" if not own else "name" if names.findings else "seal"
            if own and all(finding.hint == OTHER_CHOP for finding in left.findings):
                became = "left visible"
            if what in ("own chop", "unit's stamp") and became == "left visible":
                print(f"LEFT VISIBLE: seed {seed}, {look}, {one.seal}")
            yield what + grey, became, time.process_time() - start


def _beside(random: Random, chop: str, applicant: str) -> tuple[str, str]:
    """Return the names printed beside a chop, to which no applicant signs by their own."""
    stranger = next(name for name in iter(lambda: _name(random), "") if name not in (chop, applicant))
    like = applicant[:-1] + random.choice([c for c in COMMON_GIVEN if c not in applicant])
    return (stranger, like) if chop == applicant else (stranger, chop)


def _printed(place: tuple[float, float], texts: Sequence[str]) -> tuple[Word, ...]:
    cell = Quad.centred(place, 8, 8)
    return tuple(Word(cell, text, (cell,) * len(text), 1.0, "drawn") for text in texts)


def _near(finding: Finding, place: tuple[float, float], page: Page) -> bool:
    x, y = finding.quad.centre
    return float(np.hypot(x - place[0], y - place[1])) < 4 * page.px_per_mm


def _drawn(random: Random, seed: int, looks: Sequence[str]) -> tuple[Page, list[Pressed], str]:
    dpi = random.choice((100, 150, 200, 300))
    canvas = Canvas(150, 150, dpi)
    if random.random() < 0.5:
        for row in range(12):
            canvas.line(12, 10 + 12 * row, [Span(TEXT)], 12)
    made = [_seal(random) for _ in range(9)]
    for i, (_, seal) in enumerate(made):
        press(canvas, seal, 26 + 48 * (i % 3), 26 + 48 * (i // 3), "chop")
    look = random.choice(looks)
    sheet = DEGRADATIONS[look](Sheet(canvas.pixels, canvas.truth("chops")), np.random.default_rng(seed))
    places = [middle(instance) for instance in sheet.truth.instances[-9:]]
    pixels = sheet.pixels if random.random() < 0.5 else jpeg(sheet.pixels, random.randint(50, 90))
    pressed = [Pressed(name, seal, place) for (name, seal), place in zip(made, places, strict=True)]
    return Page(1, np.ascontiguousarray(pixels), float(dpi)), pressed, look


def _seal(random: Random) -> tuple[str, Seal]:
    """Return whose name the seal bears, "" for a unit's stamp, and the seal."""
    if random.random() < 0.2:
        text = random.choice(STAMPS)
        if random.random() < 0.6:
            return "", Seal(text, SQUARE, random.uniform(14, 22)).loosely(random)
        layout = "" if len(text) % 2 == 0 else "column"
        return "", Seal(text, CHOP, random.uniform(12, 22), layout=layout, white=random.random() < 0.3).loosely(random)
    name = _name(random)
    layout = random.choice(LAYOUTS[len(name)])
    text, layout = _lettering(random, name, layout)
    if random.random() < 0.15:
        text = text.translate(TRADITIONAL)
    narrow = layout in ("column", "row", "row-from-left")
    seal = Seal(
        text,
        CHOP,
        random.uniform(5.8 * len(name), 22) if narrow else random.uniform(8, 22),
        strength=random.uniform(0.55, 1.0),
        white=random.random() < 0.45,
        layout=layout,
        face=random.choice(_faces()),
        framed=random.random() < 0.9,
    )
    return name, seal.loosely(random)


def _lettering(random: Random, name: str, layout: str) -> tuple[str, str]:
    """Return what the chop says, and its layout."""
    if layout == "with ending":
        return name + random.choice(("之印", "印章", "之章", "私印")), ""
    if len(name) == 3 and layout in ("", "loop"):
        return name + random.choice("印印章"), layout
    return name, layout


def _name(random: Random) -> str:
    surname = random.choice(COMMON_SURNAMES) if random.random() < 0.7 else random.choice(list(SURNAMES))
    given = list(COMMON_GIVEN) + (list(GIVEN) if random.random() < 0.3 else [])
    return surname + "".join(random.sample(given, random.choice((1, 2, 2, 2))))


@cache
def _faces() -> tuple[str, ...]:
    try:
        path_of("kai")
    except FontsMissingError:
        return "serif-bold", "sans-bold", "serif"
    return "serif-bold", "kai", "kai", "sans-bold", "serif"


if __name__ == "__main__":
    main()
