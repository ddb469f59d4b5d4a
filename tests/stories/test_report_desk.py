"""What happens to a report before it is a case: verified, declined, answered, joined, telephoned in."""

from __future__ import annotations

from typing import Any

import pytest

from gewu.cases.models import Case
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.notifications.models import Message
from gewu.security.actors import ANONYMOUS
from gewu.security.vault import Contact
from tests.world import World

pytestmark = pytest.mark.flow


def take(world: World, report: Report, event: str, by: str, **given: object) -> Report:
    """A step of a report by someone of this world."""
    return intake.take(report.pk, event, actor=world.actor(by), now=world.now, **given)


def told(world: World, report: Report) -> list[tuple[str, str]]:
    """Event and text of what this reporter was told, oldest first."""
    world.settle()
    rows = Message.objects.filter(about=f"report:{report.pk}", identity__isnull=False).order_by("position")
    return list(rows.values_list("event", "text_zh"))


def test_report_is_verified_on_the_spot_before_it_is_accepted(world: World) -> None:
    report = world.report()
    take(world, report, "ask_verification", "li.wen", reason="请看是否已有围挡")
    world.settle()
    assert [one.subject_zh for one in notices.inbox(world.actor("zhao.qiang")).rows] == [
        f"请核实：{report.text}"
    ]
    with pytest.raises(Refusal, match="现场核实还没有结果"):
        take(world, report, "accept", "li.wen", matter="C0101")

    take(world, report, "record_finding", "zhao.qiang", finding="井盖缺失，已摆放警示牌")
    accepted = take(world, report, "accept", "li.wen", matter="C0101")

    assert (accepted.state, accepted.finding) == ("accepted", "井盖缺失，已摆放警示牌")
    assert accepted.case is not None


def test_declined_report_tells_its_reporter_the_reason(world: World) -> None:
    report = world.report("楼上装修太吵")
    with pytest.raises(Refusal) as silent:
        take(world, report, "decline", "li.wen", reason="  ")
    assert (silent.value.field, str(silent.value)) == ("reason", "“不予受理”还缺少：理由")

    take(world, report, "decline", "li.wen", reason="属邻里纠纷，请联系南门社区调解室")

    assert told(world, report)[-1] == (
        "ReportDeclined",
        "您反映的问题未予受理，理由：属邻里纠纷，请联系南门社区调解室",
    )
    shown = reports.progress(report.progress_code, now=world.now)
    assert (shown.state, str(shown.public_label), shown.open) == ("declined", "不予受理", False)
    assert shown.answer == "属邻里纠纷，请联系南门社区调解室"


def test_question_is_answered_without_a_case(world: World) -> None:
    report = world.report("街道办事处几点开门？")
    take(world, report, "answer", "li.wen", answer="工作日九点到十七点三十分。")
    assert told(world, report)[-1] == ("ReportAnswered", "工作日九点到十七点三十分。")
    assert not Case.objects.exists()


def test_one_matter_by_two_channels_is_one_case_and_both_are_answered(world: World) -> None:
    first = world.report()
    second = intake.receive(
        intake.ReportDraft(
            "phone",
            "求雨山路口的井盖没了",
            lon=118.6026,
            lat=32.0576,
            contact=Contact("李四", "13900139000"),
        ),
        actor=world.actor("li.wen"),
        now=world.now,
    )
    case = world.accepted(first)
    take(world, second, "join", "li.wen", case=case.number)
    case = world.step(case, "sign_for", "chen.guoping")
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "close", "zhao.qiang", answer="井盖已更换。")

    assert Case.objects.count() == 1
    for report, way in ((first, "mail"), (second, "call")):
        assert told(world, report)[-1] == (
            "CaseClosed",
            f"答复：井盖已更换。（请凭查询码 {report.progress_code} 评价是否已解决；"
            "若未解决可要求重新办理。）",
        )
        last = Message.objects.get(about=f"report:{report.pk}", event="CaseClosed")
        assert (last.way, last.sent_at is None) == (way, way == "call")
    assert [one.channel_id for one in Report.objects.order_by("received_at", "id")] == ["web", "phone"]


def test_joining_names_a_case_that_one_sees_and_that_is_not_void(world: World) -> None:
    report, other = world.report(), world.accepted()
    with pytest.raises(Refusal) as unknown:
        take(world, report, "join", "li.wen", case="320111-20260302-9999")
    assert (unknown.value.kind, unknown.value.field) == (Kind.MISSING, "case")
    world.step(other, "void", "zheng.jun", reason="误立")
    with pytest.raises(Refusal) as void:
        take(world, report, "join", "li.wen", case=other.number)
    assert (void.value.kind, void.value.field) == (Kind.CONFLICT, "case")


def test_telephone_number_left_is_a_call_to_make_that_staff_can_see(world: World) -> None:
    report = world.report(contact=Contact("王五", "13700137000"))
    told(world, report)
    waiting = notices.undelivered([f"report:{report.pk}"])
    assert [(one.way, one.error) for one in waiting] == [("call", "")]


def test_mail_that_fails_stays_with_its_error_for_staff(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    report = world.report()
    told(world, report)
    waiting = notices.undelivered([f"report:{report.pk}"])
    assert [(one.way, one.error) for one in waiting] == [("mail", "ConnectionRefusedError")]


def test_anonymous_report_is_followed_by_its_code_alone(world: World) -> None:
    report = world.report(contact=Contact())
    assert report.identity is None
    assert told(world, report) == []
    shown = reports.progress(report.progress_code, now=world.now)
    assert (shown.state, shown.due_at) == ("received", report.due_at)


def test_chat_text_is_entered_as_a_report_and_nothing_else(world: World) -> None:
    draft = intake.ReportDraft("chat", "群里说：三号楼下水道堵了", address="南门社区三号楼")
    report = intake.receive(draft, actor=world.actor("li.wen"), now=world.now)
    assert (report.channel_id, report.text) == ("chat", "群里说：三号楼下水道堵了")
    names = {one.name for one in Report._meta.get_fields()}
    assert not {name for name in names if "member" in name or "group" in name}


def test_staffed_channel_is_closed_to_the_public(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        intake.receive(intake.ReportDraft("phone", "井盖坏了"), actor=ANONYMOUS, now=world.now)
    assert (refused.value.kind, str(refused.value)) == (Kind.FORBIDDEN, "“电话热线”由工作人员登记")


def test_wrong_grid_is_set_right_when_the_report_is_accepted(world: World) -> None:
    report = world.report("滨江路边垃圾成堆", lon=None, lat=None)
    assert report.place == "320111"
    taken = take(world, report, "accept", "li.wen", matter="C0101", place="320111004002001")
    assert (taken.place, taken.case.place) == ("320111004002001", "320111004002001")
