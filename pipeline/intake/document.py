"""An upload that a child has open: its number of pages, and its pages one by one."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from dataclasses import asdict
from typing import Literal

from redact.errors import UsageError
from redact.pipeline.intake import wire
from redact.pipeline.intake.sandbox import Child
from redact.pipeline.intake.upload import Upload
from redact.pipeline.medium import IntakePage
from redact.policy import Limits, Raster

Renderer = Literal["mupdf", "pdfium"]


class Document:
    """Pages of one upload, upright, in order; each can be had once. Made by `opened`.

    `page_count`: pages of the whole file. `numbers`: those that will come. `doubts`: fixed codes about the whole file.
    """

    def __init__(self, child: Child, limits: Limits, numbers: Collection[int] | None) -> None:
        self.page_count, self.doubts = wire.opened_of(child.receive(), limits.pages)
        self.numbers = tuple(sorted(set(numbers))) if numbers is not None else tuple(range(1, self.page_count + 1))
        if self.numbers and not 1 <= self.numbers[0] <= self.numbers[-1] <= self.page_count:
            raise UsageError(what="page-number")
        self._child = child
        self._most_pixels = max(limits.page_pixels, limits.image_pixels)
        self._left = iter(self.numbers)

    @property
    def seconds(self) -> float:
        """Seconds of the clock that this process waited for the pages so far: what `limits.seconds_per_file` bounds."""
        return self._child.waited

    def __iter__(self) -> Iterator[IntakePage]:
        """Yield the pages as the child decodes them, so that one page at a time lies in memory.

        Raises DamagedError, LimitError and EngineError with the page's number; no page comes after an error.
        """
        for number in self._left:
            header = self._child.receive(number)
            pixels = self._child.receive_pixels(wire.page_size(header, number, self._most_pixels), number)
            yield wire.page_of(header, pixels)


@contextlib.contextmanager
def opened(
    upload: Upload, limits: Limits, raster: Raster, numbers: Collection[int] | None = None, renderer: Renderer = "mupdf"
) -> Iterator[Document]:
    """Open an upload in a child process; leaving the block ends the child.

    `numbers`: the 1-based pages wanted, None for all. `renderer`: which library draws a PDF; "pdfium" draws plainly at
    `raster.dpi`, gives no words and takes no stored image for the page: it is the second opinion on a written file.
    Raises EmptyError (no pages), EncryptedError, DamagedError, UnsupportedError, LimitError, EngineError; UsageError for
    a page number that the document does not have.
    """
    parameters = {
        "kind": upload.kind.value,
        "renderer": renderer,
        "numbers": sorted(set(numbers)) if numbers is not None else None,
        "limits": asdict(limits),
        "raster": asdict(raster),
    }
    with Child("rasterise", upload.content, parameters, limits) as child:
        yield Document(child, limits, numbers)
