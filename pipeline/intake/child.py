"""The child: bounds on itself, then one job, then its end. It never writes a file and never prints.

Forked by `fork_server` alone; beside that and the jobs nothing may import it.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NoReturn

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
# What each needs, imported once before the first of it is forked.
MODULES = {
    "rasterise": (
        "redact.pipeline.intake.rasterise",
        "redact.pipeline.intake.pictures",
        "pi_heif",
        "redact.pipeline.intake.mupdf",
        "redact.pipeline.intake.pdfium",
    ),
    "inspect": ("redact.pipeline.verify.inspect",),
    "unpack": ("redact.pipeline.batch.unpack",),
}
OUTPUT = 3
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 64
# Room for taking in the content, and for imports that the server could not do, CPU seconds.
START_SECONDS = 10


def main(server: int, given: int, output: int) -> NoReturn:
    """Do the job that the anonymous file `given` orders, write its answer to the pipe `output`, and end. `server` forked this process."""
    try:
        _die_with(server)
        _stand_alone(given, output)
        with os.fdopen(0, "rb", closefd=False) as file:
            order, content = _read(file)
        limits = Limits(**order["limits"])
        _bound_time(limits)
        _serve(order, content, limits, OUTPUT)
        # Nothing of an interpreter that read untrusted bytes is run again: no finalisers, no exit hooks.
        os._exit(0)
    finally:
        # Whatever was raised: no error may come back into the server's code, of which this process has a copy.
        os._exit(1)


def allow_page(seconds: int) -> None:
    """Allow `seconds` more CPU seconds, for one page. The kernel ends the process (SIGXCPU) when they are used up."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + seconds
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Below the hard bound: there the kernel's signal would be one that says nothing.
    resource.setrlimit(resource.RLIMIT_CPU, (min(soft, hard - 1), hard))


def _stand_alone(given: int, output: int) -> None:
    """Take leave of the server: a session of its own, its signals' defaults, and no descriptor but the job's."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(given, 0)
    # Standard output and error lead nowhere already. The order matters: `given` may have the output's number.
    os.dup2(output, OUTPUT, inheritable=False)
    # Among them are other jobs' sockets, and the one over which the server gets every later job's content.
    os.closerange(OUTPUT + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _read(given: BinaryIO) -> tuple[dict[str, Any], bytes]:
    order_bytes, content_bytes = wire.PREFIX.unpack(given.read(wire.PREFIX.size))
    return json.loads(given.read(order_bytes)), given.read(content_bytes)


def _die_with(server: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A server that died before the call above would never be noticed.
    if os.getppid() != server:
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
