"""`gewu demo`: a living district to look at, built through the same actions as a real one."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from shapely.geometry import shape

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven
from gewu.cases.queries import PICTURES
from gewu.catalogue import queries as catalogue
from gewu.cli import founding, scenery
from gewu.infra import files, store, worker
from gewu.intake import actions as intake
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS, Actor, operator
from gewu.security.vault import Contact
from gewu.territory import queries as territory

PASSWORD = "gewu-demo-2026"  # noqa: S105 -- shown on the sign-in page of the demo, which is what it is for
COUNTY = "320111"
#: The sub-district whose own staff have accounts.
STREET = "320111004"
#: How many times each written report is raised, at different places.
ROUNDS = 5
#: Kinds of evidence that a case holds by itself.
HELD_ANYWAY = ("location",)
_SEEDS = Path(__file__).parent / "seeds"


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


@click.command()
@click.option("--reset", is_flag=True, help="Start over with an empty database. 清空后重新装载。")
@click.option("--serve/--no-serve", "serves", default=True, help="Serve when loaded. 装载后启动服务。")
def demo(reset: bool, serves: bool) -> None:
    """Load the demo world when there is none, and serve it. 演示：装载浦口区示例并启动。"""
    home = Path(settings.HOME)
    if reset:
        clear(home)
    call_command("migrate", verbosity=0, interactive=False)
    if not accounts.any_account():
        build(timezone.now())
    show_accounts(home)
    if serves:
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "gewu.cli.main", "serve"])  # noqa: S606 -- this very program


def clear(home: Path) -> None:
    """Remove the demo's database, files and mails; the keys stay."""
    for name in ("gewu.sqlite3", "gewu.sqlite3-wal", "gewu.sqlite3-shm", "demo-accounts.json"):
        (home / name).unlink(missing_ok=True)
    for name in ("files", "mails"):
        shutil.rmtree(home / name, ignore_errors=True)


def build(now: datetime) -> None:
    """Places, units, people, and some three hundred matters at every stage of their way."""
    with click.progressbar(_stages(now), length=ROUNDS + 2, label="装载演示数据 Loading the demo") as stages:
        for _ in stages:
            pass


def _stages(now: datetime) -> Iterator[None]:
    founded = now - timedelta(days=30)
    founding.lay_ground(COUNTY, now=founded)
    founding.set_up_units(COUNTY, now=founded)
    yield
    _take_up_posts(founded)
    yield
    scene = Scene(now)
    for turn in range(ROUNDS):
        scene.play(turn)
        yield
    while worker.work(timezone.now(), limit=200):
        pass


def _take_up_posts(now: datetime) -> None:
    people = [*STAFF]
    for department, name in HANDLERS:
        unit = units.unit_for(department, COUNTY)
        if unit:
            does = f"{unit.name_zh}：签收、办结上报", f"{unit.name_en}: sign for, report done"
            people.append(Person(department, name, "handler", unit.code, *does))
    shown = []
    for one in people:
        account = security.open_account(one.name, one.display_name, PASSWORD, actor=operator(COUNTY), now=now)
        seat = one.seat or _a_grid()
        organisation.appoint(one.post, seat, account, actor=operator(COUNTY), now=now)
        kind = units.post_kind(one.post)
        shown.append(_shown(one, f"{kind.name_zh} {one.display_name}", f"{kind.name_en} {one.display_name}"))
    for name, street in STREET_OFFICES:
        account = security.open_account(name, "街道承办人", PASSWORD, actor=operator(COUNTY), now=now)
        organisation.appoint("handler", f"{street}-street_office", account, actor=operator(COUNTY), now=now)
    shown.append(_administrator(now))
    (Path(settings.HOME) / "demo-accounts.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1))


def _administrator(now: datetime) -> dict[str, str]:
    account = security.open_account("guanli", "钱磊", PASSWORD, actor=operator(COUNTY), now=now)
    security.give_role(account, "administrator", actor=operator(COUNTY), now=now, place=COUNTY)
    does = "系统管理（看不到任何工单）", "manages the platform (sees no case at all)"
    one = Person("guanli", "钱磊", "", "", *does)
    return _shown(one, "系统管理员 钱磊", "Platform administrator 钱磊")


def _shown(one: Person, post_zh: str, post_en: str) -> dict[str, str]:
    return {
        "name": one.name,
        "password": PASSWORD,
        "post_zh": post_zh,
        "post_en": post_en,
        "does_zh": one.does_zh,
        "does_en": one.does_en,
    }


def _a_grid() -> str:
    community = territory.children_of(STREET)[0].code
    return territory.children_of(community)[0].code


def _spots() -> list[tuple[str, float, float]]:
    """A point well inside each grid: its code, longitude and latitude."""
    cells = json.loads(territory.cells(COUNTY).geojson)["features"]
    inner = [(one["properties"]["code"], shape(one["geometry"]).representative_point()) for one in cells]
    return [(code, point.x, point.y) for code, point in inner]


class Scene:
    """The matters of the demo, each driven to its own stage by the people whose turn it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.chance = random.Random(20261)  # noqa: S311 -- the demo must look the same every time
        self.rows = list(
            csv.DictReader(io.StringIO((_SEEDS / "demo_reports.csv").read_text(encoding="utf-8")))
        )
        self.grids = list(_spots())
        self.people = {one.name: self._actor(one.name) for one in STAFF}
        for name, _ in (*HANDLERS, *STREET_OFFICES):
            self.people[name] = self._actor(name)

    def _actor(self, name: str) -> Actor:
        found = accounts.actor_named(name, now=self.now)
        if found is None:
            raise LookupError(name)
        return found

    def play(self, turn: int) -> None:
        """Raise every written report once more, somewhere else; one transaction a round."""
        with store.writing():
            for row in self.rows:
                self._matter(row, turn)

    def _matter(self, row: dict[str, str], turn: int) -> None:
        grid, lon, lat = self.chance.choice(self.grids)
        at = self.now - timedelta(hours=self.chance.uniform(0.2, 6 + turn * turn * 9))
        staffed = row["channel"] != "web"
        actor = self.people["shouli"] if staffed else ANONYMOUS
        photos = (
            ()
            if staffed and row["channel"] == "phone"
            else (self._photo(row["matter"], "photo_before", actor, at),)
        )
        draft = intake.ReportDraft(
            channel=row["channel"],
            text=row["text"],
            address=row["address"],
            lon=lon,
            lat=lat,
            matter=row["matter"] if staffed else "",
            contact=self._contact(turn),
            photos=photos,
        )
        report = intake.receive(draft, actor=actor, now=at)
        if report.case is None and (turn or self.chance.random() < 0.6):
            self._accept(report.pk, row["matter"], at + timedelta(minutes=self.chance.uniform(3, 14)))
            report.refresh_from_db()
        if report.case is not None:
            self._drive(report.case, at + timedelta(minutes=15))

    def _accept(self, report: Any, matter: str, at: datetime) -> None:
        if at < self.now:
            intake.take(report, "accept", actor=self.people["shouli"], now=at, matter=matter)

    def _contact(self, turn: int) -> Contact:
        if self.chance.random() < 0.4:
            return Contact()
        name = self.chance.choice("张王李赵刘陈杨黄周吴") + self.chance.choice(("女士", "先生"))
        return Contact(name, f"139{self.chance.randrange(10**8):08d}", f"resident{turn}@example.org")

    def _photo(self, matter: str, purpose: str, actor: Actor, at: datetime) -> str:
        drawn = scenery.draw(matter, after=purpose == "photo_after", seed=self.chance.randrange(1000))
        return str(files.keep_photo(drawn, purpose=purpose, actor=actor, now=at))

    def _drive(self, case: cases.Case, at: datetime) -> None:
        """Some way along: older matters have mostly come to their end, new ones have just begun."""
        age_h = (self.now - at) / timedelta(hours=1)
        reach = self.chance.random() * 2.6 + age_h / 9
        for need, step in (
            (0.8, self._sign_for),
            (2.2, self._report_done),
            (3.2, self._begin_check),
            (3.8, self._close),
        ):
            at += timedelta(minutes=self.chance.uniform(4, 55))
            if reach < need or at >= self.now or not step(case, at):
                return
        if self.chance.random() < 0.08 and at + timedelta(hours=2) < self.now:
            again = cases.take(
                case.number,
                "reopen",
                actor=self.people["ducha"],
                now=at + timedelta(hours=2),
                reason="回访反映问题又出现",
            )
            self._sign_for(again, at + timedelta(hours=2, minutes=20))

    def _handler(self, case: cases.Case) -> Actor | None:
        able = (one for one in self.people.values() if one.holds_for("cases.handle", (case.lead_path,)))
        return next(able, None) if case.lead_path else None

    def _sign_for(self, case: cases.Case, at: datetime) -> bool:
        handler = self._handler(case)
        if handler is None or at >= self.now:
            return False
        if self.chance.random() < 0.05:
            cases.take(case.number, "return", actor=handler, now=at, reason="现场核对，此设施不由本单位管护")
            return False
        cases.take(case.number, "sign_for", actor=handler, now=at)
        return True

    def _report_done(self, case: cases.Case, at: datetime) -> bool:
        handler = self._handler(case)
        if handler is None:
            return False
        matter = catalogue.matter(case.matter, on=catalogue.day_of(at))
        evidence = tuple(
            self._evidence(token, matter.code, handler, at)
            for token in matter.evidence
            if token not in HELD_ANYWAY
        )
        cases.take(
            case.number,
            "report_done",
            actor=handler,
            now=at,
            result="已到现场处理完毕",
            answer=f"您反映的“{matter.name_zh}”问题已处理完毕，感谢您的提醒。",
            evidence=evidence,
        )
        return True

    def _evidence(self, token: str, matter: str, actor: Actor, at: datetime) -> EvidenceGiven:
        if token in PICTURES:
            return EvidenceGiven(token, file=self._photo(matter, token, actor, at))
        return EvidenceGiven(token, text="已按规定办理并记录在案")

    def _begin_check(self, case: cases.Case, at: datetime) -> bool:
        cases.take(case.number, "begin_check", actor=self.people["hecha"], now=at)
        return True

    def _close(self, case: cases.Case, at: datetime) -> bool:
        if self.chance.random() < 0.06:
            cases.take(
                case.number,
                "fail_check",
                actor=self.people["hecha"],
                now=at,
                reason="现场仍有残留，未达到结案条件",
            )
            return False
        cases.take(
            case.number,
            "close",
            actor=self.people["hecha"],
            now=at,
            answer="您反映的问题已处理并经现场核查，感谢您的提醒。",
        )
        return True


def show_accounts(home: Path) -> None:
    """Print the accounts of the demo."""
    kept = home / "demo-accounts.json"
    if not kept.exists():
        return
    click.echo("\n演示账号 Demo accounts")
    for one in json.loads(kept.read_text()):
        click.echo(f"  {one['name']:<22}{one['password']:<18}{one['post_zh']}  {one['does_zh']}")
