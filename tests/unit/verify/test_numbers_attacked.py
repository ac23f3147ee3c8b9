"""A number that only a second reader reads on the written page is masked in the repair, where the policy masks its kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from PIL import Image

from redact import Applicant, Failed, Page, Quad, Status, Word
from redact.pipeline import Redactor
from redact.pipeline.engines import Engines
from redact.pipeline.redactor import Result
from tests.faults.engines import FaultyDetector, FaultyReader, sees_nothing

WHO = Applicant(names=("洛明川",))
NUMBERS = "urumqi-2025-numbers"


def picture() -> bytes:
    pixels = np.full((300, 400, 3), 250, np.uint8)
    pixels[110:128, 44:376:9] = 30  # ink where the readers read
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def reads(text: str, page: Page) -> tuple[Word, ...]:
    """Read the text in characters of 20 px, or nothing where the page is black there."""
    cells = tuple(Quad(((40 + x, 105), (60 + x, 105), (60 + x, 130), (40 + x, 130))) for x in range(0, 20 * len(text), 20))
    black = page.pixels[112, 200:300].max() < 20
    whole = Quad(((40, 105), (40 + 20 * len(text), 105), (40 + 20 * len(text), 130), (40, 130)))
    return () if black else (Word(whole, text, cells, 0.99, "test"),)


def result(policy: str, **readers: Callable[[Page], tuple[Word, ...]]) -> Result:
    engines: dict[str, Any] = {name: FaultyReader(readers.get(name, sees_nothing)) for name in ("reader", "second_reader", "line_reader")}
    engines |= {name: FaultyDetector(sees_nothing) for name in ("faces", "seals", "codes")}
    return Redactor(policy, engines=Engines(**{name: partial(_the, engine) for name, engine in engines.items()})).redact(picture(), WHO)


def _the(engine: Any) -> Any:
    return engine


def reasons(done: Result) -> list[str]:
    return [redaction.reason for page in done.plan.pages for redaction in page.redactions]


@pytest.mark.parametrize("reader", ["reader", "second_reader"])
def test_a_number_that_one_reader_reads_is_masked(reader: str) -> None:
    done = result(NUMBERS, **{reader: partial(reads, "电话13900000001")})
    assert reasons(done) == ["number.phone"]
    assert not [check for check in done.report.every_check if isinstance(check, Failed)]


def test_where_the_policy_leaves_numbers_none_is_masked() -> None:
    done = result("urumqi-2025", reader=partial(reads, "电话13900000001"), second_reader=partial(reads, "电话13900000001"))
    assert reasons(done) == []
    assert not [check for check in done.report.every_check if isinstance(check, Failed)]


def test_a_number_that_is_still_read_in_a_given_file_is_said() -> None:
    readers: dict[str, Any] = {name: FaultyReader(partial(reads, "出生年月1985.03")) for name in ("reader", "second_reader")}
    readers |= {"line_reader": FaultyReader(sees_nothing)} | {name: FaultyDetector(sees_nothing) for name in ("faces", "seals", "codes")}
    engines = Engines(**{name: partial(_the, engine) for name, engine in readers.items()})
    report = Redactor(NUMBERS, engines=engines).verify(picture(), WHO)
    assert {check.why for check in report.every_check if isinstance(check, Failed)} == {"number-visible"}
    assert report.status is Status.BLOCKED
