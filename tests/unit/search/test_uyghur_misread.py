"""A Uyghur name with a lost letter is still the name, however sure the reader was."""

from redact import Applicant, Quad, Word
from redact.finding import Engine
from redact.search import find, writings


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
