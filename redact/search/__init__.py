"""Finding an applicant's writings in what the readers read."""

from redact.search.folding import Folded, fold
from redact.search.seeking import find, look
from redact.search.uyghur import resembling
from redact.search.writings import Writing, sought_characters, writings

__all__ = ["Folded", "Writing", "find", "fold", "look", "resembling", "sought_characters", "writings"]
