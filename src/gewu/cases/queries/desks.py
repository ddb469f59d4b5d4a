"""Where cases lie and on whose desks: what a live stream needs to know who may hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from gewu.cases.lifecycle import SEEING
from gewu.cases.models import Assignment, Case


@dataclass(frozen=True)
class Desks:
    """The place of a case and the paths of the units on whose desk it is, as in ``visible_to``."""

    number: str
    place: str
    unit_paths: tuple[str, ...]
    #: The unit that the case is about, whose people must not hear of it.
    about_path: str = ""
    #: The accounts of officials who are called to it in person.
    people: tuple[UUID, ...] = ()
    #: Whom each part names, ended ones too: whoever is sent home is to hear that too.
    called: Mapping[str, UUID] = field(default_factory=dict)


def desks_of(case_ids: Iterable[UUID]) -> dict[UUID, Desks]:
    """The desks of some cases: two queries, however many."""
    wanted = set(case_ids)
    if not wanted:
        return {}
    tasks: dict[UUID, list[Assignment]] = {}
    for task in Assignment.objects.filter(case_id__in=wanted).only(*_OF_TASK):
        tasks.setdefault(task.case_id, []).append(task)
    rows = Case.objects.filter(pk__in=wanted).values_list("pk", "number", "place", "lead_path", "about_path")
    return {
        key: _desks(tasks.get(key, []), number, place, lead, about)
        for key, number, place, lead, about in rows
    }


_OF_TASK = ("case_id", "unit_path", "account_id", "state")


def _desks(tasks: Iterable[Assignment], number: str, place: str, lead: str, about: str) -> Desks:
    seeing = [one for one in tasks if one.state in SEEING]
    paths = (*([lead] if lead else []), *(one.unit_path for one in seeing if one.unit_path))
    people = tuple(one.account_id for one in seeing if one.account_id)
    named = {str(one.pk): one.account_id for one in tasks if one.account_id}
    return Desks(number, place, paths, about, people, named)
