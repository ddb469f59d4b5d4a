"""The people of the demo and where they work."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_PEOPLE = Path(__file__).parent / "seeds" / "people.csv"


@dataclass(frozen=True)
class Person:
    """Someone of the demo: sign-in name, name, post, seat, and what to try with this account."""

    name: str
    display_name: str
    post: str
    seat: str
    does_zh: str
    does_en: str


@dataclass(frozen=True)
class Cast:
    """Who works in a scene; someone without a seat works in the first grid of the street."""

    #: The place that the installation serves.
    home: str
    #: The county whose offices handle.
    county: str
    #: The sub-district whose own staff have accounts, and what it is called.
    street: str
    people: tuple[Person, ...]
    #: Sign-in name and sub-district of the other offices whose handlers work without being listed.
    street_offices: tuple[tuple[str, str], ...] = ()


#: Offices that handle beside those that are listed: department and the name of its handler.
HANDLERS = (
    ("drainage", "徐磊"),
    ("water_supply", "陈国平"),
    ("landscape", "高洁"),
    ("law_enforcement", "孙浩"),
    ("housing_construction", "林涛"),
    ("transport", "韩冰"),
    ("ecology", "宋雨"),
    ("traffic_police", "杜鹏"),
    ("fire_rescue", "曹阳"),
    ("water_affairs", "邓辉"),
    ("market_regulation", "冯丽"),
)


def cast_of(
    home: str,
    *,
    street: str,
    called: tuple[str, str],
    centre: str,
    street_offices: tuple[tuple[str, str], ...] = (),
) -> Cast:
    """The usual people, seated at the centre of a place and in one of its sub-districts."""
    county = street[:6]
    zh, en = called
    values = {"centre": centre, "county": county, "street": street, "zh": zh, "en": en}
    with _PEOPLE.open(encoding="utf-8", newline="") as file:
        people = tuple(
            Person(**{name: text.format(**values) for name, text in row.items()})
            for row in csv.DictReader(file)
        )
    return Cast(home, county, street, people, street_offices)


#: Who holds a role in the whole place and no post: the person, ``post`` being the role, and its names.
OFFICERS = (
    (
        Person(
            "guanli",
            "钱磊",
            "administrator",
            "",
            "系统管理（看不到任何工单）",
            "manages the platform (sees no case at all)",
        ),
        ("系统管理员", "Platform administrator"),
    ),
    (
        Person(
            "fazhi",
            "陆法",
            "list_approver",
            "",
            "审批清单和准入申请",
            "approves lists and applications for admission",
        ),
        ("清单审批人", "Approver of lists"),
    ),
    (
        Person(
            "anquan",
            "方安",
            "security_administrator",
            "",
            "账号与权限、保存期限",
            "keeps accounts, roles and how long data are kept",
        ),
        ("安全管理员", "Security administrator"),
    ),
    (
        Person("shenji", "沈纪", "auditor", "", "审计日志", "reads the audit log"),
        ("审计员", "Auditor"),
    ),
    (
        Person(
            "baohu",
            "汪宁",
            "privacy_officer",
            "",
            "审批查看身份和导出",
            "decides who may see an identity or an export",
        ),
        ("身份保护专员", "Privacy officer"),
    ),
    (
        Person("huifang", "苏燕", "follow_up_officer", "", "回访办结的事", "follows up what was closed"),
        ("回访员", "Follow-up officer"),
    ),
    (
        Person(
            "peixun", "乔培", "training_officer", "", "改写帮助、添加短片", "words the help anew, adds films"
        ),
        ("培训专员", "Training officer"),
    ),
    (
        Person("lianxi", "石联", "joint_officer", "", "同意民警清单外任务", "allows unlisted work of police"),
        ("联席办专员", "Officer of the joint office"),
    ),
    (
        Person("caijue", "顾正", "arbiter", "", "裁定退回两次的工单", "rules on cases returned twice"),
        ("裁决员", "Arbiter"),
    ),
)
