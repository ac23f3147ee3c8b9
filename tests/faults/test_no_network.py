"""A run asks nobody: no engine opens a connection, nor a library that comes with one (openvino-telemetry)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
FACES = """
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


@pytest.mark.parametrize("code", [OPENVINO, FACES], ids=["openvino", "faces"])
def test_an_engine_that_loads_and_runs_asks_nobody(code: str) -> None:
    assert watched(code) == []


@pytest.mark.parametrize("code", [CONNECTS, FORKS], ids=["itself", "a child of its"])
def test_the_watch_would_see_a_connection(code: str) -> None:
    assert "asked: socket.connect" in watched(code)
