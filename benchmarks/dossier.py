"""Runs the whole product over a dossier with truth, one file after another, and prints what became of each.

    python -m benchmarks.dossier TRUTH.json OUT [--only ID …] [--shard i/n]

OUT/released holds released outputs, OUT/withheld the others; score either folder with the dossier's scorer. The table
gives, per document: status, checks that did not pass, masks, CPU and wall seconds.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

from redact import Applicant, Passed, RedactError
from redact.pipeline import Redactor
from redact.pipeline.exchange import applicant_from_json
from redact.pipeline.write import suffix

# A page of a body alone has no person, and the product refuses to look for none.
NOBODY = "闻人不知"


def main() -> None:
    arguments = _arguments()
    documents = json.loads(arguments.truth.read_text(encoding="utf-8"))
    if arguments.only:
        documents = [row for row in documents if row["id"] in arguments.only]
    part, parts = map(int, arguments.shard.split("/"))
    redactor = Redactor()
    totals: Counter[str] = Counter()
    for row in documents[part - 1 :: parts]:
        totals += _run(redactor, row, arguments.truth.parent, arguments.out)
    pages = max(1, totals["pages"])
    print(f"{totals['documents']} documents, {totals['pages']} pages: {dict(totals)}; {totals['cpu_ms'] / 1000 / pages:.2f} CPU s a page")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("truth", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--shard", default="1/1")
    return parser.parse_args()


def _run(redactor: Redactor, row: dict[str, Any], base: Path, out: Path) -> Counter[str]:
    start, cpu = time.monotonic(), _cpu()
    try:
        result = redactor.redact(base / row["file"], _applicant(row))
    except RedactError as error:
        print(f"{row['id']:28} ERROR {error.code}", flush=True)
        return Counter({"documents": 1, error.code: 1})
    spent = _cpu() - cpu
    released = result.output is not None
    folder = out / ("released" if released else "withheld")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (row["id"] + suffix(result.kind))).write_bytes(result.output or result.withheld or b"")
    (out / f"{row['id']}.report.json").write_text(result.report.to_json(), encoding="utf-8")
    masks = Counter(str(r.category) for page in result.plan.pages for r in page.redactions)
    missed = Counter(f"{check.name}:{check.why}" for check in result.report.every_check if not isinstance(check, Passed))
    wall = time.monotonic() - start
    print(f"{row['id']:28} {result.status:12} cpu {spent:6.1f} wall {wall:6.1f}  {dict(masks)}  {dict(missed)}", flush=True)
    return Counter({"documents": 1, "pages": len(result.plan.pages), str(result.status): 1, "cpu_ms": int(1000 * spent)})


def _applicant(row: dict[str, Any]) -> Applicant:
    known = {key: value for key, value in row["applicant"].items() if key != "id"}
    if not any(known.get(key) for key in ("names", "former_names", "pinyin", "uyghur", "traditional")):
        known["names"] = [NOBODY]
    return applicant_from_json(json.dumps(known, ensure_ascii=False))


def _cpu() -> float:
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


if __name__ == "__main__":
    main()
