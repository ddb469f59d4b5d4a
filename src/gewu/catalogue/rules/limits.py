"""Limits as they are typed, and whether they are any."""

from __future__ import annotations

from contextlib import suppress

from gewu.catalogue.rules.routing import Limit
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import Unit

#: No limit of the catalogue comes near this.
LONGEST_LIMIT = 10_000
_DAYS = (Unit.WORK_DAY, Unit.CALENDAR_DAY)


def checked_limit(limit: Limit) -> Limit:
    """The limit as it is. Refused are nothing, more than 10,000, and a part of a day."""
    if not 0 < limit.amount <= LONGEST_LIMIT or (limit.unit in _DAYS and limit.amount % 1):
        raise _no_limit()
    return limit


def read_limit(amount: str, unit: str) -> Limit:
    """A limit as it was typed; refused like `checked_limit`, and what is no number or no unit."""
    with suppress(ValueError):
        given = float(amount)
        return checked_limit(Limit(int(given) if given.is_integer() else given, Unit(unit)))
    raise _no_limit()


def _no_limit() -> Refusal:
    return Refusal(say("时限要大于零，按天计的要是整数"), field="amount")
