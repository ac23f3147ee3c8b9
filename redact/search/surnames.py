"""Chinese surnames, and what may be a Chinese person's name."""

from __future__ import annotations

from redact.search.folding import is_han
from redact.search.readings import COMPOUND, SURNAMES

# The surnames of one character that are in use (public knowledge: 百家姓 and the census), simplified, the commonest first.
SINGLE = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛阎段"
    "雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪辛柯庄温牛樊葛邢安齐庞颜倪聂章鲁岳翟殷詹欧申耿关兰焦俞左柳甘祝包宁尚符舒阮纪梅童凌毕单裴霍涂成苗谷"
    "盛曲翁冉骆蓝路游靳欧辛管柴蒙鲍华喻祁房蒲滕屈饶牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣"
    "巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平"
    "索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植"
    "衡富尧闭由邹郗益堵宓双秋阚酆佴桓暴晁郦蓬蒯咸籍璩贲蒉濮寿扶郏濮牧隗山弓全仰蔚越夔隆师巢殳养须空曾沃那简空曾慎蔄妫盍"
) | frozenset(SURNAMES)


def splits(text: str) -> tuple[str, str] | None:
    """Return surname and given name of a Chinese name of two to four characters; None where it is no such name.

    One or two characters of given name stand after the surname.
    """
    if not all(map(is_han, text)):
        return None
    if text[:2] in COMPOUND and 3 <= len(text) <= 4:
        return text[:2], text[2:]
    return (text[0], text[1:]) if text[:1] in SINGLE and 2 <= len(text) <= 3 else None
