"""The small named world: a sub-district, two communities, nine grids, named people on named posts.

Built through actions and nothing else, to a chosen stage. Tests, the demo and the screenshots use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven
from gewu.cases.models import Case
from gewu.cli import founding
from gewu.infra import worker
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.datum import Datum
from gewu.notifications import actions as mails
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security import queries as security_queries
from gewu.security.actions import Account
from gewu.security.actors import ANONYMOUS, Actor, operator
from gewu.security.vault import Contact
from gewu.territory import actions as territory
from gewu.territory.rules.divisions import DivisionRow

CHINA = ZoneInfo("Asia/Shanghai")
#: A Monday morning of an ordinary working week.
START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
PASSWORD = "a-long-enough-password"

COUNTY = "320111"
STREET = "320111004"
SOUTH_GATE = "320111004001"
RIVERSIDE = "320111004002"
#: West, south, east, north of the sub-district, in degrees.
BOUNDS = (118.60, 32.03, 118.63, 32.06)
GRID = SOUTH_GATE + "001"

DIVISIONS = (
    ("32", "江苏省"),
    ("3201", "南京市"),
    (COUNTY, "浦口区"),
    (STREET, "江浦街道"),
    (SOUTH_GATE, "南门社区居委会"),
    (RIVERSIDE, "滨江社区居委会"),
)

#: Sign-in name, name, post, seat.
PEOPLE = (
    ("li.wen", "李雯", "acceptor", f"{COUNTY}-grid_centre"),
    ("zhou.min", "周敏", "dispatcher", f"{COUNTY}-grid_centre"),
    ("chen.guoping", "陈国平", "handler", f"{COUNTY}-water_supply"),
    ("wu.kai", "吴凯", "handler", f"{COUNTY}-municipal_works"),
    ("wang.fang", "王芳", "handler", f"{COUNTY}-sanitation"),
    ("liu.yang", "刘洋", "handler", f"{STREET}-street_office"),
    ("zhao.qiang", "赵强", "grid_worker", GRID),
    ("sun.li", "孙丽", "grid_worker", RIVERSIDE + "001"),
    ("he.jie", "何洁", "checker", f"{STREET}-grid_centre"),
    ("zheng.jun", "郑军", "supervisor", f"{COUNTY}-grid_centre"),
    ("ma.jianguo", "马建国", "leader", f"{COUNTY}-political_legal"),
)

#: The three administrators, apart from each other: sign-in name, name, role. They hold no post.
ADMINISTRATORS = (
    ("qian.lei", "钱磊", "administrator"),
    ("fang.an", "方安", "security_administrator"),
    ("shen.ji", "沈纪", "auditor"),
)
#: Who answers for the lists, apart from whoever keeps them: sign-in name, name, role.
APPROVERS = (("lu.fa", "陆法", "list_approver"),)

STAGES = ("received", "accepted", "handling", "handled", "checking", "closed", "confirmed")


@dataclass
class World:
    """The world at a moment of its own clock."""

    now: datetime = START
    accounts: dict[str, Account] = field(default_factory=dict)

    @classmethod
    def founded(cls) -> World:
        """The places, the catalogue, the units and the people, and no report yet."""
        world = cls()
        founding.lay_ground(COUNTY, now=world.now, divisions=False)
        world._lay_places()
        founding.set_up_units(COUNTY, now=world.now)
        world._take_up_posts()
        return world

    def _lay_places(self) -> None:
        actor = operator(COUNTY)
        rows = [DivisionRow(code, name) for code, name in DIVISIONS]
        territory.record_divisions(rows, "tests", actor=operator(), now=self.now)
        territory.lay_lattice(
            STREET,
            {SOUTH_GATE: 5, RIVERSIDE: 4},
            BOUNDS,
            since=date(2026, 1, 1),
            actor=actor,
            now=self.now,
        )

    def _take_up_posts(self) -> None:
        actor = operator(COUNTY)
        for name, display_name, post, seat in PEOPLE:
            account = security.open_account(name, display_name, PASSWORD, actor=actor, now=self.now)
            organisation.appoint(post, seat, account, actor=actor, now=self.now)
            self.accounts[name] = account
        for name, display_name, role in (*ADMINISTRATORS, *APPROVERS):
            account = security.open_account(name, display_name, PASSWORD, actor=actor, now=self.now)
            security.give_role(account, role, actor=actor, now=self.now, place=COUNTY)
            self.accounts[name] = account

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**span)
        return self.now

    def settle(self) -> None:
        """Carry out every reaction that is due, and send the mails that follow."""
        while worker.work(self.now) or mails.send_waiting(self.now):
            pass

    def actor(self, name: str) -> Actor:
        """Someone of this world, with what they may do now."""
        found = security_queries.actor_of(self.accounts[name].pk, now=self.now)
        assert found is not None
        return found

    def report(self, text: str = "人行道上的上水井盖不见了，晚上看不清。", **more: Any) -> Report:
        """A resident's report by the web page, at the first grid unless said otherwise."""
        spot = {"lon": 118.6025, "lat": 32.0575, "datum": Datum.WGS84.value}
        contact = Contact("张三", "13800138000", "zhang@example.org")
        draft = intake.ReportDraft(**{"channel": "web", "text": text, "contact": contact, **spot, **more})
        return intake.receive(draft, actor=ANONYMOUS, now=self.now)

    def accepted(self, report: Report | None = None, matter: str = "C0101") -> Case:
        """A report accepted as a case, which its rule sends to the office in charge."""
        report = report or self.report()
        taken = intake.take(report.pk, "accept", actor=self.actor("li.wen"), now=self.now, matter=matter)
        assert taken.case is not None
        return taken.case

    def step(self, case: Case, event: str, by: str, **given: Any) -> Case:
        """A step of a case by someone of this world."""
        return cases.take(case.number, event, actor=self.actor(by), now=self.now, **given)

    def photo(self, purpose: str = "photo_after") -> EvidenceGiven:
        """A kept photo as evidence."""
        from gewu.infra import files  # noqa: PLC0415 -- as above
        from tests.pictures import photo_bytes  # noqa: PLC0415 -- Pillow is slow to load and few tests need it

        kept = files.keep_photo(
            photo_bytes(), purpose=purpose, actor=self.actor("chen.guoping"), now=self.now
        )
        return EvidenceGiven(purpose, file=str(kept))

    def case_at(self, stage: str, matter: str = "C0101") -> Case:
        """A case brought to a stage by the people whose turn it is."""
        case = self.accepted(matter=matter)
        for after, bring in _WAY:
            if STAGES.index(stage) < STAGES.index(after):
                break
            self.later(minutes=10)
            case = bring(self, case)
        return case


def _handling(world: World, case: Case) -> Case:
    return world.step(case, "sign_for", "chen.guoping")


def _handled(world: World, case: Case) -> Case:
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    return world.step(
        case,
        "report_done",
        "chen.guoping",
        result="已更换防沉降井盖",
        answer="井盖已更换。",
        evidence=evidence,
    )


def _checking(world: World, case: Case) -> Case:
    return world.step(case, "begin_check", "zhao.qiang")


def _closed(world: World, case: Case) -> Case:
    return world.step(case, "close", "zhao.qiang", answer="井盖已更换，并加装防坠网。")


def _confirmed(world: World, case: Case) -> Case:
    report = Report.objects.get(case=case)
    intake.give_verdict(report.progress_code, solved=True, now=world.now)
    case.refresh_from_db()
    return case


_WAY = (
    ("handling", _handling),
    ("handled", _handled),
    ("checking", _checking),
    ("closed", _closed),
    ("confirmed", _confirmed),
)
