"""What the assistants propose for a text or a report, each with version, reason and confidence."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

import msgspec

from gewu.assistants import queries as assistants
from gewu.catalogue import queries as catalogue
from gewu.infra import switches
from gewu.infra.versions import Held
from gewu.intake import rules
from gewu.intake.models import Report, SuggestionModel
from gewu.intake.models import Suggestion as Row
from gewu.intake.queries.learned import HELD, of_the_catalogue
from gewu.intake.queries.nearby import Near, near_cases, spot_of_report
from gewu.kernel.places import Level
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor, Relation, Standing
from gewu.territory import queries as territory

#: Names under which each kind can be switched off; with all of them off everything still goes its way.
SWITCHES = {
    "place": "suggest.place",
    "matter": "suggest.matter",
    "route": "suggest.route",
    "duplicate": "suggest.duplicates",
}
#: An assistant looks at every report and every case, and may do nothing about them.
ASSISTANT = Actor(
    "rule:suggest",
    "推荐",
    (Standing("assistant", frozenset({"cases.read", "reports.read"}), Relation.TERRITORY, ""),),
)
#: A published rule names the office: it leaves no doubt. The version of such a proposal is the rule.
_BY_RULE = 1.0
#: How sure a place is that is named once and in full: people also name places that are not where it is.
_NAMED = 0.9


@dataclass(frozen=True)
class Suggestion:
    """One proposal. ``value`` is a class, a unit's id or a case's number; nothing changes by it."""

    kind: str
    value: str
    confidence: float
    why: Name
    version: str


def _load() -> rules.Learned:
    row = SuggestionModel.objects.order_by("-made_at").first()
    if row is None:
        return of_the_catalogue()
    return msgspec.json.decode(zlib.decompress(bytes(row.content)), type=rules.Learned)


_held: Held[rules.Learned] = Held(HELD, _load)


def matters_for(text: str, *, on: date, most: int = 3) -> tuple[Suggestion, ...]:
    """The likeliest classes in force for a text, the best first; none when switched off. No query if warm."""
    if not switches.is_on(SWITCHES["matter"]):
        return ()
    in_force = {one.code for one in catalogue.all_matters(on)}
    trained = _trained("matter", {"text": text}, in_force, on=on)
    if trained is not None:
        return trained[:most]
    learned = _held.get()
    found = (one for one in rules.propose(learned, text, most=most * 3) if one.value in in_force)
    return tuple(
        Suggestion("matter", one.value, one.confidence, _words(one.words), learned.version)
        for one, _ in zip(found, range(most), strict=False)
    )


def version_of_classes() -> str:
    """By which version classes are proposed now; empty while that is switched off."""
    if not switches.is_on(SWITCHES["matter"]):
        return ""
    return assistants.version_of("matter") or _held.get().version


def _trained(
    kind: str, item: assistants.Item, known: Collection[str], *, on: date
) -> tuple[Suggestion, ...] | None:
    """What a trained assistant proposes, nothing when it is not sure enough; None where there is none.

    One that was trained on the words of another catalogue knows none of ours, and does not speak.
    """
    if not set(assistants.classes_of(kind)) & set(known):
        return None
    found = [one for one in assistants.proposals(kind, item, most=9) if one.value in known]
    if not found or found[0].confidence < assistants.least_of(kind, on=on):
        return ()
    name = "route" if kind == "unit" else kind
    return tuple(Suggestion(name, one.value, one.confidence, _words(one.words), one.version) for one in found)


def _words(words: Iterable[str]) -> Name:
    told = list(words)
    return (
        Name(f"提到“{'”“'.join(told)}”", f"It speaks of “{'”, “'.join(told)}”")
        if told
        else Name("字词相近", "Similar words")
    )


def route_for(matter: str, place: str, *, on: date) -> Suggestion | None:
    """The office that the published rules name for a class in a place; none when they name nobody."""
    if not matter or not switches.is_on(SWITCHES["route"]):
        return None
    routing = catalogue.route(matter, place, on)
    if routing.unit is None:
        return _usual_unit(matter, place, on)
    why = Name(routing.reason_zh or "派遣规则", routing.reason_en or "A routing rule")
    return Suggestion("route", str(routing.unit.id), _BY_RULE, why, f"rule-{routing.row[:8]}")


def facts_of(matter: str, place: str) -> assistants.Item:
    """A matter as the assistant of units reads it."""
    return {
        "matter": matter,
        "group": matter[:3],
        "street": place[: Level.STREET.digits],
        "community": place[: Level.COMMUNITY.digits],
    }


def _usual_unit(matter: str, place: str, on: date) -> Suggestion | None:
    """Who handled such matters there before, where no rule names anybody."""
    known = {key for key in assistants.classes_of("unit") if _is_unit(key)}
    found = _trained("unit", facts_of(matter, place), known, on=on)
    why = Name("以往同类多由此单位办理", "Such matters were mostly handled by it")
    return replace(found[0], why=why) if found else None


def _is_unit(key: str) -> bool:
    with suppress(ValueError):
        return organisation.unit(UUID(key)) is not None
    return False


def place_for(report: Report) -> Suggestion | None:
    """The place that the words of a report name, where it names one more closely than it was brought with."""
    county = report.place[: Level.COUNTY.digits]
    if len(county) < Level.COUNTY.digits or not switches.is_on(SWITCHES["place"]):
        return None
    said = territory.mentions(f"{report.address} {report.text}", inside=county)
    named = [one for one in said if len(one.code) > len(report.place) and one.code.startswith(report.place)]
    codes = {
        one.code
        for one in named
        if not any(other.code.startswith(one.code) and other.code != one.code for other in named)
    }
    if len(codes) != 1:
        return None
    (code,) = codes
    name = next(one.name for one in named if one.code == code)
    return Suggestion("place", code, _NAMED, Name(f"写明“{name}”", f"It names “{name}”"), "names-1")


def duplicate_of(report: Report, *, now: datetime) -> Suggestion | None:
    """The open case that is likeliest the same thing, the newest of equals, whoever may see it: one query."""
    if not switches.is_on(SWITCHES["duplicate"]):
        return None
    close = near_cases(ASSISTANT, spot_of_report(report), now=now)
    best = max(close, key=lambda one: one.confidence, default=None)
    return _duplicate(best) if best else None


def _duplicate(one: Near) -> Suggestion:
    far_zh = f"相距 {one.distance_m} 米" if one.distance_m is not None else "同一社区"
    far_en = f"{one.distance_m} m away" if one.distance_m is not None else "The same community"
    why = Name(
        f"{far_zh}，文字相似 {one.alike:.0%}{'，同一类别' if one.same_class else ''}",
        f"{far_en}, words alike {one.alike:.0%}{', the same class' if one.same_class else ''}",
    )
    return Suggestion("duplicate", one.number, one.confidence, why, "near-1")


def suggestions_of(report: UUID) -> dict[str, Suggestion]:
    """What was proposed for a report, by kind, of those kinds that are switched on: one query."""
    return {
        row.kind: Suggestion(row.kind, row.value, row.confidence, Name(row.why_zh, row.why_en), row.version)
        for row in Row.objects.filter(report_id=report)
        if switches.is_on(SWITCHES[row.kind])
    }


def proposals_for(report: Report, *, now: datetime) -> tuple[Suggestion, ...]:
    """Everything that the assistants propose for a report that has just come."""
    on = catalogue.day_of(report.received_at)
    matters = matters_for(report.text, on=on, most=1)
    likely = report.matter or (matters[0].value if matters else "")
    found = (
        place_for(report),
        *matters,
        route_for(likely, report.place, on=on),
        duplicate_of(report, now=now),
    )
    return tuple(one for one in found if one is not None)
