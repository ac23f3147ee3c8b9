"""The applicant as JSON, for `--applicant FILE.json` and for other programs. See docs/applicant.md."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from redact.applicant import Applicant
from redact.errors import ApplicantError
from redact.pipeline.exchange.strict import StrictError, parse

# Which field of an Applicant each key feeds. Closed: a key that we do not know may be one that should have been sought.
KEYS: Final = {
    "names": "names",
    "former_names": "names",
    "pinyin": "names",
    "uyghur": "names",
    "traditional": "names",
    "units": "units",
    "aliases": "units",
    "former_units": "units",
    "numbers": "numbers",
    "id_number": "numbers",
    "phone": "numbers",
    "email": "numbers",
}


def applicant_from_json(text: str) -> Applicant:
    """Return the applicant that a JSON object spells. Each key of KEYS holds a text, a list of texts, or null.

    Raises ApplicantError, with a code that names keys and places but never a value: no JSON, no object, an unknown or
    doubled key, a value that is no text, and whatever Applicant itself refuses.
    """
    entries = _object(text)
    gathered: dict[str, list[str]] = {"names": [], "units": [], "numbers": []}
    for place, (key, value) in enumerate(entries.items(), start=1):
        if key not in KEYS:
            raise ApplicantError(what=_unknown(key, place))
        gathered[KEYS[key]] += _texts(key, value)
    return Applicant(tuple(gathered["names"]), tuple(gathered["units"]), tuple(gathered["numbers"]))


def _object(text: str) -> dict[str, Any]:
    try:
        entries = parse(text)
    except StrictError as error:
        raise ApplicantError(what=error.what) from None
    if not isinstance(entries, dict):
        raise ApplicantError(what="not-an-object")
    return entries


def _texts(key: str, value: object) -> list[str]:
    if value is None:
        return []
    values = value if isinstance(value, list) else [value]
    texts = [v for v in values if isinstance(v, str) and not any("\ud800" <= c <= "\udfff" for c in v)]
    if len(texts) != len(values):
        # A number is refused too: a spreadsheet that kept an ID number as one has lost its last digits.
        raise ApplicantError(what=f"{key}.not-text")
    return texts


def _unknown(key: str, place: int) -> str:
    # Never the key itself: a file of another shape may have a person's name there.
    near = get_close_matches(key, KEYS, 1)
    return f"unknown-key-{place}" + (f".did-you-mean-{near[0]}" if near else "")
