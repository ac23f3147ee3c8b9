"""The job "rasterise": every page of a PDF or an image file as upright pixels. Runs in the child alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from redact.errors import DamagedError, EmptyError, LimitError, RedactError
from redact.pipeline.intake import wire
from redact.pipeline.intake.child import allow_page
from redact.pipeline.medium import IntakePage, Kind
from redact.policy import Limits, Raster


class Renderer(Protocol):
    """A file opened by one library: how many pages, and what each looks like upright."""

    @property
    def page_count(self) -> int:
        """Number of pages that the file has."""
        ...

    @property
    def doubts(self) -> tuple[str, ...]:
        """Codes of `doubts` about the whole file."""
        ...

    def page(self, number: int) -> IntakePage:
        """Return a page (from 1) as a viewer shows it."""
        ...


def rasterise(content: bytes, parameters: dict[str, Any]) -> Iterator[tuple[wire.Header, memoryview | bytes]]:
    """Yield the frames of a document: opened, then one for each page wanted."""
    limits = Limits(**parameters["limits"])
    file = _open(content, parameters, limits)
    if file.page_count < 1:
        raise EmptyError(what="0 pages")
    if file.page_count > limits.pages:
        raise LimitError(what="pages", value=file.page_count, limit=limits.pages)
    yield wire.opened_header(file.page_count, file.doubts), b""
    wanted = parameters["numbers"] or range(1, file.page_count + 1) if parameters["numbers"] != [] else ()
    for number in wanted:
        allow_page(limits.seconds_per_page)
        page = _page(file, number)
        yield wire.page_header(page), wire.bytes_of(page.page.pixels)


def _open(content: bytes, parameters: dict[str, Any], limits: Limits) -> Renderer:
    """Open the file by the library that its kind needs."""
    kind, raster = Kind(parameters["kind"]), Raster(**parameters["raster"])
    if kind is not Kind.PDF:
        from redact.pipeline.intake.pictures import Pictures

        return Pictures(content, kind, limits)
    if parameters["renderer"] == "pdfium":
        from redact.pipeline.intake.pdfium import Pdfium

        return Pdfium(content, limits, raster)
    from redact.pipeline.intake.mupdf import MuPdf

    return MuPdf(content, limits, raster)


def _page(file: Renderer, number: int) -> IntakePage:
    try:
        return file.page(number)
    except RedactError as error:
        error.page = number
        raise
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  the page is isolated here: a parser's own words may quote the document
        raise DamagedError(page=number, what="cannot be decoded") from None
