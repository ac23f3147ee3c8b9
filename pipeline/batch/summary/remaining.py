"""How long a batch will still take, reckoned from what this run has done so far, and said with what it is reckoned from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from redact.pipeline.batch.summary.state import OPEN, BatchState
from redact.pipeline.report.vocabulary import Words

# Fewer say more about the first files than about the rest.
LEAST_UPLOADS: Final = 5
_TOO_EARLY: Final = Words(f"做完 {LEAST_UPLOADS} 份以后才能估计。", f"It can be told when {LEAST_UPLOADS} uploads are done.")


@dataclass(frozen=True, slots=True)
class Remaining:
    """Uploads that are left and done, and the pages of those done. `seconds`: None where too little is done to tell, and at the end."""

    left: int
    done: int
    pages: int
    seconds: float | None
    basis: Words


def remaining(state: BatchState) -> Remaining:
    """Return what is left of a batch and how long it takes at the pace of this run; earlier runs may have had other machines."""
    since = state.began.replace(microsecond=0)  # the ledger keeps whole seconds
    ended = [row for row in state.rows if row.state not in OPEN]
    mine = [row for row in ended if row.ended is not None and datetime.fromisoformat(row.ended) >= since]
    left, pages, spent = len(state.rows) - len(ended), sum(row.pages for row in mine), (state.written - state.began).total_seconds()
    seconds, basis = None, _ended(left)
    if left and not state.finished:
        known = len(mine) >= LEAST_UPLOADS and pages > 0 and spent > 0
        seconds = spent / pages * (pages / len(mine)) * left if known else None
        basis = _basis(len(mine), pages, spent, left, state.jobs) if known else _TOO_EARLY
    return Remaining(left, len(ended), sum(row.pages for row in ended), seconds, basis)


def _ended(left: int) -> Words:
    if not left:
        return Words("全部做完。", "All is done.")
    return Words(
        f"本次运行已停止，还有 {left} 份没有做完。用同一命令再运行一次，会接着做。",
        f"The run has stopped, with {left} left to do. The same command goes on where it stopped.",
    )


def _basis(done: int, pages: int, spent: float, uploads: int, jobs: int) -> Words:
    pace, each, took = spent / pages, pages / done, duration(spent)
    return Words(
        f"本次运行用 {took.zh}做完 {done} 份、{pages} 页（{jobs} 个进程，平均每页 {pace:.2f} 秒）；"
        f"其余 {uploads} 份按平均每份 {each:.1f} 页估计。",
        f"This run did {done} uploads, {pages} pages, in {took.en} ({jobs} processes, {pace:.2f} s a page on average);"
        f" the other {uploads} are taken to have {each:.1f} pages on average.",
    )


def duration(seconds: float) -> Words:
    """Return a time in words, to the minute above two minutes: 2 小时 10 分."""
    if seconds < 120:
        return Words(f"{seconds:.0f} 秒", f"{seconds:.0f} s")
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return Words(f"{minutes} 分", f"{minutes} min")
    return Words(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
