"""The judge sees what is hidden in pixels, and is not taken in by what only looks so."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

import fixtures
from benchmarks.judge import Verdict, all_lost, judge
from benchmarks.pictures import Picture
from fixtures.truth import Instance, PageTruth, Polygon

CARD = fixtures.page("idcard", seed=4, dpi=100)
BEFORE: Picture = np.array(CARD.page.pixels)


def verdict(kind: str, after: Picture, truth: PageTruth = CARD.truth) -> Verdict:
    return next(v for v in judge(truth, BEFORE, after).verdicts if v.kind == kind)


def first(kind: str) -> Instance:
    return CARD.truth.of(kind)[0]


def painted(polygons: tuple[Polygon, ...], colour: tuple[int, int, int] = (0, 0, 0)) -> Picture:
    after = BEFORE.copy()
    for polygon in polygons:
        x, y, w, h = cv2.boundingRect(np.round(np.asarray(polygon)).astype(np.int32))
        after[max(0, y - 4) : y + h + 4, max(0, x - 4) : x + w + 4] = colour
    return after


@pytest.mark.parametrize("kind", ["name", "unit", "seal", "eyes"])
def test_what_is_painted_black_is_hidden(kind: str) -> None:
    assert verdict(kind, painted(first(kind).parts)).good


@pytest.mark.parametrize("kind", ["name", "unit", "seal", "eyes"])
def test_what_nobody_touched_leaks(kind: str) -> None:
    assert verdict(kind, BEFORE).good is False


def test_one_character_that_is_seen_is_a_leak() -> None:
    unit = first("unit")
    *hidden, _ = unit.characters

    assert verdict("unit", painted(tuple(c.polygon for c in hidden))).good is False


def test_a_blurred_name_leaks() -> None:
    x, y, w, h = cv2.boundingRect(np.round(np.asarray(first("name").polygon)).astype(np.int32))
    after = BEFORE.copy()
    after[y : y + h, x : x + w] = cv2.GaussianBlur(BEFORE, (0, 0), 6)[y : y + h, x : x + w]

    assert verdict("name", after).good is False


def test_a_grey_bar_is_no_mask() -> None:
    assert verdict("name", painted(first("name").parts, (128, 128, 128))).good is False


def test_what_must_stay_is_kept_where_nobody_touched_it() -> None:
    assert verdict("keep_text", BEFORE).good


def test_what_must_stay_and_is_black_is_lost() -> None:
    assert verdict("keep_text", painted(first("keep_text").parts)).good is False


def test_what_must_stay_is_not_judged_under_what_must_be_hidden() -> None:
    over = replace(first("name"), parts=first("keep_text").parts)
    truth = replace(CARD.truth, instances=(first("keep_text"), over))

    assert verdict("keep_text", painted(over.parts), truth).good is None


def test_numbers_stay_under_the_policy_of_the_rule() -> None:
    assert verdict("id_number", BEFORE).must == "keep"


def test_a_page_that_is_gone_hides_nothing_and_keeps_nothing() -> None:
    assert not any(v.good for v in all_lost(CARD.truth).verdicts)
