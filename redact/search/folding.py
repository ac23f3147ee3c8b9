"""Folding: texts that a reader of the page takes for the same become the same string, and the way back stays known."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import Any

# Every dot that printers, typists and recognisers put between the parts of a name. "、" is not one: it parts two people.
DOTS = frozenset("·•‧∙⋅・.․●◦⸱⦁᛫ꞏ˙∘⚬丶")
# One shape to a reader's eye or to a keyboard layout: Arabic and Persian yeh and kaf, heh and ae.
_ARABIC = {"ی": "ي", "ى": "ي", "ک": "ك", "ه": "ە", "ہ": "ە", "ة": "ە"}
_SILENT = DOTS | frozenset("ءـ")  # a hamza by itself, and the stroke that only stretches a line
_HYPHENS = frozenset("-‐‑‒–'’`ʼ")
_DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `origin[i]` is the index, in the original text, of the character that `text[i]` came from: it never falls."""

    text: str = field(repr=False)
    origin: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return the text without what readers overlook: width, traditional forms, case, spaces, dots, accents, Arabic variants.

    It works character by character, so that the way back is exact: traditional forms fold by the single character
    (乾 to 干 always), never by the phrase. Both sides of a comparison are folded, so a lossy step costs nothing.
    Hyphens and apostrophes go where they follow a Latin letter (Yi-fan, Xi'an).
    """
    letters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        if character in _HYPHENS and letters and is_latin(letters[-1]):
            continue
        folded = fold_character(character)
        letters.extend(folded)
        origin.extend([index] * len(folded))
    return Folded("".join(letters), tuple(origin))


@cache
def fold_character(character: str) -> str:
    """Return what one character folds to: mostly one character, none for what is dropped, more for ligatures."""
    if character in _SILENT:
        return ""
    # Decomposed, not composed: a letter and its accent fold alike whether they come as one character or as two.
    parts = unicodedata.normalize("NFKD", character).casefold()
    kept = (_ARABIC.get(c, c) for c in parts if c not in _SILENT and unicodedata.category(c) not in _DROPPED)
    return "".join(simplify(c) if is_han(c) else c for c in kept)


@cache
def simplify(character: str) -> str:
    """Return the simplified form of one Han character."""
    folded: str = _converter("t2s").convert(character)
    return folded if len(folded) == 1 else character


@cache
def traditional(character: str) -> str:
    """Return the usual traditional form of one Han character."""
    form: str = _converter("s2t").convert(character)
    return form if len(form) == 1 else character


@cache
def _converter(direction: str) -> Any:
    import opencc

    return opencc.OpenCC(direction)


def is_han(character: str) -> bool:
    """True for Chinese characters, the rare ones beyond the basic plane included."""
    code = ord(character)
    return 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF or character == "〇"


def is_latin(character: str) -> bool:
    """True for the letters a to z in either case: after folding no other Latin letter matters to us."""
    return character.isascii() and character.isalpha()


def is_arabic(character: str) -> bool:
    """True for letters of the Arabic blocks, in which Uyghur and Kazakh are written."""
    code = ord(character)
    return 0x0600 <= code <= 0x06FF or 0x0750 <= code <= 0x077F or 0xFB50 <= code <= 0xFDFF or 0xFE70 <= code <= 0xFEFF
