"""Names of untrusted files: bytes in one of two encodings, with what systems leave behind among them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# Written by macOS and Windows beside the files of people, whatever they hold.
_JUNK_FILES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
_JUNK_FOLDERS = frozenset({"__macosx", ".spotlight-v100", ".trashes", ".fseventsd", "$recycle.bin", "system volume information"})
# "._x" holds what macOS knows of x; "~$x" is Office's sign that x is open.
_JUNK_STARTS = ("._", "~$")


def decoded(name: bytes) -> str:
    """Return a file's name: UTF-8 where it is that, else GB18030, of which GBK is a part.

    Strictly: a name that is half guessed could spell another applicant's number. Raises UnicodeDecodeError where it is neither.
    """
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("gb18030")


def is_junk(parts: Sequence[str]) -> bool:
    """True for a path, part by part, that no person made: a system's own files and folders."""
    *folders, name = (part.casefold() for part in parts)
    return name in _JUNK_FILES or name.startswith(_JUNK_STARTS) or not _JUNK_FOLDERS.isdisjoint(folders)


def folded(text: str) -> str:
    """Return a text as it is compared: full-width forms made narrow, without case or blanks around."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
