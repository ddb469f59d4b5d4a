"""Hazards shared by enterprise, department of the line and regulator: one state, one history, three desks."""

from __future__ import annotations

import csv
import gzip
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import EvidenceGiven, Found
from gewu.cases.models import Case, Hazard, SelfCheck
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.actions import UnitSpec
from gewu.security import actions as security
from gewu.security.actors import operator
from tests import shared
from tests.shells.test_api import post as api_post
from tests.shells.test_api import signed_in as api_signed_in
from tests.shells.visits import photo, said, signed_in
from tests.world import COUNTY, GRID, PASSWORD, STREET, World

PLANT, MILL = "qy-hongda", "qy-xinhua"
LINE, REGULATOR = f"{STREET}-street_office", f"{COUNTY}-emergency"
#: General accident hazard: the street office is its line.
MATTER = "H0202"
FOUND = Found(
    MATTER, "冲压车间 3 号机防护罩缺失，急停按钮失灵。", "冲压车间", guide="机械制造 / 设备设施 / 冲压机械"
)


@pytest.fixture
def town(world: World) -> World:
    """Two enterprises with a safety officer each, and an officer of the regulator."""
    setup = operator(COUNTY)
    for code, name in ((PLANT, "宏达冲压件厂"), (MILL, "新华面粉厂")):
        organisation.add_units([UnitSpec("enterprise", code, name, GRID)], actor=setup, now=world.now)
    people = (
        ("an.quan", "安全员甲", "enterprise_officer", PLANT, True),
        ("mian.fen", "安全员乙", "enterprise_officer", MILL, True),
        ("ying.ji", "应急员", "handler", REGULATOR, False),
    )
    for name, shown, post, seat, outside in people:
        account = security.open_account(name, shown, PASSWORD, actor=setup, now=world.now, outside=outside)
        organisation.appoint(post, seat, account, actor=setup, now=world.now)
        world.accounts[name] = account
    return world


def reported(world: World, by: str = "an.quan", enterprise: str = PLANT, found: Found = FOUND) -> Case:
    return cases.report_hazard(enterprise, found, actor=world.actor(by), now=world.now)


def seen_by(world: World, name: str) -> list[str]:
    return [one.number for one in queries.hazards(world.actor(name))]


def rectified(world: World, case: Case, by: str = "an.quan") -> Case:
    tokens = ("photo_before", "photo_after")
    pictures = tuple(world.photo(token) for token in tokens)
    records = tuple(
        EvidenceGiven(one, text="已按要求整改并留存记录")
        for one in ("rectification_notice", "recheck_record")
    )
    given = {"result": "已加装防护罩，更换急停按钮并试机", "evidence": (*pictures, *records)}
    return cases.take(case.number, "report_done", actor=world.actor(by), now=world.now, **given)


def test_enterprise_sees_its_own_hazards_only_and_nothing_else_of_the_platform(town: World) -> None:
    mine, other = reported(town), reported(town, "mian.fen", MILL)
    ordinary = town.accepted()
    assert seen_by(town, "an.quan") == [mine.number] and seen_by(town, "mian.fen") == [other.number]
    officer = town.actor("an.quan")
    everything = queries.Filters(state="all")
    assert [one.number for one in queries.inbox(officer, everything, now=town.now).rows] == [mine.number]
    for number in (other.number, ordinary.number):
        with pytest.raises(Refusal) as refused:
            queries.require_visible(officer, number)
        assert refused.value.kind is Kind.MISSING
    with pytest.raises(Refusal):
        units.place_sheet(officer, GRID, now=town.now)
    with pytest.raises(Refusal):
        units.unit_sheet(officer, PLANT, now=town.now)


def test_three_parties_see_the_same_state_and_history_to_the_end(town: World) -> None:
    case = reported(town)
    parties = ("an.quan", "liu.yang", "ying.ji")

    def views() -> list[Any]:
        pages = [queries.page(town.actor(name), case.number, now=town.now) for name in parties]
        return [
            (
                one.line.state,
                one.line.due_at,
                [(at.at, str(at.sentence), at.words) for at in one.lines],
                one.evidence,
            )
            for one in pages
        ]

    for act in (
        lambda: None,
        lambda: rectified(town, case),
        lambda: cases.take(case.number, "begin_check", actor=town.actor("liu.yang"), now=town.now),
        lambda: cases.take(
            case.number, "close", actor=town.actor("liu.yang"), now=town.now, answer="复查合格，予以销号"
        ),
    ):
        town.later(hours=1)
        act()
        first, *others = views()
        assert all(one == first for one in others)
    case.refresh_from_db()
    assert case.state == "closed"
    told = [one.type for one in queries.page(town.actor("an.quan"), case.number, now=town.now).lines]
    assert told == [
        "CaseFiled",
        "CaseDispatched",
        "HazardReported",
        "CaseSignedFor",
        "CaseHandled",
        "CheckBegun",
        "CaseClosed",
    ]


def test_line_department_checks_and_not_the_enterprise_nor_the_territory(town: World) -> None:
    case = rectified(town, reported(town))
    for name in ("an.quan", "he.jie", "ying.ji", "mian.fen"):
        with pytest.raises(Refusal) as refused:
            cases.take(case.number, "begin_check", actor=town.actor(name), now=town.now)
        assert refused.value.kind is Kind.FORBIDDEN
    cases.take(case.number, "begin_check", actor=town.actor("liu.yang"), now=town.now)
    again = cases.take(
        case.number,
        "fail_check",
        actor=town.actor("liu.yang"),
        now=town.now,
        reason="急停按钮仍不灵敏，请再整改",
    )
    assert again.state == "handling"


def test_hazard_is_rectified_with_the_evidence_of_its_class(town: World) -> None:
    case = reported(town)
    with pytest.raises(Refusal):
        cases.take(
            case.number, "report_done", actor=town.actor("an.quan"), now=town.now, result="已经整改好了"
        )


@pytest.mark.parametrize("event", ["return", "pass_up", "ask_shelving", "pass_down"])
def test_enterprise_neither_returns_nor_passes_on_what_is_its_own_duty(town: World, event: str) -> None:
    case = reported(town)
    given = {
        "reason": "这不归本企业管",
        "proposed": "unknown",
        "unit": LINE,
        "until": town.now + timedelta(days=9),
    }
    with pytest.raises(Refusal) as refused:
        cases.take(case.number, event, actor=town.actor("an.quan"), now=town.now, **given)
    assert refused.value.kind is Kind.FORBIDDEN
    offered = {one.event for one in queries.page(town.actor("an.quan"), case.number, now=town.now).steps}
    assert offered <= {"report_done", "ask_extension"}


def test_hazard_found_by_an_inspection_waits_for_the_enterprise_to_sign(town: World) -> None:
    for by in ("liu.yang", "ying.ji"):
        case = reported(town, by)
        assert (case.state, Hazard.objects.get(case=case).found_by) == ("dispatched", "inspection")
    assert cases.take(case.number, "sign_for", actor=town.actor("an.quan"), now=town.now).state == "handling"


@pytest.mark.parametrize("name", ["mian.fen", "chen.guoping", "zhou.min", "he.jie"])
def test_nobody_else_enters_a_hazard_for_an_enterprise(town: World, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        reported(town, name)
    assert refused.value.kind is Kind.FORBIDDEN


def test_self_check_is_a_record_whether_or_not_something_was_found(town: World) -> None:
    actor = town.actor("an.quan")
    nothing, opened = cases.check_oneself(
        PLANT, ["H0101", "H0103"], [], statement="车间主任带队逐项查看", actor=actor, now=town.now
    )
    assert (nothing.found, opened) == (0, [])
    town.later(days=7)
    some, opened = cases.check_oneself(
        PLANT, ["H0103", MATTER], [FOUND], statement="安全员逐台设备检查", actor=actor, now=town.now
    )
    assert some.found == len(opened) == 1 and opened[0].state == "handling"
    assert [(one.looked_for, one.found) for one in queries.self_checks(actor)] == [(2, 1), (2, 0)]
    assert queries.self_checks(town.actor("mian.fen")) == ()


@pytest.mark.parametrize(
    ("looked_for", "found", "statement", "said_"),
    [
        ([], [], "逐项看过了", "勾选"),
        ([MATTER], [], " ", "谁检查"),
        (["H0101"], [FOUND], "逐项看过了", "不在勾选"),
        (["C0101"], [Found("C0101", "井盖不见了")], "逐项看过了", "不是隐患"),
        ([MATTER], [Found(MATTER, " ")], "逐项看过了", "写明情况"),
    ],
)
def test_self_check_that_says_too_little_is_refused_whole(
    town: World, looked_for: list[str], found: list[Found], statement: str, said_: str
) -> None:
    with pytest.raises(Refusal, match=said_):
        cases.check_oneself(
            PLANT, looked_for, found, statement=statement, actor=town.actor("an.quan"), now=town.now
        )
    assert not SelfCheck.objects.exists() and not Hazard.objects.exists()


def test_account_of_an_enterprise_holds_no_role_of_staff_and_staff_no_post_there(town: World) -> None:
    outside = town.accounts["an.quan"]
    for role in ("handler", "dispatcher", "enforcement_officer"):
        with pytest.raises(Refusal, match="不能担任"):
            security.give_role(outside, role, actor=operator(), now=town.now, place=COUNTY, unit_path="x/")
    for account, post, seat in (
        (outside, "handler", REGULATOR),
        (town.accounts["liu.yang"], "enterprise_officer", PLANT),
    ):
        with pytest.raises(Refusal, match="企业账号"):
            organisation.appoint(post, seat, account, actor=operator(COUNTY), now=town.now)


def test_ordinary_work_is_not_given_to_an_enterprise(town: World) -> None:
    case = town.accepted()
    recalled = cases.take(
        case.number, "recall", actor=town.actor("zhou.min"), now=town.now, reason="派错了单位"
    )
    with pytest.raises(Refusal, match="不承办"):
        cases.take(recalled.number, "dispatch", actor=town.actor("zhou.min"), now=town.now, unit=PLANT)
    with pytest.raises(Refusal, match="不承办"):
        cases.call_assist(recalled.number, PLANT, actor=town.actor("zhou.min"), now=town.now)


def test_enterprise_is_told_of_an_inspection_and_the_line_of_what_was_rectified(town: World) -> None:
    case = reported(town, "ying.ji")
    town.settle()
    assert notices.unread(town.actor("an.quan")) == 1 and notices.unread(town.actor("mian.fen")) == 0
    cases.take(case.number, "sign_for", actor=town.actor("an.quan"), now=town.now)
    before = notices.unread(town.actor("liu.yang")), notices.unread(town.actor("he.jie"))
    rectified(town, case)
    town.settle()
    assert (
        notices.unread(town.actor("liu.yang")) - before[0],
        notices.unread(town.actor("he.jie")) - before[1],
    ) == (1, 0)


def test_pages_of_an_enterprise_are_its_own_and_lead_nowhere_else(town: World) -> None:
    case = reported(town)
    browser = signed_in("an.quan")
    assert browser.get("/desk")["Location"] == "/enterprise"
    home = said(browser.get("/enterprise"))
    assert "宏达冲压件厂" in home and "冲压车间 3 号机" in home
    page = browser.get(f"/desk/cases/{case.number}")
    assert page.status_code == 200 and "办结上报" in said(page) and "退回" not in said(page)
    for closed in (
        "/desk/places", "/desk/duty", "/desk/hazards", "/setup", "/desk/new", "/desk/visits",
        f"/desk/units/{PLANT}",
        "/desk/tags", "/board", f"/desk/cases/{case.number}/print", "/desk/initiate",
        f"/desk/cases/{case.number}/whistle",
    ):  # fmt: skip
        assert browser.get(closed).status_code in (403, 404), closed
    assert signed_in("liu.yang").get("/enterprise").status_code == 403
    form = {
        "looked_for": ["H0103", MATTER],
        "statement": "安全员逐台检查",
        "matter_1": MATTER,
        "text_1": "配电箱无盖板",
    }
    assert browser.post("/enterprise/check", form).status_code == 303
    assert "配电箱无盖板" in said(browser.get("/enterprise"))
    assert "配电箱无盖板" in said(signed_in("ying.ji").get("/desk/hazards"))
    wrong = browser.post("/enterprise/check", {**form, "statement": ""})
    assert wrong.status_code == 422 and "谁检查" in said(wrong)


def test_api_gives_an_enterprise_its_hazards_and_nothing_more(town: World) -> None:
    case = reported(town)
    reported(town, "mian.fen", MILL)
    client = Client()
    tokens = {
        name: security.issue_token(town.accounts[name], now=timezone.now()) for name in ("an.quan", "ying.ji")
    }

    def asked(name: str, address: str) -> Any:
        return client.get(f"/api/v1/{address}", HTTP_AUTHORIZATION=f"Bearer {tokens[name]}")

    assert [one["number"] for one in asked("an.quan", "hazards").json()] == [case.number]
    assert len(asked("ying.ji", "hazards").json()) == 2
    for address in ("cases", "on-duty"):
        assert asked("an.quan", address).status_code == 401
    assert asked("ying.ji", "on-duty").status_code == 200


def test_enterprise_checks_itself_and_rectifies_by_the_api_and_the_line_checks_there(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: town.now)
    own, other, regulator = (api_signed_in(town, name) for name in ("an.quan", "mian.fen", "ying.ji"))
    assert MATTER in {one["code"] for one in own.get("/api/v1/hazards/checklist").json()}
    found = {"matter": MATTER, "text": "配电箱无盖板", "address": "一车间"}
    check = {"looked_for": [MATTER], "found": [found], "statement": "安全员逐台检查"}
    assert api_post(own, "/api/v1/self-checks", {**check, "statement": ""}).status_code == 422
    made = api_post(own, "/api/v1/self-checks", check)
    assert made.status_code == 201, made.content
    (number,) = made.json()["cases"]
    assert [one["found"] for one in own.get("/api/v1/self-checks").json()] == [1]
    page = own.get(f"/api/v1/hazards/{number}").json()
    assert (page["state"], page["enterprise"]) == ("handling", "宏达冲压件厂")
    assert {one["event"] for one in page["steps"]} == {"report_done", "ask_extension"}
    assert other.get(f"/api/v1/hazards/{number}").status_code == 404
    step = f"/api/v1/hazards/{number}/steps"
    assert api_post(other, f"{step}/report_done", {"result": "已整改"}).status_code == 404
    asked = page["evidence_needed"]
    evidence = [{"token": one, "text": "已整改并复查"} for one in asked if "photo" not in one]
    for one in (one for one in asked if "photo" in one):
        kept = own.post(f"/api/v1/photos?purpose={one}", {"photo": photo()})
        assert kept.status_code == 201, kept.content
        evidence.append({"token": one, "file": kept.json()["id"]})
    done = api_post(own, f"{step}/report_done", {"result": "已装盖板", "evidence": evidence})
    assert (done.status_code, done.json()["state"]) == (200, "handled"), done.content
    assert api_post(own, f"{step}/begin_check", {}).status_code == 403
    seen = regulator.get(f"/api/v1/hazards/{number}").json()
    assert (seen["state"], seen["timeline"][-1]["words"]["result"]) == ("handled", "已装盖板")
    inspected = {"enterprise": MILL, "matter": MATTER, "text": "粉尘未清扫"}
    assert api_post(regulator, "/api/v1/hazards", inspected).status_code == 201
    assert api_post(own, "/api/v1/hazards", inspected).status_code == 403
    plain = town.accepted()
    assert regulator.get(f"/api/v1/hazards/{plain.number}").status_code == 404


def test_real_wording_of_enterprises_goes_through_whole(town: World) -> None:
    path = shared.data("shenzhen2021_hazards") / "hazards_labelled.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [
            row
            for row, _ in zip(csv.DictReader(file), range(40), strict=False)
            if len(row["content"].strip()) > 1
        ]
    found = [
        Found(MATTER, row["content"][:2000], guide=" / ".join(row[f"level_{n}"] for n in range(1, 5)))
        for row in rows
    ]
    actor = town.actor("an.quan")
    _, opened = cases.check_oneself(
        PLANT, [MATTER], found, statement="按自查指引逐项填报", actor=actor, now=town.now
    )
    assert len(opened) == len(rows) >= 20
    listed = {one.number: one for one in queries.hazards(town.actor("ying.ji"))}
    for case, row in zip(opened, rows, strict=True):
        assert listed[case.number].guide.startswith(row["level_1"])
        assert queries.page(actor, case.number, now=town.now).text == row["content"].strip()[:2000]
