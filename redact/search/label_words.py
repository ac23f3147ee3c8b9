"""What the labels of forms, certificates and papers say, and whose value stands beside each."""

from __future__ import annotations

import re

from redact.finding import Category
from redact.search.folding import fold

_NOT_LETTERS = re.compile(r"[^\w]|_")


def bare(text: str) -> str:
    """Return the letters and digits of a text, folded: as labels are compared."""
    return _NOT_LETTERS.sub("", fold(text).text)


def _words(text: str) -> list[str]:
    return text.split()


# Whose label it is. What also begins sentences, or stands for others, needs a noun behind it.
_OURS = _words(
    "申报人 申报者 申请人 申请者 承诺人 承诺者 声明人 填表人 填报人 报名人 参评人 参评人员 参评者 评审对象 申报人员 申报对象 "
    "被推荐人 被推荐者 被申报人 被评审人 被考核人 考核对象 被考核者 述职人 述职者 持证人 持证者 持有人 获奖人 获奖者 获奖人员 "
    "获奖个人 受奖人 受聘人 受聘者 被聘人 被聘任人 应聘人 受聘人员 聘任对象 学员 考生 应试人 作者 作者简介 第一作者简介 "
    "作者信息 第一作者 第1作者 通讯作者 通信作者 独著 主编 编者 编著 编著者 著者 著作权人 译者 撰稿人 撰写人 执笔人 论文作者 "
    "作品作者 署名 完成人 主要完成人 第一完成人 第1完成人 成果完成人 主研人 主研人员 发明人 发明者 专利权人 专利发明人 设计人 "
    "主持人 项目主持人 课题主持人 项目负责人 课题负责人 项目申请人 课题申请人 授课人 授课教师 任课教师 执教教师 主讲人 主讲教师 "
    "指导教师 辅导教师 参赛教师 参赛选手 参赛者 参加人 乙方签名 受聘方 报告人 本人确认"
)
_WITH_NOUN = _words(
    "本人 个人 教师 职工 员工 教职工 学生 干部 医师 医生 护士 工程师 人员 专业技术人员 专技人员 亲笔 手写 乙方 当事人 声明 承诺"
)
_NOUNS = _words(
    "姓名 名字 签名 签字 签章 签名盖章 签字盖章 签名或盖章 签字或盖章 亲笔签名 亲笔签字 手写签名 手写签字 确认签名 确认签字 "
    "签名确认 签字确认 签名处 签字处 签署 姓名签名 姓名签字 本人签名 本人签字"
)
_NAMES = _words(
    "姓名 名字 姓名名称 中文姓名 姓名中文 汉语姓名 汉字姓名 英文姓名 姓名英文 英文名 外文姓名 姓名拼音 拼音姓名 汉语拼音姓名 "
    "姓名汉语拼音 民文姓名 姓名民文 民族文字姓名 姓名民族文字 维文姓名 姓名维文 维吾尔文姓名 哈文姓名 哈萨克文姓名 曾用名 曾用姓名 "
    "原名 别名 现用名 户口姓名 证件姓名 真实姓名 签名 签字 签章 签名人 签字人 签署人 亲笔签名 亲笔签字 手写签名 手写签字 "
    "签名盖章 签字盖章 签名或盖章 签字或盖章 署名 姓名及职务 姓名职务 姓名职称"
)
_UNIT_OWNERS = _words(
    "工作 所在 现工作 原工作 现所在 任职 现任职 原任职 就职 现就职 服务 供职 推荐 申报 呈报 填报 报送 申请 聘用 聘任 受聘 "
    "用人 派出 派遣 委派 选送 选派 送培 参训 参评 参赛 参加 作者 第一作者 第1作者 作者所在 通讯作者 完成 主要完成 第一完成 "
    "第1完成 承担 项目承担 课题承担 项目完成 本人 本人所在 申报人 申报人所在 申请人 申请人所在 学员 教师 获奖 个人 人事关系 "
    "人事关系所在 档案所在 编制所在 现聘 现 原 曾工作 学习工作 学习或工作 工作学习 工作或学习 任教 从教 执业 主要执业 审核 "
    "推荐申报"
)
_UNIT_NOUNS = _words(
    "单位 单位名称 单位全称 单位公章 单位盖章 单位签章 单位章 单位签字盖章 单位名称公章 单位名称盖章 单位及部门 单位部门 "
    "单位及职务 单位职务 单位及职称 单位和职务"
)
_UNITS = _words(
    "单位 单位名称 单位全称 单位公章 单位盖章 单位签章 公章 盖章 单位曾用名 原单位名称 工作部门 工作学校 所在学校 任教学校 "
    "学校名称 学校全称 学校公章 学校盖章 所在医院 医院名称 执业机构 执业地点 主要执业机构 执业医疗机构 所在机构 机构名称 企业名称 "
    "公司名称 所在公司 所在企业 工作地点 工作机构 工作单位及职务 工作单位及职称 工作单位和职务 单位及部门 用人单位意见盖章"
)
# Folded, without spaces.
_LATIN_NAMES = _words(
    "name fullname nameinfull nameofapplicant applicant applicantname "
    "applicantsname author authors authorname firstauthor "
    "correspondingauthor signature signed signedby signatureofapplicant "
    "applicantsignature printname surname familyname lastname givenname "
    "givennames firstname nameinchinese chinesename englishname"
)
_LATIN_UNITS = _words(
    "affiliation affiliations employer organization organisation "
    "institution institute workunit company workplace placeofwork "
    "nameofemployer employername unit department hospital school"
)
# Uyghur forms: name, surname and name, signature, author; place of work, unit, school.
_UYGHUR_NAMES = (
    "ئىسمى",
    "ئىسىم",
    "فامىلىسى",
    "ئىسىم فامىلىسى",
    "ئىسىم-فامىلىسى",
    "ئىسمى فامىلىسى",
    "ئىمزا",
    "ئىمزاسى",
    "ئاپتور",
    "ئىلتىماس قىلغۇچى",
)
_UYGHUR_UNITS = ("خىزمەت ئورنى", "ئورنى", "ئورۇن", "ئورۇن نامى", "خىزمەت قىلىدىغان ئورنى", "ئىش ئورنى", "مەكتىپى")
# Labels of other people and other bodies: some are one character away from ours.
_OTHERS = _words(
    "审核人 审查人 负责人 单位负责人 部门负责人 证明人 联系人 推荐人 推荐专家 考核人 考核者 监督人 监考人 经办人 经手人 复核人 "
    "批准人 审批人 校长 院长 所长 主任 主管 领导 评委 专家 组长 主任委员 评审专家 鉴定人 介绍人 见证人 代理人 委托人 法人 "
    "法人代表 法定代表人 主管领导 分管领导 甲方 家长 监护人 收件人 签发人 发证人 颁发人 制表人 录入人 制卡人 受理人"
)
_OTHER_UNITS = _words(
    "发证 颁发 颁证 授予 主办 承办 协办 合作 评审 主管 签发 审批 批准 出版 发布 编制 起草 组织 举办 鉴定 验收 授权 监制 "
    "制发 毕业 学习 培训 建设 施工 监理 设计 委托 收款 付款 计量 货币"
)

MEASURES = frozenset(
    _words(
        "元 万元 千元 百万元 亿元 人民币元 人民币 美元 股 万股 人 人次 万人 名 个 件 台 套 次 篇 项 吨 万吨 公斤 千克 克 米 千米 "
        "公里 公顷 亩 万亩 "
        "平方米 立方米 毫米 厘米 毫克 毫升 小时 学时 课时 分 分钟 天 年 月 mm cm m km kg g t ml mg h"
    )
)
"""What stands behind 单位 above a table, and is a unit of measure."""


def _vocabulary() -> dict[str, Category | None]:
    found: dict[str, Category | None] = dict.fromkeys((*_OTHERS, *(a + b for a in _OTHERS for b in _NOUNS)))
    found |= dict.fromkeys(a + b for a in _OTHER_UNITS for b in _UNIT_NOUNS)
    found |= dict.fromkeys((*_OURS, *_NAMES, *_LATIN_NAMES, *(a + b for a in (*_OURS, *_WITH_NOUN) for b in _NOUNS)), Category.NAME)
    found |= dict.fromkeys((*_UNITS, *_LATIN_UNITS, *(a + b for a in _UNIT_OWNERS for b in _UNIT_NOUNS)), Category.UNIT)
    found |= {bare(text): Category.NAME for text in _UYGHUR_NAMES} | {bare(text): Category.UNIT for text in _UYGHUR_UNITS}
    return found


VOCABULARY = _vocabulary()
"""Per label, bare: NAME or UNIT where the value is the applicant's, None where it is somebody else's."""
