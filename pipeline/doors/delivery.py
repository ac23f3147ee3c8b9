"""Where a result goes: to DEST, to the review folder or nowhere, its report beside it. All of it is written, or none."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from redact.check import Status
from redact.errors import DestinationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redact.pipeline.redactor import Result
    from redact.pipeline.report import IllustratedReport

REVIEW = "needs-review"
STDOUT = Path("-")
Files = list[tuple[Path, bytes]]


@dataclass(frozen=True, slots=True)
class Destination:
    """What the caller asked for. `output` None: beside the source, under a name that names nobody.

    `beside`: the source's folder. `inputs`: every file that the call reads, none of which is ever written to.
    """

    output: Path | None
    beside: Path
    review: Path | None = None
    report: Path | None = None
    force: bool = False
    inputs: tuple[Path, ...] = ()

    def require(self) -> None:
        """Raise DestinationError, before any work, where it can be told already that nothing could be written."""
        from redact.pipeline.write import require_folder, require_free

        if self.output is not None and self.output != STDOUT:
            require_free(self.output, self.force)
            self._spare_inputs([self.output])
        for folder in (self.review, self.report):
            require_folder(folder)

    def deliver(self, result: Result) -> Path | None:
        """Write output and report; return where the output stands, None where it is withheld or went to standard output."""
        wanted = self._wanted(result)
        place = self._place(result, wanted)
        if not self.force and wanted is not None and os.path.lexists(wanted):
            # Also where the output goes elsewhere: what stands there would be taken for this run's.
            raise DestinationError(what="exists")
        content = result.output if result.output is not None else result.withheld
        output = [(place, content)] if place is not None and content is not None else []
        # The output last: whoever finds it finds its report.
        self.write([*report_files(result.report, self.report), *output])
        if self.output == STDOUT and result.output is not None:
            _to_stdout(result.output)
        if self.force:
            self._remove_stale(wanted, place)
        return place

    def write(self, files: Files) -> None:
        """Write the files, all or none, with the folders that they need. Raises DestinationError."""
        from redact.pipeline.write import write_files

        self._spare_inputs([path for path, _ in files])
        made_here = {folder for folder in (self.review, self.report, self._review_by_default()) if folder is not None}
        with _folders(path.parent for path, _ in files if path.parent in made_here):
            write_files(files, self.force)

    def _wanted(self, result: Result) -> Path | None:
        from redact.pipeline.write import suffix

        if self.output == STDOUT:
            return None
        return self.output or self.beside / f"masked-{result.report.input.sha256[:12]}{suffix(result.kind)}"

    def _place(self, result: Result, wanted: Path | None) -> Path | None:
        if result.status is Status.NEEDS_REVIEW:
            return self._for_review(wanted)
        return wanted if result.status is Status.RELEASED else None

    def _for_review(self, wanted: Path | None) -> Path | None:
        folder = self.review or self._review_by_default()
        return folder / wanted.name if folder is not None and wanted is not None else None

    def _review_by_default(self) -> Path | None:
        return None if self.output == STDOUT else (self.output.parent if self.output else self.beside) / REVIEW

    def _spare_inputs(self, targets: Sequence[Path]) -> None:
        if any(map(self._is_input, targets)):
            raise DestinationError(what="is-an-input-of-this-call")

    def _is_input(self, target: Path) -> bool:
        return any(_same(target, given) for given in self.inputs)

    def _remove_stale(self, wanted: Path | None, place: Path | None) -> None:
        """Remove an earlier run's output, which `force` gave up, where this run did not replace it: it is no result of this run."""
        if place is not None and place == wanted:
            return
        try:
            for old in (wanted, self._for_review(wanted)):
                if old is not None and old != place and not self._is_input(old):
                    old.unlink(missing_ok=True)
        except OSError:
            raise DestinationError(what="earlier-output-cannot-be-removed") from None


def report_files(report: IllustratedReport, folder: Path | None) -> Files:
    """Return the report's files for a folder: JSON and HTML; none for None."""
    if folder is None:
        return []
    stem = f"report-{report.input.sha256[:12]}"
    return [(folder / f"{stem}.json", report.to_json().encode()), (folder / f"{stem}.html", report.to_html().encode())]


@contextmanager
def _folders(wanted: Iterable[Path]) -> Iterator[None]:
    """Make the folders that are missing, and take the new ones away again where what should go into them fails."""
    from redact.pipeline.write import make_folder

    made: list[Path] = []
    try:
        for folder in dict.fromkeys(wanted):
            made += make_folder(folder)
        yield
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        raise


def _same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def _to_stdout(content: bytes) -> None:
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError:
        raise DestinationError(what="standard-output") from None
