"""Keeps libraries that report to their makers from doing so: no page, and no word that there was one, leaves the machine.

OpenVINO comes with a Python package that reports its use to Google Analytics, from a child process, unless it is missing;
then OpenVINO does without. mediapipe's own library reports to play.googleapis.com from a thread of its own and has no
switch for it, so everything of mediapipe's runs in threads that the kernel gives no socket.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

from redact.errors import EngineError

Answer = TypeVar("Answer")

# linux/audit.h and the tables of system calls: architecture, number of socket().
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
# linux/bpf_common.h, linux/seccomp.h
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
NUMBER_AT, ARCHITECTURE_AT = 0, 4


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def without_telemetry() -> None:
    """Make openvino_telemetry missing. Call it before OpenVINO is imported."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]


def offline(action: Callable[[], Answer]) -> Answer:
    """Return what the action returns, or raise what it raises; it and every thread that it starts can make no socket.

    Raises EngineError where this kernel or machine cannot promise that.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            _refuse_sockets()
            answers.append(action())
        except BaseException as error:  # noqa: BLE001 - raised again, in the thread that asked
            errors.append(error)

    # A thread of its own, since what the kernel was told once holds for the thread's life.
    thread = threading.Thread(target=run, name="offline", daemon=True)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return answers[0]


def _refuse_sockets() -> None:
    """Tell the kernel to give this thread, and those that it starts, no socket of any kind."""
    if sys.platform != "linux" or platform.machine() not in _SOCKET:
        raise EngineError(engine="offline", what="not on this machine")
    architecture, socket = _SOCKET[platform.machine()]
    rows = (
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_IF_EQUAL, 0, 2, architecture),  # of another architecture: refused whatever it is
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_IF_EQUAL, 0, 1, socket),
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    )
    program = _Program(len(rows), b"".join(struct.pack("=HBBI", *row) for row in rows))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        raise EngineError(engine="offline", what="refused by the kernel")
