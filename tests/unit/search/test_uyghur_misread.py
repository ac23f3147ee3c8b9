"""A Uyghur name with a lost letter is still the name, however sure the reader was."""

from redact import Applicant, Quad, Word
from redact.finding import Engine
from redact.search import find, resembling, writings


def word(text: str, score: float) -> Word:
    quads = tuple(Quad.centred((10 + 12 * (len(text) - i), 30), 6, 12) for i in range(len(text)))
    return Word(Quad(((0, 15), (200, 15), (200, 45), (0, 45))), text, quads, score, "tesseract/5")


def test_one_letter_lost_with_a_high_score_is_found() -> None:
    sought = writings(Applicant(names=("گۈلنار تۇرسۇن",)))
    (finding,) = find([word("گۈلار تۇرسۇن", 0.99)], sought, Engine("tesseract", "5"))
    assert finding.hint == "fuzzy"


def test_another_uyghur_name_is_left() -> None:
    sought = writings(Applicant(names=("گۈلنار تۇرسۇن",)))
    assert find([word("ئالىم قادىر", 0.99)], sought, Engine("tesseract", "5")) == ()


def test_a_line_of_which_half_was_read_is_taken_for_the_name_as_a_whole() -> None:
    sought = writings(Applicant(names=("گۈلنار تۇرسۇن", "古丽娜尔·吐尔逊")))
    line = word("ار ئۇرسۇن", 0.97)
    (finding,) = resembling([line], sought, Engine("tesseract", "5"))
    assert finding.quad == line.quad


def test_nothing_resembles_in_other_letters_or_too_few() -> None:
    sought = writings(Applicant(names=("گۈلنار تۇرسۇن", "古丽娜尔·吐尔逊")))
    assert resembling([word("古丽", 0.9), word("ۇر", 0.9), word("ئالىم قادىر", 0.9)], sought, Engine("tesseract", "5")) == ()
