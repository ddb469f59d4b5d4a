"""How the assistants fare: what they proposed, and what people made of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.intake import queries as reports
from gewu.intake.queries import Band
from gewu.kernel.shares import FEWEST
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


@dataclass(frozen=True)
class BandLine:
    """One band of confidence: how sure, how many, and the share that people found right."""

    band: str
    n: int
    said: str
    right: str
    interval: str


def _band(one: Band) -> BandLine:
    right = one.right
    hidden = right.share is None or right.low is None or right.high is None
    return BandLine(
        f"{one.low:.0%}–{one.high:.0%}",
        right.n,
        f"{one.said:.0%}",
        "" if hidden else f"{right.share:.0%}",
        "" if hidden else f"{right.low:.0%}–{right.high:.0%}",
    )


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
        bands=[_band(one) for one in found.bands],
        fewest=FEWEST,
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
