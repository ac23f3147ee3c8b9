"""The written page is read and looked at again, by other engines than those that found what was masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import hypot

import cv2
import numpy as np
from numpy.typing import NDArray

from redact.check import Check, Failed, of_look
from redact.eyes import Cover, covering
from redact.finding import Category, Doubt, Finding, Look, Looked, NotLooked
from redact.geometry import Quad
from redact.masking import Mask, covered, masked_share
from redact.page import Page, Word
from redact.pipeline.chops import chops
from redact.pipeline.codes import codes
from redact.pipeline.emblems import without_emblem
from redact.pipeline.find import Seen, read_and_search
from redact.pipeline.grounds import without_grounds
from redact.pipeline.letters import Letters, without_letters
from redact.pipeline.printed import without_print
from redact.pipeline.seals import is_lettering, read_seals, stays
from redact.pipeline.verify.paper import papered
from redact.pipeline.verify.second_readers import Attackers, Watermark, read_watermark, text_looks
from redact.pipeline.watermarks import NOTHING_KNOWN, Known
from redact.policy import Policy
from redact.redaction import Redaction

# How much of a finding must already be masked for it to be nothing new. A text's quad is tight and its mask padded, so
# a masked text is covered wholly; a detector's second answer is a little off the first, so its core is judged.
TEXT_COVERED = 0.9
CORE_COVERED = 0.9
# Half-lengths of the core, as shares of the finding's: both eyes inside their band; a seal without its margin; a code.
CORES = {Category.EYES: (0.62, 0.5), Category.SEAL: (0.85, 0.85), Category.CODE: (0.85, 0.85)}
# Two bands of one face are nearer than this share of a band's length; a band is 2.4 eye distances long, and heads side by
# side are further apart.
SAME_FACE = 0.9
# Of one face, the longer band is at most so many times the other.
SAME_SIZE = 2.0
# A head with its hair is up to twice as wide as the band over its eyes; a seal across a portrait is larger.
HEAD = 2.5
# The reason of the masks of faces that both networks, or one of them surely, saw.
CERTAIN = "eyes.certain"
# A place that another tool painted: nearly all of its pixels are within this many levels of their median.
PAINTED, ONE_COLOUR = 0.97, 16
# A dark block without a hole that fills this much of what was taken for a stamp is a bar of another tool.
BLOCK_SHARE, DARK = 0.5, 60


@dataclass(frozen=True, slots=True)
class Attack:
    """What could still be read or seen on a written page, and what that proves."""

    remaining: tuple[Finding, ...]
    checks: tuple[Check, ...]


def attack(
    written: Page,
    redactions: Iterable[Redaction],
    attackers: Attackers,
    first: Sequence[Word] | None,
    found: Sequence[Finding] = (),
    known: Known = NOTHING_KNOWN,
) -> Attack:
    """Read and search a page that we wrote for what the policy hides, wherever it is not masked yet.

    `first`: what the first reader read on the page before it was masked; None where it never read it, since a person's
    plan was masked: then it reads the written page too. `found`: what was found there, seals that stay visible among it.
    `known`: what the first reader found out of its watermarks.
    """
    masks = tuple(redactions)
    promised = covered(written.width, written.height, masks)
    bands = [mask.quad for mask in masks if mask.category is Category.EYES]
    # Bands stay black: on a portrait's red ground a strip of paper would look like a stamp.
    paper = covered(written.width, written.height, [mask for mask in masks if mask.category is not Category.EYES])
    looks: list[tuple[str, Look]] = []
    if first is None:
        look, first = read_and_search(written, attackers.wanted, attackers.engines, attackers.isolation)
        looks.append(("find.text", look))
    # Only faces that are no guess: text that was taken for one is text.
    certain = [mask.quad for mask in masks if mask.category is Category.EYES and mask.reason == CERTAIN]
    faces = _faces(certain, attackers.policy.eyes.cover)
    # A mask may cover more than the eyes; what was found tells how large a head is.
    eyes = [finding.quad for finding in found if f"{finding.category}.{finding.hint}" == CERTAIN] or certain
    watermark = read_watermark(written, promised, attackers, known)
    looks = text_looks(written, promised, attackers, first, faces, watermark) + looks
    looks += _second_looks(written, paper, eyes, attackers, first, watermark)
    return _judged(
        _without_lettering(looks, found),
        written.number,
        attackers.policy,
        lambda finding: (
            _masked(finding, promised) or _same_face(finding, bands) or _is_head(finding, bands) or stays(finding, found, promised)
        ),
    )


def attack_foreign(page: Page, seen: Seen, attackers: Attackers) -> Attack:
    """Read and search a page that anybody wrote: what our own engines have seen on it, and the second readers beside them."""
    nothing = np.zeros((page.height, page.width), dtype=np.bool_)
    certain = [finding.quad for finding in seen.findings if f"{finding.category}.{finding.hint}" == CERTAIN]
    watermark = read_watermark(page, nothing, attackers, seen.watermarks)
    looks = [*seen.looks, *text_looks(page, nothing, attackers, seen.words, _faces(certain, "band"), watermark)]
    return _judged(_without_lettering(looks, seen.findings), page.number, attackers.policy, lambda finding: _painted(finding, page))


def _without_lettering(looks: Iterable[tuple[str, Look]], found: Iterable[Finding]) -> list[tuple[str, Look]]:
    """Return the looks without doubts about lines that are a seal's own text: the first look read it, or it is masked."""
    seals = [finding for finding in found if finding.category is Category.SEAL]

    def open_(doubt: Doubt) -> bool:
        return not (doubt.why == "unread-lines" and is_lettering(doubt.quad, seals))

    return [
        (name, replace(look, doubts=tuple(filter(open_, look.doubts))) if isinstance(look, Looked) and seals else look)
        for name, look in looks
    ]


def _judged(looks: Iterable[tuple[str, Look]], page: int, policy: Policy, hidden: Callable[[Finding], bool]) -> Attack:
    remaining: list[Finding] = []
    checks: list[Check] = []
    for name, look in looks:
        if isinstance(look, NotLooked):
            checks += of_look(name, look, page)
            continue
        left = [f for f in look.findings if policy.masks(f) and not hidden(f)]
        remaining += left
        checks += _verdicts(name, left, page)
        checks += of_look(name, look, page) if look.doubts or not left else ()
    return Attack(tuple(remaining), tuple(checks))


def _second_looks(
    written: Page, paper: Mask, bands: Sequence[Quad], attackers: Attackers, words: Sequence[Word], watermark: Watermark
) -> list[tuple[str, Look]]:
    """Look for faces on the page as it is, for seals and codes on one whose masks are paper: a black bar is neither.

    A small seal that is still visible is read anew, as it was written. `bands`: places of eyes. `words` tell how the page's text is
    turned. `watermark`: what was read of the page's watermarks, and of the print over them.
    """
    engines, look = attackers.engines, attackers.isolation.look
    without_masks = papered(written, paper)
    letters = Letters(without_masks, watermark.words, words, watermark.known.told)
    faces, seals = (
        without_letters(seen, letters) for seen in (look("faces", engines.faces, written), look("seals", engines.seals, without_masks))
    )
    seals = without_print(without_masks, without_grounds(without_masks, seals, bands), words, bands)
    name_chops, seals = chops(without_masks, seals, attackers.wanted, words, engines, attackers.isolation)
    seal_reading, seals = read_seals(written, seals, attackers.wanted, words, engines, attackers.isolation)
    return [
        ("second-look.faces", faces),
        ("second-look.chops", name_chops),
        ("second-look.seal-reading", seal_reading),
        ("second-look.seals", without_emblem(written, seals, words)),
        ("second-look.codes", codes(without_masks, attackers.wanted.writings, words, engines, attackers.isolation)),
    ]


def _faces(masks: Sequence[Quad], cover: Cover) -> list[Quad]:
    """Return the faces whose eyes are masked so."""
    return [face for mask in masks for face in (covering(mask, "face") if cover != "face" else (mask,))]


def _masked(finding: Finding, promised: Mask) -> bool:
    core = _core(finding)
    least = TEXT_COVERED if finding.category not in CORES else CORE_COVERED
    return masked_share(core, promised, finding.shape) >= least


def _same_face(finding: Finding, bands: Sequence[Quad]) -> bool:
    """True for eyes "found" again beside a band: a face whose eyes are covered is still seen, and its eyes are guessed lower.

    The first look saw that face whole, which is the better evidence; without this every covered face would be covered
    again further down, round after round.
    """
    if finding.category is not Category.EYES:
        return False
    return any(_near(finding.quad, band) for band in bands)


def _near(seen: Quad, band: Quad) -> bool:
    small, large = sorted((seen.length, band.length))
    # A large face round a small one, or a small one beside it, is somebody else's.
    return large <= SAME_SIZE * small and hypot(seen.centre[0] - band.centre[0], seen.centre[1] - band.centre[1]) < SAME_FACE * large


def _is_head(finding: Finding, bands: Sequence[Quad]) -> bool:
    """True for a "seal" round a covered face that nobody saw before the band was painted: skin cut in two has a rim."""
    if finding.category is not Category.SEAL:
        return False
    around = [band for band in bands if finding.quad.contains(*band.centre)]
    return any(finding.quad.length < HEAD * band.length for band in around)


def _painted(finding: Finding, page: Page) -> bool:
    """True where a detector's finding is what another tool painted: a bar over eyes, a block that looks like a stamp."""
    if finding.category not in CORES:
        return False
    core, whole = (quad.box().clip(page.width, page.height) for quad in (_core(finding), finding.quad))
    if core is None or whole is None:
        return True
    colour = np.median(page.pixels[core.y0 : core.y1, core.x0 : core.x1], axis=(0, 1))
    window = page.pixels[whole.y0 : whole.y1, whole.x0 : whole.x1].astype(np.int16)
    flat = (np.abs(window - colour).max(axis=2) <= ONE_COLOUR).astype(np.uint8)
    inner = flat[core.y0 - whole.y0 : core.y1 - whole.y0, core.x0 - whole.x0 : core.x1 - whole.x0]
    return float(inner.mean()) >= PAINTED or (int(colour.max()) < DARK and _is_block(flat))


def _is_block(flat: NDArray[np.uint8]) -> bool:
    """True where most of the window is one convex patch without a hole: no stamp is, its words are holes."""
    contours, _ = cv2.findContours(flat, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea)
    hull = cv2.fillConvexPoly(np.zeros_like(flat), cv2.convexHull(largest), 1)
    area = int(hull.sum())
    return area >= BLOCK_SHARE * flat.size and int((flat & hull).sum()) >= PAINTED * area


def _core(finding: Finding) -> Quad:
    share = CORES.get(finding.category)
    if share is None:
        return finding.quad
    along, across = finding.quad.length / 2, finding.quad.thickness / 2
    return finding.quad.grow(along * (share[0] - 1), across * (share[1] - 1))


def _verdicts(name: str, left: Sequence[Finding], page: int) -> list[Check]:
    categories = sorted({finding.category for finding in left})
    return [Failed(name, f"{category}-visible", page, tuple(f.quad for f in left if f.category is category)) for category in categories]
