"""The pages of follow-up: the list, one question, the rates, and the resident's own word."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from gewu.cases.models import Case, FollowUp, FollowUpRule
from gewu.intake.models import Report
from tests.shells.visits import cost, said, signed_in, version
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(today: World) -> World:
    """A world in which every closed case is asked about, with one that is."""
    FollowUpRule.objects.create(
        matter_prefix="C", percent=100, amount=Decimal(3), time_unit="work_day", since=date(2020, 1, 1)
    )
    today.case_at("closed")
    today.settle()
    return today


def question() -> str:
    return f"/desk/follow-ups/{FollowUp.objects.get().pk}"


def test_question_is_listed_asked_and_answered(asked: World) -> None:
    client = signed_in("zheng.jun")
    listed = client.get("/desk/follow-ups")
    assert question() in listed.content.decode()
    page = client.get(question())
    given = {"version": version(page), "solved": "yes", "satisfaction": "5", "reason": "修得很快"}
    assert client.post(f"{question()}/steps/record", given).status_code == 303
    assert FollowUp.objects.get().satisfaction == 5
    after = said(client.get("/desk/follow-ups?state=answered"))
    assert "解决了 很满意" in after
    assert "修得很快" in after


def test_not_solved_without_a_reason_is_refused_and_keeps_what_was_chosen(asked: World) -> None:
    client = signed_in("zheng.jun")
    page = client.get(question())
    answer = client.post(
        f"{question()}/steps/record", {"version": version(page), "solved": "no", "satisfaction": "2"}
    )
    assert answer.status_code == 409
    assert "没有解决的，请写明还差什么" in said(answer)
    assert 'value="2" checked' in answer.content.decode()
    assert FollowUp.objects.get().state == "waiting"


def test_call_in_vain_is_counted(asked: World) -> None:
    client = signed_in("zheng.jun")
    client.post(f"{question()}/steps/miss", {"version": version(client.get(question()))})
    assert "已联系 1 次" in said(client.get(question()))


@pytest.mark.parametrize(("name", "status"), [("zheng.jun", 200), ("zhou.min", 403), ("chen.guoping", 403)])
def test_list_is_for_those_who_follow_up(asked: World, name: str, status: int) -> None:
    assert signed_in(name).get("/desk/follow-ups").status_code == status


@pytest.mark.parametrize(("name", "status"), [("ma.jianguo", 200), ("zheng.jun", 200), ("chen.guoping", 403)])
def test_rates_are_for_those_who_read_figures(asked: World, name: str, status: int) -> None:
    assert signed_in(name).get("/desk/satisfaction").status_code == status


def test_rates_show_question_sample_interval_and_nothing_below_ten(asked: World) -> None:
    client, case = signed_in("zheng.jun"), Case.objects.get()
    FollowUp.objects.all().delete()

    def answer(n: int, satisfaction: int) -> None:
        FollowUp.objects.create(
            case=case, closing=n, state="answered", place=case.place, matter=case.matter, asked_at=asked.now,
            due_at=asked.now, answered_at=asked.now, solved=True, satisfaction=satisfaction,
        )  # fmt: skip

    for n in range(9):
        answer(n, 5)
    few = said(client.get("/desk/satisfaction"))
    assert "您对办理情况满意吗？" in few
    assert "不足 10 份，不显示 n=9" in few
    assert "%" not in few
    answer(9, 2)
    enough = client.get("/desk/satisfaction")
    assert "90.0% 95% 区间 59.6% 至 98.2% n=10" in said(enough)
    assert "100.0% 95% 区间 72.2% 至 100.0% n=10" in said(enough)
    behind = client.get(f"/desk/follow-ups?state=answered&place={case.place[:12]}")
    assert behind.content.decode().count('class="what"') == 10


@pytest.mark.parametrize("wrong", ["since=yesterday", "until=2026-13-01", "place=99", "state=nowhere"])
def test_filter_that_cannot_be_is_refused_in_words(asked: World, wrong: str) -> None:
    client = signed_in("zheng.jun")
    answers = [client.get(f"/desk/{page}?{wrong}") for page in ("satisfaction", "follow-ups")]
    assert {answer.status_code for answer in answers} <= {200, 403, 404, 422}
    assert all(said(answer) for answer in answers)


def test_list_costs_the_same_with_one_and_with_three(asked: World) -> None:
    client = signed_in("zheng.jun")
    one = min(cost(lambda: client.get("/desk/follow-ups")) for _ in range(3))
    asked.case_at("closed")
    asked.case_at("closed")
    asked.settle()
    assert FollowUp.objects.count() == 3
    assert min(cost(lambda: client.get("/desk/follow-ups")) for _ in range(3)) == one <= 8


def test_resident_says_how_satisfied_one_is_with_one_tap(asked: World) -> None:
    report = Report.objects.get()
    client = Client()
    assert "对办理情况满意吗" in said(client.get(f"/progress/{report.progress_code}"))
    sent = client.post(f"/progress/{report.progress_code}/verdict", {"solved": "yes", "satisfaction": "4"})
    assert sent.status_code == 303
    [row] = FollowUp.objects.all()
    assert (row.way, row.solved, row.satisfaction) == ("page", True, 4)


@pytest.mark.parametrize("wrong", ["9", "x", "-1"])
def test_satisfaction_that_is_no_choice_is_refused(asked: World, wrong: str) -> None:
    report = Report.objects.get()
    answer = Client().post(
        f"/progress/{report.progress_code}/verdict", {"solved": "yes", "satisfaction": wrong}
    )
    assert answer.status_code == 422
    assert FollowUp.objects.get().state == "waiting"


def test_first_reply_stands_on_the_report_and_on_the_case_against_its_limit(asked: World) -> None:
    report, case = Report.objects.get(), Case.objects.get()
    client = signed_in("zhou.min")
    assert "首次答复 按时完成" in said(client.get(f"/desk/cases/{case.number}"))
    page = client.get(f"/desk/reports/{report.pk}")
    assert "按时完成" in said(page)
    assert "1 / 1 在时限内" in said(client.get("/desk/satisfaction"))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "gestern"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_day_that_nobody_means_is_refused(world: World, name: str, day: str) -> None:
    """The last day of the last year cannot be counted on from: that was a fault, not a refusal."""
    answer = signed_in("zheng.jun").get("/desk/satisfaction", {name: day})

    assert answer.status_code == 422
    assert "日期要写成" in said(answer)
