"""A policy is refused where it would release, and decides by what it says."""

import time
from dataclasses import asdict
from pathlib import Path

import pytest

from redact import Category, Finding, PolicyError, Quad
from redact.finding import CHOP, CUT_BY_OTHER_SEAL, CUT_BY_OTHERS, OTHER_CHOP, OTHER_SEAL, OWN_SEAL, UNSURE_SEAL, Engine, NumberKind, Shape
from redact.masking import covered
from redact.policy import available, load, parse, text_of

ENGINE = Engine("test", "1")
TEXT = text_of("urumqi-2025")


def finding(category: Category, quad: Quad, hint: str = "exact", shape: Shape = Shape.QUAD) -> Finding:
    return Finding(category, quad, 0.9, ENGINE, hint, shape)


def quad(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return Quad(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


SOME = quad(10, 10, 90, 30)


def test_the_default_hides_the_four_things_of_the_rule() -> None:
    rules = load().rules
    assert all(rules.of(c) == "mask" for c in (Category.NAME, Category.UNIT, Category.SEAL, Category.EYES))


def test_every_shipped_policy_loads_and_says_its_own_name() -> None:
    assert [load(name).name for name in available()] == list(available())


def test_the_digest_changes_with_any_entry() -> None:
    other = parse(TEXT.replace("along = 0.25", "along = 0.26"))
    assert other.digest != load().digest
    assert parse(TEXT).digest == load().digest


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("[rules]", "[rules]\nsignature = 'mask'"), "rules.signature"),
        (('name = "mask" ', "# gone "), "rules.name"),
        (('eyes = "mask"', 'eyes = "blur"'), "rules.eyes"),
        (('phone = "leave-visible"', 'phone = "hide"'), "numbers.phone"),
        (("[numbers] ", "[numbers]\npassport = 'mask'\n"), "numbers.passport"),
        (('cover = "band"', 'cover = "mosaic"'), "eyes.cover"),
        (('search = "default"', 'search = "quick"'), "eyes.search"),
        (("fill = [0, 0, 0]", "fill = [255, 255, 255]"), "mask.fill"),
        (("pages = 300", "pages = 0"), "limits"),
        (('second_readers = ["ppocr-v4", "tesseract"]', "second_readers = []"), "verification.second_readers"),
        (('schema = "redact.policy/1"', 'schema = "redact.policy/9"'), "schema"),
        ((TEXT, ""), "empty"),
        ((TEXT, "this is no TOML ["), "no-toml"),
    ],
)
def test_a_policy_with_a_hole_is_refused_and_the_hole_named(change: tuple[str, str], what: str) -> None:
    broken = TEXT.replace(*change, 1)
    assert broken != TEXT
    with pytest.raises(PolicyError) as caught:
        parse(broken)
    assert what in str(caught.value.facts["what"])


def test_a_policy_that_masks_nothing_is_refused() -> None:
    lines = [line.replace('= "mask"', '= "leave-visible"') if '= "mask"' in line else line for line in TEXT.splitlines()]
    with pytest.raises(PolicyError, match="mask-nothing"):
        parse("\n".join(lines))


@pytest.mark.parametrize("name", ["no-such", "/etc/passwd", "missing.toml"])
def test_an_unknown_policy_is_refused(name: str) -> None:
    with pytest.raises(PolicyError):
        load(name)


def test_a_policy_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(TEXT.replace('name = "urumqi-2025"', 'name = "ours"'), encoding="utf-8")
    assert load(path).name == "ours"


def test_an_unknown_category_is_masked() -> None:
    assert load().rules.of("signature") == "mask"


def test_what_the_policy_leaves_visible_is_not_redacted() -> None:
    assert load().decide([finding(Category.NUMBER, quad(10, 10, 90, 30))], 200, 200) == ()
    assert load().leaves_visible == (Category.NUMBER, *NumberKind)


@pytest.mark.parametrize(("category", "hint"), [(Category.SEAL, OTHER_CHOP), (Category.UNKNOWN, CUT_BY_OTHERS)])
def test_another_persons_chop_and_what_it_cuts_follow_their_entry(category: Category, hint: str) -> None:
    assert not load().masks(finding(category, SOME, hint))
    strict = parse(TEXT.replace('chops_of_others = "leave-visible"', 'chops_of_others = "mask"'))
    assert strict.masks(finding(category, SOME, hint))


@pytest.mark.parametrize("category", [Category.NAME, Category.UNIT, Category.EYES])
def test_only_a_seal_is_left_for_being_another_persons_chop(category: Category) -> None:
    assert load().masks(finding(category, SOME, OTHER_CHOP))


@pytest.mark.parametrize(("category", "hint"), [(Category.SEAL, OTHER_SEAL), (Category.UNKNOWN, CUT_BY_OTHER_SEAL)])
def test_another_bodys_seal_and_what_it_cuts_are_masked_where_every_seal_is(category: Category, hint: str) -> None:
    assert not load().masks(finding(category, SOME, hint))
    assert parse(TEXT.replace('which = "own-unit"', 'which = "all"')).masks(finding(category, SOME, hint))


@pytest.mark.parametrize("hint", [OWN_SEAL, UNSURE_SEAL, "edge", "red", ""])
def test_every_other_seal_is_masked(hint: str) -> None:
    assert load().masks(finding(Category.SEAL, SOME, hint))


@pytest.mark.parametrize("category", [Category.NAME, Category.UNIT, Category.EYES])
def test_only_a_seal_is_left_for_being_another_bodys(category: Category) -> None:
    assert load().masks(finding(category, SOME, OTHER_SEAL))


def test_a_rule_for_seals_that_is_not_known_is_refused_and_each_has_its_digest() -> None:
    with pytest.raises(PolicyError, match=r"seals\.which"):
        parse(TEXT.replace('which = "own-unit"', 'which = "none"'))
    assert parse(TEXT.replace('which = "own-unit"', 'which = "all"')).digest != load().digest


def test_a_policy_that_does_not_say_what_becomes_of_others_chops_is_refused() -> None:
    lines = [line for line in TEXT.splitlines() if not line.startswith("chops_of_others")]
    with pytest.raises(PolicyError, match="chops_of_others"):
        parse("\n".join(lines))


def test_a_name_chops_mask_is_the_chop_without_padding_and_comes_before_the_seal_it_is() -> None:
    chop = finding(Category.NAME, SOME, CHOP)
    (mask,) = load().decide([chop, finding(Category.SEAL, SOME, "red")], 100, 100)
    assert (mask.category, mask.reason, mask.quad) == (Category.NAME, "name.chop", SOME.outward())


def test_a_number_follows_the_entry_of_its_kind_and_a_given_one_its_rule() -> None:
    phones = parse(TEXT.replace('phone = "leave-visible"', 'phone = "mask"'))
    given = parse(TEXT.replace('number = "leave-visible"  #', 'number = "mask"  #'))
    assert [phones.masks(finding(Category.NUMBER, SOME, hint)) for hint in ("phone", "id-number", "exact")] == [True, False, False]
    assert [given.masks(finding(Category.NUMBER, SOME, hint)) for hint in ("phone", "id-number", "exact")] == [False, False, True]
    assert phones.numbers.masked == {NumberKind.PHONE}


@pytest.mark.parametrize("kind", list(NumberKind))
def test_every_kind_of_number_has_an_entry_that_must_be_there(kind: NumberKind) -> None:
    entry = kind.replace("-", "_")
    lines = [line for line in TEXT.splitlines() if not line.startswith(entry)]
    with pytest.raises(PolicyError) as caught:
        parse("\n".join(lines))
    assert f"numbers.{entry}" in str(caught.value.facts["what"])


def test_a_policy_that_masks_numbers_alone_masks_something() -> None:
    rows = [line.replace('= "mask"', '= "leave-visible"') for line in TEXT.splitlines()]
    assert parse("\n".join(rows).replace('email = "leave-visible"', 'email = "mask"')).numbers.masked == {NumberKind.EMAIL}


def test_the_second_policy_is_the_first_and_masks_numbers_as_well() -> None:
    first, second = (asdict(load(name)) for name in ("urumqi-2025", "urumqi-2025-numbers"))
    assert set(first.pop("numbers").values()) == {first["rules"].pop("number")} == {"leave-visible"}
    assert set(second.pop("numbers").values()) == {second["rules"].pop("number")} == {"mask"}
    strangers = ("name", "version")
    assert {k: v for k, v in first.items() if k not in strangers} == {k: v for k, v in second.items() if k not in strangers}


def test_a_text_mask_is_padded_from_its_own_height_and_a_seals_is_not() -> None:
    name, seal = load().decide(
        [finding(Category.NAME, quad(100, 100, 180, 140)), finding(Category.SEAL, quad(300, 300, 400, 400), "red", Shape.ELLIPSE)], 999, 999
    )
    assert (name.quad.box().x0, name.quad.box().y0) == (90, 94)
    assert seal.quad.box().x0 == 300
    assert seal.shape is Shape.ELLIPSE


def test_a_vertical_text_is_padded_along_its_column() -> None:
    column = Quad(((140, 100), (140, 180), (100, 180), (100, 100)))
    (name,) = load().decide([finding(Category.NAME, column)], 999, 999)
    assert (name.quad.box().y0, name.quad.box().x0) == (90, 94)


def test_one_thing_seen_twice_is_listed_once() -> None:
    rows = load().decide(
        [finding(Category.NAME, quad(100, 100, 180, 140)), finding(Category.NAME, quad(102, 101, 170, 139), "fuzzy")], 999, 999
    )
    assert [row.reason for row in rows] == ["name.exact"]


def test_the_order_of_findings_does_not_change_the_decision() -> None:
    findings = [finding(Category.NAME, quad(x, y, x + 40, y + 20)) for x, y in ((10, 10), (200, 10), (10, 300))]
    assert load().decide(findings, 500, 500) == load().decide(findings[::-1], 500, 500)


def test_what_lies_off_the_page_is_no_redaction() -> None:
    assert load().decide([finding(Category.NAME, quad(600, 10, 700, 30))], 500, 500) == ()


def test_a_small_seal_in_the_open_corner_of_a_round_one_is_masked_too() -> None:
    big, small = quad(0, 0, 400, 400), quad(5, 5, 65, 65)
    seals = [finding(Category.SEAL, q, shape=Shape.ELLIPSE) for q in (big, small)]
    redactions = load().decide(seals, 1000, 1000)
    assert len(redactions) == 2
    assert covered(1000, 1000, redactions)[30, 30]


def test_a_round_seal_seen_twice_or_inside_another_is_listed_once() -> None:
    places = [quad(0, 0, 400, 400), quad(0, 0, 400, 400), quad(150, 150, 250, 250), Quad.centred((200, 200), 90, 60, 0.4)]
    assert len(load().decide([finding(Category.SEAL, q, shape=Shape.ELLIPSE) for q in places], 1000, 1000)) == 1


def test_a_name_ten_thousand_times_is_decided_in_no_time() -> None:
    many = [finding(Category.NAME, quad(x, y, x + 6, y + 6)) for x in range(0, 2000, 20) for y in range(0, 2000, 20)]
    start = time.process_time()
    assert len(load().decide(many, 2100, 2100)) == 10_000
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "change", [("along = 0.25", "along = nan"), ("across = 0.15", "across = inf"), ("rounds = 2 ", "rounds = 1000000 ")]
)
def test_a_number_without_measure_is_refused(change: tuple[str, str]) -> None:
    assert change[0] in TEXT
    with pytest.raises(PolicyError):
        parse(TEXT.replace(*change))


@pytest.mark.parametrize("name", ["n" * 5000 + ".toml", "a\0b.toml"])
def test_a_name_that_no_file_can_have_is_an_unknown_policy(name: str) -> None:
    with pytest.raises(PolicyError):
        load(name)


def test_a_redaction_says_which_engines_saw_it_those_of_the_proof_among_them() -> None:
    place = Quad(((100, 100), (200, 100), (200, 130), (100, 130)))
    beside = Quad(((100, 300), (200, 300), (200, 330), (100, 330)))
    findings = [
        Finding(Category.NAME, place, 0.9, Engine("first", "1"), "exact"),
        Finding(Category.NAME, place.grow(-2, -2), 0.9, Engine("second", "1"), "exact"),
        Finding(Category.NAME, beside, 0.9, Engine("second", "1"), "exact"),
    ]
    found = {(r.category, r.quad.centre[1]): r.found_by for r in load().decide(findings, 600, 400)}
    assert found == {("name", 115.0): ("first", "second"), ("name", 315.0): ("second",)}
