"""The written file is opened again and attacked page by page; what is still found is masked and the page done anew."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class PageProof:
    """What was shown about one written page. `raster` is the digest of its decoded pixels."""

    checks: tuple[Check, ...]
    raster: str
    thumbnail: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown about one written file."""

    content: bytes = field(repr=False)
    drafts: tuple[Draft, ...]
    pages: dict[int, PageProof]
    checks: tuple[Check, ...]

    @property
    def sha256(self) -> str:
        """Digest of the written bytes, hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def thumbnails(self) -> tuple[bytes, ...]:
        """One small picture per page, of the masked page."""
        return tuple(self.pages[number].thumbnail for number in sorted(self.pages))


def prove(upload: Upload, drafts: Sequence[Draft], desk: Desk, rounds: int, progress: Progress) -> Proof:
    """Write the file, attack it, and repair it at most `rounds` times; then say what holds.

    Never raises for a check that cannot be made: that is a NotRun, and the file is not released.
    """
    drafts = tuple(drafts)
    pages: dict[int, PageProof] = {}
    numbers: Collection[int] = [draft.plan.number for draft in drafts]
    for left in range(rounds, -1, -1):
        content = assemble(desk.kind, [draft.encoded for draft in drafts])
        turn = _Turn(upload, content, desk, repair=left > 0)
        drafts, proved, numbers = turn.prove(drafts, numbers, progress)
        pages |= proved
        if not numbers:
            break
    checks = (_pages_same(content, drafts, pages, desk), *file_checks(content, desk, [d.plan for d in drafts]))
    return Proof(content, drafts, pages, checks)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One round: a file as written, and whether what it still shows may be repaired."""

    upload: Upload
    content: bytes
    desk: Desk
    repair: bool

    def prove(
        self, drafts: tuple[Draft, ...], numbers: Collection[int], progress: Progress
    ) -> tuple[tuple[Draft, ...], dict[int, PageProof], Collection[int]]:
        """Prove the pages with these numbers: return the drafts as repaired, the proofs, and the numbers of repaired pages."""
        kept, proved = list(drafts), {}
        limits, raster = self.desk.policy.limits, self.desk.policy.raster
        with (
            opened(self.upload, limits, raster, numbers) as source,
            opened(own_upload(self.content, limits), limits, raster, numbers) as written,
        ):
            for before, after in zip(source, written, strict=True):
                number = before.page.number
                kept[number - 1], proved[number] = self._page(before, after, drafts[number - 1])
                progress.page_done("verify", number, len(drafts))
        return tuple(kept), proved, [n for n in numbers if kept[n - 1] is not drafts[n - 1]]

    def _page(self, before: IntakePage, after: IntakePage, draft: Draft) -> tuple[Draft, PageProof]:
        desk = self.desk
        attackers = Attackers(desk.wanted, desk.engines, desk.isolation, desk.policy)
        result = attack(after.page, draft.plan.redactions, attackers, draft.words, draft.findings)
        checks = (*_pixel_checks(before, after, draft, desk), *result.checks)
        proof = PageProof(checks, _raster(after.page), thumbnail(after.page))
        if result.remaining and self.repair:
            return repaired(draft, before, result.remaining, desk), proof
        return draft, proof


def _pixel_checks(before: IntakePage, after: IntakePage, draft: Draft, desk: Desk) -> tuple[Check, ...]:
    if after.page.pixels.shape != before.page.pixels.shape:
        return (Failed("pixels.unchanged", "other-size", before.page.number),)
    redactions, fill = draft.plan.redactions, desk.policy.mask.fill
    return (
        solid(after.page, redactions, fill, bound(draft.encoded.codec)),
        unchanged(before.page, after.page, redactions, bound(draft.encoded.codec)),
    )


def _pages_same(content: bytes, drafts: Sequence[Draft], pages: dict[int, PageProof], desk: Desk) -> Check:
    """Show that the final file holds the very pixels that were attacked, page for page, however often it was written anew."""
    limits = desk.policy.limits
    try:
        with opened(own_upload(content, limits), limits, desk.policy.raster) as document:
            if document.page_count != len(drafts):
                return Failed("pages.same", "other-page-count")
            same = all(_raster(page.page) == pages[page.page.number].raster for page in document)
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
