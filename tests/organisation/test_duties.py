"""Posts by type with duties: whoever holds one sees the own duties and their dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions, queries, rules
from gewu.organisation.actions import DutyDraft
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS, Actor
from tests.organisation import setting
from tests.organisation.setting import COMMUNITY, COUNTY, GRID, NOW, SETUP, TODAY, add

pytestmark = pytest.mark.usefixtures("kinds")


def member(name: str = "dang.yuan") -> tuple[Any, Actor]:
    account = security.open_account(name, "党员甲", "a long password", actor=SETUP, now=NOW)
    actor = accounts.actor_of(account.pk, now=NOW)
    assert actor is not None
    return account, actor


def test_member_sees_own_duties_and_dates() -> None:
    add("party_community_committee", "committee", COMMUNITY)
    add("party_grid_branch", "branch", GRID, "committee")
    account, actor = member()
    _, other = member("other")
    actions.appoint("order_post", "branch", account, actor=SETUP, now=NOW)

    (post,) = queries.own_posts(actor, now=NOW, today=TODAY)
    assert (post.holder.kind_zh, post.seat and post.seat.zh) == ("治安维护岗", "branch")
    assert post.holder.until == NOW + timedelta(days=365)
    assert [(one.duty.text.zh, one.next) for one in post.duties] == [
        ("参加所在楼栋的夜间巡防", date(2026, 11, 25)),
        ("发现矛盾纠纷苗头及时报告网格长", None),
    ]
    assert queries.own_posts(other, now=NOW, today=TODAY) == ()
    after = NOW + timedelta(days=366)
    assert queries.own_posts(actor, now=after, today=after.date()) == (), "with the term the duties end"


def test_duties_differ_by_type_of_post_and_an_administrator_sets_them() -> None:
    kinds = ("policy_post", "order_post", "sanitation_post", "opinion_post", "mutual_help_post")
    first = {kind: queries.duties_of(kind)[0].text.zh for kind in kinds}
    assert len(set(first.values())) == len(kinds)
    drafts = [DutyDraft("每周擦洗宣传栏", "weekly", 6), DutyDraft("值守党群服务站", "daily")]
    assert actions.set_duties("sanitation_post", drafts, place=COUNTY, actor=SETUP, now=NOW) == 2
    assert [one.text.zh for one in queries.duties_of("sanitation_post")] == [
        "每周擦洗宣传栏",
        "值守党群服务站",
    ]
    actions.load_seeds(actor=SETUP, now=NOW)
    assert len(queries.duties_of("sanitation_post")) == 2, "loading the seeds again keeps what was set"


def test_whoever_manages_only_a_part_does_not_set_duties_for_all() -> None:
    with pytest.raises(Refusal) as refused:
        actions.set_duties("order_post", (), place=COUNTY, actor=setting.manager("320111004"), now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal):
        queries.own_posts(ANONYMOUS, now=NOW, today=TODAY)


@pytest.mark.parametrize(
    ("rhythm", "on_day", "today", "expected"),
    [
        ("daily", None, date(2026, 11, 23), date(2026, 11, 23)),
        ("weekly", 1, date(2026, 11, 23), date(2026, 11, 23)),
        ("weekly", 7, date(2026, 11, 23), date(2026, 11, 29)),
        ("monthly", 23, date(2026, 11, 23), date(2026, 11, 23)),
        ("monthly", 22, date(2026, 11, 23), date(2026, 12, 22)),
        ("monthly", 31, date(2026, 12, 31), date(2026, 12, 31)),
        ("monthly", 31, date(2027, 2, 1), date(2027, 2, 28)),
        ("monthly", 30, date(2028, 2, 1), date(2028, 2, 29)),
        ("quarterly", 25, date(2026, 11, 23), date(2026, 12, 25)),
        ("quarterly", 25, date(2026, 12, 26), date(2027, 3, 25)),
        ("as_needed", None, date(2026, 11, 23), None),
    ],
)
def test_next_day_of_a_duty(rhythm: str, on_day: int | None, today: date, expected: date | None) -> None:
    assert rules.next_day(rhythm, on_day, today) == expected


@pytest.mark.parametrize(
    ("text", "rhythm", "on_day"),
    [
        ("", "daily", None),
        ("每周例会", "weekly", None),
        ("每周例会", "weekly", 8),
        ("每天巡查", "daily", 3),
        ("每月例会", "monthly", 32),
        ("巡查巡查", "yearly", 1),
    ],
)
def test_duty_that_cannot_be_is_refused(text: str, rhythm: str, on_day: int | None) -> None:
    with pytest.raises(Refusal):
        rules.check_duty(text, rhythm, on_day)
