"""What keeps an upload back is said so that whoever can mend it knows where to look and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from redact import NotRun, errors
from redact.check import Check
from redact.pipeline.batch.archives import Reason
from redact.pipeline.batch.ledger import State
from redact.pipeline.batch.summary.notes import Note, ReportNotes, notes_of, spans
from redact.pipeline.batch.summary.wording import Who, cause_of_check, cause_of_failure, cause_of_set_aside
from redact.pipeline.batch.uploads import Aside
from redact.pipeline.report import vocabulary
from redact.pipeline.report.record import document_of
from redact.report import ErrorRecord, PageReport, Report
from tests.unit.batch.batches import blurred, common_word, leaking, page, put, report, row, unread

STEM = "2025-0001-002"


def notes(*pages: PageReport, checks: tuple[Check, ...] = ()) -> tuple[Note, ...]:
    return notes_of(document_of(report(*pages, checks=checks)), STEM)


def said(*pages: PageReport, checks: tuple[Check, ...] = ()) -> list[str]:
    return [note.says.zh for note in notes(*pages, checks=checks)]


def test_a_sentence_says_which_file_which_pages_what_is_so_and_what_to_do() -> None:
    assert notes(page(1), common_word(2))[0].says == vocabulary.Words(
        "2025-0001-002 第 2 页：申报人的姓名也是常用词，此处不能确定是不是姓名，没有遮盖。请人工查看：指申报人的，请补画遮盖。",
        "2025-0001-002, page 2: The name is also a word, and here it may be either: it is not masked. Look at it: where it means the"
        " applicant, mask it.",
    )


def test_pages_with_the_same_fault_share_a_sentence() -> None:
    assert said(page(1), blurred(2), blurred(3), blurred(4), blurred(9)) == [
        "2025-0001-002 第 2–4、9 页：画面模糊。请拿稳手机，对焦清楚后重新拍摄；或用扫描仪以 300 dpi 扫描。"
    ]


def test_a_remark_on_the_scan_speaks_instead_of_the_general_advice() -> None:
    assert [note.code for note in notes(unread(1, "glare", "cut-off"))] == ["cut-off", "glare"]


def test_a_page_on_its_side_is_turned_besides() -> None:
    assert [note.code for note in notes(unread(1, "sideways", "hard-to-read"))] == ["unread-lines", "sideways"]


def test_nobody_has_to_bring_a_page_anew_that_passed_all_the_same() -> None:
    assert [note.pages for note in notes(page(1, remarks=["too-blurred"]), common_word(2))] == [(2,)]


def test_what_somebody_has_to_mask_by_hand_is_not_sent_to_the_applicant() -> None:
    assert [(note.cause.who, note.code) for note in notes(leaking(1))] == [(Who.CLERK, "name-visible")]


def test_the_applicants_part_comes_first_and_the_administrators_last() -> None:
    found = notes(page(1, [NotRun("find.seals", "engine.crashed", 1)]), common_word(2), blurred(3))
    assert [note.cause.who for note in found] == [Who.APPLICANT, Who.CLERK, Who.ADMIN]


def test_a_fault_of_the_whole_file_has_no_pages() -> None:
    assert said(page(1), checks=(NotRun("intake", "input.encrypted"),)) == ["2025-0001-002：PDF 设有密码。请去掉密码后重新上传。"]


def test_a_fault_of_the_whole_file_stays_that_where_a_page_has_it_too() -> None:
    found = notes(page(1, [NotRun("intake", "pdf.warning", 1)]), page(2), checks=(NotRun("intake", "pdf.warning"),))
    assert [note.pages for note in found] == [()]


def test_an_applicant_is_never_told_to_look_at_a_page_on_our_side() -> None:
    assert said(page(1), checks=(NotRun("intake", "pdf.repaired", 1),)) == [
        "2025-0001-002 第 1 页：PDF 已损坏，经修复后才打开，可能缺内容。请重新导出或扫描后上传。"
    ]


def test_a_code_without_words_is_shown_as_it_is() -> None:
    assert said(page(1, [NotRun("find.text", "quite-new", 1)])) == [
        "2025-0001-002 第 1 页：quite-new。请人工查看；不清楚时把代码告诉管理员。"
    ]


def test_an_error_without_words_here_keeps_those_of_the_report() -> None:
    made = report(page(1))
    broken = Report(
        **{name: getattr(made, name) for name in ("input", "output", "policy", "applicant", "engines", "pages", "checks")},
        errors=(ErrorRecord("plan.invalid", None, "遮盖方案无效。", "The plan is not valid."),),
    )
    assert notes_of(document_of(broken), STEM)[0].cause.what == ("遮盖方案无效", "The plan is not valid")


@pytest.mark.parametrize(("pages", "text"), [((1,), "1"), ((1, 2), "1–2"), ((1, 3, 4, 5, 9), "1, 3–5, 9"), ((), "")])
def test_page_numbers_are_written_as_people_do(pages: tuple[int, ...], text: str) -> None:
    assert spans(pages, ", ") == text


@pytest.mark.parametrize("state", [State.RELEASED, State.WAITING, State.RUNNING])
def test_nothing_keeps_back_what_is_released_or_not_done_yet(tmp_path: Path, state: State) -> None:
    assert ReportNotes(tmp_path).of(row("2025-0001", 2, state)) == ()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b'{"schema": "redact.report/2"}'])
def test_without_a_readable_report_somebody_looks_at_every_page(tmp_path: Path, content: bytes | None) -> None:
    review = row("2025-0001", 2, State.REVIEW)
    if content is not None:
        (tmp_path / "reports/2025-0001").mkdir(parents=True)
        (tmp_path / "reports/2025-0001/2025-0001-002.json").write_bytes(content)
    assert [note.says.zh for note in ReportNotes(tmp_path).of(review)] == [
        "2025-0001-002：读不到它的校验报告。请打开待复核的文件逐页查看，确认没有漏遮。"
    ]


def test_a_review_for_which_no_check_gives_a_reason_is_not_without_one(tmp_path: Path) -> None:
    review = row("2025-0001", 2, State.REVIEW)
    put(tmp_path, review, report(page(1)))
    assert [note.code for note in ReportNotes(tmp_path).of(review)] == ["incomplete"]


def test_reports_are_read_once(tmp_path: Path) -> None:
    review = row("2025-0001", 2, State.REVIEW)
    put(tmp_path, review, report(blurred(1)))
    kept = ReportNotes(tmp_path)
    first = kept.of(review)
    (tmp_path / "reports/2025-0001/2025-0001-002.json").unlink()
    assert kept.of(review) == first


def test_an_upload_that_was_done_again_is_read_again(tmp_path: Path) -> None:
    kept = ReportNotes(tmp_path)
    put(tmp_path, row("2025-0001", 2, State.REVIEW), report(blurred(1)))
    kept.of(row("2025-0001", 2, State.REVIEW, minutes=1))
    put(tmp_path, row("2025-0001", 2, State.REVIEW), report(common_word(1)))
    assert [note.code for note in kept.of(row("2025-0001", 2, State.REVIEW, minutes=9))] == ["common-word"]


@pytest.mark.parametrize("code", [*vocabulary.WHY])
def test_every_reason_of_a_check_has_somebody_to_act(code: str) -> None:
    cause = cause_of_check(code)
    assert cause.who in Who
    assert code not in cause.what
    assert cause.advice


def _codes(kind: type[errors.RedactError]) -> set[str]:
    return {kind.code}.union(*map(_codes, kind.__subclasses__()))


@pytest.mark.parametrize("code", sorted(_codes(errors.UnreadableError) | _codes(errors.EngineError) | _codes(errors.LimitError)))
def test_every_error_of_a_material_has_words(code: str) -> None:
    assert cause_of_failure(code).what.zh != code


@pytest.mark.parametrize("code", [*Aside, *Reason, "input.damaged", "limit.exceeded"])
def test_every_reason_for_setting_aside_has_words(code: str) -> None:
    assert cause_of_set_aside(str(code)).what.zh != code


@pytest.mark.parametrize(
    ("code", "who"),
    [("input.encrypted", Who.APPLICANT), ("input.damaged", Who.APPLICANT), ("limit.exceeded", Who.APPLICANT), ("engine.failed", Who.ADMIN)],
)
def test_a_failure_goes_to_who_can_mend_it(code: str, who: Who) -> None:
    assert cause_of_failure(code).who is who
