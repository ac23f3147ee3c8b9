"""What became of every upload: one SQLite file that survives whatever ends the batch, and holds nobody's name.

    waiting --begin--> running --finish--> released | review | blocked
       ^                  |-----failed---> failed
       |                  |-worker_died--> waiting, the third time quarantined
       |<----put_back-----|
       |<------------retry_failed--------- failed, quarantined
    any state --another upload takes its place, or `restart`--> superseded --add--> waiting

Every transition is one transaction that is on the disk when the call returns (WAL, synchronous=FULL). A row whose process was
killed stays "running" until `reset_running`, which the next batch calls first.

One batch at a time: a lock file beside the ledger is held with flock, which the kernel lets go when the process ends, however it
ends. SQLite's own exclusive mode would keep readers out, too, and a dashboard reads while the batch runs. A process that was
started and not forked (spawn, subprocess) does not inherit the lock; a forked one that outlives the batch keeps it, so workers
are spawned.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any

from redact.applicant import Applicant
from redact.errors import DestinationError, LedgerBusyError, LedgerError
from redact.pipeline.batch.places import Place
from redact.pipeline.write import destination_error

# "RDCT": tells our file from any other SQLite file.
APPLICATION = 0x52444354
SCHEMA = 1
MOST_ATTEMPTS = 3
WORKER_KILLED = "worker.killed"
BATCH_KILLED = "batch.killed"
_CODE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OUTPUT = re.compile(r"(?:released|review|quarantine)/[A-Za-z0-9_-]+/[A-Za-z0-9_-]+\.[a-z0-9]+")
_LEAST_KEY = 16
_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE places (
    folder TEXT NOT NULL COLLATE NOCASE, running INTEGER NOT NULL, source TEXT NOT NULL,
    PRIMARY KEY (folder, running), UNIQUE (source, folder));
CREATE TABLE uploads (
    key TEXT PRIMARY KEY, source TEXT NOT NULL, folder TEXT NOT NULL, running INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN
        ('waiting', 'running', 'released', 'review', 'blocked', 'quarantined', 'failed', 'superseded')),
    output TEXT, output_sha256 TEXT, attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
    pages INTEGER NOT NULL DEFAULT 0, cpu_seconds REAL NOT NULL DEFAULT 0, wall_seconds REAL NOT NULL DEFAULT 0,
    added TEXT NOT NULL, started TEXT, ended TEXT);
CREATE INDEX uploads_by_source ON uploads (source);
CREATE INDEX uploads_by_state ON uploads (state);
"""
_COLUMNS = """key, source, folder, running, state, output, output_sha256, attempts, reason, pages, cpu_seconds, wall_seconds,
    added, started, ended"""
_FORGET = """output = NULL, output_sha256 = NULL, attempts = 0, reason = '', pages = 0, cpu_seconds = 0, wall_seconds = 0,
    started = NULL, ended = NULL"""
# Who killed it may have been chance twice; a file that does it every time is put aside.
_AFTER_DEATH = f"ended = ?, reason = ?, state = CASE WHEN attempts >= {MOST_ATTEMPTS} THEN 'quarantined' ELSE 'waiting' END"
_SPENT = "ended = ?, reason = ?, pages = ?, cpu_seconds = ?, wall_seconds = ?"


class State(StrEnum):
    """How far an upload has come. Blocked: verification failed. Quarantined: it ended its worker again and again."""

    WAITING = "waiting"
    RUNNING = "running"
    RELEASED = "released"
    REVIEW = "review"
    BLOCKED = "blocked"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    SUPERSEDED = "superseded"


VERDICTS = frozenset({State.RELEASED, State.REVIEW, State.BLOCKED})


@dataclass(frozen=True, slots=True)
class Entry:
    """An upload to be done: its `work_key`, the trace of where it lies (`Ledger.trace`), and its applicant's clean folder."""

    key: str
    source: str
    folder: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the ledger knows of an upload. `output` is relative to the output folder; times are UTC, ISO 8601, to the second.

    `source` differs from the entry's where the same content of the same applicant was added from another place: a duplicate.
    """

    key: str
    source: str
    place: Place
    state: State
    output: str | None
    output_sha256: str | None
    attempts: int
    reason: str
    pages: int
    cpu_seconds: float
    wall_seconds: float
    added: str
    started: str | None
    ended: str | None


@dataclass(frozen=True, slots=True)
class Spent:
    """What an upload cost: pages done, CPU and wall seconds."""

    pages: int = 0
    cpu_seconds: float = 0.0
    wall_seconds: float = 0.0


def work_key(input_sha256: str, policy_digest: str, row_hmac: str, version: str) -> str:
    """Return the key under which a piece of work is done once: these bytes, under this policy, for this roster row, by this version.

    Raises ValueError where a digest is no SHA-256 in hex, or the version is empty or holds a colon.
    """
    if not all(_DIGEST.fullmatch(digest) for digest in (input_sha256, policy_digest, row_hmac)):
        raise ValueError("a digest is 64 hex digits")
    if not version or ":" in version:
        raise ValueError("a version is not empty and holds no colon")
    return ":".join((input_sha256, policy_digest, row_hmac, version))


class Ledger:
    """The ledger in a file, held by one batch until it is closed; its methods may be called from any thread of the process.

    `key`: secret bytes, the same in every run, under which the uploads' paths are told apart without being stored.
    Every method raises DestinationError where the disk is full or cannot be written, and then nothing of the call is in the ledger.
    Raises LedgerBusyError while another batch holds it, LedgerError for a file of a newer version, of another key, damaged, or
    of another program, ValueError for a key below 16 bytes.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        if len(key) < _LEAST_KEY:
            raise ValueError("a key has 16 bytes or more")
        self._key = key
        self._mutex = threading.RLock()
        self._lock = _lock(path)
        try:
            self._database = _open(path)
            with _typed():
                self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let the lock go; a second call does nothing."""
        database: sqlite3.Connection | None = getattr(self, "_database", None)
        if database is not None:
            # What could fail here is folding the log into the file, and the next opening does that.
            with suppress(sqlite3.Error):
                database.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def trace(self, relative: str) -> str:
        """Return the keyed HMAC that stands for an upload's place: its relative path may spell a person's name."""
        return hmac.new(self._key, relative.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()

    def row_trace(self, number: str, applicant: Applicant) -> str:
        """Return the keyed HMAC that stands for a roster row: the number and everything that is sought for this applicant."""
        # The number too: one person may apply twice, and each application gets its own outputs.
        record = f"{number}\0{applicant.fingerprint(self._key)}"
        return hmac.new(self._key, record.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()

    def add(self, entries: Iterable[Entry]) -> tuple[Row, ...]:
        """Enter uploads, in one transaction, and return their rows in the same order.

        What is known keeps its state; what is new waits, under a place that is its own for good: places are numbered in the
        order of the entries, so give them sorted. Where another content, policy, roster row or version comes from a source,
        its earlier row is superseded, and its outputs are no results any more: `tidy.clear` removes them.
        """
        wanted = tuple(entries)
        for entry in wanted:
            _require_entry(entry)
        with self._transaction():
            # All before any: content that moved from one file to another is then found again, not lost.
            for entry in wanted:
                self._run("UPDATE uploads SET state = 'superseded' WHERE source = ? AND key <> ?", entry.source, entry.key)
            for entry in wanted:
                self._enter(entry)
            return tuple(self._row(entry.key) for entry in wanted)

    def supersede(self, sources: Iterable[str]) -> None:
        """Give up what came from these sources: their uploads match no applicant any more, or another one."""
        with self._transaction():
            for source in sources:
                self._run("UPDATE uploads SET state = 'superseded' WHERE source = ?", source)

    def begin(self, key: str) -> Row:
        """Take a waiting upload in hand; this counts as an attempt. Raises ValueError if it does not wait."""
        with self._transaction():
            self._move(key, (State.WAITING,), "state = 'running', attempts = attempts + 1, started = ?, ended = NULL", _now())
            return self._row(key)

    def finish(self, key: str, verdict: State, output: str | None, output_sha256: str | None, spent: Spent, reason: str = "") -> bool:
        """Note the verdict on a running upload, whose output stands already; False where it was superseded meanwhile.

        Raises ValueError for what is no verdict, a release or review without an output, an output of no clean name, and a reason
        that is no code.
        """
        if verdict not in VERDICTS or (output is None) != (output_sha256 is None) or (verdict is not State.BLOCKED and output is None):
            raise ValueError("a verdict is released, review or blocked; the first two have an output, and an output has a digest")
        if output is not None and not (_OUTPUT.fullmatch(output) and _DIGEST.fullmatch(output_sha256 or "")):
            raise ValueError("an output has a clean name and a digest of 64 hex digits")
        with self._transaction():
            return self._move(
                key,
                (State.RUNNING,),
                f"state = ?, output = ?, output_sha256 = ?, {_SPENT}",
                *(verdict, output, output_sha256, *_ending(reason, spent)),
            )

    def failed(self, key: str, reason: str, spent: Spent | None = None) -> bool:
        """Note that an upload, running or waiting, came to no verdict, and why: an error's code. False where superseded meanwhile.

        Its report, without an output, is published before; that takes away what an earlier content left there.
        """
        if not reason:
            raise ValueError("a failure has a reason")
        with self._transaction():
            values = _ending(reason, spent or Spent())
            return self._move(key, (State.RUNNING, State.WAITING), f"state = 'failed', {_SPENT}", *values)

    def worker_died(self, key: str) -> Row:
        """Note that a running upload's worker was killed: it waits again, and the third time it is quarantined."""
        with self._transaction():
            self._move(key, (State.RUNNING,), _AFTER_DEATH, _now(), WORKER_KILLED)
            return self._row(key)

    def put_back(self, keys: Iterable[str]) -> None:
        """Let running uploads wait again without counting the attempt: the batch was asked to stop."""
        with self._transaction():
            for key in keys:
                self._move(key, (State.RUNNING,), "state = 'waiting', attempts = attempts - 1, started = NULL")

    def reset_running(self) -> int:
        """Deal with what a killed batch left running, as with a dead worker, and return how many uploads that were."""
        with self._transaction():
            return self._run(f"UPDATE uploads SET {_AFTER_DEATH} WHERE state = 'running'", _now(), BATCH_KILLED).rowcount

    def restart(self) -> None:
        """Forget every outcome; uploads wait again once they are added. Places are kept, so that outputs keep their names."""
        with self._transaction():
            self._run("UPDATE uploads SET state = 'superseded'")

    def retry_failed(self) -> int:
        """Let uploads that failed or were quarantined wait again, with all their attempts; return how many."""
        with self._transaction():
            return self._run(f"UPDATE uploads SET state = 'waiting', {_FORGET} WHERE state IN ('failed', 'quarantined')").rowcount

    def pending(self) -> tuple[Row, ...]:
        """Return the waiting uploads, in the order of their places."""
        return self._rows("WHERE state = 'waiting'")

    def rows(self) -> tuple[Row, ...]:
        """Return every upload that is not superseded, in the order of their places."""
        return self._rows("WHERE state <> 'superseded'")

    def row(self, key: str) -> Row:
        """Return what is known of one upload. Raises ValueError for one that was never added."""
        with self._mutex, _typed():
            return self._row(key)

    def counts(self) -> dict[State, int]:
        """Return how many uploads are in each state, superseded ones aside."""
        with self._mutex, _typed():
            found = dict(self._run("SELECT state, count(*) FROM uploads GROUP BY state").fetchall())
        return {state: found.get(state, 0) for state in State if state is not State.SUPERSEDED}

    def vacant(self) -> tuple[Place, ...]:
        """Return the places that nothing has come of, or nothing any more: waiting and superseded uploads'."""
        return self._places_all_of(State.WAITING, State.SUPERSEDED)

    def without_verdict(self) -> tuple[Place, ...]:
        """Return the places at which no output may stand: the vacant ones, and those of failed and quarantined uploads."""
        return self._places_all_of(State.WAITING, State.SUPERSEDED, State.FAILED, State.QUARANTINED)

    def folders(self) -> tuple[str, ...]:
        """Return the applicants' folders that this ledger has given places in."""
        with self._mutex, _typed():
            return tuple(folder for (folder,) in self._run("SELECT DISTINCT folder FROM uploads ORDER BY folder").fetchall())

    def _places_all_of(self, *states: State) -> tuple[Place, ...]:
        """Return the places whose uploads, now or ever there, are all in these states."""
        marks = ", ".join("?" * len(states))
        sql = f"SELECT folder, running FROM uploads GROUP BY folder, running HAVING min(state IN ({marks})) ORDER BY folder, running"
        with self._mutex, _typed():
            return tuple(Place(folder, running) for folder, running in self._run(sql, *states).fetchall())

    def _prepare(self) -> None:
        """Make the tables in a new file, or make sure that the file is ours."""
        self._run("PRAGMA busy_timeout = 10000")
        new = not self._number("SELECT count(*) FROM sqlite_master")
        if not new:
            self._require_schema()
        # Not before: another program's file is left as it is.
        self._run("PRAGMA journal_mode = WAL")
        self._run("PRAGMA synchronous = FULL")
        if new:
            self._create()
        told = self._run("SELECT value FROM about WHERE name = 'key'").fetchone()
        if told is None or not hmac.compare_digest(told[0], self.trace("key")):
            # Every path would look new under another key, and every output would be made twice.
            raise LedgerError(what="other-key")

    def _require_schema(self) -> None:
        if self._number("PRAGMA application_id") != APPLICATION:
            raise LedgerError(what="no-ledger")
        version = self._number("PRAGMA user_version")
        if version != SCHEMA:
            raise LedgerError(what="newer-version" if version > SCHEMA else "older-version")

    def _create(self) -> None:
        with self._transaction():
            for statement in _TABLES.strip().rstrip(";").split(";\n"):
                self._run(statement)
            self._run("INSERT INTO about VALUES ('key', ?)", self.trace("key"))
            self._run(f"PRAGMA application_id = {APPLICATION}")
            self._run(f"PRAGMA user_version = {SCHEMA}")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._mutex, _typed():
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._run("ROLLBACK")
                raise

    def _enter(self, entry: Entry) -> None:
        known = self._run("SELECT state, folder FROM uploads WHERE key = ?", entry.key).fetchone()
        if known is not None and known[0] != State.SUPERSEDED:
            if known[1].casefold() != entry.folder.casefold():
                raise ValueError("a roster row's trace covers its number")
            return
        place = self._place(entry)
        if known is None:
            self._run(
                "INSERT INTO uploads (key, source, folder, running, state, added) VALUES (?, ?, ?, ?, 'waiting', ?)",
                *(entry.key, entry.source, place.folder, place.running, _now()),
            )
            return
        self._run(
            f"UPDATE uploads SET state = 'waiting', source = ?, folder = ?, running = ?, {_FORGET} WHERE key = ?",
            *(entry.source, place.folder, place.running, entry.key),
        )

    def _place(self, entry: Entry) -> Place:
        """Return the source's place with this applicant: the one it has, else the next."""
        had = self._run("SELECT folder, running FROM places WHERE source = ? AND folder = ?", entry.source, entry.folder).fetchone()
        if had is not None:
            return Place(*had)
        running = self._number("SELECT coalesce(max(running), 0) + 1 FROM places WHERE folder = ?", entry.folder)
        self._run("INSERT INTO places VALUES (?, ?, ?)", entry.folder, running, entry.source)
        return Place(entry.folder, running)

    def _move(self, key: str, states: Sequence[State], change: str, *values: Any) -> bool:
        """Change a row that is in one of the states; False where it was superseded. Raises ValueError in any other state."""
        state = self._row(key).state
        if state is State.SUPERSEDED:
            return False
        if state not in states:
            raise ValueError(f"a row that is {state} cannot become so")
        self._run(f"UPDATE uploads SET {change} WHERE key = ?", *values, key)
        return True

    def _row(self, key: str) -> Row:
        found = self._run(f"SELECT {_COLUMNS} FROM uploads WHERE key = ?", key).fetchone()
        if found is None:
            raise ValueError("no such row")
        return _row(found)

    def _rows(self, which: str) -> tuple[Row, ...]:
        with self._mutex, _typed():
            found = self._run(f"SELECT {_COLUMNS} FROM uploads {which} ORDER BY folder, running, key").fetchall()
        return tuple(map(_row, found))

    def _number(self, sql: str, *values: Any) -> int:
        return int(self._run(sql, *values).fetchone()[0])

    def _run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._database.execute(sql, values)


def _row(found: Sequence[Any]) -> Row:
    key, source, folder, running, state, *rest = found
    return Row(key, source, Place(folder, running), State(state), *rest)


def _require_entry(entry: Entry) -> None:
    Place(entry.folder, 1)
    if not _DIGEST.fullmatch(entry.source):
        # A path may spell a person's name.
        raise ValueError("a source is a trace, never a path")
    if entry.key.count(":") != 3:
        raise ValueError("a key is made by work_key")
    content, policy, row, version = entry.key.split(":")
    work_key(content, policy, row, version)


def _ending(reason: str, spent: Spent) -> tuple[str | int | float, ...]:
    """Return the values of `_SPENT`. Raises ValueError for a reason that is no code: words of a document must not come in here."""
    if reason and not _CODE.fullmatch(reason):
        raise ValueError("a reason is a code")
    return _now(), reason, spent.pages, spent.cpu_seconds, spent.wall_seconds


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lock(path: Path) -> int | None:
    """Return a handle that holds the lock beside the ledger. The file stays: who removed it could let two batches in."""
    try:
        handle = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise destination_error(error) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise (LedgerBusyError() if isinstance(error, BlockingIOError) else destination_error(error)) from None
    return handle


def _open(path: Path) -> sqlite3.Connection:
    try:
        # SQLite would make it readable by all; its log takes the file's mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    except OSError as error:
        raise destination_error(error) from None
    with _typed():
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


@contextmanager
def _typed() -> Iterator[None]:
    """Turn what SQLite complains of into our errors; a fault of ours (a wrong statement, a broken constraint) passes through."""
    try:
        yield
    except sqlite3.Error as error:
        known = _MEANING.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
        if known is None:
            raise
        raise known() from None


_MEANING: dict[int, Any] = {
    sqlite3.SQLITE_FULL: lambda: DestinationError(what="disk-full"),
    sqlite3.SQLITE_READONLY: lambda: DestinationError(what="read-only"),
    sqlite3.SQLITE_PERM: lambda: DestinationError(what="not-allowed"),
    sqlite3.SQLITE_CANTOPEN: lambda: DestinationError(what="cannot-write"),
    sqlite3.SQLITE_IOERR: lambda: DestinationError(what="cannot-write"),
    sqlite3.SQLITE_BUSY: LedgerBusyError,
    sqlite3.SQLITE_LOCKED: LedgerBusyError,
    sqlite3.SQLITE_CORRUPT: lambda: LedgerError(what="damaged"),
    sqlite3.SQLITE_NOTADB: lambda: LedgerError(what="damaged"),
}
