"""The face detector: two networks look, their sightings are brought together, each face gives a band over its eyes."""

from __future__ import annotations

from collections.abc import Iterator

from redact.finding import Category, Engine, Finding
from redact.models.faces import blazeface, centerface
from redact.models.faces.band import eye_bands
from redact.models.faces.cluster import Cluster, cluster
from redact.models.faces.gate import verdict, worth_a_close_up
from redact.models.faces.paper import Paper
from redact.models.faces.sighting import Pixels, Sighting
from redact.page import Page

ENGINE = Engine("faces", "1")
THOROUGH = Engine("faces-thorough", "1")
# On less than this no face is seen, and the networks have nothing to look at.
LEAST_SIDE_PX = 16


class FaceDetector:
    """Finds eyes. Holds no state of a page: it may be shared between threads, whose calls take turns at the networks.

    A thorough one looks at a blurred copy of the page as well: coarse prints hide faces behind their dots.
    """

    def __init__(self, thorough: bool = False) -> None:
        self._thorough = thorough

    @property
    def engine(self) -> Engine:
        return THOROUGH if self._thorough else ENGINE

    def load(self) -> None:
        """Load both networks now. Raises WeightsError, EngineError."""
        centerface.load()
        blazeface.load()

    def find(self, page: Page) -> tuple[Finding, ...]:
        """Return a band over the eyes of every face, hint "certain" or "review". Raises EngineError if it could not look."""
        if min(page.width, page.height) < LEAST_SIDE_PX:
            return ()
        paper = Paper(page.pixels)
        faces = cluster(_sightings(page.pixels, paper, self._thorough))
        return tuple(finding for face in faces for finding in _findings(face, paper, self.engine))


def _sightings(pixels: Pixels, paper: Paper, thorough: bool) -> list[Sighting]:
    first = [*centerface.look(pixels), *(centerface.look_blurred(pixels) if thorough else ())]
    seen = [*first, *centerface.look_closer(pixels, first)]
    doubted = [sighting for sighting in seen if worth_a_close_up(sighting.score, paper.white_share(sighting))]
    return [*seen, *blazeface.look_again(pixels, doubted)]


def _findings(face: Cluster, paper: Paper, engine: Engine) -> Iterator[Finding]:
    taken_for = verdict(face, paper.white_share(face.best))
    if taken_for is None:
        return
    for band in eye_bands(face.opinions()):
        yield Finding(Category.EYES, band, face.best.score, engine, hint=taken_for.value)
