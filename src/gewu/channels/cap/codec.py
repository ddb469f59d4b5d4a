"""A message of CAP 1.2 as XML and back. What the schema orders is checked here, the meaning by `command`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite

from lxml import etree

from gewu.channels import markup
from gewu.command.queries import Area, Circle, Info, Message, Reference, Resource
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

SPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml; charset=utf-8"
#: Largest message that is read. A province's polygons fit.
MOST_BYTES = 512 * 1024
#: Seconds always, a numeric offset always, never the letter Z (CAP 1.2, 3.3.2).
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
#: What each element may hold, in the order of the schema, with how often: one, at most one, any number.
_ONE, _MAYBE, _MANY, _SOME = "one", "maybe", "many", "some"
_ALERT: Mapping[str, str] = {
    "identifier": _ONE, "sender": _ONE, "sent": _ONE, "status": _ONE, "msgType": _ONE, "source": _MAYBE,
    "scope": _ONE, "restriction": _MAYBE, "addresses": _MAYBE, "code": _MANY, "note": _MAYBE,
    "references": _MAYBE, "incidents": _MAYBE, "info": _MANY,
}  # fmt: skip
_INFO: Mapping[str, str] = {
    "language": _MAYBE, "category": _SOME, "event": _ONE, "responseType": _MANY, "urgency": _ONE,
    "severity": _ONE, "certainty": _ONE, "audience": _MAYBE, "eventCode": _MANY, "effective": _MAYBE,
    "onset": _MAYBE, "expires": _MAYBE, "senderName": _MAYBE, "headline": _MAYBE, "description": _MAYBE,
    "instruction": _MAYBE, "web": _MAYBE, "contact": _MAYBE, "parameter": _MANY, "resource": _MANY,
    "area": _MANY,
}  # fmt: skip
_AREA: Mapping[str, str] = {
    "areaDesc": _ONE, "polygon": _MANY, "circle": _MANY, "geocode": _MANY, "altitude": _MAYBE,
    "ceiling": _MAYBE,
}  # fmt: skip
_RESOURCE: Mapping[str, str] = {
    "resourceDesc": _ONE, "mimeType": _ONE, "size": _MAYBE, "uri": _MAYBE, "derefUri": _MAYBE,
    "digest": _MAYBE,
}  # fmt: skip
_PAIR: Mapping[str, str] = {"valueName": _ONE, "value": _ONE}
#: An XML signature may stand at the end of a message; it is kept with the text and not read.
_SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


def read(content: bytes) -> Message:
    """The message of a document. Refused: broken or harmful XML, another name space, an element that the
    schema does not have there or has elsewhere, a time without a numeric offset.
    """
    root = markup.read(content, most=MOST_BYTES)
    if markup.name_of(root) != "alert" or markup.space_of(root) != SPACE:
        raise Refusal(
            say("不是 CAP 1.2 消息"), advice=say("根元素要是 alert，名称空间为 {space}", space=SPACE)
        )
    parts = _Parts(root, _ALERT)
    return Message(
        identifier=parts.text("identifier"),
        sender=parts.text("sender"),
        sent=parts.moment("sent") or _never("sent"),
        status=parts.text("status"),
        msg_type=parts.text("msgType"),
        scope=parts.text("scope"),
        source=parts.text("source"),
        restriction=parts.text("restriction"),
        addresses=parts.text("addresses"),
        codes=parts.texts("code"),
        note=parts.text("note"),
        references=tuple(_references(parts.text("references"))),
        incidents=parts.text("incidents"),
        infos=tuple(_info(one) for one in parts.all("info")),
    )


class _Parts:
    """The children of an element as the schema has them: in their order, each as often as it may come."""

    def __init__(self, element: etree._Element, schema: Mapping[str, str]) -> None:
        self.name = markup.name_of(element)
        self.found: dict[str, list[etree._Element]] = {}
        order, last = list(schema), 0
        for child in element:
            name, space = markup.name_of(child), markup.space_of(child)
            if space == _SIGNATURE:
                continue
            if name not in schema or space != SPACE:
                raise Refusal(say("<{parent}> 里不应有 <{name}>", parent=self.name, name=name[:40]))
            if order.index(name) < last:
                raise Refusal(say("<{parent}> 里 <{name}> 的次序不对", parent=self.name, name=name))
            last = order.index(name)
            self.found.setdefault(name, []).append(child)
        for name, often in schema.items():
            count = len(self.found.get(name, ()))
            if (count == 0 and often in (_ONE, _SOME)) or (count > 1 and often in (_ONE, _MAYBE)):
                raise Refusal(say("<{parent}> 里 <{name}> 的个数不对", parent=self.name, name=name))

    def all(self, name: str) -> list[etree._Element]:
        return self.found.get(name, [])

    def texts(self, name: str) -> tuple[str, ...]:
        return tuple(markup.text_of(one) for one in self.all(name))

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def moment(self, name: str) -> datetime | None:
        text = self.text(name)
        return _moment(text, name) if text else None

    def pairs(self, name: str) -> tuple[tuple[str, str], ...]:
        inner = (_Parts(one, _PAIR) for one in self.all(name))
        return tuple((one.text("valueName"), one.text("value")) for one in inner)


def _info(element: etree._Element) -> Info:
    parts = _Parts(element, _INFO)
    return Info(
        language=parts.text("language") or "en-US",  # what the standard takes for granted
        categories=parts.texts("category"),
        event=parts.text("event"),
        response_types=parts.texts("responseType"),
        urgency=parts.text("urgency"),
        severity=parts.text("severity"),
        certainty=parts.text("certainty"),
        audience=parts.text("audience"),
        event_codes=parts.pairs("eventCode"),
        effective=parts.moment("effective"),
        onset=parts.moment("onset"),
        expires=parts.moment("expires"),
        sender_name=parts.text("senderName"),
        headline=parts.text("headline"),
        description=parts.text("description"),
        instruction=parts.text("instruction"),
        web=parts.text("web"),
        contact=parts.text("contact"),
        parameters=parts.pairs("parameter"),
        resources=tuple(_resource(one) for one in parts.all("resource")),
        areas=tuple(_area(one) for one in parts.all("area")),
    )


def _resource(element: etree._Element) -> Resource:
    parts = _Parts(element, _RESOURCE)
    return Resource(parts.text("resourceDesc"), parts.text("mimeType"), parts.text("uri"))


def _area(element: etree._Element) -> Area:
    parts = _Parts(element, _AREA)
    return Area(
        description=parts.text("areaDesc"),
        polygons=tuple(tuple(map(_point, one.split())) for one in parts.texts("polygon")),
        circles=tuple(map(_circle, parts.texts("circle"))),
        geocodes=parts.pairs("geocode"),
    )


def _point(text: str) -> tuple[float, float]:
    """Latitude, then longitude."""
    lat, _, lon = text.partition(",")
    return _number(lat), _number(lon)


def _circle(text: str) -> Circle:
    centre, _, radius = text.partition(" ")
    return Circle(_point(centre), _number(radius))


def _number(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not isfinite(found):
        raise Refusal(say("“{text}”不是坐标", text=text[:40]))
    return found


def _moment(text: str, name: str) -> datetime:
    if _TIME.fullmatch(text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise Refusal(say("{name} 要写成 2026-07-01T18:00:00+08:00，带数字时差，不用字母 Z", name=name))


def _never(name: str) -> datetime:
    raise Refusal(say("<{parent}> 里 <{name}> 的个数不对", parent="alert", name=name))


def _references(text: str) -> Iterator[Reference]:
    """Triples of sender, identifier and time, separated by blanks."""
    for one in text.split():
        parts = one.split(",")
        if len(parts) != 3:
            raise Refusal(say("references 要写成 发送者,编号,时间，以空格分隔"))
        yield Reference(parts[0], parts[1], _moment(parts[2], "references"))


def written(message: Message) -> bytes:
    """A message as XML, the elements in the order of the schema."""
    root = etree.Element(f"{{{SPACE}}}alert", nsmap={None: SPACE})  # type: ignore[dict-item]  # the default name space
    _texts(
        root,
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", when(message.sent)),
        ("status", message.status),
        ("msgType", message.msg_type),
        ("source", message.source),
        ("scope", message.scope),
        ("restriction", message.restriction),
        ("addresses", message.addresses),
        *(("code", one) for one in message.codes),
        ("note", message.note),
        (
            "references",
            " ".join(f"{one.sender},{one.identifier},{when(one.sent)}" for one in message.references),
        ),
        ("incidents", message.incidents),
    )
    for info in message.infos:
        _write_info(etree.SubElement(root, f"{{{SPACE}}}info"), info)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _write_info(element: etree._Element, info: Info) -> None:
    _texts(
        element,
        ("language", info.language),
        *(("category", one) for one in info.categories),
        ("event", info.event),
        *(("responseType", one) for one in info.response_types),
        ("urgency", info.urgency),
        ("severity", info.severity),
        ("certainty", info.certainty),
        ("audience", info.audience),
    )
    _write_pairs(element, "eventCode", info.event_codes)
    _texts(
        element,
        *((name, when(one)) for name, one in _times(info) if one),
        ("senderName", info.sender_name),
        ("headline", info.headline),
        ("description", info.description),
        ("instruction", info.instruction),
        ("web", info.web),
        ("contact", info.contact),
    )
    _write_pairs(element, "parameter", info.parameters)
    for resource in info.resources:
        inner = etree.SubElement(element, f"{{{SPACE}}}resource")
        said = (
            ("resourceDesc", resource.description),
            ("mimeType", resource.media_type),
            ("uri", resource.uri),
        )
        _texts(inner, *said)
    for area in info.areas:
        _write_area(etree.SubElement(element, f"{{{SPACE}}}area"), area)


def _times(info: Info) -> tuple[tuple[str, datetime | None], ...]:
    return (("effective", info.effective), ("onset", info.onset), ("expires", info.expires))


def _write_area(element: etree._Element, area: Area) -> None:
    rings = (" ".join(f"{lat!r},{lon!r}" for lat, lon in ring) for ring in area.polygons)
    circles = (f"{one.centre[0]!r},{one.centre[1]!r} {one.radius_km!r}" for one in area.circles)
    _texts(
        element,
        ("areaDesc", area.description),
        *(("polygon", one) for one in rings),
        *(("circle", one) for one in circles),
    )
    _write_pairs(element, "geocode", area.geocodes)


def _write_pairs(element: etree._Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for value_name, value in pairs:
        inner = etree.SubElement(element, f"{{{SPACE}}}{name}")
        _texts(inner, ("valueName", value_name), ("value", value))


def _texts(element: etree._Element, *said: tuple[str, str]) -> None:
    for name, text in said:
        if text:
            etree.SubElement(element, f"{{{SPACE}}}{name}").text = markup.speakable(text)


def when(moment: datetime) -> str:
    """A time to the second with its numeric offset; that of Greenwich is written -00:00 (CAP 1.2, 3.3.2)."""
    text = moment.replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text
