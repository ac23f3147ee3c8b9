"""The wheel works where nothing of the checkout is, beside a host that has its own models.py and pipeline.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

HOST = """
import sys
sys.path.insert(0, {host!r})
import models, pipeline
assert models.WHOSE == pipeline.WHOSE == "host"
from flask import Flask, request
from redact import Applicant
from redact.pipeline import Redactor
from redact.pipeline.redactor import Redactor as Same
import redact
assert redact.__file__.startswith(sys.prefix), redact.__file__
assert Redactor is Same
app = Flask("host")

@app.post("/mask")
def mask():
    applicant = Applicant(names=tuple(request.form.getlist("name")))
    return Redactor().policy.name + str(len(applicant.names))

answer = app.test_client().post("/mask", data={{"name": "洛明川"}})
print(answer.status_code, answer.get_data(as_text=True))
"""

DECODE = """
import io
from PIL import Image
from redact.pipeline.intake import open_upload, opened
from redact.policy import load
policy, picture = load(), io.BytesIO()
Image.new("RGB", (40, 30), "red").save(picture, "PNG")
with opened(open_upload(picture.getvalue(), policy.limits), policy.limits, policy.raster) as document:
    print(document.page_count, next(iter(document)).page.width)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git tracks, so that nothing left over from another build gets in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listing = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    for name in listing.strip("\0").split("\0"):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, target, follow_symlinks=False)
    pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={out}", str(source))
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh virtual environment with our wheel; dependencies come from this environment by a path alone, so that its
    editable installation of ours does not."""
    place = tmp_path_factory.mktemp("venv")
    venv.create(place, with_pip=False)
    pip(f"--python={place / 'bin' / 'python'}", "install", "--no-deps", str(wheel))
    site = next(place.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    return place / "bin"


def pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_the_data_that_the_code_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "redact/py.typed",
        "redact/policies/urumqi-2025.toml",
        "redact/policies/urumqi-2025-numbers.toml",
        "redact/models/manifest.json",
        "redact/models/seals/seal-network.onnx",
        "redact/pipeline/report/page.html",
        "redact/pipeline/report/report.schema.json",
    } <= names


def test_the_wheel_holds_no_fixture_or_test_and_no_weights_but_our_own(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    strangers = ("fixtures/", "tests/", "benchmarks/")
    assert [n for n in names if n.startswith(strangers)] == []
    assert [n for n in names if n.endswith((".onnx", ".tflite"))] == ["redact/models/seals/seal-network.onnx"]


def test_the_command_works_in_a_fresh_environment(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run([installed / "redact", "policy", "show"], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    assert 'name = "urumqi-2025"' in done.stdout


def test_the_decoding_child_starts_in_a_fresh_environment(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run([installed / "python", "-c", DECODE], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
    assert done.stdout.split() == ["1", "40"], done.stderr


def test_a_flask_host_with_modules_of_the_same_names_is_served(installed: Path, tmp_path: Path) -> None:
    for name in ("models", "pipeline"):
        (tmp_path / f"{name}.py").write_text('WHOSE = "host"\n', encoding="utf-8")
    code = HOST.format(host=str(tmp_path))
    done = subprocess.run([installed / "python", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120)
    assert done.stdout.strip() == "200 urumqi-20251", done.stderr
