"""Our records as Open311 writes them: names of fields, words of states, texts in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gewu.cases.queries import PublicUpdate
from gewu.catalogue.queries import Question
from gewu.infra.wording import translated
from gewu.intake.queries import Numbering, PublicRequest, Service
from gewu.kernel.texts import say
from gewu.kernel.worktime import CHINA

Record = dict[str, Any]

#: What happened to a case, in the words for updates that mySociety's programs know.
UPDATE_WORDS: Mapping[str, str] = {
    "CaseDispatched": "action_scheduled",
    "CaseRuled": "action_scheduled",
    "CasePassedUp": "internal_referral",
    "CasePassedDown": "internal_referral",
    "CaseSignedFor": "in_progress",
    "CaseShelved": "planned",
    "CaseResumed": "in_progress",
    "CaseHandled": "in_progress",
    "CaseSelfHandled": "in_progress",
    "CaseClosed": "fixed",
    "CaseConfirmed": "fixed",
    "CaseReopened": "open",
    "CaseVoided": "no_further_action",
}
#: Every word there is, for those that others send.
STATUS_WORDS = frozenset(
    {
        "open", "investigating", "in_progress", "planned", "action_scheduled", "no_further_action",
        "not_councils_responsibility", "duplicate", "internal_referral", "cancelled", "fixed", "closed",
        "for_triage",
    }
)  # fmt: skip
LISTS = ("singlevaluelist", "multivaluelist")


def when(moment: datetime) -> str:
    """A time with its zone, to the second."""
    return moment.astimezone(CHINA).replace(microsecond=0).isoformat()


def service(one: Service) -> Record:
    """A service as it stands in the list."""
    private = one.numbering is Numbering.BLACKBOX
    told = say("{promise}；内容和进度只告诉反映人", promise=one.promise) if private else one.promise
    words = [translated(one.group), one.kind, *(["private"] if private else [])]
    return {
        "service_code": one.code,
        "service_name": translated(one.name),
        "description": translated(told),
        "metadata": bool(one.questions),
        "type": one.numbering.value,
        "keywords": ",".join(words),
        "group": translated(one.group),
    }


def definition(one: Service) -> Record:
    """What the form of a service asks."""
    asked = [_attribute(order, question) for order, question in enumerate(one.questions, start=1)]
    return {"service_code": one.code, "attributes": asked}


def _attribute(order: int, question: Question) -> Record:
    values = [{"key": one.key, "name": translated(one.name)} for one in question.choices]
    return {
        "variable": question.asked,
        "code": question.code,
        "datatype": question.datatype,
        "required": question.required,
        "datatype_description": translated(question.hint) or None,
        "order": order,
        "description": translated(question.name),
        **({"values": values} if question.datatype in LISTS else {}),
    }


def request(one: PublicRequest, service_name: str, place_name: str, *, extended: bool = False) -> Record:
    """A request as it stands in the list; everything but what may be left out is always there."""
    case = one.case
    status = case.answer or translated(case.public_label)
    promise = say("承诺在 {time} 前办结", time=f"{case.due_at.astimezone(CHINA):%Y-%m-%d %H:%M}")
    record: Record = {
        "service_request_id": case.number,
        "status": "open" if case.open else "closed",
        "status_notes": status,
        "service_name": service_name,
        "service_code": case.matter,
        "description": one.description or None,
        "agency_responsible": translated(case.lead) or None,
        "service_notice": translated(promise) if case.open else None,
        "requested_datetime": when(case.filed_at),
        "updated_datetime": when(case.updated_at),
        "expected_datetime": when(case.due_at),
        "address": one.address or place_name or None,
        "address_id": case.place,
        "zipcode": None,
        "lat": one.lat,
        "long": one.lon,
        "media_url": one.media_url or None,
    }
    return record | _extensions(one) if extended else record


def _extensions(one: PublicRequest) -> Record:
    """What `extensions=true` adds."""
    attributes = [
        {"code": answer.code, "name": translated(question), "value": translated(said)}
        for answer, (question, said) in zip(one.answers, one.spoken, strict=True)
    ]
    return {
        "extended_attributes": {
            "state": one.case.state,
            "state_label": translated(one.case.public_label),
            "channel": one.case.origin,
        },
        "attributes": attributes,
    }


def note(one: PublicUpdate) -> Record:
    """One line of a request's way, for `extensions=true`."""
    return {
        "datetime": when(one.at),
        "description": _words(one),
        "type": UPDATE_WORDS.get(one.type, "in_progress"),
    }


def update(one: PublicUpdate) -> Record:
    """An update as mySociety's extension lists it."""
    return {
        "update_id": one.id,
        "service_request_id": one.number,
        "status": UPDATE_WORDS.get(one.type, "in_progress"),
        "updated_datetime": when(one.at),
        "description": _words(one),
        "media_url": None,
    }


def _words(one: PublicUpdate) -> str:
    return "：".join((translated(one.sentence), *(text for _, text in one.words)))
