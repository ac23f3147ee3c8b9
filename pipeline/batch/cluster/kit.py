"""What decides the bytes of an output besides the upload: a worker that has any of it otherwise must do nothing."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

import redact
import redact.models
import redact.pipeline
from redact.models import weights

DISTRIBUTION = "redact-title-review"
LANGUAGES = ("chi_sim", "uig")
# What `weights.state_of` says, too.
MISSING, CHANGED = "missing", "changed"
SOURCES = (".py", ".toml", ".json", ".html", ".css")
# These fetch, tell and share out the work, and have no part in it.
WITHOUT_PART = ("click", "pebble", "pip", "platformdirs", "rich")
SECONDS = 20
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_FOLDER = re.compile(r'"(.+)"')


@dataclass(frozen=True, slots=True)
class Kit:
    """The parts with their versions, in a fixed order: this program, its Python, the packages it needs, Tesseract and the weights."""

    parts: tuple[tuple[str, str], ...]

    def differs(self, other: Kit) -> tuple[str, str, str] | None:
        """Return the first part that another kit has otherwise, or that both lack, with its version here and there; else None."""
        here, there = dict(self.parts), dict(other.parts)
        for part in dict.fromkeys((*here, *there)):
            versions = here.get(part, MISSING), there.get(part, MISSING)
            if versions[0] != versions[1] or versions[0] in (MISSING, CHANGED):
                return part, *versions
        return None


@cache
def kit() -> Kit:
    """Return what is installed here."""
    return Kit((("redact", _program()), ("python", _python()), *_packages(), *_tesseract(), *_weights()))


def _program() -> str:
    """Return the version and the beginning of the sources' digest: two checkouts may bear one version."""
    digest = hashlib.sha256()
    for package in (redact, redact.models, redact.pipeline):
        folder = Path(package.__path__[0])
        for file in sorted(_sources(folder)):
            told = f"{package.__name__}/{file.relative_to(folder).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n"
            digest.update(told.encode())
    return f"{redact.__version__}+{digest.hexdigest()[:12]}"


def _sources(folder: Path) -> list[Path]:
    """Return the files of a package that a wheel has, too. Links are not followed: in a checkout two packages are behind them."""
    return [Path(place, name) for place, _, files in os.walk(folder) for name in files if name.endswith(SOURCES)]


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _packages() -> list[tuple[str, str]]:
    try:
        wanted = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return [(DISTRIBUTION, MISSING)]
    names = sorted(found.group() for line in wanted if "extra ==" not in line and (found := _NAME.match(line)))
    return [(name, _version(name)) for name in names if name not in WITHOUT_PART]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return MISSING


def _tesseract() -> list[tuple[str, str]]:
    """Return the program's version, and the beginnings of the digests of the languages' files."""
    program = shutil.which("tesseract")
    if program is None:
        return [("tesseract", MISSING)]
    folder = _FOLDER.search(_output(program, "--list-langs"))
    files = [(name, Path(folder.group(1) if folder else "", f"{name}.traineddata")) for name in LANGUAGES]
    version = _output(program, "--version").split("\n", 1)[0].split()
    return [("tesseract", version[-1] if version else MISSING), *((f"tesseract-{name}", _digest(file)) for name, file in files)]


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout + done.stderr


def _weights() -> list[tuple[str, str]]:
    """Return the files' digests, which are the manifest's wherever the file may be used."""
    return [(row.file, row.sha256[:12] if weights.state_of(row) == "ok" else weights.state_of(row)) for row in weights.manifest()]


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    except OSError:
        return MISSING
