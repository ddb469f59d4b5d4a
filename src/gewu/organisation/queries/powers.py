"""Which matters a unit may take up, on what basis, and which powers are to be looked at again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from gewu.infra.versions import Held
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import permissions, rules
from gewu.organisation.models import Evaluation, Mandate, MatterTransfer
from gewu.organisation.queries.kinds import HELD
from gewu.organisation.queries.units import UnitFacts, known_unit
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import within


@dataclass(frozen=True)
class Power:
    """A power as it stands."""

    id: UUID
    unit: UUID
    giver: UUID | None
    place: str
    title: str
    matters: tuple[str, ...]
    basis: str
    since: date
    until: date | None
    evaluate_every_days: int | None
    evaluation_due: date | None

    def holds_on(self, today: date) -> bool:
        return rules.in_force(self.since, self.until, today)

    def is_due(self, today: date) -> bool:
        """Whether it ought to have been evaluated and was not."""
        return self.holds_on(today) and self.evaluation_due is not None and self.evaluation_due <= today


def _load() -> Mapping[UUID, tuple[Power, ...]]:
    found: dict[UUID, tuple[Power, ...]] = {}
    for row in Mandate.objects.order_by("since", "id"):
        found[row.unit_id] = (*found.get(row.unit_id, ()), _power(row))
    return found


def _power(row: Mandate) -> Power:
    return Power(
        row.pk, row.unit_id, row.giver_id, row.place, row.title, tuple(row.matters), row.basis, row.since,
        row.until, row.evaluate_every_days, row.evaluation_due,
    )  # fmt: skip


_powers: Held[Mapping[UUID, tuple[Power, ...]]] = Held(HELD, _load)


def powers_of(unit: UUID) -> tuple[Power, ...]:
    """Every power of a unit, past and future ones too, the oldest first. Held in memory."""
    return _powers.get().get(unit, ())


def power_over(unit: UUID, matter: str, place: str, *, today: date) -> Power | None:
    """The power by which a unit may take up a matter at a place on a day; the narrowest class decides."""
    found = [
        (len(rules.covering(matter, one.matters) or ""), one)
        for one in powers_of(unit)
        if one.holds_on(today) and is_within(place, one.place) and rules.covering(matter, one.matters)
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def require_power(unit: UnitFacts, matter: str, matter_name: Name, place: str, *, today: date) -> Power:
    """The power by which a unit acts on a matter, or a refusal that cites its list."""
    found = power_over(unit.id, matter, place, today=today)
    if found is not None:
        return found
    lists = [one for one in powers_of(unit.id) if one.holds_on(today)]
    ended = next((one for one in powers_of(unit.id) if _ended_over(one, matter, place, today)), None)
    if ended is not None:
        text = say(
            "“{unit}”对“{matter}”的权力已于 {day} 结束（{title}）",
            unit=unit.name, matter=matter_name, day=str(ended.until), title=ended.title,
        )  # fmt: skip
    elif lists:
        text = say(
            "“{matter}”不在“{unit}”的权力清单内：{lists}",
            matter=matter_name, unit=unit.name, lists=_cited(lists),
        )  # fmt: skip
    else:
        text = say("“{unit}”没有权力清单", unit=unit.name)
    raise Refusal(text, Kind.FORBIDDEN, field="matter", advice=say("请报请有此权力的单位办理"))


def _ended_over(one: Power, matter: str, place: str, today: date) -> bool:
    gone = one.until is not None and one.until <= today
    return gone and is_within(place, one.place) and rules.covering(matter, one.matters) is not None


def _cited(lists: Sequence[Power]) -> str:
    """Each list by its name and basis: 《…清单》（依据）."""
    return "、".join(f"《{one.title}》（{one.basis}）" for one in lists)


@dataclass(frozen=True)
class EvaluationLine:
    """One evaluation of a power."""

    on: date
    verdict: Text
    finding: str
    by: str


@dataclass(frozen=True)
class Transferred:
    """What moved along when matters were handed over."""

    before: Name
    posts: int
    places_of_staff: int
    yuan: int
    budget_line: str
    at: datetime


@dataclass(frozen=True)
class PowerLine:
    """A power in the list, with what was found of it and what moved with it."""

    power: Power
    unit: UnitFacts
    giver: Name | None
    in_force: bool
    due: bool
    may_keep: bool
    evaluations: tuple[EvaluationLine, ...]
    transfer: Transferred | None


def powers(actor: Actor, place: str, *, today: date) -> tuple[PowerLine, ...]:
    """The powers of the units in a place, those to be evaluated first: three queries.

    For anyone who works here; a list of powers is public anyway.
    """
    permissions.require_staff(actor)
    rows = list(Mandate.objects.filter(within("place", place)).order_by("unit__place", "since", "id"))
    keys = [row.pk for row in rows]
    judged: dict[UUID, list[Evaluation]] = {}
    for one in Evaluation.objects.filter(mandate__in=keys).order_by("-on", "-id"):
        judged.setdefault(one.mandate_id, []).append(one)
    moved = {one.mandate_id: one for one in MatterTransfer.objects.filter(mandate__in=keys)}
    names = security.names_of({one.by for some in judged.values() for one in some})
    lines = [_line(row, judged.get(row.pk, ()), moved.get(row.pk), names, actor, today) for row in rows]
    return tuple(sorted(lines, key=lambda one: (not one.due, not one.in_force)))


def _line(
    row: Mandate,
    judged: Sequence[Evaluation],
    moved: MatterTransfer | None,
    names: Mapping[str, str],
    actor: Actor,
    today: date,
) -> PowerLine:
    power = _power(row)
    return PowerLine(
        power,
        known_unit(row.unit_id),
        known_unit(row.giver_id).name if row.giver_id else None,
        power.holds_on(today),
        power.is_due(today),
        permissions.may_keep_powers(actor, row.place),
        tuple(
            EvaluationLine(one.on, rules.VERDICTS[one.verdict], one.finding, names.get(one.by, ""))
            for one in judged
        ),
        _transferred(moved) if moved else None,
    )


def _transferred(row: MatterTransfer) -> Transferred:
    before = known_unit(row.from_unit_id).name
    return Transferred(before, row.posts, row.places_of_staff, row.yuan, row.budget_line, row.at)


def powers_due(place: str, *, today: date) -> int:
    """How many powers in a place ought to have been evaluated and were not: one query."""
    held = Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gt=today))
    return Mandate.objects.filter(held, within("place", place), evaluation_due__lte=today).count()
