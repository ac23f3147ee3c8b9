"""A form signed by hand: what no reader reads beside the applicant's labels is masked, other people's signatures and the dates stay."""

from __future__ import annotations

import io
from collections.abc import Iterable
from functools import cache, partial
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import fixtures
from fixtures.handwriting import scribble
from redact import Applicant, Page, Passed, Status, Word
from redact.pipeline import Redactor
from redact.pipeline.engines import Engines
from redact.pipeline.redactor import Result
from tests.faults.engines import FaultyDetector, FaultyReader, sees_nothing
from tests.unit.search.pages import line

SEED, DPI = 77, 150
DARK = 48


@cache
def form() -> tuple[fixtures.FixtureDocument, Result]:
    document = fixtures.document("png", SEED, DPI, ("signed",))
    return document, Redactor().redact(document.content, document.applicant)


def picture(result: Result) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(result.output or result.withheld or b"")) as image:
        return np.asarray(image.convert("RGB"))


def masked(instances: Iterable[fixtures.Instance]) -> list[bool]:
    """Whether each instance's place is black: its ink wholly, and the paper between."""
    document, result = form()
    (truth,), pixels = document.pages, picture(result)
    rows = []
    for instance in instances:
        ys, xs = np.nonzero(truth.pixels_of(instance))
        place = pixels[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1].max(axis=2) < DARK
        rows.append(bool(place[ys - ys.min(), xs - xs.min()].mean() >= 0.98 and place.mean() > 0.9))
    return rows


def test_every_signature_beside_a_label_of_the_applicant_is_masked() -> None:
    (truth,) = form()[0].pages
    signatures = [i for i in truth.of("name") if "handwritten" in i.flags]
    assert len(signatures) == 5
    assert all(masked(signatures))


def test_other_peoples_signatures_and_dates_stay() -> None:
    (truth,) = form()[0].pages
    assert not any(masked(truth.of("keep_name", "keep_text")))


def test_the_page_says_so() -> None:
    _, result = form()
    reasons = [redaction.reason for redaction in result.plan.pages[0].redactions]
    assert reasons.count("unknown.label-value") == 5
    checks = [check.name for check in result.report.every_check if isinstance(check, Passed)]
    assert {"find.labels", "second-reader.labels"} <= set(checks)


def test_a_label_that_the_first_reader_missed_is_looked_at_by_the_second_and_the_page_done_anew() -> None:
    pixels = np.full((400, 700, 3), 250, np.uint8)
    cover = scribble(Random(1), 3, 40)
    place = pixels[180 : 180 + cover.shape[0], 240 : 240 + cover.shape[1]]
    place[cover > 96] = 30
    upload = io.BytesIO()
    Image.fromarray(pixels).save(upload, "PNG", dpi=(DPI, DPI))

    result = Redactor(engines=second_reader_sees(line("本人签名：", 40, 190, em=36))).redact(upload.getvalue(), Applicant(("洛明川",)))
    assert result.status is not Status.BLOCKED
    assert "second-reader.labels" in {check.name for check in result.report.every_check if isinstance(check, Passed)}
    assert [r.reason for r in result.plan.pages[0].redactions] == ["unknown.label-value"]
    assert (picture(result)[180 : 180 + cover.shape[0], 240 : 240 + cover.shape[1]][cover > 96] < DARK).all()


def second_reader_sees(word: Word) -> Engines:
    """Engines that look and find nothing, but for a second reader that reads one word."""

    def reads(page: Page) -> tuple[Word, ...]:
        return (word,)

    readers: dict[str, Any] = {name: FaultyReader(sees_nothing) for name in ("reader", "line_reader")}
    detectors: dict[str, Any] = {name: FaultyDetector(sees_nothing) for name in ("faces", "seals", "codes")}
    made = {name: partial(_the, engine) for name, engine in (readers | detectors | {"second_reader": FaultyReader(reads)}).items()}
    return Engines(**made)


def _the(engine: Any) -> Any:
    return engine
