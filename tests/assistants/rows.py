"""Labelled rows made up for the tests: a few classes told in words of their own, with some chance in them."""

from __future__ import annotations

import random

from gewu.assistants.queries import Table

WORDS = {
    "lamp": ["路灯不亮", "灯杆歪了", "晚上漆黑一片", "灯泡坏了", "夜里没有照明"],
    "cover": ["井盖不见了", "窨井没有盖", "下水道口敞开", "井盖破了", "井口很危险"],
    "noise": ["半夜施工很吵", "装修噪音扰民", "音响放得很大声", "机器轰鸣", "吵得睡不着"],
}
_PLACES = ["人民路口", "三小门前", "菜场东门", "公园北侧", "车站旁", "桥头", "河边", "老街上"]


def rows(n: int = 300, *, seed: int = 1, wrong: float = 0.0) -> Table:
    """``n`` messages of three classes, a part of them called by another class."""
    draw = random.Random(seed)
    texts, answers = [], []
    for at in range(n):
        label = draw.choice(sorted(WORDS))
        said = "，".join(draw.sample(WORDS[label], 2))
        letters = "".join(chr(0x4E00 + draw.randrange(3000)) for _ in range(6))
        texts.append({"text": f"{draw.choice(_PLACES)}{said}。{letters}{at}号请来看看"})
        answers.append(draw.choice(sorted(WORDS)) if draw.random() < wrong else label)
    return Table(tuple(texts), tuple(answers), ("text", "label"), ())
