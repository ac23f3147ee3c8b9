"""However often a batch is killed, the same command again ends with the same files, byte for byte: nothing twice, nothing lost.

The way through a batch stands here in a few lines, with a stand-in for the masking; what is tested is that its order is safe.
"""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from redact import Applicant
from redact.pipeline.batch.archives import ArchiveLimits
from redact.pipeline.batch.ledger import Entry, Ledger, Spent, State, work_key
from redact.pipeline.batch.places import clean_folder
from redact.pipeline.batch.publish import Output, Shelf, prepare, publish
from redact.pipeline.batch.tidy import tidy
from redact.pipeline.batch.uploads import assign, at_hand, find

ROOT = Path(__file__).resolve().parents[3]
KEY = b"a key of the centre's own"
LIMITS = ArchiveLimits()


@dataclass(frozen=True)
class Line:
    number: str
    applicant: Applicant
    files: tuple[str, ...] = ()


ROSTER = [
    Line("2025001", Applicant(names=("郭元頔",))),
    Line("2025002", Applicant(names=("马晓东",))),
    Line("2025003", Applicant(names=("古丽娜尔",))),
]


def put_uploads(uploads: Path) -> None:
    for number in ("2025001", "2025002"):
        (uploads / number).mkdir(parents=True)
        for name in ("degree", "award", "unsure"):
            (uploads / number / f"{name}.pdf").write_bytes(f"{number} {name}".encode())
    with zipfile.ZipFile(uploads / "2025003.zip", "w") as archive:
        archive.writestr("证书.pdf", b"2025003 certificate")
        archive.writestr("照片.jpg", b"2025003 photo")


def batch(uploads: Path, out: Path, policy: str = "policy") -> None:
    """Go once through all uploads: those whose content is unsure to review, the others released."""
    prepare(out)
    with Ledger(out / "ledger.sqlite", KEY) as ledger:
        ledger.reset_running()
        sources = {}
        entries = []
        for source, line in assign(find(uploads, LIMITS).sources, ROSTER).matched:
            with at_hand(source, LIMITS) as path:
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
            who = ledger.row_trace(line.number, line.applicant)
            key = work_key(digest, hashlib.sha256(policy.encode()).hexdigest(), who, "0.1.0")
            entries.append(Entry(key, ledger.trace(source.identity), clean_folder(line.number)))
            sources[key] = source
        ledger.add(entries)
        tidy(out, ledger)
        for row in ledger.pending():
            ledger.begin(row.key)
            with at_hand(sources[row.key], LIMITS) as path:
                content = path.read_bytes()
            shelf = Shelf.REVIEW if b"unsure" in content else Shelf.RELEASED
            done = publish(out, row.place, Output(shelf, path.suffix or ".jpg", b"masked " + content), {".json": b"{}"})
            assert done is not None
            ledger.finish(row.key, State(shelf.value), done.output, done.sha256, Spent(pages=1))


def tree(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.glob("*/**/*")) if path.is_file()}


@pytest.fixture(scope="module")
def uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uploads")
    put_uploads(folder)
    return folder


@pytest.fixture(scope="module")
def unbroken(uploads: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("unbroken")
    batch(uploads, out)
    return tree(out)


def killed(uploads: Path, out: Path, step: str, after: int) -> int:
    """Run the batch in another process that is killed at such a step, and return how it ended."""
    code = f"""
import os, signal, sys
from pathlib import Path
from tests.unit.batch.test_killed_and_resumed import batch
step, done = os.{step}, []
def fatal(*arguments, **options):
    done.append(1)
    if len(done) > {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    return step(*arguments, **options)
os.{step} = fatal
batch(Path(sys.argv[1]), Path(sys.argv[2]))
"""
    return subprocess.run([sys.executable, "-c", code, str(uploads), str(out)], check=False, cwd=ROOT, timeout=60).returncode


def test_a_batch_puts_every_upload_in_one_place(unbroken: dict[str, bytes]) -> None:
    outputs = [name for name in unbroken if not name.startswith("reports/")]
    assert outputs == [
        "released/2025001/2025001-001.pdf",
        "released/2025001/2025001-002.pdf",
        "released/2025002/2025002-001.pdf",
        "released/2025002/2025002-002.pdf",
        "released/2025003/2025003-001.jpg",
        "released/2025003/2025003-002.jpg",
        "review/2025001/2025001-003.pdf",
        "review/2025002/2025002-003.pdf",
    ]
    assert len(unbroken) == 2 * len(outputs)


def test_the_same_command_again_changes_nothing(uploads: Path, tmp_path: Path, unbroken: dict[str, bytes]) -> None:
    for _ in range(2):
        batch(uploads, tmp_path)
        assert tree(tmp_path) == unbroken


@pytest.mark.parametrize(
    ("step", "kills"), [("fsync", (3, 9, 11, 14)), ("link", (1, 2, 2, 3)), ("unlink", (0, 1, 5, 2)), ("mkdir", (2, 4, 1, 0))]
)
def test_a_batch_killed_again_and_again_ends_as_an_unbroken_one(
    uploads: Path, tmp_path: Path, unbroken: dict[str, bytes], step: str, kills: tuple[int, ...]
) -> None:
    ends = [killed(uploads, tmp_path, step, after) for after in kills]
    assert -signal.SIGKILL in ends
    batch(uploads, tmp_path)
    assert tree(tmp_path) == unbroken


def test_a_new_policy_that_is_interrupted_leaves_no_output_of_the_old_one_beside_it(
    uploads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch(uploads, tmp_path)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"{__name__}.publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            batch(uploads, tmp_path, policy="another policy")
    assert tree(tmp_path) == {}
