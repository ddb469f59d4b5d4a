"""Units with their members, for everyone who works here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.infra.wording import translated
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.organisation.queries import StaffLine
from gewu.territory import queries as territory
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import Choice
from gewu.web.presenting.people import contacts, person
from gewu.web.presenting.shell import actor_of


@dataclass(frozen=True)
class Record:
    """A member's staff record, for those whom it concerns; ``keeps`` when the reader keeps it."""

    account: str
    name: str
    line: StaffLine


@require_GET
@signed_in
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: what stands above and below it, its members with their terms, its contacts."""
    return _page(request, code)


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    sheet = organisation.unit_sheet(actor, code, now=now)
    staff = organisation.staff_of(actor, code, now=now)
    return show(
        request,
        "desk/unit.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        sheet=sheet,
        unit=sheet.unit,
        place=territory.place(sheet.unit.place),
        members=tuple(person(one, now) for one in sheet.members),
        contacts=contacts(sheet.counterparts, now),
        parts=tuple((one.unit, person(one.head, now) if one.head else None) for one in sheet.parts),
        records=_records(staff),
        keeps=organisation.keeps_staff(actor, sheet.unit.path),
        rosters=actor.holds("rosters.read") or organisation.keeps_roster(actor, sheet.unit),
        kinds=tuple(Choice(kind, translated(label)) for kind, label in organisation.STAFF_LABELS.items()),
        typed=request.POST,
    )


def _records(staff: Iterable[StaffLine]) -> tuple[Record, ...]:
    """One record for each person, whatever number of posts they hold."""
    found = {one.account: one for one in staff if one.record is not None}
    return tuple(Record(account.hex if account else "", one.name, one) for account, one in found.items())


@require_POST
@signed_in
def note(request: HttpRequest, code: str) -> HttpResponse:
    """Note a shift, leave or training of a member."""
    given = request.POST
    try:
        organising.note_staff(
            _id(given.get("account", "")),
            given.get("kind", ""),
            subject=given.get("subject", ""),
            since=forms.day(given.get("since", ""), "since"),
            until=forms.day(given["until"], "until") if given.get("until") else None,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, code, refusal)
    return See(reverse("desk_unit", kwargs={"code": code}) + "#records")


@require_POST
@signed_in
def strike(request: HttpRequest, code: str, entry: UUID) -> HttpResponse:
    """Remove an entry that was noted in error."""
    organising.strike_staff(entry, actor=actor_of(request), now=timezone.now())
    return See(reverse("desk_unit", kwargs={"code": code}) + "#records")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(say("请选择人员"), field="account") from None
