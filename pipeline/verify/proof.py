"""The written file is opened again and attacked page by page; what is still found is masked and the page done anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from redact.check import Check, Failed, NotRun, Passed
from redact.errors import RedactError
from redact.page import Page
from redact.pipeline.draft import Desk, Draft, intake_checks, repaired
from redact.pipeline.find import find_all
from redact.pipeline.intake import Upload, opened
from redact.pipeline.medium import IntakePage
from redact.pipeline.progress import Progress
from redact.pipeline.quality import measure
from redact.pipeline.report import thumbnail
from redact.pipeline.verify.attack import attack, attack_foreign
from redact.pipeline.verify.file import file_checks, foreign_file_checks, own_upload
from redact.pipeline.verify.pixels import solid, unchanged
from redact.pipeline.verify.second_readers import Attackers
from redact.pipeline.write import assemble, bound
from redact.report import PageReport

# Told of a page, by its number, that was attacked.
Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class PageProof:
    """What was shown about one written page. `raster` is the digest of its decoded pixels."""

    checks: tuple[Check, ...]
    raster: str
    thumbnail: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvedPage:
    """One page as it will be written, and what was shown about it."""

    draft: Draft
    proof: PageProof


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown about one written file as a whole."""

    content: bytes = field(repr=False)
    checks: tuple[Check, ...]

    @property
    def sha256(self) -> str:
        """Digest of the written bytes, hex."""
        return hashlib.sha256(self.content).hexdigest()


def prove_pages(upload: Upload, drafts: Sequence[Draft], desk: Desk, rounds: int, told: Told) -> tuple[ProvedPage, ...]:
    """Write the pages, attack them, and repair them at most `rounds` times; then say of each what holds.

    They are any pages of the upload, and written to a file of their own: that a later file with others beside them holds the very
    pixels that were attacked is what `prove_file` shows. Never raises for a check that cannot be made: that is a NotRun, and the
    file is not released.
    """
    proved: dict[int, ProvedPage] = {}
    open_: tuple[Draft, ...] = tuple(drafts)
    for left in range(rounds, -1, -1):
        turn = _Turn(upload, desk, repair=left > 0)
        done, open_ = turn.prove(open_, told)
        proved |= {page.draft.plan.number: page for page in done}
        if not open_:
            break
    return tuple(proved[draft.plan.number] for draft in drafts)


def prove_file(pages: Sequence[ProvedPage], desk: Desk) -> Proof:
    """Write the file of all the pages, in their order, and say what holds of it as a whole."""
    content = assemble(desk.kind, [page.draft.encoded for page in pages])
    return Proof(content, (_pages_same(content, pages, desk), *file_checks(content, desk, [page.draft.plan for page in pages])))


@dataclass(frozen=True, slots=True)
class _Turn:
    """One round, and whether what a page still shows may be repaired."""

    upload: Upload
    desk: Desk
    repair: bool

    def prove(self, drafts: tuple[Draft, ...], told: Told) -> tuple[list[ProvedPage], tuple[Draft, ...]]:
        """Write the drafts and attack them: return what was shown, and the drafts that had to be done anew, as they are now."""
        content = assemble(self.desk.kind, [draft.encoded for draft in drafts])
        numbers = [draft.plan.number for draft in drafts]
        limits, raster = self.desk.policy.limits, self.desk.policy.raster
        proved, repairs = list[ProvedPage](), list[Draft]()
        with (
            opened(self.upload, limits, raster, numbers) as source,
            opened(own_upload(content, limits), limits, raster) as written,
        ):
            for draft, before, after in zip(drafts, source, written, strict=True):
                page, better = self._page(before, _numbered(after, draft.plan.number), draft)
                proved.append(page)
                repairs += better
                told(draft.plan.number)
        return proved, tuple(repairs)

    def _page(self, before: IntakePage, after: IntakePage, draft: Draft) -> tuple[ProvedPage, list[Draft]]:
        desk = self.desk
        attackers = Attackers(desk.wanted, desk.engines, desk.isolation, desk.policy)
        result = attack(after.page, draft.plan.redactions, attackers, draft.words, draft.findings, draft.watermarks)
        checks = (*_pixel_checks(before, after, draft, desk), *result.checks)
        proof = PageProof(checks, _raster(after.page), thumbnail(after.page))
        better = [repaired(draft, before, result.remaining, desk)] if result.remaining and self.repair else []
        return ProvedPage(draft, proof), better


def _numbered(written: IntakePage, number: int) -> IntakePage:
    """Return a page of a file that holds some of the pages under the number that it has in the whole."""
    return replace(written, page=replace(written.page, number=number))


def _pixel_checks(before: IntakePage, after: IntakePage, draft: Draft, desk: Desk) -> tuple[Check, ...]:
    if after.page.pixels.shape != before.page.pixels.shape:
        return (Failed("pixels.unchanged", "other-size", before.page.number),)
    redactions, fill = draft.plan.redactions, desk.policy.mask.fill
    return (
        solid(after.page, redactions, fill, bound(draft.encoded.codec)),
        unchanged(before.page, after.page, redactions, bound(draft.encoded.codec)),
    )


def _pages_same(content: bytes, pages: Sequence[ProvedPage], desk: Desk) -> Check:
    """Show that the final file holds the very pixels that were attacked, page for page, whatever file they were attacked in."""
    limits = desk.policy.limits
    try:
        with opened(own_upload(content, limits), limits, desk.policy.raster) as document:
            if document.page_count != len(pages):
                return Failed("pages.same", "other-page-count")
            same = all(_raster(written.page) == page.proof.raster for written, page in zip(document, pages, strict=True))
    except RedactError as error:
        return NotRun("pages.same", error.code)
    return Passed("pages.same") if same else Failed("pages.same", "other-pixels")


def _raster(page: Page) -> str:
    return hashlib.sha256(page.pixels.tobytes()).hexdigest()


def prove_foreign(upload: Upload, desk: Desk, progress: Progress) -> tuple[tuple[PageReport, ...], tuple[Check, ...], int]:
    """Attack a file that anybody wrote: every reader and every detector on every page, then the bytes.

    Return the pages, the checks of the file, and how many pages the file says it has.
    """
    attackers = Attackers(desk.wanted, desk.engines, desk.isolation, desk.policy)
    pages = []
    with opened(upload, desk.policy.limits, desk.policy.raster) as document:
        for source in document:
            page = source.page
            seen = find_all(page, desk.wanted, desk.engines, desk.isolation)
            quality = measure(page, seen.words, seen.findings)
            checks = (*intake_checks(source), *attack_foreign(page, seen, attackers).checks, *quality.checks)
            pages.append(PageReport(page.number, page.width, page.height, page.dpi, (), checks, quality.values, quality.remarks))
            progress.page_done("verify", page.number, document.page_count)
    doubts = tuple(NotRun("intake", doubt) for doubt in document.doubts)
    return tuple(pages), (*doubts, *foreign_file_checks(upload, desk)), document.page_count
