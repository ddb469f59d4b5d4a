"""What changes on a screen is announced to it, for every role; what is announced is a record that it may see.

A live screen fetches itself again whenever it hears of something, so the old screen and the events make the
new screen exactly if no screen ever changes in silence. That is what these tests try, by random ways of cases
through the doors: after each deed, whoever hears nothing must find each page as it was.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import QuerySet
from django.test import Client

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Call, EvidenceGiven, Party
from gewu.cases.lifecycle import ASSIGNMENT
from gewu.cases.models import Assignment, Case, Whistle
from gewu.infra import rates, stream, versions
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security.actors import Actor, operator
from gewu.web.live.changes import accounts_in, changes
from tests.shells.visits import signed_in
from tests.world import BOUNDS, COUNTY, GRID, PASSWORD, PEOPLE, RIVERSIDE, SOUTH_GATE, STREET, World

UNITS = (
    *(f"{COUNTY}-{name}" for name in ("water_supply", "municipal_works", "sanitation")),
    f"{STREET}-street_office",
    f"{SOUTH_GATE}-community_committee",
)
MATTERS = ("C0101", "C0137", "C0146", "E0192")
WORDS = {
    "reason": "按现场情况",
    "result": "已办",
    "answer": "已办好。",
    "finding": "情况属实",
    "address": "路口",
}
#: Those whom the world knows, and those who sit where nobody of the world sits.
OTHERS = (
    ("judge", "judge", GRID),
    ("arbiter", "arbiter", f"{COUNTY}-political_legal"),
    ("community", "handler", f"{SOUTH_GATE}-community_committee"),
    ("street", "acceptor", f"{STREET}-street_office"),
)
NAMES = (*(one[0] for one in PEOPLE), *(one[0] for one in OTHERS))
DEEDS, LOOKERS = 14, 3


def peopled(world: World) -> None:
    """An official, an arbiter, a community and a street's desk, beside the people of the world."""
    actor = operator(COUNTY)
    for name, post, seat in OTHERS:
        account = security.open_account(name, name, PASSWORD, actor=actor, now=world.now)
        organisation.appoint(post, seat, account, actor=actor, now=world.now)
        world.accounts[name] = account


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Every page drawn in here reads this moment from the clock, so that only deeds make a difference."""
    with patch("django.utils.timezone.now", return_value=moment), patch.object(versions, "LOOK_AGAIN", -1):
        rates.forget()
        yield


def drawn(client: Client, addresses: list[str]) -> dict[str, str]:
    """Pages as they are seen, without what each drawing makes anew."""
    return {one: _seen(client.get(one).content.decode()) for one in addresses}


def _seen(page: str) -> str:
    main, rail = page.partition("<main")[2], re.search(r'id="rail".*?</nav>', page, re.S)
    return re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]*"|data-key="[^"]*"',
        "",
        main + (rail.group() if rail else ""),
    )


@dataclass
class Way:
    """One random way of several matters through the doors, as its seed draws it."""

    world: World
    draw: random.Random

    def deed(self) -> bool:
        """Have someone do something that is open to them; whether it was not refused after all."""
        kinds = (self._step, self._step, self._step, self._screen, self._report, self._party, self._call)
        act = self.draw.choice(kinds)()
        try:
            return act is not None and act() is not None
        except Refusal:
            return False

    def _report(self) -> Callable[[], object]:
        lon, lat = self.draw.uniform(*BOUNDS[::2]), self.draw.uniform(*BOUNDS[1::2])
        return lambda: self.world.report("第几处坏了", lon=lon, lat=lat)

    def _screen(self) -> Callable[[], object] | None:
        """A step of a report by whoever screens or verifies."""
        report = self._one(Report.objects.all())
        if report is None:
            return None
        step = self.draw.choice([one.event for one in REPORT.steps_from(report.state)] or ["none"])
        case = self._one(Case.objects.all())
        given = {
            "accept": {
                "matter": self.draw.choice(MATTERS),
                "place": self.draw.choice(["", RIVERSIDE + "001"]),
            },
            "join": {"case": case.number if case else ""},
        }.get(step, WORDS)
        actor = self.world.actor(self.draw.choice(["li.wen", "zhou.min", "zhao.qiang", "street"]))
        return lambda: intake.take(report.pk, step, actor=actor, now=self.world.now, **given)

    def _step(self) -> Callable[[], object] | None:
        """A step of a case by someone to whom it is open."""
        case = self._one(Case.objects.all())
        if case is None:
            return None
        for name in self.draw.sample(NAMES, len(NAMES)):
            actor = self.world.actor(name)
            try:
                found = queries.page(actor, case.number, now=self.world.now).steps
            except Refusal:
                continue
            if found:
                step = self.draw.choice(found).event
                return lambda: cases.take(
                    case.number, step, actor=actor, now=self.world.now, **self._given(actor)
                )
        return None

    def _given(self, actor: Actor) -> dict[str, object]:
        return {
            **WORDS,
            "unit": self.draw.choice(UNITS),
            "proposed": self.draw.choice([*UNITS, "unknown"]),
            "about": self.draw.choice(UNITS),
            "until": self.world.now + timedelta(days=3),
            "tag": self.draw.choice(["urgent", "hard"]),
            "evidence": (
                self.world.photo("photo_before"),
                self.world.photo("photo_after"),
                EvidenceGiven("location", text="路口"),
            ),
        }

    def _call(self) -> Callable[[], object] | None:
        """A unit or an official called to a case, or a whistle for both."""
        case = self._one(Case.objects.all())
        if case is None:
            return None
        judge = next(one for one in units.posts_at(GRID, now=self.world.now) if one.kind == "judge")
        unit, post = Party(unit=self.draw.choice(UNITS)), Party(post=str(judge.post))
        zhou = self.world.actor("zhou.min")
        if self.draw.random() < 0.4:
            call = Call("grid", (unit, post), "请到现场看看")
            return lambda: cases.blow(case.number, call, actor=zhou, now=self.world.now)
        party = self.draw.choice((unit, post))
        return lambda: cases.call_assist(
            case.number, party.unit, post=party.post, actor=zhou, now=self.world.now, task="请协办"
        )

    def _party(self) -> Callable[[], object] | None:
        """What a called party does, or a whistle's end."""
        task, whistle = self._one(Assignment.objects.all()), self._one(Whistle.objects.all())
        actor = self.world.actor(self.draw.choice(NAMES))
        if whistle and self.draw.random() < 0.2:
            return lambda: cases.take_whistle(
                whistle.pk, "withdraw", actor=self.world.actor("zhou.min"), now=self.world.now, **WORDS
            )
        if task is None:
            return None
        step = self.draw.choice([one.event for one in ASSIGNMENT.steps_from(task.state)] or ["none"])
        return lambda: cases.take_assist(task.pk, step, actor=actor, now=self.world.now, **WORDS)

    def _one(self, rows: QuerySet[Any]) -> Any:
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.draw.choice(keys)) if keys else None


def seen_by(actor: Actor) -> set[str]:
    """The records that someone may see, as live screens name them."""
    return {f"case:{one}" for one in queries.visible_to(actor).values_list("number", flat=True)} | {
        f"report:{one}" for one in reports.visible_to(actor).values_list("pk", flat=True)
    }


def addresses_of(name: str, world: World) -> list[str]:
    """What someone may have open: queues, the pages of the newest records, the board."""
    found = ["/desk?tab=all"]
    found += [f"/desk/cases/{one.number}" for one in Case.objects.order_by("-filed_at", "-id")[:1]]
    found += [f"/desk/reports/{one.pk}" for one in Report.objects.order_by("-received_at", "-id")[:1]]
    return [*found, f"/board/{STREET}"] if name == "ma.jianguo" else found


@pytest.mark.parametrize("seed", range(2))
def test_no_page_changes_in_silence_and_nobody_hears_of_what_is_not_theirs(today: World, seed: int) -> None:
    peopled(today)
    way = Way(today, random.Random(seed))
    done, silent, heard_of = 0, 0, 0
    with at(today.now):
        for _ in range(3):
            today.accepted(matter="C0101")
        clients = {name: signed_in(name) for name in NAMES}
        while done < DEEDS:
            lookers = way.draw.sample(NAMES, LOOKERS)
            actors = {name: today.actor(name) for name in NAMES}
            before = {name: seen_by(actors[name]) for name in NAMES}
            open_pages = {name: drawn(clients[name], addresses_of(name, today)) for name in lookers}
            position = stream.last_position()
            if not way.deed():
                continue
            done += 1
            told = stream.after(position)
            for name in NAMES:
                actor = today.actor(name)
                found = changes(told)
                heard = [one for one in found if one.heard_by(actors[name])]
                allowed = before[name] | seen_by(actor)
                leaked = [one.record for one in heard if one.record not in allowed]
                assert not leaked, (name, leaked, [one.type for one in told])
                heard_of += len(heard)
                silence = not any(one.told_to(actors[name]) for one in found)
                if name in lookers and silence and actor.account_id not in accounts_in(told):
                    assert drawn(clients[name], list(open_pages[name])) == open_pages[name], (
                        name, [one.type for one in told],
                    )  # fmt: skip
                    silent += 1
    assert silent >= DEEDS // 2 and heard_of > DEEDS


def announced(world: World, deed: Callable[[], object], *names: str) -> dict[str, list[str]]:
    """What each of these people is told of a deed: the types of the events, as their screens hear them."""
    actors = {name: world.actor(name) for name in names}
    position = stream.last_position()
    deed()
    found = changes(stream.after(position))
    return {
        name: [_type(said) for one in found if (said := one.told_to(actor))] for name, actor in actors.items()
    }


def _type(said: bytes) -> str:
    told = json.loads(said.decode().partition("data: ")[2])
    assert ("number" in told) == (told["subject"] == "case")
    return str(told["type"])


def test_called_official_hears_of_the_case_until_it_is_given_back(today: World) -> None:
    peopled(today)
    case = today.case_at("handling")
    judge = next(one for one in units.posts_at(GRID, now=today.now) if one.kind == "judge")
    chen = today.actor("chen.guoping")
    task = cases.call_assist(case.number, post=str(judge.post), actor=chen, now=today.now, task="请释法")

    def give_back() -> None:
        cases.take_assist(task.pk, "return", actor=today.actor("judge"), now=today.now, reason="应回避")

    assert announced(today, give_back, "judge") == {"judge": ["AssistReturned"]}
    later = announced(today, lambda: today.step(case, "tag", "zhou.min", tag="hard"), "judge", "chen.guoping")
    assert later == {"judge": [], "chen.guoping": ["CaseTagged"]}


def test_those_whom_a_matter_is_about_are_told_to_look_again_and_nothing_else(today: World) -> None:
    case = today.accepted()

    def name_it() -> None:
        today.step(case, "name_concern", "zhou.min", about=f"{STREET}-grid_centre")

    assert announced(today, name_it, "he.jie", "zhao.qiang", "wu.kai") == {
        "he.jie": ["Missed"],
        "zhao.qiang": ["ConcernNamed"],
        "wu.kai": [],
    }
    assert announced(today, lambda: today.step(case, "sign_for", "chen.guoping"), "he.jie") == {"he.jie": []}


def test_office_that_passes_a_case_on_hears_that_it_is_gone(today: World) -> None:
    peopled(today)
    case = today.step(today.accepted(matter="C0146"), "sign_for", "community")

    def pass_up() -> None:
        today.step(case, "pass_up", "community", reason="要更换器材")

    assert announced(today, pass_up, "community", "liu.yang", "wang.fang") == {
        "community": ["CasePassedUp"],
        "liu.yang": ["CasePassedUp"],
        "wang.fang": [],
    }


def test_report_that_lies_elsewhere_after_all_leaves_the_place_where_it_stood(today: World) -> None:
    report = today.report()

    def accept() -> None:
        intake.take(
            report.pk, "accept", actor=today.actor("li.wen"), now=today.now, matter="C0101",
            place=RIVERSIDE + "001",
        )  # fmt: skip

    heard = announced(today, accept, "zhao.qiang", "sun.li")
    assert "ReportAccepted" in heard["zhao.qiang"]
    assert "ReportAccepted" in heard["sun.li"]
    assert "CaseFiled" not in heard["zhao.qiang"]
