"""Lines that nobody reads, and suggestions that two readers refute."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact import Applicant
from redact.finding import Category, Engine, Finding
from redact.geometry import Quad
from redact.page import Page, Posteriors, Word
from redact.pipeline.agreement import both_read_another, settled
from redact.pipeline.verify.legible import has_ink, is_uyghur, unread_by_both
from redact.search import writings

NOTHING_MASKED = np.zeros((400, 600), np.bool_)


def box(x0: float, y0: float, x1: float, y1: float) -> Quad:
    return Quad(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


LINE = box(50, 100, 250, 130)


def word(text: str | None, score: float, quad: Quad = LINE) -> Word:
    (x0, y0), (x1, _), (_, y1), _ = quad.points
    pitch = (x1 - x0) / max(1, len(text or ""))
    places = tuple(box(x0 + i * pitch, y0, x0 + (i + 1) * pitch, y1) for i in range(len(text or "")))
    return Word(quad, text, places, score, "test")


def test_a_line_that_neither_reader_reads_is_open() -> None:
    assert unread_by_both([word("口口日", 0.3)], [word(None, 0.0)], NOTHING_MASKED) == (LINE,)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([word("高级教师", 0.9)], [word(None, 0.0)]),
        ([word(None, 0.0)], [word("高级教师", 0.9)]),
        ([word(None, 0.0)], [word("高级", 0.9, box(50, 100, 140, 130)), word("教师", 0.9, box(150, 100, 250, 130))]),
    ],
)
def test_a_line_that_one_of_them_reads_is_read(first: list[Word], second: list[Word]) -> None:
    assert unread_by_both(first, second, NOTHING_MASKED) == ()


def test_a_reader_that_sees_no_line_there_reads_none() -> None:
    assert unread_by_both([word(None, 0.0)], [], NOTHING_MASKED) == (LINE,)


def test_a_line_that_the_second_reader_alone_sees_counts_where_it_guesses_letters() -> None:
    assert unread_by_both([], [word("口口", 0.4)], NOTHING_MASKED) == (LINE,)
    assert unread_by_both([], [word(None, 0.0)], NOTHING_MASKED) == ()


@pytest.mark.parametrize("noughts", ["0", "DOOO", "000"])
def test_a_row_of_rings_is_an_ornament(noughts: str) -> None:
    assert unread_by_both([word(noughts, 0.4)], [word(noughts, 0.4)], NOTHING_MASKED) == ()


@pytest.mark.parametrize(
    ("guess", "counts"), [("口日", True), ("Lina", True), ("口", False), ("001", False), ("AP", False), ("oooo", False)]
)
def test_what_the_second_reader_alone_guesses_counts_where_it_may_be_a_name(guess: str, counts: bool) -> None:
    assert bool(unread_by_both([], [word(guess, 0.4)], NOTHING_MASKED)) is counts


def test_the_rim_of_a_line_that_was_read_is_no_line() -> None:
    rim = box(230, 100, 290, 130)
    assert unread_by_both([word("高级教师", 0.9)], [word("口", 0.2, rim)], NOTHING_MASKED) == ()


def test_a_line_that_was_print_over_a_watermark_is_not_open_where_both_were_read_apart() -> None:
    whole, piece = word("口日", 0.3), word("评", 0.9, box(60, 105, 100, 125))
    assert unread_by_both([whole], [], NOTHING_MASKED, [word("职称评审", 0.95)]) == ()
    assert unread_by_both([whole], [], NOTHING_MASKED, [piece]) == (LINE,)
    assert unread_by_both([whole], [], NOTHING_MASKED, [word("职称评审", 0.5)]) == (LINE,)
    assert unread_by_both([], [whole], NOTHING_MASKED, [word("职称评审", 0.95)]) == ()


def test_a_line_on_a_watermark_that_was_read_is_open_still() -> None:
    large = replace(word("仅供职称评审", 0.95, box(20, 60, 400, 180)), watermark=True)
    assert unread_by_both([word("口日", 0.3)], [], NOTHING_MASKED, [large]) == (LINE,)


def test_a_masked_line_is_not_open() -> None:
    masked = NOTHING_MASKED.copy()
    masked[95:135, 45:255] = True
    assert unread_by_both([word("口日", 0.2)], [], masked) == ()


@pytest.mark.parametrize("quad", [box(50, 100, 80, 107), box(50, 100, 70, 120)])
def test_a_mark_too_small_for_two_characters_is_no_line(quad: Quad) -> None:
    assert unread_by_both([word("口日", 0.2, quad)], [], NOTHING_MASKED) == ()


@given(st.floats(10, 300), st.floats(10, 300), st.floats(30, 200), st.floats(10, 60))
def test_an_unread_line_is_open_wherever_it_stands_and_named_once(x: float, y: float, length: float, height: float) -> None:
    quad = box(x, y, x + max(length, 1.5 * height), y + height)
    assert unread_by_both([word(None, 0.0, quad)], [word("口口", 0.2, quad)], NOTHING_MASKED) == (quad,)


@pytest.mark.parametrize(
    ("text", "score", "uyghur"),
    [
        ("ئەنۋەر تۇرسۇن", 0.98, True),
        ("ئەنۋەر تۇرسۇن", 0.90, False),
        ("چ 334 (2025) #02", 0.98, False),
        ("ب ۋ", 0.99, False),
        (None, 0.0, False),
    ],
)
def test_uyghur_script_is_letters_of_it_read_surely_and_nothing_else(text: str | None, score: float, uyghur: bool) -> None:
    assert is_uyghur(word(text, score)) is uyghur


def test_grain_is_no_ink_and_print_is_however_faint() -> None:
    grain = np.random.default_rng(3).normal(225, 5, (400, 600, 1)).clip(0, 255).astype(np.uint8).repeat(3, axis=2)
    print_ = grain.copy()
    print_[105:125:4, 60:240:2] = 180
    assert not has_ink(Page(1, grain, 150), LINE)
    assert has_ink(Page(1, print_, 150), LINE)


SOUGHT = writings(Applicant(names=("洛明川",), units=("云溪市第九中学",)))
RARE = writings(Applicant(names=("洛明頔",)))


def posteriors_word(text: str, score: float, knows: str) -> Word:
    """A word of a recogniser that has the characters and gives none of them any chance."""
    steps = len(text)
    none, sure = np.full((steps, len(knows)), -20.0, np.float16), np.zeros(steps, np.float16)
    middles = np.zeros((steps, 2), np.float32)
    seen = Posteriors(knows, none, sure, none[:, 0], none[:, 0], np.arange(steps, dtype=np.int32), tuple(text), middles)
    return replace(word(text, score), posteriors=seen)


def suggestion(hint: str) -> Finding:
    return Finding(Category.NAME, LINE, 0.7, Engine("second", "1"), hint)


@pytest.mark.parametrize("hint", ["lattice", "fuzzy"])
def test_what_posteriors_suggest_is_refuted_where_both_readers_spell_the_same_other_text(hint: str) -> None:
    assert both_read_another(suggestion(hint), [word("洛明山", 0.99)], [word("洛明山", 0.96)], SOUGHT)


@pytest.mark.parametrize("hint", ["exact", "split", "derived"])
def test_what_was_read_by_the_letter_is_never_refuted(hint: str) -> None:
    assert not both_read_another(suggestion(hint), [word("洛明山", 0.99)], [word("洛明山", 0.96)], SOUGHT)


@pytest.mark.parametrize("hint", ["lattice", "fuzzy"])
@pytest.mark.parametrize("text", ["洛明川", "洛明川教授"])
def test_what_both_readers_spell_as_the_sought_is_never_refuted_whatever_suggested_it(hint: str, text: str) -> None:
    assert not both_read_another(suggestion(hint), [word(text, 0.99)], [word(text, 0.96)], SOUGHT)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (word("洛明山", 0.99), word("洛明出", 0.96)),
        (word("洛明山", 0.85), word("洛明山", 0.96)),
        (word("洛明山", 0.99), word("洛明山", 0.70)),
        (word(None, 0.0), word(None, 0.0)),
    ],
)
def test_readers_that_differ_or_are_not_sure_refute_nothing(first: Word, second: Word) -> None:
    assert not both_read_another(suggestion("lattice"), [first], [second], SOUGHT)


@pytest.mark.parametrize("hint", ["lattice", "fuzzy"])
def test_a_name_with_a_rare_character_is_not_refuted_by_readers_that_lack_it_and_misread_it_alike(hint: str) -> None:
    assert not both_read_another(suggestion(hint), [word("洛明頓", 0.99)], [word("洛明頓", 0.96)], RARE)


def test_a_name_with_a_rare_character_that_both_readers_have_and_posteriors_do_not_suggest_is_refuted() -> None:
    who = writings(Applicant(names=("洛明珩",)))
    read = [posteriors_word("洛明川", 0.99, knows="洛明珩")]
    assert both_read_another(suggestion("fuzzy"), read, read, who)
    assert not both_read_another(suggestion("lattice"), read, read, who)


@pytest.mark.parametrize(
    ("first", "second", "lines"),
    [
        (word("洛明川远", 0.99), word("洛明川远", 0.97), 1),
        (word("洛明川远", 0.99), word("洛明川选", 0.97), 0),
        (word("洛明川远", 0.80), word("洛明川远", 0.97), 0),
        (word("洛明川远", 0.99), word("洛明川远", 0.80), 0),
        # Neither reads the name: a third reader that does is believed.
        (word("洛明州远", 0.99), word("洛明州远", 0.97), 0),
    ],
)
def test_a_line_is_settled_where_two_readers_surely_spell_the_same_and_the_sought_in_it(first: Word, second: Word, lines: int) -> None:
    assert len(settled([first], [second], SOUGHT)) == lines
