"""The command line: `redact file | batch | plan | apply | verify | models | doctor | policy`.

Data goes to stdout, words for people to stderr. Exit codes: 0 released · 1 internal · 2 usage · 3 unreadable · 4 engine ·
5 limit · 6 needs review · 7 verification failed · 8 a batch failed in part · 130 interrupted. Heavy imports happen inside the
commands, so that `redact --help` answers at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, ParamSpec

import click

from redact import __version__
from redact.check import Status
from redact.errors import ApplicantError, DestinationError, MissingError, PlanError, RedactError, UsageError

if TYPE_CHECKING:
    from redact.applicant import Applicant
    from redact.pipeline.doors.delivery import Destination
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
            with _terminated_as_interrupted():
                code = command(*args, **kwargs)
        except RedactError as error:
            _complain(error)
        except KeyboardInterrupt:
            click.echo("已中断，没有写出任何文件。 Interrupted; nothing was written.", err=True)
            sys.exit(130)
        except BrokenPipeError:
            _give_up_stdout()
            sys.exit(RedactError.exit_code)
        except Exception as error:  # noqa: BLE001 - the door: a fault of ours must not print page words in a traceback
            click.echo(f"内部错误（{type(error).__name__}），没有放行任何文件。请把这一行告诉管理员。", err=True)
            click.echo(f"Internal error ({type(error).__name__}); nothing was released. Tell the administrator this line.", err=True)
            sys.exit(RedactError.exit_code)
        sys.exit(code)

    return run


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: temporary files hold parts of pages, and go only where the way out is taken."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _give_up_stdout() -> None:
    """Nobody reads any more: what is still buffered goes nowhere, or the interpreter would complain on its way out."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    material = _source(source, rest)
    redactor = _redactor(policy)
    if dry_run:
        _print_plan(redactor, material, applicant)
        return 0
    _refuse_telling_name(output, applicant)
    destination = _destination(source, output, rest | {"as_json": as_json}, policy)
    return _deliver(redactor.redact(material, applicant), destination, as_json)


@main.command()
@click.argument("uploads", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--roster", required=True, type=click.Path(path_type=Path), metavar="FILE", help="名单：XLSX、XLS 或 CSV。The roster.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=HEADING", help="指定名单的列，可重复。A column; repeatable.")
@policy_option
@click.option("-j", "--jobs", type=click.IntRange(1, 1024), metavar="N", help="工作进程数，默认可用核数。Workers; default: usable cores.")
@click.option("--shard", metavar="i/n", default="1/1", show_default=True, help="只做第 i 份，共 n 份。Only this share of the applicants.")
@click.option("--ray", metavar="ADDRESS", help="用 Ray 集群的机器处理：auto 或 主机:端口。Have a Ray cluster do it: auto or HOST:PORT.")
@click.option("--restart", is_flag=True, help="全部重做。Do all again.")
@click.option("--resume", is_flag=True, help="接着上次做（默认）。Go on where the last run ended (the default).")
@click.option("--retry-failed", is_flag=True, help="重做失败和隔离的材料。Do again what failed or was quarantined.")
@click.option(
    "--watch", type=click.FloatRange(1, 86400), metavar="SECONDS", help="一直运行，每隔这么久再看一次文件夹。Go on, looking again."
)
@click.option("-n", "--dry-run", is_flag=True, help="只检查名单。Check the roster only.")
@click.option("--json", "as_json", is_flag=True, help="在标准输出逐行打印 JSON 事件。Print JSON events, one a line.")
@_typed
def batch(uploads: Path, out: Path, columns: tuple[str, ...], jobs: int | None, shard: str, **rest: Any) -> int:
    """按名单批量遮盖。 Mask all uploads of a roster's applicants; the same command again goes on where it was ended."""
    from redact.pipeline.batch.run import Order
    from redact.pipeline.batch.shards import Shard
    from redact.pipeline.doors.batch import mapping_of, run_batch, workers

    if rest["restart"] and (rest["resume"] or rest["retry_failed"]):
        raise UsageError(what="--restart")
    order = Order(
        uploads,
        out,
        rest["roster"],
        rest["policy"],
        mapping_of(columns),
        workers(jobs, None if rest["dry_run"] else rest["ray"]),
        Shard.parse(shard),
        rest["restart"],
        rest["retry_failed"],
        watch=rest["watch"],
        ray=rest["ray"],
    )
    return run_batch(order, rest["as_json"], rest["dry_run"])


@main.command()
@click.argument("source", metavar="SOURCE")
@_applicant_options
@policy_option
@click.option("-o", "--output", "output", type=click.Path(path_type=Path), metavar="PLAN.json", help="方案文件；默认打印到标准输出。")
@click.option("--writings", is_flag=True, help="列出推出的写法（拼音、单位简称等）；在终端上总是列出。List the derived writings on stderr.")
@force_option
@_typed
def plan(source: str, policy: str, output: Path | None, force: bool, writings: bool, **rest: Any) -> int:
    """只提出遮盖方案（JSON），供人核对修改。 Propose a plan for a person to correct."""
    applicant = _applicant(rest)
    _tell_writings(applicant, by_text=writings or sys.stderr.isatty())
    material = _source(source, rest)
    redactor = _redactor(policy)
    if output is None:
        _print_plan(redactor, material, applicant)
        return 0
    from redact.pipeline.exchange import plan_to_json

    destination = _destination(source, output, rest | {"force": force}, policy)
    destination.write([(output, plan_to_json(redactor.plan(material, applicant)).encode())])
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
    destination = _destination(source, output, rest | {"as_json": as_json}, policy, plan_file)
    return _deliver(_redactor(policy).apply(_source(source, rest), corrected, applicant), destination, as_json)


@main.command()
@click.argument("output", metavar="OUTPUT")
@_applicant_options
@policy_option
@report_option
@force_option
@json_option
@_typed
def verify(output: str, policy: str, as_json: bool, **rest: Any) -> int:
    """检查任何已遮盖的文件还能读出什么。 Attack any masked file: what can still be read, and where."""
    from redact.pipeline.doors.delivery import report_files

    applicant = _applicant(rest)
    destination = _destination(output, None, rest, policy)
    report = _redactor(policy).verify(_source(output, rest), applicant)
    words, record = _words(report, destination), report.to_json()
    destination.write(report_files(report, destination.report))
    _conclude(words, record if as_json else None)
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
        _print(json.dumps(rows, ensure_ascii=False, indent=1))
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
        _print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
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
    _print(text_of(name).rstrip("\n"))
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
        return applicant_from_json(_decoded(sys.stdin.buffer.read(), ApplicantError(what="unreadable-file")))
    return applicant_from_json(_text(Path(given), ApplicantError(what="unreadable-file")))


def _text(path: Path, error: RedactError) -> str:
    try:
        return _decoded(path.read_bytes(), error)
    except FileNotFoundError:
        raise MissingError from None
    except OSError:
        raise error from None


def _decoded(content: bytes, error: RedactError) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise error from None


def _source(source: str, options: dict[str, Any]) -> Path | BinaryIO:
    if source != "-":
        return Path(source)
    if options.get("applicant_file") == "-":
        raise UsageError(what="two-inputs-on-stdin")
    # Not read here: who opens it stops at the policy's limit.
    return sys.stdin.buffer


def _redactor(policy: str) -> Redactor:
    from redact.pipeline.doors.progress import terminal_progress
    from redact.pipeline.redactor import Redactor

    return Redactor(policy, progress=terminal_progress())


def _tell_writings(applicant: Applicant, by_text: bool) -> None:
    """Say on stderr what is sought beside what was given. A log keeps stderr, so there the texts stand only if asked for."""
    from redact.pipeline.doors.summary import cautions, derived
    from redact.search import cautions as codes

    for line in (*cautions(codes(applicant)), *derived(applicant, by_text)):
        click.echo(line, err=True)


def _print_plan(redactor: Redactor, material: Path | BinaryIO, applicant: Applicant) -> None:
    from redact.pipeline.exchange import plan_to_json

    _print(plan_to_json(redactor.plan(material, applicant)))


def _refuse_telling_name(output: Path | None, applicant: Applicant) -> None:
    """A file's own name travels with it: it must not spell whom the pages hide."""
    if output is None:
        return
    from redact.search import fold, writings

    name = fold(output.name).text
    if any(fold(form.text).text in name for form in writings(applicant)):
        raise DestinationError(what="file-name-spells-applicant")


def _destination(source: str, output: Path | None, options: dict[str, Any], *others: str | Path | None) -> Destination:
    """Return where results go, as far as it can be told to be writable. `others`: further files that the call reads."""
    from redact.pipeline.doors.delivery import Destination

    given = (source, options.get("applicant_file"), *others)
    inputs = tuple(Path(file) for file in given if file and str(file) != "-")
    beside = Path.cwd() if source == "-" else Path(source).parent
    places = (options.get("review_folder"), options.get("report_folder"))
    destination = Destination(output, beside, *places, force=options["force"], inputs=inputs)
    if options.get("as_json") and str(output) == "-":
        raise UsageError(what="output-and-json-on-stdout")
    destination.require()
    return destination


def _deliver(result: Result, destination: Destination, as_json: bool) -> int:
    """Write the output where its status says, the report beside, and say so."""
    # All words first: once the file stands, nothing may fail any more.
    words, record = _words(result.report, destination), result.report.to_json()
    place = destination.deliver(result)
    _conclude(words, record if as_json else place)
    return EXIT_OF[result.status]


def _words(report: IllustratedReport, destination: Destination) -> list[str]:
    from redact.pipeline.doors.delivery import report_files
    from redact.pipeline.doors.summary import lines

    pages = [path for path, _ in report_files(report, destination.report) if path.suffix == ".html"]
    return [*lines(report), *(f"校验报告 report: {path}" for path in pages), VERDICT[report.status]]


def _conclude(words: list[str], data: str | Path | None) -> None:
    for line in words:
        click.echo(line, err=True)
    if data is not None:
        _print(os.fsencode(data) if isinstance(data, Path) else data)


def _print(data: str | bytes) -> None:
    """Print data as UTF-8 whatever the terminal speaks: JSON is UTF-8, and a place's name is bytes."""
    click.echo(data.encode() if isinstance(data, str) else data)
