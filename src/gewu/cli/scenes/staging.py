"""What scenes share: the usual people on their posts, posts and units from files, matters of all sorts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from gewu.cli.cast import HANDLERS, OFFICERS, Cast, Person
from gewu.cli.scene import Scene, longest_h
from gewu.cli.scenes import rounds as rounds_of
from gewu.config.sweeps import sweeps
from gewu.infra import store, worker
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor, operator
from gewu.territory import queries as territory

#: How often in each part of the time the clerks of the demo look up: deliveries and clocks are seen to.
WATCHES = 6
SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "scenes"
PASSWORD = "gewu-demo-2026"  # noqa: S105 -- shown on the sign-in page of the demo, which is what it is for

#: An account as the sign-in page of the demo lists it.
Shown = dict[str, str]


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a file of a scene."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def actor_of(name: str, now: datetime) -> Actor:
    """Someone of the demo by their sign-in name."""
    found = accounts.actor_named(name, now=now)
    if found is None:
        raise LookupError(name)
    return found


def take_up_posts(cast: Cast, *, now: datetime) -> list[Shown]:
    """Open the accounts of a cast and put them on their posts; answers with those to be listed."""
    people = [*cast.people, *_handlers(cast)]
    shown = [_take_up(one, cast, now) for one in people]
    for name, street in cast.street_offices:
        account = security.open_account(name, "街道承办人", PASSWORD, actor=operator(cast.home), now=now)
        seat = f"{street}-street_office"
        organisation.appoint("handler", seat, account, actor=operator(cast.home), now=now)
    return [*shown, *(_with_role(one, role, cast, now) for one, role in OFFICERS)]


def _handlers(cast: Cast) -> Iterator[Person]:
    for department, name in HANDLERS:
        unit = units.unit_for(department, cast.county)
        if unit:
            does = f"{unit.name_zh}：签收、办结上报", f"{unit.name_en}: sign for, report done"
            yield Person(department, name, "handler", unit.code, *does)


def _take_up(one: Person, cast: Cast, now: datetime) -> Shown:
    account = security.open_account(one.name, one.display_name, PASSWORD, actor=operator(cast.home), now=now)
    seat = one.seat or first_grid(cast.street)
    organisation.appoint(one.post, seat, account, actor=operator(cast.home), now=now)
    kind = units.post_kind(one.post)
    return _shown(one, f"{kind.name_zh} {one.display_name}", f"{kind.name_en} {one.display_name}")


def first_grid(street: str) -> str:
    """The first grid of a sub-district."""
    return territory.grids_in(street)[0]


def _with_role(one: Person, role: tuple[str, str], cast: Cast, now: datetime) -> Shown:
    """Someone who holds a role in the whole place and no post; ``post`` names the role."""
    account = security.open_account(one.name, one.display_name, PASSWORD, actor=operator(cast.home), now=now)
    security.give_role(account, one.post, actor=operator(cast.home), now=now, place=cast.home)
    return _shown(one, f"{role[0]} {one.display_name}", f"{role[1]} {one.display_name}")


def _shown(one: Person, post_zh: str, post_en: str) -> Shown:
    return {
        "name": one.name,
        "password": PASSWORD,
        "post_zh": post_zh,
        "post_en": post_en,
        "does_zh": one.does_zh,
        "does_en": one.does_en,
    }


def man(rows: Iterable[dict[str, str]], home: str, *, now: datetime) -> int:
    """Put people and units on posts by rows of kind, seat, name, contact, hours, holder_unit, days."""
    count = 0
    with store.writing():
        for row in rows:
            given: organisation.Particulars = {
                "name": row["name"],
                "contact": row["contact"],
                "hours": row["hours"],
                "holder_unit": row["holder_unit"],
                "reason": "示例数据",
            }
            if row["days"]:
                given["until"] = now + timedelta(int(row["days"]))
            organisation.appoint(row["kind"], row["seat"], actor=operator(home), now=now, **given)
            count += 1
    return count


def play(
    cast: Cast, now: datetime, rounds: int, *, beside: Iterable[Iterator[datetime]] = ()
) -> Iterator[None]:
    """Matters at every stage of their way, as the days went by; yields as often as there are rounds."""
    scene = Scene(cast, now, rounds)
    scene.also(rounds_of.happenings(scene, cast, now))
    for one in beside:
        scene.also(one)
    begun = now - timedelta(hours=longest_h(rounds - 1))
    part = (now - begun) / rounds / WATCHES
    for n in range(1, rounds * WATCHES + 1):
        scene.play(begun + part * n)
        settle(begun + part * n)
        if n % WATCHES == 0:
            yield


def settle(now: datetime) -> None:
    """Carry out what follows from all that was told, and everything that has come due by itself."""
    while worker.work(now, limit=200) or sum(one.run(now) for one in sweeps()):
        pass
