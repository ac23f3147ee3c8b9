"""The number of an identity card, which proves itself.

GB 11643 gives it a province (GB/T 2260), a date of birth and a check character (ISO 7064 MOD 11-2): of random runs of 18 digits
one in 65,000 passes. Numbers of 15 digits, issued until 1999, have no check character and a year of two digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

# 81 to 83: residents' permits of Hong Kong, Macao and Taiwan, of the same form.
_PROVINCES = (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66), (71, 81, 82, 83))
PROVINCES = frozenset(str(number) for numbers in _PROVINCES for number in numbers)
# 2 ** (17 - i) mod 11 for each digit; the rest of the weighted sum picks the check character.
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
LENGTH, OLD_LENGTH = 18, 15
FIRST_YEAR = 1900

# What readers take digits for; a check character tells whether they did.
_LOOKS = dict(zip("OoQD〇○lIi!|丨ZzSsbBgq", "000000111111225568" + "99", strict=True))
MOST_LOOKS = 4
# Between groups, between the digits' boxes and their lines; so many in a row at most. No line's end: cells of numbers stand there.
_BETWEEN, MOST_BETWEEN = frozenset(" \t\v.,-_|"), 4


def is_id(number: str) -> bool:
    """True for 18 characters with a province, a date of birth and the check character that belongs to them."""
    if len(number) != LENGTH or not _digits(number[:17]) or number[:2] not in PROVINCES or not is_birth(number[6:14]):
        return False
    return check_character(number[:17]) == number[17]


def is_old_id(number: str) -> bool:
    """True for 15 digits with a province and a date of birth of the last century."""
    return len(number) == OLD_LENGTH and _digits(number) and number[:2] in PROVINCES and is_birth(f"19{number[6:12]}")


def check_character(digits: str) -> str:
    """Return the check character that belongs to 17 digits."""
    return CHECKS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def is_birth(digits: str) -> bool:
    """True for eight digits that are a day between 1900 and this year."""
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    try:
        return FIRST_YEAR <= year <= date.today().year and bool(date(year, month, day))
    except ValueError:
        return False


def ids_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every ID number, however its digits are set apart, also inside of longer runs of digits."""
    for bars in (False, True):  # a bar is a box's line, or a digit 1
        for run in _runs(text, bars):
            for first in range(len(run) - LENGTH + 1):
                window = run[first : first + LENGTH]
                strange = sum(not text[at].isdecimal() for at, _ in window[:-1])
                if strange <= MOST_LOOKS and is_id("".join(digit for _, digit in window)):
                    yield window[0][0], window[-1][0] + 1


def _runs(text: str, bars: bool) -> Iterator[list[tuple[int, str]]]:
    """Yield (place, digit) of what may be an ID number's characters, wherever enough of them follow one another."""
    run: list[tuple[int, str]] = []
    for at, character in enumerate(text):
        digit = _digit(character, bars)
        if digit:
            run.append((at, digit))
        elif run and (character not in _BETWEEN or at - run[-1][0] > MOST_BETWEEN):
            if len(run) >= LENGTH:
                yield run
            run = []
    if len(run) >= LENGTH:
        yield run


def _digit(character: str, bars: bool) -> str:
    if character in "Xx":
        return "X"
    if character == "|" and not bars:
        return ""
    return character if _digits(character) else _LOOKS.get(character, "")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
