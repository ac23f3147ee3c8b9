"""A code that says who the applicant is, is told from others; what it says goes nowhere."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from urllib.parse import quote

import numpy as np
import pytest

from redact import Applicant, Category, Finding, Looked, NotLooked
from redact.finding import OWN_CODE, Engine
from redact.geometry import Quad
from redact.page import Page, Word
from redact.pipeline.codes import codes
from redact.pipeline.engines import default_engines
from redact.pipeline.isolation import Isolation
from redact.policy import parse, text_of
from redact.search import writings
from tests.unit.codes.drawn import coded

ME = Applicant(names=("洛明川",), units=("云溪市第九中学",), numbers=("650101197903073216",))


def hints(payload: str | bytes, kind: str = "QRCode") -> list[str]:
    look = codes(coded(kind, payload=payload).page(), writings(ME), (), default_engines(), Isolation(60))
    assert isinstance(look, Looked)
    return [finding.hint for finding in look.findings]


@pytest.mark.parametrize(
    "payload",
    [
        "姓名：洛明川 证书编号：20190304",
        "https://example.cn/q?name=" + quote("洛明川"),
        "https://example.cn/q?name=" + quote("洛明川", encoding="gb18030"),
        "云溪市第九中学",
        "ID650101197903073216",
        "luo mingchuan",
        "洛明川".encode("gb18030"),
    ],
)
def test_a_code_that_spells_the_applicant_is_own_in_any_encoding(payload: str | bytes) -> None:
    assert hints(payload) == [OWN_CODE]


@pytest.mark.parametrize("payload", ["洛明山", "https://example.cn/verify/8Q2LMC77", "云溪市第八中学", "A1234567890"])
def test_a_code_that_says_something_else_keeps_the_name_of_its_kind(payload: str) -> None:
    assert hints(payload) == ["qr"]


def test_nothing_of_the_payload_is_in_what_is_found() -> None:
    look = codes(coded("QRCode", payload="姓名：洛明川 20190304").page(), writings(ME), (), default_engines(), Isolation(60))
    assert "20190304" not in repr(look)
    assert "洛明川" not in repr(look)


def finding(hint: str) -> Finding:
    return Finding(Category.CODE, Quad(((0, 0), (9, 0), (9, 9), (0, 9))), 1.0, Engine("codes", "1"), hint)


def test_a_policy_that_leaves_codes_visible_hides_the_one_that_names_the_applicant() -> None:
    lenient = parse(text_of("urumqi-2025").replace('code = "mask"', 'code = "leave-visible"'))
    assert not lenient.masks(finding("qr"))
    assert lenient.masks(finding(OWN_CODE))


def test_an_engine_that_cannot_look_is_a_look_not_made() -> None:
    from redact.errors import EngineError

    def missing() -> object:
        raise EngineError(engine="codes", what="load")

    look = codes(coded("QRCode").page(), writings(ME), (), replace(default_engines(), codes=missing), Isolation(60))  # type: ignore[arg-type]
    assert isinstance(look, NotLooked)


# What was located and not decoded.


def located(score: float, *lines: str) -> int:
    """How many codes are left of one in whose place a reader reads lines of text."""
    code = Finding(Category.CODE, Quad.centred((300, 300), 250, 250), score, Engine("codes", "1"), "qr")
    rows = [Quad.centred((300, 100 + 60 * i), 200, 15) for i in range(len(lines))]
    words = [Word(row, text, (row,) * len(text), 0.98, "drawn") for row, text in zip(rows, lines, strict=True)]
    page = Page(1, np.full((600, 600, 3), 255, np.uint8), 150)
    detector = SimpleNamespace(engine=Engine("codes", "1"), find_told=lambda *_: (code,))
    engines = replace(default_engines(), codes=lambda: detector)
    look = codes(page, writings(ME), words, engines, Isolation(60))
    assert isinstance(look, Looked)
    return len(look.findings)


def test_what_is_lines_of_text_to_a_reader_and_was_not_decoded_is_no_code() -> None:
    assert located(0.5, "样本数量有限", "所得结论仍需", "在更大范围内", "加以检验") == 0


def test_a_code_that_was_decoded_or_on_which_less_is_read_is_one() -> None:
    text = ("样本数量有限", "所得结论仍需", "在更大范围内", "加以检验")
    assert located(1.0, *text) == located(0.5, *text[:3]) == located(0.5, *(line[:3] for line in text)) == located(0.5) == 1
