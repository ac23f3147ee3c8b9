"""The child's first module: bounds on itself, then one job, then its end. It never writes a file and never prints.

Run by `sandbox` alone; nothing else may import it.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

from redact.errors import DamagedError, EngineError, LimitError, RedactError
from redact.pipeline.intake import wire
from redact.policy import Limits

# Every job that a sandbox runs. A job that answers once is `f(content, parameters) -> dict`; one that streams yields
# (header, body).
JOBS = {
    "rasterise": "redact.pipeline.intake.rasterise:rasterise",
    "inspect": "redact.pipeline.verify.inspect:inspect",
    "unpack": "redact.pipeline.batch.unpack:unpack",
}
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 64
# Room for the interpreter's start and the imports, CPU seconds.
START_SECONDS = 10


def main() -> None:
    """Do the job that the anonymous file on standard input orders, and end."""
    output = _own_output()
    with os.fdopen(0, "rb", closefd=False) as given:
        order, content = _read(given)
    limits = Limits(**order["limits"])
    _die_with(order["parent"])
    _bound_time(limits)
    _serve(order, content, limits, output)
    # Nothing of an interpreter that read untrusted bytes is run again: no finalisers, no exit hooks.
    os._exit(0)


def allow_page(seconds: int) -> None:
    """Allow `seconds` more CPU seconds, for one page. The kernel ends the process (SIGXCPU) when they are used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Below the hard bound: there the kernel's signal would be one that says nothing.
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard - 1), hard))


def _own_output() -> int:
    """Return the pipe to the parent, and send everything that a library prints nowhere."""
    output = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return output


def _read(given: BinaryIO) -> tuple[dict[str, Any], bytes]:
    order_bytes, content_bytes = wire.PREFIX.unpack(given.read(wire.PREFIX.size))
    return json.loads(given.read(order_bytes)), given.read(content_bytes)


def _die_with(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A parent that died before the call above would never be noticed.
    if os.getppid() != parent:
        os._exit(1)


def _bound_time(limits: Limits) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (START_SECONDS, START_SECONDS + limits.seconds_per_file))


def _bound_space(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _serve(order: dict[str, Any], content: bytes, limits: Limits, output: int) -> None:
    try:
        job = _load(order["job"])
        _bound_space(limits)
        allow_page(limits.seconds_per_page)
        for header, body in _frames(job(content, order["parameters"])):
            _send(output, wire.pack(header, len(body)), body)
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # noqa: BLE001  the file is isolated here: whatever a parser raises, the parent gets a code
        _send(output, wire.pack(wire.error_header(_as_told(error, limits))), b"")


def _load(job: str) -> Callable[[bytes, dict[str, Any]], object]:
    """Return a job's function. Raises EngineError: what cannot be loaded is an installation's fault and no file's."""
    try:
        module, name = JOBS[job].split(":")
        function: Callable[[bytes, dict[str, Any]], object] = getattr(importlib.import_module(module), name)
    except (KeyError, ImportError, AttributeError):
        raise EngineError(engine="decoder", what="cannot be loaded") from None
    return function


def _frames(result: object) -> Iterator[tuple[wire.Header, memoryview | bytes]]:
    if isinstance(result, dict):
        yield {"answer": result}, b""
    elif isinstance(result, Iterable):
        yield from result
    else:
        raise TypeError("a job returns a dict or frames")


def _as_told(error: Exception, limits: Limits) -> RedactError:
    if isinstance(error, RedactError):
        return error
    if isinstance(error, MemoryError):
        return LimitError(what="memory", value=limits.memory, limit=limits.memory)
    if isinstance(error, ImportError):
        return EngineError(engine="decoder", what="cannot be loaded")
    # Its own words may quote the document.
    return DamagedError(what="cannot be decoded")


def _send(output: int, *pieces: memoryview | bytes) -> None:
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(output, view) :]


if __name__ == "__main__":
    sys.exit("run by the sandbox")
