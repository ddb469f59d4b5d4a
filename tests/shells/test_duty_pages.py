"""Pages of duty, of powers and of a team's own cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gewu.cases.models import Case
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.actions import UnitSpec
from gewu.organisation.models import Mandate, MatterTransfer, Shift, ShiftNote
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, GRID, PASSWORD, STREET, World

pytestmark = pytest.mark.django_db
TEAM = f"{STREET}-enforcement"
BUREAU = f"{COUNTY}-law_enforcement"
PEOPLE = (
    ("xu.zhifa", "徐执", "enforcement_officer", TEAM),
    ("dui.zhang", "杜章", "roster_keeper", TEAM),
    ("fa.zhi", "范志", "legal_reviewer", f"{COUNTY}-justice"),
    ("jin.qu", "金区", "enforcement_officer", BUREAU),
)


@pytest.fixture
def team(today: World) -> World:
    setup = operator(COUNTY)
    spec = UnitSpec("enforcement_team", TEAM, "江浦街道综合行政执法队", STREET, f"{STREET}-street_office")
    organisation.add_units([spec], actor=setup, now=today.now)
    for name, shown, post, seat in PEOPLE:
        account = security.open_account(name, shown, PASSWORD, actor=setup, now=today.now)
        organisation.appoint(post, seat, account, actor=setup, now=today.now)
        today.accounts[name] = account
    return today


def planned(**more: Any) -> dict[str, Any]:
    """A form that plans a shift round the clock, from today on."""
    day = timezone.localdate()
    usual = {
        "kind": "street_enforcement", "need": "2", "first": day.isoformat(),
        "last": (day + timedelta(days=1)).isoformat(), "begins": "00:00", "ends": "00:00",
        "weekdays": ["1", "2", "3", "4", "5", "6", "7"], "spot": "中圣街岗亭",
    }  # fmt: skip
    return {**usual, **more}


def test_roster_is_planned_filled_and_handed_over_on_its_pages(team: World) -> None:
    keeper, officer = signed_in("dui.zhang"), signed_in("xu.zhifa")
    assert keeper.post(f"/desk/duty/units/{TEAM}/plan", planned()).status_code == 303
    now_on = Shift.objects.order_by("begins_at")[0]
    account = team.accounts["xu.zhifa"].pk
    assert (
        keeper.post(f"/desk/duty/units/{TEAM}/shifts/{now_on.pk}/book", {"account": account}).status_code
        == 303
    )

    mine = said(officer.get("/desk/duty"))
    assert "我的班次" in mine and "综合执法巡查" in mine or "Street" in mine
    booking = now_on.bookings.get()
    assert officer.post(f"/desk/duty/bookings/{booking.pk}/arrive").status_code == 303
    assert (
        officer.post(f"/desk/duty/shifts/{now_on.pk}/note", {"text": "夜市占道已劝离三处"}).status_code == 303
    )
    note = ShiftNote.objects.get()
    week = said(keeper.get(f"/desk/duty/units/{TEAM}"))
    assert "夜市占道已劝离三处" in week and "徐执 已到岗" in week and "缺 1 人" in week
    assert keeper.post(f"/desk/duty/units/{TEAM}/notes/{note.pk}/taken").status_code == 303
    assert "杜章 已阅" in said(keeper.get(f"/desk/duty/units/{TEAM}"))

    desk = said(signed_in("zhou.min").get("/desk/duty"))
    assert "综合执法 1 缺 1" in desk and "徐执" in desk and "中圣街岗亭" in desk


def test_refusals_of_the_roster_are_said_beside_the_forms(team: World) -> None:
    keeper = signed_in("dui.zhang")
    for more, words in (
        ({"weekdays": []}, "星期几"),
        ({"begins": "25:00"}, "时刻"),
        ({"first": "gestern"}, "日期"),
        ({"need": "x"}, "需要 1"),
    ):
        answer = keeper.post(f"/desk/duty/units/{TEAM}/plan", planned(**more))
        assert answer.status_code == 422 and words in said(answer)
    assert signed_in("xu.zhifa").post(f"/desk/duty/units/{TEAM}/plan", planned()).status_code == 403
    assert signed_in("zhao.qiang").get(f"/desk/duty/units/{TEAM}").status_code == 403
    assert not Shift.objects.exists()


def test_whoever_may_not_see_rosters_sees_own_posts_and_duties_alone(team: World) -> None:
    page = said(signed_in("zhao.qiang").get("/desk/duty"))
    assert "现在谁在岗" not in page
    assert "网格员" in page and "走访重点场所" in page and "每周 周四" in page


def power(**more: str) -> dict[str, str]:
    usual = {
        "unit": TEAM, "title": "街道综合行政执法权力清单", "matters": "E04", "basis": "苏政发〔2026〕12号",
        "since": timezone.localdate().isoformat(), "giver": BUREAU, "evaluate_every_days": "180",
    }  # fmt: skip
    return {**usual, **more}


def test_power_is_given_evaluated_and_ended_on_its_page(team: World) -> None:
    reviewer = signed_in("fa.zhi")
    assert reviewer.post("/setup/powers/give", power()).status_code == 303
    row = Mandate.objects.get()
    Mandate.objects.update(evaluation_due=timezone.localdate())
    page = said(reviewer.get("/setup/powers"))
    assert "1 项到期没有评估" in page and "苏政发〔2026〕12号" in page
    wrong = reviewer.post(f"/setup/powers/{row.pk}/evaluate", {"verdict": "kept", "finding": ""})
    assert wrong.status_code == 422 and "评估情况" in said(wrong)
    reviewer.post(f"/setup/powers/{row.pk}/evaluate", {"verdict": "kept", "finding": "办案规范，继续行使"})
    page = said(reviewer.get("/setup/powers"))
    assert "到期没有评估" not in page and "办案规范，继续行使" in page
    ended = {"until": timezone.localdate().isoformat(), "reason": "机构改革收回"}
    assert reviewer.post(f"/setup/powers/{row.pk}/end", ended).status_code == 303
    assert "不在行使期" in said(reviewer.get("/setup/powers"))
    assert signed_in("zhou.min").get("/setup/powers").status_code == 403


def test_transfer_on_the_page_needs_its_three_parts(team: World) -> None:
    administrator = signed_in("qian.lei")
    assert "金区" in said(administrator.get(f"/setup/powers?from_unit={BUREAU}"))
    post = units.posts_of(team.accounts["jin.qu"].pk, now=timezone.now())[0].post
    form: dict[str, Any] = {
        **power(),
        "from_unit": BUREAU,
        "places_of_staff": "0",
        "yuan": "",
        "budget_line": "",
    }
    refused = administrator.post("/setup/powers/transfer", {**form, "posts": [post]})
    assert refused.status_code == 409 and "钱（年度经费和预算科目）" in said(refused)
    whole = {**form, "posts": [post], "yuan": "300000", "budget_line": "2120104"}
    assert administrator.post("/setup/powers/transfer", whole).status_code == 303
    assert MatterTransfer.objects.get().yuan == 300_000
    assert "每年 300,000 元" in said(administrator.get("/setup/powers"))


def test_team_opens_a_case_on_its_page_and_is_refused_with_the_list(team: World) -> None:
    signed_in("fa.zhi").post("/setup/powers/give", power())
    officer = signed_in("xu.zhifa")
    form = {"matter": "E0405", "place": GRID, "text": "店外占道经营，劝导不改。", "address": "中圣街 8 号"}
    assert "《街道综合行政执法权力清单》（苏政发〔2026〕12号）" in said(officer.get("/desk/initiate"))
    answer = officer.post("/desk/initiate", form)
    case = Case.objects.get()
    assert answer.status_code == 303 and answer["Location"].endswith(case.number)
    refused = officer.post("/desk/initiate", {**form, "matter": "H0701"})
    assert refused.status_code == 403 and "苏政发〔2026〕12号" in said(refused)
    assert signed_in("li.wen").get("/desk/initiate").status_code == 403


def test_duties_of_a_post_are_set_on_their_page(team: World) -> None:
    administrator = signed_in("qian.lei")
    form = {
        "kind": "safety_liaison", "text_zh": ["检查消防器材", ""], "text_en": ["Look at fire equipment", ""],
        "rhythm": ["monthly", "daily"], "on_day": ["9", ""],
    }  # fmt: skip
    assert administrator.post("/setup/duties", form).status_code == 303
    assert "检查消防器材" in administrator.get("/setup/duties?kind=safety_liaison").content.decode()
    wrong = administrator.post("/setup/duties", {**form, "on_day": ["40", ""]})
    assert wrong.status_code == 422 and "每周的职责" in said(wrong)
