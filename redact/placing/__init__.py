"""From where a text was found to where its mask lies: merged, padded, stopped before its neighbours, and of a width that tells nothing."""

from redact.placing.frame import Surroundings
from redact.placing.place import Style, place

__all__ = ["Style", "Surroundings", "place"]
