"""Jobs are forked off one server: each is as alone as a process of its own, none outlives whom it works for, and nothing hangs."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from redact import EngineError, LimitError
from redact.pipeline.batch import work
from redact.pipeline.intake import child, forked, open_upload, opened, sandbox
from redact.policy import Limits
from tests.unit.intake.material import LIMITS, RASTER, boot, card, encoded

# What the jobs here do, by the order given.
JOBS = """
import os, subprocess, sys, time
seen = []
def job(content, parameters):
    do = parameters.get("do")
    if do == "hang":
        time.sleep(600)
    if do == "compute":
        end = time.process_time() + parameters["seconds"]
        while time.process_time() < end: pass
    if do == "allocate":
        return {"size": len(bytearray(parameters["bytes"]))}
    if do == "start":
        return {"pid": subprocess.Popen(["sleep", "600"]).pid}
    if do == "remember":
        seen.append(content.decode())
    return {
        "server": os.getppid(), "pid": os.getpid(), "size": len(content), "seen": seen,
        "open": sorted(int(name) for name in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{name}")),
    }
"""
# What a process does that is forked off by another, which waits for it.
FORKED_OFF = "pid = os.fork()\nif pid == 0:\n    {}\n    sys.stdout.flush(); os._exit(0)\nos.waitpid(pid, 0)"


def limits(**changes: int) -> Limits:
    return Limits(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, **changes})


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    forked.end_server()
    monkeypatch.setattr(forked, "BOOT", boot(JOBS))
    yield
    forked.end_server()


def run(do: str = "", content: bytes = b"x", bounds: Limits = LIMITS, **parameters: Any) -> dict[str, Any]:
    return sandbox.run("inspect", content, {"do": do, **parameters}, bounds)


def hanging() -> sandbox.Child:
    return sandbox.Child("inspect", b"x", {"do": "hang"}, LIMITS)


def runs(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_gone(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while runs(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not runs(pid)


def children(pid: int) -> list[int]:
    """Return the processes that a process has, zombies too."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def program(*lines: str, warnings: str) -> list[str]:
    """Return the command of a process that has a fork server with the test's jobs and does what the lines say."""
    head = [
        "import os, signal, sys, time",
        "from redact.pipeline.intake import forked, sandbox",
        "from tests.unit.intake.material import LIMITS",
        f"forked.BOOT = {boot(JOBS)!r}",
        "def run(**parameters): return sandbox.run('inspect', b'x', parameters, LIMITS)",
    ]
    return [sys.executable, "-W", warnings, "-c", "\n".join([*head, *lines])]


def told_by(*lines: str, warnings: str = "ignore") -> list[int]:
    done = subprocess.run(program(*lines, warnings=warnings), capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return [int(word) for word in done.stdout.split()]


# One server, many jobs


@pytest.mark.usefixtures("jobs")
def test_jobs_are_processes_of_their_own_from_one_server() -> None:
    told = [run() for _ in range(3)]
    assert len({answer["server"] for answer in told}) == 1
    assert len({answer["pid"] for answer in told}) == 3
    assert told[0]["server"] != os.getpid()


@pytest.mark.usefixtures("jobs")
def test_threads_share_the_server_and_get_their_own_answers() -> None:
    contents = [b"x" * size for size in range(1, 41)]
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda content: run(content=content), contents))
    assert [answer["size"] for answer in told] == [len(content) for content in contents]
    assert len({answer["server"] for answer in told}) == 1


@pytest.mark.usefixtures("jobs")
def test_a_job_outlives_the_thread_that_started_it() -> None:
    started: list[sandbox.Child] = []
    thread = threading.Thread(target=lambda: started.append(sandbox.Child("inspect", b"x", {"do": "compute", "seconds": 0.5}, LIMITS)))
    thread.start()
    thread.join()
    with started[0] as running:
        assert running.receive()["answer"]["size"] == 1


@pytest.mark.usefixtures("jobs")
def test_many_jobs_run_at_once_and_none_is_left() -> None:
    running = [hanging() for _ in range(60)]
    pids = [each._process.pid() for each in running]
    server = run()["server"]
    assert len(set(pids)) == 60
    assert all(runs(pid) for pid in pids)
    for each in running:
        each.close()
    assert children(server) == []


@pytest.mark.usefixtures("jobs")
def test_ended_jobs_leave_no_zombie() -> None:
    server = [run()["server"] for _ in range(5)][-1]
    with pytest.raises(LimitError):
        run("allocate", bytes=5_000_000_000)
    assert children(server) == []


@pytest.mark.usefixtures("jobs")
def test_what_a_job_started_ends_with_it() -> None:
    assert is_gone(run("start")["pid"])


# A job is alone


@pytest.mark.usefixtures("jobs")
def test_a_job_has_its_input_its_output_and_nowhere_open_and_no_other_job_s() -> None:
    with hanging() as other:
        other._process.pid()
        assert run()["open"] == [0, 1, 2, 3]


@pytest.mark.usefixtures("jobs")
def test_what_one_job_read_the_next_does_not_know() -> None:
    assert run("remember", "郭元頔".encode())["seen"] == ["郭元頔"]
    assert run("remember", b"next")["seen"] == ["next"]


def test_a_job_never_had_the_input_of_another_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even for the moment before it closes what it got from the server."""
    source = """
do, had = child.main, []
def main(server, given, output):
    for name in os.listdir("/proc/self/fd"):
        try:
            had.append(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:
            pass
    do(server, given, output)
child.main = main
"""
    forked.end_server()
    monkeypatch.setattr(forked, "BOOT", boot(JOBS.replace('"size"', '"had": had, "size"') + source))
    with hanging() as other:
        other._process.pid()
        assert len([place for place in run()["had"] if "upload" in place]) == 1
    forked.end_server()


def test_no_job_may_look_into_the_memory_of_another_or_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    forked.end_server()
    source = "import ctypes\ndef job(content, parameters): return {'open to others': ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)}"
    monkeypatch.setattr(forked, "BOOT", boot(source))
    assert run() == {"open to others": 0}
    forked.end_server()


@pytest.mark.usefixtures("jobs")
def test_each_job_has_its_own_memory_limit() -> None:
    with pytest.raises(LimitError) as caught:
        run("allocate", bytes=900_000_000, bounds=limits(memory=800_000_000))
    assert caught.value.facts == {"what": "memory", "value": 800_000_000, "limit": 800_000_000}
    assert run("allocate", bytes=900_000_000) == {"size": 900_000_000}


@pytest.mark.usefixtures("jobs")
def test_the_time_of_one_job_is_not_taken_from_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CLOCK_PER_CPU", 60)
    for _ in range(3):
        run("compute", seconds=0.9, bounds=limits(seconds_per_page=1))
    with pytest.raises(LimitError) as caught:
        run("compute", seconds=60, bounds=limits(seconds_per_page=1))
    assert caught.value.facts == {"what": "seconds per page", "value": 1, "limit": 1}


def test_signals_that_the_parent_s_thread_blocks_reach_the_jobs() -> None:
    """A blocked SIGXCPU would lift the limit of time, a blocked SIGCHLD would hide every job's end."""
    blocked = "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGXCPU, signal.SIGCHLD})"
    shown = "print(int([line for line in open(f'/proc/{child._process.pid()}/status') if line.startswith('SigBlk')][0].split()[1], 16))"
    job = "with sandbox.Child('inspect', b'x', {'do': 'hang'}, LIMITS) as child:"
    assert told_by(blocked, job, f"    {shown}") == [0]


def test_unrelated_processes_inherit_nothing() -> None:
    listed = "[os.path.basename(f) for f in os.listdir('/proc/self/fd') if os.path.exists('/proc/self/fd/' + f)]"
    other = f"subprocess.run([sys.executable, '-c', \"import os; print(*sorted({listed}))\"], close_fds=False)"
    job = "with sandbox.Child('inspect', b'x', {'do': 'hang'}, LIMITS) as child:"
    assert told_by("import subprocess", job, "    child._process.pid()", f"    {other}") == [0, 1, 2]


# The server ends


@pytest.mark.usefixtures("jobs")
def test_the_death_of_the_server_is_an_error_of_the_job_in_hand_and_the_next_gets_another() -> None:
    first = run()["server"]
    with hanging() as running:
        pid = running._process.pid()
        os.kill(first, signal.SIGKILL)
        started = time.monotonic()
        with pytest.raises(EngineError) as caught:
            running.receive()
    assert caught.value.facts["what"] == "fork server ended"
    assert time.monotonic() - started < 5
    assert is_gone(pid)
    assert run()["server"] != first


@pytest.mark.usefixtures("jobs")
def test_a_server_that_died_between_two_jobs_costs_neither() -> None:
    first = run()["server"]
    os.kill(first, signal.SIGKILL)
    assert is_gone(first)
    assert run()["server"] != first


@pytest.mark.usefixtures("jobs")
def test_a_server_that_is_stopped_is_ended_with_its_jobs_and_nothing_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "SECONDS_TO_END", 0.5)
    server = run()["server"]
    with hanging() as running:
        pid = running._process.pid()
        os.kill(server, signal.SIGSTOP)
    assert is_gone(pid)
    assert not runs(server)
    assert run()["server"] != server


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit",
        "import os; os.abort()",
        "import threading, time; threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
    ],
)
def test_a_server_that_cannot_start_or_runs_threads_forks_nothing(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forked.end_server()
    monkeypatch.setattr(forked, "BOOT", boot(source + "\ndef job(content, parameters): return {}"))
    with pytest.raises(EngineError):
        run()
    forked.end_server()


def test_a_server_that_can_open_no_more_refuses_the_job_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    forked.end_server()
    monkeypatch.setattr(forked, "BOOT", boot(JOBS + "\nfork_server.MOST_DESCRIPTORS = 16"))
    with hanging() as first:
        pid = first._process.pid()
        more = [hanging() for _ in range(12)]
        with pytest.raises(EngineError):
            more[-1].receive()
        assert runs(pid)
        for each in more:
            each.close()
        assert run()["size"] == 1
    forked.end_server()


def test_no_parser_starts_a_thread_when_it_is_imported() -> None:
    """The server would refuse to fork; this says which it was."""
    source = """
import importlib, os
from redact.pipeline.intake import child
for module in sum(child.MODULES.values(), ()):
    importlib.import_module(module)
    if len(os.listdir("/proc/self/task")) > 1:
        print(module)
"""
    command = [sys.executable, "-I", "-c", forked.PLACES + source, *forked._places()]
    done = subprocess.run(command, env=forked._environment(), capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_every_kind_of_job_is_imported_beforehand() -> None:
    assert child.MODULES.keys() == child.JOBS.keys()
    assert all(place.split(":")[0] in child.MODULES[job] for job, place in child.JOBS.items())


def test_the_server_has_imported_the_parsers_before_it_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from redact.pipeline.intake import child, fork_server
do = child.main
def main(server, given, output):
    if {"pymupdf", "pypdfium2", "PIL"} - set(sys.modules):
        import os; os._exit(7)
    do(server, given, output)
child.main = main
fork_server.main()
"""
    forked.end_server()
    monkeypatch.setattr(forked, "BOOT", forked.PLACES + source)
    with opened(open_upload(encoded(card(), "PNG"), LIMITS), LIMITS, RASTER) as document:
        assert len(list(document)) == 1
    forked.end_server()


# The parent ends


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "os._exit(0)", "sys.exit(0)", "os.abort()"])
def test_however_the_parent_ends_no_process_is_left(end: str) -> None:
    lines = ("child = sandbox.Child('inspect', b'x', {'do': 'hang'}, LIMITS)", "print(run()['server'], child._process.pid(), flush=True)")
    assert [is_gone(pid) for pid in told_by(*lines, end)] == [True, True]


def test_nor_where_another_process_still_holds_the_parent_s_descriptors() -> None:
    """Forked off by C, without Python's hooks."""
    fork = "import ctypes\nif ctypes.CDLL(None).fork() == 0:\n    os.close(1); os.close(2); time.sleep(8); os._exit(0)"
    lines = ("child = sandbox.Child('inspect', b'x', {'do': 'hang'}, LIMITS)", "print(run()['server'], child._process.pid(), flush=True)")
    assert [is_gone(pid) for pid in told_by(*lines, fork, "os.kill(os.getpid(), signal.SIGKILL)")] == [True, True]


def test_a_process_that_is_done_leaves_nothing_open() -> None:
    told = told_by("print(run()['server'])", FORKED_OFF.format("print(run()['server'])"), warnings="error::ResourceWarning")
    assert [is_gone(pid) for pid in told] == [True, True]


def test_nor_does_a_copy_of_the_descriptors_hold_up_the_end_of_the_interpreter() -> None:
    fork = "import ctypes\nif ctypes.CDLL(None).fork() == 0:\n    os.close(1); os.close(2); time.sleep(8); os._exit(0)"
    started = time.monotonic()
    told_by("run()", fork)
    assert time.monotonic() - started < 6


def test_the_end_of_the_interpreter_does_not_wait_for_jobs() -> None:
    started = time.monotonic()
    told_by("child = sandbox.Child('inspect', b'x', {'do': 'hang'}, LIMITS)", "child._process.pid()")
    assert time.monotonic() - started < 8


# A process that is forked off


def test_a_forked_process_has_a_server_of_its_own() -> None:
    first, own, again = told_by("print(run()['server'], flush=True)", FORKED_OFF.format("print(run()['server'])"), "print(run()['server'])")
    assert (first != own, first == again) == (True, True)
    assert is_gone(own)


def test_a_forked_process_does_not_end_the_job_of_its_parent() -> None:
    job = "child = sandbox.Child('inspect', b'x', {'do': 'compute', 'seconds': 1}, LIMITS)"
    assert told_by(job, FORKED_OFF.format("child.close()"), "print(child.receive()['answer']['size'])") == [1]


def test_a_process_may_be_forked_while_other_threads_start_jobs() -> None:
    threads = "import threading\nworkers = [threading.Thread(target=lambda: [run() for _ in range(15)]) for _ in range(3)]"
    start = "for worker in workers: worker.start()"
    forks = "for _ in range(10):\n    " + FORKED_OFF.format("print(run()['size'])").replace("\n", "\n    ")
    assert told_by(threads, start, forks, "for worker in workers: worker.join()") == [1] * 10


# What it costs


def spent() -> float:
    waiting = sandbox.cpu_seconds()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return waiting + usage.ru_utime + usage.ru_stime


@pytest.mark.usefixtures("jobs")
def test_what_jobs_compute_is_counted_once_before_the_server_ends_and_after() -> None:
    run()
    before = spent()
    run("compute", seconds=1)
    during = spent() - before
    forked.end_server()
    after = spent() - before
    assert 1 <= during < 1.5
    assert during <= after < 1.5


@pytest.mark.usefixtures("jobs")
def test_a_job_that_was_killed_is_counted_too() -> None:
    run()
    before = spent()
    with pytest.raises(LimitError):
        run("compute", seconds=60, bounds=limits(seconds_per_page=1))
    assert spent() - before >= 1


@pytest.mark.usefixtures("jobs")
def test_a_batch_s_worker_counts_what_its_jobs_compute() -> None:
    run()
    before = work._cpu()
    run("compute", seconds=1)
    assert work._cpu() - before >= 1
