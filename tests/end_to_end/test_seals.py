"""Seals of three bodies on one page go the whole way: the unit's own is gone, the others stay as they were, and the page is proved."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fixtures.canvas import Canvas
from fixtures.people import Span
from fixtures.seals import ROUND, Seal, press
from redact import Applicant, Passed, Status
from redact.pipeline import Redactor
from redact.pipeline.redactor import Result
from redact.policy import parse, text_of

ME, UNIT, NEIGHBOUR, BUREAU = "沈知秋", "青岚市第二中学", "青岚市实验小学", "青岚市教育局"
LINES = (
    "本表所填内容属实，如有不实愿承担责任。",
    "经审核，所填内容与档案材料一致。",
    "上述材料已在校内公示五个工作日，无异议。",
    "同意推荐申报高级职称。",
)


@cache
def page() -> Canvas:
    canvas = Canvas(200, 130, 150)
    for row, text in enumerate(LINES):
        canvas.line(16, 16 + 9 * row, [Span(text)], 12)
    # Beneath the bureau's seal stands the applicant's name.
    canvas.line(140, 105, [Span(ME, "name")], 12)
    press(canvas, Seal(UNIT, ROUND, 40, tilt=5, seed=4), 35, 85, "seal")
    press(canvas, Seal(NEIGHBOUR, ROUND, 40, tilt=-4, seed=5), 95, 85, "keep_seal", ("neighbour",))
    press(canvas, Seal(BUREAU, ROUND, 42, tilt=9, seed=6), 155, 88, "keep_seal", ("bureau",))
    return canvas


def file() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(page().pixels).save(buffer, "PNG", dpi=(150, 150))
    return buffer.getvalue()


@cache
def result() -> Result:
    return Redactor().redact(file(), Applicant(names=(ME,), units=(UNIT,)))


def written() -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(result().output or result().withheld or b"")).convert("RGB"))


def ink_of(kind: str, flag: str = "") -> NDArray[np.bool_]:
    truth = page().truth("seals")
    (instance,) = (one for one in truth.of(kind) if not flag or flag in one.flags)
    return np.asarray(truth.pixels_of(instance))


def test_the_units_seal_is_black() -> None:
    assert (written()[ink_of("seal")] < 8).all()


def test_the_neighbours_seal_is_as_it_was() -> None:
    ink = ink_of("keep_seal", "neighbour")
    assert np.array_equal(written()[ink], page().pixels[ink])


def test_the_name_beneath_the_bureaus_seal_is_black_and_the_rest_of_the_seal_as_it_was() -> None:
    assert (written()[ink_of("name")] < 8).all()
    ink = ink_of("keep_seal", "bureau")
    same = (written()[ink] == page().pixels[ink]).all(axis=1)
    assert same.mean() > 0.9


def test_the_plan_says_whose_seal_it_masks() -> None:
    reasons = [redaction.reason for redaction in result().plan.pages[0].redactions]
    assert [reason for reason in reasons if reason.startswith("seal.")] == ["seal.own"]


def test_the_file_is_released_after_its_seals_were_read_again() -> None:
    assert result().status is Status.RELEASED
    assert {"find.seal-reading", "second-look.seal-reading"} <= {c.name for c in result().report.every_check if isinstance(c, Passed)}


def test_a_policy_that_masks_every_seal_masks_these() -> None:
    strict = parse(text_of("urumqi-2025").replace('which = "own-unit"', 'which = "all"'))
    drawn = Redactor(strict).redact(file(), Applicant(names=(ME,), units=(UNIT,)))
    reasons = [redaction.reason for redaction in drawn.plan.pages[0].redactions]
    assert sorted(reason for reason in reasons if reason.startswith("seal.")) == ["seal.other", "seal.other", "seal.own"]
