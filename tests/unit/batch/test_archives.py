"""A ZIP is opened without trust: nothing leads out of its folder, nothing fills the disk, nothing is left out in silence."""

from __future__ import annotations

import errno
import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redact.errors import DamagedError, DestinationError, LimitError, MissingError, NotAFileError
from redact.pipeline.batch.archives import ArchiveLimits, Reason, is_archive, survey, unpacked
from redact.pipeline.batch.names import decoded

LIMITS = ArchiveLimits(members=50, member_bytes=100_000, total_bytes=300_000, ratio=100)
NOISE = os.urandom(2_000)
Make = Callable[..., Path]


class RawInfo(zipfile.ZipInfo):
    """A member's header with its name's bytes as they are, without the sign for UTF-8."""

    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.raw, self.flag_bits


def info(name: str | bytes, **attributes: int) -> zipfile.ZipInfo:
    made = RawInfo("x") if isinstance(name, bytes) else zipfile.ZipInfo(name)
    if isinstance(made, RawInfo) and isinstance(name, bytes):
        made.raw = name
    for attribute, value in attributes.items():
        setattr(made, attribute, value)
    return made


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write an archive of the given members, in their order."""

    def archive(*members: tuple[str | bytes | zipfile.ZipInfo, bytes], name: str = "2025001.zip") -> Path:
        place = tmp_path / name
        with zipfile.ZipFile(place, "w") as written:
            for member, content in members:
                header = member if isinstance(member, zipfile.ZipInfo) else info(member)
                written.writestr(header, content)
        return place

    return archive


def names(archive: Path, limits: ArchiveLimits = LIMITS) -> list[str]:
    return [member.name for member in survey(archive, limits).members]


def refused(archive: Path, limits: ArchiveLimits = LIMITS) -> list[tuple[str, Reason]]:
    return [(one.name, one.reason) for one in survey(archive, limits).refused]


def changed(archive: Path, before: bytes, after: bytes) -> Path:
    content = archive.read_bytes()
    assert before in content
    archive.write_bytes(content.replace(before, after))
    return archive


# What comes out


def test_the_bytes_come_out_and_are_gone_afterwards(make: Make) -> None:
    archive = make(("材料/degree.pdf", b"degree"), ("photo.jpg", b"photo"))
    with unpacked(archive, LIMITS) as contents:
        assert [(member.name, path.read_bytes()) for member, path in contents.files] == [
            ("photo.jpg", b"photo"),
            ("材料/degree.pdf", b"degree"),
        ]
        paths = [path for _, path in contents.files]
    assert not any(path.exists() or path.parent.exists() for path in paths)


def test_only_we_may_enter_the_folder_and_no_name_of_the_archive_is_in_it(make: Make) -> None:
    with unpacked(make(("郭元頔.pdf", b"degree")), LIMITS) as contents:
        ((_, path),) = contents.files
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(path).isascii()


def test_only_the_members_asked_for_are_unpacked(make: Make) -> None:
    archive = make(("a.pdf", b"a"), ("b.pdf", b"b"))
    with unpacked(archive, LIMITS, names={"b.pdf"}) as contents:
        assert [path.read_bytes() for _, path in contents.files] == [b"b"]
        assert len(list(contents.files[0][1].parent.iterdir())) == 1


def test_members_come_in_the_order_of_their_names(make: Make) -> None:
    assert names(make(("b", b""), ("c", b""), ("a", b""))) == ["a", "b", "c"]


def test_folders_are_no_members(make: Make) -> None:
    archive = make(("材料/", b""), ("材料/a.pdf", b"a"))
    assert (names(archive), refused(archive)) == (["材料/a.pdf"], [])


# Names


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
def test_names_of_every_archiver_are_read(make: Make, encoding: str) -> None:
    assert names(make(("郭元頔/毕业证书.pdf".encode(encoding), b"degree"))) == ["郭元頔/毕业证书.pdf"]


def test_a_name_marked_as_utf8_is_read_as_such(make: Make) -> None:
    archive = make(("买买提·吐尔逊.pdf", b"degree"))
    assert zipfile.ZipFile(archive).infolist()[0].flag_bits & 1 << 11
    assert names(archive) == ["买买提·吐尔逊.pdf"]


def test_rare_characters_of_gb18030_are_read(make: Make) -> None:
    assert names(make(("㙍𠮷.pdf".encode("gb18030"), b"degree"))) == ["㙍𠮷.pdf"]


def test_a_backslash_within_a_character_of_gbk_is_no_separator(make: Make) -> None:
    name = "誠.pdf"
    assert b"\\" in name.encode("gbk")
    assert names(make((name.encode("gbk"), b"degree"))) == [name]


def test_separators_of_windows_and_doubled_ones_are_slashes(make: Make) -> None:
    assert names(make((b"a\\b\\.\\c.pdf", b""), ("./d//e.pdf", b""))) == ["a/b/c.pdf", "d/e.pdf"]


def test_a_name_that_is_in_no_encoding_is_refused_and_not_guessed(make: Make) -> None:
    archive = make((b"2025001\xff\xff.pdf", b"degree"))
    assert (names(archive), refused(archive)) == ([], [("member 1", Reason.UNREADABLE_NAME)])


@given(st.text(st.characters(blacklist_categories=["Cs"]), min_size=1))
def test_what_is_utf8_is_read_as_utf8(name: str) -> None:
    assert decoded(name.encode()) == name


# What is refused


@pytest.mark.parametrize(
    "name",
    [
        "../a.pdf",
        "a/../../b.pdf",
        "/etc/passwd",
        "C:/a.pdf",
        "c:a.pdf",
        "..",
        "a/..",
        "..\\a.pdf",
        "\\\\server\\a.pdf",
        "a\0.pdf",
        "a\n.pdf",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(make: Make, tmp_path: Path, name: str) -> None:
    archive = make((name.encode(), b"slip"), ("good.pdf", b"good"))
    with unpacked(archive, LIMITS) as contents:
        assert [member.name for member, _ in contents.files] == ["good.pdf"]
        assert [one.reason for one in contents.refused] == [Reason.UNSAFE_NAME]
    assert os.listdir(tmp_path) == ["2025001.zip"]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_link_or_a_device_is_refused(make: Make, kind: int) -> None:
    archive = make((info("link", external_attr=(kind | 0o777) << 16), b"/etc/passwd"))
    assert refused(archive) == [("link", Reason.NOT_A_FILE)]


def test_a_folder_that_holds_bytes_is_refused(make: Make) -> None:
    assert refused(make((info("folder/"), b"hidden"))) == [("folder/", Reason.NOT_A_FILE)]


@pytest.mark.parametrize("name", ["__MACOSX/._a.pdf", "a/.DS_Store", "Thumbs.db", "x/THUMBS.DB", "desktop.ini", "a/~$证明.docx", "._a.pdf"])
def test_what_systems_leave_behind_is_told_as_such(make: Make, name: str) -> None:
    archive = make((name, b"junk"), ("a.pdf", b"degree"))
    assert (names(archive), refused(archive)) == (["a.pdf"], [(name, Reason.JUNK)])


def test_two_members_of_one_name_are_both_refused(make: Make) -> None:
    archive = make(("a.pdf", b"one"), (info("A.pdf"), b"other"), ("b.pdf", b""))
    assert (names(archive), refused(archive)) == (["b.pdf"], [("A.pdf", Reason.SAME_NAME), ("a.pdf", Reason.SAME_NAME)])


def test_an_encrypted_member_is_refused(make: Make) -> None:
    archive = make(("a.pdf", NOISE))
    content = bytearray(archive.read_bytes())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    assert refused(archive) == [("a.pdf", Reason.ENCRYPTED)]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_method_that_may_ask_for_any_memory_is_refused(make: Make, method: int) -> None:
    assert refused(make((info("a.pdf", compress_type=method), NOISE))) == [("a.pdf", Reason.METHOD)]


@pytest.mark.parametrize("name", ["inner.zip", "证明"])
def test_an_archive_in_an_archive_is_refused_whatever_it_is_called(make: Make, name: str) -> None:
    inner = make(("a.pdf", b"degree"), name="inner.zip").read_bytes()
    with unpacked(make((name, inner)), LIMITS) as contents:
        assert contents.files == ()
        assert [(one.name, one.reason) for one in contents.refused] == [(name, Reason.NESTED)]


def test_a_member_whose_bytes_are_damaged_is_refused_and_the_others_come_out(make: Make) -> None:
    archive = changed(make(("a.pdf", NOISE), ("b.pdf", b"degree")), NOISE[500:510], b"0123456789")
    with unpacked(archive, LIMITS) as contents:
        assert [path.read_bytes() for _, path in contents.files] == [b"degree"]
        assert [(one.name, one.reason) for one in contents.refused] == [("a.pdf", Reason.DAMAGED)]
        assert len(list(contents.files[0][1].parent.iterdir())) == 1


def test_a_member_whose_two_headers_tell_two_names_is_refused(make: Make) -> None:
    archive = make(("2025001.pdf", b"degree"))
    archive.write_bytes(archive.read_bytes().replace(b"2025001.pdf", b"2025002.pdf", 1))
    with unpacked(archive, LIMITS) as contents:
        assert [one.reason for one in contents.refused] == [Reason.DAMAGED]


# Bombs


def test_a_member_that_is_too_large_is_refused(make: Make) -> None:
    assert refused(make(("a.bmp", bytes(100_001)))) == [("a.bmp", Reason.TOO_LARGE)]


def test_a_white_page_packs_well_and_is_no_bomb(make: Make) -> None:
    archive = make((info("a.bmp", compress_type=zipfile.ZIP_DEFLATED), bytes(100_000)))
    assert archive.stat().st_size < 100_000 / LIMITS.ratio
    with unpacked(archive, LIMITS) as contents:
        assert contents.files[0][1].stat().st_size == 100_000


@pytest.mark.parametrize(
    ("count", "size", "method", "what"),
    [
        (51, 1, zipfile.ZIP_STORED, "archive.members"),
        (4, 90_000, zipfile.ZIP_STORED, "archive.bytes"),
        (3, 90_000, zipfile.ZIP_DEFLATED, "archive.ratio"),
    ],
)
def test_an_archive_beyond_a_limit_is_refused_as_a_whole(make: Make, count: int, size: int, method: int, what: str) -> None:
    archive = make(*((info(f"{number}.bmp", compress_type=method), bytes(size)) for number in range(count)))
    with pytest.raises(LimitError) as caught:
        survey(archive, LIMITS)
    assert caught.value.facts["what"] == what


def test_a_directory_that_claims_to_be_huge_is_not_read(make: Make) -> None:
    archive = make(("a.pdf", b""))
    content = bytearray(archive.read_bytes())
    # The directory's size in the end record; then the archive is as long as it claims, without taking the disk.
    struct.pack_into("<I", content, len(content) - 10, 1 << 30)
    with archive.open("wb") as file:
        file.seek(1 << 30)
        file.write(content)
    with pytest.raises(LimitError) as caught:
        survey(archive, LIMITS)
    assert caught.value.facts == {"what": "archive.directory", "value": 1 << 30, "limit": 50 * 1024}


def test_members_that_share_their_bytes_are_refused(make: Make) -> None:
    archive = make(("a.pdf", NOISE), ("b.pdf", NOISE))
    content = bytearray(archive.read_bytes())
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    for at in (first, second):
        struct.pack_into("<I", content, at + 20, 3_000)
    archive.write_bytes(content)
    with pytest.raises(DamagedError) as caught:
        survey(archive, LIMITS)
    assert caught.value.facts == {"what": "archive.overlapping"}


def test_a_member_that_unpacks_to_more_than_it_says_is_cut_and_refused(make: Make) -> None:
    archive = make((info("a.bmp", compress_type=zipfile.ZIP_DEFLATED), bytes(90_000)))
    content = bytearray(archive.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 10)
    archive.write_bytes(content)
    with unpacked(archive, LIMITS) as contents:
        assert [one.reason for one in contents.refused] == [Reason.DAMAGED]


# What is no archive, or a broken one


@pytest.mark.parametrize("cut", [30, 100, -10])
def test_an_archive_that_is_cut_off_is_told(make: Make, cut: int) -> None:
    archive = make(("a.pdf", NOISE))
    archive.write_bytes(archive.read_bytes()[:cut])
    assert is_archive(archive)
    with pytest.raises(DamagedError) as caught:
        survey(archive, LIMITS)
    assert caught.value.facts == {"what": "archive"}


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_end_in_anything_but_a_typed_error(tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int) -> None:
    archive = tmp_path_factory.mktemp("fuzz") / "a.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("a.pdf", b"degree")
        written.writestr("证明.pdf", bytes(200))
    good = archive.read_bytes()
    archive.write_bytes(good[:at] + content + good[at + len(content) :])
    is_archive(archive)
    try:
        with unpacked(archive, LIMITS):
            pass
    except (DamagedError, LimitError):
        pass


@pytest.mark.parametrize("mark", ["[Content_Types].xml", "OFD.xml", "mimetype"])
def test_a_document_that_is_stored_as_a_zip_is_no_archive(make: Make, mark: str) -> None:
    assert not is_archive(make((mark, b""), ("word/document.xml", b"")))


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"MZ\x90\0 self-extracting"])
def test_other_content_is_no_archive_whatever_its_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert not is_archive(tmp_path / "a.zip")


def test_an_empty_archive_has_no_members(make: Make) -> None:
    archive = make()
    assert is_archive(archive)
    assert survey(archive, LIMITS).members == ()


def test_a_link_a_folder_and_nothing_are_no_archives(make: Make, tmp_path: Path) -> None:
    (tmp_path / "link.zip").symlink_to(make(("a.pdf", b"")))
    for place, error in ((tmp_path / "link.zip", NotAFileError), (tmp_path, NotAFileError), (tmp_path / "none.zip", MissingError)):
        with pytest.raises(error):
            is_archive(place)


# Our own disk


@pytest.mark.parametrize(("code", "what"), [(errno.ENOSPC, "disk-full"), (errno.EROFS, "read-only")])
def test_a_disk_that_takes_nothing_is_our_trouble_and_not_the_archives(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, what: str
) -> None:
    archive, real = make(("a.pdf", NOISE)), os.fdopen

    class Full:
        def __init__(self, handle: int) -> None:
            self.file = real(handle, "wb")

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

        def write(self, _: bytes) -> int:
            raise OSError(code, "no")

    monkeypatch.setattr("redact.pipeline.batch.archives.os.fdopen", lambda handle, _: Full(handle))
    (tmp_path / "work").mkdir()
    with pytest.raises(DestinationError) as caught, unpacked(archive, LIMITS, within=tmp_path / "work"):
        pass
    assert caught.value.facts == {"what": what}
    assert os.listdir(tmp_path / "work") == []


def test_a_folder_that_is_not_there_is_told(make: Make, tmp_path: Path) -> None:
    with pytest.raises(DestinationError), unpacked(make(("a.pdf", b"")), LIMITS, within=tmp_path / "none"):
        pass
