"""The page of figures: outcomes of a run, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from benchmarks.pool import Row
from fixtures.truth import KEEP_KINDS, MASK_KINDS, TEXT_KINDS

Verdicts = list[Row]
HEAD = """# 测量表 Figures

Written by `python -m benchmarks.recall`; what they mean, and on what they were measured, stands in [quality.md](quality.md).
A document's half is the parity of its place in its set: `odd` calibrated, `even` reports.
"""
UNKNOWN = "not looked at yet"


def page(rows: Sequence[Row], causes: Mapping[str, str], absent: int) -> str:
    """Return the whole page. `causes`: id of a miss to its cause. `absent`: truth files that were not there."""
    seen = [{**v, "degradation": p["degradation"], "row": r} for r in rows for p in r["pages"] for v in p["verdicts"]]
    must, keep = ([v for v in seen if v["must"] == which and v["good"] is not None] for which in ("mask", "keep"))
    text = [v for v in must if v["kind"] in TEXT_KINDS]
    parts = [
        HEAD + (f"\n{absent} truth file(s) were not there: what they hold is not in these tables.\n" if absent else ""),
        _section("Documents", _documents(rows)),
        _section("What must be masked, by kind", _counts("kind", must, MASK_KINDS, lambda v: [v["kind"]])),
        _section("Texts, by how they are written", _counts("flag", text, (), lambda v: v["flags"] or ["plain"])),
        _section("Texts, by what happened to the page", _counts("damage", text, (), lambda v: [v["degradation"]])),
        _section("What must stay readable, by kind", _counts("kind", keep, KEEP_KINDS, lambda v: [v["kind"]])),
        _section("Every leak", _misses(must, causes)),
        _section("Everything lost", _misses(keep, causes)),
        _section("Every document that a person must look at, and why", _withheld(rows)),
    ]
    return "\n".join(parts)


def _section(title: str, lines: Iterable[str]) -> str:
    return "\n".join((f"## {title}\n", *lines, ""))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Return a table in Markdown, or that there is nothing to tell."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in rows]
    return [f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines] if lines else ["None."]


def _share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _documents(rows: Sequence[Row]) -> list[str]:
    head = (
        *("set, half", "documents, pages", "released", "needs review", "blocked", "refused", "released without a person"),
        *("leaks", "of these in released documents", "lost", "page area masked", "beside the truth", "CPU s a page"),
    )
    groups = {(row["set"], row["half"]): f"{row['set']}, {row['half']}" for row in rows}
    lines = [_outcome(name, [r for r in rows if (r["set"], r["half"]) == key]) for key, name in sorted(groups.items())]
    return table(head, [*lines, _outcome("**all**", rows)])


def _outcome(name: str, rows: Sequence[Row]) -> list[object]:
    pages = [p for row in rows for p in row["pages"]]
    status = [sum(row["status"] == s for row in rows) for s in ("released", "needs_review", "blocked")]
    must, keep = ([v for p in pages for v in p["verdicts"] if v["must"] == which and v["good"] is not None] for which in ("mask", "keep"))
    shown = [v for r in rows if r["status"] == "released" for p in r["pages"] for v in p["verdicts"] if v["must"] == "mask"]
    masked, over = (_share(sum(p[what] for p in pages), len(pages)) for what in ("masked", "over"))
    return [
        name, f"{len(rows)}, {len(pages)}", *status, len(rows) - sum(status), _share(status[0], len(rows)),
        f"{_bad(must)} of {len(must)}", f"{_bad(shown)} of {len(shown)}", f"{_bad(keep)} of {len(keep)}",
        masked, over, f"{sum(row['cpu'] for row in rows) / max(1, len(pages)):.1f}",
    ]  # fmt: skip


def _bad(verdicts: Iterable[Row]) -> int:
    return sum(v["good"] is False for v in verdicts)


def _counts(what: str, verdicts: Verdicts, order: Sequence[str], of: Callable[[Row], Sequence[str]]) -> list[str]:
    """Return a table with one line for each group: good of n in either half, and in all."""
    groups: dict[str, Verdicts] = {name: [] for name in order}
    for verdict in verdicts:
        for name in of(verdict):
            groups.setdefault(name, []).append(verdict)
    return table((what, "odd", "even", "all", "good"), [_count(name, rows) for name, rows in groups.items() if rows])


def _count(name: str, verdicts: Verdicts) -> list[object]:
    halves = [[v for v in verdicts if v["row"]["half"] == half] for half in ("odd", "even")]
    cells = [f"{len(rows) - _bad(rows)} of {len(rows)}" for rows in (*halves, verdicts)]
    return [name, *cells, _share(len(verdicts) - _bad(verdicts), len(verdicts))]


def _misses(verdicts: Verdicts, causes: Mapping[str, str]) -> list[str]:
    head = ("id", "kind", "flags", "page", "masked", "document", "cause")
    return table(head, (_miss(v, causes) for v in verdicts if not v["good"]))


def _miss(verdict: Row, causes: Mapping[str, str]) -> list[object]:
    row, name = verdict["row"], f"{verdict['row']['set']} {verdict['id']}"
    flags = " ".join(verdict["flags"])
    return [name, verdict["kind"], flags, verdict["degradation"], f"{verdict['cover']:.2f}", row["status"], causes.get(name, UNKNOWN)]


def _withheld(rows: Sequence[Row]) -> Iterator[str]:
    held = [row for row in rows if row["status"] != "released"]
    yield from table(("document", "status", "checks"), [(f"{r['set']} {r['id']}", r["status"], ", ".join(r["open"])) for r in held])
