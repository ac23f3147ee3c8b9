"""What the child says is taken only where it keeps to the protocol, word by word."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact import DamagedError, EngineError, LimitError, Quad
from redact.page import Page, Word
from redact.pipeline.intake import doubts, wire
from redact.pipeline.medium import Codec, IntakePage, Medium

WORD = Word(
    Quad(((1, 1), (9, 1), (9, 5), (1, 5))),
    "郭元",
    (Quad(((1, 1), (5, 1), (5, 5), (1, 5))), Quad(((5, 1), (9, 1), (9, 5), (5, 5)))),
    0.5,
    "text-layer",
)
PAGE = IntakePage(
    Page(3, np.zeros((20, 30, 3), np.uint8), 200.0, (WORD,)),
    Medium(Codec.JPEG, (10.8, 7.2), grey=True, native=True, quantisation=(tuple(range(1, 65)),), subsampling=1),
    (doubts.WARNING,),
)


def header(**changes: Any) -> wire.Header:
    told: wire.Header = json.loads(json.dumps(wire.page_header(PAGE) | changes))
    return told


def received(told: wire.Header) -> IntakePage:
    return wire.page_of(told, np.zeros((20, 30, 3), np.uint8))


def test_a_page_arrives_as_it_was_sent() -> None:
    packed = wire.pack(wire.page_header(PAGE), 1800)
    size, body = wire.PREFIX.unpack(packed[: wire.PREFIX.size])
    told = wire.unpack(packed[wire.PREFIX.size :])
    assert (size, body) == (len(packed) - wire.PREFIX.size, 1800)
    assert wire.page_size(told, 3, 600) == (20, 30)
    page = received(told)
    assert (page.page.number, page.page.dpi, page.medium, page.doubts) == (3, 200.0, PAGE.medium, PAGE.doubts)
    (word,) = page.page.words
    assert (word.text, word.characters, word.quad, word.score) == (WORD.text, WORD.characters, WORD.quad, WORD.score)


@pytest.mark.parametrize("size", [(31, 20), (10**9, 10**9), (0, 20), (-30, -20), (30.0, 20), (True, 20), ("30", 20), (None, 20)])
def test_a_size_is_believed_only_within_the_limit(size: tuple[Any, Any]) -> None:
    with pytest.raises(EngineError):
        wire.page_size(header(width=size[0], height=size[1]), 3, 600)


def test_another_page_than_the_one_waited_for_is_refused() -> None:
    with pytest.raises(EngineError):
        wire.page_size(header(), 4, 600)


LIES: list[dict[str, Any]] = [
    {"dpi": 0},
    {"dpi": "200"},
    {"dpi": 1e300},
    {"doubts": ["pdf.repaired", "郭元頔"]},
    {"doubts": "pdf.repaired"},
    {"doubts": [["pdf.repaired"]]},
    {"words": [{"text": "ab", "score": 1, "corners": [0] * 8}]},
    {"words": [{"text": "", "score": 1, "corners": []}]},
    {"words": [{"text": "a", "score": 2, "corners": [0, 0, 9, 0, 9, 9, 0, 9]}]},
    {"words": [{"text": "a", "score": 1, "corners": [0, 0, 0, 0, 0, 0, 0, 0]}]},
    {"words": [{"text": "a", "score": 1, "corners": [0, 0, 9, 0, 9, 9, 0, "x"]}]},
    {"words": [{"text": "a" * 70_000, "score": 1, "corners": []}]},
    {"words": {"text": "a"}},
    {"words": ["a"]},
    {"medium": None},
    {"medium": {}},
    {"medium": header()["medium"] | {"codec": "jpx"}},
    {"medium": header()["medium"] | {"quantisation": [[0] * 64]}},
    {"medium": header()["medium"] | {"quantisation": [[1] * 63]}},
    {"medium": header()["medium"] | {"quantisation": [[1] * 64] * 9}},
    {"medium": header()["medium"] | {"size_pt": [1]}},
    {"medium": header()["medium"] | {"size_pt": [0, -3]}},
    {"medium": header()["medium"] | {"subsampling": 7}},
]


@pytest.mark.parametrize("lie", LIES, ids=range(len(LIES)))
def test_an_entry_out_of_bounds_is_refused(lie: dict[str, Any]) -> None:
    with pytest.raises(EngineError):
        received(header(**lie))


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"dpi": NaN}', b'"' + b"[" * 100_000, b"\xff", b"[" * 200_000])
def test_a_header_that_is_no_object_is_refused(text: bytes) -> None:
    with pytest.raises(EngineError):
        wire.unpack(text)


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=9), below, max_size=3),
        max_leaves=6,
    )
)
def test_no_entry_makes_the_parent_fail_otherwise(value: Any) -> None:
    for key in ("dpi", "doubts", "words", "medium"):
        try:
            received(header() | {key: value})
        except EngineError:
            continue


def test_an_error_comes_with_its_facts_and_page() -> None:
    told = wire.error_of(wire.error_header(LimitError(page=4, what="pixels", value=9, limit=3)))
    assert isinstance(told, LimitError)
    assert (told.page, told.facts) == (4, {"what": "pixels", "value": 9, "limit": 3})


@pytest.mark.parametrize(
    "told",
    [
        {"error": "no.such", "page": None, "facts": {}},
        {"error": ["input.damaged"], "page": None, "facts": {}},
        {"error": "input.damaged", "page": None, "facts": {"what": "郭元頔"}},
        {"error": "input.damaged", "page": None, "facts": {"what": "Guo Yuandi"}},
        {"error": "input.damaged", "page": None, "facts": {"name": "x"}},
        {"error": "input.damaged", "page": "one", "facts": {}},
        {"error": "input.damaged"},
    ],
    ids=range(7),
)
def test_an_error_carries_no_word_of_the_document(told: wire.Header) -> None:
    error = wire.error_of(told)
    assert isinstance(error, EngineError)
    assert error.facts == {"engine": "decoder", "what": "protocol"}


@pytest.mark.parametrize("count", [0, -1, 301, 1.0, True, "2", None])
def test_a_number_of_pages_is_believed_only_within_the_limit(count: Any) -> None:
    with pytest.raises(EngineError):
        wire.opened_of({"opened": count, "doubts": []}, 300)


def test_every_error_of_the_decoders_has_a_way_home() -> None:
    assert isinstance(wire.error_of(wire.error_header(DamagedError(what="cut off or damaged"))), DamagedError)
