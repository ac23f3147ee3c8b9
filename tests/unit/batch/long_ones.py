"""Long uploads for tests of the batch, and a worker whose engines find nothing: quick, and as bad as a page's colour asks for."""

from __future__ import annotations

import io
import os
import signal
import time
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from redact import Page
from redact.pipeline.batch import work as way
from redact.pipeline.batch.work import Done, Part, Task
from redact.pipeline.redactor import Redactor
from redact.policy import Policy
from tests.faults.test_engines import engines
from tests.unit.search.pages import line

WHITE, POISON, FATAL_ONCE, SLOW, MEETS = (255, 255, 255), (255, 0, 0), (0, 160, 0), (0, 0, 255), (255, 255, 0)
# A page that names somebody of the tests' roster where the applicant's name should stand.
STRANGERS, STRANGER = (160, 0, 160), "马晓东"
# A file: where it stands already, a page that kills once does so no more.
KILLED_ALREADY = "REDACT_TESTS_KILLED_ALREADY"
# A folder in which two pages wait for each other.
MEETING = "REDACT_TESTS_MEETING"
# A file that a slow page makes when it is begun.
BEGUN = "REDACT_TESTS_BEGUN"


def tiff(pages: int, **special: tuple[int, int, int]) -> bytes:
    """Return a TIFF of small pages that all look different; `p7=POISON` gives page 7 that ground."""
    frames = [_frame(number, special.get(f"p{number}", WHITE)) for number in range(1, pages + 1)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:], dpi=(50, 50))
    return file.getvalue()


def _frame(number: int, ground: tuple[int, int, int]) -> Image.Image:
    frame = Image.new("RGB", (200, 280), ground)
    ImageDraw.Draw(frame).text((20, 20), f"2019 {number}", fill="black")
    return frame


def masked(task: Task) -> Done | Part:
    """Do what a worker does, with engines that find nothing."""
    way._redactor = _redactor
    return way.work(task)


@cache
def _redactor(policy: Policy, key: bytes, others: frozenset[str]) -> Redactor:
    return Redactor(policy, engines=engines(reader=_bad_page), key=key, others=others)


def _bad_page(page: Page) -> tuple[Any, ...]:
    """Read nothing or a stranger's name, and do to this process what the page's ground says."""
    ground = tuple(map(int, page.pixels[-1, -1]))
    already = Path(os.environ.get(KILLED_ALREADY, os.devnull))
    if ground == POISON or (ground == FATAL_ONCE and not already.exists()):
        already.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if ground == SLOW:
        Path(os.environ.get(BEGUN, os.devnull)).touch()
        time.sleep(1.0)
    if ground == MEETS:
        _meet(Path(os.environ[MEETING]), page.number)
    return (line(f"姓名：{STRANGER}", em=8.0),) if ground == STRANGERS else ()


def _meet(folder: Path, number: int) -> None:
    """Wait until another page is in work, too. Raises TimeoutError where none comes: then the page was not read."""
    (folder / str(number)).touch()
    for _ in range(1200):
        if len(list(folder.iterdir())) > 1:
            return
        time.sleep(0.05)
    raise TimeoutError
