"""Name chops: the applicant's is recognised however it is cut; somebody else's only where nothing is left to doubt."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest

from fixtures.canvas import Canvas
from fixtures.degrade import DEGRADATIONS, Sheet
from fixtures.people import Span
from fixtures.seals import CHOP, SQUARE, Seal, press
from redact.applicant import Applicant
from redact.finding import OTHER_CHOP, Category, Engine, Finding, Looked, NotLooked, Shape
from redact.geometry import Quad
from redact.models.seals import seal_detector
from redact.models.seals.cells import plates, upright
from redact.models.seals.chops import chop_reader
from redact.page import Page, Posteriors, Word
from redact.pipeline.chops import chops, printed_beside
from redact.pipeline.engines import Engines, default_engines
from redact.pipeline.find import Wanted
from redact.pipeline.isolation import Isolation
from redact.search.chops import ReadPlate, Whose, people, whose

ME, SOMEBODY = "沈知秋", "王建国"
MM = 150 / 25.4
# Text, layout: three and four cells, two columns, a row, a column, an oval, and what chops say beside the name.
LAYOUTS = {
    "square": ("", ""),
    "tall surname": ("", "1+2"),
    "tall last": ("", "2+1"),
    "loop": ("印", "loop"),
    "column": ("", "column"),
    "row": ("", "row"),
    "row from the left": ("", "row-from-left"),
    "with 章": ("章", ""),
}


def wanted(*names: str) -> Wanted:
    return Wanted.of(Applicant(names=names))


def sheet(seal: Seal, quarters: int = 0) -> Page:
    """A small sheet with one seal."""
    canvas = Canvas(60, 60, 150)
    press(canvas, seal, 30, 30, "chop")
    return Page(1, np.ascontiguousarray(np.rot90(canvas.pixels, -quarters)), 150.0)


def found(page: Page) -> Finding:
    # The detector may see an inner frame besides.
    return max(seal_detector().find(page), key=lambda seal: seal.quad.area)


def verdict(seal: Seal, *names: str) -> Whose:
    page = sheet(seal)
    sought = wanted(*(names or (ME,)))
    return whose(chop_reader().read_chop(page, found(page), sought.sought), sought.writings)


@pytest.mark.parametrize("white", [False, True], ids=["red", "white"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_applicants_chop_is_recognised_in_every_layout(layout: str, white: bool) -> None:
    ending, how = LAYOUTS[layout]
    assert verdict(Seal(ME + ending, CHOP, 20, layout=how, white=white, tilt=7)) is Whose.OWN


@pytest.mark.parametrize("white", [False, True], ids=["red", "white"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_somebody_elses_chop_is_told_apart_in_every_layout(layout: str, white: bool) -> None:
    ending, how = LAYOUTS[layout]
    assert verdict(Seal(SOMEBODY + ending, CHOP, 20, layout=how, white=white, tilt=-5)) is Whose.OTHER


def test_an_oval_chop_is_read_too() -> None:
    assert verdict(Seal(ME, CHOP, 20, layout="oval")) is Whose.OWN
    assert verdict(Seal("周建明", CHOP, 20, layout="oval")) is Whose.OTHER


@pytest.mark.parametrize("text", ["沈清之印", "欧阳清秋", "沈清印章"])
def test_names_of_two_and_four_characters_fill_a_square_as_well(text: str) -> None:
    name = text.removesuffix("之印").removesuffix("印章")
    assert verdict(Seal(text, CHOP, 18), name) is Whose.OWN
    assert verdict(Seal(text, CHOP, 18), "韩越") is Whose.OTHER


@pytest.mark.parametrize("name", ["沈知", "沈知秋", "沈望秋", "秋知沈", "知秋"])
def test_a_chop_that_is_near_to_the_applicants_name_is_never_somebody_elses(name: str) -> None:
    assert verdict(Seal(ME, CHOP, 18, white=True), name) is not Whose.OTHER


def test_a_former_name_is_the_applicants_too() -> None:
    assert verdict(Seal(SOMEBODY, CHOP, 18), ME, SOMEBODY) is Whose.OWN


@pytest.mark.parametrize(
    "text", ["财务专用章", "人事处章", "高等学校", "安全检查", "青岚一中", "付讫", "已审核", "青岚市第一中学", "方正公司", "石河子市"]
)
@pytest.mark.parametrize("shape", [SQUARE, CHOP])
def test_a_units_stamp_is_nobodys_name_chop(shape: str, text: str) -> None:
    assert verdict(Seal(text, shape, 20)) is Whose.UNSURE


@pytest.mark.parametrize("seed", range(12))
def test_a_bad_impression_of_the_own_chop_is_never_taken_for_somebody_elses(seed: int) -> None:
    random = Random(seed)
    seal = Seal(ME, CHOP, random.uniform(8, 11), strength=random.uniform(0.35, 0.6), white=seed % 2 == 0).loosely(random)
    canvas = Canvas(40, 40, 100)
    press(canvas, seal, 20, 20, "chop")
    noise = np.random.default_rng(seed).normal(0, 12, canvas.pixels.shape)
    page = Page(1, np.clip(canvas.pixels + noise, 0, 255).astype(np.uint8), 100.0)
    sought = wanted(ME)
    for finding in seal_detector().find(page):
        assert whose(chop_reader().read_chop(page, finding, sought.sought), sought.writings) is not Whose.OTHER


def test_what_is_printed_over_a_chop_does_not_hide_whose_it_is() -> None:
    canvas = Canvas(60, 60, 150)
    press(canvas, Seal(ME, CHOP, 18), 30, 30, "chop")
    pixels = canvas.pixels.copy()
    pixels[round(26 * MM) : round(26.6 * MM), round(10 * MM) : round(50 * MM)] = 30
    page, sought = Page(1, pixels, 150.0), wanted(ME)
    assert whose(chop_reader().read_chop(page, found(page), sought.sought), sought.writings) is Whose.OWN


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_chop_is_read_as_the_pages_text_is_turned(quarters: int) -> None:
    page, sought = sheet(Seal(ME, CHOP, 18, tilt=4), quarters), wanted(ME)
    assert whose(chop_reader().read_chop(page, found(page), sought.sought, turn=quarters), sought.writings) is Whose.OWN


def test_the_edge_that_runs_along_the_text_comes_first() -> None:
    tilted = Quad.centred((50, 50), 10, 10, np.deg2rad(80))
    assert upright(tilted, 0).direction == pytest.approx((np.cos(np.deg2rad(-10)), np.sin(np.deg2rad(-10))))
    assert upright(tilted, 1).direction == pytest.approx(tilted.direction)


def test_nothing_can_be_made_out_on_blank_paper() -> None:
    page = Page(1, np.full((200, 200, 3), 250, np.uint8), 150.0)
    assert plates(page, Finding(Category.SEAL, Quad.centred((100, 100), 40, 40), 1.0, Engine("seals", "1"), "red"), 0) == []


# What the two readers read, spelled out: a cell each.


def cell(character: str, p: float = 0.99, sought: str = ME) -> Posteriors:
    """Three steps of a cell: blank, the character, blank."""
    chances = dict.fromkeys(sought, 1e-9) | ({character: p} if character in sought else {})
    known = "".join(chances)
    log_p = np.full((3, len(known)), np.log(1e-9), np.float16)
    log_p[1] = np.log([chances[c] for c in known])
    rest = np.log(1e-9)
    return Posteriors(
        sought=known,
        log_p=log_p,
        best=np.log(np.array([0.999, p, 0.999])).astype(np.float16),
        blank=np.array([np.log(0.999), rest, np.log(0.999)], np.float16),
        gap=np.array([np.log(0.999), rest, np.log(0.999)], np.float16),
        top=np.array([0, 7, 0], np.int32),
        top_text=("", character, ""),
        centres=np.zeros((3, 2), np.float32),
    )


def read(first: str, second: str | None = None, p: float = 0.99) -> list[ReadPlate]:
    one, two = (tuple(cell(c, p) for c in text) for text in (first, second or first))
    return [ReadPlate(((tuple(range(len(first))),),), (one, two))]


def judge(plates: list[ReadPlate], *names: str) -> Whose:
    return whose(plates, wanted(*(names or (ME,))).writings)


@pytest.mark.parametrize("text", ["王建国", "王建国印", "王建国章", "王伟", "王伟之印", "王伟印章", "司徒建国", "司徒建"])
def test_two_readers_who_agree_on_a_persons_name_are_believed(text: str) -> None:
    assert judge(read(text)) is Whose.OTHER


@pytest.mark.parametrize(
    "text", ["建国", "王", "王印", "王建国华", "建国印", "王建国A", "王会计印", "ab王", "王公司", "王建建国华", "付讫"]
)
def test_what_is_no_persons_name_stays_a_seal(text: str) -> None:
    assert judge(read(text)) is Whose.UNSURE


def test_of_two_ways_to_cut_that_can_be_read_the_finer_one_counts() -> None:
    plate = ReadPlate((((0, 1, 2),), ((0, 1, 3, 4),)), (tuple(map(cell, "高等秋学校")), tuple(map(cell, "高等秋学校"))))
    assert judge([plate], "韩越") is Whose.UNSURE


def test_readers_who_disagree_in_one_character_are_not_believed_where_the_applicant_shares_another() -> None:
    assert judge(read("王建国", "王健国"), "王明远") is Whose.UNSURE
    assert judge(read("沈建国", "沈健国")) is Whose.UNSURE


@pytest.mark.parametrize(("first", "second"), [("王建国", "王健国"), ("王国建印", "王国健印"), ("司徒建国", "司徒健国")])
def test_one_unread_character_of_a_given_name_leaves_a_stranger_a_stranger(first: str, second: str) -> None:
    assert judge(read(first, second)) is Whose.OTHER


@pytest.mark.parametrize(
    ("first", "second"),
    [("王建国", "玉建国"), ("王建", "王健"), ("王建国", "王健围"), ("王建会", "王健会"), ("建国印", "健国印"), ("王建国印", "王建国即")],
)
def test_more_than_one_character_of_the_given_name_unread_tells_nothing(first: str, second: str) -> None:
    assert judge(read(first, second)) is Whose.UNSURE


def test_a_stamp_of_which_one_character_is_unread_is_not_taken_for_a_person_where_the_unit_may_hold_it() -> None:
    sought = Wanted.of(Applicant(names=(ME,), units=("高昌一中",)))
    assert whose(read("高昌一", "高吕一"), sought.writings) is Whose.UNSURE


def test_a_reader_who_is_not_sure_is_not_believed() -> None:
    assert judge(read("王建国", p=0.4)) is Whose.UNSURE


@pytest.mark.parametrize(("first", "second", "is_"), [(0.99, 0.2, Whose.OTHER), (0.99, 0.01, Whose.UNSURE), (0.8, 0.2, Whose.UNSURE)])
def test_one_very_sure_reader_is_believed_where_the_other_is_not_against_it(first: float, second: float, is_: Whose) -> None:
    # An applicant of the same surname: all characters must be agreed.
    sought = "王明远建"
    doubted = cell("健", 0.7, sought)
    log_p = doubted.log_p.copy()
    log_p[1, -1] = np.log(second)
    doubted = replace(doubted, log_p=log_p)
    surname, last = cell("王", sought=sought), cell("国", sought=sought)
    one = surname, cell("建", first, sought), last
    assert judge([ReadPlate((((0, 1, 2),),), (one, (surname, doubted, last)))], "王明远") is is_


def test_no_way_to_cut_may_come_near_to_the_applicants_name() -> None:
    assert judge([*read("王建国"), *read("沈知回")]) is Whose.UNSURE


def test_the_applicants_characters_are_sought_in_any_order() -> None:
    assert judge(read("秋沈知印")) is Whose.OWN


def test_a_long_name_is_sought_as_it_is_read() -> None:
    name = "艾山·吐尔洪"
    assert judge(read("艾山吐尔洪", "口口口口口"), name) is Whose.UNSURE  # its posteriors were not kept
    kept = tuple(cell(c, sought="艾山吐尔洪") for c in "艾山吐尔洪")
    plate = ReadPlate((((0, 1, 2, 3, 4),),), (kept, kept))
    assert judge([plate], name) is Whose.OWN


def test_a_seal_of_which_nothing_could_be_made_out_stays_a_seal() -> None:
    assert judge([]) is Whose.UNSURE


# A name that is printed beside the chop.


def beside(first: str, second: str, *named: str, mine: str = ME, units: tuple[str, ...] = ()) -> Whose:
    """The readers keep what they think of the printed names' characters, too."""
    sought = "".join(dict.fromkeys(mine + "".join(named)))
    one, two = (tuple(cell(c, sought=sought) for c in text) for text in (first, second))
    plate = ReadPlate(((tuple(range(len(first))),),), (one, two))
    return whose([plate], Wanted.of(Applicant(names=(mine,), units=units)).writings, named)


def test_the_chop_of_who_signs_beside_it_is_theirs_though_one_reader_misreads_a_character() -> None:
    # Nobody is clearly named by what both agree on: the applicant has the same surname.
    assert beside("王玥国印", "王明国印", mine="王思远") is Whose.UNSURE
    assert beside("王玥国印", "王玥国印", "王玥国", mine="王思远") is Whose.OTHER


@pytest.mark.parametrize(
    ("second", "is_"),
    [("王明国印", Whose.OTHER), ("王明围印", Whose.UNSURE)],
    ids=["one character misread", "two"],
)
def test_a_printed_name_that_the_first_reader_reads_by_the_letter_is_believed_but_for_one_character_of_the_second(
    second: str, is_: Whose
) -> None:
    assert beside("王玥国印", second, "王玥国", mine="王思远") is is_


def test_where_the_applicants_characters_could_stand_as_well_a_printed_name_must_be_read_by_both() -> None:
    assert beside("沈知国印", "沈知围印", "王知国") is Whose.UNSURE
    assert beside("王知秋印", "王知秋印", "王建秋") is Whose.UNSURE


def test_a_printed_name_of_which_the_chop_shows_too_little_tells_nothing() -> None:
    assert beside("王口口印", "王日日印", "王玥国") is Whose.UNSURE


@pytest.mark.parametrize("name", [ME, "沈知夏", "沈秋"])
def test_a_printed_name_that_is_near_to_the_applicants_tells_nothing(name: str) -> None:
    assert beside("口口口印", "口口口印", name) is not Whose.OTHER
    assert beside(name, name, name) is not Whose.OTHER


def test_the_applicants_chop_beside_somebodys_printed_name_is_the_applicants() -> None:
    assert beside(ME + "印", ME + "印", "王建国") is Whose.OWN


def test_what_a_units_name_may_hold_is_nobodys_name() -> None:
    assert beside("高昌一", "高吕一", "高昌", units=("高昌一中",)) is Whose.UNSURE


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("审核人：王建国", {"王建国"}),
        ("王　伟", {"王伟"}),
        ("司徒建国、王伟（签字）", {"司徒建国", "王伟"}),
        ("王建國", {"王建国"}),
        ("王建国同志参加", set()),
        ("付讫 2024", set()),
        ("建国", set()),
    ],
)
def test_names_of_people_are_runs_of_characters_that_a_name_could_have(text: str, names: set[str]) -> None:
    assert people(text) == names


def test_only_names_near_the_chop_that_were_read_surely_count() -> None:
    seal = Finding(Category.SEAL, Quad.centred((300, 300), 50, 50), 0.9, Engine("seals", "1"), "grey")
    printed = [
        Word(quad, text, (quad,) * len(text), score, "drawn")
        for text, at, score in (("王建国", 200, 0.99), ("李大有", 200, 0.7), ("周明远", 900, 0.99))
        for quad in (Quad.centred((at, 300), 30, 10),)
    ]
    assert printed_beside(seal, printed, 350) == {"王建国"}


# Print around it.


@pytest.mark.parametrize("y", [18.5, 19.5, 20.5], ids=["beside", "touching", "across its frame"])
def test_a_line_of_print_beside_a_grey_chop_is_none_of_its_characters(y: float) -> None:
    canvas = Canvas(60, 60, 150)
    canvas.line(2, y, [Span("青岚市农业科学研究所审核")], 12)
    press(canvas, Seal(SOMEBODY + "印", CHOP, 13, ink="black", strength=0.7, tilt=6), 30, 30, "chop")
    page, sought = Page(1, np.ascontiguousarray(canvas.pixels), 150.0), wanted(ME)
    place = Finding(Category.SEAL, Quad.centred((30 * MM, 30 * MM), 8 * MM, 8 * MM, np.deg2rad(6)), 0.9, Engine("seals", "1"), "grey")
    assert whose(chop_reader().read_chop(page, place, sought.sought), sought.writings) is Whose.OTHER


@pytest.mark.parametrize("seed", range(4))
def test_a_filled_chop_on_a_1_bit_scan_keeps_all_its_rows(seed: int) -> None:
    canvas = Canvas(60, 60, 200)
    press(canvas, Seal(SOMEBODY + "印", CHOP, 15, white=True, ink="red", seed=seed), 30, 30, "chop")
    scanned = DEGRADATIONS["bilevel"](Sheet(canvas.pixels, canvas.truth("chop")), np.random.default_rng(seed)).pixels
    half = 9 * 200 / 25.4
    place = Finding(Category.SEAL, Quad.centred((30 * 200 / 25.4,) * 2, half, half), 0.9, Engine("seals", "1"), "grey")
    found = plates(Page(1, np.ascontiguousarray(scanned), 200.0), place, 0)
    assert any(len(orders[0]) == 4 for plate in found for orders in plate.settings)


# The look at a page.


@cache
def engines() -> Engines:
    return default_engines()


def looked(page: Page, *names: str, engines_: Engines | None = None, seal: Finding | None = None) -> tuple[object, object]:
    seals = Looked(Engine("seals", "1"), (seal or found(page),))
    return chops(page, seals, wanted(*(names or (ME,))), (), engines_ or engines(), Isolation(60))


def test_the_applicants_chop_is_a_name_and_stays_a_seal_besides() -> None:
    page = sheet(Seal(ME, CHOP, 18))
    names, seals = looked(page)
    assert isinstance(names, Looked)
    assert isinstance(seals, Looked)
    (name,) = names.findings
    assert (name.category, name.hint, name.quad) == (Category.NAME, "chop", found(page).quad)
    assert seals.findings == (found(page),)


def test_another_persons_chop_is_marked() -> None:
    page = sheet(Seal(SOMEBODY, CHOP, 18))
    names, seals = looked(page)
    assert isinstance(names, Looked)
    assert isinstance(seals, Looked)
    assert names.findings == ()
    assert [seal.hint for seal in seals.findings] == [OTHER_CHOP]


@pytest.mark.parametrize(
    "change",
    [
        {"hint": "edge"},
        {"quad": Quad.centred((177, 177), 22 * MM, 22 * MM)},
        {"quad": Quad.centred((177, 177), 24 * MM, 10 * MM)},
        {"quad": Quad.centred((177, 177), 2 * MM, 2 * MM)},
    ],
    ids=["cut by the edge", "too large", "too long", "too small"],
)
def test_a_seal_that_is_no_whole_small_one_is_never_somebodys_chop(change: dict[str, object]) -> None:
    page = sheet(Seal(SOMEBODY, CHOP, 18))
    _, seals = looked(page, seal=replace(found(page), **change))  # type: ignore[arg-type]
    assert isinstance(seals, Looked)
    assert OTHER_CHOP not in {seal.hint for seal in seals.findings}


def test_seals_stay_seals_where_the_reader_of_chops_fails() -> None:
    def broken() -> object:
        raise RuntimeError("no reader")

    page = sheet(Seal(SOMEBODY, CHOP, 18))
    names, seals = looked(page, engines_=replace(engines(), chops=broken))  # type: ignore[arg-type]
    assert isinstance(names, NotLooked)
    assert isinstance(seals, Looked)
    assert seals.findings == (found(page),)


def test_without_a_look_for_seals_there_is_none_for_chops() -> None:
    nobody = NotLooked(Engine("seals", "1"), "timeout")
    page = sheet(Seal(SOMEBODY, CHOP, 18))
    assert chops(page, nobody, wanted(ME), (), engines(), Isolation(60)) == (nobody, nobody)


def test_an_oval_chops_mask_keeps_its_shape() -> None:
    page = sheet(Seal(ME, CHOP, 20, layout="oval"))
    names, _ = looked(page)
    assert isinstance(names, Looked)
    assert [name.shape for name in names.findings] == [Shape.ELLIPSE]
