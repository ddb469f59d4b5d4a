"""Answers to others' events: units, posts and rights follow the places at which they stand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from gewu.infra import store
from gewu.infra.stream import Told
from gewu.infra.successors import moved
from gewu.infra.versions import changed
from gewu.organisation import queries
from gewu.organisation.models import Mandate, Post, Shift, Unit
from gewu.security import actions as security
from gewu.territory import queries as territory


def follow_succession(told: Told, *, now: datetime) -> None:
    """Open units, held posts, powers, coming shifts and running roles stand at the places' successors."""
    moves = territory.succession(told.subject_id).moves
    with store.writing():
        moved(Unit.objects.filter(until__isnull=True), moves)
        moved(Post.objects.filter(Q(until__isnull=True) | Q(until__gt=now), ended_at__isnull=True), moves)
        moved(Mandate.objects.exclude(until__lte=timezone.localdate(now)), moves)
        moved(Shift.objects.filter(ends_at__gt=now), moves)
        security.move_places(moves, now=now)
        changed(queries.HELD)
