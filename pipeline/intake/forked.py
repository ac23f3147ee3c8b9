"""Processes that do one job each, forked by a server of this process's own: an interpreter with the parsers imported, and nothing else.

The server (`fork_server`) is started with the first job, is told no content, and ends with this process, however that ends.
A process that was itself forked off gets a server of its own. Any thread may start a job, and need not outlive it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from functools import cache

from redact.errors import EngineError

# The parent's places of modules, in its order, so that both run the very same modules, wherever they are installed: isolated
# mode alone would not look into PYTHONPATH or an installation for one user.
PLACES = "import sys; sys.path[:] = [*sys.argv[1:], *(place for place in sys.path if place not in sys.argv)]"
BOOT = PLACES + "; from redact.pipeline.intake import fork_server; fork_server.main()"
# What the server tells of a job, each once: its process, then its exit code (a signal's number negative) with the CPU seconds that
# the server and all its jobs have used until then.
STARTED, ENDED = struct.Struct(">q"), struct.Struct(">qd")
# Seconds of the clock. A server that takes longer over what takes milliseconds is stopped or stuck, and is ended.
SECONDS_TO_ORDER, SECONDS_TO_END = 30.0, 10.0


class Forked:
    """One job's process. Made by `start`; `end` must be called."""

    def __init__(self, server: _Server, told: socket.socket) -> None:
        self._server, self._told = server, told
        self._owner = os.getpid()
        self._pid: int | None = None
        self._code: int | None = None

    def pid(self) -> int:
        """Return the process's number. Raises EngineError where none was started, TimeoutError where nothing was told."""
        while self._pid is None:
            self._hear(SECONDS_TO_ORDER)
        return self._pid

    def wait(self, seconds: float) -> int:
        """Return the exit code once the process has ended, a signal's number negative.

        Raises TimeoutError; EngineError where the server ended first, and the process with it.
        """
        while self._code is None:
            self._hear(seconds)
        return self._code

    def end(self) -> None:
        """End the process and its group, whatever they do; return when they are gone."""
        # In a process that was forked off meanwhile the job is somebody else's.
        if os.getpid() == self._owner and self._code is None:
            with contextlib.suppress(OSError):
                self._told.shutdown(socket.SHUT_WR)
            try:
                self.wait(SECONDS_TO_END)
            except TimeoutError:
                self._server.kill()
            except EngineError:
                pass
        self._told.close()

    def _hear(self, seconds: float) -> None:
        self._told.settimeout(seconds)
        try:
            told = self._told.recv(ENDED.size)
        except ConnectionError:
            told = b""
        if len(told) == STARTED.size:
            (self._pid,) = STARTED.unpack(told)
        elif len(told) == ENDED.size:
            self._code, spent = ENDED.unpack(told)
            self._server.spent = max(self._server.spent, spent)
        else:
            raise EngineError(engine="decoder", what="cannot start" if self._pid is None else "fork server ended")


class _Server:
    """This process's end of a fork server. `spent`: CPU seconds of it and of its jobs, as last told."""

    def __init__(self) -> None:
        self.spent = 0.0
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._orders.settimeout(SECONDS_TO_ORDER)
        with theirs:
            try:
                self._process = _interpreter(theirs)
            except OSError:
                self._orders.close()
                raise

    def runs(self) -> bool:
        return self._process.poll() is None

    def order(self, job: str, descriptors: Sequence[int]) -> None:
        """Hand a job over. Raises OSError where the server has ended, TimeoutError where it takes no order."""
        socket.send_fds(self._orders, [job.encode()], descriptors)

    def end(self) -> None:
        """End the server and its jobs; return when it is gone."""
        # Shut down, not closed alone: a process that was forked off may hold a copy.
        with contextlib.suppress(OSError):
            self._orders.shutdown(socket.SHUT_RDWR)
        self._orders.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server by force; the kernel ends its jobs with it."""
        self._orders.close()
        self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Close what a process inherited that was forked off: the server is its parent's, and must end with that."""
        self._orders.close()


# By process, so that one that was forked off never orders from its parent's. Changed and read with the lock held alone.
_servers: dict[int, _Server] = {}
_lock = threading.RLock()


def start(job: str, given: int) -> tuple[Forked, int]:
    """Start a job's process that has the descriptor `given` as its standard input; return it and the pipe's end that gives its output.

    `given` is closed. Raises EngineError.
    """
    with _lock:
        try:
            # From here on nobody forks while the lock is held: a copy of the pipe's other end would keep the output from ever ending.
            _look_after_forks()
            return _started(job, given)
        except OSError:
            raise EngineError(engine="decoder", what="cannot start") from None
        finally:
            os.close(given)


def end_server() -> None:
    """End this process's fork server with its jobs, if there is one; the next job starts another."""
    with _lock:
        server = _servers.pop(os.getpid(), None)
        if server is not None:
            server.end()


def server_cpu_seconds() -> float:
    """Return the CPU seconds of this process's running fork server and of its jobs that ended; 0 where none runs.

    The kernel adds them to RUSAGE_CHILDREN when the server has ended, not before.
    """
    with _lock:
        server = _servers.get(os.getpid())
        return server.spent if server is not None and server.runs() else 0.0


def _started(job: str, given: int) -> tuple[Forked, int]:
    with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
        output, writes = os.pipe()
        ours.callback(os.close, output)
        theirs.callback(os.close, writes)
        told, tells = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.enter_context(told)
        theirs.enter_context(tells)
        forked = Forked(_ordered(job, (given, writes, tells.fileno())), told)
        ours.pop_all()
        return forked, output


def _ordered(job: str, descriptors: Sequence[int]) -> _Server:
    """Hand a job to the server, or to a new one where it has ended since."""
    server = _running_server()
    try:
        server.order(job, descriptors)
    except (ConnectionError, TimeoutError):
        server.kill()
        server = _running_server()
        server.order(job, descriptors)
    return server


def _running_server() -> _Server:
    server = _servers.get(os.getpid())
    if server is not None and not server.runs():
        server.kill()
        server = None
    if server is None:
        server = _servers[os.getpid()] = _Server()
    return server


@cache
def _look_after_forks() -> None:
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)
    atexit.register(end_server)


def _before_fork() -> None:
    _lock.acquire()


def _after_fork_in_parent() -> None:
    _lock.release()


def _after_fork_in_child() -> None:
    global _lock
    _lock = threading.RLock()
    for server in _servers.values():
        server.let_go()


def _interpreter(orders: socket.socket) -> subprocess.Popen[bytes]:
    """Start the server in a folder that is gone as soon as it runs: there is no place where it or a job could leave a file."""
    folder = tempfile.mkdtemp(prefix="redact-")
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-c", BOOT, *_places()],
            stdin=orders.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
    finally:
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _places() -> list[str]:
    return [os.path.abspath(place) for place in sys.path if os.path.exists(place or ".")]


def _environment() -> dict[str, str]:
    """Return one thread for every library, and where the parent's own libraries lie; nothing else of the parent's environment."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"LC_ALL": "C.UTF-8", **threads, **kept}
