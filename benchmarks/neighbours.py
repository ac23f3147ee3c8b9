"""Applicants that are almost another one: what a search must not find where that other one stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from fixtures.fonts import glyph
from redact import Applicant
from redact.search.folding import is_han

PX, FRAME = 32, 40
GIVEN = frozenset(
    "云远东华军平强刚勇杰涛超磊鹏飞波斌辉浩宇轩博昊龙虎森海峰岩松柏梅兰竹芳芬芝英莹萍娟娜婷婧妍娇媛丽红艳霞静敏慧惠琴玲珍珠玉凤燕雪洁莉蓉薇荣贵康宁"
    "泰祥瑞庆欣怡悦佳嘉秋晨阳亮晓晖旭星辰雨霖泽源洋洲涵淑润鑫铭锋邦忠义仁诚毅恒善俊豪雄伟宏鸿洪昌盛茂贤哲睿武斯琪琳瑶璐璇瑾丹青翠然若依鸣"
    "尔木提古丽买吐逊江肯别克努尼阿不都热合曼依沙力汗拉再那巴图马哈孜叶赛达吾"
)
"""Characters of which given names are made."""
TELLING = frozenset("一二三四五六七八九十东西南北")
"""Characters that tell units of one kind apart: 第一, 第二; 河东, 河西."""


def near(applicant: Applicant) -> Applicant | None:
    """Return who differs from the applicant in one character that looks alike, in every name and unit; the surname stays.

    Of a name the second and the last character are changed in turn; of a unit what tells it apart (第一, 第二), or its
    middle. None where the applicant has no Chinese name.
    """
    names = [other for name in applicant.names for other in _names(name)]
    units = [other for unit in applicant.units for other in _units(unit)]
    return Applicant(tuple(names), tuple(units)) if names else None


def _names(name: str) -> Iterator[str]:
    places = [i for i, c in enumerate(name) if is_han(c)]
    if len(places) == len(name.replace("·", "")) and len(places) > 1:
        yield from (_changed(name, at, GIVEN) for at in sorted({places[1], places[-1]}))


def _units(unit: str) -> Iterator[str]:
    if all(map(is_han, unit)) and len(unit) > 2:
        telling = [i for i, c in enumerate(unit) if c in TELLING]
        yield _changed(unit, telling[0], TELLING) if telling else _changed(unit, len(unit) // 2, GIVEN)


def _changed(text: str, at: int, pool: Iterable[str]) -> str:
    return text[:at] + alike(text[at], frozenset(pool) - frozenset(text)) + text[at + 1 :]


@cache
def alike(character: str, pool: frozenset[str]) -> str:
    """Return the character of the pool whose drawn shape is nearest."""
    shape = _shape(character)
    return max(sorted(pool), key=lambda other: float((_shape(other) * shape).sum()))


@cache
def _shape(character: str) -> NDArray[np.float32]:
    """Return the blurred picture of a character, of mean 0 and length 1."""
    drawn, frame = glyph("sans", PX, character), np.zeros((FRAME, FRAME), np.float32)
    h, w = min(FRAME, drawn.cover.shape[0]), min(FRAME, drawn.cover.shape[1])
    top, left = (FRAME - h) // 2, (FRAME - w) // 2
    frame[top : top + h, left : left + w] = drawn.cover[:h, :w]
    soft = cv2.GaussianBlur(frame, (0, 0), 1.5)
    soft -= soft.mean()
    return np.asarray(soft / max(float(np.linalg.norm(soft)), 1e-6), dtype=np.float32)
