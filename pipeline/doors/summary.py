"""A report in a few lines for the terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from redact.check import Check, Failed, NotRun, Passed

if TYPE_CHECKING:
    from redact.pipeline.report import IllustratedReport


def lines(report: IllustratedReport) -> list[str]:
    """Return what was hidden, per category, and every check that did not pass, with its page."""
    from redact.pipeline.report.words import category_words

    counts = Counter(r.category for page in report.pages for r in page.redactions)
    hidden = "，".join(f"{category_words(c).zh} {n}" for c, n in sorted(counts.items())) or "无"
    passed = sum(isinstance(check, Passed) for check in report.every_check)
    rows = [f"{len(report.pages)} 页；遮盖 masked: {hidden}；校验 checks: {passed}/{len(report.every_check)} passed"]
    return rows + [_row(check) for check in report.every_check if not isinstance(check, Passed)]


def _row(check: Failed | NotRun) -> str:
    from redact.pipeline.report.words import check_words, why_words

    return f"  {_mark(check)} {_page(check)}{check_words(check.name).zh}：{why_words(check.why).zh} [{check.name}: {check.why}]"


def _mark(check: Check) -> str:
    match check:
        case Failed():
            return "✗"
        case NotRun():
            return "?"
        case Passed():
            return "✓"


def _page(check: Check) -> str:
    return f"第 {check.page} 页 " if check.page is not None else ""
