"""Reports of the same thing behind one case: joined, undone, split off; neighbours who have met it too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.cases import queries as cases
from gewu.infra import stream
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from gewu.security.actors import ANONYMOUS
from gewu.security.vault import Contact
from tests.founded import statements
from tests.world import GRID, World

pytestmark = pytest.mark.flow


def take(world: World, report: Report, event: str, **given: object) -> Report:
    """A step by the screening desk."""
    return intake.take(report.pk, event, actor=world.actor("li.wen"), now=world.now, **given)


def me_too(world: World, number: str, key: str = "", **given: object) -> Report:
    """A neighbour's press of the button."""
    return intake.me_too(number, intake.MeToo(**given), actor=ANONYMOUS, now=world.now, key=key)  # type: ignore[arg-type]  # as the test gives it


def row(report: Report) -> dict[str, object]:
    """What a report is, but for its version."""
    kept = Report.objects.filter(pk=report.pk).values().get()
    return {name: one for name, one in kept.items() if name not in ("version", "pauses")}


def told(report: Report) -> list[str]:
    """The events that this reporter was told of."""
    return list(
        Message.objects.filter(about=f"report:{report.pk}")
        .order_by("position")
        .values_list("event", flat=True)
    )


def test_join_that_is_undone_at_once_leaves_the_report_as_it_was(world: World) -> None:
    case, other = world.accepted(), world.report("井盖又丢了一个")
    before = row(other)
    take(world, other, "join", case=case.number)
    case.refresh_from_db()
    assert case.reports == 2

    world.later(minutes=30)
    take(world, other, "undo_join")
    case.refresh_from_db()
    after = row(other)

    assert {**after, "due_at": None} == {**before, "due_at": None}
    assert after["due_at"] == before["due_at"] + timedelta(minutes=30)  # type: ignore[operator]  # both are times
    assert (case.reports, reports.supporters(case.pk)) == (1, 1)


def test_join_older_than_half_an_hour_is_split_and_not_undone(world: World) -> None:
    case, other = world.accepted(), world.report("井盖又丢了一个")
    take(world, other, "join", case=case.number)
    world.later(minutes=31)
    with pytest.raises(Refusal, match="并案已超过 30 分钟，不能撤销，可以拆出") as late:
        take(world, other, "undo_join")
    assert late.value.kind is Kind.CONFLICT
    shown = reports.page(world.actor("li.wen"), other.pk, now=world.now)
    assert [one.event for one in shown.steps] == ["split"]


def test_split_report_goes_on_with_the_time_it_had_left(world: World) -> None:
    case, other = world.accepted(), world.report("井盖又丢了一个")
    world.later(minutes=30)
    take(world, other, "join", case=case.number)
    world.later(days=1)
    with pytest.raises(Refusal, match="“拆出单独办理”还缺少：理由"):
        take(world, other, "split")
    split = take(world, other, "split", reason="另一处井盖")

    assert (split.state, split.case, split.decided_at) == ("received", None, None)
    assert split.due_at == other.due_at + timedelta(days=1)
    own = world.accepted(split)
    assert own.pk != case.pk
    assert (own.reports, own.number == case.number) == (1, False)


def test_report_split_while_it_was_being_verified_is_verified_on(world: World) -> None:
    case, other = world.accepted(), world.report("井盖又丢了一个")
    take(world, other, "ask_verification")
    take(world, other, "join", case=case.number)
    assert take(world, other, "split", reason="另一处").state == "verifying"
    (again,) = reports.visits(world.actor("zhao.qiang"), now=world.now).rows
    assert again.report == other.pk


def test_every_reporter_is_told_once_of_each_change(world: World) -> None:
    first, second = world.report(), world.report("求雨山路口井盖没了", contact=Contact(phone="13900139000"))
    case = world.accepted(first)
    world.settle()
    take(world, second, "join", case=case.number)
    world.settle()
    take(world, second, "split", reason="不是同一处")
    world.settle()
    world.step(case, "sign_for", "chen.guoping")
    world.settle()
    world.settle()

    assert sorted(told(first)) == ["CaseDispatched", "CaseSignedFor", "ReportAccepted", "ReportReceived"]
    assert told(second) == ["ReportReceived", "ReportJoined", "ReportSplit"]
    last = Message.objects.get(about=f"report:{second.pk}", event="ReportSplit")
    assert f"已从工单 {case.number} 拆出，单独办理。理由：不是同一处" in last.text_zh


def test_neighbour_stands_behind_a_public_case_with_an_own_code(world: World) -> None:
    case = world.accepted()
    world.settle()
    found = me_too(world, case.number, contact=Contact(phone="13700137000"))
    world.settle()
    world.step(case, "sign_for", "chen.guoping")
    world.settle()
    case.refresh_from_db()

    assert (found.state, found.case_id, found.place, found.text) == (
        "clustered", case.pk, GRID, "我也遇到同样的情况",
    )  # fmt: skip
    assert (case.reports, reports.supporters(case.pk)) == (2, 2)
    assert reports.progress(found.progress_code, now=world.now).case is not None
    assert told(found) == ["ReportReceived", "CaseSignedFor"]
    actors = [one.actor for one in stream.timeline("report", found.pk)]
    assert actors == [f"reporter:{found.pk.hex}"] * 2


def test_same_press_of_the_button_sent_twice_counts_once(world: World) -> None:
    case = world.accepted()
    one, again = me_too(world, case.number, "k1"), me_too(world, case.number, "k1")
    case.refresh_from_db()
    assert (one.pk == again.pk, case.reports) == (True, 2)


def test_person_who_leaves_the_same_number_again_is_one_supporter(world: World) -> None:
    case = world.accepted(world.report(contact=Contact(phone="13800138000")))
    me_too(world, case.number, contact=Contact("张三", "+86 138-0013-8000"))
    me_too(world, case.number, contact=Contact(phone="13900139000"))
    me_too(world, case.number)
    with statements() as counted:
        assert reports.supporters(case.pk) == 3
    assert len(counted) == 2


@pytest.mark.parametrize("matter", ["D0101", "P0101", "H0101"])
def test_case_that_speaks_of_someone_has_no_neighbours(world: World, matter: str) -> None:
    case = world.accepted(matter=matter)
    with pytest.raises(Refusal) as hidden:
        me_too(world, case.number)
    assert hidden.value.kind is Kind.MISSING
    assert Report.objects.count() == 1


def test_ended_case_takes_no_more_neighbours(world: World) -> None:
    case = world.case_at("closed")
    with pytest.raises(Refusal, match="这件事已经办结"):
        me_too(world, case.number)
    assert Report.objects.count() == 1


def test_staff_cannot_speak_for_a_neighbour(world: World) -> None:
    case, other = world.accepted(), world.report("井盖又丢了一个")
    with pytest.raises(Refusal, match="这一步由反映人办理"):
        take(world, other, "support", case=case.number)


def test_public_list_shows_class_and_grid_and_nobody_s_words(world: World) -> None:
    case = world.accepted()
    world.accepted(world.report("邻居家的事"), matter="D0101")
    shown = cases.public_open(GRID[:12], on=world.now.date())
    assert [(one.number, one.matter, one.place, one.reports) for one in shown.rows] == [
        (case.number, "C0101", GRID, 1)
    ]
    names = set(type(shown.rows[0]).__dataclass_fields__)
    assert names == {
        "id", "number", "matter", "place", "public_label", "stage", "filed_at", "due_at", "reports"
    }  # fmt: skip


def test_public_list_of_three_costs_what_a_list_of_one_costs(world: World) -> None:
    costs = []
    for n in (1, 2):
        for _ in range(n):
            world.accepted(world.report())
        with statements() as counted:
            assert cases.public_open(GRID[:12], on=world.now.date()).rows
        costs.append(len(counted))
    assert costs[0] == costs[1] <= 2


def test_mail_speaks_the_language_of_the_form(world: World, mailoutbox: list[object]) -> None:
    world.report(language="en")
    world.report(contact=Contact(email="li@example.org"))
    world.settle()
    assert [one.subject.split(" (")[0].split("（")[0] for one in mailoutbox] == [  # type: ignore[attr-defined]  # mails of Django
        "We have received your report",
        "已收到您反映的问题",
    ]
