"""The child is bounded in time, memory and place, ends with its parent, and never drags the parent down."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redact import DamagedError, EngineError, LimitError
from redact.pipeline.intake import forked, open_upload, opened, sandbox
from redact.policy import Limits
from tests.unit.intake.material import CARD, LIMITS, RASTER, Pdf, boot, card, corners, encoded

Boot = Callable[[str], None]


def limits(**changes: int) -> Limits:
    return Limits(**{**{name: getattr(LIMITS, name) for name in LIMITS.__slots__}, **changes})


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[Boot]:
    """Replace the child's jobs by one of the test's: `def job(content, parameters)`."""

    def replace(source: str) -> None:
        forked.end_server()
        monkeypatch.setattr(forked, "BOOT", boot(source))

    yield replace
    forked.end_server()


def run(content: bytes = b"x", parameters: dict[str, Any] | None = None, bounds: Limits = LIMITS) -> dict[str, Any]:
    return sandbox.run("inspect", content, parameters or {}, bounds)


def test_a_job_answers_in_json(job: Boot) -> None:
    job("def job(content, parameters): return {'size': len(content), 'given': parameters}")
    assert run(b"12345", {"secret": "郭元頔"}) == {"size": 5, "given": {"secret": "郭元頔"}}


def test_a_job_that_nobody_knows_is_not_run() -> None:
    with pytest.raises(EngineError):
        sandbox.run("os:system", b"x", {}, LIMITS)  # type: ignore[arg-type]


def test_the_child_stands_nowhere_and_knows_nothing(job: Boot) -> None:
    os.environ["A_SECRET_OF_THE_HOST"] = "1"
    job("""
import os, resource, sys
def job(content, parameters):
    try:
        place = os.getcwd()
    except FileNotFoundError:
        place = ''
    return {'place': place, 'environment': sorted(os.environ), 'arguments': ' '.join(sys.argv[1:]),
            'files': resource.getrlimit(resource.RLIMIT_FSIZE), 'core': resource.getrlimit(resource.RLIMIT_CORE),
            'memory': resource.getrlimit(resource.RLIMIT_AS)[1], 'session': os.getsid(0) == os.getpid()}
""")
    told = run(b"x", {"secret": "A_SECRET"})
    del os.environ["A_SECRET_OF_THE_HOST"]
    assert told["place"] == ""
    assert "A_SECRET" not in " ".join([*told["environment"], told["arguments"]])
    assert (told["files"], told["core"], told["memory"], told["session"]) == ([0, 0], [0, 0], LIMITS.memory, True)


def test_the_child_can_write_no_file(job: Boot) -> None:
    job("""
import tempfile
def job(content, parameters):
    try:
        with open(parameters['place'], 'wb') as file:
            file.write(content)
    except OSError as error:
        return {'error': error.errno}
    return {}
""")
    place = Path(tempfile.mkdtemp()) / "leak"
    assert run(b"words", {"place": str(place)}) == {"error": 27}
    assert place.read_bytes() == b""


def test_a_child_that_hangs_is_ended_by_the_clock(job: Boot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CLOCK_PER_CPU", 1)
    job("import time\ndef job(content, parameters): time.sleep(600)")
    started = time.monotonic()
    with pytest.raises(LimitError) as caught:
        run(bounds=limits(seconds_per_page=2))
    assert caught.value.facts["what"] == "seconds per page"
    assert time.monotonic() - started < 6


def test_a_child_that_computes_for_ever_is_ended_by_the_kernel(job: Boot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "CLOCK_PER_CPU", 60)
    job("def job(content, parameters):\n    while True: pass")
    with pytest.raises(LimitError) as caught:
        run(bounds=limits(seconds_per_page=1))
    assert caught.value.facts == {"what": "seconds per page", "value": 1, "limit": 1}


def test_a_file_s_seconds_are_bounded_too(job: Boot) -> None:
    job("import time\ndef job(content, parameters): time.sleep(600)")
    with pytest.raises(LimitError) as caught:
        run(bounds=limits(seconds_per_file=2))
    assert caught.value.facts["what"] == "seconds per file"


def test_a_memory_bomb_bursts_in_the_child(job: Boot) -> None:
    job("def job(content, parameters): return {'size': len(bytearray(5_000_000_000))}")
    with pytest.raises(LimitError) as caught:
        run()
    assert caught.value.facts["what"] == "memory"


@pytest.mark.parametrize(("end", "error"), [("SIGSEGV", DamagedError), ("SIGABRT", DamagedError), ("SIGKILL", LimitError)])
def test_a_child_that_dies_is_an_error_of_its_kind(end: str, error: type[Exception], job: Boot) -> None:
    job(f"import os, signal\ndef job(content, parameters): os.kill(os.getpid(), signal.{end})")
    with pytest.raises(error):
        run()


def test_an_exception_s_words_stay_in_the_child(job: Boot) -> None:
    job("def job(content, parameters): raise ValueError('Guo Yuandi')")
    with pytest.raises(DamagedError) as caught:
        run()
    assert "Guo" not in f"{caught.value!r} {caught.value.facts} {caught.value.__cause__!r}"


@pytest.mark.parametrize(
    "frame",
    [
        "b'\\xff' * 12",
        "PREFIX.pack(5, 0) + b'hello'",
        "PREFIX.pack(1 << 30, 0)",
        "PREFIX.pack(2, 1 << 60) + b'{}'",
        "b''",
        "PREFIX.pack(9, 0) + b'{'",
    ],
)
def test_a_child_that_lies_is_not_believed(frame: str, job: Boot) -> None:
    head = "import os\nfrom redact.pipeline.intake.wire import PREFIX\n"
    job(f"{head}def job(content, parameters):\n    os.write(3, {frame})\n    os._exit(0)")
    with pytest.raises(EngineError):
        run()


def test_pixels_are_taken_only_in_the_size_that_was_told(job: Boot) -> None:
    job("""
from redact.pipeline.intake import wire
def job(content, parameters):
    yield wire.opened_header(1, ()), b''
    yield {'page': 1, 'width': 10000, 'height': 10000, 'dpi': 100}, b'123'
""")
    with pytest.raises(EngineError), opened(open_upload(encoded(card(), "PNG"), LIMITS), LIMITS, RASTER) as document:
        next(iter(document))


def several(number: int) -> bytes:
    pdf = Pdf()
    for index in range(number):
        pdf.page(f"{index / 10} g 100 100 200 200 re f")
    return pdf.bytes()


@pytest.fixture(scope="module")
def ten_pages() -> bytes:
    return several(10)


def test_pages_come_one_by_one_and_are_counted_first(ten_pages: bytes) -> None:
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER) as document:
        assert (document.page_count, document.doubts) == (10, ())
        assert [page.page.number for page in document] == list(range(1, 11))
        assert list(document) == []


def test_only_the_pages_wanted_come(ten_pages: bytes) -> None:
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER, numbers=[7, 2]) as document:
        assert document.page_count == 10
        assert [page.page.number for page in document] == [2, 7]
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER, numbers=[]) as document:
        assert list(document) == []


def test_leaving_early_ends_the_child(ten_pages: bytes) -> None:
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER) as document:
        next(iter(document))
        pid = document._child._process.pid()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_killed_midway_is_an_error_and_no_shorter_document(ten_pages: bytes) -> None:
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER) as document:
        pages = iter(document)
        next(pages)
        os.kill(document._child._process.pid(), signal.SIGKILL)
        with pytest.raises(LimitError):
            list(pages)


def test_the_consumer_s_own_time_is_not_the_child_s(ten_pages: bytes) -> None:
    started = time.monotonic()
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER, numbers=[1, 2, 3]) as document:
        for _ in document:
            time.sleep(0.5)
        assert 0 < document._child._waited < time.monotonic() - started - 1.4


def test_nothing_is_left_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ten_pages: bytes) -> None:
    forked.end_server()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with opened(open_upload(ten_pages, LIMITS), LIMITS, RASTER, numbers=[1]) as document:
        assert list(tmp_path.iterdir()) == []
        assert len(list(document)) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_child_ends_with_its_parent(tmp_path: Path) -> None:
    program = f"""
import os
from redact.pipeline.intake import open_upload, opened
from redact import policy
p = policy.load()
upload = open_upload({str(tmp_path / "ten.pdf")!r}, p.limits)
with opened(upload, p.limits, p.raster) as document:
    print(document._child._process.pid(), flush=True)
    os.kill(os.getpid(), 9)
"""
    (tmp_path / "ten.pdf").write_bytes(several(10))
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    child, deadline = int(told.stdout), time.monotonic() + 5
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_the_parent_never_loads_a_parser(tmp_path: Path) -> None:
    (tmp_path / "card.png").write_bytes(encoded(card(), "PNG"))
    program = f"""
import sys
from redact.pipeline.intake import open_upload, opened
from redact import policy
p = policy.load()
with opened(open_upload({str(tmp_path / "card.png")!r}, p.limits), p.limits, p.raster) as document:
    assert len(list(document)) == 1
print(sorted({{'pymupdf', 'PIL', 'pi_heif', 'pypdfium2', 'pikepdf', 'cv2'}} & set(sys.modules)))
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_an_image_passes_through_whole() -> None:
    with opened(open_upload(encoded(card(), "PNG"), LIMITS), LIMITS, RASTER) as document:
        (page,) = document
    assert (page.page.pixels == card()).all()
    assert (corners(page.page.pixels) == CARD).all()
    assert not page.page.pixels.flags.writeable


def test_a_machine_without_room_for_temporary_files_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(errno.ENOSPC, "no")

    forked.end_server()
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(EngineError):
        run()
