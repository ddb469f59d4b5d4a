"""A message of the Common Alerting Protocol 1.2 (OASIS, 2010) as plain values, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite

from gewu.kernel.texts import Text, say

STATUSES = ("Actual", "Exercise", "System", "Test", "Draft")
TYPES = ("Alert", "Update", "Cancel", "Ack", "Error")
SCOPES = ("Public", "Restricted", "Private")
CATEGORIES = (
    "Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE",
    "Other",
)  # fmt: skip
RESPONSES = (
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None",
)  # fmt: skip
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
#: The four colours of the Emergency Response Law (article 63), the gravest first, by the severity of CAP.
COLOURS: Mapping[str, str] = {"Extreme": "red", "Severe": "orange", "Moderate": "yellow", "Minor": "blue"}
#: Types that say something new, and those that speak of a message before.
TELLING, REFERRING = ("Alert", "Update"), ("Update", "Cancel", "Ack", "Error")

#: A clock of a sender may run ahead of ours by this much.
AHEAD = timedelta(minutes=5)
LONGEST_ID, LONGEST_TEXT = 200, 20_000
MOST_POINTS, MOST_AREAS = 5_000, 200
#: What an identifier and a sender must not hold (CAP 1.2, 3.2.1).
_BARRED = frozenset(" ,<&")

#: Latitude, then longitude: the order of CAP, opposite to that of GeoJSON.
Point = tuple[float, float]


@dataclass(frozen=True)
class Circle:
    """A centre and a radius in kilometres."""

    centre: Point
    radius_km: float


@dataclass(frozen=True)
class Area:
    """Where: words, and shapes or codes that say the same."""

    description: str
    polygons: tuple[tuple[Point, ...], ...] = ()
    circles: tuple[Circle, ...] = ()
    #: Pairs of what kind of code it is and the code.
    geocodes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Resource:
    """A picture or a document that goes with a message; never fetched from here."""

    description: str
    media_type: str
    uri: str = ""


@dataclass(frozen=True)
class Info:
    """What is said, in one language."""

    categories: tuple[str, ...]
    event: str
    urgency: str
    severity: str
    certainty: str
    language: str = "zh-CN"
    response_types: tuple[str, ...] = ()
    audience: str = ""
    event_codes: tuple[tuple[str, str], ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Reference:
    """The message before of which this one speaks."""

    sender: str
    identifier: str
    sent: datetime


@dataclass(frozen=True)
class Message:
    """One message, whole; never changed once it was sent."""

    identifier: str
    sender: str
    sent: datetime
    status: str
    msg_type: str
    scope: str
    source: str = ""
    restriction: str = ""
    addresses: str = ""
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: str = ""
    infos: tuple[Info, ...] = ()

    @property
    def info(self) -> Info | None:
        """What it says in Chinese, else in the first language it speaks."""
        return next((one for one in self.infos if one.language.lower().startswith("zh")), None) or next(
            iter(self.infos), None
        )

    @property
    def expires(self) -> datetime | None:
        """When all of what it says has run out; None while some of it has no end."""
        ends = [one.expires for one in self.infos]
        return max(end for end in ends if end) if ends and all(ends) else None


def colour_of(info: Info | None) -> str:
    """The colour of what is said: as a parameter says it, else by the severity; empty when unknown."""
    if info is None:
        return ""
    for name, value in info.parameters:
        if "colo" in name.lower() or "颜色" in name:
            found = next((one for one in COLOURS.values() if one in value.lower()), "")
            if found:
                return found
    return COLOURS.get(info.severity, "")


def faults(message: Message, *, now: datetime) -> tuple[Text, ...]:
    """Everything that keeps a message from being one of CAP 1.2, or that no true sender's clock says."""
    return (*_head(message, now), *(fault for info in message.infos for fault in _info(info, message)))


def _head(message: Message, now: datetime) -> Iterator[Text]:
    for name, value in (("identifier", message.identifier), ("sender", message.sender)):
        if not value or len(value) > LONGEST_ID or _BARRED & set(value) or not value.isprintable():
            yield say("{name} 不能为空，不能含空格、逗号、< 或 &", name=name)
    yield from _words("status", message.status, STATUSES)
    yield from _words("msgType", message.msg_type, TYPES)
    yield from _words("scope", message.scope, SCOPES)
    if message.sent > now + AHEAD:
        yield say("发送时间 sent 在将来，请核对对方的时钟")
    if message.scope == "Restricted" and not message.restriction:
        yield say("scope 为 Restricted 时要有 restriction")
    if message.scope == "Private" and not message.addresses:
        yield say("scope 为 Private 时要有 addresses")
    if message.msg_type in REFERRING and not message.references:
        yield say("msgType 为 {kind} 时要有 references", kind=message.msg_type)
    if message.msg_type in TELLING and not message.infos:
        yield say("msgType 为 {kind} 时要有 info", kind=message.msg_type)


def _info(info: Info, message: Message) -> Iterator[Text]:
    for name, value in (("event", info.event), ("language", info.language)):
        if not value:
            yield say("“{name}”不能为空", name=name)
    if not info.categories:
        yield say("“{name}”不能为空", name="category")
    for category in info.categories:
        yield from _words("category", category, CATEGORIES)
    for response in info.response_types:
        yield from _words("responseType", response, RESPONSES)
    yield from _words("urgency", info.urgency, URGENCIES)
    yield from _words("severity", info.severity, SEVERITIES)
    yield from _words("certainty", info.certainty, CERTAINTIES)
    if info.expires and info.expires <= message.sent:
        yield say("失效时间 expires 早于发送时间 sent")
    if any(
        len(text) > LONGEST_TEXT for text in (info.headline, info.description, info.instruction, info.event)
    ):
        yield say("文字过长，最多 {n} 个字", n=LONGEST_TEXT)
    if len(info.areas) > MOST_AREAS:
        yield say("区域过多，最多 {n} 个", n=MOST_AREAS)
    for area in info.areas:
        yield from _area(area)


def _area(area: Area) -> Iterator[Text]:
    if not area.description:
        yield say("“{name}”不能为空", name="areaDesc")
    for ring in area.polygons:
        if len(ring) < 4 or ring[0] != ring[-1]:
            yield say("polygon 至少四个点，首尾相同")
        if len(ring) > MOST_POINTS:
            yield say("polygon 的点过多，最多 {n} 个", n=MOST_POINTS)
        yield from _points(ring)
    for circle in area.circles:
        yield from _points((circle.centre,))
        if not (isfinite(circle.radius_km) and 0 <= circle.radius_km <= 20_000):
            yield say("circle 的半径不对")


def _points(points: tuple[Point, ...]) -> Iterator[Text]:
    if any(abs(lat) > 90 >= abs(lon) for lat, lon in points):
        yield say("坐标看起来写反了：CAP 先纬度、后经度")
    elif not all(
        isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180 for lat, lon in points
    ):
        yield say("坐标不在地球上")


def _words(name: str, value: str, known: tuple[str, ...]) -> Iterator[Text]:
    if value not in known:
        yield say("“{name}”没有“{value}”这个值", name=name, value=value[:40])
