"""The ghost of print in the faint layer says nothing that the print did not say better; a watermark does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from redact.finding import Category, Engine, Finding
from redact.page import Word
from redact.pipeline.faint import beyond_print
from redact.search import writings
from tests.unit.search.pages import EM, applicant, line

READER = Engine("reader", "1")
OURS = applicant("米尔扎提·阿里木", units=["沙棘泉县农业科学研究所"])


def ghost(word: Word, category: Category = Category.UNIT) -> Finding:
    return Finding(category, word.quad, 0.6, READER, "lattice")


def left(found: Finding, *printed: Word, readers: int = 2) -> bool:
    return bool(beyond_print([found], [printed] * readers, writings(OURS)))


@pytest.mark.parametrize(("text", "category"), [("沙棘泉县林业科学研究所", Category.UNIT), ("米尔扎提·阿力木", Category.NAME)])
def test_a_neighbour_that_the_print_spells_is_no_hit_of_the_faint_layer(text: str, category: Category) -> None:
    assert not left(ghost(line(text), category), line(text))


def test_what_the_print_spells_by_the_letter_is_left_to_the_search_of_the_print() -> None:
    assert not left(ghost(line("米尔扎提阿里木"), Category.NAME), line("米尔扎提阿里木江"))


def test_a_watermark_over_other_print_is_a_hit() -> None:
    printed = [line("教学研究与实践相结合", y=i * EM) for i in range(3)]
    assert left(ghost(line("沙棘泉县农业科学研究所", em=3 * EM)), *printed)
    assert left(ghost(line("沙棘泉县农业科学研究所")), line("教学研究与实践相结合注"))


def test_a_watermark_of_a_neighbours_name_is_not_hidden_by_small_print_of_the_same_name() -> None:
    small = line("沙棘泉县林业科学研究所", y=EM)
    assert left(ghost(line("沙棘泉县农业科学研究所", em=2.5 * EM)), small)


def test_print_that_one_reader_does_not_read_surely_refutes_nothing() -> None:
    word = line("沙棘泉县林业科学研究所")
    for other in ([replace(word, score=0.8)], [], [line("沙棘泉县体业科学研究所")]):
        assert beyond_print([ghost(word)], [[word], other], writings(OURS))


def test_a_rare_character_may_be_misread_alike_by_every_reader() -> None:
    who = writings(applicant("骆珩喆"))
    word = line("骆珩吉")
    assert beyond_print([ghost(word, Category.NAME)], [[word], [word]], who)
