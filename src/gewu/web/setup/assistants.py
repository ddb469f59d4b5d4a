"""How the assistants fare: what they proposed, and what people made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.assistants import queries as assistants_of
from gewu.infra import switches
from gewu.intake import queries as reports
from gewu.intake.queries import Band
from gewu.kernel.shares import FEWEST
from gewu.kernel.shares import rate as share
from gewu.kernel.texts import Text, say
from gewu.web.accounts import signed_in
from gewu.web.presenting.names import matters_named
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

_KINDS = {
    "place": say("地方"),
    "matter": say("事项类别"),
    "route": say("承办单位"),
    "duplicate": say("可能重复"),
}


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
    on: bool
    #: How often people chose otherwise, with its interval; empty below the fewest.
    override: str
    interval: str


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
        cards=[_card(one, now.date()) for one in assistants_of.cards()],
    )


def _row(one: reports.Hits) -> Row:
    rate = f"{one.rate:.0%}" if one.rate is not None else "–"
    other = share(one.overridden, one.accepted + one.overridden)
    return Row(
        _KINDS[one.kind],
        one.version,
        one.proposed,
        one.accepted,
        one.overridden,
        rate,
        f"{one.confidence:.0%}",
        switches.is_on(reports.SWITCHES[one.kind]),
        "" if other.share is None else f"{other.share:.0%}",
        "" if other.low is None or other.high is None else f"{other.low:.0%}–{other.high:.0%}",
    )


@dataclass(frozen=True)
class CardFigure:
    """One figure of a card with the interval in which it lies."""

    label: Text
    value: str
    interval: str


@dataclass(frozen=True)
class CardView:
    """The card of an assistant: what it is for and not for, what it reads, how good it is."""

    label: Text
    purpose: Text
    limits: Text
    inputs: tuple[Text, ...]
    least: str
    card: assistants_of.Card | None
    sha256: str
    figures: tuple[CardFigure, ...]
    bands: tuple[BandLine, ...]
    #: What it said against what was right, as a line in a drawing of 600 by 160.
    points: str


_INPUTS = {
    "text": say("描述"),
    "matter": say("事项"),
    "group": say("大类"),
    "kind": say("类型"),
    "street": say("街道"),
    "community": say("社区"),
    "channel": say("来源"),
    "wish": say("诉求性质"),
    "at": say("月份"),
    "content": say("上报内容"),
    "level_1": say("指引一级"),
    "level_2": say("指引二级"),
    "level_3": say("指引三级"),
    "level_4": say("指引四级"),
    "message": say("来信"),
    "reply": say("答复"),
}
FIGURES = {
    "macro_f1": say("宏平均 F1"),
    "top_1": say("第一位正确"),
    "top_3": say("前三位之内"),
    "f1": say("提示类的 F1"),
}


def _card(one: assistants_of.CardLine, on: date) -> CardView:
    card = one.card
    return CardView(
        one.kind.label,
        one.kind.purpose,
        one.kind.limits,
        tuple(_INPUTS[name] for name in one.kind.inputs),
        f"{assistants_of.least_of(one.kind.name, on=on):.0%}",
        card,
        one.sha256[:16],
        tuple(_figure(figure) for figure in card.figures) if card else (),
        tuple(_line(band) for band in card.bands) if card else (),
        " ".join(f"{600 * band.said:.0f},{160 - 160 * band.right:.0f}" for band in card.bands)
        if card
        else "",
    )


def _figure(one: assistants_of.Figure) -> CardFigure:
    return CardFigure(FIGURES[one.name], f"{one.value:.1%}", f"{one.low:.1%}–{one.high:.1%}")


def _line(one: assistants_of.Band) -> BandLine:
    of = share(round(one.right * one.n), one.n)
    interval = "" if of.low is None or of.high is None else f"{of.low:.0%}–{of.high:.0%}"
    right = "" if of.share is None else f"{one.right:.0%}"
    return BandLine(f"{one.low:.0%}–{one.high:.0%}", one.n, f"{one.said:.0%}", right, interval)
