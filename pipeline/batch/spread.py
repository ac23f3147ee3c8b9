"""An upload in hand, and how far it has come: one task, or where it is long, a task a span, and one that joins them.

The first task tells whether an upload is long: only a worker ever opens one. What comes of the spans is kept here until all are in.
Nothing of a span is judged here: `span.joined`, which a worker does, raises where the spans are not the whole upload.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

from redact.pipeline.batch.work import Done, First, Joined, Pages, Part, Step, Task, Whole
from redact.pipeline.span import Long, Span, spans_of


class InHand:
    """An upload in hand. `divided`: a long one may be spread over workers; `seconds`: how long its tasks may take together.

    `held`: what must be let go when it is in hand no more.
    """

    def __init__(self, key: str, task: Task, held: ExitStack, seconds: float, divided: bool) -> None:
        self.key, self.held = key, held
        self._task, self._seconds = task, seconds
        self._open: list[Step] = [First() if divided else Whole()]
        self._running: list[Step] = []
        self._spans: list[Span] = []
        # Whether it turned out to be long: then a worker that is lost does not take all of it with it.
        self.long = False
        # What the upload came to, and the step that told.
        self._told: tuple[Step, Done] | None = None
        self._cpu = self._wall = self._wall_before = 0.0

    @property
    def idle(self) -> bool:
        """True where no worker works on it."""
        return not self._running

    @property
    def ready(self) -> bool:
        """True where a worker could begin something of it now."""
        return bool(self._open)

    @property
    def seconds_left(self) -> float:
        """Seconds that are left to its tasks together. One: what has none left is ended as what hangs."""
        return max(1.0, self._seconds - (self._wall - self._wall_before))

    def next(self) -> tuple[Step, Task]:
        """Begin the next step: return it, and the task that does it."""
        step = self._open.pop(0)
        self._running.append(step)
        return step, replace(self._task, step=step)

    def lost(self, step: Step) -> None:
        """The step's worker was lost with it: it is to be done again, and the upload has all its seconds again."""
        self._running.remove(step)
        self._wall_before = self._wall
        self._open = sorted([*self._open, step] if self._counts(step) else self._open, key=_place)

    def came(self, step: Step, outcome: Done | Part) -> Done | None:
        """Note what came of a step; return what came of the upload once that is known.

        Of several steps that fail, the one with the first pages tells: it would, were they done one after the other.
        """
        self._running.remove(step)
        self._cpu += outcome.cpu_seconds
        self._wall += outcome.wall_seconds
        if isinstance(outcome, Part):
            self._take(outcome)
        elif self._counts(step):
            self._told = step, outcome
        return self._end()

    def _take(self, part: Part) -> None:
        if isinstance(part.what, Long):
            self.long = True
            self._open = [Pages(numbers) for numbers in spans_of(part.what.page_count)]
            return
        self._spans.append(part.what)
        if not self._open and not self._running and self._told is None:
            self._open = [Joined(tuple(self._spans))]

    def _end(self) -> Done | None:
        if self._told is None:
            return None
        self._open = list(filter(self._counts, self._open))
        if self._open or any(map(self._counts, self._running)):
            return None
        _, done = self._told
        return replace(done, cpu_seconds=round(self._cpu, 3), wall_seconds=round(self._wall, 3))

    def _counts(self, step: Step) -> bool:
        """True where what comes of the step still decides something: nothing failed, or only what comes later."""
        return self._told is None or _place(step) < _place(self._told[0])


def _place(step: Step) -> float:
    match step:
        case Pages(numbers):
            return numbers[0]
        case Joined():
            return float("inf")
        case _:
            return 0
