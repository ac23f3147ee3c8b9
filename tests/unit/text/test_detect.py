"""Every marked place becomes a region; none is lost, and none is made up."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import cv2
import numpy as np
import pytest

from redact.errors import EngineError
from redact.models.runtime import Network
from redact.models.text.detect import LONGEST, Region, _parts, _windows, regions, regions_in_band


class Marker:
    """A detector that marks what is dark."""

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        return [(batch[:, :1] < 0).astype(np.float32) * 0.9]


class Liar:
    """A detector that answers with nothing that is a number."""

    file = "liar.onnx"

    def __call__(self, batch: np.ndarray) -> list[np.ndarray]:
        return [np.full_like(batch[:, :1], np.nan)]


def test_a_network_that_answers_with_no_numbers_has_not_looked() -> None:
    with pytest.raises(EngineError):
        regions(paper(), cast(Network, Liar()), 1280)


def look(page: np.ndarray, long_side: int = 1280) -> list[Region]:
    return regions(page, cast(Network, Marker()), long_side)


def paper(height: int = 640, width: int = 640) -> np.ndarray:
    return np.full((height, width, 3), 255, np.uint8)


def test_a_line_becomes_a_rectangle_grown_by_what_the_network_shrinks() -> None:
    page = paper()
    page[100:110, 100:300] = 0
    (region,) = look(page)
    assert min(region.sides) > 20
    assert region.corners[:, 0].min() < 100
    assert region.corners[:, 0].max() > 300


def test_a_frame_does_not_swallow_the_lines_inside_it() -> None:
    page = paper()
    cv2.rectangle(page, (50, 50), (600, 600), (0, 0, 0), 4)
    page[100:110, 100:300] = 0
    page[200:210, 100:300] = 0
    assert sum(region.length < 300 for region in look(page)) == 2


def test_a_hole_in_a_marked_place_is_no_place_of_its_own() -> None:
    page = paper()
    page[100:160, 100:300] = 0
    page[129:131, 200:202] = 255
    assert len(look(page)) == 1


def test_an_even_place_holds_no_text() -> None:
    assert look(np.zeros((640, 640, 3), np.uint8)) == []


def test_a_single_marked_pixel_keeps_its_place() -> None:
    page = paper()
    page[300, 300] = 0
    (region,) = look(page)
    assert np.allclose(region.corners.mean(0), [301, 301], atol=2)


def test_a_curved_line_gets_a_spine() -> None:
    page = paper()
    cv2.ellipse(page, (320, 420), (250, 250), 0, 220, 320, (0, 0, 0), 12)
    (region,) = look(page)
    assert region.spine is not None
    distances = np.hypot(*(region.spine - [320, 420]).T)
    assert np.allclose(distances, 250, atol=12)


@pytest.mark.parametrize("long", [400, 2001, 5121, 12_345])
@pytest.mark.parametrize("axis", [0, 1])
def test_windows_cover_a_slender_page_and_leave_no_gap_between_them(long: int, axis: int) -> None:
    shape = (long, 300) if axis == 0 else (300, long)
    windows = _windows(shape, 1280)
    assert windows[0].start == 0
    assert windows[-1].end == long
    for before, after in pairwise(windows):
        assert after.start < after.first < before.last < before.end


def test_a_slender_page_is_seen_as_well_as_its_parts() -> None:
    page = paper(9000, 300)
    for y in range(40, 8960, 60):
        page[y : y + 8, 50:250] = 0
    found = {round(float(region.corners[:, 1].mean()) - 4.5) for region in look(page)}
    assert len(found) >= len(range(40, 8960, 60))


@pytest.mark.parametrize("axis", [0, 1])
def test_a_band_of_a_page_is_seen_as_the_whole_page_sees_it(axis: int) -> None:
    page = paper(2400, 1700)
    for y in (300, 1000, 1400, 2200):
        page[y : y + 20, 200:900] = 0
    page = page if axis == 0 else np.ascontiguousarray(page.swapaxes(0, 1))

    found = regions_in_band(page, cast(Network, Marker()), 1280, (axis, 900, 1500))

    whole = [region for region in look(page) if 900 < region.corners[:, 1 - axis].mean() < 1500]
    assert len(found) == len(whole) == 2
    for seen, expected in zip(found, whole, strict=True):
        assert np.allclose(seen.corners.mean(axis=0), expected.corners.mean(axis=0), atol=4)
        assert np.allclose(sorted(seen.sides), sorted(expected.sides), rtol=0.1)


def test_an_over_long_line_is_cut_into_parts_that_share_ten_line_heights() -> None:
    corners = np.array([[0, 0], [2000, 0], [2000, 10], [0, 10.0]])
    parts = _parts(Region(corners))
    assert all(part.length <= LONGEST * 10 + 1e-6 for part in parts)
    assert parts[0].corners[0, 0] == 0
    assert parts[-1].corners[1, 0] == pytest.approx(2000)
    for before, after in pairwise(parts):
        assert before.corners[1, 0] - after.corners[0, 0] == pytest.approx(100)
