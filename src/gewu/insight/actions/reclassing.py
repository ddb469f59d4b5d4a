"""Past matters classified again, and the sample of them that people look at."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra import store, stream
from gewu.insight import events
from gewu.insight.models import Reclassed, Reclassing
from gewu.intake import queries as intake
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

RIGHT = "catalogue.manage"
#: As many matters at once, and as many of them are drawn to be looked at unless asked otherwise.
MOST, DRAWN = 20_000, 50


def reclassify(
    place: str, begins: date, ends: date, *, actor: Actor, now: datetime, seed: int = 1, drawn: int = DRAWN
) -> Reclassing:
    """Classify what was closed in a place in a time again, both days included; no matter is changed by it.

    Refused without the right, for an empty time, and where nothing was closed.
    """
    _require(actor)
    if begins > ends:
        raise Refusal(say("请给出统计的起止日期"), field="begins")
    from_, until = _moment(begins), _moment(ends + timedelta(days=1))
    past = list(cases.told_between(checked(place), from_, until, most=MOST))
    if not past:
        raise Refusal(say("这段时间没有办结的事项"), field="begins")
    draw = random.Random(seed)  # noqa: S311 -- the same seed must draw the same sample again
    chosen = set(draw.sample(range(len(past)), min(drawn, len(past))))
    rows = [_row(*one, drawn=at in chosen, on=now.date()) for at, one in enumerate(past)]
    with store.writing():
        made = Reclassing.objects.create(
            place=place, begins=begins, ends=ends, version=intake.version_of_classes(),
            seed=seed, made_by=actor.ref, made_at=now,
        )  # fmt: skip
        for row in rows:
            row.reclassing = made
        Reclassed.objects.bulk_create(rows, batch_size=500)
        told = events.MattersReclassed(id=made.pk, matters=len(rows), drawn=len(chosen))
        stream.tell(told, actor=actor, now=now)
    return made


def _require(actor: Actor) -> None:
    if not actor.holds(RIGHT):
        raise Refusal(say("没有管理目录的权限"), Kind.FORBIDDEN)


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _row(number: str, matter: str, text: str, *, drawn: bool, on: date) -> Reclassed:
    row = Reclassed(number=number, old=matter, confidence=0.0, drawn=drawn)
    for best in intake.matters_for(text, on=on, most=1):
        row.new, row.confidence = best.value, best.confidence
        row.why_zh, row.why_en = best.why.zh[:300], best.why.en[:300]
    return row


def review(id: UUID, number: str, found: str, *, actor: Actor, now: datetime) -> Reclassed:
    """Say which class a drawn matter is of; said again it replaces what was said before."""
    _require(actor)
    if found not in {one.code for one in catalogue.all_matters(now.date())}:
        raise Refusal(say("请选择事项类别"), field="found")
    with store.writing():
        row = Reclassed.objects.filter(reclassing=id, number=number, drawn=True).first()
        if row is None:
            raise Refusal(say("这件不在抽查之列"), Kind.MISSING)
        row.found, row.found_by, row.found_at = found, actor.ref, now
        row.save(update_fields=["found", "found_by", "found_at"])
        stream.tell(events.ReclassingReviewed(id=id, number=number), actor=actor, now=now)
    return row
