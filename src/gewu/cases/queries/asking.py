"""Follow-ups and what they say: who waits to be asked, what was answered, and rates with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Substr

from gewu.cases import permissions
from gewu.cases.actions import follow_ups as following
from gewu.cases.lifecycle import FOLLOW_UP
from gewu.cases.models import FollowUp
from gewu.cases.queries.parties import OpenStep, open_step
from gewu.cases.rules.asking import SATISFACTION, SATISFIED, FollowUpFacts
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.shares import Rate, rate
from gewu.kernel.texts import Text, say
from gewu.security import scopes
from gewu.security.actors import Actor

#: The two questions, as they are asked.
SOLVED_QUESTION = say("您反映的问题解决了吗？")
SATISFIED_QUESTION = say("您对办理情况满意吗？")
#: By whom an answer was taken down.
WAYS: Mapping[str, Text] = {"call": say("电话或上门回访"), "page": say("进度页自评")}


def visible_follow_ups(actor: Actor) -> QuerySet[FollowUp]:
    """The follow-ups this actor may see: those about cases in the places where it follows up."""
    return FollowUp.objects.filter(
        scopes.visible(actor, "cases.follow_up", place="place", unit=lambda path: scopes.NOTHING)
    )


@dataclass(frozen=True)
class Asked:
    """Which answers are meant. Times are half open; an empty text means any."""

    place: str = ""
    matter: str = ""
    way: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def rows(self, rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
        """Those of these rows that are meant."""
        found = rows.filter(scopes.within("place", self.place))
        if self.matter:
            found = found.filter(matter__startswith=self.matter)
        if self.way:
            found = found.filter(way=self.way)
        if self.since:
            found = found.filter(answered_at__gte=self.since)
        return found.filter(answered_at__lt=self.until) if self.until else found


@dataclass(frozen=True)
class FollowUpLine:
    """A follow-up in a list."""

    id: UUID
    number: str
    title: str
    matter: str
    place: str
    state: str
    state_label: Text
    way: Text
    due_at: datetime
    tries: int
    answered_at: datetime | None
    solved: bool | None
    satisfaction: Text
    reason: str


#: Those that wait come by their limit, those answered the newest first.
_WAITING = paging.Order("due_at", descending=False)
_ANSWERED = paging.Order("answered_at")


def follow_ups(
    actor: Actor, state: str, asked: Asked, *, after: str = "", size: int = 50
) -> paging.Page[FollowUpLine]:
    """A page of the follow-ups in a state. Without the right the list is refused."""
    if not actor.holds("cases.follow_up"):
        raise Refusal(say("这一页由回访员使用，您没有此权限"), Kind.FORBIDDEN)
    rows = asked.rows(visible_follow_ups(actor)).filter(listing.in_state(FOLLOW_UP, state))
    order = _ANSWERED if state == "answered" else _WAITING
    return paging.page(rows.select_related("case"), order, after=after, size=size, show=_lines)


def follow_up_counters(actor: Actor, *, now: datetime) -> tuple[listing.Counter, ...]:
    """How many follow-ups stand in each state: one query."""
    return listing.counted(visible_follow_ups(actor), FOLLOW_UP, now=now)[0]


def _lines(rows: Sequence[FollowUp]) -> list[FollowUpLine]:
    return [_line(row) for row in rows]


def _line(row: FollowUp) -> FollowUpLine:
    return FollowUpLine(
        row.pk, row.case.number, row.case.title, row.matter, row.place, row.state,
        FOLLOW_UP.state(row.state).label, WAYS[row.way], row.due_at, row.tries, row.answered_at, row.solved,
        SATISFACTION[row.satisfaction or 0], row.reason,
    )  # fmt: skip


@dataclass(frozen=True)
class FollowUpPage:
    """One follow-up with what the officer should know of the case, and the steps open to it."""

    line: FollowUpLine
    version: int
    text: str
    result: str
    answer: str
    closed_at: datetime | None
    case_id: UUID
    reopens: bool
    steps: tuple[OpenStep, ...]


def require_follow_up(actor: Actor, follow_up_id: UUID) -> None:
    """Refuse a follow-up out of scope as if it did not exist."""
    if not visible_follow_ups(actor).filter(pk=follow_up_id).exists():
        raise Refusal(say("没有这项回访，或不在您的范围内"), Kind.MISSING)


def follow_up(actor: Actor, follow_up_id: UUID, *, now: datetime) -> FollowUpPage:
    """One follow-up whole; one out of scope is refused as if it did not exist."""
    row = visible_follow_ups(actor).select_related("case").filter(pk=follow_up_id).first()
    if row is None:
        raise Refusal(say("没有这项回访，或不在您的范围内"), Kind.MISSING)
    facts = FollowUpFacts(row.tries)
    open_steps = tuple(
        open_step(step)
        for step in FOLLOW_UP.steps_from(row.state)
        if permissions.WHO[step.by](actor, row.case, None) and step.open_for(facts)
    )
    return FollowUpPage(
        _line(row), row.version, row.case.text, row.case.result, row.case.answer, row.case.closed_at,
        row.case_id, following.may_reopen(row.case, now=now), open_steps,
    )  # fmt: skip


@dataclass(frozen=True)
class Opinion:
    """What was answered about one place, one class or all: both rates, each over its own answers."""

    key: str
    solved: Rate
    satisfied: Rate


@dataclass(frozen=True)
class Satisfaction:
    """The answers of a place and a time, whole and in parts."""

    asked: Asked
    whole: Opinion
    by_place: tuple[Opinion, ...]
    by_matter: tuple[Opinion, ...]
    by_way: tuple[Opinion, ...]


def satisfaction(actor: Actor, asked: Asked, *, digits: int) -> Satisfaction:
    """How many were told their matter is solved, and how many are satisfied: four queries.

    ``digits`` is the level of the parts by place. Refused where the actor may not read figures.
    """
    if not actor.holds_at("figures.read", asked.place):
        raise Refusal(say("您没有查看此地统计的权限"), Kind.FORBIDDEN)
    rows = asked.rows(FollowUp.objects.filter(state="answered"))
    return Satisfaction(
        asked,
        _opinion("", rows.aggregate(**_COUNTS)),
        _opinions(rows.annotate(part=Substr("place", 1, digits)), "part"),
        _opinions(rows, "matter"),
        _opinions(rows, "way"),
    )


_COUNTS = {
    "solved_n": Count("pk", filter=Q(solved__isnull=False)),
    "solved_hits": Count("pk", filter=Q(solved=True)),
    "satisfied_n": Count("pk", filter=Q(satisfaction__isnull=False)),
    "satisfied_hits": Count("pk", filter=Q(satisfaction__gte=SATISFIED)),
}


def _opinions(rows: QuerySet[Any], part: str) -> tuple[Opinion, ...]:
    counted = rows.values(part).order_by(part).annotate(**_COUNTS)
    return tuple(_opinion(str(row[part]), row) for row in counted)


def _opinion(key: str, counted: Mapping[str, Any]) -> Opinion:
    return Opinion(
        key,
        rate(counted["solved_hits"], counted["solved_n"]),
        rate(counted["satisfied_hits"], counted["satisfied_n"]),
    )
