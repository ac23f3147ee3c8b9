"""A long document is done in spans: some of its pages, drafted and proved by themselves, by whoever is free. Then they are joined.

One after the other in one process or side by side in several, it is the same way: each span opens the upload anew, so that what
comes of a page depends on no page of another span, and the output is the same byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import ceil

from redact.errors import EngineError, LimitError
from redact.pipeline.verify.proof import ProvedPage
from redact.policy import Limits

# A span costs two more openings of the upload (.07 CPU s each for 200 pages) beside a minute's work, and a worker that is killed loses
# one minute. Shorter documents are one span: no worker waits long enough for them to be worth dividing.
MOST_PAGES = 16


@dataclass(frozen=True, slots=True)
class Long:
    """An upload that is more than one span, and how many pages it has."""

    page_count: int


@dataclass(frozen=True, slots=True)
class Span:
    """What came of some pages of an upload. It can be pickled, and holds no word that was read.

    `sha256`: the upload's. `page_count`: of the whole upload, `doubts`: of the decoder about the whole, as this opening told them.
    `decoding`: seconds that the decoder was waited for. `hung`: engines that did. `timings`: seconds by stage.
    """

    sha256: str
    page_count: int
    doubts: tuple[str, ...]
    pages: tuple[ProvedPage, ...] = field(repr=False)
    decoding: float
    hung: frozenset[str] = frozenset()
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The pages' numbers."""
        return tuple(page.draft.plan.number for page in self.pages)


def spans_of(page_count: int) -> tuple[tuple[int, ...], ...]:
    """Return the page numbers of each span of a document: in order, as equal in size as they can be."""
    count = ceil(page_count / MOST_PAGES)
    bounds = [page_count * index // count for index in range(count + 1)]
    return tuple(tuple(range(first + 1, last + 1)) for first, last in pairwise(bounds))


def lean(page: ProvedPage) -> ProvedPage:
    """Return the page without what only a repair needs: what was read and found on it is by far the most of it, and personal."""
    return replace(page, draft=replace(page.draft, findings=(), words=None, unspared=()))


def joined(spans: Sequence[Span], sha256: str, limits: Limits) -> tuple[ProvedPage, ...]:
    """Return all pages of the upload, in order, and each once.

    Raises EngineError where the spans are not of this upload, do not agree about it, or are not all of it: a page that was lost on
    the way must not be missed in silence. Raises LimitError where decoding took longer in all than a file may take.
    """
    require_time(spans, limits)
    first = spans[0] if spans else None
    if first is None or any((s.sha256, s.page_count, s.doubts) != (sha256, first.page_count, first.doubts) for s in spans):
        raise EngineError(engine="spans", what="not of one upload")
    pages = sorted((page for span in spans for page in span.pages), key=lambda page: page.draft.plan.number)
    if [page.draft.plan.number for page in pages] != list(range(1, first.page_count + 1)):
        raise EngineError(engine="spans", what="pages missing or doubled")
    return tuple(pages)


def require_time(spans: Sequence[Span], limits: Limits) -> None:
    """Raise LimitError where decoding the spans took longer than a file may take."""
    most = limits.seconds_per_file
    if sum(span.decoding for span in spans) > most:
        raise LimitError(what="seconds per file", value=most, limit=most)
