"""The batch's secret key: paths and applicants are told apart under it without being stored. It stays with the output folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from redact.errors import DestinationError
from redact.pipeline.write import destination_error

NAME = "batch.key"
BYTES = 32


def key_of(out: Path) -> bytes:
    """Return the key of an output folder; a new one is made where there is none, readable by its owner alone.

    Raises DestinationError where it cannot be read or written, or is no key.
    """
    place = out / NAME
    try:
        with contextlib.suppress(FileExistsError):
            _write_new(place)
        key = place.read_bytes()
    except OSError as error:
        raise destination_error(error) from None
    if len(key) != BYTES:
        raise DestinationError(what="batch-key-damaged")
    return key


def _write_new(place: Path) -> None:
    """Write a key that is there whole or not at all: the name is given to a file that is already on the disk."""
    if place.exists():
        return
    part = place.with_name(f".redact-{secrets.token_hex(8)}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(part, place)
    finally:
        part.unlink(missing_ok=True)
