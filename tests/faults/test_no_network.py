"""A run asks nobody: no engine opens a connection, nor a library that comes with one (openvino-telemetry, mediapipe)."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from redact import EngineError
from redact.models.faces import blazeface
from redact.models.faces.sighting import Sighting
from redact.models.offline import offline

# An audit hook sees every socket that Python opens, cannot be taken off again, and goes with a forked child.
WATCH = """
import os, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        os.write(1, f"asked: {event}\\n".encode())
sys.addaudithook(watch)
"""
WAIT = """
import time
time.sleep(1)
"""
OPENVINO = """
from redact.models.runtime import network
import numpy as np
network("ch_PP-OCRv4_det_infer.onnx")(np.zeros((1, 3, 64, 64), np.float32))
"""
MEDIAPIPE = """
import numpy as np
from redact import Page
from redact.models.faces import face_detector
face_detector().find(Page(1, np.full((64, 64, 3), 200, np.uint8), 100))
"""
CONNECTS = """
import socket
with socket.socket() as one:
    one.settimeout(0.1)
    try:
        one.connect(("127.0.0.1", 9))
    except OSError:
        pass
"""


FORKS = """
import os, urllib.request
if os.fork() == 0:
    try:
        urllib.request.urlopen("http://127.0.0.1:9/", timeout=0.1)
    except OSError:
        pass
    os._exit(0)
os.wait()
"""


def watched(code: str) -> list[str]:
    """Return what the code asked for, children included."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1", "CI": ""}
    command = [sys.executable, "-c", WATCH + code + WAIT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize("code", [OPENVINO, MEDIAPIPE], ids=["openvino", "mediapipe"])
def test_an_engine_that_loads_and_runs_asks_nobody(code: str) -> None:
    assert watched(code) == []


@pytest.mark.parametrize("code", [CONNECTS, FORKS], ids=["itself", "a child of its"])
def test_the_watch_would_see_a_connection(code: str) -> None:
    assert "asked: socket.connect" in watched(code)


def test_an_offline_thread_and_those_it_starts_get_no_socket_and_others_do() -> None:
    def attempt() -> str:
        try:
            socket.socket().close()
        except PermissionError:
            return "refused"
        return "opened"

    def attempt_by_another() -> str:
        answers: list[str] = []
        other = threading.Thread(target=lambda: answers.append(attempt()))
        other.start()
        other.join()
        return answers[0]

    assert offline(attempt) == "refused"
    assert offline(attempt_by_another) == "refused"
    assert attempt() == "opened"


def test_what_an_offline_action_raises_comes_through() -> None:
    def fails() -> None:
        raise EngineError(engine="test", what="failed")

    with pytest.raises(EngineError):
        offline(fails)


def test_a_machine_that_cannot_promise_it_does_not_run_the_action(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    with pytest.raises(EngineError):
        offline(lambda: pytest.fail("it ran"))


@pytest.mark.parametrize("call", ["look_again", "load"])
def test_all_of_mediapipe_runs_offline(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    def opens_a_socket() -> Any:
        socket.socket().close()

    monkeypatch.setattr(blazeface, "_open", opens_a_socket)
    pixels = np.zeros((9, 9, 3), np.uint8)
    with pytest.raises(PermissionError):
        blazeface.load() if call == "load" else blazeface.look_again(pixels, [cast(Sighting, None)])
