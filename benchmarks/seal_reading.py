"""Presses seals of bodies on freshly drawn sheets, finds and reads them, and says whose they were taken for.

    python -m benchmarks.seal_reading --seed N [--sheets 20] [--copies] [--list]

Every seal is judged as the applicant's own unit's, which must never be taken for another body's, and as another body's, which should
stay visible: of a body elsewhere, of one in the same place, and of one whose name differs in one character or number. Nine
impressions a sheet: round, bilingual, oval, square and rectangular, 36 to 46 mm, 100 to 300 dpi, on blank paper, text or a table, in
strong, dry and faint ink; one sheet in six is a photocopy, one a phone photo, half of them JPEG.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from benchmarks.sheets import jpeg, middle
from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.people import Span
from fixtures.seals import OVAL, RECTANGLE, ROUND, SQUARE, Seal, press
from redact import Applicant, Finding, Looked, Page
from redact.models.seals.ring_reader import seal_reader
from redact.pipeline.engines import default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.isolation import Isolation
from redact.pipeline.seals import print_on
from redact.search.chops import Whose
from redact.search.seals import whose_seal

PLACES = (
    *("青岚市", "云渡市", "南柯市", "临泉县", "昌吉市", "乌鲁木齐市", "乌鲁木齐市天山区", "新疆", "新疆维吾尔自治区"),
    *("石河子市", "喀什地区", "伊犁州", "奎屯市", "和田县", "阿克苏地区", "哈密市", "库尔勒市", "乌鲁木齐市沙依巴克区"),
)
BODIES = (
    *("教育局", "第一中学", "第二中学", "第三中学", "第五小学", "第十一中学", "人民医院", "第二人民医院", "中医医院", "图书馆"),
    *("卫生健康委员会", "农业科学院", "人力资源和社会保障局", "住房和城乡建设局", "职业技术学院", "师范大学", "实验小学", "博物馆"),
    *("水利勘测设计院有限公司", "绿源环境监测有限公司", "天昊建设工程有限公司", "疾病预防控制中心", "第三幼儿园", "妇幼保健院"),
    *("工程师联合会", "科学技术协会", "农业技术推广站", "林业和草原局", "广播电视台"),
)
LINES = ("", "", "人事专用章", "办公室", "财务专用章", "合同专用章")
UYGHUR = ("ئۈرۈمچى شەھەرلىك مائارىپ ئىدارىسى", "شىنجاڭ ئۇيغۇر ئاپتونوم رايونى", "خەلق دوختۇرخانىسى")
NUMBERS = "一二三四五六七八九"
LOOKS = ("clean", "scan", "scan", "scan", "phone", "photocopy")
COPIES = ("photocopy", "photocopy", "bilevel")
TEXT = "本人承诺所填内容真实经审核同意推荐申报高级职称"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A seal that was pressed, where its middle lies, px, and what lies beneath."""

    seal: Seal
    place: tuple[float, float]
    ground: str


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--sheets", type=int, default=20)
    parser.add_argument("--copies", action="store_true", help="photocopies and 1-bit scans alone")
    parser.add_argument("--list", action="store_true", help="print every seal of another body that is masked")
    arguments = parser.parse_args()
    counted: Counter[tuple[str, str, str]] = Counter()
    seconds: list[float] = []
    for seed in range(arguments.seed, arguments.seed + arguments.sheets):
        for condition, what, became, took in _judged(seed, arguments.copies, arguments.list):
            counted[condition, what, became] += 1
            seconds += [took] if took else []
    for (condition, what, became), count in sorted(counted.items()):
        print(f"{condition:28} {what:24} {became:10} {count:5}")
    print(f"CPU seconds a seal: mean {np.mean(seconds):.3f}, median {np.median(seconds):.3f}, n = {len(seconds)}")


def _judged(seed: int, copies: bool, told: bool) -> Iterator[tuple[str, str, str, float]]:
    """Yield for every seal of a sheet, and every applicant, its condition, whose it is, what it was taken for, and the CPU seconds."""
    random = Random(seed)
    page, pressed, look = _drawn(random, seed, COPIES if copies else LOOKS)
    words = default_engines().reader().read(page)
    seals = Isolation(120).look("seals", default_engines().seals, page)
    assert isinstance(seals, Looked)
    for one in pressed:
        found = [finding for finding in seals.findings if _near(finding, one.place, page)]
        condition = _condition(one, look, page.dpi)
        if not found:
            yield condition, "any", "not found", 0.0
            continue
        people = {
            "own": one.seal.text,
            "elsewhere": _other(random, one.seal.text),
            "same place": _same_place(random, one.seal.text),
            "neighbour": _neighbour(random, one.seal.text),
        }
        wanted = {what: Wanted.of(Applicant(names=("沈知秋",), units=(unit,))) for what, unit in people.items()}
        start = time.process_time()
        characters = "".join(dict.fromkeys("".join(w.sought for w in wanted.values())))
        read = seal_reader().read_seal(page, found[0], characters, printed=print_on(found[0], words))
        took = time.process_time() - start
        for what, sought in wanted.items():
            became = Whose.UNSURE if found[0].hint == "edge" else whose_seal(read, sought.writings)
            if (what == "own" and became is Whose.OTHER) or (told and what != "own" and became is not Whose.OTHER):
                lines = "; ".join(f"{line.text} {line.score:.2f} {sum(line.agreed)}" for line in read.lines)
                print(f"{what.upper()} {became}: seed {seed}, {condition}, {one.seal.text} to {people[what]}, rim {read.rim:.2f}: {lines}")
            yield condition, what, became.value, took
            took = 0.0


def _condition(one: Pressed, look: str, dpi: float) -> str:
    ink = "faint" if one.seal.strength < 0.5 else "dry" if one.seal.strength < 0.75 else "strong"
    kind = "bilingual" if one.seal.uyghur else one.seal.shape
    return f"{kind} {one.ground} {ink} {look} {dpi:.0f}"


def _near(finding: Finding, place: tuple[float, float], page: Page) -> bool:
    x, y = finding.quad.centre
    return float(np.hypot(x - place[0], y - place[1])) < 4 * page.px_per_mm and finding.quad.length > 15 * page.px_per_mm


def _drawn(random: Random, seed: int, looks: Sequence[str]) -> tuple[Page, list[Pressed], str]:
    dpi = random.choice((100, 150, 200, 300))
    canvas = Canvas(204, 204, dpi)
    grounds = [random.choice(("blank", "text", "table")) for _ in range(3)]
    for row, ground in enumerate(grounds):
        _ground(canvas, ground, 12 + 64 * row)
    made = [_seal(random) for _ in range(9)]
    for i, seal in enumerate(made):
        press(canvas, seal, 38 + 64 * (i % 3), 38 + 64 * (i // 3), "seal")
    look = random.choice(looks)
    sheet = DEGRADATIONS[look](Sheet(canvas.pixels, canvas.truth("seals")), np.random.default_rng(seed))
    places = [middle(instance) for instance in sheet.truth.instances[-9:]]
    pixels = sheet.pixels if random.random() < 0.5 else jpeg(sheet.pixels, random.randint(50, 90))
    pressed = [Pressed(seal, place, grounds[i // 3]) for i, (seal, place) in enumerate(zip(made, places, strict=True))]
    return Page(1, np.ascontiguousarray(pixels), float(dpi)), pressed, look


def _ground(canvas: Canvas, ground: str, top: float) -> None:
    if ground == "table":
        for row in range(5):
            canvas.rule(8, top + 12 * row, 196, top + 12 * row)
        for column in range(6):
            canvas.rule(8 + 31 * column, top, 8 + 31 * column, top + 48)
    if ground != "blank":
        for row in range(4):
            canvas.line(11, top + 4 + 12 * row, [Span(TEXT * 2)], 12)


def _seal(random: Random) -> Seal:
    shape = random.choice((ROUND, ROUND, ROUND, ROUND, ROUND, OVAL, RECTANGLE, SQUARE))
    strength = random.choice((random.uniform(0.75, 1), random.uniform(0.75, 1), random.uniform(0.5, 0.75), random.uniform(0.3, 0.5)))
    bilingual = shape == ROUND and random.random() < 0.25
    text = _name(random)
    return Seal(
        text,
        shape,
        {ROUND: random.uniform(36, 45), OVAL: random.uniform(38, 46), RECTANGLE: random.uniform(38, 46), SQUARE: random.uniform(27, 34)}[
            shape
        ],
        line=random.choice(LINES) if shape != SQUARE else "",
        uyghur=random.choice(UYGHUR) if bilingual else "",
        ink=random.choice(("red", "red", "red", "red", "crimson", "blue")),
        strength=strength,
    ).loosely(random)


def _name(random: Random) -> str:
    return random.choice(PLACES) + random.choice(BODIES)


def _other(random: Random, name: str) -> str:
    return next(other for other in iter(lambda: _name(random), "") if other[:2] != name[:2])


def _same_place(random: Random, name: str) -> str:
    place = max((place for place in PLACES if name.startswith(place)), key=len)
    return next(other for other in iter(lambda: place + random.choice(BODIES), "") if other != name)


def _neighbour(random: Random, name: str) -> str:
    """Return a name that differs in its number, or else in one character of its place."""
    at = next((i for i, c in enumerate(name) if c in NUMBERS and i > 1), None)
    if at is not None:
        return name[:at] + random.choice(NUMBERS.replace(name[at], "")) + name[at + 1 :]
    return random.choice("东西宁安新福".replace(name[0], "")) + name[1:]


if __name__ == "__main__":
    main()
