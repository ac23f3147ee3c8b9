"""The engines of one pipeline, each loaded on first use and once per process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from redact.errors import EngineError
from redact.finding import Engine
from redact.models.protocols import Detector, FirstReader, LineReader, Reader


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
    codes: Callable[[], Detector]

    def load(self) -> None:
        """Load everything that needs weights now. Raises WeightsError, so that a run without them stops before it begins."""
        for loader in (self.reader, self.second_reader, self.faces):
            loader()

    def known(self) -> tuple[Engine, ...]:
        """Return name and version of every engine that can be loaded, for the report."""
        loaders: tuple[Callable[[], _Named], ...]
        loaders = (self.reader, self.second_reader, self.line_reader, self.faces, self.seals, self.codes)
        identities = [_identity(load) for load in loaders]
        return tuple(engine for engine in identities if engine is not None)


class _Named(Protocol):
    @property
    def engine(self) -> Engine: ...


def _identity(load: Callable[[], _Named]) -> Engine | None:
    try:
        return load().engine
    except EngineError:
        return None


def default_engines() -> Engines:
    """Return the engines that ship with this project, unloaded."""
    return Engines(
        reader=_reader,
        second_reader=_second_reader,
        line_reader=_line_reader,
        faces=_faces,
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


def _faces() -> Detector:
    from redact.models.faces import face_detector

    return face_detector()


def _seals() -> Detector:
    from redact.models.seals import seal_detector

    return seal_detector()


def _codes() -> Detector:
    from redact.models.codes import code_detector

    return code_detector()
