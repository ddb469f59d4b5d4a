#!/usr/bin/env python3
"""Receipts and daily anchors: how they are computed, and a program that checks a receipt by itself.

    python3 gewu_receipt.py receipt.json anchors.json

Needs Python 3.9 or newer and nothing else. The platform computes with this same file, so what it
promises and what you check cannot drift apart. 只用 Python 标准库即可自行核对凭据。
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

FORMAT = "gewu-receipt-1"
#: Leaves in one stored block of a day's tree: a power of two, so that each block is one node of the tree.
BLOCK = 1024


def digest(algorithm: str, content: bytes) -> bytes:
    """SHA-256 or SM3 of some bytes; another algorithm is a ValueError."""
    if algorithm == "sha256":
        return hashlib.sha256(content).digest()
    if algorithm == "sm3":
        return sm3(content)
    raise ValueError(f"unknown algorithm {algorithm!r}")


_MASK = 0xFFFFFFFF
_START = (
    0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E,
)  # fmt: skip


def sm3(content: bytes) -> bytes:
    """The SM3 digest of GB/T 32905-2016, in plain Python."""
    padded = content + b"\x80" + b"\0" * ((55 - len(content)) % 64) + (len(content) * 8).to_bytes(8, "big")
    state: Sequence[int] = _START
    for begin in range(0, len(padded), 64):
        folded = _folded(state, padded[begin : begin + 64])
        state = [old ^ new for old, new in zip(state, folded)]  # noqa: B905 -- Python 3.9 has no strict=
    return b"".join(word.to_bytes(4, "big") for word in state)


def _turned(word: int, by: int) -> int:
    by %= 32
    return ((word << by) | (word >> (32 - by))) & _MASK


def _folded(state: Sequence[int], block: bytes) -> list[int]:
    words = _spread(block)
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        constant = 0x79CC4519 if j < 16 else 0x7A879D8A
        first = _turned((_turned(a, 12) + e + _turned(constant, j)) & _MASK, 7)
        mixed = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        chosen = e ^ f ^ g if j < 16 else (e & f) | (~e & _MASK & g)
        one = (mixed + d + (first ^ _turned(a, 12)) + (words[j] ^ words[j + 4])) & _MASK
        two = (chosen + h + first + words[j]) & _MASK
        a, b, c, d = one, a, _turned(b, 9), c
        e, f, g, h = two ^ _turned(two, 9) ^ _turned(two, 17), e, _turned(f, 19), g
    return [a, b, c, d, e, f, g, h]


def _spread(block: bytes) -> list[int]:
    words = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
    for j in range(16, 68):
        mixed = words[j - 16] ^ words[j - 9] ^ _turned(words[j - 3], 15)
        mixed ^= _turned(mixed, 15) ^ _turned(mixed, 23)
        words.append(mixed ^ _turned(words[j - 13], 7) ^ words[j - 6])
    return words


def leaf(algorithm: str, position: int, event_hash: str) -> bytes:
    """One event in the tree of its day."""
    return digest(algorithm, b"\x00" + f"{position}:{event_hash}".encode())


def _joined(algorithm: str, left: bytes, right: bytes) -> bytes:
    return digest(algorithm, b"\x01" + left + right)


def root(algorithm: str, nodes: Sequence[bytes]) -> bytes:
    """The root of the tree over these nodes, as RFC 6962 builds it; of none the digest of nothing."""
    if not nodes:
        return digest(algorithm, b"")
    if len(nodes) == 1:
        return nodes[0]
    middle = _middle(len(nodes))
    return _joined(algorithm, root(algorithm, nodes[:middle]), root(algorithm, nodes[middle:]))


def _middle(count: int) -> int:
    """The largest power of two that is smaller than the count."""
    return 1 << ((count - 1).bit_length() - 1)


def path(algorithm: str, nodes: Sequence[bytes], index: int) -> list[list[str]]:
    """What stands beside a node on the way to the root: pairs of side and digest."""
    if len(nodes) <= 1:
        return []
    middle = _middle(len(nodes))
    left, right = nodes[:middle], nodes[middle:]
    if index < middle:
        return [*path(algorithm, left, index), ["R", root(algorithm, right).hex()]]
    return [*path(algorithm, right, index - middle), ["L", root(algorithm, left).hex()]]


def climbed(algorithm: str, node: bytes, way: Iterable[Sequence[str]]) -> bytes:
    """The root that a node and its path lead to."""
    for side, beside in way:
        other = bytes.fromhex(beside)
        node = _joined(algorithm, other, node) if side == "L" else _joined(algorithm, node, other)
    return node


def anchor_digest(anchor: Mapping[str, Any]) -> str:
    """The digest that is published for a day: over its root and the digest before it, ``algorithm:hex``."""
    algorithm = str(anchor["root"]).partition(":")[0]
    parts = [anchor[name] for name in ("number", "day", "first", "last", "count", "root", "previous")]
    text = "\n".join(["gewu-anchor-1", *map(str, parts)])
    return f"{algorithm}:{digest(algorithm, text.encode()).hex()}"


def faults_of_anchors(anchors: Iterable[Mapping[str, Any]]) -> list[str]:
    """What does not fit in a published list of anchors, oldest first."""
    faults: list[str] = []
    previous = None
    for one in sorted(anchors, key=lambda anchor: int(anchor["number"])):
        if anchor_digest(one) != one["digest"]:
            faults.append(f"anchor {one['number']} of {one['day']}: its digest does not fit its content")
        if previous is not None and one["previous"] != previous:
            faults.append(f"anchor {one['number']} of {one['day']}: it does not continue the one before")
        previous = one["digest"]
    return faults


def faults_of_receipt(receipt: Mapping[str, Any], anchors: Iterable[Mapping[str, Any]]) -> list[str]:
    """What does not fit between a receipt and the published anchors; none when all fits."""
    published = list(anchors)
    faults = faults_of_anchors(published)
    by_number = {int(one["number"]): one for one in published}
    for chain in receipt["chains"]:
        events = chain["events"]
        numbered = [one["seq"] for one in events] == list(range(1, len(events) + 1))
        if not numbered or chain["length"] != len(events):
            faults.append(f"{chain['subject']}: events are missing from the receipt")
        if events and events[-1]["hash"] != chain["head"]:
            faults.append(f"{chain['subject']}: the head is not the hash of the last event")
        for one in events:
            if one["anchor"] is not None:
                faults += _faults_of_event(chain["subject"], one, by_number)
    return faults


def _faults_of_event(
    subject: str, event: Mapping[str, Any], published: Mapping[int, Mapping[str, Any]]
) -> list[str]:
    anchor = published.get(int(event["anchor"]))
    name = f"{subject} event {event['seq']}"
    if anchor is None:
        return [f"{name}: anchor {event['anchor']} is not published"]
    algorithm, _, wanted = str(anchor["root"]).partition(":")
    start = leaf(algorithm, int(event["position"]), str(event["hash"]))
    if climbed(algorithm, start, event["path"]).hex() != wanted:
        return [f"{name}: it is not what was anchored for {anchor['day']}"]
    return []


def waiting(receipt: Mapping[str, Any]) -> int:
    """How many events of a receipt are of a day that was not anchored yet."""
    return sum(one["anchor"] is None for chain in receipt["chains"] for one in chain["events"])


def main(arguments: Sequence[str]) -> int:
    """Check the receipt of the first file against the anchors of the second; 0 when all fits."""
    if len(arguments) != 2:
        sys.stderr.write("usage: gewu_receipt.py receipt.json anchors.json\n")
        return 2
    try:
        receipt, published = (json.loads(Path(one).read_text(encoding="utf-8")) for one in arguments)
        if receipt["format"] != FORMAT:
            raise ValueError(f"not a receipt of the form {FORMAT}")
        faults = faults_of_receipt(receipt, published["anchors"])
        left = waiting(receipt)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        sys.stderr.write(f"cannot read: {type(fault).__name__}: {fault}\n")
        return 2
    for one in faults:
        sys.stdout.write(f"DIFFERS 不一致  {one}\n")
    if left:
        sys.stdout.write(f"{left} events wait for the anchor of their day 还有 {left} 个事件尚未到公布日\n")
    sys.stdout.write("DOES NOT FIT 与公布的摘要不一致\n" if faults else "FITS 与公布的摘要一致\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
