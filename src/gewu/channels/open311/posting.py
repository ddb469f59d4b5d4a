"""What is brought: a request and an update, each with the key of the system that brings it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from gewu.channels.open311 import faults, records, views
from gewu.channels.open311.given import Given, jurisdiction, posted
from gewu.channels.open311.views import READ, Answered, method
from gewu.infra import files, rates
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake import queries
from gewu.intake.queries import LONGEST_TEXT, MOST_PHOTOS, Numbering, Service
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import CHINA
from gewu.security import actions as keys
from gewu.security import actors
from gewu.security import queries as security
from gewu.security.vault import Contact
from gewu.territory import queries as territory

#: Requests that one system may bring in an hour, and keys that one address may try.
BROUGHT_PER_HOUR, TRIES_PER_HOUR = 3600, 60
#: Attributes in which other programs send the number that a request has with them.
OUTSIDE_IDS = ("external_id", "fixmystreet_id")
LONGEST_OUTSIDE_ID = 48
#: A clock of another system may run ahead of ours by this much.
AHEAD = timedelta(minutes=5)


@method(*READ, "POST")
def requests(request: HttpRequest) -> Answered:
    """The list of requests, or a new one."""
    return _created(request) if request.method == "POST" else views.list_requests(request)


@method(*READ, "POST")
def updates(request: HttpRequest) -> Answered:
    """The list of updates, or a new one."""
    return _updated(request) if request.method == "POST" else views.list_updates(request)


def _created(request: HttpRequest) -> Answered:
    given = posted(request)
    place = jurisdiction(given)
    key = _key(request, given)
    draft, service, outside = _draft(request, given, place)
    actor, now = actors.system(key.id, key.label), timezone.now()
    photos = _photos(request, given, actor)
    given.refuse()
    mark = key.id.hex[-8:]
    report = intake.bring(
        intake.ReportDraft(**draft, photos=photos),
        actor=actor,
        now=now,
        key=f"open311:{mark}:{outside}" if outside else "",
        outside_id=f"{mark}:{outside}" if outside else "",
    )
    return Answered("service_requests", [_receipt(request, report, service)])


def _key(request: HttpRequest, given: Given) -> security.KeyFacts:
    """The key of a system that may bring; a missing or wrong one is refused, and trying is limited."""
    secret = given.text("api_key")
    if not secret:
        raise faults.Faults([faults.Fault(faults.FORBIDDEN, say("请给出 api_key"))], status=faults.FORBIDDEN)
    now = timezone.now()
    found = security.key_of(secret, "open311", now=now)
    if found is None:
        rates.limited(rates.address_of(request.META), "open311_keys", per_hour=TRIES_PER_HOUR)
        wrong = faults.Fault(faults.FORBIDDEN, say("api_key 不对，或已失效"))
        raise faults.Faults([wrong], status=faults.FORBIDDEN)
    rates.limited(found.id.hex, "open311_brought", per_hour=BROUGHT_PER_HOUR)
    keys.note_key_use(found.id, now=now)
    return found


def _draft(request: HttpRequest, given: Given, place: str) -> tuple[dict[str, Any], Service | None, str]:
    """What is brought, its service and its number outside; what is wrong is gathered in ``given``."""
    answers = given.answers()
    outside = _outside_id(request, given, answers)
    service = _service(given, answers)
    description = given.text("description", most=LONGEST_TEXT)
    draft = {
        "channel": queries.OUTSIDE,
        "text": description or (translated(service.name) if service else ""),
        "matter": service.code if service else "",
        "contact": _contact(given),
        "answers": answers,
        "media_url": given.text("media_url", most=500),
        "language": get_language() or "zh-hans",
        **_where(given, place),
    }
    return draft, service, outside


def _service(given: Given, answers: Mapping[str, tuple[str, ...]]) -> Service | None:
    code, today = given.text("service_code"), timezone.localdate()
    if not code:
        given.wrong.append(say("请给出 service_code"))
        return None
    try:
        found = queries.service(code, today)
    except Refusal as unknown:
        given.wrong.append(unknown.text)
        return None
    given.wrong += [fault.text for fault in queries.wrong_answers(found, answers)]
    return found


def _where(given: Given, place: str) -> dict[str, Any]:
    """A point, an address or the code of a place: at least one of them whole, inside of what is served."""
    lat, lon = given.degrees("lat"), given.degrees("long")
    address, code = given.text("address_string"), given.text("address_id", most=17)
    if (lat is None) != (lon is None):
        given.wrong.append(say("lat 和 long 要一起给出"))
        lat = lon = None
    elif lat is None and not address and not code:
        given.wrong.append(say("请给出地点：lat 和 long，或 address_string，或 address_id"))
    if lat is not None and lon is not None:
        try:
            found = territory.locate(lon, lat, on=timezone.localdate())
        except Refusal as refusal:
            given.wrong.append(refusal.text)
        else:
            if found is None or not found.place.startswith(place):
                given.wrong.append(say("这个位置不在本辖区内，请核对 lat 和 long（WGS84）"))
    elif code and not code.startswith(place):
        given.wrong.append(say("address_id 不在本辖区内"))
    several = len(settings.JURISDICTIONS) > 1
    return {"lat": lat, "lon": lon, "address": address, "place": code or (place if several else "")}


def _contact(given: Given) -> Contact:
    name = given.text("last_name", most=20) + given.text("first_name", most=20)
    return Contact(name, given.text("phone", most=30), given.text("email", most=120))


def _outside_id(request: HttpRequest, given: Given, answers: Mapping[str, tuple[str, ...]]) -> str:
    """The number that the request has with whoever brings it: in an attribute, or in the header of HTTP."""
    named = next((answers[name][0] for name in OUTSIDE_IDS if answers.get(name)), "")
    found = (named or request.headers.get("Idempotency-Key", "")).strip()
    if len(found) > LONGEST_OUTSIDE_ID or not found.isprintable():
        given.wrong.append(say("外部编号过长，最多 {most} 个字符", most=LONGEST_OUTSIDE_ID))
        return ""
    return found


def _is_media(name: str) -> bool:
    """`media` (uReport, the client *three*), `media[]` (draft of v2.1), `photoN`, `file_*` (FixMyStreet)."""
    return name in ("media", "media[]") or name.startswith(("photo", "file_"))


def _photos(request: HttpRequest, given: Given, actor: actors.Actor) -> tuple[str, ...]:
    """Check and keep the photos that came; nothing is kept of a request that is refused already."""
    sent = [one for name, some in request.FILES.lists() if _is_media(name) for one in some]
    if len(sent) > MOST_PHOTOS:
        given.wrong.append(say("照片最多 {n} 张", n=MOST_PHOTOS))
    if sent and given.text("media_url", most=500):
        given.wrong.append(say("照片网址和照片文件只能给一种"))
    given.refuse()
    now = timezone.now()
    contents = (one.read(files.MOST_BYTES + 1) for one in sent)
    return tuple(str(files.keep_photo(one, purpose="photo_before", actor=actor, now=now)) for one in contents)


def _receipt(request: HttpRequest, report: intake.Report, service: Service | None) -> records.Record:
    """The number, or the token until there is one, or neither; and what happens next."""
    follow = request.build_absolute_uri(reverse("portal_progress_of", kwargs={"code": report.progress_code}))
    told = say(
        "我们会在 {time} 前查看；查询码 {code}，进度见 {url}",
        time=f"{report.due_at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        code=report.progress_code,
        url=follow,
    )
    record: records.Record = {}
    if service is None or service.numbering is Numbering.BLACKBOX:
        return {"service_notice": translated(told)}
    if report.case is None:
        record["token"] = report.progress_code
    else:
        record["service_request_id"] = report.case.number
        code, promise = report.progress_code, service.promise
        told = say("{promise}；查询码 {code}，进度见 {url}", promise=promise, code=code, url=follow)
    return record | {"service_notice": translated(told)}


def _updated(request: HttpRequest) -> Answered:
    """What another system adds to a request: a report of its own behind the same case, brought once."""
    given = posted(request)
    place = jurisdiction(given)
    key = _key(request, given)
    number, update = given.text("service_request_id"), given.text("update_id", most=LONGEST_OUTSIDE_ID)
    word, moment = given.text("status").lower(), given.moment("updated_datetime")
    description = given.text("description", most=LONGEST_TEXT - 200)
    for name, value in (
        ("service_request_id", number),
        ("update_id", update),
        ("updated_datetime", given.text("updated_datetime", most=40)),
        ("status", word),
        ("description", description),
    ):
        if not value:
            given.wrong.append(say("请给出 {name}", name=name))
    now = timezone.now()
    if word and word not in records.STATUS_WORDS:
        given.wrong.append(say("没有“{word}”这个状态", word=word[:40]))
    if moment and moment > now + AHEAD:
        given.wrong.append(say("updated_datetime 在将来"))
    given.refuse()
    queries.request(number, place=place, on=timezone.localdate())
    said = say("（对方系统：{word}，{time}）", word=word, time=records.when(moment or now))
    added = intake.MeToo(
        text=f"{description}\n{said}",
        contact=_contact(given),
        language=get_language() or "zh-hans",
        channel=queries.OUTSIDE,
        media_url=given.text("media_url", most=500),
    )
    given.refuse()
    once = f"open311u:{key.id.hex[-8:]}:{update}"
    intake.me_too(number, added, actor=actors.system(key.id, key.label), now=now, key=once)
    return Answered("service_request_updates", [{"update_id": update}])
