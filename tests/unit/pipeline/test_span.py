"""A long document is done in spans and joined: every page once, or nothing at all."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from redact import Applicant, EngineError, LimitError, Status
from redact.pipeline.redactor import Redactor
from redact.pipeline.span import MOST_PAGES, Long, Span, joined, spans_of
from redact.policy import load
from tests.faults.test_engines import engines
from tests.unit.batch.long_ones import tiff

WHO = Applicant(names=("洛明川",), units=("云溪市第九中学",))
PAGES = 20
LIMITS = load().limits


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor(engines=engines(), key=bytes(32))


@pytest.fixture(scope="module")
def upload() -> bytes:
    return tiff(PAGES)


@pytest.fixture(scope="module")
def spans(redactor: Redactor, upload: bytes) -> tuple[Span, ...]:
    return tuple(redactor.span(upload, WHO, numbers) for numbers in spans_of(PAGES))


@pytest.mark.parametrize("pages", [1, 2, MOST_PAGES, MOST_PAGES + 1, 40, 300])
def test_the_spans_of_a_document_are_all_its_pages_in_order_and_of_like_size(pages: int) -> None:
    spans = spans_of(pages)
    assert [number for span in spans for number in span] == list(range(1, pages + 1))
    assert max(map(len, spans)) <= MOST_PAGES
    assert all(abs(len(one) - len(other)) <= 1 for one, other in pairwise(spans))


def test_a_document_is_the_same_whole_and_joined_from_spans_that_came_in_any_order(
    redactor: Redactor, upload: bytes, spans: tuple[Span, ...]
) -> None:
    travelled = [pickle.loads(pickle.dumps(span)) for span in reversed(spans)]
    whole, parts = redactor.redact(upload, WHO), redactor.join(upload, WHO, travelled)
    assert whole.status is Status.RELEASED
    assert parts.output == whole.output
    assert replace(parts.report.report, timings={}) == replace(whole.report.report, timings={})
    assert parts.report.to_html() == whole.report.to_html()


def test_a_short_document_is_done_at_once_and_a_long_one_tells_its_length(redactor: Redactor, upload: bytes) -> None:
    short = redactor.begin(tiff(2), WHO)
    assert not isinstance(short, Long)
    assert short.output == redactor.redact(tiff(2), WHO).output
    assert redactor.begin(upload, WHO) == Long(PAGES)


def test_nothing_that_was_read_or_found_on_a_page_travels(spans: tuple[Span, ...]) -> None:
    drafts = [page.draft for span in spans for page in span.pages]
    assert {(draft.words, draft.findings, draft.unspared) for draft in drafts} == {(None, (), ())}


def _without_a_page(spans: Sequence[Span]) -> list[Span]:
    return [spans[0], replace(spans[1], pages=spans[1].pages[:-1])]


def _with_a_page_twice(spans: Sequence[Span]) -> list[Span]:
    return [spans[0], replace(spans[1], pages=(spans[0].pages[0], *spans[1].pages[1:]))]


def _without_a_span(spans: Sequence[Span]) -> list[Span]:
    return [spans[0]]


def _with_a_span_twice(spans: Sequence[Span]) -> list[Span]:
    return [*spans, spans[0]]


def _of_another_upload(spans: Sequence[Span]) -> list[Span]:
    return [spans[0], replace(spans[1], sha256="0" * 64)]


def _of_another_length(spans: Sequence[Span]) -> list[Span]:
    return [spans[0], replace(spans[1], page_count=PAGES + 1)]


def _with_another_doubt(spans: Sequence[Span]) -> list[Span]:
    return [spans[0], replace(spans[1], doubts=("pdf.repaired",))]


def _none(spans: Sequence[Span]) -> list[Span]:
    return []


@pytest.mark.parametrize(
    "spoilt",
    [
        *(_without_a_page, _with_a_page_twice, _without_a_span, _with_a_span_twice),
        *(_of_another_upload, _of_another_length, _with_another_doubt, _none),
    ],
)
def test_spans_that_are_not_one_upload_from_its_first_page_to_its_last_are_no_document(spans: tuple[Span, ...], spoilt: object) -> None:
    assert callable(spoilt)
    assert len(joined(spans, spans[0].sha256, LIMITS)) == PAGES
    with pytest.raises(EngineError):
        joined(spoilt(spans), spans[0].sha256, LIMITS)


def test_the_seconds_of_decoding_count_for_the_document_and_not_for_each_span(spans: tuple[Span, ...]) -> None:
    slow = [replace(span, decoding=0.6 * LIMITS.seconds_per_file) for span in spans]
    with pytest.raises(LimitError):
        joined(slow, spans[0].sha256, LIMITS)
