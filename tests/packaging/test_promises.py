"""What is promised about the package itself: its parts, its weight, its layers."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import redact

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run(code: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=cwd, timeout=120)


def test_every_sub_package_is_listed_for_the_wheel() -> None:
    listed = set(PYPROJECT["tool"]["setuptools"]["packages"]) - {"redact.policies"}
    found = {"redact"}
    for folder, name in ((ROOT / "redact", "redact"), (ROOT / "models", "redact.models"), (ROOT / "pipeline", "redact.pipeline")):
        inside = (p.parent.relative_to(folder) for p in folder.rglob("__init__.py") if "__pycache__" not in p.parts)
        found |= {".".join((name, *part.parts)) for part in inside if not {"models", "pipeline"} & set(part.parts)}
    assert listed == found


def test_everything_in_all_can_be_had() -> None:
    assert [name for name in redact.__all__ if not hasattr(redact, name)] == []


def test_the_version_is_the_distributions() -> None:
    assert metadata.version(PYPROJECT["project"]["name"]) == redact.__version__


def test_importing_the_nouns_is_light() -> None:
    code = (
        "import time, sys; import numpy; t = time.process_time(); import redact; t = time.process_time() - t;"
        "heavy = {'cv2', 'openvino', 'PIL', 'pymupdf', 'pydantic', 'opencc'} & set(sys.modules); print(t, *heavy)"
    )
    seconds, *heavy = run(code).stdout.split()
    assert heavy == []
    assert float(seconds) < 0.3


def test_the_help_loads_no_engine() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from redact.pipeline.doors.cli import main;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "print(*({'cv2', 'openvino', 'PIL', 'pymupdf', 'opencc'} & set(sys.modules)))"
    )
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


@pytest.mark.parametrize("folder", ["pipeline", "models"])
def test_the_inner_packages_refuse_a_second_name(folder: str) -> None:
    done = run(f"import {folder}")
    assert f"import this package as redact.{folder}" in done.stderr


def test_exactly_one_opencv_is_installed() -> None:
    names = {(dist.metadata["Name"] or "").lower() for dist in metadata.distributions()}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-contrib-python"}


def test_the_lock_has_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert re.search(r"https?://|--index-url|--find-links", lock) is None


def test_every_dependency_stands_in_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    extras = PYPROJECT["project"]["optional-dependencies"]
    wanted = [*PYPROJECT["project"]["dependencies"], *extras["dev"], *extras["ray"]]
    names = [re.split(r"[<>=!\[; ]", requirement)[0].lower() for requirement in wanted]
    assert [name for name in names if f"\n{name}==" not in f"\n{lock}"] == []


def test_no_picture_stands_outside_a_manifest() -> None:
    kinds = {".png", ".jpg", ".jpeg", ".tif", ".gif", ".webp", ".heic", ".bmp"}
    allowed = {ROOT / "fixtures" / "portraits", ROOT / "fixtures" / "samples", ROOT / "docs" / "pictures"}
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=False, cwd=ROOT).stdout.split("\n")
    pictures = [ROOT / name for name in tracked if Path(name).suffix.lower() in kinds]
    assert [p.name for p in pictures if not allowed & set(p.parents)] == []
