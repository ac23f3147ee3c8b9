"""What a page costs, stage by stage, beside one plain Tesseract pass on the same pages in the same run.

    python -m benchmarks.speed TRUTH.json … [--pages 24] [--workers 2] [--rounds 1]

Documents are taken in turn from the files until there are so many pages; workers of one thread each take them in turn. Per row: CPU
and wall seconds a page, children included, and how many Tesseract passes that is. *whole pipeline*: intake to verified report. The
rows below it are parts, each measured by itself on the page as it was taken in, so they do not add up to it: what is read again in
the proof stands in its own row. Memory is the largest resident size of a worker.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import os
import resource
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.tables import table
from benchmarks.truth import Document, load
from redact import Page
from redact.pipeline import Redactor
from redact.pipeline.batch.run import MEMORY
from redact.pipeline.batch.work import start
from redact.pipeline.engines import default_engines
from redact.pipeline.intake import open_upload, opened, sandbox
from redact.policy import load as load_policy

PIPELINE, TESSERACT = "whole pipeline", "Tesseract chi_sim, one pass"
THREADS = ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and wall seconds of one row for a document of so many pages."""

    row: str
    cpu: float
    wall: float
    pages: int


def main() -> None:
    arguments = _arguments()
    os.environ.update(dict.fromkeys(THREADS, "1"))
    documents = _chosen([d for path in arguments.truth for d in load(path)], arguments.pages)
    context = multiprocessing.get_context("spawn")
    with context.Pool(arguments.workers, initializer=start, initargs=(MEMORY,)) as pool:
        answers = pool.map(partial(_measured, rounds=arguments.rounds), documents, chunksize=1)
    costs = [cost for found, _ in answers for cost in found]
    _print(costs, max(memory for _, memory in answers), arguments.workers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("truth", type=Path, nargs="+")
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    return parser.parse_args()


def _chosen(documents: Sequence[Document], pages: int) -> list[Document]:
    """Return documents spread over the files, with at least so many pages in all."""
    order = [documents[i] for i in np.random.default_rng(7).permutation(len(documents))]
    chosen: list[Document] = []
    while order and sum(len(d.rows) for d in chosen) < pages:
        chosen.append(order.pop())
    return chosen


def _measured(document: Document, rounds: int) -> tuple[list[Cost], float]:
    """Return the costs of every row for one document, and the worker's peak memory, GiB. Everything is loaded before."""
    redactor = _warm()
    costs = [_cost(PIPELINE, len(document.rows), lambda: redactor.redact(document.file, document.applicant)) for _ in range(rounds)]
    costs += [_cost("decoding alone", len(document.rows), lambda: _pages(document))]
    for page in _pages(document):
        costs += [_cost(row, 1, work) for row, work in _parts(page)]
    return costs, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1048576


def _warm() -> Redactor:
    redactor = Redactor()
    blank = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(blank, "PNG")
    from redact import Applicant

    redactor.redact(blank.getvalue(), Applicant(names=("闻人不知",), units=("无名单位",)))
    return redactor


def _pages(document: Document) -> list[Page]:
    policy = load_policy()
    with opened(open_upload(document.file, policy.limits), policy.limits, policy.raster) as pages:
        return [page.page for page in pages]


def _parts(page: Page) -> Iterator[tuple[str, Callable[[], object]]]:
    engines = default_engines()
    yield "first reader: PP-OCRv6, finding and reading lines", lambda: engines.reader().read(page)
    yield "second reader: PP-OCRv4, the same", lambda: engines.second_reader().read(page)
    yield "seals", lambda: engines.seals().find(page)
    yield "faces", lambda: engines.faces().find(page)
    yield "codes", lambda: engines.codes().find(page)
    picture = io.BytesIO()
    Image.fromarray(page.pixels).save(picture, "PNG")
    command = ["tesseract", "stdin", "stdout", "-l", "chi_sim", "--dpi", str(round(page.dpi))]
    yield TESSERACT, lambda: subprocess.run(command, input=picture.getvalue(), capture_output=True, check=True)


def _cost(row: str, pages: int, work: Callable[[], object]) -> Cost:
    cpu, wall = _cpu(), time.monotonic()
    work()
    return Cost(row, _cpu() - cpu, time.monotonic() - wall, pages)


def _cpu() -> float:
    decoding = sandbox.cpu_seconds()
    return decoding + sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _print(costs: Sequence[Cost], memory: float, workers: int) -> None:
    cpu: dict[str, float] = defaultdict(float)
    wall: dict[str, float] = defaultdict(float)
    pages: dict[str, int] = defaultdict(int)
    for cost in costs:
        cpu[cost.row] += cost.cpu
        wall[cost.row] += cost.wall
        pages[cost.row] += cost.pages
    one = cpu[TESSERACT] / pages[TESSERACT]
    rows = [
        [row, pages[row], f"{cpu[row] / pages[row]:.2f}", f"{wall[row] / pages[row]:.2f}", f"{cpu[row] / pages[row] / one:.2f}"]
        for row in cpu
    ]
    print("\n".join(table(["", "pages", "CPU s a page", "wall s a page", "Tesseract passes"], rows)))
    print(f"{workers} workers of one thread; peak memory of a worker {memory:.2f} GiB")


if __name__ == "__main__":
    main()
