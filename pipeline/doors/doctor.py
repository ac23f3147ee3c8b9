"""Whether this installation can do its work: engines, languages, weights, fonts."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

PACKAGES = ("numpy", "opencv-contrib-python", "openvino", "pymupdf", "pypdfium2", "pikepdf", "pillow", "pi-heif", "zxing-cpp")
# All of these write the same `cv2` folder, so a second one overwrites the first.
OTHER_OPENCVS = ("opencv-python", "opencv-python-headless", "opencv-contrib-python-headless")
LIBRARIES = ("libGL.so.1",)
LANGUAGES = ("chi_sim", "uig")
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
APT = "apt-get install tesseract-ocr tesseract-ocr-chi-sim tesseract-ocr-uig fonts-noto-cjk libgl1"


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the installation: its state, and the command that mends it."""

    part: str
    ok: bool
    state: str
    mend: str = ""


def examine() -> tuple[Row, ...]:
    """Return one row per part that the pipeline needs."""
    return (*_python(), *_packages(), *_libraries(), *_tesseract(), *_weights(), _font())


def _python() -> tuple[Row, ...]:
    version = ".".join(map(str, sys.version_info[:3]))
    return (Row("python", sys.version_info >= (3, 11), version, "Python 3.11 or newer is needed"),)


def _packages() -> list[Row]:
    rows = [_package(name) for name in PACKAGES]
    doubles = [name for name in OTHER_OPENCVS if _version(name)]
    return [*rows, Row("one opencv", not doubles, ", ".join(doubles) or "ok", f"pip uninstall {' '.join(doubles)}")]


def _libraries() -> list[Row]:
    """The system libraries that OpenCV loads while it is imported."""
    return [_library(name) for name in LIBRARIES]


def _library(name: str) -> Row:
    try:
        ctypes.CDLL(name)
    except OSError:
        return Row(name, False, "missing", APT)
    return Row(name, True, "ok")


def _package(name: str) -> Row:
    version = _version(name)
    return Row(name, bool(version), version or "missing", f"pip install {name}")


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _tesseract() -> list[Row]:
    program = shutil.which("tesseract")
    if program is None:
        return [Row("tesseract", False, "missing", APT)]
    version = _output(program, "--version").split("\n")[0]
    languages = _output(program, "--list-langs").split()
    rows = [Row("tesseract", bool(version), version or "does not start", APT)]
    return rows + [Row(f"tesseract {name}", name in languages, "ok" if name in languages else "missing", APT) for name in LANGUAGES]


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout or done.stderr


def _weights() -> list[Row]:
    from redact.models import weights

    rows = []
    for row in weights.manifest():
        state = weights.state_of(row)
        rows.append(
            Row(
                row.file,
                state == "ok",
                f"{state}  sha256 {row.sha256[:12]}…",
                "redact models fetch" if row.package else "pip install --force-reinstall redact",
            )
        )
    return rows


def _font() -> Row:
    return Row("Noto Sans CJK", FONT.is_file(), "ok" if FONT.is_file() else "missing (PDF report, fixtures)", APT)
