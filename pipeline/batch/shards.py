"""Sharing a batch among machines that do not talk to each other: each takes the applicants whose numbers fall to it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from redact.errors import UsageError
from redact.pipeline.batch.names import folded

MOST_SHARDS = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """The `number`-th of `of` shares, from 1. Raises UsageError for numbers that are no share."""

    number: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.of <= MOST_SHARDS:
            raise UsageError(what="shard")

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Return the shard that "2/8" spells. Raises UsageError."""
        found = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text)
        if found is None:
            raise UsageError(what="shard")
        return cls(int(found[1]), int(found[2]))

    def holds(self, text: str) -> bool:
        """True where this text, an applicant's number or an unmatched upload's name, is this shard's; of any text, one shard's."""
        digest = hashlib.sha256(folded(text).encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8], "big") % self.of == self.number - 1
