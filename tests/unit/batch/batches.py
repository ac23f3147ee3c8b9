"""Batches of invented applicants, with the ledger's rows and the reports as a run leaves them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from redact import Applicant, Box, Category, Check, Engine, Failed, NotRun, Passed, Redaction
from redact.pipeline.batch import Remark, Roster, RosterRow, SetAside
from redact.pipeline.batch.ledger import Row, State, work_key
from redact.pipeline.batch.places import Place
from redact.pipeline.batch.summary import BatchState
from redact.pipeline.batch.uploads import SetAside as UploadAside
from redact.pipeline.report.record import document_of, to_json
from redact.report import Material, PageReport, PolicyRecord, Report

BEGAN = datetime(2025, 11, 3, 20, 0, 0, tzinfo=timezone(timedelta(hours=8)))
NAMES = ("沈砚秋", "慕容知行", "陶望舒", "阿不都外力·木合塔尔")
PLACES = (Box(40, 40, 120, 70).quad(),)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def row(folder: str, running: int, state: State, pages: int = 4, reason: str = "", minutes: int = 10) -> Row:
    """Return a ledger's row; what is done ended so many minutes after the batch began."""
    stem = Place(folder, running).stem
    shelf = {State.RELEASED: "released", State.REVIEW: "review", State.BLOCKED: "quarantine"}.get(state)
    done = state not in (State.WAITING, State.RUNNING)
    return Row(
        key=work_key(digest(f"content {stem}"), digest("policy"), digest(f"row {folder}"), "0.1.0"),
        source=digest(f"source {stem}"),
        place=Place(folder, running),
        state=state,
        output=f"{shelf}/{folder}/{stem}.pdf" if shelf else None,
        output_sha256=digest(f"output {stem}") if shelf else None,
        attempts=int(done),
        reason=reason,
        pages=pages if done else 0,
        cpu_seconds=pages * 2.5 if done else 0.0,
        wall_seconds=pages * 1.4 if done else 0.0,
        added="2025-11-03T12:00:00+00:00",
        started="2025-11-03T12:00:05+00:00" if done else None,
        ended=(BEGAN + timedelta(minutes=minutes)).astimezone(UTC).isoformat(timespec="seconds") if done else None,
    )


def page(number: int, checks: Iterable[Check] = (), remarks: Sequence[str] = ()) -> PageReport:
    """Return a page's report: one mask, the checks given, and one that passed."""
    redactions = (Redaction("name-1", Category.NAME, PLACES[0], "name.exact"),)
    return PageReport(number, 800, 1100, 150.0, redactions, (Passed("intake", number), *checks), {"read": 0.9}, tuple(remarks))


def report(*pages: PageReport, checks: Iterable[Check] = ()) -> Report:
    return Report(
        input=Material(digest("in"), "pdf", len(pages)),
        output=Material(digest("out"), "pdf", len(pages)),
        policy=PolicyRecord("urumqi-2025", "1", digest("policy")),
        applicant=digest("applicant"),
        engines=(Engine("ppocr-v6", "1"),),
        pages=pages,
        checks=(Passed("structure"), *checks),
    )


def put(out: Path, of: Row, made: Report) -> None:
    """Put an upload's reports where a batch would."""
    folder = out / "reports" / of.place.folder
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{of.place.stem}.json").write_text(to_json(document_of(made)), encoding="utf-8")
    (folder / f"{of.place.stem}.html").write_text("<!DOCTYPE html>", encoding="utf-8")


def applicant(number: str, line: int, name: str = "沈砚秋") -> RosterRow:
    return RosterRow(number, line, Applicant((name,), ("青岚市第一中学",)), ())


def roster(*rows: RosterRow, remarks: Sequence[Remark] = (), set_aside: Sequence[SetAside] = ()) -> Roster:
    return Roster(rows, (), (), tuple(remarks), tuple(set_aside))


def batch(
    *rows: Row,
    people: Roster | None = None,
    aside: Sequence[UploadAside] = (),
    finished: bool = False,
    minutes: int = 30,
) -> BatchState:
    """Return a batch as it stands so many minutes after it began; without `people`, the roster has whom the rows are of."""
    folders = list(dict.fromkeys(one.place.folder for one in rows))
    people = people or roster(*(applicant(folder, line) for line, folder in enumerate(folders, start=2)))
    return BatchState(rows, people, tuple(aside), BEGAN, BEGAN + timedelta(minutes=minutes), finished, jobs=4)


def blurred(number: int) -> PageReport:
    return page(number, [NotRun("legible", "too-blurred", number)], ["too-blurred"])


def unread(number: int, *remarks: str) -> PageReport:
    return page(number, [NotRun("lines.read", "unread-lines", number, PLACES)], remarks)


def common_word(number: int) -> PageReport:
    return page(number, [NotRun("find.text", "common-word", number, PLACES)])


def leaking(number: int) -> PageReport:
    return page(number, [Failed("second-reader.ppocr-v4", "name-visible", number, PLACES)])


def large(out: Path, finished: bool = False) -> BatchState:
    """Return a batch of forty applicants in which everything happens that can, with its reports in the folder."""
    numbers = [f"2025-{number:04d}" for number in range(1, 41)]
    rows: list[Row] = []
    for place, number in enumerate(numbers):
        states = [State.RELEASED] * (3 + place % 4)
        if not finished and place >= 31:
            states[1:] = [State.WAITING] * (len(states) - 1) if place > 31 else [State.RUNNING, *states[2:]]
        rows += [row(number, running, state, 2 + (place * running) % 9, minutes=1 + place) for running, state in enumerate(states, start=1)]
    special: dict[tuple[int, int], tuple[State, Report | str]] = {
        (3, 2): (State.REVIEW, report(page(1), blurred(2), blurred(3), blurred(4), unread(7, "glare"), page(8))),
        (3, 3): (State.REVIEW, report(common_word(1), page(2))),
        (7, 1): (State.BLOCKED, report(page(1), leaking(2))),
        (11, 1): (State.FAILED, "input.encrypted"),
        (11, 2): (State.FAILED, "input.unsupported"),
        (14, 2): (State.QUARANTINED, "worker.killed"),
        (18, 1): (State.REVIEW, report(page(1), unread(2, "sideways"))),
        (22, 3): (State.REVIEW, report(page(1, [NotRun("find.seals", "engine.crashed", 1)]))),
        (26, 1): (State.REVIEW, report(page(1), checks=[NotRun("intake", "pdf.repaired", 1)])),
        (29, 2): (State.REVIEW, report(page(1, [NotRun("legible", "low-resolution", 1)], ["low-resolution", "cut-off"]), page(2))),
    }
    for index, one in enumerate(rows):
        place = numbers.index(one.place.folder)
        found = special.get((place, one.place.running))
        if found is not None:
            state, made = found
            rows[index] = row(one.place.folder, one.place.running, state, one.pages, made if isinstance(made, str) else "", 1 + place)
            if isinstance(made, Report):
                put(out, rows[index], made)
        elif one.state is State.RELEASED:
            put(out, one, report(page(1)))
    people = roster(
        *(applicant(number, line, NAMES[line % 4]) for line, number in enumerate(numbers, start=2)),
        applicant("2025-0041", 42),
        remarks=[
            Remark("name.common-word", 5, "2025-0004"),
            Remark("name.same", 9, "2025-0008", others=(13, 17)),
            Remark("unit.empty", 43, "2025-0042"),
            Remark("number.empty", 44),
        ],
        set_aside=[SetAside(43, ("2025-0042",)), SetAside(44)],
    )
    aside = [
        UploadAside(("2025-0006", "材料.zip", "职称证.pdf"), "member.encrypted"),
        UploadAside(("2025-0042", "论文.pdf"), "upload.no-row"),
        UploadAside(("2025-0010和2025-0011", "合影.jpg"), "upload.two-rows"),
        UploadAside(("沈砚秋的论文.pdf",), "upload.no-row"),
        UploadAside(("=HYPERLINK(1)", "封面.pdf"), "upload.no-row"),
        UploadAside(("2025-0001", ".DS_Store"), "upload.junk"),
    ]
    return batch(*rows, people=people, aside=aside, finished=finished, minutes=46)
