"""A neighbour who has met the same thing: a report of their own behind a case that stands already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra.wording import translated
from gewu.intake.actions import receiving, steps
from gewu.intake.models import Report
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor
from gewu.security.vault import Contact

SAME = say("我也遇到同样的情况")


@dataclass(frozen=True)
class MeToo:
    """What a neighbour adds; all of it may be left out."""

    text: str = ""
    contact: Contact = Contact()
    photos: tuple[str, ...] = ()
    language: str = "zh-hans"
    #: Where it comes from.
    channel: str = "web"
    media_url: str = ""


def me_too(number: str, given: MeToo, *, actor: Actor, now: datetime, key: str = "") -> Report:
    """Take in a neighbour's report and put it behind an open public case; it has its own progress code.

    Refused for a case that is not public or has ended. If it ends in the very moment between, the report
    stays on the desk as any other: nothing that was sent is lost.
    """
    case = cases.public_case(number, on=catalogue.day_of(now))
    draft = receiving.ReportDraft(
        channel=given.channel,
        text=given.text.strip() or translated(SAME),
        place=case.place,
        matter=case.matter,
        contact=given.contact,
        photos=given.photos,
        language=given.language,
        media_url=given.media_url,
    )
    report = receiving.receive(draft, actor=actor, now=now, key=key)
    if report.case_id is not None:
        return report  # the same form sent twice
    return steps.take(report.pk, "support", actor=actors.reporter(report.pk), now=now, case=number)
