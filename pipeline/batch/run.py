"""A batch from its roster to its last output, as a table of contents: read, match, enter, work off, and stop cleanly when asked to.

The parent alone writes: workers give their results back, so that whatever ends a worker leaves no half output, and whatever
ends the parent leaves what the ledger and `tidy` know how to take up again.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from redact import __version__
from redact.check import Status
from redact.errors import ClusterError, RedactError
from redact.pipeline.batch.archives import ArchiveLimits
from redact.pipeline.batch.crew import Crew, LocalCrew, WorkerLostError
from redact.pipeline.batch.intake import Checksums, Intake, Upload, chinese_names, take_in
from redact.pipeline.batch.key import key_of
from redact.pipeline.batch.ledger import VERDICTS, Entry, Ledger, Row, Spent, State, work_key
from redact.pipeline.batch.places import clean_folder
from redact.pipeline.batch.publish import Output, Shelf, prepare, publish
from redact.pipeline.batch.roster import Roster, read_roster
from redact.pipeline.batch.shards import Shard
from redact.pipeline.batch.spread import InHand
from redact.pipeline.batch.tidy import clear, tidy
from redact.pipeline.batch.uploads import Aside, SetAside, at_hand
from redact.pipeline.batch.work import Carried, Done, Part, Step, Task, work
from redact.pipeline.intake.forked import end_server
from redact.pipeline.write import make_folder
from redact.policy import DEFAULT, Policy, load

SHELVES = {Status.RELEASED: Shelf.RELEASED, Status.NEEDS_REVIEW: Shelf.REVIEW, Status.BLOCKED: Shelf.QUARANTINE}
STATES = {Status.RELEASED: State.RELEASED, Status.NEEDS_REVIEW: State.REVIEW, Status.BLOCKED: State.BLOCKED}
SCRATCH = ".scratch"
# A worker of 2.1 GB needs as much again on the largest page that a policy lets in.
MEMORY = 6 << 30
# An upload may take so many times the policy's seconds of decoding before its worker counts as hung: pages are read and proved, too.
PATIENCE = 30
LOOK_SECONDS = 0.5
# A file that is being copied into the watched folder is left until nobody has written to it for so long.
SETTLED_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """What a batch is to do.

    `mapping`: headings of the roster by field, before those that are known. `jobs`: worker processes. `shard`: which part of the
    applicants is this machine's. `restart`: do all again; `retry_failed`: do again what failed. `memory`: bytes a worker may take.
    `watch`: seconds after which the folder is looked at again, for as long as nobody asks to stop; None for once. `ray`: the address of
    the cluster whose workers do it; None for this machine's.
    """

    uploads: Path = field(repr=False)
    out: Path
    roster: Path = field(repr=False)
    policy: str | Path = DEFAULT
    mapping: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 1
    shard: Shard = field(default_factory=Shard)
    restart: bool = False
    retry_failed: bool = False
    memory: int = MEMORY
    watch: float | None = None
    ray: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands: what the ledger knows, what the roster says, and what is not processed."""

    rows: tuple[Row, ...]
    roster: Roster
    set_aside: tuple[SetAside, ...]
    finished: bool


class Watcher(Protocol):
    """Who is told how the batch goes; what it is told holds no person's name."""

    def began(self, standing: Standing) -> None:
        """Every upload is entered; nothing has been done yet."""
        ...

    def ended(self, row: Row) -> None:
        """One upload came to its end, or waits again after its worker died."""
        ...

    def looked(self, standing: Callable[[], Standing], in_hand: int) -> None:
        """Half a second went by, so many uploads are in hand; how the batch stands is read when it is asked for."""
        ...

    def finished(self, standing: Standing) -> None:
        """Nothing is in hand any more."""
        ...


class Stop:
    """How a batch is asked to stop: once, and what is in hand is finished; twice, and it is left."""

    def __init__(self) -> None:
        self._asked = 0
        self._mutex = threading.Lock()

    def ask(self) -> None:
        """Ask once more."""
        with self._mutex:
            self._asked += 1

    @property
    def soon(self) -> bool:
        """True where nothing new is begun."""
        return self._asked > 0

    @property
    def now(self) -> bool:
        """True where what is in hand is left, too."""
        return self._asked > 1


def usable_cores() -> int:
    """Return how many cores this process may use: of the machine, of its affinity, of its control group."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))


def run(order: Order, watcher: Watcher, stop: Stop | None = None, do: Callable[[Task], Done | Part] = work) -> Standing:
    """Do a batch, or go on with it, and return how it stands. `do`: what a worker does with an upload, a function of a module.

    Raises RosterError, MissingError, UsageError, PolicyError, DestinationError, LedgerError: before anything is done. Raises
    ClusterError at any time: what was in hand waits again, and no attempt is counted. What fails with one upload is in the ledger.
    """
    roster, policy = read_roster(order.roster, order.mapping), load(order.policy)
    # What took the workbook apart is not needed again.
    end_server()
    prepare(order.out)
    key = key_of(order.out)
    with Ledger(order.out / _ledger_name(order.shard), key) as ledger, _scratch(order.out) as scratch:
        ledger.reset_running()
        if order.restart:
            ledger.restart()
        checksums = Checksums(ArchiveLimits.of(policy.limits), scratch, 0.0 if order.watch is None else SETTLED_SECONDS)
        entered = _Entered.into(ledger, _intake(order, roster, policy, checksums), policy, order.out)
        if order.retry_failed:
            ledger.retry_failed()
        tidy(order.out, ledger)
        batch = _Batch(order, policy, key, ledger, roster, entered, checksums, scratch, watcher, stop or Stop(), do)
        return batch.work_off()


def _intake(order: Order, roster: Roster, policy: Policy, checksums: Checksums) -> Intake:
    return take_in(order.uploads, roster, ArchiveLimits.of(policy.limits), order.shard, (order.out, order.roster), checksums)


def _crew(order: Order) -> Crew:
    if order.ray is None:
        return LocalCrew(order.jobs, order.memory)
    from redact.pipeline.batch.cluster.crew import RayCrew

    return RayCrew(order.ray, order.jobs, order.memory)


def _ledger_name(shard: Shard) -> str:
    return "ledger.sqlite" if shard.of == 1 else f"ledger-{shard.number}-of-{shard.of}.sqlite"


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """Give a folder for originals that were in archives; what a killed batch left in it goes first."""
    folder = out / SCRATCH / str(os.getpid())
    shutil.rmtree(folder, ignore_errors=True)
    make_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Entered:
    """The uploads by their key in the ledger, and what is set aside, doubles included."""

    uploads: Mapping[str, Upload]
    set_aside: tuple[SetAside, ...]

    @classmethod
    def into(cls, ledger: Ledger, intake: Intake, policy: Policy, out: Path) -> _Entered:
        """Enter the uploads into the ledger. What is gone from the folder is given up; an output that is gone is made again."""
        entries = [_entry(ledger, upload, policy) for upload in intake.uploads]
        present = {entry.source for entry in entries}
        ledger.supersede([row.source for row in ledger.rows() if row.source not in present])
        rows = ledger.add(entries)
        lost = [row.source for row in rows if row.state in VERDICTS and row.output and not (out / row.output).is_file()]
        if lost:
            ledger.supersede(lost)
            rows = ledger.add(entries)
        kept = [(upload, entry) for upload, entry, row in zip(intake.uploads, entries, rows, strict=True) if row.source == entry.source]
        doubles = [u for u, entry, row in zip(intake.uploads, entries, rows, strict=True) if row.source != entry.source]
        aside = (*intake.set_aside, *(SetAside(upload.source.parts, Aside.DUPLICATE) for upload in doubles))
        return cls({entry.key: upload for upload, entry in kept}, aside)


def _entry(ledger: Ledger, upload: Upload, policy: Policy) -> Entry:
    who = ledger.row_trace(upload.row.number, upload.row.applicant)
    key = work_key(upload.sha256, policy.digest, who, __version__)
    return Entry(key, ledger.trace(upload.source.identity), clean_folder(upload.row.number))


class _Batch:
    """One run's state: who is in hand, and what is still to be begun."""

    def __init__(
        self,
        order: Order,
        policy: Policy,
        key: bytes,
        ledger: Ledger,
        roster: Roster,
        entered: _Entered,
        checksums: Checksums,
        scratch: Path,
        watcher: Watcher,
        stop: Stop,
        do: Callable[[Task], Done | Part],
    ) -> None:
        self._order, self._policy, self._key, self._ledger = order, policy, key, ledger
        self._roster, self._entered, self._scratch, self._watcher, self._stop = roster, entered, scratch, watcher, stop
        self._others = frozenset(name for row in roster.rows for name in chinese_names(row))
        self._do, self._checksums, self._looked = do, checksums, time.monotonic()
        self._waiting: deque[str] = deque(row.key for row in ledger.pending() if row.key in entered.uploads)
        self._in_hand: dict[str, InHand] = {}
        self._tasks: dict[Future[Done | Part], tuple[InHand, Step]] = {}

    def work_off(self) -> Standing:
        self._watcher.began(self._standing(finished=False))
        if self._waiting or self._order.watch is not None:
            self._employ(_crew(self._order))
        standing = self._standing(finished=True)
        self._watcher.finished(standing)
        return standing

    def _employ(self, crew: Crew) -> None:
        try:
            while self._waiting or self._in_hand or self._order.watch is not None:
                if self._stop.now or (self._stop.soon and not self._in_hand):
                    break
                self._fill(crew)
                done, _ = wait(self._tasks, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in done:
                    self._settle(future)
                if not self._in_hand and not self._waiting and self._order.watch is not None:
                    time.sleep(LOOK_SECONDS)
                self._look_again()
                self._watcher.looked(partial(self._standing, finished=False), len(self._in_hand))
        finally:
            crew.stop()
            self._leave()

    def _look_again(self) -> None:
        """Enter what has come since, where the folder is watched; what changed while it was in hand is done again."""
        watch = self._order.watch
        if watch is None or self._stop.soon or time.monotonic() - self._looked < watch:
            return
        self._looked = time.monotonic()
        self._entered = _Entered.into(
            self._ledger, _intake(self._order, self._roster, self._policy, self._checksums), self._policy, self._order.out
        )
        known = {*self._waiting, *self._in_hand}
        self._waiting = deque(key for key in self._waiting if key in self._entered.uploads)
        self._waiting += [row.key for row in self._ledger.pending() if row.key in self._entered.uploads and row.key not in known]
        clear(self._order.out, self._ledger)

    def _fill(self, crew: Crew) -> None:
        """Give each upload in hand a worker, begin others while workers are free, and have those left help with the long ones.

        So a long upload takes no worker from another, and none of them waits until all others are done.
        """
        for hand in [hand for hand in self._in_hand.values() if hand.idle]:
            self._schedule(crew, hand)
        while self._waiting and self._has_room(self._in_hand) and self._has_room(self._tasks) and not self._stop.soon:
            self._begin(crew, self._waiting.popleft())
        for hand in self._in_hand.values():
            while hand.ready and self._has_room(self._tasks):
                self._schedule(crew, hand)

    def _has_room(self, of: Sized) -> bool:
        return len(of) < self._order.jobs

    def _schedule(self, crew: Crew, hand: InHand) -> None:
        step, task = hand.next()
        self._tasks[crew.schedule(self._do, task, hand.seconds_left)] = hand, step

    def _begin(self, crew: Crew, key: str) -> None:
        upload, held = self._entered.uploads[key], ExitStack()
        row = self._ledger.begin(key)
        try:
            file = held.enter_context(at_hand(upload.source, ArchiveLimits.of(self._policy.limits), self._scratch))
            material = file.absolute() if crew.sees_disk else Carried.of(file, self._policy.limits.bytes)
        except RedactError as error:
            held.close()
            self._fail(row, Done(None, error.code))
            return
        task = Task(material, upload.sha256, upload.row.applicant, self._policy, self._key, self._others)
        seconds = PATIENCE * self._policy.limits.seconds_per_file
        self._in_hand[key] = InHand(key, task, held, seconds, divided=self._order.jobs > 1)
        self._schedule(crew, self._in_hand[key])

    def _settle(self, future: Future[Done | Part]) -> None:
        hand, step = self._tasks.pop(future)
        # Else the upload came to its end without this part of it.
        needed = self._in_hand.get(hand.key) is hand
        outcome: Done | Part
        try:
            outcome = future.result()
        except WorkerLostError:
            if needed:
                self._bury(hand, step)
            return
        except ClusterError:
            # No fault of this upload's, nor of the others that are in hand: `_leave` puts them back.
            raise
        except Exception as error:  # noqa: BLE001 - the one place where an upload is isolated from the batch
            outcome = Done(None, f"internal.{type(error).__name__.lower()}")
        done = hand.came(step, outcome) if needed else None
        if done is not None:
            self._end(hand, done)

    def _end(self, hand: InHand, done: Done) -> None:
        self._let_go(hand)
        row = self._ledger.row(hand.key)
        if done.status is None:
            self._fail(row, done)
        else:
            self._publish(row, done)

    def _bury(self, hand: InHand, step: Step) -> None:
        """The worker died: the upload waits again, or has done so too often. Of a long one only what died with it is done again."""
        row = self._ledger.worker_died(hand.key)
        again = row.state is State.WAITING and hand.key in self._entered.uploads
        if again and hand.long and not self._stop.soon:
            self._ledger.begin(hand.key)
            hand.lost(step)
        else:
            self._let_go(hand)
            self._waiting += [hand.key] if again else []
        if row.state is not State.WAITING:
            publish(self._order.out, row.place, None, {})
        self._watcher.ended(row)

    def _let_go(self, hand: InHand) -> None:
        del self._in_hand[hand.key]
        hand.held.close()

    def _fail(self, row: Row, done: Done) -> None:
        publish(self._order.out, row.place, None, {})
        self._ledger.failed(row.key, done.reason, _spent(done))
        self._watcher.ended(self._ledger.row(row.key))

    def _publish(self, row: Row, done: Done) -> None:
        assert done.status is not None, "what failed has no verdict"
        output = None if done.content is None else Output(SHELVES[done.status], done.suffix, done.content)
        stands = publish(self._order.out, row.place, output, dict(done.reports))
        place, digest = (stands.output, stands.sha256) if stands else (None, None)
        if self._ledger.finish(row.key, STATES[done.status], place, digest, _spent(done), done.reason):
            self._watcher.ended(self._ledger.row(row.key))
        else:
            # Something else stands in the folder by now.
            clear(self._order.out, self._ledger)

    def _leave(self) -> None:
        """Put back what was in hand when the batch was stopped: it was nobody's fault."""
        self._ledger.put_back(self._in_hand)
        for hand in [*self._in_hand.values()]:
            self._let_go(hand)

    def _standing(self, finished: bool) -> Standing:
        return Standing(self._ledger.rows(), self._roster, self._entered.set_aside, finished)


def _spent(done: Done) -> Spent:
    return Spent(done.pages, done.cpu_seconds, done.wall_seconds)


def counts(rows: Sequence[Row]) -> dict[State, int]:
    """Return how many uploads are in each state."""
    return {state: sum(row.state is state for row in rows) for state in State}
