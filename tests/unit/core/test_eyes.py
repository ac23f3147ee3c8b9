"""A policy may cover more of a face than its eyes; where, follows from the band that the detector gives."""

from __future__ import annotations

from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.eyes import FACE_DOWN, FACE_HALF_WIDTH, FACE_UP, HALF_HEIGHT, HALF_WIDTH, NOSE_DOWN, SHIFT_UP, Cover, covering
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.masking import covered
from redact.policy import parse, text_of

ANGLES = st.floats(-pi, pi)


def band_of(x: float, y: float, distance: float, angle: float) -> Quad:
    """Return the band of a face whose eyes lie round (x, y), `distance` px apart, on a line `angle` radians clockwise from x."""
    up = SHIFT_UP * distance
    centre = (x + up * sin(angle), y - up * cos(angle))
    return Quad.centred(centre, HALF_WIDTH * distance, HALF_HEIGHT * distance, angle)


def seen_by_the_face(x: float, y: float, distance: float, angle: float, along: float, down: float) -> tuple[float, float]:
    return x + distance * (along * cos(angle) - down * sin(angle)), y + distance * (along * sin(angle) + down * cos(angle))


def holds(quads: tuple[Quad, ...], point: tuple[float, float]) -> bool:
    return any(quad.contains(*point) for quad in quads)


@given(angle=ANGLES, along=st.floats(-1.0, 1.0), down=st.floats(-0.5, 0.24), cover=st.sampled_from(["band", "t-shape", "face"]))
def test_eyes_and_brows_are_always_covered(angle: float, along: float, down: float, cover: Cover) -> None:
    quads = covering(band_of(500, 400, 60, angle), cover)
    assert holds(quads, seen_by_the_face(500, 400, 60, angle, along, down))


@given(angle=ANGLES, down=st.floats(0.0, NOSE_DOWN - 0.01))
def test_the_t_covers_the_nose_and_leaves_the_mouth_and_cheeks(angle: float, down: float) -> None:
    quads = covering(band_of(500, 400, 60, angle), "t-shape")
    assert holds(quads, seen_by_the_face(500, 400, 60, angle, 0.0, down))
    assert not holds(quads, seen_by_the_face(500, 400, 60, angle, 0.0, 1.2))
    assert not holds(quads, seen_by_the_face(500, 400, 60, angle, 0.8, 0.8))


@given(angle=ANGLES, along=st.floats(-FACE_HALF_WIDTH + 0.01, FACE_HALF_WIDTH - 0.01), down=st.floats(-FACE_UP + 0.01, FACE_DOWN - 0.01))
def test_the_whole_face_is_covered_from_crown_to_chin_however_it_is_turned(angle: float, along: float, down: float) -> None:
    (face,) = covering(band_of(500, 400, 60, angle), "face")
    assert face.contains(*seen_by_the_face(500, 400, 60, angle, along, down))


@pytest.mark.parametrize(("cover", "masks"), [("band", 1), ("t-shape", 2), ("face", 1)])
def test_a_policy_masks_as_much_of_a_face_as_it_says(cover: str, masks: int) -> None:
    chosen = parse(text_of("urumqi-2025").replace('cover = "band"', f'cover = "{cover}"'))
    finding = Finding(Category.EYES, band_of(300, 200, 40, 0.0), 0.9, Engine("faces", "1"), "certain")
    redactions = chosen.decide([finding], 600, 600)
    assert len(redactions) == masks
    assert len({redaction.id for redaction in redactions}) == masks
    pixels = covered(600, 600, redactions)
    chin, nose = pixels[275, 300], pixels[235, 300]
    assert (bool(nose), bool(chin)) == {"band": (False, False), "t-shape": (True, False), "face": (True, True)}[cover]
