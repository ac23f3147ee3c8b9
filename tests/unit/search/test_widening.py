"""Beneath a ring or a star a reader loses characters of a unit's name: what stands beside its short name goes with it."""

from __future__ import annotations

import pytest

from redact.finding import Category
from tests.unit.search.pages import applicant, covered, line, search, seen

UNIT, SHORT = "云渡市远山工程咨询有限公司", "远山咨询"
ME = applicant("闻人不知", units=[UNIT, SHORT])


@pytest.mark.parametrize(
    ("read", "masked"),
    [
        ("云渡远山咨询有限公司", "云渡远山咨询有限公司"),
        ("云市远山咨询公司", "云市远山咨询公司"),
        ("同意。云渡远山咨询", "云渡远山咨询"),
        ("远山咨询有限公司（章）", "远山咨询有限公司"),
        ("由云渡远山咨询有限公司承担", "云渡远山咨询有限公司"),
        ("云渡远山 咨询有限公司", "云渡远山 咨询有限公司"),
    ],
)
def test_what_is_left_of_the_whole_name_beside_the_short_one_is_masked_with_it(read: str, masked: str) -> None:
    assert covered([line(read)], ME) == [masked]
    assert covered([seen(line(read), ME)], ME) == [masked]


@pytest.mark.parametrize(
    ("read", "masked"),
    [
        # another town's, another body's, and words that only begin or end like the whole name
        ("青岚远山咨询", "远山咨询"),
        ("市远山咨询", "远山咨询"),
        ("云远山咨询司", "远山咨询"),
        ("远山咨询有限", "远山咨询"),
        ("云渡的远山咨询", "远山咨询"),
        ("远山咨询，有限公司", "远山咨询"),
    ],
)
def test_nothing_else_beside_it_is(read: str, masked: str) -> None:
    assert covered([line(read)], ME) == [masked]


def test_a_name_of_a_person_is_never_widened() -> None:
    assert covered([line("王远山有限公司")], applicant("王远山", units=[UNIT])) == ["王远山"]


def test_a_whole_name_read_by_the_letter_is_found_by_the_letter_however_sure_the_posteriors_are_of_its_short_name() -> None:
    found = search([seen(line(UNIT, score=0.9), ME)], ME)
    assert [(f.category, f.hint) for f in found] == [(Category.UNIT, "exact")]
