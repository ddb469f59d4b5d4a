"""What someone takes along into the field: the own grids, what waits there, and the lists that forms need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from os.path import commonprefix
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.translation import get_language

from gewu.api import answering
from gewu.api.field.kinds import KINDS
from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.fieldwork import queries as fieldwork
from gewu.infra import commands
from gewu.infra.wording import translated
from gewu.intake import queries as reports
from gewu.kernel.places import Level
from gewu.notifications import queries as messages
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor, Relation
from gewu.territory import queries as territory

#: More than anyone can see to in a day; what lies behind is on the desk.
MOST = 100
#: Whoever answers for more grids than this works at a desk and takes no map along.
MOST_GRIDS = 30
#: The steps of a case that are taken where the matter is.
STEPS = ("sign_for", "report_done", "begin_check", "close", "fail_check", "send_on")
#: The rights by which the app shows its parts.
RIGHTS = (
    "reports.register",
    "reports.verify",
    "cases.check",
    "cases.self_handle",
    "cases.whistle",
    "cases.handle",
    "fieldwork.do",
)


def of(actor: Actor, now: datetime) -> dict[str, Any]:
    """The whole of it; its number of queries does not grow with what waits."""
    looks = reports.visits(actor, size=MOST, now=now) if actor.holds("reports.verify") else None
    carried = cases.carried(actor, only=STEPS, now=now, most=MOST)
    called = cases.tasks(actor, "open", size=MOST)
    walks = actor.holds("fieldwork.do")
    clues = fieldwork.clues(actor, "open", size=MOST, now=now) if walks else None
    inbox = messages.inbox(actor, size=50)
    home, grids = _home(actor), _grids(actor)
    calling = cases.calling(actor, home, now=now)
    pages = {"looks": looks, "called": called, "clues": clues}
    full = {"cases": len(carried) == MOST, **{name: bool(one and one.after) for name, one in pages.items()}}
    return {
        "as_of": now,
        "account": actor.account_id,
        "name": actor.name,
        "rights": [one for one in RIGHTS if actor.holds(one)],
        "grids": grids,
        "looks": [_look(one) for one in looks.rows] if looks else [],
        "cases": [_case(one) for one in carried],
        "called": [_called(one) for one in called.rows],
        "clues": [_clue(one) for one in clues.rows if one.may_conclude] if clues else [],
        "hours": _hours(fieldwork.own_day(actor, now=now)) if walks else None,
        "spots": [one.__dict__ for one in fieldwork.spots(actor, _around(grids))] if walks and grids else [],
        "spot_kinds": [
            {"code": code, "name": translated(text)} for code, text in fieldwork.SPOT_KINDS.items()
        ],
        "conflicts": list(fieldwork.own_conflicts(actor)) if walks else [],
        "matters": _matters(now),
        "evidence": [{"code": code, "name": translated(text)} for code, text in cases.EVIDENCE_WORDS.items()],
        "whistles": [{"code": one.code, "name": translated(one.name)} for one in calling.kinds],
        "units": _units(home) if calling.kinds else [],
        "officials": [
            {"code": str(one.post), "name": f"{_either(one.kind_zh, one.kind_en)} {one.name}".strip()}
            for one in calling.officials
        ],
        "messages": [_message(one) for one in inbox.rows],
        "unread": messages.unread(actor),
        "numbers": _numbers(actor, now),
        "more": [name for name, cut in full.items() if cut],
    }


def _either(zh: str, en: str) -> str:
    return en if en and get_language() == "en" else zh


def _home(actor: Actor) -> str:
    """The narrowest place in which someone works."""
    places = [one.place for one in actor.standings if one.relation is Relation.TERRITORY and one.place]
    return max(places, key=len, default="")


def _grids(actor: Actor) -> list[dict[str, Any]]:
    """The own grids with their shapes; none for whoever answers for a wider area."""
    places = {one.place for one in actor.standings if one.relation is Relation.TERRITORY and one.place}
    codes = sorted({code for place in places for code in territory.grids_in(place)[: MOST_GRIDS + 1]})
    if len(codes) > MOST_GRIDS:
        return []
    named = territory.paths_of(codes)
    shapes = {code: shape for place in places for code, shape in _shapes(place)}
    return [
        {"code": code, "name": named[code].name, "path": named[code].path, "shape": shapes.get(code)}
        for code in codes
        if code in named
    ]


def _around(grids: Sequence[Mapping[str, Any]]) -> str:
    """The smallest place that holds all of these grids."""
    codes: list[str] = [one["code"] for one in grids]
    return commonprefix(codes)


def _shapes(place: str) -> Iterable[tuple[str, dict[str, Any]]]:
    features = msgspec.json.decode(territory.cells(place, level=Level.GRID).geojson)["features"]
    return [(one["properties"]["code"], one["geometry"]) for one in features]


def _look(one: reports.VisitLine) -> dict[str, Any]:
    return {
        "report": one.report,
        "text": one.text,
        "address": one.address,
        "place": one.place,
        "lon": one.lon,
        "lat": one.lat,
        "asked_at": one.asked_at,
        "due_at": one.due_at,
    }


def _case(one: cases.Carried) -> dict[str, Any]:
    line = one.line
    return {
        "number": line.number,
        "version": one.version,
        "title": line.title,
        "text": one.text,
        "result": one.result,
        "matter": line.matter,
        "place": line.place,
        "address": line.address,
        "state": line.state,
        "state_label": translated(line.state_label),
        "due_at": line.due_at,
        "lon": line.lon,
        "lat": line.lat,
        "evidence": list(one.evidence_needed),
        "steps": _steps(one),
        "may_whistle": one.may_whistle,
    }


def _steps(one: cases.Carried) -> list[dict[str, Any]]:
    """Each step with those that it opens."""
    then = {event: answering.steps(steps) for event, steps in one.then.items()}
    return [{**step, "then": then[step["event"]]} for step in answering.steps(one.steps)]


def _called(one: cases.CalledLine) -> dict[str, Any]:
    return {
        "id": one.task.id,
        "number": one.number,
        "title": one.title,
        "task": one.task.task,
        "state_label": translated(one.task.state_label),
        "come_by": one.task.come_by,
        "steps": answering.steps(one.task.steps),
    }


def _clue(one: fieldwork.ClueLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "version": one.version,
        "rule": translated(one.rule),
        "about": translated(one.about),
        "matter": one.matter,
        "place": one.place,
        "address": one.address,
        "text": one.text,
        "due_at": one.due_at,
    }


def _hours(day: fieldwork.OwnHours) -> dict[str, Any]:
    spans = {"walked": day.worked, "left": day.left, "without_rest": day.without_rest}
    spans |= {"rest_after": fieldwork.REST_AFTER, "rest": fieldwork.REST, "most": fieldwork.MOST_A_DAY}
    return {name: int(span.total_seconds() // 60) for name, span in spans.items()}


def _matters(now: datetime) -> list[dict[str, Any]]:
    day = catalogue.day_of(now)
    spot = {one.code for one in cases.for_the_spot(day)}
    return [
        {
            "code": one.code,
            "name": _either(one.name_zh, one.name_en),
            "group": _either(group.name_zh, group.name_en),
            "spot": one.code in spot,
        }
        for group in catalogue.matters(day)
        for one in group.matters
    ]


def _units(home: str) -> list[dict[str, Any]]:
    """The units of the county and of the street one works in."""
    near = {home[: level.digits] for level in Level}
    found = [one for one in organisation.units() if one.place in near]
    return [{"code": one.code, "name": _either(one.name_zh, one.name_en)} for one in found]


def _message(one: messages.MessageLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "text": _either(one.subject_zh, one.subject_en),
        "body": _either(one.text_zh, one.text_en),
        "about": one.about,
        "read": one.read,
    }


def _numbers(actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What was done from the field, counted where it arrived."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    spans: Sequence[datetime] = [midnight, *(midnight - timedelta(days=n - 1) for n in (7, 30))]
    found = commands.counted(actor, spans)
    return [
        {"kind": code, "label": translated(kind.label), **dict(zip(("day", "week", "month"), n, strict=True))}
        for code, kind in KINDS.items()
        if kind.counts and (n := found.get(code))
    ]
