"""A unit's short name with more of its whole name beside it, of which a reader lost some characters beneath a ring or a star.

Of 云渡市远山工程咨询有限公司 it reads 云渡远山咨询有限公司: the whole name is too far from that, the short name 远山咨询 stands in it to
the letter, and its mask alone would leave 云渡 and 有限公司 in sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from redact.finding import Category
from redact.page import Word
from redact.search.folding import fold_character, is_han
from redact.search.hits import Hit

# Fewer characters beside a short name are as likely other words'.
FEWEST = 2


def widened(words: Sequence[Word], hit: Hit, wholes: Iterable[str]) -> Hit:
    """Return a hit of a unit with what stands beside it of one of the whole names, folded, in order and up to that name's end."""
    if hit.category is not Category.UNIT or hit.open:
        return hit
    (i, start, _), (j, _, end) = hit.spans[0], hit.spans[-1]
    head, tail = _letters(words[i].text, slice(0, start)), _letters(words[j].text, slice(end + 1, None))
    middle = "".join(_letters(words[word].text, slice(a, b + 1)) for word, a, b in hit.spans).replace(" ", "")
    before, after = max((_beside(head, middle, tail, whole) for whole in wholes), key=sum, default=(0, 0))
    if not before + after:
        return hit
    spans = list(hit.spans)
    spans[0] = (i, start - before, spans[0][2])
    spans[-1] = (j, spans[-1][1], end + after)
    # Where a span is wider than what the posteriors told, its characters' places count.
    return replace(hit, spans=tuple(spans), steps=())


def _beside(head: str, middle: str, tail: str, whole: str) -> tuple[int, int]:
    """Return how many characters before and behind the middle continue the whole name to its beginning and to its end."""
    last, first = _in_order(middle[::-1], whole[::-1]), _in_order(middle, whole)
    if last is None or first is None or len(middle) >= len(whole):
        return 0, 0
    return _continued(head[::-1], whole[: len(whole) - last][::-1]), _continued(tail, whole[first:])


def _in_order(part: str, whole: str) -> int | None:
    """Return where the earliest way ends in which the part's characters stand in the whole in order; None where there is none."""
    at = 0
    for character in part:
        at = whole.find(character, at) + 1
        if not at:
            return None
    return at


def _continued(text: str, rest: str) -> int:
    """Return how many of the text's first characters stand in the rest in order, the last of them being the rest's last."""
    lengths = (n for n in range(len(text), FEWEST - 1, -1) if text[n - 1 : n] == rest[-1:] and _in_order(text[:n], rest) is not None)
    return next(lengths, 0)


def _letters(text: str | None, part: slice) -> str:
    return "".join(_letter(c) for c in (text or "")[part])


def _letter(character: str) -> str:
    """Return the Chinese character, folded; a space for anything else, which stands in no name."""
    folded = fold_character(character)
    return folded if len(folded) == 1 and is_han(folded) else " "
