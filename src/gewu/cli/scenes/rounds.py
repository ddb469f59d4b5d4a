"""A week of visits, screenings, clues and samples in a scene, each deed by the hand whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork.actions import (
    CheckInDraft,
    Clue,
    Plan,
    PlanDraft,
    Position,
    Request,
    Rhythm,
    StopDraft,
    Task,
    VisitDraft,
)
from gewu.kernel.worktime import CHINA
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor, operator

PASSWORD = "gewu-demo-2026"  # noqa: S105 -- that of all accounts of the demo
#: How many days before now the week begins; the matters of the scene reach as far back.
DAYS = 5
WEEKLY = Rhythm("weekly")
ANSWERS = {"people": "社区调解员、网格员共 3 人", "scope": "全部网格", "way": "综合排查", "households": "26"}


@dataclass
class Week:
    """The week as it goes on: who, where, and what was made on the way."""

    scene: Scene
    cast: Cast
    now: datetime

    def __post_init__(self) -> None:
        self.grid, self.lon, self.lat = (self.scene.own or self.scene.grids)[0]
        self.today = self.now.astimezone(CHINA).date()
        self.worker = self.who("wangge")

    def who(self, name: str) -> Actor:
        if name not in self.scene.people:
            found = accounts.actor_named(name, now=self.now)
            assert found is not None
            self.scene.people[name] = found
        return self.scene.people[name]

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        day: date = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(hour, minute), tzinfo=CHINA)

    @property
    def here(self) -> CheckInDraft:
        return CheckInDraft(lon=self.lon, lat=self.lat, accuracy_m=9)

    def plan(self, at: datetime, place: str, **more: object) -> Plan:
        """A plan made by the dispatcher and approved by the supervisor."""
        given: dict[str, object] = {
            "stops": (StopDraft(place),), "who": "account", "whom": "wangge", "rhythm": WEEKLY,
            "since": self.today - timedelta(days=DAYS + 1),
        }  # fmt: skip
        draft = PlanDraft(**{**given, **more})  # type: ignore[arg-type]  # named above and where it is called
        made = fieldwork.make_plan(draft, actor=self.who("paiqian"), now=at)
        return fieldwork.take_plan(made.pk, "approve", actor=self.who("ducha"), now=at)

    def visit(self, at: datetime, kind: str, by: Actor, **more: object) -> Task:
        given: dict[str, object] = {"place": self.grid, "at": self.here, **more}
        return fieldwork.visit(VisitDraft(kind=kind, **given), actor=by, now=at)  # type: ignore[arg-type]  # as above


def happenings(scene: Scene, cast: Cast, now: datetime) -> Iterator[datetime]:
    """The week; yields each moment before what happens then."""
    week = Week(scene, cast, now)
    deeds = (
        (week.at(DAYS, 8), _plans), (week.at(4, 9, 30), _first_visit), (week.at(4, 15), _patrol),
        (week.at(3, 10), _pairings), (week.at(3, 16), _clues), (week.at(2, 10), _screening),
        (week.at(2, 19), _evening), (week.at(1, 10), _looks), (week.at(1, 15), _joint),
        (week.at(1, 17), _sample),
    )  # fmt: skip
    for at, deed in deeds:
        yield at
        deed(week, at)


def _plans(week: Week, at: datetime) -> None:
    """Screening every week, officials who come to the people, a walk a day."""
    community = week.grid[:12]
    lists = {"checklist": "grid_patrol", "items": ("X0401",)}
    week.plan(at, community, kind="screening", title="每周矛盾纠纷排查", **lists)
    days = tuple(week.today + timedelta(days=n) for n in (-1, 3, 10))
    week.plan(
        at, community, kind="official_visit", title="街道领导下访接待",
        purpose="物业管理、停车难、老旧小区改造",
        rhythm=Rhythm("dates", dates=days), until=week.today + timedelta(days=30), public=True,
        opens_at=time(9), closes_at=time(11, 30),
    )  # fmt: skip
    week.plan(
        at, week.grid, kind="patrol", title="夜间治安巡查", rhythm=Rhythm("daily"),
        until=week.today + timedelta(days=3), checklist="grid_patrol", items=("X0102", "X0601", "X0701"),
    )  # fmt: skip


def _first_visit(week: Week, at: datetime) -> None:
    parts = {
        "needs": "独居的周大爷想请社区帮忙修热水器，腿脚不便，盼上门",
        "hazards": "三单元楼道堆着旧家具，挡了消火栓",
        "disputes": "楼上楼下为漏水赔偿争执，约好周五再谈",
        "note": "入户六家，发放防诈骗宣传单",
    }
    noted = {"needs": fieldwork.Noted("S0402"), "hazards": fieldwork.Noted("H0106")}
    week.visit(at, "visit", week.worker, answers=parts, noted=noted)


def _patrol(week: Week, at: datetime) -> None:
    """A patrol with its track, and the signature under having found nothing."""
    task = Task.objects.filter(title="夜间治安巡查", day=at.astimezone(CHINA).date()).first()
    if task is None:
        return
    key, took = task.pk, fieldwork.take
    started = at - timedelta(minutes=40)
    took(key, "start", actor=week.worker, now=at, made_at=started)
    for stop in task.stops.all():
        took(
            key,
            "check_in",
            actor=week.worker,
            now=at,
            made_at=started,
            at=CheckInDraft(stop.pk, week.lon, week.lat),
        )
        looks = tuple(fieldwork.Seen(stop.pk, item) for item in task.items)
        took(key, "look", actor=week.worker, now=at, looks=looks)
    batch = uuid5(NAMESPACE_URL, f"{key}")
    fieldwork.take_positions(key, batch, _walk(week, started), actor=week.worker, now=at)
    took(key, "sign_none", actor=week.worker, now=at, statement="消防通道畅通，井盖完好")


def _walk(week: Week, started: datetime) -> list[Position]:
    """Half an hour round a block, with a reflection and a stop for a talk."""
    side = 0.0006
    way: list[Position] = []
    for n in range(120):
        part, along = divmod(n % 40, 10)
        x, y = ((along, 0), (10, along), (10 - along, 10), (0, 10 - along))[part]
        lon, lat = week.lon + side * x / 5, week.lat + side * y / 5
        if n == 57:
            lon += 0.05
        way.append(Position(started + timedelta(seconds=15 * n), lon, lat, 300 if n % 31 == 0 else 9))
    return way


def _pairings(week: Week, at: datetime) -> None:
    """An office paired with the community, an official with an enterprise; both have been there."""
    by, community = operator(week.cast.home), week.grid[:12]
    code = f"{week.cast.county}-qiming"
    organisation.add_units([UnitSpec("enterprise", code, "启明电子有限公司", week.grid)], actor=by, now=at)
    account = accounts.account_named("jiangpu")
    assert account is not None
    posts = [
        organisation.appoint(
            kind, seat, account, holder_unit=f"{week.cast.county}-municipal_works", actor=by, now=at
        )
        for kind, seat in (("community_partner", community), ("enterprise_partner", code))
    ]
    official = accounts.actor_named("jiangpu", now=at)
    assert official is not None
    needs = {"needs": "活动室屋顶漏雨，雨天没法用"}
    week.visit(at, "community_visit", official, place=community, answers=needs, pairing=posts[0].pk)
    asked = {"requests": "厂区门口限高杆影响货车进出，盼协调", "note": "企业运行平稳"}
    week.visit(at, "enterprise_visit", official, answers=asked, pairing=posts[1].pk)


def _clues(week: Week, at: datetime) -> None:
    account = security.open_account(
        "tongji", "佟霁", PASSWORD, actor=operator(week.cast.home), now=at
    )  # fmt: skip
    centre = next(one.seat for one in week.cast.people if one.name == "paiqian")
    organisation.appoint("statistics_officer", centre, account, actor=operator(week.cast.home), now=at)
    by = accounts.actor_named("tongji", now=at)
    assert by is not None
    for rule, address, text in (
        ("stairwell_charging", "南门小区3幢", "九十天内四次反映电动自行车在楼道充电，台账上没有检查记录"),
        ("idle_lift_repairs", "南苑2号楼电梯", "三十天内两次停用报警，维保记录为空"),
        ("dust_and_permits", "文德路北侧空地", "扬尘连续三日超标，没有施工登记"),
    ):
        fieldwork.raise_clue(rule, week.grid, text, address=address, actor=by, now=at)


def _screening(week: Week, at: datetime) -> None:
    """This week's screening of the community, with the dispute that it found."""
    task = Task.objects.filter(kind="screening", place=week.grid[:12], state__in=("due", "planned")).first()
    if task is None or not task.opens_at <= at <= task.due_at:
        return
    fieldwork.take(task.pk, "start", actor=week.worker, now=at)
    found = fieldwork.FindingDraft(
        text="两户为楼道晾晒和堆物争执，已劝开，约定社区调解",
        task=task.pk,
        matter="D0102",
        address="南门小区5幢",
    )
    fieldwork.find(found, actor=week.worker, now=at)
    answers = {**ANSWERS, "measures": "周五下午在社区调解室调解", "note": "走访 26 户，排查出邻里纠纷 1 件"}
    fieldwork.take(task.pk, "finish", actor=week.worker, now=at, answers=answers)


def _evening(week: Week, at: datetime) -> None:
    asked = (
        Request("小区路灯三盏不亮，晚上走路看不清", "C0131"),
        Request("想问孩子转学要哪些材料", "Q0103"),
        Request("一楼饭店油烟大，晚上开不了窗", "H0701"),
    )
    week.visit(at, "evening_visit", week.worker, requests=asked, answers={"note": "入户五家，居民都在家"})


def _looks(week: Week, at: datetime) -> None:
    """Two of the clues have been looked at; one was true, one was not, one waits."""
    looked = (
        ("stairwell_charging", "confirm", "三辆车在二楼平台充电，已当场断电"),
        ("idle_lift_repairs", "dismiss", "电梯正常，报警器误报，维保单在物业"),
    )
    for rule, event, seen in looked:
        clue = Clue.objects.filter(rule=rule).first()
        if clue:
            fieldwork.conclude(clue.pk, event, finding=seen, at=week.here, actor=week.worker, now=at)


def _joint(week: Week, at: datetime) -> None:
    """A joint screening that one department has signed and another has not."""
    signers = (f"{week.cast.county}-municipal_works", f"{week.cast.street}-street_office")
    plan = week.plan(
        at, week.grid[:12], kind="joint_screening", title="老旧小区改造联合排查", signers=signers,
        since=at.astimezone(CHINA).date(), until=week.today + timedelta(days=6), rhythm=Rhythm("once"),
    )  # fmt: skip
    task = Task.objects.get(plan=plan)
    fieldwork.take(task.pk, "start", actor=week.worker, now=at)
    fieldwork.sign(
        task.pk, signers[0], result="管线迁改方案已公示，无争议", actor=week.who("shizheng"), now=at
    )


def _sample(week: Week, at: datetime) -> None:
    """The supervisor draws from what was signed and found; it waits to be looked at again."""
    day = week.today
    for of in ("statement", "finding"):
        draft = fieldwork.DrawDraft(of, week.cast.home, day - timedelta(days=30), day + timedelta(days=6), 20)
        fieldwork.draw(draft, actor=week.who("ducha"), now=at)
