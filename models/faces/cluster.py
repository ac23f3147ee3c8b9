"""Sightings of one face, brought together over turns, scales and networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi

from redact.models.faces.sighting import Rectangle, Sighting, Source

OVERLAP = 0.3
INSIDE = 0.6
# A box inside another one that is smaller than this share of it is a face of its own: a photo that someone holds up.
LEAST_INSIDE = 0.2
# A turn with this share of the best turn's vote may be the right one.
SIMILAR = 0.7


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
        """Return who may be right about the eyes, first who most likely is: the best of each network in the likely turns.

        Both networks see a large face in a wrong turn with almost the score of the right one, but hardly both of them in the
        same wrong turn, and then with eyes askew. Another turn with a similar vote may be the right one.
        """
        turns = sorted((self._seen_in(turn) for turn in {member.turn for member in self.members}), key=_vote, reverse=True)
        return tuple(sighting for seen in turns if _vote(seen) >= SIMILAR * _vote(turns[0]) for sighting in seen)

    def _seen_in(self, turn: int) -> list[Sighting]:
        """Return the best sighting of each network in a turn, the more likely one first."""
        members = sorted((member for member in self.members if member.turn == turn), key=_likelihood, reverse=True)
        best = (next((member for member in members if member.source is source), None) for source in Source)
        return sorted((sighting for sighting in best if sighting is not None), key=_likelihood, reverse=True)


def _likelihood(sighting: Sighting) -> float:
    """The score, less where the eyes lie askew to the turn: at 45 degrees it counts half."""
    return float(sighting.score * cos(sighting.angle - sighting.turn * pi / 2) ** 2)


def _vote(seen: list[Sighting]) -> float:
    return sum(_likelihood(sighting) for sighting in seen)


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


def _area(box: Rectangle) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _order(sighting: Sighting) -> tuple[float, str, int, Rectangle]:
    return -sighting.score, sighting.source, sighting.turn, sighting.box
