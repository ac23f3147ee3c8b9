"""Clean and stable names: what an output is called tells which applicant's number it belongs to, and names nobody."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

_CLEAN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?")
# Windows opens a device under these names, in every folder and whatever the suffix.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True, slots=True)
class Place:
    """Where one upload's output and report stand: the applicant's folder, and a running number in it, from 1.

    Raises ValueError for a folder that `clean_folder` would not give, and a number below 1.
    """

    folder: str
    running: int

    def __post_init__(self) -> None:
        if not _is_clean(self.folder) or self.running < 1:
            raise ValueError("a place has a clean folder and a running number from 1")

    @property
    def stem(self) -> str:
        """The file's name without its suffix: "2025001-003"."""
        return f"{self.folder}-{self.running:03d}"


def clean_folder(number: str) -> str:
    """Return the folder's name for an applicant's number: the number itself, where every file system takes it.

    Letters of other scripts may spell a name, and a slash leads elsewhere: they are left out, and a digest of the number keeps
    two numbers apart. Raises ValueError for an empty number.
    """
    folded = unicodedata.normalize("NFKC", number).strip()
    if not folded:
        raise ValueError("an applicant's number is not empty")
    if _is_clean(folded):
        return folded
    kept = re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")[:40].rstrip("-")
    digest = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{kept or 'n'}-{digest}"


def _is_clean(folder: str) -> bool:
    return _CLEAN.fullmatch(folder) is not None and folder.casefold() not in _DEVICES
