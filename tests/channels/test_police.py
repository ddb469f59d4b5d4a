"""110 and this desk hand matters over to each other: two clocks, both sides told, no emergency."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from gewu.cases import actions as cases
from gewu.cases import jobs, queries
from gewu.cases.models import Case, Referral
from gewu.infra import connectors
from gewu.infra.connectors import outgoing
from gewu.infra.models import ConnectorRow, Outgoing
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from tests.channels.city import City, serving, signed_by_city
from tests.channels.linked import linked
from tests.shells.test_api import post
from tests.shells.test_api import signed_in as api_signed_in
from tests.shells.visits import said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db

#: A class that is no emergency, and the desk's usual one, which is.
NOISE, MANHOLE = "E0110", "C0101"


@pytest.fixture
def police(clock: World, settings: Any, tmp_path: Path) -> Iterator[City]:
    """110 on the other side of a real wire, and a connector to it that runs."""
    settings.OUTBOUND, settings.HOME = ("127.0.0.1",), tmp_path
    app = City()
    with serving(app) as address:
        row = linked(clock, "police", "police110", options={"address": f"{address}/api"})
        app.secret = connectors.rotate_secret(row.pk, actor=clock.actor("qian.lei"), now=clock.now)
        yield app


def matter(number: str = "JJ-1", **more: Any) -> dict[str, Any]:
    return {
        "number": number, "urgent": "0", "text": "楼上漏水，请社区到场看管道。", "address": "南门社区 6 栋",
        "lon": 118.6025, "lat": 32.0575, "caller": {"name": "周女士", "phone": "13900000017"}, **more,
    }  # fmt: skip


def push(world: World, app: City, *rows: Any) -> dict[str, Any]:
    body = json.dumps({"rows": rows}).encode()
    signed = signed_by_city(app.secret, body, at=world.now.timestamp())
    answer = Client().post("/channels/police110/rows", body, content_type="application/json", headers=signed)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def told(world: World, app: City) -> list[tuple[str, str]]:
    """What the other side has heard by now: each step with the state it led to."""
    world.settle()
    world.later(seconds=2)
    while outgoing.sweep(world.now):
        pass
    assert app.forged == 0
    return [(one["event"], one["state"]) for one in app.statuses]


def referred(world: World, case: Case, kind: str = "to_police") -> Referral:
    actor = world.actor("zhou.min")
    return cases.refer(case.number, kind, reason="双方有肢体冲突，请民警处置", actor=actor, now=world.now)


def test_non_police_matter_is_taken_over_handled_and_answered_and_110_hears_each_step(
    clock: World, police: City
) -> None:
    assert push(clock, police, matter())["taken"] == 1
    row, report = Referral.objects.get(), Report.objects.get()
    assert (row.state, row.outside_no, row.report) == ("sent", "JJ-1", report.pk)
    assert row.accept_by - row.sent_at == timedelta(minutes=30)
    clock.later(minutes=10)
    case = clock.accepted(report, NOISE)
    assert told(clock, police) == [("accepted", "accepted")]
    row.refresh_from_db()
    assert (row.case_id, row.accepted_at) == (case.pk, row.sent_at + timedelta(minutes=10))
    assert police.statuses[0]["case_no"] == case.number
    assert datetime.fromisoformat(police.statuses[0]["handle_by"]) == row.handle_by
    case = clock.step(case, "recall", "zhou.min", reason="换单位")
    clock.step(case, "void", "zheng.jun", reason="重复登记，原单已办")
    assert told(clock, police)[1:] == [("refused", "refused")]
    assert police.statuses[1]["reason"] == "重复登记，原单已办"
    assert not any("周女士" in str(one) or "13900000017" in str(one) for one in police.statuses)


def test_matter_that_is_not_ours_goes_back_with_the_reason(clock: World, police: City) -> None:
    push(clock, police, matter())
    clerk = clock.actor("li.wen")
    report = Report.objects.get()
    intake.take(report.pk, "decline", actor=clerk, now=clock.later(minutes=5), reason="属邻区管辖")
    assert told(clock, police) == [("refused", "refused")]
    assert (police.statuses[0]["number"], police.statuses[0]["reason"]) == ("JJ-1", "属邻区管辖")


def test_question_that_is_answered_at_once_is_taken_and_done(clock: World, police: City) -> None:
    push(clock, police, matter())
    report = Report.objects.get()
    intake.take(
        report.pk, "answer", actor=clock.actor("li.wen"), now=clock.later(minutes=5), answer="已告知物业电话"
    )
    assert told(clock, police) == [("accepted", "accepted"), ("done", "done")]
    assert police.statuses[-1]["result"] == "已告知物业电话"


def test_closing_the_case_ends_what_came_in(clock: World, police: City) -> None:
    push(clock, police, matter())
    case = clock.accepted(Report.objects.get(), MANHOLE)
    told(clock, police)
    photos = (clock.photo("photo_before"), clock.photo())
    clock.step(case, "sign_for", "chen.guoping")
    clock.step(case, "report_done", "chen.guoping", result="已修", answer="已修好。", evidence=photos)
    clock.step(case, "begin_check", "zhao.qiang")
    clock.step(case, "close", "zhao.qiang", answer="管道已修好。")
    assert told(clock, police)[-1] == ("done", "done")
    assert police.statuses[-1]["result"] == "管道已修好。"


@pytest.mark.both_databases
def test_nobody_takes_it_in_time_and_both_sides_see_it_once(clock: World, police: City) -> None:
    push(clock, police, matter())
    clock.later(minutes=31)
    assert (jobs.sweep_referrals(clock.now), jobs.sweep_referrals(clock.now)) == (1, 0)
    assert told(clock, police) == [("late", "sent")]
    assert police.statuses[0]["clock"] == "accept"
    assert Message.objects.filter(event="ReferralLate", account=clock.accounts["li.wen"]).count() == 1
    line = queries.of_report(clock.actor("li.wen"), Report.objects.get().pk, now=clock.now)[0]
    assert (line.late_to_accept, line.open, str(line.lines[-1].sentence)) == (
        True,
        True,
        "超过时限：接收时限",
    )
    clock.accepted(Report.objects.get(), NOISE)
    assert told(clock, police)[-1] == ("accepted", "accepted")


def test_emergency_is_never_handed_away_by_110_and_nothing_of_it_is_kept(clock: World, police: City) -> None:
    found = push(clock, police, matter(urgent="1"))
    assert found["rows"][0]["reason"] == "紧急警情不得分流，请先行处置"
    assert (Report.objects.count(), ConnectorRow.objects.count(), Referral.objects.count()) == (0, 0, 0)
    assert push(clock, police, matter("JJ-2", urgent="1", joint="1"))["taken"] == 1
    row = Referral.objects.select_related("kind").get()
    assert (row.kind.joint, row.accept_by - row.sent_at) == (True, timedelta(minutes=15))


def test_emergency_is_never_handed_away_by_this_desk_but_110_is_called_to_the_spot(
    clock: World, police: City
) -> None:
    case = clock.accepted()
    assert case.priority == 1
    with pytest.raises(Refusal, match="紧急事项不能转走"):
        referred(clock, case)
    offered = queries.page(clock.actor("zhou.min"), case.number, now=clock.now).referrals.kinds
    assert [one.code for one in offered] == ["police_on_site"]
    referred(clock, case, "police_on_site")
    assert told(clock, police) == [("sent", "sent")]
    clock.step(case, "sign_for", "chen.guoping")  # whoever has it goes on meanwhile


@pytest.mark.both_databases
def test_case_handed_to_110_waits_for_it_and_goes_on_when_it_is_done(clock: World, police: City) -> None:
    case = clock.accepted(matter=NOISE)
    row = referred(clock, case)
    assert told(clock, police) == [("sent", "sent")]
    sent = police.statuses[0]
    assert (sent["case_no"], sent["reason"]) == (case.number, "双方有肢体冲突，请民警处置")
    assert datetime.fromisoformat(sent["accept_by"]) == row.sent_at + timedelta(minutes=15)
    assert "13800138000" not in json.dumps(sent)
    with pytest.raises(Refusal, match="已转出"):
        clock.step(case, "void", "zheng.jun", reason="不用了")
    with pytest.raises(Refusal, match="已经转出"):
        referred(clock, case)
    answer = {"referral": str(row.pk), "urgent": "0"}
    assert push(clock, police, {"number": "JJ-7", "action": "接收", **answer})["taken"] == 1
    clock.later(hours=1)
    done = {"number": "JJ-7", "action": "办结", "text": "双方已调解", **answer}
    assert (push(clock, police, done)["taken"], push(clock, police, done)["already"]) == (1, 1)
    row.refresh_from_db()
    assert (row.state, row.accepted_at, row.ended_at) == (
        "done",
        row.sent_at + timedelta(seconds=2),
        clock.now,
    )
    assert told(clock, police) == [("sent", "sent")]  # its own words are not sent back to it
    assert Message.objects.get(event="ReferralDone").text_zh.endswith("双方已调解")
    clock.step(case, "recall", "zhou.min", reason="改派")


def test_refusal_needs_its_reason_and_only_the_system_itself_may_answer(clock: World, police: City) -> None:
    row = referred(clock, clock.accepted(matter=NOISE))
    answer = {"referral": str(row.pk), "urgent": "0", "number": "JJ-7", "action": "退回"}
    assert push(clock, police, answer)["waiting"] == 1
    other = linked(clock, "police", "other110", options={"address": "https://other.example.org"})
    found = connectors.take(other.pk, [{**answer, "text": "不归我们"}], way="push", now=clock.now)
    assert str(found.results[0].reason) == "这一步由接收方办理，您没有此权限"
    assert push(clock, police, {**answer, "number": "JJ-8", "text": "属家庭纠纷，请社区调解"})["taken"] == 1
    row.refresh_from_db()
    assert (row.state, Case.objects.get().referred) == ("refused", 0)


def test_what_110_does_not_take_in_time_comes_back(clock: World, police: City) -> None:
    case = clock.accepted(matter=NOISE)
    row = referred(clock, case)
    clock.later(minutes=15)
    assert jobs.sweep_referrals(clock.now) == 0
    clock.later(seconds=1)
    assert jobs.sweep_referrals(clock.now) == 1
    row.refresh_from_db()
    case.refresh_from_db()
    assert (row.state, row.ended_at, row.due_at, case.referred) == ("lapsed", clock.now, None, 0)
    assert told(clock, police)[-1] == ("lapsed", "lapsed")
    late = push(clock, police, {"number": "J", "action": "接收", "referral": str(row.pk), "urgent": "0"})
    assert late["rows"][0]["reason"] == "转办现为“逾期返回”，不能“对方已接收”"
    assert Message.objects.filter(event="ReferralLapsed", account=clock.accounts["zhou.min"]).exists()


def test_late_handling_is_told_once_and_ends_as_late(clock: World, police: City) -> None:
    row = referred(clock, clock.accepted(matter=NOISE))
    actor = clock.actor("zhou.min")
    cases.take_referral(row.pk, "accept", actor=actor, now=clock.later(minutes=10))
    clock.later(hours=24, seconds=1)
    assert (jobs.sweep_referrals(clock.now), jobs.sweep_referrals(clock.now)) == (1, 0)
    cases.take_referral(row.pk, "finish", actor=actor, now=clock.later(hours=1), result="电话告知已处置")
    line = queries.referral(actor, row.pk, now=clock.later(days=9))
    assert (line.late_to_accept, line.late_to_handle, line.open) == (False, True, False)


def test_110_takes_back_what_it_handed_over(clock: World, police: City) -> None:
    push(clock, police, matter())
    back = {"number": "JJ-1", "action": "撤回", "text": "报警人已自行解决", "urgent": "0"}
    assert push(clock, police, back)["taken"] == 1
    assert Referral.objects.get().state == "withdrawn"
    clock.settle()
    assert Message.objects.filter(event="ReferralWithdrawn", account=clock.accounts["li.wen"]).exists()


def test_status_is_kept_until_110_takes_it(clock: World, police: City) -> None:
    police.failing = [503, 500]
    referred(clock, clock.accepted(matter=NOISE))
    assert told(clock, police) == []
    clock.later(minutes=5)
    assert told(clock, police) == []
    clock.later(minutes=5)
    assert told(clock, police) == [("sent", "sent")]
    assert Outgoing.objects.get().tries == 3


def test_desk_hands_over_on_the_page_of_a_case_and_writes_down_what_was_said_by_telephone(
    clock: World,
) -> None:
    case = clock.accepted(matter=NOISE)
    client = signed_in("zhou.min")
    page = f"/desk/cases/{case.number}"
    assert "转 110 办理" in said(client.get(page))
    given = {"kind": "to_police", "reason": "双方有肢体冲突"}
    assert client.post(f"{page}/referrals", given).status_code == 303
    row = Referral.objects.get()
    shown = said(client.get(page))
    assert "待接收" in shown
    assert "国办发〔2022〕12号" in shown
    step = f"{page}/referrals/{row.pk}/steps"
    assert client.post(f"{step}/accept", {}).status_code == 303
    assert client.post(f"{step}/finish", {}).status_code == 422
    assert client.post(f"{step}/finish", {"result": "民警已到场处置"}).status_code == 303
    assert "民警已到场处置" in said(client.get(page))
    assert signed_in("chen.guoping").post(f"{page}/referrals", given).status_code in (403, 404)


def test_list_shows_both_directions_to_those_who_work_there_and_to_nobody_else(
    clock: World, police: City
) -> None:
    push(clock, police, matter())
    referred(clock, clock.accepted(matter=NOISE))
    for who, seen in (("li.wen", True), ("zhou.min", True), ("zheng.jun", True), ("wu.kai", False)):
        page = signed_in(who).get("/desk/referrals")
        assert (page.status_code == 200) is seen, who
    shown = said(signed_in("zhou.min").get("/desk/referrals"))
    assert "110 分流的非警务诉求" in shown
    assert "转 110 办理" in shown


def test_stranger_to_the_place_sees_nothing_of_it(clock: World, police: City) -> None:
    row = referred(clock, clock.accepted(matter=NOISE))
    with pytest.raises(Refusal) as refused:
        queries.referral(clock.actor("chen.guoping"), row.pk, now=clock.now)
    assert refused.value.kind is Kind.MISSING


def test_api_hands_over_lists_and_takes_steps_as_the_desk_does(clock: World) -> None:
    case = clock.accepted(matter=NOISE)
    desk = api_signed_in(clock, "zhou.min")
    address = f"/api/v1/cases/{case.number}/referrals"
    made = post(desk, address, {"kind": "to_police", "reason": "双方有肢体冲突"})
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["state"], row["case"], row["outgoing"]) == ("sent", case.number, True)
    assert {one["event"] for one in row["steps"]} == {"accept", "refuse", "withdraw"}
    again = post(desk, address, {"kind": "to_police", "reason": "再转一次"})
    assert (again.status_code, again.json()["title"]) == (409, "已经转出，正等对方办理")
    assert [one["id"] for one in desk.get("/api/v1/referrals").json()["referrals"]] == [row["id"]]
    step = f"/api/v1/referrals/{row['id']}/steps"
    assert post(api_signed_in(clock, "chen.guoping"), f"{step}/accept", {}).status_code == 404
    done = post(desk, f"{step}/withdraw", {"reason": "双方已和解"}).json()
    assert (done["state"], done["timeline"][-1]["words"]) == ("withdrawn", {"reason": "双方已和解"})
    assert desk.get("/api/v1/referrals").json()["referrals"] == []
