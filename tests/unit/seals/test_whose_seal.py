"""Whose a seal is, from what was read of it: the unit's in every doubt, another body's only where each name of the unit is ruled out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.applicant import Applicant
from redact.page import Posteriors
from redact.search import writings
from redact.search.chops import Whose
from redact.search.seals import ReadSeal, SealLine, bears_emblem, is_below_star, print_across, whose_seal

UNIT = "青岚市第二中学"
FAR = 1e-9


def posteriors(text: str, chance: float | Sequence[float] = 0.99, instead: str = "") -> Posteriors:
    """Return what a recogniser thinks that reads `text`; what a character may be instead gets what is left of its probability."""
    chances = [chance] * len(text) if isinstance(chance, float) else list(chance)
    sought = "".join(dict.fromkeys(UNIT + text + instead + "南柯市人民医院第一三五六临江区卫生健康委员会"))
    steps = [(c, p, other) for c, p, other in zip(text, chances, instead or text, strict=True) for c in (c, "")]
    log_p = np.full((len(steps), len(sought)), FAR)
    for i, (c, p, other) in enumerate(steps):
        if c:
            log_p[i, sought.index(other)] = 1 - p
            log_p[i, sought.index(c)] = p
    best = np.array([p if c else 0.999 for c, p, _ in steps])
    gap = np.array([FAR if c else 0.999 for c, _, _ in steps])
    logs = [np.log(np.maximum(v, FAR)).astype(np.float16) for v in (log_p, best, gap)]
    tops = np.array([sought.index(c) + 1 if c else 0 for c, _, _ in steps], np.int32)
    centres = np.zeros((len(steps), 2), np.float32)
    return Posteriors(sought, logs[0], logs[1], logs[2], logs[2], tops, tuple(c for c, _, _ in steps), centres)


def line(text: str, second: str | None = None, chance: float | Sequence[float] = 0.99, turns: float = 0.6, instead: str = "") -> SealLine:
    along = tuple(np.linspace(0, turns, 2 * len(text)).tolist()) if turns else ()
    return SealLine(posteriors(text, chance, instead), posteriors(text if second is None else second), along)


def ring(*lines: SealLine, rim: float = 1.0, diameter: float = 250.0, coloured: bool = True) -> ReadSeal:
    return ReadSeal(lines, True, rim, diameter, coloured, alone=True)


def judged(seal: ReadSeal, *units: str, names: Sequence[str] = ("沈知秋",)) -> Whose:
    return whose_seal(seal, writings(Applicant(names=tuple(names), units=units or (UNIT,))))


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        (UNIT, Whose.OWN),
        ("青岚市第二中学教务处", Whose.OWN),
        ("岚市第二中学", Whose.OWN),
        ("第二中学", Whose.OWN),
        ("二中学青岚市第", Whose.OWN),
        ("云渡市人民医院", Whose.OTHER),
        ("云渡市第二中学", Whose.OTHER),
        ("青岚市教育局", Whose.OTHER),
        ("青岚市第五十六中学校", Whose.OTHER),
        ("云渡市人民医院财务专用章", Whose.OTHER),
        ("新疆维吾尔自治区人力资源和社会保障厅", Whose.OTHER),
        ("财务专用章", Whose.UNSURE),
        ("人事处", Whose.UNSURE),
        ("学生工作部", Whose.UNSURE),
        ("机械工程学院", Whose.UNSURE),
        ("有限责任公司", Whose.UNSURE),
        ("云渡市人民", Whose.UNSURE),
        ("云渡市人民医院好", Whose.UNSURE),
        ("", Whose.UNSURE),
    ],
)
def test_a_ring_that_is_read_well(text: str, whose: Whose) -> None:
    assert judged(ring(line(text))) is whose


def test_a_neighbour_that_differs_in_one_character_is_another_body_where_every_character_is_sure() -> None:
    assert judged(ring(line("云岚市第二中学"))) is Whose.OTHER
    assert judged(ring(line("云岚市第二中学", chance=[0.99, 0.99, 0.93, 0.99, 0.99, 0.99, 0.99]))) is Whose.OWN
    assert judged(ring(line("云岚市第二中学", second="青岚市第二中学"))) is Whose.OWN


def test_a_neighbour_is_none_where_a_reader_does_not_know_the_units_character() -> None:
    assert judged(ring(line("云岚市第二中学")), "昃岚市第二中学") is Whose.OWN


@pytest.mark.parametrize("text", ["青岚市第一中学", "青岚市第三中学", "青岚市第十二中学"])
def test_a_number_that_worn_ink_could_make_of_the_units_own_is_masked(text: str) -> None:
    assert judged(ring(line(text))) is not Whose.OTHER


def test_a_unit_that_the_first_choice_of_a_reader_hides_is_found_in_its_posteriors() -> None:
    assert judged(ring(line("青风市第二中学", chance=[0.99, 0.6, *[0.99] * 5], instead=UNIT))) is Whose.OWN


@pytest.mark.parametrize("unit", [UNIT, "云渡市人民医院", "云渡市医院", "人民医院"])
def test_every_writing_of_the_unit_counts(unit: str) -> None:
    units = ("星海大学", unit)
    assert judged(ring(line(unit)), *units) is Whose.OWN


def test_a_short_name_at_the_end_of_another_citys_body_is_not_the_units() -> None:
    assert "市二中" in {w.text for w in writings(Applicant(names=("沈知秋",), units=(UNIT,)))}
    assert judged(ring(line("云渡市二中学"))) is Whose.OTHER


def test_a_short_name_that_is_all_the_record_gives_stands_for_every_longer_one() -> None:
    assert judged(ring(line(UNIT)), "市二中") is not Whose.OTHER
    assert judged(ring(line(UNIT)), "青岚二中") is not Whose.OTHER


@pytest.mark.parametrize(
    "seal",
    [
        ring(line("云渡市人民医院"), rim=0.4),
        ring(line("云渡市人民医院"), diameter=90.0),
        ring(line("云渡市人民医院"), rim=0.7, coloured=False),
        ring(line("云渡市人民医院", turns=0.2)),
        ring(line("云渡市人民医院", chance=0.8)),
        ring(line("云渡市人民医院", second="去没布人另")),
        ring(replace(line("云渡市人民医院"), second=None)),
        ring(),
    ],
    ids=["broken rim", "small", "grey, rim broken", "short arc", "unsure", "readers differ", "one reader", "nothing read"],
)
def test_a_seal_that_is_not_seen_or_read_well_is_nobodys(seal: ReadSeal) -> None:
    assert judged(seal) is Whose.UNSURE


def test_what_one_reader_alone_sees_at_the_ends_is_no_part_of_the_name() -> None:
    assert judged(ring(line("一一云渡市人民医院", second="云渡市人民医院"))) is Whose.OTHER


def test_a_short_name_stays_where_its_characters_stand_too_far_apart_for_the_units() -> None:
    unit = "新疆维吾尔自治区人民医院"
    assert judged(ring(line("新疆大学", turns=0.5)), unit) is Whose.OTHER
    assert judged(ring(line("新疆大学", turns=0.2)), unit) is Whose.UNSURE


def test_a_ring_without_a_gap_may_be_read_from_anywhere() -> None:
    assert judged(ring(line("民医院云渡市人", turns=0.95))) is Whose.OTHER
    assert judged(ring(line("民医院云渡市人", turns=0.6))) is Whose.UNSURE


def test_a_stamp_is_another_bodys_only_where_each_of_its_lines_was_read() -> None:
    lines = (line("云渡市人民医院", turns=0.0), line("财务专用章", turns=0.0))
    assert judged(ReadSeal(lines, False, 0.0, 90.0, True, alone=False)) is Whose.OTHER
    assert judged(ReadSeal((*lines, line("木市下了", chance=0.5)), False, 0.0, 90.0, True, alone=False)) is Whose.UNSURE
    assert judged(ReadSeal((*lines, line(UNIT)), False, 0.0, 90.0, True, alone=False)) is Whose.OWN


@pytest.mark.parametrize("ending", ["合同专用章", "财务专用章", "人事专用章", "公章"])
def test_what_seals_add_behind_a_name_rules_out_no_unit(ending: str) -> None:
    unit, misread = "青岚市临江区卫生健康委员会", "青养市临由区卫生健长委负会"
    text = misread + ending
    chance = [0.99 if c in unit + ending else 0.8 for c in text]
    both = ReadSeal((line(text, chance=chance, turns=0.0), line(ending, turns=0.0)), False, 0.0, 90.0, True, alone=False)
    assert judged(both, unit) is not Whose.OTHER
    assert judged(ring(line(text, chance=chance)), unit) is not Whose.OTHER


def test_a_ring_whose_beginning_a_portrait_hides_is_read_from_behind_its_gap() -> None:
    text, begins = "人民医院云渡市", (0.0, 0.05, 0.1, 0.15, 0.45, 0.5, 0.55)
    along = tuple(place for begin in begins for place in (begin, begin + 0.02))
    assert judged(ring(replace(line(text), turns=along))) is Whose.OTHER
    assert judged(ring(line(text))) is Whose.UNSURE


def test_a_seal_that_bears_the_applicants_name_is_the_applicants() -> None:
    assert judged(ring(line("云渡市人民医院"), line("沈知秋"))) is Whose.OWN


def test_without_a_unit_nobody_can_tell() -> None:
    assert whose_seal(ring(line("云渡市人民医院")), writings(Applicant(names=("沈知秋",)))) is Whose.UNSURE


@given(st.integers(0, 6), st.integers(1, 7), st.sampled_from([0.5, 0.9, 0.99]), st.sampled_from(["", "院", "局"]))
def test_no_piece_of_the_units_own_ring_is_ever_another_bodys_even_with_a_character_misread(
    start: int, length: int, chance: float, wrong: str
) -> None:
    whole = UNIT + UNIT
    piece = whole[start : start + min(length, 5)] + wrong if wrong else whole[start : start + length]
    assert judged(ring(line(piece, chance=chance, turns=0.08 * len(piece)))) is not Whose.OTHER


def test_a_ring_that_does_not_stand_alone_is_nobodys() -> None:
    read = (line("云渡市人民医院"),)
    assert judged(ring(*read)) is Whose.OTHER
    assert judged(ReadSeal(read, True, 1.0, 250.0, True, alone=False)) is Whose.UNSURE


@pytest.mark.parametrize(
    ("said", "is_print"),
    [
        ("云渡市人民医院", True),
        ("云渡人民院", True),
        ("科长云渡市人民医院林望舒", True),
        ("2021年3月18日", True),
        ("二2021年3月1", True),
        ("云渡市", False),
        ("沈知秋印", False),
        ("青岚市第二中学", False),
        ("21年3月18日", False),
        ("", False),
    ],
)
def test_a_row_across_a_ring_is_print_where_it_says_the_rings_name_or_a_date(said: str, is_print: bool) -> None:
    assert (print_across(posteriors(said), "云渡市人民医院") is not None) is is_print


def test_what_a_reader_lost_at_the_ends_of_a_printed_name_belongs_to_it() -> None:
    # A character a step, and a gap behind it: what was read in the middle tells where the name begins and ends.
    whole, part = (print_across(posteriors(said), "云渡市人民医院") for said in ("云渡市人民医院", "口口市人民医口"))
    assert whole is not None
    assert part == pytest.approx(whole)


@pytest.mark.parametrize(
    ("text", "below"),
    [
        *((text, True) for text in ("财务专用章", "合同专用意", "专用章", "办公室", "办公", "人事科", "科研处", "党政办公室")),
        *((text, False) for text in ("沈知秋", "沈知秋印", "沈知秋之章", "第二中学", "医院", "公章", "专业", "")),
    ],
)
def test_a_line_below_a_star_is_known_by_what_bodies_set_there(text: str, below: bool) -> None:
    assert is_below_star(line(text, turns=0.0)) is below


def test_where_a_rings_text_stands_is_told_by_the_characters_of_both_readers_and_ends_at_wide_gaps() -> None:
    text = line("云渡市人民医院", turns=0.7)
    pitch = text.places[1] - text.places[0]
    ((first, last),) = text.arcs
    assert (first, last) == pytest.approx((text.places[0] - 0.75 * pitch, text.places[-1] + 0.75 * pitch))
    parted = line("云渡市人民医院", second="云渡市甲乙丙院", turns=0.7)
    assert len(parted.arcs) == 2
    assert parted.arcs[0][1] < parted.places[3] < parted.arcs[1][0]


@pytest.mark.parametrize(
    ("ring_says", "printed", "whose"),
    [
        ("云渡市人民医", "云渡市人民医院", Whose.OTHER),
        ("渡市人民医院", "审核单位云渡市人民医院公章", Whose.UNSURE),
        ("渡市人民医院", "云渡市人民医院2021年3月", Whose.OTHER),
        ("云渡市民医", "云渡市人民医院", Whose.OTHER),
        ("云渡市人", "云渡市人民医院", Whose.UNSURE),
        ("云渡市人民药", "云渡市人民医院", Whose.UNSURE),
        ("云渡市人民医", "", Whose.UNSURE),
        ("青岚市第二中", "云渡市人民医院", Whose.OWN),
        ("青岚市第二", "青岚市第二医院", Whose.OWN),
        ("教务", "教务处", Whose.UNSURE),
    ],
)
def test_most_of_a_bodys_name_is_enough_where_the_whole_is_printed_beneath_and_no_less_rules_out_the_unit(
    ring_says: str, printed: str, whose: Whose
) -> None:
    seal = ring(line(ring_says, turns=0.08 * len(ring_says)))
    assert whose_seal(seal, writings(Applicant(names=("沈知秋",), units=(UNIT,))), (printed,) if printed else ()) is whose


@pytest.mark.parametrize(
    ("text", "emblem"),
    [
        ("云渡市人民政府", True),
        ("中共云渡市委员会", True),
        ("云渡市中级人民法院", True),
        ("云渡市教育局", False),
        ("云渡市人民医院", False),
    ],
)
def test_ministries_governments_and_committees_of_the_party_have_an_emblem_for_a_star(text: str, emblem: bool) -> None:
    assert bears_emblem(text) is emblem
