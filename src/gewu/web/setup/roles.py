"""Setup of roles: what each may do, as the permissions themselves say, who holds it where, what excludes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.command import queries as command
from gewu.intake import queries as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries
from gewu.security.actors import Relation
from gewu.web import modules
from gewu.web.accounts import signed_in
from gewu.web.presenting.names import called, places_named, whereabouts
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import sections
from gewu.web.setup.home import opened, shown

SECTION = "setup_roles"
#: By what a role is tied to a record, in words.
RELATIONS: Mapping[Relation, Text] = {
    Relation.TERRITORY: say("按辖区"),
    Relation.UNIT: say("按单位"),
    Relation.PERSON: say("按本人"),
}


@dataclass(frozen=True)
class RoleView:
    """A role with what it may do: steps by table, and the pages it opens."""

    sheet: queries.RoleSheet
    relation: Text
    steps: tuple[tuple[Text, tuple[Text, ...]], ...]
    pages: tuple[Text, ...]


def _view(sheet: queries.RoleSheet) -> RoleView:
    asked = (intake.abilities, cases.abilities, catalogue.abilities, command.abilities)
    steps = tuple(found for ask in asked for found in ask(sheet.sample))
    desk = [one for one in modules.shown_to(sheet.sample) if one.rights and one.key != "setup"]
    pages = {one.page: one.label for one in desk}
    pages |= {one.page: one.label for one in sections.shown_to(sheet.sample)}
    return RoleView(sheet, RELATIONS[sheet.relation], steps, tuple(pages.values()))


@require_GET
@signed_in
def roles(request: HttpRequest) -> HttpResponse:
    """Every role, and the accounts whose roles exclude each other."""
    opened(request, SECTION)
    actor, now = actor_of(request), timezone.localtime()
    return shown(
        request,
        "setup/roles.html",
        SECTION,
        roles=[_view(one) for one in queries.role_sheets(actor, now=now)],
        clashes=queries.clashes(actor, now=now),
    )


@require_GET
@signed_in
def role(request: HttpRequest, code: str) -> HttpResponse:
    """One role: what it may do and who holds it where."""
    opened(request, SECTION)
    actor, now, after = actor_of(request), timezone.localtime(), request.GET.get("after", "")
    found = next((one for one in queries.role_sheets(actor, now=now) if one.code == code), None)
    if found is None:
        raise Refusal(say("没有这个角色"), Kind.MISSING)
    page = queries.holders_of(actor, code, after=after, now=now)
    units = {one.path: called(one.name) for one in organisation.units()}
    places = places_named({one.place for one in page.rows if one.place})
    return shown(
        request,
        "setup/role.html",
        SECTION,
        role=_view(found),
        lines=[
            (
                one,
                units.get(one.unit_path, one.unit_path),
                whereabouts(places, one.place) if one.place else "",
            )
            for one in page.rows
        ],
        page=page,
        first=not after,
    )
