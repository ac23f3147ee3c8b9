"""Which clusters are faces: certain, worth a look (masked too), or nothing."""

from __future__ import annotations

from enum import StrEnum

from redact.models.faces.cluster import Cluster
from redact.models.faces.sighting import Source

# CenterFace alone from here; or half of it where BlazeFace agrees.
SURE = 0.4
SEEN = 0.2
AGREED = 0.6
# BlazeFace alone.
ALONE = 0.7
# Over text: more than this share of the place is bare paper. There only a strong sighting counts, since letters look like
# faces to both networks. On 134 pages this took away 62 of 65 bands over text, and one face of 495, in a fax copy.
TEXT_WHITE = 0.55
STRONG_CENTERFACE = 0.55
STRONG_BLAZEFACE = 0.85


class Verdict(StrEnum):
    """What a cluster is taken for; the value is a finding's hint."""

    CERTAIN = "certain"
    REVIEW = "review"


def verdict(face: Cluster, white_share: float) -> Verdict | None:
    """Return what the cluster is taken for, None where it is nothing. `white_share`: of its place, 0..1."""
    centerface, blazeface = face.score(Source.CENTERFACE), face.score(Source.BLAZEFACE)
    if white_share > TEXT_WHITE and centerface < STRONG_CENTERFACE and blazeface < STRONG_BLAZEFACE:
        return None
    if centerface >= SURE or (centerface >= SEEN and blazeface >= AGREED):
        return Verdict.CERTAIN
    if centerface >= SEEN or blazeface >= (AGREED if centerface > 0 else ALONE):
        return Verdict.REVIEW
    return None


def worth_a_close_up(score: float, white_share: float) -> bool:
    """Tell whether a second opinion on what CenterFace saw could change anything: not on a mere hint over text."""
    return score >= SEEN or white_share <= TEXT_WHITE
