"""Which clusters are faces: certain, worth a look (masked too), or nothing."""

from __future__ import annotations

from enum import StrEnum

from redact.models.faces.cluster import Cluster
from redact.models.faces.sighting import Source

# CenterFace alone from here; or half of it where BlazeFace agrees.
SURE = 0.4
SEEN = 0.2
AGREED = 0.6
# BlazeFace alone, and then not over text: less than this share of the place is bare paper.
ALONE = 0.7
TEXT_WHITE = 0.6


class Verdict(StrEnum):
    """What a cluster is taken for; the value is a finding's hint."""

    CERTAIN = "certain"
    REVIEW = "review"


def verdict(face: Cluster, white_share: float) -> Verdict | None:
    """Return what the cluster is taken for, None where it is nothing. `white_share`: of its place, 0..1."""
    centerface, blazeface = face.score(Source.CENTERFACE), face.score(Source.BLAZEFACE)
    if centerface >= SURE or (centerface >= SEEN and blazeface >= AGREED):
        return Verdict.CERTAIN
    if centerface >= SEEN or (blazeface >= ALONE and white_share <= TEXT_WHITE):
        return Verdict.REVIEW
    return None
