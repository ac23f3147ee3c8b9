"""The report as PDF, for the file: the same content as the HTML page, set compactly in one embedded font."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from redact.check import Status
from redact.errors import EngineError
from redact.pipeline.report.marks import Mark
from redact.pipeline.report.pictures import pictures
from redact.pipeline.report.record import document_of
from redact.pipeline.report.view import CheckRow, Reason, Sheet, View, view_of
from redact.pipeline.report.vocabulary import Words
from redact.report import Report

if TYPE_CHECKING:
    from fpdf import FPDF

FONT: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
SIMPLIFIED_CHINESE: Final = 2  # of the collection's faces: JP, KR, SC, TC, HK
FAMILY: Final = "noto"
# The same report must give the same bytes, so no clock is read.
MADE: Final = datetime(2025, 1, 1, tzinfo=UTC)
MARGIN, WIDTH = 14.0, 182.0
PICTURE = (66.0, 88.0)
Colour = tuple[int, int, int]
INK, SOFT, LINE, BLUE, RUST = (27, 39, 51), (81, 96, 110), (205, 213, 220), (29, 79, 145), (179, 56, 11)
TONE: Final = {"passed": (20, 108, 67), "not_run": (138, 82, 0), "failed": (168, 32, 26)}
GROUND: Final = {"passed": (232, 245, 238), "not_run": (255, 244, 222), "failed": (253, 236, 234)}
RESULT_OF: Final = {Status.RELEASED: "passed", Status.NEEDS_REVIEW: "not_run", Status.BLOCKED: "failed"}


def to_pdf(report: Report, thumbnails: Sequence[bytes], language: Literal["zh", "en"] = "zh") -> bytes:
    """Return the PDF, A4. Raises EngineError where the font is missing or cannot be read."""
    document = document_of(report)
    view = view_of(document, pictures(document, thumbnails))
    setter = _Setter(_paper(language), language)
    setter.front(view)
    for sheet in view.sheets:
        setter.sheet(sheet)
    setter.back(view)
    return bytes(setter.paper.output())


def _paper(language: str) -> FPDF:
    if not FONT.is_file():
        raise EngineError(engine="report-pdf", what="font-missing")
    from fontTools.ttLib import TTLibError
    from fpdf import FPDF

    # It tells of every table that it leaves out of the font, page by page.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    paper = FPDF(format="A4")
    try:
        paper.add_font(FAMILY, fname=FONT, collection_font_number=SIMPLIFIED_CHINESE)
    except (OSError, ValueError, TTLibError):
        raise EngineError(engine="report-pdf", what="font-unreadable") from None
    paper.set_creation_date(MADE)
    paper.set_title("校验报告" if language == "zh" else "Verification report")
    paper.set_lang("zh-CN" if language == "zh" else "en")
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(True, MARGIN)
    paper.set_text_shaping(False)
    return paper


class _Setter:
    """Sets the parts of a report on paper, one under the other."""

    def __init__(self, paper: FPDF, language: Literal["zh", "en"]) -> None:
        self.paper = paper
        self._language = language

    def front(self, view: View) -> None:
        """Set the verdict, what to do next, why, and the counts."""
        self.paper.add_page()
        self._write(Words("职称评审材料遮盖 · 校验报告", "Title-review masking · Verification report"), 10, SOFT)
        self.paper.ln(2)
        self._verdict(view)
        for reason in view.reasons:
            self._reason(reason)
        self._heading(Words("概要", "Summary"))
        counts = [(Words("页数", "Pages"), str(len(view.sheets)))]
        counts += [(Words(f"遮盖：{w.zh}", f"Masked: {w.en}"), str(count)) for w, count in view.counts]
        counts += [(Words("通过的检查", "Checks passed"), f"{view.passed} / {view.made}")]
        self._table((60, 40), None, [[self._say(name), value] for name, value in counts])

    def sheet(self, sheet: Sheet) -> None:
        """Set one page: its picture, what was masked, its checks."""
        self.paper.add_page()
        title = Words(f"第 {sheet.number} 页", f"Page {sheet.number}")
        self._write(Words(f"{title.zh}　{sheet.state_words.zh}", f"{title.en}: {sheet.state_words.en}"), 15, TONE[sheet.state])
        self.paper.ln(1.5)
        if sheet.drawable:
            self._picture(sheet)
        for what, advice in sheet.remarks:
            self._write(Words(f"{what.zh}：{advice.zh}", f"{what.en}: {advice.en}") if advice else what, 9.5, TONE["not_run"])
        self._heading(Words("遮盖了什么", "What was masked"))
        if sheet.rows:
            head = (Words("编号", "No."), Words("类别", "What"), Words("依据", "Why"), Words("来源", "By"))
            rows = [[row.mark.label, self._say(row.category), self._say(row.reason), self._say(row.origin)] for row in sheet.rows]
            self._table((12, 40, 100, 30), head, rows)
        else:
            self._write(Words("本页没有遮盖。", "Nothing on this page was masked."), 9.5, SOFT)
        self._checks(sheet.checks)

    def back(self, view: View) -> None:
        """Set the checks of the whole file, the notes and the digests."""
        self.paper.add_page()
        self._write(Words("整个文件", "The whole file"), 15, INK)
        self._checks(view.checks)
        self._heading(Words("说明", "Notes"))
        for note in view.notes:
            self._write(note, 9.5, INK)
            self.paper.ln(1)
        self.paper.ln(2)
        self._table((44, 138), None, [[self._say(name), value] for name, value in view.facts], size=8)

    def _verdict(self, view: View) -> None:
        tone = RESULT_OF[view.status]
        with self._band(tone):
            self._icon(tone, MARGIN + 11, self.paper.get_y() + 9, 5.5)
            self._write(view.verdict, 20, TONE[tone], indent=21)
            self._write(view.next, 10.5, INK, indent=21)
        self.paper.ln(2)

    def _reason(self, reason: Reason) -> None:
        pages = " ".join(map(str, reason.pages))
        zh = f"{reason.title.zh}：{reason.says.zh}" + (f"（第 {pages} 页）" if pages else "")
        en = f"{reason.title.en}: {reason.says.en}" + (f" (page {pages})" if pages else "")
        self._icon(reason.result, MARGIN + 3, self.paper.get_y() + 2.8, 1.9)
        self._write(Words(zh, en), 10, INK, indent=7)

    def _checks(self, checks: Sequence[CheckRow]) -> None:
        self._heading(Words("检查", "Checks"))
        if not checks:
            self._write(Words("没有经过检查。", "Not checked."), 9.5, TONE["not_run"])
            return
        head = (Words("结果", "Result"), Words("检查", "Check"), Words("说明", "What it shows"))
        rows = [[self._say(check.result_words), self._titled(check), self._told(check)] for check in checks]
        self._table((20, 58, 104), head, rows, size=8, tones=[TONE[check.result] for check in checks])

    def _titled(self, check: CheckRow) -> str:
        return f"{self._say(check.title)} [{check.label}]" if check.label else self._say(check.title)

    def _told(self, check: CheckRow) -> str:
        if check.advice is None:
            return self._say(check.says)
        places = Words(f"（{check.places} 处）", f" ({check.places})") if check.places else Words("", "")
        return f"{self._say(check.says)}{self._say(places)}\n{self._say(check.advice)}\n{check.code}"

    def _picture(self, sheet: Sheet) -> None:
        scale = min(PICTURE[0] / sheet.width, PICTURE[1] / sheet.height)
        x, y = MARGIN, self.paper.get_y()
        width, height = sheet.width * scale, sheet.height * scale
        if sheet.picture:
            self.paper.image(io.BytesIO(sheet.picture), x, y, width, height)
        self._lines(LINE, 0.2)
        self.paper.rect(x, y, width, height)
        placed = _Drawing(self.paper, x, y, scale)
        for mark in (*(row.mark for row in sheet.rows), *sheet.places):
            placed.outline(mark, BLUE if mark.label.isdigit() else RUST, filled=not sheet.picture and mark.label.isdigit())
        for mark in (*(row.mark for row in sheet.rows), *sheet.places):
            placed.label(mark, BLUE if mark.label.isdigit() else RUST)
        self._caption(sheet, x + width + 5, y)
        self.paper.set_y(y + height + 2)

    def _caption(self, sheet: Sheet, x: float, y: float) -> None:
        self.paper.set_xy(x, y)
        if not sheet.picture:
            words = Words(
                "本页只画出位置：有检查没有通过或没有做完，为避免泄露不显示缩略图。",
                "Places only: a check failed or was not finished, so the page's picture is not shown lest it give something away.",
            )
        elif sheet.places:
            words = Words(
                "遮盖后的缩略图。灰色处需要查看，在报告中已涂去。",
                "The page as masked. Grey places need a look; they are painted over here.",
            )
        else:
            words = Words("遮盖后的缩略图，编号与表中一致。", "The page as masked; numbers as in the table.")
        self._write(words, 9, SOFT, indent=x - MARGIN)

    def _heading(self, words: Words) -> None:
        # A heading at the foot of a page belongs to the next one.
        if self.paper.get_y() > 297 - MARGIN - 25:
            self.paper.add_page()
        self.paper.ln(3)
        self._write(words, 11.5, BLUE)
        self.paper.ln(0.5)

    def _write(self, words: Words, size: float, colour: Colour, indent: float = 0.0) -> None:
        self._type(size, colour)
        self.paper.set_x(MARGIN + indent)
        self.paper.multi_cell(WIDTH - indent, size * 0.56, self._say(words), align="L", new_x="LMARGIN", new_y="NEXT")

    def _table(
        self,
        widths: Sequence[int],
        head: Sequence[Words] | None,
        rows: Sequence[Sequence[str]],
        *,
        size: float = 9,
        tones: Sequence[Colour] = (),
    ) -> None:
        from fpdf.enums import TableBordersLayout
        from fpdf.fonts import FontFace

        self._type(size, INK)
        self._lines(LINE, 0.2)
        self.paper.set_fill_color(255, 255, 255)
        with self.paper.table(
            width=sum(widths),
            col_widths=tuple(widths),
            align="LEFT",
            text_align="LEFT",
            line_height=size * 0.52,
            padding=(0.6, 1.5),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            first_row_as_headings=head is not None,
            headings_style=FontFace(emphasis="", color=SOFT),
        ) as table:
            if head is not None:
                table.row([self._say(words) for words in head])
            for index, cells in enumerate(rows):
                row = table.row()
                for column, text in enumerate(cells):
                    row.cell(text, style=FontFace(color=tones[index]) if tones and column == 0 else None)

    def _type(self, size: float, colour: Colour) -> None:
        self.paper.set_font(FAMILY, size=size)
        self.paper.set_text_color(*colour)

    def _lines(self, colour: Colour, width: float) -> None:
        self.paper.set_draw_color(*colour)
        self.paper.set_line_width(width)

    def _icon(self, result: str, x: float, y: float, radius: float) -> None:
        self.paper.set_fill_color(*TONE[result])
        self._lines((255, 255, 255), radius * 0.2)
        _ICONS[result](self.paper, x, y, radius)

    def _band(self, tone: str) -> Any:
        return _Band(self.paper, GROUND[tone], TONE[tone])

    def _say(self, words: Words) -> str:
        return words.zh if self._language == "zh" else words.en


class _Band:
    """A tinted band with a coloured edge behind whatever is set inside; 27 mm holds the longest verdict."""

    HEIGHT = 27.0

    def __init__(self, paper: FPDF, ground: Colour, edge: Colour) -> None:
        self._paper, self._ground, self._edge = paper, ground, edge

    def __enter__(self) -> None:
        self._top = self._paper.get_y()
        self._paper.set_fill_color(*self._ground)
        self._paper.rect(MARGIN, self._top, WIDTH, self.HEIGHT, style="F")
        self._paper.set_fill_color(*self._edge)
        self._paper.rect(MARGIN, self._top, 1.8, self.HEIGHT, style="F")
        self._paper.set_y(self._top + 2.5)

    def __exit__(self, *_: object) -> None:
        self._paper.set_y(max(self._top + self.HEIGHT, self._paper.get_y()))


class _Drawing:
    """Marks of a page, drawn on its picture at (x, y) mm; `scale` is mm per page px."""

    def __init__(self, paper: FPDF, x: float, y: float, scale: float) -> None:
        self._paper, self._x, self._y, self._scale = paper, x, y, scale

    def outline(self, mark: Mark, colour: Colour, *, filled: bool) -> None:
        self._paper.set_fill_color(17, 17, 17)
        for stroke, width in (((255, 255, 255), 0.7), (colour, 0.35)):
            self._paper.set_draw_color(*stroke)
            self._paper.set_line_width(width)
            self._shape(mark, "DF" if filled else "D")

    def _shape(self, mark: Mark, style: str) -> None:
        if not mark.ellipse:
            self._paper.polygon([self._at(x, y) for x, y in mark.corners], style=style)
            return
        x, y = self._at(*mark.centre)
        u, v = (half * self._scale for half in mark.half_axes)
        # fpdf turns anticlockwise.
        with self._paper.rotation(-mark.degrees, x, y):
            self._paper.ellipse(x - u, y - v, 2 * u, 2 * v, style=style)

    def label(self, mark: Mark, colour: Colour) -> None:
        x, y = self._at(mark.x, mark.y)
        radius = max(1.5, mark.radius * self._scale)
        self._paper.set_fill_color(*colour)
        self._paper.set_draw_color(255, 255, 255)
        self._paper.set_line_width(0.2)
        self._paper.circle(x, y, radius, style="DF")
        self._paper.set_font(FAMILY, size=6 if len(mark.label) < 3 else 4.5)
        self._paper.set_text_color(255, 255, 255)
        self._paper.set_xy(x - radius - 1, y - radius)
        self._paper.cell(2 * radius + 2, 2 * radius, mark.label, align="C")

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return self._x + x * self._scale, self._y + y * self._scale


def _tick(paper: FPDF, x: float, y: float, radius: float) -> None:
    paper.circle(x, y, radius, style="F")
    paper.polyline([(x - 0.45 * radius, y), (x - 0.12 * radius, y + 0.35 * radius), (x + 0.48 * radius, y - 0.35 * radius)])


def _warning(paper: FPDF, x: float, y: float, radius: float) -> None:
    paper.polygon([(x, y - radius), (x + 1.1 * radius, y + 0.9 * radius), (x - 1.1 * radius, y + 0.9 * radius)], style="F")
    paper.line(x, y - 0.3 * radius, x, y + 0.3 * radius)
    paper.line(x, y + 0.6 * radius, x, y + 0.65 * radius)


def _cross(paper: FPDF, x: float, y: float, radius: float) -> None:
    a, b = 0.42 * radius, radius
    corners = [(-a, -b), (a, -b), (b, -a), (b, a), (a, b), (-a, b), (-b, a), (-b, -a)]
    paper.polygon([(x + u, y + v) for u, v in corners], style="F")
    paper.line(x - 0.35 * b, y - 0.35 * b, x + 0.35 * b, y + 0.35 * b)
    paper.line(x + 0.35 * b, y - 0.35 * b, x - 0.35 * b, y + 0.35 * b)


_ICONS: Final[dict[str, Callable[[FPDF, float, float, float], None]]] = {"passed": _tick, "not_run": _warning, "failed": _cross}
