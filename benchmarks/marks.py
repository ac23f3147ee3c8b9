"""Runs the benchmarks of what is seen, not read (seals, whose seal, name chops, eyes, codes) and writes docs/quality-marks.md.

    python -m benchmarks.marks --seed N [--faces FOLDER] [--truth TRUTH.json …] [--page FILE] [--jobs 2]

Every part draws its own fresh pages from the seed and prints its table and every miss; FOLDER holds photographs for the eyes, as
benchmarks.faces says, and the truth files pages of others with seals, as benchmarks.seals says: without them those parts are left
out, and the page says so.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PAGE = Path("docs/quality-marks.md")
SEALS, SHEETS, CHOPS, FACES, CODES = 240, 60, 45, 200, 60
LONGEST = "Whose seal"


def main() -> None:
    arguments = _arguments()
    commands = list(_commands(arguments))
    with ThreadPoolExecutor(arguments.jobs) as pool:
        # The longest first: the others are done beside it.
        started = {title: pool.submit(_part, title, command) for title, command in sorted(commands, key=lambda one: one[0] != LONGEST)}
    parts = [started[title].result() for title, _ in commands]
    left_out = "" if arguments.faces else "No folder of photographs was given: eyes were not measured.\n\n"
    arguments.page.write_text(f"{_head(arguments.seed)}\n{left_out}{''.join(parts)}".rstrip() + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--faces", type=Path)
    parser.add_argument("--truth", type=Path, nargs="*", default=[])
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--jobs", type=int, default=1, help="parts at a time, each a process of its own")
    return parser.parse_args()


def _head(seed: int) -> str:
    return (
        "# 印章、眼部、条码测量 Seals, eyes and codes\n\n"
        f"Written by `python -m benchmarks.marks --seed {seed}`; what the figures mean stands in [quality.md](quality.md).\n"
    )


def _commands(arguments: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    """Yield the title of each part and the command that measures it."""
    seed = str(arguments.seed)
    yield "Seals found", ["benchmarks.seals", "--seed", seed, "--pages", str(SEALS), "--list"]
    if arguments.truth:
        yield "Seals found on pages of others", ["benchmarks.seals", "--list", "--truth", *map(str, arguments.truth)]
    yield LONGEST, ["benchmarks.seal_reading", "--seed", seed, "--sheets", str(SHEETS)]
    yield "Name chops", ["benchmarks.chops", "--seed", seed, "--sheets", str(CHOPS)]
    if arguments.faces:
        yield "Eyes", ["benchmarks.faces", str(arguments.faces), "--seed", seed, "--pages", str(FACES)]
    yield "Codes", ["benchmarks.codes", "--seed", seed, "--pages", str(CODES)]


def _part(title: str, command: list[str]) -> str:
    print(f"{title} …", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", *command], check=False, capture_output=True, text=True)
    # One part that fails must not take the others' hours with it.
    failed = f"\nFAILED: {done.stderr.rstrip().splitlines()[-1:]}" if done.returncode else ""
    # A folder's or file's name says where it was measured, not what.
    told = " ".join(Path(word).name if "/" in word else word for word in command)
    return f"\n## {title}\n\n`python -m {told}`\n\n```text\n{done.stdout.rstrip()}{failed}\n```\n"


if __name__ == "__main__":
    main()
