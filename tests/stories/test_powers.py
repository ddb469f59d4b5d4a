"""Powers of a street: what its enforcement team may take up, how a power is evaluated, ends and moves on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.cases.actions import NewCase
from gewu.catalogue import queries as catalogue
from gewu.catalogue.models import Route
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.actions import PowerDraft, TransferDraft, UnitSpec
from gewu.organisation.models import Mandate, MatterTransfer
from gewu.organisation.queries import PowerLine
from gewu.security import actions as security
from gewu.security.actors import Actor, operator
from tests.world import COUNTY, GRID, PASSWORD, RIVERSIDE, STREET, World

TEAM = f"{STREET}-enforcement"
BUREAU = f"{COUNTY}-law_enforcement"
BASIS = "苏政发〔2026〕12号"
TITLE = "江浦街道综合行政执法权力清单"
#: A shop that trades outside its doors, and a class that no list of the street names.
STALL, SMOKE = "E0405", "H0701"


@pytest.fixture
def team(world: World) -> World:
    """The street's one team with an officer, and the legal reviewer who keeps its powers."""
    setup = operator(COUNTY)
    spec = UnitSpec("enforcement_team", TEAM, "江浦街道综合行政执法队", STREET, f"{STREET}-street_office")
    organisation.add_units([spec], actor=setup, now=world.now)
    for name, shown, post, seat in (
        ("xu.zhifa", "徐执", "enforcement_officer", TEAM),
        ("fa.zhi", "范志", "legal_reviewer", f"{COUNTY}-justice"),
        ("jin.qu", "金区", "enforcement_officer", BUREAU),
    ):
        account = security.open_account(name, shown, PASSWORD, actor=setup, now=world.now)
        organisation.appoint(post, seat, account, actor=setup, now=world.now)
        world.accounts[name] = account
    return world


def today(world: World) -> date:
    return timezone.localdate(world.now)


def draft(world: World, **more: object) -> PowerDraft:
    usual = {
        "unit": TEAM,
        "title": TITLE,
        "matters": ("E04",),
        "basis": BASIS,
        "since": today(world),
        "giver": BUREAU,
    }
    return PowerDraft(**{**usual, **more})  # type: ignore[arg-type]  # each test gives what it is about


def given(world: World, **more: object) -> Mandate:
    return organisation.give_power(draft(world, **more), actor=world.actor("fa.zhi"), now=world.now)


def opened(
    world: World, matter: str = STALL, place: str = GRID, who: str = "xu.zhifa", unit: str = TEAM
) -> cases.Case:
    new = NewCase(
        matter, place, "巡查发现店外占道经营。", cases.INITIATED_ORIGIN, world.now, address="中圣街 8 号"
    )
    return cases.initiate(new, unit, actor=world.actor(who), now=world.now)


def line_of(world: World, power: Mandate) -> PowerLine:
    lines = units.powers(world.actor("fa.zhi"), COUNTY, today=today(world))
    return next(one for one in lines if one.power.id == power.pk)


def test_team_opens_a_case_within_its_list_leads_it_and_the_case_cites_the_power(team: World) -> None:
    power = given(team)
    case = opened(team)
    shown = case_queries.page(team.actor("xu.zhifa"), case.number, now=team.now)
    assert (shown.line.state, shown.line.unit.zh) == ("dispatched", "江浦街道综合行政执法队")
    assert shown.route == power.pk.hex
    assert TITLE in shown.route_zh and BASIS in shown.route_zh
    assert [one.type for one in stream.timeline("case", case.pk)] == ["CaseFiled", "CaseDispatched"]
    assert cases.take(case.number, "sign_for", actor=team.actor("xu.zhifa"), now=team.now).state == "handling"


def test_class_outside_the_list_is_refused_with_the_list_cited(team: World) -> None:
    given(team)
    with pytest.raises(Refusal) as refused:
        opened(team, SMOKE)
    assert refused.value.kind is Kind.FORBIDDEN
    assert f"《{TITLE}》（{BASIS}）" in str(refused.value.text) and "大气污染" in str(refused.value.text)
    assert not cases.Case.objects.exists()


def test_team_without_a_list_and_a_stranger_to_the_team_open_nothing(team: World) -> None:
    with pytest.raises(Refusal, match="没有权力清单"):
        opened(team)
    given(team)
    for stranger in ("chen.guoping", "li.wen", "jin.qu"):
        with pytest.raises(Refusal, match="不能替它立案"):
            opened(team, who=stranger)


def test_power_holds_only_where_its_unit_stands(team: World) -> None:
    given(team, place=GRID[:12])
    assert opened(team, place=GRID).pk
    with pytest.raises(Refusal, match="不在"):
        opened(team, place=RIVERSIDE + "001")
    with pytest.raises(Refusal, match="之内"):
        given(team, matters=("E03",), place="320111001")


@pytest.mark.both_databases
def test_power_that_has_ended_stops_on_its_date_and_not_before(team: World) -> None:
    last = today(team) + timedelta(days=30)
    given(team, until=last)
    team.later(days=29)
    assert opened(team).pk
    team.later(days=1)
    assert today(team) == last
    with pytest.raises(Refusal, match=f"已于 {last.isoformat()} 结束"):
        opened(team)


def test_power_not_evaluated_in_the_set_period_is_flagged_until_it_is(team: World) -> None:
    power = given(team, evaluate_every_days=180)
    team.later(days=179)
    assert not line_of(team, power).due
    team.later(days=1)
    assert line_of(team, power).due and units.powers_due(COUNTY, today=today(team)) == 1
    actor = team.actor("fa.zhi")
    with pytest.raises(Refusal, match="评估情况"):
        organisation.evaluate_power(power.pk, "kept", " ", actor=actor, now=team.now)
    organisation.evaluate_power(power.pk, "adjusted", "案卷质量须提高，已安排培训", actor=actor, now=team.now)
    line = line_of(team, power)
    assert (line.due, line.in_force, len(line.evaluations)) == (False, True, 1)
    assert line.power.evaluation_due == today(team) + timedelta(days=180)
    assert units.powers_due(COUNTY, today=today(team)) == 0


def test_power_withdrawn_by_evaluation_ends_that_day(team: World) -> None:
    power = given(team, evaluate_every_days=90)
    team.later(days=90)
    organisation.evaluate_power(
        power.pk, "withdrawn", "队伍承接不住，收回区局", actor=team.actor("fa.zhi"), now=team.now
    )
    assert not line_of(team, power).in_force
    with pytest.raises(Refusal, match="结束"):
        opened(team)
    with pytest.raises(Refusal, match="结束"):
        organisation.end_power(power.pk, today(team), "再收一次", actor=team.actor("fa.zhi"), now=team.now)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"basis": ""}, "依据"),
        ({"matters": ()}, "哪些事项"),
        ({"matters": ("E04", "E0405")}, "更大的一类"),
        ({"matters": ("占道",)}, "不是事项编码"),
        ({"title": " "}, "清单名称"),
        ({"evaluate_every_days": 0}, "评估周期"),
        ({"unit": "nobody"}, "没有单位"),
    ],
)
def test_power_that_says_too_little_is_refused(team: World, more: dict[str, object], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        given(team, **more)
    assert not Mandate.objects.exists()


def test_the_same_class_is_not_given_twice_and_only_the_keeper_gives(team: World) -> None:
    given(team)
    with pytest.raises(Refusal, match="已有事项 E04"):
        given(team)
    with pytest.raises(Refusal) as refused:
        organisation.give_power(draft(team, matters=("E03",)), actor=team.actor("zhou.min"), now=team.now)
    assert refused.value.kind is Kind.FORBIDDEN


def setup() -> Actor:
    return operator(COUNTY)


def transfer(world: World, **more: object) -> MatterTransfer:
    """The bureau hands E04 to the street's team with one officer and 300,000 yuan, unless said otherwise."""
    officer = units.posts_of(world.accounts["jin.qu"].pk, now=world.now)[0].post
    usual: dict[str, object] = {
        "power": draft(world),
        "from_unit": BUREAU,
        "posts": (officer,),
        "yuan": 300_000,
        "budget_line": "2120104 城管执法",
    }
    return organisation.transfer_matters(
        TransferDraft(**{**usual, **more}),  # type: ignore[arg-type]  # as above
        actor=setup(),
        now=world.now,
    )


@pytest.mark.parametrize(
    ("without", "said"),
    [
        ({"posts": ()}, "人（人员或编制）"),
        ({"yuan": 0}, "钱（年度经费和预算科目）"),
        ({"budget_line": " "}, "钱（年度经费和预算科目）"),
    ],
)
def test_transfer_without_staff_or_money_is_refused_and_moves_nothing(
    team: World, without: dict[str, object], said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        transfer(team, **without)
    assert said in str(refused.value.text)
    assert not Mandate.objects.exists() and not MatterTransfer.objects.exists()
    assert units.posts_of(team.accounts["jin.qu"].pk, now=team.now)[0].unit == units.known_unit(BUREAU).id


def test_transfer_without_power_names_all_that_is_missing(team: World) -> None:
    with pytest.raises(Refusal) as refused:
        transfer(team, power=draft(team, basis=""), posts=(), yuan=0)
    for part in ("权（依据文件）", "人（人员或编制）", "钱（年度经费和预算科目）"):
        assert part in str(refused.value.text)


@pytest.mark.both_databases
def test_transfer_moves_power_staff_and_money_in_one_act_and_new_cases_follow(team: World) -> None:
    held = given(team, unit=BUREAU, giver="", title="区综合行政执法局权力清单", matters=("E04", "E03"))
    before = catalogue.route(STALL, GRID, on=today(team)).unit
    assert before is not None and before.code != TEAM
    transfer(team)
    team.settle()

    held.refresh_from_db()
    assert held.matters == ["E03"], "what was handed over is no more the bureau's, the rest is"
    line = line_of(team, Mandate.objects.get(unit=units.known_unit(TEAM).id))
    assert line.transfer is not None
    assert (line.transfer.posts, line.transfer.yuan, line.transfer.budget_line) == (
        1,
        300_000,
        "2120104 城管执法",
    )
    moved = team.actor("jin.qu")
    assert moved.holds_for(cases.INITIATE, (units.known_unit(TEAM).path,))
    assert not moved.holds_for(cases.INITIATE, (units.known_unit(BUREAU).path,))
    routed = catalogue.route(STALL, GRID, on=today(team))
    assert routed.unit is not None and routed.unit.code == TEAM
    assert BASIS in routed.reason_zh
    assert opened(team, who="jin.qu").pk

    routes = Route.objects.filter(source__startswith="transfer:")
    assert {one.matter_prefix[:3] for one in routes} == {"E04"}, (
        "what was not handed over stays routed as it was"
    )


def test_staff_of_another_unit_cannot_be_handed_over(team: World) -> None:
    other = units.posts_of(team.accounts["chen.guoping"].pk, now=team.now)[0].post
    with pytest.raises(Refusal, match="现任的人员"):
        transfer(team, posts=(other,))
    assert not Mandate.objects.exists()


def test_transfer_is_the_organisation_administrators(team: World) -> None:
    with pytest.raises(Refusal) as refused:
        organisation.transfer_matters(
            TransferDraft(draft(team), BUREAU, places_of_staff=1, yuan=1, budget_line="2120104"),
            actor=team.actor("fa.zhi"),
            now=team.now,
        )
    assert refused.value.kind is Kind.FORBIDDEN
