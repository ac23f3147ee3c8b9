"""The written page is read again, by other readers than the one that found what was masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from redact.errors import EngineError
from redact.finding import Doubt, Engine, Look, Looked, NotLooked
from redact.geometry import Quad
from redact.masking import Mask, masked_share
from redact.page import Page, Word
from redact.pipeline.agreement import both_read_another, settled
from redact.pipeline.engines import Engines
from redact.pipeline.find import Wanted, searched, searched_uyghur, searched_watermarks
from redact.pipeline.isolation import Isolation, sane_findings, sane_words
from redact.pipeline.labels import ENGINE as LABELS
from redact.pipeline.labels import unread_values
from redact.pipeline.letters import Letters, stray_letters
from redact.pipeline.longer import without_longer
from redact.pipeline.unread import either_way, unread
from redact.pipeline.verify.bridge import bridged
from redact.pipeline.verify.legible import has_ink, is_uyghur, unread_by_both
from redact.pipeline.watermarks import NOTHING_KNOWN, Known, unread_letters
from redact.policy import Policy

MASKED_LINE = 0.8
# A line that PP-OCRv4 reads with this score and in whose posteriors the search finds nobody is somebody else's.
SURE = 0.95
# Where a watermark names the applicant, its ink in no line of this score is open.
READ = 0.6
# A reader that reads nothing on a page where another reads this many lines has not read the page.
SILENT = 8
WELL_READ = 0.9

LEGIBLE = Engine("legible", "1")


@dataclass(frozen=True, slots=True)
class Attackers:
    """Everything an attack needs beside the page."""

    wanted: Wanted
    engines: Engines
    isolation: Isolation
    policy: Policy


@dataclass(frozen=True, slots=True)
class Watermark:
    """What the second reader reads of a written page's watermarks: all words, and the lines that nobody reads; or why it does not.

    `known`: what the first reader found out before the page was masked.
    """

    engine: Engine
    blind: NotLooked | None = None
    words: tuple[Word, ...] = field(default=(), repr=False)
    unread: tuple[Quad, ...] = ()
    known: Known = NOTHING_KNOWN


def read_watermark(written: Page, promised: Mask, attackers: Attackers, known: Known) -> Watermark:
    """Read a written page's watermarks with the second reader, and what that does not read with the first.

    `promised`: (H, W) bool, what is masked on the page. `known`: what the first reader found out before that.
    """
    sought, writings = attackers.wanted.sought, attackers.wanted.writings

    def read() -> tuple[Engine, tuple[Word, ...], tuple[Quad, ...]]:
        second = attackers.engines.second_reader()
        words = sane_words(second.read_watermark(written, sought))
        unread = unread_letters(written, (), words, promised, writings, known)
        if unread:
            # It has three times the characters.
            first = sane_words(attackers.engines.reader().read_watermark(written, sought))
            unread = unread_letters(written, first, words, promised, writings, known)
        return second.engine, words, unread

    answer = attackers.isolation.ask("second-reader", read)
    if isinstance(answer, NotLooked):
        return Watermark(answer.engine, answer, known=known)
    engine, words, unread = answer
    return Watermark(engine, None, words, unread, known)


def text_looks(
    written: Page, promised: Mask, attackers: Attackers, first: Sequence[Word], faces: Sequence[Quad], watermark: Watermark
) -> list[tuple[str, Look]]:
    """Return the looks of every second reader that the policy names, of Uyghur script where it is sought, and the lines that nobody reads.

    `promised`: (H, W) bool, what is masked on the page. `first`: what the first reader read before it was masked. `faces`: where
    faces were seen, which readers take for lines now and then. `watermark`: what was read of the page's watermarks.
    """
    answer = attackers.isolation.ask("second-reader", lambda: _read(attackers, written))
    if isinstance(answer, NotLooked):
        return [(f"second-reader.{name}", answer) for name in attackers.policy.verification.second_readers]
    engine, words = answer
    if not words and sum(bool(word.text) and word.score >= WELL_READ for word in first) >= SILENT:
        silent = NotLooked(engine, "read-nothing")
        return [(f"second-reader.{name}", silent) for name in attackers.policy.verification.second_readers]
    open_words = [word for word in words if masked_share(word.quad, promised) < MASKED_LINE]
    looks: list[tuple[str, Look]] = []
    if "ppocr-v4" in attackers.policy.verification.second_readers:
        text = _searched(written, words, engine, attackers, first, promised)
        looks.append(("second-reader.ppocr-v4", text))
        looks.append(("second-reader.watermark", _watermark_look(written, watermark, (first, words), text, promised, attackers)))
    if "tesseract" in attackers.policy.verification.second_readers:
        looks.append(("second-reader.tesseract", _lines_look(written, open_words, attackers, first)))
    if attackers.wanted.uyghur:
        lines = [place for place in unread(written, open_words) if masked_share(place, promised) < MASKED_LINE]
        looks.append(("second-reader.uyghur", _uyghur_look(written, lines, attackers)))
    looks.append(("second-reader.labels", _labels_look(written, words, promised, attackers, first)))
    left = [
        line for line in unread_by_both(first, words, promised, watermark.words) if has_ink(written, line) and not _on_a_face(line, faces)
    ]
    # Between two rows of print a watermark's strokes are taken for a line.
    letters = Letters(written, watermark.words, (*first, *words), watermark.known.told)
    left = [line for line in left if not letters.explain(line)]
    if watermark.known.named:
        read = [word.quad for word in (*watermark.words, *words, *first) if word.text and word.score >= READ]
        left += stray_letters(written, read, promised)
    looks.append(("lines.read", watermark.blind or _unread_look(written, [*left, *watermark.unread], attackers)))
    return looks


def _on_a_face(line: Quad, faces: Sequence[Quad]) -> bool:
    return any(face.contains(*line.centre) for face in faces)


def _read(attackers: Attackers, written: Page) -> tuple[Engine, tuple[Word, ...]]:
    reader = attackers.engines.second_reader()
    return reader.engine, sane_words(reader.read(written, attackers.wanted.sought))


def _searched(written: Page, words: Sequence[Word], engine: Engine, attackers: Attackers, first: Sequence[Word], promised: Mask) -> Look:
    def question() -> Looked:
        look = searched(written, words, attackers.wanted, engine)
        read = tuple(f for f in look.findings if not both_read_another(f, first, words, attackers.wanted.writings))
        read = without_longer(read, written, first, words, attackers.wanted.writings)
        cut = sane_findings(bridged(words, attackers.wanted.writings, promised, engine), written)
        return replace(look, findings=(*read, *cut))

    return attackers.isolation.ask("search", question)


def _watermark_look(
    written: Page, watermark: Watermark, printed: Sequence[Sequence[Word]], text: Look, promised: Mask, attackers: Attackers
) -> Look:
    """Search what was read of a written page's watermarks. `printed`, `text`: what was read, and found, on the page itself."""
    findings = text.findings if isinstance(text, Looked) else ()
    found = [finding for finding in findings if masked_share(finding.quad, promised) < MASKED_LINE]

    def question() -> Looked:
        return searched_watermarks(written, watermark.words, printed, attackers.wanted, watermark.engine, watermark.known, found)

    return attackers.isolation.ask("search", question) if watermark.blind is None else watermark.blind


def _lines_look(written: Page, open_words: Sequence[Word], attackers: Attackers, first: Sequence[Word]) -> Look:
    """Read the second reader's lines with Tesseract. Where that reader was sure, only the very name counts: Tesseract's own
    confidence is no judge of its misreadings, and other people's names are among them. On lines that are settled between two
    readers nothing does."""
    lines, sure = [word.quad for word in open_words], [word.score >= SURE for word in open_words]

    def question() -> Looked:
        reader = attackers.engines.line_reader()
        words = reader.read_lines(written, lines) if lines else ()
        if sum(sure) >= SILENT and not any(word.text for word in words):
            raise EngineError(engine=reader.engine.name, what="read-nothing")
        judged = [replace(word, score=1.0) if known else word for word, known in zip(words, sure, strict=True)]
        look = searched(written, judged, attackers.wanted, reader.engine)
        decided = settled(first, open_words, attackers.wanted.writings)
        left = tuple(f for f in look.findings if not any(line.contains(*f.quad.centre) for line in decided))
        left = tuple(f for f in left if not both_read_another(f, first, open_words, attackers.wanted.writings))
        left = without_longer(left, written, first, open_words, attackers.wanted.writings)
        return replace(look, findings=left)

    return attackers.isolation.ask("line-reader", question)


def _labels_look(written: Page, words: Sequence[Word], promised: Mask, attackers: Attackers, first: Sequence[Word]) -> Look:
    """Look beside the labels that the second reader reads: the first may have missed one, or taken handwriting for somebody's print."""

    def question() -> Looked:
        found = unread_values(written, words, attackers.wanted.writings, promised, first=first)
        left = without_longer(found, written, first, words, attackers.wanted.writings)
        return Looked(LABELS, sane_findings(left, written))

    return attackers.isolation.ask(LABELS.name, question)


def _uyghur_look(written: Page, lines: Sequence[Quad], attackers: Attackers) -> Look:
    def question() -> Looked:
        reader = attackers.engines.line_reader()
        words = reader.read_uyghur(written, either_way(lines)) if lines else ()
        return searched_uyghur(written, words, attackers.wanted, reader.engine)

    return attackers.isolation.ask("line-reader", question)


def _unread_look(written: Page, lines: Sequence[Quad], attackers: Attackers) -> Look:
    """Leave open every line that neither reader reads, unless the reader that knows Uyghur script reads it as that."""

    def question() -> Looked:
        words = attackers.engines.line_reader().read_uyghur(written, either_way(lines)) if lines else ()
        read = [word.quad for word in words if is_uyghur(word)]
        left = [line for line in lines if not any(line.contains(*quad.centre) for quad in read)]
        return Looked(LEGIBLE, (), tuple(Doubt(line, "unread-lines") for line in left))

    return attackers.isolation.ask("line-reader", question)
