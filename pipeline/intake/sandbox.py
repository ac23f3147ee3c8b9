"""A child process for one file: everything that parses untrusted bytes runs in it, with no name, no writable place, bounds on all.

The child is forked by an interpreter of its own (`forked`), so that no loaded engine and no secret of the parent lies in its
memory. The bytes and the parameters go in through an anonymous file, never through arguments, environment or a named
file; what comes out are the frames of `wire`. Linux only: address space, CPU time and the parent's death are its kernel's to watch.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import selectors
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import TracebackType
from typing import Any, Literal, Self

from redact.errors import DamagedError, EngineError, LimitError, RedactError
from redact.page import Pixels
from redact.pipeline.intake import forked, wire
from redact.policy import Limits

# The jobs that a child knows: the table `child.JOBS` says where they are.
Job = Literal["rasterise", "inspect", "unpack"]
PIPE_BYTES = 1 << 20
# A page of `seconds_per_page` CPU seconds may take this many times as long by the clock on a busy machine.
CLOCK_PER_CPU = 4
INPUT = wire.PREFIX


def run(job: Job, content: bytes, parameters: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Return a job's answer: JSON in, JSON out.

    Raises LimitError (time, memory), DamagedError (the parser crashed), EngineError (no answer), and what the job raised.
    """
    with Child(job, content, parameters, limits) as child:
        answer = child.receive().get("answer")
        if not isinstance(answer, dict):
            raise wire.protocol_error()
        return answer


def cpu_seconds() -> float:
    """Return the CPU seconds of children that RUSAGE_CHILDREN of this process does not hold yet: both together are all that they spent.

    Ask this first. What a child uses counts when it has ended.
    """
    return forked.server_cpu_seconds()


class Child:
    """One running job. Use it as a context manager: leaving ends the child, whatever it does."""

    def __init__(self, job: Job, content: bytes, parameters: Mapping[str, Any], limits: Limits) -> None:
        self._limits = limits
        self._waited = 0.0
        self._process, output = forked.start(job, _input(job, content, parameters, limits))
        self._output = io.FileIO(output)
        os.set_blocking(output, False)
        with contextlib.suppress(OSError):
            fcntl.fcntl(output, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._body_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def waited(self) -> float:
        """Seconds of the clock spent in waiting for what was received."""
        return self._waited

    def close(self) -> None:
        """End the child and all that it started."""
        self._process.end()
        self._output.close()

    def receive(self, page: int | None = None) -> wire.Header:
        """Return the next header. `page` is the one being waited for.

        Raises the error that the child tells of, or the one that its end means.
        """
        with self._on_page(page):
            self._deadline = time.monotonic() + min(self._clock_per_page, self._limits.seconds_per_file - self._waited)
            started = time.monotonic()
            header_bytes, self._body_bytes = wire.PREFIX.unpack(self._exactly(wire.PREFIX.size))
            if header_bytes > wire.MOST_HEADER:
                raise wire.protocol_error()
            header = wire.unpack(bytes(self._exactly(header_bytes)))
            self._waited += time.monotonic() - started
        if "error" in header:
            raise wire.error_of(header)
        return header

    def receive_pixels(self, size: tuple[int, int], page: int) -> Pixels:
        """Return the body of the frame, a page of (height, width) px. Raises as `receive` does."""
        if self._body_bytes != size[0] * size[1] * 3:
            raise wire.protocol_error()
        pixels = wire.empty_pixels(size)
        started = time.monotonic()
        with self._on_page(page):
            self._fill(wire.bytes_of(pixels))
        self._waited += time.monotonic() - started
        return pixels

    @property
    def _clock_per_page(self) -> float:
        return float(self._limits.seconds_per_page * CLOCK_PER_CPU)

    @contextlib.contextmanager
    def _on_page(self, page: int | None) -> Iterator[None]:
        try:
            yield
        except EOFError:
            raise self._obituary(page) from None

    def _exactly(self, size: int) -> bytearray:
        room = bytearray(size)
        self._fill(memoryview(room))
        return room

    def _fill(self, room: memoryview) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            while room:
                left = self._deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise self._too_slow()
                count = self._output.readinto(room)
                if count == 0:
                    raise EOFError
                room = room[count or 0 :]

    def _too_slow(self) -> LimitError:
        if self._waited + self._clock_per_page > self._limits.seconds_per_file:
            return LimitError(what="seconds per file", value=self._limits.seconds_per_file, limit=self._limits.seconds_per_file)
        return LimitError(what="seconds per page", value=round(self._clock_per_page), limit=round(self._clock_per_page))

    def _obituary(self, page: int | None) -> RedactError:
        """Return what the end of a child that did not say why means."""
        try:
            code = self._process.wait(5)
        except TimeoutError:
            return wire.protocol_error()
        except EngineError as error:
            return error
        limits = self._limits
        if code == -signal.SIGXCPU:
            return LimitError(page=page, what="seconds per page", value=limits.seconds_per_page, limit=limits.seconds_per_page)
        if code == -signal.SIGKILL:
            return LimitError(page=page, what="memory", value=limits.memory, limit=limits.memory)
        if code < 0:
            return DamagedError(page=page, what="decoder crashed")
        return EngineError(page=page, engine="decoder", what=f"exit {code}")


def _input(job: Job, content: bytes, parameters: Mapping[str, Any], limits: Limits) -> int:
    """Return the anonymous file that the child reads: prefix, order (JSON), content."""
    order = json.dumps({"job": job, "parameters": parameters, "limits": asdict(limits)}).encode()
    descriptor = _anonymous_file()
    try:
        for piece in (INPUT.pack(len(order), len(content)), order, content):
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]
        os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError:
        os.close(descriptor)
        raise EngineError(engine="decoder", what="no room for the input") from None
    return descriptor


def _anonymous_file() -> int:
    with contextlib.suppress(OSError):
        return os.memfd_create("upload", os.MFD_CLOEXEC)
    try:
        return os.open(tempfile.gettempdir(), os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        raise EngineError(engine="decoder", what="no room for the input") from None
