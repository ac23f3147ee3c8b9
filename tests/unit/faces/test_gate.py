"""Which clusters are faces, and how sure: both states are masked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.models.faces.cluster import Cluster
from redact.models.faces.gate import Verdict, verdict, worth_a_close_up
from redact.models.faces.sighting import Sighting, Source

PHOTO, TEXT = 0.2, 0.8


def face(centerface: float, blazeface: float) -> Cluster:
    """Return a face as both networks scored it; 0 is not seen."""
    scores = ((Source.CENTERFACE, centerface), (Source.BLAZEFACE, blazeface))
    seen = [Sighting((0, 0, 100, 100), (30, 40), (70, 40), score, source, 0) for source, score in scores if score]
    return Cluster(tuple(sorted(seen, key=lambda sighting: -sighting.score)))


@pytest.mark.parametrize(
    ("centerface", "blazeface", "white_share", "expected"),
    [
        (0.5, 0.0, PHOTO, Verdict.CERTAIN),
        (0.25, 0.65, PHOTO, Verdict.CERTAIN),
        (0.25, 0.0, PHOTO, Verdict.REVIEW),
        (0.12, 0.65, PHOTO, Verdict.REVIEW),
        (0.0, 0.75, PHOTO, Verdict.REVIEW),
        (0.12, 0.0, PHOTO, None),
        (0.0, 0.65, PHOTO, None),
        (0.5, 0.7, TEXT, None),
        (0.9, 0.0, TEXT, Verdict.CERTAIN),
        (0.25, 0.9, TEXT, Verdict.CERTAIN),
    ],
)
def test_two_networks_and_the_paper_decide(centerface: float, blazeface: float, white_share: float, expected: Verdict | None) -> None:
    assert verdict(face(centerface, blazeface), white_share) is expected


@given(
    centerface=st.floats(0.1, 1), blazeface=st.sampled_from([0.0, 0.5, 0.6, 0.7, 0.8, 0.95]), white=st.floats(0, 1), more=st.floats(0, 0.5)
)
def test_a_stronger_sighting_is_never_taken_for_less(centerface: float, blazeface: float, white: float, more: float) -> None:
    rank = {None: 0, Verdict.REVIEW: 1, Verdict.CERTAIN: 2}
    weaker = verdict(face(centerface, blazeface), white)
    stronger = verdict(face(min(1.0, centerface + more), blazeface), white)
    assert rank[stronger] >= rank[weaker]


def test_a_hint_over_text_is_not_worth_a_second_look_but_a_sighting_is() -> None:
    assert not worth_a_close_up(0.12, TEXT)
    assert worth_a_close_up(0.12, PHOTO)
    assert worth_a_close_up(0.25, TEXT)
