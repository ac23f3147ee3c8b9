"""JSON from outside, read so that nothing in it can be overlooked."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class StrictError(ValueError):
    """Not JSON, or JSON that two readers could understand in two ways. `what` is a fixed code."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def parse(text: str) -> Any:
    """Return the value of a JSON text. Raises StrictError for no JSON, a key given twice, NaN, and too deep a nesting."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once, parse_constant=_no_number)
    except StrictError:
        raise
    except ValueError:
        raise StrictError("no-json") from None
    except RecursionError:
        raise StrictError("nested-too-deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # The last of two equal keys would win in silence, and what the first one asked to hide would stay visible.
    if len({key for key, _ in pairs}) != len(pairs):
        raise StrictError("key-given-twice")
    return dict(pairs)


def _no_number(_: str) -> NoReturn:
    raise StrictError("not-a-number")
