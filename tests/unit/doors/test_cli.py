"""The command line: exit codes, what goes where, and never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from redact import Page, Quad, Word
from redact.pipeline import redactor
from redact.pipeline.doors import cli
from tests.faults.engines import crashes
from tests.faults.test_engines import engines, png

WHO = ["--name", "洛明川", "--unit", "云溪市第九中学"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Result]:
    """Run a command in an empty folder that holds one material, with engines that find nothing (or with a fault)."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scan.png").write_bytes(png())

    def call(*arguments: str, stdin: str | bytes | None = None, **faults: Any) -> Result:
        monkeypatch.setattr(redactor, "default_engines", lambda _: engines(**faults))
        return CliRunner().invoke(cli.main, list(arguments), input=stdin)

    return call


def reads_the_name_wherever_asked(page: Page) -> tuple[Word, ...]:
    rows = page.pixels[:, 100].max(axis=1) > 40
    y = int(rows.argmax()) + 10
    quads = tuple(Quad.centred((x, y), 9, 9) for x in (80, 100, 120))
    return (Word(Quad.centred((100, y), 30, 10), "洛明川", quads, 0.95, "faulty"),)


def test_a_released_material_is_written_and_its_place_printed(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("file", "scan.png", *WHO, "-o", "out.png")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip() == "out.png"
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert "通过" in done.stderr


def test_without_dest_the_outputs_name_names_nobody(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "洛明川.png").write_bytes(png())
    done = run("file", "洛明川.png", *WHO)
    assert done.exit_code == 0
    assert "洛" not in done.stdout
    assert (tmp_path / done.stdout.strip()).is_file()


@pytest.mark.parametrize("name", ["洛明川的证书.png", "luomingchuan.png", "云溪市第九中学.png"])
def test_an_output_name_that_spells_the_applicant_is_refused(run: Callable[..., Result], tmp_path: Path, name: str) -> None:
    done = run("file", "scan.png", *WHO, "-o", name)
    assert done.exit_code == 2
    assert not (tmp_path / name).exists()


def test_what_needs_review_goes_to_the_review_folder_and_not_to_dest(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("file", "scan.png", *WHO, "-o", "out.png", faces=crashes)
    assert done.exit_code == 6
    assert not (tmp_path / "out.png").exists()
    assert (tmp_path / "needs-review" / "out.png").is_file()
    assert "需人工复核" in done.stderr


def test_what_fails_its_verification_is_written_nowhere(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("file", "scan.png", *WHO, "-o", "out.png", second_reader=reads_the_name_wherever_asked)
    assert done.exit_code == 7, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scan.png"]


def test_the_report_is_json_on_stdout_and_names_nobody(run: Callable[..., Result]) -> None:
    done = run("file", "scan.png", *WHO, "-o", "out.png", "--json")
    report = json.loads(done.stdout)
    assert report["schema"] == "redact.report/1"
    assert report["status"] == "released"
    assert "洛" not in done.output
    assert "scan.png" not in done.stdout


def test_reports_are_written_where_asked(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("file", "scan.png", *WHO, "-o", "out.png", "--report", "reports").exit_code == 0
    assert sorted(p.suffix for p in (tmp_path / "reports").iterdir()) == [".html", ".json"]


def test_an_existing_output_stays_unless_forced(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "out.png").write_text("mine")
    done = run("file", "scan.png", *WHO, "-o", "out.png")
    assert done.exit_code == 2
    assert (tmp_path / "out.png").read_text() == "mine"
    assert run("file", "scan.png", *WHO, "-o", "out.png", "--force").exit_code == 0


def test_a_dry_run_prints_the_plan_and_writes_nothing(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("file", "scan.png", *WHO, "--dry-run")
    assert json.loads(done.stdout)["schema"] == "redact.plan/1"
    assert [p.name for p in tmp_path.iterdir()] == ["scan.png"]


def test_a_plan_can_be_corrected_and_applied(run: Callable[..., Result], tmp_path: Path) -> None:
    proposal = json.loads(run("plan", "scan.png", *WHO).stdout)
    proposal["pages"][0]["redactions"].append(
        {"id": "mine", "category": "unknown", "quad": [[10, 200], [60, 200], [60, 230], [10, 230]], "reason": "manual", "origin": "manual"}
    )
    (tmp_path / "plan.json").write_text(json.dumps(proposal), encoding="utf-8")
    done = run("apply", "scan.png", "--plan", "plan.json", *WHO, "-o", "out.png", "--json")
    assert done.exit_code == 0, done.stderr
    assert [r["id"] for r in json.loads(done.stdout)["pages"][0]["redactions"]] == ["mine"]


def test_a_plan_for_another_material_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    proposal = run("plan", "scan.png", *WHO).stdout
    (tmp_path / "plan.json").write_text(proposal.replace('"sha256": "', '"sha256": "0', 1)[:].replace("\n", "\n"), encoding="utf-8")
    (tmp_path / "other.json").write_text(proposal.replace('"number": 1', '"number": 2'), encoding="utf-8")
    assert run("apply", "scan.png", "--plan", "plan.json", *WHO, "-o", "out.png").exit_code == 2
    assert run("apply", "scan.png", "--plan", "other.json", *WHO, "-o", "out.png").exit_code == 2
    assert not (tmp_path / "out.png").exists()


def test_verify_says_what_is_still_readable(run: Callable[..., Result]) -> None:
    done = run("verify", "scan.png", *WHO, "--json", second_reader=reads_the_name_wherever_asked)
    assert done.exit_code == 7
    checks = json.loads(done.stdout)["pages"][0]["checks"]
    failed = [c for c in checks if c["result"] == "failed"]
    assert [(c["name"], c["why"], len(c["where"])) for c in failed] == [
        ("second-reader.ppocr-v4", "name-visible", 1),
        ("second-reader.watermark", "name-visible", 1),
    ]


def test_the_applicant_may_come_from_standard_input(run: Callable[..., Result]) -> None:
    who = json.dumps({"names": ["洛明川"], "units": ["云溪市第九中学"]}, ensure_ascii=False)
    assert run("file", "scan.png", "--applicant", "-", "-o", "out.png", stdin=who).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("file", "missing.png", *WHO), 3),
        (("file", ".", *WHO), 3),
        (("file", "scan.png"), 2),
        (("file", "scan.png", "--name", ""), 2),
        (("file", "scan.png", "--name", "洛"), 2),
        (("file", "scan.png", "--name", "···"), 2),
        (("file", "scan.png", *WHO, "--policy", "no-such"), 2),
        (("file", "scan.png", "--applicant", "nobody.json"), 3),
        (("file", "scan.png", "--no-such-option"), 2),
        (("apply", "scan.png", "--plan", "none.json", *WHO), 3),
        (("verify", "missing.pdf", *WHO), 3),
        (("policy", "show", "no-such"), 2),
    ],
)
def test_a_call_that_cannot_be_carried_out_ends_typed_and_writes_nothing(
    run: Callable[..., Result], tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    done = run(*arguments)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    assert [p.name for p in tmp_path.iterdir()] == ["scan.png"]
    assert (tmp_path / "scan.png").read_bytes() == png()


def test_a_policy_with_an_unknown_key_is_refused_and_the_key_named(run: Callable[..., Result], tmp_path: Path) -> None:
    shown = run("policy", "show", "urumqi-2025").stdout
    (tmp_path / "ours.toml").write_text(shown + "\n[blur]\nradius = 3\n", encoding="utf-8")
    done = run("file", "scan.png", *WHO, "--policy", "ours.toml")
    assert done.exit_code == 2
    assert "blur" in done.stderr


def test_a_fault_of_ours_is_one_line_without_page_words(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("洛明川")

    monkeypatch.setattr(redactor.Redactor, "redact", broken)
    done = run("file", "scan.png", *WHO)
    assert done.exit_code == 1
    assert "RuntimeError" in done.stderr
    assert "洛" not in done.output


def test_an_interrupt_ends_with_130(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(redactor.Redactor, "redact", interrupted)
    assert run("file", "scan.png", *WHO).exit_code == 130
    assert [p.name for p in tmp_path.iterdir()] == ["scan.png"]


def test_doctor_names_every_part_of_the_installation(run: Callable[..., Result]) -> None:
    rows = json.loads(run("doctor", "--json").stdout)
    parts = {row["part"] for row in rows}
    assert {"openvino", "tesseract", "centerface.onnx", "Noto Sans CJK", "one opencv"} <= parts
    assert all(row["mend"] for row in rows if not row["ok"])


def test_models_list_says_the_state_of_every_file(run: Callable[..., Result]) -> None:
    rows = json.loads(run("models", "list", "--json").stdout)
    assert {row["state"] for row in rows} <= {"ok", "missing", "changed"}
    assert all(row["licence"] and len(row["sha256"]) == 64 for row in rows)


@pytest.mark.parametrize("option", ["--name", "--unit", "--alias-unit"])
def test_half_a_character_on_the_command_line_is_refused(run: Callable[..., Result], tmp_path: Path, option: str) -> None:
    done = run("file", "scan.png", *WHO, option, "张三\udcff")
    assert done.exit_code == 2, done.output
    assert [p.name for p in tmp_path.iterdir()] == ["scan.png"]
