"""A policy turns findings into redactions. It is data: parsed once, frozen, and its digest stands in every report."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from redact.errors import PolicyError
from redact.eyes import Cover, covering
from redact.finding import CHOP, CUT_BY_OTHER_SEAL, CUT_BY_OTHERS, OTHER_CHOP, OTHER_SEAL, OWN_CODE, Category, Finding, NumberKind, Shape
from redact.geometry import Quad
from redact.placing import Surroundings, place
from redact.redaction import Redaction

if TYPE_CHECKING:
    from pydantic import ConfigDict, TypeAdapter

DEFAULT = "urumqi-2025"
Action = Literal["mask", "leave-visible"]
TEXTS = frozenset({Category.NAME, Category.UNIT, Category.NUMBER})
_KINDS = frozenset(NumberKind)
_OF_OTHERS = frozenset({(Category.SEAL, OTHER_CHOP), (Category.UNKNOWN, CUT_BY_OTHERS)})
_OF_OTHER_BODIES = frozenset({(Category.SEAL, OTHER_SEAL), (Category.UNKNOWN, CUT_BY_OTHER_SEAL)})
# More would black out the lines beside it, or do a page again and again.
MOST_PADDING, MOST_ROUNDS = 10.0, 10
# Line heights: no name is as long, and a mask of more would black out a line.
WIDEST_CLASS = 30.0
# Texts on a page that are placed with care; a hostile page has a name ten thousand times, and that would take minutes.
MOST_PLACED = 2_000
# Between two of so many points an ellipse of 1,000 px bulges by 0.3 px; the mask is drawn 0.7 px outward.
RIM_POINTS = 128
_STRICT: ConfigDict = {"extra": "forbid", "strict": False}


@dataclass(frozen=True, slots=True)
class Rules:
    """What becomes of each category."""

    name: Action
    unit: Action
    seal: Action
    eyes: Action
    code: Action
    number: Action
    unknown: Action
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    def of(self, category: object) -> Action:
        """Return the action for a category; a category that no rule knows is masked."""
        return getattr(self, category.value) if isinstance(category, Category) else "mask"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What becomes of numbers that are found by their form or their label, whoever's they are; given ones follow `Rules.number`."""

    id_number: Action
    phone: Action
    email: Action
    certificate: Action
    birth_date: Action
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    def of(self, kind: NumberKind) -> Action:
        """Return the action for a kind."""
        action: Action = getattr(self, kind.name.lower())
        return action

    @property
    def masked(self) -> frozenset[NumberKind]:
        """The kinds to seek: those that are masked."""
        return frozenset(kind for kind in NumberKind if self.of(kind) == "mask")


@dataclass(frozen=True, slots=True)
class Seals:
    """Which seals are masked. "own-unit": all but those that were read with confidence as another body's. "all": those, too.

    `chops_of_others`: what becomes of small seals that were read with confidence as another person's name chop.
    """

    which: Literal["own-unit", "all"]
    chops_of_others: Action
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Eyes:
    """What of a face is covered, and how thoroughly faces are sought.

    `cover`: "band": both eyes and brows; "t-shape": the nose too; "face": the whole face. `search`: "thorough" looks at a
    blurred copy of the page as well, which finds more faces in coarse prints, at twice the cost.
    """

    cover: Cover
    search: Literal["default", "thorough"]
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class MaskStyle:
    """Fill (RGB) and padding of text masks: `along` and `across` in line heights, never below `least_px` px.

    `width_classes`: lengths of names' masks in line heights, ascending; a name's mask grows to the next where there is white space.
    """

    fill: tuple[int, int, int]
    along: float
    across: float
    least_px: int
    width_classes: tuple[float, ...]
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is let in: bytes, pages, px, seconds, bytes of memory."""

    bytes: int
    pages: int
    image_pixels: int
    page_pixels: int
    seconds_per_page: int
    seconds_per_file: int
    engine_seconds: int
    memory: int
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Raster:
    """Resolution of rendered pages, dpi."""

    dpi: int
    least_dpi: int
    most_dpi: int
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Verification:
    """How the written bytes are attacked: repair rounds, and the readers that must have read every written page."""

    rounds: int
    second_readers: tuple[Literal["ppocr-v4", "tesseract"], ...]
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True, slots=True)
class Policy:
    """What is hidden, how, within which limits, and what must be proved before a release.

    Raises PolicyError where it would release what it should not: a text, seal or eyes rule is data of the centre's
    choice, but a fill that is not solid black, no second reader, or bounds of zero are mistakes.
    """

    schema: Literal["redact.policy/1"]
    name: str
    version: str
    rules: Rules
    numbers: Numbers
    seals: Seals
    eyes: Eyes
    mask: MaskStyle
    limits: Limits
    raster: Raster
    verification: Verification
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    def __post_init__(self) -> None:
        if max(self.mask.fill) > 30 or min(self.mask.fill) < 0:
            # The verifier tells a mask from a page by its darkness.
            raise PolicyError(what="mask.fill")
        # Written so that NaN, which is in no order, is refused too.
        if not all(0 <= share <= MOST_PADDING for share in (self.mask.along, self.mask.across)) or self.mask.least_px < 1:
            raise PolicyError(what="mask.padding")
        if not all(a < b for a, b in pairwise((0.0, *self.mask.width_classes, WIDEST_CLASS))):
            raise PolicyError(what="mask.width_classes")
        if min(asdict(self.limits).values()) < 1:
            raise PolicyError(what="limits")
        if not 36 <= self.raster.least_dpi <= self.raster.dpi <= self.raster.most_dpi <= 600:
            raise PolicyError(what="raster.dpi")
        if not self.verification.second_readers or not 0 <= self.verification.rounds <= MOST_ROUNDS:
            raise PolicyError(what="verification.second_readers")
        if all(self.rules.of(category) != "mask" for category in Category) and not self.numbers.masked:
            raise PolicyError(what="rules.mask-nothing")

    @property
    def digest(self) -> str:
        """SHA-256 over all entries, hex."""
        entries = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(entries.encode()).hexdigest()

    @property
    def leaves_visible(self) -> tuple[str, ...]:
        """The categories, and the kinds of numbers, that this policy does not mask; the report lists them."""
        categories = (category for category in Category if self.rules.of(category) != "mask")
        return *categories, *(kind for kind in NumberKind if self.numbers.of(kind) != "mask")

    def masks(self, finding: Finding) -> bool:
        """True where this is to be hidden.

        A number that was found by its kind follows that kind's entry, another person's name chop and another body's seal the
        seals' entries for them, all else its category's rule. A code that names the applicant is masked like a name.
        """
        if (finding.category, finding.hint) in _OF_OTHER_BODIES and self.seals.which == "own-unit":
            return False
        if (finding.category, finding.hint) in _OF_OTHERS and self.seals.chops_of_others == "leave-visible":
            return False
        if finding.category is Category.NUMBER and finding.hint in _KINDS:
            return self.numbers.of(NumberKind(finding.hint)) == "mask"
        if (finding.category, finding.hint) == (Category.CODE, OWN_CODE) and self.rules.name == "mask":
            return True
        return self.rules.of(finding.category) == "mask"

    def decide(self, findings: Iterable[Finding], width: int, height: int, around: Surroundings | None = None) -> tuple[Redaction, ...]:
        """Return what is hidden on a page of (width, height) px, in reading order.

        `around`: the page and what was read on it, so that masks of text spare their neighbours and do not tell a name's
        length; without it every text is padded alike.
        """
        wanted = [f for f in findings if self.masks(f)]
        places = _without_covered(self._places(wanted, around))
        seen = sorted(((f, q) for f, q in places if q.box().clip(width, height)), key=_reading_order)
        return tuple(
            Redaction(
                id=f"{finding.category}-{number}",
                category=finding.category,
                quad=quad,
                reason=f"{finding.category}.{finding.hint or 'found'}",
                shape=finding.shape,
                found_by=_found_by(finding, quad, wanted),
            )
            for number, (finding, quad) in enumerate(seen, start=1)
        )

    def _places(self, wanted: Sequence[Finding], around: Surroundings | None) -> list[tuple[Finding, Quad]]:
        texts = [finding for finding in wanted if finding.category in TEXTS and finding.hint != CHOP]
        if around is None or len(texts) > MOST_PLACED:
            placed = [(finding, self._padded(finding.quad)) for finding in texts]
        else:
            placed = place(texts, around, self.mask)
        others = [place for finding in wanted if finding.category not in TEXTS or finding.hint == CHOP for place in self._whole(finding)]
        return [(finding, quad.outward()) for finding, quad in (*placed, *others)]

    def _whole(self, finding: Finding) -> list[tuple[Finding, Quad]]:
        quads = covering(finding.quad, self.eyes.cover) if finding.category is Category.EYES else (finding.quad,)
        return [(finding, quad) for quad in quads]

    def _padded(self, quad: Quad) -> Quad:
        em = min(quad.thickness, quad.length)
        along, across = (max(self.mask.least_px, share * em) for share in (self.mask.along, self.mask.across))
        return quad.grow(along, across)


def available() -> tuple[str, ...]:
    """Return the names of the shipped policies."""
    folder = resources.files("redact").joinpath("policies")
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load(policy: str | Path | Policy = DEFAULT) -> Policy:
    """Return a policy by the name of a shipped one or by the path of a TOML file.

    Raises PolicyError for an unknown name, a file that is no TOML, an unknown or missing entry, a value out of range.
    """
    if isinstance(policy, Policy):
        return policy
    return parse(text_of(policy))


def parse(text: str) -> Policy:
    """Return the policy that a TOML text spells. Raises PolicyError as `load` does."""
    from pydantic import ValidationError

    try:
        entries = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        raise PolicyError(what="no-toml") from None
    if not entries:
        raise PolicyError(what="empty")
    try:
        return _adapter().validate_python(entries)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise PolicyError(what=f"{'.'.join(map(str, first['loc']))}: {first['type']}") from None


@cache
def _adapter() -> TypeAdapter[Policy]:
    from pydantic import TypeAdapter

    return TypeAdapter(Policy)


def text_of(policy: str | Path) -> str:
    """Return the TOML of a policy, comments and all. Raises PolicyError for an unknown or unreadable one."""
    if isinstance(policy, str) and policy in available():
        return resources.files("redact").joinpath("policies", f"{policy}.toml").read_text(encoding="utf-8")
    path = Path(policy)
    try:
        if path.suffix != ".toml" or not path.is_file():
            raise PolicyError(what="unknown-policy")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise PolicyError(what="unreadable-policy") from None


def _without_covered(places: Sequence[tuple[Finding, Quad]]) -> list[tuple[Finding, Quad]]:
    """Drop what lies wholly inside another place, so that one thing is listed once."""
    kept: list[tuple[Finding, Quad]] = []
    # Boxes first: a hostile page has a name ten thousand times.
    boxes = np.empty((len(places), 4))
    for finding, quad in sorted(places, key=lambda place: -place[1].area):
        x0, y0, x1, y1 = box = _bounds(quad)
        seen = boxes[: len(kept)]
        around = np.flatnonzero((seen[:, 0] <= x0) & (seen[:, 1] <= y0) & (seen[:, 2] >= x1) & (seen[:, 3] >= y1))
        if not any(kept[i][0].shape == finding.shape and _inside(quad, kept[i][1], finding.shape) for i in around):
            boxes[len(kept)] = box
            kept.append((finding, quad))
    return kept


def _found_by(finding: Finding, quad: Quad, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the names of the engines that saw something of the finding's category where it is masked, in order."""
    if len(findings) > MOST_PLACED:
        return (finding.engine.name,)
    there = (f for f in findings if f.category is finding.category and quad.contains(*f.quad.centre))
    return tuple(sorted({finding.engine.name, *(f.engine.name for f in there)}))


def _bounds(quad: Quad) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in quad.points], [p[1] for p in quad.points]
    return min(xs), min(ys), max(xs), max(ys)


def _inside(small: Quad, big: Quad, shape: Shape) -> bool:
    if shape is Shape.QUAD:
        return all(big.contains(x, y) for x, y in small.points)
    # An ellipse leaves its quad's corners open: a small seal there lies in the quad, and not under the mask.
    small, big = small.grow(0, 0), big.grow(0, 0)
    ux, uy = big.direction
    cx, cy = big.centre
    angles = np.linspace(0, 2 * np.pi, RIM_POINTS, endpoint=False)
    vx, vy = small.direction
    along, across = small.length / 2 * np.cos(angles), small.thickness / 2 * np.sin(angles)
    x = small.centre[0] + along * vx - across * vy - cx
    y = small.centre[1] + along * vy + across * vx - cy
    reach = ((x * ux + y * uy) / (big.length / 2)) ** 2 + ((y * ux - x * uy) / (big.thickness / 2)) ** 2
    return bool((reach <= 1 + 1e-9).all())


def _reading_order(place: tuple[Finding, Quad]) -> tuple[int, int, int, int, str]:
    finding, quad = place
    box = quad.box()
    return box.y0, box.x0, box.y1, box.x1, finding.category
