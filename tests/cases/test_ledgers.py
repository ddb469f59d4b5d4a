"""The clocks laid again from the history alone are those that were stored, on random ways of a case."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from gewu.cases.jobs import climb_ladder
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Deadline
from gewu.cases.rules.ledgers import Account, Entry, Terms, recomputed
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.infra import stream
from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.world import COUNTY, PASSWORD, SOUTH_GATE, STREET, World

COMMITTEE, CENTRE = f"{SOUTH_GATE}-community_committee", f"{COUNTY}-grid_centre"
LEVELS = (COMMITTEE, f"{STREET}-street_office", CENTRE)
UNITS = (f"{COUNTY}-water_supply", f"{COUNTY}-municipal_works", *LEVELS)
HANDLERS = ("chen.guoping", "wu.kai", "liu.yang", "community", "district")
PASSING = ("pass_up", "pass_down")
PEOPLE = (*HANDLERS, "zhou.min", "zheng.jun", "zhao.qiang", "he.jie")
SKIPPED = ("confirm", "name_concern", "void", "tag", "untag")


def terms_of(case: Case) -> Terms:
    on = catalogue.day_of(case.filed_at)
    matter = catalogue.matter(case.matter, on)
    stages = {name: terms.stage_limit(name, on) for name in ("dispatch", "sign_for", "check")}
    return Terms(case.received_at, matter.accept, matter.handle, stages, catalogue.calendar())


def history_of(case: Case) -> list[Entry]:
    return [
        Entry(
            one.type,
            one.at,
            str(one.data.get("unit", "")),
            Decimal(str(one.data.get("amount", 0))),
            ruled=one.type == "CaseDispatched" and one.actor.startswith("rule:"),
        )
        for one in stream.timeline("case", case.pk)
    ]


def wander(world: World, case: Case, chance: random.Random, steps: int) -> None:
    """Take steps that the table allows, by whoever may, at odd times."""
    for _ in range(steps):
        world.later(minutes=chance.choice((3, 17, 50, 170, 1300, 4000)))
        while climb_ladder(world.now):
            pass
        case.refresh_from_db()
        rows = [one for one in CASE.steps_from(case.state) if one.event not in SKIPPED]
        chance.shuffle(rows)
        given = {
            "reason": "随机走一步",
            "unit": chance.choice(UNITS),
            "proposed": "unknown",
            "result": "已办",
            "answer": "已答复",
            "finding": "已看",
            "until": world.now + timedelta(days=chance.randint(1, 60)),
        }
        rows.sort(key=lambda row: row.event not in PASSING)  # rarely possible, so tried first
        any(
            _taken(world, case, row.event, by, {**given, "unit": unit})
            for row in rows
            for by in PEOPLE
            for unit in (LEVELS if row.event in PASSING else (given["unit"],))
        )


def pass_on(world: World, case: Case) -> None:
    """Have its office sign for the case and pass it to another level, which a random way seldom does."""
    world.later(minutes=40)
    assert any(_taken(world, case, "sign_for", by, {}) for by in HANDLERS)
    world.later(minutes=90)
    ways = [(event, by, unit) for event in PASSING for by in HANDLERS for unit in LEVELS]
    assert any(
        _taken(world, case, event, by, {"reason": "上级办理", "unit": unit}) for event, by, unit in ways
    )


def _taken(world: World, case: Case, event: str, by: str, given: dict[str, object]) -> bool:
    try:
        world.step(case, event, by, **given)
    except Refusal:
        return False
    return True


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("matter", ["C0101", "C0137", "C0146"])
def test_ledger_laid_again_from_history_equals_what_was_stored(world: World, matter: str, seed: int) -> None:
    for name, seat in (("community", COMMITTEE), ("district", CENTRE)):
        appointed(world, name, seat)
    chance = random.Random(seed)
    case = world.accepted(matter=matter)
    if matter == "C0146":
        pass_on(world, case)
    wander(world, case, chance, steps=14)
    case.refresh_from_db()

    assert laid_again(case) == stored(case)
    types = {one.type for one in history_of(case)}
    assert len(types) > 3

    standing = {
        (one.started_at, one.unit): one
        for one in recomputed(history_of(case), terms_of(case))
        if one.clock == "handle" and one.runs and not one.held
    }
    for row in Deadline.objects.filter(case=case, clock="handle", met_at=None, dropped_at=None, held=False):
        assert row.next_rung_at == _rungs(standing[row.started_at, row.unit_id.hex], row)


def appointed(world: World, name: str, unit: str) -> None:
    """A handler of a unit of another level."""
    actor = operator(COUNTY)
    world.accounts[name] = security.open_account(name, name, PASSWORD, actor=actor, now=world.now)
    organisation.appoint("handler", unit, world.accounts[name], actor=actor, now=world.now)


def _rungs(account: Account, stored: Deadline) -> datetime | None:
    """When the next rung comes by the history; the first that has not been told."""
    ladder = terms.ladder(on=catalogue.day_of(account.started_at))[stored.rungs :]
    return account.rung(catalogue.calendar(), ladder[0].percent) if ladder else None


def laid_again(case: Case) -> list[tuple[object, ...]]:
    """The clocks of a case as its history makes them."""
    return sorted((_laid(one) for one in recomputed(history_of(case), terms_of(case))), key=str)


def stored(case: Case) -> list[tuple[object, ...]]:
    """The clocks of a case as they were stored."""
    return sorted((_stored(one) for one in Deadline.objects.filter(case=case)), key=str)


def _laid(one: Account) -> tuple[object, ...]:
    due = None if one.held else one.due(catalogue.calendar())
    return (one.clock, one.unit, one.started_at, one.amount, due, one.held, one.met_at, one.dropped_at)


def _stored(one: Deadline) -> tuple[object, ...]:
    unit = one.unit_id.hex if one.unit_id else ""
    due = None if one.held else one.due_at
    return (one.clock, unit, one.started_at, Decimal(one.amount), due, one.held, one.met_at, one.dropped_at)
