"""Seeking an applicant's writings in the words that one source read on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from redact.finding import Category, Doubt, Engine, Finding, Looked
from redact.page import Word
from redact.search.context import stands, vetoed
from redact.search.folding import is_han, is_latin
from redact.search.hits import HINTS, Hit, Target, reach
from redact.search.matching import Edit, Match, approximate, exact, interrupted
from redact.search.pieces import bridge, dotted, quads, spans, with_dots
from redact.search.spotting import spotted
from redact.search.streams import Stream, Streams
from redact.search.widening import widened
from redact.search.writings import Writing

COMMON_WORD, SHORT_UNIT = "common-word", "short-unit"
LONG_NAME = 6  # characters: the dotted names
STUTTER = 3


def find(words: Sequence[Word], writings: Sequence[Writing], engine: Engine) -> tuple[Finding, ...]:
    """Return what `look` finds, for callers that do not care for what it leaves open."""
    return look(words, writings, engine).findings


def look(words: Sequence[Word], writings: Sequence[Writing], engine: Engine) -> Looked:
    """Return a finding for every piece of every writing on the page, and a doubt where only a person can tell whose it is.

    `words`: one source's, of one page, in any order. Hints: "exact"; "split" (exact, over several words); "derived"
    (exact, of a derived writing); "fuzzy" (misread characters); "lattice" (found in the posteriors). Doubts: "common-word" (a
    name that is also a word, in running text), "short-unit" (a unit of two characters, or a word, in running text).
    """
    streams = Streams(words)
    targets = [Target.of(w) for w in writings]
    found = (*_read(streams, targets), *spotted(streams, targets))
    wholes = [w.folded for w in writings if w.category is Category.UNIT and w.origin == "given" and all(map(is_han, w.folded))]
    hits = _outermost(widened(streams.words, hit, wholes) for hit in found)
    findings = tuple(finding for hit in hits if not hit.open for finding in _findings(streams.words, hit, engine))
    return Looked(engine, findings, tuple(doubt for hit in hits if hit.open for doubt in _doubts(streams.words, hit)))


def _read(streams: Streams, targets: Sequence[Target]) -> Iterator[Hit]:
    """Yield what stands in the words as they were read."""
    for stream in streams.single():
        for target in targets:
            yield from _in_stream(streams, stream, target)
    longest = reach(targets)
    alphabets = [frozenset(f.text) for f in streams.folded]
    for path in streams.paths(longest):
        possible = [t for t in targets if t.may_run_through([alphabets[i] for i in path])]
        if possible:
            stream = streams.chained(path, longest)
            for target in possible:
                yield from (h for h in _in_stream(streams, stream, target) if len(h.spans) == len(path))


def _in_stream(streams: Streams, stream: Stream, target: Target) -> Iterator[Hit]:
    writing = target.writing
    whole = list(exact(stream.text, writing.folded))
    yield from _standing(streams, stream, whole, writing)
    # Chinese in posteriors is sought there: they know which other characters it may be.
    if target.may_stand_in(frozenset(stream.text)) and not (target.is_chinese and streams.has_posteriors(stream.path)):
        apart = (m for m in _misread(streams, stream, target) if all(m.end <= w.start or w.end <= m.start for w in whole))
        yield from _standing(streams, stream, apart, writing)
    elif not whole:
        others = (*_alone(streams, stream, target), *_stuttered(stream, target))
        yield from (_hit(streams, stream, m, writing) for m in others)


def _standing(streams: Streams, stream: Stream, matches: Iterable[Match], writing: Writing) -> Iterator[Hit]:
    """Yield the matches that are ours, and those that may be."""
    for match in matches:
        standing = stands(streams, stream, match, writing)
        if standing != "others":
            yield replace(_hit(streams, stream, match, writing), open=standing == "open")


def _misread(streams: Streams, stream: Stream, target: Target) -> Iterator[Match]:
    writing = target.writing
    if target.edits and _resembles(stream.text, writing.folded, target.edits):
        # One of three characters may be another, but a name of two is no misread name of three.
        whole = len(writing.folded) > 3 or not is_han(writing.folded[0])
        for match in approximate(stream.text, writing.folded, target.edits):
            if (whole or all(e.kind == "replace" for e in match.edits)) and not vetoed(streams, stream, match, writing):
                yield match


def _alone(streams: Streams, stream: Stream, target: Target) -> Iterator[Match]:
    """A name of two characters, one of them misread: only where it fills its word and the reader saw next to nothing."""
    wanted = target.writing.folded
    hardly = len(stream.path) == 1 and streams.words[stream.path[0]].score < 0.6
    if hardly and target.is_chinese and len(stream.text) == len(wanted) == 2:
        wrong = [i for i in (0, 1) if stream.text[i] != wanted[i]]
        if len(wrong) == 1:
            yield Match(0, 2, (Edit("replace", wrong[0], wrong[0]),))


def _stuttered(stream: Stream, target: Target) -> Iterator[Match]:
    """A long name that stands there whole with some characters too many. Nobody else is called so; units are (校 and 分校)."""
    long = target.is_chinese and len(target.writing.folded) >= LONG_NAME
    if long and target.writing.category is Category.NAME and len(stream.path) == 1:
        yield from interrupted(stream.text, target.writing.folded, STUTTER)


def _resembles(text: str, wanted: str, edits: int) -> bool:
    """False where no piece of the text comes near: a quick look before the slow one."""
    if len(text) < len(wanted) - edits:
        return False
    if not is_latin(wanted[0]) or len(text) <= len(wanted) + edits:
        return True
    from rapidfuzz.fuzz import partial_ratio

    return partial_ratio(text, wanted) >= 100 * (1 - (edits + 1) / len(wanted))


def _hit(streams: Streams, stream: Stream, match: Match, writing: Writing) -> Hit:
    places = with_dots(streams.words, spans(stream, match.start, match.end))
    score = min(streams.words[word].score for word, _, _ in places)
    dots = dotted([word for word, _ in stream.places[match.start : match.end]], writing.dots, len(match.edits))
    if match.edits:
        return Hit(places, writing.category, "fuzzy", score * (1 - len(match.edits) / len(writing.folded)), dotted=dots)
    hint = "derived" if writing.origin == "derived" else "split" if len(places) > 1 else "exact"
    return Hit(places, writing.category, hint, score, dotted=dots)


def _outermost(hits: Iterable[Hit]) -> list[Hit]:
    """Drop what lies wholly inside another hit of its category: 市一中 in 乌鲁木齐市一中. Of equals what was read by the letter
    stays.

    What is open hides nothing that is ours.
    """
    ordered = sorted(hits, key=lambda h: (h.open, -_length(h), HINTS.index(h.hint), -h.score, h.spans))
    kept: list[Hit] = []
    for hit in ordered:
        if not any(k.category is hit.category and all(any(_inside(s, o) for o in k.spans) for s in hit.spans) for k in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.spans)


def _length(hit: Hit) -> int:
    return sum(last - first for _, first, last in hit.spans)


def _inside(span: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return span[0] == other[0] and other[1] <= span[1] and span[2] <= other[2]


def _doubts(words: Sequence[Word], hit: Hit) -> Iterator[Doubt]:
    why = COMMON_WORD if hit.category is Category.NAME else SHORT_UNIT
    yield from (Doubt(quad, why) for word, first, last in hit.spans for quad in quads(words[word], first, last))


def _findings(words: Sequence[Word], hit: Hit, engine: Engine) -> Iterator[Finding]:
    score = min(1.0, max(0.0, hit.score))
    for word, first, last in hit.spans:
        steps = next(((a, b) for w, a, b in hit.steps if w == word), None)
        for quad in quads(words[word], first, last, steps):
            yield Finding(hit.category, quad, score, engine, hit.hint)
    for joint in hit.dotted:
        (before, _, end), (after, start, _) = hit.spans[joint : joint + 2]
        between = bridge(words[before].characters[end], words[after].characters[start])
        if between is not None:
            yield Finding(hit.category, between, score, engine, hit.hint)
