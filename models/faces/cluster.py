"""Sightings of one face, brought together over turns, scales and networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import pi

from redact.models.faces.sighting import Rectangle, Sighting, Source

OVERLAP = 0.3
INSIDE = 0.6
# A box inside another one that is smaller than this share of it is a face of its own: a photo that someone holds up.
LEAST_INSIDE = 0.2
# A member that points this far away from the others, with this share of the best score, may be the right one.
TURNED_AWAY = pi / 3
SIMILAR = 0.6


@dataclass(frozen=True, slots=True)
class Cluster:
    """One face: its sightings, the best first."""

    members: tuple[Sighting, ...]

    @property
    def best(self) -> Sighting:
        """The sighting with the highest score."""
        return self.members[0]

    def score(self, source: Source) -> float:
        """Return the best score of one network, 0 where it saw nothing here."""
        return max((member.score for member in self.members if member.source is source), default=0.0)

    def opinions(self) -> tuple[Sighting, ...]:
        """Return who may be right about the eyes: the best of each network, and CenterFace's that point another way."""
        chosen: list[Sighting] = []
        for member in self.members:
            if member.source not in {other.source for other in chosen} or self._points_away(member, chosen):
                chosen.append(member)
        return tuple(chosen)

    def _points_away(self, member: Sighting, chosen: list[Sighting]) -> bool:
        # BlazeFace sees a face in a wrong turn with almost its score in the right one, CenterFace hardly.
        similar = member.source is Source.CENTERFACE and member.score > SIMILAR * self.score(Source.CENTERFACE)
        return similar and all(angle_between(member.angle, other.angle) > TURNED_AWAY for other in chosen)


def cluster(sightings: Iterable[Sighting]) -> list[Cluster]:
    """Return the faces, best first. The order of the sightings does not matter."""
    groups: list[list[Sighting]] = []
    for sighting in sorted(sightings, key=_order):
        home = next((group for group in groups if same_face(group[0].box, sighting.box)), None)
        if home is None:
            groups.append([sighting])
        else:
            home.append(sighting)
    return [Cluster(tuple(group)) for group in groups]


def same_face(a: Rectangle, b: Rectangle) -> bool:
    """Tell whether two boxes overlap so much that they are one face, or lie one in the other."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return False
    common, first, second = width * height, _area(a), _area(b)
    smaller, larger = min(first, second), max(first, second)
    inside = common > INSIDE * smaller and smaller > LEAST_INSIDE * larger
    return inside or common > OVERLAP * (first + second - common)


def angle_between(a: float, b: float) -> float:
    """Return the angle between two directions, 0..pi."""
    return abs((a - b + pi) % (2 * pi) - pi)


def _area(box: Rectangle) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _order(sighting: Sighting) -> tuple[float, str, int, Rectangle]:
    return -sighting.score, sighting.source, sighting.turn, sighting.box
