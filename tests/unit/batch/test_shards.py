"""Machines that do not talk to each other share a batch: together they take every applicant, and none twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.errors import UsageError
from redact.pipeline.batch.shards import Shard


@given(st.text(), st.integers(1, 12))
def test_every_number_falls_to_exactly_one_shard(number: str, of: int) -> None:
    assert [Shard(share, of).holds(number) for share in range(1, of + 1)].count(True) == 1


def test_shares_are_about_alike() -> None:
    numbers = [f"2025{number:04d}" for number in range(4000)]
    sizes = [sum(Shard(share, 8).holds(number) for number in numbers) for share in range(1, 9)]
    assert all(400 < size < 600 for size in sizes)


def test_a_number_falls_to_the_same_shard_on_every_machine_and_in_every_writing() -> None:
    # The figure is fixed: a season's batches are shared out by it.
    assert [share for share in range(1, 9) if Shard(share, 8).holds("WLMQ-2025001")] == [8]
    assert Shard(8, 8).holds(" wlmq-２０２５００１")


def test_without_shards_one_takes_all() -> None:
    assert Shard().holds("2025001")


def test_it_is_written_as_a_part_of_a_whole() -> None:
    assert Shard.parse("2/8") == Shard(2, 8)


@pytest.mark.parametrize("text", ["", "2", "0/8", "9/8", "1/0", "-1/8", "1/8/2", "a/b", "１/８", "1/99999"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Shard.parse(text)
    assert caught.value.facts == {"what": "shard"}
