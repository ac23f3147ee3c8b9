"""The fork server: imports the parsers once, and forks a process for each job. It never reads a job's input, nor what comes of it.

Run by `forked` alone; nothing else may import it. It runs one thread and forks no job where there are more: a lock that
another thread holds would stay locked in the job. It ends, and all jobs with it, when its parent does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
from typing import NoReturn

from redact.pipeline.intake import child
from redact.pipeline.intake.forked import ENDED, STARTED

PR_SET_DUMPABLE = 4
MOST_DESCRIPTORS = 4096
MOST_NAME = 64


def main() -> None:
    """Take orders from the socket on standard input until its other end closes."""
    # No job, even one that was taken over, may look into the memory of those beside it or change the server that forks the next.
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # Jobs close every number up to the bound, on old kernels one by one.
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(MOST_DESCRIPTORS, hard), hard))
    # What the parent's thread had blocked is none of the server's: it must hear of deaths, and the jobs of their time.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    orders = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC), 0)
    ForkServer(orders).serve()


class ForkServer:
    """Jobs that run, by the descriptor of the socket over which each is told of; what the parent wants comes over the same socket."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._jobs: dict[int, tuple[int, socket.socket]] = {}
        self._imported: set[str] = set()
        self._parent = _watched(os.getppid())
        self._deaths = _deaths()
        self._poll = select.poll()
        for descriptor in (orders.fileno(), self._parent, self._deaths):
            if descriptor >= 0:
                self._poll.register(descriptor, select.POLLIN)

    def serve(self) -> NoReturn:
        while True:
            self._answer({descriptor for descriptor, _ in self._poll.poll()})

    def _answer(self, ready: set[int]) -> None:
        """Do what the descriptors that are ready ask for; orders last, since a new job may get the number of a socket that was closed."""
        if self._parent in ready:
            self._end()
        for descriptor in ready & self._jobs.keys():
            # The parent says nothing over it but that it is done with the job.
            self._poll.unregister(descriptor)
            _kill(self._jobs[descriptor][0])
        if self._deaths in ready:
            self._bury()
        if self._orders.fileno() in ready:
            self._take_order()

    def _end(self) -> NoReturn:
        for pid, _ in self._jobs.values():
            _kill(pid)
        os._exit(0)

    def _bury(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._deaths, 1 << 16)
        for descriptor, (pid, told) in list(self._jobs.items()):
            # Not waited for yet, it still owns its number and its group's: what it started ends with it.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                _kill(pid)
                _, status = os.waitpid(pid, 0)
                del self._jobs[descriptor]
                with contextlib.suppress(KeyError):
                    self._poll.unregister(descriptor)
                _tell(told, ENDED.pack(os.waitstatus_to_exitcode(status), _cpu_seconds()))
                told.close()

    def _take_order(self) -> None:
        try:
            name, descriptors, _, _ = socket.recv_fds(self._orders, MOST_NAME, 3)
        except ConnectionError:
            name, descriptors = b"", []
        if not name:
            self._end()
        try:
            # Fewer where no more can be open. Closing them tells the parent that nothing was started.
            if len(descriptors) == 3:
                with contextlib.suppress(OSError):
                    self._start(name.decode(), *descriptors)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _start(self, name: str, given: int, output: int, tells: int) -> None:
        """Fork a job, or none where threads run. Raises OSError where nothing more can be open or run."""
        self._import(name)
        if len(os.listdir("/proc/self/task")) != 1:
            return
        told = socket.socket(fileno=os.dup(tells))
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            told.close()
            raise
        if pid == 0:
            child.main(server, given, output)
        self._jobs[told.fileno()] = (pid, told)
        self._poll.register(told, select.POLLIN)
        _tell(told, STARTED.pack(pid))

    def _import(self, name: str) -> None:
        """Import what a kind of job needs, before the first of it. What fails is imported again by the job, which can say so."""
        if name not in self._imported:
            self._imported.add(name)
            for module in child.MODULES.get(name, ()):
                with contextlib.suppress(Exception):
                    importlib.import_module(module)
            # What is there now is never looked through again, which would copy it into every job.
            gc.freeze()


def _watched(parent: int) -> int:
    """Return a descriptor that is readable when the parent has ended, -1 on a kernel without such.

    The socket alone would not do: a process forked off by the parent, other than by Python, keeps a copy of its end.
    """
    try:
        return os.pidfd_open(parent)
    except (OSError, AttributeError):
        return -1


def _deaths() -> int:
    """Return a descriptor that is readable when a job has ended."""
    readable, writable = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return readable


def _kill(pid: int) -> None:
    # One by one: the process may not have come to make its group yet.
    for kill in (os.kill, os.killpg):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _tell(told: socket.socket, message: bytes) -> None:
    with contextlib.suppress(OSError):
        told.send(message, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


def _cpu_seconds() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
