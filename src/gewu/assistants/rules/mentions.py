"""Places that a sentence names: those of the territory by their own names, others by how such names end.

A name of the territory is found by the longest that stands there; a road or an estate that no list knows by
the word it ends with, as far back as a name goes. Proposals only: a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: What a found name is.
KINDS = ("street", "community", "road", "estate")
_ENDINGS = {
    "community": ("社区", "居委会", "村委会", "村"),
    "street": ("街道", "镇", "乡"),
    "road": ("大道", "高速", "公路", "路", "街", "巷", "弄", "胡同", "立交桥", "大桥"),
    "estate": (
        *("小区", "花园", "家园", "公寓", "大厦", "广场", "新村", "新城", "名苑", "华庭", "山庄", "别墅"),
        *("雅苑", "花苑", "公馆", "苑", "郡", "轩"),
    ),
}  # fmt: skip
#: Words after which a name begins, and that no name holds.
_BEFORE = re.compile(
    r"[^\w]|[我你他她它的了是在有和与及从到于住位至被把对向由往给请问后前经过途跟让将因为等个条座处种每全各这那]"
    r"|附近|旁边|门口|对面|路口|交叉口|反映|投诉|咨询|举报|建议|关于|强烈|希望|市民|居民|业主|所有|整个|一个|本人|家住|"
    r"靠近|方面|改变|相关|左拐|右拐|进入|主导|投资|部分|很多|安装|装好|发挥|调整|人行|步行街|大道(?=.)|社区(?=.)|街道(?=.)|镇(?=.)|"
    r"[A-Za-z]\d*[市区县]|[省市区县州]|\d+[号栋期]"
)
_GENERIC = frozenset(
    re.split(
        " ",
        "小区 本小区 该小区 我小区 社区 本社区 街道 道路 马路 公路 大道 高速 高速公路 一条路 水泥路 大街 "
        "步行街 主干道 人行道 广场 花园 公寓 大厦 新城 老城 县城 城 村 本村 农村 全村 新村 乡村 山村 镇 "
        "乡 路 街 巷 学校 校园 公园 幼儿园 校园里 网路 铁路 线路 思路 出路 一路 电路 政府 夜里 家里 这里 "
        "那里 哪里 手里 心里 车里 城里 村里 楼里 屋里 水里 公里 邻里 乡里 房里 店里 园里 院里 嘴里 眼里 "
        "地里 家居 邻居 居 工业园 产业园 科技园 公墓园 田园 果园 库里 上路 下路 走路 修路 让路 堵路 半路 "
        "问路 断路 小路 老路 新路 土路 公交线路 进城 全城 长城 商城 小镇 乡镇 城镇 家乡 故乡 老乡 同乡 "
        "城乡 旧城 建城 围城 江湾 海湾 港湾 转湾 家庭 法庭 开庭 政务 学府 官府 首府 州府",
    )
)
_SHORTEST = 2
#: How long the part before the ending is at most: roads are short, estates are not.
_LONGEST = {"road": 3, "street": 4, "community": 5, "estate": 6}
#: An ending of one sign holds for longer names only: it also ends words that are no place.
_NEEDS = {1: 3}


@dataclass(frozen=True)
class Mention:
    """A name in a sentence: where it stands, its kind, and its code where the territory knows it."""

    name: str
    kind: str
    start: int
    end: int
    code: str = ""


class Names:
    """The names of a territory, ready to be found in sentences."""

    def __init__(self, named: Mapping[str, tuple[str, str]]) -> None:
        """``named`` maps a name to its kind and code; names of a single sign are left out."""
        self.named = {name: told for name, told in named.items() if len(name) >= _SHORTEST}
        self.longest = max(map(len, self.named), default=0)
        self.first = frozenset(name[:2] for name in self.named)

    def found_in(self, text: str) -> tuple[Mention, ...]:
        """The names that stand in a sentence, from left to right; the longest wins, none overlaps another."""
        known = list(self._known(text))
        free = _free(text, known)
        others = [one for one in _by_ending(text) if all(free[one.start : one.end])]
        return tuple(sorted([*known, *others], key=lambda one: one.start))

    def _known(self, text: str) -> Iterable[Mention]:
        at = 0
        while at < len(text) - 1:
            end = self._longest_at(text, at) if text[at : at + 2] in self.first else 0
            if end:
                kind, code = self.named[text[at:end]]
                yield Mention(text[at:end], kind, at, end, code)
            at = end or at + 1

    def _longest_at(self, text: str, at: int) -> int:
        for end in range(min(len(text), at + self.longest), at + 1, -1):
            if text[at:end] in self.named:
                return end
        return 0


def _free(text: str, taken: Iterable[Mention]) -> list[bool]:
    free = [True] * len(text)
    for one in taken:
        free[one.start : one.end] = [False] * (one.end - one.start)
    return free


_LAST = re.compile(
    "|".join(sorted((end for ends in _ENDINGS.values() for end in ends), key=len, reverse=True))
)
_KIND_OF = {end: kind for kind, ends in _ENDINGS.items() for end in ends}


def _by_ending(text: str) -> Iterable[Mention]:
    """Names that no list knows, by the word they end with."""
    begun = 0
    for last in _LAST.finditer(text):
        start = _begins(text, begun, last.start(), _KIND_OF[last[0]])
        name = text[start : last.end()]
        if len(name) >= len(last[0]) + _NEEDS.get(len(last[0]), 2) - 1 and _is_name(name, last[0]):
            yield Mention(name, _KIND_OF[last[0]], start, last.end())
            begun = last.end()


def _begins(text: str, begun: int, end: int, kind: str) -> int:
    """Where a name that ends there begins: after the last word that no name holds."""
    low = max(begun, end - _LONGEST[kind])
    breaks = [one.end() for one in _BEFORE.finditer(text, max(begun, low - 2), end)]
    return max([low, *breaks])


def _is_name(name: str, ending: str) -> bool:
    return name not in _GENERIC and any("一" <= sign <= "鿿" for sign in set(name) - set(ending))
