"""Where a small network sees seals."""

from __future__ import annotations

# The colour of what lies beyond the page, in training too; and px of the network's picture per cell of its answer.
BEYOND = (114, 114, 114)
STEP = 4
