"""Folding: what a reader of the page takes for the same becomes the same, and the way back stays exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.search import fold


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("张　三", "张三"),
        ("郭元頔", "郭元𬱖"),
        ("張乾", "张干"),
        ("ＧＵＯ　Ｙｕａｎｄｉ", "guo yuandi"),
        ("Wéi Yīfān", "wei yifan"),
        ("Lü", "lu"),
        ("Yi-fan Wei", "yifan wei"),
        ("Xi'an", "xian"),
        ("⽟⽯", "玉石"),  # Kangxi radicals, as some PDFs spell them
    ],
)
def test_variants_of_one_writing_fold_alike(written: str, plain: str) -> None:
    assert fold(written).text == fold(plain).text


@pytest.mark.parametrize("dot", list("·•‧∙⋅・.․●◦⸱⦁˙．･·"))
def test_every_kind_of_dot_is_dropped(dot: str) -> None:
    assert fold(f"托合塔提{dot}阿里木").text == "托合塔提阿里木"


@pytest.mark.parametrize("sign", list("、，。：;/-"))
def test_signs_that_part_two_people_stay(sign: str) -> None:
    assert len(fold(f"张{sign}三").text) == 3


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("مىرشات", "ميرشات"),
        ("کېرەم", "كېرەم"),
        ("ئالىم", "ئـــالىم"),
        ("ﺋﺎﻟﯩﻢ", "ئالىم"),  # presentation forms
        ("مەمەت", "مهمهت"),
    ],
)
def test_uyghur_variants_fold_alike(a: str, b: str) -> None:
    assert fold(a).text == fold(b).text


def test_different_uyghur_letters_stay_different() -> None:
    assert len({fold(c).text for c in "اەېۇۈۆوبپتجچخدرزژسشغفقكگڭلمن"}) == 28


@given(st.text())
def test_the_way_back_never_falls_and_stays_within_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(0 <= i < len(text) for i in folded.origin)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text(alphabet="张三丰托合塔提guo乌鲁木齐ئالىم"), st.text(alphabet="张三丰托合塔提guo乌鲁木齐ئالىم"))
def test_parts_fold_as_the_whole_does(left: str, right: str) -> None:
    assert fold(left + right).text == fold(left).text + fold(right).text
