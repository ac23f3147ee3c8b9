"""The process that speaks to Ray: takes tasks from the batch's process, has actors do them, and tells what came of each.

An actor is a worker: restarted by Ray wherever there is room (`max_restarts=-1`), asked again whether it is fit when it was
(`max_task_retries=3`). Tasks themselves are never tried again by Ray: a death with a task in hand is told, since it is the batch
that counts them, and Ray's own tries would kill three more workers for each death that the ledger sees.
"""

from __future__ import annotations

import hashlib
import os
import queue
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from redact.errors import ClusterError, UnlikeWorkerError
from redact.pipeline.batch.cluster.hand import NOTHING, Hand, joined, keep_silent, parts_of
from redact.pipeline.batch.cluster.kit import Kit
from redact.pipeline.batch.work import start

ACTOR = {"num_cpus": 1, "max_restarts": -1, "max_task_retries": 3, "enable_task_events": False, "scheduling_strategy": "SPREAD"}
ONCE = {"max_task_retries": 0}
# Parts in one call: Ray passes on up to 10 MiB within it.
PARTS = 64
# Seconds: after which a worker that was fit and does not answer hands its task to another; which parts may take on their way;
# in which one worker of all must be had; after which a worker that was not had is asked again.
TO_ANSWER, TO_CARRY, TO_BE_HAD, TO_ASK_AGAIN = 10.0, 120.0, 300.0, 1.0


@dataclass(frozen=True, slots=True)
class Order:
    """A task on its way: its number, its bytes, and the seconds it may take."""

    number: int
    task: bytes = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a task; `outcome` None: its worker was lost."""

    number: int
    outcome: bytes | None = field(repr=False)


def drive(pipe: Connection, address: str, jobs: int, memory: int, wanted: Kit) -> None:
    """Be the driver: tell the cluster's cores, do what the pipe says, and end with None or its closing."""
    _prepare()
    tell = _Teller(pipe)
    try:
        import ray

        tell(_connect(ray, address))
    except ClusterError as error:
        tell(error)
        return
    hands = _Hands(ray, jobs, memory, wanted, tell)
    with suppress(EOFError, OSError):
        while (order := pipe.recv()) is not None:
            hands.orders.put(order)
    hands.stop()
    ray.shutdown()


def _prepare() -> None:
    """Leave nothing to be noted by Ray but a folder that is everybody's, and nothing to be printed."""
    start(resource.getrlimit(resource.RLIMIT_DATA)[1])
    # Else Ray starts a cluster of its own where the one that was asked for is lost.
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_AUTO_CONNECT": "0"}
    os.chdir("/")
    keep_silent()


def _connect(ray: Any, address: str) -> int:
    """Become part of a running cluster, and return its cores. Raises ClusterError."""
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, configure_logging=False, include_dashboard=False)
        # Ray ends a program that is asked to end; this one ends with the batch, which finishes what is in hand first.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return int(ray.cluster_resources().get("CPU", 0))
    except Exception as error:  # noqa: BLE001 - Ray has no type of error for what hinders a connection
        raise ClusterError(what="other-ray" if "ersion mismatch" in str(error) else "no-cluster") from None


def _knock(address: str) -> None:
    """Raise OSError where nobody listens at HOST:PORT: Ray would try for minutes."""
    host, colon, port = address.rpartition(":")
    if colon:
        socket.create_connection((host.strip("[]"), int(port)), TO_ANSWER).close()


class _Teller:
    """Says things to the batch's process, one at a time."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._mutex = pipe, threading.Lock()

    def __call__(self, said: object) -> None:
        # Where nobody listens any more the batch has ended, and what reads the pipe will find it closed.
        with self._mutex, suppress(OSError):
            self._pipe.send(said)


class _Hands:
    """All workers, and the orders that wait for one of them."""

    def __init__(self, ray: Any, jobs: int, memory: int, wanted: Kit, tell: Callable[[object], None]) -> None:
        self.orders: queue.Queue[Order | None] = queue.Queue()
        actor = ray.remote(**ACTOR)(Hand)
        self._hands = [_OneHand(ray, actor.remote(memory, wanted), self, tell) for _ in range(jobs)]
        for hand in self._hands:
            hand.start()

    def none_fit(self) -> bool:
        """True where no worker at all is to be had."""
        return not any(hand.fit for hand in self._hands)

    def stop(self) -> None:
        """End every worker, whatever it does."""
        for hand in self._hands:
            hand.end()
        for _ in self._hands:
            self.orders.put(None)
        for hand in self._hands:
            hand.join(TO_ANSWER)


class _OneHand(threading.Thread):
    """One worker, and who waits for it. `fit`: it answered, and is what the batch needs."""

    def __init__(self, ray: Any, actor: Any, hands: _Hands, tell: Callable[[object], None]) -> None:
        super().__init__(daemon=True)
        self.fit = False
        self._ray, self._actor, self._hands, self._tell = ray, actor, hands, tell
        self._ended = threading.Event()

    def run(self) -> None:
        """Take orders for as long as there are any."""
        try:
            while self._wait_until_fit() and (order := self._hands.orders.get()) is not None:
                self._do(order)
        except Exception as error:  # noqa: BLE001 - an order that nobody answers would be waited for without end
            if not self._ended.is_set():
                self._tell(error if isinstance(error, ClusterError) else ClusterError(what="lost"))

    def end(self) -> None:
        """End the worker for good."""
        self._ended.set()
        self._ray.kill(self._actor)

    def _do(self, order: Order) -> None:
        if not self._is_fit(TO_ANSWER):
            # It ended while it had nothing in hand: that is no fault of this task's.
            self._hands.orders.put(order)
            return
        outcome = self._outcome(order)
        if outcome is None:
            self.fit = False
            self._ray.kill(self._actor, no_restart=False)
        self._tell(Answer(order.number, outcome))

    def _wait_until_fit(self) -> bool:
        """Wait for the worker, which Ray starts or restarts where a core is free; False once it is ended for good.

        Raises ClusterError where it cannot work, or where for a long time no worker of the batch is to be had at all.
        """
        began = time.monotonic()
        while not self._ended.is_set():
            if self.fit or self._is_fit(TO_BE_HAD):
                return True
            if self._hands.none_fit() and time.monotonic() - began > TO_BE_HAD:
                raise ClusterError(what="no-worker")
            self._ended.wait(TO_ASK_AGAIN)
        return False

    def _is_fit(self, seconds: float) -> bool:
        """Ask the worker whether it is there and fit. Raises ClusterError where it can never be."""
        from ray.exceptions import ActorDiedError, RayError

        try:
            differs = self._ray.get(self._actor.differs.remote(), timeout=seconds)
        except ActorDiedError:
            # Other deaths Ray mends.
            raise ClusterError(what="cannot-start") from None
        except RayError:
            self.fit = False
            return False
        if differs is not None:
            part, here, there = differs
            raise UnlikeWorkerError(part=part, here=here, there=there)
        self.fit = True
        return True

    def _outcome(self, order: Order) -> bytes | None:
        """Have the worker do a task. None where it was lost with it, or took too long."""
        from ray.exceptions import RayError

        try:
            self._give(order.task)
            sha256, count = self._get(self._actor.work.options(**ONCE).remote(hashlib.sha256(order.task).hexdigest()), order.seconds)
            return None if (sha256, count) == NOTHING else joined(self._take(count), sha256)
        except RayError:
            return None

    def _give(self, task: bytes) -> None:
        parts = parts_of(task)
        for first in range(0, len(parts), PARTS):
            self._get(self._actor.give.options(**ONCE).remote(*parts[first : first + PARTS]), TO_CARRY)

    def _take(self, count: int) -> list[bytes]:
        taken: list[bytes] = []
        while len(taken) < count:
            few = min(PARTS, count - len(taken))
            asked = self._actor.take.options(num_returns=few, **ONCE).remote(len(taken), few)
            taken += self._get(asked if few > 1 else [asked], TO_CARRY)
        return taken

    def _get(self, asked: Any, seconds: float) -> Any:
        return self._ray.get(asked, timeout=seconds)
