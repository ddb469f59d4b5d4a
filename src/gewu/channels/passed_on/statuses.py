"""What is written back to whoever passed a matter on: each public change of state, as it happened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gewu.channels import wire
from gewu.infra.connectors import Answer, Facts
from gewu.infra.models import Outgoing
from gewu.infra.stream import Told
from gewu.organisation import queries as organisation

#: What an event means to them: a code, and the word that its clerks read.
STATUSES: Mapping[str, tuple[str, str]] = {
    "ReportReceived": ("received", "已接收"),
    "VerificationAsked": ("verifying", "核实中"),
    "ReportAccepted": ("accepted", "已受理"),
    "ReportJoined": ("accepted", "已受理"),
    "SupportGiven": ("accepted", "已受理"),
    "JoinUndone": ("received", "已接收"),
    "ReportSplit": ("received", "已接收"),
    "ReportDeclined": ("returned", "退回"),
    "ReportAnswered": ("answered", "已答复"),
    "CaseDispatched": ("dispatched", "已派单"),
    "CaseSelfHandled": ("handled", "已处置"),
    "CaseReturned": ("redispatching", "改派中"),
    "CaseRecalled": ("redispatching", "改派中"),
    "CaseRuled": ("dispatched", "已派单"),
    "CasePassedUp": ("dispatched", "已派单"),
    "CasePassedDown": ("dispatched", "已派单"),
    "CaseSentOn": ("redispatching", "改派中"),
    "CaseSignedFor": ("handling", "办理中"),
    "ExtensionApproved": ("extended", "延期"),
    "CaseShelved": ("shelved", "挂账"),
    "CaseResumed": ("handling", "办理中"),
    "CaseHandled": ("handled", "已处置"),
    "CheckFailed": ("handling", "办理中"),
    "CaseClosed": ("closed", "办结"),
    "CaseConfirmed": ("confirmed", "已确认"),
    "CaseReopened": ("handling", "办理中"),
    "CaseVoided": ("void", "作废"),
}


def body_of(told: Told, number: str, case: str) -> str:
    """One change of state as they get it: what the one who called may know, and nothing personal."""
    code, word = STATUSES[told.type]
    unit = told.data.get("unit")
    body: dict[str, Any] = {
        "order_no": number,
        "status": code,
        "status_name": word,
        "at": told.at.isoformat(),
        "case_no": told.data.get("number") or case,
        "unit": organisation.known_unit(str(unit)).name.zh if unit else "",
    }
    body |= {
        name: told.words.get(name, "") for name in ("reason", "answer") if name in told.kind.public_words
    }
    return json.dumps({name: one for name, one in body.items() if one != ""}, ensure_ascii=False)


def send(connector: Facts, message: Outgoing, now: datetime) -> Answer:
    """Write one status back: ``POST {address}/statuses``, signed; its number is the same on every try."""
    return wire.deliver(connector, message, f"{connector.options['address'].rstrip('/')}/statuses", now=now)
