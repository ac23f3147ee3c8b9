"""The report as one HTML page: self-contained, without script, in two languages, and nobody's name in it."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from redact import Applicant, Box, Category, Failed, NotRun, Redaction, Status
from redact.pipeline.report import IllustratedReport
from redact.pipeline.report.vocabulary import EYES, STATUS
from redact.report import ErrorRecord
from tests.unit.report.samples import illustrated, needs_review, page_report, passed, report, with_remarks

APPLICANT = Applicant(
    names=("郭元頔", "阿不都拉·买买提", "GUO YUANDI", "ئابدۇللا مەمەت"),
    units=("乌鲁木齐市第一中学", "市一中"),
    numbers=("650102198005051234",),
)


class Outline(HTMLParser):
    """Counts what a page holds, and notes tags that are not closed in order."""

    VOID = frozenset({"meta", "input", "img", "link", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def outline(html: str) -> Outline:
    parsed = Outline()
    parsed.feed(html)
    return parsed


def having(html: str, tag: str, class_: str) -> int:
    return sum(name == tag and class_ in (attrs.get("class") or "").split() for name, attrs in outline(html).tags)


def test_the_page_is_well_formed() -> None:
    for made in (illustrated(), illustrated(needs_review()), IllustratedReport(report())):
        parsed = outline(made.to_html())
        assert not parsed.wrong
        assert not parsed.open


def test_it_loads_nothing_and_runs_nothing() -> None:
    html = illustrated().to_html()
    assert "<script" not in html
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\son[a-z]+=|\sstyle=", html)
    assert all(
        attrs["src"] is not None and attrs["src"].startswith("data:image/jpeg;") for tag, attrs in outline(html).tags if tag == "img"
    )


def test_its_policy_allows_its_own_style_alone() -> None:
    html = illustrated().to_html()
    style = re.search("<style>(.*?)</style>", html, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:" in html


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (report(), Status.RELEASED),
        (needs_review(), Status.NEEDS_REVIEW),
        (report(page_report(1, passed(1, but=Failed("find.text", "name-visible", 1)))), Status.BLOCKED),
    ],
)
def test_the_verdict_comes_first(made: object, status: Status) -> None:
    html = illustrated(made).to_html()  # type: ignore[arg-type]
    main = html[html.index("<main>") :]
    assert main.index(STATUS[status].zh) < main.index("概要")
    assert having(html, "section", status.value) == 1


def test_each_row_of_the_table_has_its_number_on_the_page() -> None:
    made = illustrated(report(page_report(1), page_report(2)))
    html = made.to_html()
    rows = sum(len(page.redactions) for page in made.pages)
    assert having(html, "g", "number") == rows == having(html, "span", "number") == having(html, "g", "box")


def test_places_to_look_at_carry_the_letter_of_their_check() -> None:
    unread = NotRun("legible", "unread-lines", 1, (Box(5, 5, 50, 20).quad(), Box(5, 30, 50, 45).quad()))
    html = illustrated(report(page_report(1, passed(1, but=unread)))).to_html()
    assert having(html, "g", "letter") == 2
    assert '<span class="tag">A</span>' in html


def test_a_file_s_check_that_speaks_of_a_page_stands_with_that_page() -> None:
    failed = Failed("renderer.second", "not-solid", 1, (Box(40, 40, 120, 70).quad(),))
    html = illustrated(replace(report(), checks=(*report().checks, failed))).to_html()
    assert having(html, "g", "letter") == 1
    assert html.index("renderer.second: not-solid") < html.index('<h2 id="file">')


def test_a_page_without_a_picture_shows_places_alone() -> None:
    html = illustrated(needs_review()).to_html()
    assert "<img" not in html
    assert having(html, "g", "number") == 3
    assert "不显示缩略图" in html


def test_an_unknown_code_is_shown() -> None:
    failed = Failed("brand.new-check", "brand.new-why", 1)
    odd = Redaction("seal-1", Category.SEAL, Box(1, 1, 9, 9).quad(), "seal.purple")
    html = illustrated(report(replace(page_report(1, (failed,)), redactions=(odd,), remarks=("brand.new-remark",)))).to_html()
    for code in ("brand.new-check", "brand.new-why", "seal.purple", "brand.new-remark"):
        assert code in html


def test_what_an_applicant_can_do_about_a_scan_is_said() -> None:
    assert "重新拍摄或扫描" in illustrated(with_remarks("too-dark")).to_html()


def test_text_is_escaped() -> None:
    made = replace(report(), errors=(ErrorRecord("error", 1, "<script>alert(1)</script>", "<img src=x onerror=1>"),))
    html = illustrated(replace(made, policy=replace(made.policy, name='"><svg onload=1>'))).to_html()
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "<svg onload" not in html
    assert "&lt;script&gt;" in html


def test_the_worth_of_an_eye_band_is_said_once_and_only_where_there_is_one() -> None:
    assert illustrated(report(page_report(1), page_report(2))).to_html().count(EYES.zh) == 1
    without = report(replace(page_report(), redactions=()))
    assert EYES.zh not in illustrated(without).to_html()


def test_both_languages_are_there_and_either_can_come_first() -> None:
    zh, en = illustrated().to_html(), illustrated().to_html("en")
    assert '<html lang="zh-CN">' in zh
    assert '<html lang="en">' in en
    assert zh.count('lang="zh-CN">') > 50 < zh.count('lang="en">')


def test_tables_have_headers_and_pictures_have_words() -> None:
    tags = outline(illustrated().to_html()).tags
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in tags if tag == "th")
    assert all(attrs.get("alt") for tag, attrs in tags if tag == "img")
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique() -> None:
    ids = [attrs["id"] for _, attrs in outline(illustrated(report(page_report(1), page_report(2))).to_html()).tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_nothing_of_the_applicant_is_in_it_wherever_an_engine_put_it() -> None:
    words = (*APPLICANT.names, *APPLICANT.units, *APPLICANT.numbers)
    rows = tuple(Redaction(w, Category.NAME, Box(i, 1, i + 9, 9).quad(), w, w) for i, w in enumerate(words))
    checks = tuple(Failed(w, w, 1) for w in words)
    made = replace(
        report(replace(page_report(1, checks), redactions=rows, remarks=words)), remarks=words, applicant=APPLICANT.fingerprint(b"key")
    )
    text = illustrated(made).to_json() + illustrated(made).to_html()
    assert not [w for w in words if w in text]


def test_a_check_of_a_given_file_speaks_of_that_file() -> None:
    made = report(replace(page_report(), redactions=()))
    assert "没有再找到申报人的信息" in IllustratedReport(replace(made, output=made.input)).to_html()


def test_a_report_that_is_not_complete_says_why() -> None:
    assert "没有写出文件" in illustrated(replace(report(), output=None)).to_html()
    assert "不是每一页都处理过" in illustrated(replace(report(), input=replace(report().input, pages=2))).to_html()
