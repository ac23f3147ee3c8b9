"""The tables behind `words`: one entry per code, Chinese first.

House words: 遮盖 (to mask), 漏遮 (left open), 多遮 (masked too much), 需人工复核, 校验报告, 去标识化. Never 匿名化, which promises
more in law than a mask can keep (PIPL art. 73), and never 密文, which reads as a cipher.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Words(NamedTuple):
    """One thing said in Chinese and in English."""

    zh: str
    en: str


STATUS: Final = {
    "released": Words("通过", "Released"),
    "needs_review": Words("需人工复核", "Needs review"),
    "blocked": Words("未通过", "Blocked"),
}

NEXT: Final = {
    "released": Words(
        "遮盖后的文件已写出，并通过全部校验。提交前请再逐页看一遍。",
        "The masked file is written and passed every check. Look through its pages once more before you submit it.",
    ),
    "needs_review": Words(
        "有些内容程序不能确定。请打开待复核的文件，查看下面列出的位置，确认无漏遮或补画遮盖后再提交。",
        "The program could not be sure of everything. Open the file for review, look at the places listed below, and submit it"
        " only when nothing is left open.",
    ),
    "blocked": Words(
        "校验没有通过，文件未放行，请不要提交。请按下面列出的位置补画遮盖，然后重新校验。",
        "Verification failed and the file is withheld: do not submit it. Mask the places listed below, then verify again.",
    ),
}

NEXT_OF_CHECK: Final = {
    "released": Words(
        "在这份文件里没有再找到申报人的信息。提交前请再逐页看一遍。",
        "Nothing of the applicant was found in this file any more. Look through its pages once more before you submit it.",
    ),
    "needs_review": Words(
        "有些检查没有做完，或结果需要人来判断。请查看下面列出的位置，确认无漏遮后再提交。",
        "Some checks could not be finished, or need a person's eye. Look at the places listed below before you submit the file.",
    ),
    "blocked": Words(
        "这份文件里还能找到应遮盖的内容，请不要提交。请遮盖下面列出的位置，然后重新校验。",
        "This file still shows what should be masked: do not submit it. Mask the places listed below, then verify again.",
    ),
}

CATEGORY: Final = {
    "name": Words("姓名", "Name"),
    "unit": Words("工作单位", "Work unit"),
    "seal": Words("公章", "Seal"),
    "eyes": Words("照片眼部", "Eyes"),
    "code": Words("二维码、条码", "QR code or barcode"),
    "number": Words("证件号、电话等号码", "ID, phone and other numbers"),
    "unknown": Words("无法判断的内容", "Unknown content"),
}

ORIGIN: Final = {
    "auto": Words("自动", "Automatic"),
    "manual": Words("人工", "By hand"),
}

# What a policy leaves visible, where it tells the kinds of numbers apart.
NUMBER_KIND: Final = {
    "id-number": Words("身份证号", "ID numbers"),
    "phone": Words("电话号码", "phone numbers"),
    "email": Words("电子邮箱", "e-mail addresses"),
    "certificate": Words("证书编号", "certificate numbers"),
    "birth-date": Words("出生日期", "dates of birth"),
}
GIVEN_NUMBERS: Final = Words("申报人名册所列的号码", "numbers listed in the applicant's record")

_TEXT_REASON: Final = {
    "exact": Words("与{zh}一致", "Same as {en}"),
    "fuzzy": Words("与{zh}只差个别字，可能是识别误差", "Differs from {en} by a character or so, which may be a misreading"),
    "lattice": Words("逐字比对后可能是{zh}", "May be {en}, by comparing character by character"),
    "split": Words("分行或分格书写的{zh}", "{En} written over several lines or cells"),
    "cut": Words("中间被遮盖、两端还露出的{zh}", "{En}, its middle masked and its ends still open"),
    "spaced": Words("字间有空格的{zh}", "{En} with spaces between its characters"),
    "turned": Words("横放或倒放的{zh}", "{En} on a turned page"),
    "derived": Words("{zh}的另一种写法（拼音、简称等）", "Another writing of {en} (pinyin, a short form and the like)"),
    "copy": Words("水印中与{zh}笔画相同的文字", "Letters of a watermark that have the form of {en}"),
    "found": Words("找到{zh}", "{En} found"),
}
_TEXTS: Final = {
    "name": Words("申报人姓名", "the applicant's name"),
    "unit": Words("申报人工作单位", "the applicant's work unit"),
    "number": Words("申报人的号码", "one of the applicant's numbers"),
}


def _text_reasons() -> dict[str, Words]:
    rows = {}
    for category, target in _TEXTS.items():
        for hint, words in _TEXT_REASON.items():
            zh = words.zh.format(zh=target.zh)
            rows[f"{category}.{hint}"] = Words(zh, words.en.format(en=target.en, En=target.en[0].upper() + target.en[1:]))
    return rows


REASON: Final = _text_reasons() | {
    "number.id-number": Words("身份证号", "An ID number"),
    "number.phone": Words("电话、手机或传真号码", "A phone or fax number"),
    "number.email": Words("电子邮箱", "An e-mail address"),
    "number.certificate": Words("证书编号", "The number of a certificate"),
    "number.birth-date": Words("出生日期", "A date of birth"),
    "seal.red": Words("红色印章", "A red seal"),
    "seal.grey": Words("复印件上的灰色印章", "A grey seal on a photocopy"),
    "seal.blue": Words("蓝色印章", "A blue seal"),
    "seal.edge": Words("页边的半个印章（骑缝章）", "Part of a seal at the page's edge"),
    "seal.found": Words("找到印章", "A seal found"),
    "seal.black": Words("黑白扫描件上的印章", "A seal on a black-and-white scan"),
    "name.chop": Words("申报人的名章", "The applicant's name chop"),
    "seal.other-chop": Words("别人的名章，按策略遮盖", "Another person's name chop, masked by the policy"),
    "seal.own": Words("申报人单位的公章", "The seal of the applicant's unit"),
    "seal.other": Words("其他单位的印章，按策略遮盖", "Another body's seal, masked by the policy"),
    "seal.unsure": Words(
        "不能确定是哪个单位的印章，按申报人单位的公章遮盖", "A seal of which nobody can tell whose it is, masked as the unit's own"
    ),
    "seal.unread": Words("印文没有读清，按公章遮盖", "The ring could not be read, so it is masked"),
    "eyes.certain": Words("人脸照片", "A face in a photo"),
    "eyes.review": Words("可能是人脸，按人脸遮盖", "Perhaps a face, masked as one"),
    "eyes.found": Words("找到人脸", "A face found"),
    "code.own-code": Words("内容指明申报人的码", "A code that names the applicant"),
    "code.qr": Words("二维码，扫码可查到本人", "A QR code, which leads to the person"),
    "code.linear": Words("条码，扫码可查到本人", "A barcode, which leads to the person"),
    "code.datamatrix": Words("DataMatrix 码，扫码可查到本人", "A DataMatrix code, which leads to the person"),
    "code.pdf417": Words("PDF417 码，扫码可查到本人", "A PDF417 code, which leads to the person"),
    "code.aztec": Words("Aztec 码，扫码可查到本人", "An Aztec code, which leads to the person"),
    "code.maxicode": Words("MaxiCode 码，扫码可查到本人", "A MaxiCode, which leads to the person"),
    "code.found": Words("找到二维码或条码", "A code found"),
    "code.unread": Words("像二维码但没有解开，按二维码遮盖", "Looks like a code but could not be decoded, so it is masked"),
    "unknown.found": Words("无法判断是什么，先遮盖", "It could not be told what this is, so it is masked"),
    "unknown.out-of-seal": Words("伸出印章遮盖之外的印迹，一并遮盖", "Ink that stands out of a masked seal, masked with it"),
    "unknown.cut-by-seal": Words("被印章遮住一部分的字，整字遮盖", "A character that a seal partly covers, masked whole"),
    "unknown.label-value": Words(
        "“姓名”“签名”“工作单位”等标签旁的手写字、签名或读不清的内容，不能确认是别人的，先遮盖",
        "Handwriting, a signature or text that could not be read beside a label such as name, signature or work unit: nothing shows that it"
        " is anybody else's, so it is masked",
    ),
    "unknown.cut-by-other-seal": Words(
        "被其他单位的印章遮住一部分的字，整字遮盖", "A character that another body's seal partly covers, masked whole"
    ),
    "unknown.cut-by-other-chop": Words(
        "被别人的名章遮住一部分的字，整字遮盖", "A character that another's chop partly covers, masked whole"
    ),
    "unknown.unread": Words("有文字但读不出来，先遮盖", "Text that could not be read, so it is masked"),
    "manual": Words("人工画的遮盖", "Drawn by a person"),
}

# Per check: its title, and what it shows where it passed.
CHECK: Final = {
    "intake": (
        Words("读入材料", "Taking in"),
        Words("这一页完整读入，没有修复过或跳过的内容。", "The page was taken in whole; nothing was mended or skipped."),
    ),
    "legible": (
        Words("清晰程度", "Legibility"),
        Words("文字足够清楚，能够识别。", "The text is clear enough to be read."),
    ),
    "find.text": (
        Words("查找文字", "Searching the text"),
        Words("识别了全页文字，查找过姓名和工作单位。", "The page was read and searched for name and work unit."),
    ),
    "find.text-layer": (
        Words("查找 PDF 文字层", "Searching the PDF's text layer"),
        Words("PDF 自带的文字也查找过。", "The PDF's own text was searched too."),
    ),
    "find.uyghur": (
        Words("查找维吾尔文", "Searching Uyghur script"),
        Words("维吾尔文字也查找过。", "Uyghur script was searched too."),
    ),
    "find.beneath": (
        Words("查找印章下的文字", "Searching beneath seals"),
        Words("去掉印泥颜色后，印章下的文字也查找过。", "Text beneath seals was read again without the ink and searched."),
    ),
    "find.watermark": (
        Words("查找水印里的文字", "Searching watermarks"),
        Words("正文下面浅色的大字（水印）也查找过。", "Large pale letters under the text were read and searched as well."),
    ),
    "find.cut": (
        Words("查找被印章切断的字", "Looking for characters cut by a seal"),
        Words("印章遮盖的边缘没有留下半个字。", "No half character is left at the edge of a seal's mask."),
    ),
    "find.faces": (
        Words("查找人脸", "Looking for faces"),
        Words("查找过照片中的人脸。只定位眼睛，不识别是谁。", "Faces were looked for. Eyes are located; nobody is recognised."),
    ),
    "find.seal-reading": (
        Words("辨认印章", "Reading seals"),
        Words(
            "读过印章上的文字：两个识别引擎都读清、确认是其他单位的印章按策略处理，其余一律遮盖。",
            "What seals say was read: one that both readers read whole as another body's is left to the policy, every other is masked.",
        ),
    ),
    "find.seals": (
        Words("查找印章", "Looking for seals"),
        Words("查找过印章。", "Seals were looked for."),
    ),
    "find.chops": (
        Words("辨认名章", "Reading name chops"),
        Words(
            "两个识别引擎读过小印章：申报人的名章按姓名遮盖，确认是别人的名章按策略处理，读不清的按印章遮盖。",
            "Two readers read the small seals: the applicant's are masked as names, what is surely another person's is left to the"
            " policy, and what cannot be read is masked as a seal.",
        ),
    ),
    "find.codes": (
        Words("查找二维码、条码", "Looking for codes"),
        Words("查找过二维码和条码。", "QR codes and barcodes were looked for."),
    ),
    "find.labels": (
        Words("查看姓名、签名、单位等标签旁", "Looking beside labels"),
        Words(
            "姓名、签名、工作单位等标签旁，没有留下读不清的手写字、签名或文字。",
            "Beside labels such as name, signature and work unit no handwriting, signature or unread text is left.",
        ),
    ),
    "policy.complete": (
        Words("策略完整", "Policy complete"),
        Words("找到的每一类内容都有对应的处理规则。", "Everything found is a case that the policy knows."),
    ),
    "pixels.solid": (
        Words("遮盖是实心的", "Masks are solid"),
        Words("每一处遮盖都是不透明的纯色，看不到下面的内容。", "Every mask is one opaque colour; nothing shines through."),
    ),
    "pixels.unchanged": (
        Words("其余内容不变", "The rest is unchanged"),
        Words("遮盖以外的内容与原件相同。", "Outside the masks the page is the original's."),
    ),
    "pages.same": (
        Words("页面一致", "Pages are the same"),
        Words("最终文件的每一页，就是上面校验过的那一页。", "Each page of the final file is the very page that was checked."),
    ),
    "structure": (
        Words("文件结构", "File structure"),
        Words(
            "文件里只有遮盖后的页面图像，没有文字层、元数据、附件或旧版本。",
            "The file holds masked page images alone: no text layer, metadata, attachment or earlier revision.",
        ),
    ),
    "bytes.needles": (
        Words("搜索文件字节", "Searching the bytes"),
        Words(
            "按各种编码搜索了文件的全部字节，没有申报人的信息。",
            "All bytes were searched in the usual encodings: nothing of the applicant.",
        ),
    ),
    "renderer.second": (
        Words("换一个软件打开", "Opened with other software"),
        Words("用另一个软件打开，页数、页面大小和遮盖都一致。", "Another renderer shows the same pages, sizes and masks."),
    ),
    "second-reader.ppocr-v4": (
        Words("第二个识别引擎复读（PP-OCRv4）", "Read again (PP-OCRv4)"),
        Words(
            "换一个识别引擎重读写出的页面，没有读到申报人的信息。",
            "Another reader read the written page and found nothing of the applicant.",
        ),
    ),
    "second-reader.watermark": (
        Words("复读水印", "Watermarks read again"),
        Words("换一个识别引擎重读水印，没有读到申报人的信息。", "Another reader read the watermarks and found nothing of the applicant."),
    ),
    "second-reader.tesseract": (
        Words("第三个识别引擎复读（Tesseract）", "Read again (Tesseract)"),
        Words("再换一个识别引擎重读，没有读到申报人的信息。", "A third reader read it again and found nothing of the applicant."),
    ),
    "second-reader.uyghur": (
        Words("维吾尔文复读", "Uyghur script read again"),
        Words("重读维吾尔文字，没有读到申报人的姓名。", "Uyghur script was read again: the applicant's name was not found."),
    ),
    "lines.read": (
        Words("没有无人读清的行", "No line that nobody reads"),
        Words("每一行文字至少有一个识别引擎读清，或已遮盖。", "Every line of text was read by one of the readers, or is masked."),
    ),
    "second-reader.labels": (
        Words("再次查看标签旁", "Looked beside labels again"),
        Words(
            "按第二个识别引擎读到的标签，写出的页面上姓名、签名、单位旁没有露出读不清的内容。",
            "Beside the labels that another reader reads on the written page nothing unread is open.",
        ),
    ),
    "second-look.faces": (
        Words("再次查找人脸", "Faces looked for again"),
        Words("写出的页面上没有露出眼睛的人脸。", "No face on the written page shows its eyes."),
    ),
    "second-look.chops": (
        Words("再次辨认名章", "Name chops read again"),
        Words("写出的页面上没有露出申报人的名章。", "No name chop of the applicant is left on the written page."),
    ),
    "second-look.seal-reading": (
        Words("再次辨认印章", "Seals read again"),
        Words("写出的页面上仍露出的印章重新读过。", "The seals that are still visible on the written page were read again."),
    ),
    "second-look.seals": (
        Words("再次查找印章", "Seals looked for again"),
        Words("写出的页面上没有应遮盖的印章。", "No seal that should be masked is left on the written page."),
    ),
    "second-look.codes": (
        Words("再次查找二维码", "Codes looked for again"),
        Words("写出的页面上没有能扫开的二维码或条码。", "No code on the written page can be scanned."),
    ),
}

# Faults of a written file's structure are many, and mean the same to whoever reads a report; the code stands beside.
STRUCTURE_WHY: Final = Words(
    "文件里有不该有的内容，或缺少应有的内容", "The file holds something that it should not, or lacks something that it should"
)
FOUND_WHY: Final = Words("文件的字节里还能搜到申报人的信息", "Something of the applicant can still be found in the file's bytes")

COVER: Final = Words("请补画遮盖，再重新校验。", "Mask it, then verify again.")
LOOK: Final = Words("请人工查看这一页，确认没有漏遮。", "Look at the page: is anything left open?")
RESCAN: Final = Words(
    "请重新扫描或拍摄这一页：放平、光线均匀、对准焦，分辨率不低于 200 dpi。",
    "Scan or photograph the page again: flat, evenly lit, in focus, at 200 dpi or more.",
)
EXPORT: Final = Words(
    "请重新导出或扫描后上传；或人工查看这一页，确认内容完整。", "Export or scan it again, or make sure by eye that the page is whole."
)
ADMIN: Final = Words("请把这一行告诉管理员，修好后重新处理。", "Tell the administrator this line, and run it again when it is mended.")
ASK: Final = Words("请人工查看；不清楚时把代码告诉管理员。", "Look at it; if in doubt, tell the administrator the code.")
SPLIT: Final = Words("请拆分或压缩材料后重新上传。", "Split or shrink the material and upload it again.")

# Per reason why a check failed or was not made: what is so, and what a person can do.
WHY: Final = {
    "name-visible": (Words("还能读到申报人姓名", "The applicant's name can still be read"), COVER),
    "unit-visible": (Words("还能读到申报人工作单位", "The applicant's work unit can still be read"), COVER),
    "number-visible": (Words("还能读到应遮盖的号码", "A number that should be masked can still be read"), COVER),
    "seal-visible": (Words("还有露出的印章", "A seal is still visible"), COVER),
    "eyes-visible": (Words("还有露出眼睛的人脸", "A face still shows its eyes"), COVER),
    "code-visible": (Words("还有能扫开的二维码或条码", "A code can still be scanned"), COVER),
    "unknown-visible": (Words("还有无法判断的内容没有遮盖", "Content that nobody could judge is not masked"), COVER),
    "target-readable": (Words("还能读到申报人的信息", "Something of the applicant can still be read"), COVER),
    "not-solid": (Words("有遮盖不是实心的", "A mask is not solid"), ADMIN),
    "pixels-not-solid": (Words("有遮盖不是实心的", "A mask is not solid"), ADMIN),
    "changed": (Words("遮盖以外的内容有变化", "Something outside the masks has changed"), ADMIN),
    "pixels-changed": (Words("遮盖以外的内容有变化", "Something outside the masks has changed"), ADMIN),
    "other-size": (Words("写出的页面大小与原件不同", "The written page has another size"), ADMIN),
    "other-page-size": (Words("页面大小与应有的不同", "A page has another size than it should"), ADMIN),
    "other-picture": (Words("两个软件打开后显示的内容不同", "Two renderers show different pictures"), LOOK),
    "page-too-small": (Words("页面太小，无法比较", "The page is too small to be compared"), LOOK),
    "no-answer": (Words("检查没有给出结果", "The check gave no answer"), ADMIN),
    "not-rebuilt": (
        Words(
            "文件不是由遮盖后的图像重新生成的，里面可能还有文字层、元数据或旧版本",
            "The file was not rebuilt from masked images: it may hold a text layer, metadata or earlier revisions",
        ),
        Words("请用本程序重新遮盖原件，不要只在原文件上覆盖。", "Mask the original with this program, instead of covering it in place."),
    ),
    "other-page-count": (Words("写出的页数与原件不同", "The written file has another number of pages"), ADMIN),
    "other-pixels": (Words("最终页面与校验过的页面不同", "A final page is not the page that was checked"), ADMIN),
    "read-nothing": (
        Words("第二引擎在有文字的页面上什么也没读出", "The second reader read nothing on a page that has text"),
        RESCAN,
    ),
    "unread-lines": (
        Words("有些文字读不清，不能确定其中没有姓名或单位", "Some lines could not be read, so they may hold the name or the unit"),
        RESCAN,
    ),
    "common-word": (
        Words(
            "申报人的姓名也是常用词，此处不能确定是不是姓名，没有遮盖",
            "The name is also a word, and here it may be either: it is not masked",
        ),
        Words("请人工查看：指申报人的，请补画遮盖。", "Look at it: where it means the applicant, mask it."),
    ),
    "short-unit": (
        Words(
            "单位简称太短或也是常用词，此处不能确定是不是该单位，没有遮盖",
            "The unit's short name is very short or also a word, and here it may be something else: it is not masked",
        ),
        Words("请人工查看：指申报人单位的，请补画遮盖。", "Look at it: where it means the applicant's unit, mask it."),
    ),
    "text-overlooked": (
        Words(
            "有像文字的地方没有读出来，其中可能有姓名或单位",
            "Something that looks like text was not read: it may hold the name or the unit",
        ),
        RESCAN,
    ),
    "engine.failed": (Words("识别引擎出错，没有查完", "The engine failed before it had looked at everything"), ADMIN),
    "engine.crashed": (Words("识别引擎意外中断，没有查完", "The engine crashed before it had looked at everything"), ADMIN),
    "weights.invalid": (Words("模型文件缺失或被改动", "A weights file is missing or was changed"), ADMIN),
    "timeout": (Words("用时过长，没有查完", "It took too long and was not finished"), ADMIN),
    "not-run": (Words("没有进行这项检查", "The check was not made"), LOOK),
    "limit.exceeded": (Words("超出大小或时间限制", "Over a limit of size or time"), SPLIT),
    "input.unreadable": (Words("文件无法读取", "The file cannot be read"), EXPORT),
    "input.damaged": (Words("文件已损坏或不完整", "The file is damaged or cut off"), EXPORT),
    "input.encrypted": (
        Words("PDF 设有密码", "The PDF needs a password"),
        Words("请去掉密码后重新上传。", "Remove the password and upload it again."),
    ),
    "input.empty": (Words("文件是空的", "The file is empty"), EXPORT),
    "input.unsupported": (Words("不支持的文件内容", "Content of no supported kind"), EXPORT),
    "pdf.repaired": (
        Words("PDF 已损坏，经修复后才打开，可能缺内容", "The PDF was damaged and mended to open; content may be missing"),
        EXPORT,
    ),
    "pdf.warning": (Words("PDF 中有内容被跳过或替换", "Something in the PDF was skipped or replaced"), EXPORT),
    "pdf.page-count": (Words("PDF 标明的页数与实际页数不同", "The PDF promises another number of pages than it holds"), EXPORT),
    "pdf.image": (Words("页面上有图像不能完整解码", "An image on the page cannot be decoded to its end"), EXPORT),
    "pdf.layers-off": (Words("PDF 有隐藏的图层，打开后页面会不同", "The PDF has layers switched off that would change the page"), LOOK),
    "pdf.dynamic-form": (Words("这是动态表单，看不到真实内容", "A dynamic form: its real content is not in the pages"), EXPORT),
    "pdf.text-layer": (Words("PDF 文字层过长或无法读取", "The PDF's text layer is too long or cannot be read"), LOOK),
    "page.blank": (Words("整页是同一种颜色，可能没有正确打开", "The whole page is of one colour; it may not have opened rightly"), LOOK),
    "image.depth": (Words("图像的颜色深度不常见，明暗可能不对", "The picture has an unusual depth; light and dark may be wrong"), EXPORT),
    "image.more-pictures": (Words("文件里还有另一幅图像没有处理", "The file holds a second picture that was not taken in"), EXPORT),
    "too-blurred": (Words("页面模糊，不能可靠查找", "The page is too blurred to be searched with confidence"), RESCAN),
    "too-dark": (Words("页面太暗，不能可靠查找", "The page is too dark to be searched with confidence"), RESCAN),
    "low-contrast": (Words("字迹太淡，不能可靠查找", "The writing is too faint to be searched with confidence"), RESCAN),
    "low-resolution": (Words("分辨率太低，不能可靠查找", "The resolution is too low to be searched with confidence"), RESCAN),
    "no-text": (Words("页面上没有读到文字", "No text was read on the page"), LOOK),
    "object-not-allowed": (Words("文件里有不该有的内容", "The file holds something that it should not"), ADMIN),
    "withheld": (Words("原因代码不合规，未显示", "The reason given is not a code and is not shown"), ASK),
}

# Per remark on a page's quality: what is so, and what an applicant can do.
REMARK: Final[dict[str, tuple[Words, Words | None]]] = {
    "too-dark": (
        Words("画面太暗", "The page is too dark"),
        Words("请在光线充足、均匀处重新拍摄或扫描。", "Take it again in good, even light."),
    ),
    "too-blurred": (
        Words("画面模糊", "The page is blurred"),
        Words(
            "请拿稳手机，对焦清楚后重新拍摄；或用扫描仪以 300 dpi 扫描。",
            "Hold the phone still, focus and take it again; or scan it at 300 dpi.",
        ),
    ),
    "low-contrast": (
        Words("字迹太淡", "The writing is faint"),
        Words("请提高扫描对比度，或用原件重新扫描。", "Raise the scanner's contrast, or scan the original."),
    ),
    "low-resolution": (
        Words("分辨率太低", "The resolution is low"),
        Words(
            "最小的字太小。请用扫描仪以 300 dpi 重新扫描；拍照时靠近些，让纸张占满画面，并用原图上传。",
            "The smallest text is too small. Scan it at 300 dpi; or take the photo closer, let the paper fill it, and upload it as taken.",
        ),
    ),
    "uneven-light": (
        Words("光线不均，有阴影", "The light is uneven: there is a shadow"),
        Words(
            "请避开手和手机的影子，在光线均匀处重新拍摄，或改用扫描仪。",
            "Keep hand and phone out of the light and take it again, or scan it.",
        ),
    ),
    "sideways": (Words("页面横放", "The page lies on its side"), Words("请把页面转正后重新上传。", "Turn it upright and upload it again.")),
    "upside-down": (
        Words("页面上下颠倒", "The page is upside down"),
        Words("请把页面转正后重新上传。", "Turn it upright and upload it again."),
    ),
    "cut-off": (
        Words("页面边缘的文字被裁掉", "Text is cut off at the page's edge"),
        Words("请把纸张放正，四边都留在画面内，重新拍摄或扫描。", "Take or scan the page again with all four edges in the picture."),
    ),
    "glare": (
        Words("有反光，部分文字看不见", "There is glare that hides text"),
        Words("请关闭闪光灯、避开灯光直射，换个角度重新拍摄，或改用扫描仪。", "Take it again without flash or direct light, or scan it."),
    ),
    "hard-to-read": (
        Words("部分文字读不清", "Some text is hard to read"),
        Words("请对照原件查看；有条件时重新扫描。", "Compare with the original; scan it again if you can."),
    ),
    "no-text": (
        Words("没有读到文字", "No text was read"),
        Words("如果这一页有文字，请重新扫描后上传。", "If there is text on the page, scan it again."),
    ),
}

FILE_REMARK: Final = {
    "kind.changed": Words(
        "输出文件的格式与上传的不同，因为原格式不能安全地保存这些页面。",
        "The output is of another kind than the upload, since that kind cannot hold these pages safely.",
    ),
    "applicant.no-unit": Words("没有给出申报人的工作单位，单位名称没有查找。", "No work unit was given, so none was sought."),
    "applicant.common-word": Words(
        "申报人的姓名也是常用词：在标签旁、名单中、签名处和单独成格时遮盖，在行文中留给人判断。",
        "The applicant's name is also a word: it is masked beside labels, in lists of people, in signatures and alone in a cell, and left"
        " to a person in running text.",
    ),
    "applicant.short-unit": Words(
        "给出的单位名称中有只有两个字或也是常用词的：只在像单位名称的位置遮盖，其他位置留给人判断。建议补充单位全称。",
        "A unit name that was given has two characters or is also a word: it is masked where it stands as a unit, and elsewhere left to a"
        " person. Give the full name as well.",
    ),
    "applicant.name-in-unit": Words(
        "单位名称中含有申报人的姓名，请核对两者是否填对。", "A unit's name holds the applicant's: make sure that both are right."
    ),
    "unsafe.keep-all": Words("注意：所用策略不遮盖任何内容。", "Mind: the policy in use masks nothing."),
}

EYES: Final = Words(
    "关于眼部遮盖：只遮住眼睛，熟悉的人仍可能认出照片中的人。一项试验中，遮眼后的辨认率只从 82.1% 降到 68.6%（Ir Med J 2010;103(8):243）。",
    "On eye bands: who knows a person may still recognise a face with its eyes covered. In one trial recognition fell from 82.1 % to"
    " 68.6 % only (Ir Med J 2010;103(8):243).",
)
LEGAL: Final = Words(
    "输出文件经过去标识化处理：遮盖不可恢复，但职务、日期、地区等其余内容仍可能间接指向本人。本报告不含申报人姓名、单位和文件名。",
    "The output is de-identified: masks cannot be undone, but posts, dates and places that remain may still point to the person."
    " This report holds no name, unit or file name of the applicant.",
)
