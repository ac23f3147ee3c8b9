"""Last stop: the record of a run as JSON, and the pages drawn from it."""
