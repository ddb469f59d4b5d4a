"""The doors of the field app: what was done apart arrives once, with the times it was made and came."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gewu.api.field import kinds
from gewu.cases.models import CheckIn, Whistle
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork.models import CheckIn as CheckedIn
from gewu.fieldwork.models import Finding, Spot, Task, Track, TrackPart
from gewu.infra import commands, files
from gewu.infra.models import Command
from gewu.intake.models import Report
from gewu.notifications.models import Message
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.fieldwork.setting import running
from tests.infra.test_uploads import sound_bytes
from tests.pictures import photo_bytes
from tests.world import COUNTY, GRID, PASSWORD, World

SYNC, UPLOADS, DAY = "/api/v1/field/commands", "/api/v1/field/uploads/", "/api/v1/field/day"
SPOT = {"lon": 118.6025, "lat": 32.0575}


@pytest.fixture(autouse=True)
def _clock_of_the_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield


def phone(world: World, name: str = "zhao.qiang") -> Client:
    token = security.issue_token(world.accounts[name], now=world.now)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def command(world: World, kind: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    made_at = more.pop("made_at", world.now)
    return {"id": str(uuid4()), "kind": kind, "made_at": made_at.isoformat(), "content": content, **more}


def report(world: World, text: str = "楼道里堆着纸箱，挡住了消防栓。", **more: Any) -> dict[str, Any]:
    return command(world, "report", {"text": text, **SPOT}, **more)


def sync(world: World, *sent: dict[str, Any], by: str = "zhao.qiang", **more: Any) -> list[dict[str, Any]]:
    body = {"account": str(world.accounts[by].pk), "sent_at": world.now.isoformat(), "commands": list(sent)}
    answer = phone(world, by).post(SYNC, json.dumps({**body, **more}), content_type="application/json")
    assert answer.status_code == 200, answer.content
    answers: list[dict[str, Any]] = answer.json()["answers"]
    assert [one["id"] for one in answers] == [one["id"] for one in sent]
    return answers


def outcomes(answers: list[dict[str, Any]]) -> list[str]:
    return [one["outcome"] for one in answers]


def upload(world: World, content: bytes, kind: str = "photo", purpose: str = "photo_before") -> str:
    id, digest = str(uuid4()), hashlib.sha256(content).hexdigest()
    for offset in range(0, len(content), 200_000):
        asked = (
            f"{UPLOADS}{id}?kind={kind}&purpose={purpose}&size={len(content)}&digest={digest}&offset={offset}"
        )
        part = content[offset : offset + 200_000]
        answer = phone(world).put(asked, part, content_type="application/octet-stream")
        assert answer.status_code == 200, answer.content
    assert answer.json() == {"arrived": len(content), "whole": True}
    return id


@pytest.mark.both_databases
def test_a_report_made_apart_and_sent_twice_is_stored_once_with_both_its_times(world: World) -> None:
    made, sent = world.now, report(world)
    arrived = world.later(hours=5)
    (first,) = sync(world, sent)
    world.later(minutes=1)
    (second,) = sync(world, sent)
    assert (first["outcome"], second["outcome"]) == ("taken", "again")
    assert first["answer"] == second["answer"]
    stored = Report.objects.get()
    assert (stored.channel_id, stored.place) == ("grid", GRID)
    (times,) = commands.times_of(f"report:{stored.pk}")
    assert (times.made_at, times.arrived_at) == (made, arrived)
    assert times.was_apart


@pytest.mark.both_databases
def test_a_thousand_commands_in_any_order_with_repeats_arrive_once_each(world: World) -> None:
    chance = random.Random(20260302)
    made = [report(world, f"第 {n} 处：楼道灯不亮。") for n in range(1000)]
    sent = made + chance.choices(made, k=500)
    chance.shuffle(sent)
    said: dict[str, list[str]] = {one["id"]: [] for one in made}
    for begin in range(0, len(sent), 150):
        batch = list({one["id"]: one for one in sent[begin : begin + 150]}.values())
        for one in sync(world, *batch):
            said[one["id"]].append(one["outcome"])
    assert Report.objects.count() == 1000
    assert sorted(Report.objects.values_list("text", flat=True)) == sorted(
        one["content"]["text"] for one in made
    )
    assert all(one[0] == "taken" and set(one[1:]) <= {"again"} for one in said.values())


def test_a_refused_one_stops_only_those_that_depend_on_it(world: World) -> None:
    bad, good = report(world, ""), report(world)
    on_bad = command(world, "messages_read", {}, after=[bad["id"]])
    on_good = command(world, "messages_read", {}, after=[good["id"]])
    answers = sync(world, bad, on_bad, good, on_good)
    assert outcomes(answers) == ["refused", "refused", "taken", "taken"]
    assert (answers[0]["reason"], answers[0]["field"]) == ("请写明要反映的问题", "text")
    assert answers[1]["because"] == bad["id"]
    assert Report.objects.count() == 1


def test_what_was_refused_may_be_sent_again_and_what_was_taken_stays(world: World) -> None:
    settled = {"matter": "C0101", "place": GRID, "text": "井盖移位", "result": "已复位", "shown": []}
    sent = command(world, "settled", settled)
    assert outcomes(sync(world, sent)) == ["refused"]
    assert Command.objects.get().outcome == "refused"
    world_before = Command.objects.get().tries
    assert outcomes(sync(world, sent)) == ["refused"]
    assert Command.objects.get().tries == world_before + 1


def test_the_same_number_for_another_content_or_by_someone_else_is_refused(world: World) -> None:
    sent = report(world)
    sync(world, sent)
    (changed,) = sync(world, {**sent, "content": {**sent["content"], "text": "另一件事情"}})
    assert (changed["outcome"], changed["reason"]) == ("refused", "此提交编号已用于另一内容")
    (stolen,) = sync(world, sent, by="sun.li")
    assert (stolen["outcome"], stolen["reason"]) == ("refused", "这个编号属于另一个账号")
    assert stolen["answer"] == {}


def test_what_one_account_made_is_never_sent_as_anothers(world: World) -> None:
    body = {
        "account": str(world.accounts["zhao.qiang"].pk),
        "sent_at": world.now.isoformat(),
        "commands": [report(world)],
    }
    answer = phone(world, "sun.li").post(SYNC, json.dumps(body), content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["title"] == "这些内容是另一个账号填的，不能以您的名义提交"
    assert not Report.objects.exists()


@pytest.mark.parametrize("hours", [-30, 0.01, 50])
def test_a_wrong_clock_of_the_phone_is_set_right(world: World, hours: float) -> None:
    """The phone made it two hours before it sent it, whatever its clock said both times."""
    wrong = timedelta(hours=hours)
    sent = report(world, made_at=world.now - timedelta(hours=2) + wrong)
    sync(world, sent, sent_at=(world.now + wrong).isoformat())
    row = Command.objects.get()
    assert abs(row.made_at - (world.now - timedelta(hours=2))) <= commands.TOLERATED
    assert row.made_at <= row.arrived_at


def test_what_claims_to_come_from_the_future_was_made_when_it_arrived(world: World) -> None:
    sync(world, report(world, made_at=world.now + timedelta(days=3)))
    row = Command.objects.get()
    assert row.made_at == row.arrived_at == world.now


def test_what_is_months_old_is_refused_with_advice(world: World) -> None:
    (old,) = sync(world, report(world, made_at=world.now - timedelta(days=90)))
    assert (old["outcome"], old["advice"]) == ("refused", "请重新填写")


def test_a_fault_of_ours_keeps_one_command_waiting_and_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = kinds.CommandKind(
        kinds.KINDS["finding"].label, kinds.KINDS["messages_read"].shape, lambda *_: 1 / 0
    )  # type: ignore[arg-type, return-value]  # a fault
    monkeypatch.setitem(kinds.KINDS, "broken", broken)  # type: ignore[misc]  # a table that tests add to
    sent = [command(world, "broken", {}), report(world)]
    assert outcomes(sync(world, *sent)) == ["later", "taken"]
    assert "broken" in caplog.text
    monkeypatch.setitem(kinds.KINDS, "broken", kinds.KINDS["messages_read"])  # type: ignore[misc]  # as above
    assert outcomes(sync(world, *sent)) == ["taken", "again"]


def test_a_kind_that_nobody_knows_and_content_of_another_shape_are_refused(world: World) -> None:
    answers = sync(world, command(world, "dance", {}), command(world, "report", {"text": ["x"], "more": 1}))
    assert outcomes(answers) == ["refused", "refused"]
    assert "请更新外勤应用后再试" in answers[0]["advice"]
    assert answers[1]["reason"] == "提交的数据格式不对"


def test_photos_and_a_voice_note_come_first_and_the_report_takes_them(world: World) -> None:
    photo, sound = upload(world, photo_bytes()), upload(world, sound_bytes(), "sound", "voice_note")
    sent = report(world)
    sent["content"] |= {"photos": [photo], "sound": sound}
    assert outcomes(sync(world, sent)) == ["taken"]
    kept = files.of([Report.objects.get().pk])[Report.objects.get().pk]
    assert [(one.purpose, one.media_type) for one in kept] == [
        ("photo_before", "image/jpeg"),
        ("voice_note", "audio/wav"),
    ]
    later = report(world)
    later["content"] |= {"photos": [photo]}
    (again,) = sync(world, later)
    assert (again["outcome"], again["reason"]) == ("refused", "照片已失效，请重新上传")
    assert Report.objects.count() == 1


def test_a_photo_that_is_still_on_its_way_is_waited_for(world: World) -> None:
    sent = report(world)
    sent["content"] |= {"photos": [str(uuid4())]}
    (early,) = sync(world, sent)
    assert (early["outcome"], early["field"]) == ("refused", "uploads")


def test_a_check_made_apart_goes_its_steps_in_order(world: World) -> None:
    case = world.case_at("handled")
    begin = command(
        world, "case_step", {"number": case.number, "event": "begin_check", "version": case.version}
    )
    close = {"number": case.number, "event": "close", "answer": "现场看过，已修好。"}
    end = command(world, "case_step", close, after=[begin["id"]])
    assert outcomes(sync(world, begin, end)) == ["taken", "taken"]
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_step_on_a_case_that_others_moved_is_refused_with_who_and_what(world: World) -> None:
    case = world.case_at("handled")
    step = {"number": case.number, "event": "begin_check", "version": case.version - 1}
    (answer,) = sync(world, command(world, "case_step", step))
    assert answer["outcome"] == "refused"
    assert "已将其变为“待核查”" in answer["reason"]


def test_a_finding_a_whistle_and_a_settled_matter_arrive(world: World) -> None:
    waiting, case = world.report(), world.case_at("handling")
    from gewu.intake import actions as intake  # noqa: PLC0415 -- only this test asks for a look

    intake.take(waiting.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)
    settled = {
        "matter": "C0101", "place": GRID, "text": "井盖移位，绊脚", "result": "已搬回原位",
        "address": "南门小区 3 栋前",
        "shown": [
            {"token": "photo_before", "upload": upload(world, photo_bytes(label="前"))},
            {"token": "photo_after", "upload": upload(world, photo_bytes(label="后"), purpose="photo_after")},
        ],
    }  # fmt: skip
    sent = [
        command(world, "finding", {"report": str(waiting.pk), "finding": "属实，井口敞开", **SPOT}),
        command(world, "settled", settled),
        command(world, "whistle", {
            "number": case.number, "kind": "grid", "task": "请到场会商井盖一事",
            "units": ["320111-sanitation"],
        }),
    ]  # fmt: skip
    answers = sync(world, *sent)
    assert outcomes(answers) == ["taken"] * 3, answers
    waiting.refresh_from_db()
    assert waiting.finding == "属实，井口敞开"
    assert Whistle.objects.get().caller == world.actor("zhao.qiang").ref
    assert CheckIn.objects.count() == 0


def test_a_day_is_what_the_worker_needs_and_no_more_than_one_may_see(world: World) -> None:
    case, other = world.case_at("handled"), world.accepted(world.report(lon=118.6289, lat=32.0315))
    day = phone(world).get(DAY).json()
    assert day["account"] == str(world.accounts["zhao.qiang"].pk)
    assert [one["code"] for one in day["grids"]] == [GRID]
    assert day["grids"][0]["shape"]["type"] in ("Polygon", "MultiPolygon")
    assert [one["number"] for one in day["cases"]] == [case.number]
    assert other.number not in json.dumps(day)
    assert [one["event"] for one in day["cases"][0]["steps"]] == ["begin_check"]
    assert any(one["spot"] for one in day["matters"])
    assert [one["event"] for one in day["cases"][0]["steps"][0]["then"]] == ["fail_check", "close"]
    assert [one["code"] for one in day["whistles"]] == ["grid", "urgent"]


def test_a_day_costs_the_same_however_much_waits(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert phone(world).get(DAY).status_code == 200
        return len(seen)

    world.case_at("handling")
    cost()
    one = cost()
    for _ in range(3):
        world.case_at("handling")
        world.report()
    assert cost() <= one


def test_the_numbers_are_those_of_the_own_work(world: World) -> None:
    sync(world, report(world), report(world))
    world.later(days=3)
    sync(world, report(world))
    numbers = phone(world).get(DAY).json()["numbers"]
    assert [(one["kind"], one["day"], one["week"], one["month"]) for one in numbers] == [("report", 1, 3, 3)]
    assert phone(world, "sun.li").get(DAY).json()["numbers"] == []


def test_messages_are_read_when_the_phone_says_so(world: World) -> None:
    world.case_at("handled")
    world.settle()
    assert phone(world).get(DAY).json()["unread"] > 0
    sync(world, command(world, "messages_read", {}))
    mine = Message.objects.filter(account=world.accounts["zhao.qiang"])
    assert not mine.filter(read_at=None).exists()


def test_nothing_personal_is_kept_with_a_command(world: World) -> None:
    secret = "张三家门口 13800138000"
    sync(world, report(world, secret))
    row = Command.objects.values().get()
    assert secret not in json.dumps(row, default=str)
    assert isinstance(row["made_at"], datetime)
    assert isinstance(row["id"], UUID)


def test_a_patrol_and_a_visit_made_apart_arrive_with_the_times_at_which_they_were_made(world: World) -> None:
    running(world)
    (task,) = phone(world).get("/api/v1/fieldwork/today").json()["tasks"]
    stop, began = task["stops"][0]["id"], world.now

    def deed(minutes: int, kind: str, content: dict[str, Any], after: list[dict[str, Any]]) -> dict[str, Any]:
        before = [one["id"] for one in after[-1:]]
        return command(world, kind, content, made_at=began + timedelta(minutes=minutes), after=before)

    def step(event: str, **more: Any) -> dict[str, Any]:
        return {"task": task["id"], "event": event, **more}

    looks = [{"stop": stop, "item": item["code"], "outcome": "fine"} for item in task["items"]]
    sent: list[dict[str, Any]] = []
    for minutes, content in enumerate(
        (
            step("start"),
            step("check_in", at={"stop": stop, **SPOT}),
            step("look", looks=looks),
            step("sign_none"),
        )
    ):
        sent.append(deed(minutes, "task_step", content, sent))
    photo = {"photos": [upload(world, photo_bytes())]}
    found = {"text": "井盖松动", "matter": "C0101", "place": GRID, **photo}
    visit = {"place": GRID, "answers": {}}
    sent += [command(world, "task_finding", found), command(world, "visit", visit, made_at=began)]
    world.later(hours=6)
    answers = sync(world, *sent)
    assert outcomes(answers) == ["taken"] * 6, answers
    assert outcomes(sync(world, *reversed(sent))) == ["again"] * 6
    check_in = CheckedIn.objects.filter(task=task["id"]).get()
    assert (check_in.made_at, check_in.arrived_at) == (began + timedelta(minutes=1), world.now)
    assert Task.objects.get(pk=task["id"]).state == "signed_none"
    assert Finding.objects.count() == 1


def points(world: World, many: int, behind: timedelta = timedelta(), **more: Any) -> list[dict[str, Any]]:
    """A way of one metre a second to the north, by a phone whose clock may be wrong."""
    began = world.now - behind
    way = range(0, many * 10, 10)
    return [
        {"at": (began + timedelta(seconds=n)).isoformat(), "lon": 118.6025, "lat": 32.0575 + n * 9e-6, **more}
        for n in way
    ]


def patrol(world: World) -> dict[str, Any]:
    running(world)
    (task,) = phone(world).get("/api/v1/fieldwork/today").json()["tasks"]
    return dict(task)


@pytest.mark.both_databases
def test_positions_of_an_opened_patrol_arrive_once_whatever_the_phones_clock_says(world: World) -> None:
    task, behind = patrol(world), timedelta(hours=30)
    start = command(world, "task_step", {"task": task["id"], "event": "start"}, made_at=world.now - behind)
    way = command(world, "positions", {"task": task["id"], "points": points(world, 30, behind)})
    way |= {"after": [start["id"]], "made_at": (world.now - behind + timedelta(minutes=5)).isoformat()}
    world.later(minutes=6)
    answers = sync(world, start, way, sent_at=(world.now - behind).isoformat())
    assert outcomes(answers) == ["taken", "taken"], answers
    assert answers[1]["answer"] == {"kept": 30, "refused": 0}
    assert outcomes(sync(world, start, way, sent_at=(world.now - behind).isoformat())) == ["again", "again"]
    assert TrackPart.objects.get().pk == UUID(way["id"])
    assert Track.objects.get().points == 30


def test_positions_without_an_opened_patrol_are_refused_and_none_is_kept(world: World) -> None:
    task = patrol(world)
    way = command(world, "positions", {"task": task["id"], "points": points(world, 3)})
    (answer,) = sync(world, way)
    assert (answer["outcome"], answer["reason"]) == ("refused", "这次巡查还没有开始，位置没有保存")
    step = command(world, "task_step", {"task": task["id"], "event": "start"})
    assert outcomes(sync(world, step)) == ["taken"]
    before = command(world, "positions", {"task": task["id"], "points": points(world, 3)})
    for one in before["content"]["points"]:
        one["at"] = (datetime.fromisoformat(one["at"]) - timedelta(hours=1)).isoformat()
    (outside,) = sync(world, before)
    assert outside["reason"] == "这些位置不在已开启的巡查时间内，没有保存"
    assert not TrackPart.objects.exists()


def test_the_own_hours_come_along_and_batches_of_positions_are_no_work_of_their_own(world: World) -> None:
    task = patrol(world)
    assert phone(world).get(DAY).json()["hours"] == {
        "walked": 0, "left": 480, "without_rest": 0, "rest_after": 120, "rest": 15, "most": 480,
    }  # fmt: skip
    step = command(world, "task_step", {"task": task["id"], "event": "start"})
    way = command(world, "positions", {"task": task["id"], "points": points(world, 3)})
    world.later(minutes=125)
    assert outcomes(sync(world, step, way)) == ["taken", "taken"]
    world.later(minutes=5)
    day = phone(world).get(DAY).json()
    assert (day["hours"]["walked"], day["hours"]["without_rest"]) == (130, 130)
    assert [one["kind"] for one in day["numbers"]] == ["task_step"]


@pytest.mark.parametrize(("event", "cases"), [("confirm", 1), ("dismiss", 0)])
def test_the_look_at_a_clue_is_made_apart_and_its_time_is_that_of_the_look(
    world: World, event: str, cases: int
) -> None:
    about = "该楼多次反映电动自行车在楼道充电，台账上没有检查记录"
    account = security.open_account("tong.ji", "佟霁", PASSWORD, actor=operator(COUNTY), now=world.now)
    seat = f"{COUNTY}-grid_centre"
    organisation.appoint("statistics_officer", seat, account, actor=operator(COUNTY), now=world.now)
    world.accounts["tong.ji"] = account
    raised = fieldwork.raise_clue(
        "stairwell_charging", GRID, about, actor=world.actor("tong.ji"), now=world.now
    )
    (carried,) = phone(world).get(DAY).json()["clues"]
    assert (carried["id"], carried["text"]) == (str(raised.pk), about)
    seen_at = world.now + timedelta(hours=1)
    looked = {"clue": carried["id"], "event": event, "finding": "二楼平台上有三辆车", **SPOT, "accuracy_m": 8}
    looked |= {"version": carried["version"]}
    nowhere = {name: value for name, value in looked.items() if name not in SPOT}
    world.later(hours=5)
    (refused,) = sync(world, command(world, "clue", nowhere, made_at=seen_at))
    assert refused["reason"] == "还没有人到现场签到，不能下结论"
    photo = {"photos": [upload(world, photo_bytes())]} if event == "confirm" else {}
    sent = command(world, "clue", looked | photo, made_at=seen_at)
    assert [outcomes(sync(world, sent)) for _ in range(2)] == [["taken"], ["again"]]
    raised.refresh_from_db()
    assert (raised.looked_by, raised.looked_at) == (world.actor("zhao.qiang").ref, seen_at)
    assert Finding.objects.filter(case__isnull=False).count() == cases
    assert phone(world).get(DAY).json()["clues"] == []


def market(world: World) -> Spot:
    draft = fieldwork.SpotDraft("南门农贸市场", "market", GRID, address="学府路 12 号")
    return fieldwork.add_spot(draft, actor=world.actor("zhou.min"), now=world.now)


def edit(world: World, spot: Spot, branch: UUID, step: int = 1, **values: str) -> dict[str, Any]:
    content = {"spot": str(spot.pk), "branch": str(branch), "trunk": 1, "step": step, "values": values}
    return command(world, "spot_edit", content)


@pytest.mark.both_databases
def test_edits_of_a_spot_made_apart_are_joined_or_wait_for_a_person(world: World) -> None:
    spot, mine = market(world), uuid4()
    (carried,) = phone(world).get(DAY).json()["spots"]
    assert (carried["id"], carried["version"], carried["address"]) == (str(spot.pk), 1, "学府路 12 号")
    theirs = fieldwork.SpotEdit(spot.pk, uuid4(), 1, {"address": "学府路 14 号"})
    fieldwork.correct_spot(theirs, key=uuid4(), actor=world.actor("zhou.min"), now=world.now)
    first = edit(world, spot, mine, hours="每天 6:00–19:00")
    second = edit(world, spot, mine, 2, fire="北门左侧") | {"after": [first["id"]]}
    third = edit(world, spot, mine, 3, address="学府路 12 号北门") | {"after": [second["id"]]}
    answers = sync(world, first, second, third)
    assert outcomes(answers) == ["taken", "taken", "conflict"]
    assert answers[0]["answer"]["others"] == ["address"], "put on top of what others changed, and told"
    assert Spot.objects.get().address == "学府路 14 号", "the phone had never seen it"


@pytest.mark.both_databases
def test_a_spot_changed_twice_is_decided_on_the_phone_and_what_came_after_follows(world: World) -> None:
    spot, mine = market(world), uuid4()
    theirs = fieldwork.SpotEdit(spot.pk, uuid4(), 1, {"address": "学府路 14 号"})
    fieldwork.correct_spot(theirs, key=uuid4(), actor=world.actor("zhou.min"), now=world.now)
    first = edit(world, spot, mine, address="学府路 12 号北门")
    second = edit(world, spot, mine, 2, fire="北门左侧") | {"after": [first["id"]]}
    answers = sync(world, first, second)
    assert outcomes(answers) == ["conflict", "refused"]
    clash = {"field": "address", "base": "学府路 12 号", "mine": "学府路 12 号北门", "theirs": "学府路 14 号"}
    assert (answers[0]["version"], answers[0]["clashes"]) == (2, [clash])
    assert phone(world).get(DAY).json()["conflicts"] == [first["id"]]
    assert outcomes(sync(world, first)) == ["conflict"]

    choice = {"conflict": first["id"], "version": 2, "choice": {"address": "mine"}}
    decided = command(world, "spot_decided", choice)
    assert outcomes(sync(world, decided, first, second)) == ["taken", "taken", "taken"]
    assert outcomes(sync(world, first, second, decided)) == ["again", "again", "again"]
    row = Spot.objects.get()
    assert (row.address, row.fire, row.version) == ("学府路 12 号北门", "北门左侧", 4)
    assert phone(world).get(DAY).json()["conflicts"] == []
