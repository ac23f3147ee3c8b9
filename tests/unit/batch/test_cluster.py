"""What holds of a crew on a cluster without any: what travels, who refuses, and what is said where there is no cluster."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redact.errors import ExtraError, LimitError, UsageError
from redact.pipeline.batch.cluster import hand as worker
from redact.pipeline.batch.cluster.crew import require
from redact.pipeline.batch.cluster.hand import NOTHING, PART, Hand, joined, outcome_of, parts_of
from redact.pipeline.batch.cluster.kit import Kit, kit
from redact.pipeline.batch.work import Carried
from tests.unit.batch.test_crew import double, refuse

ROOT = Path(__file__).resolve().parents[3]
MEMORY = 4 << 30


class UnpicklableError(Exception):
    def __reduce__(self) -> Any:
        raise TypeError("it holds what cannot travel: 郭元頔")


def fail_unpicklably(_: object) -> None:
    raise UnpicklableError


def leave(_: object) -> None:
    raise SystemExit(3)


def task_of(do: Callable[[Any], Any], argument: object) -> bytes:
    return pickle.dumps((do, argument))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def hire(monkeypatch: pytest.MonkeyPatch) -> Callable[[Kit], Hand]:
    """Make workers within this process, which stays as it is."""
    monkeypatch.setattr(worker, "start", lambda memory: None)
    monkeypatch.setattr(worker, "keep_silent", lambda: None)
    return lambda wanted: Hand(MEMORY, wanted)


def test_a_task_and_its_outcome_travel_in_parts_and_arrive_whole(hire: Callable[[Kit], Hand]) -> None:
    hand, task = hire(kit()), task_of(bytes.upper, b"x" * (2 * PART + 1))
    for part in parts_of(task):
        hand.give(part)
    sha256, count = hand.work(digest(task))
    few = hand.take(0, count - 1)
    last = hand.take(count - 1, 1)
    assert isinstance(few, list)
    assert isinstance(last, bytes)
    assert max(map(len, (*few, last))) <= PART
    outcome = joined([*few, last], sha256)
    assert outcome is not None
    assert pickle.loads(outcome) == (None, b"X" * (2 * PART + 1))


def test_a_worker_that_was_restarted_between_two_parts_does_nothing(hire: Callable[[Kit], Hand]) -> None:
    hand, task = hire(kit()), task_of(double, 4)
    hand.give(task[5:])
    assert hand.work(digest(task)) == NOTHING


def test_a_worker_that_was_restarted_before_its_outcome_was_taken_gives_nothing_for_it(hire: Callable[[Kit], Hand]) -> None:
    parts = hire(kit()).take(0, 2)
    assert isinstance(parts, list)
    assert joined(parts, digest(b"what it came to")) is None


def test_a_worker_with_another_version_of_anything_says_so_and_does_nothing(hire: Callable[[Kit], Hand]) -> None:
    wanted = Kit(tuple((part, "0.0" if part == "openvino" else version) for part, version in kit().parts))
    hand, task = hire(wanted), task_of(double, 4)
    differs = hand.differs()
    assert differs is not None
    assert differs[:2] == ("openvino", "0.0")
    hand.give(task)
    assert hand.work(digest(task)) == NOTHING


def test_the_kit_names_program_packages_tesseract_and_weights_and_lacks_nothing_here() -> None:
    parts = dict(kit().parts)
    assert {"redact", "python", "numpy", "openvino", "tesseract", "tesseract-chi_sim", "centerface.onnx"} <= set(parts)
    assert [part for part, version in parts.items() if version in ("missing", "changed")] == []


def test_what_both_machines_lack_is_no_likeness() -> None:
    bare = Kit((("redact", "0.1.0"), ("tesseract", "missing")))
    assert bare.differs(bare) == ("tesseract", "missing", "missing")


def test_weights_that_a_machine_lacks_are_told_as_a_difference(tmp_path: Path) -> None:
    code = "from redact.pipeline.batch.cluster.kit import kit; print(dict(kit().parts)['centerface.onnx'])"
    said = subprocess.run([sys.executable, "-c", code], env=os.environ | {"REDACT_MODELS": str(tmp_path)}, cwd=ROOT, capture_output=True)
    assert said.stdout.strip() == b"missing"


def test_what_a_task_raises_is_an_outcome_since_ray_would_keep_its_words() -> None:
    error, _ = pickle.loads(outcome_of(task_of(refuse, "pages")))
    assert isinstance(error, LimitError)
    assert error.facts == {"what": "pages", "value": 2, "limit": 1}


@pytest.mark.parametrize(("do", "told"), [(fail_unpicklably, TypeError), (leave, SystemExit)])
def test_even_what_cannot_travel_or_would_end_the_worker_is_an_outcome(do: Callable[[object], None], told: type[BaseException]) -> None:
    error, _ = pickle.loads(outcome_of(task_of(do, None)))
    assert type(error) is told
    assert "郭元頔" not in str(error)


def test_a_task_of_no_function_that_the_worker_has_is_an_outcome() -> None:
    error, _ = pickle.loads(outcome_of(b"no pickle"))
    assert isinstance(error, pickle.UnpicklingError)


def test_a_carried_file_is_the_bytes_and_the_suffix_without_the_path(tmp_path: Path) -> None:
    (tmp_path / "郭元頔.pdf").write_bytes(b"content")
    carried = Carried.of(tmp_path / "郭元頔.pdf", 7)
    assert (carried.read_bytes(), carried.suffix) == (b"content", ".pdf")
    assert "郭元頔".encode() not in pickle.dumps(carried)


def test_a_file_larger_than_the_policy_allows_is_not_carried(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"contents")
    with pytest.raises(LimitError) as told:
        Carried.of(tmp_path / "a.pdf", 7)
    assert told.value.facts == {"what": "bytes", "value": 8, "limit": 7}


@pytest.mark.parametrize("address", ["local", "ray://10.0.0.1:10001", "10.0.0.1", ""])
def test_an_address_that_is_no_running_cluster_of_this_network_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        require(address)


def test_auto_is_the_address_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    monkeypatch.setenv("RAY_ADDRESS", "10.0.0.1:6379")
    assert require("auto") == "10.0.0.1:6379"
    monkeypatch.setenv("RAY_ADDRESS", "local")
    with pytest.raises(UsageError):
        require("auto")


def test_without_ray_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ExtraError) as told:
        require("auto")
    for sentence in (told.value.zh, told.value.en):
        assert 'pip install "redact-title-review[ray]"' in sentence
