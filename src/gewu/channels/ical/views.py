"""The addresses of calendars: a secret one for each person, and an open one of working days."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gewu.catalogue import queries as catalogue
from gewu.channels.ical import codec
from gewu.channels.ical.entries import entries_of
from gewu.infra import rates
from gewu.infra.wording import translated
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actions as keys
from gewu.security import queries as security
from gewu.territory import queries as territory

#: Readings of one address in an hour: an office full of telephones; guessed secrets are far fewer.
READS_PER_HOUR, TRIES_PER_HOUR = 3600, 60


def own(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of whoever holds this secret address. A wrong or withdrawn one is nowhere."""
    now, address = timezone.now(), rates.address_of(request.META)
    try:
        key = security.key_of(secret, "calendar", now=now)
        actor = security.actor_of(key.account, now=now) if key and key.account else None
        if key is None or actor is None:
            rates.limited(address, "calendar_keys", per_hour=TRIES_PER_HOUR)
            return _said(404)
        rates.limited(address, "calendar", per_hour=READS_PER_HOUR)
    except Refusal as refusal:
        return _said(429, refusal.retry_after)
    keys.note_key_use(key.id, now=now)
    name = translated(say("格物：我的值班和期限"))
    entries = entries_of(actor, now=now)
    content = codec.own(name, entries, site=_site(), address_of=request.build_absolute_uri)
    answer = HttpResponse(content, content_type=codec.MEDIA_TYPE)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def workdays(request: HttpRequest) -> HttpResponse:
    """Days off and days made up for, for everyone."""
    try:
        rates.limited(rates.address_of(request.META), "calendar", per_hour=READS_PER_HOUR)
    except Refusal as refusal:
        return _said(429, refusal.retry_after)
    today = timezone.localdate()
    years = [year for year in catalogue.calendar_years() if today.year - 1 <= year]
    days = [day for year in years for day in catalogue.days_of(year)]
    place = territory.place(settings.COUNTY).name
    content = codec.workdays(
        translated(say("{place}工作日历（放假与调休）", place=place)),
        days,
        catalogue.changed_at(today),
        site=_site(),
        called=_called,
    )
    answer = HttpResponse(content, content_type=codec.MEDIA_TYPE)
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


def _called(day: catalogue.NoticedDay) -> str:
    text = say("{name}放假", name=day.name) if day.off else say("{name}调休上班", name=day.name)
    return translated(text)


def _site() -> str:
    """What stands behind the sign in every key of an entry: it stays, whatever host one came by."""
    return f"gewu-{settings.COUNTY}"


def _said(status: int, retry_after: str = "") -> HttpResponse:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return HttpResponse(status=status, content_type="text/plain; charset=utf-8", headers=headers)
