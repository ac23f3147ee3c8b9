"""Second stop: every engine looks at the page, and what they see is evidence."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from redact.applicant import Applicant
from redact.check import Check, of_look
from redact.finding import Category, Engine, Finding, Look, Looked, NotLooked, NumberKind
from redact.models.protocols import FirstReader, LineReader
from redact.page import Page, Word
from redact.pipeline import cut
from redact.pipeline.chops import chops
from redact.pipeline.codes import codes
from redact.pipeline.copies import copies
from redact.pipeline.emblems import without_emblem
from redact.pipeline.engines import Engines
from redact.pipeline.faint import beyond_print, is_print
from redact.pipeline.grounds import certain_bands, without_grounds
from redact.pipeline.isolation import Isolation, sane_doubts, sane_findings, sane_words
from redact.pipeline.labels import ENGINE as LABELS
from redact.pipeline.labels import hidden_by, unread_values
from redact.pipeline.letters import Letters, without_letters
from redact.pipeline.printed import without_print
from redact.pipeline.seals import read_seals, without_misread_rings
from redact.pipeline.unread import either_way, unread
from redact.pipeline.watermarks import NOTHING_KNOWN, Known, disputed, repeated, whole_letters, whole_units
from redact.search import Writing, cautions, fold, look, resembling, sought_characters, writings
from redact.search.numbers import find_numbers

TEXT_LAYER = Engine("text-layer", "1")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is sought on every page: the applicant's writings, given and derived, and kinds of numbers, whoever's they are.

    `cautions`: codes of what a caller should know about the applicant's record. `others`: the folded names of other people, by which
    a page of theirs is told.
    """

    writings: tuple[Writing, ...]
    sought: str = field(repr=False)
    uyghur: bool
    numbers: frozenset[NumberKind] = frozenset()
    cautions: tuple[str, ...] = ()
    others: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, applicant: Applicant, numbers: Collection[NumberKind] = (), others: Collection[str] = ()) -> Wanted:
        """Return what to seek for an applicant. `numbers`: the kinds that the policy masks; the others are not sought.

        `others`: names of other people of the same review; one that is the applicant's too tells nothing.
        """
        forms = writings(applicant)
        strangers = frozenset(fold(name).text for name in others) - {form.folded for form in forms}
        uyghur = any("\u0600" <= c <= "\u06ff" for form in forms for c in form.text)
        return cls(forms, sought_characters(forms), uyghur, frozenset(numbers), cautions(applicant), strangers)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engines said about one page: one named look each, and the words of the first reader.

    `watermarks`: what that reader found out of these.
    """

    looks: tuple[tuple[str, Look], ...]
    words: tuple[Word, ...]
    watermarks: Known = NOTHING_KNOWN

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every engine that looked."""
        return tuple(f for _, look in self.looks if isinstance(look, Looked) for f in look.findings)

    def checks(self, page: int) -> tuple[Check, ...]:
        """Return, per look, that it was made, that it was not, or what it leaves open."""
        return tuple(check for name, look in self.looks for check in of_look(name, look, page))


def find_all(page: Page, wanted: Wanted, engines: Engines, isolation: Isolation) -> Seen:
    """Return what every engine sees on the page. Never raises for an engine's fault: that is a look not made."""
    text, words = read_and_search(page, wanted, engines, isolation)
    watermark, faint = _watermark(page, text, words, wanted, engines, isolation)
    letters = Letters(page, faint, words)
    faces, seals = (
        without_letters(look, letters)
        for look in (isolation.look("faces", engines.faces, page), isolation.look("seals", engines.seals, page))
    )
    seals = without_print(page, without_grounds(page, seals, certain_bands(faces)), words, certain_bands(faces))
    name_chops, seals = chops(page, seals, wanted, words, engines, isolation)
    seal_reading, seals = read_seals(page, seals, wanted, words, engines, isolation)
    seals = without_emblem(page, seals, words)
    looks: list[tuple[str, Look]] = [
        ("find.text", without_misread_rings(text, words, seals)),
        ("find.text-layer", _text_layer(page, wanted, isolation)),
        ("find.beneath", _beneath(page, seals, wanted, engines, isolation)),
        ("find.watermark", watermark),
        # Before the seals: where both cover one place, the first is listed.
        ("find.chops", name_chops),
        ("find.seal-reading", seal_reading),
        ("find.seals", seals),
        ("find.cut", _cut(page, seals, words, wanted, isolation)),
        ("find.faces", faces),
        ("find.codes", codes(page, wanted.writings, words, engines, isolation)),
    ]
    if wanted.uyghur:
        looks.insert(2, ("find.uyghur", _uyghur(page, words, wanted, engines, isolation)))
    looks.append(("find.labels", _labels(page, words, looks, wanted, isolation)))
    return Seen(tuple(looks), words, Known.of(faint, watermark, wanted.writings))


def read_and_search(page: Page, wanted: Wanted, engines: Engines, isolation: Isolation) -> tuple[Look, tuple[Word, ...]]:
    """Return where the first reader reads the wanted on the page, and all that it reads."""

    def read() -> tuple[Engine, tuple[Word, ...]]:
        reader: FirstReader = engines.reader()
        return reader.engine, sane_words(reader.read(page, wanted.sought))

    answer = isolation.ask("reader", read)
    if isinstance(answer, NotLooked):
        return answer, ()
    engine, words = answer
    return isolation.ask("search", lambda: searched(page, words, wanted, engine)), words


def searched(page: Page, words: Sequence[Word], wanted: Wanted, engine: Engine) -> Looked:
    """Return where the wanted stands in a reader's words. Raises ValueError for a word or a hit whose place cannot be true."""
    # A hit off the page would be dropped as nothing to mask, and stay readable wherever it really is.
    sane = sane_words(words)
    looked = look(sane, wanted.writings, engine)
    found = (*looked.findings, *find_numbers(sane, wanted.numbers, engine))
    return Looked(engine, sane_findings(found, page), sane_doubts(looked.doubts, page))


def searched_watermarks(
    page: Page,
    words: Sequence[Word],
    printed: Sequence[Sequence[Word]],
    wanted: Wanted,
    engine: Engine,
    known: Known = NOTHING_KNOWN,
    found: Sequence[Finding] = (),
) -> Looked:
    """Return where the wanted stands in a page's watermarks and in the print over them, each by itself, and nothing of print's ghosts.

    `printed`: what each reader read on the page itself; `found`: what was found in that. `known`: what the first reader found out
    before the page was masked. Raises as `searched` does.
    """
    lines = [word for word in words if word.watermark]
    letters = searched(page, lines, wanted, engine)
    over = searched(page, [word for word in words if not word.watermark], wanted, engine)
    in_letters, in_print = (beyond_print(look.findings, printed, wanted.writings) for look in (letters, over))
    whole = whole_letters(whole_units(in_letters, lines, wanted.writings))
    whole += whole_letters(copies(page, in_letters, found, printed[-1]))
    in_doubt = disputed(page, lines, letters.findings, wanted.writings, engine)
    whole += whole_letters(finding for finding in in_doubt if not is_print(finding, printed))
    again = repeated(page, lines, (*whole, *found), known, wanted.writings, engine) if whole or known.named else ()
    return Looked(engine, (*whole, *again, *in_print), (*letters.doubts, *over.doubts))


def searched_uyghur(page: Page, words: Sequence[Word], wanted: Wanted, engine: Engine) -> Looked:
    """Return where the wanted stands in lines read as Uyghur script, and what resembles it. Raises as `searched` does."""
    looked = searched(page, words, wanted, engine)
    return replace(looked, findings=(*looked.findings, *sane_findings(resembling(words, wanted.writings, engine), page)))


def _text_layer(page: Page, wanted: Wanted, isolation: Isolation) -> Look:
    """Search the file's own words, by the letter alone: a layer that misreads one name misreads others into it as well.

    What a file has beside its pages is not shown, and nothing there needs a mask.
    """

    def search() -> Looked:
        words = [replace(word, score=1.0) for word in page.words]
        looked = look(words, wanted.writings, TEXT_LAYER)
        findings = (*looked.findings, *find_numbers(words, wanted.numbers, TEXT_LAYER))
        shown = tuple(f for f in findings if f.quad.box().clip(page.width, page.height))
        return Looked(TEXT_LAYER, shown, tuple(d for d in looked.doubts if d.quad.box().clip(page.width, page.height)))

    # By a name of its own: a file may bring words without number, and their search must not end the readers'.
    return isolation.ask("search-text-layer", search)


def _cut(page: Page, seals: Look, words: Sequence[Word], wanted: Wanted, isolation: Isolation) -> Look:
    if isinstance(seals, NotLooked):
        return seals
    return isolation.ask(cut.ENGINE.name, lambda: Looked(cut.ENGINE, cut.cut_glyphs(page, seals.findings, words, wanted.writings)))


def _beneath(page: Page, seals: Look, wanted: Wanted, engines: Engines, isolation: Isolation) -> Look:
    """Read again under the seals, with their ink taken away."""
    if isinstance(seals, NotLooked):
        return seals
    places = [finding.quad for finding in seals.findings]

    def read() -> Looked:
        reader = engines.reader()
        words = reader.read_beneath(page, places, wanted.sought) if places else ()
        return searched(page, words, wanted, reader.engine)

    return isolation.ask("reader", read)


def _watermark(
    page: Page, text: Look, words: Sequence[Word], wanted: Wanted, engines: Engines, isolation: Isolation
) -> tuple[Look, tuple[Word, ...]]:
    """Read the page's watermarks, where it has some: people print their names across copies. Return what was read of them, too.

    `text`, `words`: what was found and read on the page itself.
    """

    def read() -> tuple[Engine, tuple[Word, ...]]:
        reader = engines.reader()
        return reader.engine, sane_words(reader.read_watermark(page, wanted.sought))

    answer = isolation.ask("reader", read)
    if isinstance(answer, NotLooked):
        return answer, ()
    engine, faint = answer
    found = text.findings if isinstance(text, Looked) else ()
    return isolation.ask("search", lambda: searched_watermarks(page, faint, (words,), wanted, engine, found=found)), faint


def _uyghur(page: Page, words: Sequence[Word], wanted: Wanted, engines: Engines, isolation: Isolation) -> Look:
    def read() -> Looked:
        reader: LineReader = engines.line_reader()
        lines = either_way(unread(page, words))
        found = reader.read_uyghur(page, lines) if lines else ()
        return searched_uyghur(page, found, wanted, reader.engine)

    return isolation.ask("line-reader", read)


def _labels(page: Page, words: Sequence[Word], looks: Sequence[tuple[str, Look]], wanted: Wanted, isolation: Isolation) -> Look:
    """Look at what stands beside the labels that the first reader read, and that no look so far has found."""
    text = dict(looks)["find.text"]
    if isinstance(text, NotLooked):
        return text
    findings = [f for _, look in looks if isinstance(look, Looked) for f in look.findings]
    seals = [f for f in findings if f.category is Category.SEAL]

    def question() -> Looked:
        found = unread_values(page, words, wanted.writings, hidden_by(page, findings), seals)
        return Looked(LABELS, sane_findings(found, page))

    return isolation.ask(LABELS.name, question)
