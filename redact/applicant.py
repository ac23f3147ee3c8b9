"""The person whose traces are sought."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from dataclasses import dataclass, field

from redact.errors import ApplicantError


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who is sought: every writing that the caller knows, in any order. More writings are derived and shown.

    `names`: full names, former names, traditional forms, Uyghur script, pinyin. `units`: full names, short names,
    former names. `numbers`: ID number, phone and the like, searched where the policy says so.
    Raises ApplicantError for no name, a name of one character, a name or unit without a letter, and what is no Unicode.
    """

    names: tuple[str, ...] = field(repr=False)
    units: tuple[str, ...] = field(default=(), repr=False)
    numbers: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for attribute in ("names", "units", "numbers"):
            given: object = getattr(self, attribute)
            if isinstance(given, str) or not all(isinstance(v, str) for v in given):  # type: ignore[attr-defined]
                raise ApplicantError(what=f"{attribute}.not-a-list")
            object.__setattr__(self, attribute, _distinct(getattr(self, attribute)))
        if not self.names:
            raise ApplicantError(what="name.missing")
        for attribute in ("names", "units", "numbers"):
            # Half a character, as a command line in another encoding leaves it: what it should have been is not sought.
            if any("\ud800" <= c <= "\udfff" for value in getattr(self, attribute) for c in value):
                raise ApplicantError(what=f"{attribute}.not-text")
        for attribute in ("names", "units"):
            for value in getattr(self, attribute):
                _require_searchable(attribute.removesuffix("s"), value)

    def fingerprint(self, key: bytes) -> str:
        """Return a keyed HMAC-SHA256 over all fields, hex: it tells two applicants apart and names neither."""
        record = json.dumps([sorted(self.names), sorted(self.units), sorted(self.numbers)], ensure_ascii=False)
        return hmac.new(key, record.encode(), hashlib.sha256).hexdigest()


def _distinct(values: tuple[str, ...]) -> tuple[str, ...]:
    stripped = (unicodedata.normalize("NFC", v).strip() for v in values)
    return tuple(dict.fromkeys(v for v in stripped if v))


def _require_searchable(what: str, value: str) -> None:
    letters = sum(unicodedata.category(c)[0] in "LN" for c in value)
    if letters == 0:
        raise ApplicantError(what=f"{what}.without-letters")
    if letters == 1:
        # One character stands in every other line of every page: masking it would black the page out.
        raise ApplicantError(what=f"{what}.one-character")
