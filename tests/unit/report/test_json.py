"""The report as JSON: a published schema, stable bytes, and nobody's name."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import resources
from typing import Any

import jsonschema
import pytest

from redact import Box, Category, Failed, Redaction
from redact.pipeline.report.record import WITHHELD, document_of, schema_json
from redact.report import ErrorRecord, Report
from tests.unit.report.samples import illustrated, needs_review, page_report, passed, report


def read(made: Report) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(illustrated(made).to_json())
    return decoded


def schema() -> dict[str, Any]:
    text = resources.files("redact.pipeline.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    decoded: dict[str, Any] = json.loads(text)
    return decoded


def test_the_published_schema_is_up_to_date() -> None:
    assert schema() == json.loads(schema_json())


@pytest.mark.parametrize("made", [report(), needs_review(), replace(report(), output=None), report(page_report(1), page_report(2))])
def test_reports_fit_the_published_schema(made: Report) -> None:
    jsonschema.Draft202012Validator(schema()).validate(read(made))


def test_the_schema_knows_a_wrong_report() -> None:
    wrong = read(report()) | {"file": "somebody.pdf"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(wrong)


def test_fields_are_those_of_the_contract() -> None:
    decoded = read(report())
    assert list(decoded) == [
        "schema", "status", "input", "output", "policy", "applicant", "engines", "pages", "checks", "errors", "remarks", "timings"
    ]  # fmt: skip
    assert decoded["schema"] == "redact.report/1"
    assert decoded["status"] == "released"
    assert decoded["policy"]["leaves_visible"] == ["number"]


def test_a_redaction_keeps_its_whole_pixel_corners() -> None:
    first = read(report())["pages"][0]["redactions"][0]
    assert first == {
        "id": "name-1", "category": "name", "quad": [[40, 40], [120, 40], [120, 70], [40, 70]],
        "shape": "quad", "reason": "name.exact", "origin": "auto", "found_by": [],
    }  # fmt: skip


def test_a_failed_check_says_why_and_where() -> None:
    failed = Failed("second-reader.ppocr-v4", "name-visible", 1, (Box(1, 2, 3, 4).quad(),))
    made = report(page_report(1, passed(1, but=failed)))
    row = next(check for check in read(made)["pages"][0]["checks"] if check["result"] == "failed")
    assert row == {
        "name": "second-reader.ppocr-v4", "result": "failed", "why": "name-visible", "page": 1,
        "where": [[[1, 2], [3, 2], [3, 4], [1, 4]]],
    }  # fmt: skip


def test_the_same_report_gives_the_same_text() -> None:
    assert illustrated().to_json() == illustrated().to_json()


def test_a_word_in_the_place_of_a_code_is_withheld() -> None:
    telling = Redaction("郭元頔", Category.NAME, Box(1, 1, 9, 9).quad(), "reason with words", "郭元頔")
    failed = Failed("find.text", "读到郭元頔", 1)
    made = report(replace(page_report(1, (failed,)), redactions=(telling,), remarks=("郭元頔.pdf",)))
    text = illustrated(made).to_json()
    assert "郭" not in text
    assert "words" not in text
    assert read(made)["pages"][0]["redactions"][0]["id"] == WITHHELD


def test_a_path_in_the_place_of_a_code_is_withheld() -> None:
    made = replace(report(), remarks=("/home/somebody/upload.pdf",))
    assert read(made)["remarks"] == [WITHHELD]


def test_an_error_keeps_both_sentences() -> None:
    made = replace(report(), errors=(ErrorRecord("engine.failed", 1, "出错", "It failed"),))
    assert read(made)["errors"] == [{"code": "engine.failed", "page": 1, "zh": "出错", "en": "It failed"}]
    assert document_of(made).status == "needs_review"


def test_a_measure_that_is_no_number_is_left_out() -> None:
    made = report(replace(page_report(), quality={"read": float("nan"), "paper": 250.0}))
    assert read(made)["pages"][0]["quality"] == {"paper": 250.0}
