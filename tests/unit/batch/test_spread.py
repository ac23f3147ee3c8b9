"""A long upload is spread over workers, and nobody can tell from what comes of it: not from its bytes, nor from who was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from redact import Status
from redact.pipeline.batch import run as way
from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.run import Order, Standing, Stop
from redact.pipeline.batch.work import Done, First, Pages, Part, Task
from redact.pipeline.span import MOST_PAGES, Long, Span
from tests.unit.batch.long_ones import BEGUN, FATAL_ONCE, KILLED_ALREADY, MEETING, MEETS, POISON, SLOW, STRANGERS, masked, tiff
from tests.unit.batch.test_run import ROOT, ROSTER, Quiet, outputs

PAGES = 20


def run(order: Order, watcher: Quiet | None = None, stop: Stop | None = None) -> Standing:
    return way.run(order, watcher or Quiet(), stop, masked)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    uploads = tmp_path / "uploads"
    for number in ("2025001", "2025002"):
        (uploads / number).mkdir(parents=True)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="gb18030")
    return Order(uploads, tmp_path / "out", tmp_path / "roster.csv", jobs=2)


def put(order: Order, content: bytes, name: str = "2025001/dossier.tiff") -> None:
    (order.uploads / name).write_bytes(content)


def alone(order: Order) -> Order:
    """The same batch with one worker, into another folder."""
    return replace(order, out=order.out.with_name("alone"), jobs=1)


def reports(out: Path) -> dict[str, object]:
    """Return every report without its timings."""
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("reports/*/*.json"))}
    return {
        name: {entry: value for entry, value in report.items() if entry not in ("timings", "applicant")} for name, report in found.items()
    }


def test_a_long_upload_ends_the_same_byte_for_byte_however_many_workers_do_it(order: Order) -> None:
    put(order, tiff(PAGES))
    (row,) = run(order).rows
    run(alone(order))
    assert (row.state, row.pages) == (State.RELEASED, PAGES)
    assert outputs(order.out) == outputs(alone(order).out)
    assert reports(order.out) == reports(alone(order).out)


def test_pages_of_a_long_upload_are_done_at_the_same_time_where_a_worker_is_free(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "meeting").mkdir()
    monkeypatch.setenv(MEETING, str(tmp_path / "meeting"))
    put(order, tiff(PAGES, p3=MEETS, p18=MEETS))
    (row,) = run(order).rows
    assert row.state is State.RELEASED


def test_a_worker_that_is_killed_in_the_middle_costs_its_pages_and_one_attempt(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    put(order, tiff(PAGES, p15=FATAL_ONCE))
    monkeypatch.setenv(KILLED_ALREADY, str(order.out.with_name("killed")))
    watcher = Quiet()
    (row,) = run(order, watcher).rows
    run(alone(order))
    assert (row.state, row.attempts) == (State.RELEASED, 2)
    assert [told.state for told in watcher.ended_rows] == [State.WAITING, State.RELEASED]
    assert outputs(order.out) == outputs(alone(order).out)


def test_a_page_that_kills_three_workers_quarantines_its_upload(order: Order) -> None:
    put(order, tiff(PAGES, p15=POISON))
    (row,) = run(order).rows
    assert (row.state, row.attempts, row.reason) == (State.QUARANTINED, 3, "worker.killed")
    assert outputs(order.out) == {}


@pytest.mark.parametrize("pages", [2, PAGES])
def test_material_that_names_another_of_the_roster_and_not_its_own_is_processed_under_nobodys_name(order: Order, pages: int) -> None:
    put(order, tiff(pages, **{f"p{pages}": STRANGERS}), "2025001/form.tiff")
    (row,) = run(order).rows
    assert (row.state, row.reason) == (State.FAILED, "applicant.other-person")
    assert outputs(order.out) == {}


def test_their_own_material_is(order: Order) -> None:
    put(order, tiff(2, p2=STRANGERS), "2025002/form.tiff")
    (row,) = run(order).rows
    assert row.reason != "applicant.other-person"


def test_a_page_that_fails_fails_the_upload_as_it_does_with_one_worker(order: Order) -> None:
    content = bytearray(tiff(PAGES))
    # The last frame's strip is cut off.
    put(order, bytes(content[: -len(content) // 40]))
    (row,), (same,) = run(order).rows, run(alone(order)).rows
    assert row.state is State.FAILED
    assert (row.state, row.reason, row.attempts) == (same.state, same.reason, same.attempts)
    assert outputs(order.out) == {}


def test_asked_twice_it_leaves_a_long_upload_whole_and_the_next_batch_does_it(order: Order) -> None:
    put(order, tiff(PAGES, p5=SLOW, p15=SLOW))
    put(order, tiff(1), "2025002/short.tiff")
    stop = Stop()

    def twice(row: Row) -> None:
        stop.ask()
        stop.ask()

    first = run(order, Quiet(twice), stop)
    assert {row.place.stem: (row.state, row.attempts) for row in first.rows}["2025001-001"] == (State.WAITING, 0)
    run(order)
    run(alone(order))
    assert outputs(order.out) == outputs(alone(order).out)


def test_asked_once_it_finishes_the_long_upload_in_hand(order: Order) -> None:
    put(order, tiff(PAGES, p5=SLOW, p15=SLOW))
    put(order, tiff(1), "2025002/short.tiff")
    put(order, tiff(2), "2025002/later.tiff")
    stop = Stop()
    standing = run(order, Quiet(lambda row: None if stop.soon else stop.ask()), stop)
    assert {row.place.stem: row.state for row in standing.rows}["2025001-001"] is State.RELEASED


class Prompt:
    """A crew that does a task as soon as it is given one, and remembers which: the letter of the upload's file, and the step."""

    sees_disk = True

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []

    def schedule(self, do: Callable[[Task], Done | Part], task: Task, seconds: float) -> Future[Done | Part]:
        assert isinstance(task.file, Path)
        self.done.append((task.file.stem, type(task.step).__name__))
        told: Future[Done | Part] = Future()
        told.set_result(do(task))
        return told

    def stop(self) -> None: ...


def _long_or_short(task: Task) -> Done | Part:
    match task.step:
        case First() if isinstance(task.file, Path) and task.file.stem == "long":
            return Part(Long(4 * MOST_PAGES))
        case Pages():
            return Part(Span(task.sha256, 4 * MOST_PAGES, (), (), 0.0))
        case _:
            return Done(Status.RELEASED, content=b"masked", suffix=".pdf")


def test_a_long_upload_keeps_one_worker_and_gets_the_other_when_no_short_one_waits(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    put(order, b"long", "2025001/long.pdf")
    for letter in "abc":
        put(order, letter.encode(), f"2025002/{letter}.pdf")
    crew = Prompt()
    monkeypatch.setattr(way, "_crew", lambda order: crew)
    way.run(order, Quiet(), None, _long_or_short)
    assert crew.done == [
        *(("long", "First"), ("a", "First")),
        *(("long", "Pages"), ("b", "First")),
        *(("long", "Pages"), ("c", "First")),
        *(("long", "Pages"), ("long", "Pages")),
        ("long", "Joined"),
    ]


def test_a_batch_that_is_killed_among_the_spans_ends_the_same_when_it_is_run_again(order: Order) -> None:
    put(order, tiff(PAGES, p5=SLOW, p15=SLOW))
    begun = order.out.with_name("begun")
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.batch.run_long", *map(str, (order.uploads, order.out, order.roster))],
        cwd=ROOT,
        env={**os.environ, BEGUN: str(begun)},
    )
    while not begun.exists():
        assert killed.poll() is None
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    (row,) = run(order).rows
    run(alone(order))
    assert row.state is State.RELEASED
    assert outputs(order.out) == outputs(alone(order).out)
