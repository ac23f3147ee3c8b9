"""Whoever watches a batch sees how far it is, in the form that suits where they look, and nothing of a person."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.live import LiveProgress, TerminalConsole
from redact.pipeline.batch.progress import (
    EVENT_SECONDS,
    LINE_SECONDS,
    WITHHELD,
    BatchProgress,
    EventProgress,
    LineProgress,
    NoProgress,
    progress_for,
)

COUNTS: Mapping[State, int] = {State.RELEASED: 8, State.REVIEW: 1, State.FAILED: 1, State.WAITING: 0}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Closed(io.StringIO):
    def write(self, _: str, /) -> int:
        raise BrokenPipeError


def run(progress: BatchProgress, clock: Clock, uploads: int = 10, seconds: float = 6.0) -> None:
    """Let a batch of uploads of two pages run to its end, one in so many seconds."""
    progress.started(uploads)
    for number in range(1, uploads + 1):
        clock.now += seconds
        progress.upload_done(f"2025-0001-{number:03d}", State.REVIEW if number == 3 else State.RELEASED, 2)
        progress.tick(2 * number, 4)
    progress.finished(COUNTS)


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def of(kind: str, text: str) -> list[dict[str, Any]]:
    return [event for event in events(text) if event["event"] == kind]


def test_a_log_gets_a_line_now_and_then_and_no_control_characters() -> None:
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, seconds=LINE_SECONDS / 5)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1 + 2 + 1
    assert all(character.isprintable() for line in lines for character in line)


def test_a_line_says_what_is_done_how_fast_and_what_is_left() -> None:
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, seconds=LINE_SECONDS)
    assert stream.getvalue().splitlines()[5] == (
        "5/10 份 uploads · 10 页 pages · 0.20 页/秒 pages/s · 通过 released 4 · 需人工复核 needs review 1 · 在手 in hand 4 · "
        "还要约 50 秒 about 50 s left"
    )


def test_what_is_left_is_not_told_from_the_first_files_alone() -> None:
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, seconds=LINE_SECONDS)
    assert "left" not in stream.getvalue().splitlines()[4]


def test_the_last_line_says_how_the_run_ended() -> None:
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock)
    assert stream.getvalue().splitlines()[-1] == (
        "本次运行结束，用时 60 秒，20 页。The run took 60 s, 20 pages. 通过 released 8 · 需人工复核 needs review 1 · 无法处理 failed 1"
    )


def test_programs_get_one_object_a_line() -> None:
    stream, clock = io.StringIO(), Clock()
    run(EventProgress(stream, clock), clock)
    text = stream.getvalue()
    assert events(text)[0] == {"event": "started", "total": 10}
    assert of("upload", text)[2] == {"event": "upload", "upload": "2025-0001-003", "verdict": "review", "pages": 2}
    assert events(text)[-1] == {
        "event": "finished",
        "counts": {"released": 8, "review": 1, "failed": 1, "waiting": 0},
        "pages": 20,
        "seconds": 60.0,
    }


def test_a_progress_event_says_pages_pace_verdicts_and_what_is_left() -> None:
    stream, clock = io.StringIO(), Clock()
    run(EventProgress(stream, clock), clock)
    assert of("progress", stream.getvalue())[4] == {
        "event": "progress",
        "done": 5,
        "total": 10,
        "pages": 10,
        "pages_per_second": 0.333,
        "in_hand": 4,
        "verdicts": {"released": 4, "review": 1},
        "seconds_left": 30,
    }


def test_progress_events_do_not_flood_their_reader() -> None:
    stream, clock = io.StringIO(), Clock()
    run(EventProgress(stream, clock), clock, uploads=100, seconds=EVENT_SECONDS / 20)
    assert len(of("progress", stream.getvalue())) <= 5
    assert len(of("upload", stream.getvalue())) == 100


@pytest.mark.parametrize("key", ["沈砚秋的论文.pdf", "2025-0001/沈砚秋.pdf", "a b", "", "/home/x"])
def test_a_path_in_a_keys_place_is_not_passed_on(key: str) -> None:
    stream = io.StringIO()
    EventProgress(stream).upload_done(key, State.RELEASED, 1)
    assert events(stream.getvalue()) == [{"event": "upload", "upload": WITHHELD, "verdict": "released", "pages": 1}]


def test_pages_of_unfinished_uploads_count() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = EventProgress(stream, clock)
    progress.started(1)
    clock.now += 10
    progress.tick(30, 8)
    assert of("progress", stream.getvalue())[0]["pages"] == 30


def test_a_terminal_shows_a_bar_and_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream, clock = Terminal(), Clock()
    run(LiveProgress(stream, clock, TerminalConsole(file=stream, force_terminal=True, width=200, legacy_windows=False)), clock)
    shown = stream.getvalue()
    assert "━" in shown
    assert "5/10 份 uploads · 10 页 pages" in shown
    assert shown.rstrip().endswith("无法处理 failed 1")


def test_a_terminal_gets_its_cursor_back() -> None:
    stream, clock = Terminal(), Clock()
    run(LiveProgress(stream, clock, TerminalConsole(file=stream, force_terminal=True, width=80)), clock)
    assert stream.getvalue().rindex("\x1b[?25h") > stream.getvalue().rindex("\x1b[?25l")


@pytest.mark.parametrize("kind", [LineProgress, EventProgress, LiveProgress])
def test_a_reader_that_goes_away_does_not_stop_the_batch(kind: type[LineProgress] | type[EventProgress] | type[LiveProgress]) -> None:
    clock = Clock()
    run(kind(Closed(), clock), clock)


def test_nothing_to_do_is_said_as_such() -> None:
    stream, clock = io.StringIO(), Clock()
    run(LineProgress(stream, clock), clock, uploads=0)
    assert stream.getvalue().startswith("开始处理 0 份材料。0 uploads to do.\n")


@pytest.mark.parametrize(
    ("err", "term", "as_json", "kind"),
    [
        (Terminal(), "xterm-256color", False, LiveProgress),
        (Terminal(), "dumb", False, LineProgress),
        (io.StringIO(), "xterm-256color", False, LineProgress),
        (Terminal(), "xterm-256color", True, EventProgress),
    ],
)
def test_the_form_suits_where_it_is_seen(
    err: io.StringIO, term: str, as_json: bool, kind: type[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    assert isinstance(progress_for(io.StringIO(), err, as_json), kind)


def test_it_may_also_be_silent(capfd: pytest.CaptureFixture[str]) -> None:
    run(NoProgress(), Clock())
    assert capfd.readouterr() == ("", "")
