"""Keeps a library that reports to its makers from doing so: no page, and no word that there was one, leaves the machine.

OpenVINO comes with a Python package that reports its use to Google Analytics, from a child process, unless it is missing;
then OpenVINO does without.
"""

from __future__ import annotations

import sys


def without_telemetry() -> None:
    """Make openvino_telemetry missing. Call it before OpenVINO is imported."""
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
