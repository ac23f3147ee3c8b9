"""Writes the summary beside the outputs, each file whole or not at all, so that people can look while the batch runs."""

from __future__ import annotations

from pathlib import Path

from redact.pipeline.batch.summary import page, tables
from redact.pipeline.batch.summary.notes import ReportNotes
from redact.pipeline.batch.summary.overview import overview_of
from redact.pipeline.batch.summary.state import BatchState
from redact.pipeline.write import write_files


def write_summary(out: Path, state: BatchState, notes: ReportNotes | None = None, workbook: bool = True) -> None:
    """Write set-aside.csv, summary.csv, summary.xlsx and the pages index.html (Chinese) and index.en.html into the output folder.

    Each is readable by its owner alone and replaces the earlier one by rename. A share of a roster has names of its own
    (index-2of8.html), for other machines may write into the same folder. `notes`: kept from call to call, it spares reading
    every report again. `workbook`: without it the earlier summary.xlsx stays; for 40,000 uploads it takes three quarters of the time.
    Raises DestinationError: then the earlier files stand, or some of them are new already.
    """
    overview = overview_of(state, notes or ReportNotes(out))
    names = _names(state)
    files = {names.set_aside: tables.set_aside_bytes(state.set_aside, overview), names.csv: tables.csv_bytes(overview)}
    if workbook:
        files[names.xlsx] = tables.xlsx_bytes(overview)
    # Last: who sees a new page finds new tables.
    files |= {names.en: page.to_html(overview, names, "en").encode(), names.zh: page.to_html(overview, names, "zh").encode()}
    write_files([(out / name, content) for name, content in files.items()], force=True)


def _names(state: BatchState) -> page.Names:
    share = "" if state.shard.of == 1 else f"-{state.shard.number}of{state.shard.of}"
    return page.Names(f"index{share}.html", f"index{share}.en.html", f"summary{share}.xlsx", f"summary{share}.csv", f"set-aside{share}.csv")
