"""The people of the demo and where they work."""

from __future__ import annotations

from dataclasses import dataclass


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
    people = (
        Person(
            "shouli",
            "李雯",
            "acceptor",
            centre,
            "受理反映、登记来电、直接答复",
            "accept reports, take down calls, answer at once",
        ),
        Person(
            "paiqian",
            "周敏",
            "dispatcher",
            centre,
            "派遣、退回后改派、请协办",
            "dispatch, send elsewhere after a return, call assistance",
        ),
        Person(
            "shizheng",
            "吴凯",
            "handler",
            f"{county}-municipal_works",
            "市政：签收、办结上报、退回",
            "municipal works: sign for, report done, return",
        ),
        Person(
            "huanwei",
            "王芳",
            "handler",
            f"{county}-sanitation",
            "环卫：签收、办结上报",
            "sanitation: sign for, report done",
        ),
        Person(
            "jiangpu",
            "刘洋",
            "handler",
            f"{street}-street_office",
            f"{zh}：签收、办结上报",
            f"{en}: sign for, report done",
        ),
        Person("hecha", "何洁", "checker", centre, "到现场核查、结案", "check on the spot, close"),
        Person(
            "wangge",
            "赵强",
            "grid_worker",
            "",
            "网格员：核实、核查本网格的事",
            "grid worker: verify and check in the own grid",
        ),
        Person("ducha", "郑军", "supervisor", centre, "督查：要求重新办理、作废", "supervise: reopen, void"),
        Person("lingdao", "马建国", "leader", centre, "领导：总览图", "leader: the board"),
    )
    return Cast(home, county, street, people, street_offices)
