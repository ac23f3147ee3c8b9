"""What a worker process does: one upload after the other, engines loaded once, one thread each, bounded, and ended with its parent."""

from __future__ import annotations

import ctypes
import hashlib
import os
import resource
import signal
import time
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from redact.applicant import Applicant
from redact.check import Passed, Status
from redact.errors import LimitError, RedactError
from redact.pipeline.intake import sandbox
from redact.policy import Policy

if TYPE_CHECKING:
    from redact.pipeline.redactor import Redactor, Result
    from redact.pipeline.span import Long, Span

PR_SET_PDEATHSIG = 1
M_ARENA_MAX = -8
THREADS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# An upload that is not the bytes that were hashed any more.
CHANGED = "upload.changed"


@dataclass(frozen=True, slots=True)
class Carried:
    """A file's content and suffix, for a worker that does not see the disk. Nothing where the file cannot be read any more."""

    content: bytes = field(repr=False)
    suffix: str

    @classmethod
    def of(cls, file: Path, limit: int) -> Carried:
        """Return a file's content. Raises LimitError where it has more than `limit` bytes, as a worker would."""
        try:
            with file.open("rb") as opened:
                content = opened.read(limit + 1)
        except OSError:
            content = b""
        if len(content) > limit:
            raise LimitError(what="bytes", value=file.stat().st_size, limit=limit)
        return cls(content, file.suffix)

    def read_bytes(self) -> bytes:
        """Return the content, as a path does."""
        return self.content


@dataclass(frozen=True, slots=True)
class Whole:
    """All of an upload, however long."""


@dataclass(frozen=True, slots=True)
class First:
    """All of an upload that is one span; of a long one nothing but how many pages it has."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A span of a long upload: these pages."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The output and the reports of a long upload, from all its spans."""

    spans: tuple[Span, ...] = field(repr=False)


Step = Whole | First | Pages | Joined


@dataclass(frozen=True, slots=True)
class Task:
    """One upload: the file that holds its bytes, or these themselves, their SHA-256, whose it is, under which policy.

    `key`: for the report's HMAC. `others`: names of the roster, for material of another of its people. `step`: how much of it is to
    be done.
    """

    file: Path | Carried = field(repr=False)
    sha256: str
    applicant: Applicant = field(repr=False)
    policy: Policy
    key: bytes = field(repr=False)
    others: frozenset[str] = field(default=frozenset(), repr=False)
    step: Step = field(default_factory=Whole, repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a step that is not all of a long upload: how long it is, or one of its spans."""

    what: Long | Span = field(repr=False)
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. `status` None: an error, of which `reason` is the code. `reports`: by suffix.

    `content`: the masked file, of whatever status; `suffix`: its kind's, with the dot.
    """

    status: Status | None
    reason: str = ""
    content: bytes | None = field(default=None, repr=False)
    suffix: str = ""
    reports: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)
    pages: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


def start(memory: int) -> None:
    """Prepare a worker: one thread for every library, at most `memory` bytes of its own, and its end with the parent's.

    Ctrl-C is the parent's to answer: the pages in hand are finished.
    """
    os.environ.update(dict.fromkeys(THREADS, "1"))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # Engines are asked in threads of their own, and every thread's arena keeps what it freed: .3 of 1.9 GiB after 14 pages.
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, 1)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def work(task: Task) -> Done | Part:
    """Mask an upload and prove it, or a part of it. What fails with a typed error is an outcome like any other; anything else is raised."""
    began, cpu = time.monotonic(), _cpu()
    outcome: Done | Part
    try:
        outcome = _outcome(task)
    except RedactError as error:
        outcome = Done(None, error.code)
    return replace(outcome, cpu_seconds=round(_cpu() - cpu, 3), wall_seconds=round(time.monotonic() - began, 3))


def _outcome(task: Task) -> Done | Part:
    from redact.pipeline.redactor import Result

    try:
        content = task.file.read_bytes()
    except OSError:
        return Done(None, CHANGED)
    if hashlib.sha256(content).hexdigest() != task.sha256:
        return Done(None, CHANGED)
    outcome = _stepped(task, content)
    return _done(outcome) if isinstance(outcome, Result) else Part(outcome)


def _stepped(task: Task, content: bytes) -> Result | Long | Span:
    redactor = _redactor(task.policy, task.key, task.others)
    match task.step:
        case Whole():
            return redactor.redact(content, task.applicant)
        case First():
            return redactor.begin(content, task.applicant)
        case Pages(numbers):
            return redactor.span(content, task.applicant, numbers)
        case Joined(spans):
            return redactor.join(content, task.applicant, spans)


def _done(result: Result) -> Done:
    from redact.pipeline.write import suffix

    report = result.report
    open_checks = (check for check in report.every_check if not isinstance(check, Passed))
    return Done(
        status=result.status,
        reason=next((f"{check.name}.{check.why}" for check in open_checks), ""),
        content=result.output if result.output is not None else result.withheld,
        suffix=suffix(result.kind),
        reports=((".json", report.to_json().encode()), (".html", report.to_html().encode())),
        pages=len(report.pages),
    )


@cache
def _redactor(policy: Policy, key: bytes, others: frozenset[str]) -> Redactor:
    from redact.pipeline.redactor import Redactor

    return Redactor(policy, key=key, others=others)


def _cpu() -> float:
    """Return the CPU seconds of this worker and of all that it started, the decoding children among them."""
    return sandbox.cpu_seconds() + sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
