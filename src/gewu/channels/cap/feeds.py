"""Public alerts as Atom and RSS, for readers and for other cities' collectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from gewu.channels import markup
from gewu.channels.cap.codec import when
from gewu.command.queries import Message

ATOM = "http://www.w3.org/2005/Atom"
#: What each type of message is called where only a title is read.
MARKS = {"Update": "【更新】", "Cancel": "【解除】"}


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself; ``address_of`` is where a message of it is."""

    title: str
    address: str
    site: str
    updated: datetime
    address_of: Callable[[Message], str]


def _title(message: Message) -> str:
    info = message.info
    words = (info.headline or info.event) if info else message.note
    return markup.speakable(MARKS.get(message.msg_type, "") + words)


def _summary(message: Message) -> str:
    info = message.info
    return (
        markup.speakable("\n".join(filter(None, (message.note, info.description, info.instruction))))
        if info
        else message.note
    )


def atom(feed: Feed, messages: Sequence[tuple[Message, datetime]]) -> bytes:
    """An Atom feed (RFC 4287) whose entries link to the messages of CAP."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]  # the default name space
    _texts(root, ATOM, ("id", feed.address), ("title", feed.title), ("updated", when(feed.updated)))
    etree.SubElement(root, f"{{{ATOM}}}link", rel="self", href=feed.address)
    etree.SubElement(etree.SubElement(root, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = feed.title
    for message, _ in messages:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        address = feed.address_of(message)
        _texts(entry, ATOM, ("id", address), ("title", _title(message)), ("updated", when(message.sent)))
        etree.SubElement(entry, f"{{{ATOM}}}link", href=address, type="application/cap+xml")
        _texts(entry, ATOM, ("summary", _summary(message) or _title(message)))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def rss(feed: Feed, messages: Sequence[tuple[Message, datetime]]) -> bytes:
    """The same as RSS 2.0."""
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    built = format_datetime(feed.updated)
    _texts(
        channel,
        "",
        ("title", feed.title),
        ("link", feed.site),
        ("description", feed.title),
        ("lastBuildDate", built),
    )
    for message, _ in messages:
        item, address = etree.SubElement(channel, "item"), feed.address_of(message)
        _texts(item, "", ("title", _title(message)), ("link", address), ("description", _summary(message)))
        etree.SubElement(item, "guid", isPermaLink="true").text = address
        _texts(item, "", ("pubDate", format_datetime(message.sent)))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _texts(element: etree._Element, space: str, *said: tuple[str, str]) -> None:
    for name, text in said:
        if text:
            etree.SubElement(element, f"{{{space}}}{name}" if space else name).text = text
