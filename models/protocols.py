"""The questions that an engine answers: what do you see, and what do you read?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from redact.finding import Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Word
from redact.search.chops import ReadPlate
from redact.search.seals import ReadSeal


class Detector(Protocol):
    """Something that looks for one kind of thing."""

    @property
    def engine(self) -> Engine:
        """Name and version, for the report."""
        ...

    def find(self, page: Page) -> tuple[Finding, ...]:
        """Return what is seen on the page, in its px. Empty means: looked, found none.

        Raises EngineError if it could not look. Never changes the page; the same page gives the same answer.
        """
        ...


class CodeDetector(Detector, Protocol):
    """Something that looks for codes, and can be asked about what they say."""

    def find_told(self, page: Page, tells: Callable[[bytes], bool]) -> tuple[Finding, ...]:
        """Return as `find` does; a code whose payload `tells` says yes to has the hint OWN_CODE. No payload goes anywhere else.

        Raises EngineError if it could not look.
        """
        ...


class Reader(Protocol):
    """Something that reads text."""

    @property
    def engine(self) -> Engine:
        """Name and version, for the report."""
        ...

    def read(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        """Return the words of the page, with per-character quads, in its px.

        `sought` are the characters whose posteriors the caller wants kept, where the reader has any. A place that holds
        text but could not be read is a word with text None.
        Raises EngineError if it could not read. Never changes the page; the same page gives the same answer.
        """
        ...

    def read_watermark(self, page: Page, sought: str = "") -> tuple[Word, ...]:
        """Return the words of the page's watermarks, large pale letters under its text, and of the text over them, read without them.

        Those of watermarks say so (`Word.watermark`), and their posteriors are doubted. Nothing where the page has none. Raises
        EngineError if it could not read.
        """
        ...


class FirstReader(Reader, Protocol):
    """A reader that can also read under a seal."""

    def read_beneath(self, page: Page, places: Sequence[Quad], sought: str = "") -> tuple[Word, ...]:
        """Return the words under the seals at `places`, read again with the seal's ink taken away. Raises EngineError."""
        ...


class LineReader(Protocol):
    """Something that reads lines which another engine found."""

    @property
    def engine(self) -> Engine:
        """Name and version, for the report."""
        ...

    def read_lines(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        """Return the words on the given lines of the page. Raises EngineError."""
        ...

    def read_uyghur(self, page: Page, lines: Sequence[Quad]) -> tuple[Word, ...]:
        """Return the words on the given lines, read as Uyghur script. Raises EngineError."""
        ...


class ChopReader(Protocol):
    """Something that reads the characters of small seals."""

    @property
    def engine(self) -> Engine:
        """Name and version, for the report."""
        ...

    def read_chop(self, page: Page, seal: Finding, sought: str, turn: int = 0) -> tuple[ReadPlate, ...]:
        """Return what was read in a small seal, for each way in which its characters may be cut; nothing where none can be made out.

        `sought`: characters whose posteriors are kept. `turn`: quarter turns, clockwise, by which the page's text is turned.
        Raises EngineError if it could not read.
        """
        ...


class SealReader(Protocol):
    """Something that reads what seals say."""

    @property
    def engine(self) -> Engine:
        """Name and version, for the report."""
        ...

    def read_seal(
        self, page: Page, seal: Finding, sought: str, turn: int = 0, printed: Sequence[Quad] = (), judged: Sequence[Quad] = ()
    ) -> ReadSeal:
        """Return what was read along a seal's rim or in its lines; no lines where none can be made out.

        `sought`: characters whose posteriors are kept. `turn`: quarter turns, clockwise, by which the page's text is turned.
        `printed`: characters of print on and beside the seal: their ink is no other seal's; nor is
        that of `judged`, chops on it that were judged by themselves. Raises EngineError if it could not read.
        """
        ...
