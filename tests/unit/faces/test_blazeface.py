"""BlazeFace: a second look, close up, and one sighting for each face of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from redact.models.faces import blazeface
from redact.models.faces.sighting import Sighting, Source
from tests.unit.faces.portraits import EYES, astronaut

HEAD = Sighting((170.0, 60.0, 275.0, 175.0), (200.0, 100.0), (250.0, 100.0), 0.5, Source.CENTERFACE, 0)


def test_sees_the_eyes_where_it_is_told_to_look() -> None:
    (second,) = blazeface.look_again(astronaut(), [HEAD])
    assert second.source is Source.BLAZEFACE
    assert second.score > 0.8
    assert second.right == pytest.approx(EYES[0], abs=6)
    assert second.left == pytest.approx(EYES[1], abs=6)


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_looks_in_the_turn_of_the_first_sighting(turn: int) -> None:
    sideways = Sighting(HEAD.box, HEAD.right, HEAD.left, HEAD.score, HEAD.source, turn)
    view = blazeface.close_up(astronaut(), sideways)
    upright = blazeface.close_up(astronaut(), HEAD)
    assert np.array_equal(view.pixels, np.rot90(upright.pixels, turn))


def test_a_face_at_the_corner_of_the_page_is_filled_up_with_grey() -> None:
    corner = Sighting((-20.0, -20.0, 20.0, 20.0), (0.0, 0.0), (8.0, 0.0), 0.5, Source.CENTERFACE, 0)
    view = blazeface.close_up(astronaut(), corner)
    assert view.pixels.shape == (blazeface.INPUT, blazeface.INPUT, 3)
    assert (view.pixels[0, 0] == 128).all()
    assert view.to_page(0.0, 0.0) == pytest.approx((-40.0, -40.0))


def test_nothing_seen_first_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazeface, "_network", lambda: pytest.fail("looked"))
    assert blazeface.look_again(astronaut(), []) == []


def test_threads_that_share_the_network_see_the_same() -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: blazeface.look_again(astronaut(), [HEAD]), range(8)))
    assert all(answer == answers[0] for answer in answers)


def test_boxes_of_one_face_are_one_weighed_by_their_scores_and_another_face_s_stays() -> None:
    rows = np.array([(0, 0, 4, 4, *([1] * 4)), (1, 0, 5, 4, *([2] * 4)), (9, 9, 12, 12, *([3] * 4))], np.float32)

    (first, surest), (second, other) = blazeface._merged(rows, np.array([0.6, 0.9, 0.7], np.float32))

    assert first[:4] == pytest.approx((0.6, 0, 4.6, 4))
    assert first[4:] == pytest.approx([1.6] * 4)
    assert (surest, other) == pytest.approx((0.9, 0.7))
    assert (second == rows[2]).all()


def test_a_box_without_area_is_no_endless_loop() -> None:
    rows = np.zeros((2, 8), np.float32)
    assert len(list(blazeface._merged(rows, np.array([0.9, 0.8], np.float32)))) == 2


def test_every_answer_has_a_cell() -> None:
    answers, logits = blazeface._network()(np.zeros((1, blazeface.INPUT, blazeface.INPUT, 3), np.float32))
    assert answers.shape[1] == logits.shape[1] == len(blazeface._anchors())
    assert blazeface._anchors().min() > 0
    assert blazeface._anchors().max() < 1
