"""A batch on a cluster of two nodes, which is started here: the same files as on this machine, whatever is killed.

Skipped only where Ray is not installed; the locked environment has it.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from redact.errors import ClusterError, UnlikeWorkerError
from redact.pipeline.batch import run as way
from redact.pipeline.batch.cluster import crew as clusters
from redact.pipeline.batch.cluster.crew import RayCrew, cores
from redact.pipeline.batch.cluster.kit import Kit, kit
from redact.pipeline.batch.crew import WorkerLostError
from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.run import Order, Standing, Stop
from redact.pipeline.batch.work import work
from tests.end_to_end.clusters import Cluster, cluster
from tests.unit.batch.stand_ins import quick, unhurried
from tests.unit.batch.test_run import ROSTER, Quiet, outputs

pytestmark = [pytest.mark.slow, pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")]

ROOT = Path(__file__).resolve().parents[2]
DOSSIER = ROOT / "fixtures" / "samples" / "dossier"
REAL_ROSTER = "申报编号,姓名,工作单位\n2025009,欧阳越楠,柳泉渡县第六中学\n"
NAMES = ("郭元頔", "马晓东", "临泉县第一中学", "欧阳越楠", "柳泉渡县第六中学")
# Stands in the stand-ins' uploads and outputs alike.
CONTENT = "2025001 slow"
TABLES = """
import sys, ray
from ray._private.state import state
ray.init(address=sys.argv[1], log_to_driver=False, configure_logging=False)
print(state.job_table(), state.actor_table(None))
"""
COMMAND = "from redact.pipeline.doors.cli import main; main()"
MEMORY = 6 << 30


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    with cluster() as started:
        started.add(2)
        started.add(2)
        yield started


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """Uploads under paths that spell names, of which some are slow, one is broken, one unsure, and one kills its worker."""
    uploads = tmp_path / "郭元頔的材料"
    for number in ("2025001", "2025002"):
        (uploads / number).mkdir(parents=True)
        for running in range(8):
            (uploads / number / f"slow{running}.pdf").write_bytes(f"{number} slow {running}".encode())
    (uploads / "2025001" / "unsure.pdf").write_bytes(b"unsure")
    (uploads / "2025002" / "broken.pdf").write_bytes(b"broken")
    (uploads / "2025002" / "bug.pdf").write_bytes(b"bug")
    (uploads / "2025002" / "poison.pdf").write_bytes(b"poison")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="gb18030")
    return Order(uploads, tmp_path / "out", tmp_path / "roster.csv", jobs=2)


def on(cluster: Cluster, order: Order, jobs: int = 4) -> Order:
    return replace(order, out=order.out.parent / "out-of-cluster", ray=cluster.address, jobs=jobs)


def came_to(standing: Standing) -> dict[str, tuple[State, str]]:
    return {row.place.stem: (row.state, row.reason) for row in standing.rows}


def noted(cluster: Cluster) -> str:
    """Return all that the cluster has on its disk, and its tables of jobs and actors."""
    tables = subprocess.run([sys.executable, "-c", TABLES, cluster.address], check=True, capture_output=True, text=True).stdout
    return "\0".join((tables, *(path.read_text(errors="replace") for path in sorted(cluster.folder.rglob("*")) if path.is_file())))


def test_without_j_there_is_a_worker_for_each_core_of_the_cluster(running: Cluster) -> None:
    assert cores(running.address) == 4


def test_where_no_cluster_is_the_error_comes_soon(running: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(ClusterError) as told:
        cores(f"127.0.0.1:{port}")
    assert told.value.facts == {"what": "no-cluster"}
    assert time.monotonic() - began < 30


def test_a_page_comes_out_byte_for_byte_as_on_this_machine_and_nobody_is_noted(running: Cluster, tmp_path: Path) -> None:
    uploads = tmp_path / "欧阳越楠"
    (uploads / "2025009").mkdir(parents=True)
    shutil.copy(DOSSIER / "digital.pdf", uploads / "2025009" / "degree.pdf")
    (tmp_path / "roster.csv").write_text(REAL_ROSTER, encoding="utf-8")
    order = Order(uploads, tmp_path / "out", tmp_path / "roster.csv", jobs=1)
    here = way.run(order, Quiet(), do=work)
    there = on(running, order)
    options = ("batch", str(uploads), str(there.out), "--roster", str(order.roster), "--ray", running.address, "-j", "1")
    done = subprocess.run([sys.executable, "-c", COMMAND, *options], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == 0
    assert outputs(order.out)
    assert outputs(there.out) == outputs(order.out)
    assert came_to(way.run(there, Quiet(), do=work)) == came_to(here)
    told = noted(running)
    # What is looked at are Ray's notes, and they are of this run.
    assert "Hand" in told
    assert "spawn_main" in told
    assert [name for name in (*NAMES, str(tmp_path), "--roster") if name in told] == []


def test_nothing_of_a_task_or_its_outcome_is_laid_into_the_store_of_which_ray_writes_files(running: Cluster) -> None:
    crew = RayCrew(running.address, 2, MEMORY)
    try:
        content = bytes(20_000_000)
        assert [crew.schedule(bytes.upper, content, 60.0).result(60) for _ in range(2)] == [content, content]
    finally:
        crew.stop()
    assert [node.stored() for node in running.nodes if node.stored() > 1024] == []


def test_whatever_is_killed_the_outputs_and_the_deaths_that_are_counted_are_the_same(running: Cluster, order: Order) -> None:
    third = running.add(2)

    def kill(row: Row) -> None:
        heard.append(row)
        # On a machine with other work no worker may have been started there yet.
        if len(heard) >= 3 and not killed:
            killed.extend(running.nodes[0].workers())
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
        if len(heard) == 7:
            running.lose(third)

    heard, killed = list[Row](), list[int]()
    here = way.run(order, Quiet(), do=quick)
    there = way.run(on(running, order, jobs=6), Quiet(kill), do=unhurried)
    assert outputs(on(running, order).out) == outputs(order.out)
    assert came_to(there) == came_to(here)
    assert [row.attempts for row in there.rows if row.state is State.QUARANTINED] == [3]
    assert [row for row in there.rows if row.attempts > 1 and row.state is State.RELEASED]
    assert [name for name in (*NAMES, CONTENT) if name in noted(running)] == []
    assert not list(running.folder.rglob("*spill*/*"))


def test_what_hangs_is_lost_with_its_worker_and_the_next_task_has_another(running: Cluster) -> None:
    crew = RayCrew(running.address, 1, MEMORY)
    try:
        with pytest.raises(WorkerLostError):
            crew.schedule(time.sleep, 600.0, 1.0).result(60)
        assert crew.schedule(len, "four", 60.0).result(60) == 4
    finally:
        crew.stop()


def test_a_worker_that_ends_with_nothing_in_hand_is_no_loss_of_the_next_task(running: Cluster) -> None:
    _wait_until(lambda: not running.workers())
    crew = RayCrew(running.address, 1, MEMORY)
    try:
        assert crew.schedule(len, "four", 60.0).result(60) == 4
        idle = running.workers()
        assert len(idle) == 1
        os.kill(idle[0], signal.SIGKILL)
        assert crew.schedule(len, "seven", 60.0).result(60) == 5
    finally:
        crew.stop()


def test_what_asks_every_process_of_the_batch_to_end_leaves_the_end_to_the_batch(running: Cluster) -> None:
    crew = RayCrew(running.address, 1, MEMORY)
    try:
        for driver in multiprocessing.active_children():
            assert driver.pid
            os.kill(driver.pid, signal.SIGTERM)
            os.kill(driver.pid, signal.SIGINT)
        assert crew.schedule(len, "four", 60.0).result(60) == 4
    finally:
        crew.stop()


def test_asked_twice_it_leaves_what_is_in_hand_and_counts_no_attempt(running: Cluster, order: Order) -> None:
    stop = Stop()

    def twice(row: Row) -> None:
        stop.ask()
        stop.ask()

    first = way.run(on(running, order), Quiet(twice), stop, quick)
    waiting = [row for row in first.rows if row.state is State.WAITING]
    assert waiting
    assert not [row for row in first.rows if row.state is State.RUNNING]
    assert all(row.attempts == 0 for row in waiting if row.reason != "worker.killed")
    _wait_until(lambda: not running.workers())


def test_workers_end_with_a_batch_that_is_killed(running: Cluster, order: Order) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.batch.run_once", *map(str, (order.uploads, order.out, order.roster)), running.address], cwd=ROOT
    )
    _wait_until(lambda: bool(outputs(order.out)))
    killed.kill()
    killed.wait()
    _wait_until(lambda: not running.workers())


def test_workers_of_other_versions_do_nothing_and_end_the_batch(running: Cluster, order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Kit(tuple((part, "0.0.9" if part == "redact" else version) for part, version in kit().parts))
    monkeypatch.setattr(clusters, "kit", lambda: other)
    heard = Quiet()
    with pytest.raises(UnlikeWorkerError) as told:
        way.run(on(running, order), heard, do=quick)
    assert (told.value.facts["part"], told.value.facts["here"]) == ("redact", "0.0.9")
    assert heard.ended_rows == []
    assert outputs(on(running, order).out) == {}


def test_where_the_cluster_is_lost_no_attempt_counts_and_the_batch_goes_on_anywhere(running: Cluster, order: Order) -> None:
    def lose(row: Row) -> None:
        for driver in multiprocessing.active_children():
            driver.kill()

    lost = on(running, order)
    with pytest.raises(ClusterError) as told:
        way.run(lost, Quiet(lose), do=quick)
    assert told.value.facts == {"what": "lost"}
    again = way.run(replace(lost, ray=None), Quiet(), do=quick)
    assert {row.attempts for row in again.rows if row.state is State.RELEASED} == {1}
    way.run(order, Quiet(), do=quick)
    assert outputs(lost.out) == outputs(order.out)


def _wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 90
    while not true():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.1)
