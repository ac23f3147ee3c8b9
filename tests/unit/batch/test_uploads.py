"""Whose an upload is, its path tells; where it tells nobody or two, the upload is set aside, and nothing is left out in silence."""

from __future__ import annotations

import errno
import os
import random
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from redact.errors import DamagedError, MissingError, UnsupportedError, UsageError
from redact.pipeline.batch.archives import ArchiveLimits
from redact.pipeline.batch.names import folded
from redact.pipeline.batch.uploads import Aside, Found, Hints, Source, assign, at_hand, find

LIMITS = ArchiveLimits(members=20, member_bytes=100_000, total_bytes=300_000)


@dataclass(frozen=True)
class Line:
    number: str
    files: tuple[str, ...] = ()


def roster(*numbers: str) -> list[Line]:
    return [Line(number) for number in numbers]


def whose(path: str, rows: list[Line]) -> list[str]:
    """Return the numbers of the rows that a path hints at."""
    return [rows[position].number for position in Hints.of(rows).rows(path.split("/"))]


# Numbers


@pytest.mark.parametrize(
    "path",
    [
        "2025001/degree.pdf",
        "2025001.pdf",
        "2025001_郭元頔/degree.pdf",
        "郭元頔2025001毕业证.pdf",
        "第一批/(2025001) 材料.zip/degree.pdf",
        "单位.zip/2025001/degree.pdf",
        "２０２５００１.pdf",
        "2025001-1.pdf",
        "2025001/2025001-2.pdf",
        "ئابدۇللا2025001.pdf",
    ],
)
def test_a_number_in_a_folders_or_files_name_tells_whose_it_is(path: str) -> None:
    assert whose(path, roster("2025000", "2025001", "2025002")) == ["2025001"]


@pytest.mark.parametrize(
    "path", ["20250011.pdf", "12025001.pdf", "A2025001.pdf", "2025001b/degree.pdf", "А2025001.pdf", "2025001٢.pdf", "2025-001.pdf"]
)
def test_a_number_within_a_longer_one_is_another_number(path: str) -> None:
    assert whose(path, roster("2025001")) == []


def test_the_longer_of_two_numbers_that_begin_alike_is_meant() -> None:
    rows = roster("2025-001", "2025-001-2", "001")
    assert whose("2025-001-2_degree.pdf", rows) == ["2025-001-2"]
    assert whose("2025-001_degree.pdf", rows) == ["2025-001"]
    assert whose("001.pdf", rows) == ["001"]


def test_case_and_width_are_no_difference() -> None:
    assert whose("ｗｌｍｑ-07.pdf", roster("WLMQ-07")) == ["WLMQ-07"]


def test_two_numbers_in_one_path_lead_to_two_rows() -> None:
    assert whose("2025001/2025002_degree.pdf", roster("2025001", "2025002")) == ["2025001", "2025002"]


def test_one_number_of_two_rows_leads_to_both() -> None:
    assert whose("2025001.pdf", roster("2025001", "２０２５００１")) == ["2025001", "２０２５００１"]


def test_an_empty_number_is_no_hint() -> None:
    assert whose("degree.pdf", roster("", "  ")) == []


# Names that the roster gives


ROWS = [Line("2025001", ("郭元頔材料.zip", "照片/a.jpg")), Line("2025002", ("马晓东",)), Line("2025003")]


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("郭元頔材料.zip/degree.pdf", "2025001"),
        ("第一批/照片/a.jpg", "2025001"),
        ("马晓东/degree.pdf", "2025002"),
        ("马晓东.pdf", "2025002"),
        ("马晓东.zip/degree.pdf", "2025002"),
        ("马晓东/2025002.pdf", "2025002"),
        ("2025003/degree.pdf", "2025003"),
    ],
)
def test_a_name_of_the_roster_or_else_the_number_tells_whose_it_is(path: str, number: str) -> None:
    assert whose(path, ROWS) == [number]


@pytest.mark.parametrize("path", ["马晓东方/degree.pdf", "小马晓东.pdf", "照片.zip/b/a.jpg", "a.jpg", "马晓东.2024/degree.pdf"])
def test_a_name_counts_as_a_whole_only(path: str) -> None:
    assert whose(path, ROWS) == []


def test_a_name_and_a_number_that_disagree_lead_to_two_rows() -> None:
    assert whose("2025003/马晓东.pdf", ROWS) == ["2025002", "2025003"]


def test_separators_and_blanks_in_the_roster_are_as_people_write_them() -> None:
    assert whose("照片/a.jpg", [Line("1", (" .\\照片\\a.jpg ",))]) == ["1"]
    assert whose("a.jpg", [Line("1", ("", "/"))]) == []


# Properties

NUMBERS = st.lists(st.from_regex(r"\A[A-Z0-9]{1,4}(-[0-9]{1,3}){0,2}\Z"), min_size=1, max_size=8, unique_by=folded)
PATHS = st.lists(st.text("ab012-_. 张证", min_size=1, max_size=12), min_size=1, max_size=3)


@given(NUMBERS, PATHS)
def test_whatever_the_path_a_row_is_hinted_at_only_by_its_own_number(numbers: list[str], parts: list[str]) -> None:
    found = Hints.of(roster(*numbers)).rows(parts)
    assert all(any(folded(numbers[position]) in folded(part) for part in parts) for position in found)


@given(NUMBERS, PATHS, st.randoms(use_true_random=False))
def test_the_order_of_the_roster_does_not_matter(numbers: list[str], parts: list[str], chance: random.Random) -> None:
    shuffled = chance.sample(numbers, len(numbers))
    first = {numbers[position] for position in Hints.of(roster(*numbers)).rows(parts)}
    assert {shuffled[position] for position in Hints.of(roster(*shuffled)).rows(parts)} == first


@given(NUMBERS, st.sampled_from(["", "_", " ", "郭元頔", "（"]), st.sampled_from(["", "_1.pdf", " 证.pdf", "毕业证", ")"]), st.data())
def test_a_parted_number_is_always_found(numbers: list[str], before: str, after: str, data: st.DataObject) -> None:
    number = data.draw(st.sampled_from(numbers))
    longer = [other for other in numbers if other != number and folded(number) in folded(other)]
    assume(not any(folded(other) in folded(f"{before}{number}{after}") for other in longer))
    found = Hints.of(roster(*numbers)).rows([f"{before}{number}{after}"])
    assert numbers.index(number) in found


@given(st.from_regex(r"\A[0-9]{4,8}\Z"), st.text("0123456789abcXYZ", min_size=1, max_size=3), st.booleans())
def test_a_continued_number_is_never_found(number: str, more: str, ahead: bool) -> None:
    assert Hints.of(roster(number)).rows([f"{more}{number}" if ahead else f"{number}{more}"]) == ()


# Sharing out


def source(path: str) -> Source:
    return Source(Path(path), path, tuple(path.split("/")))


def test_uploads_are_shared_out_and_what_is_nobodys_or_two_peoples_is_set_aside() -> None:
    paths = ["2025001/a.pdf", "2025002/b.pdf", "2025001/2025002.pdf", "readme.txt"]
    shares = assign(map(source, paths), roster("2025001", "2025002"))
    assert [(one.relative, row.number) for one, row in shares.matched] == [("2025001/a.pdf", "2025001"), ("2025002/b.pdf", "2025002")]
    assert [("/".join(one.parts), one.reason) for one in shares.set_aside] == [
        ("2025001/2025002.pdf", Aside.TWO_ROWS),
        ("readme.txt", Aside.NO_ROW),
    ]


def test_nothing_that_is_set_aside_or_found_shows_a_name_in_its_repr(tmp_path: Path) -> None:
    (tmp_path / "郭元頔.pdf").write_bytes(b"")
    (tmp_path / "郭元頔.lnk").symlink_to("郭元頔.pdf")
    found = find(tmp_path, LIMITS)
    assert (len(found.sources), len(found.set_aside)) == (1, 1)
    assert "郭" not in repr(found) + repr(assign(found.sources, [Line("1")]))


# Finding


def paths(found: Found) -> list[str]:
    return ["/".join(one.parts) for one in found.sources]


def aside(found: Found) -> list[tuple[str, str]]:
    return [("/".join(one.parts), one.reason) for one in found.set_aside]


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"content")


def archive(place: Path, *members: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w") as written:
        for member in members:
            written.writestr(member, member.encode())
    return place


def test_files_and_members_are_found_in_the_order_of_their_paths(tmp_path: Path) -> None:
    put(tmp_path, "2025002/b.pdf", "2025001/z.pdf", "2025001/a/b.pdf", "0.pdf")
    archive(tmp_path / "2025001/m.zip", "二.pdf", "一/一.pdf")
    expected = ["0.pdf", "2025001/a/b.pdf", "2025001/m.zip/一/一.pdf", "2025001/m.zip/二.pdf", "2025001/z.pdf", "2025002/b.pdf"]
    assert paths(find(tmp_path, LIMITS)) == expected


def test_finding_again_finds_the_same(tmp_path: Path) -> None:
    put(tmp_path, *(f"{number}/{name}.pdf" for number in range(5) for name in "cab"))
    assert find(tmp_path, LIMITS) == find(tmp_path, LIMITS)


def test_an_archives_member_and_a_file_of_the_same_readable_path_are_two(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", "b.pdf")
    put(tmp_path, "c.zip/b.pdf")
    identities = [one.identity for one in find(tmp_path, LIMITS).sources]
    assert identities == ["a.zip\0b.pdf", "c.zip/b.pdf"]


def test_names_in_gbk_on_the_disk_are_read_and_the_file_is_still_found(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/" + "2025001毕业证.pdf".encode("gbk")
    with open(name, "wb") as file:
        file.write(b"degree")
    (one,) = find(tmp_path, LIMITS).sources
    assert one.parts == ("2025001毕业证.pdf",)
    assert one.file.read_bytes() == b"degree"


def test_everything_else_is_told(tmp_path: Path) -> None:
    put(tmp_path, "good.pdf", ".DS_Store", "__MACOSX/._x", "a/~$b.docx")
    (tmp_path / "link.pdf").symlink_to("good.pdf")
    (tmp_path / "folder-link").symlink_to("a")
    os.mkfifo(tmp_path / "pipe")
    with open(os.fsencode(tmp_path) + b"/\xff\xff.pdf", "wb"):
        pass
    found = find(tmp_path, LIMITS)
    assert paths(found) == ["good.pdf"]
    assert aside(found) == [
        (".DS_Store", Aside.JUNK),
        ("?", Aside.UNREADABLE_NAME),
        ("__MACOSX/._x", Aside.JUNK),
        ("a/~$b.docx", Aside.JUNK),
        ("folder-link", Aside.LINK),
        ("link.pdf", Aside.LINK),
        ("pipe", Aside.NOT_A_FILE),
    ]


def test_refused_members_and_refused_archives_are_told(tmp_path: Path) -> None:
    archive(tmp_path / "a.zip", "../slip.pdf", "Thumbs.db", "good.pdf")
    archive(tmp_path / "many.zip", *(f"{number}.pdf" for number in range(21)))
    archive(tmp_path / "none.zip")
    (tmp_path / "cut.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:50])
    found = find(tmp_path, LIMITS)
    assert paths(found) == ["a.zip/good.pdf"]
    assert aside(found) == [
        ("a.zip/../slip.pdf", "member.unsafe-name"),
        ("a.zip/Thumbs.db", "member.junk"),
        ("cut.zip", "input.damaged"),
        ("many.zip", "limit.exceeded"),
        ("none.zip", Aside.EMPTY_ARCHIVE),
    ]


def test_a_document_stored_as_a_zip_is_one_upload(tmp_path: Path) -> None:
    archive(tmp_path / "证明.docx", "[Content_Types].xml", "word/document.xml")
    assert paths(find(tmp_path, LIMITS)) == ["证明.docx"]


def test_our_own_output_and_roster_are_no_uploads(tmp_path: Path) -> None:
    put(tmp_path, "2025001/a.pdf", "out/released/2025001/2025001-001.pdf", "roster.csv")
    found = find(tmp_path, LIMITS, without=[tmp_path / "out", tmp_path / "roster.csv", tmp_path / "never-made"])
    assert (paths(found), aside(found)) == (["2025001/a.pdf"], [])


def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may read everywhere, so the refusal is the kernel's in the test's words.
    put(tmp_path, "a/x.pdf", "b/x.pdf")
    scan = os.scandir

    def refused(folder: Any) -> Any:
        if Path(folder).name == "a":
            raise OSError(errno.EACCES, "no")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refused)
    found = find(tmp_path, LIMITS)
    assert (paths(found), aside(found)) == (["b/x.pdf"], [("a", Aside.UNREADABLE_FOLDER)])


def test_folders_nested_without_end_are_walked(tmp_path: Path) -> None:
    folders = [tmp_path.joinpath(*["d"] * depth) for depth in range(1, 1101)]
    for folder in folders:
        folder.mkdir()
    upload = folders[-1] / "2025001.pdf"
    upload.write_bytes(b"content")
    try:
        assert [len(one.parts) for one in find(tmp_path, LIMITS).sources] == [1101]
    finally:
        # One by one: what clears temporary folders away cannot walk so deep.
        upload.unlink()
        for folder in reversed(folders):
            folder.rmdir()


def test_no_folder_and_no_such_folder_are_typed_errors(tmp_path: Path) -> None:
    put(tmp_path, "a.pdf")
    with pytest.raises(UsageError) as caught:
        find(tmp_path / "a.pdf", LIMITS)
    assert caught.value.facts == {"what": "uploads-not-a-folder"}
    with pytest.raises(MissingError):
        find(tmp_path / "none", LIMITS)


# The bytes


def test_an_uploads_bytes_are_at_hand_wherever_they_lie(tmp_path: Path) -> None:
    put(tmp_path, "2025001.pdf")
    archive(tmp_path / "2025002.zip", "a.pdf", "b.pdf")
    contents = []
    for one in find(tmp_path, LIMITS).sources:
        with at_hand(one, LIMITS) as path:
            contents.append(path.read_bytes())
    assert contents == [b"content", b"a.pdf", b"b.pdf"]


def test_a_member_that_cannot_be_unpacked_is_a_typed_error(tmp_path: Path) -> None:
    inner = archive(tmp_path / "inner.zip", "a.pdf").read_bytes()
    (tmp_path / "inner.zip").unlink()
    outer = tmp_path / "2025001.zip"
    with zipfile.ZipFile(outer, "w") as written:
        written.writestr("nested", inner)
        written.writestr("damaged.pdf", b"a degree of which a byte will change")
    outer.write_bytes(outer.read_bytes().replace(b"a degree", b"no degre"))
    damaged, nested = find(tmp_path, LIMITS).sources
    with pytest.raises(DamagedError), at_hand(damaged, LIMITS):
        pass
    with pytest.raises(UnsupportedError), at_hand(nested, LIMITS):
        pass
