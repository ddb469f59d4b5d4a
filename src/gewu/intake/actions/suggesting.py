"""Proposals kept with a report, and what people made of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from gewu.infra import rows, store
from gewu.intake.models import Report, Suggestion
from gewu.intake.queries import suggesting
from gewu.intake.queries.suggesting import Suggestion as Proposal


def propose(report_id: UUID, *, by: str, now: datetime) -> int:
    """Keep what the assistants propose for a report; done again it adds nothing. Returns how many are new.

    Of a report that has been decided on already it is noted at once what was chosen, as chosen by ``by``.
    """
    (report,) = rows.read(Report, id=report_id)
    found = suggesting.proposals_for(report, now=now)
    chosen = _chosen(report)
    with store.writing():
        known = set(Suggestion.objects.filter(report=report).values_list("kind", flat=True))
        fresh = [_row(report, one, chosen, by, now) for one in found if one.kind not in known]
        rows.insert(fresh)
    return len(fresh)


def _chosen(report: Report) -> Mapping[str, str]:
    """What was decided on a report that has its case: by kind, the value that stands now."""
    if report.case_id is None or report.decided_at is None:
        return {}
    number, lead = Report.objects.values_list("case__number", "case__lead_id").get(pk=report.pk)
    joined = number if report.state == "clustered" else ""
    office = {"route": str(lead)} if lead else {}
    return {**office, "place": report.place, **decision(report.matter, joined)}


def decision(matter: str, joined: str) -> Mapping[str, str]:
    """What was decided on a report: the case it was joined to, else its class and that it stands alone."""
    return {"duplicate": joined} if joined else {"duplicate": "", "matter": matter}


def _row(report: Report, one: Proposal, chosen: Mapping[str, str], by: str, now: datetime) -> Suggestion:
    row = rows.new(
        Suggestion,
        report_id=report.pk,
        kind=one.kind,
        value=one.value,
        confidence=one.confidence,
        why_zh=one.why.zh[:300],
        why_en=one.why.en[:300],
        version=one.version,
        made_at=now,
    )
    if one.kind in chosen:
        row.chosen = chosen[one.kind]
        row.outcome = _outcome(one.kind, one.value, row.chosen)
        row.decided_by, row.decided_at = by, report.decided_at
    return row


def _outcome(kind: str, proposed: str, chosen: str) -> str:
    """A place is followed by itself and by any place within it."""
    followed = chosen.startswith(proposed) if kind == "place" and proposed else proposed == chosen
    return "accepted" if followed else "overridden"


def settle(report_ids: list[UUID], chosen: Mapping[str, str], *, by: str, at: datetime) -> None:
    """Note what a person chose of each kind that had been proposed; what was noted before stays."""
    open_ones = Suggestion.objects.filter(report_id__in=report_ids, kind__in=chosen, outcome="")
    alike: dict[tuple[str, str], list[int]] = {}
    for key, kind, value in open_ones.values_list("pk", "kind", "value"):
        alike.setdefault((_outcome(kind, value, chosen[kind]), chosen[kind]), []).append(key)
    with store.writing():
        for (outcome, value), keys in alike.items():
            Suggestion.objects.filter(pk__in=keys, outcome="").update(
                outcome=outcome, chosen=value, decided_by=by, decided_at=at
            )
