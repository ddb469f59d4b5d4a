"""What the assistants propose, as a desk reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gewu.intake import queries as intake
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.territory import queries as territory
from gewu.web.presenting.names import called, matters_named
from gewu.web.presenting.parts import Words

#: From here on a proposal is put into the form, for a person to confirm or to change.
LIKELY = 0.5


@dataclass(frozen=True)
class Proposal:
    """One proposal: what for, what, why, how sure, and by which version."""

    kind: str
    label: Text
    value: str
    name: Words
    why: str
    sure: Text
    percent: int
    version: str


_LABELS = {
    "place": say("写明的地方"),
    "matter": say("建议的类别"),
    "route": say("建议的承办单位"),
    "duplicate": say("可能是同一件"),
}


def likely_matter(proposed: Mapping[str, intake.Suggestion]) -> str:
    """The class to begin with; nothing when it is not likely enough."""
    found = proposed.get("matter")
    return found.value if found and found.confidence >= LIKELY else ""


def proposals_of(
    proposed: Mapping[str, intake.Suggestion], on: date, *, numbers: Collection[str]
) -> tuple[Proposal, ...]:
    """The proposals for a report; a case that this reader does not see beside it is left out."""
    kept = (proposed[kind] for kind in _LABELS if kind in proposed)
    return presented((one for one in kept if one.kind != "duplicate" or one.value in numbers), on)


def presented(found: Iterable[intake.Suggestion], on: date) -> tuple[Proposal, ...]:
    """Proposals with names in place of codes."""
    matters = matters_named(on)
    return tuple(
        Proposal(
            one.kind,
            _LABELS[one.kind],
            one.value,
            _name(one, matters),
            called(one.why),
            _sure(one.confidence),
            round(one.confidence * 100),
            one.version,
        )
        for one in found
    )


def _name(one: intake.Suggestion, matters: Mapping[str, str]) -> str:
    if one.kind == "matter":
        return matters.get(one.value, one.value)
    if one.kind == "place":
        found = territory.paths_of([one.value]).get(one.value)
        return found.path if found else one.value
    if one.kind == "route":
        return called(organisation.known_unit(one.value).name)
    return one.value


def _sure(confidence: float) -> Text:
    if confidence >= 0.8:
        return say("把握大")
    return say("把握一般") if confidence >= LIKELY else say("把握小")
