"""Which kind of file comes out of which kind that went in (docs/adr/0002-output-kinds.md)."""

from __future__ import annotations

from redact.pipeline.medium import Kind

MANY_PAGES = frozenset({Kind.PDF, Kind.TIFF})
_SUFFIXES = {Kind.JPEG: ".jpg", Kind.TIFF: ".tif"}


def output_kind(kind: Kind, page_count: int) -> Kind:
    """Return the kind to write: the input's own, JPEG for one HEIC picture, TIFF for several pictures or frames."""
    if kind in MANY_PAGES:
        return kind
    if page_count > 1:
        return Kind.TIFF
    return Kind.JPEG if kind is Kind.HEIC else kind


def suffix(kind: Kind) -> str:
    """Return the file name's ending for a kind, with its dot."""
    return _SUFFIXES.get(kind, f".{kind.value}")
