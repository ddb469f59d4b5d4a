"""Looking for places, units, offices, classes and accounts by name while a form of setup is filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.catalogue import queries as catalogue
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web.accounts import signed_in
from gewu.web.presenting.editions import office_named
from gewu.web.presenting.names import Choice, called, matter_choices, unit_choices
from gewu.web.presenting.shell import actor_of

#: As many as a list shows; whoever looks for something else types more of its name.
MOST_FOUND = 60
#: Who fills in such forms.
RIGHTS = ("organisation.manage", "catalogue.manage", "grids.manage", "powers.keep", "accounts.manage")


@require_GET
@signed_in
def find(request: HttpRequest, kind: str) -> JsonResponse:
    """What a form may name, by part of a name or code: the first sixty."""
    actor = actor_of(request)
    if not any(actor.holds(right) for right in RIGHTS):
        raise Refusal(say("这一页由管理员使用，您没有此权限"), Kind.FORBIDDEN)
    if kind not in _SOUGHT:
        raise Refusal(say("没有这类名录"), Kind.MISSING)
    words = request.GET.get("q", "").strip()[:40].casefold().split()
    found = _SOUGHT[kind](actor, words)
    return JsonResponse(
        [{"key": one.value, "text": one.label, "hint": one.hint} for one in found], safe=False
    )


def _fitting(choices: Iterable[Choice], words: list[str]) -> list[Choice]:
    """Those of which name, code or hint hold every word; who begins with it comes first."""
    found = [
        one for one in choices if all(w in f"{one.label} {one.hint} {one.value}".casefold() for w in words)
    ]
    first = words[0] if words else ""
    starts = sorted(found, key=lambda one: not one.label.casefold().startswith(first))
    return starts[:MOST_FOUND]


def _units(actor: Actor, words: list[str]) -> list[Choice]:
    return _fitting(unit_choices(), words)


def _places(actor: Actor, words: list[str]) -> list[Choice]:
    """By name, or by the beginning of a code."""
    text = " ".join(words)
    if text.isdigit() or not text:
        below = territory.children_of(text if len(text) in (6, 9, 12) else settings.COUNTY)
        own = territory.paths_of({text or settings.COUNTY}).values()
        return [_place(one) for one in (*own, *below)][:MOST_FOUND]
    return [_place(one) for one in territory.search(text, inside=settings.COUNTY, limit=MOST_FOUND)]


def _place(one: territory.Place) -> Choice:
    above = " ".join(one.above)
    return Choice(one.code, one.name, f"{above} {one.code}".strip())


def _departments(actor: Actor, words: list[str]) -> list[Choice]:
    return _fitting((Choice(code, office_named(code), code) for code in catalogue.departments()), words)


def _offices(actor: Actor, words: list[str]) -> list[Choice]:
    """Lines of work first, then single units."""
    return [*_departments(actor, words), *_units(actor, words)][:MOST_FOUND]


def _matters(actor: Actor, words: list[str]) -> list[Choice]:
    return _fitting(matter_choices(timezone.localdate(), headers=True), words)


def _accounts(actor: Actor, words: list[str]) -> list[Choice]:
    found = security.directory(actor, " ".join(words), most=MOST_FOUND)
    return [Choice(name, display_name, name) for name, display_name in found]


_SOUGHT: Mapping[str, Callable[[Actor, list[str]], list[Choice]]] = {
    "units": _units,
    "places": _places,
    "departments": _departments,
    "offices": _offices,
    "matters": _matters,
    "accounts": _accounts,
}


def names(kind: str, codes: str) -> str:
    """What the codes in a form are called, one a line: for a form that is shown again."""
    return "\n".join(_name(kind, code) for code in codes.split())


def _name(kind: str, code: str) -> str:
    if kind == "places":
        return next((one.name for one in territory.paths_of({code}).values()), code)
    if kind == "matters":
        classes = matter_choices(timezone.localdate(), headers=True)
        return next((one.label for one in classes if one.value == code), code)
    unit = organisation.unit(code) if kind in ("units", "offices") else None
    if unit is not None:
        return called(unit.name)
    return office_named(code) if code in catalogue.departments() else code
