"""The job "inspect": takes a file's bytes apart and searches them. Runs in the child alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redact.pipeline.medium import Kind
from redact.pipeline.verify.needles import Needles
from redact.pipeline.verify.parts import Part, Text, pdf_parts, picture_parts
from redact.pipeline.verify.structure import faults

# Enough to say where to look; a file full of a name says it thousands of times.
MOST_HITS = 200


def inspect(content: bytes, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return {"faults": codes, "hits": [[index, form, place], …]}; no word of the file and none of those sought.

    `parameters`: "kind" as a `Kind`'s value, "sought" the writings, by whose index a hit is told.
    """
    kind = Kind(parameters["kind"])
    needles = Needles(parameters["sought"])
    found: set[tuple[int, str, str]] = set()
    for part in _parts(content, kind):
        found |= {(hit.index, hit.form, part[0]) for hit in _hits(part, needles)}
        if len(found) > MOST_HITS:
            break
    return {"faults": list(faults(content, kind)), "hits": [list(hit) for hit in sorted(found)[:MOST_HITS]]}


def _parts(content: bytes, kind: Kind) -> Iterator[Part | Text]:
    if kind is Kind.PDF:
        yield from pdf_parts(content)
    else:
        yield from picture_parts(content, kind)


def _hits(part: Part | Text, needles: Needles) -> set[Any]:
    match part:
        case (_, bytes(data), bool(opaque)):
            return set(needles.in_bytes(data, opaque))
        case (_, str(text)):
            return set(needles.in_text(text))
        case _:
            raise TypeError("part")
