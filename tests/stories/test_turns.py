"""The ways of a case between offices: returned, ruled on, extended, shelved, appealed, passed up and down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.cases import actions as case_actions
from gewu.cases import queries as cases
from gewu.cases.jobs import climb_ladder, resume_shelved, sweep_deadlines
from gewu.cases.models import Application, Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.infra import stream
from gewu.infra.models import EventRow
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name
from gewu.notifications import queries as notices
from gewu.organisation import actions as organisation
from gewu.organisation.models import Unit
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.world import COUNTY, GRID, PASSWORD, SOUTH_GATE, START, STREET, World

pytestmark = pytest.mark.flow

WATER, MUNICIPAL = f"{COUNTY}-water_supply", f"{COUNTY}-municipal_works"
COMMITTEE, OFFICE = f"{SOUTH_GATE}-community_committee", f"{STREET}-street_office"
CENTRE = f"{COUNTY}-grid_centre"


def clock(case: Case, name: str) -> Deadline:
    found = (
        Deadline.objects.filter(case=case, clock=name, dropped_at=None).order_by("started_at", "id").last()
    )
    assert found is not None
    return found


def appointed(world: World, name: str, post: str, seat: str) -> None:
    """One more person of the world, on a post."""
    actor = operator(COUNTY)
    account = security.open_account(name, name, PASSWORD, actor=actor, now=world.now)
    organisation.appoint(post, seat, account, actor=actor, now=world.now)
    world.accounts[name] = account


def told_to(world: World, name: str) -> list[str]:
    world.settle()
    return [one.event for one in reversed(notices.inbox(world.actor(name)).rows)]


def returned_twice(world: World) -> Case:
    case = world.case_at("handling")
    world.step(case, "return", "chen.guoping", reason="井盖属市政", proposed=MUNICIPAL)
    world.later(minutes=5)
    world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL)
    return world.step(case, "return", "wu.kai", reason="井盖属供水", proposed=WATER)


def test_return_names_who_should_have_it(world: World) -> None:
    case = world.case_at("handling")
    with pytest.raises(Refusal, match="“退回”还缺少：应由谁承办"):
        world.step(case, "return", "chen.guoping", reason="不归我们")
    with pytest.raises(Refusal, match="不能建议由本单位承办"):
        world.step(case, "return", "chen.guoping", reason="不归我们", proposed=WATER)
    world.step(case, "return", "chen.guoping", reason="不归我们", proposed=MUNICIPAL)
    said = str(cases.timeline(case.pk)[-1].sentence)
    assert said == "浦口区供水企业退回，建议由浦口区市政设施养护中心承办"


def test_after_two_returns_an_arbiter_rules_and_the_ruling_becomes_a_rule(world: World) -> None:
    case = returned_twice(world)
    assert "CaseReturned" in told_to(world, "zheng.jun")
    with pytest.raises(Refusal, match="由裁决员裁定，不能再派遣"):
        world.step(case, "dispatch", "zhou.min", unit=WATER)
    with pytest.raises(Refusal, match="“裁定”还缺少：理由"):
        world.step(case, "rule", "zheng.jun", unit=MUNICIPAL)
    case = world.step(case, "rule", "zheng.jun", unit=MUNICIPAL, reason="井盖在市政道路上")

    assert (case.state, case.lead.code, case.ruled) == ("dispatched", MUNICIPAL, True)
    with pytest.raises(Refusal, match="已经裁定，不能再退回"):
        world.step(case, "return", "wu.kai", reason="还是不归我们", proposed="unknown")

    again = catalogue.route(case.matter, case.place, on=catalogue.day_of(world.now))
    assert again.unit is not None and again.unit.code == MUNICIPAL
    assert again.reason_zh == f"工单 {case.number} 裁定：井盖在市政道路上"
    assert world.accepted(world.report("又一个井盖坏了")).lead.code == MUNICIPAL


def test_one_return_is_not_yet_for_the_arbiter(world: World) -> None:
    case = world.case_at("handling")
    world.step(case, "return", "chen.guoping", reason="不归我们", proposed="unknown")
    with pytest.raises(Refusal, match="退回不足两次"):
        world.step(case, "rule", "zheng.jun", unit=MUNICIPAL, reason="先裁了再说")


def test_later_ruling_on_the_same_matter_replaces_the_earlier(world: World) -> None:
    for unit in (MUNICIPAL, WATER):
        case = world.step(world.accepted(), "recall", "zhou.min", reason="请裁决")
        Case.objects.filter(pk=case.pk).update(returns=2)
        world.step(case, "rule", "zheng.jun", unit=unit, reason="按职责清单")
    found = catalogue.route(case.matter, case.place, on=catalogue.day_of(world.now))
    assert found.unit is not None and found.unit.code == WATER


def test_extension_adds_one_original_limit_twice_at_most(world: World) -> None:
    case = world.case_at("handling")
    limit, promised = clock(case, "handle").due_at, case.due_at
    for n in (1, 2):
        world.step(case, "ask_extension", "chen.guoping", reason="等配件")
        with pytest.raises(Refusal, match="还有一件申请没有答复"):
            world.step(case, "ask_extension", "chen.guoping", reason="再等等")
        case = world.step(case, "approve_extension", "zhou.min")
        assert clock(case, "handle").due_at == limit + timedelta(hours=2 * n)
        assert case.due_at == promised + timedelta(hours=2 * n)
    with pytest.raises(Refusal, match="已同意延期两次"):
        world.step(case, "ask_extension", "chen.guoping", reason="还要等")
    kept = Application.objects.filter(case=case).values_list("kind", "state", "amount")
    assert [(kind, state, int(amount)) for kind, state, amount in kept] == [("extension", "approved", 2)] * 2


def test_extension_may_name_the_wanted_end_instead_of_an_amount(world: World) -> None:
    case = world.case_at("handling")
    limit = clock(case, "handle").due_at

    def ask(**wanted: object) -> Case:
        return world.step(case, "ask_extension", "chen.guoping", reason="等配件", **wanted)

    for until in (limit, limit - timedelta(hours=1)):
        with pytest.raises(Refusal, match="晚于现在的时限"):
            ask(until=until)
    with pytest.raises(Refusal, match="只填一项即可；到那时要延长 1.5$"):
        ask(until=limit + timedelta(minutes=90), amount="1")
    with pytest.raises(Refusal, match="不超过一个原时限"):
        ask(until=limit + timedelta(hours=3))
    ask(until=limit + timedelta(minutes=90), amount="1.5")
    case = world.step(case, "approve_extension", "zhou.min")
    assert clock(case, "handle").due_at == limit + timedelta(minutes=90)


def test_wanted_end_of_a_limit_in_days_is_met_by_whole_days(world: World) -> None:
    case = world.step(world.accepted(matter="C0137"), "sign_for", "wu.kai")
    limit = clock(case, "handle").due_at
    wanted = limit + timedelta(hours=20)
    world.step(case, "ask_extension", "wu.kai", reason="等配件", until=wanted)
    [asked] = Application.objects.filter(case=case)
    assert asked.amount == 1
    case = world.step(case, "approve_extension", "zhou.min")
    assert clock(case, "handle").due_at >= wanted


def test_refused_extension_does_not_count_and_late_asking_is_refused(world: World) -> None:
    case = world.case_at("handling")
    limit = clock(case, "handle").due_at
    for _ in range(3):
        world.step(case, "ask_extension", "chen.guoping", reason="等配件", amount="1")
        case = world.step(case, "refuse_extension", "zheng.jun", reason="配件库里有")
    assert (case.extensions, clock(case, "handle").due_at) == (0, limit)
    with pytest.raises(Refusal, match="不超过一个原时限"):
        world.step(case, "ask_extension", "chen.guoping", reason="等配件", amount="3")
    world.now = limit + timedelta(seconds=1)
    with pytest.raises(Refusal, match="处置时限已过"):
        world.step(case, "ask_extension", "chen.guoping", reason="等配件")


def test_shelved_case_keeps_its_clocks_and_resumes_by_itself(world: World) -> None:
    case = world.case_at("handling")
    world.later(minutes=20)
    limit, promised = clock(case, "handle").due_at, case.due_at
    until = world.now + timedelta(days=30)
    with pytest.raises(Refusal, match="挂账最长一年"):
        world.step(case, "shelve", "zhou.min", reason="等管线改造", until=world.now + timedelta(days=400))
    world.step(case, "ask_shelving", "chen.guoping", reason="等管线改造", until=until)
    case = world.step(case, "approve_shelving", "zhou.min", reason="列入计划")
    assert (case.state, case.shelved_until) == ("shelved", until)
    assert case.due_at == promised + timedelta(days=30)  # what lists show: the promise, taken up as planned

    world.later(days=29)
    assert (sweep_deadlines(world.now), climb_ladder(world.now), resume_shelved(world.now)) == (0, 0, 0)
    world.later(days=1)
    assert resume_shelved(world.now) == 1
    case.refresh_from_db()
    assert (case.state, case.shelved_until) == ("handling", None)
    assert clock(case, "handle").due_at == limit + timedelta(days=30)
    assert case.due_at == promised + timedelta(days=30)
    assert cases.timeline(case.pk)[-1].type == "CaseResumed"
    assert resume_shelved(world.now) == 0


def test_shelved_case_is_reviewed_and_taken_up_by_hand(world: World) -> None:
    case = world.case_at("handling")
    begun = world.now
    world.step(case, "shelve", "zhou.min", reason="等管线改造", until=begun + timedelta(days=10))
    world.later(days=5)
    case = world.step(
        case, "review_shelving", "zheng.jun", finding="改造推迟", until=begun + timedelta(days=20)
    )
    assert case.shelved_until == begun + timedelta(days=20)
    with pytest.raises(Refusal, match="挂账最长一年"):
        world.step(case, "review_shelving", "zheng.jun", finding="再推迟", until=begun + timedelta(days=370))
    assert world.step(case, "resume", "chen.guoping").state == "handling"


def closed_late(world: World) -> Case:
    case = world.case_at("handling")
    world.later(days=3)
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    return world.step(case, "close", "zhao.qiang", answer="井盖已更换。")


def test_appeal_takes_two_people_and_leaves_the_fact(world: World) -> None:
    case = closed_late(world)
    world.step(case, "appeal", "chen.guoping", reason="前三天暴雨红色预警，停止作业")
    with pytest.raises(Refusal, match="没有待复审的申诉"):
        world.step(case, "grant_appeal", "zheng.jun", reason="属实")
    world.step(case, "pass_appeal", "zhou.min", reason="天气属实")
    with pytest.raises(Refusal, match="复审人不能是初审人"):
        world.step(case, "grant_appeal", "zhou.min", reason="属实")
    case = world.step(case, "grant_appeal", "zheng.jun", reason="预警属实")
    assert (case.appeal, case.was_late) == ("granted", True)
    with pytest.raises(Refusal, match="只能申诉一次"):
        world.step(case, "appeal", "chen.guoping", reason="再申诉一次")
    history = cases.page(world.actor("zhou.min"), case.number, now=world.now).history
    assert (history.was_late, str(history.appeal)) == (True, "申诉已同意")


def test_case_in_time_has_nothing_to_appeal_against(world: World) -> None:
    case = world.case_at("closed")
    with pytest.raises(Refusal, match="没有超时"):
        world.step(case, "appeal", "chen.guoping", reason="以防万一")


def answerable(case: Case) -> str:
    case.refresh_from_db()
    return case.answerable.code if case.answerable else ""


def test_first_receiver_stays_answerable_until_another_has_signed(world: World) -> None:
    case = world.case_at("handling")
    assert answerable(case) == WATER
    world.step(case, "return", "chen.guoping", reason="井盖属市政", proposed=MUNICIPAL)
    assert answerable(case) == WATER
    world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL)
    assert answerable(case) == WATER
    world.step(case, "sign_for", "wu.kai")
    assert answerable(case) == MUNICIPAL
    history = cases.page(world.actor("zhou.min"), case.number, now=world.now).history
    assert (history.first_receiver.zh, history.answerable.zh) == ("浦口区供水企业", "浦口区市政设施养护中心")


def test_case_passed_up_and_back_has_a_receipt_at_each_level(world: World) -> None:
    """Resident, community, street, district: each signs for it, and the resident holds the progress code."""
    appointed(world, "community", "handler", COMMITTEE)
    appointed(world, "district", "handler", CENTRE)
    report = world.report("健身器材松了，小孩会摔")
    case = world.accepted(report, matter="C0146")  # the rule sends it to the community
    way: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("sign_for", "community", {}),
        ("pass_up", "community", {"reason": "需街道采购配件"}),
        ("sign_for", "liu.yang", {}),
        ("pass_up", "liu.yang", {"reason": "需区里协调厂家"}),
        ("sign_for", "district", {}),
        ("pass_down", "district", {"unit": OFFICE, "reason": "厂家已定，请办理"}),
        ("sign_for", "liu.yang", {}),
        ("pass_down", "liu.yang", {"unit": COMMITTEE, "reason": "配件已到"}),
        ("sign_for", "community", {}),
    )
    for event, by, given in way:
        world.later(minutes=30)
        case = world.step(case, event, by, **given)
    world.later(minutes=30)
    history = cases.page(world.actor("zhou.min"), case.number, now=world.now).history
    units = [Unit.objects.get(code=code).name_zh for code in (COMMITTEE, OFFICE, CENTRE, OFFICE, COMMITTEE)]
    held = history.custody.holdings
    assert [(one.party.zh, one.signed_at) for one in held if isinstance(one.party, Name)] == [
        (name, START + timedelta(minutes=30 + 60 * n)) for n, name in enumerate(units)
    ]
    custody = history.custody
    assert custody.age == world.now - case.filed_at
    assert custody.departments + custody.territory + custody.others == custody.age
    progress = reports.progress(report.progress_code, now=world.now)  # the receipt that the resident holds
    assert sum("上交" in str(line.sentence) for line in progress.lines) == 2


def test_case_is_passed_only_along_the_levels(world: World) -> None:
    appointed(world, "community", "handler", COMMITTEE)
    case = world.step(world.accepted(matter="C0146"), "sign_for", "community")
    with pytest.raises(Refusal, match="只能上交给上一级的单位"):
        world.step(case, "pass_up", "community", reason="请帮忙", unit=COMMITTEE)
    with pytest.raises(Refusal, match="只能交给下级的单位"):
        world.step(case, "pass_down", "community", reason="请办理", unit=OFFICE)


def test_seven_stages_and_five_steps_are_reached_in_order(world: World) -> None:
    case = world.case_at("confirmed")
    history = cases.page(world.actor("zhou.min"), case.number, now=world.now).history
    assert [one.name.zh for one in history.trace] == ["发生", "上报", "汇总", "交办", "处理", "化解", "反馈"]
    assert [one.name.zh for one in history.loop] == ["受理", "分流", "交办", "处置", "反馈"]
    for way in (history.trace, history.loop):
        assert all(one.first and one.first.who for one in way)
        times = [one.first.at for one in way if one.first]
        assert times == sorted(times)


def test_change_behind_the_programs_back_breaks_the_chain(world: World) -> None:
    case = world.case_at("confirmed")
    assert list(stream.verify()) == []
    EventRow.objects.filter(subject_id=case.pk, type="CaseHandled").update(at=world.now - timedelta(days=1))
    assert {one.fault for one in stream.verify()} == {"event changed"}


def test_ladder_tells_each_rung_once_to_its_holder(world: World) -> None:
    case = world.case_at("handling")
    world.settle()
    world.now = clock(case, "handle").started_at + timedelta(minutes=97)
    assert (climb_ladder(world.now), climb_ladder(world.now)) == (1, 0)
    assert told_to(world, "chen.guoping")[-1] == "RungReached"
    world.now = clock(case, "handle").started_at + timedelta(hours=4, minutes=1)
    assert [climb_ladder(world.now) for _ in range(4)] == [1, 1, 1, 0]
    told = [one.data for one in stream.timeline("case", case.pk) if one.type == "RungReached"]
    assert [(one["percent"], one["tells"]) for one in told] == [
        (80, "cases.handle"), (100, "cases.dispatch"), (150, "cases.supervise"), (200, "cases.oversee"),
    ]  # fmt: skip
    assert told_to(world, "ma.jianguo") == ["RungReached"]


def about_water(world: World) -> Case:
    """A report about the water office itself, accepted with the office named."""
    report = world.report("供水单位的人把管道挖断后走了")
    taken = intake.take(
        report.pk, "accept", actor=world.actor("li.wen"), now=world.now, matter="C0101", about=WATER
    )
    assert taken.case is not None
    return Case.objects.get(pk=taken.case.pk)


def test_rule_that_points_to_the_unit_itself_stops_on_the_desk(world: World) -> None:
    case = about_water(world)
    assert (case.state, case.lead) == ("filed", None)
    assert case.route_zh.startswith("规则指向被反映单位")


def test_nobody_handles_or_sees_a_case_about_their_own_unit(world: World) -> None:
    case = about_water(world)
    with pytest.raises(Refusal, match="此单反映的就是") as refused:
        world.step(case, "dispatch", "zhou.min", unit=WATER)
    assert str(refused.value.advice) == "请交其上级或其他单位"
    world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL)
    with pytest.raises(Refusal, match="此单反映的就是"):
        case_actions.call_assist(
            case.number, WATER, actor=world.actor("zhou.min"), now=world.now, task="看看"
        )
    chen = world.actor("chen.guoping")
    assert not cases.visible_to(chen).filter(pk=case.pk).exists()
    with pytest.raises(Refusal) as hidden:
        cases.page(chen, case.number, now=world.now)
    assert hidden.value.kind is Kind.MISSING
    appointed(world, "insider", "checker", WATER)
    insider = world.actor("insider")
    assert insider.holds_at("cases.check", case.place)
    assert not cases.visible_to(insider).filter(pk=case.pk).exists()
    Case.objects.filter(pk=case.pk).update(state="handled")
    with pytest.raises(Refusal, match="反映的是您所在的单位"):
        world.step(case, "begin_check", "insider")
    report = Report.objects.get(case=case)
    with pytest.raises(Refusal) as unseen:
        reports.page(insider, report.pk, now=world.now)
    assert unseen.value.kind is Kind.MISSING


def test_official_of_the_unit_concerned_is_not_called_by_post(world: World) -> None:
    case = about_water(world)
    world.step(case, "dispatch", "zhou.min", unit=MUNICIPAL)
    actor = operator(COUNTY)
    inside = security.open_account("inside", "水务的人", PASSWORD, actor=actor, now=world.now)
    outside = security.open_account("outside", "外面的人", PASSWORD, actor=actor, now=world.now)
    organisation.appoint("handler", WATER, inside, actor=actor, now=world.now)
    post, other = (
        organisation.appoint(kind, GRID, account, actor=actor, now=world.now)
        for kind, account in (("judge", inside), ("lawyer", outside))
    )

    def call(post: str) -> None:
        case_actions.call_assist(
            case.number, actor=world.actor("zhou.min"), now=world.now, task="到场看看", post=post
        )

    with pytest.raises(Refusal, match="被反映的单位任职") as refused:
        call(str(post.pk))
    assert refused.value.field == "post"
    call(str(other.pk))


def test_unit_may_be_named_later_but_not_while_it_leads(world: World) -> None:
    case = world.accepted()
    with pytest.raises(Refusal, match="请先收回"):
        world.step(case, "name_concern", "zhou.min", about=WATER)
    world.step(case, "recall", "zhou.min", reason="反映的是该单位")
    world.step(case, "name_concern", "li.wen", about=WATER)
    assert not cases.visible_to(world.actor("chen.guoping")).filter(pk=case.pk).exists()


def test_tags_are_set_removed_counted_and_found(world: World) -> None:
    case, other = world.accepted(), world.accepted(world.report("另一件"))
    world.step(case, "tag", "zhou.min", tag="urgent")
    world.step(other, "tag", "li.wen", tag="urgent")
    world.step(other, "void", "zheng.jun", reason="重复")
    with pytest.raises(Refusal, match="已有标签“急”"):
        world.step(case, "tag", "zhou.min", tag="urgent")
    with pytest.raises(Refusal, match="没有“easy”这个标签"):
        world.step(case, "tag", "zhou.min", tag="easy")
    zhou = world.actor("zhou.min")
    counted = {one.name.zh: (one.open, one.closed) for one in cases.by_tag(zhou, on=world.now.date())}
    assert counted == {"急": (1, 1), "难": (0, 0), "愁": (0, 0), "盼": (0, 0)}
    found = cases.inbox(zhou, cases.Filters(tag="urgent"), now=world.now).rows
    assert [one.number for one in found] == [case.number]
    world.step(case, "untag", "zhou.min", tag="urgent")
    assert cases.inbox(zhou, cases.Filters(tag="urgent"), now=world.now).rows == ()


def spotted(world: World, **more: object) -> Case:
    new = case_actions.NewCase(
        matter=str(more.get("matter", "C0146")),
        place=GRID,
        text="健身器材螺丝松了",
        origin=case_actions.SPOT_ORIGIN,
        received_at=world.now,
        address="小区广场",
    )
    evidence = (world.photo("photo_before"), world.photo("photo_after")) if more.get("photos", True) else ()
    by = world.actor(str(more.get("by", "zhao.qiang")))
    return case_actions.self_handle(new, result="已拧紧", evidence=evidence, actor=by, now=world.now)


def test_small_matter_is_settled_on_the_spot_and_checked_by_another(world: World) -> None:
    case = spotted(world)
    assert (case.state, case.self_handled, case.lead) == ("handled", True, None)
    assert [one.type for one in cases.timeline(case.pk)] == ["CaseFiled", "CaseSelfHandled"]
    with pytest.raises(Refusal, match="核查人不能是办理人"):
        world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "begin_check", "he.jie")
    assert world.step(case, "close", "he.jie", answer="已修好").state == "closed"


def test_what_was_not_settled_on_the_spot_goes_to_an_office(world: World) -> None:
    case = spotted(world)
    world.step(case, "begin_check", "he.jie")
    with pytest.raises(Refusal, match="应改派单位办理"):
        world.step(case, "fail_check", "he.jie", reason="又松了")
    case = world.step(case, "send_on", "he.jie", reason="又松了")
    assert (case.state, case.self_handled, case.handled_by) == ("filed", False, "")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"by": "sun.li"}, "您没有在此地当场处置的权限"),
        ({"by": "chen.guoping"}, "您没有在此地当场处置的权限"),
        ({"matter": "D0101"}, "不能当场处置，请上报"),
        ({"photos": False}, "还缺少办理凭证"),
    ],
)
def test_handling_on_the_spot_is_refused(world: World, more: dict[str, object], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        spotted(world, **more)
    assert not Case.objects.exists()
