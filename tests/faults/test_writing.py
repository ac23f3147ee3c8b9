"""Whatever goes wrong where results are written: the source stays, nothing half-written stays, and one typed error says so."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from redact import Applicant
from redact.pipeline import redactor
from redact.pipeline.doors import cli
from tests.faults.engines import crashes
from tests.faults.test_engines import engines, png
from tests.unit.doors.test_cli import reads_the_name_wherever_asked

WHO = ["--name", "洛明川", "--unit", "云溪市第九中学"]
REDACT = redactor.Redactor.redact
Run = Callable[..., Result]


@cache
def outcome(kind: str) -> redactor.Result:
    """Return what becomes of the material with engines that make it so; how it is made is not these tests' matter."""
    faults: dict[str, Any] = {"review": {"faces": crashes}, "blocked": {"second_reader": reads_the_name_wherever_asked}}.get(kind, {})
    return REDACT(redactor.Redactor(engines=engines(**faults)), png(), Applicant(names=("洛明川",)))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command, `redact file scan.png` by default, in a folder that holds that material alone."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.png").write_bytes(png())
    monkeypatch.setattr(redactor, "default_engines", lambda _: engines())

    def call(*arguments: str, becomes: str = "released", command: tuple[str, ...] = ("file", "scan.png", *WHO)) -> Result:
        monkeypatch.setattr(redactor.Redactor, "redact", lambda *_: outcome(becomes))
        return CliRunner().invoke(cli.main, [*command, *arguments])

    return call


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def assert_refused(done: Result, folder: Path, what: str, *stay: str) -> None:
    assert done.exit_code == 2, done.output
    assert what in done.stderr
    assert files(folder) == sorted(["scan.png", *stay])
    assert (folder / "scan.png").read_bytes() == png()


@pytest.mark.parametrize("dest", ["scan.png", "./scan.png", "sub/../scan.png", "link.png", "hard.png"])
def test_the_source_is_never_the_destination(run: Run, tmp_path: Path, dest: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.png").symlink_to("scan.png")
    os.link(tmp_path / "scan.png", tmp_path / "hard.png")
    assert_refused(run("-o", dest, "--force"), tmp_path, "is-an-input-of-this-call", "hard.png", "link.png", "sub")


def test_the_source_is_no_place_for_its_plan(run: Run, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, ["plan", "scan.png", *WHO, "-o", "scan.png", "--force"])
    assert_refused(done, tmp_path, "is-an-input-of-this-call")


def test_the_applicants_file_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "who.json").write_text(json.dumps({"names": ["洛明川"]}), encoding="utf-8")
    done = CliRunner().invoke(cli.main, ["file", "scan.png", "--applicant", "who.json", "-o", "who.json", "--force"])
    assert_refused(done, tmp_path, "is-an-input-of-this-call", "who.json")


@pytest.mark.parametrize(
    ("dest", "what"), [("sub", "is-a-folder"), ("none/out.png", "no-such-folder"), ("scan.png/out.png", "no-such-folder")]
)
def test_a_destination_that_cannot_be_is_refused_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dest: str, what: str
) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.setattr(redactor.Redactor, "redact", lambda *_: pytest.fail("work was begun"))
    assert_refused(run("-o", dest), tmp_path, what, "sub")


@pytest.mark.parametrize("option", ["--report", "--review"])
def test_a_file_where_a_folder_should_be_is_refused(run: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "a-file").write_text("mine")
    assert_refused(run("-o", "out.png", option, "a-file"), tmp_path, "not-a-folder", "a-file")
    assert (tmp_path / "a-file").read_text() == "mine"


def test_a_report_folder_below_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    assert_refused(run("-o", "out.png", "--report", "scan.png/reports"), tmp_path, "error destination.invalid")


def test_a_report_that_stands_already_keeps_the_output_from_being_written_too(run: Run, tmp_path: Path) -> None:
    assert run("-o", "out.png", "--report", "reports").exit_code == 0
    before = files(tmp_path)
    done = run("-o", "second.png", "--report", "reports")
    assert done.exit_code == 2
    assert files(tmp_path) == before


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
@pytest.mark.parametrize("good_writes", [0, 1, 2])
def test_a_disk_that_fails_at_any_file_leaves_neither_output_nor_report(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, good_writes: int
) -> None:
    sync, done_so_far = os.fsync, []

    def failing(handle: int) -> None:
        done_so_far.append(handle)
        if len(done_so_far) > good_writes:
            raise OSError(code, "no")
        sync(handle)

    monkeypatch.setattr(os, "fsync", failing)
    assert_refused(run("-o", "out.png", "--report", "reports/new"), tmp_path, "error destination.invalid")


@pytest.mark.parametrize(("becomes", "folder"), [("released", "reports"), ("review", "needs-review")])
def test_a_folder_that_cannot_be_made_is_a_typed_error(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, becomes: str, folder: str
) -> None:
    make = Path.mkdir

    def refused(self: Path, *args: Any, **kwargs: Any) -> None:
        if self.name == folder:
            raise OSError(errno.EROFS, "no")
        make(self, *args, **kwargs)

    monkeypatch.setattr(Path, "mkdir", refused)
    assert_refused(run("-o", "out.png", "--report", "reports", becomes=becomes), tmp_path, "folder-cannot-be-made")


def test_a_report_that_cannot_be_drawn_leaves_no_output(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> str:
        raise RuntimeError("洛明川")

    monkeypatch.setattr("redact.pipeline.report.IllustratedReport.to_html", broken)
    done = run("-o", "out.png", "--report", "reports")
    assert done.exit_code == 1
    assert "洛" not in done.output
    assert files(tmp_path) == ["scan.png"]


def test_an_earlier_output_is_not_left_beside_a_result_that_needs_review(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.png").write_text("of an earlier run")
    assert run("-o", "out.png", becomes="review").exit_code == 2
    assert (tmp_path / "out.png").read_text() == "of an earlier run"
    assert run("-o", "out.png", "--force", becomes="review").exit_code == 6
    assert files(tmp_path) == ["needs-review", "needs-review/out.png", "scan.png"]


def test_no_earlier_output_is_left_where_the_forced_run_is_withheld(run: Run, tmp_path: Path) -> None:
    assert run("-o", "out.png").exit_code == 0
    assert run("-o", "out.png", "--force", becomes="review").exit_code == 6
    assert run("-o", "out.png", "--force", becomes="blocked").exit_code == 7
    assert files(tmp_path) == ["needs-review", "scan.png"]


def test_a_source_in_the_review_folder_outlives_a_forced_run_that_is_withheld(run: Run, tmp_path: Path) -> None:
    (tmp_path / "needs-review").mkdir()
    (tmp_path / "needs-review" / "scan.png").write_bytes(png())
    done = run("-o", "scan.png", "--force", becomes="blocked", command=("file", "needs-review/scan.png", *WHO))
    assert done.exit_code == 7
    assert (tmp_path / "needs-review" / "scan.png").read_bytes() == png()


def test_bytes_and_json_do_not_share_standard_output(run: Run, tmp_path: Path) -> None:
    assert_refused(run("-o", "-", "--json"), tmp_path, "output-and-json-on-stdout")


def test_what_is_not_released_does_not_reach_standard_output(run: Run, tmp_path: Path) -> None:
    done = run("-o", "-", becomes="review")
    assert (done.exit_code, done.stdout_bytes) == (6, b"")
    done = run("-o", "-")
    assert done.exit_code == 0
    assert done.stdout_bytes.startswith(b"\x89PNG")


def test_source_and_applicant_cannot_both_come_from_standard_input(run: Run) -> None:
    who = json.dumps({"names": ["洛明川"]}).encode()
    done = CliRunner().invoke(cli.main, ["file", "-", "--applicant", "-"], input=who)
    assert done.exit_code == 2
    assert "two-inputs-on-stdin" in done.stderr


@pytest.mark.parametrize(
    "content", [b"no json", b"\xff\xfe\x00", b"[]", b'{"names": 3}', b'{"nmaes": ["\xe6\xb4\x9b\xe6\x98\x8e\xe5\xb7\x9d"]}']
)
@pytest.mark.parametrize("way", ["file", "stdin"])
def test_an_applicant_that_is_no_json_is_told_without_a_word_of_it(run: Run, tmp_path: Path, content: bytes, way: str) -> None:
    (tmp_path / "who.json").write_bytes(content)
    given = "who.json" if way == "file" else "-"
    done = CliRunner().invoke(cli.main, ["file", "scan.png", "--applicant", given], input=content)
    assert_refused(done, tmp_path, "error applicant.invalid", "who.json")
    assert "洛" not in done.output


def test_a_file_that_may_not_be_read_is_unreadable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.png").write_bytes(png())
    monkeypatch.setattr(redactor, "default_engines", lambda _: engines())

    # Root may read everything, so the refusal is the kernel's in the test's words.
    opened = os.open

    def refused(path: Any, *args: Any, **kwargs: Any) -> int:
        if str(path) == "scan.png":
            raise PermissionError(errno.EACCES, "no")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refused)
    done = CliRunner().invoke(cli.main, ["file", "scan.png", *WHO, "-o", "out.png"])
    assert done.exit_code == 3
    assert "error input.unreadable" in done.stderr
    assert files(tmp_path) == ["scan.png"]


PROGRAM = """
import sys, time
from redact.pipeline import redactor
from redact.pipeline.doors import cli
from tests.faults.test_engines import engines
redactor.default_engines = lambda _: engines()
{more}
cli.main(sys.argv[1:])
"""


def start(tmp_path: Path, more: str = "", *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    code = PROGRAM.format(more=more)
    root = str(Path(__file__).parents[2])
    environment = os.environ | {"PYTHONPATH": root}
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, **options)


def test_a_reader_that_goes_away_leaves_no_traceback(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start(tmp_path, "", "policy", "show", stdout=write)
    os.close(write)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told == b""


def test_a_terminated_run_removes_its_temporary_files(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(png())
    more = "import os; os.fsync = lambda _: (print('writing', flush=True), time.sleep(60))"
    process = start(tmp_path, more, "file", "scan.png", *WHO, "-o", "out.png", stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"writing\n"
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in told
    assert files(tmp_path) == ["scan.png"]


def test_a_place_whose_name_is_no_text_is_printed_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(png())
    process = start(tmp_path, "", "file", "scan.png", *WHO, "-o", os.fsdecode(b"out-\xff.png"), stdout=subprocess.PIPE)
    printed, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert printed == b"out-\xff.png\n"
