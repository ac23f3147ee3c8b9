"""The report as one HTML page: it loads nothing, runs no script, and reads in Chinese and in English."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal

from redact.pipeline.report.pictures import pictures
from redact.pipeline.report.record import document_of
from redact.pipeline.report.view import view_of
from redact.report import Report

if TYPE_CHECKING:
    from jinja2 import Template


def to_html(report: Report, thumbnails: Sequence[bytes], language: Literal["zh", "en"] = "zh") -> str:
    """Return the page. `language` is shown first."""
    document = document_of(report)
    style = _text("page.css")
    return _template().render(
        view=view_of(document, pictures(document, thumbnails)),
        document=document,
        language=language,
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _text(name: str) -> str:
    return resources.files("redact.pipeline.report").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["base64"] = lambda content: base64.b64encode(content).decode()
    return environment.from_string(_text("page.html"))
