"""What other systems bring by the public interface."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from gewu.catalogue import queries as catalogue
from gewu.intake.actions.receiving import ReportDraft, receive
from gewu.intake.models import Report
from gewu.intake.queries.services import OUTSIDE, service
from gewu.intake.rules.services import Numbering
from gewu.security.actors import Actor, Relation, Standing


def bring(draft: ReportDraft, *, actor: Actor, now: datetime, key: str = "", outside_id: str = "") -> Report:
    """Take in a report of an open class by the public channel: a case at once where its class is so numbered.

    ``outside_id`` is the number it has there, taken once for each system that brings. Refused beside what
    `receive` refuses: a class that is not open to outside.
    """
    found = service(draft.matter, catalogue.day_of(now))
    at_once = found.numbering is Numbering.REALTIME
    acting = _accepting(actor) if at_once else actor
    named = replace(draft, channel=OUTSIDE, outside_id=outside_id, answers=draft.answers or {})
    return receive(named, actor=acting, now=now, key=key)


def _accepting(actor: Actor) -> Actor:
    """The same with what the rule of the channel lends to whoever brings what it accepts by itself."""
    lent = Standing("outside", frozenset({"reports.screen"}), Relation.TERRITORY, settings.COUNTY)
    return replace(actor, standings=(*actor.standings, lent))
