"""One page on its way: found, decided, masked and encoded. A pure function of the page; who runs it is a parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from redact.check import Check, NotRun, Passed
from redact.finding import Category, Finding
from redact.geometry import Quad
from redact.masking import mask
from redact.page import Page, Word
from redact.pipeline.engines import Engines
from redact.pipeline.find import Wanted, find_all
from redact.pipeline.isolation import Isolation
from redact.pipeline.medium import IntakePage, Kind
from redact.pipeline.quality import measure
from redact.pipeline.seals import is_lettering
from redact.pipeline.watermarks import NOTHING_KNOWN, Known
from redact.pipeline.write import EncodedPage, encode
from redact.placing import Surroundings
from redact.policy import Policy
from redact.redaction import PlanPage, Redaction
from redact.search.stated import stated


@dataclass(frozen=True, slots=True)
class Draft:
    """A masked page as it will be written, with what was found, decided and looked at on the way.

    `findings` is the evidence so far; a repair adds to it and decides anew. `checks` are those of the finding stage.
    `words` is what the first reader read, and how surely, without the sought characters' posteriors; None where a person's plan
    was masked, unread. `watermarks`: what it found out of these. `unspared`: the places of what repairs added.
    `named`: the applicant's name was found on it; `strange`: it names another person of the same review where the applicant's name
    should stand.
    """

    plan: PlanPage
    findings: tuple[Finding, ...]
    encoded: EncodedPage
    checks: tuple[Check, ...]
    quality: dict[str, float]
    remarks: tuple[str, ...]
    words: tuple[Word, ...] | None = field(default=None, repr=False)
    watermarks: Known = NOTHING_KNOWN
    unspared: tuple[Quad, ...] = ()
    named: bool = False
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that drafting a page needs beside the page."""

    wanted: Wanted
    engines: Engines
    isolation: Isolation
    policy: Policy
    kind: Kind


def draft(source: IntakePage, desk: Desk) -> Draft:
    """Find, decide, mask and encode one page."""
    page = source.page
    seen = find_all(page, desk.wanted, desk.engines, desk.isolation)
    # Text along a ring is boxed and seldom read by a reader of pages: that says nothing of the page.
    quality = measure(page, [word for word in seen.words if not is_lettering(word.quad, seen.findings)], seen.findings)
    redactions = desk.policy.decide(seen.findings, page.width, page.height, Surroundings.of(page.pixels, seen.words))
    return Draft(
        plan=_plan_page(page, redactions),
        findings=seen.findings,
        encoded=_encoded(source, redactions, desk),
        checks=(*intake_checks(source), *seen.checks(page.number), *quality.checks),
        quality=quality.values,
        remarks=quality.remarks,
        words=tuple(map(_unsought, seen.words)),
        watermarks=seen.watermarks,
        named=_names(seen.findings),
        strange=bool(stated(seen.words, desk.wanted.others)),
    )


def draft_by_plan(source: IntakePage, plan: PlanPage, desk: Desk) -> Draft:
    """Mask exactly what the plan says, and encode."""
    return Draft(
        plan=_plan_page(source.page, plan.redactions),
        findings=(),
        encoded=_encoded(source, plan.redactions, desk),
        checks=intake_checks(source),
        quality={},
        remarks=(),
    )


def repaired(before: Draft, source: IntakePage, more: Sequence[Finding], desk: Desk) -> Draft:
    """Return the draft anew, with what an attack on the written page still found. There no neighbour is spared: what was
    read beside a careful mask would be read beside it again."""
    page = source.page
    findings, unspared = (*before.findings, *more), (*before.unspared, *(finding.quad for finding in more))
    around = Surroundings.of(page.pixels, before.words or ()).without(unspared)
    redactions = desk.policy.decide(findings, page.width, page.height, around)
    encoded = _encoded(source, redactions, desk)
    named = before.named or _names(more)
    return replace(before, plan=_plan_page(page, redactions), findings=findings, encoded=encoded, unspared=unspared, named=named)


def _unsought(word: Word) -> Word:
    return replace(word, posteriors=word.posteriors.unsought()) if word.posteriors is not None else word


def _names(findings: Iterable[Finding]) -> bool:
    return any(finding.category is Category.NAME for finding in findings)


def _encoded(source: IntakePage, redactions: Iterable[Redaction], desk: Desk) -> EncodedPage:
    return encode(mask(source.page, redactions, desk.policy.mask.fill), source.medium, desk.kind, desk.policy.mask.fill)


def _plan_page(page: Page, redactions: Iterable[Redaction]) -> PlanPage:
    return PlanPage(page.number, page.width, page.height, page.dpi, tuple(redactions))


def intake_checks(source: IntakePage) -> tuple[Check, ...]:
    """Return what the decoder was not sure of, each as a check that could not be made."""
    number = source.page.number
    return tuple(NotRun("intake", doubt, number) for doubt in source.doubts) or (Passed("intake", number),)
