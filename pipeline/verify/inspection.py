"""What a file's bytes prove: the parent's side of the job "inspect"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from redact.check import Check, Failed, NotRun, Passed
from redact.errors import RedactError
from redact.pipeline.intake import sandbox
from redact.pipeline.medium import Kind
from redact.policy import Limits

STRUCTURE, NEEDLES = "structure", "bytes.needles"
# The child answers with these words alone: whatever took it over cannot put words of a document into a report.
FAULTS = frozenset(
    [f"{kind}.{what}" for kind in Kind for what in ("unreadable", "other", "not-ours")]
    + [
        f"pdf.{what}"
        for what in ("header", "revisions", "trailer", "catalogue", "objects", "slack", "page", "drawing", "image", "image-data")
    ]
    + [f"tiff.{what}" for what in ("header", "tags", "data", "compression", "slack")]
    + [f"jpeg.{what}" for what in ("segments", "tables", "scan", "slack")]
    + [f"png.{what}" for what in ("chunks", "header", "data")]
    + [f"bmp.{what}" for what in ("header", "size", "padding", "palette")]
    + [f"webp.{what}" for what in ("chunks", "size")]
)
PLACES = frozenset(
    (
        "raw",
        "outside-streams",
        "stream",
        "string",
        "name",
        "text-layer",
        "annotation",
        "revision",
        "archive",
        "segment",
        "tail",
        "chunk",
        "metadata",
    )
)


def examine(content: bytes, kind: Kind, sought: Sequence[str], limits: Limits, ours: bool = True) -> tuple[Check, ...]:
    """Return the checks "structure" and "bytes.needles" of a whole file.

    `sought`: every writing of what is hidden, given and derived. `ours`: the file was written by us, so that any other
    structure is a failure; another's file was not rebuilt, which no check can make good. Never raises for what the file
    holds.
    """
    parameters = {"kind": kind.value, "sought": list(sought)}
    # One answer for the whole file, so the whole file's time.
    patient = replace(limits, seconds_per_page=max(limits.seconds_per_page, limits.seconds_per_file // sandbox.CLOCK_PER_CPU))
    try:
        answer = sandbox.run("inspect", content, parameters, patient)
    except RedactError as error:
        return NotRun(STRUCTURE, error.code), NotRun(NEEDLES, error.code)
    return *_structure_checks(answer, ours), *_needle_checks(answer)


def _structure_checks(answer: dict[str, Any], ours: bool) -> tuple[Check, ...]:
    faults = answer.get("faults")
    if not isinstance(faults, list) or not all(fault in FAULTS for fault in faults):
        return (NotRun(STRUCTURE, "no-answer"),)
    if faults and not ours:
        return (NotRun(STRUCTURE, "not-rebuilt"),)
    return tuple(Failed(STRUCTURE, fault) for fault in faults) or (Passed(STRUCTURE),)


def _needle_checks(answer: dict[str, Any]) -> tuple[Check, ...]:
    hits = answer.get("hits")
    if not isinstance(hits, list) or not all(isinstance(hit, list) and len(hit) == 3 and hit[2] in PLACES for hit in hits):
        return (NotRun(NEEDLES, "no-answer"),)
    places = sorted({hit[2] for hit in hits})
    return tuple(Failed(NEEDLES, f"found.{place}") for place in places) or (Passed(NEEDLES),)
