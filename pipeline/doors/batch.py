"""The batch from the command line: what is told before it, while it runs, and after."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from redact.errors import DestinationError, UsageError
from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.progress import BatchProgress, progress_for
from redact.pipeline.batch.roster import Roster, read_roster
from redact.pipeline.batch.run import Order, Standing, Stop, counts, run, usable_cores
from redact.pipeline.batch.summary import BatchState, ReportNotes, write_summary

# The pages refresh themselves; the workbook, which takes longest, is written once more at the end.
SUMMARY_SECONDS = 20.0
DONE, PART_FAILED, INTERRUPTED = 0, 8, 130
FAILURES = (State.FAILED, State.QUARANTINED, State.BLOCKED)
MOST_REMARKS = 40


def run_batch(order: Order, as_json: bool, dry_run: bool) -> int:
    """Do a batch and return its exit code: 8 where part of it failed or was set aside, 130 where it was stopped.

    Raises what `run` raises.
    """
    _tell_roster(read_roster(order.roster, order.mapping))
    if dry_run:
        return DONE
    stop, clerk = Stop(), Clerk(order, progress_for(sys.stdout, sys.stderr, as_json))
    with _asked_by_signals(stop):
        standing = run(order, clerk, stop)
    click.echo(f"汇总：{order.out / 'index.html'}  Summary.", err=True)
    if any(row.state in (State.WAITING, State.RUNNING) for row in standing.rows):
        return INTERRUPTED
    return PART_FAILED if standing.set_aside or any(row.state in FAILURES for row in standing.rows) else DONE


def mapping_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return the roster's headings by field from "field=heading" words. Raises UsageError."""
    if any("=" not in pair for pair in pairs):
        raise UsageError(what="--column field=heading")
    return {name: heading for name, _, heading in (pair.partition("=") for pair in pairs)}


def workers(jobs: int | None, ray: str | None) -> int:
    """Return how many workers a batch has: as many as were asked for, else one a core of this machine, or of the cluster at `ray`.

    Raises ExtraError, UsageError and ClusterError where there is no such cluster.
    """
    if ray is None:
        return jobs or usable_cores()
    from redact.pipeline.batch.cluster.crew import cores, require

    require(ray)
    return jobs or cores(ray)


class Clerk:
    """Watches a batch: tells the terminal, and keeps the summary in the output folder up to date."""

    def __init__(self, order: Order, progress: BatchProgress, clock: Callable[[], float] = time.monotonic) -> None:
        self._order, self._progress, self._clock = order, progress, clock
        self._notes = ReportNotes(order.out)
        self._began, self._written, self._pages = datetime.now(UTC), clock(), 0

    def began(self, standing: Standing) -> None:
        """Tell how much there is to do."""
        self._progress.started(sum(row.state is State.WAITING for row in standing.rows))
        self._write(standing, workbook=False)

    def ended(self, row: Row) -> None:
        """Tell of an upload."""
        self._pages += row.pages
        if row.state is not State.WAITING:
            self._progress.upload_done(row.place.stem, row.state, row.pages)

    def looked(self, standing: Callable[[], Standing], in_hand: int) -> None:
        """Tell how far it is, and write the summary now and then."""
        self._progress.tick(self._pages, in_hand)
        if self._clock() - self._written >= SUMMARY_SECONDS:
            self._write(standing(), workbook=False)

    def finished(self, standing: Standing) -> None:
        """Tell the end."""
        self._write(standing, workbook=True)
        self._progress.finished(counts(standing.rows))

    def _write(self, standing: Standing, workbook: bool) -> None:
        state = BatchState(
            standing.rows,
            standing.roster,
            standing.set_aside,
            began=self._began,
            written=datetime.now(UTC),
            finished=standing.finished,
            jobs=self._order.jobs,
            shard=self._order.shard,
        )
        self._written = self._clock()
        try:
            write_summary(self._order.out, state, self._notes, workbook)
        except DestinationError as error:
            # The batch is worth more than its summary, which the next run writes.
            click.echo(f"汇总没有写出：{error.zh} No summary: {error.en}", err=True)


def _tell_roster(roster: Roster) -> None:
    """Say which column was taken for what, and what is to be known about single lines."""
    taken = "  ".join(f"{column.field}={column.heading}" for column in roster.columns)
    click.echo(f"名单：{len(roster.rows)} 人可用，{len(roster.set_aside)} 行有错误。各列：{taken}", err=True)
    click.echo(f"Roster: {len(roster.rows)} people, {len(roster.set_aside)} lines with errors. Columns: {taken}", err=True)
    if roster.unused:
        click.echo(f"未使用的列：{'、'.join(roster.unused)}  Columns that are not used.", err=True)
    for remark in roster.remarks[:MOST_REMARKS]:
        click.echo(f"{remark.severity} {remark.code}: {remark.zh} {remark.en}", err=True)
    if len(roster.remarks) > MOST_REMARKS:
        click.echo(f"另有 {len(roster.remarks) - MOST_REMARKS} 条，见汇总。 The rest stands in the summary.", err=True)


@contextmanager
def _asked_by_signals(stop: Stop) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM ask the batch to stop: once after what is in hand, twice at once."""

    def ask(number: int, frame: object) -> None:
        stop.ask()
        told = "正在做完手上的材料后停止；再按一次立即停止。 Stopping after what is in hand; once more stops now."
        click.echo(told if not stop.now else "立即停止。 Stopping now.", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
