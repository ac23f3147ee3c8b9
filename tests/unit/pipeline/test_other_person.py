"""Material that names another person of the review where the applicant's name should stand is not masked for this applicant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from redact import Applicant
from redact.errors import OtherPersonError
from redact.page import Page, Word
from redact.pipeline.redactor import Redactor
from tests.faults.test_engines import engines
from tests.unit.batch.long_ones import tiff
from tests.unit.search.pages import line

WHO = Applicant(names=("洛明川",), units=("云溪市第九中学",))
ROSTER = frozenset(("洛明川", "马晓东", "沈知秋"))


def masked(texts: Mapping[int, str], others: frozenset[str] = ROSTER, pages: int = 2) -> int:
    """Mask a document whose pages read as the texts say; return how many names were masked."""

    def reads(page: Page) -> tuple[Word, ...]:
        # Masked print is not read again.
        return (line(texts[page.number], em=8.0),) if page.number in texts and page.pixels[:30, :60].max() > 0 else ()

    result = Redactor(engines=engines(reader=reads), key=bytes(32), others=others).redact(tiff(pages), WHO)
    return sum(redaction.category.value == "name" for page in result.plan.pages for redaction in page.redactions)


@pytest.mark.parametrize("pages", [2, 40])
def test_a_certificate_of_somebody_else_is_refused_with_its_page(pages: int) -> None:
    with pytest.raises(OtherPersonError) as refused:
        masked({pages: "姓名：马晓东"}, pages=pages)
    assert refused.value.page == pages
    assert "马晓东" not in refused.value.zh + refused.value.en


def test_a_document_in_which_the_applicant_stands_as_well_is_theirs() -> None:
    assert masked({1: "姓名：马晓东", 2: "参加人：洛明川"}) == 1


@pytest.mark.parametrize("text", ["姓名：李建国", "第一作者：马晓东", "姓名：洛明川"])
def test_names_of_nobody_else_on_the_list_and_other_labels_refuse_nothing(text: str) -> None:
    masked({1: text})


def test_without_a_list_nothing_is_refused() -> None:
    assert masked({1: "姓名：马晓东"}, others=frozenset()) == 0


def test_two_people_of_one_name_are_not_told_apart() -> None:
    masked({1: "姓名：洛明川"}, others=frozenset(("洛明川",)))
