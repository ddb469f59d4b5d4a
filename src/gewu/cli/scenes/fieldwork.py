"""Fieldwork of the demo: plans of several lines in one sub-district, tasks done, due and missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from gewu.cli.cast import Cast
from gewu.cli.scenes import staging
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.kernel.worktime import CHINA
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: Spots of the first grid: name, kind, key area.
SPOTS = (
    ("文德路农贸市场", "market", "文德路商圈"),
    ("文德小学门口", "school", "文德路商圈"),
    ("滨河步道", "water", ""),
    ("老纺织厂宿舍", "estate", ""),
    ("安置房二期工地", "dispute", ""),
)
#: What the patrols of some days found: days ago, spot, item, words.
FOUND = (
    (5, 0, "X0801", "农贸市场门口占道经营，电动三轮停在盲道上"),
    (4, 2, "X1001", "步道下水面有漂浮垃圾，岸坡有倾倒的装修渣土"),
    (2, 0, "X0603", "市场东门垃圾桶满溢"),
    (1, 3, "X1303", "三单元楼道里停放四辆电动自行车"),
)
ITEMS = ("X0102", "X0603", "X0701", "X0801", "X1001", "X1303")
DAYS = 6
#: The patrol that the grid worker of the demo walks, from this hour of a day on, but for one day.
ROUND = "网格员日常巡查"
FROM = timedelta(hours=9)
MISSED = 3


def days(cast: Cast, now: datetime) -> Iterator[datetime]:
    """Plans, and then day by day what the grid worker does; yields each moment before what happens then."""
    at = now - timedelta(days=DAYS)
    yield at
    _plan(cast, at)
    grid, worker = staging.first_grid(cast.street), staging.actor_of("wangge", now)
    wanted = queries.TaskFilters(state="all", place=grid, kind="patrol")
    lines = queries.tasks(worker, wanted, size=200, now=at).rows
    for line in sorted(lines, key=lambda one: one.day):
        ago = (now.astimezone(CHINA).date() - line.day).days
        if line.title == ROUND and ago > 0 and ago != MISSED and line.opens_at + FROM > at:
            yield from _walked(line, worker, ago)


def _plan(cast: Cast, at: datetime) -> None:
    """Spots of the first grid, and plans made by one person and approved by another."""
    planner, approver = staging.actor_of("paiqian", at), staging.actor_of("ducha", at)
    grid = staging.first_grid(cast.street)
    spots = [fieldwork.SpotDraft(name, kind, grid, area) for name, kind, area in SPOTS]
    made = [fieldwork.add_spot(one, actor=planner, now=at) for one in spots]
    stops = tuple(fieldwork.StopDraft(spot=one.pk) for one in made)
    for draft in _drafts(cast, grid, stops, at.astimezone(CHINA).date()):
        row = fieldwork.make_plan(draft, actor=planner, now=at)
        fieldwork.take_plan(row.pk, "approve", actor=approver, now=at)


def _drafts(
    cast: Cast, grid: str, stops: tuple[fieldwork.StopDraft, ...], first: date
) -> list[fieldwork.PlanDraft]:
    here = (fieldwork.StopDraft(grid),)
    around = tuple(fieldwork.StopDraft(one) for one in territory.grids_in(grid[:12])[:4])
    patrol: dict[str, Any] = {"kind": "patrol", "checklist": queries.PATROL, "since": first}
    later = first + timedelta(days=DAYS + 3)

    def check(line: str, title: str, item: str, day: date) -> fieldwork.PlanDraft:
        unit = f"{cast.county}-{line}"
        return fieldwork.PlanDraft(
            "inspection", title, stops[:1], "unit", unit, queries.Rhythm("dates", dates=(day,)), first,
            first + timedelta(days=40), line=line, unit=unit, checklist=queries.PATROL, items=(item,),
        )  # fmt: skip

    return [
        fieldwork.PlanDraft(
            title=ROUND, stops=stops[:4], who="post", whom="grid_worker", items=ITEMS,
            rhythm=queries.Rhythm("daily"), purpose="每天沿固定路线看六项", **patrol,
        ),
        fieldwork.PlanDraft(
            title="1+2+N专群联动巡防", stops=around, who="crew", whom="patrol_1_2_n",
            items=("X0303", "X0304"),
            rhythm=queries.Rhythm("weekdays", weekdays=(1, 3, 5)), **patrol,
        ),
        fieldwork.PlanDraft(
            "meeting", "网格每月例会", here, "post", "grid_head", queries.Rhythm("monthly"), first
        ),
        fieldwork.PlanDraft(
            "patrol", "网格长每日巡查", here, "post", "grid_head", queries.Rhythm("daily", workdays=True),
            first, checklist=queries.PATROL, items=("X0102", "X0603"),
        ),
        fieldwork.PlanDraft(
            "screening", "重点时段矛盾纠纷排查", stops[4:], "post", "grid_worker", queries.Rhythm("daily"),
            first + timedelta(days=DAYS - 1), later, checklist=queries.PATROL, items=("X0405", "X0404"),
            key_period=True, purpose="安置房分房前后，每天到工地听一听、看一看",
        ),
        check("fire_rescue", "消防安全联合检查", "X0101", first + timedelta(days=DAYS + 2)),
        check("market_regulation", "食品经营检查", "X1204", first + timedelta(days=DAYS + 4)),
    ]  # fmt: skip


def _walked(row: queries.TaskLine, worker: Actor, ago: int) -> Iterator[datetime]:
    """One patrol: started, checked in and looked around at each stop, ended with a finding or a signature."""
    at = row.opens_at + FROM + timedelta(minutes=7 * ago)
    yield at
    fieldwork.take(row.id, "start", actor=worker, now=at)
    page = queries.task_page(worker, row.id, now=at)
    found, codes = [one for one in FOUND if one[0] == ago], [one.code for one in page.items]
    for n, stop in enumerate(page.stops):
        yield (at := at + timedelta(minutes=11))
        fieldwork.take(row.id, "check_in", actor=worker, now=at, at=fieldwork.CheckInDraft(stop=stop.id))
        looks = tuple(fieldwork.Seen(stop.id, item) for item in codes)
        fieldwork.take(row.id, "look", actor=worker, now=at, looks=looks)
        for _, spot, item, words in found:
            if spot == n:
                draft = fieldwork.FindingDraft(words, task=row.id, stop=stop.id, item=item)
                fieldwork.find(draft, actor=worker, now=at)
    yield (at := at + timedelta(minutes=6))
    if found:
        answers = {"note": "沿线已看完，问题已上报"}
        fieldwork.take(row.id, "finish", actor=worker, now=at, answers=answers)
    else:
        fieldwork.take(row.id, "sign_none", actor=worker, now=at, statement="四处均已看过，未发现问题")
