"""The applicant as JSON: every writing is taken, and nothing is left out in silence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact import ApplicantError
from redact.pipeline.exchange import applicant_from_json
from redact.pipeline.exchange.applicant import KEYS

few = settings(max_examples=25, deadline=None)
WHOLE = {
    "names": ["张明远"], "former_names": ["张小明"], "pinyin": "Zhang Mingyuan", "uyghur": [], "traditional": ["張明遠"],
    "units": "某某市第二中学", "aliases": ["市二中"], "former_units": None, "id_number": "650102198005051234", "phone": ["13800001111"],
}  # fmt: skip


def test_every_writing_is_taken() -> None:
    applicant = applicant_from_json(json.dumps(WHOLE, ensure_ascii=False))
    assert applicant.names == ("张明远", "张小明", "Zhang Mingyuan", "張明遠")
    assert applicant.units == ("某某市第二中学", "市二中")
    assert applicant.numbers == ("650102198005051234", "13800001111")


@few
@given(st.sampled_from(sorted(KEYS)))
def test_each_key_is_sought_as_what_it_is(key: str) -> None:
    applicant = applicant_from_json(json.dumps({"names": "张明远"} | {key: ["某某甲乙"]}))
    assert "某某甲乙" in getattr(applicant, KEYS[key])


def test_a_byte_order_mark_does_no_harm() -> None:
    assert applicant_from_json('\ufeff{"names": "张明远"}').names == ("张明远",)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "no-json"),
        ("张明远", "no-json"),
        ('["张明远"]', "not-an-object"),
        ("{}", "name.missing"),
        ('{"names": []}', "name.missing"),
        ('{"names": "张"}', "name.one-character"),
        ('{"names": "·"}', "name.without-letters"),
        ('{"names": "张明远", "units": ["。"]}', "unit.without-letters"),
        ('{"name": "张明远"}', "unknown-key-1.did-you-mean-names"),
        ('{"names": "张明远", "unit": "二中"}', "unknown-key-2.did-you-mean-units"),
        ('{"names": "张明远", "张明远": 1}', "unknown-key-2"),
        ('{"names": "张明远", "names": "李"}', "key-given-twice"),
        ('{"names": {"zh": "张明远"}}', "names.not-text"),
        ('{"names": "张明远", "id_number": 6.50102198005051e17}', "id_number.not-text"),
        ('{"names": ["张明远", null]}', "names.not-text"),
        ('{"names": "张明远\\ud800"}', "names.not-text"),
    ],
)
def test_what_is_wrong_is_refused_and_said(text: str, what: str) -> None:
    with pytest.raises(ApplicantError) as caught:
        applicant_from_json(text)
    assert caught.value.facts == {"what": what}
    assert "张" not in caught.value.zh + caught.value.en


@few
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_other_json_is_an_applicant_error(value: object) -> None:
    with pytest.raises(ApplicantError):
        applicant_from_json(json.dumps(value))
