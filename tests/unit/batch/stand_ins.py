"""Stands in for the masking in tests of the batch: quick, and as bad as the upload's content asks for."""

from __future__ import annotations

import hashlib
import os
import signal
import time

from redact.check import Status
from redact.pipeline.batch.work import CHANGED, Done, Task

VERDICTS = {b"unsure": Status.NEEDS_REVIEW, b"readable": Status.BLOCKED}


def quick(task: Task) -> Done:
    """Return a masked stand-in; `poison` kills the worker, `bug` raises, `broken` is an error, `slow` takes a moment."""
    content = task.file.read_bytes()
    if hashlib.sha256(content).hexdigest() != task.sha256:
        return Done(None, CHANGED)
    if b"poison" in content:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"bug" in content:
        raise ZeroDivisionError
    if b"broken" in content:
        return Done(None, "input.damaged")
    if b"slow" in content:
        time.sleep(0.4)
    status = next((verdict for word, verdict in VERDICTS.items() if word in content), Status.RELEASED)
    return Done(status, "", b"masked " + content, task.file.suffix or ".pdf", ((".json", b"{}"),), pages=1)


def unhurried(task: Task) -> Done:
    """As `quick`, but what is slow takes longer than a busy machine needs to look for the process that works on it."""
    if b"slow" in task.file.read_bytes():
        time.sleep(2)
    return quick(task)
