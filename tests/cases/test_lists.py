"""Lists, their counters and their cost; each counter equals the list behind it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest

from gewu.cases import actions as case_actions
from gewu.cases import queries as cases
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Deadline
from gewu.cases.queries import narrowing
from gewu.infra import listing, versions
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.lifecycle import REPORT
from gewu.kernel.refusals import Refusal
from tests.founded import statements
from tests.world import GRID, RIVERSIDE, SOUTH_GATE, START, World

SPOTS = ({"lon": 118.6025, "lat": 32.0575}, {"lon": 118.6225, "lat": 32.0375})


def furnished(world: World) -> None:
    """Cases in several states, places, classes and ages."""
    stages = ("accepted", "handling", "handled", "checking", "closed")
    for n, (stage, matter) in enumerate(product(stages, ("C0101", "C0137"))):
        world.later(minutes=7)
        case = world.accepted(world.report(f"第{n}处：井盖或路灯坏了", **SPOTS[n % 2]), matter=matter)
        if stage != "accepted" and matter == "C0101":
            _bring(world, case, stage)
    world.report("还没有受理的一件")


def _bring(world: World, case: Case, stage: str) -> None:
    checker = "zhao.qiang" if case.place.startswith(GRID) else "he.jie"
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    way = (
        ("handling", lambda: world.step(case, "sign_for", "chen.guoping")),
        (
            "handled",
            lambda: world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence),
        ),
        ("checking", lambda: world.step(case, "begin_check", checker)),
        ("closed", lambda: world.step(case, "close", checker, answer="已更换。")),
    )
    for name, take in way:
        take()
        if name == stage:
            return


def whole(world: World, filters: cases.Filters, by: str = "zhou.min") -> list[cases.CaseLine]:
    """Every page of a list."""
    rows, after = [], ""
    while True:
        page = cases.inbox(world.actor(by), filters, after=after, size=2, now=world.now)
        rows += page.rows
        after = page.after
        if not after:
            return rows


FILTERS = [
    {},
    {"place": SOUTH_GATE},
    {"place": RIVERSIDE},
    {"place": GRID},
    {"matter": "C0101"},
    {"matter": "C01"},
    {"unit": "320111-water_supply"},
    {"unit": "320111-grid_centre"},
    {"origin": "web"},
    {"origin": "phone"},
    {"text": "第3处"},
    {"text": "320111-20260302-0002"},
    {"text": "20260302-0002"},
    {"text": "20260302"},
    {"text": "没有这样的字"},
    {"overdue": True},
    {"mine": True},
    {"tag": "urgent"},
    {"place": SOUTH_GATE, "matter": "C0137", "overdue": True},
    {"priority": 3},
    {"returns": 1},
    {"returns": 2},
    {"reopenings": 1},
    {"place": SOUTH_GATE, "only_place": True},
    {"unit": "320111-water_supply", "only_unit": True},
    {"filed_from": START + timedelta(minutes=30), "filed_until": START + timedelta(minutes=60)},
    {"due_from": START, "due_until": START + timedelta(hours=8)},
    {"closed_from": START, "closed_until": START + timedelta(hours=8)},
]


def test_counter_stops_counting_where_a_queue_is_simply_long(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnished(world)
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    counted = cases.counters(world.actor("zhou.min"), cases.Filters(), now=world.now)
    exact = Counter(Case.objects.values_list("state", flat=True))
    assert {one.state: one.count for one in counted} == {
        state.name: min(exact[state.name], 3) for state in CASE.states
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("320111-20260302-0002", 1),
        (" 20260302-0002 ", 1),
        ("２０２６０３０２－０００２", 1),
        ("20260302-000", 9),
        ("20260302", 10),
        ("320111-2026", 10),
        ("20260303-0002", 0),
        ("0002", 0),
    ],
)
@pytest.mark.parametrize("by", ["zhou.min", "chen.guoping"])
def test_case_is_found_by_its_number_as_lists_show_it(world: World, typed: str, found: int, by: str) -> None:
    """Lists leave the county out, which is the same on every row; who copies that finds the case."""
    furnished(world)
    rows = whole(world, cases.Filters("all", text=typed), by)
    desk = {one.number for one in whole(world, cases.Filters("all"), by)}
    assert len(rows) == (found if len(desk) == 10 else sum(one.number in desk for one in rows))
    assert {one.number for one in rows} <= desk
    assert found != 1 or [one.number for one in rows] == ["320111-20260302-0002"] * len(rows)


def test_a_number_is_counted_in_the_ended_states_too(world: World) -> None:
    furnished(world)
    closed = Case.objects.filter(state="closed").earliest("filed_at")
    counted = cases.counters(world.actor("zhou.min"), cases.Filters(text=closed.number[7:]), now=world.now)
    assert {one.state: one.count for one in counted if one.count} == {"closed": 1}
    assert all(one.known for one in counted)


def test_a_row_counts_down_the_promise_while_only_an_inner_clock_stands_still(world: World) -> None:
    case = world.case_at("handling")
    world.step(case, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    row = whole(world, cases.Filters())[0]
    assert Deadline.objects.filter(case=case, held=True).exists()
    assert (row.held, row.due_at) == (False, case.due_at)
    other = world.case_at("handling")
    world.step(other, "shelve", "zhou.min", reason="等管线改造", until=world.now + timedelta(days=9))
    assert {one.number: one.held for one in whole(world, cases.Filters())} == {
        case.number: False,
        other.number: True,
    }


@pytest.mark.parametrize("size", [1, 2, 3, 50])
@pytest.mark.parametrize("state", ["open", "all"])
def test_list_over_several_states_is_whole_and_in_order(world: World, state: str, size: int) -> None:
    """Such a list is put together from the beginnings of each state."""
    furnished(world)
    rows, after = [], ""
    while True:
        filters = cases.Filters(state=state)
        page = cases.inbox(world.actor("zhou.min"), filters, after=after, size=size, now=world.now)
        rows += [one.number for one in page.rows]
        after = page.after
        if not after:
            break
    known = Case.objects.order_by("due_at", "pk").values_list("number", "state")
    assert rows == [number for number, name in known if state == "all" or CASE.state(name).open]


@pytest.mark.parametrize("by", ["zhou.min", "chen.guoping", "he.jie", "zhao.qiang"])
def test_every_counter_equals_the_list_behind_it(world: World, by: str) -> None:
    furnished(world)
    world.later(hours=5)
    actor = world.actor(by)
    for given in FILTERS:
        for one in cases.counters(actor, cases.Filters(**given), now=world.now):
            rows = whole(world, cases.Filters(**given, state=one.state), by)
            late = [row for row in rows if row.open and row.due_at < world.now]
            told = (one.count, one.overdue) if one.known else (len(rows), 0)
            assert told == (len(rows), len(late)), (given, one.state)
            assert one.known or (not one.open and set(given) - {"place"})
        running = whole(world, cases.Filters(**given), by)
        counted = cases.counters(actor, cases.Filters(**given), now=world.now)
        assert len(running) == sum(one.count for one in counted if CASE.state(one.state).open)


def test_every_report_counter_equals_the_queue_behind_it(world: World) -> None:
    furnished(world)
    world.later(hours=5)
    actor = world.actor("li.wen")
    for given in (
        {},
        {"place": SOUTH_GATE},
        {"origin": "web"},
        {"origin": "phone"},
        {"overdue": True},
        {"text": "第3处"},
    ):
        for one in reports.counters(actor, reports.Filters(state="all", **given), now=world.now):
            filters = reports.Filters(**given, state=one.state)
            assert one.count == len(reports.queue(actor, filters, now=world.now).rows), (given, one.state)
        assert {one.state for one in reports.counters(actor, reports.Filters(), now=world.now)} == set(
            REPORT.by_name
        )


def test_reports_are_filtered_by_their_origin(world: World) -> None:
    world.report()
    draft = intake.ReportDraft("phone", "路灯不亮", lon=118.6025, lat=32.0575)
    called = intake.receive(draft, actor=world.actor("li.wen"), now=world.now)
    found = {
        origin: [
            one.text
            for one in reports.queue(
                world.actor("li.wen"), reports.Filters(origin=origin), now=world.now
            ).rows
        ]
        for origin in ("phone", "web", "letter")
    }
    assert found == {"phone": [called.text], "web": ["人行道上的上水井盖不见了，晚上看不清。"], "letter": []}


@pytest.mark.parametrize("sort", ["due", "new"])
def test_list_is_in_the_order_asked_for(world: World, sort: str) -> None:
    furnished(world)
    rows = whole(world, cases.Filters(state="all", sort=sort))
    if sort == "due":
        assert [one.due_at for one in rows] == sorted(one.due_at for one in rows)
    else:
        assert [one.filed_at for one in rows] == sorted((one.filed_at for one in rows), reverse=True)
    assert len({one.number for one in rows}) == len(rows) == 10


@pytest.mark.parametrize(("field", "value"), [("sort", "random"), ("state", "lost"), ("unit", "nobody")])
def test_list_that_cannot_be_asked_for_is_refused(world: World, field: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        cases.inbox(world.actor("zhou.min"), cases.Filters(**{field: value}), now=world.now)
    assert refused.value.field == field


def cost(world: World, by: str) -> dict[str, int]:
    """Statements of the lists and of a page, warm."""
    actor, filters = world.actor(by), cases.Filters(state="all")
    number = Case.objects.order_by("filed_at").first().number
    found = {}
    for name, read in (
        ("inbox", lambda: cases.inbox(actor, filters, now=world.now)),
        ("counters", lambda: cases.counters(actor, filters, now=world.now)),
        ("page", lambda: cases.page(actor, number, now=world.now)),
        ("queue", lambda: reports.queue(actor, reports.Filters(state="all"), now=world.now)),
    ):
        versions.forget()  # so that what is held is looked at now, and not again while it is counted
        read()
        with statements() as sent:
            read()
        found[name] = len(sent)
    return found


def test_lists_cost_the_same_with_one_three_and_thirty_rows(world: World) -> None:
    costs = []
    for more in (1, 2, 27):
        for n in range(more):
            world.accepted(world.report(f"第{n}处井盖缺失", **SPOTS[n % 2]))
        costs.append(cost(world, "zhou.min"))
    assert costs[0] == costs[1] == costs[2]
    assert (costs[0]["inbox"], costs[0]["counters"], costs[0]["queue"]) == (1, 1, 1)


def test_timeline_of_a_long_case_costs_no_more(world: World) -> None:
    case = world.case_at("handling")
    before = cost(world, "zhou.min")["page"]
    for _ in range(4):
        world.step(case, "recall", "zhou.min", reason="再核对一下职责")
        world.step(case, "dispatch", "zhou.min", unit="320111-water_supply")
        world.step(case, "sign_for", "chen.guoping")
    assert cost(world, "zhou.min")["page"] == before


def test_overdue_is_past_the_promise_and_not_at_it(world: World) -> None:
    case = world.accepted()
    actor, late = world.actor("zhou.min"), cases.Filters(overdue=True)
    assert cases.inbox(actor, late, now=case.due_at).rows == ()
    assert len(cases.inbox(actor, late, now=case.due_at + timedelta(seconds=1)).rows) == 1


def test_one_case_is_seen_by_whom_the_lists_show_it(world: World) -> None:
    """`sees` mostly decides without the database; it must never say anything else than `visible_to`."""
    furnished(world)
    helped, about = world.accepted(), world.accepted()
    call = {"actor": world.actor("zhou.min"), "now": world.now, "task": "请清理现场"}
    case_actions.call_assist(helped.number, "320111-sanitation", **call)
    world.step(about, "name_concern", "zhou.min", about="320111-municipal_works")
    every = list(Case.objects.all())
    for name in world.accounts:
        actor = world.actor(name)
        shown = set(narrowing.visible_to(actor).values_list("pk", flat=True))
        assert {case.pk for case in every if narrowing.sees(actor, case)} == shown, name
    seen = {name: narrowing.sees(world.actor(name), about) for name in ("zhou.min", "wu.kai", "qian.lei")}
    assert seen == {"zhou.min": True, "wu.kai": False, "qian.lei": False}
    assert narrowing.sees(world.actor("wang.fang"), helped)


def test_seeing_one_case_costs_one_statement(world: World) -> None:
    case, actor = world.accepted(), world.actor("zhou.min")
    cases.require_visible(actor, case.number)
    with statements() as counted:
        cases.require_visible(actor, case.number)
    assert len(counted) == 1
