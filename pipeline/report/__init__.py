"""Last stop: the record of a run as JSON, and the pages drawn from it.

`record` is the JSON and its schema; `html` and `pdf` are drawn from it, with `words` for every code and `pictures` for
what of a page may be shown.
"""

from redact.pipeline.report.illustrated import IllustratedReport
from redact.pipeline.report.thumbnail import thumbnail

__all__ = ["IllustratedReport", "thumbnail"]
