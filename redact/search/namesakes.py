"""Is a name that was found a piece of a longer one, or no name at all? Each rule asks for clear evidence; in doubt it is ours.

A character that touches the name belongs to it where it can end a given name, begins no word, and a sign, a title or a verb comes
after it (王伟东老师). A surname that touches it before makes it a given name (王林峰, 司马超), unless it ends a word (校长孙丽). A name
whose two ends lie in two other words is an accident (国王伟大).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from redact.search.folding import DOTS, is_han
from redact.search.lexicon import cut, is_word, tag
from redact.search.readings import COMPOUND
from redact.search.surroundings import Surroundings

# Characters of given names that hardly ever stand after a name as a word of their own. Rarer ones (below) need no list.
GIVEN = frozenset(
    "丰云远东华军平强刚勇杰涛超磊鹏飞波斌辉浩宇轩博昊龙虎森海峰岩松柏梅兰竹芳芬芝英莹萍娟娜婷婧妍娇媛丽红艳霞静敏慧惠琴玲珍珠玉凤燕雪洁莉蓉薇莲荣贵康宁"
    "泰祥瑞庆欣怡悦佳嘉秋晨阳亮晓晖旭星辰雨霖泽源洋洲涵淑润鑫钰铭锋邦忠义仁诚毅恒善俊豪雄伟宏鸿洪昌盛茂贤哲睿武斯琪琳瑶璐璇瑾彤丹青翠然若依鸣"
    "明国民文林山川江河清春夏冬月光兴顺利宝良才德福寿禄禧祺吉升永久长健壮奇志智信礼孝廉耀煌灿炜焕烨炎焱坤乾坚磐石玺璋珊琼瑜瑛瑗珂珏玮琛琦璟芸苗茜茹荷莎菊"
    "菲萌萱葵蓓蕊蕾薰蘅馨香芹芷苇倩凝儿乐仪伊仲伦佩俐倪偲元兆先全冉凌凡凯剑力卉卓南双可君启周咏唐喜园圆垣城培基增夕奎妃妮妹姗姣姝娅娥娴娣嫣嫦孟季孙宜宗宸"
    "容宾密寒尧岚岳峻崇崎川巍帅帆常平广庭延廷弘彦彩彪彬影微心怀思恩恬情惟愉愿慈慕成扬承捷捷振挺授政敬斐旗旺昂昆昕昭映晏晗晶智暄曦曼朋朗朝木杉杏杨极构柔柯柳"
    "栋树桂桃桐桦楠楚楷榕樱欢歌正毓沁沛沙泉泓波津洛济浦浪淇淞淳渊渝湘湛溪滢漫澄澜瀚灵焰照熙熠燃爽琰瑄甜生田申白皓盈睦矗硕碧磬祖祯禹秀秉程稳穆竞笑笛筠筱简箫"
    "纯纲纹绍绮维绪缘缨罡羽翔翎翰翼联聪胜舒航舟艺芙苏茵荔莺菁葳蔚蔓薪藤虹蝶融裕观言诗语谊谦谨豫赞超跃越砚禾墨岑辛迪迅逸逢遥邑郁重野金钊钢铃铖锐锦镇闻阔隆雁雅雯霄霏"
    "霜霭韬韵韶颂颖飒馥骁骅骏骐高魁鲁鹃鹤麒麟黎齐龄群娟宽凝恺戈晔臻艾芮莞涓沫沐诺荫之维迎昀"
)
# Words of one character that stand after a name. A longer name may end in some of them (王学, 王生): in doubt it does not.
WORDS_AFTER = frozenset(
    "在和与跟同及暨照以并且又也还都均已曾将正是系为任当做作于自从由向对给把被让使令叫请因经按据其之的地得了着过来去到至进出回上下前后中内外说讲谈写著编译摄绘画书"
    "题签印章等男女家校院所处科室组队班级部厂局某氏师兄弟姐老总工不没未无有能应该须需要想获拟报审评复核阅批示收发交领取用带教读考入加参调聘选推当值代补替即"
    "曾再先刚才仅只就则却便更最很较约共各每这那此该本初新常早仍亦或但而而且者所可会学行立达建求知爱望守放游住是非原现甲乙丙丁一二三四五六七八九十百第"
    "号名位岁年月日时分人个次件项份章节页表图文附注张主持副正党团任职务"
)
# Of these, such as mean nothing without a word behind them: before a sign they end a name (韦立新, 段誉之, 陈知行).
_NEEDS_MORE = frozenset("新之常先正初学立达建求知爱望守可行")
# Of those, such as are no verb for a person before a preposition, an adverb or another person (王伟达对其工作, 王伟行已退休), while
# 望对, 建对, 学与, 守在, 初与 and 行将 are.
_NO_VERB = frozenset("立达知行")
_BEHIND_A_NAME = frozenset("对被把均都也曾已同及与和")
# "Says", in older writing: at a line's end, behind a given name of two characters, it is no third one (杜少陵云).
_SAYS = "云"
_TITLES = re.compile(
    r"^(?:同志|老师|先生|女士|同学|教授|副教授|讲师|医生|医师|护士|护师|校长|院长|所长|处长|科长|局长|部长|站长|场长|主任|书记|组长|班长|主席|会长|"
    r"经理|总监|总工|教练|博士|硕士|研究员|工程师|农艺师|师傅|阿姨|[一二两三四五六七八九十几]人|[一二两三四五六七八九十几]位|等人|等|申报|申请|荣获|合著|任职|述职|签名|签字)"
)
# What follows an Uyghur or Kazakh name and lengthens it: -jan, -khan, -gül, -bek …
_LENGTHENS = frozenset("江罕汗古别巴哈尼木尔丁孜娜依夏甫洪吉")
_PREFIXES = frozenset(
    re.findall(r"\w+", "阿不都 阿布都 阿卜都 阿卜杜 阿不杜 阿不力 阿布力 阿卜力 阿不来 阿不 阿布 阿卜 努尔 阿依 古丽 迪丽 穆罕")
)
_FOREIGN = frozenset(
    "阿埃艾安奥巴拜班帮北贝比毕别宾波伯博布才查察达代丹当道德登迪地帝丁东都杜多俄恩尔发法凡菲弗夫福甫尕盖甘冈高戈格根贡古哈海罕汉汗浩赫黑亨洪胡华霍吉加佳贾江金卡"
    "凯坎康柯科克肯孔库夸拉来莱兰郎劳勒雷里力利丽连列林琳铃龙隆鲁路伦罗洛马玛迈买曼毛梅美门蒙米密敏明莫姆木穆那娜纳乃南尼妮宁努诺帕派潘佩皮平普其奇齐恰乔切沁青"
    "热仁日荣茹如瑞撒萨赛桑沙莎山社申生圣施什石史舍斯司丝苏索塔泰坦汤唐陶特提铁亭图土吐托瓦外万旺威维温文沃乌吾武希西锡夏谢辛兴雄徐许旭雅亚娅延扬耶叶伊依以易因义"
    "音英尤玉约云孜再则扎占泽扎张哲者珍支朱珠兹卓祖佐吾肉孜牙亥铁塞塞斯麦麦提衣热依卜吐拉恰尔恰木"
)
# Surnames that are no everyday words: what stands before a name and is none of these says nothing.
_SURNAMES = frozenset(
    "王李刘陈杨赵黄吴徐孙胡朱郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶苏魏吕丁沈姚卢姜崔"
    "钟谭陆汪石廖贾韦付邹孟熊秦邱尹薛闫侯龙史陶贺顾毛郝龚邵钱覃戴莫孔汤张周程马夏岳易柳段白冉高金江"
    "安方樊兰殷施康洪倪严牛温芦俞葛章骆聂焦符辛阎鲁翟颜柴毕鲍祝霍詹裴齐庞邢阮童涂卜祁祖祝柯桑甘"
)
_READ, _READ_WELL = 0.8, 0.9  # a reader that is less sure of the line may have made up what follows
_DOES = frozenset(("v", "d", "ad", "p", "c"))  # parts of speech: verbs, adverbs, prepositions, conjunctions
_FULL_FORMS = frozenset(("中学", "小学", "医院", "幼儿园", "学院", "大学"))
_JOINS = frozenset("在和与是等、")


def is_others(around: Surroundings, writing: str, dotted: bool, alone: Mapping[str, int]) -> bool:
    """True where the hit is clearly a piece of somebody else's name, or of two other words.

    `writing`: what is sought, folded; `dotted`: it has parts with a dot between them. `alone`: how often a text
    fills a word or cell of the page by itself.
    """
    if around.score < _READ or not all(map(is_han, writing)):
        return False
    if dotted or len(writing) > 4:
        return _longer_foreign(around)
    return _goes_on(around, writing, alone) or _began_before(around, writing) or _chained(around) or is_accident(around)


def is_accident(around: Surroundings) -> bool:
    """True where the text is other words: both ends of the hit lie within one, and without them single characters are left."""
    before, after = around.before, around.after
    if not before or not after:
        return False
    ends = _ends(cut(before + around.name + after))
    crossed = len(before) not in ends and len(before) + len(around.name) not in ends
    return crossed and len(cut(before)[-1]) == 1 and len(cut(after)[0]) == 1


def ends_within_word(around: Surroundings) -> bool:
    """True where the hit's end and what follows are one word, and not a school's or hospital's full form: 市一中心."""
    if not around.after or len(cut(around.after)[0]) > 1:
        return False
    whole = around.before + around.name + around.after
    end, at = len(around.before) + len(around.name), 0
    for word in cut(whole):
        if at < end < at + len(word):
            return word not in _FULL_FORMS
        at += len(word)
    return False


def _ends(words: tuple[str, ...]) -> frozenset[int]:
    """Return where the words end, as indices of their text."""
    total, ends = 0, {0}
    for word in words:
        total += len(word)
        ends.add(total)
    return frozenset(ends)


def _goes_on(around: Surroundings, writing: str, alone: Mapping[str, int]) -> bool:
    """True where one more character belongs to the name. The next line and the next word are no evidence."""
    if not around.after or not _may_be_longer(around, writing):
        return False
    if len(around.after) == 1 and not around.before and alone.get(writing + around.after, 0) > 1 and around.after not in WORDS_AFTER:
        return True
    extra, *rest = cut(around.after)
    if extra in _NEEDS_MORE and not rest:
        return not around.ends_open
    if extra in _NO_VERB and rest[0] in _BEHIND_A_NAME:
        return True
    if len(extra) > 1 or extra in WORDS_AFTER or not (extra in GIVEN or is_rare(extra) or alone.get(writing + extra, 0) > 1):
        return False
    if not rest:
        return not around.ends_open and not (extra == _SAYS and _given(writing) == 2)
    return rest[0] in WORDS_AFTER or _names_person(rest[0])


def _may_be_longer(around: Surroundings, writing: str) -> bool:
    """True for a name whose given name has one character. Few bear one of three: those must be read more surely, and repeat none."""
    given = _given(writing)
    return given == 1 or (given == 2 and around.score >= _READ_WELL and around.after[0] not in writing)


def _given(writing: str) -> int:
    """Return how many characters the given name has."""
    return len(writing) - (2 if writing[:2] in COMPOUND else 1)


def _names_person(word: str) -> bool:
    """True for what people are called, and for what they do: 老师, 主持, 共同, 主持会议."""
    return bool(_TITLES.match(word)) or (len(word) > 1 and not _DOES.isdisjoint((tag(word), tag(word[:2]))))


def is_rare(character: str) -> bool:
    """True for a character outside the 3,755 everyday ones (GB 2312 level 1): it begins no word, but ends many a name."""
    try:
        return character.encode("gb2312")[0] >= 0xD8
    except UnicodeEncodeError:
        return True


def _began_before(around: Surroundings, writing: str) -> bool:
    """True where a surname stands before the name and makes it a given name, or the end of a surname of two characters."""
    if not around.before or _ends_a_word(around.before):
        return False
    before = around.before[-1]
    if before + writing[0] in COMPOUND:
        return True
    return len(writing) == 2 and before in _SURNAMES and _ends_here(around.after)


def _ends_a_word(text: str) -> bool:
    """True where the last character belongs to a word: 组长 also in 教研组长, which the likeliest cut tears apart."""
    return len(cut(text)[-1]) > 1 or any(is_word(text[-n:]) for n in (2, 3, 4) if len(text) >= n)


def _ends_here(after: str) -> bool:
    if not after:
        return True
    following = cut(after)[0]
    return len(following) > 1 or following in WORDS_AFTER


def _chained(around: Surroundings) -> bool:
    """True for the father's name of somebody else: 司马义·艾力 is not 艾力."""
    head = around.head
    if around.before or head[-1:] not in DOTS:
        return False
    given = re.search(r"[\u4e00-\u9fff]*$", head[:-1])
    return given is not None and len(given[0]) >= 2 and set(given[0]) <= _FOREIGN


def _longer_foreign(around: Surroundings) -> bool:
    """True where a dotted name has a part before it (阿不都热西提) or a syllable after it (别克江)."""
    return around.before in _PREFIXES or _foreign_after(around)


def _is_foreign(word: str) -> bool:
    """True for characters that write foreign names, and for what the dictionary takes for such a name or a place."""
    return set(word) <= _FOREIGN and (len(word) == 1 or tag(word)[:2] in ("nr", "ns"))


def _foreign_after(around: Surroundings) -> bool:
    if not around.after or around.after[0] not in _LENGTHENS:
        return False
    words = list(cut(around.after))
    if words[0] in _JOINS or not _is_foreign(words[0]):
        return False
    while words and _is_foreign(words[0]) and words[0] not in _JOINS:
        words.pop(0)
    if not words:
        return not around.ends_open
    return words[0] in _JOINS or (len(words[0]) > 1 and _names_person(words[0]))
