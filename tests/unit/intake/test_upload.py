"""An upload is what its first bytes say, whatever its name says."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from redact import EmptyError, LimitError, UnreadableError, UnsupportedError
from redact.pipeline.intake import open_upload
from redact.pipeline.medium import Kind
from tests.unit.intake.material import LIMITS, Pdf, card, encoded

HEIC = Path(__file__).parents[3] / "fixtures" / "samples" / "marker.heic"
PDF = Pdf()
PDF.page("")
FILES = {
    Kind.PDF: PDF.bytes(),
    Kind.HEIC: HEIC.read_bytes(),
    **{kind: encoded(card(), kind.value.upper()) for kind in (Kind.JPEG, Kind.PNG, Kind.TIFF, Kind.BMP, Kind.WEBP, Kind.GIF)},
}


@pytest.mark.parametrize("kind", Kind)
def test_the_kind_is_told_by_content_under_any_name(kind: Kind, tmp_path: Path) -> None:
    place = tmp_path / "letter.docx"
    place.write_bytes(FILES[kind])
    assert open_upload(place, LIMITS).kind is kind


@pytest.mark.parametrize("source", [FILES[Kind.PNG], BytesIO(FILES[Kind.PNG])], ids=["bytes", "stream"])
def test_bytes_and_streams_are_uploads_too(source: bytes | BytesIO) -> None:
    upload = open_upload(source, LIMITS)
    assert upload.content == FILES[Kind.PNG]
    assert upload.sha256 == hashlib.sha256(FILES[Kind.PNG]).hexdigest()


def test_a_pdf_may_begin_a_little_late() -> None:
    assert open_upload(b"\n" * 900 + FILES[Kind.PDF], LIMITS).kind is Kind.PDF


@pytest.mark.parametrize(
    "content",
    [
        b"\n" * 1100 + FILES[Kind.PDF],
        b"PK\x03\x04 a zip, as docx is",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"BM but a text",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
        b"\xff\xd8",
    ],
    ids=["late pdf", "zip", "eps", "svg", "text BM", "wave", "avif", "half a magic"],
)
def test_any_other_content_is_refused_before_a_parser_sees_it(content: bytes) -> None:
    with pytest.raises(UnsupportedError):
        open_upload(content, LIMITS)


def test_an_upload_is_measured() -> None:
    limits = type(LIMITS)(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, "bytes": 100})
    with pytest.raises(LimitError) as caught:
        open_upload(BytesIO(np.zeros(5000, np.uint8).tobytes()), limits)
    assert caught.value.facts["limit"] == 100


def test_a_stream_of_text_is_no_upload() -> None:
    class Text:
        def read(self, size: int) -> str:
            return "words"[:size]

    with pytest.raises(UnreadableError):
        open_upload(Text(), LIMITS)  # type: ignore[arg-type]


def test_no_bytes_are_no_upload() -> None:
    with pytest.raises(EmptyError):
        open_upload(b"", LIMITS)


def test_an_upload_does_not_show_its_content() -> None:
    assert "content" not in repr(open_upload(FILES[Kind.PNG], LIMITS))


class Pipe(BytesIO):
    """A stream that gives a little at a time, as a pipe or a socket does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(100, size) if size and size > 0 else 100)


def test_a_stream_is_read_to_its_end_however_little_it_gives_at_once() -> None:
    assert open_upload(Pipe(FILES[Kind.PNG]), LIMITS).content == FILES[Kind.PNG]


def test_a_stream_without_end_stops_at_the_limit() -> None:
    with pytest.raises(LimitError):
        open_upload(Pipe(FILES[Kind.PNG] * 10), replace(LIMITS, bytes=1000))


def test_a_stream_that_fails_or_is_closed_is_unreadable() -> None:
    stream = BytesIO(FILES[Kind.PNG])
    stream.close()
    with pytest.raises(UnreadableError):
        open_upload(stream, LIMITS)
