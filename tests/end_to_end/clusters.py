"""A Ray cluster of this machine alone, each of whose nodes can be killed: for the test that needs one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SECONDS = 60.0
ROOT = Path(__file__).resolve().parents[2]
# Nodes have this checkout, and nothing of what a cluster of the user's is told.
PRIVATE = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled", "PYTHONPATH": str(ROOT)}


class Node:
    """What `ray start` started, all in one session."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = (sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--disable-usage-stats", *options)
        self._said = folder / "said"
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                command, env=os.environ | PRIVATE, stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=folder, start_new_session=True
            )
        _wait_for(lambda: b"runtime started" in self._said.read_bytes() or self._process.poll() is not None)
        assert self._process.poll() is None, self._said.read_text()

    def workers(self) -> list[int]:
        """Return the processes of the actors that run here."""
        return [pid for pid in _children(self._raylet()) if _command(pid).startswith("ray::Hand")]

    def stored(self) -> int:
        """Return the KiB of memory that have ever been used in Ray's object store here."""
        maps = Path(f"/proc/{self._raylet()}/smaps").read_text().split("VmFlags")
        stores = [part for part in maps if "/plasma" in part]
        assert stores, "the store has another name"
        return sum(int(line.split()[1]) for part in stores for line in part.splitlines() if line.startswith("Rss:"))

    def _raylet(self) -> int:
        return next(pid for pid in _session(self._process.pid) if "raylet/raylet" in _command(pid))

    def kill(self) -> None:
        """Kill every process of the node at once, as a machine ends that loses its power; a killed one stays so."""
        for pid in _session(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()


class Cluster:
    """A head that does no work, and nodes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.nodes = folder, list[Node]()
        head = ("--head", "--port=0", "--num-cpus=0", "--include-dashboard=false", f"--temp-dir={folder / 'ray'}")
        self._head = self._start("head", *head)
        self.address = (folder / "ray" / "ray_current_cluster").read_text().strip()

    def add(self, cores: int) -> Node:
        """Start a node of so many cores."""
        node = self._start(f"node-{len([*self.folder.iterdir()])}", f"--address={self.address}", f"--num-cpus={cores}")
        self.nodes.append(node)
        return node

    def lose(self, node: Node) -> None:
        """Kill a node."""
        node.kill()
        self.nodes.remove(node)

    def workers(self) -> list[int]:
        """Return the processes of the actors of all nodes."""
        return [pid for node in self.nodes for pid in node.workers()]

    def _start(self, name: str, *options: str) -> Node:
        place = self.folder / name
        place.mkdir()
        # A store as small as Ray lets it be: what is to be seen is that nothing is laid there.
        return Node(place, "--object-store-memory=80000000", *options)

    def stop(self) -> None:
        """Kill what is left."""
        for node in (*self.nodes, self._head):
            node.kill()


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """Give a cluster without a node, and end it with all its files. Its folder is short: it holds sockets."""
    folder = Path(tempfile.mkdtemp(prefix="r-"))
    started = None
    try:
        started = Cluster(folder)
        yield started
    finally:
        if started is not None:
            started.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until, "it takes too long"
        time.sleep(0.05)


def _status(pid: int) -> list[str]:
    """Return what stands behind the name in the process's line: state, parent, group, session."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _processes() -> list[int]:
    return [int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()]


def _session(leader: int) -> list[int]:
    return [pid for pid in _processes() if _status(pid)[3:4] == [str(leader)]]


def _children(parent: int) -> list[int]:
    return [pid for pid in _processes() if _status(pid)[1:2] == [str(parent)]]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return ""
