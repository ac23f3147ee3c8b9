"""Who does a batch's work: processes that are each given one task after the other, watched, and replaced when they end.

What a worker does is a function of a module and a task, both picklable; the crew knows nothing of either.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from typing import Protocol, TypeVar

from redact.pipeline.batch.work import start

Task = TypeVar("Task")
Outcome = TypeVar("Outcome")


class WorkerLostError(Exception):
    """The task's worker ended before it told what came of the task, or was ended because it took too long: whichever, it is lost."""


class Crew(Protocol):
    """Workers that are started when the first task comes."""

    @property
    def sees_disk(self) -> bool:
        """Whether workers read this machine's files; where not, a task must carry what it needs."""
        ...

    def schedule(self, do: Callable[[Task], Outcome], task: Task, seconds: float) -> Future[Outcome]:
        """Have the next worker that is free do a task, within so many seconds from when it begins.

        The future raises WorkerLostError where the worker was lost, and else what `do` raises.
        """
        ...

    def stop(self) -> None:
        """End every worker at once, whatever it does; return when all are gone."""
        ...


class LocalCrew:
    """Processes of this machine. `jobs`: how many; `memory`: bytes each may take."""

    sees_disk = True

    def __init__(self, jobs: int, memory: int) -> None:
        from pebble import ProcessPool

        # Spawned, not forked: a forked worker would hold the ledger's lock, and the parent's memory of everybody.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=jobs, initializer=start, initargs=(memory,), context=context)

    def schedule(self, do: Callable[[Task], Outcome], task: Task, seconds: float) -> Future[Outcome]:
        """See `Crew`."""
        told: Future[Outcome] = Future()
        self._pool.schedule(do, args=(task,), timeout=seconds).add_done_callback(partial(_tell, told))
        return told

    def stop(self) -> None:
        """See `Crew`."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _tell(told: Future[Outcome], done: Future[Outcome]) -> None:
    """Tell what a future of the pool tells, losses as our own error."""
    from pebble import ProcessExpired

    try:
        told.set_result(done.result())
    except (ProcessExpired, TimeoutError, CancelledError):
        told.set_exception(WorkerLostError())
    except Exception as error:  # noqa: BLE001 - whatever the task raised is the reader's to judge
        told.set_exception(error)
