"""All that a summary is drawn from, besides the reports: the same state gives the same files, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.roster import Roster
from redact.pipeline.batch.shards import Shard
from redact.pipeline.batch.uploads import SetAside

OPEN = frozenset({State.WAITING, State.RUNNING})
WHOLE = Shard()


@dataclass(frozen=True, slots=True)
class BatchState:
    """How a batch stands at one moment.

    `rows`: `Ledger.rows()`; `set_aside`: the uploads that are not processed, in a fixed order, for they are numbered by it;
    `began`: when this run began; `written`: now; both with a time zone, in which they are shown; `finished`: this run has ended,
    whatever it left undone; `jobs`: worker processes; `shard`: which share of the roster this run has.
    Raises ValueError for a time without a zone, and for fewer than one job.
    """

    rows: tuple[Row, ...]
    roster: Roster = field(repr=False)
    set_aside: tuple[SetAside, ...] = field(repr=False)
    began: datetime
    written: datetime
    finished: bool
    jobs: int
    shard: Shard = WHOLE

    def __post_init__(self) -> None:
        if self.began.tzinfo is None or self.written.tzinfo is None:
            raise ValueError("a batch's times have a time zone")
        if self.jobs < 1:
            raise ValueError("a batch has a job or more")

    @property
    def moment(self) -> str:
        """When it was written, for people: "2025-11-03 20:46:00 (UTC+08:00)"."""
        zone = self.written.strftime("%z")
        return f"{self.written:%Y-%m-%d %H:%M:%S} (UTC{zone[:3]}:{zone[3:5]})"
