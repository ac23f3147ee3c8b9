"""A batch's progress on a terminal, by rich; a module of its own, since few who import the batch need it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import IO

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.progress import Clock, Tally, ending


class TerminalConsole(Console):
    """A console that falls silent when its terminal is gone; rich's own ends the process, and the batch with it."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


class LiveProgress:
    """A bar and a line beneath it, for who watches; drawn at each tick and by no thread of its own."""

    def __init__(self, stream: IO[str], clock: Clock = time.monotonic, console: Console | None = None) -> None:
        self._tally = Tally(clock)
        self._console = console or TerminalConsole(file=stream)
        self._bar = ProgressBar(total=1.0)
        self._text = Text("")
        view = Table.grid(expand=True)
        view.add_row(self._bar)
        view.add_row(self._text)
        self._live = Live(view, console=self._console, auto_refresh=False)

    def started(self, total: int) -> None:
        self._tally.start(total)
        self._bar.update(0, max(total, 1))
        with suppress(OSError, ValueError):
            self._live.start(refresh=True)

    def upload_done(self, key: str, verdict: State, pages: int) -> None:
        self._tally.upload_done(verdict, pages)

    def tick(self, pages: int, in_hand: int) -> None:
        self._tally.tick(pages, in_hand)
        self._draw()

    def finished(self, counts: Mapping[State, int]) -> None:
        self._draw()
        with suppress(OSError, ValueError):
            # This also gives the terminal its cursor back.
            self._live.stop()
            self._console.print(ending(self._tally, counts), highlight=False, markup=False)

    def _draw(self) -> None:
        self._bar.update(self._tally.done)
        self._text.plain = self._tally.line()
        with suppress(OSError, ValueError):
            self._live.refresh()
