"""The ledger remembers what became of every upload, whatever ends the batch, and holds nobody's name."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact import Applicant
from redact.errors import DestinationError, LedgerBusyError, LedgerError
from redact.pipeline.batch.ledger import MOST_ATTEMPTS, Entry, Ledger, Spent, State, work_key
from redact.pipeline.batch.places import Place

ROOT = Path(__file__).resolve().parents[3]
KEY = b"a key of the centre's own"
POLICY = hashlib.sha256(b"policy").hexdigest()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def key(content: str, policy: str = POLICY, who: str = "2025001", version: str = "0.1.0") -> str:
    return work_key(digest(content), policy, digest(who), version)


def entry(content: str, path: str = "", folder: str = "2025001", policy: str = POLICY) -> Entry:
    return Entry(key(content, policy, folder), digest(path or content), folder)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(place: Path) -> Iterator[Ledger]:
    with Ledger(place, KEY) as ledger:
        yield ledger


def release(ledger: Ledger, key: str, name: str = "released/2025001/2025001-001.pdf") -> bool:
    return ledger.finish(key, State.RELEASED, name, digest(name), Spent(pages=3, cpu_seconds=4.5, wall_seconds=5.5))


# What is entered


def test_new_uploads_wait_under_places_numbered_in_their_order(ledger: Ledger) -> None:
    rows = ledger.add([entry("degree"), entry("award"), entry("photo", folder="2025002")])
    assert [row.place for row in rows] == [Place("2025001", 1), Place("2025001", 2), Place("2025002", 1)]
    assert {row.state for row in ledger.pending()} == {State.WAITING}


def test_adding_again_changes_nothing(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    before = ledger.rows()
    assert ledger.add([entry("degree")]) == before
    assert ledger.rows() == before
    assert ledger.pending() == ()


def test_a_place_stays_the_uploads_own_when_others_come_and_go(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("photo")])
    ledger.add([entry("award"), entry("degree"), entry("photo")])
    places = {row.source: row.place.running for row in ledger.rows()}
    assert places == {digest("degree"): 1, digest("photo"): 2, digest("award"): 3}


def test_numbers_that_differ_in_case_alone_share_no_file_name(ledger: Ledger) -> None:
    rows = ledger.add([entry("degree", folder="a1"), entry("award", folder="A1")])
    assert [row.place for row in rows] == [Place("a1", 1), Place("A1", 2)]


def test_no_output_may_stand_at_the_place_of_a_failure_whose_report_stays(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("award"), entry("photo")])
    for name in ("degree", "photo"):
        ledger.begin(key(name))
    release(ledger, key("degree"))
    ledger.failed(key("award"), "input.damaged")
    assert ledger.without_verdict() == (Place("2025001", 2),)
    assert ledger.vacant() == ()


def test_the_folders_are_those_of_its_own_applicants(ledger: Ledger) -> None:
    ledger.add([entry("photo", folder="2025002"), entry("degree"), entry("award")])
    assert ledger.folders() == ("2025001", "2025002")


def test_the_same_content_from_two_places_is_done_once_and_told(ledger: Ledger) -> None:
    first, second = ledger.add([entry("degree", "a/degree.pdf"), entry("degree", "a/copy.pdf")])
    assert first == second
    assert second.source == digest("a/degree.pdf")
    assert len(ledger.pending()) == 1


@pytest.mark.parametrize("policy", [POLICY, digest("another policy")])
def test_new_content_or_a_new_policy_takes_the_place_of_the_old(ledger: Ledger, policy: str) -> None:
    ledger.add([entry("degree", "degree.pdf")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    new = entry("degree, scanned again", "degree.pdf", policy=policy)
    (row,) = ledger.add([new])
    assert (row.state, row.place) == (State.WAITING, Place("2025001", 1))
    assert ledger.rows() == (row,)


def test_content_that_moved_to_another_file_while_its_old_file_changed_is_not_lost(ledger: Ledger) -> None:
    ledger.add([entry("degree", "b.pdf")])
    ledger.add([entry("degree", "a.pdf"), entry("award", "b.pdf")])
    assert {(row.key, row.source) for row in ledger.pending()} == {(key("degree"), digest("a.pdf")), (key("award"), digest("b.pdf"))}


def test_an_upload_that_matches_nobody_any_more_is_given_up_and_its_place_is_vacant(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    assert ledger.vacant() == ()
    ledger.supersede([digest("degree")])
    assert ledger.rows() == ()
    assert ledger.vacant() == (Place("2025001", 1),)


def test_the_place_of_a_waiting_upload_is_vacant_and_that_of_a_finished_one_is_not(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("award")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    assert ledger.vacant() == (Place("2025001", 2),)


# What may become of what


def test_a_release_is_remembered_with_what_it_cost(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    assert release(ledger, key("degree"))
    (row,) = ledger.rows()
    assert (row.state, row.output, row.attempts) == (State.RELEASED, "released/2025001/2025001-001.pdf", 1)
    assert (row.pages, row.cpu_seconds, row.wall_seconds) == (3, 4.5, 5.5)
    assert row.added <= str(row.started) <= str(row.ended)
    assert ledger.counts()[State.RELEASED] == 1


def test_every_state_is_counted_also_with_none_in_it(ledger: Ledger) -> None:
    assert set(ledger.counts()) == set(State) - {State.SUPERSEDED}
    assert set(ledger.counts().values()) == {0}


def test_a_blocked_upload_needs_no_output_and_a_release_does(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    with pytest.raises(ValueError, match="have an output"):
        ledger.finish(key("degree"), State.RELEASED, None, None, Spent())
    assert ledger.finish(key("degree"), State.BLOCKED, None, None, Spent(), "verification.failed")


@pytest.mark.parametrize("verdict", [State.WAITING, State.RUNNING, State.FAILED, State.SUPERSEDED])
def test_only_a_verdict_finishes(ledger: Ledger, verdict: State) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    with pytest.raises(ValueError, match="verdict"):
        ledger.finish(key("degree"), verdict, "released/a/a-001.pdf", digest("x"), Spent())


def test_an_upload_is_taken_in_hand_once(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    with pytest.raises(ValueError, match="running"):
        ledger.begin(key("degree"))


def test_a_finished_upload_cannot_be_finished_again(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    with pytest.raises(ValueError, match="released"):
        release(ledger, key("degree"))


def test_a_verdict_on_an_upload_that_was_replaced_meanwhile_does_not_count(ledger: Ledger) -> None:
    ledger.add([entry("degree", "degree.pdf")])
    ledger.begin(key("degree"))
    ledger.add([entry("degree, scanned again", "degree.pdf")])
    assert not release(ledger, key("degree"))
    assert ledger.vacant() == (Place("2025001", 1),)


def test_a_failure_keeps_its_reason_and_ends_nothing_else(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("award")])
    ledger.begin(key("degree"))
    ledger.failed(key("degree"), "input.damaged")
    assert [(row.state, row.reason) for row in ledger.rows()] == [(State.FAILED, "input.damaged"), (State.WAITING, "")]


def test_a_file_that_kills_its_worker_three_times_is_quarantined(ledger: Ledger) -> None:
    ledger.add([entry("bomb"), entry("award")])
    states = []
    for _ in range(MOST_ATTEMPTS):
        ledger.begin(key("bomb"))
        states.append(ledger.worker_died(key("bomb")).state)
    assert states == [State.WAITING, State.WAITING, State.QUARANTINED]
    assert ledger.rows()[0].reason == "worker.killed"
    assert [row.key for row in ledger.pending()] == [key("award")]


def test_an_upload_put_back_on_request_has_not_used_an_attempt(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    for _ in range(MOST_ATTEMPTS + 1):
        ledger.begin(key("degree"))
        ledger.put_back([key("degree")])
    assert [row.attempts for row in ledger.pending()] == [0]


def test_only_failed_and_quarantined_uploads_are_tried_again(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("award"), entry("bomb")])
    ledger.begin(key("degree"))
    release(ledger, key("degree"))
    ledger.failed(key("award"), "engine.failed")
    for _ in range(MOST_ATTEMPTS):
        ledger.begin(key("bomb"))
        ledger.worker_died(key("bomb"))
    assert ledger.retry_failed() == 2
    assert [(row.key, row.attempts, row.reason) for row in ledger.pending()] == [(key("award"), 0, ""), (key("bomb"), 0, "")]


def test_a_restart_forgets_outcomes_and_keeps_places(ledger: Ledger) -> None:
    ledger.add([entry("degree"), entry("award")])
    ledger.begin(key("award"))
    release(ledger, key("award"), "released/2025001/2025001-002.pdf")
    ledger.restart()
    assert ledger.rows() == ()
    (row,) = ledger.add([entry("award")])
    assert (row.state, row.place, row.output, row.attempts) == (State.WAITING, Place("2025001", 2), None, 0)
    assert ledger.vacant() == (Place("2025001", 1), Place("2025001", 2))


# What it holds of persons


def test_the_file_holds_no_path_and_no_name(ledger: Ledger, place: Path) -> None:
    path = "2025001_郭元頔/郭元頔毕业证.pdf"
    who = ledger.row_trace("2025001", Applicant(names=("郭元頔",), units=("云溪市第一中学",)))
    ledger.add([Entry(work_key(digest("degree"), POLICY, who, "0.1.0"), ledger.trace(path), "2025001")])
    ledger.close()
    content = b"".join(file.read_bytes() for file in place.parent.iterdir())
    assert all(word.encode() not in content for word in ("郭元頔", "毕业证", "云溪市第一中学"))


@pytest.mark.parametrize("wrong", ["郭元頔 was not found", "No such file: /home/郭", "two words"])
def test_a_reason_that_is_no_code_is_refused(ledger: Ledger, wrong: str) -> None:
    ledger.add([entry("degree")])
    with pytest.raises(ValueError, match="code"):
        ledger.failed(key("degree"), wrong)


@pytest.mark.parametrize("wrong", ["", "郭元頔", f"{digest('a')}:{digest('b')}:0.1.0", f"{digest('a')}:{digest('b')}:郭元頔:0.1.0"])
def test_a_key_of_other_parts_is_refused(ledger: Ledger, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"work_key|hex digits"):
        ledger.add([Entry(wrong, digest("degree"), "2025001")])


def test_a_path_is_no_source(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="trace"):
        ledger.add([Entry(key("degree"), "郭元頔/degree.pdf", "2025001")])


@pytest.mark.parametrize("output", ["released/2025001/郭元頔.pdf", "/tmp/2025001.pdf", "released/../2025001.pdf", "elsewhere/a/a-001.pdf"])
def test_an_output_of_no_clean_name_is_refused(ledger: Ledger, output: str) -> None:
    ledger.add([entry("degree")])
    ledger.begin(key("degree"))
    with pytest.raises(ValueError, match="clean name"):
        release(ledger, key("degree"), output)


def test_a_persons_two_applications_are_two_roster_rows(ledger: Ledger) -> None:
    who = Applicant(names=("郭元頔",))
    assert ledger.row_trace("2025001", who) != ledger.row_trace("2025002", who)


def test_the_ledger_is_its_owners_alone(ledger: Ledger, place: Path) -> None:
    ledger.add([entry("degree")])
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.parent.iterdir()} == {0o600}


# What it is opened on


def test_it_is_still_there_when_opened_again(place: Path) -> None:
    with Ledger(place, KEY) as ledger:
        ledger.add([entry("degree")])
    with Ledger(place, KEY) as ledger:
        assert [row.key for row in ledger.pending()] == [key("degree")]


def test_a_second_batch_is_refused_while_the_first_runs_and_welcome_after(place: Path) -> None:
    with Ledger(place, KEY), pytest.raises(LedgerBusyError):
        Ledger(place, KEY)
    Ledger(place, KEY).close()


def test_a_ledger_that_cannot_be_opened_lets_its_lock_go(place: Path) -> None:
    Ledger(place, KEY).close()
    with pytest.raises(LedgerError):
        Ledger(place, b"another key altogether")
    Ledger(place, KEY).close()


def test_another_key_is_refused_since_every_output_would_be_made_twice(place: Path) -> None:
    Ledger(place, KEY).close()
    with pytest.raises(LedgerError) as caught:
        Ledger(place, b"another key altogether")
    assert caught.value.facts == {"what": "other-key"}


def test_a_ledger_of_a_newer_version_is_left_as_it_is(place: Path) -> None:
    Ledger(place, KEY).close()
    with sqlite3.connect(place) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = place.read_bytes()
    with pytest.raises(LedgerError) as caught:
        Ledger(place, KEY)
    assert caught.value.facts == {"what": "newer-version"}
    assert place.read_bytes() == before


def test_another_programs_database_is_left_as_it_is(place: Path) -> None:
    with sqlite3.connect(place) as database:
        database.execute("CREATE TABLE uploads (name TEXT)")
    database.close()
    before = place.read_bytes()
    with pytest.raises(LedgerError) as caught:
        Ledger(place, KEY)
    assert caught.value.facts == {"what": "no-ledger"}
    assert place.read_bytes() == before


def test_a_damaged_file_is_a_typed_error(place: Path) -> None:
    place.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(LedgerError) as caught:
        Ledger(place, KEY)
    assert caught.value.facts == {"what": "damaged"}


def test_a_missing_folder_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(DestinationError) as caught:
        Ledger(tmp_path / "none" / "ledger.sqlite", KEY)
    assert caught.value.facts == {"what": "no-such-folder"}


def test_a_link_is_not_followed(tmp_path: Path, place: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DestinationError):
        Ledger(place, KEY)
    assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_database_that_another_program_holds_is_told(place: Path) -> None:
    with Ledger(place, KEY) as ledger:
        ledger._database.execute("PRAGMA busy_timeout = 1")
        other = sqlite3.connect(place, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError):
            ledger.add([entry("degree")])
        other.close()
        ledger.add([entry("degree")])


def test_it_is_read_while_the_batch_runs(ledger: Ledger, place: Path) -> None:
    ledger.add([entry("degree")])
    reader = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
    assert reader.execute("SELECT count(*) FROM uploads").fetchone() == (1,)
    reader.close()


# What goes wrong while it works


def test_a_full_disk_is_told_and_leaves_the_ledger_as_it_was(ledger: Ledger) -> None:
    ledger.add([entry("degree")])
    pages = ledger._database.execute("PRAGMA page_count").fetchone()[0]
    ledger._database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DestinationError) as caught:
        ledger.add([entry(f"upload {number}") for number in range(1000)])
    assert caught.value.facts == {"what": "disk-full"}
    assert [row.key for row in ledger.rows()] == [key("degree")]
    assert ledger.begin(key("degree")).state is State.RUNNING


def test_a_ledger_that_became_read_only_is_told(ledger: Ledger) -> None:
    ledger._database.execute("PRAGMA query_only = 1")
    with pytest.raises(DestinationError) as caught:
        ledger.add([entry("degree")])
    assert caught.value.facts == {"what": "read-only"}


def test_an_interrupt_within_a_transaction_takes_it_back(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("redact.pipeline.batch.ledger._now", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ledger.add([entry("degree")])
    assert ledger.rows() == ()
    assert ledger.vacant() == ()


def test_threads_of_the_batch_share_it(ledger: Ledger) -> None:
    ledger.add([entry(f"upload {number}") for number in range(40)])

    def work(numbers: range) -> None:
        for number in numbers:
            ledger.begin(key(f"upload {number}"))
            ledger.failed(key(f"upload {number}"), "input.damaged")

    threads = [threading.Thread(target=work, args=(range(start, 40, 4),)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.counts()[State.FAILED] == 40


# What is killed

COMMON = f"""
import sys, time
from pathlib import Path
from redact.pipeline.batch import ledger as module
from redact.pipeline.batch.ledger import Entry, Ledger, Spent, State
from tests.unit.batch.test_ledger import entry, key, release
ledger = Ledger(Path(sys.argv[1]), {KEY!r})
"""


def started(code: str, place: Path) -> subprocess.Popen[str]:
    """Start a batch of its own; it says a line for each thing that it has done."""
    return subprocess.Popen([sys.executable, "-c", COMMON + code, str(place)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    assert process.stdout is not None
    process.stdout.close()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_a_batch_killed_within_a_transaction_leaves_all_of_it_undone_and_the_lock_free(place: Path) -> None:
    code = """
ledger.add([entry("degree")])
now, calls = module._now, []
def slow():
    calls.append(1)
    if len(calls) == 3:
        print("within", flush=True)
        time.sleep(60)
    return now()
module._now = slow
ledger.add([entry(f"upload {number}") for number in range(5)])
"""
    process = started(code, place)
    assert line(process) == "within"
    with pytest.raises(LedgerBusyError):
        Ledger(place, KEY)
    kill(process)
    with Ledger(place, KEY) as ledger:
        assert [row.key for row in ledger.rows()] == [key("degree")]
        (row,) = ledger.add([entry("award")])
        assert row.place == Place("2025001", 2)


def test_what_a_killed_batch_had_in_hand_counts_as_an_attempt_and_is_quarantined_the_third_time(place: Path) -> None:
    code = """
ledger.reset_running()
ledger.add([entry("bomb"), entry("award")])
ledger.begin(key("bomb"))
print("in hand", flush=True)
time.sleep(60)
"""
    for _ in range(MOST_ATTEMPTS):
        process = started(code, place)
        assert line(process) == "in hand"
        kill(process)
    with Ledger(place, KEY) as ledger:
        assert ledger.reset_running() == 1
        assert [(row.state, row.attempts, row.reason) for row in ledger.rows()] == [
            (State.QUARANTINED, MOST_ATTEMPTS, "batch.killed"),
            (State.WAITING, 0, ""),
        ]


@pytest.mark.parametrize("seed", range(3))
def test_what_was_said_to_be_done_is_done_whenever_the_batch_is_killed(place: Path, seed: int) -> None:
    code = """
ledger.add([entry(f"upload {number}") for number in range(3000)])
for number in range(3000):
    ledger.begin(key(f"upload {number}"))
    print("begun", number, flush=True)
    release(ledger, key(f"upload {number}"))
    print("done", number, flush=True)
"""
    process = started(code, place)
    said = [line(process) for _ in range(random.Random(seed).randrange(10, 400))]
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    said += process.stdout.read().split("\n")
    kill(process)
    done = {int(words.split()[1]) for words in said if words.startswith("done ")}
    assert 0 < len(done) < 3000
    with Ledger(place, KEY) as ledger:
        counts = ledger.counts()
        released = {row.key for row in ledger.rows() if row.state is State.RELEASED}
        # One more may have been done and not said.
        assert {key(f"upload {number}") for number in done} <= released
        assert counts[State.RELEASED] - len(done) + counts[State.RUNNING] <= 1
        assert sum(counts.values()) == 3000


def test_a_log_that_cannot_grow_is_told_and_what_was_there_stays(place: Path) -> None:
    code = """
import resource
from redact.errors import DestinationError
ledger.add([entry("degree")])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    ledger.add([entry(f"upload {number}") for number in range(20_000)])
except DestinationError as error:
    print(error.facts["what"], flush=True)
ledger.begin(key("degree"))
print("begun", flush=True)
"""
    process = started(code, place)
    assert process.stdout is not None
    with process.stdout as said:
        assert said.read().split() == ["cannot-write", "begun"]
    process.wait(timeout=30)
    with Ledger(place, KEY) as ledger:
        assert [(row.key, row.state) for row in ledger.rows()] == [(key("degree"), State.RUNNING)]


def test_a_started_worker_that_outlives_the_batch_does_not_hold_the_lock(place: Path) -> None:
    code = """
import subprocess
worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], stdout=subprocess.DEVNULL)
print(worker.pid, flush=True)
time.sleep(60)
"""
    process = started(code, place)
    worker = int(line(process))
    kill(process)
    try:
        Ledger(place, KEY).close()
    finally:
        os.kill(worker, signal.SIGKILL)
