"""Two name chops on one page go the whole way: the applicant's is gone, the colleague's stays, and the written page is proved."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fixtures.canvas import Canvas
from fixtures.people import Span
from fixtures.seals import CHOP, Seal, press
from redact import Applicant, Passed, Status
from redact.pipeline import Redactor
from redact.pipeline.redactor import Result

ME, COLLEAGUE = "沈知秋", "王建明"
LINES = (
    "本表所填内容属实，如有不实愿承担责任。",
    "经审核，所填内容与档案材料一致。",
    "上述材料已在校内公示五个工作日，无异议。",
    "同意推荐申报高级职称。",
)


@cache
def page() -> Canvas:
    canvas = Canvas(148, 150, 150)
    for row, text in enumerate(LINES):
        canvas.line(16, 18 + 10 * row, [Span(text)], 12)
    press(canvas, Seal(ME, CHOP, 16, tilt=6, seed=4), 40, 100, "chop")
    press(canvas, Seal(COLLEAGUE, CHOP, 16, tilt=-4, white=True, seed=5), 100, 100, "keep_name", ("chop",))
    return canvas


@cache
def result() -> Result:
    file = io.BytesIO()
    Image.fromarray(page().pixels).save(file, "PNG", dpi=(150, 150))
    return Redactor().redact(file.getvalue(), Applicant(names=(ME,)))


def written() -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(result().output or result().withheld or b"")).convert("RGB"))


def ink_of(kind: str) -> NDArray[np.bool_]:
    truth = page().truth("chops")
    (instance,) = truth.of(kind)
    return np.asarray(truth.pixels_of(instance))


def test_the_applicants_chop_is_black_with_its_frame() -> None:
    assert (written()[ink_of("chop")] < 8).all()


def test_the_colleagues_chop_is_as_it_was() -> None:
    ink = ink_of("keep_name")
    assert np.array_equal(written()[ink], page().pixels[ink])


def test_the_plan_says_that_it_is_a_name_chop() -> None:
    assert [redaction.reason for redaction in result().plan.pages[0].redactions] == ["name.chop"]


def test_the_file_is_released_after_its_chops_were_read_again() -> None:
    assert result().status is Status.RELEASED
    assert {"find.chops", "second-look.chops"} <= {check.name for check in result().report.every_check if isinstance(check, Passed)}
