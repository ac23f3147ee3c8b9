"""How far an upload in hand has come: what is begun next, and which of its steps tells what came of it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from redact import Applicant, Status
from redact.pipeline.batch.spread import InHand
from redact.pipeline.batch.work import Done, First, Joined, Pages, Part, Step, Task, Whole
from redact.pipeline.span import Long, Span, spans_of
from redact.policy import load

PAGES = 40
FIRST, SECOND, THIRD = (Pages(numbers) for numbers in spans_of(PAGES))
RELEASED = Done(Status.RELEASED, content=b"masked")


def in_hand(divided: bool = True, seconds: float = 100.0) -> InHand:
    task = Task(Path("upload.pdf"), "0" * 64, Applicant(names=("郭元頔",)), load(), bytes(32))
    return InHand("key", task, ExitStack(), seconds, divided)


def long_one(begun: int) -> InHand:
    """Return a long upload in hand of which so many spans are begun."""
    hand = in_hand()
    hand.next()
    assert hand.came(First(), Part(Long(PAGES))) is None
    for _ in range(begun):
        hand.next()
    return hand


def part(seconds: float = 1.0) -> Part:
    return Part(Span("0" * 64, PAGES, (), (), 0.0), cpu_seconds=seconds, wall_seconds=2 * seconds)


def begun(hand: InHand) -> list[Step]:
    steps = []
    while hand.ready:
        step, task = hand.next()
        assert task.step is step
        steps.append(step)
    return steps


def test_with_one_worker_an_upload_is_one_task() -> None:
    hand = in_hand(divided=False)
    assert begun(hand) == [Whole()]
    assert hand.came(Whole(), RELEASED) == RELEASED


def test_a_short_upload_is_one_task() -> None:
    hand = in_hand()
    assert begun(hand) == [First()]
    assert hand.came(First(), RELEASED) == RELEASED


def test_a_long_upload_is_a_task_a_span_and_one_that_joins_them_when_all_are_in() -> None:
    hand = long_one(begun=0)
    assert begun(hand) == [FIRST, SECOND, THIRD]
    for step in (THIRD, FIRST):
        assert hand.came(step, part()) is None
        assert not hand.ready
    assert hand.came(SECOND, part()) is None
    (last,) = begun(hand)
    assert isinstance(last, Joined)
    assert len(last.spans) == 3
    done = hand.came(last, RELEASED)
    assert done is not None
    assert (done.content, done.cpu_seconds, done.wall_seconds) == (b"masked", 3.0, 6.0)


def test_of_two_spans_that_fail_the_earlier_tells_whichever_ended_first() -> None:
    hand = long_one(begun=3)
    assert hand.came(THIRD, Done(None, "input.limit")) is None
    assert hand.came(FIRST, part()) is None
    done = hand.came(SECOND, Done(None, "input.damaged"))
    assert done is not None
    assert (done.status, done.reason) == (None, "input.damaged")


def test_after_a_failure_nothing_later_is_begun_or_waited_for() -> None:
    hand = long_one(begun=2)
    assert hand.came(FIRST, Done(None, "input.damaged")) is not None
    assert not hand.ready


def test_a_failure_waits_for_the_earlier_span_that_was_lost() -> None:
    hand = long_one(begun=2)
    hand.lost(FIRST)
    assert hand.came(SECOND, Done(None, "input.damaged")) is None
    assert begun(hand) == [FIRST]
    assert hand.came(FIRST, part()) is not None


def test_what_was_lost_with_its_worker_comes_before_what_was_not_begun_and_nothing_else_is_done_again() -> None:
    hand = long_one(begun=2)
    assert hand.came(FIRST, part()) is None
    hand.lost(SECOND)
    assert hand.idle
    assert begun(hand) == [SECOND, THIRD]


def test_its_tasks_share_the_seconds_of_an_upload_which_begin_anew_when_a_worker_is_lost() -> None:
    hand = long_one(begun=2)
    hand.came(FIRST, part(seconds=30.0))
    assert hand.seconds_left == 40.0
    hand.lost(SECOND)
    assert hand.seconds_left == 100.0
