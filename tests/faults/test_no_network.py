"""A run asks nobody: no engine opens a connection, nor a library that comes with one (openvino-telemetry, mediapipe)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# An audit hook sees every socket that Python opens, and cannot be taken off again.
WATCH = """
import sys
asked = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        asked.append(event)
sys.addaudithook(watch)
"""
TELL = """
import threading, time
time.sleep(0.5)
print("asked:", asked, [t.name for t in threading.enumerate() if "telemetry" in t.name.lower()])
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


def watched(code: str) -> str:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", WATCH + code + TELL]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("code", [OPENVINO, MEDIAPIPE], ids=["openvino", "mediapipe"])
def test_an_engine_that_loads_and_runs_asks_nobody(code: str) -> None:
    assert watched(code) == "asked: [] []"


def test_the_watch_would_see_a_connection() -> None:
    assert watched(CONNECTS) == "asked: ['socket.connect'] []"
