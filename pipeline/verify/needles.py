"""Searches bytes and texts for what must not be there, in every encoding in which a file would hold it.

Compressed data is as good as random: four given bytes turn up by chance in one of 430 files of 10 MB. Where data is
opaque, a writing is therefore sought only in forms long enough that a chance hit is rarer than one in a million.
"""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log10

import numpy as np

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
SEPARATORS = " \t\u00a0\u3000\u00b7\u2022\u2027\u30fb\u318d\u16eb.\uff0e-\u2010'\u2019\u200b\u200c\u200d\u00ad\ufeff"
MOST_CHANCE = -6.0
_PREFIX = 3
_STEP = 1 << 22
# Base64 characters at the start that the bytes before share, by how many such bytes there are.
_BASE64_SHARED = (0, 2, 3)
_BLANKS = b" \t\r\n\0"


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """Writing number `index` (0-based) stands there, in the form of that name. It never says which words these are."""

    index: int
    form: str


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`chance`: log10 of the chance that it begins at a given place of random data. `joins`: blanks inside of it mean nothing."""

    data: bytes = field(repr=False)
    hit: Hit
    chance: float
    joins: bool


class Needles:
    """Writings to be sought: names, units and what is derived of them."""

    def __init__(self, sought: Sequence[str]) -> None:
        patterns = {p.data: p for index, text in enumerate(sought) for p in _patterns(index, text)}
        self._by_prefix: dict[bytes, list[_Pattern]] = defaultdict(list)
        for pattern in patterns.values():
            self._by_prefix[pattern.data[:_PREFIX]].append(pattern)
        self._starts = np.zeros(1 << (8 * _PREFIX), dtype=np.bool_)
        self._starts[[int.from_bytes(prefix, "little") for prefix in self._by_prefix]] = True
        self._texts = tuple(re.compile(_text_pattern(text), re.IGNORECASE) for text in sought)

    def in_bytes(self, data: bytes, opaque: bool) -> set[Hit]:
        """Return what stands in the data. `opaque`: compressed or otherwise as good as random."""
        if opaque:
            rare = MOST_CHANCE - log10(max(1, len(data)))
            return {pattern.hit for pattern in self._search(data.lower()) if pattern.chance < rare}
        whole = self._search(data.lower())
        # Line breaks stand inside base64 and hex, blanks between characters.
        joined = self._search(data.translate(None, _BLANKS).lower())
        return {pattern.hit for pattern in whole} | {pattern.hit for pattern in joined if pattern.joins}

    def in_text(self, text: str) -> set[Hit]:
        """Return what stands in a text, whatever blanks and dots stand between its letters; Latin only as whole words."""
        return {Hit(index, "text") for index, pattern in enumerate(self._texts) if pattern.search(text)}

    def _search(self, lowered: bytes) -> Iterator[_Pattern]:
        for at in self._candidates(lowered):
            for pattern in self._by_prefix[lowered[at : at + _PREFIX]]:
                if lowered.startswith(pattern.data, at):
                    yield pattern

    def _candidates(self, lowered: bytes) -> Iterator[int]:
        """Yield each place where some pattern's first bytes stand."""
        for start in range(0, len(lowered) - _PREFIX + 1, _STEP):
            window = np.frombuffer(lowered, np.uint8, min(_STEP + _PREFIX - 1, len(lowered) - start), start).astype(np.uint32)
            codes = window[:-2] | window[1:-1] << np.uint32(8) | window[2:] << np.uint32(16)
            yield from (start + int(at) for at in np.flatnonzero(self._starts[codes]))


def _patterns(index: int, text: str) -> Iterator[_Pattern]:
    for writing in {text, _without_separators(text)}:
        for encoding in ENCODINGS:
            plain = writing.encode(encoding, "ignore")
            for form, data in _forms(plain):
                yield _pattern(Hit(index, f"{encoding}{form}"), data, joins=bool(form) or _letters(writing) > 2)
        for form, data in _escapes(writing):
            yield _pattern(Hit(index, form), data, joins=True)


def _letters(text: str) -> int:
    return len(_without_separators(text))


def _pattern(hit: Hit, data: bytes, joins: bool) -> _Pattern:
    lowered = data.lower()
    # The data is searched in lower case, so that a letter stands for two byte values.
    chance = sum(log10((2 if 0x61 <= byte <= 0x7A else 1) / 256) for byte in lowered)
    return _Pattern(lowered, hit, chance, joins)


def _forms(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "", plain
    yield ".hex", plain.hex().encode()
    yield ".octal", "".join(f"\\{byte:03o}" for byte in plain).encode()
    yield ".octal", b"".join(bytes([byte]) if 0x20 < byte < 0x7F else f"\\{byte:03o}".encode() for byte in plain)
    yield ".percent", "".join(f"%{byte:02x}" for byte in plain).encode()
    yield ".percent", urllib.parse.quote_from_bytes(plain).encode()
    yield ".quoted-printable", "".join(f"={byte:02x}" for byte in plain).encode()
    for before, shared in enumerate(_BASE64_SHARED):
        coded = base64.b64encode(bytes(before) + plain)
        partial = (before + len(plain)) % 3
        # The last character holds bits of the byte behind, too.
        yield ".base64", coded[shared : len(coded) - (0, 3, 2)[partial]]


def _escapes(text: str) -> Iterator[tuple[str, bytes]]:
    yield "json", "".join(f"\\u{ord(c):04x}" for c in text if ord(c) < 0x10000).encode()
    yield "xml", "".join(f"&#{ord(c)};" for c in text).encode()
    yield "xml", "".join(f"&#x{ord(c):x};" for c in text).encode()


def _without_separators(text: str) -> str:
    return "".join(c for c in text if c not in SEPARATORS)


def _text_pattern(text: str) -> str:
    letters = _without_separators(text)
    # Two characters of a name meet by chance where one line ends and the next begins; three do not.
    between = f"[{re.escape(SEPARATORS)}]*" if len(letters) < 3 else f"[{re.escape(SEPARATORS)}\\s]*"
    edge = ("(?<![A-Za-z])", "(?![A-Za-z])") if letters.isascii() else ("", "")
    return edge[0] + between.join(re.escape(c) for c in letters) + edge[1]
