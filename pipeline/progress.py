"""How far a run is, told to whoever wants to know. The core neither prints nor configures logging."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told once per page and stage, in the calling process only."""

    def page_done(self, stage: str, number: int, of: int) -> None:
        """`stage` is "find" or "verify"; page `number` (1-based) of `of` is done."""
        ...


class Silent:
    """Tells nobody."""

    def page_done(self, stage: str, number: int, of: int) -> None:
        """Do nothing."""
