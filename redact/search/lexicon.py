"""Which words Chinese has: cutting a text into them, and whether a name is one of them.

The dictionary is jieba's (349,046 words with their frequencies), by way of rjieba (MIT), which loads it in 0.2 s on first use.
No words are ever added to it: it is shared by the process.
"""

from __future__ import annotations

import re

from redact.search.folding import is_han

# Of the 60 million words that the dictionary was counted in. A word that comes as often stands once in 40 dossiers of 8,000 words;
# the name stands in every one.
SELDOM = 200
# Words that the dictionary takes for persons: those that begin with a surname, are no one's name in the first place, and stand in
# longer words that name nobody (高峰期, 白雪皑皑). 王平 and 李娜 do not, and stay names. Chosen from its 1,460 entries of that kind.
_TAGGED_AS_PERSONS = frozenset(
    re.findall(
        r"\w+",
        """
        武功 文明 王朝 陆军 雷达 黄石 武林 胡同 顾问 王爷 王公 白雪 高峰 齐声 文武 石英 金殿 高潮 齐全 顾客 胡子
        王府 叶子 安静 孔子 谢谢 白领 康复 范畴 周转 孙子 高明 陈述 梁山 马匹 胡说 林立 秦岭 王子 温泉 白宫 向阳
        黎明 陈列 常德 金刚 安抚 高僧 许可 朱红 魏晋 秦汉 杜绝 白莲 石狮 白石 史诗 谢恩 高陵 金平 白白 高三 胡闹
        马克 高悬 马背 毛巾 马刺 白布 张开 金石 周密 陈设 马夫 马丁 高薪 黄龙 石林 金陵 白发 金黄 林子 林木 杨柳
        安危 石柱 杜鹃 张贴 周旋 田园 白云 黄帝 孔雀 高耸 王宫 龙王 朱砂 史实 张嘴 张口 田野 李子 文昌 万世 钱财
        雷声 温馨 金莲 白银 明白 牛顿 宁静 万年 高原 平原 平安 安宁 高尚
        马力 马上 白天 江山 江海 常青 向导 华夏 安定 成功 成立 成长 程序 方向 方圆 方便
        高兴 古典 古文 关键 关心 和平 洪水 黄河 黄山 黄海 计划 纪律 金星 金属 景色 景观 乐意 连续 连接
        路程 明星 明亮 宁夏 平静 平凡 强大 乔木 青春 秋天 荣誉 沙漠 盛大 时光 时代 水平 泰山 童话
        文化 文艺 温柔 温暖 项目 燕子 阳光 叶片 易经 英明 永远 余地 云南 章程 张扬 郑重 钟声 周到
        周围 周期 祝福 祝愿 庄严 春天 建国 红旗
        """,
    )
)


def cut(text: str) -> tuple[str, ...]:
    """Return the text in words of the dictionary, the likeliest cut; what it does not know comes in single characters."""
    import rjieba

    return tuple(rjieba.cut(text, hmm=False))


def tag(word: str) -> str:
    """Return the part of speech of a word of the dictionary (v, n, nr …), "" for what is none."""
    import rjieba

    found = rjieba.tag(word, hmm=False) if rjieba.has_word(word) else []
    return str(found[0][1]) if len(found) == 1 else ""


def is_word(text: str) -> bool:
    """True for what the dictionary has, persons' names excepted."""
    kind = tag(text)
    return bool(kind) and not kind.startswith("nr")


def is_common(name: str) -> bool:
    """True for a name of two or three Chinese characters that is a word which people use for something else."""
    import rjieba

    if not 2 <= len(name) <= 3 or not all(map(is_han, name)):
        return False
    return (name in _TAGGED_AS_PERSONS or is_word(name)) and int(rjieba.suggest_freq(name)) > SELDOM
