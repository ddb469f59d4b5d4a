"""What 110 is told of what is handed over, in the order in which it happened: no word about a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gewu.cases.queries import Handed
from gewu.channels import wire
from gewu.infra.connectors import Answer, Facts
from gewu.infra.models import Outgoing
from gewu.infra.stream import Told

#: What an event of a referral is called to the other side. What the other side said itself is not repeated.
TOPICS: Mapping[str, str] = {
    "ReferralSent": "sent",
    "ReferralAccepted": "accepted",
    "ReferralRefused": "refused",
    "ReferralLapsed": "lapsed",
    "ReferralLate": "late",
    "ReferralWithdrawn": "withdrawn",
    "ReferralDone": "done",
}


def is_news(told: Told, found: Handed) -> bool:
    """Whether it is the other side's to be told: it is not what that system has just said itself."""
    return bool(found.system) and told.actor != f"connector:{found.system}"


def body_of(told: Told, found: Handed) -> str:
    """One step of a handing over: its numbers on both sides, its state, both limits, its words."""
    body: dict[str, Any] = {
        "referral": str(told.subject_id),
        "number": found.outside_no,
        "event": TOPICS[told.type],
        "kind": found.kind,
        "joint": found.joint,
        "state": found.state,
        "state_name": str(found.state_label),
        "at": told.at.isoformat(),
        "accept_by": found.accept_by.isoformat(),
        "handle_by": found.handle_by.isoformat() if found.handle_by else "",
        "clock": told.data.get("clock", ""),
        "case_no": found.number,
        "reason": told.words.get("reason", ""),
        "result": told.words.get("result", ""),
    }
    if found.outgoing:
        body |= {
            "place": found.place, "matter": found.matter, "address": found.address,
            "lon": found.lon, "lat": found.lat,
        }  # fmt: skip
    return json.dumps({name: one for name, one in body.items() if one not in ("", None)}, ensure_ascii=False)


def send(connector: Facts, message: Outgoing, now: datetime) -> Answer:
    """Tell one step: ``POST {address}/referrals``, signed; its number is the same on every try."""
    return wire.deliver(connector, message, f"{connector.options['address'].rstrip('/')}/referrals", now=now)
