"""A batch from its roster to its last output: nothing lost, nothing twice, whatever a file or a signal does to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from redact.pipeline.batch import run as way
from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.run import Order, Standing, Stop
from redact.pipeline.batch.shards import Shard
from tests.unit.batch.stand_ins import quick

ROOT = Path(__file__).resolve().parents[3]
ROSTER = """申报编号,姓名,工作单位
2025001,郭元頔,临泉县第一中学
2025002,马晓东,临泉县人民医院
2025003,古丽娜尔·艾山,云渡市第二中学
2025004,韦一帆,
"""


class Quiet:
    """A watcher that only remembers who came to an end."""

    def __init__(self, heard: Callable[[Row], None] = lambda row: None) -> None:
        self.ended_rows: list[Row] = []
        self.heard = heard

    def began(self, standing: Standing) -> None: ...

    def ended(self, row: Row) -> None:
        self.ended_rows.append(row)
        self.heard(row)

    def looked(self, standing: Callable[[], Standing], in_hand: int) -> None: ...

    def finished(self, standing: Standing) -> None: ...


def run(order: Order, watcher: Quiet, stop: Stop | None = None) -> Standing:
    return way.run(order, watcher, stop, quick)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    uploads = tmp_path / "uploads"
    for number in ("2025001", "2025002"):
        (uploads / number).mkdir(parents=True)
        for name in ("degree", "award"):
            (uploads / number / f"{name}.pdf").write_bytes(f"{number} {name}".encode())
    with zipfile.ZipFile(uploads / "2025003.zip", "w") as archive:
        archive.writestr("证书.pdf", b"2025003 certificate")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="gb18030")
    return Order(uploads, tmp_path / "out", tmp_path / "roster.csv", jobs=2)


def outputs(out: Path) -> dict[str, bytes]:
    shelves = ("released", "review", "quarantine")
    return {p.relative_to(out).as_posix(): p.read_bytes() for s in shelves for p in sorted((out / s).rglob("*")) if p.is_file()}


def states(standing: Standing) -> dict[str, State]:
    return {row.place.stem: row.state for row in standing.rows}


def reasons(standing: Standing) -> dict[str, str]:
    return {"/".join(one.parts): str(one.reason) for one in standing.set_aside}


def test_every_upload_ends_in_the_folder_of_its_verdict_under_a_name_that_names_nobody(order: Order) -> None:
    (order.uploads / "2025001" / "unsure.pdf").write_bytes(b"unsure")
    (order.uploads / "2025002" / "readable.pdf").write_bytes(b"readable")
    standing = run(order, Quiet())
    assert sorted(outputs(order.out)) == [
        "quarantine/2025002/2025002-003.pdf",
        "released/2025001/2025001-001.pdf",
        "released/2025001/2025001-002.pdf",
        "released/2025002/2025002-001.pdf",
        "released/2025002/2025002-002.pdf",
        "released/2025003/2025003-001.pdf",
        "review/2025001/2025001-003.pdf",
    ]
    assert standing.finished
    assert (order.out / "quarantine").stat().st_mode & 0o777 == 0o700


def test_what_belongs_to_no_line_to_a_faulty_line_or_to_somebody_else_is_set_aside_with_the_reason(order: Order) -> None:
    (order.uploads / "stray.pdf").write_bytes(b"whose is this")
    (order.uploads / "2025004").mkdir()
    (order.uploads / "2025004" / "form.pdf").write_bytes(b"the unit is missing in the roster")
    (order.uploads / "2025001" / "马晓东_证书.pdf").write_bytes(b"another one's certificate")
    (order.uploads / "2025002" / "copy.pdf").write_bytes(b"2025002 award")
    aside = reasons(run(order, Quiet()))
    assert aside == {
        "stray.pdf": "upload.no-row",
        "2025004/form.pdf": "upload.line-set-aside",
        "2025001/马晓东_证书.pdf": "upload.other-person",
        "2025002/copy.pdf": "upload.duplicate",
    }


def test_the_same_command_again_does_nothing_again(order: Order) -> None:
    before = outputs(order.out) if run(order, Quiet()) else {}
    again = Quiet()
    run(order, again)
    assert again.ended_rows == []
    assert outputs(order.out) == before


def test_a_file_that_kills_its_worker_three_times_is_quarantined_and_ends_no_batch(order: Order) -> None:
    (order.uploads / "2025001" / "poison.pdf").write_bytes(b"poison")
    standing = run(order, Quiet())
    assert states(standing)["2025001-003"] is State.QUARANTINED
    assert [row.attempts for row in standing.rows if row.state is State.QUARANTINED] == [3]
    assert sum(row.state is State.RELEASED for row in standing.rows) == 5


@pytest.mark.parametrize(("content", "reason"), [(b"broken", "input.damaged"), (b"bug", "internal.zerodivisionerror")])
def test_a_file_that_fails_is_noted_with_its_reason_and_tried_again_when_asked(order: Order, content: bytes, reason: str) -> None:
    bad = order.uploads / "2025001" / "bad.pdf"
    bad.write_bytes(content)
    (row,) = (row for row in run(order, Quiet()).rows if row.state is State.FAILED)
    assert row.reason == reason
    again = Quiet()
    run(order, again)
    assert again.ended_rows == []
    retried = Quiet()
    run(Order(order.uploads, order.out, order.roster, jobs=1, retry_failed=True), retried)
    assert [row.place.stem for row in retried.ended_rows] == [row.place.stem]


def test_a_changed_upload_is_done_again_and_an_output_that_is_gone_is_made_again(order: Order) -> None:
    run(order, Quiet())
    (order.uploads / "2025001" / "award.pdf").write_bytes(b"2025001 a better scan")
    (order.out / "released/2025002/2025002-001.pdf").unlink()
    again = Quiet()
    run(order, again)
    assert sorted(row.place.stem for row in again.ended_rows) == ["2025001-001", "2025002-001"]
    assert outputs(order.out)["released/2025001/2025001-001.pdf"] == b"masked 2025001 a better scan"


def test_asked_once_the_batch_finishes_what_is_in_hand_and_the_next_one_goes_on(order: Order) -> None:
    for number in range(6):
        (order.uploads / "2025001" / f"slow{number}.pdf").write_bytes(f"slow {number}".encode())
    stop = Stop()
    first = run(order, Quiet(lambda row: stop.ask() if not stop.soon else None), stop)
    left = [row for row in first.rows if row.state is State.WAITING]
    assert left
    assert not [row for row in first.rows if row.state is State.RUNNING]
    assert all(row.state is State.RELEASED for row in run(order, Quiet()).rows)


def test_asked_twice_it_leaves_what_is_in_hand_and_counts_no_attempt(order: Order) -> None:
    for number in range(6):
        (order.uploads / "2025001" / f"slow{number}.pdf").write_bytes(f"slow {number}".encode())
    stop = Stop()

    def twice(row: Row) -> None:
        stop.ask()
        stop.ask()

    first = run(order, Quiet(twice), stop)
    assert all(row.attempts == 0 for row in first.rows if row.state is State.WAITING)
    assert all(row.state is State.RELEASED for row in run(order, Quiet()).rows)


def test_a_batch_whose_processes_are_all_killed_ends_the_same_when_it_is_run_again(order: Order, tmp_path: Path) -> None:
    for number in range(6):
        (order.uploads / "2025001" / f"slow{number}.pdf").write_bytes(f"slow {number}".encode())
    unbroken = Order(order.uploads, tmp_path / "unbroken", order.roster, jobs=2)
    run(unbroken, Quiet())
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.batch.run_once", *map(str, (order.uploads, order.out, order.roster))], cwd=ROOT
    )
    while len(outputs(order.out)) < 2 and killed.poll() is None:
        time.sleep(0.02)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    run(order, Quiet())
    assert outputs(order.out) == outputs(unbroken.out)


def test_a_watched_folder_is_looked_at_again_and_a_file_still_written_to_waits(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "SETTLED_SECONDS", 1.0)
    for path in order.uploads.rglob("*.*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    stop, late = Stop(), order.uploads / "2025002" / "late.pdf"

    def come(row: Row) -> None:
        if row.place.stem == "2025003-001":
            late.write_bytes(b"2025002 came late")
        if row.place.stem == "2025002-003":
            assert time.time() - late.stat().st_mtime >= 1.0
            stop.ask()

    standing = run(replace(order, watch=0.3), Quiet(come), stop)
    assert states(standing)["2025002-003"] is State.RELEASED


def test_a_watched_upload_that_changes_is_done_again(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(way, "SETTLED_SECONDS", 0.1)
    stop, seen = Stop(), list[str]()

    def change(row: Row) -> None:
        seen.append(row.place.stem)
        if seen.count("2025001-001") == 2:
            stop.ask()
        elif len(seen) == 5:
            (order.uploads / "2025001" / "award.pdf").write_bytes(b"2025001 a better scan")

    run(replace(order, watch=0.3), Quiet(change), stop)
    assert outputs(order.out)["released/2025001/2025001-001.pdf"] == b"masked 2025001 a better scan"


def test_two_shards_do_everything_once(order: Order, tmp_path: Path) -> None:
    done = [run(Order(order.uploads, order.out, order.roster, jobs=1, shard=Shard(i, 2)), Quiet()).rows for i in (1, 2)]
    stems = sorted(row.place.stem for rows in done for row in rows)
    assert stems == ["2025001-001", "2025001-002", "2025002-001", "2025002-002", "2025003-001"]
    assert len(outputs(order.out)) == 5


def test_no_name_stands_in_the_output_folder(order: Order) -> None:
    run(order, Quiet())
    for path in order.out.rglob("*"):
        assert "郭元" not in path.name
        if path.is_file() and path.suffix == ".sqlite":
            content = path.read_bytes()
            assert "郭元頔".encode() not in content
            assert "临泉县第一中学".encode() not in content
