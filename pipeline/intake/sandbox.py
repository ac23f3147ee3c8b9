"""A child process for one file: everything that parses untrusted bytes runs in it, with no name, no writable place, bounds on all.

The child is a fresh interpreter, so that no loaded engine and no secret of the parent lies in its memory. The bytes and
the parameters go in through an anonymous file, never through arguments, environment or a named file; what comes out
are the frames of `wire`. Linux only: address space, CPU time and the parent's death are its kernel's to watch.

The thread that starts a child must outlive it: the kernel ends the child with that thread.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from types import TracebackType
from typing import Any, Literal, Self

from redact.errors import DamagedError, EngineError, LimitError, RedactError
from redact.page import Pixels
from redact.pipeline.intake import wire
from redact.policy import Limits

# The jobs that a child knows: the table `child.JOBS` says where they are.
Job = Literal["rasterise", "inspect", "unpack"]
# The parent's places of modules, in its order, so that both run the very same modules, wherever they are installed: isolated
# mode alone would not look into PYTHONPATH or an installation for one user.
PLACES = "import sys; sys.path[:] = [*sys.argv[1:], *(place for place in sys.path if place not in sys.argv)]"
BOOT = PLACES + "; from redact.pipeline.intake import child; child.main()"
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


class Child:
    """One running job. Use it as a context manager: leaving ends the child, whatever it does."""

    def __init__(self, job: Job, content: bytes, parameters: Mapping[str, Any], limits: Limits) -> None:
        self._limits = limits
        self._waited = 0.0
        self._process = _start(_input(job, content, parameters, limits))
        self._output = self._process.stdout.fileno() if self._process.stdout is not None else -1
        os.set_blocking(self._output, False)
        with contextlib.suppress(OSError):
            fcntl.fcntl(self._output, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        self._body_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the child and all that it started."""
        # Only a child that was not waited for yet still owns its number.
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

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
                try:
                    count = os.readv(self._output, [room])
                except BlockingIOError:
                    continue
                if count == 0:
                    raise EOFError
                room = room[count:]

    def _too_slow(self) -> LimitError:
        if self._waited + self._clock_per_page > self._limits.seconds_per_file:
            return LimitError(what="seconds per file", value=self._limits.seconds_per_file, limit=self._limits.seconds_per_file)
        return LimitError(what="seconds per page", value=round(self._clock_per_page), limit=round(self._clock_per_page))

    def _obituary(self, page: int | None) -> RedactError:
        """Return what the end of a child that did not say why means."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return wire.protocol_error()
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
    order = json.dumps({"job": job, "parameters": parameters, "limits": asdict(limits), "parent": os.getpid()}).encode()
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


def _start(given: int) -> subprocess.Popen[bytes]:
    """Start the child in a folder that is gone as soon as it runs: there is no place where it could leave a file."""
    folder = ""
    try:
        folder = tempfile.mkdtemp(prefix="redact-")
        return subprocess.Popen(
            [sys.executable, "-I", "-c", BOOT, *_places()],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(),
            start_new_session=True,
        )
    except OSError:
        raise EngineError(engine="decoder", what="cannot start") from None
    finally:
        os.close(given)
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def _places() -> list[str]:
    return [os.path.abspath(place) for place in sys.path if os.path.exists(place or ".")]


def _environment() -> dict[str, str]:
    """Return one thread for every library, and where the parent's own libraries lie; nothing else of the parent's environment."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"LC_ALL": "C.UTF-8", **threads, **kept}
