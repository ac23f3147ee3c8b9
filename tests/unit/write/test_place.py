"""A file stands there whole, or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from redact.errors import DestinationError
from redact.pipeline.write import make_folder, remove_parts, write_file, write_files


def test_the_file_holds_the_bytes_and_is_its_owners_alone(tmp_path: Path) -> None:
    write_file(tmp_path / "masked.pdf", b"bytes")
    assert (tmp_path / "masked.pdf").read_bytes() == b"bytes"
    assert (tmp_path / "masked.pdf").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["masked.pdf"]


def test_a_file_that_stands_there_is_kept_without_force(tmp_path: Path) -> None:
    (tmp_path / "old.pdf").write_bytes(b"old")
    with pytest.raises(DestinationError) as caught:
        write_file(tmp_path / "old.pdf", b"new")
    assert caught.value.facts == {"what": "exists"}
    assert (tmp_path / "old.pdf").read_bytes() == b"old"


def test_a_file_that_stands_there_is_replaced_with_force(tmp_path: Path) -> None:
    (tmp_path / "old.pdf").write_bytes(b"old")
    write_file(tmp_path / "old.pdf", b"new", force=True)
    assert (tmp_path / "old.pdf").read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["old.pdf"]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"target")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    write_file(tmp_path / "link", b"new", force=True)
    assert (tmp_path / "target").read_bytes() == b"target"
    assert not (tmp_path / "link").is_symlink()


def test_a_folder_and_a_missing_folder_are_no_places(tmp_path: Path) -> None:
    for place, what in ((tmp_path, "is-a-folder"), (tmp_path / "none" / "masked.pdf", "no-such-folder")):
        with pytest.raises(DestinationError) as caught:
            write_file(place, b"new", force=True)
        assert caught.value.facts == {"what": what}


@pytest.mark.parametrize(("code", "what"), [(errno.ENOSPC, "disk-full"), (errno.EIO, "cannot-write")])
@pytest.mark.parametrize("force", [False, True])
def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, what: str, force: bool) -> None:
    def full(_: int) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DestinationError) as caught:
        write_file(tmp_path / "masked.pdf", b"bytes", force)
    assert caught.value.facts == {"what": what}
    assert os.listdir(tmp_path) == []


def test_a_folder_that_may_not_be_written_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the refusal is the kernel's in the test's words.
    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "no")

    monkeypatch.setattr("redact.pipeline.write.place.tempfile.mkstemp", refused)
    with pytest.raises(DestinationError) as caught:
        write_file(tmp_path / "masked.pdf", b"bytes")
    assert caught.value.facts == {"what": "read-only"}


def test_a_name_that_was_taken_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "masked.pdf"
    sync = os.fsync

    def taken(handle: int) -> None:
        if not place.exists():
            place.write_bytes(b"theirs")
        sync(handle)

    monkeypatch.setattr(os, "fsync", taken)
    with pytest.raises(DestinationError):
        write_file(place, b"ours")
    assert place.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["masked.pdf"]


def test_a_file_system_without_links_still_takes_no_name_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise OSError(errno.ENOTSUP, "no")

    monkeypatch.setattr(os, "link", none)
    write_file(tmp_path / "masked.pdf", b"ours")
    assert (tmp_path / "masked.pdf").read_bytes() == b"ours"
    with pytest.raises(DestinationError):
        write_file(tmp_path / "masked.pdf", b"again")


def test_several_files_are_written_together_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b"old")
    with pytest.raises(DestinationError):
        write_files([(tmp_path / "masked.pdf", b"new"), (tmp_path / "report.json", b"new")])
    assert os.listdir(tmp_path) == ["report.json"]


def test_a_name_taken_at_the_last_moment_takes_the_other_files_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def refused_for_the_second(source: Any, target: Any) -> None:
        if Path(target).name == "second":
            raise FileExistsError(errno.EEXIST, "no")
        link(source, target)

    monkeypatch.setattr(os, "link", refused_for_the_second)
    with pytest.raises(DestinationError) as caught:
        write_files([(tmp_path / "first", b"1"), (tmp_path / "second", b"2")])
    assert caught.value.facts == {"what": "exists"}
    assert os.listdir(tmp_path) == []


def test_a_folder_that_cannot_be_synced_does_not_unwrite_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EIO, "no")
        sync(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    write_file(tmp_path / "masked.pdf", b"bytes")
    assert os.listdir(tmp_path) == ["masked.pdf"]


def test_an_interrupt_while_writing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path / "masked.pdf", b"bytes")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("linked", [False, True])
def test_a_pipe_or_a_device_is_never_replaced_by_a_file(tmp_path: Path, linked: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    place = tmp_path / "pipe"
    if linked:
        place = tmp_path / "link"
        place.symlink_to(tmp_path / "pipe")
    with pytest.raises(DestinationError) as caught:
        write_file(place, b"bytes", force=True)
    assert caught.value.facts == {"what": "not-a-file"}
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_is_made_with_what_is_missing_above_it_for_the_owner_alone(tmp_path: Path) -> None:
    made = make_folder(tmp_path / "out" / "released" / "2025001")
    assert made == [tmp_path / "out", tmp_path / "out" / "released", tmp_path / "out" / "released" / "2025001"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in made} == {0o700}
    assert make_folder(tmp_path / "out" / "released") == []


def test_a_folder_that_cannot_be_made_leaves_none_above_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = os.mkdir

    def refused(folder: Any, mode: int = 0o777) -> None:
        if Path(folder).name == "2025001":
            raise OSError(errno.ENOSPC, "no")
        make(folder, mode)

    monkeypatch.setattr(os, "mkdir", refused)
    with pytest.raises(DestinationError) as caught:
        make_folder(tmp_path / "out" / "2025001")
    assert caught.value.facts == {"what": "folder-cannot-be-made"}
    assert os.listdir(tmp_path) == []


def test_only_our_own_temporary_files_are_removed(tmp_path: Path) -> None:
    for name in (".redact-a1.part", "masked.pdf", "theirs.part", ".redact-notes"):
        (tmp_path / name).write_bytes(b"")
    assert remove_parts(tmp_path) == 1
    assert sorted(os.listdir(tmp_path)) == [".redact-notes", "masked.pdf", "theirs.part"]
    assert remove_parts(tmp_path / "none") == 0
