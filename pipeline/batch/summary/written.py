"""Writes the summary beside the outputs, each file whole or not at all, so that people can look while the batch runs."""

from __future__ import annotations

from pathlib import Path

from redact.pipeline.batch.summary import page, tables
from redact.pipeline.batch.summary.notes import ReportNotes
from redact.pipeline.batch.summary.overview import overview_of
from redact.pipeline.batch.summary.state import BatchState
from redact.pipeline.write import write_files


def write_summary(out: Path, state: BatchState, notes: ReportNotes | None = None) -> None:
    """Write set-aside.csv, summary.csv, summary.xlsx and the pages index.html (Chinese) and index.en.html into the output folder.

    Each is readable by its owner alone and replaces the earlier one by rename. A share of a roster has names of its own
    (index-2of8.html), for other machines may write into the same folder. `notes`: kept from call to call, it spares reading
    every report again.
    Raises DestinationError: then the earlier files stand, or some of them are new already.
    """
    overview = overview_of(state, notes or ReportNotes(out))
    share = "" if state.shard.of == 1 else f"-{state.shard.number}of{state.shard.of}"
    pages = {"zh": f"index{share}.html", "en": f"index{share}.en.html"}
    names = page.Names(pages["zh"], pages["en"], f"summary{share}.xlsx", f"summary{share}.csv", f"set-aside{share}.csv")
    files = {
        names.set_aside: tables.set_aside_bytes(state.set_aside, overview),
        names.csv: tables.csv_bytes(overview),
        names.xlsx: tables.xlsx_bytes(overview),
        names.en: page.to_html(overview, names, "en").encode(),
        # Last: who sees it new finds the others new.
        names.zh: page.to_html(overview, names, "zh").encode(),
    }
    write_files([(out / name, content) for name, content in files.items()], force=True)
