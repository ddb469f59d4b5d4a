"""How the assistants fare: what they proposed, and what people made of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.intake import queries as reports
from gewu.kernel.texts import Text, say
from gewu.web.accounts import signed_in
from gewu.web.presenting.names import matters_named
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

_KINDS = {"matter": say("事项类别"), "route": say("承办单位"), "duplicate": say("可能重复")}


@dataclass(frozen=True)
class Row:
    """One line of the table: a kind in a version."""

    kind: Text
    version: str
    proposed: int
    accepted: int
    overridden: int
    rate: str
    confidence: str


@require_GET
@signed_in
def assistants(request: HttpRequest) -> HttpResponse:
    """Proposals of the last ninety days, by kind and version, and the commonest corrections."""
    opened(request, "setup_assistants")
    now = timezone.localtime()
    found, names = reports.figures(actor_of(request), now=now), matters_named(now.date())
    return shown(
        request,
        "setup/assistants.html",
        "setup_assistants",
        rows=[_row(one) for one in found.hits],
        corrections=[
            (names.get(one.proposed, one.proposed), names.get(one.chosen, one.chosen), one.times)
            for one in found.corrections
        ],
        figures=found,
    )


def _row(one: reports.Hits) -> Row:
    rate = f"{one.rate:.0%}" if one.rate is not None else "–"
    return Row(
        _KINDS[one.kind],
        one.version,
        one.proposed,
        one.accepted,
        one.overridden,
        rate,
        f"{one.confidence:.0%}",
    )
