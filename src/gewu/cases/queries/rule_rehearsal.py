"""What a draft of a dated rule would have meant for past cases: what would be late, who would be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gewu.cases.actions import follow_ups
from gewu.cases.actions.clocks import pauses_of
from gewu.cases.models import Assignment, Case, Deadline, FollowUpRule
from gewu.cases.queries.rehearsal import LOOK_BACK, MOST_CASES, LimitRehearsal, require_keeper, timed
from gewu.cases.rules import asking
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import Words, terms
from gewu.kernel import worktime
from gewu.security.actors import Actor
from gewu.security.scopes import within


@dataclass(frozen=True)
class CountRehearsal:
    """How many past cases were looked at, how many the rule met as it is, and how many it would meet."""

    seen: int
    before: int
    after: int


Rehearsal = LimitRehearsal | CountRehearsal
#: Stages that have a clock of their own; the others are asked for by date, and nothing was late by them.
_CLOCKED = ("dispatch", "sign_for", "check")


def rehearse_rule(kind: str, words: Words, *, place: str, actor: Actor, now: datetime) -> Rehearsal | None:
    """What a draft row would have meant for the newest 500 cases of 180 days, in at most three queries.

    None for a kind, or a stage, that no past case can show. Refused to whoever does not keep the rules.
    """
    require_keeper(actor, place)
    ask = _ASKED.get(kind)
    return ask(words, place, now) if ask else None


def _clocks(place: str, now: datetime, **more: Any) -> list[Deadline]:
    rows = Deadline.objects.filter(
        within("case__place", place), case__filed_at__gte=now - LOOK_BACK, dropped_at=None, **more
    )
    return list(rows.select_related("case").order_by("-case__filed_at")[:MOST_CASES])


def _limit(words: Words) -> catalogue.Limit:
    return catalogue.read_limit(words["amount"], words["unit"])


def _stage(words: Words, place: str, now: datetime) -> Rehearsal | None:
    if words["stage"] not in _CLOCKED:
        return None
    found = _clocks(place, now, clock=words["stage"])
    return LimitRehearsal(tuple(timed(one, _limit(words), now) for one in found))


def _origin(words: Words, place: str, now: datetime) -> Rehearsal:
    matter = {"case__matter__startswith": words["matter"]} if words["matter"] else {}
    found = _clocks(words["place"] or place, now, clock="handle", case__origin=words["channel"], **matter)
    told = (timed(one, _limit(words), now) for one in found)
    # A row for all classes only shortens, as `terms.handling_limit` has it.
    return LimitRehearsal(tuple(one for one in told if words["matter"] or one.then_due_at <= one.due_at))


def _ladder(words: Words, place: str, now: datetime) -> Rehearsal:
    percent = int(words["percent"])
    found = _clocks(place, now, clock="handle")
    reached = sum(_reached(one, percent, now) for one in found)
    rungs = terms.ladder(catalogue.day_of(now))
    stands = any((str(one.percent), one.tells) == (words["percent"], words["tells"]) for one in rungs)
    return CountRehearsal(len(found), reached if stands else 0, reached)


def _reached(one: Deadline, percent: int, now: datetime) -> bool:
    """Whether so much of the limit had run before the office was done."""
    unit = worktime.Unit(one.time_unit)
    at = worktime.reached_at(
        one.started_at, one.amount, unit, catalogue.calendar(), pauses_of(one), percent=percent
    )
    return at is not None and at <= (one.met_at or now)


def _call(words: Words, place: str, now: datetime) -> Rehearsal:
    rows = Assignment.objects.filter(
        within("case__place", place),
        whistle__kind__code=words["code"],
        offered_at__gte=now - LOOK_BACK,
        clock__isnull=False,
    ).select_related("case", "clock__case")
    clocks = [one.clock for one in rows.order_by("-offered_at")[:MOST_CASES] if one.clock]
    return LimitRehearsal(tuple(timed(one, _limit(words), now) for one in clocks))


def _follow_up(words: Words, place: str, now: datetime) -> Rehearsal:
    cases = list(
        Case.objects.filter(
            within("place", words["place"] or place),
            within("matter", words["matter"]),
            closed_at__gte=now - LOOK_BACK,
        ).order_by("-closed_at")[:MOST_CASES]
    )
    today = catalogue.day_of(now)
    rules = [one for one in FollowUpRule.objects.all() if one.since <= today]
    draft = FollowUpRule(
        matter_prefix=words["matter"], place_prefix=words["place"], percent=int(words["percent"]), since=today
    )
    alike = (draft.matter_prefix, draft.place_prefix)
    then = [one for one in rules if (one.matter_prefix, one.place_prefix) != alike]
    return CountRehearsal(len(cases), _drawn(cases, rules, now), _drawn(cases, [*then, draft], now))


def _drawn(cases: Iterable[Case], rules: Iterable[FollowUpRule], now: datetime) -> int:
    """How many of these cases the rules would draw for a follow-up."""
    rules, today = list(rules), catalogue.day_of(now)
    return sum(
        (rule := follow_ups.fitting(rules, one.matter, one.place, today)) is not None
        and asking.sampled(one.pk, one.reopenings, rule.percent)
        for one in cases
    )


_ASKED: Mapping[str, Callable[[Words, str, datetime], Rehearsal | None]] = {
    "stage_limit": _stage,
    "origin_limit": _origin,
    "ladder": _ladder,
    "call_kind": _call,
    "follow_up_rule": _follow_up,
}
