"""Rules of routing: added from a day, ended on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.models import Route
from gewu.catalogue.rules import RouteFacts
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor


@dataclass(frozen=True)
class RouteSpec:
    """A rule as data: ``department`` or ``unit`` (a code) leads; ``assists`` are codes of either.

    ``until`` is the first day on which it no longer holds.
    """

    matter_prefix: str
    place_prefix: str
    since: date
    reason_zh: str
    department: str = ""
    unit: str = ""
    assists: tuple[str, ...] = ()
    reason_en: str = ""
    until: date | None = None
    source: str = ""


def add_route(spec: RouteSpec, *, actor: Actor, now: datetime) -> Route:
    """Add a rule. Refuses one without a reason, to nobody or to two, or with unknown codes."""
    permissions.require_manage(actor, checked(spec.place_prefix))
    with store.writing():
        row = _row(spec)
        row.save()
        told = events.RouteAdded(
            id=row.pk,
            place=row.place_prefix,
            matter_prefix=row.matter_prefix,
            since=row.since.isoformat(),
            department=row.department,
            unit=row.unit_id,
        )
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
    return row


def announce_route(spec: RouteSpec, *, actor: Actor, now: datetime) -> Route:
    """Add a rule that takes force on a later day; one for today is refused, as `add_route` refuses.

    What is to hold at once needs a second person, and the duty list has one.
    """
    if spec.since <= queries.day_of(now):
        raise Refusal(
            say("改动最早自明天起施行"),
            field="since",
            advice=say("当天就要生效的，请修订责任清单，由另一人批准后公布"),
        )
    return add_route(spec, actor=actor, now=now)


def draft_of(spec: RouteSpec) -> RouteFacts:
    """The rule as `queries.preview` takes it, checked like `add_route` checks it, written nowhere."""
    return queries.route_facts(_row(spec))


def _row(spec: RouteSpec) -> Route:
    _check(spec)
    unit = organisation.unit(spec.unit) if spec.unit else None
    return Route(
        id=new_id(),
        matter_prefix=spec.matter_prefix,
        place_prefix=checked(spec.place_prefix),
        department=spec.department,
        unit_id=unit.id if unit else None,
        assists=list(spec.assists),
        reason_zh=spec.reason_zh.strip(),
        reason_en=spec.reason_en.strip(),
        since=spec.since,
        until=spec.until,
        source=spec.source,
    )


def _check(spec: RouteSpec) -> None:
    if bool(spec.department) == bool(spec.unit):
        raise Refusal(say("主办方只能是一个部门或一个单位"), field="department")
    if not spec.reason_zh.strip():
        raise Refusal(say("派遣规则要写明理由或依据"), field="reason")
    if spec.until is not None and spec.until <= spec.since:
        raise Refusal(say("停用日期要晚于启用日期"), field="until")
    if not any(one.code.startswith(spec.matter_prefix) for one in queries.all_matters(spec.since)):
        raise Refusal(
            say("目录中没有以 {prefix} 开头的事项", prefix=spec.matter_prefix), Kind.MISSING, field="matter"
        )
    if spec.department and spec.department not in queries.departments():
        raise _unknown(spec.department, "department")
    for code in (*spec.assists, *([spec.unit] if spec.unit else [])):
        unit = organisation.unit(code)
        if code not in queries.departments() and (unit is None or unit.closed):
            raise _unknown(code, "unit")


def _unknown(code: str, field: str) -> Refusal:
    return Refusal(say("没有部门或单位“{code}”", code=code), Kind.MISSING, field=field)


def end_route(route_id: UUID, on: date, *, actor: Actor, now: datetime) -> None:
    """Have a rule stop on a day, which is the first without it. One that has ended is refused."""
    with store.writing():
        row = Route.objects.select_for_update().filter(pk=route_id, until__isnull=True).first()
        if row is None:
            raise Refusal(say("没有这条派遣规则，或它已停用"), Kind.MISSING)
        permissions.require_manage(actor, row.place_prefix)
        if on <= row.since:
            raise Refusal(say("停用日期要晚于启用日期"), field="until")
        row.until = on
        row.save(update_fields=["until"])
        told = events.RouteEnded(id=row.pk, place=row.place_prefix, until=on.isoformat())
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
