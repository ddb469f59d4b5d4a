"""What forms bring, read by shape only; whether it is allowed is decided behind the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from math import isfinite
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from gewu.cases.actions import EvidenceGiven
from gewu.cases.queries import EVIDENCE_WORDS
from gewu.infra import files
from gewu.intake.actions import ReportDraft
from gewu.intake.queries import MOST_PHOTOS
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.security.vault import Contact

#: Years between which a day lies that someone means; one day more can still be counted from all of them.
EARLIEST, LATEST = 1900, 2200
#: The fields of a step's form that go to the door as they are.
STEP_FIELDS = (
    "reason", "result", "answer", "finding", "unit", "matter", "place", "case", "address",
    "proposed", "about", "tag", "amount",
)  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """What was typed into a report's form, as it was typed."""

    text: str = ""
    address: str = ""
    lon: str = ""
    lat: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    matter: str = ""
    place: str = ""
    origin: str = ""

    @staticmethod
    def typed(request: HttpRequest) -> Draft:
        return Draft(**{name: request.POST.get(name, "").strip() for name in Draft.__dataclass_fields__})

    def report(self, channel: str, photos: tuple[str, ...] = (), *, language: str = "zh-hans") -> ReportDraft:
        """The report for the door, its reporter answered in this language; a broken coordinate is refused."""
        return ReportDraft(
            channel=channel,
            text=self.text,
            lon=degrees(self.lon, "lon"),
            lat=degrees(self.lat, "lat"),
            place=self.place,
            address=self.address,
            matter=self.matter,
            contact=self.contact(),
            photos=photos,
            language=language,
        )

    def contact(self) -> Contact:
        """Name and telephone; what holds an @ is a mail address."""
        left = self.contact_phone
        return Contact(self.contact_name, "", left) if "@" in left else Contact(self.contact_name, left)


def degrees(text: str, name: str) -> float | None:
    """A coordinate as typed, nothing for nothing; what is no number is refused."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise Refusal(say("坐标不是数字"), field=name, advice=say("请在地图上重新点一下，或写出地点"))
    return value


def new_key() -> str:
    """A key that makes one form one report, however often it is sent."""
    return uuid4().hex


def photos(request: HttpRequest, name: str, *, purpose: str, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Check and keep the photos of a field; the first that is none is refused."""
    # One byte more than allowed is enough to know that a file is too large.
    given = request.FILES.getlist(name)
    contents = (one.read(files.MOST_BYTES + 1) for one in given if one.size or one.name)
    return tuple(str(files.keep_photo(one, purpose=purpose, actor=actor, now=now)) for one in contents)


def new_photos(request: HttpRequest, there: int, *, actor: Actor, now: datetime) -> tuple[str, ...]:
    """The photos of a report's form beside those that wait already; too many are refused unread."""
    if there + len(request.FILES.getlist("photos")) > MOST_PHOTOS:
        raise Refusal(say("照片最多 {n} 张", n=MOST_PHOTOS), field="photos")
    return photos(request, "photos", purpose="photo_before", actor=actor, now=now)


#: Photos of a form that was refused wait under a signed token, so that nobody chooses them again.
_KEPT = "photos kept for a form"


def kept(request: HttpRequest) -> tuple[str, ...]:
    """The photos that an earlier, refused sending of this form has left; a foreign token brings none."""
    try:
        found = signing.loads(request.POST.get("kept", ""), salt=_KEPT, max_age=files.UNCLAIMED_FOR)
    except signing.BadSignature:
        return ()
    return tuple(str(one) for one in found)


def kept_token(photos: tuple[str, ...]) -> str:
    """The token under which these photos wait; nothing for none."""
    return signing.dumps(photos, salt=_KEPT) if photos else ""


def step_given(request: HttpRequest) -> dict[str, Any]:
    """The texts, choices and times of a step's form, without what was left empty."""
    given = {name: request.POST.get(name, "").strip() for name in STEP_FIELDS}
    until = request.POST.get("until", "").strip()
    return {name: text for name, text in given.items() if text} | ({"until": _time(until)} if until else {})


def _time(text: str, name: str = "until") -> datetime:
    """A time typed on the wall clock of the place."""
    try:
        return timezone.make_aware(datetime.fromisoformat(text[:16]))
    except (ValueError, OverflowError):
        raise Refusal(say("时间写得不对，例如 2026-03-31T18:00"), field=name) from None


def moment_or_none(text: str, name: str) -> datetime | None:
    """A time for a field that may stay empty; what is none is refused."""
    return _time(text, name) if text else None


def opinion(request: HttpRequest) -> dict[str, bool | int]:
    """Solved or not, and how satisfied, as far as it was said; what is no choice is refused."""
    found: dict[str, bool | int] = {}
    if solved := request.POST.get("solved", ""):
        if solved not in ("yes", "no"):
            raise Refusal(say("请选“解决了”或“没有解决”"), field="solved")
        found["solved"] = solved == "yes"
    if told := request.POST.get("satisfaction", ""):
        if told not in ("1", "2", "3", "4", "5"):
            raise Refusal(say("满意程度是一到五"), field="satisfaction")
        found["satisfaction"] = int(told)
    return found


def spot(request: HttpRequest) -> dict[str, float]:
    """The point that a form brought along, when it brought one; one that is no number is refused."""
    lon, lat = degrees(request.POST.get("lon", ""), "lon"), degrees(request.POST.get("lat", ""), "lat")
    return {} if lon is None or lat is None else {"lon": lon, "lat": lat}


def typed(request: HttpRequest) -> Mapping[str, str]:
    """Everything that was typed, for a form that is shown again."""
    return {name: text for name, text in request.POST.items() if isinstance(text, str)}


def evidence(request: HttpRequest, actor: Actor, now: datetime) -> tuple[EvidenceGiven, ...]:
    """Pictures and records, each under ``evidence_`` and its kind; plain ``evidence`` is after the work."""
    fields = {"evidence": "photo_after", **{f"evidence_{token}": token for token in EVIDENCE_WORDS}}
    given: list[EvidenceGiven] = []
    for name, token in fields.items():
        kept = photos(request, name, purpose=token, actor=actor, now=now)
        given += [EvidenceGiven(token, file=one) for one in kept]
        if words := request.POST.get(name, "").strip():
            given.append(EvidenceGiven(token, text=words))
    return tuple(given)


def finding(request: HttpRequest, actor: Actor, now: datetime) -> dict[str, Any]:
    """What a look at the spot brought: photos, and the point where whoever looked stood."""
    kept = photos(request, "evidence", purpose="photo_before", actor=actor, now=now)
    return {"photos": kept, **spot(request)}


def version(request: HttpRequest) -> int:
    """What the screen had seen; a form without it is refused."""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal(say("这个页面已过期"), Kind.CONFLICT, advice=say("请刷新后再办"))
    return int(text)


def own_address(request: HttpRequest, address: str, otherwise: str) -> str:
    """The address when it leads to a page of this site, else the other one: nobody is sent elsewhere."""
    own = url_has_allowed_host_and_scheme(address, allowed_hosts=None) and address.startswith("/")
    return address if own else otherwise


def list_behind(request: HttpRequest) -> str:
    """The list that one came from, by the browser's own word; else the whole inbox."""
    inbox = reverse("desk_inbox")
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or came.path != inbox:
        return inbox
    return f"{inbox}?{came.query}" if came.query else inbox


def day(text: str, name: str) -> date:
    """The day that a field gives; what is none, or lies beyond every calendar in use, is refused."""
    try:
        found = date.fromisoformat(text)
        if not EARLIEST <= found.year <= LATEST:
            raise ValueError(found)
        return found
    except ValueError:
        raise Refusal(say("日期要写成年-月-日，例如 2026-03-01"), field=name) from None


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment at which a day begins."""
    return datetime.combine(day, time.min, tzinfo=zone)


def day_or_none(text: str, name: str) -> date | None:
    """The same for a field that may stay empty."""
    return day(text, name) if text else None
