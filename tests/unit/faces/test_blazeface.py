"""BlazeFace: a second look, close up, that leaves no noise and no open task behind."""

from __future__ import annotations

import os
import subprocess
import sys
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


def test_nothing_seen_first_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blazeface, "_open", lambda: pytest.fail("opened"))
    assert blazeface.look_again(astronaut(), []) == []


def test_writes_nothing_to_stderr_not_even_at_the_interpreters_exit() -> None:
    program = "from tests.unit.faces.test_blazeface import *; blazeface.look_again(astronaut(), [HEAD])"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=120, env={**os.environ, "PYTHONPATH": "."}
    )
    assert run.stderr == b""


def test_gives_stderr_back(capfd: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: blazeface.look_again(astronaut(), [HEAD]), range(8)))
    assert all(answer == answers[0] for answer in answers)
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_leaves_no_open_descriptor() -> None:
    blazeface.look_again(astronaut(), [HEAD])
    before = len(os.listdir("/proc/self/fd"))
    blazeface.look_again(astronaut(), [HEAD])
    assert len(os.listdir("/proc/self/fd")) == before
