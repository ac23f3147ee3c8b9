"""Every error that a caller of this project can meet.

    RedactError                      1    the base; never raised itself
    ├── UsageError                   2    the call cannot be carried out as it was made
    │   ├── PolicyError              2    a policy that is empty, unknown or has an unknown key
    │   ├── ApplicantError           2    an applicant without a name, or with one that cannot be searched
    │   │   └── OtherPersonError     2    the material is another's of the same review
    │   ├── PlanError                2    a plan that does not fit its schema or its material
    │   ├── RosterError              2    a roster of applicants that cannot be used
    │   │   ├── RosterUnreadableError  2  no workbook and no CSV, or a damaged one
    │   │   ├── RosterEncryptedError   2  a password is needed
    │   │   ├── RosterHeadingsError    2  no row of headings, or a column is missing
    │   │   ├── RosterMappingError     2  a mapping that names no field, or no heading of the roster
    │   │   └── RosterEmptyError       2  headings, and nobody beneath
    │   ├── ExtraError               2    a part of the program that is not installed is needed
    │   ├── DestinationError         2    DEST cannot be written, or stands already
    │   └── LedgerError              2    a batch's ledger is damaged, or of another version or key
    │       └── LedgerBusyError      2    another batch holds it
    ├── UnreadableError              3    the material cannot be opened
    │   ├── MissingError             3    no such file
    │   ├── NotAFileError            3    a directory, a link, a device
    │   ├── EmptyError               3    no bytes, or no pages
    │   ├── UnsupportedError         3    no kind that we read
    │   ├── DamagedError             3    a kind that we read, but it cannot be decoded
    │   └── EncryptedError           3    a password is needed
    ├── EngineError                  4    an engine failed or is missing
    │   └── WeightsError             4    a weights file is missing or was changed
    ├── ClusterError                 4    a cluster's workers cannot be had, or are lost
    │   └── UnlikeWorkerError        4    a worker has another version of something than the batch
    └── LimitError                   5    larger, longer or slower than the policy allows

Messages hold numbers and codes, never words of the document, names or paths. Only the doors turn
an error into an exit code, an HTTP status or a row of a report.
"""

from __future__ import annotations

from typing import Any, ClassVar

Fact = str | int | float


class RedactError(Exception):
    """The base of all errors: a code, an exit code, and one sentence in Chinese and one in English.

    `facts` fill the braces of both sentences: numbers, codes and fixed words of ours alone.
    `page` is the 1-based page on which it happened, where there is one.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1
    sentence_zh: ClassVar[str] = "处理失败。请把错误代码告诉管理员。"
    sentence_en: ClassVar[str] = "It failed. Tell the administrator the error code."

    def __init__(self, *, page: int | None = None, **facts: Fact) -> None:
        self.page = page
        self.facts = facts
        super().__init__(self.en)

    @property
    def zh(self) -> str:
        """The sentence in Chinese: what happened, on which page, what to do next."""
        where = f"第 {self.page} 页：" if self.page is not None else ""
        return where + self.sentence_zh.format_map(_Facts(self.facts))

    @property
    def en(self) -> str:
        """The sentence in English: what happened, on which page, what to do next."""
        where = f"Page {self.page}: " if self.page is not None else ""
        return where + self.sentence_en.format_map(_Facts(self.facts))

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions cross process borders, and the default pickling forgets keyword arguments.
        return _revive, (type(self), self.page, self.facts)


class _Facts(dict[str, Fact]):
    def __missing__(self, key: str) -> str:
        return "?"


def _revive(kind: type[RedactError], page: int | None, facts: dict[str, Fact]) -> RedactError:
    return kind(page=page, **facts)


class UsageError(RedactError):
    """The call cannot be carried out as it was made. `what` says why, in a fixed code."""

    code = "usage"
    exit_code = 2
    sentence_zh = "命令用法不正确（{what}）。请运行 redact --help 查看用法。"
    sentence_en = "The call is not right ({what}). See redact --help."


class PolicyError(UsageError):
    """A policy that is missing, empty, or has an unknown or missing entry: it would release pages unmasked."""

    code = "policy.invalid"
    sentence_zh = "策略无效：{what}。请用 redact policy list 查看可用策略，或改正策略文件。"
    sentence_en = "The policy is not valid: {what}. See redact policy list, or mend the policy file."


class ApplicantError(UsageError):
    """An applicant who cannot be searched for."""

    code = "applicant.invalid"
    sentence_zh = "申报人信息不能用于查找：{what}。请填写完整的姓名（至少两个字）和工作单位。"
    sentence_en = "The applicant cannot be searched for: {what}. Give the whole name (two characters or more) and the unit."


class OtherPersonError(ApplicantError):
    """The material names another person of the same review where the applicant's name should stand, and the applicant nowhere."""

    code = "applicant.other-person"
    sentence_zh = "材料里申报人姓名的位置写的是名单中另一位申报人，全文没有本人姓名。请确认是谁的材料，再按那位申报人处理。"
    sentence_en = (
        "Where the applicant's name should stand the material names another applicant of the list, and the applicant nowhere. "
        "Find out whose it is, and process it as theirs."
    )


class PlanError(UsageError):
    """A plan that does not fit its schema, or not the material it is applied to."""

    code = "plan.invalid"
    sentence_zh = "遮盖方案无效：{what}。请用 redact plan 对同一份材料重新生成方案。"
    sentence_en = "The plan is not valid: {what}. Make a new one of the same material with redact plan."


class RosterError(UsageError):
    """A roster of applicants that cannot be used as it is. `what` says why, in a fixed code."""

    code = "roster.invalid"
    sentence_zh = "申报人名单不能使用（{what}）。请改正名单后重新运行；没有处理任何材料。"
    sentence_en = "The roster cannot be used ({what}). Mend it and run again; no material was processed."


class RosterUnreadableError(RosterError):
    """No XLSX, XLS or CSV by its content, or one that is damaged."""

    code = "roster.unreadable"
    sentence_zh = "申报人名单无法读取（{what}）。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新运行。"
    sentence_en = "The roster cannot be read ({what}). Open it in Excel or WPS, save it as .xlsx, and run again."


class RosterEncryptedError(RosterError):
    """The workbook opens with a password only."""

    code = "roster.encrypted"
    sentence_zh = "申报人名单设有打开密码。请用 Excel 或 WPS 去掉密码后重新运行。"
    sentence_en = "The roster needs a password to open. Remove the password in Excel or WPS, and run again."


class RosterHeadingsError(RosterError):
    """No row of headings, a mandatory column that is missing, or several tables."""

    code = "roster.headings"
    sentence_zh = (
        "申报人名单的标题行不完整（{what}）。请让一张工作表的同一行中有申报编号、姓名、工作单位三个标题，或用列名对应指明；"
        "其他工作表请隐藏或删除。"
    )
    sentence_en = (
        "The roster's headings are not whole ({what}). One sheet needs a row with the headings 申报编号, 姓名 and 工作单位; else map the"
        " columns, and hide or delete further sheets."
    )


class RosterMappingError(RosterError):
    """A mapping of columns that names a field we do not know, or a heading that the roster does not have."""

    code = "roster.mapping"
    sentence_zh = "列名对应不正确（{what}）。请照名单中的标题原样填写。"
    sentence_en = "The mapping of columns is not right ({what}). Write the headings as they stand in the roster."


class RosterEmptyError(RosterError):
    """Headings, and nobody beneath them; or no cells at all."""

    code = "roster.empty"
    sentence_zh = "申报人名单是空的。请在标题行下面填入申报人后重新运行。"
    sentence_en = "The roster is empty. Enter the applicants beneath the headings, and run again."


class ExtraError(UsageError):
    """A part that is installed on request alone is needed. `extra`: what it is called in pip's brackets."""

    code = "extra.missing"
    sentence_zh = '没有安装这一功能需要的组件。请先运行：pip install "redact-title-review[{extra}]"。'
    sentence_en = 'What this needs is not installed. Run this first: pip install "redact-title-review[{extra}]".'


class DestinationError(UsageError):
    """The output cannot be written where it was asked for."""

    code = "destination.invalid"
    sentence_zh = "无法写入输出位置：{what}。请换一个位置，或用 --force 覆盖已有文件；原文件未改动。"
    sentence_en = "The output cannot be written there: {what}. Choose another place, or --force to overwrite; the source is untouched."


class LedgerError(UsageError):
    """A batch's ledger that cannot be gone on with: `what` is "newer-version", "older-version", "other-key", "no-ledger" or "damaged"."""

    code = "ledger.invalid"
    sentence_zh = "批处理台账不能使用：{what}。请使用与上次相同或更新的版本和同一密钥，或换一个输出文件夹重新开始；已有结果未改动。"
    sentence_en = (
        "The batch's ledger cannot be used: {what}. Use the version and key of the last run, or begin anew in another folder;"
        " the results there are untouched."
    )


class LedgerBusyError(LedgerError):
    """Another batch is running on the same output folder."""

    code = "ledger.busy"
    sentence_zh = "另一个批处理正在使用这个输出文件夹。请等它结束，或换一个输出文件夹。"
    sentence_en = "Another batch is running on this output folder. Wait until it ends, or choose another folder."


class UnreadableError(RedactError):
    """The material cannot be opened."""

    code = "input.unreadable"
    exit_code = 3
    sentence_zh = "材料无法读取。请重新扫描或导出后再上传。"
    sentence_en = "The material cannot be read. Scan or export it again and upload that."


class MissingError(UnreadableError):
    """There is no such file."""

    code = "input.missing"
    sentence_zh = "找不到该文件。请检查文件位置。"
    sentence_en = "There is no such file. Check where it lies."


class NotAFileError(UnreadableError):
    """A directory, a symbolic link, a device or a pipe where a file should be."""

    code = "input.not-a-file"
    sentence_zh = "输入不是普通文件（可能是文件夹、链接或设备）。请逐个给出文件。"
    sentence_en = "The input is no regular file (a folder, a link or a device). Name the files one by one."


class EmptyError(UnreadableError):
    """No bytes, or no pages."""

    code = "input.empty"
    sentence_zh = "材料是空的（{what}）。请检查文件后重新上传。"
    sentence_en = "The material is empty ({what}). Check the file and upload it again."


class UnsupportedError(UnreadableError):
    """Content of no kind that we read, whatever the file's name says."""

    code = "input.unsupported"
    sentence_zh = "不支持的文件内容。请上传 PDF、JPEG、PNG、TIFF、BMP、WebP、GIF 或 HEIC；Word/WPS 文档请另存为 PDF 后上传。"
    sentence_en = (
        "The content is of no supported kind. Upload PDF, JPEG, PNG, TIFF, BMP, WebP, GIF or HEIC; save Word or WPS documents as PDF first."
    )


class DamagedError(UnreadableError):
    """A kind that we read, but the file is cut off or damaged."""

    code = "input.damaged"
    sentence_zh = "文件已损坏或不完整（{what}）。请重新扫描或重新导出后上传。"
    sentence_en = "The file is damaged or cut off ({what}). Scan or export it again and upload that."


class EncryptedError(UnreadableError):
    """The file opens with a password only."""

    code = "input.encrypted"
    sentence_zh = "PDF 设有打开密码。请去掉密码后重新上传。"
    sentence_en = "The PDF needs a password to open. Remove the password and upload it again."


class EngineError(RedactError):
    """An engine failed or is missing; the page must not be released."""

    code = "engine.failed"
    exit_code = 4
    sentence_zh = "识别引擎 {engine} 出错（{what}）。材料未放行；请运行 redact doctor 检查安装。"
    sentence_en = "The engine {engine} failed ({what}). Nothing was released; check the installation with redact doctor."


class WeightsError(EngineError):
    """A weights file is missing, or its checksum is not the manifest's."""

    code = "weights.invalid"
    sentence_zh = "模型文件 {file} {what}。请运行 redact models fetch 重新获取。"
    sentence_en = "The weights file {file} is {what}. Run redact models fetch."


class ClusterError(RedactError):
    """A cluster whose workers cannot be had. `what`: "no-cluster", "other-ray", "no-worker", "cannot-start" or "lost"."""

    code = "cluster.failed"
    exit_code = 4
    sentence_zh = "计算集群不能使用（{what}）。请检查集群后再运行同一条命令；做完的不会重做，没有材料丢失。"
    sentence_en = "The cluster cannot be used ({what}). Mend it and run the same command again; what is done stays done, nothing is lost."


class UnlikeWorkerError(ClusterError):
    """A worker of the cluster that would not give the same bytes: `part` is of version `there`, and of `here` on the batch's machine."""

    code = "cluster.unlike"
    sentence_zh = "集群中有一台机器的 {part} 是 {there}，本机是 {here}。请在所有机器上安装同一版本后再运行同一条命令。"
    sentence_en = "A machine of the cluster has {part} {there}, this one {here}. Install one version on all and run the same command again."


class LimitError(RedactError):
    """Larger, longer or slower than the policy allows. Facts: `what`, `value`, `limit`."""

    code = "limit.exceeded"
    exit_code = 5
    sentence_zh = "超出限制：{what} 为 {value}，上限 {limit}。请拆分或压缩材料后重新上传。"
    sentence_en = "Over a limit: {what} is {value}, the limit {limit}. Split or shrink the material and upload it again."
