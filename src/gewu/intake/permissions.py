"""Who may take a step of a report. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import actors
from gewu.security.actors import Actor


def screener(actor: Actor, report: Report) -> bool:
    return actor.holds_at("reports.screen", report.place)


def verifier(actor: Actor, report: Report) -> bool:
    return actor.holds_at("reports.verify", report.place)


def reporter(actor: Actor, report: Report) -> bool:
    """Whoever raised this very report, and nobody else."""
    return actor == actors.reporter(report.pk)


WHO: Mapping[str, Callable[[Actor, Report], bool]] = {
    "screener": screener,
    "verifier": verifier,
    "reporter": reporter,
}

WORDS: Mapping[str, Text] = {
    "screener": say("受理员"),
    "verifier": say("网格员"),
    "reporter": say("反映人"),
}


def require(actor: Actor, by: str, report: Report) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not WHO[by](actor, report):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)
