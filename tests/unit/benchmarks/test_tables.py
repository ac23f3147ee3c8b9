"""The figures count by half, and list every miss with its cause."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import UNKNOWN, page


def row(identity: str, half: str, status: str, *verdicts: dict[str, Any]) -> dict[str, Any]:
    only = {"degradation": "scan", "masked": 0.05, "over": 0.01, "verdicts": list(verdicts)}
    return {"id": identity, "set": "s", "half": half, "status": status, "open": ["find.text:timeout"], "cpu": 4.0, "pages": [only]}


def verdict(identity: str, kind: str, must: str, good: bool | None) -> dict[str, Any]:
    return {"id": identity, "kind": kind, "must": must, "flags": [], "cover": 0.5, "good": good}


ROWS = [
    row("a", "even", "released", verdict("a/1", "name", "mask", True), verdict("a/2", "keep_text", "keep", None)),
    row("b", "odd", "blocked", verdict("b/1", "name", "mask", False), verdict("b/2", "keep_name", "keep", False)),
]


def lines(causes: dict[str, str]) -> list[str]:
    return page(ROWS, causes, absent=0).splitlines()


def test_each_half_is_counted_and_both_together() -> None:
    assert "| name | 0 of 1 | 1 of 1 | 1 of 2 | 50.0 % |" in lines({})


def test_a_leak_is_listed_with_its_cause() -> None:
    (leak,) = [line for line in lines({"s b/1": "too faint"}) if line.startswith("| s b/1 |")]

    assert leak.endswith("| blocked | too faint |")


def test_a_leak_whose_cause_nobody_looked_for_says_so() -> None:
    assert UNKNOWN in "\n".join(lines({}))


def test_what_is_not_judged_is_not_counted() -> None:
    assert not any(line.startswith("| keep_text |") for line in lines({}))


def test_a_document_that_was_held_back_is_listed_with_what_is_open() -> None:
    assert "| s b | blocked | find.text:timeout |" in lines({})
