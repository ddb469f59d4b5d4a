"""Assistants propose, with version, reason and confidence; a person decides, and that is kept."""

from __future__ import annotations

import pytest

from gewu.cases.models import Case
from gewu.infra import switches, versions
from gewu.infra.models import Switch
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake import rules
from gewu.intake.actions import suggesting as proposing
from gewu.intake.models import Report, Suggestion, SuggestionModel
from gewu.intake.queries import suggesting
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import operator
from tests.founded import statements
from tests.world import COUNTY, World

#: What residents say, and the class that an acceptor would choose.
SAID = (
    ("人行道上的上水井盖不见了，晚上看不清，怕有人掉下去", "C0101"),
    ("小区门口的路灯坏了一个多星期了，晚上走路看不见", "C0137"),
    ("珠泉路路口垃圾桶满了没人清，苍蝇很多", "E0192"),
    ("楼道里停了好几辆电动车，还从家里拉线下来充电", "H0102"),
    ("工地半夜还在施工，机器声音很大", "E0301"),
    ("三号楼的消防通道被私家车堵死了", "E0496"),
    ("包工头拖欠我们十几个人三个月工资", "D0110"),
    ("下水道堵了，污水从井里冒出来流了一地", "E0503"),
    ("马路边的大树被风刮倒了压住了路", "C0402"),
    ("我家门口老有一股煤气味", "H0801"),
)


def off(world: World) -> None:
    """Every assistant switched off."""
    for name in suggesting.SWITCHES.values():
        Switch.objects.create(name=name, on=False, reason="test", set_by="operator", set_at=world.now)
    versions.changed("switches")


@pytest.mark.parametrize(("text", "matter"), SAID)
def test_class_is_proposed_for_what_residents_say(world: World, text: str, matter: str) -> None:
    found = reports.matters_for(text, on=world.now.date())
    assert found[0].value == matter
    assert found[0].version.startswith("catalogue-")


def test_proposal_names_the_words_that_decided(world: World) -> None:
    (first, *_) = reports.matters_for("楼道里堆满了纸箱杂物", on=world.now.date())
    assert first.value == "H0106"
    assert "楼道里堆满" in first.why.zh
    assert 0.5 < first.confidence <= 0.95


@pytest.mark.parametrize("text", ["", "!!!", "12345", "hello", "的"])
def test_nothing_is_proposed_for_words_about_nothing(world: World, text: str) -> None:
    assert reports.matters_for(text, on=world.now.date()) == ()


def test_same_examples_teach_the_same(world: World) -> None:
    examples = [rules.Example("A", "井盖不见了"), rules.Example("B", "路灯不亮了")]
    assert rules.learn(examples, version="1") == rules.learn(reversed(examples), version="1")


def test_rare_words_of_one_person_are_forgotten() -> None:
    examples = [rules.Example("A", "井盖不见了")] * 3 + [rules.Example("A", "张三丰家门口井盖不见了")]
    learned = rules.learn(examples, version="1", seldom=3)
    assert "井盖" in learned.rarity
    assert not [piece for piece in learned.rarity if set(piece) & set("张三丰")]


def test_proposals_are_stored_and_change_nothing(world: World) -> None:
    report = world.report("巷口的路灯坏了，晚上没有灯", matter="")
    world.settle()
    kept = {one.kind: one for one in Suggestion.objects.filter(report=report)}
    report.refresh_from_db()

    assert set(kept) == {"matter", "route"}
    assert (kept["matter"].value, kept["matter"].outcome) == ("C0137", "")
    assert kept["matter"].confidence > 0.5
    assert kept["matter"].version.startswith("catalogue-")
    assert (report.matter, report.state, Case.objects.count()) == ("", "received", 0)


def test_person_who_confirms_and_person_who_corrects_are_both_noted(world: World) -> None:
    confirmed, corrected = world.report("路灯坏了，晚上没有灯"), world.report("路灯坏了，晚上没有灯")
    world.settle()
    case = world.accepted(confirmed, "C0137")
    world.accepted(corrected, "C0128")
    world.settle()
    kept = {one.report_id: one for one in Suggestion.objects.filter(kind="matter")}

    assert (kept[confirmed.pk].outcome, kept[confirmed.pk].chosen) == ("accepted", "C0137")
    assert (kept[corrected.pk].outcome, kept[corrected.pk].chosen) == ("overridden", "C0128")
    assert kept[corrected.pk].decided_by == world.actor("li.wen").ref
    office = Suggestion.objects.get(kind="route", report=confirmed)
    assert (office.value, office.outcome) == (str(case.lead_id), "accepted")


def test_same_thing_is_proposed_and_the_join_confirms_it(world: World) -> None:
    case = world.accepted()
    world.settle()
    again = world.report("人行道上的井盖不见了，晚上看不清")
    world.settle()
    proposed = Suggestion.objects.get(report=again, kind="duplicate")
    assert (proposed.value, proposed.outcome) == (case.number, "")
    assert "相距 0 米" in proposed.why_zh

    intake.take(again.pk, "join", actor=world.actor("li.wen"), now=world.now, case=case.number)
    world.settle()
    proposed.refresh_from_db()
    assert (proposed.outcome, proposed.chosen) == ("accepted", case.number)


def test_report_that_is_accepted_as_it_comes_is_measured_too(world: World) -> None:
    draft = intake.ReportDraft("phone", "路灯坏了，晚上没有灯", lon=118.6025, lat=32.0575, matter="C0137")
    report = intake.receive(draft, actor=world.actor("li.wen"), now=world.now)
    world.settle()
    assert {one.kind: one.outcome for one in Suggestion.objects.filter(report=report)} == {
        "matter": "accepted",
        "route": "accepted",
    }


def test_reaction_done_twice_proposes_once(world: World) -> None:
    report = world.report("路灯坏了")
    world.settle()
    kept = Suggestion.objects.count()
    assert proposing.propose(report.pk, by="clock", now=world.now) == 0
    assert Suggestion.objects.count() == kept


def test_with_all_assistants_off_everything_still_goes_its_way(world: World) -> None:
    off(world)
    first, second = world.report(), world.report("井盖又没了")
    world.settle()
    case = world.accepted(first)
    intake.take(second.pk, "join", actor=world.actor("li.wen"), now=world.now, case=case.number)
    world.settle()
    assert not Suggestion.objects.exists()
    assert reports.matters_for("路灯坏了", on=world.now.date()) == ()
    (choice,) = reports.here_open(world.actor("li.wen"), first.place)
    assert choice.number == case.number
    assert switches.is_on("suggest.matter") is False


def test_learning_takes_in_how_past_matters_ended(world: World) -> None:
    for _ in range(4):
        world.later(minutes=1)
        case = world.case_at("closed")
        Case.objects.filter(pk=case.pk).update(text="珠泉路喷泉不喷水了", matter="C0506")
    before = reports.matters_for("喷泉不喷水", on=world.now.date())
    made = intake.learn(actor=operator(COUNTY), now=world.now)
    after = reports.matters_for("喷泉不喷水", on=world.now.date())

    assert "C0506" not in [one.value for one in before[:1]]
    assert (after[0].value, after[0].version, made.examples) == ("C0506", made.version, 4)
    assert SuggestionModel.objects.count() == 1


def test_learning_is_refused_to_others(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        intake.learn(actor=world.actor("li.wen"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_figures_say_how_often_people_followed(world: World) -> None:
    for matter in ("C0137", "C0137", "C0128"):
        report = world.report("路灯坏了，晚上没有灯")
        world.settle()
        world.accepted(report, matter)
        world.settle()
    supervisor = world.actor("zheng.jun")
    with statements() as counted:
        shown = reports.figures(supervisor, now=world.now)
    (hits,) = [one for one in shown.hits if one.kind == "matter"]

    assert (hits.proposed, hits.accepted, hits.overridden) == (3, 2, 1)
    assert hits.rate == pytest.approx(2 / 3)
    assert [(one.proposed, one.chosen, one.times) for one in shown.corrections] == [("C0137", "C0128", 1)]
    assert len(counted) == 4
    (band,) = shown.bands
    assert (band.right.n, band.right.hidden) == (3, True), "three decisions say nothing of a share"
    with pytest.raises(Refusal):
        reports.figures(world.actor("chen.guoping"), now=world.now)


def test_no_proposal_is_kept_that_anyone_acts_on_by_itself(world: World) -> None:
    """Nothing reads a proposal but pages and figures: a report that nobody touches stays as it came."""
    report = world.report("路灯坏了，晚上没有灯")
    world.settle()
    world.later(days=3)
    world.settle()
    assert Report.objects.values_list("state", "matter").get(pk=report.pk) == ("received", "")
