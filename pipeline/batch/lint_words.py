"""The words of the roster lint: for each code how grave it is, and what to say in Chinese and in English.

In braces: `field`, the usual heading of the column; `others`, the other lines: 第 3、5 行, rows 3, 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["error", "remark"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """How grave it is, and one sentence in each language: what is wrong, and what to do."""

    severity: Severity
    zh: str
    en: str


def _error(zh: str, en: str) -> Sentence:
    return Sentence("error", zh, en)


def _remark(zh: str, en: str) -> Sentence:
    return Sentence("remark", zh, en)


SENTENCES: Final = {
    "number.empty": _error("没有申报编号，本行不使用。请填写申报编号。", "No number (申报编号); the row is not used. Enter it."),
    "number.duplicate": _error(
        "申报编号与{others}相同，这些行都不使用。请核对后改成各不相同的编号。",
        "The same number (申报编号) as {others}; none of these rows is used. Give each its own.",
    ),
    "number.several": _error(
        "申报编号一格中有几个值，本行不使用。请只留一个。",
        "Several values in the cell of the number (申报编号); the row is not used. Leave one.",
    ),
    "number.personal": _error(
        "申报编号是身份证号、电话或姓名，会写进报告和汇总表，本行不使用。请改用不含个人信息的编号。",
        "The number (申报编号) is an ID number, a phone or a name, and would stand in reports and tables; the row is not used. Use one that"
        " says nothing about the person.",
    ),
    "number.short": _remark(
        "“{field}”中有位数过少的号码，没有查找。请核对；分机号请与总机号写在一起。",
        "A number under {field} has so few digits that it was not sought. Check it; write an extension together with its main number.",
    ),
    "name.empty": _error("没有姓名，本行不使用。请填写姓名。", "No name; the row is not used. Enter it."),
    "name.one-character": _error(
        "“{field}”中有只有一个字的姓名，本行不使用：一个字在每页都会出现。请填写完整姓名。",
        "A name of one character under {field}; the row is not used, since one character stands on every page. Enter the whole name.",
    ),
    "name.not-a-name": _error(
        "“{field}”中有数字、括号或其他符号，材料上不会这样写，本行不使用。请只写姓名；几个姓名用“、”隔开。",
        "There are digits, brackets or other signs under {field}, which no page has in a name; the row is not used. Write names alone,"
        " several of them parted by 、.",
    ),
    "name.several": _error(
        "“{field}”中像是用空格隔开的几个姓名，本行不使用。几个姓名请用“、”隔开；一个姓名的各部分请用“·”连接。",
        "Under {field} there seem to be several names with spaces between; the row is not used. Part several names by 、, and join the"
        " parts of one name by ·.",
    ),
    "name.common-word": _remark(
        "姓名也是常用词：在标签旁、名单中、签名处和单独成格时遮盖，其他位置留给人判断。请多安排复核时间。",
        "The name is also a word: it is masked beside labels, in lists of people, in signatures and alone in a cell, and left to a person"
        " elsewhere. Plan time for review.",
    ),
    "name.same": _remark(
        "与{others}有相同的姓名。请按申报编号核对两人的材料没有放错。",
        "A name in common with {others}. Make sure, by their numbers, that their materials are not mixed up.",
    ),
    "name.in-unit": _remark(
        "单位名称中含有申报人的姓名。请核对两栏是否填对。",
        "The unit's name holds the person's name. Make sure that both columns are right.",
    ),
    "unit.empty": _error("没有工作单位，本行不使用。请填写单位全称。", "No work unit; the row is not used. Enter its full name."),
    "unit.one-character": _error(
        "“{field}”中有只有一个字的单位名称，本行不使用：一个字在每页都会出现。请填写全称。",
        "A unit name of one character under {field}; the row is not used, since one character stands on every page. Enter the full name.",
    ),
    "unit.not-a-unit": _error(
        "“{field}”中有不含文字的值，本行不使用。请填写单位名称，没有就留空。",
        "There is a value without letters under {field}; the row is not used. Enter the unit's name, or leave the cell empty.",
    ),
    "unit.short": _remark(
        "有单位名称只有两个字或也是常用词：只在像单位名称的位置遮盖。请确认单位全称也已填写。",
        "A unit name has two characters or is also a word: it is masked only where it stands as a unit. Make sure that the full name is"
        " there as well.",
    ),
    "unit.brackets": _remark(
        "“{field}”的括号中有原名或简称，已分开查找。请最好写到“原单位”“单位简称”列。",
        "The brackets under {field} hold a former or short name, which is sought by itself. Better write it under 原单位 or 单位简称.",
    ),
    "id.checksum": _remark(
        "身份证号校验不通过，按原样查找。请核对是否有错字。",
        "The ID number does not pass its own check; it is sought as it stands. Check it for typing errors.",
    ),
    "id.length": _remark(
        "身份证号不是 18 位或 15 位，按原样查找。请核对是否漏了数字。",
        "The ID number has neither 18 nor 15 digits; it is sought as it stands. Check whether digits are missing.",
    ),
    "id.zeros": _remark(
        "身份证号以 000 结尾，可能被 Excel 改过，按原样查找。请对照证件核对末三位。",
        "The ID number ends in 000, as Excel leaves numbers that it changed; it is sought as it stands. Check its last three digits.",
    ),
    "id.same": _remark(
        "身份证号与{others}相同。请核对是否同一人申报两次，或填错。",
        "The same ID number as {others}. Check whether one person applies twice, or it is an error.",
    ),
    "files.outside": _error(
        "“{field}”中的位置在上传文件夹之外，本行不使用。请只写上传文件夹中的文件名或文件夹名。",
        "A place under {field} lies outside of the uploads; the row is not used. Write names of files or folders within them.",
    ),
    "files.shared": _error(
        "“{field}”与{others}有相同的值，不知道材料是谁的，这些行都不使用。请让每个文件或文件夹只属于一人。",
        "A value under {field} in common with {others}, so nobody can tell whose the material is; none of these rows is used. Let each"
        " file or folder belong to one person.",
    ),
    "cell.digits-lost": _error(
        "“{field}”被 Excel 存成了数字，末几位已经丢失，本行不使用。请把该列设为文本格式后重新填写，不要只改格式。",
        "Excel took {field} for a number and lost its last digits; the row is not used. Set the column to text and enter it anew: changing"
        " the format alone does not bring them back.",
    ),
    "cell.not-text": _error(
        "“{field}”被 Excel 改成了日期或逻辑值，本行不使用。请把该列设为文本格式后重新填写。",
        "Excel turned {field} into a date or a truth value; the row is not used. Set the column to text and enter it anew.",
    ),
    "cell.error": _error(
        "“{field}”的公式出错（如 #N/A），本行不使用。请填写实际内容，没有就清空。",
        "The formula under {field} failed (#N/A and the like); the row is not used. Enter what should stand there, or clear the cell.",
    ),
    "cell.ditto": _error(
        "“{field}”写的是“同上”，本行不使用。请填写实际内容。", "{field} says “ditto”; the row is not used. Enter what should stand there."
    ),
    "cell.full-width": _remark(
        "“{field}”中的全角数字或字母已按半角处理，不用改。",
        "Full-width digits or letters under {field} were taken as half-width; there is nothing to do.",
    ),
    "cell.spaces": _remark(
        "“{field}”前后的空格或不可见字符已去掉，不用改。",
        "Spaces or invisible signs around {field} were taken off; there is nothing to do.",
    ),
    "applicant.refused": _error(
        "姓名或单位不能用于查找，本行不使用。请核对各栏。", "The name or unit cannot be searched for; the row is not used. Check its cells."
    ),
}
