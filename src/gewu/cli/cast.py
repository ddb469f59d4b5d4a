"""The people of the demo and where they work."""

from __future__ import annotations

from dataclasses import dataclass

COUNTY = "320111"
#: The sub-district whose own staff have accounts.
STREET = "320111004"


@dataclass(frozen=True)
class Person:
    """Someone of the demo: sign-in name, name, post, seat, and what to try with this account."""

    name: str
    display_name: str
    post: str
    seat: str
    does_zh: str
    does_en: str


STAFF = (
    Person(
        "shouli",
        "李雯",
        "acceptor",
        f"{COUNTY}-grid_centre",
        "受理反映、登记来电、直接答复",
        "accept reports, take down calls, answer at once",
    ),
    Person(
        "paiqian",
        "周敏",
        "dispatcher",
        f"{COUNTY}-grid_centre",
        "派遣、退回后改派、请协办",
        "dispatch, send elsewhere after a return, call assistance",
    ),
    Person(
        "shizheng",
        "吴凯",
        "handler",
        f"{COUNTY}-municipal_works",
        "市政：签收、办结上报、退回",
        "municipal works: sign for, report done, return",
    ),
    Person(
        "huanwei",
        "王芳",
        "handler",
        f"{COUNTY}-sanitation",
        "环卫：签收、办结上报",
        "sanitation: sign for, report done",
    ),
    Person(
        "jiangpu",
        "刘洋",
        "handler",
        f"{STREET}-street_office",
        "江浦街道办：签收、办结上报",
        "sub-district office: sign for, report done",
    ),
    Person(
        "hecha", "何洁", "checker", f"{COUNTY}-grid_centre", "到现场核查、结案", "check on the spot, close"
    ),
    Person(
        "wangge",
        "赵强",
        "grid_worker",
        "",
        "网格员：核实、核查本网格的事",
        "grid worker: verify and check in the own grid",
    ),
    Person(
        "ducha",
        "郑军",
        "supervisor",
        f"{COUNTY}-grid_centre",
        "督查：要求重新办理、作废",
        "supervise: reopen, void",
    ),
    Person("lingdao", "马建国", "leader", f"{COUNTY}-political_legal", "领导：总览图", "leader: the board"),
)

#: Offices that handle in the demo beside those above: department and the name of its handler.
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


#: The other sub-district offices, whose handlers work in the demo without being listed.
STREET_OFFICES = (
    ("taishan", "320111001"),
    ("dingshan", "320111002"),
    ("yanjiang", "320111003"),
    ("qiaolin", "320111005"),
    ("tangquan", "320111006"),
    ("pancheng", "320111007"),
    ("xingdian", "320111008"),
    ("yongning", "320111009"),
)
