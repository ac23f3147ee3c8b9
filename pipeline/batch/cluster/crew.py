"""The batch's end of a crew on a cluster: a driver process, and what its tasks came to."""

from __future__ import annotations

import importlib.util
import itertools
import multiprocessing
import os
import pickle
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from redact.errors import ClusterError, ExtraError, UsageError
from redact.pipeline.batch.cluster.driver import Answer, Order, drive
from redact.pipeline.batch.cluster.kit import Kit, kit
from redact.pipeline.batch.crew import Outcome, Task, WorkerLostError

# Seconds in which the driver says that it is connected, and in which it ends.
TO_CONNECT, TO_END = 60.0, 30.0
AUTO = "auto"
ADDRESS_VARIABLE = "RAY_ADDRESS"
_ADDRESS = re.compile(r"[^\s/]+:\d{1,5}")


class RayCrew:
    """Actors of a Ray cluster. `address`: "auto" or HOST:PORT; `jobs`: how many; `memory`: bytes each may take.

    The process must run on a machine of the cluster. Raises ExtraError, UsageError, ClusterError.
    """

    sees_disk = False

    def __init__(self, address: str, jobs: int, memory: int, wanted: Kit | None = None) -> None:
        self._process, self._pipe, _ = _driver(address, jobs, memory, wanted or kit())
        self._given: dict[int, Future[Any]] = {}
        self._numbers, self._mutex = itertools.count(1), threading.Lock()
        self._failed: ClusterError | None = None
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def schedule(self, do: Callable[[Task], Outcome], task: Task, seconds: float) -> Future[Outcome]:
        """See `Crew`. The future raises ClusterError where the cluster is lost, or a worker of it must not work."""
        told: Future[Outcome] = Future()
        order = Order(next(self._numbers), pickle.dumps((do, task)), seconds)
        with self._mutex:
            self._given[order.number] = told
        try:
            self._pipe.send(order)
        except OSError:
            self._fail(ClusterError(what="lost"))
        if self._failed is not None:
            # It may have failed before this one was entered.
            self._fail(self._failed)
        return told

    def stop(self) -> None:
        """See `Crew`."""
        _end(self._process, self._pipe)
        self._listener.join(TO_END)
        self._pipe.close()

    def _listen(self) -> None:
        try:
            while True:
                self._hear(self._pipe.recv())
        except (EOFError, OSError):
            self._fail(ClusterError(what="lost"))

    def _hear(self, said: Answer | ClusterError) -> None:
        if isinstance(said, ClusterError):
            self._fail(said)
            return
        with self._mutex:
            told = self._given.pop(said.number, None)
        if told is not None:
            _settle(told, said.outcome)

    def _fail(self, error: ClusterError) -> None:
        with self._mutex:
            self._failed = self._failed or error
            left, self._given = self._given, {}
        for told in left.values():
            told.set_exception(self._failed)


def require(address: str) -> str:
    """Return the address that Ray is to take, if it is one and Ray is installed.

    Raises ExtraError; UsageError for an address that would start a cluster of its own, or go through a proxy.
    """
    chosen = os.environ.get(ADDRESS_VARIABLE) or AUTO if address == AUTO else address
    if chosen != AUTO and not _ADDRESS.fullmatch(chosen):
        raise UsageError(what="--ray auto|HOST:PORT")
    if importlib.util.find_spec("ray") is None:
        raise ExtraError(extra="ray")
    return chosen


def cores(address: str) -> int:
    """Return how many cores a running cluster has. Raises ExtraError, UsageError, ClusterError."""
    process, pipe, found = _driver(address, 0, 0, Kit(()))
    _end(process, pipe)
    pipe.close()
    if found < 1:
        raise ClusterError(what="no-worker")
    return found


def _driver(address: str, jobs: int, memory: int, wanted: Kit) -> tuple[BaseProcess, Connection, int]:
    """Start a driver that is connected, and return it, the pipe to it, and the cluster's cores."""
    address = require(address)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=drive, args=(theirs, address, jobs, memory, wanted), daemon=True)
    process.start()
    theirs.close()
    try:
        said = ours.recv() if ours.poll(TO_CONNECT) else ClusterError(what="no-cluster")
    except (EOFError, OSError):
        said = ClusterError(what="no-cluster")
    if isinstance(said, ClusterError):
        process.kill()
        process.join()
        ours.close()
        raise said
    return process, ours, said


def _end(process: BaseProcess, pipe: Connection) -> None:
    """End a driver: by telling it, or by force. Ray ends the actors of a driver that is gone."""
    with suppress(OSError):
        pipe.send(None)
    process.join(TO_END)
    if process.is_alive():
        process.kill()
        process.join()


def _settle(told: Future[Any], outcome: bytes | None) -> None:
    if outcome is None:
        told.set_exception(WorkerLostError())
        return
    try:
        error, result = pickle.loads(outcome)
    except Exception as unfit:  # noqa: BLE001 - an exception of the task's that cannot be made again is told as what hinders it
        error, result = unfit, None
    if error is None:
        told.set_result(result)
    else:
        told.set_exception(error)
