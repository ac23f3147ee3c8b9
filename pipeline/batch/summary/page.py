"""The page for the clerk: it loads nothing, runs no script, names nobody, and reloads itself while the batch runs.

One file a language, and the switch leads to the other one. A page in both, with the report's switch, would fall back to
Chinese at each reload, and an address with a fragment (#en) is not reloaded at all by Chromium.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.summary import wording
from redact.pipeline.batch.summary.overview import Applicant, Overview
from redact.pipeline.batch.summary.remaining import duration
from redact.pipeline.batch.summary.state import OPEN
from redact.pipeline.batch.summary.wording import Light, Who

if TYPE_CHECKING:
    from jinja2 import Template

REFRESH_SECONDS: Final = 30
# The shapes of the report, so that a print in black and white tells them apart.
_ICONS: Final = {Light.RED: "failed", Light.YELLOW: "not_run", Light.GREY: "open", Light.GREEN: "passed"}


@dataclass(frozen=True, slots=True)
class Names:
    """What the files are called, beside each other: the pages by language, and the tables."""

    zh: str
    en: str
    xlsx: str
    csv: str
    set_aside: str


def to_html(overview: Overview, names: Names, language: Literal["zh", "en"]) -> str:
    """Return the page in one language."""
    style = _text("redact.pipeline.report", "page.css") + _text("redact.pipeline.batch.summary", "index.css")
    state = overview.state
    return _template().render(
        overview=overview,
        names=names,
        language=language,
        at=("zh", "en").index(language),
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
        refresh=None if state.finished else REFRESH_SECONDS,
        written=state.moment,
        spent=duration((state.written - state.began).total_seconds()),
        left=duration(overview.remaining.seconds) if overview.remaining.seconds is not None else None,
        done=_percent(overview),
        to_do=[applicant for applicant in overview.lit(*Light) if applicant.notes or not applicant.used],
        lit=[(light, len(overview.lit(light))) for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)],
        files=_files,
    )


def _percent(overview: Overview) -> int:
    # Down: a hundred is said when nothing is left.
    every = overview.remaining.done + overview.remaining.left
    return overview.remaining.done * 100 // every if every else 100


def _files(applicant: Applicant) -> Iterable[object]:
    """Return the uploads that a person has to open: neither released nor still to be done."""
    return [upload for upload in applicant.uploads if upload.row.state is not State.RELEASED and upload.row.state not in OPEN]


def _text(package: str, name: str) -> str:
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(State=State, Light=Light, Who=Who, wording=wording, icons=_ICONS, open_states=tuple(OPEN))
    return environment.from_string(_text("redact.pipeline.batch.summary", "index.html"))
