"""What the summary says where the report's vocabulary has no words: uploads without a report, and who has to act.

House words as in `report.vocabulary`; 退回 is what the clerk sends back to an applicant.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from redact.pipeline.batch.archives import Reason
from redact.pipeline.batch.ledger import BATCH_KILLED, WORKER_KILLED, State
from redact.pipeline.batch.uploads import Aside
from redact.pipeline.batch.work import CHANGED
from redact.pipeline.report import vocabulary, words
from redact.pipeline.report.vocabulary import Words


class Who(StrEnum):
    """Who can mend something: the applicant by new material, the clerk by looking and masking, the administrator."""

    APPLICANT = "applicant"
    CLERK = "clerk"
    ADMIN = "admin"


class Light(StrEnum):
    """Green: all released. Yellow: some need a person. Red: some blocked, failed or set aside. Grey: not done yet."""

    RED = "red"
    YELLOW = "yellow"
    GREY = "grey"
    GREEN = "green"


class Cause(NamedTuple):
    """Why something is not released: who can mend it, what is so, and what to do."""

    who: Who
    what: Words
    advice: Words


LIGHT: Final = {
    Light.RED: Words("红：有材料未通过、未处理或被搁置", "Red: some blocked, failed or set aside"),
    Light.YELLOW: Words("黄：有材料需人工复核", "Yellow: some need a person"),
    Light.GREY: Words("灰：还没有做完", "Grey: not done yet"),
    Light.GREEN: Words("绿：全部通过", "Green: all released"),
}
LIGHT_SHORT: Final = {
    Light.RED: Words("红", "Red"),
    Light.YELLOW: Words("黄", "Yellow"),
    Light.GREY: Words("灰", "Grey"),
    Light.GREEN: Words("绿", "Green"),
}
STATE: Final = {
    State.RELEASED: vocabulary.STATUS["released"],
    State.REVIEW: vocabulary.STATUS["needs_review"],
    State.BLOCKED: vocabulary.STATUS["blocked"],
    State.FAILED: Words("无法处理", "Failed"),
    State.QUARANTINED: Words("已隔离", "Quarantined"),
    State.RUNNING: Words("正在处理", "In hand"),
    State.WAITING: Words("等待处理", "Waiting"),
}
WHO: Final = {
    Who.APPLICANT: Words("退回申报人", "Send back"),
    Who.CLERK: Words("需要您处理", "For you to do"),
    Who.ADMIN: Words("告诉管理员", "For the administrator"),
}

ABOUT: Final = Words(
    "通过的文件经过去标识化处理：遮盖不可恢复，但职务、日期、地区等其余内容仍可能间接指向本人。这一页和汇总表不含姓名、单位和原文件名。",
    "Released files are de-identified: masks cannot be undone, but posts, dates and places that remain may still point to the person."
    " This page and the summary's tables hold no name, unit or original file name.",
)
UPLOAD_AGAIN: Final = Words("请重新导出或扫描后上传。", "Export or scan it again and upload that.")
PACK_AGAIN: Final = Words("请重新打包，或不打包、直接上传文件。", "Pack it again, or upload the files unpacked.")
RENAME: Final = Words(
    "请核对归属，让路径中只有一个申报编号，再运行一次。", "Find out whose it is, leave one number in its path, and run again."
)
RUN_AGAIN: Final = Words("请再运行一次；仍然如此，请告诉管理员。", "Run the batch again; if it stays, tell the administrator.")
NOTHING: Final = Words("不用处理。", "There is nothing to do.")
LOOK_WHOLE: Final = Words(
    "请打开待复核的文件逐页查看，确认没有漏遮。", "Look through the file for review, page by page: is anything left open?"
)

# Files that systems leave behind: nobody uploaded them, and nobody misses them.
JUNK: Final = frozenset({str(Aside.JUNK), str(Reason.JUNK)})
INCOMPLETE: Final = Cause(Who.CLERK, Words("校验不完整", "The verification is incomplete"), LOOK_WHOLE)
NO_REPORT: Final = Cause(Who.CLERK, Words("读不到它的校验报告", "Its report cannot be read"), LOOK_WHOLE)
NO_UPLOAD: Final = Cause(
    Who.CLERK,
    Words("没有这位申报人的材料", "There is no material of this applicant"),
    Words(
        "请核对文件夹名是否为申报编号；确实没有的，请通知申报人上传。",
        "Make sure that the folder is called by the number; if there is none, ask the applicant to upload it.",
    ),
)
NOT_IN_ROSTER: Final = Cause(
    Who.CLERK, Words("名单中没有这个编号", "The roster does not have this number"), Words("请核对名单。", "Check the roster.")
)

ROW_NOT_USED: Final = Cause(
    Who.CLERK,
    Words("名单中这位申报人的那一行没有使用", "The roster's row of this applicant is not used"),
    Words("请按名单提示改正名单，再运行一次。", "Mend the roster as its remarks say, and run again."),
)


RIGHT_FOLDER: Final = Words(
    "请确认是谁的材料，放进那位申报人的文件夹，再运行一次。",
    "Find out whose it is, put it into that applicant's folder, and run again.",
)


def _applicant(zh: str, en: str, advice: Words) -> Cause:
    return Cause(Who.APPLICANT, Words(zh, en), advice)


def _clerk(zh: str, en: str, advice: Words) -> Cause:
    return Cause(Who.CLERK, Words(zh, en), advice)


# Uploads that came to no verdict, where the report's vocabulary does not say why.
FAILED: Final = {
    WORKER_KILLED: Cause(
        Who.ADMIN,
        Words("处理它的程序三次意外终止，已隔离", "It ended its worker three times and was quarantined"),
        Words(
            "请告诉管理员；也可以请申报人重新扫描后上传。",
            "Tell the administrator; or ask the applicant for a new scan.",
        ),
    ),
    BATCH_KILLED: Cause(
        Who.ADMIN,
        Words("处理它时批处理三次被中断，已隔离", "The batch was ended three times while it was in hand, so it was quarantined"),
        Words(
            "请用 --retry-failed 再运行一次；仍然如此，请告诉管理员。",
            "Run again with --retry-failed; if it stays, tell the administrator.",
        ),
    ),
    "applicant.other-person": _clerk(
        "材料里写的是名单中另一位申报人，没有本人姓名",
        "It names another applicant of the roster, and this one nowhere",
        RIGHT_FOLDER,
    ),
    CHANGED: _clerk("处理时文件正在改动", "The file was being changed when its turn came", RUN_AGAIN),
    "input.missing": _clerk("处理时文件已经不在", "The file was gone when its turn came", RUN_AGAIN),
    "input.not-a-file": _clerk("不是普通文件", "It is no regular file", Words("请换成文件本身。", "Put the file itself there.")),
    "input.encrypted": _applicant("文件设有密码", "The file needs a password", vocabulary.WHY["input.encrypted"][1]),
    "input.unsupported": _applicant(
        "不支持的文件内容",
        "Content of no supported kind",
        Words(
            "请上传 PDF、JPEG、PNG、TIFF、BMP、WebP、GIF 或 HEIC；Word、WPS 文档请另存为 PDF 后上传。",
            "Upload PDF, JPEG, PNG, TIFF, BMP, WebP, GIF or HEIC; save Word or WPS documents as PDF first.",
        ),
    ),
}

SET_ASIDE: Final = {
    Aside.NO_ROW: _clerk(
        "不知道是谁的材料：路径里没有名单中的申报编号",
        "Nobody can tell whose it is: no number of the roster stands in its path",
        Words("请放进以申报编号命名的文件夹，再运行一次。", "Put it into a folder called by the applicant's number, and run again."),
    ),
    Aside.TWO_ROWS: _clerk("路径同时指向几位申报人", "Its path leads to several applicants", RENAME),
    Aside.LINK: _clerk("是链接，不是文件", "It is a link and no file", Words("请换成文件本身。", "Put the file itself there.")),
    Aside.NOT_A_FILE: _clerk("不是普通文件", "It is no regular file", Words("请换成文件本身。", "Put the file itself there.")),
    Aside.JUNK: _clerk("系统自动生成的文件", "A file that a system left behind", NOTHING),
    Aside.EMPTY_ARCHIVE: _applicant("压缩包是空的", "The archive is empty", PACK_AGAIN),
    Aside.UNREADABLE_NAME: _clerk("文件名无法读取", "Its name cannot be read", Words("请改名后再运行一次。", "Rename it and run again.")),
    Aside.UNREADABLE_FOLDER: _clerk(
        "文件夹打不开，里面的材料都没有处理", "The folder cannot be opened; nothing in it was processed", RUN_AGAIN
    ),
    Aside.UNREADABLE: _clerk("文件无法读取", "It cannot be read", RUN_AGAIN),
    Aside.LINE_SET_ASIDE: _clerk(
        "名单中这位申报人的一行有错误，没有使用",
        "The applicant's line of the roster has an error and is not used",
        Words("请先改正名单，再运行一次。", "Mend the roster first, and run again."),
    ),
    Aside.OTHER_PERSON: _clerk(
        "路径里是名单中另一位申报人的姓名",
        "Its path bears the name of another applicant of the roster",
        RIGHT_FOLDER,
    ),
    Aside.DUPLICATE: _clerk("与这位申报人的另一份材料完全相同", "It is the same as another upload of this applicant", NOTHING),
    Reason.JUNK: _clerk("压缩包里系统自动生成的文件", "A file in an archive that a system left behind", NOTHING),
    Reason.UNREADABLE_NAME: _applicant("压缩包里有文件名无法读取", "A name in the archive cannot be read", PACK_AGAIN),
    Reason.UNSAFE_NAME: _applicant("压缩包里有不安全的路径", "A path in the archive leads elsewhere", PACK_AGAIN),
    Reason.SAME_NAME: _applicant("压缩包里有同名文件，不知道以哪个为准", "Two files in the archive have one name", PACK_AGAIN),
    Reason.NOT_A_FILE: _applicant("压缩包里有不是文件的内容", "Something in the archive is no file", PACK_AGAIN),
    Reason.ENCRYPTED: _applicant(
        "压缩包里的文件设有密码",
        "A file in the archive needs a password",
        Words("请去掉压缩包的密码后重新上传。", "Pack it without a password and upload it again."),
    ),
    Reason.METHOD: _applicant(
        "压缩包用了不支持的压缩方法",
        "The archive is compressed in a way that is not supported",
        Words("请用普通 ZIP 重新打包，或直接上传文件。", "Pack it as a plain ZIP, or upload the files unpacked."),
    ),
    Reason.TOO_LARGE: _applicant("压缩包里有文件过大", "A file in the archive is too large", vocabulary.SPLIT),
    Reason.NESTED: _applicant("压缩包里还有压缩包", "There is an archive in the archive", PACK_AGAIN),
    Reason.DAMAGED: _applicant("压缩包里有文件已损坏", "A file in the archive is damaged", PACK_AGAIN),
}

_SET_ASIDE: Final = {str(code): cause for code, cause in SET_ASIDE.items()}
_WHO_BY_ADVICE: Final = {
    vocabulary.RESCAN: Who.APPLICANT,
    vocabulary.EXPORT: Who.APPLICANT,
    vocabulary.SPLIT: Who.APPLICANT,
    vocabulary.ADMIN: Who.ADMIN,
    vocabulary.ASK: Who.ADMIN,
    vocabulary.WHY["not-rebuilt"][1]: Who.ADMIN,
    vocabulary.WHY["input.encrypted"][1]: Who.APPLICANT,
}


def cause_of_check(why: str, check: str = "") -> Cause:
    """Return what a check's reason means, for whom."""
    advice = words.advice_words(why, check)
    who = _WHO_BY_ADVICE.get(advice, Who.CLERK)
    # The applicant is told to bring it anew; that the clerk may look instead stands once, above all.
    return Cause(who, words.why_words(why, check), UPLOAD_AGAIN if advice == vocabulary.EXPORT else advice)


def cause_of_failure(code: str) -> Cause:
    """Return why an upload came to no verdict."""
    return FAILED.get(code) or cause_of_check(code)


def cause_of_set_aside(code: str) -> Cause:
    """Return why an upload was not processed at all; a whole archive's reason is an error's code."""
    # Looked up by the text: two enumerations and the errors' codes meet here.
    return _SET_ASIDE.get(code) or cause_of_failure(code)
