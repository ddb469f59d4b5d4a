"""After the closing: some are asked how it was, others say so themselves, and rates tell how sure they are.

A case of Monday 2 March 2026 is closed; whether it is asked about is decided by its own id.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import follow_ups
from gewu.cases.models import Case, FollowUp, FollowUpRule
from gewu.cases.queries import Asked
from gewu.cases.rules import asking
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel import shares
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor
from tests.security.test_who_sees import newcomer
from tests.world import COUNTY, RIVERSIDE, SOUTH_GATE, World

pytestmark = pytest.mark.flow


def ask_all(world: World, matter: str = "", percent: int = 100) -> None:
    """Have every closed case of a class asked about."""
    FollowUpRule.objects.create(
        matter_prefix=matter, percent=percent, amount=Decimal(3), time_unit="work_day", since=date(2026, 1, 1)
    )


def officer(world: World) -> Actor:
    return newcomer(world, "follow_up_officer")


def waiting(world: World) -> FollowUp:
    world.settle()
    return FollowUp.objects.get(state="waiting")


def answered(
    world: World, *, solved: bool = True, satisfaction: int | None = 4, place: str = SOUTH_GATE
) -> None:
    """An answer about some case, as it stands in the table."""
    case = Case.objects.first() or world.case_at("closed")
    FollowUp.objects.create(
        case=case, closing=FollowUp.objects.count() + 1, state="answered", place=place, matter=case.matter,
        asked_at=world.now, due_at=world.now, answered_at=world.now, solved=True, satisfaction=satisfaction,
    )  # fmt: skip


def test_closed_case_is_asked_about_when_its_rule_draws_it(world: World) -> None:
    ask_all(world)
    case = world.case_at("closed")
    row = waiting(world)
    assert (row.case_id, row.state) == (case.pk, "waiting")
    assert row.due_at > world.now + timedelta(days=2)
    assert "抽中回访" in [str(line.sentence) for line in queries.timeline(case.pk)]


def test_draw_is_repeated_without_asking_twice(world: World) -> None:
    ask_all(world)
    case = world.case_at("closed")
    waiting(world)
    assert follow_ups.ask(case.pk, now=world.now) is None
    assert FollowUp.objects.count() == 1


def test_nobody_is_asked_where_the_rule_says_none(world: World) -> None:
    ask_all(world, matter="C01", percent=0)
    world.case_at("closed")
    world.settle()
    assert not FollowUp.objects.exists()


def test_draw_depends_on_the_case_alone_and_takes_its_share() -> None:
    ids = [UUID(int=n) for n in range(4000)]
    drawn = [one for one in ids if asking.sampled(one, 0, 20)]
    assert drawn == [one for one in ids if asking.sampled(one, 0, 20)]
    assert 0.18 < len(drawn) / len(ids) < 0.22
    assert {asking.sampled(one, 0, 100) for one in ids} == {True}
    assert {asking.sampled(one, 0, 0) for one in ids} == {False}
    assert drawn != [one for one in ids if asking.sampled(one, 1, 20)]


def test_not_solved_has_the_case_handled_again_with_a_new_promise(world: World) -> None:
    ask_all(world)
    case = world.case_at("closed")
    row, asks = waiting(world), officer(world)
    with pytest.raises(Refusal, match="没有解决的，请写明还差什么"):
        cases.take_follow_up(row.pk, "record", actor=asks, now=world.now, solved=False)
    later = world.later(days=1)
    cases.take_follow_up(
        row.pk, "record", actor=asks, now=later, solved=False, satisfaction=2, reason="井盖还在晃动"
    )
    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.state, case.reopenings, case.due_at > later) == ("dispatched", 1, True)
    assert (row.state, row.solved, row.satisfaction, row.closing) == ("answered", False, 2, 0)
    told = [(line.type, str(line.sentence)) for line in queries.timeline(case.pk)][-2:]
    assert [kind for kind, _ in told] == ["CaseReopened", "FollowUpAnswered"]
    assert told[1][1].endswith("回访得到答复：没有解决，不满意")


def test_late_not_solved_is_kept_without_reopening(world: World) -> None:
    ask_all(world)
    case = world.case_at("closed")
    row, asks = waiting(world), officer(world)
    cases.take_follow_up(
        row.pk, "record", actor=asks, now=world.later(days=20), solved=False, reason="井盖还在晃动"
    )
    case.refresh_from_db()
    assert (case.state, FollowUp.objects.get().solved) == ("closed", False)


def test_follow_up_is_given_up_after_three_calls(world: World) -> None:
    ask_all(world)
    world.case_at("closed")
    row, asks = waiting(world), officer(world)
    for _ in range(3):
        with pytest.raises(Refusal, match="至少联系 3 次"):
            cases.take_follow_up(row.pk, "give_up", actor=asks, now=world.now, reason="电话打不通")
        cases.take_follow_up(row.pk, "miss", actor=asks, now=world.later(hours=3))
    given_up = cases.take_follow_up(row.pk, "give_up", actor=asks, now=world.now, reason="电话打不通")
    assert (given_up.state, given_up.tries, given_up.answered_at) == ("unreached", 3, None)


@pytest.mark.parametrize("name", ["zhou.min", "chen.guoping", "zhao.qiang", "li.wen", "ma.jianguo"])
def test_follow_up_belongs_to_those_who_follow_up(world: World, name: str) -> None:
    ask_all(world)
    world.case_at("closed")
    row = waiting(world)
    with pytest.raises(Refusal) as refused:
        cases.take_follow_up(row.pk, "record", actor=world.actor(name), now=world.now, solved=True)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal) as hidden:
        queries.follow_up(world.actor(name), row.pk, now=world.now)
    assert hidden.value.kind is Kind.MISSING
    with pytest.raises(Refusal):
        queries.follow_ups(world.actor(name), "waiting", Asked())


def test_officer_of_another_community_sees_none_of_it(world: World) -> None:
    ask_all(world)
    world.case_at("closed")
    row = waiting(world)
    elsewhere = newcomer(world, "follow_up_officer", place=RIVERSIDE)
    assert queries.follow_ups(elsewhere, "waiting", Asked()).rows == ()
    with pytest.raises(Refusal):
        queries.follow_up(elsewhere, row.pk, now=world.now)
    assert [one.id for one in queries.follow_ups(officer(world), "waiting", Asked()).rows] == [row.pk]


def test_word_on_the_progress_page_answers_the_question_that_waits(world: World) -> None:
    ask_all(world)
    case = world.case_at("closed")
    waiting(world)
    report = Report.objects.get(case=case)
    intake.give_verdict(report.progress_code, solved=True, satisfaction=5, now=world.now)
    [row] = FollowUp.objects.all()
    assert (row.state, row.way, row.solved, row.satisfaction) == ("answered", "page", True, 5)
    assert "反映人评价办理情况：很满意" in [str(line.sentence) for line in queries.timeline(case.pk)]


def test_word_of_each_reporter_counts_once_for_each_closing(world: World) -> None:
    case = world.case_at("confirmed")
    report = Report.objects.get(case=case)
    intake.give_verdict(report.progress_code, solved=False, words="又坏了", satisfaction=1, now=world.now)
    [row] = FollowUp.objects.all()
    assert (row.solved, row.satisfaction, row.closing, row.reason) == (False, 1, 0, "又坏了")


@pytest.mark.parametrize("wrong", [0, 6, True, "5"])
def test_satisfaction_is_one_of_five_answers(world: World, wrong: object) -> None:
    ask_all(world)
    world.case_at("closed")
    row = waiting(world)
    with pytest.raises(Refusal, match="满意程度是一到五"):
        cases.take_follow_up(
            row.pk, "record", actor=officer(world), now=world.now, solved=True, satisfaction=wrong
        )


# rates


def test_rate_shows_question_sample_size_and_interval_and_is_hidden_below_ten(world: World) -> None:
    for n in range(9):
        answered(world, satisfaction=5 if n < 8 else 2)
    leader = world.actor("ma.jianguo")
    few = queries.satisfaction(leader, Asked(place=COUNTY), digits=9)
    assert (few.whole.satisfied.n, few.whole.satisfied.hidden, few.whole.satisfied.share) == (9, True, None)

    answered(world, satisfaction=4)
    enough = queries.satisfaction(leader, Asked(place=COUNTY), digits=9).whole.satisfied
    assert (enough.n, enough.hidden, enough.share) == (10, False, 0.9)
    # Wilson's interval for nine of ten, as in the textbooks.
    assert (round(enough.low or 0, 4), round(enough.high or 0, 4)) == (0.5958, 0.9821)
    assert str(queries.SATISFIED_QUESTION) == "您对办理情况满意吗？"


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962), (820, 1000, 0.7950, 0.8426)],
)
def test_interval_of_a_share(hits: int, n: int, low: float, high: float) -> None:
    found = shares.rate(hits, n)
    assert found.low is not None and found.high is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_answer_without_a_grade_counts_for_solved_alone(world: World) -> None:
    for _ in range(10):
        answered(world, satisfaction=None)
    whole = queries.satisfaction(world.actor("ma.jianguo"), Asked(place=COUNTY), digits=9).whole
    assert (whole.solved.n, whole.satisfied.n) == (10, 0)


def test_parts_are_hidden_one_by_one_and_each_equals_the_list_behind_it(world: World) -> None:
    for _ in range(12):
        answered(world)
    for _ in range(3):
        answered(world, place=RIVERSIDE, satisfaction=1)
    found = queries.satisfaction(world.actor("ma.jianguo"), Asked(place=COUNTY), digits=12)
    assert {one.key: (one.solved.n, one.solved.hidden) for one in found.by_place} == {
        SOUTH_GATE: (12, False),
        RIVERSIDE: (3, True),
    }
    for one in found.by_place:
        rows = queries.follow_ups(officer(world), "answered", Asked(place=one.key), size=100).rows
        assert len(rows) == one.solved.n


def test_rates_are_for_those_who_read_figures(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        queries.satisfaction(world.actor("chen.guoping"), Asked(place=COUNTY), digits=9)
    assert refused.value.kind is Kind.FORBIDDEN


# the first reply


def test_time_to_the_first_reply_is_measured_against_its_limit(world: World) -> None:
    quick, slow, silent, fresh = (world.report(f"第{n}处井盖坏了") for n in range(4))
    for report, hours in ((quick, 0.5), (slow, 4)):
        world.later(hours=hours)
        world.accepted(report)
    Report.objects.filter(pk=silent.pk).update(due_at=world.now - timedelta(minutes=1))
    Report.objects.filter(pk=fresh.pk).update(due_at=world.now + timedelta(hours=1))
    found = reports.first_replies(world.actor("ma.jianguo"), COUNTY, now=world.now)
    assert (found.n, found.in_time, found.late, found.waiting) == (3, 1, 2, 1)
    assert found.mean == timedelta(hours=2.5)

    [facts] = reports.reporters_of(Report.objects.get(pk=quick.pk).case_id, world.actor("zhou.min"))
    assert facts.replied_at is not None
    assert facts.replied_at - facts.received_at == timedelta(minutes=30)
    assert facts.replied_at <= facts.due_at
    with pytest.raises(Refusal):
        reports.first_replies(world.actor("chen.guoping"), COUNTY, now=world.now)
