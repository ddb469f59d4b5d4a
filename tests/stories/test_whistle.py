"""A whistle in the grid: those who are called come, in time or late, and bring back a result.

Monday 2 March 2026 in Jiangpu street. Zhao Qiang of the first grid calls the municipal works, the
sanitation company and the judge of his grid to a broken manhole that the water office handles.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Call, Party
from gewu.cases.jobs import sweep_deadlines
from gewu.cases.models import CallKind, Case, CheckIn, Whistle
from gewu.infra import files, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from gewu.web.live.changes import RIGHTS, changes
from tests.world import COUNTY, GRID, PASSWORD, World

pytestmark = pytest.mark.flow

WORKS, SANITATION = "320111-municipal_works", "320111-sanitation"


def told_to(world: World, name: str) -> list[str]:
    """The subjects in someone's inbox, oldest first, after the reactions have run."""
    world.settle()
    return [one.subject_zh for one in reversed(notices.inbox(world.actor(name)).rows)]


def official(world: World, name: str, shown: str, post: str, seat: str = GRID) -> str:
    """Someone on a post of the grid, without any other role; answers with the post."""
    account = security.open_account(name, shown, PASSWORD, actor=operator(COUNTY), now=world.now)
    world.accounts[name] = account
    row = organisation.appoint(post, seat, account, actor=operator(COUNTY), now=world.now)
    return str(row.pk)


def blow(world: World, case: Case, *parties: Party, by: str = "zhao.qiang", kind: str = "grid") -> Whistle:
    call = Call(kind, parties, "请到场一起看怎么修")
    return cases.blow(case.number, call, actor=world.actor(by), now=world.now)


def parties(world: World, case: Case, by: str = "zhou.min") -> list[queries.TaskLine]:
    """The parties of the only whistle, as a page shows them."""
    [whistle] = queries.page(world.actor(by), case.number, now=world.now).parties.whistles
    return list(whistle.parties)


def answer(world: World, task: object, by: str, **where: object) -> None:
    """Come to the place and bring back a result."""
    cases.take_assist(task, "check_in", actor=world.actor(by), now=world.now, **where)
    cases.take_assist(task, "finish", actor=world.actor(by), now=world.now, result="已到场处置")


def test_time_to_check_in_is_measured_against_its_limit(world: World) -> None:
    case = world.case_at("handling")
    blow(world, case, Party(WORKS), Party(SANITATION))
    works, sanitation = parties(world, case)
    assert works.come_by == sanitation.come_by == world.now + timedelta(hours=1)

    cases.take_assist(
        works.id,
        "check_in",
        actor=world.actor("wu.kai"),
        now=world.later(minutes=40),
        lon=118.6035,
        lat=32.0575,
    )
    world.later(minutes=30)
    sweep_deadlines(world.now)
    cases.take_assist(
        sanitation.id, "check_in", actor=world.actor("wang.fang"), now=world.now, address="求雨山路口"
    )

    first, second = parties(world, case)
    assert first.check_in is not None and second.check_in is not None
    assert (first.check_in.in_time, second.check_in.in_time) == (True, False)
    assert (first.check_in.distance_m, second.check_in.distance_m) == (94, None)
    assert second.check_in.address == "求雨山路口"
    late = [str(line.sentence) for line in queries.timeline(case.pk) if line.type == "DeadlinePassed"]
    assert late == ["超过时限：报到时限"]
    assert told_to(world, "zheng.jun")[-1].startswith("超过时限")


def test_whistle_closes_only_with_a_result_of_each_called_party(world: World) -> None:
    case = world.case_at("handling")
    whistle = blow(world, case, Party(WORKS), Party(SANITATION))
    works, sanitation = (one.id for one in parties(world, case))
    zhao = world.actor("zhao.qiang")

    def close() -> Whistle:
        return cases.take_whistle(whistle.pk, "close", actor=zhao, now=world.now, result="各方均已到场处置")

    with pytest.raises(Refusal, match="还有 2 方没有结果"):
        close()
    answer(world, works, "wu.kai", address="现场")
    with pytest.raises(Refusal, match="还有 1 方没有结果"):
        close()
    wang = world.actor("wang.fang")
    cases.take_assist(sanitation, "return", actor=wang, now=world.now, reason="不是我公司路段")
    with pytest.raises(Refusal, match="还有 1 方没有结果"):
        close()
    cases.take_assist(sanitation, "withdraw", actor=zhao, now=world.now, reason="核实不是其路段")

    assert close().state == "closed"
    assert told_to(world, "chen.guoping")[-1].startswith("各方均已办完")


def test_case_is_not_closed_over_an_open_whistle(world: World) -> None:
    case = world.case_at("handling")
    whistle = blow(world, case, Party(WORKS))
    done = {"result": "已更换", "evidence": (world.photo("photo_before"), world.photo("photo_after"))}
    with pytest.raises(Refusal, match="还有 1 个协办单位未完成"):
        world.step(case, "report_done", "chen.guoping", **done)
    [works] = parties(world, case)
    answer(world, works.id, "wu.kai", address="现场")
    world.step(case, "report_done", "chen.guoping", **done)
    world.step(case, "begin_check", "he.jie")
    with pytest.raises(Refusal, match="吹哨还没有结束"):
        world.step(case, "close", "he.jie", answer="已更换")
    cases.take_whistle(whistle.pk, "close", actor=world.actor("zhou.min"), now=world.now, result="市政已围挡")
    assert world.step(case, "close", "he.jie", answer="已更换").state == "closed"


def test_withdrawn_whistle_needs_a_reason_and_sends_everyone_home(world: World) -> None:
    case = world.case_at("handling")
    whistle = blow(world, case, Party(WORKS), Party(SANITATION))
    zhao = world.actor("zhao.qiang")
    with pytest.raises(Refusal, match="“撤回吹哨”还缺少：理由"):
        cases.take_whistle(whistle.pk, "withdraw", actor=zhao, now=world.now)
    cases.take_whistle(whistle.pk, "withdraw", actor=zhao, now=world.now, reason="井盖已找到")
    assert [one.state for one in parties(world, case)] == ["withdrawn", "withdrawn"]
    sweep_deadlines(world.later(hours=3))
    late = [str(line.sentence) for line in queries.timeline(case.pk) if line.type == "DeadlinePassed"]
    assert "超过时限：报到时限" not in late


def test_call_lists_each_official_with_the_time_of_check_in(world: World) -> None:
    judge = official(world, "fan.guan", "范法官", "judge")
    head = official(world, "ge.zhang", "葛队长", "safety_liaison")
    case = world.case_at("handling")
    blow(world, case, Party(post=judge), Party(post=head), Party(WORKS))
    first, second, _ = parties(world, case)
    came = world.later(minutes=12)
    cases.take_assist(first.id, "check_in", actor=world.actor("fan.guan"), now=came, address="井边")

    listed = {str(one.unit): one.check_in.at if one.check_in else None for one in parties(world, case)}
    assert listed == {"法官 范法官": came, "创安专员 葛队长": None, "浦口区市政设施养护中心": None}
    sentences = [str(line.sentence) for line in queries.timeline(case.pk)]
    assert "法官 范法官到场报到" in sentences


@pytest.mark.parametrize("post", ["judge", "prosecutor", "police_officer", "lawyer"])
def test_task_given_to_a_legal_officer_comes_back_with_a_result(world: World, post: str) -> None:
    called = official(world, f"{post}.one", "钟律", post)
    case = world.case_at("handling")
    chen = world.actor("chen.guoping")
    task = cases.call_assist(case.number, actor=chen, now=world.now, post=called, task="请说明相邻权")
    assert told_to(world, f"{post}.one") == ["请协办：人行道上的上水井盖不见了，晚上看不清"]

    own = world.actor(f"{post}.one")
    cases.take_assist(task.pk, "sign_for", actor=own, now=world.now)
    cases.take_assist(task.pk, "finish", actor=own, now=world.now, result="已当面释法，双方无异议")

    [line] = queries.page(chen, case.number, now=world.now).tasks
    assert (line.state, line.result) == ("done", "已当面释法，双方无异议")
    assert told_to(world, "chen.guoping")[-1].startswith("各方均已办完")


def test_called_official_sees_the_case_its_photos_and_only_this_case(world: World) -> None:
    judge = official(world, "fan.guan", "范法官", "judge")
    other, case = world.case_at("handling"), world.case_at("checking")
    before = world.actor("fan.guan")
    assert not queries.visible_to(before).exists()
    blow(world, case, Party(post=judge))

    now = world.actor("fan.guan")
    assert [one.number for one in queries.inbox(now, queries.Filters(state="all"), now=world.now).rows] == [
        case.number
    ]
    page = queries.page(now, case.number, now=world.now)
    assert (page.lon, page.lat) == (case.lon, case.lat)
    photo = next(one.file for one in page.evidence if one.file)
    assert queries.may_see_file(now, files.facts(photo))
    with pytest.raises(Refusal) as hidden:
        queries.page(now, other.number, now=world.now)
    assert hidden.value.kind is Kind.MISSING


def test_official_who_sent_the_task_back_sees_the_case_no_more(world: World) -> None:
    judge = official(world, "fan.guan", "范法官", "judge")
    case = world.case_at("handling")
    blow(world, case, Party(post=judge))
    [task] = parties(world, case)
    own = world.actor("fan.guan")
    cases.take_assist(task.id, "return", actor=own, now=world.now, reason="与案件当事人有亲属关系")
    assert not queries.visible_to(own).exists()
    assert told_to(world, "zhou.min")[-1].startswith("协办被退回")
    assert told_to(world, "zhao.qiang")[-1].startswith("协办被退回")


def test_part_that_was_sent_back_waits_for_the_dispatcher(world: World) -> None:
    case = world.case_at("handling")
    task = cases.call_assist(case.number, WORKS, actor=world.actor("chen.guoping"), now=world.now)
    cases.take_assist(task.pk, "return", actor=world.actor("wu.kai"), now=world.now, reason="不属我单位")
    done = {"result": "已更换", "evidence": (world.photo("photo_before"), world.photo("photo_after"))}
    with pytest.raises(Refusal, match="有 1 项协办被退回"):
        world.step(case, "report_done", "chen.guoping", **done)
    [held] = queries.page(world.actor("zhou.min"), case.number, now=world.now).parties.conditions
    assert (str(held.label), str(held.desk), held.blocks) == ("有协办被退回", "派遣员", True)

    zhou = world.actor("zhou.min")
    cases.take_assist(task.pk, "offer_again", actor=zhou, now=world.now, reason="已核实为你单位井盖")
    assert told_to(world, "wu.kai")[-1].startswith("请再次协办")
    with pytest.raises(Refusal, match="还有 1 个协办单位未完成"):
        world.step(case, "report_done", "chen.guoping", **done)


def test_party_called_again_has_a_new_clock(world: World) -> None:
    case = world.case_at("handling")
    blow(world, case, Party(WORKS))
    [task] = parties(world, case)
    cases.take_assist(task.id, "return", actor=world.actor("wu.kai"), now=world.now, reason="不属我单位")
    again = world.later(minutes=50)
    cases.take_assist(task.id, "offer_again", actor=world.actor("zhao.qiang"), now=again, reason="请来看看")
    assert parties(world, case)[0].come_by == again + timedelta(hours=1)


def test_official_without_an_account_is_spoken_for_by_whoever_called(world: World) -> None:
    row = organisation.appoint("lawyer", GRID, actor=operator(COUNTY), now=world.now, name="郭律师")
    case = world.case_at("handling")
    blow(world, case, Party(post=str(row.pk)))
    [task] = parties(world, case)
    with pytest.raises(Refusal) as other:
        answer(world, task.id, "wu.kai", address="现场")
    assert other.value.kind is Kind.FORBIDDEN
    answer(world, task.id, "zhao.qiang", address="现场")
    assert parties(world, case)[0].state == "done"


@pytest.mark.parametrize(
    ("by", "kind", "may"),
    [
        ("zhao.qiang", "grid", True),
        ("zhao.qiang", "urgent", True),
        ("zhao.qiang", "street", False),
        ("liu.yang", "street", True),
        ("liu.yang", "grid", False),
        ("wu.kai", "street", False),
        ("sun.li", "grid", False),
        ("he.jie", "grid", False),
        ("zhou.min", "grid", True),
    ],
)
def test_whistle_is_blown_by_those_the_kind_names(world: World, by: str, kind: str, may: bool) -> None:
    case = world.case_at("handling")
    if may:
        assert blow(world, case, Party(WORKS), by=by, kind=kind).caller == world.actor(by).ref
        return
    with pytest.raises(Refusal) as refused:
        blow(world, case, Party(WORKS), by=by, kind=kind)
    assert refused.value.kind is Kind.FORBIDDEN


def test_residents_call_once_enough_of_them_stand_behind_the_case(world: World) -> None:
    case = world.case_at("handling")
    Case.objects.filter(pk=case.pk).update(reports=4)
    with pytest.raises(Refusal) as few:
        blow(world, case, Party(WORKS), kind="residents")
    assert str(few.value) == "居民吹哨要有 5 人反映同一件事，现有 4 人"
    Case.objects.filter(pk=case.pk).update(reports=5)
    whistle = blow(world, case, Party(WORKS), kind="residents")
    assert (whistle.supporters, whistle.kind.code) == (5, "residents")


def test_later_row_of_a_kind_holds_from_its_day(world: World) -> None:
    CallKind.objects.create(
        code="grid", name_zh="网格吹哨", name_en="Grid", caller="grid", supporters=1, amount=3,
        time_unit="work_hour", since=date(2026, 3, 2),
    )  # fmt: skip
    case = world.case_at("handling")
    blow(world, case, Party(WORKS))
    assert parties(world, case)[0].come_by == world.now.replace(
        hour=14
    )  # three hours of work with the noon break between


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (Call("grid", (), "请来看看"), "请至少召集一方"),
        (Call("grid", (Party(WORKS), Party(WORKS)), "请来看看"), "同一方只召集一次"),
        (Call("grid", (Party(WORKS),), " "), "请写明请各方到场做什么"),
        (Call("nothing", (Party(WORKS),), "请来看看"), "没有“nothing”这种吹哨"),
        (Call("grid", (Party("320111-nowhere"),), "请来看看"), "没有这个单位"),
        (Call("grid", (Party(post="00000000-0000-0000-0000-000000000000"),), "请来看看"), "此地没有这个岗位"),
        (Call("grid", (Party("320111-water_supply"),), "请来看看"), "该单位已是主办单位"),
    ],
)
def test_call_that_cannot_be_is_refused_and_leaves_nothing(world: World, call: Call, words: str) -> None:
    case = world.case_at("handling")
    with pytest.raises(Refusal, match=words):
        cases.blow(case.number, call, actor=world.actor("zhao.qiang"), now=world.now)
    assert not Whistle.objects.exists()


def test_official_of_another_grid_is_not_called(world: World) -> None:
    elsewhere = official(world, "fan.guan", "范法官", "judge", seat="320111004002001")
    case = world.case_at("handling")
    with pytest.raises(Refusal, match="此地没有这个岗位"):
        blow(world, case, Party(post=elsewhere))


def test_check_in_says_where_and_is_only_for_the_called(world: World) -> None:
    case = world.case_at("handling")
    blow(world, case, Party(WORKS))
    [task] = parties(world, case)
    wu = world.actor("wu.kai")
    with pytest.raises(Refusal, match="请写明在哪里报到"):
        cases.take_assist(task.id, "check_in", actor=wu, now=world.now)
    with pytest.raises(Refusal, match="请先到场报到"):
        cases.take_assist(task.id, "sign_for", actor=wu, now=world.now)
    plain = cases.call_assist(case.number, SANITATION, actor=world.actor("chen.guoping"), now=world.now)
    with pytest.raises(Refusal, match="普通协办无需报到"):
        cases.take_assist(plain.pk, "check_in", actor=world.actor("wang.fang"), now=world.now, address="现场")
    assert not CheckIn.objects.exists()


def test_whoever_called_may_note_who_came_and_the_record_says_who_noted_it(world: World) -> None:
    case = world.case_at("handling")
    blow(world, case, Party(WORKS))
    [task] = parties(world, case)
    zhao = world.actor("zhao.qiang")
    cases.take_assist(task.id, "check_in", actor=zhao, now=world.now, address="现场")
    assert CheckIn.objects.get().by == zhao.ref
    with pytest.raises(Refusal) as refused:
        cases.take_assist(task.id, "finish", actor=zhao, now=world.now, result="已办")
    assert refused.value.kind is Kind.FORBIDDEN


def heard_live(world: World, name: str, since: int) -> list[str]:
    """The events after a position that reach someone's open screen."""
    hearing = world.actor(name)
    told = stream.after(since, limit=500)
    shown = [one for one in told if one.subject in RIGHTS]
    pairs = zip(shown, changes(told), strict=True)
    return [one.type for one, change in pairs if change.heard_by(hearing)]


def position() -> int:
    return max((one.position for one in stream.after(0, limit=5000)), default=0)


def test_called_official_hears_live_of_this_case_and_of_no_other(world: World) -> None:
    judge = official(world, "fan.guan", "范法官", "judge")
    case, other = world.case_at("handling"), world.accepted(matter="C0103")
    before = position()
    whistle = blow(world, case, Party(post=judge))
    assert heard_live(world, "fan.guan", before) == ["WhistleBlown", "AssistCalled"]
    before = position()
    world.step(other, "recall", "zhou.min", reason="重新核对")
    assert heard_live(world, "fan.guan", before) == []
    cases.take_whistle(
        whistle.pk, "withdraw", actor=world.actor("zhao.qiang"), now=world.now, reason="不必了"
    )
    assert heard_live(world, "fan.guan", before) == ["AssistWithdrawn"]
    before = position()
    world.step(case, "report_done", "chen.guoping", result="已修", answer="已修", evidence=(
        world.photo("photo_before"), world.photo("photo_after"),
    ))  # fmt: skip
    assert heard_live(world, "fan.guan", before) == []


def test_called_official_is_told_in_person_when_late_and_when_sent_home(world: World) -> None:
    judge = official(world, "fan.guan", "范法官", "judge")
    case = world.case_at("handling")
    whistle = blow(world, case, Party(post=judge))
    world.later(hours=3)
    sweep_deadlines(world.now)
    told = told_to(world, "fan.guan")
    assert [one.partition("：")[0] for one in told] == ["请协办", "您的协办已超时"]
    cases.take_whistle(
        whistle.pk, "withdraw", actor=world.actor("zhao.qiang"), now=world.now, reason="不必了"
    )
    assert told_to(world, "fan.guan")[-1].startswith("协办已撤回")
