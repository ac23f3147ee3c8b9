"""Work on many documents in several processes; what came of each is kept, so that a run can go on where it ended."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.truth import Document

Row = dict[str, Any]
Work = Callable[[Document, Path], Row]
"""Works on one document, in a process of its own; gets the folder where it may keep files."""


def outcomes(documents: Sequence[Document], work: Work, out: Path, jobs: int, resume: bool) -> Iterator[Row]:
    """Yield what comes of each document as it is done, those of an earlier run last; each is kept as OUT/<set>/<id>.json.

    One job works in this process, more in processes of their own. A document whose work crashes does not end the others';
    when they are done RuntimeError says how many crashed, so that no table leaves them out unseen.
    """
    todo = [document for document in documents if not (resume and kept(out, document).is_file())]
    started = _here(todo, work, out) if jobs <= 1 else _shared_out(todo, work, out, jobs)
    crashed = 0
    for number, (document, finished) in enumerate(started, start=1):
        try:
            row = finished()
        except Exception:  # noqa: BLE001  one document is isolated here, and told
            crashed += 1
            print(f"{number}/{len(todo)} {document.id:32} CRASHED\n{traceback.format_exc()}", flush=True)
            continue
        kept(out, document).write_text(json.dumps(row), encoding="utf-8")
        print(f"{number}/{len(todo)} {document.id:32} {row['told']}", flush=True)
        yield row
    yield from (row_of(out, document) for document in documents if document not in todo)
    if crashed:
        raise RuntimeError(f"{crashed} documents crashed; --resume does them again")


def _here(todo: Sequence[Document], work: Work, out: Path) -> Iterator[tuple[Document, Callable[[], Row]]]:
    return ((document, partial(work, document, folder(out, document))) for document in todo)


def _shared_out(todo: Sequence[Document], work: Work, out: Path, jobs: int) -> Iterator[tuple[Document, Callable[[], Row]]]:
    for variable in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT"):
        os.environ.setdefault(variable, "1")
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(work, document, folder(out, document)): document for document in todo}
        yield from ((running[done], done.result) for done in as_completed(running))


def folder(out: Path, document: Document) -> Path:
    """Return the folder of the document's set, made where it is missing."""
    place = out / document.set
    place.mkdir(parents=True, exist_ok=True)
    return place


def kept(out: Path, document: Document) -> Path:
    """Return where the outcome of a document is kept."""
    return folder(out, document) / f"{document.id}.json"


def row_of(out: Path, document: Document) -> Row:
    """Return the outcome of an earlier run."""
    row: Row = json.loads(kept(out, document).read_text(encoding="utf-8"))
    return row
