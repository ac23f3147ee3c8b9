"""The eye band covers both eyes and brows, along the line of the eyes, however the face is turned."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.models.faces.band import LEAST_HEIGHT_PX, eye_band, eye_bands, eyes
from redact.models.faces.sighting import Sighting, Source


def face(x: float, y: float, distance: float, angle: float, side: float | None = None) -> Sighting:
    """Return a face of that eye distance at (x, y), whose eye line lies `angle` radians clockwise from x."""
    dx, dy = cos(angle) * distance / 2, sin(angle) * distance / 2
    half = (side or 2.2 * distance) / 2
    turn = round(angle / (pi / 2)) % 4
    return Sighting((x - half, y - half, x + half, y + half), (x - dx, y - dy), (x + dx, y + dy), 0.9, Source.CENTERFACE, turn)


def from_eyes(sighting: Sighting, along: float, down: float) -> tuple[float, float]:
    """Return the page point so many eye distances along the eye line and below it, seen by the face itself."""
    unit, angle = sighting.eye_distance, sighting.angle
    x = (sighting.right[0] + sighting.left[0]) / 2
    y = (sighting.right[1] + sighting.left[1]) / 2
    return x + unit * (along * cos(angle) - down * sin(angle)), y + unit * (along * sin(angle) + down * cos(angle))


@given(
    x=st.floats(0, 2000),
    y=st.floats(0, 3000),
    distance=st.floats(8, 300),
    angle=st.floats(-pi, pi),
    along=st.floats(-1.03, 1.03),
    down=st.floats(-0.5, 0.24),
)
def test_covers_from_the_brows_to_below_the_eyes_at_every_angle(
    x: float, y: float, distance: float, angle: float, along: float, down: float
) -> None:
    sighting = face(x, y, distance, angle)
    assert eye_band(sighting).contains(*from_eyes(sighting, along, down))


@given(angle=st.floats(-pi + 0.01, pi - 0.01))
def test_its_first_edge_runs_from_the_right_eye_to_the_left(angle: float) -> None:
    dx, dy = eye_band(face(500, 500, 60, angle)).direction
    assert (dx, dy) == pytest.approx((cos(angle), sin(angle)), abs=1e-6)


def test_stays_large_where_the_two_eye_points_fall_together() -> None:
    profile = face(500, 500, 1.0, 0.0, side=100.0)
    assert eye_band(profile).length == pytest.approx(2 * 1.2 * 42, rel=1e-6)


def test_follows_the_turn_where_the_eye_points_tell_no_line() -> None:
    profile = Sighting((450, 450, 550, 550), (500, 500), (500, 499), 0.9, Source.CENTERFACE, 2)
    assert eye_band(profile).direction == pytest.approx((-1.0, 0.0), abs=1e-9)


def test_is_never_thinner_than_a_line_of_pixels_that_hides_something() -> None:
    assert eye_band(face(20, 20, 2.0, 0.3)).thickness >= LEAST_HEIGHT_PX - 1e-9


def test_two_opinions_that_agree_give_one_band() -> None:
    assert len(eye_bands([face(500, 500, 60, 0.0), face(503, 497, 58, 0.03)])) == 1


@given(dx=st.floats(-80, 80), dy=st.floats(-80, 80), angle=st.floats(-pi, pi), distance=st.floats(20, 120))
def test_every_opinion_of_where_the_eyes_are_is_covered(dx: float, dy: float, angle: float, distance: float) -> None:
    opinions = [face(500, 500, 60, 0.0), face(500 + dx, 500 + dy, distance, angle)]
    bands = eye_bands(opinions)
    for opinion in opinions:
        assert any(all(band.contains(*corner) for corner in eyes(opinion).points) for band in bands)
