"""Finding an applicant's writings in what the readers read."""

from redact.search.folding import Folded, fold
from redact.search.seeking import find, look
from redact.search.spotting import nearest
from redact.search.uyghur import resembling
from redact.search.writings import Writing, cautions, sought_characters, writings

__all__ = ["Folded", "Writing", "cautions", "find", "fold", "look", "nearest", "resembling", "sought_characters", "writings"]
