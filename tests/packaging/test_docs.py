"""What the documents promise: links that lead somewhere, commands that exist, exit codes that are the program's."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from redact import Status
from redact.errors import RedactError
from redact.pipeline.batch.headings import VARIANTS, Field
from redact.pipeline.batch.lint_words import SENTENCES
from redact.pipeline.doors import cli
from redact.pipeline.doors.batch import INTERRUPTED, PART_FAILED
from redact.pipeline.exchange import plan_from_json
from redact.pipeline.intake import doubts
from redact.pipeline.report import vocabulary

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
GUIDES = ("docs/guide.md", "docs/guide.zh-CN.md")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
EXIT_CODE = re.compile(r"^\| (\d+) \|", re.MULTILINE)


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def documents() -> list[str]:
    """Every Markdown file that is or will be committed: no build output, no virtual environment."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return sorted(name for name in listing.split("\0") if name and (ROOT / name).exists())


def prose(name: str) -> str:
    return re.sub(r"^ *```.*?^ *```", "", text(name), flags=re.DOTALL | re.MULTILINE)


def links() -> list[tuple[str, str]]:
    found = ((name, link) for name in documents() for link in LINK.findall(prose(name)))
    return [(name, link) for name, link in found if not re.match(r"[a-z]+:", link)]


def anchors(place: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts make them."""
    titles = HEADING.findall(re.sub(r"^ *```.*?^ *```", "", place.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def commands(group: click.Group, before: str = "redact") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def exit_codes() -> set[int]:
    """Return what a user meets: every error's, every status's, and the interruption. 1 is a fault of ours, which no table promises."""

    def codes(error: type[RedactError]) -> Iterator[int]:
        yield error.exit_code
        for kind in error.__subclasses__():
            yield from codes(kind)

    return (set(codes(RedactError)) | set(cli.EXIT_OF.values()) | {PART_FAILED, INTERRUPTED}) - {RedactError.exit_code}


@pytest.mark.parametrize(("name", "link"), links())
def test_every_relative_link_leads_somewhere(name: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    place = (ROOT / name).parent / path if path else ROOT / name
    assert place.exists()
    assert not anchor or anchor in anchors(place)


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("command", list(commands(cli.main)))
def test_every_command_is_named(readme: str, command: str) -> None:
    # "redact models fetch | list" names two.
    *group, last = command.split()
    assert re.search(rf"{' '.join(group)} (\w+ \| )*{last}\b", text(readme))


@pytest.mark.parametrize("readme", READMES)
def test_no_command_is_named_that_is_not_there(readme: str) -> None:
    told = re.findall(r"^redact ([a-z]+)", text(readme), re.MULTILINE)
    assert set(told) <= set(cli.main.commands)


def test_both_languages_link_each_other() -> None:
    assert "](README.zh-CN.md)" in text("README.md")
    assert "](README.md)" in text("README.zh-CN.md")
    assert "](guide.zh-CN.md)" in text("docs/guide.md")
    assert "](guide.md)" in text("docs/guide.zh-CN.md")


@pytest.mark.parametrize("name", READMES + GUIDES)
def test_the_exit_codes_are_the_programs(name: str) -> None:
    assert {int(code) for code in EXIT_CODE.findall(text(name))} == exit_codes()


def test_a_status_has_the_exit_code_of_the_table() -> None:
    assert cli.EXIT_OF == {Status.RELEASED: 0, Status.NEEDS_REVIEW: 6, Status.BLOCKED: 7}


@pytest.mark.parametrize("name", documents())
def test_every_document_of_the_folder_stands_in_the_table_of_contents(name: str) -> None:
    if name.startswith("docs/") and name.count("/") == 1 and name != "docs/README.md":
        assert f"]({name.removeprefix('docs/')})" in text("docs/README.md")
    if name.startswith("docs/adr/") and not name.endswith("README.md"):
        assert f"]({name.removeprefix('docs/adr/')})" in text("docs/adr/README.md")


def test_the_plan_of_the_documentation_is_one() -> None:
    example = re.search(r"```json\n(.*?)```", text("docs/plan.md"), re.DOTALL)
    assert example is not None
    assert len(plan_from_json(example[1]).pages[0].redactions) == 2


@pytest.mark.parametrize("code", sorted({*vocabulary.CHECK, *doubts.ALL, *vocabulary.REMARK} - {"policy.complete"}))
def test_every_check_doubt_and_remark_is_explained(code: str) -> None:
    assert f"`{code}`" in text("docs/report.md")


@pytest.mark.parametrize("code", SENTENCES)
def test_every_remark_about_a_roster_is_explained(code: str) -> None:
    assert f"`{code}`" in text("docs/roster.md")


@pytest.mark.parametrize(("field", "headings"), VARIANTS.items())
def test_every_heading_of_a_roster_is_named(field: Field, headings: tuple[str, ...]) -> None:
    assert f"| `{field}` | {' '.join(headings)} |" in text("docs/roster.md")


@pytest.mark.parametrize("name", [name for name in documents() if "zh-CN" in name])
def test_the_house_words_are_kept(name: str) -> None:
    assert not re.search("匿名|密文|误报", text(name))
