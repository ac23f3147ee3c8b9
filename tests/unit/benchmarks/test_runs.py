"""Each benchmark runs on one small page, from its command to its table, with engines that know what is on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import budgets, planted, recall
from benchmarks.truth import load
from redact.pipeline import Redactor
from tests.unit.benchmarks.tiny import knowing, knowing_engines, truth_of_one_card


def run(module: Any, monkeypatch: pytest.MonkeyPatch, *words: object) -> None:
    monkeypatch.setattr("sys.argv", ["benchmark", *map(str, words)])
    module.main()


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return truth_of_one_card(tmp_path / "cards")


def test_recall_judges_what_the_product_wrote_and_goes_on_where_it_ended(
    truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "out", tmp_path / "page.md"
    monkeypatch.setattr(recall, "_redactor", lambda: Redactor(engines=knowing_engines(knowing("second"))))

    run(recall, monkeypatch, out, truth, tmp_path / "absent.json", "--page", page)
    first = capsys.readouterr().out
    run(recall, monkeypatch, out, truth, "--page", page, "--resume")
    second = capsys.readouterr().out

    row = json.loads((out / "cards" / "card.json").read_text(encoding="utf-8"))
    ends = {v["kind"]: v["good"] for v in row["pages"][0]["verdicts"]}
    assert (ends["name"], ends["eyes"]) == (True, False)
    assert "1 truth file(s) were not there" in first
    assert "1/1 card" in first
    assert "1/1 card" not in second
    assert "| cards card/p1/" in page.read_text(encoding="utf-8")


def test_a_planted_miss_that_the_second_reader_reads_is_repaired(truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planted, "_engines", lambda: knowing_engines(knowing("second")))

    misses = planted.plant(load(truth)[0], tmp_path)["misses"]

    assert misses
    assert {miss["end"] for miss in misses} == {"repaired"}
    assert {tuple(miss["by"]) for miss in misses} == {("second",)}


def test_a_planted_miss_that_nobody_reads_again_is_missed_or_withheld(truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planted, "_engines", lambda: knowing_engines(knowing("second", left_out="unit")))

    ends = {miss["groups"][0]: miss["end"] for miss in planted.plant(load(truth)[0], tmp_path)["misses"]}

    assert ends["unit"] in ("missed", "withheld")


def test_budgets_count_what_is_hit(
    truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(budgets, "first_reader", lambda: knowing("first"))
    monkeypatch.setattr(budgets, "second_reader", lambda: knowing("second", left_out="unit"))

    run(budgets, monkeypatch, tmp_path / "out", truth)

    lines = (tmp_path / "out" / "budgets.md").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line.startswith("| exact text |")]
    assert [row[5].strip() for row in rows] == ["1/1", "0/1", "1/1"]
    assert "| lattice x 1.0, no veto |" in capsys.readouterr().out
