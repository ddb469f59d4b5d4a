"""Another office's feed of warnings, followed: each new message goes through the door of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

from lxml import etree

from gewu.channels import markup, wire
from gewu.channels.cap import codec
from gewu.channels.cap.feeds import ATOM
from gewu.command import actions
from gewu.infra import connectors
from gewu.infra.connectors import Adapter, Facts, Fault, Field, Line, Option, Record
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actors

#: Messages that are fetched in one visit; the rest come with the next.
MOST_FETCHED = 50


def ask(connector: Facts, now: datetime) -> bool:
    """Fetch what is new in the feed. Raises `Fault` for the feed, and for a message that could not be had."""
    rows: list[dict[str, str]] = []
    failed = ""
    for number, link in _entries(connector):
        if len(rows) == MOST_FETCHED:
            break
        if connectors.record_of(connector.id, number):
            continue
        try:
            rows.append({"number": number, "link": link, "xml": _fetched(link).decode("utf-8-sig")})
        except Fault as fault:
            failed = fault.code
        except UnicodeDecodeError:
            failed = "odd"
    if rows:
        connectors.take(connector.id, rows, way="pull", source=connector.options["address"], now=now)
    if failed:
        raise Fault(failed)
    return True


def _entries(connector: Facts) -> Iterator[tuple[str, str]]:
    """The messages that the feed names, the oldest first, each by a number for its address and its time."""
    address = connector.options["address"]
    try:
        root = markup.read(_fetched(address), most=wire.LARGEST)
    except Refusal:
        raise Fault("odd") from None
    if root.tag != f"{{{ATOM}}}feed":
        raise Fault("odd")
    for entry in reversed(root.findall(f"{{{ATOM}}}entry")):
        link = _link(entry)
        if link:
            updated = entry.findtext(f"{{{ATOM}}}updated", "")
            said = f"{link} {updated.strip()}"
            yield hashlib.sha256(said.encode()).hexdigest()[:40], urljoin(address, link)


def _link(entry: etree._Element) -> str:
    """Where the message itself is: the link of its kind, else the first."""
    links = entry.findall(f"{{{ATOM}}}link")
    own = [one for one in links if "cap+xml" in one.get("type", "")]
    return next((one.get("href", "") for one in own or links), "")


def _fetched(address: str) -> bytes:
    try:
        answered = wire.call("GET", address)
    except wire.Unreached as fault:
        raise Fault(fault.code) from None
    except Refusal:
        raise Fault("forbidden") from None
    if answered.status != 200:
        raise Fault(answered.verdict().fault or "odd")
    return answered.body


def _take(line: Line) -> Record:
    """Keep a message as every other from outside: checked, once, under its own sender."""
    xml = str(line.values["xml"])
    actor = actors.connector(line.connector.code, line.connector.place)
    received = actions.receive(codec.read(xml.encode()), xml, actor=actor, now=line.now)
    return Record("alert", received.alert.pk)


CAP = Adapter(
    "cap",
    say("预警信息源（CAP）"),
    say("每分钟查看其他部门的预警发布源（Atom），新的预警按收到的预警处理"),
    fields=(
        Field("number", say("消息编号"), required=True, longest=40),
        Field("link", say("消息地址"), longest=500),
        Field("xml", say("消息全文"), required=True, longest=30_000),
    ),
    options=(Option("address", say("信息源地址（Atom）"), check=wire.check_address, required=True),),
    ways=("pull",),
    identity="number",
    take=_take,
    ask=ask,
    every_s=60,
    mapping=(
        {"field": "number", "source": "number"},
        {"field": "link", "source": "link"},
        {"field": "xml", "source": "xml"},
    ),
)
