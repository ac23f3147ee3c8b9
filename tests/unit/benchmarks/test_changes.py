"""What two runs mask differently is told mask by mask, and shown as the page without the mask has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from benchmarks import changes

WIDTH, HEIGHT = 400, 300
SEAL, NAME = (40, 40, 120, 120), (200, 60, 280, 90)


def mask(number: int, category: str, box: tuple[int, int, int, int]) -> dict[str, Any]:
    x0, y0, x1, y1 = box
    quad = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
    return {"id": f"{category}-{number}", "category": category, "reason": f"{category}.any", "quad": quad, "shape": "quad"}


def write_run(folder: Path, masks: list[dict[str, Any]], name: str = "set/one", width: int = WIDTH) -> Path:
    """Write one document's page, blue where nothing is masked, and its report."""
    file = folder / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.full((HEIGHT, width, 3), (0, 0, 200), np.uint8)
    for one in masks:
        (x0, y0), _, (x1, y1), _ = one["quad"]
        pixels[y0:y1, x0:x1] = 0
    Image.fromarray(pixels).save(file)
    report = {"pages": [{"number": 1, "width": width, "height": HEIGHT, "redactions": masks}]}
    file.with_suffix(".report.json").write_text(json.dumps(report), encoding="utf-8")
    return folder


def test_a_mask_of_one_run_only_is_new_or_gone_and_one_that_moved_a_little_is_neither(tmp_path: Path) -> None:
    moved = (NAME[0] + 6, NAME[1], NAME[2] + 6, NAME[3])
    before = write_run(tmp_path / "a", [mask(1, "name", NAME), mask(2, "unit", (20, 200, 90, 220))])
    after = write_run(tmp_path / "b", [mask(1, "name", moved), mask(2, "seal", SEAL)])

    found = [(change.what, change.id) for change in changes.changes(before, after)]

    assert found == [("new", "seal-2"), ("gone", "unit-2")]


def test_the_picture_of_a_new_mask_shows_what_it_hides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = write_run(tmp_path / "a", []), write_run(tmp_path / "b", [mask(1, "seal", SEAL)])

    monkeypatch.setattr("sys.argv", ["changes", str(before), str(after), "--show", str(tmp_path / "shown")])
    changes.main()

    shown = np.asarray(Image.open(tmp_path / "shown" / "set-one-p1-new-seal-1.png"))
    assert (shown == (0, 0, 200)).all(axis=2).mean() > 0.9
    assert not (shown == 0).all(axis=2).any()


def test_documents_that_cannot_be_compared_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = write_run(write_run(tmp_path / "a", []), [], "set/left")
    after = write_run(write_run(tmp_path / "b", []), [], "set/left", width=WIDTH + 1)
    write_run(after, [], "set/added")

    assert not list(changes.changes(before, after))

    assert capsys.readouterr().out.splitlines() == ["not in both: set/added", "other pages: set/left"]
