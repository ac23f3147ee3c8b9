"""Brings the output folder to what the ledger says: what a killed batch wrote and never noted is no result."""

from __future__ import annotations

from pathlib import Path

from redact.pipeline.batch.ledger import Ledger
from redact.pipeline.batch.publish import sweep, withdraw


def tidy(out: Path, ledger: Ledger) -> None:
    """Clear away what the last run left half done: temporary files, and what `clear` removes.

    For the start of a batch, after `reset_running` and `add`, when nothing is being written. Twice is as good as once.
    Raises DestinationError where something stays.
    """
    sweep(out, ledger.folders())
    clear(out, ledger)


def clear(out: Path, ledger: Ledger) -> None:
    """Remove outputs of uploads that have no verdict, or none any more: superseded, waiting, failed, quarantined ones.

    The reports of what failed or was quarantined stay. Safe while uploads are running: theirs are left alone.
    Raises DestinationError where something stays.
    """
    vacant = set(ledger.vacant())
    for place in ledger.without_verdict():
        withdraw(out, place, reports=place in vacant)
