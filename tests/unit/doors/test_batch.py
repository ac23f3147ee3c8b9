"""`redact batch`: what is said before, during and after, and how it ends."""

from __future__ import annotations

import json
import os
import signal
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from redact.errors import DestinationError
from redact.pipeline.batch.run import run
from redact.pipeline.doors import batch as door
from redact.pipeline.doors.cli import main
from tests.unit.batch.stand_ins import quick


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with uploads of two applicants and their roster; the masking is stood in for."""
    monkeypatch.setattr(door, "run", partial(run, do=quick))
    for number in ("2025001", "2025002"):
        (tmp_path / "uploads" / number).mkdir(parents=True)
        (tmp_path / "uploads" / number / "degree.pdf").write_bytes(f"{number} degree".encode())
    roster = "编号（必填）,申报人,所在单位,备注\n2025001,郭元頔,临泉县第一中学,\n2025002,马晓东,临泉县人民医院,\n"
    (tmp_path / "roster.csv").write_text(roster, encoding="gb18030")
    return tmp_path


def batch(place: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["batch", str(place / "uploads"), str(place / "out"), "--roster", str(place / "roster.csv"), *options])


def test_a_batch_in_which_everything_came_to_a_verdict_ends_with_0_and_a_summary(place: Path) -> None:
    (place / "uploads" / "2025001" / "unsure.pdf").write_bytes(b"unsure")
    done = batch(place, "-j", "1")
    assert done.exit_code == 0
    assert {path.name for path in (place / "out").iterdir()} >= {"index.html", "summary.csv", "summary.xlsx", "released", "review"}


@pytest.mark.parametrize("content", [b"broken", b"readable"])
def test_a_batch_in_which_something_failed_ends_with_8(place: Path, content: bytes) -> None:
    (place / "uploads" / "2025001" / "bad.pdf").write_bytes(content)
    assert batch(place, "-j", "1").exit_code == 8


def test_a_batch_with_material_of_nobody_ends_with_8(place: Path) -> None:
    (place / "uploads" / "stray.pdf").write_bytes(b"whose is this")
    assert batch(place, "-j", "1").exit_code == 8


def test_the_roster_is_told_before_anything_is_done_and_a_dry_run_does_no_more(place: Path) -> None:
    told = batch(place, "--dry-run")
    assert told.exit_code == 0
    assert "number=编号（必填）" in told.stderr
    assert "units=所在单位" in told.stderr
    assert "备注" in told.stderr
    assert not (place / "out").exists()


def test_a_column_may_be_named(place: Path) -> None:
    assert "aliases=备注" in batch(place, "--dry-run", "--column", "aliases=备注").stderr
    assert batch(place, "--dry-run", "--column", "aliases").exit_code == 2


def test_events_are_one_json_object_a_line_and_name_nobody(place: Path) -> None:
    done = batch(place, "-j", "1", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(events) >= 3
    assert "郭元頔" not in done.stdout
    assert "临泉县" not in done.stdout


def test_a_signal_stops_it_after_what_is_in_hand_and_the_next_run_goes_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (place / "uploads" / "2025001" / f"slow{number}.pdf").write_bytes(f"slow {number}".encode())
    told = door.Clerk.ended

    def interrupt(self: door.Clerk, row: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        told(self, row)  # type: ignore[arg-type]

    with monkeypatch.context() as once:
        once.setattr(door.Clerk, "ended", interrupt)
        assert batch(place, "-j", "1").exit_code == 130
    assert batch(place, "-j", "1").exit_code == 0
    assert len(list((place / "out" / "released").rglob("*.pdf"))) == 8


def test_a_summary_that_cannot_be_written_ends_no_batch(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DestinationError(what="no-space")

    monkeypatch.setattr(door, "write_summary", full)
    done = batch(place, "-j", "1")
    assert done.exit_code == 0
    assert len(list((place / "out" / "released").rglob("*.pdf"))) == 2
    assert "No summary" in done.stderr


def test_a_cluster_that_cannot_be_had_ends_the_command_before_anything_is_done(place: Path) -> None:
    refused = batch(place, "-j", "1", "--ray", "local")
    assert refused.exit_code == 2
    assert "--ray auto|HOST:PORT" in refused.stderr
    assert not (place / "out").exists()
