"""Misses are planted on different lines, of documents that hold every way of writing."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

import fixtures
from benchmarks.neighbours import near
from benchmarks.planted import PER_PAGE, chosen_on, sample
from benchmarks.truth import Document, load
from fixtures.truth import TEXT_KINDS
from redact import Applicant
from tests.unit.benchmarks.tiny import truth_of_one_card

NOTICE = fixtures.page("notice", seed=4, dpi=100).truth


def holding(identity: str, *kinds: str) -> Document:
    rows = [{"instances": [{"kind": kind, "flags": []} for kind in kinds]}]
    return Document(identity, "s", "even", Path("none"), Applicant(("欧阳砚",)), tuple(rows))


def test_a_rare_kind_is_in_the_sample_though_it_is_small() -> None:
    documents = [*(holding(f"n{i}", "name") for i in range(20)), holding("rare", "uyghur")]

    assert "rare" in {document.id for document in sample(documents, 2, seed=1)}


def test_a_page_without_text_to_mask_is_never_sampled() -> None:
    assert sample([holding("empty", "keep_text", "seal")], 5, seed=1) == []


def test_few_misses_a_page_and_none_beside_another() -> None:
    texts = [i for i, instance in enumerate(NOTICE.instances) if instance.kind in TEXT_KINDS]

    chosen = chosen_on(NOTICE, texts, Random(1))

    assert 0 < len(chosen) <= PER_PAGE
    tops = sorted(min(y for _, y in NOTICE.instances[i].polygon) for i in chosen)
    assert all(below - above > 5 for above, below in pairwise(tops))


def test_who_is_near_keeps_the_surname_and_differs_in_one_character() -> None:
    other = near(Applicant(("陶望舒",), ("青岚市第一中学",)))

    assert other is not None
    assert all(name[0] == "陶" and sum(a != b for a, b in zip(name, "陶望舒", strict=True)) == 1 for name in other.names)
    assert all(unit != "青岚市第一中学" and unit.startswith("青岚市第") for unit in other.units)


def test_truth_comes_back_as_it_was_written(tmp_path: Path) -> None:
    made = fixtures.document("png", 4, dpi=100, templates=("idcard",)).pages[0]

    (document,) = load(truth_of_one_card(tmp_path))
    (page,) = document.pages()

    assert [(i.kind, i.text, i.ink) for i in page.instances] == [(i.kind, i.text, i.ink) for i in made.instances]
    assert (page.ink == made.ink).all()
