"""The page of a unit: members and terms, groups and heads, staff records for whom they concern."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.actions import UnitSpec
from gewu.organisation.models import StaffEntry
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, PASSWORD, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db
SETUP = operator(COUNTY)
STATION = f"{STREET}-street_office"


def put(world: World, kind: str, seat: str, account: Any = None, **given: Any) -> None:
    organisation.appoint(kind, seat, account, actor=SETUP, now=world.now, **given)


def account(world: World, name: str, shown: str, **given: Any) -> Any:
    return security.open_account(name, shown, PASSWORD, actor=SETUP, now=world.now, **given)


def page(who: str, code: str) -> str:
    answer = signed_in(who).get(f"/desk/units/{code}")
    assert answer.status_code == 200, said(answer)
    return said(answer)


def test_joint_committee_lists_members_with_unit_and_term_and_an_ended_term_leaves_by_itself(
    today: World,
) -> None:
    spec = UnitSpec("party_community_committee", "committee", "南门社区大党委", SOUTH_GATE)
    organisation.add_units([spec], actor=SETUP, now=today.now)
    ends = today.now + timedelta(days=90)
    put(
        today,
        "joint_committee_member",
        "committee",
        name="区民政局支部书记",
        holder_unit=f"{COUNTY}-civil_affairs",
        until=ends,
    )
    put(
        today,
        "joint_committee_member",
        "committee",
        name="任期已满的委员",
        until=today.now + timedelta(hours=1),
    )

    shown = page("zhou.min", "committee")

    assert re.search(rf"社区大党委兼职委员 区民政局支部书记 .* 至 {ends.date().isoformat()}", shown)
    assert (
        f'href="/desk/units/{COUNTY}-civil_affairs"'
        in signed_in("zhou.min").get("/desk/units/committee").content.decode()
    )
    assert "任期已满的委员" not in shown
    keeper = today.actor("zhou.min")
    for hours, listed in ((0, 2), (2, 1)):
        at = today.now + timedelta(hours=hours)
        members = units.unit_sheet(keeper, "committee", now=at).members
        assert len(members) == listed, "the ended term was there before its end, and left by itself"


def test_one_office_and_six_groups_with_their_heads(today: World) -> None:
    groups = [UnitSpec("work_group", f"group-{n}", f"第{n}工作组", COUNTY, "office") for n in range(1, 7)]
    specs = [UnitSpec("leading_office", "office", "领导小组办公室", COUNTY), *groups]
    assert len(organisation.add_units(specs, actor=SETUP, now=today.now)) == 7
    put(today, "unit_head", "group-2", account(today, "head", "二组组长"))

    shown = page("zhou.min", "office")

    assert re.findall(r"第(\d)工作组", shown) == list("123456")
    assert "第2工作组 工作组 二组组长" in shown
    head = units.head_of("group-2", now=today.now)
    assert head is not None
    assert head.name == "二组组长"
    assert units.head_of("group-3", now=today.now) is None


def test_task_given_to_a_group_reaches_its_head(today: World) -> None:
    from gewu.cases import actions as cases  # noqa: PLC0415 -- only this test calls a group

    office = UnitSpec("leading_office", "office", "领导小组办公室", COUNTY)
    organisation.add_units(
        [office, UnitSpec("work_group", "group-1", "第一工作组", COUNTY, "office")],
        actor=SETUP,
        now=today.now,
    )
    put(today, "unit_head", "group-1", account(today, "head", "一组组长"))
    case = today.accepted()

    cases.call_assist(case.number, "group-1", actor=today.actor("zhou.min"), now=today.now, task="到现场协调")
    today.settle()

    client = signed_in("head")
    assert case.number in client.get("/desk?tab=all").content.decode()
    assert "第一工作组" in said(client.get(f"/desk/cases/{case.number}"))
    assert client.get("/desk/notices").content.decode().count(f"/desk/cases/{case.number}") >= 1


@pytest.fixture
def office(today: World) -> World:
    """The sub-district office with a personnel officer, and a member with a shift, a leave and a training."""
    officer = account(today, "renshi", "人事")
    put(today, "personnel_officer", STATION, officer)
    member = today.accounts["liu.yang"]
    actor = _actor(officer, today)
    for kind, subject in (("shift", "早班 08:00–16:00"), ("leave", ""), ("training", "消防安全培训")):
        organisation.note_staff(
            member.pk, kind, subject=subject, since=today.now.date(), actor=actor, now=today.now
        )
    return today


def _actor(one: Any, world: World) -> Any:
    from gewu.security import queries as accounts  # noqa: PLC0415 -- beside the fixture that needs it

    found = accounts.actor_of(one.pk, now=world.now)
    assert found is not None
    return found


@pytest.mark.parametrize("other", ["wu.kai", "zhou.min", "qian.lei", "zheng.jun"])
def test_staff_of_another_unit_see_name_post_and_work_contact_only(office: World, other: str) -> None:
    shown = page(other, STATION)
    assert "承办人 刘洋" in shown
    for private in ("早班", "休假", "消防安全培训", "人员记录"):
        assert private not in shown


@pytest.mark.parametrize("one", ["renshi", "liu.yang"])
def test_the_own_unit_and_the_person_see_shift_leave_and_training(office: World, one: str) -> None:
    shown = page(one, STATION)
    for word in ("早班 08:00–16:00", "休假", "消防安全培训"):
        assert word in shown


def test_only_the_personnel_officer_notes_and_strikes(office: World) -> None:
    member = office.accounts["liu.yang"].pk.hex
    given = {"account": member, "kind": "training", "subject": "急救培训", "since": "2026-03-02"}
    client = signed_in("renshi")
    assert client.post(f"/desk/units/{STATION}/staff", given).status_code == 303
    entry = StaffEntry.objects.get(subject="急救培训")
    for other in ("liu.yang", "qian.lei", "wu.kai"):
        refused = signed_in(other).post(f"/desk/units/{STATION}/staff", given)
        assert refused.status_code == 403
        assert signed_in(other).post(f"/desk/units/{STATION}/staff/{entry.pk}/strike").status_code == 403
    assert client.post(f"/desk/units/{STATION}/staff/{entry.pk}/strike").status_code == 303
    assert not StaffEntry.objects.filter(subject="急救培训").exists()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"kind": "leave", "subject": "生病"}, 422),
        ({"kind": "shift", "subject": ""}, 422),
        ({"kind": "health", "subject": "某病"}, 422),
        ({"since": "soon"}, 422),
        ({"until": "2026-01-01"}, 422),
        ({"account": "nobody"}, 422),
    ],
)
def test_entries_that_say_too_much_or_too_little_are_refused(
    office: World, given: dict[str, str], status: int
) -> None:
    right = {
        "account": office.accounts["liu.yang"].pk.hex,
        "kind": "training",
        "subject": "培训",
        "since": "2026-03-02",
    }
    assert signed_in("renshi").post(f"/desk/units/{STATION}/staff", {**right, **given}).status_code == status
    assert StaffEntry.objects.count() == 3


def test_staff_records_hold_nothing_but_shift_leave_and_training() -> None:
    """The schema itself keeps private fields out; a new column here needs a reason that work needs it."""
    assert {field.name for field in StaffEntry._meta.get_fields()} == {
        "id",
        "account",
        "kind",
        "subject",
        "since",
        "until",
    }


def test_unknown_unit_is_missing_and_the_page_costs_the_same_with_many_members(office: World) -> None:
    client = signed_in("zhou.min")
    assert client.get("/desk/units/nowhere").status_code == 404
    one = cost(lambda: client.get(f"/desk/units/{STATION}"))
    for n in range(6):
        put(office, "handler", STATION, account(office, f"more{n}", f"承办人{n}"))
    assert max(one, cost(lambda: client.get(f"/desk/units/{STATION}"))) <= 8


def test_the_api_tells_no_more_than_the_page(office: World) -> None:
    from django.test import Client  # noqa: PLC0415 -- the only test without a page

    def members(who: str) -> list[dict[str, Any]]:
        token = (
            Client()
            .post("/api/v1/sign-in", {"name": who, "password": PASSWORD}, content_type="application/json")
            .json()["token"]
        )
        answer = Client().get(f"/api/v1/units/{STATION}/staff", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.json()
        return found

    assert [(one["name"], one["record"]) for one in members("wu.kai")] == [("刘洋", None), ("人事", None)]
    own = next(one for one in members("renshi") if one["name"] == "刘洋")
    assert {entry["subject"] for entry in own["record"]} == {"早班 08:00–16:00", "", "消防安全培训"}
    assert Client().get(f"/api/v1/units/{STATION}/staff").status_code == 401
