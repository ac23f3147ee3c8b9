"""Runs a batch in a process of its own, for the tests that kill it: on this machine, or on the cluster at an address."""

from __future__ import annotations

import sys
from pathlib import Path

from redact.pipeline.batch.run import Order
from tests.unit.batch.test_run import Quiet, run

if __name__ == "__main__":
    uploads, out, roster = map(Path, sys.argv[1:4])
    run(Order(uploads, out, roster, jobs=2, ray=next(iter(sys.argv[4:]), None)), Quiet())
