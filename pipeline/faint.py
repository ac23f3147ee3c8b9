"""What the faint layer of a page seems to say, and the print of the page already said better.

Print leaves a ghost in the faint layer, and a reader misreads it: 林业 for 农业. Where the print itself was read, surely, as the
sought text or as one like it, the search of the print has decided whose it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from redact.finding import Finding
from redact.page import Word
from redact.pipeline.agreement import know_rare
from redact.search import Writing, fold

SURE = 0.9
# A ghost has its print's size; a watermark over print of its own size leaves no line that is read surely.
LARGER, FILLED = 1.5, 0.5
# Of the print's characters, in their order, in the sought text.
ALIKE = 0.5


def beyond_print(findings: Iterable[Finding], printed: Sequence[Sequence[Word]], writings: Sequence[Writing]) -> tuple[Finding, ...]:
    """Return the findings of the faint layer that are more than the ghost of print.

    `printed`: what each reader read on the page itself, the one with fewest characters last; all must have read the same print.
    """
    return tuple(finding for finding in findings if not _is_ghost(finding, printed, writings))


def is_print(finding: Finding, printed: Sequence[Sequence[Word]]) -> bool:
    """True where all readers read print of the finding's size in its place, and surely."""
    return all(_print_at(finding, words) for words in printed)


def _is_ghost(finding: Finding, printed: Sequence[Sequence[Word]], writings: Sequence[Writing]) -> bool:
    texts = {_print_at(finding, words) for words in printed}
    text = texts.pop()
    sought = [w.folded for w in writings if w.category is finding.category]
    if texts or not text or (text not in sought and not know_rare(printed[-1], finding, writings)):
        return False
    from rapidfuzz.distance import LCSseq

    return any(LCSseq.similarity(text, writing) >= ALIKE * len(text) for writing in sought)


def _print_at(finding: Finding, words: Sequence[Word]) -> str:
    """Return the folded text of the characters in the finding's place; nothing where one is not sure, or much smaller, or where they
    fill too little of it: a single character of print beneath a watermark is not its print."""
    quad = finding.quad
    seen = [(word, i) for word in words for i, place in enumerate(word.characters) if quad.contains(*place.centre)]
    if any(word.score < SURE or word.characters[i].thickness * LARGER < quad.thickness for word, i in seen):
        return ""
    if sum(word.characters[i].area for word, i in seen) < FILLED * quad.area:
        return ""
    return fold("".join((word.text or "")[i] for word, i in seen)).text
