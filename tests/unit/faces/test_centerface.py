"""CenterFace: right numbers for every input shape, and a scale that fits every page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from redact.models import weights
from redact.models.faces import centerface
from redact.models.faces.sighting import LARGEST_SCALE, Sighting
from redact.models.runtime import network
from tests.unit.faces.portraits import EYES, astronaut

OUTPUTS = ("537", "538", "539", "540")


def batch(height: int, width: int) -> NDArray[np.float32]:
    """Return the portrait as an input of that shape."""
    return np.asarray(cv2.resize(astronaut(), (width, height)), dtype=np.float32).transpose(2, 0, 1)[None]


def by_another_runtime(inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return what OpenCV computes: a net of its own for each shape, since its second shape comes out as garbage."""
    net = cv2.dnn.readNetFromONNX(str(weights.path(centerface.FILE)))
    net.setInput(inputs)
    return [np.asarray(output) for output in net.forward(OUTPUTS)]


def test_the_second_input_shape_gives_right_numbers_too() -> None:
    for height, width in ((160, 192), (224, 96), (160, 192)):
        inputs = batch(height, width)
        for ours, theirs in zip(network(centerface.FILE)(inputs), by_another_runtime(inputs), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3)


def test_finds_the_eyes_of_the_portrait() -> None:
    best = max(centerface.look(astronaut()), key=lambda sighting: sighting.score)
    assert best.score > 0.8
    assert best.right == pytest.approx(EYES[0], abs=5)
    assert best.left == pytest.approx(EYES[1], abs=5)


def test_a_crowd_of_small_faces_is_looked_at_again_and_a_portrait_is_not() -> None:
    portrait = cv2.resize(astronaut()[:300, 70:370], (90, 90), interpolation=cv2.INTER_AREA)
    crowd = np.full((1600, 1200, 3), 90, dtype=np.uint8)
    for row in range(3):
        for column in range(6):
            crowd[200 + 120 * row : 290 + 120 * row, 200 + 120 * column : 290 + 120 * column] = portrait
    again = centerface.look_closer(crowd, _strong(centerface.look(crowd)))
    assert len(_strong(again)) >= 17
    assert centerface.look_closer(astronaut(), centerface.look(astronaut())) == []


def _strong(sightings: list[Sighting]) -> list[Sighting]:
    return [sighting for sighting in sightings if sighting.score > 0.3]


@given(width=st.integers(16, 60_000), height=st.integers(16, 60_000))
def test_a_page_is_never_blown_up_much_nor_kept_too_large(width: int, height: int) -> None:
    scale = centerface.scale_for(width, height)
    assert 0 < scale <= LARGEST_SCALE
    assert max(width, height) * scale <= centerface.LONGEST_SIDE + 1e-6


def test_a_long_strip_keeps_its_faces_large_enough() -> None:
    assert centerface.scale_for(800, 6000) * 800 >= 400


def test_a_page_is_looked_at_with_a_long_side_of_800_px() -> None:
    assert centerface.scale_for(1654, 2339) * 2339 == pytest.approx(800)
