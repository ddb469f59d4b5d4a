"""Posts, the rights that come with them, crews and what is vacant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions, queries
from gewu.organisation.models import Post
from gewu.security import actions as security
from gewu.security import queries as accounts
from tests.organisation import setting
from tests.organisation.setting import COMMUNITY, COUNTY, GRID, NOW, OTHER_GRID, SETUP, STREET, add

pytestmark = pytest.mark.usefixtures("kinds")

LATER = NOW + timedelta(days=1)


def _account(name: str = "wang") -> Any:
    return security.open_account(
        name, f"王{name}", "a long password", actor=SETUP, now=NOW, work_phone="025-1"
    )


def _rights(account: Any, at: Any = NOW) -> set[str]:
    actor = accounts.actor_of(account.pk, now=at)
    assert actor is not None
    return {right for standing in actor.standings for right in standing.rights}


def test_appointing_gives_the_right_and_ending_removes_it() -> None:
    add("department", "urban", COUNTY)
    account = _account()
    post = actions.appoint("handler", "urban", account, actor=SETUP, now=NOW)
    assert "cases.handle" in _rights(account)
    assert accounts.actor_of(account.pk, now=NOW).holds_for("cases.handle", ("urban/",))  # type: ignore[union-attr]  # open account
    actions.end_post(post.pk, actor=SETUP, now=LATER, reason="调离")
    assert _rights(account, LATER) == set()
    assert [one.type for one in stream.timeline("post", post.pk)] == ["Appointed", "PostEnded"]


def test_right_by_territory_reaches_as_far_as_the_place_of_the_unit() -> None:
    add("department", "centre", COUNTY)
    account = _account()
    actions.appoint("dispatcher", "centre", account, actor=SETUP, now=NOW)
    actor = accounts.actor_of(account.pk, now=NOW)
    assert actor is not None
    assert actor.holds_at("cases.dispatch", GRID)
    assert not actor.holds_at("cases.dispatch", "320112001")


def test_term_takes_post_and_right_away_by_itself() -> None:
    account = _account()
    until = NOW + timedelta(days=30)
    actions.appoint("grid_worker", GRID, account, actor=SETUP, now=NOW, until=until)
    assert [holder.name for holder in queries.posts_at(GRID, now=NOW)] == ["王wang"]
    assert queries.posts_at(GRID, now=until) == ()
    assert _rights(account, until) == set()


def test_expired_and_soon_expiring_terms_are_listed_until_someone_ends_them() -> None:
    soon = actions.appoint(
        "safety_liaison", GRID, actor=SETUP, now=NOW, name="李警官", until=NOW + timedelta(days=10)
    )
    actions.appoint(
        "safety_liaison", OTHER_GRID, actor=SETUP, now=NOW, name="赵警官", until=NOW + timedelta(60)
    )
    assert [one.name for one in queries.expiring_terms(NOW, 30)] == ["李警官"]
    assert [one.name for one in queries.expiring_terms(NOW + timedelta(days=20), 5)] == ["李警官"]
    assert queries.expiring_terms(NOW, 30, prefix="320112") == ()
    actions.end_post(soon.pk, actor=SETUP, now=LATER)
    assert queries.expiring_terms(NOW, 30) == ()
    with pytest.raises(Refusal):
        actions.end_post(soon.pk, actor=SETUP, now=LATER)


def test_full_seat_is_refused() -> None:
    actions.appoint("safety_liaison", GRID, actor=SETUP, now=NOW, name="李警官")
    with pytest.raises(Refusal) as refused:
        actions.appoint("safety_liaison", GRID, actor=SETUP, now=NOW, name="赵警官")
    assert refused.value.kind is Kind.CONFLICT
    actions.appoint("safety_liaison", OTHER_GRID, actor=SETUP, now=NOW, name="赵警官")


@pytest.mark.parametrize(
    ("kind", "seat", "field"),
    [
        ("safety_liaison", COMMUNITY, "seat"),
        ("handler", "nobody", "seat"),
        ("no_such_post", GRID, "kind"),
    ],
)
def test_wrong_seat_is_refused(kind: str, seat: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        actions.appoint(kind, seat, actor=SETUP, now=NOW, name="某人")
    assert refused.value.field == field


def test_post_needs_someone() -> None:
    with pytest.raises(Refusal) as refused:
        actions.appoint("safety_liaison", GRID, actor=SETUP, now=NOW)
    assert refused.value.field == "name"


def test_nobody_appoints_themselves_or_beyond_their_place() -> None:
    account = _account()
    for actor in (setting.manager(account_id=account.pk), setting.manager("320112")):
        with pytest.raises(Refusal) as refused:
            actions.appoint("grid_worker", GRID, account, actor=actor, now=NOW)
        assert refused.value.kind is Kind.FORBIDDEN
    assert not Post.objects.exists()


def test_group_head_and_grid_head_change_together_or_with_a_reason() -> None:
    first, second = _account("one"), _account("two")
    with pytest.raises(Refusal) as refused:
        actions.appoint("party_group_head", GRID, first, actor=SETUP, now=NOW)
    assert refused.value.field == "together"
    actions.appoint("party_group_head", GRID, first, actor=SETUP, now=NOW, together=True)
    assert _heads() == {"party_group_head": "王one", "grid_head": "王one"}
    group_head = next(one for one in queries.posts_at(GRID, now=NOW) if one.kind == "party_group_head")
    actions.end_post(group_head.post, actor=SETUP, now=NOW, together=True)
    assert _heads() == {}
    actions.appoint("grid_head", GRID, second, actor=SETUP, now=NOW, reason="党小组长暂缺")
    assert _heads() == {"grid_head": "王two"}


def _heads() -> dict[str, str]:
    return {one.kind: one.name for one in queries.posts_at(GRID, now=NOW)}


def test_crew_shows_six_slots_with_holders_and_vacancies() -> None:
    actions.appoint("allround_grid_worker", GRID, _account(), actor=SETUP, now=NOW)
    actions.appoint("safety_liaison", GRID, actor=SETUP, now=NOW, name="李警官", contact="025-110")
    crew = queries.crew_of(GRID, now=NOW)
    assert [(slot.name_zh, slot.vacant) for slot in crew.slots] == [
        ("网格长", 1),
        ("全科网格员", 0),
        ("创安专员", 0),
        ("无职党员", 1),
        ("微网格员", 1),
        ("网格辅助员", 1),
    ]
    assert [holder.contact for slot in crew.slots for holder in slot.holders] == ["025-1", "025-110"]
    assert crew.missing == ("长",)


def test_crew_1_3_n_flags_a_missing_part() -> None:
    add("party_community_committee", "committee", COMMUNITY, name_zh="求雨山大党委")
    actions.appoint("grid_party_organisation", GRID, actor=SETUP, now=NOW, holder_unit="committee")
    actions.appoint("legal_officer", GRID, actor=SETUP, now=NOW, name="孙律师")
    crew = queries.crew_of(GRID, now=NOW, model="one_three_n")
    assert crew.missing == ("N",)
    assert crew.slots[0].holders[0].name == "求雨山大党委"


def test_vacancies_of_several_grids_take_one_query(django_assert_num_queries: Any) -> None:
    actions.appoint("safety_liaison", GRID, actor=SETUP, now=NOW, name="李警官")
    queries.post_kinds()
    with django_assert_num_queries(1):
        found = queries.vacancies(COMMUNITY, [GRID, OTHER_GRID], now=NOW)
    assert len([one for one in found if one.place == GRID]) == 5
    assert len([one for one in found if one.place == OTHER_GRID]) == 6


def test_gap_list_names_exactly_the_unassigned_places() -> None:
    places = [f"{GRID}{n:02d}" for n in range(1, 11)]
    for place in places[:8]:
        actions.appoint("duty_area_member", place, actor=SETUP, now=NOW, name="党员")
    assert queries.places_unattended("duty_area_member", places, now=NOW) == tuple(places[8:])


def test_rights_move_with_the_unit() -> None:
    add("department", "police", COUNTY)
    add("department", "justice", COUNTY)
    add("department_station", "station", STREET, "police")
    account = _account()
    actions.appoint("handler", "station", account, actor=SETUP, now=NOW)
    actions.move_unit("station", parent="justice", actor=SETUP, now=NOW)
    actor = accounts.actor_of(account.pk, now=NOW)
    assert actor is not None
    assert actor.holds_for("cases.handle", ("justice/station/",))
    assert not actor.holds_for("cases.handle", ("police/station/",))


def test_unit_with_people_on_its_posts_is_not_closed() -> None:
    add("department", "urban", COUNTY)
    post = actions.appoint("handler", "urban", _account(), actor=SETUP, now=NOW)
    with pytest.raises(Refusal):
        actions.close_unit("urban", actor=SETUP, now=NOW)
    actions.end_post(post.pk, actor=SETUP, now=NOW)
    actions.close_unit("urban", actor=SETUP, now=NOW)


def test_three_administrators_see_no_cases() -> None:
    for role in ("administrator", "security_administrator", "auditor"):
        account = _account(role)
        security.give_role(account, role, actor=SETUP, now=NOW)
        assert not any(right.startswith(("cases.", "reports.")) for right in _rights(account))


def test_loading_the_kinds_again_changes_nothing() -> None:
    before = dict(queries.post_kinds())
    actions.load_seeds(actor=SETUP, now=LATER)
    assert dict(queries.post_kinds()) == before
