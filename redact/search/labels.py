"""Labels of forms and papers (姓名, 工作单位, 签名, Author …): what stands beside them is the applicant's unless it says otherwise.

A label is a whole piece of text: a word, or a piece of one between gaps, colons and full stops. So 姓名 in 请核对姓名和身份证号 is
none, nor is 本人 in 本人承诺. Another person's label (审核人, 证明人) is none of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import atan2

import numpy as np
from numpy.typing import NDArray

from redact.finding import Category
from redact.geometry import Point, Quad
from redact.page import Posteriors, Word
from redact.search.folding import fold, is_arabic, is_han
from redact.search.label_words import MEASURES, VOCABULARY, bare
from redact.search.layout import running
from redact.search.namesakes import is_rare
from redact.search.pieces import around
from redact.search.writings import Writing

_LONG = 5  # characters from which a label may have one that is misread
_LONGEST = max(map(len, VOCABULARY)) + 1
_KEYS = tuple(VOCABULARY)
# What a label ends in, and what ends one that is set with gaps or misread: a word without any of them holds none.
_ENDS = frozenset(key[-1] for key in VOCABULARY)

_NUMBERING = re.compile(
    # A full-width dot is gone once folded.
    r"^(?:\d{1,2}[)）\].、，]?|[(（\[【]?[0-9a-z一二三四五六七八九十①-⑳]{1,2}[)）\]】.、，]|[*★●■□◆△▲☆※#\-—]|no\.?\d*)+"
)
_BRACKETS = re.compile(r"[(（\[【〔［]([^()（）\[\]【】〔〕［］]*)(?:[)）\]】〕］]|$)")
_COLONS = frozenset(":：﹕︰ː∶꞉;；")
_STOPS = frozenset("。！？!?|｜│‖，,")
GAP = 0.55
"""Line heights between two characters' cells from which they are two pieces; a space that is set between words is less."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label on the page, and how it stands.

    `word`, `first`, `last`: the word that it ends in, and its characters there, colon included. `quad`: all its characters,
    the first edge along the line. `colon`: it ends in one, so that its value may stand in the same cell.
    `backwards`: its value stands to the left (Uyghur script).
    """

    category: Category
    word: int
    first: int
    last: int
    quad: Quad
    colon: bool
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters first to last of a word, between gaps, colons and stops.

    `colon`: one ends it. `apart`: only gaps or the word's ends bound it.
    """

    word: int
    first: int
    last: int
    text: str = field(repr=False)
    colon: bool
    apart: bool


def labels(words: Sequence[Word]) -> tuple[Label, ...]:
    """Return the labels among the words of one page: those whose value is the applicant's name, signature or unit."""
    pieces = [list(_pieces(index, word)) for index, word in enumerate(words)]
    found = [*(label for row in pieces for label in _within(words, row)), *_over_words(words, [row[0] for row in pieces if len(row) == 1])]
    slopes = [running(word) for word in sorted(words, key=lambda w: -len(w.text or ""))[:LINES]]
    return tuple(_aligned(label, slopes) for label in found)


LINES = 15  # of the longest: they say how the page is skewed
LIKE = 0.985  # cosine: ten degrees
LONG_LABEL = 5.0  # line heights from which a label tells its slope itself


def _aligned(label: Label, slopes: Sequence[Point]) -> Label:
    """Return a short label turned as the page's long lines run: its own few characters tell the slope badly."""
    ux, uy = label.quad.direction
    near = [slope for slope in slopes if slope[0] * ux + slope[1] * uy > LIKE]
    if not near or label.quad.length > LONG_LABEL * label.quad.thickness:
        return label
    x, y = np.median(near, axis=0)
    return replace(label, quad=Quad.centred(label.quad.centre, label.quad.length / 2, label.quad.thickness / 2, atan2(y, x)))


def owner(text: str, colon: bool) -> Category | None:
    """Return whose value stands beside a label of this text: NAME or UNIT of the applicant; None for any other text."""
    for form in _forms(text):
        if form in VOCABULARY:
            return VOCABULARY[form]
    return _misread(text) if colon else None


def _misread(text: str) -> Category | None:
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    for form in _forms(text):
        if _LONG <= len(form) <= _LONGEST and is_han(form[0]):
            near = process.extract(form, _KEYS, scorer=Levenshtein.distance, score_cutoff=1, limit=None)
            # As near to ours as to somebody else's: ours, since nothing is masked for it but what nobody can read.
            return next((VOCABULARY[key] for key, _, _ in near if VOCABULARY[key]), None)
    return None


def _forms(text: str) -> Iterator[str]:
    """Yield the text as it may stand in the vocabulary: without numbering, and without brackets or with what they hold."""
    plain = _NUMBERING.sub("", fold(text).text)
    yield from dict.fromkeys(form for form in (bare(plain), bare(_BRACKETS.sub("", plain))) if form)


def _pieces(index: int, word: Word) -> Iterator[_Piece]:
    text = word.text or ""
    start = 0
    for end in (*_breaks(word), len(text)):
        piece = text[start:end]
        if piece.strip():
            colon = piece.rstrip()[-1] in _COLONS
            apart = (start == 0 or text[start - 1] not in _STOPS) and piece.rstrip()[-1] not in _STOPS
            yield _Piece(index, start, end - 1, piece, colon, apart)
        start = end


def _breaks(word: Word) -> Iterator[int]:
    """Yield where a new piece begins: behind a colon or a full stop, and at a gap."""
    text = word.text or ""
    if len(text) < 2 or not (_COLONS.intersection(text) or _ENDS.intersection(fold(text).text)):
        return
    gaps = _gaps(word)
    for i in range(1, len(text)):
        behind = (text[i - 1] in _COLONS and text[i] not in _COLONS) or text[i - 1] in _STOPS
        if behind or (text[i] not in _COLONS and gaps[i - 1] > GAP):
            yield i


def _gaps(word: Word) -> NDArray[np.float64]:
    """Return the white between neighbouring characters of a word, (n - 1,), in line heights."""
    if len(word.characters) < 2:
        return np.zeros(0)
    along = np.array([cell.points for cell in word.characters]) @ np.array(running(word))
    white: NDArray[np.float64] = (along[1:].min(axis=1) - along[:-1].max(axis=1)) / _height(word)
    return white


def _height(word: Word) -> float:
    ux, uy = word.quad.direction
    rx, ry = running(word)
    return max(word.quad.thickness if abs(ux * rx + uy * ry) > 0.7 else word.quad.length, 1e-3)


LONGEST = 6  # pieces of a label that is set with gaps: 姓　名, 工　作　单　位


def _within(words: Sequence[Word], row: list[_Piece]) -> Iterator[Label]:
    """Yield the labels of one word: each a piece, or pieces of one character each joined."""
    at = 0
    while at < len(row):
        run = next((n for n in range(min(LONGEST, len(row) - at), 0, -1) if _is_label(row[at : at + n])), 0)
        if run:
            yield _label(words, row[at : at + run])
        at += max(run, 1)


def _is_label(run: Sequence[_Piece]) -> bool:
    if len(run) > 1 and (any(p.colon for p in run[:-1]) or not all(len(bare(p.text)) <= 2 for p in run)):
        return False
    if not run[-1].colon and not all(p.apart for p in run):
        return False  # 作者 between commas is a word of a sentence
    return owner("".join(p.text for p in run), run[-1].colon) is not None


def _label(words: Sequence[Word], run: Sequence[_Piece]) -> Label:
    last = run[-1]
    category = owner("".join(p.text for p in run), last.colon)
    assert category is not None
    word = words[last.word]
    cells = [c for p in run for c in words[p.word].characters[p.first : p.last + 1]]
    backwards = is_arabic(bare(last.text)[0])
    place = around(cells, running(word))
    if len({p.word for p in run}) > 1:
        # Two words a little apart in height are no slope, and no taller line.
        place = Quad.centred(place.centre, place.length / 2, _height(word) / 2, atan2(place.direction[1], place.direction[0]))
    return Label(category, last.word, run[0].first if run[0].word == last.word else 0, last.last, place, last.colon, backwards)


def _over_words(words: Sequence[Word], alone: list[_Piece]) -> Iterator[Label]:
    """Yield the labels whose characters are words of their own: 姓 and 名 at the two ends of a cell."""
    short = [p for p in alone if len(bare(p.text)) == 1]
    for piece in short:
        run = [piece]
        while len(run) < LONGEST and (following := _next(words, run[-1], short)) is not None:
            run.append(following)
            if _is_label(run):
                yield _label(words, run)
                break


def _next(words: Sequence[Word], piece: _Piece, short: list[_Piece]) -> _Piece | None:
    """Return the single character that stands next in the row, within four line heights."""
    word = words[piece.word]
    (ux, uy), height, (x, y) = running(word), _height(word), word.quad.centre
    found = []
    for other in short:
        ox, oy = words[other.word].quad.centre
        along, across = (ox - x) * ux + (oy - y) * uy, (oy - y) * ux - (ox - x) * uy
        if 0.3 * height < along < 5 * height and abs(across) < 0.4 * height and 0.6 < _height(words[other.word]) / height < 1.7:
            found.append((along, other))
    return min(found, key=lambda f: f[0])[1] if found else None


# Mean confidence of the letters of a stretch from which it is what it says: misread hand fonts reach .93, others' print on bad
# copies seldom falls below.
SURE = 0.95
# What differs from a writing of the applicant's by one character in three must be read better than that: a hand is misread into
# a neighbour at .99.
SURE_ALIKE = 0.993
ALIKE = 3
SURE_MEASURE = 0.6
# Printed names of others with a rare character fall to this; what a hand font is misread as, seldom above.
LISTED, LISTED_ALIKE = 0.7, 0.9
# What a reader reads in place of a character that it lacks it reads with less than this.
TOLD = 0.75
_DATES = frozenset("年月日")


@dataclass(frozen=True, slots=True)
class Known:
    """A stretch of a line that was read as what it says.

    `whole`: more than a single letter, or a date's. `firm`: read with confidence; else well enough for a row of a list, in which
    other people stand anyhow.
    """

    quad: Quad
    whole: bool
    word: int
    firm: bool = True


def known(words: Sequence[Word], found: Sequence[Label], writings: Sequence[Writing], first: Sequence[Word] = ()) -> tuple[Known, ...]:
    """Return the stretches of the page that were read with confidence: what stands there is what it says, and labels are labels.

    `first`: what another reader read; where both spell the same, it is that.
    """
    heads: dict[int, set[int]] = {}
    for label in found:
        heads.setdefault(label.word, set()).update(range(label.first, label.last + 1))
    ours = [w.folded for w in writings if w.category in (Category.NAME, Category.UNIT) and len(w.folded) > 1 and is_han(w.folded[0])]
    return tuple(k for index, word in enumerate(words) for k in _stretches(index, word, heads.get(index, set()), ours, first))


def _stretches(index: int, word: Word, head: set[int], ours: Sequence[str], first: Sequence[Word]) -> Iterator[Known]:
    """Yield the believed stretches between gaps, and between labels and what is not one."""
    text, cells, direction, gaps = word.text or "", word.characters, running(word), _gaps(word)
    each = confidences(word, len(head))
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or (end in head) != (start in head) or gaps[end - 1] > GAP:
            letters = [i for i in range(start, end) if bare(text[i])]
            place, stretch = around(cells[start:end], direction), bare(text[start:end])
            sure = float(np.mean([each[i] for i in letters])) if letters else 0.0
            firm = start in head or _believed(stretch, sure, ours) or _agreed(stretch, place, first)
            told = [(text[i], cells[i].centre) for i in letters if each[i] >= TOLD]
            if letters and (firm or _listed(stretch, sure, ours) or _rarer(place, told, ours, first)):
                yield Known(place, len(letters) > 1 or stretch in _DATES | MEASURES, index, firm)
            start = end


def _believed(text: str, sure: float, ours: Sequence[str]) -> bool:
    if text in MEASURES and sure >= SURE_MEASURE:
        return True  # 单位：公顷
    return sure >= SURE and (sure >= SURE_ALIKE or not any(_alike(text, writing) for writing in ours))


def _listed(text: str, sure: float, ours: Sequence[str]) -> bool:
    return sure >= LISTED_ALIKE or (sure >= LISTED and not any(_alike(text, writing) for writing in ours))


def _agreed(text: str, place: Quad, first: Sequence[Word]) -> bool:
    """True where the other reader reads the same letters there."""
    return len(text) > 1 and bare("".join(c for c, _ in _read_in(place, first))) == text


def _rarer(place: Quad, told: Sequence[tuple[str, Point]], ours: Sequence[str], first: Sequence[Word]) -> bool:
    """True where the other reader reads a name with characters that this one likely lacks, and both read the rest, which is not ours.

    Of 翟垚龑 PP-OCRv4 has the surname alone, and reads something for the others. `told`: what it reads with some certainty, and where.
    """
    read = _read_in(place, [word for word in first if word.score >= LISTED])
    spelled = bare("".join(c for c, _ in read))
    everyday = {c for c in spelled if not is_rare(c)}
    if everyday == set(spelled) or any(_alike(spelled, writing) for writing in ours):
        return False
    agreed = {c for c, at in told if any(c == other and cell.contains(*at) for other, cell in read)}
    alien = agreed.isdisjoint(c for writing in ours for c in writing)
    return alien and bool(agreed) and agreed == {c for c, _ in told} and everyday <= agreed


def _read_in(place: Quad, words: Sequence[Word]) -> list[tuple[str, Quad]]:
    """Return the characters of words whose middles lie in a place, each with its own."""
    near = [word for word in words if word.quad.box().intersection(place.box())]
    pairs = ((c, cell) for word in near for c, cell in zip(word.text or "", word.characters, strict=True))
    return [(c, cell) for c, cell in pairs if place.contains(*cell.centre)]


def _alike(text: str, writing: str) -> bool:
    from rapidfuzz.distance import Levenshtein

    most = max(1, len(writing) // ALIKE)
    return abs(len(text) - len(writing)) <= most and Levenshtein.distance(text, writing, score_cutoff=most) <= most


def confidences(word: Word, labelled: int = 0) -> list[float]:
    """Return how sure the reader was of each character: from its posteriors, else its score.

    Without posteriors all that the score lacks is laid to the characters beside the label, `labelled` characters long: labels
    are printed and common.
    """
    text = word.text or ""
    if word.posteriors is not None and len(runs := _runs(word.posteriors)) == len(text):
        return runs
    others = len(text) - labelled
    return [max(0.0, 1 - (1 - word.score) * len(text) / others) if others else word.score] * len(text)


def _runs(posteriors: Posteriors) -> list[float]:
    """Return the highest probability in each run of one class, blanks left out."""
    edges = np.flatnonzero(np.diff(posteriors.top)) + 1
    spans = zip(np.concatenate([[0], edges]), np.concatenate([edges, [len(posteriors.top)]]), strict=True)
    return [float(np.exp(np.float32(posteriors.best[a:b].max()))) for a, b in spans if posteriors.top_text[a]]
