"""Progress on the terminal: a bar where somebody watches, nothing where nobody does."""

from __future__ import annotations

import sys

from redact.pipeline.progress import Progress, Silent

# Shorter documents are done before a bar is read.
FEWEST_PAGES = 2
WORDS = {"find": "查找 find", "verify": "校验 verify"}


def terminal_progress() -> Progress:
    """Return a bar on stderr where it is a terminal, else silence."""
    return _Bar() if sys.stderr.isatty() else Silent()


class _Bar:
    def page_done(self, stage: str, number: int, of: int) -> None:
        if of < FEWEST_PAGES:
            return
        filled = 24 * number // of
        end = "\n" if number == of else ""
        sys.stderr.write(f"\r{WORDS.get(stage, stage):12} {'█' * filled}{'░' * (24 - filled)} {number}/{of}{end}")
        sys.stderr.flush()
