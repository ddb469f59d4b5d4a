"""XML from outside, read by a parser that is locked down: no entities, no network, bounded size and depth."""

from __future__ import annotations

import re

from lxml import etree

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: More than any message of these protocols needs.
MOST_BYTES = 1024 * 1024
MOST_DEPTH = 30
MOST_ELEMENTS = 20_000
#: What XML 1.0 cannot hold, not even as a reference (XML 1.0, 2.2).
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(content: bytes, *, most: int = MOST_BYTES) -> etree._Element:
    """The root of a document. Refused: what is too large or too deep, broken, not UTF-8, or has a DOCTYPE.

    A DOCTYPE is where entities are declared; none of the protocols spoken here has one.
    """
    if len(content) > most:
        raise Refusal(say("XML 过大，最多 {n} KB", n=most // 1024), Kind.TOO_LARGE)
    _utf_8(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Refusal(say("XML 不完整或有错误"), advice=say("请核对标签是否成对，编码是否为 UTF-8")) from None
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.externalDTD is not None:
        raise Refusal(say("XML 不能带 DOCTYPE 或实体声明"))
    if (info.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise Refusal(say("XML 的编码要是 UTF-8"))
    _bounded(root)
    return root


def _utf_8(content: bytes) -> None:
    """One encoding for all: in another one a DOCTYPE could hide from those who look for it."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Refusal(say("XML 的编码要是 UTF-8"))


def _bounded(root: etree._Element) -> None:
    seen, level = 0, [root]
    for _ in range(MOST_DEPTH):
        seen += len(level)
        if seen > MOST_ELEMENTS:
            raise Refusal(say("XML 的元素过多"), Kind.TOO_LARGE)
        level = [child for one in level for child in one]
        if not level:
            return
    raise Refusal(say("XML 的层次过深"), Kind.TOO_LARGE)


def name_of(element: etree._Element) -> str:
    """What an element is called, without its namespace."""
    return etree.QName(element).localname


def space_of(element: etree._Element) -> str:
    """The namespace of an element; empty for none."""
    return etree.QName(element).namespace or ""


def text_of(element: etree._Element) -> str:
    """The text of an element without blanks around it."""
    return (element.text or "").strip()


def speakable(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _UNSPEAKABLE.sub("", text)
