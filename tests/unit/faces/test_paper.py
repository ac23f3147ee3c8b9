"""Text stands on bare paper, a photograph does not: that is how letters are told from faces."""

from __future__ import annotations

import numpy as np
import pytest

from redact.models.faces.paper import Paper
from tests.unit.faces.portraits import sheet


def test_letters_stand_on_paper_and_a_photo_does_not() -> None:
    paper = Paper(sheet(photo_px=197, x=600, y=90).pixels)
    assert paper.share(300, 700, 40) > 0.5
    assert paper.share(700, 190, 40) < 0.2


@pytest.mark.parametrize("light", [0.35, 0.6, 1.0])
def test_a_dim_page_is_measured_against_its_own_white(light: float) -> None:
    dim = (sheet().pixels * light).astype(np.uint8)
    assert Paper(dim).share(300, 700, 40) == pytest.approx(Paper(sheet().pixels).share(300, 700, 40), abs=0.1)


def test_a_place_off_the_page_counts_as_paper() -> None:
    assert Paper(sheet().pixels).share(-500, -500, 40) == 1.0


def test_a_page_of_one_pixel_has_an_answer() -> None:
    assert 0.0 <= Paper(np.zeros((1, 1, 3), dtype=np.uint8)).share(0.5, 0.5, 1.0) <= 1.0
