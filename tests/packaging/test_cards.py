"""Every engine has a card, and every weights file stands in one, with its size and where its checksum is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redact.models.weights import Weights, manifest

CARDS = {path.stem: path.read_text(encoding="utf-8") for path in (Path(__file__).resolve().parents[2] / "models" / "cards").glob("*.md")}
ENGINES = (
    "ppocr-v6",
    "ppocr-v4",
    "tesseract",
    "centerface",
    "blazeface",
    "seal-colour",
    "seal-network",
    "seal-letters",
    "name-chops",
    "zxing",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_has_a_card_that_says_its_licence_use_and_limits(engine: str) -> None:
    card = CARDS[engine]
    assert "| Licence |" in card
    assert "| Use here |" in card
    assert "## What it cannot do" in card


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row.file)
def test_every_weights_file_stands_in_a_card_with_its_package_version_and_checksum(row: Weights) -> None:
    cards = [card for card in CARDS.values() if row.file in card and row.sha256[:12] in card]
    assert len(cards) == 1
    assert (f"{row.package} {row.version}" if row.package else "python -m fixtures.training") in cards[0]
    assert row.licence in cards[0]


@pytest.mark.parametrize("stem", sorted(CARDS))
def test_a_card_names_no_checksum_that_the_manifest_does_not_have(stem: str) -> None:
    told = set(re.findall(r"`([0-9a-f]{12})`", CARDS[stem]))
    assert told <= {row.sha256[:12] for row in manifest()}
