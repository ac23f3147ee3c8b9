"""Every applicant has a light that says what comes first, and nothing that a batch knows is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from redact.pipeline.batch import Remark, SetAside
from redact.pipeline.batch.ledger import Row, State
from redact.pipeline.batch.shards import Shard
from redact.pipeline.batch.summary import BatchState, ReportNotes
from redact.pipeline.batch.summary.overview import Overview, overview_of, sampled
from redact.pipeline.batch.summary.wording import Light
from redact.pipeline.batch.uploads import Aside
from redact.pipeline.batch.uploads import SetAside as UploadAside
from tests.unit.batch.batches import BEGAN, applicant, batch, blurred, common_word, large, put, report, roster, row

NUMBER = "2025-0001"


def seen(state: BatchState, out: Path = Path("/nowhere")) -> Overview:
    return overview_of(state, ReportNotes(out))


def lights(state: BatchState) -> list[Light]:
    return [one.light for one in seen(state).applicants]


def rows(*states: State, folder: str = NUMBER) -> tuple[Row, ...]:
    return tuple(row(folder, running, state) for running, state in enumerate(states, start=1))


@pytest.mark.parametrize(
    ("states", "light"),
    [
        ((State.RELEASED, State.RELEASED), Light.GREEN),
        ((State.RELEASED, State.WAITING), Light.GREY),
        ((State.RUNNING,), Light.GREY),
        ((State.RELEASED, State.REVIEW, State.WAITING), Light.YELLOW),
        ((State.REVIEW, State.BLOCKED), Light.RED),
        ((State.RELEASED, State.FAILED), Light.RED),
        ((State.QUARANTINED, State.WAITING), Light.RED),
    ],
)
def test_the_light_is_what_comes_first(states: tuple[State, ...], light: Light) -> None:
    assert lights(batch(*rows(*states))) == [light]


def test_an_applicant_with_something_set_aside_is_red() -> None:
    aside = [UploadAside((NUMBER, "材料.zip", "证书.pdf"), "member.encrypted")]
    assert lights(batch(*rows(State.RELEASED), aside=aside)) == [Light.RED]


def test_files_that_systems_leave_behind_trouble_nobody() -> None:
    aside = [UploadAside((NUMBER, ".DS_Store"), Aside.JUNK), UploadAside((NUMBER, "a.zip", "Thumbs.db"), "member.junk")]
    overview = seen(batch(*rows(State.RELEASED), aside=aside))
    assert overview.applicants[0].light is Light.GREEN
    assert overview.applicants[0].notes == ()
    assert overview.why == ()


def test_what_leads_to_two_applicants_troubles_both() -> None:
    aside = [UploadAside(("2025-0001和2025-0002", "合影.jpg"), Aside.TWO_ROWS)]
    overview = seen(batch(*rows(State.RELEASED), *rows(State.RELEASED, folder="2025-0002"), aside=aside))
    assert [one.light for one in overview.applicants] == [Light.RED, Light.RED]
    assert [title.zh for title in overview.aside[0].hinted] == ["2025-0001", "2025-0002"]


def test_a_line_of_the_roster_that_is_not_used_is_red_and_says_why() -> None:
    people = roster(applicant(NUMBER, 2), remarks=[Remark("unit.empty", 3, "2025-0002")], set_aside=[SetAside(3, ("2025-0002",))])
    overview = seen(batch(*rows(State.RELEASED), people=people))
    assert [(one.title.zh, one.light, one.used) for one in overview.applicants] == [
        (NUMBER, Light.GREEN, True),
        ("2025-0002", Light.RED, False),
    ]
    assert overview.applicants[1].remarks == people.remarks


def test_what_an_earlier_run_did_for_a_line_that_is_not_used_now_stands_with_it() -> None:
    people = roster(remarks=[Remark("unit.empty", 3, "2025-0002")], set_aside=[SetAside(3, ("2025-0002",))])
    only = seen(batch(*rows(State.RELEASED, folder="2025-0002"), people=people)).applicants
    assert [(one.line, one.light, one.count(State.RELEASED)) for one in only] == [(3, Light.RED, 1)]


def test_material_of_a_line_that_is_not_used_is_said_to_be_that() -> None:
    people = roster(remarks=[Remark("unit.empty", 3, "2025-0002")], set_aside=[SetAside(3, ("2025-0002",))])
    overview = seen(batch(people=people, aside=[UploadAside(("2025-0002", "论文.pdf"), Aside.NO_ROW)]))
    assert overview.applicants[0].notes[0].says.zh == "搁置 #1：名单中这位申报人的那一行没有使用。请按名单提示改正名单，再运行一次。"


def test_a_line_without_a_number_that_may_be_shown_goes_by_its_line() -> None:
    people = roster(remarks=[Remark("number.personal", 7)], set_aside=[SetAside(7, ("沈砚秋",))])
    assert seen(batch(people=people)).applicants[0].title.zh == "名单第 7 行"


def test_a_number_in_letters_that_could_spell_a_name_is_shown_as_its_folder() -> None:
    assert seen(batch(people=roster(applicant("沈砚秋2025", 2)))).applicants[0].title.zh.isascii()


def test_an_applicant_without_material_is_grey_and_asked_for_at_the_end() -> None:
    people = roster(applicant(NUMBER, 2))
    assert seen(batch(people=people)).applicants[0].notes == ()
    ended = seen(batch(people=people, finished=True)).applicants[0]
    assert (ended.light, [note.code for note in ended.notes]) == (Light.GREY, ["upload.none"])


def test_uploads_of_a_number_that_the_roster_does_not_have_are_not_left_out() -> None:
    overview = seen(batch(*rows(State.RELEASED), *rows(State.RELEASED, folder="2024-9999"), people=roster(applicant(NUMBER, 2))))
    assert [(one.title.zh, one.line) for one in overview.applicants] == [(NUMBER, 2), ("2024-9999", None)]
    assert overview.applicants[1].notes[0].code == "roster.no-such-number"


def test_every_upload_is_counted_once(tmp_path: Path) -> None:
    state = large(tmp_path)
    overview = seen(state, tmp_path)
    assert sorted(upload.row.key for upload in overview.uploads) == sorted(one.key for one in state.rows)
    assert sum(uploads for uploads, _ in overview.counts().values()) == len(state.rows)
    assert len(overview.aside) == len(state.set_aside)


def test_an_upload_counts_for_each_of_its_reasons_once(tmp_path: Path) -> None:
    first, second = rows(State.REVIEW, State.REVIEW)
    put(tmp_path, first, report(blurred(1), blurred(5), common_word(2)))
    put(tmp_path, second, report(blurred(1)))
    assert [(why.code, why.uploads) for why in seen(batch(first, second), tmp_path).why] == [("too-blurred", 2), ("common-word", 1)]


def test_what_to_send_back_is_one_text_for_each_applicant(tmp_path: Path) -> None:
    first, second = rows(State.REVIEW, State.FAILED)
    second = replace(second, reason="input.encrypted")
    put(tmp_path, first, report(blurred(1), common_word(2)))
    letter = seen(batch(first, second), tmp_path).applicants[0].letter
    assert letter is not None
    assert letter.zh.splitlines() == [
        "申报编号 2025-0001：您上传的材料有以下问题，请按要求重新提交，其余材料不用重新提交。",
        "1. 2025-0001-001 第 1 页：画面模糊。请拿稳手机，对焦清楚后重新拍摄；或用扫描仪以 300 dpi 扫描。",
        "2. 2025-0001-002：文件设有密码。请去掉密码后重新上传。",
    ]


def test_nothing_is_sent_back_where_a_person_here_can_decide(tmp_path: Path) -> None:
    one = row(NUMBER, 1, State.REVIEW)
    put(tmp_path, one, report(common_word(1)))
    assert seen(batch(one), tmp_path).applicants[0].letter is None


@pytest.mark.parametrize(("released", "chosen"), [(0, 0), (1, 1), (20, 1), (21, 2), (400, 20)])
def test_one_release_in_twenty_is_drawn_and_one_at_least(released: int, chosen: int) -> None:
    assert len(sampled(rows(*[State.RELEASED] * released))) == chosen


def test_the_same_batch_gives_the_same_sample_whatever_the_order() -> None:
    released = rows(*[State.RELEASED] * 60)
    assert sampled(released) == sampled(tuple(reversed(released)))


def test_another_policy_or_key_gives_another_sample() -> None:
    released = rows(*[State.RELEASED] * 200)
    numbers = {one.key: one.place.running for one in released}
    others = tuple(replace(one, key=one.key[:-6] + "0.1.1") for one in released)
    other_numbers = {one.key: one.place.running for one in others}
    assert {numbers[key] for key in sampled(released)} != {other_numbers[key] for key in sampled(others)}


def test_only_releases_are_drawn() -> None:
    keys = {one.key: one.state for one in rows(*[State.RELEASED, State.REVIEW] * 50)}
    assert {keys[key] for key in sampled(rows(*[State.RELEASED, State.REVIEW] * 50))} == {State.RELEASED}


def test_a_share_has_its_own_applicants_alone() -> None:
    numbers = [f"2025-{number:04d}" for number in range(40)]
    people = roster(*(applicant(number, line) for line, number in enumerate(numbers, start=2)))
    titles = []
    for share in (1, 2, 3):
        overview = seen(replace(batch(people=people), shard=Shard(share, 3)))
        titles += [one.title.zh for one in overview.applicants]
    assert sorted(titles) == numbers


def test_the_time_left_follows_from_this_runs_pages_and_says_so() -> None:
    done = [row(NUMBER, running, State.RELEASED, pages=6, minutes=running) for running in range(1, 11)]
    waiting = [row(NUMBER, running, State.WAITING) for running in range(11, 31)]
    left = seen(batch(*done, *waiting, minutes=10)).remaining
    assert left.seconds == pytest.approx(20 * 60)
    assert left.basis.zh == "本次运行用 10 分做完 10 份、60 页（4 个进程，平均每页 10.00 秒）；其余 20 份按平均每份 6.0 页估计。"


def test_what_earlier_runs_did_says_nothing_about_this_ones_pace() -> None:
    before = [row(NUMBER, running, State.RELEASED, minutes=-60) for running in range(1, 101)]
    now = [row(NUMBER, running, State.RELEASED, pages=2, minutes=5) for running in range(101, 106)]
    left = seen(batch(*before, *now, row(NUMBER, 200, State.WAITING), minutes=10)).remaining
    assert left.seconds == pytest.approx(120)
    assert (left.done, left.left) == (105, 1)


def test_too_little_done_gives_no_time() -> None:
    left = seen(batch(*rows(State.RELEASED, State.RELEASED, State.WAITING))).remaining
    assert left.seconds is None
    assert left.basis.zh == "做完 5 份以后才能估计。"


def test_a_run_that_was_stopped_says_what_is_left_and_how_to_go_on() -> None:
    left = seen(batch(*rows(State.RELEASED, State.WAITING), finished=True)).remaining
    assert left.seconds is None
    assert left.basis.zh == "本次运行已停止，还有 1 份没有做完。用同一命令再运行一次，会接着做。"


def test_times_without_a_zone_are_refused() -> None:
    state = batch(*rows(State.RELEASED))
    with pytest.raises(ValueError, match="time zone"):
        replace(state, written=datetime(2025, 11, 3))


def test_a_batch_has_a_job() -> None:
    with pytest.raises(ValueError, match="job"):
        BatchState((), roster(), (), BEGAN, BEGAN, False, 0)


def test_the_zone_does_not_change_what_is_left() -> None:
    done = [row(NUMBER, running, State.RELEASED, minutes=running) for running in range(1, 11)]
    state = batch(*done, row(NUMBER, 99, State.WAITING), minutes=10)
    utc = replace(state, began=state.began.astimezone(UTC), written=(BEGAN + timedelta(minutes=10)).astimezone(UTC))
    assert seen(utc).remaining == seen(state).remaining
