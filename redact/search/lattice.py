"""Keyword search in a CTC recogniser's posteriors: is this name here, whatever the best path reads?

A Viterbi pass over the states "character i" and "gap after i" of the writing, with free start and end. A step costs what the
best class of the recogniser has over the wanted one, in nats, at most CAP; a gap takes the cheapest of blank, space and dots.
Characters that the recogniser does not know cost UNKNOWN. Method, costs and budgets were measured on 788 printed occurrences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from redact.page import Posteriors
from redact.search.folding import fold_character
from redact.search.units import DISTINGUISHING, shared

Costs = NDArray[np.float32]

CAP = 9.0
_NEVER = np.float32(1e6)
# Another character is certain, and the wanted one out of the question: then it is another name, not a misread one.
SURE = 0.85
RULED_OUT = 4.0
CERTAIN = 0.97
LOST = 2
# What a character costs that the recogniser does not know: less than CAP, or a name of three with a rare one is never found.
UNKNOWN = 4.0


def budget(n: int) -> float:
    """Return the most that a writing of n characters may cost."""
    return {1: 0.0, 2: 4.0, 3: 7.0, 4: 9.0}.get(n, 2.6 * n)


def part_budget(n: int) -> float:
    """Return the most that n characters may cost which stand in one word while the rest stands in another."""
    return 3.0 if n == 1 else budget(n)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The steps of one line, or of several one after another.

    `cost`: (T, A) for the A folded characters of `alphabet`; `gap`: (T,). `top`: what each step reads, folded, "" for blanks
    and dots. `sure`: (T,) probability of that. `word`: (T,) the word a step belongs to; `step`: (T,) its index there.
    `known`: the folded characters that the recogniser has.
    """

    alphabet: dict[str, int] = field(repr=False)
    cost: Costs = field(repr=False)
    gap: Costs = field(repr=False)
    top: tuple[str, ...] = field(repr=False)
    sure: Costs = field(repr=False)
    word: NDArray[np.int32] = field(repr=False)
    step: NDArray[np.int32] = field(repr=False)
    known: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, posteriors: Posteriors, alphabet: dict[str, int], word: int) -> Steps:
        """Return the steps of one word; the alphabet maps each folded character that is sought to its column."""
        best = posteriors.best.astype(np.float32)
        cost = np.full((len(best), len(alphabet)), CAP, np.float32)
        known = set[str]()
        for column, character in enumerate(posteriors.sought):
            folded = fold_character(character)
            if folded in alphabet:
                known.add(folded)
                at = alphabet[folded]
                cost[:, at] = np.minimum(cost[:, at], best - posteriors.log_p[:, column].astype(np.float32))
        top = tuple(fold_character(c) if len(c) == 1 else c for c in posteriors.top_text)
        read_as = np.where(np.array([bool(c) for c in top]), UNKNOWN, CAP).astype(np.float32)
        cost[:, [at for character, at in alphabet.items() if character not in known]] = read_as[:, None]
        gap = np.minimum(best - posteriors.gap.astype(np.float32), CAP)
        count = len(best)
        return cls(
            alphabet, cost, gap, top, np.exp(best), np.full(count, word, np.int32), np.arange(count, dtype=np.int32), frozenset(known)
        )

    @classmethod
    def joined(cls, parts: Sequence[Steps]) -> Steps:
        """Return the steps of several words, one after another."""
        return cls(
            parts[0].alphabet,
            np.concatenate([p.cost for p in parts]),
            np.concatenate([p.gap for p in parts]),
            tuple(c for p in parts for c in p.top),
            np.concatenate([p.sure for p in parts]),
            np.concatenate([p.word for p in parts]),
            np.concatenate([p.step for p in parts]),
            parts[0].known,
        )


def knows(posteriors: Posteriors | None, text: str) -> bool:
    """True where the recogniser has every character of a folded text, in one form or another."""
    return posteriors is not None and set(text) <= {fold_character(c) for c in posteriors.sought}


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A place in the steps that fits a writing: `at[i]` is the step of its character i, `costs[i]` what that cost, `total` all in all."""

    at: tuple[int, ...]
    costs: tuple[float, ...]
    total: float


def passages(steps: Steps, texts: Sequence[str]) -> list[list[Passage]]:
    """Return, for each folded text, where it fits within its budget, cheapest first, none over another."""
    if not len(steps.cost) or not texts:
        return [[] for _ in texts]
    columns, repeated = _tables(steps.alphabet, texts)
    totals, back = _viterbi(steps.cost[:, columns], steps.gap, repeated, np.array([len(t) - 1 for t in texts]))
    return [_cheapest(steps, text, columns[k, : len(text)].tolist(), totals[:, k], back[:, :, k]) for k, text in enumerate(texts)]


def _cheapest(steps: Steps, text: str, columns: list[int], total: Costs, back: NDArray[np.int8]) -> list[Passage]:
    found: list[Passage] = []
    taken = np.zeros(len(total), dtype=np.bool_)
    for end in np.argsort(total, kind="stable"):
        if total[end] > budget(len(text)):
            break
        if taken[end]:
            continue
        passage = _passage(steps, columns, back, int(end), float(total[end]))
        span = slice(passage.at[0], int(end) + 1)
        if not taken[span].any():
            found.append(passage)
        taken[span] = True
    return found


def _viterbi(cost: Costs, gap: Costs, repeated: NDArray[np.bool_], last: NDArray[np.intp]) -> tuple[Costs, NDArray[np.int8]]:
    """Return the least totals (T, K) of paths that end with a text's last character at a step, and the way back (T, 2, K, n).

    `cost`: (T, K, n) for K texts, padded to n characters; `last`: (K,) where each ends.
    back[t, 0]: 0 stayed in the character, 1 from the gap before it, 2 from the character before it, 3 began here.
    back[t, 1]: 0 stayed in the gap after the character, 1 from the character.
    """
    count, texts, n = cost.shape
    letter, hollow = np.full((texts, n), _NEVER, np.float32), np.full((texts, n), _NEVER, np.float32)
    totals, back = np.empty((count, texts), np.float32), np.zeros((count, 2, texts, n), np.int8)
    options = np.full((4, texts, n), _NEVER, np.float32)
    options[3, :, 0] = 0.0
    barrier = np.where(repeated[:, 1:], _NEVER, np.float32(0.0))  # equal neighbours need a gap between them
    rows = np.arange(texts)
    for t in range(count):
        options[0] = letter
        options[1, :, 1:] = hollow[:, :-1]
        options[2, :, 1:] = letter[:, :-1] + barrier
        back[t, 0] = options.argmin(axis=0)
        back[t, 1] = letter <= hollow
        hollow = np.minimum(letter, hollow) + gap[t]
        letter = options.min(axis=0) + cost[t]
        totals[t] = letter[rows, last]
    return totals, back


def _passage(steps: Steps, columns: list[int], back: NDArray[np.int8], end: int, total: float) -> Passage:
    """Walk back from the end; of several steps of one character the cheapest is its place."""
    at: list[int] = [0] * len(columns)
    costs: list[float] = [float("inf")] * len(columns)
    t, i, in_gap = end, len(columns) - 1, False
    while t >= 0:
        if in_gap:
            in_gap = not back[t, 1, i]
            t -= 1
            continue
        here = float(steps.cost[t, columns[i]])
        if here <= costs[i]:
            at[i], costs[i] = t, here
        move = back[t, 0, i]
        if move == 3:
            break
        i, in_gap = (i, False) if move == 0 else (i - 1, move == 1)
        t -= 1
    return Passage(tuple(at), tuple(costs), total)


def other_name(steps: Steps, passage: Passage, text: str, unit: bool = False) -> bool:
    """True where a step reads, with certainty, what is not the writing: a neighbour's name, not a misreading.

    `unit`: a character that tells units apart, read for another, needs less certainty; and a unit may have lost characters
    that many units share at a joint of words, where a seal hides them from the detector. A name may not: 托合塔·阿里木 is
    somebody else than 托合塔提·阿里木.
    """
    lost = _lost_at_joints(steps, passage, text) if unit else frozenset[int]()
    replaced = (i not in lost and _is_other(steps, passage.at[i], passage.costs[i], c, unit) for i, c in enumerate(text))
    return any(replaced) or any(_is_more(steps, a, b, text) for a, b in pairwise(passage.at))


def _is_other(steps: Steps, at: int, cost: float, character: str, unit: bool) -> bool:
    read, sure = steps.top[at], steps.sure[at]
    if read == character:
        return False
    if character not in steps.known:
        # The recogniser must read it as something else, but then it is seldom sure.
        return bool(read) and bool(sure >= CERTAIN)
    # 市 for 县 makes another unit; 大 for 人, under a seal's star, makes none.
    tells_apart = unit and DISTINGUISHING.issuperset((read, character)) and cost >= 1.0 and sure >= 0.8
    return bool((cost >= RULED_OUT and sure >= SURE) or tells_apart)


def _lost_at_joints(steps: Steps, passage: Passage, text: str) -> frozenset[int]:
    """Return the characters, up to LOST in a row, that stand nowhere between one word and the next and single out no unit."""
    seen = [i for i, at in enumerate(passage.at) if steps.top[at]]
    lost = [range(a + 1, b) for a, b in pairwise(seen) if steps.word[passage.at[a]] != steps.word[passage.at[b]] and 1 < b - a <= LOST + 1]
    return frozenset(i for run in lost for i in run) & shared(text)


def _is_more(steps: Steps, a: int, b: int, text: str) -> bool:
    """True where a letter that the writing does not hold stands, with certainty, between two of its characters."""
    return any(
        steps.top[t].isalnum() and steps.top[t] not in text and steps.sure[t] >= SURE and steps.gap[t] >= RULED_OUT for t in range(a + 1, b)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """The least costs of K texts in W words, all at once: a bound that says where to look.

    `within`: (W, K) of the whole text inside a word. `prefix`: (W, K, n - 1) of its characters up to i as the end of a word.
    `suffix`: (W, K, n - 1) of its characters after i as the beginning of a word. Parts that are too dear cost _NEVER.
    """

    within: Costs
    prefix: Costs
    suffix: Costs
    budgets: Costs

    @classmethod
    def over(cls, words: Sequence[Steps], texts: Sequence[str]) -> Sweep:
        """Return the costs of all texts in all words."""
        columns, repeated = _tables(words[0].alphabet, texts)
        within, prefix = _forward(*_aligned(words, 1), columns, repeated, texts)
        columns, repeated = _tables(words[0].alphabet, [t[::-1] for t in texts])
        _, mirrored = _forward(*_aligned(words, -1), columns, repeated, texts)
        suffix = np.full_like(prefix, _NEVER)
        for k, text in enumerate(texts):
            suffix[:, k, : len(text)] = mirrored[:, k, : len(text)][:, ::-1]
            # A part by itself must be likely, or any neighbour of a unit would lend it its last character.
            most = np.array([part_budget(i) for i in range(1, len(text) + 1)], np.float32)
            prefix[:, k, : len(text)][prefix[:, k, : len(text)] > most] = _NEVER
            suffix[:, k, : len(text)][suffix[:, k, : len(text)] > most[::-1]] = _NEVER
        return cls(within, prefix[..., :-1], suffix[..., 1:], np.array([budget(len(t)) for t in texts], np.float32))

    def crossing(self, first: int, last: int, neighbours: bool) -> list[int]:
        """Return the texts that may begin at the end of one word and end at the beginning of another.

        Where the two are no neighbours, the words between hold what is missing, at no less than no cost.
        """
        prefix, suffix = self.prefix[first], self.suffix[last]
        if not neighbours:
            suffix = np.minimum.accumulate(suffix[:, ::-1], axis=1)[:, ::-1]
        if not suffix.size:
            return []
        return np.flatnonzero((prefix + suffix).min(axis=1) <= self.budgets).tolist()


def _tables(alphabet: dict[str, int], texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return (K, n): the column of each character in the costs, and whether it repeats the one before it; padded with 0."""
    columns = np.zeros((len(texts), max(map(len, texts))), np.intp)
    repeated = np.zeros(columns.shape, np.bool_)
    for k, text in enumerate(texts):
        columns[k, : len(text)] = [alphabet[c] for c in text]
        repeated[k, : len(text)] = [a == b for a, b in zip(text, " " + text, strict=False)]
    return columns, repeated


def _aligned(words: Sequence[Steps], order: int) -> tuple[Costs, Costs]:
    """Return costs (T, W, A) and gaps (T, W), each word in its own column and all ending together; order -1: back to front."""
    longest = max(len(w.cost) for w in words)
    cost = np.full((longest, len(words), words[0].cost.shape[1]), _NEVER, np.float32)
    gap = np.full((longest, len(words)), _NEVER, np.float32)
    for i, word in enumerate(words):
        if len(word.cost):
            cost[-len(word.cost) :, i] = word.cost[::order]
            gap[-len(word.cost) :, i] = word.gap[::order]
    return cost, gap


def _forward(cost: Costs, gap: Costs, columns: NDArray[np.intp], repeated: NDArray[np.bool_], texts: Sequence[str]) -> tuple[Costs, Costs]:
    """Return the least total (W, K) of each text in each word, and that of each beginning of it (W, K, n) at the word's end."""
    shape = (cost.shape[1], *columns.shape)
    letter, hollow = np.full(shape, _NEVER, np.float32), np.full(shape, _NEVER, np.float32)
    barrier = np.where(repeated[:, 1:], _NEVER, np.float32(0.0))
    last = np.array([len(t) - 1 for t in texts])
    rows = np.arange(len(texts))
    least = np.full(shape[:2], _NEVER, np.float32)
    for t in range(len(cost)):
        entering = np.minimum(hollow[..., :-1], letter[..., :-1] + barrier)
        np.minimum(hollow, letter, out=hollow)
        hollow += gap[t][:, None, None]
        np.minimum(letter[..., 1:], entering, out=letter[..., 1:])
        np.minimum(letter[..., 0], 0.0, out=letter[..., 0])
        letter += cost[t][:, columns]
        np.minimum(least, letter[:, rows, last], out=least)
    return least, np.minimum(letter, hollow)
