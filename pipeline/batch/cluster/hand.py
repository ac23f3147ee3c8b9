"""One worker of a cluster, as Ray runs it: an actor that is given a task in parts, does it, and is asked for the outcome in parts.

Nothing here knows Ray. Parts are small enough to travel inside the calls: what is larger Ray lays into its object store, which
it may write to a disk, into files that everybody on the machine may read. No method raises: of exceptions Ray keeps the words.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Sequence

from redact.pipeline.batch.cluster.kit import Kit, kit
from redact.pipeline.batch.work import start

# Bytes. Ray passes on up to 100 KiB within a call.
PART = 64 << 10
NOTHING = ("", 0)


class Hand:
    """A worker: one task at a time. `memory`: bytes it may take; `wanted`: the kit of the batch."""

    def __init__(self, memory: int, wanted: Kit) -> None:
        keep_silent()
        self._differs = wanted.differs(kit())
        self._given: list[bytes] = []
        self._kept: list[bytes] = []
        start(memory)

    def differs(self) -> tuple[str, str, str] | None:
        """Return what this worker has otherwise than the batch, with the version there and here; None where it is fit."""
        return self._differs

    def give(self, *parts: bytes) -> None:
        """Take further parts of a task."""
        self._kept.clear()
        self._given += parts

    def work(self, sha256: str) -> tuple[str, int]:
        """Do the task that was given, and return its outcome's SHA-256 and how many parts it has.

        Returns `NOTHING` where this is another task than the caller's, or where this worker differs: it does nothing then.
        """
        task = b"".join(self._given)
        self._given.clear()
        if self._differs is not None or hashlib.sha256(task).hexdigest() != sha256:
            return NOTHING
        outcome = outcome_of(task)
        self._kept = parts_of(outcome)
        return hashlib.sha256(outcome).hexdigest(), len(self._kept)

    def take(self, first: int, count: int) -> bytes | list[bytes]:
        """Return so many parts of the outcome, a single one alone; empty ones where there are none."""
        parts = self._kept[first : first + count]
        parts += [b""] * (count - len(parts))
        return parts if count > 1 else parts[0]


def outcome_of(task: bytes) -> bytes:
    """Do a task, a pickled function with its argument, and return a pickled pair: None with what it came to, or what it raised."""
    try:
        do, argument = pickle.loads(task)
        return pickle.dumps((None, do(argument)))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the parent alone judges what a task raised
        return _raised(error)


def parts_of(content: bytes) -> list[bytes]:
    """Return the content in parts that travel within a call."""
    return [content[first : first + PART] for first in range(0, len(content), PART)]


def joined(parts: Sequence[bytes], sha256: str) -> bytes | None:
    """Return the content that has this SHA-256, or None where the parts are not it."""
    content = b"".join(parts)
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _raised(error: BaseException) -> bytes:
    try:
        return pickle.dumps((error, None))
    except Exception as unfit:  # noqa: BLE001 - an exception may hold what cannot travel
        return pickle.dumps((type(unfit)(), None))


def keep_silent() -> None:
    """Print nowhere: Ray keeps that in files which everybody on the machine may read, and a library may print what it was given."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for told in (1, 2):
        os.dup2(nowhere, told)
    os.close(nowhere)
