"""Every class of the catalogue on the ordinary way, its evidence a picture or a written record as it asks."""

from __future__ import annotations

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven
from gewu.cases.queries import PICTURES
from gewu.catalogue import queries as catalogue
from gewu.security.actors import Actor, Relation, Standing
from tests.world import World


def test_every_class_of_the_catalogue_goes_from_report_to_closing(world: World) -> None:
    on = catalogue.day_of(world.now)
    done = [_settled(world, matter.code) for matter in catalogue.all_matters(on)]
    assert (len(done), set(done)) == (169, {"closed"})


def _settled(world: World, matter: str) -> str:
    """One class on the ordinary way, its evidence a picture or a written record as it asks."""
    case = world.accepted(matter=matter)
    standing = Standing("handler", frozenset({"cases.handle"}), Relation.UNIT, "", case.lead_path)
    handler = Actor("account:of-the-office", "承办人", (standing,))
    needed = catalogue.matter(matter, on=catalogue.day_of(world.now)).evidence
    evidence = tuple(
        world.photo(token) if token in PICTURES else EvidenceGiven(token, text="已按规定办理")
        for token in needed
        if token != "location"
    )
    cases.take(case.number, "sign_for", actor=handler, now=world.now)
    for asked in case.assignments.all():
        standing = Standing("handler", frozenset({"cases.handle"}), Relation.UNIT, "", asked.unit_path)
        helper = Actor("account:of-the-assistant", "协办人", (standing,))
        cases.take_assist(asked.pk, "sign_for", actor=helper, now=world.now)
        cases.take_assist(asked.pk, "finish", actor=helper, now=world.now, result="已配合")
    cases.take(case.number, "report_done", actor=handler, now=world.now, result="办好了", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    return world.step(case, "close", "zhao.qiang", answer="已办好").state
