"""What is no usable upload ends at once in a typed error with a stable exit code, and leaves nothing behind."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from click.testing import CliRunner

from redact import errors
from redact.pipeline import redactor
from redact.pipeline.doors import cli
from redact.pipeline.intake import open_upload, opened
from tests.faults.test_engines import engines
from tests.unit.intake.material import LIMITS, RASTER, Pdf, encoded, png_header

Maker = Callable[[Path], Path | None]


def written(content: bytes, name: str = "upload.pdf") -> Maker:
    def make(folder: Path) -> Path:
        place = folder / name
        place.write_bytes(content)
        return place

    return make


def link(folder: Path) -> Path:
    target = written(encoded(np.zeros((9, 9, 3), np.uint8), "PNG"), "target.png")(folder)
    assert target is not None
    (folder / "link.png").symlink_to(target)
    return folder / "link.png"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.pdf")
    return folder / "pipe.pdf"


def pdf(pages: int = 1, **options: object) -> bytes:
    file = Pdf()
    for _ in range(pages):
        file.page("0 g 9 9 50 50 re f")
    return file.bytes(**options)


NOISE = encoded(np.random.default_rng(1).integers(0, 255, (300, 300, 3), np.uint8), "JPEG")
PASSWORD = pikepdf.Encryption(owner="owner", user="user")

BAD: dict[str, tuple[Maker, type[errors.RedactError], int]] = {
    "empty file": (written(b""), errors.EmptyError, 3),
    "text renamed pdf": (written("姓名：某某".encode()), errors.UnsupportedError, 3),
    "header and nothing more": (written(b"%PDF-1.7\nwords words words"), errors.DamagedError, 3),
    "truncated jpeg": (written(NOISE[: len(NOISE) // 2], "photo.jpg"), errors.DamagedError, 3),
    "jpeg header alone": (written(NOISE[:20], "photo.jpg"), errors.DamagedError, 3),
    "password": (written(pdf(encryption=PASSWORD)), errors.EncryptedError, 3),
    "no pages": (written(pdf(0)), errors.EmptyError, 3),
    "60,000 x 60,000 px": (written(png_header(60_000, 60_000), "huge.png"), errors.LimitError, 5),
    "301 pages": (written(pdf(301)), errors.LimitError, 5),
    "missing": (lambda folder: folder / "none.pdf", errors.MissingError, 3),
    "below a file": (lambda folder: Path(__file__) / "none.pdf", errors.MissingError, 3),
    "null in the name": (lambda folder: Path("a\0b.pdf"), errors.MissingError, 3),
    "folder": (lambda folder: folder, errors.NotAFileError, 3),
    "link": (link, errors.NotAFileError, 3),
    "pipe": (pipe, errors.NotAFileError, 3),
    "device": (lambda folder: Path(os.devnull), errors.NotAFileError, 3),
}


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = BAD[request.param][0](tmp_path)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("place", "kind", "code"), [(name, kind, code) for name, (_, kind, code) in BAD.items()], indirect=["place"], ids=BAD
)
def test_bad_input_is_a_typed_error_at_once(place: Path, kind: type[errors.RedactError], code: int, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    started = time.monotonic()
    with pytest.raises(kind) as caught, opened(open_upload(place, LIMITS), LIMITS, RASTER) as document:
        list(document)
    assert caught.value.exit_code == code
    assert time.monotonic() - started < 8
    assert sorted(tmp_path.rglob("*")) == before
    assert "?" not in caught.value.en + caught.value.zh


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable to root")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    place = tmp_path / "upload.pdf"
    place.write_bytes(pdf())
    place.chmod(0)
    with pytest.raises(errors.UnreadableError):
        open_upload(place, LIMITS)


def test_a_gigabyte_out_of_a_kilobyte_ends_at_a_limit() -> None:
    file = Pdf()
    entries = {"Filter": pikepdf.Name.FlateDecode, "ColorSpace": pikepdf.Name.DeviceRGB}
    file.page("q 595 0 0 842 0 0 cm /Im Do Q", resources=file.image(b"x", (30_000, 30_000), **entries))
    with pytest.raises(errors.LimitError) as caught, opened(open_upload(file.bytes(), LIMITS), LIMITS, RASTER) as document:
        list(document)
    assert caught.value.page == 1


@pytest.mark.parametrize(("place", "code"), [(name, code) for name, (_, _, code) in BAD.items()], indirect=["place"], ids=BAD)
def test_bad_input_at_the_command_line_is_two_sentences_and_an_exit_code(
    place: Path, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redactor, "default_engines", lambda _: engines())
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    arguments = ["file", str(place), "--name", "洛明川", "-o", str(tmp_path / "out.bin"), "--report", str(tmp_path / "reports")]
    done = CliRunner().invoke(cli.main, arguments)
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    chinese, english = done.stderr.splitlines()
    assert chinese.startswith("错误 ")
    assert english.startswith("error ")
    assert {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")} == before
