"""What becomes of an ID number and a date of birth on the copy of an identity card, by the policy."""

from __future__ import annotations

import io
import json
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import fixtures
from fixtures.truth import NUMBER_KINDS
from redact import Failed
from redact.pipeline import Redactor
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.redactor import Result

DARK, HIDDEN, SEEN = 48, 0.98, 0.02
FIRST, SECOND = "urumqi-2025", "urumqi-2025-numbers"


@cache
def card() -> fixtures.FixtureDocument:
    return fixtures.document("png", 4130, dpi=120, templates=("idcard",))


@cache
def engines() -> Engines:
    return default_engines()


@cache
def result(policy: str) -> Result:
    return Redactor(policy, engines=engines()).redact(card().content, card().applicant)


def masked(policy: str) -> NDArray[np.bool_]:
    """Where the output is black and the upload is not."""
    before, after = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in (card().content, content(policy)))
    return np.asarray((after.max(axis=2) < DARK) & (before.max(axis=2) >= DARK), dtype=np.bool_)


def content(policy: str) -> bytes:
    return result(policy).output or result(policy).withheld or b""


def reasons(policy: str) -> set[str]:
    return {redaction.reason for page in result(policy).plan.pages for redaction in page.redactions}


def surroundings(kind: str) -> NDArray[np.bool_]:
    """The boxes of a kind's characters: ink is black of itself, the paper around it is not."""
    truth = card().pages[0]
    area = np.zeros((truth.height, truth.width), dtype=np.bool_)
    for instance in truth.of(kind):
        xs, ys = zip(*instance.polygon, strict=True)
        area[int(min(ys)) : int(max(ys)), int(min(xs)) : int(max(xs))] = True
    before = np.asarray(Image.open(io.BytesIO(card().content)).convert("RGB"))
    return np.asarray(area & (before.max(axis=2) >= DARK), dtype=np.bool_)


@pytest.mark.parametrize("kind", ["id_number", "birth_date"])
def test_the_policy_for_numbers_hides_it(kind: str) -> None:
    assert masked(SECOND)[surroundings(kind)].mean() > HIDDEN
    assert f"number.{kind.replace('_', '-')}" in reasons(SECOND)


@pytest.mark.parametrize("kind", ["id_number", "birth_date"])
def test_the_policy_of_the_rule_leaves_it_readable(kind: str) -> None:
    assert masked(FIRST)[surroundings(kind)].mean() < SEEN
    assert not any(reason.startswith("number.") for reason in reasons(FIRST))


def test_the_reports_say_what_stays() -> None:
    first, second = (json.loads(result(policy).report.to_json())["policy"]["leaves_visible"] for policy in (FIRST, SECOND))
    assert set(first) == {"number", *(kind.replace("_", "-") for kind in NUMBER_KINDS)}
    assert second == []


def test_no_reader_reads_a_number_in_the_output_that_masks_them() -> None:
    assert not [c for c in result(SECOND).report.every_check if isinstance(c, Failed) and c.why == "number-visible"]
