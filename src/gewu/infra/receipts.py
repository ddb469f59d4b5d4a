"""Receipts of the record: what one record's events were, to be held against the record later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gewu.infra import anchors, stream
from gewu.infra.models import Chain, EventRow
from gewu.kernel import receipts
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

#: More than any receipt of a report with its case holds; more is refused before it is read.
MOST_BYTES = 1024 * 1024
MOST_EVENTS = 2000


def of(records: Iterable[tuple[str, UUID]]) -> dict[str, Any]:
    """The chains of some records with the way of each event to the anchor of its day. Hashes only."""
    wanted = list(records)
    rows = [row for subject, key in wanted for row in _rows(subject, key)]
    covered = anchors.covering([row.position for row in rows])
    ways: dict[int, list[list[str]]] = {}
    for number in {one.number for one in covered.values()}:
        ways |= anchors.paths(number, [at for at, one in covered.items() if one.number == number])
    used = {one.number: one for one in covered.values()}
    return {
        "format": receipts.FORMAT,
        "chains": [_chain(subject, key, rows, covered, ways) for subject, key in wanted],
        "anchors": [vars(used[number]) for number in sorted(used)],
    }


def _rows(subject: str, key: UUID) -> list[EventRow]:
    return list(EventRow.objects.filter(subject=subject, subject_id=key).order_by("seq"))


def _chain(
    subject: str,
    key: UUID,
    rows: Sequence[EventRow],
    covered: Mapping[int, anchors.Anchored],
    ways: Mapping[int, list[list[str]]],
) -> dict[str, Any]:
    own = [row for row in rows if (row.subject, row.subject_id) == (subject, key)]
    events = [
        {
            "seq": row.seq,
            "position": row.position,
            "hash": row.hash,
            "anchor": covered[row.position].number if row.position in covered else None,
            "path": ways.get(row.position, []),
        }
        for row in own
    ]
    head = own[-1].hash if own else ""
    return {"subject": subject, "id": str(key), "length": len(own), "head": head, "events": events}


@dataclass(frozen=True)
class Finding:
    """Something in which the record no longer says what a receipt says."""

    subject: str
    seq: int
    text: Text


@dataclass(frozen=True)
class Checked:
    """What came of holding a receipt against the record."""

    findings: tuple[Finding, ...]
    events: int
    anchored: int
    #: Events that were told after the receipt was made; the record goes on.
    since: int

    @property
    def holds(self) -> bool:
        return not self.findings


def read(content: bytes) -> dict[str, Any]:
    """The receipt in some text; what is too large, no JSON or of another form is refused."""
    if len(content) > MOST_BYTES:
        raise Refusal(say("凭据文件太大"), Kind.TOO_LARGE, field="receipt")
    try:
        found = json.loads(content)
        chains = found["chains"]
        well = found["format"] == receipts.FORMAT and isinstance(chains, list) and 0 < len(chains) < 10
        many = sum(len(_events(chain)) for chain in chains)
        if not well or not 0 < many <= MOST_EVENTS:
            raise ValueError("another form")
        if not all(int(one["number"]) and isinstance(one["digest"], str) for one in found["anchors"]):
            raise ValueError("an anchor without its digest")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refusal(
            say("这不是一份可核对的凭据"),
            field="receipt",
            advice=say("请上传从进度页下载的凭据文件，或粘贴它的全部文字"),
        ) from None
    return dict(found)


def _events(chain: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events of a chain by shape; what comes from outside may hold anything."""
    UUID(chain["id"])
    if not str(chain["subject"]).isascii() or not str(chain["subject"]).isalpha():
        raise ValueError("not the name of a subject")
    if chain["length"] != len(chain["events"]) or not isinstance(chain["head"], str):
        raise ValueError("not all of its events")
    for one in chain["events"]:
        if not (0 < int(one["seq"]) < 10**9 and 0 < int(one["position"]) < 2**63):
            raise ValueError("a number out of bounds")
        if not isinstance(one["hash"], str) or not isinstance(one["path"], list):
            raise TypeError("a hash and its path")
        if one["anchor"] is not None:
            int(one["anchor"])
    return list(chain["events"])


def check(receipt: Mapping[str, Any]) -> Checked:
    """Hold a receipt that was read against the record and against the anchors as they stand."""
    findings: list[Finding] = []
    since = events = 0
    for chain in receipt["chains"]:
        rows = {row.seq: row for row in _rows(str(chain["subject"])[:24], UUID(chain["id"]))}
        held = stream.faults_in(list(rows.values()))
        for one in chain["events"]:
            text = _difference(one, rows.get(int(one["seq"])), held)
            findings += [Finding(str(chain["subject"])[:24], int(one["seq"]), text)] if text else []
        findings += _of_the_whole(chain, rows)
        events += len(chain["events"])
        since += max(0, len(rows) - len(chain["events"]))
    findings += _of_anchors(receipt)
    anchored = events - receipts.waiting(receipt)
    return Checked(tuple(findings), events, anchored, since)


def _difference(one: Mapping[str, Any], row: EventRow | None, held: Mapping[int, str]) -> Text | None:
    if row is None:
        return say("记录中已没有这一条")
    if row.hash != one["hash"] or row.position != int(one["position"]):
        return say("这一条与凭据记下的不一样")
    return say("这一条的内容被改动过") if row.seq in held else None


def _of_the_whole(chain: Mapping[str, Any], rows: Mapping[int, EventRow]) -> list[Finding]:
    length = Chain.objects.filter(pk=UUID(chain["id"])).values_list("length", flat=True).first() or 0
    if length == len(rows):
        return []
    return [Finding(str(chain["subject"])[:24], length, say("记录的条数与链尾登记的不符"))]


def _of_anchors(receipt: Mapping[str, Any]) -> list[Finding]:
    """Whether each event is still under the anchor of its day, by the anchors as they stand now."""
    by_number = {one.number: vars(one) for one in anchors.everything()}
    findings: list[Finding] = []
    for former in receipt["anchors"]:
        kept = by_number.get(int(former["number"]))
        if kept is None or kept["digest"] != former["digest"]:
            findings.append(
                Finding(
                    "anchor", 0, say("{day} 公布的摘要与凭据记下的不一样", day=str(former.get("day"))[:10])
                )
            )
    try:
        faults = receipts.faults_of_receipt(receipt, by_number.values())
    except (ValueError, KeyError, TypeError):
        faults = ["unreadable"]
    return findings or [Finding("anchor", 0, say("凭据与公布的每日摘要对不上")) for _ in faults[:1]]
