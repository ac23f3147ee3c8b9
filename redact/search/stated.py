"""Whose page it says it is: the names that stand where the person's own stands on forms and certificates (姓名：张三).

A page that names another person there, and the applicant nowhere, lies in the wrong folder.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from redact.finding import Category
from redact.page import Word
from redact.search.folding import fold
from redact.search.label_words import bare
from redact.search.labels import Label, labels

# Whose paper it is. Authors, hosts and teachers stand on the papers of their colleagues too.
OWNERS = (
    "姓名",
    "申报人",
    "申报者",
    "申请人",
    "申请者",
    "承诺人",
    "填表人",
    "填报人",
    "参评人",
    "持证人",
    "被推荐人",
    "述职人",
    "学员",
    "考生",
)
# In line heights of the label: the value's middle lies so near to the line, and begins within so much white.
MIDDLE, FAR = 0.85, 9.0
_RUN = re.compile(r"[\u3400-\u9fff·•‧・.]+")


def stated(words: Sequence[Word], names: Collection[str]) -> frozenset[str]:
    """Return which of the names stand as the value beside a label of whose paper it is. `names`: folded, whole."""
    if not names:
        return frozenset()
    found = (label for label in labels(words) if label.category is Category.NAME and _is_owners(words[label.word], label))
    return frozenset(name for label in found for value in _values(words, label) for name in _forms(value) if name in names)


def _is_owners(word: Word, label: Label) -> bool:
    """True where the last word of the label says it: 姓 名 over two words ends in 名."""
    text = bare((word.text or "")[label.first : label.last + 1])
    return text.startswith(OWNERS) or text == "名"


def _values(words: Sequence[Word], label: Label) -> Iterator[str]:
    """Yield what stands behind the label in its own word, else the nearest word behind it on its line."""
    rest = (words[label.word].text or "")[label.last + 1 :]
    if _RUN.search(rest):
        yield rest
        return
    behind = sorted((away, i) for i, word in enumerate(words) if i != label.word and (away := _away(word, label)) is not None)
    yield from ((words[i].text or "") for _, i in behind[:1])


def _away(word: Word, label: Label) -> float | None:
    """Return how far behind the label a word of its line begins, in line heights; None for any other word."""
    (ux, uy), height = label.quad.direction, label.quad.thickness
    x, y = label.quad.centre
    along = [((u - x) * ux + (v - y) * uy) / height for u, v in word.quad.points]
    across = abs((word.quad.centre[1] - y) * ux - (word.quad.centre[0] - x) * uy) / height
    begins = min(along) - label.quad.length / height / 2
    return begins if across <= MIDDLE and -0.5 <= begins <= FAR else None


def _forms(value: str) -> tuple[str, ...]:
    """Return what the value may be: its first run of Chinese characters, and, of a name set with spaces, all of them."""
    runs = _RUN.findall(value)
    return (fold(runs[0]).text, fold("".join(runs)).text) if runs else ()
