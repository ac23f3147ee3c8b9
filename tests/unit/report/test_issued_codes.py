"""Every code that the pipeline issues has words: the codes are collected from its source, so that a new one cannot be forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from redact import Category
from redact.errors import EngineError, LimitError, MissingError, NotAFileError, RedactError, UnreadableError
from redact.finding import NumberKind
from redact.models.faces.gate import Verdict
from redact.pipeline.copies import COPY
from redact.pipeline.report import vocabulary
from redact.policy import load

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [path for folder in ("pipeline", "redact/search", "models") for path in sorted((ROOT / folder).rglob("*.py"))]
# Without the words themselves.
TREES = [ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES if path.name != "vocabulary.py"]
# Where a code is put together, every value that the hole can take; one that is not listed here fails the collection.
HOLES = {
    "second-reader.{}": load().verification.second_readers,
    "second-look.{}": ("faces", "seals", "codes"),
    "{}-visible": tuple(Category),
}
# `test_words` holds the places, and the faults of a structure.
HELD_THERE = frozenset({"found.{}"})


def calls(*names: str) -> Iterator[tuple[ast.Call, ast.Module]]:
    for tree in TREES:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node, tree


def spelled(node: ast.AST | None) -> str | None:
    """Return a text that stands in the source, a hole for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def constants(tree: ast.Module) -> dict[str, str | None]:
    """Return the texts that a module assigns together: STRUCTURE, NEEDLES = …"""
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs += zip(node.targets[0].elts, node.value.elts, strict=True)
    return {name.id: spelled(value) for name, value in pairs if isinstance(name, ast.Name)}


def issued(position: int, *makers: str) -> set[str]:
    """Return the texts at one position of every call of the makers."""
    found = set()
    for call, tree in calls(*makers):
        argument = call.args[position] if len(call.args) > position else None
        found.add(constants(tree).get(argument.id) if isinstance(argument, ast.Name) else spelled(argument))
    return {text for text in found if text}


def filled(codes: set[str]) -> list[str]:
    return sorted({code.format(value) for code in codes - HELD_THERE for value in (HOLES[code] if "{}" in code else ("",))})


def names() -> list[str]:
    """Return the names of all checks. A look's name becomes a check's by way of a table, so that its text is taken from anywhere."""
    texts = {spelled(node) for tree in TREES for node in ast.walk(tree)}
    # A part of a text with a hole ends with its dot; the whole is there too.
    looks = {text for text in texts if text and text.startswith(("find.", "second-reader.", "second-look.")) and text[-1] != "."}
    return filled(issued(0, "Passed", "Failed", "NotRun") | looks)


def whys() -> list[str]:
    return filled(issued(1, "Failed", "NotRun", "NotLooked") | {error.code for error in faults(RedactError)} | {"engine.crashed"})


def faults(base: type[RedactError]) -> Iterator[type[RedactError]]:
    """Yield the errors that can stop a check: what is unreadable, fails or goes over a limit. A check is given bytes, no path."""
    for error in base.__subclasses__():
        if issubclass(error, (UnreadableError, EngineError, LimitError)) and error not in (MissingError, NotAFileError):
            yield error
        yield from faults(error)


def remarks() -> list[str]:
    tree = ast.parse((ROOT / "pipeline" / "quality" / "remarks.py").read_text(encoding="utf-8"))
    body = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "remarks")
    keys = [spelled(key) for node in ast.walk(body) if isinstance(node, ast.Dict) for key in node.keys if key is not None]
    return sorted(key for key in keys if key)


def text_hints() -> list[str]:
    """Return the ways in which a text is found: what the search's hits say, the three that it chooses among, and by its form."""
    return sorted(issued(2, "Hit") | {"exact", "split", "derived", COPY})


def test_the_collection_sees_the_code() -> None:
    assert {"intake", "find.text", "find.uyghur", "pixels.solid", "second-reader.uyghur", "second-look.seals", "structure"} <= set(names())
    assert {"not-solid", "other-pixels", "timeout", "input.damaged", "weights.invalid", "unread-lines", "not-rebuilt"} <= set(whys())
    assert {"sideways", "no-text", "glare"} <= set(remarks())
    assert {"fuzzy", "lattice"} <= set(text_hints())


@pytest.mark.parametrize("name", names())
def test_every_check_has_a_title_and_says_what_it_proves(name: str) -> None:
    assert name in vocabulary.CHECK


@pytest.mark.parametrize("why", whys())
def test_every_reason_has_words_and_a_next_step(why: str) -> None:
    assert why in vocabulary.WHY


@pytest.mark.parametrize("remark", remarks())
def test_every_remark_on_quality_has_words(remark: str) -> None:
    assert remark in vocabulary.REMARK


@pytest.mark.parametrize("hint", text_hints())
@pytest.mark.parametrize("category", [Category.NAME, Category.UNIT, Category.NUMBER])
def test_every_way_of_finding_a_text_has_words(category: Category, hint: str) -> None:
    assert f"{category}.{hint}" in vocabulary.REASON


@pytest.mark.parametrize("kind", list(NumberKind))
def test_every_kind_of_number_has_words(kind: NumberKind) -> None:
    assert f"number.{kind}" in vocabulary.REASON
    assert kind in vocabulary.NUMBER_KIND


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_on_a_face_has_words(verdict: Verdict) -> None:
    assert f"eyes.{verdict}" in vocabulary.REASON


@pytest.mark.parametrize("colour", ["red", "blue", "grey", "edge"])
def test_every_hint_of_a_seal_has_words(colour: str) -> None:
    assert f"seal.{colour}" in vocabulary.REASON


@pytest.mark.parametrize("kind", ["qr", "datamatrix", "pdf417", "aztec", "maxicode", "linear"])
def test_every_kind_of_code_has_words(kind: str) -> None:
    assert f"code.{kind}" in vocabulary.REASON


def test_a_file_of_another_kind_is_told_in_words() -> None:
    assert "kind.changed" in vocabulary.FILE_REMARK
