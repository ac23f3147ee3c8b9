"""A writing is found in whatever encoding it stands, and chance is not taken for it."""

from __future__ import annotations

import base64
import urllib.parse

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.pipeline.verify.needles import Hit, Needles

NAME, SHORT, UNIT, PINYIN = "欧阳墨涵", "李娜", "青河市第三中学", "Ouyang Mohan"
SOUGHT = (NAME, SHORT, UNIT, PINYIN)
NEEDLES = Needles(SOUGHT)
NOISE = np.random.default_rng(7).integers(0, 256, 300_000, np.uint8).tobytes()


def _indices(hits: set[Hit]) -> set[int]:
    return {hit.index for hit in hits}


def _mime(data: bytes) -> bytes:
    return base64.encodebytes(b"some words before " + data + b" and behind" * 9)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize(
    "form",
    [
        bytes,
        lambda data: data.hex().encode(),
        lambda data: data.hex().upper().encode(),
        lambda data: data.hex(" ", 8).encode(),
        lambda data: "".join(f"\\{byte:03o}" for byte in data).encode(),
        lambda data: urllib.parse.quote_from_bytes(data).encode(),
        base64.b64encode,
        _mime,
    ],
)
def test_a_name_is_found_in_every_encoding_and_alignment(encoding: str, before: bytes, form: object) -> None:
    data = form(before + NAME.encode(encoding) + b"behind")  # type: ignore[operator]
    assert _indices(NEEDLES.in_bytes(b"before " + data + b" behind", opaque=False)) == {0}


@pytest.mark.parametrize("form", ["\\u6b27\\u9633\\u58a8\\u6db5", "\\u6B27\\u9633\\u58A8\\u6DB5", "&#x6b27;&#x9633;&#x58a8;&#x6db5;"])
def test_a_name_is_found_in_escapes(form: str) -> None:
    assert _indices(NEEDLES.in_bytes(form.encode(), opaque=False)) == {0}


@pytest.mark.parametrize("writing", ["OUYANG MOHAN", "ouyangmohan", "OuyangMohan"])
def test_latin_is_found_in_any_case_and_without_its_blank(writing: str) -> None:
    assert _indices(NEEDLES.in_bytes(b"<x>" + writing.encode() + b"</x>", opaque=False)) == {3}
    assert _indices(NEEDLES.in_text(f"by {writing}.")) == {3}


@pytest.mark.parametrize("text", ["欧阳墨涵", "欧 阳 墨 涵", "欧阳·墨涵", "欧阳\n墨涵", "姓名：欧阳　墨涵。"])
def test_a_name_is_found_in_a_text_whatever_stands_between_its_characters(text: str) -> None:
    assert NEEDLES.in_text(text) == {Hit(0, "text")}


@pytest.mark.parametrize("text", ["欧阳墨", "阳墨涵", "木李\n娜塔", "Ouyang Mohandas", "青河市第二中学"])
def test_other_words_are_not_found(text: str) -> None:
    assert NEEDLES.in_text(text) == set()
    # Bytes have no words, so there a name inside a longer Latin one is told too.
    assert _indices(NEEDLES.in_bytes(text.encode(), opaque=False)) <= {3}


def test_a_short_name_is_sought_in_plain_data_in_every_form() -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        assert _indices(NEEDLES.in_bytes(SHORT.encode(encoding), opaque=False)) == {1}


def test_four_bytes_in_compressed_data_are_chance_and_six_are_not() -> None:
    wide, narrow = NOISE + SHORT.encode("gb18030"), NOISE + SHORT.encode("utf-8")
    assert NEEDLES.in_bytes(wide, opaque=True) == set()
    assert NEEDLES.in_bytes(narrow, opaque=True) == {Hit(1, "utf-8")}


def test_noise_holds_nothing() -> None:
    many = Needles([chr(0x4E00 + a) + chr(0x5F00 + b) for a in range(0, 400, 9) for b in range(0, 200, 17)])
    assert many.in_bytes(NOISE, opaque=True) == set()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, len(NOISE)), st.sampled_from(["utf-8", "utf-16-le", "gb18030"]))
def test_a_name_is_found_wherever_it_stands(place: int, encoding: str) -> None:
    data = NOISE[:place] + NAME.encode(encoding) + NOISE[place:]
    assert _indices(NEEDLES.in_bytes(data, opaque=True)) == {0}


@pytest.mark.parametrize("place", [(4 << 20) + shift for shift in (-12, -3, -2, -1, 0)])
def test_a_name_is_found_where_two_windows_meet(place: int) -> None:
    data = bytearray(5 << 20)
    data[place : place + 12] = NAME.encode()
    assert _indices(NEEDLES.in_bytes(bytes(data), opaque=True)) == {0}


def test_nothing_sought_is_nothing_found() -> None:
    assert Needles([]).in_bytes(NOISE, opaque=False) == set()
    assert Needles([]).in_text(NAME) == set()


def test_a_hit_does_not_say_which_words_it_found() -> None:
    assert NAME not in repr(NEEDLES.in_text(NAME)) + repr(NEEDLES.__dict__)
