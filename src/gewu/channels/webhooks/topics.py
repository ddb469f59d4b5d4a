"""What a webhook may tell: public facts by number and code, and nothing about a person. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gewu.infra.stream import Told
from gewu.kernel.places import is_within
from gewu.kernel.texts import Text, say


@dataclass(frozen=True)
class Topic:
    """One kind of message: the events it stands for, and the word people choose it by."""

    name: str
    label: Text
    events: tuple[str, ...]


#: A new kind is one line here. None stands for an event that happens to a person.
TOPICS: tuple[Topic, ...] = (
    Topic("case.filed", say("工单立案"), ("CaseFiled",)),
    Topic(
        "case.dispatched", say("工单派遣"), ("CaseDispatched", "CaseRuled", "CasePassedUp", "CasePassedDown")
    ),
    Topic("case.handling", say("工单签收"), ("CaseSignedFor",)),
    Topic("case.handled", say("工单处置完毕"), ("CaseHandled", "CaseSelfHandled")),
    Topic("case.shelved", say("工单挂账与恢复"), ("CaseShelved", "CaseResumed")),
    Topic("case.closed", say("工单办结"), ("CaseClosed",)),
    Topic("case.reopened", say("工单重办"), ("CaseReopened",)),
    Topic("case.void", say("工单作废"), ("CaseVoided",)),
)
TOPIC_OF: Mapping[str, Topic] = {event: topic for topic in TOPICS for event in topic.events}


@dataclass(frozen=True)
class Subscription:
    """Which topics, and in which places, someone wants to hear of; no topic means all of them."""

    topics: frozenset[str]
    places: tuple[str, ...]

    @classmethod
    def of(cls, options: Mapping[str, Any], place: str) -> Subscription:
        """From the settings of a connector, never beyond its own place."""
        named = words(str(options.get("topics", "")))
        wanted = [one for one in words(str(options.get("places", ""))) if is_within(one, place)]
        return cls(frozenset(named), tuple(wanted) or (place,))

    def wants(self, topic: str, place: str) -> bool:
        """Whether a message of this topic from this place is asked for. What lies nowhere is for nobody."""
        chosen = not self.topics or topic in self.topics
        return chosen and bool(place) and any(is_within(place, one) for one in self.places)


def words(text: str) -> tuple[str, ...]:
    """Names parted by commas, blanks or lines."""
    return tuple(text.replace(",", " ").replace("，", " ").split())


def body_of(told: Told, topic: str, facts: Mapping[str, Any]) -> str:
    """The message: what happened, when, to which record; its public facts and no words of anyone."""
    data = {name: facts[name] for name in _PUBLIC if facts.get(name)}
    body = {"type": topic, "timestamp": told.at.isoformat(), "position": told.position, "data": data}
    return json.dumps(body, ensure_ascii=False, sort_keys=True)


#: Everything that a message may say of a case.
_PUBLIC = ("number", "matter", "place", "unit", "filed_at", "due_at")


def unknown(topics: Iterable[str]) -> tuple[str, ...]:
    """The names that are no topics."""
    known = {one.name for one in TOPICS}
    return tuple(sorted(set(topics) - known))
