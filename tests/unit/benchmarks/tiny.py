"""One small page with truth, as a benchmark gets it, and engines that know what is on it: a benchmark's own work is quick."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import fixtures
from fixtures.dossier import write, write_truth
from fixtures.truth import TEXT_KINDS, Instance, PageTruth
from redact.finding import Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.engines import Engines, default_engines

CARD = ("idcard",)
SEED = 4


def truth_of_one_card(folder: Path) -> Path:
    """Write one document and return its truth file."""
    folder.mkdir(parents=True, exist_ok=True)
    write_truth(folder, [write(folder, "card", fixtures.document("png", SEED, dpi=100, templates=CARD))])
    return folder / "truth.json"


def card() -> PageTruth:
    """Return what is on its page."""
    return fixtures.document("png", SEED, dpi=100, templates=CARD).pages[0]


@dataclass(frozen=True, slots=True)
class Knowing:
    """A reader of every protocol that reads the names and units of the card, and a detector that sees nothing."""

    engine: Engine
    words: tuple[Word, ...] = field(repr=False)

    def read(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        return self.words

    def read_watermark(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        return ()

    def read_beneath(self, page: Page, places: object, sought: str = "") -> tuple[Word, ...]:
        return ()

    def read_lines(self, page: Page, lines: object) -> tuple[Word, ...]:
        return ()

    def read_uyghur(self, page: Page, lines: object) -> tuple[Word, ...]:
        return ()

    def find(self, page: Page) -> tuple[Finding, ...]:
        return ()

    def find_told(self, page: Page, tells: object) -> tuple[Finding, ...]:
        return ()


def knowing(name: str, left_out: str = "") -> Knowing:
    """Return a reader that knows every text on the card but those of one kind."""
    texts = [i for i in card().instances if i.kind in TEXT_KINDS and i.kind != left_out]
    return Knowing(Engine(name, "1"), tuple(_word(i, name) for i in texts))


def _word(instance: Instance, source: str) -> Word:
    characters = tuple(Quad.around(c.polygon) for c in instance.characters)
    text = "".join(c.text for c in instance.characters)
    return Word(Quad.around([p for part in instance.parts for p in part]), text, characters, 0.99, source)


def knowing_engines(second: Knowing) -> Engines:
    """Return engines of which the first reader knows the card, and the second what it is given to know."""
    first, nobody = knowing("first"), Knowing(Engine("nobody", "1"), ())
    return replace(
        default_engines(),
        reader=lambda: first,
        second_reader=lambda: second,
        line_reader=lambda: nobody,
        faces=lambda: nobody,
        seals=lambda: nobody,
        codes=lambda: nobody,
    )
