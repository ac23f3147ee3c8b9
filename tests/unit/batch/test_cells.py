"""One cell holds one value or several: what parts them, and what stands within them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.pipeline.batch.cells import split
from redact.pipeline.batch.headings import Field

few = settings(max_examples=100, deadline=None)
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=4).filter(
    lambda t: t not in {"没有", "暂无", "同上"}
)
DOTTED = st.tuples(HAN, st.sampled_from("·•‧ ."), HAN).map("".join)
LATIN = st.sampled_from(["Guo, Yuandi", "Guo Yuandi", "Yuan-di Guo", "Guo, Y. D.", "Xi'an Li", "Адилов, Марат"])
UYGHUR = st.sampled_from(["تۇرغۇن ھەسەن", "گۈلباھار"])
SEPARATORS = st.sampled_from(["、", "；", ";", "\n", "\r\n", " 、 ", "；\n", "\u2028"])


@few
@given(st.lists(HAN | DOTTED | LATIN | UYGHUR, min_size=1, max_size=5), st.data())
def test_names_that_are_joined_come_apart_as_they_were(names: list[str], data: st.DataObject) -> None:
    cell = names[0] + "".join(data.draw(SEPARATORS) + name for name in names[1:])
    assert split(cell, Field.NAMES) == tuple(names)


@few
@given(st.text(st.sampled_from("沈砚秋一Ay1·.,，،、；; \n\u3000\u200b")))
def test_nothing_but_what_parts_and_surrounds_values_is_taken_away(text: str) -> None:
    kept = "".join(split(text, Field.UNITS))
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        ("Guo, Yuandi", ("Guo, Yuandi",)),
        ("Guo，Yuandi", ("Guo，Yuandi",)),
        ("沈砚秋，沈秋", ("沈砚秋", "沈秋")),
        ("沈砚秋,Shen Yanqiu", ("沈砚秋", "Shen Yanqiu")),
        ("沈砚秋，Shen, Yanqiu", ("沈砚秋", "Shen, Yanqiu")),
        ("Shen, Yanqiu；沈砚秋", ("Shen, Yanqiu", "沈砚秋")),
        ("تۇرغۇن، ھەسەن", ("تۇرغۇن", "ھەسەن")),
        ("沈砚秋/沈秋", ("沈砚秋", "沈秋")),
        ("沈 砚秋", ("沈 砚秋",)),
        ("艾山·木合塔尔", ("艾山·木合塔尔",)),
        ("、沈砚秋、", ("沈砚秋",)),
    ],
)
def test_a_comma_or_stroke_parts_values_but_not_surname_and_given_name(cell: str, values: tuple[str, ...]) -> None:
    assert split(cell, Field.NAMES) == values


@pytest.mark.parametrize("cell", ["无", "没有", "/", "-", "——", "N/A", "", "  ", "、", "\u200b"])
def test_what_people_write_for_nothing_is_nothing(cell: str) -> None:
    assert split(cell, Field.FORMER_NAMES) == ()


def test_numbers_are_parted_by_commas_and_strokes_as_well() -> None:
    assert split("13800001111/0991-2345678，13900002222", Field.PHONE) == ("13800001111", "0991-2345678", "13900002222")


def test_a_files_name_keeps_its_commas_and_strokes() -> None:
    assert split("2025/论文,一.pdf；证书", Field.FILES) == ("2025/论文,一.pdf", "证书")
