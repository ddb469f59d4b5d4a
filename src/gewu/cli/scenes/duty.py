"""The forces of one town: an enforcement team with its powers, and who is on duty this fortnight."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from gewu.cases import actions as cases
from gewu.cli.scenes import staging
from gewu.cli.scenes.staging import PASSWORD, Shown
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.actions import Pattern, PowerDraft, UnitSpec
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor, operator

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
WORKING_DAYS = (1, 2, 3, 4, 5)
#: Sign-in name, name, work telephone, kind of post, code of the seat after the place; what to try.
PEOPLE = (
    ("banzhang", "秦刚", "025-58880101", "roster_keeper", "street_office",
     ("排班、看空班、交接班", "plan shifts, fill gaps, hand over")),
    ("zhifa", "徐执", "025-58880110", "enforcement_officer", "enforcement",
     ("执法队：在权力清单内自行立案", "enforcement: open cases within the list of powers")),
    ("fashen", "范志", "", "legal_reviewer", "justice",
     ("赋权、评估、收回", "give, evaluate and withdraw powers")),
    ("shegong", "佘敏", "025-58880131", "community_clerk", "community",
     ("社区工作台：本社区的工单、网格、值班和服务", "the console of a community")),
    ("window1", "白玲", "025-58880102", "handler", "street_office", None),
    ("window2", "童心", "025-58880103", "handler", "street_office", None),
    ("patrol2", "苗青", "025-58880111", "enforcement_officer", "enforcement", None),
    ("watch1", "葛亮", "025-58880121", "handler", "grid_centre", None),
)  # fmt: skip
#: Kind of duty, unit, days, from, to, how many, where, and who usually stands there.
SHIFTS = (
    ("window", "street_office", WORKING_DAYS, time(8, 30), time(17, 30), 2, "便民服务大厅", ("window1",)),
    ("convenience", "street_office", EVERY_DAY, time(17, 30), time(21), 1, "便民服务大厅", ("window2",)),
    ("street_enforcement", "enforcement", EVERY_DAY, time(7), time(15), 1, "中圣街岗亭", ("zhifa",)),
    ("night_enforcement", "enforcement", EVERY_DAY, time(15), time(23), 1, "文德路夜市", ("patrol2",)),
    ("command", "grid_centre", EVERY_DAY, time(8), time(16), 1, "指挥大厅", ("watch1",)),
)  # fmt: skip


def set_up(county: str, street: str, *, now: datetime) -> list[Shown]:
    """The team, its people and its powers, one of which ought to have been evaluated by now."""
    actor = operator(county)
    spec = UnitSpec(
        "enforcement_team",
        f"{street}-enforcement",
        "江浦街道综合行政执法队",
        street,
        f"{street}-street_office",
    )
    organisation.add_units([spec], actor=actor, now=now)
    shown = []
    for name, display_name, phone, post, seat, does in PEOPLE:
        account = security.open_account(name, display_name, PASSWORD, actor=actor, now=now, work_phone=phone)
        organisation.appoint(post, _seat(seat, county, street), account, actor=actor, now=now)
        if post == "roster_keeper":  # the office's keeper sees to the grid centre's roster, too
            organisation.appoint(post, f"{street}-grid_centre", account, actor=actor, now=now)
        if does:
            kind = units.post_kind(post)
            shown.append(
                {"name": name, "password": PASSWORD, "post_zh": f"{kind.name_zh} {display_name}",
                 "post_en": f"{kind.name_en} {display_name}", "does_zh": does[0], "does_en": does[1]}
            )  # fmt: skip
    _give_powers(county, street, now)
    return shown


def _seat(seat: str, county: str, street: str) -> str:
    """The code of the unit; ``community`` is the committee of the first one."""
    if seat == "community":
        return f"{staging.first_grid(street)[:12]}-community_committee"
    return f"{county if seat == 'justice' else street}-{seat}"


def _give_powers(county: str, street: str, now: datetime) -> None:
    today, actor = timezone.localdate(now), staging.actor_of("fashen", now)
    for title, matters, days in (
        ("江浦街道赋权事项清单（第一批）", ("E04",), 25),
        ("江浦街道赋权事项清单（第二批）", ("E03",), 180),
    ):
        draft = PowerDraft(
            f"{street}-enforcement", title, matters, "浦政发〔2026〕18号", today,
            giver=f"{county}-law_enforcement", evaluate_every_days=days,
        )  # fmt: skip
        organisation.give_power(draft, actor=actor, now=now)


def go_on(street: str, *, now: datetime) -> None:
    """A fortnight's rosters from today on, with gaps; whoever is on duty has come; one note waits."""
    today, keeper = timezone.localdate(now), staging.actor_of("banzhang", now)
    for kind, seat, days, begins, ends, need, spot, people in SHIFTS:
        pattern = Pattern(today, today + timedelta(days=13), days, begins, ends, need)
        organisation.plan_shifts(kind, f"{street}-{seat}", pattern, actor=keeper, now=now, spot=spot)
        for name in people:
            _stand(kind, name, keeper, now)
    _open_a_case(street, now)


def _stand(kind: str, name: str, keeper: Actor, now: datetime) -> None:
    """The days of this week; next week is still to be filled, and so is every fifth day."""
    account = accounts.account_named(name)
    until = now + timedelta(days=5)
    running = units.visible_shifts(keeper).filter(kind=kind, begins_at__lt=until, ends_at__gt=now)
    for n, shift in enumerate(running.order_by("begins_at")):
        if account is None or n % 5 == 4:
            continue
        booked = organisation.book(shift.pk, account.pk, actor=keeper, now=now)
        if shift.begins_at <= now:
            organisation.take_booking(booked.pk, "attend", actor=keeper, now=now)
            organisation.hand_over(
                shift.pk, "文德路路灯已报修，电力公司明早到场；夜市南口请再走一遍。", actor=keeper, now=now
            )


def _open_a_case(street: str, now: datetime) -> None:
    new = cases.NewCase(
        "E0405", staging.first_grid(street), "文德路 12 号门前店外经营占用盲道，劝导后未改。",
        cases.INITIATED_ORIGIN, now, address="文德路 12 号",
    )  # fmt: skip
    cases.initiate(new, f"{street}-enforcement", actor=staging.actor_of("zhifa", now), now=now)
