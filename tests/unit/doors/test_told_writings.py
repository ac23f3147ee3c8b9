"""What is sought beside what was given is shown to whoever asks for a plan, and a record that asks for care is said to be one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from redact.pipeline import redactor
from redact.pipeline.doors import cli
from tests.faults.test_engines import engines, png


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run a command in an empty folder that holds one material, with engines that find nothing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.png").write_bytes(png())

    def call(*arguments: str, **faults: Any) -> Result:
        monkeypatch.setattr(redactor, "default_engines", lambda _: engines(**faults))
        return CliRunner().invoke(cli.main, list(arguments))

    return call


def test_a_plan_lists_the_derived_writings_where_asked(run: Callable[..., Result]) -> None:
    done = run("plan", "scan.png", "--name", "洛明川", "--unit", "乌鲁木齐市第九中学", "--writings")
    assert "[short-name] 市九中" in done.stderr
    assert "[pinyin] Luo Mingchuan" in done.stderr
    assert json.loads(done.stdout)["schema"] == "redact.plan/1"


def test_a_log_of_stderr_names_nobody_unless_asked(run: Callable[..., Result]) -> None:
    done = run("plan", "scan.png", "--name", "洛明川", "--unit", "乌鲁木齐市第九中学")
    assert "short-name" in done.stderr
    assert not any(telling in done.output for telling in ("洛", "Luo", "九中"))


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (["--name", "洛明川"], "applicant.no-unit"),
        (["--name", "高峰", "--unit", "青岚市第九中学"], "applicant.common-word"),
        (["--name", "洛明川", "--unit", "青岚市第九中学", "--alias-unit", "九中"], "applicant.short-unit"),
        (["--name", "洛明川", "--unit", "洛明川律师事务所"], "applicant.name-in-unit"),
    ],
)
def test_a_record_that_asks_for_care_stands_in_the_report_and_on_stderr(run: Callable[..., Result], record: list[str], said: str) -> None:
    done = run("file", "scan.png", *record, "-o", "out.png", "--json")
    assert said in json.loads(done.stdout)["remarks"]
    assert "  ! " in done.stderr
    assert "洛明川" not in done.output


def test_a_usual_record_is_not_remarked_on(run: Callable[..., Result]) -> None:
    done = run("file", "scan.png", "--name", "洛明川", "--unit", "青岚市第九中学", "-o", "out.png", "--json")
    assert not [code for code in json.loads(done.stdout)["remarks"] if code.startswith("applicant.")]


@pytest.mark.parametrize("name", ["洛", "……"])
def test_a_name_that_cannot_be_sought_is_a_usage_error(run: Callable[..., Result], name: str) -> None:
    assert run("file", "scan.png", "--name", name, "-o", "out.png").exit_code == 2
