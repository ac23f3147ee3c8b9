"""Runs the whole product over documents with truth, judges what it wrote in pixels, and writes docs/quality-tables.md.

    python -m benchmarks.recall OUT [TRUTH.json …] [--fresh SEED:DOCUMENTS …] [--jobs 2] [--resume] [--page FILE]

Truth files that are not there are left out, and the page says so; without any the fresh material stands alone, drawn
from seeds into OUT. Every document's outcome is kept in OUT/<set>/<id>.json: --resume goes on where a run ended, and
--rejudge judges what lies there again. Causes of misses are kept beside, in benchmarks/causes.toml.
"""

from __future__ import annotations

import argparse
import resource
import time
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path

from benchmarks.judge import all_lost, judge
from benchmarks.pictures import pictures
from benchmarks.pool import Row, outcomes, row_of
from benchmarks.tables import page
from benchmarks.truth import Document, load
from redact import Passed, RedactError
from redact.pipeline import Redactor, Result
from redact.pipeline.intake import sandbox
from redact.pipeline.write import suffix

PAGE = Path("docs/quality-tables.md")
CAUSES = Path(__file__).with_name("causes.toml")


def main() -> None:
    arguments = _arguments()
    there = [path for path in arguments.truth if path.is_file()]
    fresh = [_drawn(arguments.out, *map(int, drawn.split(":"))) for drawn in arguments.fresh]
    documents = [d for path in (*there, *fresh) for d in load(path) if not arguments.only or d.id in arguments.only]
    work = judged_again if arguments.rejudge else outcome
    rows = sorted(outcomes(documents, work, arguments.out, arguments.jobs, arguments.resume), key=lambda row: (row["set"], row["id"]))
    causes = tomllib.loads(CAUSES.read_text(encoding="utf-8"))["causes"]
    text = page(rows, causes, absent=len(arguments.truth) - len(there))
    arguments.page.write_text(text, encoding="utf-8")
    print(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path, nargs="*")
    parser.add_argument("--fresh", nargs="*", default=[], metavar="SEED:DOCUMENTS")
    parser.add_argument("--only", nargs="*", default=[], metavar="ID")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--rejudge", action="store_true")
    parser.add_argument("--page", type=Path, default=PAGE)
    return parser.parse_args()


def _drawn(out: Path, seed: int, documents: int) -> Path:
    """Return the truth file of freshly drawn material."""
    from fixtures.dossier import write_dossier

    folder = out / "drawn" / f"fresh-{seed}"
    if not (folder / "truth.json").is_file():
        write_dossier(folder, seed, documents)
    return folder / "truth.json"


def outcome(document: Document, folder: Path) -> Row:
    """Run the product over one document, keep what it wrote, and judge it. An error of the product is an outcome too."""
    redactor, start, cpu = _redactor(), time.monotonic(), _cpu()
    row: Row = {"id": document.id, "set": document.set, "half": document.half, "file": "", "open": [], "status": ""}
    try:
        row |= _written(redactor.redact(document.file, document.applicant), document, folder)
    except RedactError as error:
        row["status"] = error.code
    row |= {"cpu": round(_cpu() - cpu, 2), "wall": round(time.monotonic() - start, 2)}
    return _judged(row, document, folder)


def judged_again(document: Document, folder: Path) -> Row:
    """Judge what an earlier run wrote."""
    return _judged(row_of(folder.parent, document), document, folder)


def _written(result: Result, document: Document, folder: Path) -> Row:
    file = folder / f"{document.id}{suffix(result.kind)}"
    file.write_bytes(result.output or result.withheld or b"")
    (folder / f"{document.id}.report.json").write_text(result.report.to_json(), encoding="utf-8")
    left_open = sorted({f"{check.name}:{check.why}" for check in result.report.every_check if not isinstance(check, Passed)})
    return {"status": str(result.status), "file": file.name, "open": left_open}


@cache
def _redactor() -> Redactor:
    return Redactor()


def _cpu() -> float:
    """Return the CPU seconds of this process and of all that it started, the decoding children among them."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sandbox.cpu_seconds() + sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _judged(row: Row, document: Document, folder: Path) -> Row:
    row["pages"] = list(_judgements(document, folder / row["file"])) if row["file"] else _unwritten(document)
    bad = [v for p in row["pages"] for v in p["verdicts"] if v["good"] is False]
    faults = " ".join(f"{'LEAK' if v['must'] == 'mask' else 'lost'}:{v['id']}" for v in bad)
    row["told"] = f"{row['status']:12} cpu {row['cpu']:6.1f} s  {faults or 'clean'}"
    return row


def _unwritten(document: Document) -> list[Row]:
    """A document without a file shows nothing, and hides nothing."""
    return [{"degradation": page["degradation"], "masked": 0.0, "over": 0.0, "verdicts": []} for page in document.rows]


def _judgements(document: Document, file: Path) -> Iterator[Row]:
    sizes = [(page["width"], page["height"]) for page in document.rows]
    before = pictures(document.file.read_bytes(), sizes)
    try:
        after = pictures(file.read_bytes(), sizes)
    except (ValueError, OSError):
        after = []
    for truth, original in zip(document.pages(), before, strict=True):
        judgement = judge(truth, original, after[truth.number - 1]) if after else all_lost(truth)
        named = zip(document.ids(truth.number), judgement.verdicts, strict=True)
        verdicts = [{"id": name, **asdict(verdict)} for name, verdict in named]
        yield {"degradation": truth.degradation, "masked": judgement.masked, "over": judgement.over, "verdicts": verdicts}


if __name__ == "__main__":
    main()
