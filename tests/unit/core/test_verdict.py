"""A status comes from checks alone, and nothing but passed checks releases."""

import itertools

import pytest

from redact import Failed, NotRun, Passed, Status
from redact.check import Check, of_look, status_of
from redact.finding import Doubt, Engine, Look, Looked, NotLooked
from redact.geometry import Quad
from redact.report import ErrorRecord, Material, PageReport, PolicyRecord, Report

PASSED, FAILED, NOT_RUN = Passed("a"), Failed("b", "why"), NotRun("c", "why")


def report(*, checks: tuple[Check, ...] = (PASSED,), pages: tuple[PageReport, ...] | None = None, **changes: object) -> Report:
    one = PageReport(1, 10, 10, 200, (), (PASSED,))
    fields: dict[str, object] = {
        "input": Material("0" * 64, "png", 1),
        "output": Material("1" * 64, "png", 1),
        "policy": PolicyRecord("p", "1", "2" * 64),
        "applicant": "3" * 64,
        "engines": (),
        "pages": pages if pages is not None else (one,),
        "checks": checks,
    }
    return Report(**(fields | changes))  # type: ignore[arg-type]


def test_no_checks_is_not_released() -> None:
    assert status_of([]) is Status.NEEDS_REVIEW


@pytest.mark.parametrize("rows", list(itertools.product([PASSED, FAILED, NOT_RUN], repeat=3)))
def test_one_failure_blocks_and_one_missing_look_needs_review(rows: tuple[Check, ...]) -> None:
    status = status_of(rows)
    if FAILED in rows:
        assert status is Status.BLOCKED
    elif NOT_RUN in rows:
        assert status is Status.NEEDS_REVIEW
    else:
        assert status is Status.RELEASED


def test_a_report_is_released_where_file_and_pages_were_proved() -> None:
    assert report().status is Status.RELEASED


@pytest.mark.parametrize(
    "incomplete",
    [
        {"checks": ()},
        {"pages": ()},
        {"pages": (PageReport(1, 10, 10, 200, (), ()),)},
        {"output": None},
        {"input": Material("0" * 64, "pdf", 2)},
        {"errors": (ErrorRecord("engine.failed", 1, "坏", "bad"),)},
    ],
)
def test_what_is_incomplete_is_not_released_though_no_check_failed(incomplete: dict[str, object]) -> None:
    assert report(**incomplete).status is Status.NEEDS_REVIEW  # type: ignore[arg-type]


READER = Engine("reader", "1")
HERE, THERE = Quad.of([(0, 0), (9, 0), (9, 9), (0, 9)]), Quad.of([(20, 0), (29, 0), (29, 9), (20, 9)])


@pytest.mark.parametrize(
    ("look", "rows"),
    [
        (Looked(READER, ()), (Passed("find.text", 3),)),
        (NotLooked(READER, "timeout"), (NotRun("find.text", "timeout", 3),)),
        (Looked(READER, (), (Doubt(HERE, "a"), Doubt(THERE, "a"))), (NotRun("find.text", "a", 3, (HERE, THERE)),)),
        (
            Looked(READER, (), (Doubt(HERE, "b"), Doubt(THERE, "a"))),
            (NotRun("find.text", "a", 3, (THERE,)), NotRun("find.text", "b", 3, (HERE,))),
        ),
    ],
)
def test_what_a_look_leaves_open_is_a_check_not_run_with_its_places(look: Look, rows: tuple[Check, ...]) -> None:
    assert of_look("find.text", look, 3) == rows
