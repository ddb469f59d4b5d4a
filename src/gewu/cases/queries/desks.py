"""Where cases lie and on whose desks: what a live stream needs to know who may hear of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gewu.cases.lifecycle import ASSIGNMENT
from gewu.cases.models import Assignment, Case


@dataclass(frozen=True)
class Desks:
    """The place of a case and the paths of the units on whose desk it is, as in ``visible_to``."""

    number: str
    place: str
    unit_paths: tuple[str, ...]
    #: The unit that the case is about, whose people must not hear of it.
    about_path: str = ""


def desks_of(case_ids: Iterable[UUID]) -> dict[UUID, Desks]:
    """The desks of some cases: two queries, however many."""
    wanted = set(case_ids)
    if not wanted:
        return {}
    called: dict[UUID, list[str]] = {}
    tasks = Assignment.objects.filter(case_id__in=wanted, state__in=[*ASSIGNMENT.names(open=True), "done"])
    for case_id, path in tasks.values_list("case_id", "unit_path"):
        called.setdefault(case_id, []).append(path)
    rows = Case.objects.filter(pk__in=wanted).values_list("pk", "number", "place", "lead_path", "about_path")
    return {
        key: Desks(number, place, (*([lead] if lead else []), *called.get(key, ())), about)
        for key, number, place, lead, about in rows
    }
