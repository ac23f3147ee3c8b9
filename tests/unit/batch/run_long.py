"""Runs a batch of long uploads in a process of its own, for the test that kills it."""

from __future__ import annotations

import sys
from pathlib import Path

from redact.pipeline.batch.run import Order
from tests.unit.batch.test_spread import run

if __name__ == "__main__":
    uploads, out, roster = map(Path, sys.argv[1:])
    run(Order(uploads, out, roster, jobs=2))
