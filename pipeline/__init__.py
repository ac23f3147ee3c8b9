"""From upload to report: intake, find, decide, mask, write, verify, report, and the doors."""

if __name__ != "redact.pipeline":
    raise ImportError("import this package as redact.pipeline: under another name every class would exist twice")

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from redact.pipeline.redactor import Redactor, Result

__all__ = ["Redactor", "Result"]


def __getattr__(name: str) -> Any:
    # On first use: the command line imports this package for `--help`, which needs none of it.
    if name in __all__:
        from redact.pipeline import redactor

        return getattr(redactor, name)
    raise AttributeError(name)
