"""Sightings of one face are brought together, whichever network and turn they come from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.models.faces.cluster import cluster
from redact.models.faces.sighting import Sighting, Source

UPRIGHT = Sighting((100, 100, 200, 230), (125, 150), (175, 150), 0.8, Source.CENTERFACE, 0)
SECOND = Sighting((105, 110, 195, 200), (126, 151), (174, 151), 0.9, Source.BLAZEFACE, 0)
SIDEWAYS = Sighting((100, 100, 210, 220), (150, 125), (150, 175), 0.7, Source.CENTERFACE, 1)
FAR = Sighting((600, 600, 700, 730), (625, 650), (675, 650), 0.5, Source.CENTERFACE, 0)


def test_two_networks_on_one_face_are_one_face() -> None:
    (face,) = cluster([UPRIGHT, SECOND])
    assert face.best is SECOND
    assert face.score(Source.CENTERFACE) == 0.8
    assert face.score(Source.BLAZEFACE) == 0.9


def test_what_one_network_did_not_see_scores_nothing() -> None:
    (face,) = cluster([UPRIGHT])
    assert face.score(Source.BLAZEFACE) == 0.0


def test_faces_apart_stay_apart() -> None:
    assert [len(face.members) for face in cluster([UPRIGHT, SECOND, FAR])] == [2, 1]


def test_a_small_box_inside_a_large_one_is_the_same_face() -> None:
    inside = replace(UPRIGHT, box=(120, 120, 180, 180), score=0.3)
    assert len(cluster([UPRIGHT, inside])) == 1


def test_a_tiny_face_inside_a_large_one_is_not_swallowed() -> None:
    tiny = replace(UPRIGHT, box=(120, 120, 150, 150), score=0.3)
    assert len(cluster([UPRIGHT, tiny])) == 2


def test_another_turn_with_a_similar_vote_may_be_right_too() -> None:
    (face,) = cluster([UPRIGHT, SIDEWAYS])
    assert face.opinions() == (UPRIGHT, SIDEWAYS)


@pytest.mark.parametrize("score", [0.1, 0.4])
def test_another_turn_with_a_much_lower_vote_is_not_asked(score: float) -> None:
    (face,) = cluster([UPRIGHT, replace(SIDEWAYS, score=score)])
    assert face.opinions() == (UPRIGHT,)


def test_the_best_of_each_network_has_a_say() -> None:
    (face,) = cluster([UPRIGHT, SECOND, replace(UPRIGHT, score=0.7)])
    assert face.opinions() == (SECOND, UPRIGHT)


def test_two_networks_in_one_turn_outvote_the_higher_score_of_one() -> None:
    askew = replace(SIDEWAYS, score=0.95)
    (face,) = cluster([UPRIGHT, SECOND, askew])
    assert face.best is askew
    assert face.opinions() == (SECOND, UPRIGHT)


def test_eyes_askew_to_the_turn_weigh_less() -> None:
    askew = replace(UPRIGHT, score=0.9, turn=1, right=(125, 125), left=(175, 175))
    (face,) = cluster([UPRIGHT, askew])
    assert face.opinions() == (UPRIGHT,)


@given(st.permutations([UPRIGHT, SECOND, SIDEWAYS, FAR, replace(FAR, score=0.4)]))
def test_the_order_of_the_sightings_does_not_matter(shuffled: list[Sighting]) -> None:
    assert cluster(shuffled) == cluster([UPRIGHT, SECOND, SIDEWAYS, FAR, replace(FAR, score=0.4)])
