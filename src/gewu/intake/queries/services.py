"""What may be reported from outside, and what the form of each class asks: the source of every such form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.intake.queries.channels import channel_named
from gewu.intake.rules.services import Numbering, numbering
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say

#: The channel by which systems outside bring what their own users reported.
OUTSIDE = "open311"


@dataclass(frozen=True)
class Service:
    """A class of matters that is open to outside, with what its form asks."""

    code: str
    name: Name
    group: Name
    kind: str
    numbering: Numbering
    #: How long it takes to be looked at and to be settled, in the words of the class.
    promise: Text
    questions: tuple[catalogue.Question, ...]


def services(on: date) -> tuple[Service, ...]:
    """Every class that residents may report, by code. All held in memory: no query when warm."""
    published = cases.public_matters(on)
    by_rule = channel_named(OUTSIDE).screening == "rule"
    return tuple(
        Service(
            code=one.code,
            name=Name(one.name_zh, one.name_en),
            group=catalogue.name_of(one.parent_code),
            kind=one.kind,
            numbering=numbering(one.kind, published=one.code in published, by_rule=by_rule),
            promise=_promise(one),
            questions=catalogue.questions_of(one.code, on),
        )
        for one in sorted(catalogue.all_matters(on), key=lambda one: one.code)
        if one.public
    )


def service(code: str, on: date) -> Service:
    """The class of that code that is open to outside; any other is refused as unknown."""
    found = next((one for one in services(on) if one.code == code), None)
    if found is None:
        raise Refusal(say("没有“{code}”这项服务", code=code[:40]), Kind.MISSING, field="service_code")
    return found


def wrong_answers(one: Service, given: Mapping[str, Sequence[str]]) -> tuple[Refusal, ...]:
    """Everything that is wrong with the answers to what a service asks."""
    return catalogue.answered(one.questions, given)[1]


def _promise(one: catalogue.Matter) -> Text:
    return say("受理后 {n} {unit}内处理", n=one.handle.amount, unit=one.handle.unit.label)
