"""An output's name tells whose number it belongs to, is good on every file system, and names nobody."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redact.pipeline.batch.places import Place, clean_folder

NUMBERS = st.text(min_size=1, max_size=80).filter(lambda number: number.strip())


@pytest.mark.parametrize("number", ["2025001", "WLMQ-2025-0001", "a_1"])
def test_a_usual_number_is_its_folder(number: str) -> None:
    assert clean_folder(number) == number


def test_full_width_digits_and_blanks_around_are_the_same_number() -> None:
    assert clean_folder(" ２０２５００１　") == "2025001"


def test_the_running_number_is_padded_so_that_a_folder_lists_in_order() -> None:
    assert (Place("2025001", 3).stem, Place("2025001", 1234).stem) == ("2025001-003", "2025001-1234")


def test_letters_of_other_scripts_may_spell_a_name_and_are_left_out() -> None:
    assert re.fullmatch(r"2025-[0-9a-f]{12}", clean_folder("2025郭元頔"))
    assert re.fullmatch(r"n-[0-9a-f]{12}", clean_folder("郭元頔"))


@pytest.mark.parametrize("number", ["../2025001", "/etc", "..", "C:\\2025", "CON", "nul", "a" * 200, "-rf", "a\0b", "2025/001"])
def test_what_leads_elsewhere_or_opens_a_device_gets_a_harmless_name(number: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9-]{1,40}-[0-9a-f]{12}", clean_folder(number))


def test_an_empty_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not empty"):
        clean_folder("　 ")


@pytest.mark.parametrize(("folder", "running"), [("..", 1), ("a/b", 1), ("", 1), ("con", 1), ("2025001", 0)])
def test_a_place_that_is_not_clean_cannot_be_made(folder: str, running: int) -> None:
    with pytest.raises(ValueError, match="clean"):
        Place(folder, running)


@given(NUMBERS)
def test_every_number_gets_a_place_and_always_the_same(number: str) -> None:
    assert Place(clean_folder(number), 1).folder == clean_folder(number)
    assert clean_folder(number).isascii()


@given(NUMBERS, NUMBERS)
def test_two_numbers_never_share_a_folder(one: str, other: str) -> None:
    same = unicodedata.normalize("NFKC", one).strip() == unicodedata.normalize("NFKC", other).strip()
    assert (clean_folder(one) == clean_folder(other)) == same
