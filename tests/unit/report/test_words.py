"""Words for codes: every code that is issued has them in both languages; one that is not known is shown as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from redact import Category, Status
from redact.finding import NumberKind
from redact.pipeline.intake import doubts
from redact.pipeline.report import vocabulary, words
from redact.pipeline.report.vocabulary import Words
from redact.pipeline.verify import inspection

CHINESE = re.compile("[\u4e00-\u9fff]")
TABLES: dict[str, Mapping[str, Any]] = {
    "status": vocabulary.STATUS, "next": vocabulary.NEXT, "next of check": vocabulary.NEXT_OF_CHECK, "category": vocabulary.CATEGORY,
    "number kind": vocabulary.NUMBER_KIND,
    "origin": vocabulary.ORIGIN, "reason": vocabulary.REASON, "check": vocabulary.CHECK, "why": vocabulary.WHY,
    "remark": vocabulary.REMARK, "file remark": vocabulary.FILE_REMARK,
}  # fmt: skip
ENTRIES = [
    (f"{table}: {code}", row)
    for table, rows in TABLES.items()
    for code, entry in rows.items()
    for row in ([entry] if isinstance(entry, Words) else [words for words in entry if words is not None])
]


@pytest.mark.parametrize("entry", [row for _, row in ENTRIES], ids=[name for name, _ in ENTRIES])
def test_every_code_has_words_in_both_languages(entry: Words) -> None:
    assert CHINESE.search(entry.zh)
    assert re.search("[A-Za-z]", entry.en)
    assert not CHINESE.search(entry.en)
    assert "{" not in entry.zh + entry.en


def test_the_house_words_are_kept() -> None:
    everything = "".join(entry.zh for _, entry in ENTRIES) + vocabulary.EYES.zh + vocabulary.LEGAL.zh
    assert not re.search("匿名化|密文|加密|打码|误报", everything)
    assert "去标识化" in everything


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_verdict_and_a_next_step(status: Status) -> None:
    assert words.status_words(status).zh
    assert words.next_words(status, only_checked=False) != words.next_words(status, only_checked=True)


@pytest.mark.parametrize("category", list(Category))
def test_every_category_has_words_also_where_it_stays_visible(category: Category) -> None:
    assert CHINESE.search(words.category_words(category).zh)
    assert CHINESE.search(words.why_words(f"{category}-visible").zh)
    assert words.category_words(category).zh in words.file_remark_words(f"leaves-visible.{category}").zh


def test_a_policy_that_masks_no_number_says_so_in_a_word() -> None:
    left = ["number", *NumberKind]
    assert words.left_visible_words(left).zh.count("、") == words.category_words("number").zh.count("、")


def test_a_policy_that_masks_some_numbers_names_the_others() -> None:
    said = words.left_visible_words(["number", "certificate"])
    assert "证书编号" in said.zh
    assert "电话" not in said.zh
    assert "名册" in said.zh


@pytest.mark.parametrize("code", sorted(doubts.ALL))
def test_every_doubt_of_the_intake_has_words(code: str) -> None:
    assert code in vocabulary.WHY


@pytest.mark.parametrize(
    "said",
    [words.category_words, words.reason_words, words.origin_words, words.check_words, words.proof_words, words.why_words,
     words.file_remark_words, lambda code: words.remark_words(code)[0]],
)  # fmt: skip
def test_an_unknown_code_is_shown_and_nothing_is_never_shown(said: object) -> None:
    assert callable(said)
    assert said("brand.new") == Words("brand.new", "brand.new")
    assert said("").zh == "?"


def test_an_operator_is_named_by_id() -> None:
    assert words.origin_words("manual:clerk-7") == Words("人工（clerk-7）", "By hand (clerk-7)")


@pytest.mark.parametrize("fault", sorted(inspection.FAULTS))
def test_every_fault_of_a_file_s_structure_is_told_apart_from_a_doubt_of_the_intake(fault: str) -> None:
    assert words.why_words(fault, "structure") == vocabulary.STRUCTURE_WHY


@pytest.mark.parametrize("place", sorted(inspection.PLACES))
def test_every_place_where_bytes_were_found_has_words(place: str) -> None:
    assert words.why_words(f"found.{place}", "bytes.needles") == vocabulary.FOUND_WHY


def test_an_engine_that_failed_is_no_fault_of_the_structure() -> None:
    assert words.why_words("engine.failed", "structure") == words.why_words("engine.failed")
