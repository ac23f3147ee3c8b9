"""A report in a few lines for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from redact.check import Check, Failed, NotRun, Passed

if TYPE_CHECKING:
    from redact.applicant import Applicant
    from redact.pipeline.report import IllustratedReport


def lines(report: IllustratedReport) -> list[str]:
    """Return what was hidden, per category, what to know about the applicant's record, and every check that did not pass, with its page."""
    from redact.pipeline.report.words import category_words

    counts = Counter(r.category for page in report.pages for r in page.redactions)
    hidden = "，".join(f"{category_words(c).zh} {n}" for c, n in sorted(counts.items())) or "无"
    passed = sum(isinstance(check, Passed) for check in report.every_check)
    rows = [f"{len(report.pages)} 页；遮盖 masked: {hidden}；校验 checks: {passed}/{len(report.every_check)} passed"]
    rows += [f"  ! {sentence}" for sentence in cautions(report.remarks)]
    return rows + [_row(check) for check in report.every_check if not isinstance(check, Passed)]


def cautions(remarks: Iterable[str]) -> list[str]:
    """Return what a caller should know about the applicant's record, in both languages."""
    from redact.pipeline.report.words import file_remark_words

    found = [file_remark_words(remark) for remark in remarks if remark.startswith("applicant.")]
    return [f"{words.zh} {words.en}" for words in found]


def derived(applicant: Applicant, by_text: bool) -> list[str]:
    """Return which writings follow from what was given: their number and kinds or, `by_text`, the writings themselves."""
    from redact.pipeline.report.words import category_words
    from redact.search import writings

    found = [form for form in writings(applicant) if form.origin == "derived"]
    if not by_text:
        kinds = "，".join(f"{how} {n}" for how, n in sorted(Counter(form.how for form in found).items()))
        return [f"另查找推出的写法 derived writings: {kinds}（--writings 列出 lists them）"] if found else []
    return [f"推出的写法 derived: {category_words(form.category).zh} [{form.how}] {form.text}" for form in found]


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
