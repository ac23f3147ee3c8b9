"""One engine on one page, isolated: whatever it does, the page goes on, and what was not looked at is said so."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from redact.errors import RedactError
from redact.finding import Doubt, Engine, Finding, Look, Looked, NotLooked
from redact.models.protocols import Detector
from redact.page import Page, Word

Answer = TypeVar("Answer")


class Isolation:
    """Asks engines with a time limit, and never asks one again that hung.

    `seconds` is the wall time that one question may take. An engine that hangs keeps its thread (no thread can be
    ended from outside); it is a daemon thread, so that the process can end. `hung`: those that did so before.
    """

    def __init__(self, seconds: float, hung: Iterable[str] = ()) -> None:
        self._seconds = seconds
        self._hung = set(hung)

    @property
    def hung(self) -> frozenset[str]:
        """The names of the engines that hung."""
        return frozenset(self._hung)

    def look(self, name: str, load: Callable[[], Detector], page: Page) -> Look:
        """Ask a detector about a page. `name` stands for the engine where it cannot even be loaded."""

        def question() -> Looked:
            detector = load()
            return Looked(detector.engine, sane_findings(detector.find(page), page))

        return self.ask(name, question)

    def ask(self, name: str, question: Callable[[], Answer]) -> Answer | NotLooked:
        """Return the question's answer, or that nobody looked: it raised, took too long, or hung before."""
        if name in self._hung:
            return NotLooked(Engine(name, ""), "timeout")
        call = _Call(question)
        thread = threading.Thread(target=call.run, name=f"engine-{name}", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if thread.is_alive():
            self._hung.add(name)
            return NotLooked(Engine(name, ""), "timeout")
        if call.why or not call.answers:
            # Neither: it left by a way that no engine may take, such as SystemExit.
            return NotLooked(Engine(name, ""), call.why or "engine.crashed")
        return call.answers[0]


class _Call(Generic[Answer]):
    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self.answers: list[Answer] = []
        self.why = ""

    def run(self) -> None:
        try:
            self.answers.append(self._question())
        except RedactError as error:
            self.why = error.code
        # Whatever it is, SystemExit and a foreign library's panic too: a thread's uncaught error is printed, page words and all.
        except BaseException:  # noqa: BLE001 - the one place where an engine on a page is isolated
            self.why = "engine.crashed"


def sane_findings(findings: Iterable[Finding], page: Page) -> tuple[Finding, ...]:
    """Return the findings, or raise ValueError where one cannot be true: then nothing else that was said is trusted."""
    rows = tuple(findings)
    for finding in rows:
        on_page = finding.quad.box().clip(page.width, page.height)
        if not math.isfinite(finding.score) or on_page is None:
            raise ValueError("a finding off the page, or without a score")
    return rows


def sane_doubts(doubts: Iterable[Doubt], page: Page) -> tuple[Doubt, ...]:
    """Return the places that are left open, or raise ValueError where one lies off the page."""
    rows = tuple(doubts)
    if any(doubt.quad.box().clip(page.width, page.height) is None for doubt in rows):
        raise ValueError("a doubt off the page")
    return rows


def sane_words(words: Iterable[Word]) -> tuple[Word, ...]:
    """Return a reader's words, or raise where one cannot be true."""
    rows = tuple(words)
    for word in rows:
        if len(word.characters) != len(word.text or "") or not math.isfinite(word.score):
            raise ValueError("a word without its characters' places, or without a score")
        for quad in (word.quad, *word.characters):
            quad.box()
    return rows
