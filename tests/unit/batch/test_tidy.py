"""At the start of a batch the output folder is brought to what the ledger says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact.pipeline.batch.ledger import MOST_ATTEMPTS, Entry, Ledger, Spent, State, work_key
from redact.pipeline.batch.places import Place
from redact.pipeline.batch.publish import Output, Shelf, publish
from redact.pipeline.batch.tidy import clear, tidy

RELEASED = Output(Shelf.RELEASED, ".pdf", b"masked")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entry(content: str, path: str) -> Entry:
    return Entry(work_key(digest(content), digest("policy"), digest("row"), "0.1.0"), digest(path), "2025001")


DEGREE, AWARD = entry("degree", "degree.pdf"), entry("award", "award.pdf")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite", b"a key of the centre's own") as ledger:
        ledger.add([DEGREE, AWARD])
        yield ledger


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def release(ledger: Ledger, out: Path, entry: Entry) -> None:
    row = ledger.begin(entry.key)
    done = publish(out, row.place, RELEASED, {".json": b"{}"})
    assert done is not None
    ledger.finish(entry.key, State.RELEASED, done.output, done.sha256, Spent())


def files(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())


def test_results_stay(ledger: Ledger, out: Path) -> None:
    release(ledger, out, DEGREE)
    tidy(out, ledger)
    assert files(out) == ["released/2025001/2025001-001.pdf", "reports/2025001/2025001-001.json"]


def test_what_was_published_and_not_noted_goes(ledger: Ledger, out: Path) -> None:
    row = ledger.begin(DEGREE.key)
    publish(out, row.place, RELEASED, {".json": b"{}"})
    ledger.reset_running()
    tidy(out, ledger)
    assert files(out) == []


def test_it_goes_also_where_the_upload_is_quarantined_for_it(ledger: Ledger, out: Path) -> None:
    for _ in range(MOST_ATTEMPTS):
        row = ledger.begin(DEGREE.key)
        publish(out, row.place, RELEASED, {})
        ledger.reset_running()
    tidy(out, ledger)
    assert ledger.counts()[State.QUARANTINED] == 1
    assert files(out) == []


def test_the_report_of_a_failure_stays(ledger: Ledger, out: Path) -> None:
    row = ledger.begin(DEGREE.key)
    publish(out, row.place, None, {".json": b"{}"})
    ledger.failed(DEGREE.key, "input.damaged")
    tidy(out, ledger)
    assert files(out) == ["reports/2025001/2025001-001.json"]


def test_a_release_does_not_outlive_the_failure_of_what_replaced_it(ledger: Ledger, out: Path) -> None:
    release(ledger, out, DEGREE)
    (row,) = ledger.add([entry("degree, scanned again", "degree.pdf")])
    ledger.failed(row.key, "input.damaged")
    clear(out, ledger)
    assert not any(name.startswith("released/") for name in files(out))


def test_a_release_whose_upload_was_replaced_goes_while_others_run(ledger: Ledger, out: Path) -> None:
    release(ledger, out, DEGREE)
    running = ledger.begin(AWARD.key)
    publish(out, running.place, RELEASED, {})
    ledger.add([entry("degree, scanned again", "degree.pdf")])
    clear(out, ledger)
    assert files(out) == ["released/2025001/2025001-002.pdf"]


def test_temporary_files_go_and_those_of_other_applicants_stay(ledger: Ledger, out: Path) -> None:
    for folder in ("2025001", "2025009"):
        (out / "released" / folder).mkdir(parents=True)
        (out / "released" / folder / ".redact-x.part").write_bytes(b"half")
    tidy(out, ledger)
    assert files(out) == ["released/2025009/.redact-x.part"]


def test_an_output_folder_that_is_not_there_is_tidy(ledger: Ledger, out: Path) -> None:
    tidy(out, ledger)
    assert not out.exists()


def test_a_place_that_was_never_used_has_nothing(ledger: Ledger, out: Path) -> None:
    publish(out, Place("2025001", 9), RELEASED, {})
    tidy(out, ledger)
    assert files(out) == ["released/2025001/2025001-009.pdf"]
