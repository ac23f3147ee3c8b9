"""The engines of one pipeline, each loaded on first use and once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from redact.errors import EngineError
from redact.finding import Engine
from redact.models.protocols import ChopReader, CodeDetector, Detector, FirstReader, LineReader, Reader, SealReader
from redact.pipeline.isolation import Isolation
from redact.policy import Eyes


def _chops() -> ChopReader:
    from redact.models.seals.chops import chop_reader

    return chop_reader()


def _seal_letters() -> SealReader:
    from redact.models.seals.ring_reader import seal_reader

    return seal_reader()


@dataclass(frozen=True, slots=True)
class Engines:
    """Who looks for what. Each field loads its engine when called; loaders keep what they loaded.

    A loader raises EngineError (WeightsError where weights are missing), and any engine may when it is asked.
    """

    reader: Callable[[], FirstReader]
    second_reader: Callable[[], Reader]
    line_reader: Callable[[], LineReader]
    faces: Callable[[], Detector]
    seals: Callable[[], Detector]
    codes: Callable[[], CodeDetector]
    chops: Callable[[], ChopReader] = _chops
    seal_letters: Callable[[], SealReader] = _seal_letters

    def load(self) -> None:
        """Load everything that needs weights now, so that a run without them stops before it begins.

        Raises WeightsError, and EngineError for an engine whose library is missing or broken.
        """
        for name, loader in (("reader", self.reader), ("second-reader", self.second_reader), ("faces", self.faces)):
            try:
                loader()
            except (ImportError, OSError):
                raise EngineError(engine=name, what="cannot be loaded") from None

    def known(self, isolation: Isolation) -> tuple[Engine, ...]:
        """Return name and version of every engine that can be loaded, for the report. One that hung is not asked again."""
        loaders: tuple[tuple[str, Callable[[], _Named]], ...] = (
            ("reader", self.reader),
            ("second-reader", self.second_reader),
            ("line-reader", self.line_reader),
            ("faces", self.faces),
            ("seals", self.seals),
            ("codes", self.codes),
            ("chops", self.chops),
            ("seal-letters", self.seal_letters),
        )
        answers = [isolation.ask(name, partial(_identity, load)) for name, load in loaders]
        return tuple(answer for answer in answers if isinstance(answer, Engine))


class _Named(Protocol):
    @property
    def engine(self) -> Engine: ...


def _identity(load: Callable[[], _Named]) -> Engine:
    return load().engine


def default_engines(eyes: Eyes | None = None) -> Engines:
    """Return the engines that ship with this project, unloaded. `eyes`: a policy's entry, which may ask for a thorough search."""
    thorough = eyes is not None and eyes.search == "thorough"
    return Engines(
        reader=_reader,
        second_reader=_second_reader,
        line_reader=_line_reader,
        faces=partial(_faces, thorough),
        seals=_seals,
        codes=_codes,
    )


def _reader() -> FirstReader:
    from redact.models.text.ppocr import first_reader

    return first_reader()


def _second_reader() -> Reader:
    from redact.models.text.ppocr import second_reader

    return second_reader()


def _line_reader() -> LineReader:
    from redact.models.text.tesseract import tesseract_reader

    return tesseract_reader()


def _faces(thorough: bool) -> Detector:
    from redact.models.faces import face_detector

    return face_detector(thorough)


def _seals() -> Detector:
    from redact.models.seals import seal_detector

    return seal_detector()


def _codes() -> CodeDetector:
    from redact.models.codes import code_detector

    return code_detector()
