"""The command line: `redact file | plan | apply | verify | models | doctor | policy`.

Data goes to stdout, words for people to stderr. Exit codes: 0 released · 1 internal · 2 usage · 3 unreadable · 4 engine ·
5 limit · 6 needs review · 7 verification failed · 130 interrupted. Heavy imports happen inside the commands, so that
`redact --help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec

import click

from redact import __version__
from redact.check import Status
from redact.errors import ApplicantError, DestinationError, MissingError, PlanError, RedactError

if TYPE_CHECKING:
    from redact.applicant import Applicant
    from redact.pipeline.redactor import Redactor, Result
    from redact.pipeline.report import IllustratedReport

EXIT_OF = {Status.RELEASED: 0, Status.NEEDS_REVIEW: 6, Status.BLOCKED: 7}
VERDICT = {
    Status.RELEASED: "通过：已遮盖并通过校验。 Released: masked and verified.",
    Status.NEEDS_REVIEW: "需人工复核：请查看报告中标出的位置。 Needs review: look at the places that the report names.",
    Status.BLOCKED: "未通过：校验失败，结果未放行。 Blocked: verification failed, the output is withheld.",
}
Arguments = ParamSpec("Arguments")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="redact")
def main() -> None:
    """职称评审材料遮盖：姓名、工作单位、公章、照片眼部、二维码。

    Masks name, work unit, seals, eyes and codes on title-review materials, and proves it on the written file.
    """


def _typed(command: Callable[Arguments, int]) -> Callable[Arguments, None]:
    """Turn a command's answer into an exit code, and its errors into two sentences and their exit code."""

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
        except RedactError as error:
            _complain(error)
        except KeyboardInterrupt:
            click.echo("已中断，没有写出任何文件。 Interrupted; nothing was written.", err=True)
            sys.exit(130)
        except BrokenPipeError:
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - the door: a fault of ours must not print page words in a traceback
            click.echo(f"内部错误（{type(error).__name__}），没有放行任何文件。请把这一行告诉管理员。", err=True)
            click.echo(f"Internal error ({type(error).__name__}); nothing was released. Tell the administrator this line.", err=True)
            sys.exit(RedactError.exit_code)
        sys.exit(code)

    return run


def _complain(error: RedactError) -> NoReturn:
    click.echo(f"错误 {error.code}：{error.zh}", err=True)
    click.echo(f"error {error.code}: {error.en}", err=True)
    sys.exit(error.exit_code)


def _applicant_options(command: Callable[..., Any]) -> Callable[..., Any]:
    options = (
        click.option("--name", "names", multiple=True, metavar="N", help="姓名（含曾用名、拼音等），可重复。A name; repeatable."),
        click.option("--unit", "units", multiple=True, metavar="U", help="工作单位全称，可重复。A work unit; repeatable."),
        click.option("--alias-unit", "aliases", multiple=True, metavar="A", help="单位简称或原名，可重复。A short or former unit name."),
        click.option(
            "--applicant", "applicant_file", metavar="FILE.json", help="申报人 JSON 文件，- 为标准输入；命令行上的姓名会出现在进程列表中。"
            " The applicant as JSON, - for stdin; names on the command line show in the process list."
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


policy_option = click.option(
    "--policy",
    "policy",
    default="urumqi-2025",
    show_default=True,
    metavar="NAME|FILE",
    help="策略名称或 TOML 文件。Policy by name or file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="在标准输出打印报告 JSON。Print the report as JSON on stdout.")
report_option = click.option(
    "--report",
    "report_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="把校验报告（HTML 和 JSON）写入该文件夹。Write the report there.",
)
output_option = click.option(
    "-o", "--output", "output", type=click.Path(path_type=Path), metavar="DEST", help="输出文件；默认写在原文件旁，文件名不含姓名。"
    " The output file; by default beside the source, under a name that names nobody."
)  # fmt: skip
review_option = click.option(
    "--review", "review_folder", type=click.Path(path_type=Path), metavar="DIR", help="需复核的结果写入该文件夹，默认 needs-review。"
    " Where outputs that need review go; needs-review beside DEST by default."
)  # fmt: skip
force_option = click.option("-f", "--force", is_flag=True, help="覆盖已有文件。Overwrite what stands there.")


@main.command()
@click.argument("source", metavar="SOURCE")
@output_option
@_applicant_options
@policy_option
@report_option
@review_option
@force_option
@click.option("-n", "--dry-run", is_flag=True, help="只打印遮盖方案，不写文件。Print the plan only; write nothing.")
@json_option
@_typed
def file(source: str, output: Path | None, policy: str, dry_run: bool, as_json: bool, **rest: Any) -> int:
    """遮盖一份材料。 Mask one material: PDF, JPEG, PNG, TIFF, BMP, WebP, GIF or HEIC."""
    applicant = _applicant(rest)
    material = _source(source)
    redactor = _redactor(policy)
    if dry_run:
        _print_plan(redactor, material, applicant)
        return 0
    _refuse_telling_name(output, applicant)
    result = redactor.redact(material, applicant)
    return _deliver(result, source, output, as_json, rest)


@main.command()
@click.argument("source", metavar="SOURCE")
@_applicant_options
@policy_option
@click.option("-o", "--output", "output", type=click.Path(path_type=Path), metavar="PLAN.json", help="方案文件；默认打印到标准输出。")
@force_option
@_typed
def plan(source: str, policy: str, output: Path | None, force: bool, **rest: Any) -> int:
    """只提出遮盖方案（JSON），供人核对修改。 Propose a plan for a person to correct."""
    applicant = _applicant(rest)
    material = _source(source)
    redactor = _redactor(policy)
    if output is None:
        _print_plan(redactor, material, applicant)
        return 0
    from redact.pipeline.exchange import plan_to_json
    from redact.pipeline.write import write_file

    write_file(output, plan_to_json(redactor.plan(material, applicant)).encode(), force=force)
    return 0


@main.command()
@click.argument("source", metavar="SOURCE")
@click.option("--plan", "plan_file", required=True, type=click.Path(path_type=Path), metavar="PLAN.json", help="核对过的方案。The plan.")
@output_option
@_applicant_options
@policy_option
@report_option
@review_option
@force_option
@json_option
@_typed
def apply(source: str, plan_file: Path, output: Path | None, policy: str, as_json: bool, **rest: Any) -> int:
    """按核对过的方案遮盖，再校验。 Mask exactly the plan, then verify."""
    from redact.pipeline.exchange import plan_from_json

    applicant = _applicant(rest)
    corrected = plan_from_json(_text(plan_file, PlanError(what="unreadable")))
    _refuse_telling_name(output, applicant)
    result = _redactor(policy).apply(_source(source), corrected, applicant)
    return _deliver(result, source, output, as_json, rest)


@main.command()
@click.argument("output", metavar="OUTPUT")
@_applicant_options
@policy_option
@report_option
@force_option
@json_option
@_typed
def verify(output: str, policy: str, as_json: bool, report_folder: Path | None, force: bool, **rest: Any) -> int:
    """检查任何已遮盖的文件还能读出什么。 Attack any masked file: what can still be read, and where."""
    report = _redactor(policy).verify(_source(output), _applicant(rest))
    _publish(report, report_folder, force)
    _conclude(report, None, as_json)
    return EXIT_OF[report.status]


@main.group()
def models() -> None:
    """模型文件。 Weights files."""


@models.command("fetch")
@click.option("--from", "wheelhouse", type=click.Path(path_type=Path, exists=True), metavar="WHEELHOUSE", help="离线安装包文件夹。")
@_typed
def models_fetch(wheelhouse: Path | None) -> int:
    """获取缺少的模型文件并核对校验和。 Fetch missing weights and check them."""
    from redact.models import weights

    for row in weights.fetch(wheelhouse):
        click.echo(f"{row.file}  {row.bytes} bytes  {row.licence}", err=True)
    click.echo(f"模型齐全：{weights.folder()}  All weights are there.", err=True)
    return 0


@models.command("list")
@click.option("--json", "as_json", is_flag=True)
@_typed
def models_list(as_json: bool) -> int:
    """列出模型文件及状态。 List the weights files and their state."""
    import json
    from dataclasses import asdict

    from redact.models import weights

    rows = [asdict(row) | {"state": weights.state_of(row)} for row in weights.manifest()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        click.echo(f"{row['state']:8} {row['file']:42} {row['licence']:11} {row['use']}")
    return 0


@main.command()
@click.option("--json", "as_json", is_flag=True)
@_typed
def doctor(as_json: bool) -> int:
    """检查安装：引擎、语言、模型、字体。 Check the installation; exit code 4 where something is missing."""
    import json
    from dataclasses import asdict

    from redact.pipeline.doors.doctor import examine

    rows = examine()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        for row in rows:
            click.echo(f"{'✓' if row.ok else '✗'} {row.part:28} {row.state}")
            if not row.ok:
                click.echo(f"    {row.mend}", err=True)
    return 0 if all(row.ok for row in rows) else 4


@main.group()
def policy() -> None:
    """遮盖策略。 Policies."""


@policy.command("list")
@_typed
def policy_list() -> int:
    """列出自带的策略。 List the shipped policies."""
    from redact.policy import available, load

    for name in available():
        loaded = load(name)
        click.echo(f"{loaded.name}  v{loaded.version}  sha256 {loaded.digest}")
    return 0


@policy.command("show")
@click.argument("name", default="urumqi-2025")
@_typed
def policy_show(name: str) -> int:
    """打印一个策略的全文，含每条依据。 Print a policy with the reason for each entry."""
    from redact.policy import load, text_of

    load(name)
    click.echo(text_of(name), nl=False)
    return 0


def _applicant(options: dict[str, Any]) -> Applicant:
    from redact.applicant import Applicant

    given = options.get("applicant_file")
    if given and (options["names"] or options["units"] or options["aliases"]):
        raise ApplicantError(what="both-file-and-options")
    if not given:
        return Applicant(names=tuple(options["names"]), units=(*options["units"], *options["aliases"]))
    from redact.pipeline.exchange import applicant_from_json

    if given == "-":
        return applicant_from_json(sys.stdin.read())
    return applicant_from_json(_text(Path(given), ApplicantError(what="unreadable-file")))


def _text(path: Path, error: RedactError) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MissingError from None
    except (OSError, UnicodeDecodeError):
        raise error from None


def _source(source: str) -> Path | bytes:
    return sys.stdin.buffer.read() if source == "-" else Path(source)


def _redactor(policy: str) -> Redactor:
    from redact.pipeline.doors.progress import terminal_progress
    from redact.pipeline.redactor import Redactor

    return Redactor(policy, progress=terminal_progress())


def _print_plan(redactor: Redactor, material: Path | bytes, applicant: Applicant) -> None:
    from redact.pipeline.exchange import plan_to_json

    click.echo(plan_to_json(redactor.plan(material, applicant)))


def _refuse_telling_name(output: Path | None, applicant: Applicant) -> None:
    """A file's own name travels with it: it must not spell whom the pages hide."""
    if output is None:
        return
    from redact.search import fold, writings

    name = fold(output.name).text
    if any(fold(form.text).text in name for form in writings(applicant)):
        raise DestinationError(what="file-name-spells-applicant")


def _deliver(result: Result, source: str, output: Path | None, as_json: bool, options: dict[str, Any]) -> int:
    """Write the output where its status says, the report beside, and say so."""
    from redact.pipeline.write import suffix, write_file

    digest = result.report.input.sha256
    if output is not None and str(output) == "-":
        sys.stdout.buffer.write(result.output or b"")
        place = None
    else:
        base = Path.cwd() if source == "-" else Path(source).parent
        wanted = output or base / f"masked-{digest[:12]}{suffix(result.kind)}"
        place = _place(result, wanted, options["review_folder"])
    if place is not None:
        content = result.output if result.output is not None else result.withheld
        write_file(place, content or b"", force=options["force"])
    _publish(result.report, options["report_folder"], options["force"])
    _conclude(result.report, place, as_json)
    return EXIT_OF[result.status]


def _place(result: Result, wanted: Path, review_folder: Path | None) -> Path | None:
    if result.status is Status.RELEASED:
        return wanted
    if result.status is Status.NEEDS_REVIEW:
        folder = review_folder or wanted.parent / "needs-review"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / wanted.name
    return None


def _publish(report: IllustratedReport, folder: Path | None, force: bool) -> None:
    if folder is None:
        return
    from redact.pipeline.write import write_file

    folder.mkdir(parents=True, exist_ok=True)
    stem = f"report-{report.input.sha256[:12]}"
    write_file(folder / f"{stem}.json", report.to_json().encode(), force=force)
    write_file(folder / f"{stem}.html", report.to_html().encode(), force=force)
    click.echo(f"报告 report: {folder / stem}.html", err=True)


def _conclude(report: IllustratedReport, place: Path | None, as_json: bool) -> None:
    from redact.pipeline.doors.summary import lines

    for line in lines(report):
        click.echo(line, err=True)
    click.echo(VERDICT[report.status], err=True)
    if as_json:
        click.echo(report.to_json())
    elif place is not None:
        click.echo(str(place))
