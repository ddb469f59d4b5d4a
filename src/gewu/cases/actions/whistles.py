"""Blowing the whistle on a case: several parties are called at once and each has to come in time."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from gewu.cases import events, permissions, rules
from gewu.cases.actions import assists, steps
from gewu.cases.lifecycle import UNSETTLED, WHISTLE
from gewu.cases.models import Assignment, CallKind, Case, Whistle
from gewu.cases.rules.parties import WhistleFacts
from gewu.catalogue import queries as catalogue
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: So many parties can be called by one whistle.
MOST_PARTIES = 20
#: So far ahead parties can be called together.
LONGEST_AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Call:
    """A whistle as it is blown: by which kind, for whom, to do what."""

    kind: str
    parties: tuple[assists.Party, ...]
    task: str
    #: When and where to meet, where the kind says so: joint enforcement.
    meet_at: datetime | None = None
    meet_where: str = ""


def blow(number: str, call: Call, *, actor: Actor, now: datetime) -> Whistle:
    """Call several parties to a case, each with a clock for its check-in.

    Refused are a kind not in force, someone who may not blow it, too few residents behind the case,
    nobody called, and whoever cannot be called.
    """
    with store.writing():
        case = steps.locked(number)
        kind = _kind(call.kind, catalogue.day_of(now))
        permissions.require(actor, kind.caller, case)
        _check(call, kind, case)
        _check_meeting(call, kind, now)
        return begin(case, kind, call, actor=actor, now=now, supporters=case.reports)


def begin(
    case: Case, kind: CallKind, call: Call, *, actor: Actor, now: datetime, supporters: int,
    responsible: str = "",
) -> Whistle:  # fmt: skip
    """Write a whistle that may be blown and call its parties; whoever calls has the case locked.

    ``responsible`` is the account that answers for it where no person blew it.
    """
    row = Whistle.objects.create(
        case=case, kind=kind, caller=actor.ref, responsible=responsible, supporters=supporters,
        task=call.task, blown_at=now, meet_at=call.meet_at,
        meet_where=call.meet_where.strip()[:200],
    )  # fmt: skip
    told = events.WhistleBlown(
        id=case.pk, place=case.place, whistle=row.pk, kind=kind.pk, parties=len(call.parties),
        supporters=supporters,
    )  # fmt: skip
    stream.tell(told, actor=actor, now=now, words={"reason": call.task})
    for party in call.parties:
        _call(row, party, actor=actor, now=now)
    return row


def _kind(code: str, on: date) -> CallKind:
    found = kinds_in_force(on).get(code)
    if found is None:
        raise Refusal(say("没有“{kind}”这种吹哨，或它现在不适用", kind=code), Kind.MISSING, field="kind")
    return found


def kinds_in_force(on: date) -> dict[str, CallKind]:
    """The kinds of whistle on a day by their codes, the newest row of each: one query."""
    rows = CallKind.objects.filter(since__lte=on).order_by("since")
    return {row.code: row for row in rows if row.until is None or row.until > on}


def _check(call: Call, kind: CallKind, case: Case) -> None:
    if len(call.task.strip()) < rules.SHORTEST_REASON:
        raise Refusal(say("请写明请各方到场做什么"), field="task")
    steps.check_words({"reason": call.task})
    if not call.parties:
        raise Refusal(say("请至少召集一方"), field="unit")
    if len(call.parties) > MOST_PARTIES or len(set(call.parties)) < len(call.parties):
        raise Refusal(say("一次最多召集 {n} 方，同一方只召集一次", n=MOST_PARTIES), field="unit")
    if case.reports < kind.supporters:
        raise Refusal(
            say("居民吹哨要有 {n} 人反映同一件事，现有 {m} 人", n=kind.supporters, m=case.reports),
            Kind.CONFLICT,
        )


def _check_meeting(call: Call, kind: CallKind, now: datetime) -> None:
    """A call by appointment names when and where to meet; any other has its parties come at once."""
    if not kind.by_appointment:
        if call.meet_at is not None or call.meet_where:
            raise Refusal(say("这种吹哨即刻到场，不约时间地点"), field="meet_at")
        return
    if call.meet_at is None or call.meet_at <= now:
        raise Refusal(say("请写明集合时间，要晚于现在"), field="meet_at")
    if call.meet_at > now + LONGEST_AHEAD:
        raise Refusal(say("集合时间最多约在 {n} 天之内", n=LONGEST_AHEAD.days), field="meet_at")
    if not call.meet_where.strip():
        raise Refusal(say("请写明集合地点"), field="meet_where")


def _call(whistle: Whistle, party: assists.Party, *, actor: Actor, now: datetime) -> None:
    row = assists.called(whistle.case, party, whistle.task, actor=actor, now=now)
    row.whistle = whistle
    assists.start_check_in(whistle.case, row, whistle, now=now)
    row.save(force_insert=True)
    assists.tell_called(whistle.case, row, actor=actor, now=now)


def take_whistle(whistle: UUID, event: str, *, actor: Actor, now: datetime, **given: Any) -> Whistle:
    """Close a whistle once every party has a result, or withdraw it with a reason, by its table."""
    with store.writing():
        row = (
            Whistle.objects.select_for_update(of=("self",)).select_related("case").filter(pk=whistle).first()
        )
        if row is None:
            raise Refusal(say("没有这次吹哨"), Kind.MISSING)
        parties = list(row.parties.select_related("case", "whistle", "clock").order_by("offered_at", "id"))
        step = WHISTLE.row(event, row.state)
        permissions.require(actor, step.by, row.case, parties[0])
        steps.check_words(given)
        step.check(WhistleFacts(unanswered=sum(map(is_unanswered, parties))), given)
        if event == "withdraw":
            _send_home(parties, actor=actor, now=now, reason=given["reason"])
        row.state, row.ended_at = step.to or row.state, now
        row.result = given.get("result") or ""
        row.save()
        details = {"whistle": row.pk}
        stream.tell_step(
            step, row.case_id, row.case.place, details=details, given=given, actor=actor, now=now
        )
    return row


def is_unanswered(party: Assignment) -> bool:
    """Whether this party's part still has to be seen to."""
    return party.state in UNSETTLED


def _send_home(parties: Sequence[Assignment], *, actor: Actor, now: datetime, reason: str) -> None:
    for party in filter(is_unanswered, parties):
        assists.take_step(party, "withdraw", actor=actor, now=now, given={"reason": reason})


def load_call_kinds(path: Path) -> int:
    """Load the kinds of whistle of a file; a row that stands already keeps what a clerk made of it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [_row(line) for line in csv.DictReader(file)]
    with store.writing():
        CallKind.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(line: dict[str, str]) -> CallKind:
    return CallKind(
        code=line["code"],
        name_zh=line["name_zh"],
        name_en=line["name_en"],
        caller=line["caller"],
        supporters=int(line["supporters"]),
        amount=Decimal(line["amount"]),
        time_unit=line["time_unit"],
        automatic=line["automatic"] == "yes",
        by_appointment=line["by_appointment"] == "yes",
        since=date.fromisoformat(line["since"]),
    )
