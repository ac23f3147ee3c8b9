"""A run over many documents survives one of them, and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.pool import Row, outcomes, row_of
from benchmarks.truth import Document
from redact import Applicant


def document(identity: str) -> Document:
    return Document(identity, "s", "even", Path("none"), Applicant(("欧阳砚",)), ())


def work(of: Document, folder: Path) -> Row:
    if of.id == "poison":
        raise ZeroDivisionError
    return {"id": of.id, "told": "done"}


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_document_that_crashes_is_told_at_the_end_and_ends_no_other(tmp_path: Path, jobs: int) -> None:
    documents = [document("poison"), document("sound")]

    with pytest.raises(RuntimeError, match="1 documents crashed"):
        list(outcomes(documents, work, tmp_path, jobs, resume=False))

    assert row_of(tmp_path, documents[1])["id"] == "sound"


def test_what_was_kept_is_not_done_again(tmp_path: Path) -> None:
    list(outcomes([document("sound")], work, tmp_path, 1, resume=False))

    (row,) = outcomes([document("sound")], lambda of, folder: {"id": "again", "told": ""}, tmp_path, 1, resume=True)

    assert row["id"] == "sound"
