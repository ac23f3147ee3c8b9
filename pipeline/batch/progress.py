"""How far a batch is, while it runs: live on a terminal, now and then a line in a log, JSON events for programs.

The parent process alone calls these, from one thread. They say numbers, verdicts and the upload's key or clean name: nothing of a
person. Whoever stops reading them does not stop the batch.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Final, Protocol

from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.summary.remaining import LEAST_UPLOADS, duration
from redact.pipeline.batch.summary.wording import STATE

# A log of a night has a few thousand lines then.
LINE_SECONDS: Final = 10.0
EVENT_SECONDS: Final = 2.0
WITHHELD: Final = "withheld"
# A work key, or a clean name; a path, which may spell a name, is neither.
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:+._-]{0,299}")
_CANNOT_REDRAW: Final = frozenset({"dumb", "unknown"})
Clock = Callable[[], float]


class BatchProgress(Protocol):
    """Told by a batch how far it is."""

    def started(self, total: int) -> None:
        """Say that a run begins, with so many uploads to do."""

    def upload_done(self, key: str, verdict: State, pages: int) -> None:
        """Say what became of an upload: its key or clean name, its state, its pages."""

    def tick(self, pages: int, in_hand: int) -> None:
        """Say how many pages this run has done so far, those of unfinished uploads too, and how many are in hand. Every second or so."""

    def finished(self, counts: Mapping[State, int]) -> None:
        """Say that the run has ended, and how many uploads are in each state. To be called however it ended."""


class NoProgress:
    """Says nothing."""

    def started(self, total: int) -> None:
        pass

    def upload_done(self, key: str, verdict: State, pages: int) -> None:
        pass

    def tick(self, pages: int, in_hand: int) -> None:
        pass

    def finished(self, counts: Mapping[State, int]) -> None:
        pass


def progress_for(out: IO[str], err: IO[str], as_json: bool) -> BatchProgress:
    """Return what suits: events on `out` if asked for, else a live view where `err` is a terminal, else lines on `err`."""
    if as_json:
        return EventProgress(out)
    if not err.isatty() or os.environ.get("TERM", "").lower() in _CANNOT_REDRAW:
        return LineProgress(err)
    from redact.pipeline.batch.live import LiveProgress

    return LiveProgress(err)


class Tally:
    """What a run has done so far, and at which pace."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock()
        self.total = 0
        self.done = 0
        self.verdicts: Counter[State] = Counter()
        self.in_hand = 0
        self._pages_of_uploads = 0
        self._pages_told = 0

    def start(self, total: int) -> None:
        self.total, self._began = total, self._clock()

    def upload_done(self, verdict: State, pages: int) -> None:
        self.done += 1
        self.verdicts[verdict] += 1
        self._pages_of_uploads += pages

    def tick(self, pages: int, in_hand: int) -> None:
        self._pages_told, self.in_hand = pages, in_hand

    @property
    def pages(self) -> int:
        # An upload may be told before the next tick counts its pages.
        return max(self._pages_told, self._pages_of_uploads)

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    @property
    def pace(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """What the rest takes at this run's pace, None where too little is done to tell."""
        if self.done < LEAST_UPLOADS or self.seconds <= 0:
            return None
        return self.seconds / self.done * max(self.total - self.done, 0)

    def line(self) -> str:
        """Return all of it in one line, Chinese and English."""
        left = self.seconds_left
        parts = [f"{self.done}/{self.total} 份 uploads", f"{self.pages} 页 pages", f"{self.pace:.2f} 页/秒 pages/s"]
        parts += [f"{words.zh} {words.en.lower()} {self.verdicts[state]}" for state, words in STATE.items() if self.verdicts[state]]
        parts += [f"在手 in hand {self.in_hand}"]
        parts += [f"还要约 {duration(left).zh} about {duration(left).en} left"] if left is not None else []
        return " · ".join(parts)


def ending(tally: Tally, counts: Mapping[State, int]) -> str:
    """Return how a run ended, in one line."""
    took = duration(tally.seconds)
    states = " · ".join(f"{words.zh} {words.en.lower()} {counts.get(state, 0)}" for state, words in STATE.items() if counts.get(state, 0))
    return f"本次运行结束，用时 {took.zh}，{tally.pages} 页。The run took {took.en}, {tally.pages} pages. {states or '—'}"


class _Stream:
    """A text stream whose reader may go away."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def say(self, line: str) -> None:
        # A closed pipe ends what is said, not what is done.
        with suppress(OSError, ValueError):
            self._stream.write(f"{line}\n")
            self._stream.flush()


class LineProgress:
    """A line now and then, for logs: at most one in LINE_SECONDS while the run goes on."""

    def __init__(self, stream: IO[str], clock: Clock = time.monotonic) -> None:
        self._stream, self._clock, self._tally = _Stream(stream), clock, Tally(clock)
        self._said = clock()

    def started(self, total: int) -> None:
        self._tally.start(total)
        self._said = self._clock()
        self._stream.say(f"开始处理 {total} 份材料。{total} uploads to do.")

    def upload_done(self, key: str, verdict: State, pages: int) -> None:
        self._tally.upload_done(verdict, pages)

    def tick(self, pages: int, in_hand: int) -> None:
        self._tally.tick(pages, in_hand)
        if self._clock() - self._said >= LINE_SECONDS:
            self._said = self._clock()
            self._stream.say(self._tally.line())

    def finished(self, counts: Mapping[State, int]) -> None:
        self._stream.say(ending(self._tally, counts))


class EventProgress:
    """JSON objects, one a line: started, upload, progress (at most one in EVENT_SECONDS), finished."""

    def __init__(self, stream: IO[str], clock: Clock = time.monotonic) -> None:
        self._stream, self._clock, self._tally = _Stream(stream), clock, Tally(clock)
        self._said = clock()

    def started(self, total: int) -> None:
        self._tally.start(total)
        self._say("started", total=total)

    def upload_done(self, key: str, verdict: State, pages: int) -> None:
        self._tally.upload_done(verdict, pages)
        self._say("upload", upload=key if _KEY.fullmatch(key) else WITHHELD, verdict=verdict.value, pages=pages)

    def tick(self, pages: int, in_hand: int) -> None:
        self._tally.tick(pages, in_hand)
        if self._clock() - self._said >= EVENT_SECONDS:
            self._said = self._clock()
            self._progress()

    def finished(self, counts: Mapping[State, int]) -> None:
        states = {state.value: counts[state] for state in STATE if state in counts}
        self._say("finished", counts=states, pages=self._tally.pages, seconds=round(self._tally.seconds, 1))

    def _progress(self) -> None:
        tally, left = self._tally, self._tally.seconds_left
        self._say(
            "progress",
            done=tally.done,
            total=tally.total,
            pages=tally.pages,
            pages_per_second=round(tally.pace, 3),
            in_hand=tally.in_hand,
            verdicts={state.value: tally.verdicts[state] for state in STATE if tally.verdicts[state]},
            seconds_left=None if left is None else round(left),
        )

    def _say(self, event: str, **facts: object) -> None:
        self._stream.say(json.dumps({"event": event, **facts}, ensure_ascii=False))
