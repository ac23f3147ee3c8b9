"""Every error has a stable code, an exit code, and says in two languages what happened and what to do."""

import pickle
import re
from collections.abc import Iterator

import pytest

from redact import Applicant, ApplicantError, errors
from redact.errors import DamagedError, LimitError, RedactError

EXIT_CODES = {
    "usage": 2,
    "policy": 2,
    "applicant": 2,
    "plan": 2,
    "destination": 2,
    "ledger": 2,
    "roster": 2,
    "input": 3,
    "engine": 4,
    "extra": 2,
    "cluster": 4,
    "weights": 4,
    "limit": 5,
}


def tree(kind: type[RedactError]) -> Iterator[type[RedactError]]:
    for below in kind.__subclasses__():
        yield below
        yield from tree(below)


ALL = list(tree(RedactError))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_the_exit_code_follows_the_family(kind: type[RedactError]) -> None:
    assert kind.exit_code == EXIT_CODES[kind.code.split(".")[0]]


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_both_sentences_are_whole_and_name_the_page(kind: type[RedactError]) -> None:
    error = kind(page=3, what="x", value=9, limit=5, engine="e", file="f", extra="x", part="p", here="1", there="2")
    assert error.zh.startswith("第 3 页：")
    assert error.en.startswith("Page 3: ")
    assert re.search(r"[。]$", error.zh)
    assert error.en.endswith(".")
    assert "?" not in error.zh + error.en
    assert re.search("请|未改动", error.zh)


def test_codes_are_unique() -> None:
    assert len({kind.code for kind in ALL}) == len(ALL)


def test_every_error_stands_in_the_tree_of_the_docstring() -> None:
    assert errors.__doc__ is not None
    assert [kind.__name__ for kind in ALL if kind.__name__ not in errors.__doc__] == []


def test_an_error_crosses_a_process_border_whole() -> None:
    error = pickle.loads(pickle.dumps(LimitError(page=2, what="pixels", value=10, limit=5)))
    assert (error.page, error.facts, error.zh) == (2, {"what": "pixels", "value": 10, "limit": 5}, error.zh)
    assert isinstance(pickle.loads(pickle.dumps(DamagedError(what="truncated"))), DamagedError)


@pytest.mark.parametrize("names", [(), ("",), ("   ",), ("·",), ("···",), ("张",), ("郭元頔", "李")])
def test_an_applicant_without_a_searchable_name_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(ApplicantError):
        Applicant(names=names)


def test_an_applicant_shows_nobody_in_its_repr() -> None:
    assert "郭" not in repr(Applicant(names=("郭元頔",), units=("云溪市第一中学",), numbers=("123",)))


def test_the_fingerprint_depends_on_the_key_and_not_on_the_order() -> None:
    one, other = Applicant(names=("郭元頔", "Guo Yuandi")), Applicant(names=("Guo Yuandi", "郭元頔"))
    assert one.fingerprint(b"k") == other.fingerprint(b"k")
    assert one.fingerprint(b"k") != one.fingerprint(b"l")
