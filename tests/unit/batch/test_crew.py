"""A crew's promises: what a task comes to is told, and a worker that is lost is told as lost, and replaced."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from redact.errors import LimitError
from redact.pipeline.batch.crew import LocalCrew, WorkerLostError

MEMORY = 4 << 30
PATIENT = 60.0


def double(number: int) -> int:
    return 2 * number


def end(how: int) -> None:
    os.kill(os.getpid(), how)


def refuse(what: str) -> None:
    raise LimitError(what=what, value=2, limit=1)


@pytest.fixture(scope="module")
def crew() -> Iterator[LocalCrew]:
    hired = LocalCrew(1, MEMORY)
    yield hired
    hired.stop()


def test_what_a_task_comes_to_is_told_whatever_the_task_is(crew: LocalCrew) -> None:
    assert [crew.schedule(double, number, PATIENT).result() for number in (1, 2)] == [2, 4]
    assert crew.schedule(len, "four", PATIENT).result() == 4


def test_what_a_task_raises_is_told_as_it_was_raised(crew: LocalCrew) -> None:
    with pytest.raises(LimitError) as told:
        crew.schedule(refuse, "pages", PATIENT).result()
    assert told.value.facts == {"what": "pages", "value": 2, "limit": 1}


def test_a_worker_that_is_killed_is_lost_and_the_next_task_has_another(crew: LocalCrew) -> None:
    with pytest.raises(WorkerLostError):
        crew.schedule(end, signal.SIGKILL, PATIENT).result()
    assert crew.schedule(double, 4, PATIENT).result() == 8


def test_a_worker_that_takes_too_long_is_lost_and_the_next_task_has_another(crew: LocalCrew) -> None:
    with pytest.raises(WorkerLostError):
        crew.schedule(time.sleep, 600.0, 0.5).result()
    assert crew.schedule(double, 5, PATIENT).result() == 10


def test_stopped_it_ends_what_is_in_hand() -> None:
    hired = LocalCrew(1, MEMORY)
    began = time.monotonic()
    hired.schedule(time.sleep, 600.0, 900.0)
    hired.stop()
    assert time.monotonic() - began < PATIENT
