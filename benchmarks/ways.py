"""Draws a name and a unit in every way they are written, reads the pages with the finding stage alone, and counts what is covered.

    python -m benchmarks.ways --seed 900 [--people 12] [--only SHEET …] [--show DIR]

*hit*: of every character at least half of the ink is covered; *strict*: of every character 99 %. Seeds and people are the
caller's: nothing here was used to set a threshold. Pictures of the pages with their masks go to DIR.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.canvas import Canvas, Colour
from fixtures.degrade import DEGRADATIONS, Sheet, turned
from fixtures.fonts import shapes_uyghur
from fixtures.people import RARE, TRADITIONAL, Cast, Span, cast
from fixtures.seals import Seal, press
from fixtures.truth import PageTruth
from redact import Page
from redact.finding import Engine, Finding
from redact.masking import covered
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted, find_all
from redact.pipeline.isolation import Isolation
from redact.policy import load
from redact.redaction import Redaction

DPI = 200
WIDTH, MARGIN = 210.0, 20.0
BEFORE, AFTER = (
    ("本项目由", "课题组负责人", "兹聘任", "授予"),
    ("主持完成，成果通过验收。", "同志获得一等奖。", "担任学科带头人。", "于二〇二四年结题。"),
)
GREY: Colour = (176, 176, 176)
Draw = Callable[[Canvas, float, Cast, Random], None]


def main() -> None:
    arguments = _arguments()
    counts: dict[str, list[int]] = {}
    for seed in range(arguments.seed, arguments.seed + arguments.people):
        for number, (name, sheet) in enumerate(_sheets(seed)):
            if arguments.only and name not in arguments.only:
                continue
            picture = arguments.show and arguments.show / f"{seed}-{number}-{name}.png"
            _count(name, sheet, cast(seed), counts, picture)
    print(f"{'way':22} {'n':>5} {'hit':>6} {'strict':>6}")
    for way, (n, hits, strict) in counts.items():
        print(f"{way:22} {n:5} {hits:6} {strict:6}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--only", nargs="*", default=[], metavar="SHEET", help='"upright", "turned text", "phone", …')
    parser.add_argument("--show", type=Path)
    return parser.parse_args()


BLIND = Engine("blind", "1")


@dataclass(frozen=True, slots=True)
class Blind:
    """A detector that sees nothing: faces and codes are not what is measured."""

    engine: Engine = BLIND

    def find(self, page: Page) -> tuple[Finding, ...]:
        return ()

    def find_told(self, page: Page, tells: object) -> tuple[Finding, ...]:
        return ()


def _text_engines() -> Engines:
    return replace(default_engines(), faces=Blind, codes=Blind)


def _count(name: str, sheet: Sheet, played: Cast, counts: dict[str, list[int]], show: Path | None) -> None:
    page = Page(1, sheet.pixels, sheet.truth.dpi)
    policy = load()
    seen = find_all(page, Wanted.of(played.applicant()), _text_engines(), Isolation(600))
    redactions = policy.decide(seen.findings, page.width, page.height)
    masked = covered(page.width, page.height, redactions)
    for instance in sheet.truth.of("name", "unit", "alias", "pinyin", "uyghur"):
        shares = [float(masked[sheet.truth.ink == c.ink].mean()) for c in instance.characters if (sheet.truth.ink == c.ink).any()]
        way = next((flag.removeprefix("way:") for flag in instance.flags if flag.startswith("way:")), name)
        row = counts.setdefault(way if name == "upright" else name, [0, 0, 0])
        hit, strict = min(shares, default=0) >= 0.5, min(shares, default=0) >= 0.99
        row[:] = row[0] + 1, row[1] + hit, row[2] + strict
        if not hit:
            print(f"missed: {way} on {name}, {instance.kind} of {len(instance.text)} characters, seed {played.seed}", flush=True)
    if show:
        _show(sheet, redactions, show)


def _show(sheet: Sheet, redactions: tuple[Redaction, ...], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = cv2.cvtColor(sheet.pixels, cv2.COLOR_RGB2BGR)
    outlines = [np.array(r.quad.points, np.int32) for r in redactions]
    cv2.imwrite(str(file), cv2.polylines(picture, outlines, True, (0, 0, 255), 2))


def _sheets(seed: int) -> Iterator[tuple[str, Sheet]]:
    """Yield every page for one cast: the ways on upright pages, and plain ones turned, bent and damaged."""
    played, rng = cast(seed), np.random.default_rng(seed)
    ways = [way for way in WAYS.items() if way[0] not in NEEDS or NEEDS[way[0]](played)]
    for start in range(0, len(ways), 7):
        yield "upright", _sheet(played, ways[start : start + 7], seed)
    plain = [("plain", _plain), ("unit", _unit), ("spaces", _spaced), ("pinyin", _pinyin)]
    for quarters in (1, 2, 3):
        yield f"page turned {90 * quarters}", turned(_sheet(played, plain, seed + quarters), quarters)
    yield "vertical", _sheet(played, [("vertical", _column)], seed)
    for damage in ("scan", "photocopy", "bilevel", "phone"):
        yield damage, DEGRADATIONS[damage](_sheet(played, plain, seed), rng)
    yield "100 dpi", _sheet(played, plain, seed, dpi=100)
    yield "bent page", _bent(_sheet(played, plain, seed), rise=0.05)
    yield "turned text", _turned_text(played, seed)
    yield "page under a watermark", _watermarked(played, seed)


def _sheet(played: Cast, ways: Sequence[tuple[str, Draw]], seed: int, dpi: int = DPI) -> Sheet:
    canvas = Canvas(WIDTH, max(90.0, 24.0 + 36.0 * len(ways)), dpi)
    random = Random(f"ways {seed}")
    for row, (way, draw) in enumerate(ways):
        known = len(canvas.instances)
        draw(canvas, 14.0 + 36.0 * row, played, random)
        canvas.instances[known:] = [replace(i, flags=(*i.flags, f"way:{way}")) for i in canvas.instances[known:]]
    return Sheet(canvas.pixels, canvas.truth("ways"))


def _said(canvas: Canvas, y: float, spans: list[Span], random: Random, pt: float = 12, colour: Colour = (25, 25, 28)) -> None:
    style = random.choice(("serif", "sans", "serif-bold"))
    row = [Span(random.choice(BEFORE)), *spans, Span(random.choice(AFTER))]
    canvas.line(MARGIN, y, row, pt, style, colour)
    canvas.paragraph(MARGIN, y + 8, WIDTH - 2 * MARGIN, [Span("教学研究与实践相结合，注重过程评价，" * 3)], 10.5, "serif")


def _plain(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.person.name, "name")], random)


def _unit(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.unit.name, "unit")], random)


def _alias(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.unit.short[0], "alias"), Span("的"), Span(played.person.name, "name")], random)


def _spaced(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    gap = random.choice((" ", "　", "  "))
    canvas.line(MARGIN, y, [Span("姓　名："), Span(gap.join(played.person.name), "name"), Span("　　性　别：女")], 12, "serif")


def _two_lines(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    name, cut = played.person.name, random.randint(1, len(played.person.name) - 1)
    spans = [Span("教学研究与实践相结合，课题由"), Span(f"{name[:cut]}\n{name[cut:]}", "name"), Span("主持完成，注重过程评价。")]
    canvas.paragraph(MARGIN, y, WIDTH - 2 * MARGIN, spans, 12, "serif")


def _unit_on_two_lines(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    name, cut = played.unit.name, random.randint(2, len(played.unit.name) - 2)
    spans = [Span("经研究决定，聘任教师到"), Span(f"{name[:cut]}\n{name[cut:]}", "unit"), Span("工作，聘期三年。")]
    canvas.paragraph(MARGIN, y, WIDTH - 2 * MARGIN, spans, 12, "serif")


def _cells(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    letters = played.person.name
    canvas.grid(MARGIN, y, [20, *[9] * len(letters), 30], [10])
    canvas.cell(MARGIN, y, 20, 10, [Span("姓名")])
    known = len(canvas.instances)
    for i, letter in enumerate(letters):
        canvas.cell(MARGIN + 20 + 9 * i, y, 9, 10, [Span(letter, "name")])
    parts = canvas.instances[known:]
    whole = replace(
        parts[0],
        text=letters,
        parts=tuple(p for i in parts for p in i.parts),
        ink=tuple(k for i in parts for k in i.ink),
        characters=tuple(c for i in parts for c in i.characters),
    )
    canvas.instances[known:] = [whole]


def _narrow_cell(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.grid(MARGIN, y, [25, 32, 40], [16])
    canvas.cell(MARGIN, y, 25, 16, [Span("工作单位")])
    canvas.cell(MARGIN + 25, y, 32, 16, [Span(played.unit.name, "unit")])
    canvas.cell(MARGIN + 57, y, 40, 16, [Span("专任教师")])


def _column(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.column(MARGIN + random.uniform(0, 60), y - 6, [Span(played.person.name, "name")], 13, random.choice(("serif", "sans-bold")))
    canvas.column(MARGIN + 90, y - 6, [Span("优秀教师")], 13)


def _dots(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    dot = random.choice(("・", "•", "‧", "．", "", " ", "· "))
    _said(canvas, y, [Span(played.person.name.replace("·", dot), "name")], random)


def _traditional(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.person.name.translate(TRADITIONAL), "name")], random)


def _pinyin(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    shape = random.choice((str, str.upper, str.lower))
    canvas.line(MARGIN, y, [Span("Author: "), Span(shape(random.choice(played.person.pinyin)), "pinyin"), Span(", Li Hua, Wang Fang")], 11)


def _full_width(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in played.person.pinyin[0])
    canvas.line(MARGIN, y, [Span("姓名拼音："), Span(wide, "pinyin")], 11)


def _initials(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    surname = played.person.pinyin[0].split()[0]
    cited = random.choice((f"{surname} {_given_initials(played)}", f"{_given_initials(played)} {surname}"))
    canvas.line(MARGIN, y, [Span("[3] Li H, "), Span(cited, "pinyin"), Span(", Wang F. Journal of Education, 2021, 12(3): 45-51.")], 10.5)


def _given_initials(played: Cast) -> str:
    from redact.search.readings import readings

    return "".join(syllable[0] for syllable in readings(played.person.name)[0].given).upper()


def _uyghur(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.line(MARGIN, y, [Span("维文姓名")], 12)
    canvas.uyghur(MARGIN + 40, y, played.person.uyghur, random.choice((12, 14, 18)))


def _stamped(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.line(MARGIN + 60, y + 6, [Span("单位："), Span(played.unit.name, "unit")], 12)
    text = Span(played.person.name, "name")
    canvas.line(MARGIN + 60, y + 14, [Span("负责人："), text], 12)
    press(canvas, Seal(played.neighbours[1], seed=random.randrange(999)), MARGIN + 80 + random.uniform(-6, 10), y + 11, "keep_seal")


def _faint(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.person.name, "name")], random, colour=GREY)


def _white_on_dark(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.rule(MARGIN - 4, y - 4, WIDTH - MARGIN, y + 10, random.choice(((30, 60, 120), (120, 20, 24), (40, 40, 40))))
    canvas.line(
        MARGIN,
        y,
        [Span("主讲人："), Span(played.person.name, "name"), Span("　"), Span(played.unit.name, "unit")],
        14,
        "sans-bold",
        (255, 255, 255),
    )


def _large(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.centred(y, [Span(played.person.name, "name")], 30, random.choice(("serif-bold", "sans-bold")), tracking=3)


def _small(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    _said(canvas, y, [Span(played.person.name, "name"), Span("（"), Span(played.unit.name, "unit"), Span("）")], random, pt=7.5)


def _under_watermark(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.line(MARGIN, y - 8, [Span("仅供职称评审使用　复印无效")], 34, "sans-bold", (214, 214, 214))
    canvas.line(MARGIN, y, [Span("申报人："), Span(played.person.name, "name"), Span("　单位："), Span(played.unit.name, "unit")], 12)


def _as_watermark(canvas: Canvas, y: float, played: Cast, random: Random) -> None:
    canvas.line(MARGIN + 20, y - 8, [Span(played.person.name, "name")], 40, "sans-bold", (205, 205, 205))
    canvas.paragraph(MARGIN, y - 4, WIDTH - 2 * MARGIN, [Span("教学研究与实践相结合，注重过程评价，" * 5)], 10.5, "serif")


WAYS: dict[str, Draw] = {
    "plain": _plain,
    "unit": _unit,
    "short name": _alias,
    "spaces inside": _spaced,
    "over two lines": _two_lines,
    "unit over two lines": _unit_on_two_lines,
    "a cell a character": _cells,
    "unit in a narrow cell": _narrow_cell,
    "dots": _dots,
    "traditional": _traditional,
    "rare characters": _plain,
    "pinyin": _pinyin,
    "full width": _full_width,
    "initials": _initials,
    "uyghur script": _uyghur,
    "under a seal": _stamped,
    "faint": _faint,
    "white on dark": _white_on_dark,
    "large": _large,
    "small (7.5 pt)": _small,
    "under a watermark": _under_watermark,
    "as a watermark": _as_watermark,
}
NEEDS: dict[str, Callable[[Cast], bool]] = {
    "short name": lambda c: bool(c.unit.short),
    "dots": lambda c: "·" in c.person.name,
    "traditional": lambda c: c.person.name.translate(TRADITIONAL) != c.person.name,
    "rare characters": lambda c: any(r in c.person.name for r in RARE),
    "full width": lambda c: "·" not in c.person.name,
    "initials": lambda c: "·" not in c.person.name,
    "uyghur script": lambda c: bool(c.person.uyghur) and shapes_uyghur(),
}


def _bent(sheet: Sheet, rise: float) -> Sheet:
    """Bend every line into an arc whose middle lies `rise` of the page's width higher: an open book, an arched heading."""
    h, w = sheet.pixels.shape[:2]
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    lifted = ys + np.float32(rise * w) * (1 - ((xs - w / 2) / (w / 2)) ** 2) - np.float32(rise * w / 2)
    pixels = cv2.remap(sheet.pixels, xs, lifted, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return Sheet(pixels, replace(sheet.truth, ink=_remapped(sheet.truth.ink, xs, lifted), over=_remapped(sheet.truth.over, xs, lifted)))


def _remapped(ids: NDArray[np.uint16], xs: NDArray[np.float32], ys: NDArray[np.float32]) -> NDArray[np.uint16]:
    return np.asarray(cv2.remap(ids, xs, ys, cv2.INTER_NEAREST), np.uint16)


def _turned_text(played: Cast, seed: int) -> Sheet:
    """An upright page with blocks of text that stand on their side, on their head, and askew."""
    page = Canvas(WIDTH, 200.0, DPI)
    page.paragraph(MARGIN, 150, WIDTH - 2 * MARGIN, [Span("教学研究与实践相结合，注重过程评价，" * 8)], 10.5)
    truth = page.truth("ways")
    pixels, ink, instances = page.pixels.copy(), truth.ink.copy(), list(truth.instances)
    for i, degrees in enumerate((90, 180, 270, 20, -35)):
        block = Canvas(62.0, 62.0, DPI)
        block.line(4, 24, [Span("主讲："), Span(played.person.name, "name")], 10.5)
        block.line(4, 31, [Span(played.unit.name, "unit")], 10.5)
        cut = block.truth("ways")
        first = int(ink.max())
        x, y = page.px(8 + 66 * (i % 3)), page.px(6 + 68 * (i // 3))
        turned_pixels, turned_ids = _about(block.pixels, degrees, 255), _about(cut.ink, degrees, 0)
        h, w = turned_ids.shape
        pixels[y : y + h, x : x + w] = np.minimum(pixels[y : y + h, x : x + w], turned_pixels)
        ink[y : y + h, x : x + w][turned_ids > 0] = turned_ids[turned_ids > 0] + first
        for instance in cut.instances:
            letters = tuple(replace(c, ink=c.ink + first) for c in instance.characters)
            instances.append(replace(instance, characters=letters, ink=tuple(k + first for k in instance.ink)))
    made: PageTruth = replace(truth, ink=ink, instances=tuple(instances))
    return Sheet(pixels, made)


def _watermarked(played: Cast, seed: int) -> Sheet:
    """A page of text with the applicant's name across it, large and pale, as people print it over copies of papers."""
    random = Random(f"watermark {seed}")
    page = Canvas(WIDTH, 200.0, DPI)
    for row in range(9):
        page.paragraph(MARGIN, 14 + 20 * row, WIDTH - 2 * MARGIN, [Span("教学研究与实践相结合，注重过程评价，" * 5)], 10.5)
    shade = random.randint(190, 222)
    mark = Canvas(WIDTH, 200.0, DPI)
    words = [Span("仅供"), Span(played.person.name, "name"), Span("职称评审使用")]
    mark.centred(90, words, min(30.0, 420 / sum(len(s.text) for s in words)), "sans-bold", (shade,) * 3)
    cut, degrees = mark.truth("ways"), random.choice((0.0, 25.0, 35.0, -30.0))
    pixels = np.minimum(page.pixels, _about(mark.pixels, degrees, 255))
    return Sheet(pixels, replace(cut, ink=np.asarray(_about(cut.ink, degrees, 0), np.uint16)))


def _about(picture: NDArray[Any], degrees: float, outside: int) -> NDArray[Any]:
    h, w = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((w / 2 - 0.5, h / 2 - 0.5), degrees, 1.0)
    how = cv2.INTER_LINEAR if picture.ndim == 3 else cv2.INTER_NEAREST
    return np.asarray(cv2.warpAffine(picture, turn, (w, h), flags=how, borderValue=(outside,) * 3))


if __name__ == "__main__":
    main()
