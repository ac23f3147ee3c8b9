"""Outputs appear whole, each in its verdict's folder and nowhere else, and what a killed batch left is never taken for one."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from redact.errors import DestinationError
from redact.pipeline.batch.places import Place
from redact.pipeline.batch.publish import Output, Published, Shelf, prepare, publish, sweep, withdraw

ROOT = Path(__file__).resolve().parents[3]
PLACE = Place("2025001", 3)
REPORTS = {".json": b"{}", ".html": b"<html>"}
RELEASED = Output(Shelf.RELEASED, ".pdf", b"masked")


def files(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "no")


def test_an_output_stands_under_its_applicants_number_with_its_reports_beside(tmp_path: Path) -> None:
    published = publish(tmp_path, PLACE, RELEASED, REPORTS)
    assert published == Published("released/2025001/2025001-003.pdf", hashlib.sha256(b"masked").hexdigest())
    assert files(tmp_path) == ["released/2025001/2025001-003.pdf", "reports/2025001/2025001-003.html", "reports/2025001/2025001-003.json"]
    assert (tmp_path / "released/2025001/2025001-003.pdf").read_bytes() == b"masked"


@pytest.mark.parametrize("shelf", Shelf)
def test_each_verdict_has_its_folder(tmp_path: Path, shelf: Shelf) -> None:
    publish(tmp_path, PLACE, Output(shelf, ".jpg", b"masked"), {})
    assert files(tmp_path) == [f"{shelf}/2025001/2025001-003.jpg"]


def test_an_upload_without_an_output_has_its_reports_alone(tmp_path: Path) -> None:
    assert publish(tmp_path, PLACE, None, REPORTS) is None
    assert files(tmp_path) == ["reports/2025001/2025001-003.html", "reports/2025001/2025001-003.json"]


def test_the_same_again_ends_with_the_same(tmp_path: Path) -> None:
    first = publish(tmp_path, PLACE, RELEASED, REPORTS)
    before = files(tmp_path)
    assert publish(tmp_path, PLACE, RELEASED, REPORTS) == first
    assert files(tmp_path) == before


@pytest.mark.parametrize("now", [Output(Shelf.REVIEW, ".pdf", b"unsure"), Output(Shelf.RELEASED, ".png", b"as a picture"), None])
def test_an_earlier_release_does_not_stand_beside_another_verdict(tmp_path: Path, now: Output | None) -> None:
    publish(tmp_path, PLACE, RELEASED, REPORTS)
    publish(tmp_path, PLACE, now, {".json": b"{}"})
    assert not (tmp_path / "released/2025001/2025001-003.pdf").exists()
    assert not (tmp_path / "reports/2025001/2025001-003.html").exists()


def test_other_uploads_of_the_applicant_stay(tmp_path: Path) -> None:
    others = [Place("2025001", 30), Place("2025001", 2), Place("2025001-003", 1), Place("2025002", 3)]
    for other in others:
        publish(tmp_path, other, RELEASED, REPORTS)
    before = files(tmp_path)
    publish(tmp_path, PLACE, RELEASED, REPORTS)
    withdraw(tmp_path, PLACE)
    assert files(tmp_path) == before


@pytest.mark.parametrize("suffix", ["", "pdf", ".PDF", "./../x", ".p/f", ".郭元頔"])
def test_a_suffix_leads_nowhere_else(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(ValueError, match="suffix"):
        Output(Shelf.RELEASED, suffix, b"")
    with pytest.raises(ValueError, match="suffix"):
        publish(tmp_path, PLACE, None, {suffix: b""})
    assert files(tmp_path) == []


def test_an_output_shows_no_bytes_in_its_repr() -> None:
    assert "masked" not in repr(RELEASED)


# Folders


def test_folders_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(out)
    publish(out, PLACE, Output(Shelf.QUARANTINE, ".pdf", b"withheld"), REPORTS)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (out, *out.rglob("*")) if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_file()} == {0o600}


def test_folders_that_were_opened_to_colleagues_stay_open_and_quarantine_does_not(tmp_path: Path) -> None:
    for name in ("released", "quarantine"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o750)
    prepare(tmp_path)
    assert stat.S_IMODE((tmp_path / "released").stat().st_mode) == 0o750
    assert stat.S_IMODE((tmp_path / "quarantine").stat().st_mode) == 0o700


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "released").write_bytes(b"")
    with pytest.raises(DestinationError) as caught:
        prepare(tmp_path)
    assert caught.value.facts == {"what": "not-a-folder"}


def test_a_read_only_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the refusal is the kernel's in the test's words.
    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "no")

    prepare(tmp_path)
    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(DestinationError) as caught:
        publish(tmp_path, PLACE, RELEASED, REPORTS)
    assert caught.value.facts == {"what": "folder-cannot-be-made"}
    assert files(tmp_path) == []


def test_an_earlier_release_that_cannot_be_removed_stops_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "no")

    publish(tmp_path, PLACE, RELEASED, REPORTS)
    before = files(tmp_path)
    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(DestinationError) as caught:
        publish(tmp_path, PLACE, Output(Shelf.REVIEW, ".pdf", b"unsure"), REPORTS)
    assert caught.value.facts == {"what": "earlier-output-cannot-be-removed"}
    assert files(tmp_path) == before


# Full disks and killed batches


@pytest.mark.parametrize("step", ["os.fsync", "tempfile.mkstemp"])
def test_a_full_disk_leaves_nothing_at_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    monkeypatch.setattr(f"redact.pipeline.write.place.{step}", lambda *_, **__: full())
    with pytest.raises(DestinationError) as caught:
        publish(tmp_path, PLACE, RELEASED, REPORTS)
    assert caught.value.facts == {"what": "disk-full"}
    assert files(tmp_path) == []


def test_a_disk_that_fills_up_at_the_output_takes_the_reports_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync, files_so_far = os.fsync, []

    def fills_up(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            files_so_far.append(handle)
            if len(files_so_far) == 3:
                full()
        sync(handle)

    monkeypatch.setattr(os, "fsync", fills_up)
    with pytest.raises(DestinationError):
        publish(tmp_path, PLACE, RELEASED, REPORTS)
    assert files(tmp_path) == []


KILLED = """
import os, stat, sys, time
from pathlib import Path
from tests.unit.batch.test_publish import PLACE, RELEASED, REPORTS
from redact.pipeline.batch.publish import publish
step, after, done = os.{step}, {after}, []
def slow(*arguments, **options):
    done.append(1)
    if len(done) > after:
        print("within", flush=True)
        time.sleep(60)
    return step(*arguments, **options)
os.{step} = slow
publish(Path(sys.argv[1]), PLACE, RELEASED, REPORTS)
"""


def killed_within(out: Path, step: str, after: int) -> None:
    """Publish in another process, and kill it when it is about to take this step for the time after `after`."""
    code = KILLED.format(step=step, after=after)
    process = subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "within\n"
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=30)
    process.stdout.close()


@pytest.mark.parametrize(("step", "after"), [("fsync", 0), ("fsync", 4), ("fsync", 6), ("link", 0), ("link", 2)])
def test_a_batch_killed_while_publishing_leaves_no_part_of_an_output_and_the_next_one_mends_it(
    tmp_path: Path, step: str, after: int
) -> None:
    prepare(tmp_path)
    killed_within(tmp_path, step, after)
    whole = {".pdf": RELEASED.content, **REPORTS}
    assert all(path.read_bytes() == whole[path.suffix] for path in tmp_path.rglob("2025001-003.*"))
    sweep(tmp_path, [PLACE.folder])
    assert not any(path.endswith(".part") for path in files(tmp_path))
    publish(tmp_path, PLACE, RELEASED, REPORTS)
    assert files(tmp_path) == ["released/2025001/2025001-003.pdf", "reports/2025001/2025001-003.html", "reports/2025001/2025001-003.json"]


def test_a_batch_killed_before_the_names_are_given_has_published_nothing(tmp_path: Path) -> None:
    killed_within(tmp_path, "link", 0)
    assert len(files(tmp_path)) == 3
    assert all(path.endswith(".part") for path in files(tmp_path))


def test_a_batch_killed_while_replacing_a_release_leaves_none(tmp_path: Path) -> None:
    publish(tmp_path, PLACE, RELEASED, REPORTS)
    killed_within(tmp_path, "link", 0)
    assert [path for path in files(tmp_path) if not path.endswith(".part")] == []


def test_sweeping_leaves_other_applicants_parts_to_whoever_writes_them(tmp_path: Path) -> None:
    for folder in ("2025001", "2025002"):
        (tmp_path / "released" / folder).mkdir(parents=True)
        (tmp_path / "released" / folder / ".redact-x.part").write_bytes(b"half")
    assert sweep(tmp_path, ["2025001", "2025003"]) == 1
    assert files(tmp_path) == ["released/2025002/.redact-x.part"]
