"""Deleting what is kept no longer: identities, photos and words of matters that ended long ago."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.infra import files, search, store, stream
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report, Suggestion, VerificationTask
from gewu.notifications import actions as messages
from gewu.security import actions as security
from gewu.security import queries as kept
from gewu.security import vault
from gewu.security.actors import CLOCK

BATCH = 200


def erase_identities(now: datetime, *, batch: int = BATCH) -> int:
    """Delete who raised reports whose matter ended long enough ago; returns how many were taken up."""
    days = kept.kept_days("reporter_identity")
    before = now - timedelta(days=days)
    with store.writing():
        rows = _let_go(_ended(before).filter(identity__isnull=False), batch)
        vault.erase_all({row.identity for row in rows if row.identity})
        keys = [row.pk for row in rows]
        Report.objects.filter(pk__in=keys).update(identity=None)
        _certify("reporter_identity", keys, days, before, now)
    return len(rows)


def erase_photos(now: datetime, *, batch: int = BATCH) -> int:
    """Delete the photos of matters that ended long enough ago; returns how many were deleted."""
    days = kept.kept_days("evidence_photos")
    before = now - timedelta(days=days)
    gone: list[UUID] = []
    last: UUID | None = None
    while len(gone) < batch:
        # Open matters keep theirs, so the sweep has to look past them.
        old = files.older(before, after=last, size=batch)
        if not old:
            break
        last = old[-1].id
        gone += _photos_gone(old, days, before, now)
    return len(gone)


def _photos_gone(old: Sequence[files.FileFacts], days: int, before: datetime, now: datetime) -> list[UUID]:
    with store.writing():
        owners = [one.owner_id for one in old if one.owner_id]
        over = {row.pk for row in _let_go(_ended(before).filter(pk__in=owners), len(old))}
        # A case that was settled on the spot has no report.
        over |= set(case_queries.ended_among(owners, before)) - set(kept.held_ids("case"))
        gone = files.let_go([one.id for one in old if one.owner_id in over])
        _certify("evidence_photos", gone, days, before, now)
    return gone


def erase_records(now: datetime, *, batch: int = BATCH) -> int:
    """Delete the words of reports whose matter ended long enough ago, and any identity left; how many.

    Place, class, times and events stay, so that figures and chains do; the words of events are erased
    beside them. The words of the case itself are `cases.actions.erase_words`.
    """
    days = kept.kept_days("matter_record")
    before = now - timedelta(days=days)
    with store.writing():
        rows = _let_go(_ended(before).exclude(text=cases.ERASED), batch)
        keys = [row.pk for row in rows]
        vault.erase_all({row.identity for row in rows if row.identity})
        stream.erase_words(keys, now=now)
        cases.erase_referred(keys, now=now)
        search.forget("report", [key.hex for key in keys])
        messages.erase_words(stream.positions_of("report", keys))
        Suggestion.objects.filter(report__in=keys).update(why_zh="", why_en="")
        VerificationTask.objects.filter(report__in=keys).update(lon=None, lat=None)
        Report.objects.filter(pk__in=keys).update(
            text=cases.ERASED,
            address="",
            finding="",
            answer="",
            identity=None,
            lon=None,
            lat=None,
            answers=[],
            media_url="",
        )
        _certify("matter_record", keys, days, before, now)
    return len(rows)


def _ended(before: datetime) -> QuerySet[Report]:
    """Reports whose case was closed or voided before then, or which were decided without becoming a case.

    A case that was reopened has no time of its end.
    """
    answered = Q(case=None, decided_at__lt=before, state__in=REPORT.names(open=False))
    return Report.objects.filter(Q(case__ended_at__lt=before) | answered).order_by("received_at", "id")


def _let_go(rows: QuerySet[Report], batch: int) -> Sequence[Report]:
    """The first of these that no one holds back as proof."""
    return list(rows.filter(Q(case=None) | ~Q(case_id__in=kept.held_ids("case")))[:batch])


def _certify(code: str, keys: Sequence[UUID], days: int, before: datetime, now: datetime) -> None:
    if keys:
        security.certify(code, keys, days=days, before=before, actor=CLOCK, now=now)
