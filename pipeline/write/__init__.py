"""Fifth stop: a new file of the same kind, from masked pixels alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from redact.pipeline.medium import Kind, Medium
from redact.pipeline.write.encoded import Bound, EncodedPage, bound
from redact.pipeline.write.kinds import output_kind, suffix
from redact.pipeline.write.place import (
    destination_error,
    make_folder,
    remove_parts,
    require_folder,
    require_free,
    sync_folder,
    write_file,
    write_files,
)

if TYPE_CHECKING:
    from redact.page import Page

__all__ = [
    "Bound",
    "EncodedPage",
    "assemble",
    "bound",
    "destination_error",
    "encode",
    "make_folder",
    "output_kind",
    "remove_parts",
    "require_folder",
    "require_free",
    "suffix",
    "sync_folder",
    "write_file",
    "write_files",
]


def encode(page: Page, medium: Medium, kind: Kind, fill: tuple[int, int, int] = (0, 0, 0)) -> EncodedPage:
    """Return a masked page as it will be stored in a file of `kind`, an output kind (see `output_kind`).

    Nothing of the source is copied: the bytes are made from the pixels, the size and the resolution alone. `fill` is the
    masks' colour, which stays dark whatever the codec. Raises ValueError for a kind that is no output kind.
    """
    from redact.pipeline.write.page import encode_page

    return encode_page(page, medium, kind, fill)


def assemble(kind: Kind, pages: Sequence[EncodedPage]) -> bytes:
    """Return the file of `kind` that holds the pages, all encoded for it; the same pages give the same bytes.

    Raises ValueError for no pages, and for several in a kind that holds one.
    """
    if not pages:
        raise ValueError("a file has pages")
    if kind is Kind.PDF:
        from redact.pipeline.write.pdf import assemble_pdf

        return assemble_pdf(pages)
    if kind is Kind.TIFF:
        from redact.pipeline.write.tiff import assemble_tiff

        return assemble_tiff(pages)
    if len(pages) != 1:
        raise ValueError("this kind holds one page")
    return pages[0].content
