"""What the bytes of any file prove, taken apart in a child process."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, PngImagePlugin

from redact.check import Check, Failed, NotRun, Passed
from redact.errors import LimitError
from redact.pipeline.intake import sandbox
from redact.pipeline.medium import Codec, Kind
from redact.pipeline.verify import inspection
from redact.pipeline.verify.inspect import inspect
from redact.pipeline.verify.inspection import PLACES, examine
from redact.pipeline.write import assemble, encode
from redact.policy import load
from tests.unit.write.pages import OUTPUT_KINDS, masked, medium, paper

NAME, SHORT = "欧阳墨涵", "李娜"
SOUGHT = (NAME, SHORT)
LIMITS = load().limits


def _ours(kind: Kind) -> bytes:
    page = masked(paper())
    return assemble(kind, [encode(page, medium(Codec.LOSSLESS, page), kind)])


def _places(content: bytes, kind: Kind, index: int = 0) -> set[str]:
    answer = inspect(content, {"kind": kind.value, "sought": list(SOUGHT)})
    assert {hit[2] for hit in answer["hits"]} <= PLACES
    return {hit[2] for hit in answer["hits"] if hit[0] == index}


def _pdf(change: Callable[[pikepdf.Pdf], None], **how: object) -> bytes:
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(_ours(Kind.PDF))) as pdf:
        change(pdf)
        pdf.save(file, **how)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.TIFF])
def test_a_file_of_ours_passes_in_the_sandbox(kind: Kind) -> None:
    assert examine(_ours(kind), kind, SOUGHT, LIMITS) == (Passed("structure"), Passed("bytes.needles"))


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
def test_a_file_of_ours_holds_nothing(kind: Kind) -> None:
    assert inspect(_ours(kind), {"kind": kind.value, "sought": list(SOUGHT)}) == {"faults": [], "hits": []}


@pytest.mark.parametrize("kind", OUTPUT_KINDS)
def test_a_name_behind_the_end_of_any_file_is_found(kind: Kind) -> None:
    assert _places(_ours(kind) + NAME.encode("gb18030"), kind)


def test_a_tampered_file_of_ours_fails_and_anothers_file_is_only_not_ours() -> None:
    tampered = _ours(Kind.PDF) + NAME.encode()
    ours = examine(tampered, Kind.PDF, SOUGHT, LIMITS)
    assert {type(check) for check in ours} == {Failed}
    assert examine(tampered, Kind.PDF, SOUGHT, LIMITS, ours=False)[0] == NotRun("structure", "not-rebuilt")


def _attached(pdf: pikepdf.Pdf) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", f"<w:t>{SHORT}</w:t>")
    pdf.attachments["form.docx"] = archive.getvalue()


def _titled(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = SHORT


def _in_a_stream(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Notes = pikepdf.Stream(pdf, f"<dc:title>{SHORT}</dc:title>".encode())


def _as_a_name(pdf: pikepdf.Pdf) -> None:
    pdf.Root[f"/{SHORT}"] = True


def _nested(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["inner.pdf"] = _pdf(_titled)


@pytest.mark.parametrize(
    ("change", "place"),
    [(_attached, "archive"), (_titled, "string"), (_in_a_stream, "stream"), (_as_a_name, "name"), (_nested, "string")],
)
@pytest.mark.parametrize("packed", [False, True])
def test_even_a_short_name_is_found_wherever_a_pdf_hides_it(change: Callable[[pikepdf.Pdf], None], place: str, packed: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    assert place in _places(_pdf(change, object_stream_mode=mode), Kind.PDF, index=1)


def test_a_name_in_the_text_of_a_page_and_of_an_earlier_revision_is_found(tmp_path: Path) -> None:
    import pymupdf

    file = pymupdf.open()
    file.new_page().insert_text((72, 72), NAME, fontname="china-s")
    file.save(tmp_path / "first.pdf")
    first = pymupdf.open(tmp_path / "first.pdf")
    assert "text-layer" in _places((tmp_path / "first.pdf").read_bytes(), Kind.PDF)
    first.new_page()
    first.delete_page(0)
    first.saveIncr()
    places = _places((tmp_path / "first.pdf").read_bytes(), Kind.PDF)
    assert "revision" in places
    assert "text-layer" not in places


def test_an_object_that_nothing_refers_to_is_searched_too() -> None:
    orphan = (
        b"99 0 obj\n<< /Length 9 /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(SHORT.encode("gb18030") + b" plain words")
        + b"\nendstream\nendobj\n"
    )
    content = _ours(Kind.PDF)
    assert "stream" in _places(content + orphan, Kind.PDF, index=1)


def _with_author(form: str) -> bytes:
    windows_author = 0x9C9D
    file, exif = io.BytesIO(), Image.Exif()
    exif[windows_author] = SHORT.encode("utf-16-le")
    Image.fromarray(paper()).save(file, form, exif=exif)
    return file.getvalue()


@pytest.mark.parametrize("kind", [Kind.JPEG, Kind.WEBP, Kind.TIFF])
def test_a_short_name_in_the_metadata_of_a_picture_is_found(kind: Kind) -> None:
    assert _places(_with_author(kind.value.upper()), kind, index=1)


def test_a_name_in_a_compressed_png_text_is_found() -> None:
    file, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_itxt("Author", SHORT, zip=True)
    Image.fromarray(paper()).save(file, "PNG", pnginfo=notes)
    assert "chunk" in _places(file.getvalue(), Kind.PNG, index=1)


def test_an_archive_behind_a_picture_is_opened() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("notes.txt", SHORT * 3)
    assert "archive" in _places(_ours(Kind.JPEG) + archive.getvalue(), Kind.JPEG, index=1)


def test_a_child_that_could_not_look_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object) -> dict[str, object]:
        raise LimitError(what="seconds per file", value=1, limit=1)

    monkeypatch.setattr(sandbox, "run", slow)
    expected: tuple[Check, ...] = (NotRun("structure", "limit.exceeded"), NotRun("bytes.needles", "limit.exceeded"))
    assert examine(b"x", Kind.PDF, SOUGHT, LIMITS) == expected


@pytest.mark.parametrize("answer", [{}, {"faults": [NAME], "hits": []}, {"faults": "", "hits": [[0, "utf-8", NAME]]}, {"hits": [NAME]}])
def test_words_of_a_child_that_was_taken_over_reach_no_report(monkeypatch: pytest.MonkeyPatch, answer: dict[str, object]) -> None:
    monkeypatch.setattr(sandbox, "run", lambda *_: answer)
    checks = inspection.examine(b"x", Kind.PDF, SOUGHT, LIMITS)
    assert not all(isinstance(check, Passed) for check in checks)
    assert NAME not in repr(checks)
