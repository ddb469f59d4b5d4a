"""One tree of values as XML and as JSON, by the rule of Open311 (after "Spark", as GeoReport v2 calls it).

JSON is XML without its root: a container of one kind of child is a list, a record an object, an empty
element null. A list of one stays a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from gewu.channels import markup
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

#: Format -> content type. XML is the one that everybody must speak.
TYPES: Mapping[str, str] = {
    "xml": "text/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
}
#: Container -> what its children are called.
ITEMS: Mapping[str, str] = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
    "errors": "error",
}
#: What is a word in XML and a boolean or a number in JSON; everything else is text in both.
BOOLEANS = frozenset({"metadata", "variable", "required"})
NUMBERS = frozenset({"lat", "long", "order"})

Tree = Any


def written(format: str, root: str, tree: Tree) -> bytes:
    """The answer in a format; both say the same."""
    return _json(tree) if format == "json" else _xml(root, tree)


def _xml(root: str, tree: Tree) -> bytes:
    return ('<?xml version="1.0" encoding="utf-8"?>' + _element(root, tree)).encode()


def _element(name: str, value: Tree) -> str:
    if value is None or value in ("", [], {}):
        return f"<{name}/>"
    if isinstance(value, Mapping):
        inner = "".join(_element(key, one) for key, one in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        inner = "".join(_element(ITEMS[name], one) for one in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        inner = escape(markup.speakable(str(value)))
    return f"<{name}>{inner}</{name}>"


def _json(tree: Tree) -> bytes:
    # "<" is written as its code, so that no browser that guesses a type finds a tag in it.
    return json.dumps(_speakable(tree), ensure_ascii=False).replace("<", "\\u003c").encode()


def _speakable(tree: Tree) -> Tree:
    """The same with null for empty texts and without what XML cannot say, so that both formats agree."""
    if isinstance(tree, Mapping):
        return {name: _speakable(one) for name, one in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [_speakable(one) for one in tree]
    return (markup.speakable(tree) or None) if isinstance(tree, str) else tree


def read(format: str, content: bytes) -> Tree:
    """A tree from another server's answer, forgiving: words for booleans, one object where a list belongs."""
    if format == "json":
        try:
            return _mended("", json.loads(content))
        except (ValueError, RecursionError):
            raise Refusal(say("对方的应答不是有效的 JSON")) from None
    return from_xml(markup.read(content, most=16 * markup.MOST_BYTES))


def from_xml(element: etree._Element) -> Tree:
    """The tree of an element, without its own name: the rule at the head of this module."""
    return _value(element)


def _value(element: etree._Element) -> Tree:
    name, children = markup.name_of(element), list(element)
    if name in ITEMS:
        return [_value(child) for child in children]
    if children:
        return {markup.name_of(child): _value(child) for child in children}
    text = element.text or ""
    return _plain(name, text) if text else None


def _plain(name: str, text: str) -> Tree:
    if name in BOOLEANS:
        return text.strip().lower() == "true"
    if name in NUMBERS:
        return _number(text)
    return text


def _number(text: str) -> float | int | None:
    try:
        found = float(text)
    except ValueError:
        return None
    if found != found or found in (float("inf"), float("-inf")):
        return None
    return int(text) if text.strip().lstrip("+-").isdigit() else found


def _mended(name: str, tree: Tree) -> Tree:
    if isinstance(tree, Mapping):
        if name in ITEMS:  # a server that makes an object of a list of one
            return [_mended(ITEMS[name], tree.get(ITEMS[name], tree))]
        return {key: _mended(key, one) for key, one in tree.items()}
    if isinstance(tree, list):
        return [_mended(ITEMS.get(name, ""), one) for one in tree]
    if isinstance(tree, str) and name in BOOLEANS | NUMBERS:
        return _plain(name, tree)
    return tree
