"""Calendar feeds: whose, what stands in them, and what never does."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from gewu.fieldwork import queries as fieldwork
from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.security import actions as security
from gewu.security import queries as keys
from tests.founded import statements
from tests.world import CHINA, PASSWORD, World

pytestmark = pytest.mark.usefixtures("clock")


def address_for(world: World, name: str) -> str:
    secret = security.issue_key("calendar", "", actor=world.actor(name), now=world.now)
    return f"/calendar/own/{secret}.ics"


def read(address: str) -> Calendar:
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.content)


def events(address: str) -> dict[str, Any]:
    return {str(one["uid"]): one for one in read(address).walk("VEVENT")}


def test_clocks_of_the_own_office_stand_in_the_calendar(world: World) -> None:
    case = world.accepted()
    found = events(address_for(world, "chen.guoping"))
    titles = sorted(str(one["summary"]) for one in found.values())
    assert titles == [f"处置时限：上水井盖 {case.number}", f"签收时限：上水井盖 {case.number}"]
    assert all(case.number in str(one["url"]) for one in found.values())
    assert events(address_for(world, "wang.fang")) == {}  # another office
    world.step(case, "sign_for", "chen.guoping")
    left = events(address_for(world, "chen.guoping"))
    assert [str(one["summary"]) for one in left.values()] == [f"处置时限：上水井盖 {case.number}"]


def test_times_stand_in_the_zone_of_the_place(world: World) -> None:
    world.accepted()
    address = address_for(world, "chen.guoping")
    calendar = read(address)
    assert [str(one["tzid"]) for one in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    content = Client().get(address).content.decode()
    assert "DTSTART;TZID=Asia/Shanghai:2026" in content
    for one in calendar.walk("VEVENT"):
        assert one["dtstart"].dt.utcoffset() == timedelta(hours=8)
        assert one["dtstart"].dt > datetime(2026, 3, 2, 9, tzinfo=CHINA)


def test_uid_stays_and_sequence_goes_up_with_each_change(world: World) -> None:
    case = world.accepted()
    address = address_for(world, "chen.guoping")

    def handling() -> Any:
        (found,) = [one for one in events(address).values() if "处置时限" in str(one["summary"])]
        return found

    before, again = handling(), handling()
    assert (before["uid"], before["sequence"]) == (again["uid"], again["sequence"])
    world.later(minutes=30)
    world.step(case, "sign_for", "chen.guoping")
    after = handling()
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after["last-modified"].dt > before["last-modified"].dt


def test_nothing_that_anyone_said_and_nobody_is_named(world: World) -> None:
    report = world.report("张三家门口 13800138000 的井盖坏了", address="珠泉路 3 号张三家")
    world.accepted(report)
    said = Client().get(address_for(world, "chen.guoping")).content.decode()
    assert said.count("BEGIN:VEVENT") == 2
    whole = said.replace("\r\n ", "")
    assert not any(word in whole for word in ("张三", "13800138000", "珠泉路", "陈国平", "李雯"))


def test_looks_shifts_and_tasks_join(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from gewu.intake import actions as intake  # noqa: PLC0415 -- beside its only use

    report = world.report()
    intake.take(report.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)
    found = events(address_for(world, "zhao.qiang"))
    assert "现场核实" in {str(one["summary"]) for one in found.values()}
    asked: list[str] = []
    monkeypatch.setattr(organisation, "shifts_of", lambda *some, **span: asked.append("shifts") or ())
    kept = fieldwork.tasks
    monkeypatch.setattr(
        fieldwork, "tasks", lambda actor, *some, **more: asked.append("tasks") or kept(actor, *some, **more)
    )
    events(address_for(world, "zhao.qiang"))
    assert sorted(asked) == ["shifts", "tasks"]


def test_address_that_is_wrong_withdrawn_or_run_out_is_nowhere(world: World) -> None:
    address = address_for(world, "chen.guoping")
    assert Client().get(address).status_code == 200
    assert Client().get("/calendar/own/guessed.ics").status_code == 404
    other = security.issue_key("open311", "甲", actor=world.actor("fang.an"), now=world.now)
    assert Client().get(f"/calendar/own/{other}.ics").status_code == 404
    (line,) = keys.own_keys(world.actor("chen.guoping"), "calendar", now=world.now)
    with pytest.raises(Refusal):
        security.withdraw_key(line.id, actor=world.actor("wang.fang"), now=world.now)
    with pytest.raises(Refusal):
        security.withdraw_key(line.id, actor=world.actor("fang.an"), now=world.now)
    security.withdraw_key(line.id, actor=world.actor("chen.guoping"), now=world.now)
    assert Client().get(address).status_code == 404
    fresh = address_for(world, "chen.guoping")
    world.later(days=367)
    assert Client().get(fresh).status_code == 404


def test_calendar_ends_with_its_account(world: World) -> None:
    address = address_for(world, "wu.kai")
    assert Client().get(address).status_code == 200
    account = world.accounts["wu.kai"]
    security.close_account(account.pk, actor=world.actor("fang.an"), now=world.now)
    assert Client().get(address).status_code == 404


def test_guessing_is_limited(world: World) -> None:
    answers = [Client().get(f"/calendar/own/{n}.ics") for n in range(61)]
    assert [one.status_code for one in answers] == [*[404] * 60, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_calendar_costs_the_same_whatever_its_length(world: World) -> None:
    world.accepted()
    address = address_for(world, "chen.guoping")
    events(address)
    with statements() as one:
        events(address)
    for n in range(3):
        world.accepted(world.report(f"第 {n} 处井盖坏了"))
    with statements() as four:
        assert len(events(address)) == 8
    assert len(four) == len(one)


def test_working_days_are_open_to_everyone(world: World) -> None:
    calendar = read("/calendar/workdays.ics")
    days = {one["dtstart"].dt: str(one["summary"]) for one in calendar.walk("VEVENT")}
    assert days[date(2026, 10, 1)].endswith("放假")
    assert any(title.endswith("调休上班") for title in days.values())
    uids = [str(one["uid"]) for one in calendar.walk("VEVENT")]
    assert len(set(uids)) == len(uids)
    assert uids == [str(one["uid"]) for one in read("/calendar/workdays.ics").walk("VEVENT")]


def test_address_is_made_shown_once_and_withdrawn_on_the_own_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.post("/sign-in", {"name": "chen.guoping", "password": PASSWORD})
    page = client.post("/desk/account/calendar").content.decode()
    shown = re.search(r"data-secret>http://testserver(/calendar/own/[\w-]+\.ics)<", page)
    assert shown is not None
    assert Client().get(shown[1]).status_code == 200
    assert shown[1] not in client.get("/desk/account").content.decode()
    (line,) = keys.own_keys(world.actor("chen.guoping"), "calendar", now=world.now)
    assert client.post(f"/desk/account/calendar/{line.id}/end").status_code == 303
    assert Client().get(shown[1]).status_code == 404
    for _ in range(5):
        assert client.post("/desk/account/calendar").status_code == 200
    assert client.post("/desk/account/calendar").status_code == 409
