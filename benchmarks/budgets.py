"""The budgets of the search in the posteriors: what they find of what is there, and what they find of what is not.

    python -m benchmarks.budgets OUT TRUTH.json … [--read-only]

Every page is read once by both readers, with the posteriors of every applicant's characters, and kept in OUT/reads-…: a
second run only searches. Printed for budgets of so many times the product's, with and without its veto, for either reader
and for both: how many occurrences are hit (every character's ink at least half covered), and how many places are hit
falsely: on the applicants' own pages where no truth lies, by other applicants of the set, and by near ones, whose names
and units differ in one character. Calibrate on the odd documents, report the even ones.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from random import Random
from unittest.mock import patch

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.neighbours import near
from benchmarks.truth import Document, load
from fixtures.truth import Instance, PageTruth
from redact import Applicant
from redact.finding import Engine
from redact.geometry import Quad
from redact.models.text.ppocr import first_reader, second_reader
from redact.page import Word
from redact.pipeline.find import Wanted
from redact.pipeline.intake import open_upload, opened
from redact.policy import load as load_policy
from redact.search import Writing, find, lattice, spotting
from redact.search.folding import fold
from redact.search.hits import Hit, Target
from redact.search.pieces import quads
from redact.search.streams import Streams

READERS = ("v6", "v4")
PRINTED = ("name", "unit", "alias", "pinyin")
GROUPS = ("printed", "stamped", *PRINTED)
FALSE = ("own", "others", "near")
TEXTUAL = frozenset({"exact", "split", "derived"})
OTHERS = 10
"""How many of the other applicants are sought on each page."""
HALF = 0.5
NEAR_TRUTH = 9
"""How far, in px, the ground of what must be masked reaches beyond its polygon."""
ENGINE = Engine("benchmark", "1")
Pixels = NDArray[np.uint8]
Tally = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Read:
    """One page as both readers read it."""

    width: int
    height: int
    words: dict[str, tuple[Word, ...]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Veto:
    """Thresholds of the veto, by default the product's; no thresholds: it refuses nothing."""

    name: str
    thresholds: tuple[float, float] | None = (lattice.SURE, lattice.RULED_OUT)

    def refuses(self, product: Callable[[], bool]) -> bool:
        """Return what the product's veto says with these thresholds."""
        if self.thresholds is None:
            return False
        sure, ruled_out = self.thresholds
        with patch.multiple(lattice, SURE=sure, RULED_OUT=ruled_out):
            return product()


VETO, NO_VETO = Veto(""), Veto(", no veto", None)
STRICTER = tuple(Veto(f", veto at {sure}, {out:g}", (sure, out)) for sure in (0.85, 0.9, 0.99) for out in (4.0, 8.0))
VETOES = (VETO, NO_VETO, *STRICTER)
SCALES = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
LATTICE = (*((veto, scale) for veto in (VETO, NO_VETO) for scale in SCALES), *((veto, 1.0) for veto in STRICTER))


def _arm(veto: Veto, scale: float) -> str:
    return f"lattice x {scale}{veto.name}"


ARMS = ("exact text", "exact and fuzzy text", *(_arm(veto, scale) for veto, scale in LATTICE))
Found = dict[str, list[Quad]]
"""The places that each arm finds."""


def main() -> None:
    arguments = _arguments()
    documents = [document for path in arguments.truth for document in load(path)]
    sought = _sought(documents)
    # Other characters, other posteriors: what was read for them is of no use.
    readings = arguments.out / f"reads-{hashlib.sha256(sought.encode()).hexdigest()[:8]}"
    _read_all(documents, readings, sought)
    if not arguments.read_only:
        tally: Tally = Counter()
        for number, document in enumerate(documents, start=1):
            tally += _document_tally(document, documents, readings)
            print(f"searched {number}/{len(documents)} {document.id}", flush=True)
        (arguments.out / "budgets.md").write_text("\n".join(table(tally)) + "\n", encoding="utf-8")
        print("\n".join(table(tally)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path, nargs="+")
    parser.add_argument("--read-only", action="store_true", help="read the pages, search nothing")
    return parser.parse_args()


# reading


def _sought(documents: Iterable[Document]) -> str:
    """Return the characters of all applicants and of those near them."""
    people = dict.fromkeys(document.applicant for document in documents)
    everybody = [*people, *(other for person in people if (other := near(person)))]
    return "".join(dict.fromkeys(c for person in everybody for c in Wanted.of(person).sought))


def _read_all(documents: Sequence[Document], folder: Path, sought: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents, start=1):
        if not all(_kept(folder, document, row["number"]).exists() for row in document.rows):
            _read(document, folder, sought)
            print(f"read {number}/{len(documents)} {document.id}", flush=True)


def _read(document: Document, folder: Path, sought: str) -> None:
    policy = load_policy()
    with opened(open_upload(document.file, policy.limits), policy.limits, policy.raster) as file:
        for source in file:
            page = source.page
            words = {"v6": first_reader().read(page, sought), "v4": second_reader().read(page, sought)}
            record = pickle.dumps((page.width, page.height, words))
            _kept(folder, document, page.number).write_bytes(gzip.compress(record, compresslevel=1))


def _kept(folder: Path, document: Document, number: int) -> Path:
    return folder / f"{document.set}__{document.id}__{number}.pkl.gz"


# searching


def _searched(words: Sequence[Word], wanted: Sequence[Writing]) -> Found:
    """Return what each arm finds of the wanted in one reader's words."""
    found: Found = {arm: [] for arm in ARMS}
    for finding in find([replace(word, posteriors=None) for word in words], wanted, ENGINE):
        found["exact and fuzzy text"].append(finding.quad)
        if finding.hint in TEXTUAL:
            found["exact text"].append(finding.quad)
    streams, targets = Streams(words), [Target.of(w) for w in wanted]
    latin = [f.quad for f in find(words, [t.writing for t in targets if not t.is_chinese], ENGINE)]
    spots = list(_spotted(streams, targets))
    for veto, scale in LATTICE:
        found[_arm(veto, scale)] = [*latin, *(quad for spot in spots if spot.stands(veto, scale) for quad in spot.quads)]
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """What the widest budget finds: from which multiple of the product's budget on, and which vetoes it does not survive."""

    scale: float
    refused: frozenset[str]
    quads: tuple[Quad, ...]

    def stands(self, veto: Veto, scale: float) -> bool:
        return self.scale <= scale and veto.name not in self.refused


def _spotted(streams: Streams, targets: Sequence[Target]) -> Iterator[Spot]:
    """Yield every place of the widest budget. The search asks the veto about a place right before it yields it."""
    whole, product, refused = lattice.budget, lattice.other_name, set[str]()

    def asked(steps: lattice.Steps, passage: lattice.Passage, text: str, unit: bool = False) -> bool:
        refused.clear()
        refused.update(veto.name for veto in VETOES if veto.refuses(lambda: product(steps, passage, text, unit)))
        return False

    # The sweep lets pass what it lets pass in the product: the budgets of parts stay.
    with patch.object(lattice, "budget", lambda n: max(SCALES) * whole(n)), patch.object(spotting, "other_name", asked):
        for hit in spotting.spotted(streams, targets):
            # A hit's score is 1 without any cost and a half at the product's budget.
            yield Spot(2 * (1 - hit.score), frozenset(refused), tuple(_quads(streams, hit)))


def _quads(streams: Streams, hit: Hit) -> Iterator[Quad]:
    for word, first, last in hit.spans:
        steps = next(((a, b) for w, a, b in hit.steps if w == word), None)
        yield from quads(streams.words[word], first, last, steps)


# counting


def _document_tally(document: Document, documents: Sequence[Document], folder: Path) -> Tally:
    tally: Tally = Counter()
    for truth in document.pages():
        # Our own cache: the file was written by this command.
        read = Read(*pickle.loads(gzip.decompress(_kept(folder, document, truth.number).read_bytes())))
        tally += _true_tally(document, read, truth)
        tally += _false_tally(document, documents, read, truth)
    return tally


def _true_tally(document: Document, read: Read, truth: PageTruth) -> Tally:
    ours = _writings(document.applicant)
    found = {reader: _searched(read.words[reader], ours) for reader in READERS}
    tally, own = Counter[tuple[str, ...]](), _own(truth)
    for arm in ARMS:
        areas = {reader: _area(found[reader][arm], read, truth) for reader in READERS}
        for reader, area in (*areas.items(), ("both", np.maximum(*areas.values()))):
            tally += _hits((document.half, arm, reader), truth, area)
        for reader in READERS:
            tally[document.half, arm, reader, "own"] += _strays(found[reader][arm], own, read, truth)
    return tally


def _hits(key: tuple[str, ...], truth: PageTruth, area: Pixels) -> Tally:
    tally: Tally = Counter()
    for instance in truth.instances:
        if instance.kind in PRINTED:
            hit = _is_hit(instance, truth, area)
            for group in ("stamped" if "stamped" in instance.flags else "printed", instance.kind):
                tally[*key, group, "n"] += 1
                tally[*key, group, "hit"] += hit
    return tally


def _is_hit(instance: Instance, truth: PageTruth, area: Pixels) -> bool:
    xs, ys = zip(*((x, y) for part in instance.parts for x, y in part), strict=True)
    window = np.s_[max(0, int(min(ys)) - 4) : int(max(ys)) + 5, max(0, int(min(xs)) - 4) : int(max(xs)) + 5]
    ink, over, hidden = truth.ink[window], truth.over[window], area[window]
    inks = [hidden[(ink == k) | (over == k)] for k in instance.ink]
    return all(pixels.mean() >= HALF for pixels in inks if pixels.size)


def _area(places: Iterable[Quad], read: Read, truth: PageTruth) -> Pixels:
    scale = (truth.width / read.width, truth.height / read.height)
    return _filled([place.array() * scale for place in places], truth)


def _filled(polygons: Iterable[NDArray[np.float64]], truth: PageTruth) -> Pixels:
    area = np.zeros((truth.height, truth.width), np.uint8)
    for polygon in polygons:
        cv2.fillPoly(area, [np.round(polygon).astype(np.int32)], 1)
    return area


def _own(truth: PageTruth) -> Pixels:
    """Return the ground of everything that must be masked, and a little around it."""
    ground = _filled([np.asarray(i.polygon) for i in truth.instances if i.must == "mask"], truth)
    return np.asarray(cv2.dilate(ground, np.ones((2 * NEAR_TRUTH + 1, 2 * NEAR_TRUTH + 1), np.uint8)), dtype=np.uint8)


def _strays(places: Iterable[Quad], ground: Pixels, read: Read, truth: PageTruth) -> int:
    """Return how many places lie mostly off a ground; those that overlap are one."""
    stray = [place for place in places if _share(_area([place], read, truth), ground) < HALF]
    return int(cv2.connectedComponents(_area(stray, read, truth))[0]) - 1


def _share(area: Pixels, ground: Pixels) -> float:
    """Return the share of an area that lies on a ground; 1 where there is no area."""
    x, y, w, h = cv2.boundingRect(area)
    inside = area[y : y + h, x : x + w] > 0
    return float(ground[y : y + h, x : x + w][inside].mean()) if inside.any() else 1.0


def _false_tally(document: Document, documents: Sequence[Document], read: Read, truth: PageTruth) -> Tally:
    """Search for whom the page does not name. What a reader reads so, to the letter, may well stand there: it is left out."""
    tally: Tally = Counter()
    printed = [w.folded for w in _writings(document.applicant)] + [fold(i.text).text for i in truth.instances]
    for group, people in _strangers(document.applicant, documents):
        wanted = [w for person in people for w in _writings(person) if not any(w.folded in text for text in printed)]
        for reader in READERS:
            found = _searched(read.words[reader], wanted)
            there = _area(found["exact text"], read, truth)
            tally[document.half, group, reader, "sought"] += len(people)
            for arm in ARMS:
                tally[document.half, arm, reader, group] += _strays(found[arm], there, read, truth)
    return tally


def _strangers(applicant: Applicant, documents: Iterable[Document]) -> Iterator[tuple[str, list[Applicant]]]:
    people = [other for other in dict.fromkeys(d.applicant for d in documents) if other != applicant]
    yield "others", Random(repr(applicant.names)).sample(people, min(OTHERS, len(people)))
    neighbour = near(applicant)
    yield "near", [neighbour] if neighbour else []


@cache
def _writings(applicant: Applicant) -> tuple[Writing, ...]:
    return Wanted.of(applicant).writings


# printing


def table(tally: Tally) -> list[str]:
    """Return the tables in Markdown, one for each half and reader."""
    halves = [half for half in ("odd", "even") if any(key[0] == half for key in tally)]
    return [line for half in halves for reader in (*READERS, "both") for line in _table(tally, half, reader)]


def _table(tally: Tally, half: str, reader: str) -> Iterator[str]:
    columns = GROUPS + (FALSE if reader != "both" else ())
    sought = ", ".join(f"{tally[half, group, reader, 'sought']} {group}" for group in FALSE[1:])
    yield f"\n{half} documents, {reader}" + (f" (sought falsely on pages: {sought})" if reader != "both" else "") + "\n"
    yield f"| search | {' | '.join(columns)} |"
    yield "|---" * (len(columns) + 1) + "|"
    cell = partial(_cell, tally, half, reader)
    yield from (f"| {arm} | {' | '.join(cell(arm, column) for column in columns)} |" for arm in ARMS)


def _cell(tally: Tally, half: str, reader: str, arm: str, column: str) -> str:
    key = (half, arm, reader, column)
    return str(tally[key]) if column in FALSE else f"{tally[*key, 'hit']}/{tally[*key, 'n']}"


if __name__ == "__main__":
    main()
